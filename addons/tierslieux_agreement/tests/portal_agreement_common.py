from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from odoo.addons.tierslieux_base.tests.portal_common import PortalCase
from odoo.addons.tierslieux_booking.tests.booking_common import NOW

from .agreement_common import PDF, AgreementCase


class PortalAgreementCase(AgreementCase, PortalCase):
    """Anne is the contact of the CAF; Bob works there too, and nobody wrote him down."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time(NOW):
            cls.anne.partner_id.parent_id = cls.caf
            cls.bob.partner_id.parent_id = cls.caf
            cls.agreement = cls.make_agreement(
                signed="2024-01-01", name="Counter on Thursdays", note="Slow to answer"
            )
            cls.agreement.party_ids.contact_id = cls.anne.partner_id
            cls.due = cls.duty(
                side="theirs", name="Yearly figures", date_first=date(2030, 3, 1)
            ).date_ids
            cls.ours = cls.duty(name="Our own report", date_first=date(2030, 3, 1)).date_ids
            cls.page = f"/my/agreements/{cls.agreement.id}"
            cls.done = f"/my/agreements/duty/{cls.due.id}/done"

    def to_sign(self):
        self.draft = self.make_agreement(name="To sign", body="<p>{{partner}}</p>")
        self.draft.party_ids.contact_id = self.anne.partner_id
        report = type(self.env["ir.actions.report"])
        with patch.object(report, "_render_qweb_pdf", return_value=(PDF, "pdf")):
            self.as_user(self.draft, self.coordinator).action_prepare_signature()
        return self.draft.document_ids
