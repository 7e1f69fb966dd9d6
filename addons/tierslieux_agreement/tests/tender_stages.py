from datetime import datetime

from .agreement_stages import AgreementStages
from .tender_common import TenderCase


class TenderStages(AgreementStages, TenderCase):
    """Tenders at each stage of their life, for the test of what may be written when."""

    @classmethod
    def _make_tenders(cls):
        cls.add("to submit", cls.tender)
        cls.add("to do", cls.tender.tender_document_ids[:1])
        cls.add("open", cls.add_lots(cls.tender, 1000))
        sent = cls.make_tender(name="Sent", tender_deadline=False)
        lots = cls.add_lots(sent, 500)
        sent._submit_tender(datetime(2030, 3, 1, 8, 0))
        cls.add("submitted", sent)
        cls.add("submitted", lots)

    def get_new_agreement_vals(self):
        """{model: what somebody gives a new record of it}."""
        return {
            **super().get_new_agreement_vals(),
            "tierslieux.tender.lot": {
                "lead_id": self.tender.id,
                "number": "9",
                "name": "Ninth",
            },
            "tierslieux.tender.document": {"lead_id": self.tender.id, "name": "RIB"},
        }
