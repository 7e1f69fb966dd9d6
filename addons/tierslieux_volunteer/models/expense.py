from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import LazyTranslate, format_amount, format_date

from odoo.addons.tierslieux_base.models.guarded_mixin import EVERY_FIELD, Guard
from odoo.addons.tierslieux_base.tools import clock

from ..tools.mileage import get_amount
from .mileage_scale import VEHICLES

_lt = LazyTranslate(__name__)

KINDS = [
    ("km", "Kilometres"),
    ("ticket", "Ticket, parking, toll"),
    ("meal", "Meal"),
    ("purchase", "Purchase"),
    ("other", "Other"),
]
STATES = [
    ("draft", "Draft"),
    ("submitted", "To validate"),
    ("validated", "Validated"),
    ("refunded", "Refunded"),
    ("waived", "Waived"),
    ("refused", "Refused"),
]
# Still the volunteer's to change; settled for good.
OPEN = ("draft", "submitted")
WAYS = [("portal", "Online, signed in"), ("paper", "On paper"), ("email", "By e-mail")]
FACTS = {
    "partner_id",
    "company_id",
    "state",
    "reason",
    "submitted_at",
    "validated_by_id",
    "validated_at",
    "scale_id",
    "rate_text",
    "move_id",
    "waived_on",
    "waiver_text",
    "waiver_way",
    "waived_by_id",
    "waiver_move_id",
}


