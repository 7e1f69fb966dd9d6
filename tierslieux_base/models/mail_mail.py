import re

from odoo import models

from .one_time_link import TO_SEND

LINK_PATTERN = re.compile(rf"/my/(\w+)/(\d{{1,9}})\?link={TO_SEND}")


class MailMail(models.Model):
    """One-time links are made when an e-mail leaves: its text, which the team reads, has none."""

    _inherit = "mail.mail"

    def _prepare_outgoing_body(self):
        body = super()._prepare_outgoing_body()
        if f"?link={TO_SEND}" not in body:
            return body
        return LINK_PATTERN.sub(self._make_link, str(body))

    def _make_link(self, match):
        """The address with a link of the only person who gets this e-mail; without one for
        anybody else, who has to log in."""
        page, res_id = match.groups()
        model = self.env["tierslieux.link.mixin"]._get_link_pages().get(page)
        if not model:
            return f"/my/{page}/{res_id}"
        # sudo: the sender need not read what the link opens; it goes to its person and no other
        record_sudo = self.env[model].sudo().browse(int(res_id)).exists()
        partner = self.recipient_ids
        alone = len(partner) == 1 and not self.email_to and not self.email_cc
        if not record_sudo or not alone or partner not in record_sudo._get_link_partners():
            return f"/my/{page}/{res_id}"
        token = record_sudo.env["tierslieux.one.time.link"]._issue(record_sudo, partner)
        return f"/my/{page}/{res_id}?link={token}"
