from lxml import html

from odoo.http import Request
from odoo.tests import HttpCase

from ..models.ir_qweb import get_session_key


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
