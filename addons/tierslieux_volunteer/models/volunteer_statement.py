from odoo import fields, models
from odoo.tools import format_date


class TierslieuxVolunteer(models.Model):
    """What the documents of a volunteer say: validated hours only, corrections included."""

    _inherit = "tierslieux.volunteer"

    def _get_hours_by_mission(self, date_from=None, date_to=None):
        """Validated hours of a period, by mission and place, the most first.

        :return: list of {mission, place, hours, days}
        """
        self.ensure_one()
        domain = [("volunteer_id", "=", self.id), ("state", "=", "validated")]
        domain += [("date", ">=", date_from)] if date_from else []
        domain += [("date", "<=", date_to)] if date_to else []
        groups = self.env["tierslieux.volunteer.hours"]._read_group(
            domain, ["mission_id", "place_id"], ["hours:sum", "date:count_distinct"]
        )
        rows = [
            {
                # sudo: the name of what the volunteer did
                "mission": mission.sudo().name or self.env._("Other help"),
                "place": place.sudo().name,
                "hours": round(hours, 2),
                "days": days,
            }
            for mission, place, hours, days in groups
            if round(hours, 2) > 0
        ]
        return sorted(rows, key=lambda row: (-row["hours"], row["mission"], row["place"]))

    def _format_hours(self, hours):
        """7.5 → "7 h 30"."""
        minutes = round(hours * 60)
        whole, rest = divmod(minutes, 60)
        return f"{whole} h {rest:02}" if rest else f"{whole} h"

    def _get_civic_figures(self, year):
        """What the civic engagement account asks of a year, and what was given here.

        Other associations count too: only the person knows of those. Declared until 30 June of the
        year after, confirmed by an officer of the association until 31 December; later, the hours
        are lost. Source: Labour code, L5151-9 (6°) and D5151-14; decree 2016-1970 for the two days.

        :return: {hours, one_limit, limit, is_one_reached, is_reached, amount, most (euros), years
            (that the association must have been declared for), declare_until, confirm_until}
        """
        self.ensure_one()
        last = fields.Date.to_date(f"{year}-12-31")
        rows = self._get_hours_by_mission(last.replace(month=1, day=1), last)
        hours = round(sum(row["hours"] for row in rows), 2)
        get_value = self.env["tierslieux.volunteer.parameter"]._get_value
        limit, one, amount, most, years = (
            get_value(f"cec_{code}", last, self.company_id)
            for code in ("hours", "one_hours", "amount", "most", "years")
        )
        return {
            "hours": hours,
            "limit": limit,
            "one_limit": one,
            "is_one_reached": hours >= one,
            "is_reached": hours >= limit,
            "amount": round(amount),
            "most": round(most),
            "years": round(years),
            "declare_until": last.replace(year=year + 1, month=6, day=30),
            "confirm_until": last.replace(year=year + 1),
        }

    def _get_passport_skills(self):
        """:return: list of {name, level} of their skills, in order"""
        self.ensure_one()
        levels = dict(
            self.env["tierslieux.volunteer.skill.line"]
            ._fields["level"]
            ._description_selection(self.env)
        )
        return [
            {"name": line.volunteer_skill_id.name, "level": levels.get(line.level)}
            for line in self.skill_line_ids
        ]

    def _get_passport_certificates(self):
        """:return: list of {name, until} of the certificates that are valid today"""
        self.ensure_one()
        today = fields.Date.context_today(self)
        return [
            {
                "name": holder.certification_id.name,
                "until": holder.date_end and format_date(self.env, holder.date_end),
            }
            for holder in self.certification_ids
            if not holder.date_end or holder.date_end >= today
        ]

    def action_certificate(self):
        """Hours of a period, as a document."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Certificate of hours"),
            "res_model": "tierslieux.hours.certificate",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_volunteer_ids": self.ids},
        }

    def action_open_hours(self):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("tierslieux_volunteer.hours_action"),
            "domain": [("volunteer_id", "=", self.id)],
            "context": {"default_volunteer_id": self.id},
        }

    def action_open_expenses(self):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("tierslieux_volunteer.expense_action"),
            "domain": [("volunteer_id", "=", self.id)],
            "context": {"default_volunteer_id": self.id},
        }
