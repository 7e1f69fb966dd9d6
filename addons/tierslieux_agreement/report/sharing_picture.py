from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import format_date


class ReportSharingPicture(models.AbstractModel):
    """What is shared in a place, on one page for the board: this year beside the year before."""

    _name = "report.tierslieux_agreement.report_sharing_picture"
    _inherit = ["tierslieux.document"]
    _description = "What is Shared"

    @api.model
    def _get_report_values(self, docids, data=None):
        places = self._get_printed(docids)
        if not self.env["tierslieux.sharing"].has_access("read"):
            raise AccessError(self.env._("What is shared is for the team and the board."))
        today = self.env["tierslieux.sharing"]._get_local_day()
        years = (today.year - 1, today.year)
        sharings = self.env["tierslieux.sharing"].search(
            Domain("place_id", "in", places.ids), order="kind, date_start, id"
        )
        figures = self._get_figures(sharings, years)
        return {
            "doc_ids": docids,
            "doc_model": places._name,
            "docs": places,
            "years": years,
            "today": format_date(self.env, today),
            "sheets": [
                self._prepare_sheet(
                    place,
                    sharings.filtered(lambda s, p=place: s.place_id == p),
                    figures,
                    years,
                )
                for place in places
            ],
        }

    @api.model
    def _get_figures(self, sharings, years):
        """:return: {(sharing id, year): (hours, value)}, in one look"""
        first, last = years
        return {
            (sharing.id, start.year): (hours, value)
            for sharing, start, hours, value in self.env["tierslieux.sharing.figure"]._read_group(
                Domain("sharing_id", "in", sharings.ids)
                & Domain("date", ">=", fields.Date.to_date(f"{first}-01-01"))
                & Domain("date", "<=", fields.Date.to_date(f"{last}-12-31")),
                ["sharing_id", "date:year"],
                ["hours:sum", "value:sum"],
            )
        }

    @api.model
    def _prepare_sheet(self, place, sharings, figures, years):
        """What the page of one place says: what we give, what we receive, what waits.

        A sharing stands there if it is going, or came to something in these years.
        """
        nothing = (0.0, 0.0)
        parts = []
        for direction, label in sharings._fields["direction"]._description_selection(self.env):
            shown = sharings.filtered(
                lambda s, d=direction: (
                    s.direction == d
                    and s.agreed_on
                    and (s.state != "ended" or any((s.id, year) in figures for year in years))
                )
            )
            rows = [
                {
                    "sharing": sharing,
                    "figures": [figures.get((sharing.id, year), nothing) for year in years],
                }
                for sharing in shown
            ]
            totals = [
                tuple(sum(row["figures"][rank][i] for row in rows) for i in (0, 1))
                for rank in range(len(years))
            ]
            parts.append({"label": label, "rows": rows, "totals": totals})
        given, received = (part["totals"][-1][1] for part in parts)
        return {
            "place": place,
            "parts": parts,
            "currency": place.company_id.currency_id,
            "balance": received - given,
            "waiting": sharings.filtered(lambda s: s.state in ("offered", "asked")),
        }


class TierslieuxSharing(models.Model):
    _inherit = "tierslieux.sharing"

    def action_print_picture(self):
        """The page for the board: of the places of these sharings, or of all places."""
        places = self.place_id or self.env["tierslieux.place"].search(
            [("sharing_ids", "!=", False)]
        )
        report = self.env.ref("tierslieux_agreement.action_report_sharing_picture")
        return report.report_action(places, config=False)
