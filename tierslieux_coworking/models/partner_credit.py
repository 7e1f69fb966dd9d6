from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date


class ResPartner(models.Model):
    """What a person may use today, and what they used."""

    _inherit = "res.partner"

    credit_summary = fields.Char(string="Credits left", compute="_compute_credit_summary")

    @api.depends_context("lang", "company", "uid")
    def _compute_credit_summary(self):
        # What somebody has left is for who may read movements of credits, not for whoever may read
        # the person: a colleague online, or a user who has no right of ours.
        may_read = self.env["tierslieux.credit.line"].has_access("read")
        summaries = self._get_credit_summaries() if may_read else {}
        for partner in self:
            partner.credit_summary = " · ".join(
                row["text"] for row in summaries.get(partner._origin.id, ())
            )

    def _get_credit_balance(self, type=None, date=None, place=None):
        """What each of these persons may use on a day, given ahead or not.

        :param type: one kind of credit (default: all)
        :param date: on the clock of the place (default: today)
        :return: {type: float} for one person; what is unlimited is not in it, see
            ``_get_credit_summary``
        """
        self.ensure_one()
        date = date or fields.Date.context_today(self)
        # What an unsaved form holds stands for the record that it comes from.
        partner, place = self._origin, place._origin if place else None
        types = type or self.env["tierslieux.credit.type"].sudo().search(Domain.TRUE)
        purse = self.env["tierslieux.credit.line"]._open_purse(
            partner, types._origin, date, company=place.company_id if place else self.env.company
        )
        return {
            credit_type: float(
                purse.balance(partner.id, credit_type._origin.id, date, place.id if place else None)
            )
            for credit_type in types
        }

    def _get_credit_summary(self, date=None):
        """What this person may use on a day, to show it.

        :return: list of dict ``type``, ``left`` (float), ``unlimited``, ``expiry`` (the first
            day after which some of it is lost, or None) and ``text``
        """
        self.ensure_one()
        return self._get_credit_summaries(date).get(self.id, [])

    def _get_credit_summaries(self, date=None):
        """{id: list of ``_get_credit_summary``}, for those who have something."""
        date = date or fields.Date.context_today(self)
        # sudo: names of credits, for whoever may read the person.
        types = self.env["tierslieux.credit.type"].sudo().search(Domain.TRUE)
        purse = self.env["tierslieux.credit.line"]._open_purse(
            self._origin, types, date, company=self.env.company
        )
        summaries = {}
        for partner_id in purse.rights:
            rows = []
            for credit_type in types:
                unlimited = bool(purse.unlimited(partner_id, credit_type.id, date))
                left = purse.balance(partner_id, credit_type.id, date)
                if not left and not unlimited:
                    continue
                end = purse.first_end(partner_id, credit_type.id, date)
                rows.append(
                    {
                        "type": credit_type,
                        "left": float(left),
                        "unlimited": unlimited,
                        "expiry": end if end.year < 9999 else None,
                        "text": self.env._("%(type)s: unlimited", type=credit_type.name)
                        if unlimited
                        else credit_type._format_quantity(left),
                    }
                )
            if rows:
                summaries[partner_id] = rows
        return summaries

    def _get_credit_lines_domain(self):
        """Movements of what these persons own or have used."""
        return Domain("holder_id", "in", self.ids) | Domain("partner_id", "in", self.ids)

    def action_open_credits(self):
        """Their movements of credits, whose sum is what is left."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "tierslieux_coworking.credit_line_action"
        )
        action["domain"] = list(self._get_credit_lines_domain())
        action["context"] = {"search_default_group_type": 1}
        action["display_name"] = self.env._(
            "Credits of %(name)s on %(date)s",
            name=", ".join(self.mapped("name")),
            date=format_date(self.env, fields.Date.context_today(self)),
        )
        return action

    def action_use_pass(self):
        """They arrive: one more click takes the day from their pass."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "tierslieux_presence.check_in_action"
        )
        action["context"] = {"default_partner_id": self.id}
        return action
