from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.tierslieux_base.models.guarded_mixin import EVERY_FIELD, Guard
from odoo.addons.tierslieux_base.tools.rights import check_groups

COORDINATOR = "tierslieux_base.group_coordinator"
STATES = [
    ("proposed", "Waits for an answer"),
    ("to_approve", "To approve"),
    ("done", "Swapped"),
    ("refused", "Refused"),
    ("cancelled", "Given up"),
]
OPEN = ("proposed", "to_approve")


class TierslieuxShiftSwap(models.Model):
    """Two volunteers take each other's shift: one proposes, the other agrees, and the coordinator
    approves where the mission asks for it. Both have their new seat, or nothing has changed."""

    _name = "tierslieux.shift.swap"
    _description = "Swap of Shifts"
    _inherit = ["tierslieux.guarded.mixin", "tierslieux.link.mixin", "portal.mixin"]
    _order = "id desc"
    _rec_name = "assignment_id"

    assignment_id = fields.Many2one(
        "tierslieux.shift.assignment",
        string="Gives",
        required=True,
        index=True,
        ondelete="cascade",
    )
    other_id = fields.Many2one(
        "tierslieux.shift.assignment",
        string="For",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="assignment_id.company_id", store=True, precompute=True)
    partner_id = fields.Many2one(
        related="assignment_id.partner_id", string="Proposed by", store=True, precompute=True
    )
    other_partner_id = fields.Many2one(
        related="other_id.partner_id", string="Proposed to", store=True, precompute=True
    )
    state = fields.Selection(STATES, required=True, default="proposed", index=True)
    agreed_at = fields.Datetime(string="Agreed on")
    settled_at = fields.Datetime(string="Settled on")
    settled_by_id = fields.Many2one("res.users", string="Settled by")

    _open_uniq = models.UniqueIndex(
        "(assignment_id, other_id) WHERE state IN ('proposed', 'to_approve')",
        "This swap is proposed already.",
    )

    @api.model
    def _get_guards(self):
        return (*super()._get_guards(), Guard(EVERY_FIELD))

    def _compute_access_url(self):
        result = super()._compute_access_url()
        for swap in self:
            swap.access_url = f"/my/swaps/{swap.id}"
        return result

    def _get_link_partners(self):
        return self.other_partner_id

    def _get_link_title(self):
        self.ensure_one()
        return self.env._("Swap: %s", self.assignment_id.shift_id.display_name)

    def _get_link_expiry(self):
        return min(self.assignment_id.start, self.other_id.start)

    # -- proposed --------------------------------------------------------------------------

    @api.model
    def _propose(self, row, other):
        """In superuser mode; the caller has checked that ``row`` is theirs.

        :raise UserError: when these two cannot be swapped
        """
        if other not in row._get_swaps():
            raise UserError(self.env._("This shift cannot be swapped with yours any more."))
        swap = self.create({"assignment_id": row.id, "other_id": other.id})
        swap._queue_swap("swap", other)
        return swap

    def _queue_swap(self, event, row):
        """Write to the person of a row about this swap."""
        template = self.env.ref(f"tierslieux_volunteer.mail_template_{event}")
        line = {"assignment_id": row.id, "shift_start": row.start, "swap_id": self.id}
        vals = row.volunteer_id._prepare_message_vals(f"volunteer_{event}", template, [line])
        self.env["tierslieux.message"].create(vals)

    # -- settled ---------------------------------------------------------------------------

    def _check_open(self, *states):
        for swap in self:
            if swap.state not in states:
                raise UserError(self.env._("This swap was settled meanwhile."))

    def _agree(self):
        """The other one agrees: it is done, or goes to the coordinator. In superuser mode."""
        self.ensure_one()
        self._check_open("proposed")
        self.agreed_at = fields.Datetime.now()
        missions = self.assignment_id.mission_id | self.other_id.mission_id
        if "approval" in missions.mapped("swap_mode"):
            self.state = "to_approve"
            for row in (self.assignment_id, self.other_id):
                row.shift_id._tell_coordinator(
                    self.env._(
                        "A swap to approve: %(one)s and %(other)s",
                        one=self.partner_id.name,
                        other=self.other_partner_id.name,
                    )
                )
            return
        self._swap()

    def _swap(self):
        """Both let go of their seat, and each has the other's, in one go."""
        self.ensure_one()
        one, other = self.assignment_id, self.other_id
        if not (one.is_holding and other.is_holding):
            raise UserError(self.env._("One of the two is not in their shift any more."))
        people = {one.shift_id: other.volunteer_id, other.shift_id: one.volunteer_id}
        with self.env.cr.savepoint():
            (one | other)._release_seats({"state": "excused"})
            for shift, volunteer in people.items():
                row = shift.assignment_ids.filtered(lambda a, v=volunteer: a.volunteer_id == v)
                row = row or row.create({"shift_id": shift.id, "volunteer_id": volunteer.id})
                row._accept("portal", is_forced=True)
        self.write(
            {
                "state": "done",
                "settled_at": fields.Datetime.now(),
                "settled_by_id": self.env.uid,
            }
        )
        rest = self.search(
            [
                ("state", "in", OPEN),
                ("id", "!=", self.id),
                "|",
                ("assignment_id", "in", (one | other).ids),
                ("other_id", "in", (one | other).ids),
            ]
        )
        rest.write({"state": "cancelled", "settled_at": fields.Datetime.now()})
        self._tell()

    def _refuse(self):
        self.ensure_one()
        self._check_open(*OPEN)
        self.write(
            {
                "state": "refused",
                "settled_at": fields.Datetime.now(),
                "settled_by_id": self.env.uid,
            }
        )
        self._tell()

    def _give_up(self):
        self.ensure_one()
        self._check_open(*OPEN)
        self.write({"state": "cancelled", "settled_at": fields.Datetime.now()})

    def _tell(self):
        """Both are told what became of it."""
        for row in (self.assignment_id, self.other_id):
            self._queue_swap("swapped", row)

    def _get_sides(self, partner):
        """(what this person gives, what they get): rows, in superuser mode"""
        self.ensure_one()
        # sudo: both shifts, for the two who swap them
        sides = (self.sudo().assignment_id, self.sudo().other_id)
        return sides if partner == self.sudo().partner_id else sides[::-1]

    # -- buttons ---------------------------------------------------------------------------

    def _coordinate(self):
        check_groups(self.env, COORDINATOR)
        self.check_access("write")
        # sudo: checked just now; seats and messages are written by processes
        return self.sudo()

    def action_approve(self):
        for swap in self._coordinate():
            swap._check_open("to_approve")
            swap._swap()
        return True

    def action_refuse(self):
        for swap in self._coordinate():
            swap._refuse()
        return True


