import re

from odoo import fields, models

from ..tools.masked import mask_number

# The team that deals with people, and who keeps contacts in Odoo's own applications.
COMMENT_GROUPS = (
    "tierslieux_base.group_reception,tierslieux_base.group_treasurer,tierslieux_base.group_care,"
    "base.group_partner_manager,sales_team.group_sale_salesman,account.group_account_invoice"
)
# Children, reduced fees, votes: the desk and the care team; nobody else needs it.
BIRTH_GROUPS = "tierslieux_base.group_reception,tierslieux_base.group_care"
IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b")


class ResPartner(models.Model):
    """What is said of a person, for who needs it.

    On the portal, record rules show oneself and one's organisation, and no colleague.
    """

    _inherit = "res.partner"

    comment = fields.Html(groups=COMMENT_GROUPS)
    # Not copied: who may copy a contact may not read this, and the copy becomes somebody else.
    birthdate_date = fields.Date(groups=BIRTH_GROUPS, copy=False)
    age = fields.Integer(groups=BIRTH_GROUPS)

    def _message_log(self, *, body="", **kwargs):
        """Odoo writes a whole bank account number in the thread when one is archived."""
        if body and self.env.context.get("tierslieux_bank_log"):
            markup = type(body)
            body = markup(IBAN.sub(lambda match: mask_number(match[0]), str(body)))
        return super()._message_log(body=body, **kwargs)
