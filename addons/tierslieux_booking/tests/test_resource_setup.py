from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .booking_common import BookingCase


@tagged("post_install", "-at_install")
class TestResourceSetup(BookingCase):
    """A new place leads on to its rooms and desks."""

    def test_a_new_place_leads_on_to_its_rooms_and_desks(self):
        place = self.make_place("Annexe", "ANNEXE").with_user(self.manager)
        self.assertTrue(place.next_step)
        self.assertFalse(place.with_user(self.reception).next_step, "who may create them")
        action = place.action_next_step()
        wizard = Form(
            self.env[action["res_model"]].with_user(self.manager).with_context(**action["context"])
        ).save()
        with self.assertRaises(UserError):
            wizard.action_create_resources()
        lines = {line.kind_id.code: line for line in wizard.line_ids}
        self.assertEqual(lines["desk"].policy_id, self.policy, "that of the last desk")
        self.assertEqual(lines["desk"].rate_id, self.rate)
        lines["desk"].write({"name": "Poste", "count": 12})
        lines["room"].write({"name": "Salle Verte", "count": 1, "capacity": 8})
        wizard.action_create_resources()
        found = self.env["tierslieux.resource"].search([("place_id", "=", place.id)])
        self.assertEqual(
            set(found.mapped("name")), {"Salle Verte", *(f"Poste {rank}" for rank in range(1, 13))}
        )
        room = found.filtered(lambda r: r.name == "Salle Verte")
        self.assertEqual((room.capacity, room.hours_mode), (8, "place"))
        place.invalidate_recordset()
        self.assertFalse(place.next_step)
        again = wizard.copy({"done_action": False})
        again.line_ids = [
            (0, 0, {"kind_id": lines["desk"].kind_id.id, "name": "Poste", "count": 2})
        ]
        self.assertEqual(
            [vals["name"] for vals in again.line_ids[-1]._prepare_resources({"Poste 12"})],
            ["Poste 13", "Poste 14"],
        )
