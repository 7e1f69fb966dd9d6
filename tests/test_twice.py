"""A form sent twice acts once: every route that a form is sent to, and every form, has its token.

What each form does when it is sent twice is tested in its module (``test_…form_once.py``), under
the name of its route; six requests at the same instant, in ``tests/browser/test_sent_twice.py``.
"""

import ast
import re

from harness.settings import ROOT, project_modules
from house import modules
from lxml import etree

# route that no form of a page is sent to → why it acts once all the same
OTHERWISE = {
    "kiosk_pass": "one is here once (unique in the database), and two minutes hold back two scans",
}
TOKEN = "tierslieux_base.form_token"


def _routes(env):
    """Endpoints of ours that a browser may POST to, by name."""
    found = {}
    rules = env["ir.http"]._generate_routing_rules(sorted(env.registry._init_modules), None)
    for _url, rule in rules:
        endpoint = rule.original_endpoint
        module = endpoint.__module__.removeprefix("odoo.addons.").split(".")[0]
        if module in project_modules() and "POST" in (rule.routing["methods"] or ("POST",)):
            found[endpoint.__name__] = endpoint
    return found


def test_every_route_that_is_posted_to_acts_once(env):
    routes = _routes(env)
    assert len(routes) > 20, sorted(routes)
    naked = [name for name, endpoint in routes.items() if not hasattr(endpoint, "is_sent_once")]
    assert sorted(naked) == sorted(OTHERWISE), "put @once under @http.route, or say why not"


def test_a_form_that_is_not_shown_again_says_what_its_button_does(env):
    """« Send it again » tells nobody what they are about to do."""
    silent = [
        name
        for name, endpoint in _routes(env).items()
        if name not in OTHERWISE and not endpoint.asks_again
    ]
    assert not silent, "a parameter refusal, or the button's words: @once(_lt(…))"


def test_every_route_that_is_posted_to_is_tested_twice(env):
    tested = set()
    for path in ROOT.rglob("tests/test_*form_once.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        tested |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    missing = {f"test_{name}" for name in _routes(env) if name not in OTHERWISE} - tested
    assert not missing, f"write these in a test_…form_once.py: {sorted(missing)}"


# What came too soon is sent again as it was, the token of its own form included.
SENDS_AGAIN = {"rate_limited_templates.xml"}


def test_every_form_that_is_sent_has_its_token():
    """One macro puts both tokens: a form with the one of Odoo alone would act twice."""
    wrong, count = [], 0
    for module in modules().values():
        for path in module.files(".xml"):
            if path.name in SENDS_AGAIN:
                continue
            text = path.read_text(encoding="utf-8")
            if path.name != "form_templates.xml" and re.search(r"csrf_token", text):
                wrong.append(f"{path}: csrf_token by hand, call {TOKEN}")
            for form in etree.parse(path).iter("form"):
                if form.get("method", "").lower() != "post":
                    continue
                count += 1
                if not form.xpath(f".//t[@t-call='{TOKEN}']"):
                    wrong.append(f"{path}:{form.sourceline}: call {TOKEN} in this form")
    assert count > 20
    assert not wrong, "\n".join(map(str, wrong))
