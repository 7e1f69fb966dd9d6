from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import LazyTranslate, format_date

from odoo.addons.tierslieux_base.models.guarded_mixin import Guard
from odoo.addons.tierslieux_base.models.res_users import NOTE_GROUPS

_lt = LazyTranslate(__name__)


# A place offered is kept so many days, then goes to the next.
OFFER_DAYS = 7
GUARDS = (
    Guard(
        {"plan_id", "partner_id", "date"},
        when="_is_settled",
        sentence=_lt(
            "%(record)s: a place was offered, and « %(fields)s » does not change any more. Write"
            " the person down again."
        ),
    ),
)


class TierslieuxPlanWait(models.Model):
    """Somebody waits for a place in a plan; the first in the list is offered what is freed."""

    _name = "tierslieux.plan.wait"
    _description = "Waiting List of a Plan"
    _inherit = ["mail.thread", "mail.activity.mixin", "tierslieux.guarded.mixin"]
    _order = "date, id"

    plan_id = fields.Many2one("tierslieux.plan", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(
        "res.partner", string="Person", required=True, index=True, ondelete="cascade"
    )
    email = fields.Char(related="partner_id.email")
    phone = fields.Char(related="partner_id.phone")
    date = fields.Date(string="Since", required=True, default=fields.Date.context_today)
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("offered", "Place offered"),
            ("taken", "Subscribed"),
            ("dropped", "Given up"),
        ],
        required=True,
        default="waiting",
        index=True,
        readonly=True,
        tracking=True,
    )
    rank = fields.Integer(compute="_compute_rank", help="1 is next.")
    offered_until = fields.Date(readonly=True, copy=False, tracking=True)
    subscription_id = fields.Many2one(
        "tierslieux.subscription", index="btree_not_null", readonly=True, ondelete="set null"
    )
    note = fields.Char(groups=NOTE_GROUPS)

    _once = models.UniqueIndex(
        "(plan_id, partner_id) WHERE state IN ('waiting', 'offered')",
        "This person is on the waiting list of this plan already.",
    )

    @api.model
    def _get_guards(self):
        return (*super()._get_guards(), *GUARDS)

    def _is_settled(self, _name, _value):
        return bool(self) and self.state != "waiting"

    @api.depends("partner_id", "plan_id")
    def _compute_display_name(self):
        for wait in self:
            wait.display_name = f"{wait.plan_id.name or ''} – {wait.partner_id.name or ''}"

    @api.depends("state", "date", "plan_id")
    def _compute_rank(self):
        waiting = self.search(
            [("plan_id", "in", self.plan_id.ids), ("state", "=", "waiting")], order="date, id"
        )
        ranks = {}
        for waits in waiting.grouped("plan_id").values():
            ranks.update({wait.id: rank for rank, wait in enumerate(waits, 1)})
        for wait in self:
            wait.rank = ranks.get(wait._origin.id, 0)

    # ------------------------------------------------------------------ offer

    def action_offer(self):
        """Offer a place now, whatever the order of the list."""
        self._check_desk()
        for wait in self:
            if wait.state != "waiting":
                raise UserError(
                    self.env._("%(name)s is not waiting any more.", name=wait.display_name)
                )
        self._offer()
        return True

    def _offer(self):
        """Keep a place for each, tell them by e-mail, or have the desk ring them up."""
        until = fields.Date.add(fields.Date.context_today(self), days=OFFER_DAYS)
        # sudo: states are set by the house, and the desk has no right on templates.
        waits_sudo = self.sudo()
        waits_sudo.write({"state": "offered", "offered_until": until})
        template_sudo = self.env.ref(
            "tierslieux_coworking.mail_template_plan_offer", raise_if_not_found=False
        )
        for wait in waits_sudo:
            if wait.partner_id.email and template_sudo:
                template_sudo.sudo().send_mail(wait.id, force_send=False)
            else:
                wait.activity_schedule(
                    "mail.mail_activity_data_call",
                    summary=self.env._(
                        "Ring %(name)s up: a place in « %(plan)s » is kept until %(date)s.",
                        name=wait.partner_id.name,
                        plan=wait.plan_id.name,
                        date=format_date(self.env, until),
                    ),
                )

    def action_subscribe(self):
        """Open a new subscription for this person; starting it takes the place."""
        self.ensure_one()
        self._check_desk()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Subscription"),
            "res_model": "tierslieux.subscription",
            "view_mode": "form",
            "context": {
                "default_partner_id": self.partner_id.id,
                "default_plan_id": self.plan_id.id,
            },
        }

    def action_drop(self):
        """The person does not wait any more; a place kept for them goes to the next."""
        self._check_desk()
        plans = self.filtered(lambda w: w.state == "offered").plan_id
        # sudo: states are set by the buttons.
        self.sudo().write({"state": "dropped", "offered_until": False})
        self.sudo().activity_unlink(["mail.mail_activity_data_call"])
        plans._offer_freed_places()
        return True

    def _check_desk(self):
        """The right to change these, checked here since the buttons write as superuser."""
        self.env["tierslieux.subscription"]._check_group()
        self.check_access("write")

    @api.model
    def _set_taken(self, subscriptions, plan=None):
        """Those who have subscribed (or will change to ``plan``) wait no more."""
        waits_sudo = self.sudo().search(
            [
                ("plan_id", "in", (plan or subscriptions.plan_id).ids),
                ("partner_id", "in", subscriptions.partner_id.ids),
                ("state", "in", ("waiting", "offered")),
            ]
        )
        for wait in waits_sudo:
            own = subscriptions.filtered(
                lambda s, w=wait: s.partner_id == w.partner_id and w.plan_id == (plan or s.plan_id)
            )
            if own:
                wait.write({"state": "taken", "subscription_id": own[0].id})
                wait.activity_unlink(["mail.mail_activity_data_call"])

    @api.model
    def _expire_offers(self):
        """Daily: what nobody took in time goes to the next in the list."""
        # sudo: states are set by the house.
        expired_sudo = self.sudo().search(
            [("state", "=", "offered"), ("offered_until", "<", fields.Date.context_today(self))]
        )
        if expired_sudo:
            expired_sudo.write({"state": "dropped"})
            expired_sudo.activity_unlink(["mail.mail_activity_data_call"])
            expired_sudo.plan_id._offer_freed_places()
