# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

FIELD_LABELS = {
    "number": _lt("Member number"),
    "civility": _lt("Title (M., Mme): not kept"),
    "lastname": _lt("Last name"),
    "firstname": _lt("First name"),
    "fullname": _lt("First and last name together"),
    "company_name": _lt("Name of the organisation"),
    "kind": _lt("Person or organisation"),
    "siret": _lt("SIRET or SIREN"),
    "birthdate": _lt("Birth date"),
    "email": _lt("E-mail"),
    "phone": _lt("Telephone"),
    "mobile": _lt("Mobile"),
    "street": _lt("Street"),
    "street2": _lt("Address, second line"),
    "zip": _lt("Postcode"),
    "city": _lt("Town"),
    "country": _lt("Country"),
    "type": _lt("Membership type"),
    "amount": _lt("Amount paid"),
    "payment_method": _lt("Means of payment"),
    "payment_status": _lt("Payment status"),
    "date_start": _lt("Membership date"),
    "date_end": _lt("Valid until"),
    "volunteer": _lt("Volunteer (yes or no)"),
    "college": _lt("College"),
    "discount": _lt("Promo code or discount, to take off"),
    "amount_left": _lt("Still to pay, to take off"),
    "date_paid": _lt("Payment date"),
    "period": _lt("Year or season of the fee"),
    "date_first": _lt("First joined on (ever)"),
    "exempt": _lt("Pays no fee (yes or why)"),
    "parent": _lt("Of whose family (number or name)"),
    "payer_lastname": _lt("Payer: last name"),
    "payer_firstname": _lt("Payer: first name"),
    "payer_email": _lt("Payer: e-mail"),
}


class TierslieuxMemberImportColumn(models.TransientModel):
    """A column of the file and what it says of the members."""

    _name = "tierslieux.member.import.column"
    _description = "Column of a Members' File"
    _order = "sequence, id"

    import_id = fields.Many2one(
        "tierslieux.member.import", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer()
    heading = fields.Char(readonly=True)
    sample = fields.Char(string="Examples", readonly=True)
    field_name = fields.Selection(selection="_field_selection", string="Says")

    @api.model
    def _field_selection(self):
        return [(name, self.env._(label)) for name, label in FIELD_LABELS.items()]

    @api.constrains("field_name")
    def _check_field_name(self):
        for wizard in self.import_id:
            seen = {}
            for column in wizard.column_ids.filtered("field_name"):
                if column.field_name in seen:
                    labels = dict(self._field_selection())
                    raise ValidationError(
                        self.env._(
                            "The columns « %(first)s » and « %(second)s » are both said to hold "
                            "« %(field)s »: keep it on one of them and empty the other.",
                            first=seen[column.field_name],
                            second=column.heading,
                            field=labels[column.field_name],
                        )
                    )
                seen[column.field_name] = column.heading
