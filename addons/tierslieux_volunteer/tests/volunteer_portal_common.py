from odoo.addons.tierslieux_base.tests.portal_common import LinkCase

from .volunteer_common import VolunteerCase


class VolunteerPortalCase(VolunteerCase, LinkCase):
    """Anne and Bob, who log in on the portal, are volunteers; Anne is in the shift of Monday 18
    January 2027, 14:00–18:00 (``mine``), Bob in that of the Wednesday after (``foreign``). It is
    Monday the 11th, nine in the morning in Paris."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mission.swap_mode = "free"
        cls.anne_sheet, cls.bob_sheet = (
            cls.env["tierslieux.volunteer"].create(
                {
                    "partner_id": user.partner_id.id,
                    "company_id": cls.company.id,
                    "max_per_day": 0,
                }
            )
            for user in (cls.anne, cls._get_bob_user())
        )
        cls.monday = cls.shift()
        cls.wednesday = cls.shift("2027-01-20 14:00", "2027-01-20 18:00")
        cls.mine = cls.put(cls.monday, cls.anne_sheet)
        cls.foreign = cls.put(cls.wednesday, cls.bob_sheet)

    @classmethod
    def _get_bob_user(cls):
        """``cls.bob`` is a volunteer of the common; the login is another person's."""
        return cls.env["res.users"].search([("login", "=", "portal_bob")])

    def ask(self, sheet, shift=None):
        """Somebody is asked to come. :return: their row"""
        shift = shift or self.shift("2027-01-25 09:00", "2027-01-25 12:00")
        return self.env["tierslieux.shift.assignment"]._propose(shift, sheet)

    def fill(self, shift):
        """No seat is left."""
        self.put(shift, self.ana, self.cleo)
        self.put(shift, self.bob)
