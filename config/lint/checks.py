"""What no ready-made tool checks: manifests, arrows, left-overs, translations, views.

Each check is a function without argument that returns a list of findings, one sentence each,
beginning with the place (`file:line:`). No database is needed.
"""

import re
from functools import cache
from pathlib import Path

import polib
import rooms
from house import ROOT, closure, modules, project_files, relative
from lxml import etree

AUTHOR = "tierslieux contributors"
LICENCES = {"AGPL-3", "LGPL-3"}
# What is longer is divided by topic; a file of tests may list more cases.
MAX_PYTHON_LINES = 400
MAX_TEST_LINES = 600
# files that are longer all the same: {path: lines}
LONGER = {"addons/tierslieux_booking/models/booking_wait.py": 410}

TEXT_SUFFIXES = {
    ".cfg", ".conf", ".css", ".csv", ".html", ".ini", ".js", ".json", ".md", ".po", ".pot", ".py",
    ".rst", ".scss", ".service", ".sh", ".svg", ".toml", ".txt", ".xml", ".yaml", ".yml", "",
}  # fmt: skip

_HOST = "|".join(
    re.escape(".".join(parts))
    for parts in (
        ("deb", "debian", "org"),
        ("ftp", "debian", "org"),
        ("security", "debian", "org"),
        ("snapshot", "debian", "org"),
        ("pypi", "org"),
        ("files", "pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("registry", "yarnpkg", "com"),
    )
)
LEFTOVERS = (
    (re.compile(r"^(<{7}|>{7}|\|{7}) |^={7}$"), "conflict marker"),
    (re.compile(r"\b(breakpoint|set_trace)\(\)|\bimport (pdb|ipdb|pudb)\b"), "debugger call"),
    (re.compile(r"\bdebugger;|\bconsole\.log\("), "debugging left in JavaScript"),
    (re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b"), "note to self: do it or write it down"),
    (re.compile(rf"\b({_HOST})\b"), "name of a package registry: the machine's settings say which"),
    (
        re.compile(r"^\s*from odoo import (.*,)?\s*_\s*(,|$|#)"),
        "translate with self.env._, which knows the language of the one who reads",
    ),
    (
        re.compile(r"(?<![\w.~$}/:-])/(?:work|root|home/\w+|tmp/(?:team|pgdev))(?=/|\b)"),
        "path of one machine",
    ),
)
# a pattern that a file needs for its own sake: (file, text of the line)
LEFTOVERS_ALLOWED: set[tuple[str, str]] = set()

RNG_VIEWS = ("activity", "calendar", "graph", "list", "pivot", "search")


def _line_of(text, position):
    return text.count("\n", 0, position) + 1


def _read(path):
    return path.read_text(encoding="utf-8")


# ---------------------------------------------------------------------------------- manifests


def manifests():
    """Version, licence, author, and each data file: listed once, present, none forgotten."""
    findings = []
    for module in modules().values():
        where = relative(module.path / "__manifest__.py")
        manifest = module.manifest
        if not re.fullmatch(r"19\.0\.\d+\.\d+\.\d+", str(manifest.get("version", ""))):
            findings.append(f"{where}: version must be 19.0.x.y.z")
        if manifest.get("license") not in LICENCES:
            findings.append(f"{where}: licence must be one of {', '.join(sorted(LICENCES))}")
        if AUTHOR not in str(manifest.get("author", "")):
            findings.append(f"{where}: the author must name “{AUTHOR}”")
        for key in ("name", "summary", "website"):
            if not manifest.get(key):
                findings.append(f"{where}: no {key}")
        listed = [*manifest.get("data", ()), *manifest.get("demo", ())]
        for name in sorted({name for name in listed if listed.count(name) > 1}):
            findings.append(f"{where}: {name} is listed twice")
        for name in listed:
            if not (module.path / name).is_file():
                findings.append(f"{where}: {name} is listed but missing")
        findings += _unlisted_data(module, set(listed))
        findings += _dead_assets(module)
        if module.manifest.get("auto_install") and not module.is_library:
            findings.append(f"{where}: no module installs itself here (skip_auto_install): a seam")
    return findings


def _unlisted_data(module, listed):
    """XML and CSV in the folders of data that neither the manifest nor a script loads."""
    folders = {"data", "demo", "report", "reports", "security", "views", "wizard", "wizards"}
    code = "".join(_read(path) for path in module.files(".py"))
    for path in module.files(".xml", ".csv"):
        name = path.relative_to(module.path)
        # account.chart.template reads data/template/*.csv by itself
        if name.parts[0] not in folders or name.parts[:2] == ("data", "template"):
            continue
        if str(name) not in listed and path.name not in code and f'"{path.stem}"' not in code:
            yield f"{relative(path)}: not listed in the manifest"


def _dead_assets(module):
    for bundle, entries in module.manifest.get("assets", {}).items():
        for entry in entries:
            pattern = entry if isinstance(entry, str) else entry[-1]
            addon, _slash, rest = pattern.lstrip("/").partition("/")
            if addon == module.name and not list(module.path.glob(rest)):
                yield (
                    f"{relative(module.path / '__manifest__.py')}: {pattern} "
                    f"(bundle {bundle}) names no file"
                )


# ------------------------------------------------------------------------------------- arrows


def allowed_arrows(module):
    """The project modules that this one may depend on; None if the design does not have it."""
    if module.is_library:
        return set()
    libraries = {name for name, other in modules().items() if other.is_library}
    return rooms.get_allowed(module.name, libraries)


def arrows():
    """Who depends on whom: in the manifests, and in the text of each module."""
    findings = []
    ours = modules()
    for module in ours.values():
        where = relative(module.path / "__manifest__.py")
        allowed = allowed_arrows(module)
        if allowed is None:
            findings.append(f"{where}: no room of the design is called {module.name}: see rooms.py")
            continue
        for name in module.depends:
            if name in ours and name not in allowed:
                findings.append(f"{where}: {module.name} may not depend on {name}")
        if (module.path.parent == ROOT) != (module.name in rooms.AT_ROOT):
            findings.append(
                f"{relative(module.path)}: the great trades lie at the root, all else in addons/"
            )
        foreign = sorted(set(ours) - closure(module.name))
        findings += _foreign_models(module)
        if module.is_library:
            foreign.append(r"tierslieux_\w+")
        if not foreign:
            continue
        mention = re.compile(rf"\b({'|'.join(foreign)})(\.\w+|/static)")
        for path in module.files(".py", ".xml", ".csv", ".js"):
            if path.name == "__manifest__.py":
                continue
            # A file meant to be read in another encoding is test data: names are ASCII there too.
            text = path.read_text(encoding="utf-8", errors="replace")
            findings += [
                f"{relative(path)}:{_line_of(text, match.start())}: {module.name} names "
                f"{match[0]}, on which it does not depend"
                for match in mention.finditer(text)
            ]
    return findings


_OWN_NAME = re.compile(r'^    _name = "(tierslieux\.[\w.]+)"', re.MULTILINE)
_MODEL = re.compile(r"""["'](tierslieux\.[\w.]+)["']|\bmodel_(tierslieux_\w+)""")


@cache
def _homes_of_models():
    """{name of a model of ours: the module that makes it}: the lowest that gives it that name."""
    homes = {}
    for module in sorted(modules().values(), key=lambda m: len(closure(m.name))):
        for path in module.files(".py"):
            if "tests" not in path.relative_to(module.path).parts:
                for name in _OWN_NAME.findall(_read(path)):
                    homes.setdefault(name, module.name)
    return homes


def _foreign_models(module):
    """Models of rooms on which this one does not depend, by name or by external id."""
    homes = _homes_of_models()
    ids = {name.replace(".", "_"): name for name in homes}
    lower = closure(module.name)
    for path in module.files(".py", ".xml", ".csv", ".js"):
        text = path.read_text(encoding="utf-8", errors="replace")
        for match in _MODEL.finditer(text):
            name = match[1] or ids.get(match[2])
            if name in homes and homes[name] not in lower:
                yield (
                    f"{relative(path)}:{_line_of(text, match.start())}: {module.name} names "
                    f"{name}, which is {homes[name]}'s"
                )


# ---------------------------------------------------------------------------------- left-overs


def leftovers():
    """Nothing half-done, nothing about one machine, no endless file."""
    findings = []
    for path in project_files():
        if path.suffix not in TEXT_SUFFIXES or path.name in ("LICENSE", "package-lock.json"):
            continue
        try:
            lines = _read(path).splitlines()
        except UnicodeDecodeError:
            if path.suffix:  # a file meant to be read in another encoding is test data
                continue
            lines = []
        name = relative(path)
        if path.suffix == ".py":
            is_test = "tests" in Path(name).parts
            most = LONGER.get(name, MAX_TEST_LINES if is_test else MAX_PYTHON_LINES)
            if len(lines) > most:
                findings.append(f"{name}: {len(lines)} lines, more than {most}: split it")
        for number, line in enumerate(lines, 1):
            for pattern, what in LEFTOVERS:
                if pattern.search(line) and (name, line.strip()) not in LEFTOVERS_ALLOWED:
                    findings.append(f"{name}:{number}: {what}: {line.strip()[:80]}")
    return findings


# -------------------------------------------------------------------------------- translations

_PLACEHOLDER = re.compile(
    r"%\((\w+)\)[#0\- +]*\d*(?:\.\d+)?[diouxXeEfFgGcrs]"  # %(name)s
    r"|%(?![%\s])[#0\-+]*\d*(?:\.\d+)?[dirsf](?![\w])"  # %s %d
    r"|\{\{.*?\}\}"  # inline templates of mails
    r"|\$\{\w+\}",  # JavaScript
    re.S,
)


def placeholders(text):
    """The placeholders of a source or a translation, sorted: both must have the same."""
    return sorted(match[0] for match in _PLACEHOLDER.finditer(text))


def po_findings(module, po):
    """What is wrong in one fr.po, entry by entry."""
    where = relative(module.path / "i18n" / "fr.po")
    for entry in po:
        label = f"{where}:{entry.linenum}: “{entry.msgid[:60]}”"
        if entry.obsolete:
            yield f"{label}: obsolete entry"
        elif "fuzzy" in entry.flags:
            yield f"{label}: fuzzy"
        elif not entry.msgstr.strip():
            yield f"{label}: not translated"
        elif placeholders(entry.msgid) != placeholders(entry.msgstr):
            yield (
                f"{label}: placeholders differ: {placeholders(entry.msgid)} "
                f"and {placeholders(entry.msgstr)}"
            )


def translations():
    """fr.po: there, complete, without fuzzy or obsolete entry, and as its template says."""
    findings = []
    for module in modules().values():
        fr_path = module.path / "i18n" / "fr.po"
        pot_path = module.path / "i18n" / f"{module.name}.pot"
        if not fr_path.exists():
            findings.append(f"{relative(fr_path)}: missing")
            continue
        po = polib.pofile(str(fr_path))
        findings += po_findings(module, po)
        if not pot_path.exists():
            findings.append(f"{relative(pot_path)}: missing")
            continue
        known = {(entry.msgctxt, entry.msgid) for entry in po}
        wanted = {(entry.msgctxt, entry.msgid) for entry in polib.pofile(str(pot_path))}
        findings += [
            f"{relative(fr_path)}: “{msgid[:60]}” of the template is missing"
            for _context, msgid in sorted(wanted - known, key=str)
        ]
        findings += [
            f"{relative(fr_path)}: “{msgid[:60]}” is no longer in the template"
            for _context, msgid in sorted(known - wanted, key=str)
        ]
    return findings


# --------------------------------------------------------------------------------------- views


def _odoo_addons():
    """The folder of Odoo's own addons, or None where Odoo cannot be imported."""
    try:
        import odoo.addons
    except ImportError:
        return None
    for folder in odoo.addons.__path__:
        if (Path(folder) / "base" / "rng").is_dir():
            return Path(folder)
    return None


def views():
    """The arch of each list, search, graph, pivot, calendar view against Odoo's own grammar."""
    addons = _odoo_addons()
    if addons is None:
        return ["Odoo cannot be imported: the views were not checked"]
    grammars = {
        name: etree.RelaxNG(etree.parse(addons / "base" / "rng" / f"{name}_view.rng"))
        for name in RNG_VIEWS
        if (addons / "base" / "rng" / f"{name}_view.rng").exists()
    }
    findings = []
    for module in modules().values():
        for path in module.files(".xml"):
            if "static" in path.relative_to(module.path).parts:
                continue
            try:
                tree = etree.parse(str(path))
            except etree.XMLSyntaxError as error:
                findings.append(f"{relative(path)}: {error}")
                continue
            for record in tree.iterfind(".//record[@model='ir.ui.view']"):
                findings += _view_findings(path, record, grammars)
    return findings


def _view_findings(path, record, grammars):
    arch = record.find("field[@name='arch']")
    if arch is None or record.find("field[@name='inherit_id']") is not None:
        return
    for root in arch.iterchildren(tag=etree.Element):
        place = f"{relative(path)}:{root.sourceline}: view {record.get('id')}"
        if root.tag == "tree":
            yield f"{place}: <tree> is called <list> since Odoo 18"
        grammar = grammars.get(root.tag)
        if grammar is not None:
            copy = etree.fromstring(etree.tostring(root, with_tail=False))
            if not grammar.validate(copy):
                yield f"{place}: {grammar.error_log.last_error.message}"
        for node in root.iter(tag=etree.Element):
            for attribute in ("attrs", "states"):
                if attribute in node.attrib and node.tag not in ("templates",):
                    yield f"{place}: {attribute}= is no longer read on <{node.tag}>"


def dependencies():
    """Each module that a manifest names exists: in the project, in Odoo or in the OCA wheels."""
    try:
        import odoo.addons
    except ImportError:
        return ["Odoo cannot be imported: the names of dependencies were not checked"]
    folders = [Path(folder) for folder in odoo.addons.__path__]
    findings = []
    for module in modules().values():
        for name in module.depends:
            if name in modules():
                continue
            if not any((folder / name / "__manifest__.py").exists() for folder in folders):
                findings.append(
                    f"{relative(module.path / '__manifest__.py')}: no module is named {name}"
                )
    return findings
