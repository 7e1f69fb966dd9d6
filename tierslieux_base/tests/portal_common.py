import logging
import re
from contextlib import contextmanager

from lxml import html

from odoo.fields import Command
from odoo.http import Request
from odoo.tests import HttpCase, TransactionCase, new_test_user

from ..models.ir_qweb import get_session_key
from ..models.rate_limit import PARAMETER
from .common import TierslieuxCommon

TOO_OFTEN = "Too many tries in a short time."
# What an e-mail holds of a one-time link.
LINK = re.compile(r"/my/\w+/\d+\?link=([\w-]+)")


class FormCase(HttpCase):
    """Forms of the portal, opened and sent as a browser does."""

    def tokens(self):
        """What the macro ``tierslieux_base.form_token`` puts into each form shown."""
        Submission = self.env["tierslieux.form.submission"]
        return {
            "csrf_token": Request.csrf_token(self),
            "form_token": Submission._make_token(get_session_key(self)),
        }

    def read_form(self, response, action):
        """What a browser would send of the form with this action, as a page shows it.

        :param str action: without its query, which ``self.sent_to`` keeps
        :return: dict name → text
        """
        self.assertEqual(response.status_code, 200)
        page = html.fromstring(response.text)
        forms = [f for f in page.xpath("//form") if (f.get("action") or "").split("?")[0] == action]
        forms += [b.xpath("ancestor::form")[0] for b in page.xpath(f"//*[@formaction='{action}']")]
        self.assertTrue(forms, f"{response.url} shows no form that is sent to {action}")
        sent_to = forms[0].get("action")
        self.sent_to = sent_to if sent_to.split("?")[0] == action else action
        return {name: value or "" for name, value in forms[0].form_values()}

    def send_form(self, action, values):
        return self.url_open(action, data=values, method="POST")

    def words(self, response):
        """What somebody reads on a page."""
        body = html.fromstring(response.text).xpath("//main | //body")[-1]
        for node in body.xpath(".//script | .//style"):
            node.drop_tree()
        return " ".join(body.text_content().split())

    def assert_acts_once(self, shown_on, action, state, **typed):
        """Fill in a form, send it without what makes it ours, then twice as it is.

        :param str shown_on: address of the page that shows it
        :param str action: where it is sent
        :param state: function that says what the form is to change, once
        :param typed: what somebody types, by field
        """
        before = state()
        values = {**self.read_form(self.url_open(shown_on), action), **typed}
        sent_to = self.sent_to
        stranger = self.env["tierslieux.form.submission"]._make_token("the session of a stranger")
        for token in ("", "forged", "é" * 40, stranger):
            answer = self.send_form(sent_to, {**values, "form_token": token})
            self.assertEqual(state(), before, f"{action} acted with the token {token!r}")
            again = self.read_form(answer, action)
            self.assertNotIn(again["form_token"], ("", token))
            for name, text in typed.items():
                if not isinstance(text, int):
                    self.assertEqual(again.get(name), text, f"{name} was lost")
        first = self.send_form(sent_to, values)
        after = state()
        self.assertNotEqual(after, before, f"{action} did nothing")
        second = self.send_form(sent_to, values)
        self.assertEqual(state(), after, f"{action} acted twice")
        self.assertEqual((second.status_code, second.url), (first.status_code, first.url))
        self.assertEqual(self.words(second), self.words(first))
        return first


