"""``test --core``: Odoo's and OCA's own test suites, with our modules installed.

Whoever changes a model of Odoo's changes what Odoo's code does; only Odoo's tests say whether it
still does the rest. What fails with Odoo and the OCA addons alone, on this machine and these
versions, is in ``tests/core/known_failures.toml``, with its reason; ``--without-ours`` runs the
same suites on a database where our modules are not, to find out.
"""

import argparse
import json
import os
import subprocess
import time
import tomllib

import database
import testing
from paths import ROOT, STATE
from ui import Stop, say, step

# Suites of Odoo's modules that we build on. OCA's are added as they are found.
SUITES = (
    "account",
    "account_payment",
    "analytic",
    "auth_signup",
    "contacts",
    "crm",
    "payment",
    "portal",
    "privacy_lookup",
    "resource",
)
KNOWN = ROOT / "tests" / "core" / "known_failures.toml"
RUNNER = ROOT / "tests" / "core" / "run_suites.py"
# A failure that speaks of us is ours, whatever else that test is known for.
OURS = "tierslieux"


def known_failures():
    """{test: reason} of what fails or is skipped with Odoo and OCA alone."""
    known = {}
    for group in tomllib.loads(KNOWN.read_text()).get("group", ()):
        if not group.get("reason", "").strip():
            raise Stop(f"{KNOWN.relative_to(ROOT)} : un groupe n'a pas de raison.")
        for name in group["tests"]:
            if name in known:
                raise Stop(f"{KNOWN.relative_to(ROOT)} : {name} y est deux fois.")
            known[name] = group["reason"]
    return known


def oca_suites(runtime):
    """OCA addons of the runtime that ship tests: all of them were asked for by ours."""
    site = next((runtime.python(dev=True).parents[1] / "lib").glob("python3*")) / "site-packages"
    return sorted(path.parent.name for path in (site / "odoo" / "addons").glob("*/tests"))


def sort_out(tests, known):
    """What became of the tests, against what is known.

    A class whose set-up failed or was skipped took its tests with it: it counts as one.

    :param dict tests: {id: [outcome, seconds, message]}
    :return: dict of lists of ids: ``passed``, ``known``, ``unknown`` (failed or skipped and not
        known for it), ``healed`` (known, but passed)
    """
    found = {"passed": [], "known": [], "unknown": [], "healed": []}
    for name, (outcome, _seconds, message) in sorted(tests.items()):
        if outcome == "passed":
            found["healed" if name in known else "passed"].append(name)
        elif name in known and OURS not in message:
            found["known"].append(name)
        else:
            found["unknown"].append(name)
    return found


def parse(words):
    parser = argparse.ArgumentParser(prog="./tierslieux test --core")
    parser.add_argument(
        "--without-ours", action="store_true",
        help="sur Odoo et l'OCA seuls : ce qui y échoue n'est pas de nous",
    )  # fmt: skip
    parser.add_argument(
        "suites", nargs="*", metavar="SUITE",
        help="un module, ou une étiquette de test d'Odoo : /account:TestClass.test_method",
    )  # fmt: skip
    return parser.parse_args(words)


def test_core(words):
    """Run the suites; returns 0 when nothing failed but what is known to."""
    options = parse(words)
    known = known_failures()
    runtime, cluster = testing.prepare()
    suites = options.suites or [*SUITES, *oca_suites(runtime)]
    tags = ",".join(word if "/" in word else f"/{word}" for word in suites)
    kind = "english" if options.without_ours else "core"
    out = STATE / "core" / f"{kind}.json"
    out.parent.mkdir(exist_ok=True)
    out.unlink(missing_ok=True)
    started = time.monotonic()
    with cluster.started():
        template = testing.ensure_template(runtime, cluster, kind)
        with testing.disposable(cluster, template, "core") as name:
            rc = database.write_rc(
                runtime, cluster, name, name="odoo-core.conf", data=testing.TEST_DATA,
                log_level="critical", log_handler=":CRITICAL", limit_time_real=0,
                limit_time_cpu=0, limit_memory_hard=0, limit_memory_soft=0, max_cron_threads=0,
            )  # fmt: skip
            _run(runtime, cluster, rc, name, out, tags)
    if not out.exists():
        raise Stop(
            "Les suites d'Odoo ne sont pas allées jusqu'au bout.",
            f"Journal complet : {out.with_suffix('.log')}",
        )
    tests = json.loads(out.read_text())["tests"]
    if not tests:
        raise Stop("Aucun test d'Odoo ne porte ces noms.", f"Suites : {', '.join(SUITES)}")
    return report(tests, known, out, time.monotonic() - started)


def _run(runtime, cluster, rc, name, out, tags):
    env = database.server_environment(runtime, cluster)
    # Odoo looks for its browser and its Python programs on the path.
    env["PATH"] = f"{runtime.python(dev=True).parent}:{os.environ['PATH']}"
    command = [runtime.python(dev=True), RUNNER, rc, name, out, tags]
    done = 0
    with (
        step("Suites de tests d'Odoo et de l'OCA") as progress,
        open(out.with_suffix(".log"), "w") as log,
    ):
        process = subprocess.Popen(
            list(map(str, command)), env=env, cwd=ROOT, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            for line in process.stdout:
                log.write(line)
                log.flush()
                if line.startswith(("passed ", "failed ", "skipped ")):
                    done += 1
                    progress(f"{done} {line.split()[-1]}")
        except BaseException:
            process.terminate()
            raise
        if process.wait():
            # What it has written so far is not all that there was to write.
            out.unlink(missing_ok=True)


def report(tests, known, out, seconds):
    """Say what became of the tests; the exit code."""
    found = sort_out(tests, known)
    for name in found["healed"]:
        say(f"  réussit à présent : {name} (à ôter de {KNOWN.relative_to(ROOT)})")
    for name in found["unknown"]:
        outcome, _seconds, message = tests[name]
        word = "sauté" if outcome == "skipped" else "échoué"
        say(f"\n✗ {word} : {name}\n    " + "\n    ".join(message.splitlines()[-12:]))
    passed = len(found["passed"]) + len(found["healed"])
    say(
        f"\n{passed} réussis, {len(found['unknown'])} échoués ou sautés, {len(found['known'])}"
        f" échecs connus, en {seconds / 60:.0f} min ({out.relative_to(ROOT)})"
    )
    return 1 if found["unknown"] else 0
