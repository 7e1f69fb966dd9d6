from datetime import timedelta

from lxml import html

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.tierslieux_base.tests.portal_common import PaymentCase

from .membership_common import MembershipPortalCase

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f"
    b"\x15\xc4\x89\x00\x00\x00\nIDATx\x9cc\x00\x01\x00\x00\x05\x00\x01\r\n-\xb4\x00\x00\x00\x00"
    b"IEND\xaeB`\x82"
)


class JoinCase(MembershipPortalCase):
    def join(self, membership_type, files=None, **vals):
        vals.setdefault("partner_id", self.anne.partner_id.id)
        vals = {**self.tokens(), **vals}
        return self.url_open(
            f"/my/memberships/join/{membership_type.id}", data=vals, files=files, method="POST"
        )

    def memberships_of(self, partner):
        return self.env["tierslieux.membership"].search([("partner_id", "=", partner.id)])


@tagged("post_install", "-at_install")
class TestPortalJoin(JoinCase):
    def test_only_types_open_online_are_offered(self):
        self.login(self.anne)
        page = self.url_open("/my/memberships/join").text
        self.assertIn(f"/my/memberships/join/{self.type_person.id}", page)
        self.assertNotIn(f"/my/memberships/join/{self.type_org.id}", page)
        response = self.url_open(f"/my/memberships/join/{self.type_org.id}")
        self.assertEqual(self.path(response), "/my/memberships/join")
        response = self.join(self.type_org)
        self.assertFalse(self.memberships_of(self.anne.partner_id))

    def test_join_makes_membership_and_invoice_and_leads_to_payment(self):
        self.login(self.anne)
        response = self.join(self.type_person)
        membership = self.memberships_of(self.anne.partner_id)
        self.assertRecordValues(
            membership,
            [
                {
                    "state": "to_pay",
                    "origin": "portal",
                    "payer_id": self.anne.partner_id.id,
                    "amount": 20.0,
                    "date_start": self.today,
                    "company_id": self.company.id,
                }
            ],
        )
        self.assertEqual(membership.invoice_id.state, "posted")
        self.assertEqual(membership.invoice_id.amount_residual, 20.0)
        self.assertEqual(self.path(response), f"/my/memberships/{membership.id}/pay")

    def test_sent_twice_it_is_taken_once(self):
        self.login(self.anne)
        first = self.join(self.type_person)
        second = self.join(self.type_person)
        self.assertEqual(len(self.memberships_of(self.anne.partner_id)), 1)
        self.assertEqual(self.path(first), self.path(second))

    def test_a_membership_without_fee_counts_at_once(self):
        self.type_person.amount = 0
        self.login(self.anne)
        response = self.join(self.type_person)
        membership = self.memberships_of(self.anne.partner_id)
        self.assertEqual(membership.state, "active")
        self.assertFalse(membership.invoice_id)
        self.assertEqual(self.path(response), f"/my/memberships/{membership.id}")
        self.assertIn("Thank you", response.text)

    def test_for_my_child_i_am_the_payer(self):
        child = self.person("Léo", "Le Goff", guardian_id=self.anne.partner_id.id)
        self.login(self.anne)
        self.join(self.type_person, partner_id=child.id)
        self.assertEqual(self.memberships_of(child).payer_id, self.anne.partner_id)

    def test_nothing_is_taken_for_a_person_who_is_not_of_my_family(self):
        self.login(self.anne)
        response = self.join(self.type_person, partner_id=self.bob.partner_id.id)
        self.assertIn("Choose for whom the membership is.", response.text)
        self.assertFalse(self.memberships_of(self.bob.partner_id))

    def test_forged_keys_are_ignored(self):
        self.login(self.anne)
        self.join(
            self.type_person,
            amount="0",
            state="active",
            is_history="1",
            payer_id=self.bob.partner_id.id,
            date_end="2099-12-31",
        )
        self.assertRecordValues(
            self.memberships_of(self.anne.partner_id),
            [
                {
                    "state": "to_pay",
                    "amount": 20.0,
                    "is_history": False,
                    "payer_id": self.anne.partner_id.id,
                    "date_end": self.type_person._get_period(self.today)[1],
                }
            ],
        )

    def test_family_covers_whom_i_tick_among_my_own(self):
        anne = self.anne.partner_id
        child = self.person("Léo", "Le Goff", guardian_id=anne.id)
        self.person("Mia", "Le Goff", guardian_id=anne.id)
        self.login(self.anne)
        self.join(self.type_family, covered_ids=[child.id, self.bob.partner_id.id])
        self.assertEqual(self.memberships_of(anne).covered_partner_ids, child)

    def test_a_family_over_the_limit_is_refused_and_the_form_kept(self):
        """Four persons at most under the fee: five ticked, one too many."""
        anne = self.anne.partner_id
        children = self.env["res.partner"]
        for name in ("Léo", "Mia", "Noé", "Zoé"):
            children |= self.person(name, "Le Goff", guardian_id=anne.id)
        self.login(self.anne)
        response = self.join(self.type_family, covered_ids=children.ids)
        self.assertIn("This fee covers 4 persons at most", response.text)
        ticked = html.fromstring(response.text).xpath("//input[@name='covered_ids'][@checked]")
        self.assertEqual({int(box.get("value")) for box in ticked}, set(children.ids))
        self.assertFalse(self.memberships_of(anne))

    def test_free_amounts_are_read_as_people_type_them(self):
        """Floor 1 €: '12,50 €' is 12.50; '0,5', 'dix' and 'nan' are refused."""
        self.login(self.anne)
        for typed in ("0,5", "dix", "nan", "inf", "-3", "", "1e9"):
            response = self.join(self.type_free, amount=typed)
            self.assertRegex(response.text, "The amount is at least|Enter an amount in figures")
            if typed:
                self.assertIn(f'value="{typed}"', response.text)
        self.assertFalse(self.memberships_of(self.anne.partner_id))
        self.join(self.type_free, amount="12,50 €")
        self.assertEqual(self.memberships_of(self.anne.partner_id).amount, 12.5)

    def test_a_tier_must_be_chosen(self):
        self.login(self.anne)
        for scale_id in ("", "0", str(self.type_person.id + 10_000)):
            self.assertIn("Choose your fee.", self.join(self.type_scale, scale_id=scale_id).text)
        self.join(self.type_scale, scale_id=self.scale_full.id)
        self.assertEqual(self.memberships_of(self.anne.partner_id).amount, 20.0)

    def test_a_reduced_fee_wants_a_proof_of_the_right_kind(self):
        self.login(self.anne)
        scale = {"scale_id": self.scale_reduced.id}
        refused = [
            (None, "Add a photo or a PDF"),
            (("carte.png", b"MZ not an image"), "not a PDF, JPEG or PNG"),
            (("page.pdf", b"<html><script>alert(1)</script></html>"), "not a PDF, JPEG or PNG"),
            (("big.png", PNG + b"0" * 10 * 1024 * 1024), "over 10 MB"),
        ]
        for proof, sentence in refused:
            files = {"proof": proof} if proof else None
            response = self.join(self.type_scale, files=files, **scale)
            self.assertIn(sentence, response.text)
            self.assertRegex(response.text, rf'value="{self.scale_reduced.id}"\s+checked')
        self.assertFalse(self.memberships_of(self.anne.partner_id))
        self.join(self.type_scale, files={"proof": ("carte étudiante.png", PNG)}, **scale)
        membership = self.memberships_of(self.anne.partner_id)
        self.assertRecordValues(
            membership,
            [{"state": "to_pay", "amount": 5.0, "proof_filename": "carte étudiante.png"}],
        )
        self.assertTrue(membership.proof_attachment)
        self.assertGreater(membership.proof_date_end, self.today)

    def test_who_has_this_membership_already_is_told_so(self):
        self.ending(self.anne.partner_id, days=200)
        self.login(self.anne)
        response = self.join(self.type_person)
        self.assertIn("already has this membership until", response.text)
        self.assertEqual(len(self.memberships_of(self.anne.partner_id)), 1)

    def test_joining_near_the_end_renews_without_a_gap(self):
        old = self.ending(self.anne.partner_id, days=10)
        self.login(self.anne)
        self.join(self.type_person)
        renewal = self.memberships_of(self.anne.partner_id) - old
        self.assertEqual(renewal.previous_id, old)
        self.assertEqual(renewal.date_start, old.date_end + timedelta(days=1))

    def test_an_organisation_joins_through_its_employee(self):
        self.type_org.portal_open = True
        mairie = self.organisation()
        self.anne.partner_id.parent_id = mairie
        self.login(self.anne)
        self.join(self.type_org, partner_id=mairie.id)
        self.assertRecordValues(
            self.memberships_of(mairie),
            [{"state": "to_pay", "amount": 80.0, "payer_id": mairie.id}],
        )


