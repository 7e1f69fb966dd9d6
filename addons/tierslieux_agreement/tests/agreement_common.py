import base64
from datetime import date

from odoo.fields import Command

from odoo.addons.tierslieux_booking.tests.booking_common import BookingCase

PDF = b"%PDF-1.4 signed by hand"


class AgreementCase(BookingCase):
    """The association, its place and resources, and ``cls.caf``, a partner with a contact.

    ``cls.agreement``: signed, from 29 August 2024 to 28 August 2025, renewed by twelve months,
    notice of two months, followed by the manager, her deputy the coordinator.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Agreement = cls.env["agreement"]
        cls.kind = cls.env.ref("tierslieux_agreement.type_counter")
        cls.caf = cls.organisation("CAF")
        cls.contact = cls.person("Nora", "Contact", parent_id=cls.caf.id, email="nora@caf.example")
        cls.agreement = cls.make_agreement(signed="2024-08-01")

    @classmethod
    def make_agreement(cls, signed=None, **vals):
        agreement = cls.Agreement.create(
            {
                "name": "Counter of the CAF",
                "partner_id": cls.caf.id,
                "agreement_type_id": cls.kind.id,
                "company_id": cls.company.id,
                "start_date": "2024-08-29",
                "end_date": "2025-08-28",
                "renewal": "tacit",
                "renewal_months": 12,
                "notice_count": 2,
                "user_id": cls.manager.id,
                "deputy_id": cls.coordinator.id,
                **vals,
            }
        )
        if signed:
            agreement._write_facts({"signature_date": signed})
        return agreement

    def run_job(self, name):
        """Run a nightly job as it runs alone, without its commits."""
        with self.enter_registry_test_mode():
            self.env.ref(f"tierslieux_agreement.{name}").method_direct_trigger()
        self.env.invalidate_all()

    @classmethod
    def duty(cls, **vals):
        return cls.env["tierslieux.agreement.duty"].create(
            {
                "agreement_id": cls.agreement.id,
                "name": "Report of activity",
                "kind": "report",
                **vals,
            }
        )

    @classmethod
    def price(cls, **vals):
        return cls.env["tierslieux.agreement.price"].create(
            {
                "agreement_id": cls.agreement.id,
                "name": "Room",
                "amount": 100,
                "rhythm": "monthly",
                "date_start": date(2026, 1, 1),
                **vals,
            }
        )

    def window(self, name, agreement=None, user=None, **vals):
        """A window of the agreement, opened by a user."""
        model = self.env[f"tierslieux.agreement.{name}"]
        agreement = agreement or self.agreement
        return (
            self.as_user(model, user or self.coordinator)
            .with_context(default_agreement_id=agreement.id)
            .create(vals)
        )

    def activities(self, agreement=None):
        return (agreement or self.agreement).activity_ids

    def days(self, records, name="date"):
        return [str(record[name]) for record in records]

    @staticmethod
    def paper(content=PDF):
        return base64.b64encode(content)

    @classmethod
    def second_party(cls, name="La Poste", **vals):
        partner = cls.organisation(name)
        cls.agreement.party_ids = [Command.create({"partner_id": partner.id, **vals})]
        return cls.agreement.party_ids.filtered(lambda party: party.partner_id == partner)
