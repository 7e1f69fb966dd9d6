"""The pages of the portal: siblings on one frame, of which Odoo makes one class."""

import inspect
from itertools import combinations

import pytest
from harness.settings import project_modules

FRAME = "TierslieuxPortal"


def _tree(top):
    """A class and all that inherit it, once each; not those that Odoo makes of them for a server
    that has answered already (« X (extended by Y, Z) »)."""
    found = {top: None}
    for child in top.__subclasses__():
        if " (extended by " in child.__name__:
            continue
        found.update(dict.fromkeys(_tree(child)))
    return list(found)


def _module(cls):
    return cls.__module__.split(".")[2]


def _is_ours(cls):
    return cls.__module__.startswith("odoo.addons.") and _module(cls) in project_modules()


def _defined(cls):
    return {name for name in vars(cls) if not name.startswith("__")}


def _routes(cls):
    return {name for name in _defined(cls) if hasattr(getattr(cls, name), "original_routing")}


def _find_clashes(classes, is_ours):
    """What one class of all these would lose: a name that two of them, of which neither inherits
    the other, define each for themselves; or an extension of ours that forgets the others."""
    clashes = []
    for one, other in combinations(classes, 2):
        if issubclass(one, other) or issubclass(other, one) or not (is_ours(one) or is_ours(other)):
            continue
        inherited = set().union(
            *(_defined(cls) for cls in one.__mro__ if issubclass(other, cls) and cls is not object)
        )
        for name in sorted(_defined(one) & _defined(other)):
            if name not in inherited:
                clashes.append(f"{one.__name__} and {other.__name__} both define {name}")
                continue
            for cls in filter(is_ours, (one, other)):
                if f"super().{name}(" not in inspect.getsource(getattr(cls, name)):
                    clashes.append(f"{cls.__name__}.{name} does not call super()")
    return sorted(set(clashes))


@pytest.fixture
def controllers(env):
    """{class that Odoo takes for the top: classes}, where there are some of ours."""
    from odoo.http import Controller

    trees = {top: _tree(top) for top in Controller.__subclasses__()}
    return {top: tree for top, tree in trees.items() if any(map(_is_ours, tree))}


def test_no_page_hides_a_method_of_another(controllers):
    found = [clash for tree in controllers.values() for clash in _find_clashes(tree, _is_ours)]
    assert not found, "\n".join(found)


def test_pages_inherit_the_frame_or_the_head_of_their_room(controllers):
    """No chain: a class with routes is nobody's parent, and no page knows another room's."""
    (frame,) = (cls for tree in controllers.values() for cls in tree if cls.__name__ == FRAME)
    pages = [cls for cls in _tree(frame) if cls is not frame]
    assert len(pages) > 10, pages
    assert not _routes(frame)
    for cls in pages:
        heads = [cls for cls in cls.__mro__[1:] if cls in pages]
        assert len(heads) < 2, f"{cls.__name__} hangs on a chain: {heads}"
        for head in heads:
            assert _module(head) == _module(cls), f"{cls.__name__} inherits another room's {head}"
            assert not _routes(head), f"{head.__name__} has pages, and heads others"


def test_clashes_are_seen():
    class Top:
        def home(self):
            return {}

    class One(Top):
        def home(self):
            return {**super().home(), "one": 1}

        def _format_day(self):
            return "Monday"

    class Two(Top):
        def home(self):
            return {"two": 2}

        def _format_day(self):
            return "1"

    class Three(One):
        def _format_day(self):
            return "Monday 4"

    found = _find_clashes(_tree(Top), lambda cls: cls is not Top)
    assert found == [
        "One and Two both define _format_day",
        "Three and Two both define _format_day",
        "Two.home does not call super()",
    ]
    assert not _find_clashes(_tree(One), lambda cls: True)