@tagged("post_install", "-at_install")
class TestPortalRenew(JoinCase):
    def test_one_tap_renews_and_leads_to_payment(self):
        old = self.ending(self.anne.partner_id)
        self.login(self.anne)
        page = self.url_open("/my/memberships").text
        self.assertIn(f'action="/my/memberships/{old.id}/renew"', page)
        response = self.post(f"/my/memberships/{old.id}/renew")
        renewal = old.next_ids
        self.assertRecordValues(
            renewal,
            [
                {
                    "state": "to_pay",
                    "date_start": old.date_end + timedelta(days=1),
                    "amount": 20.0,
                    "origin": "portal",
                }
            ],
        )
        self.assertEqual(self.path(response), f"/my/memberships/{renewal.id}/pay")

    def test_tapped_twice_it_renews_once(self):
        old = self.ending(self.anne.partner_id)
        self.login(self.anne)
        self.post(f"/my/memberships/{old.id}/renew")
        self.post(f"/my/memberships/{old.id}/renew")
        self.assertEqual(len(old.next_ids), 1)

    def test_the_teams_proposal_is_taken_up(self):
        old = self.ending(self.anne.partner_id)
        proposal = old._renew()
        self.login(self.anne)
        self.post(f"/my/memberships/{old.id}/renew")
        self.assertEqual(old.next_ids, proposal)
        self.assertEqual(proposal.state, "to_pay")

    def test_long_before_the_end_and_once_renewed_there_is_no_renew_button(self):
        far = self.ending(self.anne.partner_id, days=200)
        near = self.ending(self.person("Léo"), payer_id=self.anne.partner_id.id)
        near._portal_renew()
        self.login(self.anne)
        page = self.url_open("/my/memberships").text
        for membership in far | near:
            self.assertNotIn(f"/my/memberships/{membership.id}/renew", page)
        self.post(f"/my/memberships/{far.id}/renew")
        self.assertFalse(far.next_ids)

    def test_only_the_latest_of_a_chain_is_renewed(self):
        """2023, a gap, then this year: the old one offers nothing."""
        anne = self.anne.partner_id
        old = self.membership(anne, date_start="2023-01-01", state="active")
        last = self.ending(anne)
        self.assertEqual((old | last)._filter_portal_renewable(), last)

    def test_an_outdated_proof_leads_to_the_form(self):
        old = self.ending(
            self.anne.partner_id, membership_type=self.type_scale, scale_id=self.scale_reduced.id
        )
        self.login(self.anne)
        page = self.url_open("/my/memberships").text
        self.assertNotIn(f"/my/memberships/{old.id}/renew", page)
        self.assertIn(f"/my/memberships/join/{self.type_scale.id}?person_id=", page)
        self.join(
            self.type_scale, files={"proof": ("carte.png", PNG)}, scale_id=self.scale_reduced.id
        )
        self.assertRecordValues(old.next_ids, [{"state": "to_pay", "amount": 5.0}])

    def test_who_pays_renews_the_covered_person_does_not(self):
        anne, bob = self.anne.partner_id, self.bob.partner_id
        old = self.ending(
            bob, membership_type=self.type_family, covered_partner_ids=[Command.set(anne.ids)]
        )
        self.login(self.anne)
        self.post(f"/my/memberships/{old.id}/renew")
        self.assertFalse(old.next_ids)
        self.login(self.bob)
        self.post(f"/my/memberships/{old.id}/renew")
        self.assertEqual(old.next_ids.covered_partner_ids, anne)


