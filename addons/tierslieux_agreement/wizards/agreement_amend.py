from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.tierslieux_base.models.once_mixin import act_once

from ..models.agreement import TERMS
from ..models.agreement_duty import KINDS, RHYTHMS
from ..models.agreement_party import ROLES
from ..models.agreement_price import BASES, DIRECTIONS, PRORATAS

PRICE_WRITERS = "tierslieux_base.group_manager"


class TierslieuxAgreementAmend(models.TransientModel):
    """What is agreed from now on: the window begins with what was agreed.

    Its lines are those of the agreement: one that is changed, added or taken out is part of the
    amendment. Prices are for who may write them.
    """

    _name = "tierslieux.agreement.amend"
    _description = "Amend an Agreement"
    _inherit = ["tierslieux.agreement.window"]

    # What the window began with: its lines are those of that version.
    version = fields.Integer(required=True, readonly=True)
    date = fields.Date(
        string="In Force from",
        required=True,
        default=lambda self: self._default_date(),
    )
    reason = fields.Text(string="Why")
    name = fields.Char(string="Title", required=True)
    start_date = fields.Date()
    end_date = fields.Date()
    renewal = fields.Selection(
        [("none", "Ends on its last day"), ("tacit", "Renews itself")], required=True
    )
    renewal_months = fields.Integer(string="Renewed for (months)")
    renewal_most = fields.Integer(string="Renewed at Most (times)")
    notice_count = fields.Integer(string="Notice")
    notice_unit = fields.Selection([("months", "months"), ("days", "days")], required=True)
    purpose = fields.Text(string="Subject")
    body = fields.Html(string="Text", sanitize_overridable=False)
    party_ids = fields.One2many("tierslieux.agreement.amend.party", "window_id", string="Parties")
    duty_ids = fields.One2many("tierslieux.agreement.amend.duty", "window_id", string="Duties")
    price_ids = fields.One2many(
        "tierslieux.agreement.amend.price", "window_id", string="Prices", groups=PRICE_WRITERS
    )

    @api.model
    def _get_term_names(self):
        return [name for name in TERMS if name in self._fields]

    @api.model
    def _get_part_names(self):
        names = ["party_ids", "duty_ids"]
        return [*names, "price_ids"] if self.env.user.has_group(PRICE_WRITERS) else names

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        agreement = self.env["agreement"].browse(values.get("agreement_id"))
        if not agreement:
            return values
        if "version" in fields_list:
            values["version"] = agreement.version
        for name in self._get_term_names():
            if name in fields_list:
                values[name] = agreement[name]
        for name in self._get_part_names():
            if name in fields_list:
                Line = self.env[self._fields[name].comodel_name]
                values[name] = [Command.create(Line._read_part(part)) for part in agreement[name]]
        return values

    def _get_changes(self):
        """What the lines change: pairs (line of the agreement, its values or None to take it out).

        Parties come first, and what is taken out last.
        """
        changes, gone = [], []
        for name in self._get_part_names():
            lines = self[name]
            changes += [(line.amended_id, line._get_values()) for line in lines]
            gone += [(part, None) for part in self.agreement_id[name] - lines.amended_id]
        return changes + gone[::-1]

    @act_once
    def action_amend(self):
        """Change the terms, and keep what they were.

        :raise UserError: when somebody amended it meanwhile, whose amendment would be undone
        """
        if self.version != self.agreement_id.version:
            raise UserError(
                self.env._(
                    "%(agreement)s was amended since you opened this window, which does not know"
                    " of it. Close it, use « Amend » again, and write your change there.",
                    agreement=self.agreement_id.display_name,
                )
            )
        vals = {name: self[name] for name in self._get_term_names()}
        self.agreement_id._amend(vals, self.reason, self.date, self._get_changes())
        return {"type": "ir.actions.act_window_close"}


class TierslieuxAgreementAmendPart(models.AbstractModel):
    """A line of the agreement as it will be; without a record: one to add."""

    _name = "tierslieux.agreement.amend.part"
    _description = "Line of an Amendment's Window"

    window_id = fields.Many2one(
        "tierslieux.agreement.amend", required=True, index=True, ondelete="cascade"
    )
    agreement_id = fields.Many2one(related="window_id.agreement_id", related_sudo=False)

    @api.model
    def _get_part_fields(self):
        return [name for name in self.env[self._fields["amended_id"].comodel_name]._part_terms]

    @api.model
    def _read_part(self, part):
        """The values of a line for a part of an agreement."""
        values = {
            name: part._fields[name].convert_to_write(part[name], part)
            for name in self._get_part_fields()
        }
        return {**values, "amended_id": part.id}

    def _get_values(self):
        self.ensure_one()
        return {
            name: self._fields[name].convert_to_write(self[name], self)
            for name in self._get_part_fields()
        }


class TierslieuxAgreementAmendParty(models.TransientModel):
    _name = "tierslieux.agreement.amend.party"
    _description = "Party in an Amendment's Window"
    _inherit = ["tierslieux.agreement.amend.part"]

    amended_id = fields.Many2one("tierslieux.agreement.party")
    partner_id = fields.Many2one("res.partner", string="Party", required=True)
    role = fields.Selection(ROLES, required=True, default="partner")


class TierslieuxAgreementAmendDuty(models.TransientModel):
    _name = "tierslieux.agreement.amend.duty"
    _description = "Duty in an Amendment's Window"
    _inherit = ["tierslieux.agreement.amend.part"]

    amended_id = fields.Many2one("tierslieux.agreement.duty")
    name = fields.Char(string="What", required=True)
    side = fields.Selection(
        [("ours", "Ours"), ("theirs", "Theirs")], string="Whose", required=True, default="ours"
    )
    party_id = fields.Many2one(
        "tierslieux.agreement.party", domain="[('agreement_id', '=', agreement_id)]"
    )
    kind = fields.Selection(KINDS, required=True, default="deliverable")
    rhythm = fields.Selection(RHYTHMS, required=True, default="once")
    date_first = fields.Date(string="Due on")
    date_last = fields.Date(string="Until")
    hours_promised = fields.Float(string="Hours Promised a Year")


class TierslieuxAgreementAmendPrice(models.TransientModel):
    _name = "tierslieux.agreement.amend.price"
    _description = "Price in an Amendment's Window"
    _inherit = ["tierslieux.agreement.amend.part"]

    amended_id = fields.Many2one("tierslieux.agreement.price")
    currency_id = fields.Many2one(related="window_id.agreement_id.currency_id", related_sudo=False)
    name = fields.Char(string="What for", required=True)
    direction = fields.Selection(DIRECTIONS, required=True, default="in")
    partner_id = fields.Many2one("res.partner", string="With")
    basis = fields.Selection(BASES, required=True, default="fixed")
    index_id = fields.Many2one("tierslieux.agreement.index")
    amount = fields.Monetary(required=True)
    rhythm = fields.Selection(RHYTHMS, required=True, default="yearly")
    prorata = fields.Selection(PRORATAS, required=True, default="whole")
    arrears = fields.Boolean(string="Paid Afterwards")
    date_start = fields.Date(
        string="From", required=True, default=lambda self: self.env["agreement"]._get_local_day()
    )
    date_end = fields.Date(string="Until")
