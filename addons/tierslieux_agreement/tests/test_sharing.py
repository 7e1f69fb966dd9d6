from datetime import date

import psycopg2
from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from odoo.addons.tierslieux_booking.tests.booking_common import NOW

from .sharing_common import SharingCase


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestSharing(SharingCase):
    def test_its_state_is_that_of_the_day(self):
        sharing = self.share(agreed=None, date_end=date(2030, 6, 30))
        self.assertEqual(sharing.state, "offered")
        sharing.proposal = "asked"
        self.assertEqual(sharing.state, "asked")
        coming = self.share(date_start=date(2030, 4, 1))
        self.assertEqual(coming.state, "agreed")
        self.as_user(sharing, self.coordinator).action_agree()
        self.assertEqual((sharing.state, sharing.agreed_on), ("running", date(2030, 3, 4)))
        for state, records in (("running", sharing), ("agreed", coming)):
            found = self.Sharing.search([("state", "=", state), ("place_id", "=", self.place.id)])
            self.assertEqual(found, records)
        with freeze_time("2030-07-01 08:00:00"):
            sharing.invalidate_recordset(["state"])
            self.assertEqual(sharing.state, "ended")
            self.assertIn(sharing, self.Sharing.search([("state", "=", "ended")]))
            self.assertNotIn(sharing, self.Sharing.search([("state", "!=", "ended")]))

    def test_it_is_agreed_with_somebody(self):
        sharing = self.share(agreed=None, partner_id=False)
        with self.assertRaisesRegex(UserError, "say with whom"):
            self.as_user(sharing, self.coordinator).action_agree()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.CheckViolation),
            self.cr.savepoint(),
        ):
            sharing._write_facts({"agreed_on": "2030-01-01"})
            self.env.flush_all()

    def test_what_was_agreed_stays(self):
        sharing = self.as_user(self.share(), self.manager)
        for vals in (
            {"partner_id": self.caf.id},
            {"direction": "received"},
            {"date_start": "2029-01-01"},
            {"agreed_on": False},
            {"ended_on": "2030-01-01"},
        ):
            with self.subTest(vals), self.assertRaises(AccessError):
                sharing.write(vals)
        sharing.goal = "Film evenings"
        with self.assertRaises(UserError):
            sharing.unlink()
        self.as_user(self.share(agreed=None), self.manager).unlink()

    def test_ended_by_mistake_it_goes_on(self):
        sharing = self.as_user(self.share(), self.coordinator)
        sharing.action_end()
        self.assertEqual((sharing.state, sharing.ended_on), ("ended", date(2030, 3, 4)))
        with self.assertRaises(AccessError):
            sharing.resource_ids = False
        sharing.action_resume()
        self.assertEqual(sharing.state, "running")

    def test_agreed_by_mistake_it_is_a_proposal_again(self):
        """Its partner may be corrected; hours of its ledger are taken back first."""
        sharing = self.as_user(self.skill(), self.coordinator)
        entry = self.entry(sharing)
        with self.assertRaisesRegex(UserError, "take them back first"):
            sharing.action_not_agreed()
        self.as_user(entry, self.coordinator).action_take_back()
        sharing.action_not_agreed()
        self.assertFalse(sharing.agreed_on)
        self.assertEqual(sharing.state, "offered")
        sharing.partner_id = self.caf

    def test_what_was_agreed_for_a_time_that_is_past_does_not_go_on(self):
        sharing = self.share(date_end=date(2030, 2, 28))
        sharing._write_facts({"ended_on": date(2030, 2, 20)})
        with self.assertRaisesRegex(UserError, "which is past"):
            self.as_user(sharing, self.coordinator).action_resume()

    def test_a_proposal_that_is_over_is_not_agreed(self):
        sharing = self.share(agreed=None, date_end=date(2030, 2, 28))
        with self.assertRaisesRegex(UserError, "has ended"):
            self.as_user(sharing, self.coordinator).action_agree()

    # -- what is refused -----------------------------------------------------------------

    def test_a_sharing_that_ends_before_it_begins_is_refused(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.CheckViolation),
            self.cr.savepoint(),
        ):
            self.share(date_end=date(2029, 12, 31))

    def test_the_association_shares_with_somebody_else(self):
        with self.assertRaisesRegex(ValidationError, "the association itself"):
            self.share(agreed=None, partner_id=self.company.partner_id.id)

    def test_a_resource_is_one_of_its_place(self):
        other = self.make_place(name="Elsewhere", code="ELSE")
        with self.assertRaisesRegex(ValidationError, "Elsewhere"):
            self.share(place_id=other.id)

    def test_an_agreement_is_one_of_its_association(self):
        company = self.env["res.company"].create({"name": "Another"})
        agreement = self.make_agreement(company_id=company.id)
        with self.assertRaisesRegex(ValidationError, "Another"):
            self.share(agreement_id=agreement.id)
        self.share(agreement_id=self.agreement.id)

    def test_a_worth_below_zero_or_two_from_one_day_on_are_refused(self):
        sharing = self.share()
        self.worth(sharing, "2030-01-01", "hour", 10)
        for day, amount, error in (
            ("2030-02-01", -1, psycopg2.errors.CheckViolation),
            ("2030-01-01", 5, psycopg2.errors.UniqueViolation),
        ):
            with (
                self.subTest(day),
                mute_logger("odoo.sql_db"),
                self.assertRaises(error),
                self.cr.savepoint(),
            ):
                self.worth(sharing, day, "hour", amount)

    def test_hours_and_days_of_a_priority_are_possible(self):
        sharing = self.share()
        for vals in ({"hour_from": 12, "hour_to": 9}, {"hour_to": 25}, {"days_before": -1}):
            with (
                self.subTest(vals),
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.errors.CheckViolation),
                self.cr.savepoint(),
            ):
                self.priority(sharing, "ours", **vals)

    # -- what is shown -------------------------------------------------------------------

    def test_what_is_asked_for_and_what_is_offered_are_shown_to_one_another(self):
        offered = self.share(agreed=None, partner_id=False)
        asked = self.share(agreed=None, proposal="asked", name="A projector", resource_ids=[])
        self.assertEqual(offered.match_ids, asked)
        self.assertEqual(asked.match_ids, offered)
        action = self.as_user(asked, self.reception).action_open_matches()
        self.assertEqual(action["domain"], [("id", "in", offered.ids)])
        for vals in (
            {"kind": "vehicle"},
            {"direction": "received"},
            {"place_id": self.make_place(name="Elsewhere", code="ELSE").id},
            {"date_start": date(2031, 1, 1), "date_end": date(2031, 2, 1)},
            {"proposal": "offered"},
        ):
            with self.subTest(vals):
                before = {name: asked[name] for name in vals}
                offered.date_end = date(2030, 12, 31)
                asked.write(vals)
                self.env.invalidate_all()
                self.assertFalse(offered.match_ids)
                asked.write({n: v.id if n.endswith("_id") else v for n, v in before.items()})
        asked._write_facts({"agreed_on": "2030-03-01"})
        self.env.invalidate_all()
        self.assertFalse(offered.match_ids)

    def test_two_sharings_of_one_thing_with_one_partner_are_told(self):
        first = self.share(name="First")
        second = self.share(name="Second", partner_id=self.zoe.id)
        self.assertIn("« First » already shares Projector", second.overlap_warning)
        third = self.share(name="Third", partner_id=self.caf.id)
        self.assertFalse(third.overlap_warning)
        first._write_facts({"ended_on": "2030-02-01"})
        self.env.invalidate_all()
        self.assertFalse(second.overlap_warning)

    def test_the_warning_comes_while_the_form_is_filled_in(self):
        self.share(name="First")
        with Form(self.as_user(self.Sharing, self.coordinator)) as form:
            form.name = "Second"
            form.place_id = self.place
            form.partner_id = self.town
            form.resource_ids.add(self.projector)
            self.assertIn("« First »", form.overlap_warning)

    def test_the_page_of_the_place_shows_what_is_shared_there(self):
        self.share()
        self.share(agreed=None, partner_id=False)
        ended = self.share(name="Old")
        ended._write_facts({"ended_on": "2030-01-02"})
        place = self.as_user(self.place, self.board)
        self.assertEqual(place.sharing_count, 2)
        self.assertEqual(len(place.sharing_ids), 3)
        self.assertEqual(place.action_open_sharings()["domain"], [("place_id", "=", self.place.id)])

    def test_a_copy_is_a_proposal_with_the_same_worth_and_priorities(self):
        sharing = self.share()
        self.worth(sharing, "2030-01-01", "hour", 10)
        self.priority(sharing, "ours")
        copy = self.as_user(sharing, self.coordinator).copy()
        self.assertEqual(copy.state, "offered")
        self.assertEqual((len(copy.worth_ids), len(copy.priority_ids)), (1, 1))
        self.assertFalse(copy.resource_ids)
        copy.resource_ids = [Command.set(self.projector.ids)]
