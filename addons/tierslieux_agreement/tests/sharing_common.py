from datetime import date

from odoo.fields import Command

from .agreement_common import AgreementCase


class SharingCase(AgreementCase):
    """``cls.projector``, a thing of the place, and ``cls.town``, a partner with a contact, Zoé.

    Times are those of a clock in Paris; tests freeze NOW, Monday 4 March 2030 at nine.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Sharing = cls.env["tierslieux.sharing"]
        cls.Figure = cls.env["tierslieux.sharing.figure"]
        cls.town = cls.organisation("Town of the Canal")
        cls.zoe = cls.person("Zoé", "Contact", parent_id=cls.town.id)
        cls.projector = cls.resource("Projector", rate_id=False, hours_mode="always")

    @classmethod
    def share(cls, agreed="2030-01-01", **vals):
        """The projector lent to the town since 1 January 2030, unless said otherwise."""
        vals.setdefault("resource_ids", [Command.set(cls.projector.ids)])
        sharing = cls.Sharing.create(
            {
                "name": "Projector",
                "place_id": cls.place.id,
                "partner_id": cls.town.id,
                "date_start": date(2030, 1, 1),
                "user_id": cls.coordinator.id,
                **vals,
            }
        )
        if agreed:
            sharing._write_facts({"agreed_on": agreed})
        return sharing

    @classmethod
    def skill(cls, **vals):
        """Hours of a skill received from the town: no resource, a ledger."""
        return cls.share(
            name="Bookkeeping", kind="skill", direction="received", resource_ids=[], **vals
        )

    @classmethod
    def worth(cls, sharing, day, unit, amount):
        return cls.env["tierslieux.sharing.worth"].create(
            {"sharing_id": sharing.id, "date_start": day, "unit": unit, "amount": amount}
        )

    @classmethod
    def entry(cls, sharing, day="2030-03-01", hours=2.0, **vals):
        return cls.env["tierslieux.sharing.entry"].create(
            {"sharing_id": sharing.id, "date": day, "hours": hours, "name": "Accounts", **vals}
        )

    @classmethod
    def priority(cls, sharing, first, **vals):
        return cls.env["tierslieux.sharing.priority"].create(
            {"sharing_id": sharing.id, "first": first, **vals}
        )

    def held(self, *args, **kwargs):
        """A booking that took place."""
        booking = self.book(*args, **kwargs)
        booking.sudo().write({"state": "done"})
        return booking

    def figures(self, sharing):
        """[(year, hours, value)] of one sharing."""
        self.env.flush_all()
        self.env.invalidate_all()
        return [
            (start.year, hours, value)
            for start, hours, value in self.Figure._read_group(
                [("sharing_id", "=", sharing.id)],
                ["date:year"],
                ["hours:sum", "value:sum"],
                order="date:year",
            )
        ]
