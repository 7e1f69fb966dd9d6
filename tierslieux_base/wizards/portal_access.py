import re

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import LazyTranslate, email_normalize, escape_psql, remove_accents

from ..models.once_mixin import act_once
from ..tools.rights import check_groups

_lt = LazyTranslate(__name__)
RECEPTION = "tierslieux_base.group_reception"
COORDINATOR = "tierslieux_base.group_coordinator"


def login_of_name(*words):
    """A login made of a name.

    >>> login_of_name("Zoé", "Lefèvre-Petit")
    'zoe.lefevre-petit'
    >>> login_of_name(False, "D'Arc")
    'darc'
    """
    parts = (re.sub(r"[^a-z0-9-]", "", remove_accents(word or "").lower()) for word in words)
    return ".".join(filter(None, parts))


class TierslieuxPortalAccess(models.TransientModel):
    """Give a person in front of the desk their access to the portal, in one gesture."""

    _name = "tierslieux.portal.access"
    _inherit = ["tierslieux.once.mixin"]
    _description = "Portal Access"

    partner_id = fields.Many2one("res.partner", string="Person", required=True, readonly=True)
    email = fields.Char(
        string="E-mail",
        compute="_compute_email",
        compute_sudo=False,
        store=True,
        readonly=False,
        precompute=True,
    )
    login = fields.Char(
        compute="_compute_login",
        compute_sudo=False,
        store=True,
        readonly=False,
        precompute=True,
        help="What the person types to log in. Upper or lower case is the same.",
    )
    is_email_shared = fields.Boolean(compute="_compute_is_email_shared")
    has_login = fields.Boolean(compute="_compute_has_login")

    @api.depends("partner_id")
    def _compute_email(self):
        for wizard in self:
            wizard.email = wizard.partner_id.email

    @api.depends("partner_id", "email")
    def _compute_login(self):
        """The e-mail address, or the name when somebody else logs in with that address."""
        for wizard in self:
            partner = wizard.partner_id
            own = wizard._get_user()
            email = email_normalize(wizard.email) or ""
            if own:
                wizard.login = own.login
            elif email and not wizard._is_taken(email):
                wizard.login = email
            else:
                wizard.login = email and wizard._find_free(
                    login_of_name(partner.firstname, partner.lastname) or f"p{partner.id}"
                )

    @api.depends("email", "partner_id")
    def _compute_is_email_shared(self):
        for wizard in self:
            email = email_normalize(wizard.email)
            wizard.is_email_shared = bool(email) and wizard._is_taken(email)

    @api.depends("partner_id")
    def _compute_has_login(self):
        for wizard in self:
            wizard.has_login = wizard._get_user().active

    def _get_user(self):
        # sudo: the login of this person, archived or not, whom the desk serves
        return self.partner_id.sudo().with_context(active_test=False).user_ids[:1]

    def _get_logins(self, start):
        """Logins that begin so, of others than this person, in lower case."""
        # sudo: which logins are taken
        users_sudo = self.env["res.users"].sudo().with_context(active_test=False)
        found = users_sudo.search([("login", "=ilike", f"{escape_psql(start)}%")])
        return {user.login.lower() for user in found if user.partner_id != self.partner_id}

    def _is_taken(self, login):
        return login.lower() in self._get_logins(login)

    def _find_free(self, login):
        taken = self._get_logins(login)
        numbered = (f"{login}{number}" for number in range(2, len(taken) + 3))
        return next(one for one in (login, *numbered) if one not in taken)

    @act_once
    def action_give(self):
        """Make the login, or take it up again, and send the invitation.

        sudo: the desk manages no users; the login made here is that of a person whom they may
        write, who has none, and gets the portal's rights alone.
        """
        self.ensure_one()
        check_groups(self.env, RECEPTION)
        partner = self.partner_id
        partner.check_access("write")
        login = self._check_given()
        email = email_normalize(self.email)
        if email_normalize(partner.email) != email:
            partner.email = email
        user_sudo = self._get_user()
        if not user_sudo:
            company = partner.company_id or self.env.company
            Users_sudo = self.env["res.users"].sudo().with_company(company)
            user_sudo = Users_sudo.with_context(no_reset_password=True)._create_user_from_template(
                {
                    "email": email,
                    "login": login,
                    "partner_id": partner.id,
                    "company_id": company.id,
                    "company_ids": [Command.set(company.ids)],
                }
            )
        if not user_sudo.active:
            user_sudo.active = True
        self._invite(user_sudo)
        return {"type": "ir.actions.act_window_close"}

    def _check_given(self):
        """:return: the login, checked
        :raise UserError: saying what is missing"""
        # sudo: all the logins of this person, archived or not
        users_sudo = self.partner_id.sudo().with_context(active_test=False).user_ids
        if any(not user._is_of_a_member() for user in users_sudo):
            raise UserError(
                self.env._(
                    "%(name)s has a login of the team: the administrator manages it.",
                    name=self.partner_id.name,
                )
            )
        email = email_normalize(self.email)
        if not email:
            raise UserError(self.env._("Give the e-mail address to which the invitation is sent."))
        # The invitation opens the account of whoever has one.
        if users_sudo.filtered("login_date") and email != email_normalize(self.partner_id.email):
            check_groups(
                self.env,
                COORDINATOR,
                sentence=_lt(
                    "This person logs in already, and the invitation would open their account to"
                    " another address: ask a coordinator to change it."
                ),
            )
        login = (self.login or "").strip().lower()
        if not login:
            raise UserError(self.env._("Give a login."))
        if self._is_taken(login):
            raise UserError(
                self.env._(
                    "Somebody else logs in with « %(login)s ». Take « %(other)s », for instance.",
                    login=login,
                    other=self._find_free(
                        login_of_name(self.partner_id.firstname, self.partner_id.lastname)
                        or f"p{self.partner_id.id}"
                    ),
                )
            )
        return login

    def _invite(self, user_sudo):
        """Send the address at which the person chooses a password, and write that it was sent."""
        user_sudo.partner_id.signup_prepare()
        template_sudo = self.env.ref("auth_signup.portal_set_password_email").sudo()
        template_sudo.with_context(
            dbname=self.env.cr.dbname,
            lang=user_sudo.lang,
            welcome_message="",
            medium="portalinvite",
        ).send_mail(user_sudo.id)
        self.partner_id.message_post(
            body=self.env._(
                "Portal access given: login « %(login)s », invitation sent to %(email)s.",
                login=user_sudo.login,
                email=user_sudo.email,
            )
        )
