"""The shape of the house: manifests, arrows of the design, nothing left over.

The rules are those of the lint (config/lint/checks.py): the tests hold them on each run, and
show here and there that a rule does catch what it is for.
"""

import re

import checks
import doors
import house
import polib
import pytest
from lxml import etree


def _report(findings):
    return "\n".join([f"{len(findings)} finding(s)", *findings])


@pytest.mark.parametrize(
    "check",
    [
        checks.manifests,
        checks.dependencies,
        checks.arrows,
        checks.leftovers,
        checks.views,
        doors.public_sudo,
    ],
    ids=lambda check: check.__name__,
)
def test_house_rule(check):
    findings = list(check())
    if findings:
        pytest.fail(_report(findings), pytrace=False)


def test_launcher_and_lint_see_the_same_modules():
    from harness.settings import project_modules

    assert sorted(project_modules()) == sorted(house.modules())


def test_base_depends_on_libraries_only():
    """The arrow of the design that all others rest on, read here without the checker."""
    base = house.modules()["tierslieux_base"]
    ours = {name for name in base.depends if name in house.modules()}
    assert ours == {name for name in ours if house.modules()[name].is_library}
    for name in house.modules():
        if house.modules()[name].is_library:
            assert house.closure(name) == {name}, f"{name} is a library and depends on us"


def _module(name, depends, folder="", **manifest):
    return house.Module(name, house.ROOT / folder / name, {"depends": depends, **manifest})


@pytest.mark.parametrize(
    ("name", "folder", "forbidden"),
    [
        ("l10n_x", "addons", "tierslieux_base"),
        ("tierslieux_base", "", "tierslieux_membership"),
        ("tierslieux_booking", "addons", "tierslieux_membership"),
        ("tierslieux_membership", "addons", "tierslieux_booking"),
        ("tierslieux_booking", "addons", "tierslieux_presence"),
        ("tierslieux_billing", "addons", "tierslieux_coworking"),
        ("tierslieux_coworking", "", "tierslieux_seniors"),
        ("tierslieux_sepa", "addons", "tierslieux_coworking"),
        ("tierslieux_finance", "", "tierslieux_fablab"),
        ("tierslieux_fablab", "addons", "tierslieux_counter"),
    ],
)
def test_a_forbidden_arrow_is_seen(name, folder, forbidden):
    module = house.Module(name, house.ROOT / folder / name, {"depends": [forbidden]})
    assert forbidden not in checks.allowed_arrows(module)


def test_a_room_that_the_design_does_not_have_is_seen():
    module = house.Module("tierslieux_x", house.ROOT / "addons" / "tierslieux_x", {})
    assert checks.allowed_arrows(module) is None


def test_a_model_of_another_room_is_seen(tmp_path, monkeypatch):
    file = tmp_path / "sample.py"
    file.write_text('bookings = env["tierslieux.booking"]\nplaces = env["tierslieux.place"]\n')
    homes = {"tierslieux.booking": "tierslieux_booking", "tierslieux.place": "tierslieux_base"}
    monkeypatch.setattr(checks, "_homes_of_models", lambda: homes)
    monkeypatch.setattr(checks, "closure", lambda name: {name, "tierslieux_base"})
    monkeypatch.setattr(checks, "relative", lambda path: path.name)
    monkeypatch.setattr(house, "project_files", lambda: [file])
    module = house.Module("tierslieux_membership", tmp_path, {})
    assert list(checks._foreign_models(module)) == [
        "sample.py:1: tierslieux_membership names tierslieux.booking, which is tierslieux_booking's"
    ]


def test_leftovers_are_seen(tmp_path, monkeypatch):
    """A registry's host, a machine's path, a note and a debugger call: one finding each."""
    lines = [
        "x = 'https://" + "pypi" + ".org/simple'",
        "path = '/" + "root/.cache'",
        "# " + "TO" + "DO later",
        "break" + "point()",
        "url = 'https://example.org/work/shop'  # fine",
    ]
    file = tmp_path / "sample.py"
    file.write_text("\n".join(lines))
    monkeypatch.setattr(checks, "project_files", lambda: [file])
    monkeypatch.setattr(checks, "relative", lambda path: path.name)
    assert [finding.split(":")[1] for finding in checks.leftovers()] == ["1", "2", "3", "4"]


def test_placeholders_are_compared():
    """“%(name)s” lost in translation, “%s” turned into “%d”: both are findings."""
    module = next(iter(house.modules().values()))
    pairs = {
        "Hello %(name)s": "Bonjour",
        "%s rows": "%d lignes",
        "100 % of %(total)s": "100 % de %(total)s",
        "Up to {{ object.date }}": "Jusqu'au {{ object.date }}",
    }
    po = [polib.POEntry(msgid=source, msgstr=text) for source, text in pairs.items()]
    found = list(checks.po_findings(module, po))
    assert len(found) == 2, _report(found)


def test_a_view_of_another_age_is_seen(tmp_path, monkeypatch):
    """<group string=…> in a search view, <tree> and attrs= of older versions."""
    file = tmp_path / "views.xml"
    file.write_text(
        """<odoo>
        <record id="a" model="ir.ui.view"><field name="arch" type="xml">
            <search><group string="Group by"><filter name="x"/></group></search>
        </field></record>
        <record id="b" model="ir.ui.view"><field name="arch" type="xml">
            <tree><field name="name" attrs="{}"/></tree>
        </field></record>
        </odoo>"""
    )
    module = house.Module("sample", tmp_path, {})
    monkeypatch.setattr(checks, "modules", lambda: {"sample": module})
    monkeypatch.setattr(house, "project_files", lambda: [file])
    monkeypatch.setattr(checks, "relative", lambda path: path.name)
    findings = checks.views()
    assert len(findings) == 3, _report(findings)


