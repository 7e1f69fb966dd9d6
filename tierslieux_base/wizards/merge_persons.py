from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.once_mixin import act_once
from ..tools.rights import check_groups

COORDINATOR = "tierslieux_base.group_coordinator"


class TierslieuxMergePersons(models.TransientModel):
    """Two records of one person: what moves, what is in the way, then one record."""

    _name = "tierslieux.merge.persons"
    _inherit = ["tierslieux.once.mixin"]
    _description = "Merge Two Records of a Person"

    partner_id = fields.Many2one("res.partner", string="Record kept", required=True)
    other_id = fields.Many2one(
        "res.partner",
        string="Duplicate, deleted",
        required=True,
        domain="[('id', '!=', partner_id)]",
    )
    moves = fields.Text(string="What moves", compute="_compute_preview")
    obstacles = fields.Text(string="To settle before", compute="_compute_preview")
    can_open = fields.Boolean(compute="_compute_preview")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if self.env.context.get("active_model") == "res.partner":
            partners = self.env["res.partner"].browse(self.env.context.get("active_ids", ()))
            if len(partners) > 2:
                raise UserError(self.env._("Choose two records of the same person."))
            # The one who logs in, else the one recorded first, is proposed to be kept.
            ordered = partners.sorted(lambda p: (not p.sudo().user_ids, p.id))
            values.setdefault("partner_id", ordered[:1].id)
            values.setdefault("other_id", ordered[1:2].id)
        return values

    @api.depends("partner_id", "other_id")
    def _compute_preview(self):
        for wizard in self:
            kept, other = wizard.partner_id, wizard.other_id
            if not kept or not other or kept == other:
                wizard.moves, wizard.obstacles, wizard.can_open = False, False, False
                continue
            (kept | other).check_access("read")
            lines = [
                self.env._("%(label)s: %(count)s", label=label, count=len(records))
                for label, records in other._get_merged_parts()
                if records
            ]
            lines += kept._get_merge_notes(other)
            wizard.moves = "\n".join(lines) or self.env._("Nothing but the details of the person.")
            obstacles = kept._get_merge_obstacles(other)
            wizard.obstacles = "\n".join(sentence for sentence, _records in obstacles)
            wizard.can_open = any(records for _sentence, records in obstacles)

    def action_swap(self):
        """Keep the other record."""
        self.ensure_one()
        self.write({"partner_id": self.other_id.id, "other_id": self.partner_id.id})
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_open_obstacles(self):
        """Open what has to be settled before."""
        self.ensure_one()
        check_groups(self.env, COORDINATOR)
        records = next(
            (found for _text, found in self.partner_id._get_merge_obstacles(self.other_id) if found)
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("To settle before"),
            "res_model": records._name,
            "view_mode": "list,form",
            "domain": [("id", "in", records.ids)],
        }

    @act_once
    def action_merge(self):
        """One record, to which all that referred to the other refers."""
        self.ensure_one()
        check_groups(self.env, COORDINATOR)
        persons = self.partner_id | self.other_id
        if len(persons) != 2:
            raise UserError(self.env._("Choose two records of the same person."))
        persons.check_access("write")
        kept = self.partner_id
        kept._merge_with(self.other_id)
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": kept.id,
            "view_mode": "form",
        }
