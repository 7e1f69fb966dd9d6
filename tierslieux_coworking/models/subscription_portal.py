from odoo import fields, models
from odoo.tools import format_date

from odoo.addons.tierslieux_base.tools.plain_text import text_to_html

from ..tools.proration import notice_end

ENDED = ("ended", "cancelled")


class TierslieuxSubscription(models.Model):
    """What subscribers see of their plan, in words, and what they may ask for."""

    _inherit = "tierslieux.subscription"

    # Looked at by the desk, and by nobody else; gone once it is seen: no copy is kept.
    proof_file = fields.Binary(
        string="Proof sent", attachment=True, copy=False, groups="tierslieux_base.group_reception"
    )
    proof_filename = fields.Char(copy=False, groups="tierslieux_base.group_reception")

    def _forget_proof(self):
        """The paper goes once it is seen."""
        # sudo: whoever has seen it
        seen_sudo = self.sudo().filtered("proof_filename")
        if seen_sudo:
            seen_sudo.write({"proof_file": False, "proof_filename": False})

    def _compute_access_url(self):
        result = super()._compute_access_url()
        for subscription in self:
            subscription.access_url = f"/my/plan/{subscription.id}"
        return result

    def _get_portal_role(self, partner):
        """What a person may do here on the portal.

        :return: "full" for the subscriber and the manager of a team (money, notice, team),
            "person" for who uses it in a team today, "" for anybody else
        """
        self.ensure_one()
        if partner in (self.partner_id, self.manager_id):
            return "full"
        today = fields.Date.context_today(self)
        return "person" if partner in self.person_ids._filter_on(today).partner_id else ""

    def _get_next_invoice(self):
        """When the next period is invoiced, and at which price before any change or extra.

        :return: (date, amount); (False, 0.0) when nothing more comes
        """
        self.ensure_one()
        if self.plan_kind != "recurring" or self.state not in ("trial", "active", "notice"):
            return False, 0.0
        start = (
            fields.Date.add(self.billed_until, days=1)
            if self.billed_until
            else self.date_billed_from
        )
        if not start or (self.date_end and start > self.date_end):
            return False, 0.0
        first, last = self._get_period(start)
        date = max(first, start)
        if self.plan_id.billing == "arrears":
            date = fields.Date.add(last, days=1)
        amount = self._get_terms_on(start).amount
        return max(date, fields.Date.context_today(self)), amount

    def _get_portal_notice_end(self):
        """The last day, if notice were given today."""
        self.ensure_one()
        plan = self.plan_id
        return notice_end(
            fields.Date.context_today(self),
            plan.notice_days,
            self.commitment_end,
            self._get_period if plan.notice_rule == "period" else None,
        )

    def _is_portal_noticeable(self):
        self.ensure_one()
        return self.plan_kind == "recurring" and self.state == "active" and not self.notice_date

    def _get_portal_status(self):
        """dict with a ``label``, a Bootstrap ``color`` and a ``text``: where the plan stands."""
        self.ensure_one()
        _ = self.env._
        today = fields.Date.context_today(self)
        end = self.date_end and format_date(self.env, self.date_end)
        if self.state == "draft":
            return {
                "label": _("Asked for"),
                "color": "info",
                "text": _("The team checks your request and starts it."),
            }
        if self.state == "trial":
            return {
                "label": _("Trial"),
                "color": "info",
                "text": _("Free of charge until %s.", end) if end else "",
            }
        if self.state == "paused":
            return {
                "label": _("Paused"),
                "color": "warning",
                "text": _("Neither invoiced nor usable for now."),
            }
        if self.state == "notice":
            return {
                "label": _("Notice given"),
                "color": "warning",
                "text": _("Your last day is %s.", end),
            }
        if self.state in ENDED or (self.date_end and self.date_end < today):
            return {"label": _("Ended"), "color": "light", "text": end or ""}
        if self.date_start > today:
            start = format_date(self.env, self.date_start)
            return {"label": _("To come"), "color": "info", "text": _("Begins on %s.", start)}
        return {
            "label": _("Running"),
            "color": "success",
            "text": _("Valid until %s.", end) if end else "",
        }

    # ------------------------------------------------------------------ requests

    def _request_pause(self, date, date_end, reason, partner):
        """A pause asked for online: the desk decides, with what it takes off the invoice."""
        summary = self.env._(
            "Pause asked for, from %(start)s to %(end)s",
            start=format_date(self.env, date),
            end=format_date(self.env, date_end),
        )
        self._request_online(summary, reason, partner)

    def _request_switch(self, plan, partner):
        """Another plan asked for online: the desk works out the difference, then agrees."""
        self._request_online(self.env._("Change asked for: « %s »", plan.name), "", partner)

    def _request_online(self, summary, reason, partner):
        """Have the desk deal with what was asked for; the same thing once, tapped twice or not."""
        self.ensure_one()
        if summary in self._get_portal_requests():
            return
        self.activity_schedule(
            "tierslieux_coworking.activity_type_portal_request",
            fields.Date.context_today(self),
            summary=summary,
            note=text_to_html(reason),
            user_id=self._get_desk_user().id,
        )
        self.message_post(
            body=self.env._("%(request)s. %(reason)s", request=summary, reason=reason or ""),
            author_id=partner.id,
        )

    def _request_start(self, filename, content, partner):
        """A plan taken online whose price asks for a proof: the desk looks at it, then starts.

        :param content: the proof, in base 64
        """
        self.ensure_one()
        # sudo: the paper is closed to who sends it, once it is sent
        self.sudo().write({"proof_file": content, "proof_filename": filename})
        self.message_post(
            body=self.env._("Taken online; a proof was sent, to be looked at on this page."),
            author_id=partner.id,
        )
        self.activity_schedule(
            "tierslieux_coworking.activity_type_portal_request",
            fields.Date.context_today(self),
            summary=self.env._("Check the proof, then start the plan taken online"),
            user_id=self._get_desk_user().id,
        )

    def _get_portal_requests(self):
        """What was asked for online and is not dealt with yet: a list of sentences."""
        self.ensure_one()
        request_type = self.env.ref("tierslieux_coworking.activity_type_portal_request")
        return self.activity_ids.filtered(lambda a: a.activity_type_id == request_type).mapped(
            "summary"
        )

    def _give_portal_notice(self, reason, partner):
        """Notice given online: recorded at once, as the law asks where one subscribes online."""
        self.ensure_one()
        self._give_notice(
            fields.Date.context_today(self), self._get_portal_notice_end(), reason=reason
        )
        self.message_post(
            body=self.env._("Notice given online. %s", reason or ""), author_id=partner.id
        )
        self.activity_schedule(
            "tierslieux_coworking.activity_type_portal_request",
            fields.Date.context_today(self),
            summary=self.env._(
                "Notice given online: the last day is %s", format_date(self.env, self.date_end)
            ),
            user_id=self._get_desk_user().id,
        )

    def _get_desk_user(self):
        """Who deals with what is asked for online: of a place of the plan, else of the desk."""
        self.ensure_one()
        places = self.plan_id.place_ids or self.env["tierslieux.place"].search(
            [("company_id", "=", self.company_id.id)], limit=1
        )
        return self.env["crm.lead"]._get_trial_staff(places[:1]) or self.env.user
