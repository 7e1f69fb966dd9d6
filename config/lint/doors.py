"""Doors: what may be called from outside and reads or writes as superuser, each with its reason.

A door is a public method of a model (RPC calls it on any record, whatever the views show), the
handler of a route, the values of a report, or a method that a field is computed or searched with.
It uses ``sudo`` itself, or through the private helpers that it calls. The table
(``tests/public_sudo.csv``) says of each why it may: what it gives that its user could not read
otherwise, or what was checked before. A door without a reason, and a reason without its door, are
findings.

A helper called on ``self`` is that of the model or of its heirs, where it has one; on any other
object, every helper of that name counts. What is not in the table does not use ``sudo``.
"""

import ast
import csv
from collections import defaultdict

from house import ROOT, modules, relative

TABLE = ROOT / "tests" / "public_sudo.csv"
COLUMNS = ("module", "model", "method", "reason")
NOT_DOORS = {"tests", "demo", "migrations"}
MODEL_BASES = {"models.Model", "models.AbstractModel", "models.TransientModel"}
# Called by Odoo with what the client gives, though their names are private.
CALLED_BY_ODOO = {"_get_report_values", "_compute_display_name", "_compute_access_url"}
FIELD_METHODS = {"compute", "inverse", "search", "default"}


def _literals(node):
    """The strings of a literal: one, or a list of them."""
    elements = node.elts if isinstance(node, ast.List | ast.Tuple) else [node]
    return [e.value for e in elements if isinstance(e, ast.Constant) and isinstance(e.value, str)]


def _uses_sudo(node):
    """Whether this code takes superuser rights; ``sudo(False)`` and ``sudo(env.su)`` give back."""
    for call in ast.walk(node):
        if isinstance(call, ast.Name) and call.id == "SUPERUSER_ID":
            return True
        if not isinstance(call, ast.Call):
            continue
        name = getattr(call.func, "attr", getattr(call.func, "id", ""))
        if name == "checked_sudo":
            return True
        if name == "sudo":
            flag = [*call.args, *(keyword.value for keyword in call.keywords)][:1]
            if not flag or (isinstance(flag[0], ast.Constant) and flag[0].value is True):
                return True
        if any(keyword.arg == "su" and ast.unparse(keyword.value) == "True"
               for keyword in call.keywords):  # fmt: skip
            return True
    return False


def _called(node):
    """Methods and functions that this code calls: {(whether on self, name)}."""
    calls = set()
    for call in ast.walk(node):
        if isinstance(call, ast.Call):
            name = getattr(call.func, "attr", getattr(call.func, "id", ""))
            on_self = ast.unparse(getattr(call.func, "value", call.func)) in ("self", "super()")
            calls.add((on_self, name))
    return calls


def _is_private(function):
    return any("api.private" in ast.unparse(mark) for mark in function.decorator_list)


def _is_route(function):
    return any("route(" in ast.unparse(mark) for mark in function.decorator_list)


class _Class:
    """One class of a module, as far as its doors go."""

    def __init__(self, module, path, node):
        self.module, self.path, self.node = module, path, node
        self.is_model = any(ast.unparse(base) in MODEL_BASES for base in node.bases)
        names = {}
        self.field_methods = set()
        for statement in node.body:
            if not isinstance(statement, ast.Assign) or not isinstance(
                statement.targets[0], ast.Name
            ):
                continue
            target = statement.targets[0].id
            if target in ("_name", "_inherit"):
                names[target] = _literals(statement.value)
            elif isinstance(statement.value, ast.Call):
                for keyword in statement.value.keywords:
                    if keyword.arg in FIELD_METHODS:
                        self.field_methods.update(_literals(keyword.value))
        self.model = (names.get("_name") or names.get("_inherit") or [node.name])[0]
        self.inherits = {name for found in names.values() for name in found} - {self.model}
        self.functions = [s for s in node.body if isinstance(s, ast.FunctionDef)]

    def doors(self, field_methods):
        """Functions of this class that are called from outside."""
        for function in self.functions:
            name = function.name
            if self.is_model:
                is_door = (
                    not name.startswith("_") and not _is_private(function)
                ) or name in CALLED_BY_ODOO | field_methods
            else:
                is_door = _is_route(function)
            if is_door or name.startswith("_onchange_"):
                yield function


