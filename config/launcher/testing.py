"""``test``, ``lint`` and ``bench``: disposable databases cloned from cached templates."""

import ast
import contextlib
import functools
import json
import os
import secrets
import shutil
import subprocess
from pathlib import Path

import archive
import database
from cluster import Cluster
from paths import CACHE, CONFIG, ROOT, STATE, code_hash, digest, modules
from runtime import Runtime, lock
from system import chromium, ensure_packages, nginx
from ui import DONE, Stop, run, say, step

TEST_DATA = STATE / "test-data"
TEMPLATES = CACHE / "templates"


def prepare():
    """Everything the tests need, installed. Returns (runtime, test cluster)."""
    STATE.mkdir(exist_ok=True)
    ensure_packages(tests=True)
    runtime = Runtime()
    runtime.ensure(dev=True)
    return runtime, Cluster("pg-test", disposable=True)


# Layers of test databases, each made of the one before: Odoo and the OCA addons that our modules
# ask for; then our modules; then the style sheets and scripts of their pages; then the demo
# association. An edit of ours leaves the first one alone. For Odoo's own tests, which read English
# and make companies of their own: the same without French nor settings, alone (english) and with
# our modules (core).
LAYER_BELOW = {
    "odoo": None,
    "plain": "odoo",
    "pages": "plain",
    "demo": "pages",
    "english": None,
    "core": "english",
}


def foreign_modules():
    """The modules that ours depend on and that are not ours, sorted."""
    ours = modules()
    wanted = {"payment_demo"}
    for folder in ours.values():
        manifest = ast.literal_eval((folder / "__manifest__.py").read_text())
        wanted |= set(manifest["depends"])
    return sorted(wanted - set(ours))


def template_name(runtime, kind):
    """A template's name is the hash of all it is made of."""
    parts = [kind, runtime.key, CONFIG / "requirements-dev.txt", CONFIG / "odoo.conf"]
    parts += [CONFIG / "launcher" / name for name in ("database.py", "demo.py")]
    parts.append(code_hash() if LAYER_BELOW[kind] else " ".join(foreign_modules()))
    return f"tl_{kind}_{digest(*parts)}"


def ensure_template(runtime, cluster, kind):
    """Make the template database ``kind`` (see LAYER_BELOW), or fetch it from the cache."""
    name = template_name(runtime, kind)
    if cluster.exists(name):
        return name
    for old in cluster.databases():
        if old.startswith(f"tl_{kind}_"):
            cluster.drop(old)
            shutil.rmtree(database.filestore(old, TEST_DATA), ignore_errors=True)
    with lock(name):
        dump = TEMPLATES / f"{name}.dump"
        if dump.exists():
            _load(cluster, name, dump)
        else:
            _make(runtime, cluster, name, kind)
            _save(cluster, name, dump)
    return name


def _make(runtime, cluster, name, kind):
    below = LAYER_BELOW[kind]
    start = None
    if below:
        template = ensure_template(runtime, cluster, below)

        def start(part):
            clone(cluster, template, part)

    if kind == "plain":
        database.build(
            runtime, cluster, name, demo=False, dev=True, data=TEST_DATA,
            names=list(modules()), start=start, assets=False,
        )  # fmt: skip
        return
    part = f"{name}_building"
    cluster.drop(part)
    (start or functools.partial(database.create_empty, cluster))(part)
    rc = database.write_rc(runtime, cluster, part, name=f"{part}.conf", data=TEST_DATA)
    match kind:
        case "pages":
            database.warm_assets(runtime, cluster, part, rc, dev=True)
        case "demo":
            database.load_demo(runtime, cluster, part, rc, dev=True)
        case "core":
            database.install(
                runtime, cluster, rc, part, list(modules()), dev=True, language="",
                label="Installation de nos modules",
            )  # fmt: skip
        case "odoo" | "english":
            database.install(
                runtime, cluster, rc, part, foreign_modules(), dev=True,
                language="fr_FR" if kind == "odoo" else "",
                label="Installation d'Odoo et des modules dont dépendent les nôtres",
            )  # fmt: skip
    rc.unlink()
    database.take_name(cluster, part, name, TEST_DATA)


def _save(cluster, name, dump):
    with step("Modèle de base mis en cache"):
        TEMPLATES.mkdir(parents=True, exist_ok=True)
        kind = name.rsplit("_", 1)[0]
        # The cache keeps the newest few of each kind.
        old = sorted(TEMPLATES.glob(f"{kind}_*.dump"), key=os.path.getmtime)
        for path in old[:-3]:
            path.unlink()
            path.with_suffix(".tar").unlink(missing_ok=True)
        work = dump.with_suffix(".partial")
        run([cluster.bin / "pg_dump", *cluster.connection(name), "-Fc", "-Z1", "--no-owner",
             "-f", work])  # fmt: skip
        with open(dump.with_suffix(".tar"), "wb") as out:
            folder = database.filestore(name, TEST_DATA)
            archive.pack(out, archive.tree(folder, "filestore"), compressed=False)
        work.rename(dump)


