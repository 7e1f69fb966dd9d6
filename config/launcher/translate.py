"""``./tierslieux translate``: bring each module's i18n/<module>.pot and fr.po to its code."""

import subprocess

import database
import testing
from paths import ROOT, modules
from ui import say, step

# Run by the Python of the tests, which has polib: argv = pot file, po file.
MERGE = """\
import os, sys, polib
pot = polib.pofile(sys.argv[1])
pot.metadata.pop("POT-Creation-Date", None)
pot.metadata.pop("PO-Revision-Date", None)
pot.save()
po = polib.pofile(sys.argv[2]) if os.path.exists(sys.argv[2]) else polib.POFile()
po.metadata = {
    "Project-Id-Version": "Odoo Server 19.0",
    "Language": "fr",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=2; plural=(n > 1);",
}
known = {entry.msgid: entry.msgstr for entry in po if entry.msgstr}
fresh = polib.POFile(wrapwidth=78)
fresh.metadata = po.metadata
for entry in pot:
    entry.msgstr = known.get(entry.msgid, "")
    fresh.append(entry)
fresh.save(sys.argv[2])
for entry in fresh:
    if not entry.msgstr:
        print(repr(entry.msgid))
"""


def translate(names):
    """Export the terms of modules and merge them into their French; list what is untranslated.

    :param list names: modules, all of ours when empty
    :return: 1 when a term has no French yet
    """
    runtime, cluster = testing.prepare()
    python = runtime.python(dev=True)
    missing = 0
    with cluster.started():
        plain = testing.ensure_template(runtime, cluster, "plain")
        rc = database.write_rc(runtime, cluster, plain, name="i18n.conf", data=testing.TEST_DATA)
        for name in names or modules():
            folder = modules()[name] / "i18n"
            folder.mkdir(exist_ok=True)
            pot, po = folder / f"{name}.pot", folder / "fr.po"
            database.run_odoo(
                runtime, cluster, rc,
                ["i18n", "export", "-d", plain, "-l", "pot", "-o", str(pot), name],
                label=f"Termes de {name}", dev=True, log="i18n",
            )  # fmt: skip
            with step(f"{po.relative_to(ROOT)}"):
                done = subprocess.run(
                    [str(python), "-c", MERGE, str(pot), str(po)],
                    capture_output=True,
                    text=True,
                    check=True,
                )
            lines = done.stdout.splitlines()
            missing += len(lines)
            for line in lines:
                say(f"    sans traduction : {line}")
    return 1 if missing else 0