def _read_classes(paths):
    for module, path in paths:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                yield _Class(module, path, node)


def _paths():
    for module in modules().values():
        for path in module.files(".py"):
            if NOT_DOORS.isdisjoint(path.relative_to(module.path).parts):
                yield module.name, path


class _Helpers:
    """The helpers of the project by name, and which of them use ``sudo``."""

    def __init__(self, classes):
        public = {f.name for each in classes if each.is_model for f in each.functions}
        self.defined = defaultdict(list)  # {(model, name): functions}
        self.models = defaultdict(set)  # {name: models}
        self.heirs = defaultdict(set)  # {model: models that inherit it, where its methods run}
        for each in classes:
            for parent in each.inherits:
                self.heirs[parent].add(each.model)
        for each in classes:
            for function in each.functions:
                name = function.name
                # What is public on a model is a door of its own; and a name that models have too
                # (write, create…) would lead anywhere.
                if name.startswith("_") or not (each.is_model or name in public):
                    self.defined[each.model, name].append(function)
                    self.models[name].add(each.model)
        calls = {
            key: {
                target
                for function in functions
                for target in self._targets(key[0], _called(function))
                if target[1] != key[1]
            }
            for key, functions in self.defined.items()
        }
        self.using = {key for key, defs in self.defined.items() if any(map(_uses_sudo, defs))}
        while more := {key for key in calls.keys() - self.using if calls[key] & self.using}:
            self.using |= more

    def _targets(self, model, calls):
        for on_self, name in calls:
            own = {model, *self.heirs[model]} if (model, name) in self.defined else set()
            for owner in (
                self.models.get(name, set()) & own
                if on_self and own
                else (self.models.get(name, ()))
            ):
                yield owner, name

    def lead_to_sudo(self, model, function):
        """Whether this function of that model uses ``sudo``, itself or through these helpers."""
        if _uses_sudo(function):
            return True
        targets = self._targets(model, _called(function))
        return any(key in self.using for key in targets if key[1] != function.name)


def _find(classes):
    """{(module, model, method): place} of the doors of these classes that use ``sudo``."""
    helpers = _Helpers(classes)
    field_methods = set().union(*(each.field_methods for each in classes))
    doors = {}
    for each in classes:
        for function in each.doors(field_methods):
            if helpers.lead_to_sudo(each.model, function):
                key = (each.module, each.model, function.name)
                doors.setdefault(key, f"{relative(each.path)}:{function.lineno}")
    return doors


def find_doors(paths=None):
    """The doors of the project that use ``sudo``: {(module, model, method): "file:line"}.

    :param paths: list of (name of the module, file), the project's own by default
    """
    return _find(list(_read_classes(_paths() if paths is None else paths)))


def read_table():
    with TABLE.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def compare(doors, rows):
    """Findings: doors that the table does not explain, rows that explain nothing."""
    findings = []
    table = relative(TABLE)
    keys = [tuple(row[name] for name in COLUMNS[:3]) for row in rows]
    if keys != sorted(keys):
        findings.append(f"{table}: rows are kept in the order of module, model and method")
    reasons = dict(zip(keys, (row["reason"] or "" for row in rows), strict=True))
    if len(reasons) < len(rows):
        findings.append(f"{table}: a door is there twice")
    for key in sorted(doors.keys() - reasons.keys()):
        findings.append(
            f"{doors[key]}: {'.'.join(key[1:])} can be called from outside and uses sudo: check"
            f" the right of its user first (tools.checked), then say in {table} why it may:"
            f" {','.join(key)},…"
        )
    for key in sorted(reasons.keys() - doors.keys()):
        findings.append(f"{table}: {','.join(key)} uses sudo no more: take its row out")
    for key in sorted(reasons.keys() & doors.keys()):
        if len(reasons[key].split()) < 3:
            findings.append(f"{table}: {','.join(key)}: say why it may, in some words")
    return findings


def public_sudo():
    """Each door that uses sudo says why it may."""
    return compare(find_doors(), read_table())
