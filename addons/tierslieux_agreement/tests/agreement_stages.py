from datetime import date

from .agreement_common import PDF, AgreementCase


class AgreementStages(AgreementCase):
    """Records of this room at each stage of their life, for the test of what may be written when:
    it has ``cls.add(stage, record)``, ``cls.today`` and ``cls.lou``."""

    @classmethod
    def _make_agreements(cls):
        cls.add("signed", cls.agreement)
        draft = cls.add("draft", cls.make_agreement(name="Draft"))
        cls.add("draft", draft.party_ids)
        cls.add("draft", cls.duty(agreement_id=draft.id))
        cls.add("draft", cls.price(agreement_id=draft.id))
        cls.add("signed", cls.agreement.party_ids)
        duty = cls.add("signed", cls.duty(rhythm="yearly", date_first=date(2030, 3, 1)))
        first, second = duty.date_ids.sorted("date")[:2]
        first._settle("done")
        cls.add("done", first)
        cls.add("to do", second)
        price = cls.add("invoiced", cls.price(date_start=date(2030, 3, 1)))
        cls.add("signed", cls.price(name="Copies"))
        price._invoice_due()
        cls.add("invoiced", price.instalment_ids)
        amendment = cls.agreement._amend({"notice_count": 3}, "Longer", cls.today)
        cls.add("agreed", amendment)
        cls.add("agreed", amendment.line_ids)
        document = cls.add("to sign", cls.agreement._keep_document(PDF, "paper.pdf"))
        document._sign(cls.agreement.party_ids, "Nora")
        cls.add("given", document.signature_ids)

    def get_new_agreement_vals(self):
        """{model: what somebody gives a new record of it}."""
        draft = self.records["agreement", "draft"]
        return {
            "agreement": {"name": "New", "partner_id": self.caf.id},
            "tierslieux.agreement.party": {
                "agreement_id": draft.id,
                "partner_id": self.lou.id,
            },
            "tierslieux.agreement.duty": {"agreement_id": draft.id, "name": "Logo"},
            "tierslieux.agreement.price": {
                "agreement_id": draft.id,
                "name": "Room",
                "amount": 5.0,
                "date_start": date(2030, 1, 1),
            },
        }
