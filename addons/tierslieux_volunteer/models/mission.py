from odoo import api, fields, models
from odoo.exceptions import ValidationError


class TierslieuxMission(models.Model):
    """What volunteers do together, where, with how many and with which skills."""

    _name = "tierslieux.mission"
    _description = "Mission of Volunteers"
    _inherit = ["mail.thread", "mail.activity.mixin", "analytic.mixin"]
    _order = "place_id, name, id"
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True, index="trigram")
    active = fields.Boolean(default=True)
    color = fields.Integer()
    place_id = fields.Many2one(
        "tierslieux.place",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
        default=lambda self: self.env["tierslieux.place"].search([], limit=1),
    )
    company_id = fields.Many2one(
        related="place_id.company_id", store=True, index=True, precompute=True
    )
    programme_id = fields.Many2one(
        "account.analytic.account",
        index="btree_not_null",
        domain="[('root_plan_id', '=', programme_plan_id)]",
        ondelete="restrict",
        help="The service or programme that its hours count for.",
    )
    programme_plan_id = fields.Many2one(
        "account.analytic.plan", compute="_compute_programme_plan_id"
    )
    coordinator_id = fields.Many2one(
        "res.users",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        default=lambda self: self.env.user,
        tracking=True,
        help="Who is told when somebody is missing.",
    )
    description = fields.Html(help="Shown to volunteers.")
    # How many
    seats_min = fields.Integer(string="At least", default=1, required=True)
    seats_wanted = fields.Integer(string="Wanted", default=1, required=True)
    seats_max = fields.Integer(string="At most", default=1, required=True)
    # Who
    need_ids = fields.One2many("tierslieux.mission.need", "mission_id", string="Skills")
    certification_ids = fields.Many2many(
        "tierslieux.certification", string="Certificates needed", check_company=True
    )
    min_age = fields.Integer(string="From the age of", help="0: no limit.")
    night_from = fields.Float(
        string="Minors: not from",
        default=22.0,
        help="Nobody under 18 is on duty between these two hours.",
    )
    night_from_young = fields.Float(
        string="Under 16: not from",
        default=20.0,
        help="Nobody under 16 is on duty from this hour on. As for young workers (Labour code,"
        " L3163-1 and L3163-2); for volunteers it is prudence.",
    )
    night_to = fields.Float(string="Minors: not until", default=6.0)
    is_driving = fields.Boolean(
        string="Driving",
        help="Asks for a licence and an insurance that are valid on the day of the shift.",
    )
    pairs_newcomers = fields.Boolean(
        string="Newcomers with a veteran",
        help="A newcomer is never alone: somebody who has come before is in the same shift, or the"
        " planner does not put them there.",
    )
    insurance_note = fields.Text(
        string="Insurance", help="What covers volunteers, and whom to tell."
    )
    # When
    pattern_ids = fields.One2many("tierslieux.mission.pattern", "mission_id", string="Usual Shifts")
    shift_ids = fields.One2many("tierslieux.shift", "mission_id")

    _seats_check = models.Constraint(
        "CHECK(seats_min > 0 AND seats_wanted >= seats_min AND seats_max >= seats_wanted)",
        "Numbers of volunteers go up: at least one, then wanted, then at most.",
    )
    _age_check = models.Constraint("CHECK(min_age >= 0)", "An age is not negative.")
    _night_check = models.Constraint(
        "CHECK(night_from >= 0 AND night_from <= 24 AND night_to >= 0 AND night_to <= 24"
        " AND night_from_young >= 0 AND night_from_young <= 24)",
        "Hours of a day go from 0:00 to 24:00.",
    )

    def _compute_programme_plan_id(self):
        self.programme_plan_id = self.env.ref(
            "tierslieux_base.analytic_plan_programme", raise_if_not_found=False
        )

    @api.depends("name", "place_id")
    @api.depends_context("mission_short_name")
    def _compute_display_name(self):
        """With its place, since each place has its own reception."""
        for mission in self:
            # sudo: the name of a place, for who may read the mission
            place = not self.env.context.get("mission_short_name") and mission.sudo().place_id.name
            mission.display_name = " · ".join(filter(None, (mission.name, place)))

    @api.constrains("place_id")
    def _check_place(self):
        for mission in self:
            if mission.shift_ids.filtered(lambda s, m=mission: s.company_id != m.company_id):
                raise ValidationError(
                    self.env._(
                        "%s has shifts: it stays with its association. Make another mission.",
                        mission.name,
                    )
                )

    def write(self, vals):
        result = super().write(vals)
        if vals.get("active") is False:
            self.pattern_ids.active = False
        return result

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        for mission, vals in zip(self, vals_list, strict=True):
            if not (default or {}).get("name"):
                vals["name"] = self.env._("%s (copy)", mission.name)
        return vals_list

    def action_open_shifts(self):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("tierslieux_volunteer.shift_action"),
            "domain": [("mission_id", "=", self.id)],
            "context": {"default_mission_id": self.id},
        }

    def action_generate(self):
        """Make shifts from the usual ones."""
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "tierslieux_volunteer.shift_generation_action"
            ),
            "context": {"default_mission_ids": self.ids},
        }
