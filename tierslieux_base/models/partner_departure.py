from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools.rights import check_groups

KINDS = [
    ("deceased", "Deceased"),
    ("left", "Left"),
    ("archived", "Archived"),
]


# Written by the gestures alone: dropped from what others write, as Odoo does of read-only fields.
GUARDED = ("departure_date", "departure_kind")


class ResPartner(models.Model):
    """Who died, left or was archived: since when, so that what runs for them ends that day.

    The record stays, archived, and comes back as it was when it was a mistake.
    """

    _inherit = "res.partner"

    departure_date = fields.Date(string="Gone since", readonly=True, copy=False, tracking=True)
    departure_kind = fields.Selection(
        KINDS, string="Departure", readonly=True, copy=False, tracking=True
    )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create(
            [{name: vals[name] for name in vals if name not in GUARDED} for vals in vals_list]
        )

    def write(self, vals):
        vals = {name: vals[name] for name in vals if name not in GUARDED}
        result = super().write(vals) if vals else True
        if "active" in vals:
            # Archived by hand: they leave all the same.
            if vals["active"]:
                self.filtered("departure_date")._come_back()
            else:
                self.filtered(lambda p: not p.departure_date)._leave("archived")
        return result

    def _leave(self, kind, date=None):
        """These persons are gone since that day: what runs for them ends."""
        if not self:
            return
        date = date or fields.Date.context_today(self)
        self._write_departure({"departure_date": date, "departure_kind": kind})
        self._on_left(kind, date)

    def _come_back(self):
        """It was a mistake, or they are back: what their departure ended runs again."""
        kinds = {partner: partner.departure_kind for partner in self}
        self._write_departure({"departure_date": False, "departure_kind": False})
        for kind, _label in KINDS:
            back = self.filtered(lambda partner, k=kind: kinds[partner] == k)
            if back:
                back._on_back(kind)

    def _write_departure(self, vals):
        # sudo: written by the gestures and by who archives, who may write the person
        return super(  # pylint: disable=super-method-mismatch
            ResPartner, self.sudo()
        ).write(vals)

    def _on_left(self, kind, date):
        """End what runs for these persons on that day, where ``_get_ended_domain`` says, and mark
        it as ended by it. A seam.

        :param str kind: one of ``KINDS``
        """

    def _on_back(self, kind):
        """Take up again what the departure ended, and nothing else. A seam.

        :param str kind: one of ``KINDS``: of what departure they are back
        """

    @api.model
    def _get_ended_domain(self, kind):
        """Records of which associations a departure ends: who dies, dies for all; who leaves one
        association, or is archived in it, may stay in the others."""
        if kind == "deceased":
            return Domain.TRUE
        return Domain("company_id", "in", self.env.companies.ids)

    @api.model
    def _get_resumed_domain(self, kind):
        """Records of which associations a return takes up again: of all where the user works,
        chosen on the screen or not."""
        if kind == "deceased":
            return Domain.TRUE
        return Domain("company_id", "in", (self.env.user.company_ids | self.env.companies).ids)

    # ------------------------------------------------------------------ the gestures

    def _depart(self, kind, date):
        """Record a death or a departure: no login any more, archived, nothing runs.

        :raise UserError: for somebody of the team, whose login the administrator manages
        """
        self.ensure_one()
        self.check_access("write")
        users_sudo = self.sudo().user_ids
        if any(user._is_internal() for user in users_sudo):
            raise UserError(
                self.env._(
                    "%(name)s has a login of the team: ask the administrator to close it first.",
                    name=self.name,
                )
            )
        # sudo: the desk manages no logins; who is gone does not log in
        users_sudo.write({"active": False, "is_closed_by_departure": True})
        self._leave(kind, date)
        self.active = False

    def action_come_back(self):
        """Undo a death or a departure: the person, what ran and the login it closed are back."""
        check_groups(self.env, "tierslieux_base.group_reception")
        self.check_access("write")
        gone = self.filtered("departure_date")
        # sudo: the portal's logins that the departure closed, which the desk may undo
        users_sudo = gone.sudo().with_context(active_test=False).user_ids
        gone.active = True
        closed_sudo = users_sudo.filtered(lambda u: u.is_closed_by_departure and u._is_portal())
        closed_sudo.write({"active": True})
        return True
