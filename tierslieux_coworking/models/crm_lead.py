from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.tierslieux_base.models.once_mixin import take_turn


class CrmLead(models.Model):
    """From a trial day asked for, through a visit, to a plan; or lost, with the reason."""

    _inherit = "crm.lead"

    plan_id = fields.Many2one(
        "tierslieux.plan", string="Plan of Interest", index="btree_not_null", ondelete="set null"
    )
    visit_date = fields.Date(string="Visit on")
    trial_date = fields.Date(string="Trial Day on")
    trial_subscription_id = fields.Many2one(
        "tierslieux.subscription",
        string="Trial Day",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    subscription_id = fields.Many2one(
        "tierslieux.subscription",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    @api.model
    def _get_outcome_names(self):
        return super()._get_outcome_names() | {"trial_subscription_id", "subscription_id"}

    def _find_or_create_subscriber(self):
        """The person behind the interest: the one known, or a new one from what was noted."""
        self.ensure_one()
        if self.partner_id:
            return self.partner_id
        if not self.contact_name:
            raise UserError(
                self.env._(
                    "%(name)s: fill in who it is (first name and name), or choose the person in"
                    " « Known as ».",
                    name=self.name,
                )
            )
        Partner = self.env["res.partner"]
        parts = Partner._get_inverse_name(
            Partner._get_whitespace_cleaned_name(self.contact_name), False
        )
        self.partner_id = Partner.create(
            {
                "firstname": parts.get("firstname"),
                "lastname": parts.get("lastname"),
                "email": self.email_from,
                "phone": self.phone,
            }
        )
        return self.partner_id

    def _move_to_stage(self, xmlid):
        """To a stage of the welcome pipeline, never backwards."""
        stage = self.env.ref(xmlid, raise_if_not_found=False)
        for lead in self:
            if (
                stage
                and (not stage.team_ids or lead.team_id in stage.team_ids)
                and lead.stage_id.sequence < stage.sequence
            ):
                lead.stage_id = stage

    def action_visited(self):
        """They came and saw the place, today unless a day was noted."""
        self.env["tierslieux.subscription"]._check_group()
        today = fields.Date.context_today(self)
        for lead in self:
            lead.visit_date = lead.visit_date or today
        self._move_to_stage("tierslieux_membership.crm_stage_visited")
        return True

    def action_trial_day(self):
        """Book the trial day that was asked for: a day of a trial plan, free or not."""
        self.ensure_one()
        self.env["tierslieux.subscription"]._check_group()
        take_turn(self)
        if self.trial_subscription_id:
            return self._open_subscription(self.trial_subscription_id)
        company = self.company_id or self.env.company
        plan = self.env["tierslieux.plan"].search(
            [("kind", "=", "trial"), ("company_id", "=", company.id)], limit=1
        )
        if not plan:
            raise UserError(
                self.env._(
                    "No plan for trial days yet: ask the person who manages the settings to make"
                    " one (Coworking, Configuration, Plans), of the kind « Trial day »."
                )
            )
        subscription = self.env["tierslieux.subscription"].create(
            {
                "partner_id": self._find_or_create_subscriber().id,
                "plan_id": plan.id,
                "company_id": company.id,
                "date_start": self.trial_date or fields.Date.context_today(self),
            }
        )
        subscription.action_start()
        self._set_trial(subscription)
        return self._open_subscription(subscription)

    def _set_trial(self, subscription):
        """This interest has its trial day."""
        self.ensure_one()
        vals = {"trial_subscription_id": subscription.id, "trial_date": subscription.date_start}
        if self.type != "opportunity":
            # Written for nothing, it would send the interest to another team.
            vals["type"] = "opportunity"
        self._write_facts(vals)
        self._move_to_stage("tierslieux_membership.crm_stage_trial")

    @api.model
    def _follow_trial(self, subscription):
        """A trial day given at the desk is an interest to follow: the person's, or a new one."""
        partner, company = subscription.partner_id, subscription.company_id
        lead = self.search(
            Domain("partner_id", "=", partner.id)
            & Domain("company_id", "in", (False, company.id))
            & Domain("stage_id.is_won", "=", False)
            & Domain("trial_subscription_id", "=", False),
            order="id desc",
            limit=1,
        ) or self.create(
            {
                "name": self.env._("Trial day: %s", partner.name),
                "type": "opportunity",
                "partner_id": partner.id,
                "company_id": company.id,
                **self._get_welcome_vals(),
            }
        )
        lead._set_trial(subscription)
        return lead

    @api.model
    def _get_welcome_vals(self):
        """Where an interest begins: the welcome team, at its first stage."""
        team = self.env.ref("tierslieux_membership.crm_team_welcome", raise_if_not_found=False)
        stage = self.env.ref("tierslieux_membership.crm_stage_curious", raise_if_not_found=False)
        return {"team_id": team.id if team else False, "stage_id": stage.id if stage else False}

    def action_subscribe(self):
        """Open a new subscription with what is known; starting it closes the interest as won."""
        self.ensure_one()
        self.env["tierslieux.subscription"]._check_group()
        take_turn(self)
        if self.subscription_id:
            return self._open_subscription(self.subscription_id)
        partner = self._find_or_create_subscriber()
        context = {
            "default_partner_id": partner.id,
            "default_lead_id": self.id,
            "default_company_id": (self.company_id or self.env.company).id,
        }
        if self.plan_id and self.plan_id.kind != "trial":
            context["default_plan_id"] = self.plan_id.id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Subscription"),
            "res_model": "tierslieux.subscription",
            "view_mode": "form",
            "context": context,
        }

    def action_lose(self):
        """Open the window that asks why."""
        self.env["tierslieux.subscription"]._check_group()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Lost"),
            "res_model": "tierslieux.lead.lose",
            "view_mode": "form",
            "target": "new",
            "context": {"default_lead_ids": self.ids},
        }

    def _open_subscription(self, subscription):
        return {
            "type": "ir.actions.act_window",
            "res_model": "tierslieux.subscription",
            "res_id": subscription.id,
            "view_mode": "form",
        }

    def _set_subscribed(self, subscription):
        """Close the interest as won; a day or a trial does not win it yet."""
        for lead in self:
            plan = subscription.plan_id
            vals = {
                "partner_id": subscription.partner_id.id,
                "subscription_id": subscription.id,
                "plan_id": plan.id,
            }
            if lead.type != "opportunity":
                vals["type"] = "opportunity"
            if plan.kind in ("day", "trial"):
                continue
            stage = self.env.ref("tierslieux_membership.crm_stage_joined", raise_if_not_found=False)
            if stage and (not stage.team_ids or lead.team_id in stage.team_ids):
                lead._write_facts(dict(vals, stage_id=stage.id, probability=100))
            else:
                lead._write_facts(vals)
                lead.action_set_won()
