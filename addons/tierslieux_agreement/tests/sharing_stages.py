from datetime import date

from .agreement_common import AgreementCase


class SharingStages(AgreementCase):
    """What is shared at each stage of its life, for the test of what may be written when: it has
    ``cls.add(stage, record)`` and ``cls.today``."""

    @classmethod
    def _make_sharings(cls):
        Sharing = cls.env["tierslieux.sharing"]
        vals = {
            "name": "Bookkeeping",
            "kind": "skill",
            "direction": "received",
            "place_id": cls.place.id,
            "partner_id": cls.caf.id,
            "date_start": date(2030, 1, 1),
        }
        cls.add("offered", Sharing.create(vals))
        agreed = cls.add("agreed", Sharing.create(vals))
        agreed._write_facts({"agreed_on": date(2030, 1, 1)})
        ended = cls.add("ended", Sharing.create(vals))
        ended._write_facts({"agreed_on": date(2030, 1, 1), "ended_on": date(2030, 2, 1)})
        entry = cls.env["tierslieux.sharing.entry"].create(
            {"sharing_id": agreed.id, "date": cls.today, "hours": 2, "name": "Accounts"}
        )
        cls.add("written", entry)

    def get_new_sharing_vals(self):
        """{model: what somebody gives a new record of it}."""
        return {
            "tierslieux.sharing": {"name": "Van", "place_id": self.place.id},
            "tierslieux.sharing.entry": {
                "sharing_id": self.records["tierslieux.sharing", "agreed"].id,
                "date": self.today,
                "hours": 1.0,
                "name": "Accounts",
            },
        }
