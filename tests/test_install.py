"""Each module installs alone, without demo data and without a word; and leaves nothing behind."""

import house
import pytest
from harness import databases, processes

# What a module must be able to do with what it depends on and nothing else: scripts, run once it
# is installed alone.
PROOFS = {
    "tierslieux_billing": """
from datetime import date, datetime
assert "tierslieux.subscription" not in env
env["account.chart.template"].try_loading("fr_asso", company=env.company, install_demo=False)
place = env["tierslieux.place"].create({"name": "Le Bourg", "code": "BOURG"})
kind = env.ref("tierslieux_booking.resource_kind_room")
room = env["tierslieux.resource"].create(
    {"name": "Salle", "place_id": place.id, "kind_id": kind.id}
)
booking = env["tierslieux.booking"]._book([{
    "resource_id": room.id, "state": "confirmed",
    "partner_id": env["res.partner"].create({"name": "Lou"}).id,
    "start": datetime(2026, 1, 15, 9), "stop": datetime(2026, 1, 15, 11),
}], any_hours=True)
booking.amount = 40.0
run = env["tierslieux.billing.run"].create({"date": date(2026, 2, 1), "send_invoices": False})
run.action_preview()
run.action_launch()
assert (run.state, run.done_amount) == ("done", 40.0), run.line_ids.mapped("reason")
assert booking.payment_state == "invoiced", booking.payment_state
""",
}


def _dependencies(name):
    """The modules of Odoo and of the OCA that a module of ours needs."""
    from odoo.modules.module import Manifest

    seen, todo = set(), [name]
    while todo:
        current = todo.pop()
        if current in seen:
            continue
        manifest = Manifest.for_addon(current)
        assert manifest, f"{name} needs {current}, which is nowhere"
        seen.add(current)
        todo.extend(manifest["depends"])
    return seen - house.modules().keys()


def _chain(pick):
    """Our modules, each after those that it needs; ``pick`` chooses among those that may come."""
    done = []
    while len(done) < len(house.modules()):
        ready = [
            name
            for name, module in house.modules().items()
            if name not in done
            and all(other in done for other in module.depends if other in house.modules())
        ]
        done.append(pick(ready))
    return done


def _installed(database):
    rows = databases.query(database, "SELECT name FROM ir_module_module WHERE state = 'installed'")
    return {name for (name,) in rows}


@pytest.mark.parametrize("pick", [min, max], ids=["from_a_to_z", "from_z_to_a"])
def test_modules_install_one_after_another_without_a_word(pick):
    """On what it needs and no more of Odoo or the OCA: no WARNING, no ERROR, no demo data.

    Of two modules that do not know each other, each comes first in one of the two orders.
    """
    with databases.scratch(f"chain_{pick.__name__}") as database:
        installed = set()
        for name in _chain(pick):
            others = sorted(_dependencies(name) - installed)
            if others:  # what these have to say is theirs
                processes.run(
                    "-d", database, "-i", ",".join(others), "--load-language=fr_FR",
                    "--stop-after-init", "--no-http", "--log-level=error",
                )  # fmt: skip
            before = _installed(database) if installed or others else set()
            complaints = processes.problems(processes.install(database, [name]))
            assert not complaints, "\n".join([name, *complaints])
            installed = _installed(database)
            assert installed - before == {name}, "it installs itself, and nothing else"
            if name in PROOFS:
                processes.shell(database, PROOFS[name])
        demo = databases.query(database, "SELECT name FROM ir_module_module WHERE demo")
    assert not demo, "demo data was loaded without being asked for"


def test_demo_association_is_there(template_demo):
    """The demo template was made whole: nothing failed on the way, and people are in it."""
    failures = databases.query(
        template_demo, "SELECT count(*) FROM information_schema.tables WHERE table_name = %s",
        ["ir_demo_failure"],
    )[0][0] and databases.query(template_demo, "SELECT error FROM ir_demo_failure")  # fmt: skip
    assert not failures, failures
    logins = {login for (login,) in databases.query(template_demo, "SELECT login FROM res_users")}
    assert {"responsable", "accueil", "tresoriere", "bureau", "adherent"} <= logins
    for table, least in (("tierslieux_place", 2), ("tierslieux_membership", 40)):
        rows = databases.query(template_demo, f"SELECT count(*) FROM {table}")[0][0]
        assert rows >= least, f"the demo has {rows} rows in {table}"


def _owned(database, modules):
    """Tables, views and columns that these modules, and no other, brought: {(table, column)}."""
    return set(
        databases.query(
            database,
            """
            SELECT c.table_name, c.column_name
              FROM ir_model_fields f
              JOIN ir_model_data d ON d.model = 'ir.model.fields' AND d.res_id = f.id
              JOIN information_schema.columns c
                ON c.table_name = replace(f.model, '.', '_') AND c.column_name = f.name
             GROUP BY c.table_name, c.column_name
            HAVING bool_and(d.module = ANY(%s))
            """,
            [modules],
        )
    )


def _remains(database, gone, owned):
    """What uninstalled modules left behind."""
    for module, model, rows in databases.query(
        database,
        "SELECT module, model, count(*) FROM ir_model_data WHERE module = ANY(%s) GROUP BY 1, 2",
        [gone],
    ):
        yield f"{rows} record(s) of {model} by {module}"
    for table, column in sorted(owned):
        if databases.query(
            database,
            "SELECT 1 FROM information_schema.columns WHERE table_name = %s AND column_name = %s",
            [table, column],
        ):
            yield f"column {table}.{column}"
    if "tierslieux_base" in gone:
        for (table,) in databases.query(
            database,
            r"SELECT table_name FROM information_schema.tables"
            r" WHERE table_schema = 'public' AND table_name LIKE 'tierslieux\_%%'"
            # Those of the libraries, which know nothing of the base, stay.
            " AND table_name NOT IN (SELECT replace(m.model, '.', '_') FROM ir_model m"
            " JOIN ir_model_data d ON d.model = 'ir.model' AND d.res_id = m.id"
            " WHERE d.module <> ALL(%s))",
            [gone],
        ):
            yield f"table {table}"


def test_modules_uninstall_one_after_another(template):
    """The last to come is the first to go, and its tables and data go with it."""
    with databases.cloned(template, "uninstall") as database:
        for name in reversed(_chain(min)):
            owned = _owned(database, [name])
            log = processes.run("module", "uninstall", "-d", database, name)
            errors = [record for record in processes.problems(log) if " WARNING " not in record]
            assert not errors, "\n".join([name, *errors])
            assert not _installed(database) & {
                other for other in house.modules() if name in house.closure(other)
            }
            remains = list(_remains(database, [name], owned))
            assert not remains, "\n".join([name, *remains])


def test_the_base_takes_all_of_ours_with_it(template):
    """Who uninstalls the base is left with Odoo as it was."""
    gone = sorted(name for name in house.modules() if "tierslieux_base" in house.closure(name))
    with databases.cloned(template, "uninstall_all") as database:
        owned = _owned(database, gone)
        processes.run("module", "uninstall", "-d", database, "tierslieux_base")
        assert not _installed(database) & set(gone)
        remains = list(_remains(database, gone, owned))
    assert not remains, "\n".join(remains)
