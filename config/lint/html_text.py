"""Strangers' text is text: no field of HTML takes a text that somebody typed as it comes.

Odoo escapes the ``body`` of ``message_post`` and its kin when it is a plain string, and nothing
else: notes of activities, comments, descriptions are HTML as they are given. Those go through
``tierslieux_base/tools/plain_text.py``; ``Markup`` is for texts written in the code.
"""

import ast

from house import modules, relative

HELPER = "text_to_html"
# keyword of a call → what may be given to it: HTML that the helper made, or nothing
NOTES = {"note", "feedback"}
NOTED_BY = {"activity_schedule", "activity_feedback", "activity_reschedule", "action_feedback"}
BODIES = {"body", "body_html"}
# fields of HTML, ours and those of Odoo that we write
FIELDS = {"comment", "description", "narration", "letter", "body_html"}


def _is_literal(node):
    """A text written in the code: nothing of it was typed by anybody."""
    return isinstance(node, ast.Constant) and isinstance(node.value, (str, bool, type(None)))


def _is_text(node):
    """Made by the helper, or written in the code, in each branch."""
    if isinstance(node, ast.IfExp):
        return _is_text(node.body) and _is_text(node.orelse)
    if isinstance(node, ast.BoolOp):
        return all(_is_text(value) for value in node.values)
    if isinstance(node, ast.Call):
        return getattr(node.func, "id", getattr(node.func, "attr", "")) == HELPER
    return _is_literal(node)


def _is_made_up(node):
    """HTML put together from texts: an f-string, a sum, a format of a plain string."""
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, (ast.Add, ast.Mod))
    if isinstance(node, ast.Call):
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        return name == "Markup" or (name in ("format", "join") and "." in ast.unparse(node.func))
    return isinstance(node, ast.JoinedStr)


def check(tree, where):
    """Findings of one file.

    :param ast.AST tree: of its text
    :param str where: its name in the project
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _check_call(node, where)
        elif isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant):
                    yield from _check_value(key.value, value, where)
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Attribute):
                    yield from _check_value(target.attr, node.value, where)
                elif isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
                    yield from _check_value(target.slice.value, node.value, where)


def _check_call(node, where):
    name = getattr(node.func, "id", getattr(node.func, "attr", ""))
    if name == "Markup" and node.args and not _is_literal(node.args[0]):
        yield f"{where}:{node.lineno}: Markup of a text that the code does not write: {HELPER}()"
    for keyword in node.keywords:
        if keyword.arg in NOTES and name in NOTED_BY and not _is_text(keyword.value):
            yield f"{where}:{node.lineno}: {keyword.arg} is HTML: give it {HELPER}(…)"
        if keyword.arg in BODIES and name.lstrip("_").startswith("message_"):
            if _is_made_up(keyword.value):
                yield f"{where}:{node.lineno}: {keyword.arg} is HTML put together: {HELPER}(…)"


def _check_value(field, value, where):
    if field in FIELDS and not _is_text(value):
        yield f"{where}:{value.lineno}: {field} is HTML: give it {HELPER}(…)"


def findings():
    """Over the code of our modules: tests and the story of the demo write what they like."""
    found = []
    for module in modules().values():
        for path in module.files(".py"):
            parts = path.relative_to(module.path).parts
            if parts[0] in ("tests", "demo", "tools") and path.name != "plain_text.py":
                continue
            tree = ast.parse(path.read_text(encoding="utf-8"))
            found += check(tree, relative(path))
    return found
