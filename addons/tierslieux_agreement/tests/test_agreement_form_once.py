from odoo.tests import tagged

from .portal_agreement_common import PortalAgreementCase


@tagged("post_install", "-at_install")
class TestAgreementForms(PortalAgreementCase):
    def test_portal_agreement_duty_done(self):
        self.login(self.anne)
        self.assert_acts_once(
            f"/my/agreements/duty/{self.due.id}",
            self.done,
            lambda: (self.due.invalidate_recordset(), self.due.state, self.due.done_note)[1:],
            note="Sent by e-mail",
        )
        self.assertEqual(self.due.done_by_id, self.anne)

    def test_portal_agreement_sign(self):
        document = self.to_sign()
        self.login(self.anne)
        url = f"/my/agreements/{self.draft.id}"
        self.assert_acts_once(
            url,
            f"{url}/sign/{document.id}",
            lambda: (document.invalidate_recordset(), document.signature_ids.mapped("signer"))[1],
            signer="Anne Le Goff",
        )

    def test_agreement_screen_done(self):
        document = self.to_sign()
        coordinator = self.coordinator
        coordinator.password = coordinator.login
        self.login(coordinator)
        url = f"/agreements/sign/{document.id}/{self.draft.party_ids.id}"
        self.assert_acts_once(
            url,
            f"{url}/done",
            lambda: (document.invalidate_recordset(), document.signature_ids.mapped("signer"))[1],
            signer="Nora Contact",
        )
        self.assertRecordValues(
            document.signature_ids, [{"means": "screen", "user_id": coordinator.id}]
        )
