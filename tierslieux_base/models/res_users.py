from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import AccessDenied
from odoo.fields import Domain
from odoo.http import request
from odoo.tools import escape_psql

from ..tools.client_address import get_address

# Who works with people: they read what the team writes about them.
TEAM_GROUPS = (
    "tierslieux_base.group_reception,tierslieux_base.group_treasurer,tierslieux_base.group_care,"
    "base.group_system"
)
# Who deals with a person's membership, plan and money: they read the notes on these.
NOTE_GROUPS = "tierslieux_base.group_reception,tierslieux_base.group_treasurer"


class ResUsers(models.Model):
    """Wrong passwords are counted wherever they are tried: the login page, XML-RPC, JSON-RPC."""

    _inherit = "res.users"

    # What tells it from a login that an administrator closed, which stays closed.
    is_closed_by_departure = fields.Boolean(
        readonly=True, copy=False, groups="base.group_erp_manager"
    )

    def write(self, vals):
        if "active" in vals:
            vals = {"is_closed_by_departure": False, **vals}
        return super().write(vals)

    def _is_of_a_member(self):
        """Whether a login is a person's on the portal, and nothing more: neither the team's, nor
        one that the software needs (the public's, the model of new ones)."""
        self.ensure_one()
        # sudo: which login is the model of new ones
        get_param = self.env["ir.config_parameter"].sudo().get_param
        return self._is_portal() and str(self.id) != get_param("base.template_portal_user_id")

    @contextmanager
    def _assert_can_auth(self, user=None):
        """Refuse, unread, a password that comes after too many wrong ones.

        It is counted before it is looked at, so that many at once are as many; a right one is
        taken back. Who has lately logged in from an address may go on doing so, whatever others
        try from there.

        :param user: login or id, as Odoo gives it
        """
        address = get_address()
        if not address:  # a cron, the shell
            with super()._assert_can_auth(user=user):
                yield
            return
        Limit = self.env["tierslieux.rate.limit"]
        pair = (address, self._get_tried_login(user))
        seconds = Limit._hit("login", *pair)
        if not seconds and not Limit._is_known("login_known", *pair):
            seconds = Limit._hit("login_address", address)
        if seconds:
            self._refuse_login(seconds)
        try:
            with super()._assert_can_auth(user=user):
                yield
        except AccessDenied:
            raise
        except Exception:  # what failed says nothing of the password
            Limit._take_back("login", *pair)
            raise
        Limit._forget("login", *pair)
        if not Limit._is_known("login_known", *pair):
            Limit._take_back("login_address", address)
            Limit._remember("login_known", *pair)

    def _get_tried_login(self, user):
        """One key for a person, tried by their login or by their id."""
        if isinstance(user, int) and not isinstance(user, bool):
            # sudo: nobody is logged in yet
            user = self.sudo().browse(user).exists().login or user
        return str(user or "").strip().lower()[:200]

    def _refuse_login(self, seconds):
        Limit = self.env["tierslieux.rate.limit"]
        if request:
            # The page of the login shows what it is denied for, and keeps what was typed.
            request.tierslieux_retry_after = seconds
            raise AccessDenied(Limit._get_sentence(seconds))
        # RPC services answer "no" to a denial, without its sentence.
        Limit._refuse(seconds)

    @api.model
    def _get_login_domain(self, login):
        """The case of a login means nothing, nor do spaces around it; of two that differ by it,
        from before, each is still their own."""
        login = str(login or "").strip()
        exact = super()._get_login_domain(login)
        # sudo: nobody is logged in yet
        if self.sudo().search_count(exact, limit=1):
            return exact
        return Domain("login", "=ilike", escape_psql(login))

    @api.model
    def _get_email_domain(self, email):
        return Domain("email", "=ilike", escape_psql(str(email or "").strip()))

    def _on_login_cooldown(self, failures, previous):
        """Odoo's own count, by address alone and in each process, closes out a whole town hall."""
        return False

    def reset_password(self, login):
        Limit = self.env["tierslieux.rate.limit"]
        Limit._check_address("reset_password", str(login or "").strip().lower()[:200])
        Limit._check_address("reset_password_address")
        return super().reset_password(login)

    @api.model
    def signup(self, values, token=None):
        self.env["tierslieux.rate.limit"]._check_address("signup")
        return super().signup(values, token=token)

    def _is_kept_from_notes(self):
        """Whether this user reads figures and records, and not what the team writes about
        people: a board member with no other part in the house."""
        self.ensure_one()
        return self.has_group("tierslieux_base.group_board") and not self.has_groups(TEAM_GROUPS)

    def _has_house_groups_only(self):
        """Whether this user has groups of ours, with what these bring, and no app of Odoo's own."""
        self.ensure_one()
        # sudo: which groups there are is nobody's secret; users may not read them all
        groups_sudo = self.sudo().group_ids
        category = self.env.ref("tierslieux_base.module_category_tierslieux")
        ours_sudo = groups_sudo.filtered(lambda g: g.privilege_id.category_id == category)
        # What Odoo gives every user besides
        given = self.env.ref("base.group_user") | self.env.ref("base.group_partner_manager")
        brought_sudo = ours_sudo | (ours_sudo | given.sudo()).all_implied_ids
        return bool(ours_sudo) and groups_sudo <= brought_sudo
