from odoo.exceptions import AccessError, UserError
from odoo.tests import Form

from .common import TierslieuxCommon


class TestPortalAccess(TierslieuxCommon):
    """The desk gives access in one gesture, to a second person of one address as well."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.eva = cls.person("Eva", "Petit", email="Famille@Example.com")
        cls.zoe = cls.person("Zoé", "Petit", email="famille@example.com")

    def window(self, partner, user=None, **vals):
        Window = self.as_user(self.env["tierslieux.portal.access"], user or self.reception)
        return Window.create({"partner_id": partner.id, **vals})

    def test_one_gesture_makes_the_login_and_sends_the_invitation(self):
        window = self.window(self.eva)
        self.assertEqual(window.login, "famille@example.com")
        window.action_give()
        window.action_give()
        user = self.eva.user_ids
        self.assertEqual(user.login, "famille@example.com")
        self.assertTrue(user._is_portal())
        self.assertEqual(user.company_id, self.company)
        mails = self.env["mail.mail"].search([("email_to", "ilike", "famille@example.com")])
        self.assertEqual(
            len(mails | self.env["mail.mail"].search([("recipient_ids", "=", self.eva.id)])), 1
        )

    def test_a_second_person_of_the_same_address_gets_another_login(self):
        self.window(self.eva).action_give()
        window = self.window(self.zoe)
        self.assertTrue(window.is_email_shared)
        self.assertEqual(window.login, "zoe.petit")
        window.action_give()
        self.assertEqual(self.zoe.user_ids.login, "zoe.petit")
        self.assertEqual(self.zoe.email, "famille@example.com")
        namesake = self.person("Zoe", "Petit", email="famille@example.com")
        self.assertEqual(self.window(namesake).login, "zoe.petit2")

    def test_a_login_that_is_taken_is_refused_whatever_its_case(self):
        self.window(self.eva).action_give()
        with self.assertRaisesRegex(UserError, "zoe.petit"):
            self.window(self.zoe, login="FAMILLE@example.com").action_give()

    def test_an_address_is_needed_and_kept(self):
        self.zoe.email = False
        with self.assertRaisesRegex(UserError, "e-mail"):
            self.window(self.zoe).action_give()
        form = Form(
            self.as_user(self.env["tierslieux.portal.access"], self.reception).with_context(
                default_partner_id=self.zoe.id
            )
        )
        form.email = "zoe@example.com"
        self.assertEqual(form.login, "zoe@example.com")
        form.save().action_give()
        self.assertEqual(self.zoe.email, "zoe@example.com")

    def test_an_access_that_was_closed_opens_again(self):
        self.window(self.eva).action_give()
        user = self.eva.user_ids
        user.active = False
        self.window(self.eva).action_give()
        self.assertTrue(user.active)
        self.assertEqual(self.eva.with_context(active_test=False).user_ids, user)

    def test_a_login_of_the_team_is_the_administrators(self):
        with self.assertRaisesRegex(UserError, "team"):
            self.window(self.board.partner_id, email="x@example.com").action_give()

    def test_the_public_and_the_model_of_logins_are_no_persons(self):
        template = self.env["res.users"].browse(
            int(self.env["ir.config_parameter"].get_param("base.template_portal_user_id"))
        )
        for user in (self.env.ref("base.public_user"), template):
            with self.assertRaisesRegex(UserError, "administrator"):
                self.window(user.partner_id, email="x@example.com").action_give()
            self.assertFalse(user.active)
        self.assertFalse(self.env.ref("base.public_user")._is_portal())

    def test_the_account_of_who_logs_in_is_not_opened_to_another_address(self):
        self.window(self.eva).action_give()
        self.env["res.users.log"].with_user(self.eva.user_ids).sudo().create({})
        self.env.invalidate_all()
        with self.assertRaisesRegex(AccessError, "coordinator"):
            self.window(self.eva, email="me@example.com").action_give()
        self.assertEqual(self.eva.email.lower(), "famille@example.com")
        self.window(self.eva, self.coordinator, email="new@example.com").action_give()
        self.assertEqual(self.eva.email, "new@example.com")

    def test_who_is_not_at_the_desk_gives_no_access(self):
        for user in (self.board, self.care, self.portal):
            with self.assertRaises(AccessError):
                self.window(self.eva, user)

    # ------------------------------------------------------------------ the case of a login

    def found(self, login):
        Users = self.env["res.users"]
        return Users.search(Users._get_login_domain(login))

    def test_the_case_of_a_login_means_nothing(self):
        self.window(self.eva).action_give()
        user = self.eva.user_ids
        for typed in ("famille@example.com", "Famille@Example.COM", " famille@example.com "):
            self.assertEqual(self.found(typed), user, typed)
        self.assertFalse(self.found("famille%"))
        self.assertFalse(self.found("f_mille@example.com"))
        self.assertFalse(self.found(""))
        user.password = "un mot de passe"
        credential = {
            "login": "FAMILLE@example.com",
            "password": "un mot de passe",
            "type": "password",
        }
        self.assertEqual(self.env["res.users"]._login(credential, {})["uid"], user.id)

    def test_of_two_that_differ_by_it_each_is_their_own(self):
        lower = self.env["res.users"].create({"name": "L", "login": "ana@example.com"})
        upper = self.env["res.users"].create({"name": "U", "login": "Ana@example.com"})
        self.assertEqual(self.found("ana@example.com"), lower)
        self.assertEqual(self.found("Ana@example.com"), upper)

    def test_a_password_is_reset_whatever_the_case(self):
        self.window(self.eva).action_give()
        self.eva.signup_cancel()
        self.env["res.users"].with_context(create_user=False).reset_password("FAMILLE@EXAMPLE.COM")
        self.assertEqual(self.eva.signup_type, "reset")