class TierslieuxShiftAssignment(models.Model):
    _inherit = "tierslieux.shift.assignment"

    def _get_swaps(self, limit=30):
        """Seats of others that this one could be swapped with: both would fit, and both missions
        let volunteers swap.

        :return: rows, in superuser mode, by start
        """
        self.ensure_one()
        now = fields.Datetime.now()
        # sudo: shifts of shift mates, of whom the page tells the first name
        row = self.sudo()
        if not row.is_holding or row.mission_id.swap_mode == "none" or row.start <= now:
            return row.browse()
        others = row.search(
            [
                ("company_id", "=", row.company_id.id),
                ("state", "in", ("accepted", "confirmed")),
                ("is_holding", "=", True),
                ("shift_id.state", "=", "open"),
                ("shift_id", "!=", row.shift_id.id),
                ("volunteer_id", "!=", row.volunteer_id.id),
                ("mission_id.swap_mode", "!=", "none"),
                ("start", ">", now),
            ],
            order="start, id",
            limit=200,
        )
        others = others.filtered(lambda a: row._may_swap(a))
        # What stands in the way of either: but for the seat that each gives.
        mine = row.volunteer_id._get_misfits_of(others.shift_id)
        theirs = others.volunteer_id._get_misfits_of(row.shift_id)
        return others.filtered(
            lambda a: (
                not row._is_against(mine.get((row.volunteer_id.id, a.shift_id.id), ()), row)
                and not row._is_against(theirs.get((a.volunteer_id.id, row.shift_id.id), ()), a)
            )
        )[:limit]

    def _may_swap(self, other):
        """Whether neither is in, or has refused, the other's shift."""
        mine = other.shift_id.assignment_ids.filtered(lambda a: a.volunteer_id == self.volunteer_id)
        theirs = self.shift_id.assignment_ids.filtered(
            lambda a: a.volunteer_id == other.volunteer_id
        )
        return not any(a.is_holding or a.state == "declined" for a in mine | theirs)

    @api.model
    def _is_against(self, misfits, given):
        """Whether one of these reasons stays once the seat ``given`` is let go of. Limits of how
        many shifts count it still: who swaps one for one has as many as before."""
        counted = ("clash", "rest", "per_day", "per_week", "days_in_row", "hours_month")
        return any(
            misfit.code not in counted
            or (misfit.code in ("clash", "rest") and misfit.about.shift_id != given.shift_id.id)
            for misfit in misfits
        )


class TierslieuxMessage(models.Model):
    _inherit = "tierslieux.message"

    @api.model
    def _get_about_fields(self):
        return {**super()._get_about_fields(), "tierslieux.shift.swap": "swap_id"}

    def _get_swap(self):
        """For the texts of a swap: {give, get, who, url, became}, for the reader."""
        self.ensure_one()
        # sudo: what the message is about, for who may read it
        swap = self.sudo().line_ids.swap_id[:1]
        if not swap:  # a message about something else, as the preview of a template takes
            return dict.fromkeys(("give", "get", "who", "url", "became", "is_done"), "")
        gives, gets = swap._get_sides(self.partner_id)
        states = dict(swap._fields["state"]._description_selection(self.env))
        return {
            "give": gives.shift_id.display_name,
            "get": gets.shift_id.display_name,
            "who": gets.partner_id.firstname or "",
            "url": swap._get_action_url(),
            "became": states[swap.state],
            "is_done": swap.state == "done",
        }


class TierslieuxMessageLine(models.Model):
    _inherit = "tierslieux.message.line"

    swap_id = fields.Many2one("tierslieux.shift.swap", index="btree_not_null", ondelete="cascade")
