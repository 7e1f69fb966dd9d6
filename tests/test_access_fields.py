"""Who reads and writes which field: `access_fields.csv` held against what the database allows.

Each field that our modules close to some groups has a row, with what each role may do (`rw`, `r`,
`masked`, `-`) and why; so has each field whose name says that it may hold a secret, a paper or
something written about a person. Whoever adds such a field says who needs it.
"""

import re

import pytest
from harness.settings import project_modules
from test_access_matrix import ROLES, _defined_here, _models, _table, users  # noqa: F401

SENSITIVE = re.compile(
    r"(^|_)(notes?|comment|reason|description|token|secret|hash|signature|iban|acc_number|age"
    r"|birth\w*|ip|proof\w*|file|datas|attachment)$"
)
# What of these is read is decided message by message: see test_need_to_know.py.
THREADS = ("message_ids", "website_message_ids", "activity_ids")
# What stands in the place of a field for who may not read it.
MASKED = {("res.partner.bank", "acc_number"): "masked_number"}


def _may(model, field):
    """What a user may do with a field of a model, as the table says it."""
    read = model.has_access("read") and model._has_field_access(field, "read")
    if not read:
        masked = model._fields.get(MASKED.get((model._name, field.name)))
        is_masked = masked and model.has_access("read") and model._has_field_access(masked, "read")
        return "masked" if is_masked else "-"
    given_by_hand = not field.readonly and (not field.compute or field.inverse or field.store)
    write = model.has_access("write") and model._has_field_access(field, "write")
    return "rw" if write and given_by_hand else "r"


def _needs_row(env, model, field):
    ours = set(field._modules) & set(project_modules())
    if field.inherited or not ours or field.name in THREADS:
        return False
    if field.groups:
        return True
    return (
        _defined_here(env, model)
        and not env[model].is_transient()
        and not field.related
        and bool(SENSITIVE.search(field.name))
        and field.type in ("char", "text", "html", "binary", "date", "integer")
    )


@pytest.fixture
def found(env, users):  # noqa: F811
    """What the database allows: {(model, field): {role: what they may do}}."""
    return {
        (name, field.name): {
            role: _may(env[name].with_user(user), field) for role, user in users.items()
        }
        for name in _models(env)
        for field in env[name]._fields.values()
        if _needs_row(env, name, field)
    }


def test_every_field_that_some_may_not_read_is_the_one_of_the_table(found):
    rows = _table("access_fields.csv")
    keys = [(row["model"], row["field"]) for row in rows]
    assert keys == sorted(keys), "access_fields.csv is kept in order"
    assert all(row["reason"] for row in rows), "each row says why"
    table = {key: {role: row[role] for role in ROLES} for key, row in zip(keys, rows, strict=True)}
    wrong = [
        f"{model},{field},{','.join(rights.values())},"
        for (model, field), rights in sorted(found.items())
        if table.get((model, field)) != rights
    ]
    gone = sorted(set(table) - set(found))
    if wrong or gone:
        lines = ["The database says:", f"model,field,{','.join(ROLES)},reason", *wrong]
        lines += [f"There is no such field: {model}.{field}" for model, field in gone]
        pytest.fail("\n".join(lines), pytrace=False)


def test_the_board_reads_nothing_written_about_people(found):
    """Notes, reasons, papers, birth dates and secrets; what it does read is said and why."""
    board = {key for key, rights in found.items() if rights["board"] in ("r", "rw")}
    table = {(row["model"], row["field"]): row["reason"] for row in _table("access_fields.csv")}
    assert all("board" in table.get(key, "") for key in board), sorted(board)


def test_promotion_takes_nothing_away(found):
    order = {"-": 0, "masked": 1, "r": 2, "rw": 3}
    for key, rights in found.items():
        assert order[rights["reception"]] <= order[rights["coordinator"]], key
        assert order[rights["coordinator"]] <= order[rights["manager"]], key
