from odoo import fields, models

REPLACEMENT_MODES = [
    ("in_turn", "One after the other"),
    ("together", "All at once"),
    ("none", "Nobody: the coordinator looks"),
]
SWAP_MODES = [
    ("free", "Among themselves"),
    ("approval", "With the coordinator's approval"),
    ("none", "No"),
]


class TierslieuxMission(models.Model):
    """What happens when somebody cannot come to a mission."""

    _inherit = "tierslieux.mission"

    replacement_mode = fields.Selection(
        REPLACEMENT_MODES,
        string="Who is asked instead",
        required=True,
        default="in_turn",
        help="When somebody cannot come, those whom the shift fits are asked without waiting for"
        " you.",
    )
    replacement_hours = fields.Integer(
        string="Hours to answer",
        required=True,
        default=4,
        help="One after the other: the next is asked after so many hours without an answer.",
    )
    replacement_alarm_hours = fields.Integer(
        string="Alarm (hours before)",
        required=True,
        default=24,
        help="The coordinator is told when nobody has taken the place so long before the shift.",
    )
    swap_mode = fields.Selection(
        SWAP_MODES, string="Volunteers swap shifts", required=True, default="approval"
    )

    _replacement_check = models.Constraint(
        "CHECK(replacement_hours > 0 AND replacement_alarm_hours >= 0)",
        "Who is asked has an hour at least to answer; an alarm is not after the shift.",
    )
