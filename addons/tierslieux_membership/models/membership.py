from odoo import api, fields, models

from odoo.addons.tierslieux_base.models.res_users import NOTE_GROUPS

from ..tools.membership_period import period_label


class TierslieuxMembership(models.Model):
    """One person's membership of one type for one period.

    Facts are written (confirmed, paid through the invoice, resigned, cancelled, dates); the
    state is computed from them and stored, so that a payment, a credit note or a cancelled
    invoice changes it at once, and the daily job has only the passing of time to follow.
    """

    _name = "tierslieux.membership"
    _description = "Membership"
    _inherit = [
        "tierslieux.activity.mixin",
        "portal.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date_start desc, id desc"
    _rec_names_search = ["partner_id", "name"]
    _check_company_auto = True

    # Who
    name = fields.Char(compute="_compute_name", store=True, precompute=True)
    partner_id = fields.Many2one(
        "res.partner", string="Member", required=True, index=True, tracking=True
    )
    payer_id = fields.Many2one(
        "res.partner",
        compute="_compute_payer_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
        tracking=True,
        help="Who gets the invoice and the reminders: parent, employer, guardian…",
    )
    covered_partner_ids = fields.Many2many(
        "res.partner",
        "tierslieux_membership_covered_rel",
        "membership_id",
        "partner_id",
        string="Covered Persons",
        help="Persons of the family or the organisation who are members through this fee.",
    )
    representative_id = fields.Many2one(
        "res.partner",
        index="btree_not_null",
        help="The person who votes for the organisation.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    origin = fields.Selection(
        [
            ("desk", "Front desk"),
            ("portal", "Portal"),
            ("import", "Import"),
            ("crm", "Interest"),
            ("renewal", "Renewal"),
        ],
        required=True,
        default="desk",
        readonly=True,
    )

    # What for
    type_id = fields.Many2one(
        "tierslieux.membership.type",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
        tracking=True,
    )
    audience = fields.Selection(related="type_id.audience")
    amount_mode = fields.Selection(related="type_id.amount_mode")
    amount_min = fields.Monetary(related="type_id.amount_min")
    college_id = fields.Many2one(related="type_id.college_id", store=True, index=True)
    scale_id = fields.Many2one(
        "tierslieux.membership.scale",
        string="Tier",
        domain="[('type_id', '=', type_id)]",
        ondelete="restrict",
        index="btree_not_null",
    )
    date_start = fields.Date(
        string="Start", required=True, default=fields.Date.context_today, tracking=True, index=True
    )
    date_end = fields.Date(
        string="End",
        compute="_compute_date_end",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        tracking=True,
        index=True,
    )
    grace_end = fields.Date(
        string="End of Grace",
        compute="_compute_grace_end",
        store=True,
        precompute=True,
        help="Last day on which a member who has not renewed still counts.",
    )

    # Money
    currency_id = fields.Many2one(related="company_id.currency_id", store=True)
    amount = fields.Monetary(
        compute="_compute_amount",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        aggregator="sum",
    )
    amount_due = fields.Monetary(compute="_compute_amount_due", store=True)
    invoice_id = fields.Many2one(
        "account.move", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    fee_line_ids = fields.One2many(
        "account.move.line", "membership_id", string="Invoice Lines", readonly=True
    )
    fee_state = fields.Selection(
        [
            ("none", "Nothing to pay"),
            ("due", "To pay"),
            ("paid", "Paid"),
            ("refunded", "Refunded"),
        ],
        string="Payment",
        compute="_compute_fee_state",
        store=True,
    )
    is_history = fields.Boolean(
        string="History",
        copy=False,
        help="Recorded for its dates only, without accounting (membership of another time or "
        "another tool).",
    )

    # Proof of a reduced fee
    proof_required = fields.Boolean(related="scale_id.proof_required")
    proof_attachment = fields.Binary(string="Proof", attachment=True, copy=False)
    proof_filename = fields.Char(copy=False)
    proof_date_end = fields.Date(
        string="Proof valid until",
        compute="_compute_proof_date_end",
        store=True,
        readonly=False,
        copy=False,
    )
    proof_waived = fields.Boolean(
        string="Proof waived",
        copy=False,
        tracking=True,
        help="A coordinator accepts this tier without a valid proof.",
    )

    # Life
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("to_pay", "To pay"),
            ("active", "Active"),
            ("grace", "Grace period"),
            ("expired", "Expired"),
            ("cancelled", "Cancelled"),
            ("resigned", "Resigned"),
        ],
        compute="_compute_state",
        store=True,
        readonly=True,
        index=True,
        copy=False,
        tracking=True,
        group_expand="_group_expand_state",
    )
    date_confirmed = fields.Date(string="Confirmed on", readonly=True, copy=False)
    is_cancelled = fields.Boolean(readonly=True, copy=False)
    resign_date = fields.Date(readonly=True, copy=False, tracking=True)
    resign_reason_id = fields.Many2one(
        "tierslieux.resign.reason", readonly=True, copy=False, ondelete="restrict", tracking=True
    )
    previous_id = fields.Many2one(
        "tierslieux.membership",
        string="Renewal of",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    next_ids = fields.One2many("tierslieux.membership", "previous_id", string="Renewals")
    headcount = fields.Integer(
        string="Persons", compute="_compute_headcount", store=True, readonly=False, default=None
    )
    # The team's own: neither the board nor, through the portal, the member reads it.
    note = fields.Html(groups=NOTE_GROUPS, copy=False)

    _date_check = models.Constraint(
        "CHECK(date_end >= date_start)", "A membership cannot end before it starts."
    )
    _amount_check = models.Constraint("CHECK(amount >= 0)", "A fee cannot be negative.")
    # A cancelled membership never counted; all others hold their dates (a resigned one ends on
    # the day of the resignation).
    _no_overlap = models.Constraint(
        "EXCLUDE USING gist (partner_id WITH =, type_id WITH =, company_id WITH =,"
        " daterange(date_start, date_end, '[]') WITH &&)"
        " WHERE (state != 'cancelled')",
        "This person already has a membership of this type for these dates. Open it instead of "
        "recording a second one, or choose other dates.",
    )
    _end_idx = models.Index("(state, date_end)")

    # ------------------------------------------------------------------ compute

    @api.depends("type_id", "date_start", "date_end")
    def _compute_name(self):
        for membership in self:
            if membership.date_start and membership.date_end:
                label = period_label(membership.date_start, membership.date_end)
                membership.name = f"{membership.type_id.name or ''} {label}".strip()
            else:
                membership.name = membership.type_id.name

    @api.depends("name", "partner_id")
    def _compute_display_name(self):
        for membership in self:
            parts = [membership.partner_id.name, membership.name]
            membership.display_name = " – ".join(part for part in parts if part)

    @api.depends("partner_id")
    def _compute_payer_id(self):
        for membership in self:
            kept = membership._origin and membership.payer_id != membership._origin.partner_id
            if not (kept and membership.payer_id):
                partner = membership.partner_id
                membership.payer_id = partner.guardian_id or partner

    @api.depends("type_id", "date_start")
    def _compute_date_end(self):
        for membership in self:
            if membership.date_confirmed and membership.date_end:
                continue
            if membership.type_id and membership.date_start:
                membership.date_end = membership.type_id._get_period(membership.date_start)[1]
            else:
                membership.date_end = membership.date_end

    @api.depends("date_end", "type_id", "resign_date")
    def _compute_grace_end(self):
        for membership in self:
            days = 0 if membership.resign_date else membership.type_id.grace_days
            membership.grace_end = membership.date_end and fields.Date.add(
                membership.date_end, days=days
            )

    @api.depends("type_id", "scale_id", "date_start", "date_end")
    def _compute_amount(self):
        for membership in self:
            membership_type = membership.type_id
            if not membership_type or membership.date_confirmed and membership._origin:
                membership.amount = membership.amount
            elif (
                membership_type.amount_mode == "free"
                and membership._origin.type_id == membership_type
                and membership.amount >= membership_type.amount_min
            ):
                membership.amount = membership.amount  # the giver's choice
            else:
                scale = membership.scale_id.filtered(lambda s, t=membership_type: s.type_id == t)
                membership.amount = membership_type._get_amount(
                    membership.date_start, membership.date_end, scale
                )

    @api.depends(
        "date_confirmed", "is_cancelled", "resign_date", "fee_state", "date_end", "grace_end"
    )
    def _compute_state(self):
        today = fields.Date.context_today(self)
        for membership in self:
            membership.state = membership._get_state(today)

    def _get_state(self, today):
        """State that the facts give on this day."""
        self.ensure_one()
        if self.is_cancelled:
            return "cancelled"
        if not self.date_confirmed:
            return "draft"
        if self.fee_state == "refunded":
            return "cancelled"
        if self.resign_date and self.resign_date <= today:
            return "resigned"
        if today > self.grace_end:
            return "expired"
        if self.fee_state == "due":
            return "to_pay"
        return "active" if today <= self.date_end else "grace"

    @api.depends("scale_id", "proof_attachment")
    def _compute_proof_date_end(self):
        today = fields.Date.context_today(self)
        for membership in self:
            if not membership.proof_attachment or membership.proof_date_end:
                membership.proof_date_end = membership.proof_date_end
            else:
                membership.proof_date_end = fields.Date.add(
                    today, months=membership.scale_id.proof_validity_months or 12
                )

    @api.depends("partner_id", "covered_partner_ids")
    def _compute_headcount(self):
        for membership in self:
            persons = membership.covered_partner_ids
            if not membership.partner_id.is_company:
                persons |= membership.partner_id
            membership.headcount = len(persons) or 1

    @api.model
    def _activity_date_field(self):
        return "date_start"

    @api.model
    def _group_expand_state(self, states, domain):
        # Columns worth seeing empty; the first of them is what a telephone opens on.
        return ["to_pay", "active", "grace"]