class TierslieuxVolunteerExpense(models.Model):
    """Something that a volunteer paid for the association: refunded once, or waived once in
    writing; the database keeps it from both (``_settled_once``).

    Kilometres are worth what the scale of the day of the trip says. Until the line is validated
    this follows its day and its length; from then on nothing of it changes.
    """

    _name = "tierslieux.volunteer.expense"
    _description = "Expense of a Volunteer"
    _inherit = ["tierslieux.guarded.mixin"]
    _order = "date desc, id desc"
    _rec_names_search = ["volunteer_id", "name"]
    _check_company_auto = True

    name = fields.Char(string="What", required=True)
    volunteer_id = fields.Many2one(
        "tierslieux.volunteer", required=True, index=True, ondelete="restrict", check_company=True
    )
    partner_id = fields.Many2one(
        related="volunteer_id.partner_id", string="Person", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="volunteer_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(
        required=True, index=True, default=lambda self: self._get_default_date(), copy=False
    )
    kind = fields.Selection(KINDS, required=True, default="km")
    mission_id = fields.Many2one(
        "tierslieux.mission", index="btree_not_null", ondelete="restrict", check_company=True
    )
    place_id = fields.Many2one(
        "tierslieux.place",
        compute="_compute_place_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    # Kilometres
    km = fields.Float(string="Kilometres", digits=(12, 1))
    vehicle = fields.Selection(VEHICLES)
    is_electric = fields.Boolean(string="Electric")
    scale_id = fields.Many2one("tierslieux.mileage.scale", ondelete="restrict", copy=False)
    rate_text = fields.Char(string="By the scale", copy=False, help="As it was when validated.")
    scale_problem = fields.Char(compute="_compute_scale_problem")
    amount = fields.Monetary(compute="_compute_amount", store=True, readonly=False, precompute=True)
    # Its proof
    receipt = fields.Binary(attachment=True, copy=False)
    receipt_name = fields.Char(copy=False)
    has_receipt = fields.Boolean(compute="_compute_has_receipt")
    # What becomes of it
    state = fields.Selection(STATES, required=True, default="draft", index=True, copy=False)
    reason = fields.Char(copy=False, readonly=True, help="Why it was refused.")
    submitted_at = fields.Datetime(copy=False)
    validated_by_id = fields.Many2one("res.users", string="By", copy=False)
    validated_at = fields.Datetime(string="Validated or refused on", copy=False)
    move_id = fields.Many2one(
        "account.move",
        string="Bill",
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
        readonly=True,
        groups="account.group_account_readonly",
    )
    waived_on = fields.Date(copy=False)
    waiver_text = fields.Text(copy=False, help="The words by which it is left to the association.")
    waiver_way = fields.Selection(WAYS, string="How", copy=False)
    waived_by_id = fields.Many2one("res.users", string="Recorded by", copy=False)
    waiver_move_id = fields.Many2one(
        "account.move",
        string="Entry of the waiver",
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
        readonly=True,
        groups="account.group_account_readonly",
    )

    _amount_check = models.Constraint("CHECK(amount >= 0)", "An expense is not negative.")
    _km_check = models.Constraint("CHECK(km >= 0)", "Kilometres are not negative.")
    _settled_once = models.Constraint(
        "CHECK((state = 'refunded') = (move_id IS NOT NULL)"
        " AND (state = 'waived') = (waived_on IS NOT NULL))",
        "An expense is refunded once, or waived once: not both.",
    )
    _waiver_check = models.Constraint(
        "CHECK(state <> 'waived' OR (waiver_text <> '' AND waiver_way IS NOT NULL))",
        "A waiver is in writing: its words and how it was given are kept.",
    )
    _reason_check = models.Constraint(
        "CHECK(state <> 'refused' OR reason <> '')", "Say why: the volunteer reads it."
    )

    @api.model
    def _get_default_date(self):
        zone = self.env.company.partner_id.tz or clock.DEFAULT
        return clock.get_day(fields.Datetime.now(), zone)

    @api.model
    def _get_guards(self):
        closed = Guard(
            EVERY_FIELD,
            when="_is_closed",
            sentence=_lt(
                "%(record)s: what is validated stays as it is (%(fields)s). Refuse it, and enter"
                " another one."
            ),
        )
        return (
            *super()._get_guards(),
            closed,
            Guard(FACTS),
            Guard({"volunteer_id"}, when="_is_made"),
            # Who refunds does not say what is refunded.
            Guard(EVERY_FIELD, groups=("tierslieux_base.group_coordinator",)),
            Guard(
                {"amount"},
                when="_is_by_scale",
                sentence=_lt("%(record)s: the scale says what kilometres are worth (%(fields)s)."),
            ),
        )

    def _is_closed(self, _name, _value):
        return bool(self) and self.state not in OPEN

    def _is_made(self, _name, _value):
        return bool(self)

    def _is_by_scale(self, _name, _value):
        return bool(self) and self.kind == "km"

    # -- computed ------------------------------------------------------------------------

    @api.depends("mission_id", "volunteer_id")
    def _compute_place_id(self):
        for expense in self:
            # sudo: the place of what somebody did
            sudo = expense.sudo()
            expense.place_id = (
                sudo.mission_id.place_id or expense.place_id or sudo.volunteer_id._get_usual_place()
            )

    @api.depends("kind", "date", "km", "vehicle", "is_electric", "volunteer_id")
    def _compute_amount(self):
        for expense in self:
            by_scale = expense.kind == "km" and expense.state in OPEN
            expense.amount = expense._get_scale_amount() or 0.0 if by_scale else expense.amount

    @api.depends("kind", "date", "vehicle", "state", "company_id")
    @api.depends_context("lang")
    def _compute_scale_problem(self):
        for expense in self:
            is_open = expense.kind == "km" and expense.state in OPEN
            expense.scale_problem = is_open and expense._get_scale_problem()

    @api.depends("receipt")
    def _compute_has_receipt(self):
        for expense in self:
            expense.has_receipt = bool(expense.with_context(bin_size=True).receipt)

    @api.depends("name", "date", "partner_id")
    def _compute_display_name(self):
        for expense in self:
            # sudo: who, for who may read the line
            who = expense.sudo().partner_id.name
            day = expense.date and format_date(self.env, expense.date)
            expense.display_name = ", ".join(filter(None, (who, day, expense.name)))

    # -- the scale -----------------------------------------------------------------------

    def _get_scale_problem(self):
        """A sentence when nothing says what these kilometres are worth; else False."""
        self.ensure_one()
        if not self.date or not self.company_id:
            return False
        scale = self.env["tierslieux.mileage.scale"]._get_scale(self.date, self.company_id)
        if not scale:
            return self.env._(
                "No mileage scale holds on %s: the manager adds it in Volunteering, Configuration,"
                " Mileage Scales. The amount follows by itself.",
                format_date(self.env, self.date),
            )
        if not self.vehicle:
            return self.env._("Say with which vehicle: the amount follows.")
        if not scale._get_bands(self.vehicle):
            return self.env._(
                "« %(scale)s » has no rate for this vehicle: the manager adds it in Volunteering,"
                " Configuration, Mileage Scales.",
                scale=scale.name,
            )
        return False

    def _get_scale_amount(self):
        """What these kilometres are worth by the scale of the day of the trip, after those of the
        same year that are validated; None when nothing says it."""
        self.ensure_one()
        if not self.km or self._get_scale_problem() is not False or not self.date:
            return None
        scale = self.env["tierslieux.mileage.scale"]._get_scale(self.date, self.company_id)
        return float(
            get_amount(
                scale._get_bands(self.vehicle),
                self.km,
                self._get_km_before(),
                scale.electric_factor if self.is_electric else 1,
            )
        )

    def _get_km_before(self):
        """Kilometres of the same person, vehicle and civil year that are validated."""
        [[km]] = self.sudo()._read_group(  # sudo: how many, for the rate of the next ones
            [
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
                ("kind", "=", "km"),
                ("vehicle", "=", self.vehicle),
                ("state", "in", ("validated", "refunded", "waived")),
                ("date", ">=", self.date.replace(month=1, day=1)),
                ("date", "<=", self.date.replace(month=12, day=31)),
                ("id", "!=", self._origin.id),
            ],
            [],
            ["km:sum"],
        )
        return km or 0

    @api.onchange("date", "km", "vehicle", "is_electric")
    def _onchange_trip(self):
        """Moving a trip shows what it was worth, and what it is worth now."""
        before = self._origin.amount
        after = self._get_scale_amount() if self.kind == "km" else None
        if (
            not self._origin
            or after is None
            or self.currency_id.compare_amounts(before, after) == 0
        ):
            return None
        return {
            "warning": {
                "title": self.env._("The amount changes"),
                "message": self.env._(
                    "It was %(before)s; by the scale of %(date)s it is %(after)s.",
                    before=format_amount(self.env, before, self.currency_id),
                    after=format_amount(self.env, after, self.currency_id),
                    date=format_date(self.env, self.date),
                ),
            }
        }

    # -- checks --------------------------------------------------------------------------

    @api.constrains("date")
    def _check_date(self):
        for expense in self:
            if expense.date > expense._get_place_today():
                raise ValidationError(
                    self.env._(
                        "%s is to come: an expense is entered once it is paid.",
                        format_date(self.env, expense.date),
                    )
                )

    def _get_place_today(self):
        """The day on the clock of the place, whatever the time zone of who enters the expense."""
        # sudo: the time zone of the place
        return clock.get_day(fields.Datetime.now(), self.sudo().place_id[:1]._get_tz())

    @api.constrains("place_id", "company_id")
    def _check_place(self):
        for expense in self:
            if expense.place_id.company_id != expense.company_id:
                raise ValidationError(
                    self.env._("%s belongs to another association.", expense.place_id.name)
                )

    # -- made, copied, deleted -------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        # What kilometres are worth is worked out, whatever is sent.
        return super().create(
            [
                {name: value for name, value in vals.items() if name != "amount"}
                if vals.get("kind", "km") == "km"
                else vals
                for vals in vals_list
            ]
        )

    def copy(self, default=None):
        """A copy has no receipt; what was refused is not copied."""
        copied = self.filtered(lambda expense: expense.state != "refused")
        if self and not copied:
            raise UserError(
                self.env._("%s was refused: enter another expense.", self[0].display_name)
            )
        return super(TierslieuxVolunteerExpense, copied).copy(default)

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_draft(self):
        for expense in self:
            if expense.state != "draft":
                raise UserError(
                    self.env._("%s is kept: refuse it, with the reason.", expense.display_name)
                )