class PortalCase(TierslieuxCommon, FormCase):
    """Anne and Bob, who log in on the portal of the association."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.anne = cls._create_portal_user("anne", "Anne", "Le Goff")
        cls.bob = cls._create_portal_user("bob", "Bob", "Étranger")

    @classmethod
    def _create_portal_user(cls, login, firstname, lastname):
        user = new_test_user(
            cls.env,
            login=f"portal_{login}",
            groups="base.group_portal",
            name=login,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        user.partner_id.write(
            {
                "firstname": firstname,
                "lastname": lastname,
                "email": f"{login}@example.org",
                "phone": "+33 5 55 00 00 00",
                "street": "1 rue du Four",
                "zip": "23000",
                "city": "Guéret",
                "country_id": cls.env.ref("base.fr").id,
            }
        )
        return user

    def login(self, user):
        self.authenticate(user.login, user.login)

    def post(self, path, token=True, **data):
        """POST a form as the browser does, with its tokens unless told not to."""
        if token:
            data = {**self.tokens(), **data}
        return self.url_open(path, data=data or {"none": ""}, method="POST")

    def path(self, response):
        """Path and query where a chain of redirections ended."""
        return response.url.removeprefix(self.base_url())


class PaymentCase(PortalCase):
    """A payment provider in test mode, and what a browser does to pay with it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Provider = cls.env["payment.provider"]
        code = "demo" if "demo" in dict(Provider._fields["code"].selection) else "none"
        method = cls.env.ref(
            "payment_demo.payment_method_demo" if code == "demo" else "payment.payment_method_card"
        )
        method.active = True
        cls.provider = Provider.search(
            [("code", "=", code), ("company_id", "=", cls.company.id)], limit=1
        ) or Provider.create({"name": "Test", "code": code, "company_id": cls.company.id})
        cls.provider.write(
            {
                "state": "test",
                "is_published": True,
                "payment_method_ids": [Command.set(method.ids)],
                "journal_id": cls.bank_journal.id,
            }
        )
        cls.payment_method = method

    def context_of(self, page):
        form = html.fromstring(page).get_element_by_id("o_payment_form")
        return {
            name[5:].replace("-", "_"): value for name, value in form.items() if "data-" in name
        }

    def pay_online(self, context, amount=None, state="done"):
        """What the browser does when one taps "Pay", then waits for the confirmation."""
        # The browser's code adds what the form gives: the route refuses keys it does not know.
        extra = {key: context[key] for key in ("payment_reference",) if context.get(key)}
        values = self.make_jsonrpc_request(
            context["transaction_route"],
            {
                **extra,
                "provider_id": self.provider.id,
                "payment_method_id": self.payment_method.id,
                "token_id": None,
                "amount": amount or float(context["amount"]),
                "flow": "direct",
                "tokenization_requested": False,
                "landing_route": context["landing_route"],
                "access_token": context["access_token"],
            },
        )
        transaction = self.env["payment.transaction"].search(
            [("reference", "=", values["reference"])]
        )
        if self.provider.code == "demo":
            self.make_jsonrpc_request(
                "/payment/demo/simulate_payment",
                {
                    "reference": values["reference"],
                    "payment_details": "1234",
                    "simulated_state": state,
                },
            )
        else:
            getattr(transaction, {"done": "_set_done", "cancel": "_set_canceled"}[state])()
        return self.make_jsonrpc_request("/payment/status/poll", {})


class LinkCase(PortalCase):
    """One-time links, as e-mails hold them."""

    def issue(self, record):
        """The secret of a new link, as the e-mail to the person would hold it."""
        return self.env["tierslieux.one.time.link"]._issue(record, record._get_link_partners())

    def links(self, record):
        return self.env["tierslieux.one.time.link"].search(
            [("res_model", "=", record._name), ("res_id", "=", record.id)]
        )

    def asked(self, record):
        """The e-mails with a link that was asked for."""
        return self.env["mail.mail"].search(
            [
                ("model", "=", "tierslieux.one.time.link"),
                ("res_id", "in", self.links(record).ids),
            ]
        )

    def stranger(self):
        """Another browser, where nobody is logged in."""
        self.authenticate(None, None)


class RateCase(TransactionCase):
    """Limits on how often somebody may try."""

    @classmethod
    def limit(cls, scope, text):
        cls.env["ir.config_parameter"].set_param(PARAMETER + scope, text)

    @contextmanager
    def quiet(self):
        logging.disable(logging.WARNING)
        try:
            yield
        finally:
            logging.disable(logging.NOTSET)
