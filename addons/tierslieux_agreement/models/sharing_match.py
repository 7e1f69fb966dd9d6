from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.periods import find_overlap


class TierslieuxSharing(models.Model):
    """What answers to a proposal, and what stands beside a sharing for the same days."""

    _inherit = "tierslieux.sharing"

    match_ids = fields.Many2many(
        "tierslieux.sharing", string="Answers to It", compute="_compute_match_ids"
    )
    overlap_warning = fields.Char(compute="_compute_overlap_warning")

    def _overlaps(self, other):
        return find_overlap(
            self.date_start, self.date_end or None, other.date_start, other.date_end or None
        )

    @api.depends(
        "direction", "kind", "proposal", "place_id", "date_start", "date_end", "agreed_on",
        "ended_on",
    )  # fmt: skip
    def _compute_match_ids(self):
        """What is offered answers to what is asked for: of one kind, in one place, on some of the
        same days."""
        self.match_ids = False
        waiting = self.filtered(lambda s: s.state in ("offered", "asked") and s.place_id)
        if not waiting:
            return
        others = self.search(
            Domain("state", "in", ("offered", "asked"))
            & Domain("place_id", "in", waiting.place_id._origin.ids)
        )
        for sharing in waiting:
            sharing.match_ids = others.filtered(
                lambda other, s=sharing: (
                    other.direction == s.direction
                    and other.kind == s.kind
                    and other.proposal != s.proposal
                    and other.place_id == s.place_id._origin
                    and s.date_start
                    and s._overlaps(other)
                )
            )

    @api.depends(
        "resource_ids", "partner_id", "direction", "date_start", "date_end", "agreed_on", "ended_on"
    )
    def _compute_overlap_warning(self):
        self.overlap_warning = False
        shared = self.filtered(lambda s: s.state != "ended" and s.resource_ids and s.partner_id)
        if not shared:
            return
        others = self.search(
            Domain("state", "in", ("agreed", "running"))
            & Domain("resource_ids", "in", shared.resource_ids._origin.ids)
        )
        for sharing in shared:
            other = others.filtered(
                lambda o, s=sharing: (
                    o != s._origin
                    and o.direction == s.direction
                    and o.partner_id.commercial_partner_id
                    == s.partner_id.commercial_partner_id._origin
                    and o.resource_ids & s.resource_ids._origin
                    and s.date_start
                    and s._overlaps(o)
                )
            )[:1]
            if other:
                both = other.resource_ids & sharing.resource_ids._origin
                sharing.overlap_warning = self.env._(
                    "« %(other)s » already shares %(resource)s with %(partner)s for some of these"
                    " days: each booking counts once, in the older of the two. End one of them if"
                    " they say the same.",
                    other=other.name,
                    resource=", ".join(both.mapped("name")),
                    partner=other.partner_id.display_name,
                )

    def action_open_matches(self):
        """What answers to it."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Answers to « %s »", self.name),
            "res_model": "tierslieux.sharing",
            "view_mode": "list,form",
            "domain": [("id", "in", self.match_ids.ids)],
        }
