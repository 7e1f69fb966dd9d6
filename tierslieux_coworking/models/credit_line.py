from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from odoo.addons.tierslieux_base.models.guarded_mixin import WRITTEN_BY_PROCESSES
from odoo.addons.tierslieux_base.models.res_users import NOTE_GROUPS

from ..tools.credit_allocation import Lot, to_credits

MOVES = [
    ("grant", "Granted"),
    ("use", "Used"),
    ("give_back", "Given back"),
    ("expire", "Expired"),
    ("adjust", "Corrected"),
]


class TierslieuxCreditLine(models.Model):
    """One movement of credits. Lines are only ever added: a balance is their sum.

    A *grant* opens a lot, with an expiry or not; every other line names the lot it moves
    (``lot_id``), so that what is left of each lot is a sum too. Nobody writes or deletes a
    line, the superuser neither: a mistake is corrected by another line, with its reason.
    """

    _name = "tierslieux.credit.line"
    _description = "Credit Movement"
    _inherit = ["tierslieux.guarded.mixin"]
    _order = "date desc, id desc"
    _rec_names_search = ["subscription_id", "partner_id"]

    subscription_id = fields.Many2one(
        "tierslieux.subscription", required=True, index=True, ondelete="restrict"
    )
    holder_id = fields.Many2one(
        related="subscription_id.partner_id",
        string="Belongs to",
        store=True,
        index=True,
        precompute=True,
    )
    partner_id = fields.Many2one(
        "res.partner", string="Used by", index="btree_not_null", ondelete="restrict"
    )
    company_id = fields.Many2one(
        related="subscription_id.company_id", store=True, index=True, precompute=True
    )
    type_id = fields.Many2one(
        "tierslieux.credit.type", string="Credit", required=True, index=True, ondelete="restrict"
    )
    unit = fields.Selection(related="type_id.unit")
    move = fields.Selection(MOVES, string="Movement", required=True)
    quantity = fields.Float(required=True, digits=(12, 2), help="Signed: what it adds.")
    date = fields.Date(
        string="Recorded on", required=True, default=fields.Date.context_today, index=True
    )
    use_date = fields.Date(
        string="Day of Use",
        help="Of a use: the day of the booking or of the visit, on the clock of the place.",
    )
    lot_id = fields.Many2one(
        "tierslieux.credit.line", string="Taken from", index=True, ondelete="restrict"
    )
    lot_line_ids = fields.One2many("tierslieux.credit.line", "lot_id", string="Movements")
    left = fields.Float(
        compute="_compute_left", digits=(12, 2), help="Of a grant: what is left of it."
    )
    date_start = fields.Date(
        string="Usable from", help="Of a grant: first day on which it may be used."
    )
    date_expiry = fields.Date(
        string="Usable until", help="Of a grant: last day on which it may be used."
    )
    period_start = fields.Date(
        string="Period",
        help="First day of the period for which a subscription's credits are given: each is"
        " given once.",
    )
    is_unlimited = fields.Boolean(
        string="Unlimited", help="Given as it is used: the plan says as much as wished."
    )
    booking_id = fields.Many2one("tierslieux.booking", index="btree_not_null", ondelete="restrict")
    presence_id = fields.Many2one(
        "tierslieux.presence", index="btree_not_null", ondelete="restrict"
    )
    reason = fields.Char(groups=NOTE_GROUPS)
    lock_count = fields.Integer(
        help="Technical: counts the transactions that took from this lot, so that two at the"
        " same instant cannot both take the last of it. No fact of the ledger."
    )

    _sign_check = models.Constraint(
        "CHECK((move IN ('grant', 'give_back') AND quantity > 0)"
        " OR (move IN ('use', 'expire') AND quantity < 0)"
        " OR (move = 'adjust' AND quantity <> 0))",
        "A movement of credits has the wrong sign.",
    )
    _lot_check = models.Constraint(
        "CHECK((move = 'grant') = (lot_id IS NULL))", "Only a grant opens a lot."
    )
    _reason_check = models.Constraint(
        "CHECK(move <> 'adjust' OR reason <> '')", "A correction needs its reason."
    )
    _days_check = models.Constraint(
        "CHECK(date_expiry IS NULL OR date_start IS NULL OR date_expiry >= date_start)",
        "Credits cannot expire before they can be used.",
    )
    _grant_uniq = models.UniqueIndex(
        "(subscription_id, type_id, period_start) WHERE move = 'grant' AND period_start IS NOT"
        " NULL",
        "The credits of this period are given already.",
    )

    @api.depends("quantity", "lot_line_ids.quantity")
    def _compute_left(self):
        left = self._get_left()
        for line in self:
            line.left = left.get(line._origin.id, 0.0)

    @api.depends("move", "quantity", "type_id", "subscription_id")
    def _compute_display_name(self):
        moves = dict(self._fields["move"]._description_selection(self.env))
        for line in self:
            line.display_name = self.env._(
                "%(move)s: %(quantity)s %(type)s – %(subscription)s",
                move=moves.get(line.move, ""),
                quantity=f"{line.quantity:+g}",
                type=line.type_id.name,
                subscription=line.subscription_id.display_name,
            )

    def _get_left(self):
        """What is left of each of these lots: {id: Decimal}. One query, whatever their number."""
        lots = self._origin.filtered(lambda line: line.move == "grant")
        moved = dict(
            self.env["tierslieux.credit.line"]
            .sudo()  # sudo: a lot that may be read says what is left of it
            ._read_group([("lot_id", "in", lots.ids)], ["lot_id"], ["quantity:sum"])
        )
        moved = {lot.id: quantity for lot, quantity in moved.items()}
        return {lot.id: to_credits(lot.quantity) + to_credits(moved.get(lot.id, 0)) for lot in lots}

    def _to_lot(self, left, start=None):
        """This grant, for the functions of ``tools.credit_allocation``."""
        self.ensure_one()
        return Lot(
            self.id, left, start or self.date_start or date.min, self.date_expiry or date.max
        )

    # ------------------------------------------------------------------ append only

    @api.model
    def _get_guards(self):
        return (*super()._get_guards(), WRITTEN_BY_PROCESSES)

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_ledger()
        return lines

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(
            self.env._(
                "Movements of credits are not changed: add a correction with its reason (button"
                " « Correct Credits » of the subscription)."
            )
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._(
                "Movements of credits are not deleted: add a correction with its reason (button"
                " « Correct Credits » of the subscription)."
            )
        )

    @api.model
    def _post(self, move, vals_list):
        """Add lines to lots: subscription and type are those of the lot.

        sudo: nobody may add lines but through the ledger's own methods.
        """
        Line_sudo = self.sudo()
        lots = Line_sudo.browse(vals["lot_id"] for vals in vals_list)
        lots.fetch(["subscription_id", "type_id"])
        return Line_sudo.create(
            [
                {
                    **vals,
                    "quantity": float(vals["quantity"]),
                    "move": move,
                    "subscription_id": lot.subscription_id.id,
                    "type_id": lot.type_id.id,
                }
                for lot, vals in zip(lots, vals_list, strict=True)
            ]
        )

    def _check_ledger(self):
        """Whoever adds lines: they stay in their lot, in its days, and never take too much.

        :raise ValidationError: naming the subscription
        """
        lots = self.lot_id
        for lot, left in lots._get_left().items():
            if left < 0:
                line = lots.browse(lot)
                raise ValidationError(
                    self.env._(
                        "%(subscription)s: there are not enough %(type)s left for this.",
                        subscription=line.subscription_id.display_name,
                        type=line.type_id.name,
                    )
                )
        for line in self.filtered("lot_id"):
            lot = line.lot_id
            if lot.move != "grant" or (lot.subscription_id, lot.type_id) != (
                line.subscription_id,
                line.type_id,
            ):
                raise ValidationError(
                    self.env._("A movement of credits must name a grant of its subscription.")
                )
            if line.move == "use":
                line._check_use_date()

    def _check_use_date(self):
        """Nothing is used beyond its expiry, nor beyond its subscription's end."""
        self.ensure_one()
        lot, subscription, day = self.lot_id, self.subscription_id, self.use_date
        if not day:
            raise ValidationError(self.env._("Say for which day credits are used."))
        starts = [d for d in (lot.date_start, subscription.date_start) if d]
        ends = [d for d in (lot.date_expiry, subscription.date_end) if d]
        if day < max(starts, default=day) or day > min(ends, default=day):
            raise ValidationError(
                self.env._(
                    "%(subscription)s: these %(type)s cannot be used on %(day)s.",
                    subscription=subscription.display_name,
                    type=lot.type_id.name,
                    day=format_date(self.env, day),
                )
            )
