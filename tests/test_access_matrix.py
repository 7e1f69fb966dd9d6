"""Who may do what: two tables held against what the database really allows.

`access_matrix.csv`: model × role → c(reate) r(ead) w(rite) d(elete), for every model that the
project defines or extends. `access_rules.csv`: the record rules of the project, which narrow
those rights to some records. A model or a rule without a row fails, and so does a row without
its model or rule: whoever adds one says who gets what.
"""

import csv
from pathlib import Path

import pytest
from harness.settings import project_modules

HERE = Path(__file__).resolve().parent
ROLES = {
    "reception": "tierslieux_base.group_reception",
    "coordinator": "tierslieux_base.group_coordinator",
    "manager": "tierslieux_base.group_manager",
    "treasurer": "tierslieux_base.group_treasurer",
    "board": "tierslieux_base.group_board",
    "care": "tierslieux_base.group_care",
    "employee": "base.group_user",
    "portal": "base.group_portal",
    "public": "base.group_public",
}
OPERATIONS = {"c": "create", "r": "read", "w": "write", "d": "unlink"}
RULE_COLUMNS = ("rule", "model", "groups", "operations", "domain")


def _table(name):
    with (HERE / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _models(env):
    """Names of the concrete models that our modules define or extend."""
    data = env["ir.model.data"].search(
        [("module", "in", project_modules()), ("model", "=", "ir.model")]
    )
    names = env["ir.model"].browse(data.mapped("res_id")).mapped("model")
    return sorted(name for name in names if name in env and not env[name]._abstract)


def _defined_here(env, name):
    """Whether the model is ours, and not one of Odoo's that we extend."""
    return env[name]._original_module in project_modules()


@pytest.fixture
def users(env):
    """One user per role, who has that role and nothing else."""
    return {
        role: env["res.users"]
        .with_context(no_reset_password=True)
        .create(
            {
                "name": f"Matrix {role}",
                "login": f"matrix-{role}",
                "group_ids": [(6, 0, [env.ref(group).id])],
            }
        )
        for role, group in ROLES.items()
    }


def _allowed(env, model, user):
    """The letters of what this user may do, e.g. "cr--"."""
    records = env[model].with_user(user)
    return "".join(
        letter if records.has_access(operation) else "-" for letter, operation in OPERATIONS.items()
    )


@pytest.fixture
def matrix(env, users):
    """What the database allows: {model: {role: letters}}."""
    return {
        model: {role: _allowed(env, model, user) for role, user in users.items()}
        for model in _models(env)
    }


def test_every_right_is_the_one_of_the_table(matrix):
    """The whole table, both ways; on failure the rows as the database has them are shown."""
    table = {
        row["model"]: {role: row[role] for role in ROLES} for row in _table("access_matrix.csv")
    }
    wrong = [
        f"{model},{','.join(rights.values())}"
        for model, rights in matrix.items()
        if table.get(model) != rights
    ]
    gone = sorted(set(table) - set(matrix))
    assert list(table) == sorted(table), "access_matrix.csv is kept in the order of the models"
    if wrong or gone:
        lines = ["The database says:", f"model,{','.join(ROLES)}", *wrong]
        lines += [f"There is no model {name}." for name in gone]
        pytest.fail("\n".join(lines), pytrace=False)


def test_board_reads_and_nothing_else(env, matrix):
    """No board member creates, writes or deletes a record of ours; wizards included."""
    beyond = {
        model: rights["board"]
        for model, rights in matrix.items()
        if _defined_here(env, model) and rights["board"] not in ("----", "-r--")
    }
    assert not beyond


def test_public_sees_nothing(env, matrix):
    """What a visitor sees goes through a controller that chooses it, never through rights."""
    seen = {
        model: rights["public"]
        for model, rights in matrix.items()
        if _defined_here(env, model) and rights["public"] != "----"
    }
    assert not seen


def test_portal_reads_at_most(env, matrix):
    beyond = {
        model: rights["portal"]
        for model, rights in matrix.items()
        if _defined_here(env, model) and rights["portal"] not in ("----", "-r--")
    }
    assert not beyond


def test_an_employee_without_a_role_has_nothing_of_ours(env, matrix):
    """Being an internal user is not a role: each one is given on purpose."""
    beyond = {
        model: rights["employee"]
        for model, rights in matrix.items()
        if _defined_here(env, model) and rights["employee"] != "----"
    }
    assert not beyond


def test_reception_deletes_nothing(env, matrix):
    """The front desk cancels; it does not make a record disappear (wizards are no records)."""
    beyond = {
        model
        for model, rights in matrix.items()
        if _defined_here(env, model)
        and not env[model].is_transient()
        and rights["reception"].endswith("d")
    }
    assert not beyond


def test_each_role_includes_the_one_below(matrix):
    """reception ⊂ coordinator ⊂ manager: nobody loses a right by being promoted."""
    for model, rights in matrix.items():
        for lower, upper in (("reception", "coordinator"), ("coordinator", "manager")):
            missing = set(rights[lower]) - set(rights[upper]) - {"-"}
            assert not missing, f"{upper} lacks {missing} of {lower} on {model}"


def test_roles_are_stacked_as_designed(env):
    """care is given on purpose: no other role of ours implies it, not even the manager."""
    care = env.ref("tierslieux_base.group_care")
    for role, xmlid in ROLES.items():
        implied = env.ref(xmlid).all_implied_ids
        assert role == "care" or care not in implied, f"{role} reads what only care may read"
    manager = env.ref("tierslieux_base.group_manager").all_implied_ids
    for below in ("reception", "coordinator"):
        assert env.ref(ROLES[below]) in manager


def _rules(env):
    """The record rules of our modules, as rows of the table."""
    data = env["ir.model.data"].search(
        [("module", "in", project_modules()), ("model", "=", "ir.rule")]
    )
    for rule in env["ir.rule"].browse(data.mapped("res_id")):
        yield {
            "rule": rule.get_external_id()[rule.id],
            "model": rule.model_id.model,
            "groups": " ".join(sorted(rule.groups.get_external_id().values())) or "everyone",
            "operations": "".join(
                letter if rule[f"perm_{operation}"] else "-"
                for letter, operation in OPERATIONS.items()
            ),
            "domain": " ".join((rule.domain_force or "[]").replace('"', "'").split()),
        }


def test_every_rule_is_the_one_of_the_table(env):
    found = {row["rule"]: row for row in _rules(env)}
    table = {row["rule"]: row for row in _table("access_rules.csv")}
    wrong = [row for name, row in found.items() if table.get(name) != row]
    gone = sorted(set(table) - set(found))
    if wrong or gone:
        lines = ["The database says:", ",".join(RULE_COLUMNS)]
        for row in sorted(wrong, key=lambda row: row["rule"]):
            cells = (row[column] for column in RULE_COLUMNS)
            lines.append(",".join(f'"{cell}"' if "," in cell else cell for cell in cells))
        lines += [f"There is no rule {name}." for name in gone]
        pytest.fail("\n".join(lines), pytrace=False)


def test_what_the_portal_reads_is_narrowed_to_its_own(env, matrix):
    """Each model that the portal may read has a rule for the portal that is not “all”."""
    portal = env.ref("base.group_portal")
    rules = list(_rules(env))
    for model, rights in matrix.items():
        if not _defined_here(env, model) or "r" not in rights["portal"]:
            continue
        narrowing = [
            rule
            for rule in rules
            if rule["model"] == model
            and portal.get_external_id()[portal.id] in rule["groups"]
            and rule["domain"] not in ("[]", "[(1, '=', 1)]")
        ]
        assert narrowing, f"the portal reads every {model}"


def test_records_of_a_company_stay_in_it(env):
    """Each stored model of ours with a company has a rule for everyone about it."""
    rules = list(_rules(env))
    for model in _models(env):
        record = env[model]
        if not _defined_here(env, model) or record.is_transient():
            continue
        if "company_id" in record._fields and record._fields["company_id"].store:
            assert any(
                rule["model"] == model
                and rule["groups"] == "everyone"
                and "company_id" in rule["domain"]
                for rule in rules
            ), f"{model} has a company and no rule about it"
