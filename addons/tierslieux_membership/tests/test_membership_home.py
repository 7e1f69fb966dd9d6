from odoo.fields import Date
from odoo.tests import tagged

from .membership_common import MembershipCommon


@tagged("post_install", "-at_install")
class TestMembershipHome(MembershipCommon):
    """Memberships on the front desk's home."""

    def home(self, user=None):
        return self.as_user(self.env["tierslieux.home"], user or self.reception)

    def see(self, partner, user=None):
        """What the search shows of one person: badges, and the names of the gestures."""
        people = self.home(user).search_people(partner.name)["people"]
        card = next(person for person in people if person["id"] == partner.id)
        return (
            [badge["text"] for badge in card["badges"]],
            {gesture["name"]: gesture for gesture in card["gestures"]},
        )

    def wait(self, name, user=None):
        waits = self.home(user).get_home()["waits"]
        return next((wait for wait in waits if wait["name"] == name), None)

    def test_who_is_no_member_may_be_made_one(self):
        badges, gestures = self.see(self.person("Ada", "Homeless"))
        self.assertIn("Not a member", badges)
        self.assertEqual(
            gestures["Make a member"]["action"], "tierslieux_membership.membership_join_action"
        )

    def test_a_fee_due_is_said_with_its_amount_and_taken_in_one_click(self):
        partner = self.person("Ada", "Homefee")
        self.membership(partner, confirm=True)
        badges, gestures = self.see(partner)
        self.assertIn("Joined, fee not paid", badges)
        (name,) = [name for name in gestures if name.startswith("Take the fee")]
        self.assertIn("20", name)
        gesture = gestures[name]
        method = getattr(
            self.as_user(self.env[gesture["model"]].browse(gesture["ids"]), self.reception),
            gesture["method"],
        )
        self.assertEqual(method()["res_model"], "tierslieux.take.payment")

    def test_a_member_is_found_by_number_and_is_one_until_a_day(self):
        partner = self.person("Ada", "Homepaid")
        self.pay(self.membership(partner, confirm=True))
        badges, gestures = self.see(partner)
        self.assertTrue(any(badge.startswith("Member ") for badge in badges), badges)
        self.assertNotIn("Make a member", gestures)
        people = self.home().search_people(partner.member_number)["people"]
        self.assertIn(partner.id, [person["id"] for person in people])

    def test_the_board_reads_who_is_a_member_and_takes_nothing(self):
        partner = self.person("Ada", "Homeboard")
        self.membership(partner, confirm=True)
        badges, gestures = self.see(partner, self.board)
        self.assertIn("Joined, fee not paid", badges)
        self.assertEqual(list(gestures), ["Open the sheet"])
        self.assertIsNone(self.wait("Fees to take", self.board))

    def test_fees_wait_for_who_takes_them_and_open_as_counted(self):
        memberships = self.env["tierslieux.membership"]
        for name in ("One", "Two", "Three"):
            memberships |= self.membership(self.person(name, "Homewait"), confirm=True)
        for user in (self.reception, self.treasurer):
            wait = self.wait("Fees to take", user)
            action = self.env["ir.actions.act_window"]._for_xml_id(wait["action"])
            self.assertEqual(action["domain"], "[('state', '=', 'to_pay')]")
            self.assertEqual(wait["count"], 3)
        self.pay(memberships[0])
        self.assertEqual(self.wait("Fees to take")["count"], 2)

    def test_renewals_wait_for_the_desk_alone(self):
        year = self.today.year
        self.env["tierslieux.membership"]._create_facts(
            [
                {
                    "partner_id": self.person("Ada", "Homerenew").id,
                    "type_id": self.type_person.id,
                    "company_id": self.company.id,
                    "date_start": Date.to_string(self.day(year + 1, 1, 1)),
                    "origin": "renewal",
                }
            ]
        )
        self.assertEqual(self.wait("Memberships to renew")["count"], 1)
        self.assertIsNone(self.wait("Memberships to renew", self.treasurer))

    def test_what_waits_is_counted_in_as_many_queries_however_much_it_is(self):
        self.membership(self.person("Ada", "Homeone"), confirm=True)
        one = self.count_queries()
        for number in range(6):
            self.membership(self.person("Ada", f"Homemany{number}"), confirm=True)
        self.assertLessEqual(self.count_queries(), one)

    def count_queries(self):
        self.env.flush_all()
        self.env.invalidate_all()
        home = self.home()
        before = self.env.cr.sql_log_count
        home.get_home()
        return self.env.cr.sql_log_count - before

    def test_members_are_found_in_as_many_queries_however_many(self):
        self.pay(self.membership(self.person("Lou", "Vzqone"), confirm=True))
        for number in range(6):
            self.membership(self.person("Lou", f"Vzqmany{number}"), confirm=True)
        counts = []
        for text in ("vzqone", "vzqone", "vzqmany"):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertTrue(self.home().search_people(text)["people"])
            counts.append(self.env.cr.sql_log_count - before)
        # The first one fills the caches; a fee that is due has its currency to read.
        self.assertLessEqual(counts[2], counts[1] + 2)
