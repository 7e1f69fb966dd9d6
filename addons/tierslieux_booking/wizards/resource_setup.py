import re

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from odoo.addons.tierslieux_base.models.once_mixin import act_once

# Kinds proposed for a place that has nothing to book yet, and whether they are many.
PROPOSED = ("desk", "open_space", "room", "office")
MOST_AT_ONCE = 200


class TierslieuxResourceSetup(models.TransientModel):
    """The rooms and desks of a place, several at once: "12 desks", with prices and rules."""

    _name = "tierslieux.resource.setup"
    _inherit = "tierslieux.once.mixin"
    _description = "Rooms and Desks of a Place"

    place_id = fields.Many2one("tierslieux.place", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="place_id.company_id", compute_sudo=False)
    line_ids = fields.One2many(
        "tierslieux.resource.setup.line",
        "wizard_id",
        string="What is booked there",
        compute="_compute_line_ids",
        compute_sudo=False,
        store=True,
        readonly=False,
    )

    @api.depends("place_id")
    def _compute_line_ids(self):
        kinds = self.env["tierslieux.resource.kind"].search([("code", "in", PROPOSED)])
        for wizard in self:
            wizard.line_ids = [
                Command.clear(),
                *(
                    Command.create({"kind_id": kind.id, "name": kind.name, "count": 0})
                    for kind in kinds
                ),
            ]

    @act_once
    def action_create_resources(self):
        """Create them all, and show them: the next step is to look at each, or to book."""
        self.ensure_one()
        lines = self.line_ids.filtered(lambda line: line.count > 0)
        if not lines:
            raise UserError(self.env._("Say how many of each there are: 12 desks, 2 rooms…"))
        if sum(lines.mapped("count")) > MOST_AT_ONCE:
            raise UserError(
                self.env._("At most %s are created at once: begin with those.", MOST_AT_ONCE)
            )
        Resource = self.env["tierslieux.resource"]
        taken = Resource.with_context(active_test=False).search(
            [("place_id", "=", self.place_id.id)]
        )
        names = set(taken.mapped("name"))
        vals_list = [vals for line in lines for vals in line._prepare_resources(names)]
        Resource.create(vals_list)
        action = self.env["ir.actions.act_window"]._for_xml_id("tierslieux_booking.resource_action")
        return {
            **action,
            "domain": [("place_id", "=", self.place_id.id)],
            "context": {"default_place_id": self.place_id.id},
            "views": [[False, "list"], [False, "form"]],
            "target": "main",
        }


class TierslieuxResourceSetupLine(models.TransientModel):
    """So many of one kind."""

    _name = "tierslieux.resource.setup.line"
    _description = "Kind of Resource of a Place"

    wizard_id = fields.Many2one(
        "tierslieux.resource.setup", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="wizard_id.place_id.company_id", compute_sudo=False)
    kind_id = fields.Many2one("tierslieux.resource.kind", required=True, ondelete="cascade")
    name = fields.Char(required=True, help="Of several, each has its number: Desk 1, Desk 2…")
    count = fields.Integer(string="How many", default=1)
    capacity = fields.Integer(
        default=1, help="Persons each holds; for an open space, its number of seats."
    )
    rate_id = fields.Many2one(
        "tierslieux.booking.rate",
        string="Prices",
        compute="_compute_terms",
        compute_sudo=False,
        store=True,
        readonly=False,
        ondelete="cascade",
    )
    policy_id = fields.Many2one(
        "tierslieux.booking.policy",
        string="Booking Rules",
        compute="_compute_terms",
        compute_sudo=False,
        store=True,
        readonly=False,
        ondelete="cascade",
    )

    @api.depends("kind_id", "wizard_id.place_id")
    def _compute_terms(self):
        """Those of the last resource of the kind; else the association's first."""
        Resource = self.env["tierslieux.resource"]
        last = {}
        for resource in Resource.search([("kind_id", "in", self.kind_id.ids)], order="id"):
            last[resource.place_id.company_id, resource.kind_id] = resource
        default = Resource._default_policy_id()
        for line in self:
            company = line.wizard_id.place_id.company_id
            known = last.get((company, line.kind_id))
            line.policy_id = known.policy_id if known else default
            line.rate_id = known.rate_id if known else line._get_first_rate(company)

    def _get_first_rate(self, company):
        return self.env["tierslieux.booking.rate"].search(
            Domain("company_id", "in", [company.id, False]), limit=1
        )

    def _prepare_resources(self, names):
        """Values of the resources to create.

        :param set names: those of the place that are taken; the new ones are added
        """
        self.ensure_one()
        stem = re.escape(self.name)
        numbers = [int(m[1]) for n in names if n and (m := re.fullmatch(rf"{stem} (\d+)", n))]
        first = max(numbers, default=0) + 1
        single = self.count == 1 and self.name not in names
        found = [
            self.name if single else f"{self.name} {number}"
            for number in range(first, first + self.count)
        ]
        names.update(found)
        return [
            {
                "name": name,
                "kind_id": self.kind_id.id,
                "place_id": self.wizard_id.place_id.id,
                "capacity": max(self.capacity, 1),
                "is_shared": self.kind_id.code == "open_space",
                "rate_id": self.rate_id.id,
                "policy_id": self.policy_id.id,
            }
            for name in found
        ]


class TierslieuxPlace(models.Model):
    _inherit = "tierslieux.place"

    def _get_next_step(self):
        step = super()._get_next_step()
        if step or not self.env["tierslieux.resource"].has_access("create"):
            return step
        if self._get_all_resources():
            return step
        return (
            self.env._("Add its rooms and desks"),
            {
                "type": "ir.actions.act_window",
                "name": self.env._("Rooms and desks of %s", self.name),
                "res_model": "tierslieux.resource.setup",
                "views": [[False, "form"]],
                "view_mode": "form",
                "target": "new",
                "context": {"default_place_id": self.id},
            },
        )
