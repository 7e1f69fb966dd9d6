from odoo import models

# Who works with people: they read what the team writes about them.
TEAM_GROUPS = (
    "tierslieux_base.group_reception,tierslieux_base.group_treasurer,tierslieux_base.group_care,"
    "base.group_system"
)
# Who deals with a person's membership, plan and money: they read the notes on these.
NOTE_GROUPS = "tierslieux_base.group_reception,tierslieux_base.group_treasurer"


class ResUsers(models.Model):
    _inherit = "res.users"

    def _is_kept_from_notes(self):
        """Whether this user reads figures and records, and not what the team writes about
        people: a board member with no other part in the house."""
        self.ensure_one()
        return self.has_group("tierslieux_base.group_board") and not self.has_groups(TEAM_GROUPS)
