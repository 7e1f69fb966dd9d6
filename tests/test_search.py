"""What is typed in the search fields of the rooms, and the filters beside them.

Each view is read as the web client gets it: the domain of its fields with what was typed, its
filters joined by « or » within a group and by « and » between groups.
"""

from lxml import etree

from odoo.fields import Domain
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from odoo.addons.tierslieux_coworking.tests.coworking_common import CoworkingCase


class SearchView:
    """The search view of a user, as the web client works with it."""

    def __init__(self, env, model, xmlid):
        self.records = env[model]
        view = self.records.get_view(env.ref(xmlid).id, "search")
        self.arch = etree.fromstring(view["arch"])
        self.uid = env.uid

    def typed(self, text, name=None):
        """What the first field finds, or that of this name."""
        field = next(f for f in self.arch.iter("field") if name in (None, f.get("name")))
        domain = field.get("filter_domain")
        if domain:
            return self.records.search(safe_eval(domain, {"self": text}))
        return self.records.search([(field.get("name"), "ilike", text)])

    def groups(self):
        """{name of a filter: number of its group}, and their domains."""
        number, groups, domains = 0, {}, {}
        for node in self.arch:
            if node.tag in ("separator", "group"):
                number += 1
            elif node.tag == "filter" and node.get("domain"):
                groups[node.get("name")] = number
                domains[node.get("name")] = node.get("domain")
        return groups, domains

    def picked(self, *names):
        groups, domains = self.groups()
        chosen = {}
        for name in names:
            domain = Domain(safe_eval(domains[name], {"uid": self.uid}))
            chosen.setdefault(groups[name], []).append(domain)
        return self.records.search(Domain.AND(Domain.OR(some) for some in chosen.values()))


