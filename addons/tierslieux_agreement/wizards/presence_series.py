from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.tierslieux_base.tools.readers import TEAM


class TierslieuxBookingSeriesWizard(models.TransientModel):
    """Days of presence under an agreement: a room, and the partner's agent with it."""

    _inherit = "tierslieux.booking.series.wizard"

    agreement_id = fields.Many2one("agreement", groups=TEAM)
    agent_id = fields.Many2one(
        "tierslieux.resource",
        string="With",
        groups=TEAM,
        help="Whose time is booked as well: the agent of the partner.",
    )

    def _get_series(self):
        series = super()._get_series()
        if self.agreement_id and series.agreement_id != self.agreement_id:
            self.agreement_id.check_access("read")
            series._write_facts({"agreement_id": self.agreement_id.id})
        return series

    def _check_decided(self):
        result = super()._check_decided()
        agreement = self.agreement_id
        if not agreement:
            return result
        agreement._check_writer()
        days = self.line_ids.filtered(lambda line: line.decision == "book").mapped("day")
        end = agreement.final_end
        if agreement.start_date and min(days) < agreement.start_date or end and max(days) > end:
            raise UserError(
                self.env._(
                    "%(agreement)s is in force from %(start)s to %(end)s: leave the other days"
                    " out, or lengthen it first.",
                    agreement=agreement.display_name,
                    start=agreement._format_day(agreement.start_date),
                    end=agreement._format_day(end),
                )
            )
        return result


class TierslieuxBookingSeriesLine(models.TransientModel):
    _inherit = "tierslieux.booking.series.line"

    @api.depends("wizard_id.agent_id")
    def _compute_refusal(self):
        return super()._compute_refusal()

    def _get_windows(self, resources):
        return super()._get_windows(resources | self.wizard_id.agent_id)

    def _get_refusal(self, resource, slot, windows, taken, kept):
        refusal = super()._get_refusal(resource, slot, windows, taken, kept)
        agent = self.wizard_id.agent_id._origin
        if refusal or not agent or agent == resource:
            return refusal
        free, open_intervals = windows[agent.id]
        refusal = agent._get_rule_refusal(slot.start, slot.stop, 1, open_intervals)
        if not refusal and not any(a <= slot.start and slot.stop <= b for a, b in free):
            refusal = agent._describe_taken(slot.start, slot.stop)
        return refusal

    def _prepare_date_vals(self):
        vals_list = super()._prepare_date_vals()
        wizard = self.wizard_id
        if not wizard.agreement_id:
            return vals_list
        # What is due under the agreement is said there, and not as the price of a room.
        vals_list = [
            dict(vals, agreement_id=wizard.agreement_id.id, tariff="free") for vals in vals_list
        ]
        if wizard.agent_id:
            vals_list.append(
                {
                    **vals_list[0],
                    "resource_id": wizard.agent_id.id,
                    "seats": 1,
                    "is_agreement_agent": True,
                }
            )
        return vals_list
