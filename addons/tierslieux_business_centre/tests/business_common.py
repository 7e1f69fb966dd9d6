import base64
from datetime import date

from odoo.fields import Command

from odoo.addons.tierslieux_coworking.tests.coworking_common import CoworkingCase

PAPER = base64.b64encode(b"%PDF-1.4 a paper")


class BusinessCase(CoworkingCase):
    """An organisation represented by Nour, at the place « Site » of Tinténiac."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site = cls.env["tierslieux.place"].create(
            {
                "name": "Site",
                "code": "SITE",
                "street": "4 place de l'Église",
                "zip": "35190",
                "city": "Tinténiac",
                "manager_id": cls.manager.id,
            }
        )
        cls.firm = cls.organisation("Atelier Nour", company_registry="73282932000074")
        cls.nour = cls.subscriber("Nour", "Benali")

    @classmethod
    def contract(cls, start=True, papers=("identity", "address", "registration"), **vals):
        contract = cls.env["tierslieux.domiciliation"].create(
            {
                "partner_id": cls.firm.id,
                "representative_id": cls.nour.id,
                "place_id": cls.site.id,
                "date_start": date(2026, 1, 15),
                "document_ids": [
                    Command.create({"kind": kind, "file": PAPER, "date": date(2026, 1, 10)})
                    for kind in papers
                ],
                **vals,
            }
        )
        if start:
            contract.action_start()
        return contract

    def mails(self, partner):
        return self.env["mail.mail"].search([("recipient_ids", "in", partner.ids)])
