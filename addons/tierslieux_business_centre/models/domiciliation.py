from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import LazyTranslate, format_date

from odoo.addons.tierslieux_base.models.guarded_mixin import Guard
from odoo.addons.tierslieux_base.models.res_users import NOTE_GROUPS
from odoo.addons.tierslieux_base.tools.plain_text import text_to_html

_lt = LazyTranslate(__name__)


# Days before the end of a document's validity when its holder is asked for the next one.
EXPIRY_NOTICE_DAYS = 30
GUARDS = (
    Guard(
        {"partner_id", "place_id", "date_start"},
        when="_is_started",
        sentence=_lt(
            "%(record)s has begun, and its certificate says « %(fields)s »: end it, and make"
            " another contract."
        ),
    ),
)


class TierslieuxDomiciliation(models.Model):
    """An organisation that has its registered office at one of our places.

    The file that the law asks for is kept with it (Code de commerce, articles L123-11-3 and
    R123-168: identity of whoever represents the company, proof of their address, where the books
    are kept): a contract starts when none of its papers is missing. Its fee is that of the
    subscription it comes with, so that it is billed with the month.
    """

    _name = "tierslieux.domiciliation"
    _description = "Domiciliation"
    _inherit = ["mail.thread", "mail.activity.mixin", "tierslieux.guarded.mixin"]
    _order = "date_start desc, id desc"
    _rec_names_search = ["name", "partner_id"]
    _check_company_auto = True

    name = fields.Char(string="Number", default="/", copy=False, readonly=True)
    company_id = fields.Many2one(related="place_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Organisation",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
    )
    representative_id = fields.Many2one(
        "res.partner",
        string="Represented by",
        required=True,
        ondelete="restrict",
        domain="[('is_company', '=', False)]",
        help="Who signs the contract, and comes for the post.",
    )
    place_id = fields.Many2one(
        "tierslieux.place", required=True, index=True, ondelete="restrict", tracking=True
    )
    subscription_id = fields.Many2one(
        "tierslieux.subscription",
        string="Billed by",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="['|', ('partner_id', '=', partner_id), ('payer_id', '=', partner_id)]",
        help="The subscription whose fee pays for the address.",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("active", "Active"), ("ended", "Ended")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    date_start = fields.Date(
        string="Since", required=True, default=fields.Date.context_today, tracking=True
    )
    date_end = fields.Date(
        string="Until",
        copy=False,
        tracking=True,
        help="Last day. Empty: renewed until notice is given.",
    )
    books_address = fields.Char(
        string="Books kept at", help="Where the accounts are kept, when it is not here."
    )
    document_ids = fields.One2many("tierslieux.domiciliation.document", "domiciliation_id")
    missing_note = fields.Char(string="Missing Papers", compute="_compute_missing_note")
    next_expiry = fields.Date(
        compute="_compute_next_expiry", store=True, help="The first document to renew."
    )
    is_expired = fields.Boolean(compute="_compute_is_expired", search="_search_is_expired")
    post_waiting_count = fields.Integer(
        string="Post waiting", compute="_compute_post_waiting_count"
    )
    note = fields.Text(string="Notes", groups=NOTE_GROUPS)

    _dates_check = models.Constraint(
        "CHECK(date_end IS NULL OR date_end >= date_start)",
        "A domiciliation cannot end before it begins.",
    )
    _number_uniq = models.UniqueIndex(
        "(company_id, name) WHERE name <> '/'", "Another contract has this number already."
    )
    _partner_uniq = models.UniqueIndex(
        "(partner_id, place_id) WHERE state = 'active'",
        "This organisation has its address at this place already.",
    )

    @api.model
    def _get_guards(self):
        return (*super()._get_guards(), *GUARDS)

    def _is_started(self, _name, _value):
        return bool(self) and self.state != "draft"

    @api.depends("name", "partner_id")
    def _compute_display_name(self):
        for contract in self:
            number = contract.name if contract.name != "/" else False
            contract.display_name = " – ".join(
                part for part in (number, contract.partner_id.name) if part
            )

    @api.depends("document_ids.kind", "document_ids.file")
    def _compute_missing_note(self):
        labels = dict(
            self.env["tierslieux.domiciliation.document"]
            ._fields["kind"]
            ._description_selection(self.env)
        )
        for contract in self:
            there = set(contract.document_ids.filtered("file").mapped("kind"))
            contract.missing_note = ", ".join(
                labels[kind] for kind in self._get_required_kinds() if kind not in there
            )

    @api.model
    def _get_required_kinds(self):
        """The papers without which a contract does not start."""
        return ("identity", "address", "registration")

    @api.depends("document_ids.date_end", "document_ids.is_replaced")
    def _compute_next_expiry(self):
        for contract in self:
            dates = contract.document_ids.filtered(lambda d: not d.is_replaced).mapped("date_end")
            contract.next_expiry = min(filter(None, dates), default=False)

    @api.depends("next_expiry", "state")
    def _compute_is_expired(self):
        today = fields.Date.context_today(self)
        for contract in self:
            contract.is_expired = (
                contract.state == "active"
                and bool(contract.next_expiry)
                and contract.next_expiry < today
            )

    @api.model
    def _search_is_expired(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = [
            ("state", "=", "active"),
            ("next_expiry", "<", fields.Date.context_today(self)),
        ]
        return domain if True in value else ["!", *domain]

    def _compute_post_waiting_count(self):
        counts = dict(
            self.env["tierslieux.post.item"]._read_group(
                [("domiciliation_id", "in", self.ids), ("state", "in", ("received", "notified"))],
                ["domiciliation_id"],
                ["__count"],
            )
        )
        for contract in self:
            contract.post_waiting_count = counts.get(contract, 0)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_started(self):
        for contract in self:
            if contract.state != "draft":
                raise UserError(
                    self.env._(
                        "%(name)s has begun: the law asks to keep its file. End it instead.",
                        name=contract.display_name,
                    )
                )

    # -- buttons -------------------------------------------------------------------------

    def action_start(self):
        """Start the contract, once its papers are there."""
        for contract in self:
            if contract.state != "draft":
                continue
            if contract.missing_note:
                raise UserError(
                    self.env._(
                        "The file of %(partner)s lacks: %(papers)s. Add them under « Documents »,"
                        " then start the contract.",
                        partner=contract.partner_id.name,
                        papers=contract.missing_note,
                    )
                )
            vals = {"state": "active"}
            if contract.name == "/":
                # sudo: numbers are given by the house, not by who may read sequences
                vals["name"] = (
                    self.env["ir.sequence"]
                    .sudo()
                    .with_company(contract.company_id)
                    .next_by_code("tierslieux.domiciliation")
                )
            contract._write_facts(vals)
        return True

    def action_end(self):
        """End the contract: today, or on the last day that was agreed."""
        today = fields.Date.context_today(self)
        for contract in self.filtered(lambda c: c.state == "active"):
            contract._write_facts(
                {"state": "ended", "date_end": max(contract.date_end or today, contract.date_start)}
            )
        return True

    def action_reset(self):
        """Correct a contract ended by mistake."""
        self.filtered(lambda c: c.state == "ended")._write_facts(
            {"state": "active", "date_end": False}
        )
        return True

    def action_print_certificate(self):
        """The certificate that the organisation gives to the register and to its bank."""
        for contract in self:
            if contract.state != "active":
                raise UserError(
                    self.env._(
                        "%(name)s is not under way: start the contract first, then print the"
                        " certificate.",
                        name=contract.display_name,
                    )
                )
        return self.env.ref(
            "tierslieux_business_centre.action_report_domiciliation_certificate"
        ).report_action(self)

    def action_open_post(self):
        """The post of this organisation."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "tierslieux_business_centre.post_item_action"
        )
        return {
            **action,
            "domain": [("domiciliation_id", "=", self.id)],
            "context": {
                "default_partner_id": self.partner_id.id,
                "default_place_id": self.place_id.id,
            },
        }

    # -- documents to renew --------------------------------------------------------------

    def _get_documents_to_renew(self):
        """For the message: papers that expire soon or have expired."""
        self.ensure_one()
        limit = fields.Date.add(fields.Date.context_today(self), days=EXPIRY_NOTICE_DAYS)
        return self.document_ids.filtered(
            lambda d: not d.is_replaced and d.date_end and d.date_end <= limit
        )

    @api.model
    def _get_unasked_documents(self):
        """Papers of contracts under way that expire soon, and that nobody was asked for yet."""
        limit = fields.Date.add(fields.Date.context_today(self), days=EXPIRY_NOTICE_DAYS)
        return self.env["tierslieux.domiciliation.document"].search(
            [
                ("domiciliation_id.state", "=", "active"),
                ("is_replaced", "=", False),
                ("date_end", "<=", limit),
                ("reminded_on", "=", False),
            ]
        )

    @api.model
    def _cron_remind_documents(self):
        """Daily: ask for the papers that expire soon, once each, and give the team a to-do."""
        groups = self._get_unasked_documents().grouped("domiciliation_id")
        self.env["ir.cron"]._commit_progress(remaining=len(groups))
        for contract, papers in groups.items():
            contract._remind_documents(papers)
            if not self.env["ir.cron"]._commit_progress(1):
                break

    def _remind_documents(self, papers):
        """Write to whoever represents the organisation; without an address, the team calls."""
        self.ensure_one()
        template = self.env.ref("tierslieux_business_centre.mail_template_domiciliation_document")
        reader = self.representative_id if self.representative_id.email else self.partner_id
        if reader.email:
            template.sudo().send_mail(self.id, force_send=False)
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=min(papers.mapped("date_end")),
            summary=self.env._("Papers to renew: %(papers)s", papers=papers._get_labels()),
            note=text_to_html(
                "" if reader.email else self.env._("No e-mail address is known: please call.")
            ),
            user_id=(self.place_id.manager_id or self.env.user).id,
        )
        papers._write_facts({"reminded_on": fields.Date.context_today(self)})

    def _get_address(self):
        """The address that the organisation may give as its own, on one line."""
        self.ensure_one()
        place = self.place_id
        town = " ".join(part for part in (place.zip, place.city) if part)
        return ", ".join(part for part in (place.street, place.street2, town) if part)

    def _get_certificate_note(self):
        """When it began, and for how long."""
        self.ensure_one()
        start = format_date(self.env, self.date_start)
        if self.date_end:
            return self.env._(
                "from %(start)s to %(end)s", start=start, end=format_date(self.env, self.date_end)
            )
        return self.env._("since %(start)s, for a period renewed by tacit agreement", start=start)

    def _get_issued_note(self):
        """Place and day of the certificate."""
        self.ensure_one()
        today = format_date(self.env, fields.Date.context_today(self))
        # sudo: the association's own address, which its documents show to all
        city = self.company_id.sudo().city
        if city:
            return self.env._("Issued in %(city)s on %(date)s.", city=city, date=today)
        return self.env._("Issued on %(date)s.", date=today)
