from odoo import fields, models

from odoo.addons.tierslieux_base.models.res_partner_bank import NUMBER_GROUPS


class ResPartnerBank(models.Model):
    _inherit = "res.partner.bank"

    # How much of it is hidden is for the client to say: it is the number itself.
    acc_number_scrambled = fields.Char(groups=NUMBER_GROUPS)
