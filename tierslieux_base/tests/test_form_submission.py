from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .portal_common import PortalCase


@tagged("post_install", "-at_install")
class TestFormSubmission(PortalCase):
    """What is kept of the forms that were sent: see ``controllers/form_once.py``."""

    def test_a_token_is_good_for_a_week_and_remembered_for_longer(self):
        with freeze_time("2030-03-04 08:00:00"):
            self.login(self.anne)
            tokens = self.tokens()
        Submission = self.env["tierslieux.form.submission"]
        key = self.session.sid[:42]
        with freeze_time("2030-03-11 07:59:00"):
            self.assertTrue(Submission._read_token(tokens["form_token"], key))
        with freeze_time("2030-03-11 08:00:01"):
            self.assertFalse(Submission._read_token(tokens["form_token"], key))
        old = Submission.create({"token": "a", "path": "/", "fingerprint": "x"})
        new = Submission.create({"token": "b", "path": "/", "fingerprint": "x"})
        self.env.cr.execute(
            "UPDATE tierslieux_form_submission SET create_date = now() - interval '10 days'"
            " WHERE id = %s",
            [old.id],
        )
        self.env.invalidate_all()
        Submission._gc_submissions()
        self.assertFalse(old.exists())
        self.assertTrue(new.exists())

    def test_nobody_reads_what_was_sent(self):
        """Where a form led may be an address with a secret: not even administrators read it."""
        for user in (self.manager, self.treasurer, self.anne, self.env.ref("base.user_admin")):
            with self.assertRaises(AccessError):
                self.env["tierslieux.form.submission"].with_user(user).search([])