@tagged("post_install", "-at_install")
class TestPortalPay(JoinCase, PaymentCase):
    """From the form to the paid membership, through a payment provider in test mode."""

    def test_join_pay_online_and_be_a_member(self):
        self.login(self.anne)
        context = self.context_of(self.join(self.type_person).text)
        membership = self.memberships_of(self.anne.partner_id)
        self.assertEqual(float(context["amount"]), 20.0)
        self.assertFalse(self.anne.partner_id.is_up_to_date)
        status = self.pay_online(context)
        membership.invalidate_recordset()
        self.assertEqual(status["state"], "done")
        self.assertEqual(membership.state, "active")
        self.assertIn(membership.invoice_id.payment_state, ("paid", "in_payment"))
        partner = self.anne.partner_id.with_company(self.company)
        partner.invalidate_recordset()
        self.assertTrue(partner.is_up_to_date)
        landing = self.url_open(status["landing_route"])
        self.assertEqual(self.path(landing), f"/my/memberships/{membership.id}?paid=1")
        self.assertIn("Up to date", landing.text)
        self.assertIn("Your payment has been received", landing.text)
        receipt = membership._get_receipt_payments()
        self.assertEqual([line["amount"] for line in receipt], [20.0])
        self.assertEqual(receipt[0]["method"], "Online payment")

    def test_a_cancelled_payment_leaves_it_to_pay(self):
        self.login(self.anne)
        context = self.context_of(self.join(self.type_person).text)
        status = self.pay_online(context, state="cancel")
        membership = self.memberships_of(self.anne.partner_id)
        membership.invalidate_recordset()
        self.assertIn("nothing was taken from you", self.url_open(status["landing_route"]).text)
        self.assertEqual(membership.state, "to_pay")
        self.assertIn("o_payment_form", self.url_open(f"/my/memberships/{membership.id}/pay").text)

    def test_a_smaller_amount_than_the_fee_does_not_make_a_member(self):
        self.login(self.anne)
        context = self.context_of(self.join(self.type_person).text)
        self.pay_online(context, amount=1.0)
        membership = self.memberships_of(self.anne.partner_id)
        membership.invalidate_recordset()
        self.assertEqual(membership.state, "to_pay")

    def test_once_paid_the_payment_page_leads_to_the_membership(self):
        membership = self.paid(self.anne.partner_id)
        self.login(self.anne)
        response = self.url_open(f"/my/memberships/{membership.id}/pay")
        self.assertEqual(self.path(response), f"/my/memberships/{membership.id}")

    def test_pays_from_the_mails_link_without_login(self):
        membership = self.membership(self.anne.partner_id, confirm=True)
        page = self.url_open(membership.get_portal_url(suffix="/pay")).text
        self.pay_online(self.context_of(page))
        membership.invalidate_recordset()
        self.assertEqual(membership.state, "active")

    def test_the_fees_of_one_invoice_are_paid_together_and_listed(self):
        anne = self.anne.partner_id
        child = self.person("Léo", "Le Goff")
        fees = self.membership(anne) | self.membership(child, payer_id=anne.id)
        fees.action_confirm()
        self.assertEqual(len(fees.invoice_id), 1)
        self.login(self.anne)
        page = self.url_open(f"/my/memberships/{fees[0].id}/pay").text
        self.assertEqual(float(self.context_of(page)["amount"]), 40.0)
        self.assertIn("Léo Le Goff", page)

    def test_without_a_provider_the_page_says_how_to_pay(self):
        self.env["payment.provider"].search([("company_id", "=", self.company.id)]).write(
            {"state": "disabled", "is_published": False}
        )
        self.login(self.anne)
        page = self.join(self.type_person).text
        invoice = self.memberships_of(self.anne.partner_id).invoice_id
        self.assertIn("Online payment is not open yet.", page)
        self.assertIn(invoice.payment_reference or invoice.name, page)
