from odoo.addons.tierslieux_booking.tests.booking_common import BookingMaker

# A Monday, at nine in Paris.
NOW = "2027-01-11 08:00:00"


class VolunteerCase(BookingMaker):
    """A place, a mission of two or three people, and volunteers; hours are told as in Paris.

    ``cls.place`` is open on all days from 8:00 to 22:00. ``cls.mission`` (« Repair café ») wants
    two people at least and three at most, whom ``cls.coordinator`` coordinates. ``cls.ana``,
    ``cls.bob``, ``cls.cleo`` are volunteers, who have e-mail addresses.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, lang="en_US"))
        cls.company.partner_id.tz = "Europe/Paris"
        cls.place = cls.make_place(hours="Mo-Su 08:00-22:00")
        cls.place.team_ids = cls.coordinator
        cls.mission = cls.make_mission("Repair café")
        cls.ana, cls.bob, cls.cleo = (cls.volunteer(name) for name in ("Ana", "Bob", "Cleo"))

    @classmethod
    def make_mission(cls, name, seats=(2, 2, 3), **vals):
        return cls.env["tierslieux.mission"].create(
            {
                "name": name,
                "place_id": cls.place.id,
                "coordinator_id": cls.coordinator.id,
                **dict(zip(("seats_min", "seats_wanted", "seats_max"), seats, strict=True)),
                **vals,
            }
        )

    @classmethod
    def volunteer(cls, firstname, **vals):
        person = {
            name: vals.pop(name) for name in ("birthdate_date", "email", "phone") if name in vals
        }
        partner = cls.person(
            firstname, "Benevole", **{"email": f"{firstname.lower()}@example.com", **person}
        )
        return cls.env["tierslieux.volunteer"].create(
            {"partner_id": partner.id, "company_id": cls.company.id, "max_per_day": 0, **vals}
        )

    @classmethod
    def shift(cls, start="2027-01-18 14:00", stop="2027-01-18 18:00", mission=None, **vals):
        return cls.env["tierslieux.shift"].create(
            {
                "mission_id": (mission or cls.mission).id,
                "start": cls.at(start),
                "stop": cls.at(stop),
                **vals,
            }
        )

    @classmethod
    def put(cls, shift, *volunteers):
        """These volunteers said yes to a shift. :return: their rows, in the same order"""
        rows = cls.env["tierslieux.shift.assignment"]
        for volunteer in volunteers:
            rows |= shift._put_in(volunteer, "desk")
        return rows

    def codes(self, volunteer, shift):
        return [misfit.code for misfit in volunteer._get_misfits(shift)]

    def messages(self, volunteer):
        return self.env["tierslieux.message"].search(
            [("partner_id", "=", volunteer.partner_id.id)], order="id"
        )
