import base64
from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import tagged

from .membership_common import MembershipPortalCase


@tagged("post_install", "-at_install")
class TestPortalPages(MembershipPortalCase):
    def test_without_membership_the_page_offers_to_join(self):
        self.login(self.anne)
        page = self.url_open("/my/memberships").text
        self.assertIn("You have no membership yet.", page)
        self.assertIn('href="/my/memberships/join"', page)

    def test_home_counts_what_is_to_pay_or_to_renew(self):
        """One fee to pay, one membership that ends in 10 days, one in order: 2 to do."""
        partner = self.anne.partner_id
        self.membership(partner, confirm=True)
        self.membership(
            partner,
            self.type_free,
            date_start=self.today - timedelta(days=300),
            date_end=self.today + timedelta(days=10),
            state="active",
        )
        child = self.person("Léo", "Le Goff")
        self.membership(child, payer_id=partner.id, date_end="2099-12-31", state="active")
        self.login(self.anne)
        counts = self.make_jsonrpc_request(
            "/my/counters", {"counters": ["membership_count", "membership_todo_count"]}
        )
        self.assertEqual(counts, {"membership_count": 3, "membership_todo_count": 2})

    def test_list_shows_mine_those_i_pay_and_those_that_cover_me(self):
        anne, bob = self.anne.partner_id, self.bob.partner_id
        mine = self.paid(anne)
        child = self.person("Léo", "Le Goff")
        paid_for = self.membership(child, payer_id=anne.id, confirm=True)
        covering = self.paid(
            bob, membership_type=self.type_family, covered_partner_ids=[Command.set(anne.ids)]
        )
        foreign = self.paid(bob)
        self.login(self.anne)
        page = self.url_open("/my/memberships").text
        for membership in mine | paid_for | covering:
            self.assertIn(f"/my/memberships/{membership.id}", page)
        self.assertNotIn(f"/my/memberships/{foreign.id}", page)

    def test_drafts_of_the_team_are_not_shown(self):
        draft = self.membership(self.anne.partner_id)
        self.login(self.anne)
        self.assertNotIn(f"/my/memberships/{draft.id}", self.url_open("/my/memberships").text)

    def test_list_queries_do_not_grow_with_the_number_of_memberships(self):
        """The pages read in batches: 3 or 12 memberships, the same number of queries."""
        anne = self.anne.partner_id
        self.login(self.anne)
        counts = []
        for batch in range(2):
            for rank in range(3 if not batch else 9):
                self.membership(
                    self.person(f"Enfant {batch}{rank}"), payer_id=anne.id, confirm=True
                )
            self.env.flush_all()
            self.env.invalidate_all()
            self.url_open("/my/memberships")  # warm up
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.url_open("/my/memberships")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0], counts)

    def test_detail_says_state_number_and_documents(self):
        membership = self.paid(self.anne.partner_id)
        self.login(self.anne)
        page = self.url_open(f"/my/memberships/{membership.id}").text
        self.assertIn("Up to date", page)
        self.assertIn(self.anne.partner_id.with_company(self.company).member_number, page)
        self.assertIn(membership.invoice_id.name, page)
        self.assertIn(f"/my/memberships/{membership.id}/card", page)
        self.assertIn(f"/my/memberships/{membership.id}/receipt", page)

    def test_names_typed_by_people_are_escaped(self):
        anne = self.anne.partner_id
        evil = self.person("<script>alert(1)</script>", "O'Neil & <b>Co</b>")
        self.membership(evil, payer_id=anne.id, confirm=True)
        evil.guardian_id = anne
        self.login(self.anne)
        for path in (
            "/my/memberships",
            "/my/family",
            f"/my/memberships/join/{self.type_person.id}",
        ):
            page = self.url_open(path).text
            self.assertNotIn("<script>alert(1)", page, path)
            self.assertNotIn("<b>Co</b>", page, path)

    def test_detail_opens_with_the_link_of_a_mail_without_login(self):
        membership = self.paid(self.anne.partner_id)
        page = self.url_open(membership.get_portal_url()).text
        self.assertIn(membership.type_id.name, page)
        self.assertIn("Up to date", page)

    def test_covered_person_sees_the_card_and_not_the_invoice(self):
        anne, bob = self.anne.partner_id, self.bob.partner_id
        membership = self.paid(
            bob, membership_type=self.type_family, covered_partner_ids=[Command.set(anne.ids)]
        )
        self.login(self.anne)
        page = self.url_open(f"/my/memberships/{membership.id}").text
        self.assertIn(f"/my/memberships/{membership.id}/card", page)
        self.assertNotIn(membership.invoice_id.name, page)
        self.assertNotIn("/receipt", page)
        for action in ("receipt", "pay"):
            response = self.url_open(f"/my/memberships/{membership.id}/{action}")
            self.assertEqual(self.path(response), "/my")

    def test_portal_user_cannot_read_notes_proofs_and_links_by_rpc(self):
        membership = self.paid(self.anne.partner_id)
        as_anne = membership.with_user(self.anne)
        self.assertEqual(as_anne.read(["state"])[0]["state"], "active")
        for name in ("note", "proof_attachment", "access_token"):
            with self.subTest(name), self.assertRaisesRegex(Exception, name):
                as_anne.read([name])

    def test_a_covered_person_does_not_get_the_payers_link_by_rpc(self):
        """The link with its token opens the invoice and the receipt of who paid."""
        membership = self.paid(
            self.bob.partner_id,
            membership_type=self.type_family,
            covered_partner_ids=[Command.set(self.anne.partner_id.ids)],
        )
        as_anne = membership.with_user(self.anne)
        self.assertEqual(as_anne.read(["state"])[0]["state"], "active")
        with self.assertRaises(AccessError):
            call_kw(as_anne.browse(), "get_portal_url", [membership.ids], {})

    def test_a_portal_user_finds_nobody_elses_records_by_rpc(self):
        membership = self.paid(self.bob.partner_id, proof_attachment=base64.b64encode(b"%PDF-1"))
        env = self.env(user=self.anne)
        for record in (membership, membership.invoice_id, membership.partner_id):
            with self.subTest(record._name):
                self.assertFalse(env[record._name].search([("id", "=", record.id)]))
                with self.assertRaises(AccessError):
                    record.with_user(self.anne).read(["display_name"])
        for model in ("tierslieux.member", "account.payment", "tierslieux.message"):
            with self.subTest(model), self.assertRaises(AccessError):
                env[model].search([])
        proof = self.env["ir.attachment"].search(
            [
                ("res_model", "=", membership._name),
                ("res_id", "=", membership.id),
                ("res_field", "=", "proof_attachment"),
            ]
        )
        self.assertTrue(proof)
        self.assertFalse(env["ir.attachment"].search([("id", "=", proof.id)]))
        with self.assertRaises(AccessError):
            proof.with_user(self.anne).read(["datas"])


