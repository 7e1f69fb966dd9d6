"""A database made by the previous commit is updated to this one, and nothing in it is lost.

Without a previous commit (a shallow clone, a first commit), or when it has no module that
installs, the present code is updated over itself and the test says so in a warning.
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

PREVIOUS = "HEAD~1"

# Runs on the old code and on the new: only what both have is written and read.
MAKE_DATA = """
partners = env["res.partner"].create([
    {"name": f"Témoin {n}", "email": f"temoin{n}@example.org"} for n in range(3)
])
if "tierslieux.place" in env:
    env["tierslieux.place"].create({"name": "Lieu témoin", "code": "TEMOIN"})
if "tierslieux.membership" in env:
    Type = env["tierslieux.membership.type"]
    kind = Type.search([("amount_mode", "=", "fixed")], limit=1) or Type.create(
        {"name": "Adhésion témoin", "code": "TEMOIN", "amount": 12.0}
    )
    memberships = env["tierslieux.membership"].create([
        {"partner_id": partner.id, "type_id": kind.id} for partner in partners
    ])
    memberships[:2].action_confirm()
"""
MAKE_DATA += f"{outbox.MAKE}\nenv.cr.commit()\n"

READ_DATA = """
import json
result = {"people": env["res.partner"].search_count([("name", "like", "Témoin %")])}
if "tierslieux.place" in env:
    result["places"] = env["tierslieux.place"].search([("code", "=", "TEMOIN")]).mapped("name")
if "tierslieux.membership" in env:
    ours = [("partner_id.name", "like", "Témoin %")]
    found = env["tierslieux.membership"].search(ours, order="id")
    result["memberships"] = [
        [m.partner_id.name, m.state, str(m.date_start), str(m.date_end), m.amount,
         m.invoice_id.state or "", m.invoice_id.name or ""]
        for m in found
    ]
"""
READ_DATA += f"""{outbox.READ}
result["told"] = told
print("DATA " + json.dumps(result, ensure_ascii=False, sort_keys=True))
"""


def _read(database, addons_root=None):
    text = processes.shell(database, READ_DATA, addons_root=addons_root)
    line = next(line for line in text.splitlines() if "DATA " in line)
    return json.loads(line.split("DATA ", 1)[1])


def _git(*arguments):
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=False)
    return done.stdout if done.returncode == 0 else None


def _previous_key():
    """What the modules of the previous commit are: the hash of their tree, or None."""
    listed = _git("ls-tree", "-r", PREVIOUS)
    if listed is None:
        return None
    lines = [line for line in listed.decode().splitlines() if "/__manifest__.py" in line]
    if not lines:
        return None
    folders = {line.split("\t")[1].rsplit("/", 1)[0] for line in lines}
    trees = [_git("rev-parse", f"{PREVIOUS}:{folder}").decode().strip() for folder in folders]
    return "".join(tree[:8] for tree in sorted(trees))[:24]


def _modules_in(root):
    manifests = [*root.glob("*/__manifest__.py"), *root.glob("addons/*/__manifest__.py")]
    return sorted(manifest.parent.name for manifest in manifests)


@pytest.fixture
def previous(tmp_path):
    """A cached database of the previous commit with data in it: (name, its code's folder)."""
    key = _previous_key()
    if key is None:
        return None
    code = tmp_path / "previous"
    unpack(io.BytesIO(_git("archive", "--format=tar", PREVIOUS)), code, compressed=False)
    modules = _modules_in(code)

    def build(database):
        databases.create(database)
        processes.run(
            "-d", database, "-i", ",".join(modules), "--load-language=fr_FR",
            "--stop-after-init", "--no-http", "--log-level=error", addons_root=code,
        )  # fmt: skip
        processes.shell(database, SET_UP, addons_root=code)
        processes.shell(database, MAKE_DATA, addons_root=code)

    try:
        with databases.cached("tl_previous_", key, build) as name:
            return name, code
    except processes.OdooFailure as failure:
        warnings.warn(
            f"The previous commit does not make a database of its own:\n{str(failure)[-1500:]}",
            stacklevel=1,
        )
        return None


SET_UP = """
company = env.company
if not company.chart_template:
    company.country_id = env.ref("base.fr")
    names = env["account.chart.template"]._get_chart_template_mapping()
    env["account.chart.template"].try_loading(
        "fr_asso" if "fr_asso" in names else "fr", company=company, install_demo=False
    )
env.cr.commit()
"""


def test_the_previous_database_is_updated_and_keeps_its_data(previous, template):
    """`-u` of every module: no ERROR, no WARNING, and each record reads as before."""
    source, code = previous or (template, None)
    if previous is None:
        warnings.warn(
            "No previous commit to come from: the present code was updated over itself.",
            stacklevel=1,
        )
    with databases.cloned(source, "upgrade") as database:
        if code is None:
            processes.shell(database, MAKE_DATA)
        before = _read(database, addons_root=code)
        installed = {
            name
            for (name,) in databases.query(
                database, "SELECT name FROM ir_module_module WHERE state = 'installed'"
            )
        }
        ours = sorted(house.modules())
        log = processes.install(
            database,
            [name for name in ours if name not in installed],
            update=[name for name in ours if name in installed],
        )
        after = _read(database)
        states = databases.query(
            database, "SELECT name FROM ir_module_module WHERE state LIKE 'to %%'"
        )
    complaints = processes.problems(log)
    assert not complaints, "\n".join(complaints)
    assert not states, f"modules left half-way: {states}"
    assert before["people"] == 3
    for what, value in before.items():
        assert after[what] == value, f"{what} changed: {value} → {after[what]}"
