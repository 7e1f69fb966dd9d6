from odoo import api, models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        """The address of a calendar is one person's: that of the record kept, else the other's."""
        # sudo: secrets, which are moved and shown to nobody
        src_sudo, dst_sudo = src_partners.sudo(), dst_partner.sudo()
        tokens = [token for token in src_sudo.mapped("calendar_token") if token]
        if tokens:
            src_sudo.calendar_token = False
            src_sudo.flush_recordset(["calendar_token"])
            dst_sudo.calendar_token = dst_sudo.calendar_token or tokens[0]
        return super()._update_foreign_keys(src_partners, dst_partner)


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _get_merged_parts(self):
        # sudo: how many there are, for the preview of a coordinator
        return [*super()._get_merged_parts(), (self.env._("Bookings"), self.sudo().booking_ids)]
