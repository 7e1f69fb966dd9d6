from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from odoo.addons.tierslieux_base.models.once_mixin import act_once
from odoo.addons.tierslieux_base.tools.text_values import name_key
from odoo.addons.tierslieux_base.wizards.desk_person import _loose

ADULT_AGE = 18


class TierslieuxMembershipJoin(models.TransientModel):
    """A new member in front of the desk: few fields, then the fee.

    Also the "join" button of a visitor's interest (CRM).
    """

    _name = "tierslieux.membership.join"
    _inherit = ["tierslieux.desk.person", "tierslieux.once.mixin"]
    _description = "New Member"

    @api.model
    def _default_type_id(self):
        """The first type for one person, else the first one."""
        types = self.env["tierslieux.membership.type"].search(
            [("company_id", "=", self.env.company.id)]
        )
        return types.filtered(lambda t: t.audience == "person")[:1] or types[:1]

    lead_id = fields.Many2one("crm.lead", string="Interest")
    type_id = fields.Many2one(
        "tierslieux.membership.type",
        string="Membership",
        required=True,
        default=lambda self: self._default_type_id(),
        domain="[('company_id', '=', company_id)]",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, readonly=True
    )
    audience = fields.Selection(related="type_id.audience", compute_sudo=False)
    amount_mode = fields.Selection(related="type_id.amount_mode", compute_sudo=False)
    currency_id = fields.Many2one(related="type_id.currency_id", compute_sudo=False)
    organisation_name = fields.Char(string="Organisation")
    birthdate_date = fields.Date(string="Birth Date")
    payer_id = fields.Many2one(
        "res.partner", help="Parent, guardian or employer, if not the member."
    )
    covered_partner_ids = fields.Many2many("res.partner", string="Other Persons")
    is_minor = fields.Boolean(compute="_compute_is_minor")
    scale_id = fields.Many2one(
        "tierslieux.membership.scale", string="Tier", domain="[('type_id', '=', type_id)]"
    )
    proof_required = fields.Boolean(related="scale_id.proof_required", compute_sudo=False)
    proof_attachment = fields.Binary(string="Proof")
    proof_filename = fields.Char()
    proof_date_end = fields.Date(string="Proof valid until")
    date_start = fields.Date(required=True, default=fields.Date.context_today)
    amount = fields.Monetary(
        compute="_compute_amount", compute_sudo=False, store=True, readonly=False, precompute=True
    )

    next_date_end = fields.Date(compute="_compute_next_date_end")
    period_choice = fields.Selection(
        [
            ("this", "The period under way"),
            ("next", "Until the end of the next period"),
        ],
        string="Period",
        default="this",
        required=True,
    )
    period_offer = fields.Char(compute="_compute_period_offer", string="Choice")
    date_end = fields.Date(
        string="Valid until", compute="_compute_date_end", help="Last day of this membership."
    )

    @api.depends("type_id", "date_start")
    def _compute_next_date_end(self):
        for wizard in self:
            wizard.next_date_end = (
                wizard.type_id
                and wizard.date_start
                and wizard.type_id._get_next_end(wizard.date_start)
            )

    @api.depends("type_id", "date_start", "period_choice")
    def _compute_date_end(self):
        for wizard in self:
            wizard.date_end = wizard._get_ends().get(wizard.period_choice)

    @api.depends("type_id", "scale_id", "date_start")
    def _compute_period_offer(self):
        """Each last day with what it costs, for who stands at the desk."""
        for wizard in self:
            ends = wizard._get_ends()
            wizard.period_offer = wizard.next_date_end and " · ".join(
                self.env._(
                    "until %(date)s: %(amount)s",
                    date=format_date(self.env, end),
                    amount=wizard.currency_id.format(wizard._get_fee(end)),
                )
                for end in ends.values()
            )

    def _get_ends(self):
        """{choice: last day} of what may be taken on the first day."""
        self.ensure_one()
        if not self.type_id or not self.date_start:
            return {}
        end = self.type_id._get_period(self.date_start)[1]
        return {"this": end, "next": self.type_id._get_next_end(self.date_start) or end}

    def _get_fee(self, date_end):
        self.ensure_one()
        scale = self.scale_id.filtered(lambda s: s.type_id == self.type_id)
        return self.type_id._get_amount(self.date_start, date_end, scale)

    @api.depends("type_id", "scale_id", "date_start", "period_choice")
    def _compute_amount(self):
        for wizard in self:
            end = wizard._get_ends().get(wizard.period_choice)
            wizard.amount = wizard._get_fee(end) if end else 0.0

    @api.depends("birthdate_date", "date_start")
    def _compute_is_minor(self):
        for wizard in self:
            wizard.is_minor = bool(
                wizard.birthdate_date
                and wizard.date_start
                and fields.Date.add(wizard.birthdate_date, years=ADULT_AGE) > wizard.date_start
            )

    @api.depends("organisation_name", "audience")
    def _compute_match_ids(self):
        return super()._compute_match_ids()

    def _find_matches(self):
        """Persons (or organisations) of the same name; never found by their e-mail alone."""
        if self.partner_id or self.audience != "organisation":
            return super()._find_matches()
        Partner = self.env["res.partner"]
        name = (self.organisation_name or "").strip()
        if not name:
            return Partner
        found = Partner.search([("is_company", "=", True), ("name", "=ilike", _loose(name))])
        return found.filtered(lambda p: name_key(p.name) == name_key(name))[:5]

    @api.onchange("partner_id")
    def _onchange_partner_id(self):
        partner = self.partner_id
        if not partner:
            return
        if partner.is_company:
            self.organisation_name = partner.name
        else:
            self.firstname, self.lastname = partner.firstname, partner.lastname
        self.birthdate_date = partner.birthdate_date or self.birthdate_date
        self.email = partner.email or self.email
        self.phone = partner.phone or self.phone

    # ------------------------------------------------------------------ join

    def _check_filled(self):
        if self.audience != "organisation":
            self._check_person()
        elif not self.partner_id:
            if not (self.organisation_name or "").strip():
                raise UserError(self.env._("Give the name of the organisation."))
            self._check_known()

    def _prepare_typed_vals(self):
        return {**super()._prepare_typed_vals(), "birthdate_date": self.birthdate_date}

    def _get_or_create_partner(self):
        """The chosen person or organisation, completed with what was typed; else a new one."""
        if self.partner_id or self.audience != "organisation":
            return self._get_or_create_person()
        return self.env["res.partner"].create(
            {
                "name": self.organisation_name.strip(),
                "is_company": True,
                "company_type": "company",
                "email": self.email,
                "phone": self.phone,
            }
        )

    def _get_or_create_representative(self, organisation):
        if self.audience != "organisation" or not (self.lastname or "").strip():
            return self.env["res.partner"]
        known = organisation.child_ids.filtered(
            lambda p: p.lastname == self.lastname and p.firstname == (self.firstname or False)
        )
        return known[:1] or self.env["res.partner"].create(
            {
                "firstname": (self.firstname or "").strip(),
                "lastname": self.lastname.strip(),
                "parent_id": organisation.id,
            }
        )

    def _join(self):
        """Make (or find) the person and the draft membership; the lead follows."""
        self.ensure_one()
        self._check_filled()
        partner = self._get_or_create_partner()
        vals = {
            "partner_id": partner.id,
            "type_id": self.type_id.id,
            "company_id": self.company_id.id,
            "date_start": self.date_start,
            "scale_id": self.scale_id.id,
            "covered_partner_ids": [fields.Command.set(self.covered_partner_ids.ids)],
            "representative_id": self._get_or_create_representative(partner).id,
            "proof_attachment": self.proof_attachment,
            "proof_filename": self.proof_filename,
            "origin": "crm" if self.lead_id else "desk",
        }
        if self.payer_id:
            vals["payer_id"] = self.payer_id.id
        if self.proof_date_end:
            vals["proof_date_end"] = self.proof_date_end
        if self.amount_mode == "free":
            vals["amount"] = self.amount
        if self.period_choice == "next":
            vals["date_end"] = self.date_end
        membership = self.env["tierslieux.membership"]._create_facts([vals])
        if self.lead_id:
            self.lead_id._set_joined(membership)
        return membership

    @act_once
    def action_join(self):
        """Record and confirm: the invoice is there, the fee is taken later."""
        membership = self._join()
        membership.action_confirm()
        return {
            "type": "ir.actions.act_window",
            "res_model": membership._name,
            "res_id": membership.id,
            "view_mode": "form",
        }

    @act_once
    def action_join_and_pay(self):
        """Record, then open the desk's payment window."""
        membership = self._join()
        if not membership.amount:
            membership.action_confirm()
            return {
                "type": "ir.actions.act_window",
                "res_model": membership._name,
                "res_id": membership.id,
                "view_mode": "form",
            }
        membership._check_confirmable()
        # Once paid, the desk lands on the membership: card, receipt and invoice are one click away.
        return membership.with_context(open_after_payment=True).action_take_payment()

    @api.constrains("partner_id", "type_id")
    def _check_audience(self):
        for wizard in self:
            partner = wizard.partner_id
            if partner and partner.is_company != (wizard.audience == "organisation"):
                raise ValidationError(
                    self.env._(
                        "« %(type)s » is not for %(name)s: organisations and persons have their "
                        "own membership types.",
                        type=wizard.type_id.name,
                        name=partner.display_name,
                    )
                )
