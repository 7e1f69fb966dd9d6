"""The demo association of before the rooms is updated to this code, and nothing in it is lost.

Until then the base and the coworking held what eight modules hold now: each record keeps its
external id, under the room it went to (see tierslieux_base/migrations/19.0.2.0.0).
"""

import io
import json
import subprocess
import warnings

import house
import pytest
from harness import databases, launcher, outbox, processes

from archive import unpack  # isort: skip: the launcher's own, found through harness.launcher

ROOT = launcher.ROOT
# The first stone of the rooms
STONE = "tierslieux_base/tools/clock.py"

TELL_STORY = """
from pathlib import Path
namespace = {{}}
exec(compile(Path({script!r}).read_text(), "demo.py", "exec"), namespace)
namespace["load_demo"](env, Path({code!r}))
# What an association may change, and what updates leave alone
env.ref("tierslieux_base.resource_kind_desk").name = "Bureau partagé"
env.ref("tierslieux_base.mail_template_booking_reminder").subject = "À demain"
env.ref("tierslieux_base.cron_booking_reminders").interval_number = 7
env.ref("tierslieux_base.cron_booking_reminders").active = False
env.ref("tierslieux_coworking.dunning_level_1").name = "Un mot"
memberships = env["tierslieux.membership"].search([], limit=2)
{outbox}
env.cr.commit()
"""

# Runs on the code of before and on this one.
READ = """
import json
MODELS = '''res.partner res.users res.company account.move account.move.line account.payment
    account.bank.statement.line account.analytic.account crm.lead mail.template ir.cron
    tierslieux.place tierslieux.place.label tierslieux.directory.entry tierslieux.directory.term
    tierslieux.college tierslieux.membership.type tierslieux.membership.scale tierslieux.membership
    tierslieux.member tierslieux.reminder.rule tierslieux.resource tierslieux.resource.kind
    tierslieux.booking.policy tierslieux.booking.rate tierslieux.booking tierslieux.booking.claim
    tierslieux.booking.wait tierslieux.presence tierslieux.plan tierslieux.subscription
    tierslieux.credit.line tierslieux.billing.run tierslieux.billing.line tierslieux.dunning.level
    tierslieux.domiciliation tierslieux.post.item'''.split()
every = env(context={"active_test": False})
links = []
for name in ("tierslieux.membership", "tierslieux.booking"):
    links += [[name, r.id, r.access_token or "", r.access_url] for r in every[name].search([])]
result = {
    "counts": {name: every[name].search_count([]) for name in MODELS if name in env},
    "invoices": [
        [m.name, m.move_type, m.partner_id.name, str(m.invoice_date), m.amount_total,
         m.amount_residual, m.state, m.payment_state, len(m.line_ids)]
        for m in every["account.move"].search([], order="id")
    ],
    "states": [
        [r._name, r.id, r.state] for name in ("tierslieux.membership", "tierslieux.booking",
        "tierslieux.subscription") for r in every[name].search([], order="id")
    ],
    "changed": [
        env["tierslieux.resource.kind"].search([("name", "=", "Bureau partagé")]).mapped("code"),
        env["mail.template"].search_count([("subject", "=", "À demain")]),
        every["ir.cron"].search([("cron_name", "ilike", "reminder")]).sorted("id")
        .mapped(lambda cron: [cron.interval_number, cron.active]),
        env["tierslieux.dunning.level"].search_count([("name", "=", "Un mot")]),
    ],
    "links": sorted(links),
    "figures": [
        [line["kind"], line["__count"]] for line in every["tierslieux.activity.report"]
        .formatted_read_group([], ["kind"], ["__count"])
    ],
}
env.cr.execute('''
    SELECT name, model, res_id FROM ir_model_data
     WHERE module LIKE 'tierslieux%' AND model NOT LIKE 'ir.model%'
       AND model NOT IN ('ir.module.category', 'ir.ui.view', 'ir.ui.menu', 'ir.asset')
''')
result["ids"] = sorted(map(list, env.cr.fetchall()))
"""
READ += (
    outbox.READ
    + """
result["told"] = told
print("DATA " + json.dumps(result, ensure_ascii=False, sort_keys=True))
"""
)
# With the one outbox: rules of the logs that it replaces, and the job that serves all rooms now.
GONE = {"booking_message_rule_company", "reminder_log_rule_company", "dunning_log_rule_company"}
RENAMED = {
    "cron_booking_messages": "cron_messages",
    "cron_booking_messages_ir_actions_server": "cron_messages_ir_actions_server",
}


def _git(*arguments):
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=False)
    return done.stdout if done.returncode == 0 else b""


def _before():
    """The last commit before the rooms; empty where the history is not there."""
    commits = _git("log", "--diff-filter=A", "--format=%H", "--", STONE).decode().split()
    return _git("rev-parse", "--verify", f"{commits[-1]}^1").decode().strip() if commits else ""


def _read(database, addons_root=None):
    text = processes.shell(database, READ, addons_root=addons_root)
    line = next(line for line in text.splitlines() if "DATA " in line)
    return json.loads(line.split("DATA ", 1)[1])


def _states(database):
    return dict(
        databases.query(
            database,
            "SELECT name, state FROM ir_module_module WHERE name = ANY(%s)",
            [sorted(house.modules())],
        )
    )


def _installed(database):
    """What the launcher updates: all of ours that is there, with what each has come to need."""
    return sorted(name for name, state in _states(database).items() if state == "installed")


def _kept_tables(database):
    return databases.query(
        database, "SELECT tablename FROM pg_tables WHERE tablename LIKE 'tierslieux_kept_%%'"
    )


