# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError


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
        _ = self.env._
        return [
            ("number", _("Member number")),
            ("civility", _("Title (M., Mme): not kept")),
            ("lastname", _("Last name")),
            ("firstname", _("First name")),
            ("fullname", _("First and last name together")),
            ("company_name", _("Name of the organisation")),
            ("kind", _("Person or organisation")),
            ("siret", _("SIRET or SIREN")),
            ("birthdate", _("Birth date")),
            ("email", _("E-mail")),
            ("phone", _("Telephone")),
            ("mobile", _("Mobile")),
            ("street", _("Street")),
            ("street2", _("Address, second line")),
            ("zip", _("Postcode")),
            ("city", _("Town")),
            ("country", _("Country")),
            ("type", _("Membership type")),
            ("amount", _("Amount paid")),
            ("payment_method", _("Means of payment")),
            ("payment_status", _("Payment status")),
            ("date_start", _("Membership date")),
            ("date_end", _("Valid until")),
            ("volunteer", _("Volunteer (yes or no)")),
            ("college", _("College")),
            ("payer_lastname", _("Payer: last name")),
            ("payer_firstname", _("Payer: first name")),
            ("payer_email", _("Payer: e-mail")),
        ]

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
