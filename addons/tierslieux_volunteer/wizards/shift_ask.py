from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from odoo.addons.tierslieux_base.models.once_mixin import act_once


class TierslieuxShiftAsk(models.TransientModel):
    """Who could come to a shift: those whom it fits first, the others with the reasons why not."""

    _name = "tierslieux.shift.ask"
    _description = "Who could come"
    _inherit = ["tierslieux.once.mixin"]

    shift_id = fields.Many2one("tierslieux.shift", required=True, ondelete="cascade")
    line_ids = fields.One2many(
        "tierslieux.shift.ask.line",
        "ask_id",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
        precompute=True,
        compute_sudo=False,
    )

    @api.depends("shift_id")
    def _compute_line_ids(self):
        for ask in self:
            shift = ask.shift_id
            lines = [
                {
                    "volunteer_id": volunteer.id,
                    "fits": not misfits,
                    "is_blocked": any(misfit.is_blocking for misfit in misfits),
                    "reasons": " ".join(volunteer._tell_misfits(misfits, shift)),
                }
                for volunteer, misfits in shift._get_candidates()
            ]
            ask.line_ids = [Command.clear(), *map(Command.create, lines)]

    def _get_chosen(self):
        chosen = self.line_ids.filtered("is_chosen")
        if not chosen:
            raise UserError(self.env._("Choose whom to ask: tick their names."))
        blocked = chosen.filtered("is_blocked")
        if blocked:
            raise UserError(
                self.env._(
                    "%(who)s: %(reasons)s",
                    who=blocked[0].volunteer_id.display_name,
                    reasons=blocked[0].reasons,
                )
            )
        chosen.volunteer_id.check_access("read")
        return chosen.volunteer_id

    @act_once
    def action_ask(self):
        """Send each the question; who chose the telephone goes on the call list."""
        self.ensure_one()
        self.shift_id.check_access("write")
        asked = self.env["tierslieux.shift.assignment"]._propose(self.shift_id, self._get_chosen())
        asked._queue_messages("asked")
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    @act_once
    def action_phone(self):
        """They said yes on the telephone: who enters it, and when, are kept."""
        self.ensure_one()
        self.shift_id.check_access("write")
        self.shift_id._put_in(self._get_chosen(), "phone")
        return {"type": "ir.actions.client", "tag": "soft_reload"}


class TierslieuxShiftAskLine(models.TransientModel):
    """One volunteer, and whether the shift fits."""

    _name = "tierslieux.shift.ask.line"
    _description = "Volunteer who could come"

    ask_id = fields.Many2one("tierslieux.shift.ask", required=True, ondelete="cascade")
    is_chosen = fields.Boolean(string="To ask")
    volunteer_id = fields.Many2one("tierslieux.volunteer", readonly=True, ondelete="cascade")
    phone = fields.Char(related="volunteer_id.phone", compute_sudo=False)
    fits = fields.Boolean(readonly=True)
    is_blocked = fields.Boolean(readonly=True)
    reasons = fields.Char(string="Does not fit", readonly=True)


class TierslieuxShift(models.Model):
    _inherit = "tierslieux.shift"

    def _get_candidates(self):
        """Volunteers who may be asked for this shift: neither in it, nor asked, nor having said no
        to it as it is. Those whom it fits first, then those with the fewest reasons against.

        :return: list of (volunteer, misfits)
        """
        self.ensure_one()
        rows_sudo = self.sudo().assignment_ids  # sudo: who is left out, whoever looks
        out = rows_sudo.filtered(
            lambda a: a.is_holding or a.state == "proposed" or a._is_final()
        ).volunteer_id
        volunteers = self.env["tierslieux.volunteer"].search(
            Domain("company_id", "=", self.company_id.id)
            & Domain("id", "not in", out.ids)
            & (Domain("left_on", "=", False) | Domain("left_on", ">", self.day))
        )
        found = volunteers._get_misfits_of(self)
        pairs = [(volunteer, found.get((volunteer.id, self.id), [])) for volunteer in volunteers]
        return sorted(
            pairs,
            key=lambda pair: (
                any(misfit.is_blocking for misfit in pair[1]),
                len(pair[1]),
                pair[0].display_name,
            ),
        )

    def _put_in(self, volunteers, source):
        """These volunteers are in this shift: they said so to the team.

        :return: their rows
        """
        self.ensure_one()
        Assignment = self.env["tierslieux.shift.assignment"]
        Assignment.browse().check_access("write")
        # sudo: whoever may write the rows; what they did before is one row, whoever made it
        rows_sudo = self.sudo().assignment_ids.filtered(lambda a: a.volunteer_id in volunteers)
        rows_sudo |= rows_sudo.create(
            [
                {"shift_id": self.id, "volunteer_id": volunteer.id}
                for volunteer in volunteers - rows_sudo.volunteer_id
            ]
        )
        rows_sudo._accept(source, is_forced=True)
        return rows_sudo.sudo(self.env.su)

    @api.model
    def get_fit(self, shift_id, volunteer_id):
        """For who drags a person onto a shift: the reasons against, before anything is done.

        :return: dict: ``reasons``, sentences; ``is_blocked``, whether the team may not lift them
        """
        shift = self.browse(shift_id)
        volunteer = self.env["tierslieux.volunteer"].browse(volunteer_id)
        shift.check_access("write")
        volunteer.check_access("read")
        misfits = volunteer._get_misfits(shift)
        return {
            "reasons": volunteer._tell_misfits(misfits, shift),
            "is_blocked": any(misfit.is_blocking for misfit in misfits),
        }

    @api.model
    def put_in(self, shift_id, volunteer_id):
        """Somebody was dragged onto a shift: the team says that they come."""
        shift = self.browse(shift_id)
        volunteer = self.env["tierslieux.volunteer"].browse(volunteer_id)
        shift.check_access("write")
        volunteer.check_access("read")
        shift._put_in(volunteer, "desk")
        return True
