from .coworking_common import CoworkingCase


class TestHome(CoworkingCase):
    """Passes on the front desk's home."""

    def get_names(self, gestures):
        return [gesture["name"] for gesture in gestures]

    def test_the_desk_sells_to_anybody_and_to_who_was_found(self):
        partner = self.person("Ada", "Homepass")
        home = self.as_user(self.env["tierslieux.home"], self.reception)
        self.assertIn("Sell a Pass", self.get_names(home.get_home()["gestures"]))
        (person,) = home.search_people("homepass")["people"]
        (sale,) = [gesture for gesture in person["gestures"] if gesture["name"] == "Sell"]
        self.assertEqual(sale["action"], "tierslieux_coworking.sell_pass_action")
        self.assertEqual(sale["context"], {"default_partner_id": partner.id})

    def test_who_does_not_sell_has_no_such_button(self):
        self.person("Ada", "Homepass")
        for user in (self.treasurer, self.board):
            home = self.as_user(self.env["tierslieux.home"], user)
            self.assertNotIn("Sell a Pass", self.get_names(home.get_home()["gestures"]))
            (person,) = home.search_people("homepass")["people"]
            self.assertNotIn("Sell", self.get_names(person["gestures"]))
