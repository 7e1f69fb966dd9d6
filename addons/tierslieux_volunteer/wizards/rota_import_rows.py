from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..models.rota_word import HEADING_ROLES
from ..tools.rota.layout import SINGLE

VALUE_KINDS = [("person", "Person"), ("mission", "Mission"), ("time", "Time")]
STATUSES = [
    ("new", "To record"),
    ("open", "Shift to fill"),
    ("known", "Recorded already"),
    ("skipped", "Left out"),
    ("refused", "Refused"),
]


class TierslieuxRotaImportSheet(models.TransientModel):
    """A sheet of the workbook: which one is the rota is asked."""

    _name = "tierslieux.rota.import.sheet"
    _description = "Sheet of a Rota"
    _order = "id"

    import_id = fields.Many2one(
        "tierslieux.rota.import", required=True, ondelete="cascade", index=True
    )
    name = fields.Char(required=True, readonly=True)


class TierslieuxRotaImportColumn(models.TransientModel):
    """A column of the rota and what it says."""

    _name = "tierslieux.rota.import.column"
    _description = "Column of a Rota"
    _order = "at, id"

    import_id = fields.Many2one(
        "tierslieux.rota.import", required=True, ondelete="cascade", index=True
    )
    at = fields.Integer(readonly=True)
    heading = fields.Char(readonly=True)
    sample = fields.Char(string="Examples", readonly=True)
    guess = fields.Char(readonly=True)
    role = fields.Selection(HEADING_ROLES, string="Says")

    @api.constrains("role")
    def _check_role(self):
        labels = dict(self._fields["role"]._description_selection(self.env))
        for wizard in self.import_id:
            seen = {}
            for column in wizard.column_ids.filtered(lambda c: c.role in SINGLE):
                if column.role in seen:
                    raise ValidationError(
                        self.env._(
                            "The columns « %(first)s » and « %(second)s » are both said to hold"
                            " « %(role)s »: keep it on one of them and empty the other.",
                            first=seen[column.role],
                            second=column.heading,
                            role=labels[column.role],
                        )
                    )
                seen[column.role] = column.heading


class TierslieuxRotaImportValue(models.TransientModel):
    """A name, a mission or a time as the rota writes it, and what it is here: asked once for all
    its rows."""

    _name = "tierslieux.rota.import.value"
    _description = "Word of a Rota being imported"
    _order = "needs_answer desc, kind, count desc, label, id"

    import_id = fields.Many2one(
        "tierslieux.rota.import", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="import_id.company_id", related_sudo=False)
    kind = fields.Selection(VALUE_KINDS, required=True, readonly=True)
    key = fields.Char(readonly=True)
    label = fields.Char(string="In the File", readonly=True)
    count = fields.Integer(string="How often", readonly=True)
    action = fields.Selection(
        [
            ("use", "Is known here"),
            ("create", "New volunteer"),
            ("leave", "Leave out"),
        ],
        string="What to do",
    )
    volunteer_id = fields.Many2one(
        "tierslieux.volunteer", domain="[('company_id', '=', company_id)]"
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Known Person",
        domain="[('is_company', '=', False)]",
        help="Somebody whom the association knows, and who becomes a volunteer. Empty: a new"
        " person.",
    )
    new_name = fields.Char(string="First and last Name")
    mission_id = fields.Many2one("tierslieux.mission", domain="[('company_id', '=', company_id)]")
    hour_from = fields.Float(string="From")
    hour_to = fields.Float(
        string="To", help="An hour that is not after the first one is on the next day."
    )
    sure_id = fields.Integer(readonly=True, help="The record that the name alone says.")
    note = fields.Char(string="Why", readonly=True)
    needs_answer = fields.Boolean(
        string="To answer", compute="_compute_needs_answer", compute_sudo=False, store=True
    )

    @api.depends("kind", "action", "volunteer_id", "mission_id", "hour_from", "hour_to", "note")
    def _compute_needs_answer(self):
        for value in self:
            value.needs_answer = not value._is_answered()

    def _is_plain(self):
        """Whether it is what the name alone says: nothing to remember."""
        self.ensure_one()
        known = self.volunteer_id or self.mission_id
        return self.action == "use" and bool(self.sure_id) and known.id == self.sure_id

    def _is_answered(self):
        self.ensure_one()
        if self.kind == "time":
            return self.hour_from != self.hour_to
        if self.action == "use":
            return bool(self.volunteer_id if self.kind == "person" else self.mission_id)
        return bool(self.action)

    @api.onchange("volunteer_id", "mission_id")
    def _onchange_known(self):
        if self.volunteer_id or self.mission_id:
            self.action = "use"

    @api.onchange("partner_id", "new_name")
    def _onchange_new(self):
        if self.partner_id and self.kind == "person" and not self.volunteer_id:
            self.action = "create"

    @api.constrains("hour_from", "hour_to")
    def _check_hours(self):
        for value in self.filtered(lambda v: v.kind == "time"):
            if not (0 <= value.hour_from < 24 and 0 <= value.hour_to <= 24):
                raise ValidationError(
                    self.env._("« %s »: hours of a day go from 0:00 to 24:00.", value.label)
                )


class TierslieuxRotaImportLine(models.TransientModel):
    """Somebody and a shift as the dry run judged it."""

    _name = "tierslieux.rota.import.line"
    _description = "Row of a Rota"
    _order = "row_number, id"

    import_id = fields.Many2one(
        "tierslieux.rota.import", required=True, ondelete="cascade", index=True
    )
    row_number = fields.Integer(string="Row", readonly=True)
    column_letter = fields.Char(string="Column", readonly=True)
    status = fields.Selection(STATUSES, required=True, readonly=True)
    is_warned = fields.Boolean(readonly=True)
    day = fields.Date(readonly=True)
    time_text = fields.Char(string="Time", readonly=True)
    mission_text = fields.Char(string="Mission", readonly=True)
    person_text = fields.Char(string="Volunteer", readonly=True)
    becomes = fields.Char(readonly=True)
    reason = fields.Text(string="Remarks", readonly=True)
