import uuid

from odoo import api, fields, models


class PortalMixin(models.AbstractModel):
    """The secret of a document's address is nobody's to read: who has it was sent it.

    Odoo shows it to whoever reads the document; whoever reads and may not act would act through
    it, as the person. This holds for Odoo's documents (invoices) as for ours.
    """

    _inherit = "portal.mixin"

    access_token = fields.Char(groups=fields.NO_ACCESS)

    def _portal_ensure_token(self):
        self.check_access("read")
        # sudo: the secret is closed to all; who calls makes an address of it for its person
        return super(PortalMixin, self.sudo())._portal_ensure_token()

    def _portal_ensure_tokens(self):
        """The secrets of many records at once: an invoice works out its lines at each write, even
        of its secret, and a hundred letters would take five hundred queries."""
        # sudo: see _portal_ensure_token
        without_sudo = self.sudo().filtered(lambda record: not record.access_token)
        if without_sudo:
            without_sudo.flush_recordset()
            without_sudo._write_multi([{"access_token": str(uuid.uuid4())} for _r in without_sudo])
            without_sudo.invalidate_recordset(["access_token"])

    @api.private
    def get_portal_url(self, *args, **kwargs):
        """As Odoo's, out of reach of RPC: the address holds the secret."""
        return super().get_portal_url(*args, **kwargs)

    def _get_share_url(self, redirect=False, signup_partner=False, pid=None, share_token=True):
        """As Odoo's; who is logged in on the portal opens the page by right, and gets no secret.

        A person whom another's fee covers reads the membership, and would get through the secret
        to the payer's invoice (« /mail/view » redirects to this address).
        """
        if self.env.user.share and not self.env.su:
            share_token = False
        return super()._get_share_url(
            redirect=redirect, signup_partner=signup_partner, pid=pid, share_token=share_token
        )