@pytest.fixture
def before(tmp_path):
    """(cached database of the demo association before the rooms, folder of its code), or None."""
    commit = _before()
    if not commit:
        return None
    code = tmp_path / "before"
    unpack(io.BytesIO(_git("archive", "--format=tar", commit)), code, compressed=False)
    manifests = [*code.glob("*/__manifest__.py"), *code.glob("addons/*/__manifest__.py")]
    modules = sorted(manifest.parent.name for manifest in manifests)

    def build(database):
        databases.create(database)
        processes.run(
            "-d", database, "-i", ",".join(modules), "--load-language=fr_FR",
            "--stop-after-init", "--no-http", "--log-level=error", addons_root=code,
        )  # fmt: skip
        script = code / "config" / "launcher" / "demo.py"
        story = TELL_STORY.format(script=str(script), code=str(code), outbox=outbox.MAKE)
        processes.shell(database, story, addons_root=code)

    with databases.cached("tl_before_rooms_told_", commit[:12], build) as name:
        return name, code


def test_the_association_of_before_the_rooms_loses_nothing(before):
    """Counts, invoices, states, links and external ids are those of before; nothing is told."""
    if before is None:
        warnings.warn("The history of before the rooms is not in this clone.", stacklevel=1)
        return
    source, code = before
    with databases.cloned(source, "rooms") as database:
        was = _read(database, addons_root=code)
        assert was["counts"]["tierslieux.membership"] > 40
        assert len(was["told"]) > 6
        assert was["changed"][0] and was["changed"][1] == was["changed"][3] == 1, was["changed"]
        log = processes.install(database, [], update=_installed(database))
        now = _read(database)
        states = _states(database)
        kept = _kept_tables(database)
        twice = databases.query(
            database,
            "SELECT model, res_id, count(*) FROM ir_model_data WHERE module LIKE 'tierslieux%%'"
            " AND model IN ('ir.ui.view', 'ir.ui.menu', 'ir.rule', 'ir.cron', 'mail.template')"
            " GROUP BY model, res_id HAVING count(*) > 1",
        )
    assert not processes.problems(log), "\n".join(processes.problems(log))
    expected = dict.fromkeys(_rooms(), "installed") | dict.fromkeys(LATER, "uninstalled")
    assert states == expected
    assert not kept, f"rows put aside that no room took back: {kept}"
    assert not twice, f"records that two rooms call theirs: {twice}"
    _assert_kept(now, was)
    present = {tuple(row) for row in now["ids"]}
    lost = [
        row
        for row in was["ids"]
        if row[0] not in GONE and (RENAMED.get(row[0], row[0]), *row[1:]) not in present
    ]
    assert not lost, f"{len(lost)} external ids lost or changed: {lost[:20]}"


# Rooms built since: an update of what was there brings none of them; the launcher installs them.
LATER = {"l10n_fr_fec_import", "tierslieux_agreement", "tierslieux_volunteer"}


def _rooms():
    return set(house.modules()) - LATER


# Texts and jobs that rooms have had since: more of them are no loss, fewer would be.
GROWING = ("mail.template", "ir.cron")


def _assert_kept(now, was):
    for name in GROWING:
        assert now["counts"].pop(name) >= was["counts"].pop(name), name
    for what in ("counts", "invoices", "states", "links", "figures", "changed", "told"):
        assert now[what] == was[what], what


# Odoo stops here the first time: the base and the rooms before it are committed, this one is not.
CUT_BEFORE = "tierslieux_presence"
CUT = f"""
    CREATE FUNCTION tierslieux_test_cut() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'cut by the test'; END $$;
    CREATE TRIGGER tierslieux_test_cut BEFORE UPDATE ON ir_module_module FOR EACH ROW
        WHEN (NEW.name = '{CUT_BEFORE}' AND NEW.state = 'installed')
        EXECUTE FUNCTION tierslieux_test_cut();
"""
MEND = """
    DROP TRIGGER tierslieux_test_cut ON ir_module_module; DROP FUNCTION tierslieux_test_cut();
"""


def test_an_update_cut_between_two_rooms_loses_nothing_once_it_is_taken_up_again(before):
    """What the association had changed comes back with each room, whenever it is installed."""
    if before is None:
        warnings.warn("The history of before the rooms is not in this clone.", stacklevel=1)
        return
    source, code = before
    with databases.cloned(source, "rooms_cut") as database:
        was = _read(database, addons_root=code)
        databases.query(database, CUT)
        with pytest.raises(processes.OdooFailure, match="cut by the test"):
            processes.install(database, [], update=_installed(database))
        cut = _states(database)
        assert cut["tierslieux_base"] in ("installed", "to upgrade"), cut
        assert CUT_BEFORE not in [name for name, state in cut.items() if state == "installed"], cut
        versions = databases.query(
            database, "SELECT latest_version FROM ir_module_module WHERE name = 'tierslieux_base'"
        )
        assert versions == [(house.modules()["tierslieux_base"].manifest["version"],)], versions
        assert _kept_tables(database), "the cut came too late: nothing was left to restore"
        databases.query(database, MEND)
        # As the launcher takes it up: what is there is updated, what is not is installed.
        there = sorted(name for name, state in cut.items() if state == "installed")
        processes.install(database, sorted(_rooms() - set(there)), update=there)
        now = _read(database)
        states = _states(database)
        assert {name for name, state in states.items() if state == "installed"} == _rooms()
        assert not _kept_tables(database)
    _assert_kept(now, was)
