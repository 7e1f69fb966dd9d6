from odoo import api, fields, models

from .one_time_link import TO_SEND, VALID_DAYS


class TierslieuxLinkMixin(models.AbstractModel):
    """A record whose page on the portal opens from an e-mail, without a login.

    What reads only is opened by the secret of the record (``access_token``); what changes
    something asks for the person concerned to be logged in, or for a one-time link.
    """

    _name = "tierslieux.link.mixin"
    _description = "Opened by a Link"

    @api.model
    def _get_link_pages(self):
        """The pages that links lead to: each room adds its own.

        :return: dict {path after ``/my/``: name of the model}
        """
        return {}

    def _get_link_partners(self):
        """The persons who may act on the record online: links are sent to them alone."""
        raise NotImplementedError

    def _get_link_title(self):
        """What the record is, in the words of an e-mail."""
        self.ensure_one()
        return self.display_name

    def _is_portal_payable(self):
        """Whether its next step is to pay it, on the page ``/pay`` below its own. A seam: no."""
        self.ensure_one()
        return False

    def _get_link_expiry(self):
        """Until when a link made now holds."""
        return fields.Datetime.add(fields.Datetime.now(), days=VALID_DAYS)

    def _get_action_url(self):
        """Address for the e-mail to one of the persons who may act: a link of theirs stands in
        it when the e-mail leaves (see ``mail.mail``), and never in the database."""
        self.ensure_one()
        return f"{self.get_base_url()}{self.access_url}?link={TO_SEND}"

    def _get_share_url(self, redirect=False, signup_partner=False, pid=None, share_token=True):
        # Nobody is handed the secret to share: e-mails to the person hold links of their own.
        if not self.env.su:
            share_token = False
        return super()._get_share_url(
            redirect=redirect, signup_partner=signup_partner, pid=pid, share_token=share_token
        )

    @api.model
    def _get_thread_with_access(self, thread_id, *, mode="read", **kwargs):
        # The secrets of an address open its page; the thread is for who has the right to it.
        return super()._get_thread_with_access(thread_id, mode=mode)
