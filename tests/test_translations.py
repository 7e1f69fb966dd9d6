"""The users read French everywhere: each module's terms, exported afresh, are in its fr.po."""

import io
from unittest import mock

import checks
import house
import polib
import pytest
from harness.settings import project_modules, setting


def _terms(env, module):
    """What Odoo finds to translate in a module: source → where it comes from."""
    from odoo.tools.translate import trans_export

    import odoo.addons

    # Odoo finds the module of a source file by the first addons path that holds it: the folder
    # addons/ must come before the root of the project, which holds it too.
    paths = sorted(odoo.addons.__path__, key=len, reverse=True)
    buffer = io.BytesIO()
    with mock.patch.object(odoo.addons, "__path__", paths):
        assert trans_export(False, [module], buffer, "po", env), f"{module} has no terms"
    return {
        entry.msgid: ", ".join(f"{place}:{line}" for place, line in entry.occurrences)
        for entry in polib.pofile(buffer.getvalue().decode())
        if entry.msgid
    }


@pytest.fixture(scope="module")
def exported():
    """The terms of every module, from the database of the run."""
    from odoo.api import SUPERUSER_ID, Environment
    from odoo.modules.registry import Registry

    with Registry(setting("TIERSLIEUX_DB")).cursor(readonly=True) as cursor:
        env = Environment(cursor, SUPERUSER_ID, {})
        return {module: _terms(env, module) for module in project_modules()}


@pytest.mark.parametrize("name", sorted(house.modules()))
def test_french_is_complete(name, exported):
    """No term without its French, none fuzzy, none obsolete, the same placeholders."""
    module = house.modules()[name]
    assert (module.path / "i18n" / "fr.po").exists(), f"{name} has no i18n/fr.po"
    po = polib.pofile(str(module.path / "i18n" / "fr.po"))
    findings = list(checks.po_findings(module, po))
    translated = {entry.msgid for entry in po if entry.msgstr and not entry.obsolete}
    findings += [
        f"not in fr.po: “{term[:70]}” ({place})"
        for term, place in exported[name].items()
        if term not in translated
    ]
    findings += [
        f"no longer in the module: “{entry.msgid[:70]}”"
        for entry in po
        if not entry.obsolete and entry.msgid not in exported[name]
    ]
    if findings:
        pytest.fail("\n".join([f"{len(findings)} finding(s)", *findings]), pytrace=False)


def test_menus_of_ours_are_french_on_screen(env):
    """What fr.po says reaches the database: the menus of a French user are in French."""
    data = env["ir.model.data"].search(
        [("module", "in", project_modules()), ("model", "=", "ir.ui.menu")]
    )
    menus = env["ir.ui.menu"].browse(data.mapped("res_id"))
    translations = {
        entry.msgid: entry.msgstr
        for module in house.modules().values()
        for entry in polib.pofile(str(module.path / "i18n" / "fr.po"))
    }
    assert menus
    for menu in menus:
        source = menu.with_context(lang="en_US").name
        shown = menu.with_context(lang="fr_FR").name
        assert shown == translations[source], f"the menu “{source}” is shown as “{shown}”"
