"""What Odoo lets the client write or ask for, held against the registry of all our modules.

`config/lint/doors.py` lists each public method that uses sudo; here are the doors that are no
methods: fields that are computed for whoever writes ids into a window, and printed documents.
"""

import pytest
from harness.settings import project_modules


def _ours(env, transient):
    """Models that our modules define, of this kind."""
    for name in sorted(env):
        model = env[name]
        if (
            model._original_module in project_modules()
            and not model._abstract
            and bool(model._transient) is transient
        ):
            yield model


def test_windows_compute_with_the_rights_of_their_user(env):
    """A client writes any id into a window, saved or not: what is computed or related from it as
    superuser would be read of any association. Where a window needs more, its method checks
    first, then takes it (tools.checked)."""
    as_superuser = [
        f"{model._name}.{field.name}"
        for model in _ours(env, transient=True)
        for field in model._fields.values()
        if field.compute and field.compute_sudo and field.name not in ("display_name",)
    ]
    assert not as_superuser, "give these fields compute_sudo=False"


def test_windows_of_a_company_are_those_of_the_users_companies(env):
    """A window's company is read-only in its view, and the client's to write all the same."""
    rules = env["ir.rule"].search([("domain_force", "like", "company_id"), ("groups", "=", False)])
    ruled = set(rules.model_id.mapped("model"))
    without = [
        model._name
        for model in _ours(env, transient=True)
        if "company_id" in model._fields
        and model._fields["company_id"].store
        and model._name not in ruled
    ]
    assert not without, "give these models a rule on their company"


def test_documents_are_printed_for_the_groups_of_their_report(env):
    """Odoo prints for whoever knows the address of a report: ours check (tierslieux.document)."""
    data = env["ir.model.data"].search(
        [("module", "in", project_modules()), ("model", "=", "ir.actions.report")]
    )
    reports = env["ir.actions.report"].browse(data.mapped("res_id"))
    ours = reports.filtered(lambda report: report.report_name.startswith("tierslieux_"))
    assert len(ours) >= 8
    document = env.registry["tierslieux.document"]
    for report in ours:
        assert report.group_ids, f"{report.report_name}: say for whom it is"
        values = env.registry.get(f"report.{report.report_name}")
        assert values and issubclass(values, document), f"{report.report_name}: nobody checks"


@pytest.mark.parametrize("role", ["base.group_user", "base.group_portal"])
def test_who_has_none_of_our_groups_prints_none_of_our_documents(env, role):
    from odoo.exceptions import AccessError

    user = (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create({"name": "Nobody", "login": "nobody", "group_ids": [(6, 0, [env.ref(role).id])]})
    )
    names = [name for name in env if name.startswith("report.tierslieux_")]
    assert len(names) >= 8
    for name in names:
        with pytest.raises(AccessError):
            env[name].with_user(user)._get_report_values([1])