def _coined(env):
    """{name of a field or a method: modules of ours that made it}, none of Odoo's among them."""
    made = {}
    for model in env.registry.values():
        for name, field in model._fields.items():
            made.setdefault(name, set()).update(field._modules or {"odoo"})
        for cls in model.__mro__:
            module = getattr(cls, "_module", None) or "odoo"
            for name in vars(cls):
                if name.startswith(("_get_", "_prepare_", "_check_", "action_")):
                    made.setdefault(name, set()).add(module)
    ours = set(house.modules())
    # A single word (`sentence`) is anybody's: a coined name has two at least.
    return {name: homes for name, homes in made.items() if homes <= ours and "_" in name[1:-1]}


def test_no_room_names_what_another_room_made(env):
    """A field or a method that only rooms make on which this one does not depend."""
    coined = _coined(env)
    word = re.compile(r"""(?<=\.)\w+|(?<=["'])\w+(?=["'])""")
    findings = []
    for module in house.modules().values():
        foreign = {n for n, homes in coined.items() if not homes & house.closure(module.name)}
        for path in module.files(".py", ".xml"):
            parts = path.relative_to(module.path).parts
            if parts[0] in ("tests", "migrations", "demo"):
                continue
            text = path.read_text(encoding="utf-8")
            own = set(re.findall(r"def (\w+)", text))
            for match in word.finditer(text):
                name = match[0].removeprefix("default_")
                if name in foreign and name not in own:
                    line = text.count("\n", 0, match.start()) + 1
                    findings.append(
                        f"{house.relative(path)}:{line}: {name} is made by "
                        f"{', '.join(sorted(coined[name]))}"
                    )
    assert not findings, _report(findings)


def test_every_view_of_ours_still_combines(env):
    """The arch of each view, with all that inherits it, is one that Odoo accepts."""
    from harness.settings import project_modules

    views = env["ir.ui.view"].browse(
        env["ir.model.data"]
        .search([("module", "in", project_modules()), ("model", "=", "ir.ui.view")])
        .mapped("res_id")
    )
    assert views, "no view of ours is in the database: was it made from this checkout?"
    for view in views.filtered(lambda view: view.type != "qweb" and view.model in env):
        view._check_xml()
        etree.fromstring(env[view.model].get_view(view.id, view.type)["arch"])


def test_every_action_of_ours_opens_on_its_views(env):
    """The views that the client asks for, for each window action of ours."""
    from harness.settings import project_modules

    data = env["ir.model.data"].search(
        [("module", "in", project_modules()), ("model", "=", "ir.actions.act_window")]
    )
    for action in env["ir.actions.act_window"].browse(data.mapped("res_id")):
        assert action.res_model in env, f"{action.xml_id} opens the unknown {action.res_model}"
        env[action.res_model].get_views([*action.views, (action.search_view_id.id, "search")])


DOORS = """
from odoo import api, fields, http, models
from .tools import checked_sudo

class Thing(models.Model):
    _name = "x.thing"
    total = fields.Float(compute="_compute_total")

    def action_show(self):
        return self._read_all()

    def action_give_back(self):
        return self.sudo(False).name, self.sudo(self.env.su).name

    @api.private
    def hidden(self):
        return self.sudo().name

    def _read_all(self):
        return self.sudo().search([])

    def _compute_total(self):
        self.total = checked_sudo(self).amount

    def plain(self):
        return self.name

class Heir(models.Model):
    _name = "x.heir"
    _inherit = ["x.mixin"]

    def _get_due(self):
        return self.env["x.thing"].sudo()

class Mixin(models.AbstractModel):
    _name = "x.mixin"

    def action_due(self):
        return self._get_due()

    def _get_due(self):
        raise NotImplementedError

class Pages(http.Controller):
    @http.route("/x")
    def page(self):
        return self._find()

    def _find(self):
        return http.request.env(su=True)
"""


def test_doors_that_use_sudo_are_seen(tmp_path, monkeypatch):
    """Straight, through a helper, in a computed field, in an heir, on a route; not what is private
    or gives superuser rights back."""
    file = tmp_path / "thing.py"
    file.write_text(DOORS)
    monkeypatch.setattr(doors, "relative", lambda path: path.name)
    found = doors.find_doors([("x", file)])
    assert sorted(key[1:] for key in found) == [
        ("Pages", "page"),
        ("x.mixin", "action_due"),
        ("x.thing", "_compute_total"),
        ("x.thing", "action_show"),
    ]


def test_a_door_without_a_reason_and_a_reason_without_a_door_are_findings():
    doors_found = {("x", "x.thing", "a"): "f.py:1", ("x", "x.thing", "b"): "f.py:9"}
    row = {"module": "x", "model": "x.thing", "reason": "its right is checked first"}
    known = dict(row, method="a")
    assert not doors.compare({("x", "x.thing", "a"): "f.py:1"}, [known])
    for rows, sentence in (
        ([known], "x.thing.b can be called from outside and uses sudo"),
        ([known, dict(row, method="b", reason="ok")], "say why it may"),
        ([known, dict(row, method="b"), dict(row, method="c")], "uses sudo no more"),
        ([dict(row, method="b"), known], "kept in the order"),
        ([known, known, dict(row, method="b")], "there twice"),
    ):
        findings = doors.compare(doors_found, rows)
        assert len(findings) == 1 and sentence in findings[0], findings