@tagged("post_install", "-at_install")
class TestSearches(CoworkingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.helene = cls.person("Hélène", "Bézier", phone="+33 6 12 34 56 78")
        cls.helene_fee = cls.membership(cls.helene, confirm=True)
        cls.other = cls.person("Paul", "Ménard")
        cls.other_fee = cls.membership(cls.other, payer_id=cls.helene.id, confirm=True)

    def view(self, model, xmlid, user=None):
        return SearchView(self.as_user(self.env[model], user or self.reception).env, model, xmlid)

    def test_memberships_are_found_by_person_payer_and_number(self):
        view = self.view("tierslieux.membership", "tierslieux_membership.membership_view_search")
        both = self.helene_fee | self.other_fee
        for text in ("helene", "bezier helene", "0612345678", "06 12 34"):
            self.assertEqual(view.typed(text), both, text)
        self.assertEqual(view.typed("menard paul"), self.other_fee)
        self.assertEqual(view.typed(self.helene.member_number), both)
        for text in ("h%ne", "_", "helene menard"):
            self.assertFalse(view.typed(text), text)

    def test_members_are_found_in_their_list_and_in_the_register(self):
        view = self.view("res.partner", "base.view_res_partner_filter")
        for text in ("helene", "BEZIER hel", "06.12.34.56.78", self.helene.member_number):
            self.assertEqual(view.typed(text), self.helene, text)
        view = self.view("tierslieux.member", "tierslieux_membership.member_view_search")
        for text in ("bezier helene", self.helene.member_number):
            self.assertEqual(view.typed(text).partner_id, self.helene, text)

    def test_bookings_are_found_by_words_of_person_resource_and_title(self):
        place = self.env["tierslieux.place"].create(
            {"name": "La Péniche", "code": "PEN", "company_id": self.company.id}
        )
        room = self.env["tierslieux.resource"].create(
            {
                "name": "Salle de l’Écluse",
                "place_id": place.id,
                "kind_id": self.env.ref("tierslieux_booking.resource_kind_room").id,
            }
        )
        booking = self.env["tierslieux.booking"]._book(
            [
                {
                    "resource_id": room.id,
                    "partner_id": self.helene.id,
                    "title": "Réunion d’équipe",
                    "start": "2040-03-05 09:00:00",
                    "stop": "2040-03-05 10:00:00",
                }
            ],
            any_hours=True,
        )
        view = self.view("tierslieux.booking", "tierslieux_booking.booking_view_search")
        for text in ("ecluse", "helene ecluse", "equipe bezier", "reunion 0612345678"):
            self.assertEqual(view.typed(text), booking, text)
        self.assertFalse(view.typed("ecluse menard"))
        resources = self.view("tierslieux.resource", "tierslieux_booking.resource_view_search")
        self.assertEqual(resources.typed("ecluse salle"), room)

    def test_places_around_are_found_by_words_of_name_town_and_phone(self):
        entry = self.env["tierslieux.directory.entry"].create(
            {
                "name": "Médiathèque du Canal",
                "city": "Béziers",
                "phone": "+33442645975",
                "company_id": self.company.id,
            }
        )
        view = self.view(
            "tierslieux.directory.entry", "tierslieux_directory.directory_entry_view_search"
        )
        for text in ("mediatheque", "beziers canal", "04 42 64 59 75"):
            self.assertEqual(view.typed(text), entry, text)

    def test_interested_people_are_found_by_words(self):
        lead = self.env["crm.lead"].create(
            {
                "name": "Visite",
                "contact_name": "Chloé Lefèvre",
                "email_from": "chloe@example.org",
                "phone": "06 99 88 77 66",
                "type": "opportunity",
            }
        )
        view = self.view(
            "crm.lead", "tierslieux_membership.crm_lead_view_search_welcome", self.manager
        )
        for text in ("lefevre chloe", "visite chloe", "0699887766"):
            self.assertEqual(view.typed(text), lead, text)
        self.assertFalse(view.typed("chl%fevre"))

    # ------------------------------------------------------------------ filters

    def test_filters_that_exclude_each_other_are_alternatives(self):
        """Two members: one is up to date, the other has not paid; both filters give both."""
        self.pay(self.other_fee)
        view = self.view("res.partner", "base.view_res_partner_filter")
        persons = self.helene | self.other
        up_to_date = view.picked("up_to_date") & persons
        late = view.picked("not_up_to_date") & persons
        self.assertEqual((up_to_date, late), (self.other, self.helene))
        self.assertEqual(view.picked("up_to_date", "not_up_to_date") & persons, persons)
        self.assertEqual(view.picked("members", "up_to_date") & persons, self.other)
        self.assertEqual(view.picked("minors", "seniors") & persons, persons.browse())

    def test_what_excludes_each_other_is_in_one_group_and_what_narrows_down_is_not(self):
        for model, xmlid, together, apart in (
            (
                "res.partner",
                "base.view_res_partner_filter",
                [("members", "former_members"), ("up_to_date", "not_up_to_date")],
                [("members", "up_to_date"), ("up_to_date", "may_vote"), ("no_email", "minors")],
            ),
            (
                "tierslieux.membership",
                "tierslieux_membership.membership_view_search",
                [("running", "expired_3_months"), ("to_pay", "ending_this_month")],
                [("running", "to_pay"), ("no_email", "minors"), ("seniors", "volunteers")],
            ),
            (
                "tierslieux.booking",
                "tierslieux_booking.booking_view_search",
                [("holding", "cancelled"), ("holding", "no_show"), ("options", "here")],
                [("holding", "options"), ("online", "in_series")],
            ),
            (
                "tierslieux.subscription",
                "tierslieux_coworking.subscription_view_search",
                [("running", "ended_lately"), ("trial", "paused")],
                [("running", "trial"), ("proof_due", "price_to_review")],
            ),
            (
                "tierslieux.activity.report",
                "tierslieux_base.activity_report_view_search",
                [("kind_booking", "kind_membership"), ("kind_booking", "kind_presence")],
                [("no_place", "no_programme"), ("kind_booking", "no_place")],
            ),
            (
                "crm.lead",
                "tierslieux_membership.crm_lead_view_search_welcome",
                [("trial_to_come", "trial_to_call")],
                [("mine", "open"), ("trial_to_call", "lost")],
            ),
            (
                "tierslieux.presence",
                "tierslieux_presence.presence_view_search",
                [],
                [("here", "today"), ("no_booking", "guessed")],
            ),
        ):
            groups, _domains = self.view(model, xmlid, self.manager).groups()
            for one, other in together:
                self.assertEqual(groups[one], groups[other], (xmlid, one, other))
            for one, other in apart:
                self.assertNotEqual(groups[one], groups[other], (xmlid, one, other))
