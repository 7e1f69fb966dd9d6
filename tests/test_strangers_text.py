"""Strangers' text is text: in every e-mail and every document, and in what the lint refuses."""

import ast

import html_text
import pytest
from harness.settings import project_modules
from lxml import html

FIRST = '<a href="javascript:alert(2)">tap</a>'
LAST = "<img src=x onerror=alert(1)>"
NAME = f"Lou {LAST}"


def _live(text):
    """What a reader's browser would load, run or follow of what a stranger typed."""
    tree = html.fragment_fromstring(str(text or ""), create_parent="div")
    return tree.xpath(
        "//*[@src='x' or @onerror or contains(@href, 'javascript:')]"
        " | //script[contains(., 'alert(')]"
    )


@pytest.fixture
def records(env):
    """One record of each model that an e-mail or a document of ours is about, names hostile."""
    env = env(context={"lang": "fr_FR", "no_reset_password": True})
    person = env["res.partner"].create(
        {"firstname": FIRST, "lastname": LAST, "email": "lou@example.org", "phone": "06 00 00"}
    )
    firm = env["res.partner"].create({"name": NAME, "is_company": True, "email": "f@example.org"})
    place = env["tierslieux.place"].create({"name": NAME, "code": "XSS", "city": NAME})
    resource = env["tierslieux.resource"].create(
        {
            "name": NAME,
            "place_id": place.id,
            "kind_id": env.ref("tierslieux_booking.resource_kind_room").id,
            "hours_mode": "always",
        }
    )
    kind = env["tierslieux.membership.type"].create(
        {"name": NAME, "code": "XSS", "amount_mode": "fixed", "amount": 15.0}
    )
    membership = env["tierslieux.membership"].create(
        {"partner_id": person.id, "type_id": kind.id, "representative_id": False}
    )
    membership.action_confirm()
    cash = env["account.journal"].search(
        [("company_id", "=", membership.company_id.id), ("type", "=", "cash")], limit=1
    )
    env["tierslieux.take.payment"].create(
        {"membership_ids": [(6, 0, membership.ids)], "journal_id": cash.id}
    ).action_pay()
    booking = env["tierslieux.booking"].create(
        {
            "resource_id": resource.id,
            "partner_id": person.id,
            "start": "2040-03-05 10:00:00",
            "stop": "2040-03-05 12:00:00",
            "title": NAME,
            "note": NAME,
            "state": "confirmed",
        }
    )
    plan = env["tierslieux.plan"].create(
        {"name": NAME, "code": "XSS", "kind": "recurring", "amount": 300.0}
    )
    subscription = env["tierslieux.subscription"].create(
        {"partner_id": person.id, "plan_id": plan.id, "date_start": "2026-01-01"}
    )
    subscription.action_start()
    wait = env["tierslieux.plan.wait"].create({"plan_id": plan.id, "partner_id": firm.id})
    change = env["tierslieux.price.change"].create({"plan_id": plan.id, "date": "2040-01-01"})
    change.price_ids.new_amount = 320.0
    change.action_prepare()
    contract = env["tierslieux.domiciliation"].create(
        {"partner_id": firm.id, "representative_id": person.id, "place_id": place.id}
    )
    post = env["tierslieux.post.item"].create({"partner_id": firm.id, "place_id": place.id})
    sheet = env["tierslieux.attendance.list"].create(
        {"subscription_ids": subscription.ids, "month": "2026-01-15"}
    )
    message = booking.message_log_ids.message_id[:1] or booking._queue_messages("confirmed")
    message.line_ids.write({"old_start": booking.start, "old_stop": booking.stop})
    link = env["tierslieux.one.time.link"].create(
        {"res_model": booking._name, "res_id": booking.id, "partner_id": person.id}
    )
    made = [membership, membership.invoice_id, message, subscription, wait, contract, post, sheet]
    made.append(link)
    return {record._name: record for record in [*made, change.line_ids[:1], place, booking]}


def _ours(env, model):
    data = env["ir.model.data"].search([("module", "in", project_modules()), ("model", "=", model)])
    return env[model].browse(data.mapped("res_id"))


def test_no_name_is_live_in_an_email(env, records):
    templates = _ours(env, "mail.template")
    assert len(templates) > 15
    for template in templates:
        record = records[template.model]
        body = template._render_field("body_html", record.ids)[record.id]
        assert not _live(body), f"{template.name}: {body}"


def test_no_name_is_live_in_a_document(env, records):
    reports = _ours(env, "ir.actions.report").filtered(lambda r: r.model in records)
    assert len(reports) > 6
    seen = []
    for report in reports:
        page = report._render_qweb_html(report, records[report.model].ids)[0].decode()
        tree = html.fromstring(page)
        assert not tree.xpath("//*[@src='x'] | //a[contains(@href, 'javascript:')]"), report.name
        seen += [report.report_name] if "&lt;img src=x onerror" in page else []
    assert len(seen) > 4, "the names are in the documents, as text"


def test_a_name_of_several_lines_adds_no_header_and_stops_no_email(env):
    """Who typed « Lou⏎Bcc: … » in their name writes to nobody else, and gets their e-mail."""
    hostile = "Lou\r\nBcc: all@example.org\nX: y"
    message = env["ir.mail_server"]._build_email__(
        f'"{hostile}" <from@example.org>',
        [f'"{hostile}" <lou@example.org>'],
        f"Booked: {hostile}",
        "body",
        email_cc=[f'"{hostile}" <cc@example.org>'],
        reply_to=f'"{hostile}" <reply@example.org>',
    )
    assert message["Bcc"] is None and message["X"] is None
    assert message["Subject"] == "Booked: Lou Bcc: all@example.org X: y"
    assert str(message["To"]).endswith("<lou@example.org>")
    assert str(message["Reply-To"]).endswith("<reply@example.org>")
    assert b"\nBcc:" not in message.as_bytes()


@pytest.mark.parametrize(
    "code",
    [
        'lead.activity_schedule("x", note=reason)',
        'lead.activity_schedule("x", note=self.env._("%s", name))',
        'lead.message_post(body=f"<p>{name}</p>")',
        'lead.message_post(body="<p>" + name)',
        'lead.message_post(body="<p>%s</p>" % name)',
        "lead.message_post(body=Markup(name))",
        'partner.create({"comment": text})',
        'vals["description"] = text',
        "lead.description = text",
        'Markup(f"<p>{name}</p>")',
        "Markup(text)",
    ],
)
def test_the_lint_refuses_a_text_on_its_way_into_html(code):
    assert list(html_text.check(ast.parse(code), "x.py"))


@pytest.mark.parametrize(
    "code",
    [
        'lead.activity_schedule("x", note=text_to_html(reason))',
        'lead.activity_schedule("x", note=False)',
        "lead.message_post(body=reason)",
        'lead.message_post(body=self.env._("Signed by %s", name))',
        'partner.create({"comment": text_to_html(text)})',
        'Markup("<p>%s</p>") % name',
    ],
)
def test_the_lint_lets_text_that_is_escaped_pass(code):
    assert not list(html_text.check(ast.parse(code), "x.py"))
