from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import LazyTranslate

from odoo.addons.tierslieux_base.models.guarded_mixin import Guard

_lt = LazyTranslate(__name__)

WAITING = ("received", "notified")
GUARDS = (
    Guard(
        {"partner_id", "place_id", "received_at"},
        ("tierslieux_base.group_coordinator",),
        "_is_announced",
        _lt(
            "The post for %(record)s has been announced or handed over: « %(fields)s » stays as it"
            " was. Ask a coordinator to correct it."
        ),
    ),
)


class TierslieuxPostItem(models.Model):
    """A letter or a parcel that came for somebody: noted, announced, handed over."""

    _name = "tierslieux.post.item"
    _description = "Post received"
    _inherit = ["tierslieux.guarded.mixin"]
    _order = "received_at desc, id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner", string="For", required=True, index=True, ondelete="restrict"
    )
    place_id = fields.Many2one(
        "tierslieux.place",
        required=True,
        index=True,
        ondelete="restrict",
        compute="_compute_place_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    company_id = fields.Many2one(
        related="place_id.company_id", store=True, index=True, precompute=True
    )
    domiciliation_id = fields.Many2one(
        "tierslieux.domiciliation",
        compute="_compute_domiciliation_id",
        store=True,
        index="btree_not_null",
        help="The contract under which it came, if any.",
    )
    kind = fields.Selection(
        [
            ("letter", "Letter"),
            ("registered", "Registered letter"),
            ("parcel", "Parcel"),
            ("notice", "Delivery notice"),
            ("other", "Other"),
        ],
        required=True,
        default="letter",
    )
    sender = fields.Char(string="From")
    reference = fields.Char(help="Tracking number of a registered letter or a parcel.")
    received_at = fields.Datetime(
        string="Received on", required=True, default=fields.Datetime.now, index=True
    )
    user_id = fields.Many2one(
        "res.users", string="Received by", default=lambda self: self.env.user, readonly=True
    )
    state = fields.Selection(
        [
            ("received", "To announce"),
            ("notified", "Announced"),
            ("collected", "Handed over"),
            ("forwarded", "Sent on"),
            ("returned", "Sent back"),
        ],
        required=True,
        default="received",
        readonly=True,
        copy=False,
        index=True,
    )
    notified_at = fields.Datetime(string="Announced on", readonly=True, copy=False)
    collected_at = fields.Datetime(string="Left us on", readonly=True, copy=False)
    collected_by = fields.Char(string="Taken by", help="When it is not the addressee.")
    note = fields.Char(string="Remark")

    @api.model
    def _get_guards(self):
        return (*super()._get_guards(), *GUARDS)

    def _is_announced(self, _name, _value):
        return bool(self) and self.state != "received"

    @api.depends("partner_id")
    def _compute_place_id(self):
        contracts = self._get_contracts()
        only = self.env["tierslieux.place"].search([], limit=2)
        for item in self:
            item.place_id = (
                contracts.get(item.partner_id).place_id
                if item.partner_id in contracts
                else item.place_id or (only if len(only) == 1 else False)
            )

    @api.depends("partner_id", "place_id")
    def _compute_domiciliation_id(self):
        contracts = self._get_contracts()
        for item in self:
            contract = contracts.get(item.partner_id)
            item.domiciliation_id = contract if contract else item.domiciliation_id

    def _get_contracts(self):
        """{addressee: their contract under way}"""
        return {
            contract.partner_id: contract
            for contract in self.env["tierslieux.domiciliation"].search(
                [("partner_id", "in", self.partner_id.ids), ("state", "=", "active")]
            )
        }

    def _get_reader(self):
        """Who is written to: the addressee, or who represents the organisation."""
        self.ensure_one()
        if self.partner_id.email:
            return self.partner_id
        return self.domiciliation_id.representative_id

    def _get_waiting_items(self):
        """For the message: all that waits at the desk for this addressee."""
        self.ensure_one()
        return self.search(
            [
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
                ("state", "in", WAITING),
            ],
            order="received_at, id",
        )

    def _get_kind_label(self):
        self.ensure_one()
        return dict(self._fields["kind"]._description_selection(self.env))[self.kind]

    # -- buttons -------------------------------------------------------------------------

    def action_notify(self):
        """Tell the addressees by e-mail: one message each, listing all that waits for them.

        Those without an address stay to announce, and are named.
        """
        waiting = self.filtered(lambda item: item.state in WAITING)
        if not waiting:
            raise UserError(self.env._("Nothing here is still to announce."))
        template = self.env.ref("tierslieux_business_centre.mail_template_post_item")
        told, silent = self.browse(), self.env["res.partner"]
        for (partner, _company), items in waiting.grouped(
            lambda item: (item.partner_id, item.company_id)
        ).items():
            if not items[0]._get_reader().email:
                silent |= partner
                continue
            # sudo: templates and mails are closed to the desk
            template.sudo().send_mail(items[0].id, force_send=False)
            told |= items
        told._write_facts({"state": "notified", "notified_at": fields.Datetime.now()})
        if not silent:
            return True
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": True,
                "message": self.env._(
                    "No e-mail address: please call %(names)s.",
                    names=", ".join(silent.mapped("name")),
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_announced(self):
        """Told by telephone, or in person."""
        self.filtered(lambda item: item.state == "received")._write_facts(
            {"state": "notified", "notified_at": fields.Datetime.now()}
        )
        return True

    def action_collect(self):
        """Handed over, to the addressee or whoever is named."""
        return self._leave("collected")

    def action_forward(self):
        """Sent on to another address."""
        return self._leave("forwarded")

    def action_return(self):
        """Sent back to the sender."""
        return self._leave("returned")

    def _leave(self, state):
        self.filtered(lambda item: item.state in WAITING)._write_facts(
            {"state": state, "collected_at": fields.Datetime.now()}
        )
        return True

    def action_undo(self):
        """Correct an item said to have left by mistake."""
        gone = self.filtered(lambda item: item.state not in WAITING)
        for announced, items in gone.grouped(lambda item: bool(item.notified_at)).items():
            state = "notified" if announced else "received"
            items._write_facts({"state": state, "collected_at": False})
        return True