@tagged("post_install", "-at_install")
class TestPortalSecurity(MembershipPortalCase):
    def test_pages_ask_for_a_login(self):
        for path in ("/my/memberships", "/my/memberships/join", "/my/family"):
            self.assertIn("/web/login", self.path(self.url_open(path)), path)

    def test_another_members_pages_and_documents_lead_back_home(self):
        foreign = self.paid(self.bob.partner_id)
        self.login(self.anne)
        for suffix in ("", "/card", "/receipt", "/pay"):
            response = self.url_open(f"/my/memberships/{foreign.id}{suffix}")
            self.assertEqual(self.path(response), "/my", suffix)
            self.assertNotIn(foreign.partner_id.name, response.text)
        response = self.url_open(f"/my/invoices/{foreign.invoice_id.id}")
        self.assertEqual(self.path(response), "/my")

    def test_a_wrong_or_anothers_token_opens_nothing(self):
        mine = self.paid(self.anne.partner_id)
        foreign = self.paid(self.bob.partner_id)
        for token in ("x" * 36, mine._portal_ensure_token()):
            for suffix in ("", "/card", "/receipt", "/pay"):
                response = self.url_open(
                    f"/my/memberships/{foreign.id}{suffix}?access_token={token}"
                )
                self.assertNotIn(foreign.partner_id.name, response.text)

    def test_another_members_membership_cannot_be_renewed(self):
        foreign = self.membership(
            self.bob.partner_id,
            date_start=self.today - timedelta(days=300),
            date_end=self.today,
            state="active",
        )
        self.login(self.anne)
        response = self.post(f"/my/memberships/{foreign.id}/renew")
        self.assertEqual(self.path(response), "/my")
        self.assertFalse(foreign.next_ids)

    def test_forms_refuse_a_post_without_anti_forgery_token(self):
        mine = self.membership(
            self.anne.partner_id,
            date_start=self.today - timedelta(days=300),
            date_end=self.today,
            state="active",
        )
        self.login(self.anne)
        for path in (
            f"/my/memberships/{mine.id}/renew",
            f"/my/memberships/join/{self.type_person.id}",
            "/my/family/new",
        ):
            self.assertEqual(self.post(path, token=False).status_code, 400, path)
        self.assertFalse(mine.next_ids)

    def test_a_renewal_by_get_changes_nothing(self):
        mine = self.membership(
            self.anne.partner_id,
            date_start=self.today - timedelta(days=300),
            date_end=self.today,
            state="active",
        )
        self.login(self.anne)
        response = self.url_open(f"/my/memberships/{mine.id}/renew")
        self.assertIn(response.status_code, (404, 405))
        self.assertFalse(mine.next_ids)

    def test_a_wrong_secret_is_given_back_as_it_came(self):
        """Who is covered gets no address with the payer's secret, whatever they put into theirs."""
        covering = self.membership(
            self.bob.partner_id,
            self.type_family,
            covered_partner_ids=[Command.set(self.anne.partner_id.ids)],
            confirm=True,
        )
        secret = covering._portal_ensure_token()
        self.login(self.anne)
        response = self.url_open(f"/my/memberships/{covering.id}/card?access_token=x")
        self.assertNotIn(secret, response.url)
        self.assertNotIn(secret, response.text)
