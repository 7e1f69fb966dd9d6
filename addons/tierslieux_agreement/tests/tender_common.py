from datetime import datetime

from odoo.fields import Command

from .agreement_common import AgreementCase


class TenderCase(AgreementCase):
    """``cls.tender``: a public tender of the Département, followed by the manager, to submit by
    20 March 2030 at 12:00 in Paris (11:00 UTC), at ``cls.place``. Its list has two required files,
    wanted 10 and 3 days before, and one that is not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Lead = cls.env["crm.lead"]
        cls.buyer = cls.organisation("Département")
        cls.price_reason = cls.env["crm.lost.reason"].create({"name": "Dearer"})
        cls.file_list = cls.env["tierslieux.tender.template"].create(
            {
                "name": "Ours",
                "kind": "public",
                "company_id": cls.company.id,
                "line_ids": [
                    Command.create({"name": "DC1", "days_before": 10}),
                    Command.create({"name": "Method", "days_before": 3}),
                    Command.create({"name": "DC4", "is_required": False, "days_before": 3}),
                ],
            }
        )
        cls.tender = cls.make_tender()

    @classmethod
    def make_tender(cls, kind="public", user=None, **vals):
        model = cls.Lead if user is None else cls.Lead.with_user(user).with_company(cls.company)
        return model.create(
            {
                "name": "Digital mediation",
                "tender_kind": kind,
                "partner_id": cls.buyer.id,
                "user_id": cls.manager.id,
                "company_id": cls.company.id,
                "tender_deadline": datetime(2030, 3, 20, 11, 0),
                "tender_place_id": cls.place.id,
                **vals,
            }
        )

    @classmethod
    def add_lots(cls, tender, *amounts):
        """Lots 1, 2… of these amounts; None for one that we do not bid for."""
        return cls.env["tierslieux.tender.lot"].create(
            [
                {
                    "lead_id": tender.id,
                    "number": str(number),
                    "name": f"Sector {number}",
                    "amount": amount or 0,
                    "is_bid": amount is not None,
                    "sequence": number,
                }
                for number, amount in enumerate(amounts, 1)
            ]
        )

    def tender_file(self, name, tender=None):
        documents = (tender or self.tender).tender_document_ids
        return documents.filtered(lambda document: document.name == name)

    def submitted(self, moment=datetime(2030, 3, 15, 9, 0), **vals):
        tender = self.make_tender(**vals)
        tender._submit_tender(moment)
        return tender

    def open_window(self, name, tender=None, user=None, **vals):
        tender = tender or self.tender
        model = self.as_user(self.env[f"tierslieux.tender.{name}"], user or self.manager)
        return model.with_context(default_lead_id=tender.id).create(vals)
