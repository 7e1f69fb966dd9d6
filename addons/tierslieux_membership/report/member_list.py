from odoo import api, fields, models
from odoo.tools import format_date, remove_accents


class ReportMemberList(models.AbstractModel):
    """Values of the members' list: a sheet to sign at a general meeting or an activity."""

    _name = "report.tierslieux_membership.report_member_list"
    _inherit = ["tierslieux.document"]
    _description = "Member List"

    @api.model
    def _get_report_values(self, docids, data=None):
        memberships = self._get_printed(docids)
        # A person signs once, on the line of the membership that ends last.
        last = {
            partner: membership
            for membership in memberships.sorted("date_end")
            for partner in membership._get_card_holders()
            if not partner.is_company
        }
        rows = [
            {"partner": partner, "membership": membership} for partner, membership in last.items()
        ]
        persons = self.env["res.partner"].union(*(row["partner"] for row in rows))
        numbers = dict(
            self.env["tierslieux.member"]
            .sudo()
            ._read_group(
                [
                    ("partner_id", "in", persons.ids),
                    ("company_id", "in", memberships.company_id.ids),
                ],
                ["partner_id"],
                ["number:min"],
            )
        )
        for row in rows:
            row["number"] = numbers.get(row["partner"], "")
        rows.sort(
            key=lambda row: (
                remove_accents(row["partner"].lastname or row["partner"].name or "").casefold(),
                remove_accents(row["partner"].firstname or "").casefold(),
            )
        )
        return {
            "doc_ids": docids,
            "doc_model": memberships._name,
            "docs": memberships,
            "rows": rows,
            "company": memberships.company_id[:1].sudo() or self.env.company,
            "subtitle": self._get_subtitle(len(persons)),
        }

    @api.model
    def _get_subtitle(self, count):
        today = format_date(self.env, fields.Date.context_today(self))
        if count == 1:
            return self.env._("1 person, on %(date)s", date=today)
        return self.env._("%(count)s persons, on %(date)s", count=count, date=today)