def _load(cluster, name, dump):
    with step("Modèle de base tiré du cache"):
        part = f"{name}_building"
        cluster.drop(part)
        cluster.sql(f"CREATE DATABASE \"{part}\" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C'")
        run([cluster.bin / "pg_restore", *cluster.connection(part), "--no-owner", "-j", "2",
             "--exit-on-error", dump])  # fmt: skip
        target = database.filestore(name, TEST_DATA)
        shutil.rmtree(target, ignore_errors=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(target.with_suffix(".untar"), ignore_errors=True)
        with open(dump.with_suffix(".tar"), "rb") as handle:
            archive.unpack(handle, target.with_suffix(".untar"), compressed=False)
        if (target.with_suffix(".untar") / "filestore").exists():
            (target.with_suffix(".untar") / "filestore").rename(target)
        shutil.rmtree(target.with_suffix(".untar"))
        cluster.rename(part, name)


def clone(cluster, template, name):
    """A database of its own, and its files, from a template."""
    cluster.clone(template, name)
    source, target = (database.filestore(item, TEST_DATA) for item in (template, name))
    shutil.rmtree(target, ignore_errors=True)
    if source.exists():
        shutil.copytree(source, target, copy_function=os.link)


@contextlib.contextmanager
def disposable(cluster, template, label):
    """A clone that is dropped after the block."""
    name = f"{label}_{secrets.token_hex(3)}"
    with step("Copie de la base modèle"):
        clone(cluster, template, name)
    try:
        yield name
    finally:
        cluster.drop(name)
        shutil.rmtree(database.filestore(name, TEST_DATA), ignore_errors=True)


def _mentions(path, word):
    """Whether a test file, or one of a folder, has this word."""
    path = Path(path.split("::")[0])
    files = [path] if path.is_file() else path.rglob("*.py")
    return any(word in file.read_text() for file in files)


def _workers(arguments, paths):
    """Arguments that share the whole suite among the cores; a part of it stays in one process.

    ``--serial`` keeps the whole in one as well; pytest's own ``-n`` is obeyed.
    """
    chosen = any(word.startswith(("-n", "--numprocesses", "-k")) for word in arguments)
    if paths or chosen or "--serial" in arguments:
        return []
    return ["-n", str(os.cpu_count() or 1), "--no-loadscope-reorder", "--durations=20"]


def test(arguments):
    """Run pytest, or Odoo's own tests when the first word is ``--core``; returns an exit code."""
    if arguments[:1] == ["--core"]:
        import core_suites

        return core_suites.test_core(arguments[1:])
    runtime, cluster = prepare()
    words = [item for item in arguments if not item.startswith("-")]
    paths = [item for item in words if os.path.exists(item.split("::")[0])]
    unit_only = paths and not any("tests" == item.split("/")[0].strip("./") for item in paths)
    asks_pages = not unit_only or any(_mentions(path, "url_open") for path in paths)
    if not paths or any(_mentions(path, "harness.service") for path in paths):
        runtime.ensure()  # ./tierslieux run itself is started, with its own environment
    with cluster.started():
        os.environ["TIERSLIEUX_CODE_HASH"] = code_hash()
        plain = ensure_template(runtime, cluster, "pages" if asks_pages else "plain")
        asks_demo = not paths or any(_mentions(path, "template_demo") for path in paths)
        demo = ensure_template(runtime, cluster, "demo") if asks_demo else ""
        with disposable(cluster, plain, "test") as name:
            rc = database.write_rc(
                runtime, cluster, name="odoo-test.conf", data=TEST_DATA, log_level="warn",
                log_handler=":WARNING", limit_time_real=0, limit_time_cpu=0, http_port=0,
                # One process runs a thousand tests: it is no worker of a server.
                limit_memory_soft=0, limit_memory_hard=0,
            )  # fmt: skip
            env = database.server_environment(runtime, cluster) | {
                "PATH": f"{runtime.python(dev=True).parent}:{os.environ['PATH']}",
                "TIERSLIEUX_RC": str(rc),
                "TIERSLIEUX_DB": name,
                "TIERSLIEUX_TEMPLATE": plain,
                "TIERSLIEUX_TEMPLATE_DEMO": demo,
                "TIERSLIEUX_MODULES": " ".join(modules()),
                "TIERSLIEUX_ROOT": str(ROOT),
                "TIERSLIEUX_CACHE": str(CACHE),
                "TIERSLIEUX_BROWSER": chromium(),
                "TIERSLIEUX_PGBIN": str(cluster.bin),
                "TIERSLIEUX_ODOO": str(runtime.program()),
                "TIERSLIEUX_NGINX": nginx(),
                "TIERSLIEUX_PHASES": json.dumps(DONE),
            }
            command = [
                runtime.python(dev=True), "-m", "pytest", f"--odoo-config={rc}",
                f"--odoo-database={name}", "--odoo-http", *_workers(arguments, paths),
                *(word for word in arguments if word != "--serial"),
            ]  # fmt: skip
            return subprocess.run(
                list(map(str, command)), env=env, cwd=ROOT, pass_fds=cluster.descriptors()
            ).returncode


def lint(arguments):
    """Run every static check; returns 0 when all are content."""
    STATE.mkdir(exist_ok=True)
    ensure_packages(tests=True)
    runtime = Runtime()
    runtime.ensure(dev=True)
    env = dict(os.environ, TIERSLIEUX_CACHE=str(CACHE), TIERSLIEUX_ROOT=str(ROOT))
    env["PATH"] = f"{runtime.python(dev=True).parent}:{env['PATH']}"
    env.pop("PYTHONPATH", None)
    command = [runtime.python(dev=True), CONFIG / "lint" / "lint.py", *arguments]
    return subprocess.run(list(map(str, command)), env=env, cwd=ROOT).returncode


BENCH_SCRIPT = """\
import importlib, json, sys
sys.path.insert(0, {folder!r})
rows = importlib.import_module({module!r}).run(env)
open({out!r}, "w").write(json.dumps(rows, indent=2, default=str))
"""


def bench(names, **given):
    """Run the benchmarks, each on a database of its own; print ratios, keep JSON.

    :param given: size, seconds and people of the benches of a whole network
    """
    files = {
        path.stem.removeprefix("bench_"): path for path in (ROOT / "tests/bench").glob("bench_*.py")
    }
    unknown = [name for name in names if name not in files]
    if unknown:
        raise Stop(f"Pas de mesure « {unknown[0]} ».", f"Il y a : {', '.join(sorted(files))}.")
    runtime, cluster = prepare()
    with cluster.started():
        plain = ensure_template(runtime, cluster, "plain")
        for name in names or sorted(files):
            out = STATE / "bench" / f"{name}.json"
            out.parent.mkdir(exist_ok=True)
            out.unlink(missing_ok=True)
            script = STATE / "bench" / f"{name}.run.py"
            folder, module = str(files[name].parent), files[name].stem
            script.write_text(BENCH_SCRIPT.format(folder=folder, module=module, out=str(out)))
            text = files[name].read_text()
            peers = runtime.ensure_peers() if "NEEDS_PEERS = True" in text else None
            on_demo = "ON_DEMO = True" in text
            template = ensure_template(runtime, cluster, "demo") if on_demo else plain
            options, extra = {}, {}
            if peers:
                addons = [*runtime.addons, ROOT / "addons", ROOT, peers / "odoo" / "addons"]
                options["addons_path"] = ",".join(map(str, addons))
                extra["PYTHONPATH"] = os.pathsep.join([str(runtime.packages), str(peers)])
            with disposable(cluster, template, "bench") as clone_name:
                rc = database.write_rc(
                    runtime, cluster, name="odoo-bench.conf", data=TEST_DATA, log_level="warn",
                    log_handler=":WARNING", limit_time_real=0, limit_time_cpu=0, **options,
                )  # fmt: skip
                if on_demo:  # it starts servers of its own, as tests do
                    extra |= {
                        "TIERSLIEUX_RC": str(rc),
                        "TIERSLIEUX_ODOO": str(runtime.program()),
                        "TIERSLIEUX_TEMPLATE_DEMO": template,
                        **{
                            f"TIERSLIEUX_BENCH_{key.upper()}": str(value)
                            for key, value in given.items()
                            if value is not None
                        },
                    }
                database.run_script(
                    runtime, cluster, rc, clone_name, script, dev=True, extra=extra,
                    label=f"Mesure : {name}",
                )  # fmt: skip
            _table(name, json.loads(out.read_text()))
            say(f"  {out.relative_to(ROOT)}")
    return 0


def _table(title, rows):
    columns = list(dict.fromkeys(key for row in rows for key in row))
    cells = [columns] + [
        [f"{value:.3g}" if isinstance(value, float) else str(value if value is not None else "—")
         for value in (row.get(key) for key in columns)]
        for row in rows
    ]  # fmt: skip
    widths = [max(len(line[i]) for line in cells) for i in range(len(columns))]
    say(f"\n{title}")
    for line in cells:
        say("  " + "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)))
