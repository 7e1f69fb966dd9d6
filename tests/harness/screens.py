"""What a web client asks the server for when it opens a view, and which views we extend."""

from dateutil.relativedelta import relativedelta
from lxml import etree

from odoo.tools.safe_eval import datetime, safe_eval, time

TEXTUAL = ("char", "text", "html", "many2one", "one2many", "many2many")
VIEW_TYPES = ("form", "list", "kanban", "search", "calendar", "pivot", "graph", "activity")


def _root(view):
    """The view that a chain of extensions begins with."""
    while view.inherit_id and view.mode == "extension":
        view = view.inherit_id
    return view


def _module_of(record):
    return record.get_external_id()[record.id].split(".")[0]


def extended_views(env, modules):
    """Views of others that extensions of ours change, of the kinds that a web client opens."""
    data = env["ir.model.data"].search([("module", "in", modules), ("model", "=", "ir.ui.view")])
    ours = env["ir.ui.view"].browse(data.mapped("res_id")).exists()
    roots = env["ir.ui.view"].union(*(_root(view) for view in ours if view.inherit_id))
    return roots.filtered(
        lambda view: view.model and view.type in VIEW_TYPES and _module_of(view) not in set(modules)
    ).sorted(lambda view: (view.model, view.type, view.id))


def own_searches(env, modules):
    """Search views of our modules, as the client gets them: with what extends them."""
    data = env["ir.model.data"].search([("module", "in", modules), ("model", "=", "ir.ui.view")])
    views = env["ir.ui.view"].browse(data.mapped("res_id")).exists()
    return views.filtered(lambda view: view.type == "search" and not view.inherit_id)


def field_names(arch):
    """Names of the fields of a view, those of its inner views left out."""
    return [node.get("name") for node in arch.xpath("//field[not(ancestor::field)]")]


def specification(env, model, arch):
    """What `web_read` is asked for, for the view ``arch`` of ``model`` (see Odoo's own client)."""
    result = {}
    depth = arch.xpath("count(ancestor::field)")
    for node in arch.xpath(f".//field[count(ancestor::field) = {depth}]"):
        field = env[model]._fields.get(node.get("name"))
        if field is None:
            continue
        wanted = result.setdefault(field.name, {})
        if field.type == "many2one":
            wanted["fields"] = {"display_name": {}}
        elif field.type in ("one2many", "many2many"):
            inner = wanted.setdefault("fields", {})
            for view in node:
                inner.update(specification(env, field.comodel_name, view))
            if node.get("widget") in ("many2many_tags", "many2many_avatar_user"):
                inner["display_name"] = {}
    return result


def _evaluate(text, env, term="abc"):
    return safe_eval(
        text or "[]",
        {
            "uid": env.uid,
            "self": term,
            "raw_value": term,
            "context_today": datetime.date.today,
            "datetime": datetime,
            "time": time,
            "relativedelta": relativedelta,
            "current_company_id": env.company.id,
            "allowed_company_ids": env.companies.ids,
        },
    )


def searches(env, model, arch):
    """What a search view can ask: (name, domain) of each filter and field, (name, groupby)."""
    domains, groups = [], []
    for node in arch.iter("filter"):
        if node.get("domain"):
            domains.append((node.get("name"), _evaluate(node.get("domain"), env)))
        context = _evaluate(node.get("context") or "{}", env)
        wanted = context.get("group_by") or []
        wanted = [wanted] if isinstance(wanted, str) else wanted
        # Properties are grouped one by one, each by its name.
        kinds = {
            env[model]._fields[path.partition(":")[0].partition(".")[0]].type for path in wanted
        }
        if wanted and "properties" not in kinds:
            groups.append((node.get("name"), wanted))
    for node in arch.iter("field"):
        kind = env[model]._fields[node.get("name")].type
        # Of properties the client asks for one, by its name; into what is hidden nobody types.
        if kind == "properties" or node.get("invisible") in ("1", "True"):
            continue
        if node.get("filter_domain"):
            term = "abc" if kind in TEXTUAL else 1
            domains.append((node.get("name"), _evaluate(node.get("filter_domain"), env, term)))
        elif env[model].fields_get([node.get("name")])[node.get("name")]["searchable"]:
            term = ("ilike", "abc") if kind in TEXTUAL else ("!=", False)
            domains.append((node.get("name"), [(node.get("name"), *term)]))
    return domains, groups


def _group(records, name):
    """Without another choice the client groups days by month."""
    dated = ":" not in name and records._fields[name].type in ("date", "datetime")
    return f"{name}:month" if dated else name


def open_view(records, view):
    """Open ``view`` on ``records`` as their user: loaded, then each thing that it shows is read.

    :return: (arch as this user gets it, specification of what was read)
    """
    env, model = records.env, records._name
    answer = records.browse().get_views([(view.id, view.type)], {"toolbar": True})
    arch = etree.fromstring(answer["views"][view.type]["arch"])
    if view.type == "search":
        domains, groups = searches(env, model, arch)
        for _name, domain in domains:
            records.search(domain, limit=5)
        for _name, groupby in groups:
            if any(records._fields[name.split(":")[0]].type == "properties" for name in groupby):
                continue  # grouped by one of them, which the client chooses
            records.formatted_read_group(
                [], [_group(records, name) for name in groupby], ["__count"]
            )
        return arch, {}
    spec = specification(env, model, arch)
    if view.type in ("pivot", "graph"):
        return arch, spec
    records.web_search_read([("id", "in", records.ids)], spec)
    if view.type == "form":
        records.web_read(spec)
        if records.has_access("create"):
            records.browse().onchange({}, [], spec)
        if records.has_access("write"):
            for record in records:
                record.onchange({}, [], spec)
    return arch, spec
