from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import LazyTranslate

from odoo.addons.tierslieux_base.models.guarded_mixin import Guard
from odoo.addons.tierslieux_base.tools.known_records import get_known_record

_lt = LazyTranslate(__name__)


class CrmLead(models.Model):
    """A visitor's interest, until they join."""

    _name = "crm.lead"
    _inherit = ["crm.lead", "tierslieux.guarded.mixin"]
    _guards_readonly = False

    membership_type_id = fields.Many2one(
        "tierslieux.membership.type",
        string="Interested in",
        index="btree_not_null",
        ondelete="set null",
    )
    membership_id = fields.Many2one(
        "tierslieux.membership",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    typed_words = fields.Char(
        string="Words typed",
        store=False,
        search="_search_typed_words",
        help="Finds by words, each of them in the name, the person, the e-mail or the phone.",
    )

    @api.model
    def _search_typed_words(self, operator, value):
        if operator != "ilike":
            return Domain("name", operator, value)
        names = ("name", "contact_name", "partner_id", "email_from", "phone")
        return self._get_words_domain(value, names)

    # ------------------------------------------------------------------ the welcome pipeline

    @api.model
    def _get_welcome_team(self):
        """The team of those who show interest, or an empty record where it was deleted.

        sudo: the desk reads no team but asks which one this is.
        """
        xmlid = "tierslieux_membership.crm_team_welcome"
        return get_known_record(self.env, "crm.team", xmlid).sudo()

    @api.model
    def _read_group_stage_ids(self, stages, domain):
        """The welcome pipeline shows its own stages; Odoo's stay with every other team."""
        found = super()._read_group_stage_ids(stages, domain)
        team_sudo = self._get_welcome_team()
        if not team_sudo or self.env.context.get("default_team_id") != team_sudo.id:
            return found
        return found.filtered(lambda stage: stage in stages or team_sudo in stage.sudo().team_ids)

    def _stage_find(self, team_id=False, domain=None, order="sequence, id", limit=1):
        """An interest of the welcome team begins and ends on a stage of that team."""
        team_sudo = self._get_welcome_team()
        teams = set(self.sudo().team_id.ids) | ({team_id} if team_id else set())
        if team_sudo and teams == {team_sudo.id}:
            own = super()._stage_find(
                team_id, [*(domain or ()), ("team_ids", "in", team_sudo.ids)], order, limit
            )
            if own:
                return own
        return super()._stage_find(team_id, domain, order, limit)

    @api.model
    def _get_outcome_names(self):
        """Fields that say what an interest became."""
        return {"membership_id"}

    @api.model
    def _get_guards(self):
        guard = Guard(
            self._get_outcome_names(),
            sentence=_lt(
                "%(record)s: what an interest became (%(fields)s) is written by its buttons."
            ),
        )
        return (*super()._get_guards(), guard)

    def action_join(self):
        """One click to the person, the membership and the invoice: everything known is filled."""
        self.ensure_one()
        if self.membership_id:
            raise UserError(
                self.env._(
                    "%(name)s has joined already: open the membership from this interest.",
                    name=self.partner_id.name or self.name,
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Join"),
            "res_model": "tierslieux.membership.join",
            "view_mode": "form",
            "target": "new",
            "context": dict(self._prepare_join_context()),
        }

    def _prepare_join_context(self):
        Partner = self.env["res.partner"]
        contact = self.partner_id
        # Who joins is what the type is for: an organisation, not the person who called for it.
        organisation = self.membership_type_id.audience == "organisation"
        partner = contact
        if organisation and contact and not contact.is_company:
            partner = contact.parent_id.filtered("is_company")
        elif self.membership_type_id and not organisation and contact.is_company:
            partner = Partner
        # The title is what they want, not who they are.
        name = self.contact_name or (contact.name if not contact.is_company else "") or ""
        parts = Partner._get_inverse_name(Partner._get_whitespace_cleaned_name(name), False)
        values = {
            "default_lead_id": self.id,
            "default_partner_id": partner.id,
            "default_organisation_name": self.partner_name,
            "default_firstname": partner.firstname or parts.get("firstname"),
            "default_lastname": (not partner.is_company and partner.lastname)
            or parts.get("lastname"),
            "default_birthdate_date": partner.birthdate_date,
            "default_email": self.email_from,
            "default_phone": self.phone,
        }
        if self.membership_type_id:
            values["default_type_id"] = self.membership_type_id.id
        if self.company_id:
            values["default_company_id"] = self.company_id.id
        return {key: value for key, value in values.items() if value}

    def _set_joined(self, membership):
        """Close the interest as won, on the stage "joined" of its pipeline."""
        self.ensure_one()
        stage = self.env.ref("tierslieux_membership.crm_stage_joined", raise_if_not_found=False)
        vals = {
            "partner_id": membership.partner_id.id,
            "membership_id": membership.id,
            "membership_type_id": membership.type_id.id,
            "type": "opportunity",
        }
        if stage and (not stage.team_ids or self.team_id in stage.team_ids):
            self._write_facts(dict(vals, stage_id=stage.id, probability=100))
        else:
            self._write_facts(vals)
            self.action_set_won()

    def action_open_membership(self):
        """Open the membership this interest became."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "tierslieux.membership",
            "res_id": self.membership_id.id,
            "view_mode": "form",
        }
