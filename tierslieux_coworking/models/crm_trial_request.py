from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import email_normalize, format_date

from odoo.addons.tierslieux_base.tools.plain_text import text_to_html


class CrmLead(models.Model):
    """A trial day asked for on the public page, and who recommended the place."""

    _inherit = "crm.lead"

    referrer_id = fields.Many2one(
        "res.partner",
        string="Recommended by",
        index="btree_not_null",
        ondelete="set null",
        tracking=True,
    )

    @api.model
    def _create_trial_request(self, place, values, referrer=None):
        """Record a trial day asked for by a visitor, and tell the desk.

        Asked twice within a day by the same address, it is recorded once.

        :param place: where the visitor wants to come, in superuser mode
        :param dict values: ``name``, ``email``, ``phone``, ``date``, ``message``, all checked
        :param referrer: the person who recommended the place, or nothing
        :return: the lead
        """
        email = email_normalize(values["email"])
        known = self.search(
            Domain("email_normalized", "=", email)
            & Domain("company_id", "=", place.company_id.id)
            & Domain("trial_date", "!=", False)
            & Domain("create_date", ">", fields.Datetime.subtract(fields.Datetime.now(), days=1)),
            limit=1,
        )
        if known:
            return known
        # The title is read by the team, in the language of the team.
        staff = self._get_trial_staff(place)
        lead = self.with_context(lang=staff.lang or self.env.lang, mail_create_nosubscribe=True)
        lead = lead.create(
            {
                "name": lead.env._("Trial day: %s", values["name"]),
                "type": "opportunity",
                "contact_name": values["name"],
                "email_from": values["email"],
                "phone": values["phone"],
                "description": text_to_html(values["message"]),
                "trial_date": values["date"],
                "company_id": place.company_id.id,
                **self._get_welcome_vals(),
                "user_id": False,
                "referrer_id": referrer.id if referrer else False,
            }
        )
        lead._schedule_trial_answer(place, staff)
        return lead

    @api.model
    def _get_trial_staff(self, place):
        """Who answers: the manager of the place, else somebody of its team or of the desk."""
        staff = place.manager_id or place.team_ids[:1]
        if staff:
            return staff
        desk = self.env.ref("tierslieux_base.group_reception")
        return (
            self.env["res.users"]
            .sudo()
            .search(
                [
                    ("all_group_ids", "in", desk.ids),
                    ("share", "=", False),
                    ("company_ids", "in", place.company_id.ids),
                ],
                order="id",
                limit=1,
            )
        )

    def _schedule_trial_answer(self, place, staff):
        """A to-do for the desk: answer within a day, while the visitor still wants to come."""
        for lead in self:
            lead.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=fields.Date.context_today(lead),
                summary=lead.env._("Answer: a trial day is asked for"),
                note=text_to_html(
                    lead.env._(
                        "%(name)s would like to come to %(place)s on %(date)s.",
                        name=lead.contact_name,
                        place=place.name,
                        date=format_date(lead.env, lead.trial_date),
                    )
                ),
                user_id=staff.id or self.env.user.id,
            )
