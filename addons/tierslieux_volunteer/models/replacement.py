import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.tierslieux_base.tools import clock
from odoo.addons.tierslieux_base.tools.rights import check_groups

from ..tools.daytime import get_next_daytime
from .absence_todo import UNCOVERED
from .mission_replacement import REPLACEMENT_MODES

_logger = logging.getLogger(__name__)

COORDINATOR = "tierslieux_base.group_coordinator"
STATES = [
    ("running", "Asking"),
    ("filled", "Filled"),
    ("stopped", "Stopped"),
    ("over", "Nobody came instead"),
]


class TierslieuxShiftReplacement(models.Model):
    """Somebody cannot come: others are asked, in turn or together, until the seat is taken.

    Who is asked is found anew each time, by the rules of fit of that moment; the answers are rows
    of the shift like any others. Whoever says yes first has the seat, by the database. Nothing
    leaves at night, nor after the shift has begun; what was missed is made up for.
    """

    _name = "tierslieux.shift.replacement"
    _description = "Search for a Replacement"
    _inherit = ["tierslieux.guarded.mixin"]
    _order = "start, id"
    _rec_name = "shift_id"

    shift_id = fields.Many2one(
        "tierslieux.shift", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(related="shift_id.company_id", store=True, precompute=True)
    mission_id = fields.Many2one(related="shift_id.mission_id", store=True, precompute=True)
    coordinator_id = fields.Many2one(related="shift_id.coordinator_id")
    start = fields.Datetime(related="shift_id.start", store=True, precompute=True)
    mode = fields.Selection(
        REPLACEMENT_MODES, string="Who is asked", required=True, default="in_turn", readonly=True
    )
    hours = fields.Integer(string="Hours to answer", required=True, default=4, readonly=True)
    state = fields.Selection(STATES, required=True, default="running", index=True, readonly=True)
    next_at = fields.Datetime(string="Next one asked on", readonly=True)
    alarmed_at = fields.Datetime(string="Coordinator warned on", readonly=True)
    assignment_ids = fields.One2many(
        "tierslieux.shift.assignment", "replacement_id", string="Asked", readonly=True
    )
    absent = fields.Char(string="Cannot come", compute="_compute_answers")
    asked_count = fields.Integer(string="Asked (number)", compute="_compute_answers")
    yes_count = fields.Integer(string="Yes", compute="_compute_answers")
    no_count = fields.Integer(string="No", compute="_compute_answers")
    silent_count = fields.Integer(string="Silent", compute="_compute_answers")

    _running_uniq = models.UniqueIndex(
        "(shift_id) WHERE state = 'running'", "Somebody is looked for already, for this shift."
    )
    _hours_check = models.Constraint("CHECK(hours > 0)", "One has an hour at least to answer.")

    @api.depends("assignment_ids.state", "shift_id.assignment_ids.state")
    def _compute_answers(self):
        for search in self:
            # sudo: how many and who, for who may read the search
            asked = search.sudo().assignment_ids
            everybody = search.sudo().shift_id.assignment_ids
            search.absent = ", ".join(
                everybody.filtered(lambda a: a.state == "excused").partner_id.mapped("name")
            )
            search.asked_count = len(asked)
            search.yes_count = len(asked.filtered("is_holding"))
            search.no_count = len(asked.filtered(lambda a: a.state in ("declined", "excused")))
            search.silent_count = len(asked.filtered(lambda a: a.state == "proposed"))

    # -- goes on ---------------------------------------------------------------------------

    def _advance(self):
        """What is due now: the end of the search, the next one asked, the coordinator warned.

        In superuser mode; does nothing twice.
        """
        for search in self.filtered(lambda s: s.state == "running"):
            search._settle()
            if search.state == "running":
                search._ask_if_due()
            if search.state == "running":
                search._warn_if_late()

    def _settle(self):
        """Over when the seat is taken, or when there is nothing to look for any more."""
        shift = self.shift_id
        shift.invalidate_recordset(["taken_count"])
        if shift.state not in ("draft", "open") or shift.start <= fields.Datetime.now():
            self._end("over")
        elif shift.taken_count >= shift.seats_wanted:
            self._end("filled")

    def _end(self, state):
        self.write({"state": state, "next_at": False})
        if state == "filled":
            # Those who were not reached yet need not be.
            self.env["tierslieux.message"]._forget_questions(self.assignment_ids)

    def _ask_if_due(self):
        now = fields.Datetime.now()
        if self.mode == "none" or (self.next_at and self.next_at > now):
            return
        moment = self._get_next_daytime(now)
        if moment > now:
            self.next_at = moment
            return
        found = self.shift_id._get_replacements()
        if self.mode == "in_turn":
            found = found[:1]
        if found:
            rows = self.env["tierslieux.shift.assignment"]._propose(self.shift_id, found)
            rows.sudo().replacement_id = self
            rows.sudo()._queue_messages("replacement")
        self.next_at = self._get_next_daytime(now + timedelta(hours=self.hours))

    def _get_next_daytime(self, moment):
        zone = self.shift_id._get_place_tz()
        return clock.to_utc(get_next_daytime(clock.to_local(moment, zone)), zone)

    def _warn_if_late(self):
        """Once: when it is late, or when nobody is left to ask and nobody still thinks about it."""
        now = fields.Datetime.now()
        if self.alarmed_at:
            return
        shift = self.shift_id
        alarm = timedelta(hours=shift.mission_id.replacement_alarm_hours)
        next_at = self._get_next_daytime(now)
        is_late = now >= shift.start - alarm or next_at >= shift.start
        waits = self.silent_count or (self.next_at and next_at > now)
        if not is_late and (waits or shift._get_replacements()):
            return
        self.alarmed_at = now
        shift._tell_coordinator(
            self.env._(
                "Nobody yet for %(shift)s: %(asked)s asked, %(no)s no, %(silent)s silent.",
                shift=shift.display_name,
                asked=self.asked_count,
                no=self.no_count,
                silent=self.silent_count,
            ),
            UNCOVERED,
        )

    @api.model
    def _cron_advance(self, batch_size=50):
        """Ask the next ones; a run that was missed is made up for."""
        Cron = self.env["ir.cron"]
        running = self.search([("state", "=", "running")], order="start, id")
        Cron._commit_progress(remaining=len(running))
        for search in running:
            held = search.try_lock_for_update().filtered(lambda s: s.state == "running")
            try:
                with self.env.cr.savepoint():
                    held._advance()
            except UserError:  # a shift that cannot be asked for must not hold the others
                _logger.warning("Replacement %s waits", search.id, exc_info=True)
            if not Cron._commit_progress(1):
                return

    # -- buttons ---------------------------------------------------------------------------

    def _coordinate(self):
        """These searches for the coordinator's gestures: checked, then in superuser mode."""
        check_groups(self.env, COORDINATOR)
        self.check_access("write")
        # sudo: checked just now; what follows asks and tells others
        return self.sudo()

    def action_ask_together(self):
        """Do not wait: all whom it fits are asked now."""
        for search in self._coordinate().filtered(lambda s: s.state == "running"):
            search.write({"mode": "together", "next_at": False})
            search._advance()
        return True

    def action_ask_next(self):
        """The next one is asked without waiting for those who are silent."""
        for search in self._coordinate().filtered(lambda s: s.state == "running"):
            search.next_at = False
            search._advance()
        return True

    def action_stop(self):
        """Nobody else is asked; those who were may still say yes."""
        self._coordinate().filtered(lambda s: s.state == "running")._end("stopped")
        return True


class TierslieuxShift(models.Model):
    _inherit = "tierslieux.shift"

    replacement_ids = fields.One2many(
        "tierslieux.shift.replacement", "shift_id", string="Replacements"
    )

    def _look_for_replacement(self, mode=None, hours=None):
        """Ask others, where fewer are in than wanted now.

        :param mode: of ``REPLACEMENT_MODES``; as the mission says by default
        :return: the searches, in superuser mode
        """
        # sudo: whoever cannot come sets the search off
        shifts_sudo = self.sudo()
        shifts_sudo.invalidate_recordset(["taken_count"])
        searches_sudo = shifts_sudo.env["tierslieux.shift.replacement"]
        for shift in shifts_sudo:
            mission = shift.mission_id
            how = mode or mission.replacement_mode
            is_coming = shift.state == "open" and shift.start > fields.Datetime.now()
            if how == "none" or not is_coming or shift.taken_count >= shift.seats_wanted:
                continue
            search = shift.replacement_ids.filtered(lambda s: s.state == "running")
            if not search:
                search = searches_sudo.create(
                    {
                        "shift_id": shift.id,
                        "mode": how,
                        "hours": hours or mission.replacement_hours,
                    }
                )
            elif mode:
                search.write({"mode": how, "hours": hours or search.hours})
            searches_sudo |= search
        searches_sudo._advance()
        return searches_sudo

    def _follow_replacement(self):
        """An answer came in: who looked stops, or goes on at once."""
        # sudo: as above
        searches_sudo = self.sudo().replacement_ids.filtered(lambda s: s.state == "running")
        for search in searches_sudo:
            search.invalidate_recordset(["silent_count"])
            if search.mode == "in_turn" and not search.silent_count:
                search.next_at = False  # nobody thinks about it any more: the next one
        searches_sudo._advance()


class TierslieuxShiftAssignment(models.Model):
    """Answers set the search for others off, and end it."""

    _inherit = "tierslieux.shift.assignment"

    replacement_id = fields.Many2one(
        "tierslieux.shift.replacement",
        string="Asked as a replacement",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
        copy=False,
    )

    def _accept(self, *args, **kwargs):
        result = super()._accept(*args, **kwargs)
        self.shift_id._follow_replacement()
        return result

    def _decline(self, source="desk"):
        freed = self.filtered("is_holding").shift_id
        result = super()._decline(source)
        (self.shift_id - freed)._follow_replacement()
        freed._look_for_replacement()
        return result

    def _excuse(self, source="desk", left_at=None, absence=None, mode=None):
        """:param mode: how others are asked instead, see ``_look_for_replacement``"""
        freed = self.filtered("is_holding").shift_id
        result = super()._excuse(source, left_at=left_at, absence=absence)
        (self.shift_id - freed)._follow_replacement()
        freed._look_for_replacement(mode)
        return result
