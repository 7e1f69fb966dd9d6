from odoo.exceptions import UserError

from .membership_common import MembershipCommon


class TestCrmJoin(MembershipCommon):
    def lead(self, **vals):
        team = self.env.ref("tierslieux_membership.crm_team_welcome")
        return (
            self.env["crm.lead"]
            .with_user(self.reception)
            .create(
                {
                    "name": "Wants a desk",
                    "contact_name": "Lou Martin",
                    "email_from": "lou@example.com",
                    "type": "opportunity",
                    "team_id": team.id,
                    "membership_type_id": self.type_person.id,
                    **vals,
                }
            )
        )

    def wizard(self, lead, **vals):
        action = lead.action_join()
        wizard = (
            self.env["tierslieux.membership.join"]
            .with_user(self.reception)
            .with_context(action["context"])
            .create(vals)
        )
        return wizard

    def test_a_new_interest_is_curious(self):
        self.assertEqual(
            self.lead().stage_id, self.env.ref("tierslieux_membership.crm_stage_curious")
        )

    def stages(self, team):
        Lead = self.env["crm.lead"].with_context(default_team_id=team.id)
        return Lead._read_group_stage_ids(self.env["crm.stage"], [])

    def test_the_welcome_pipeline_has_its_own_stages_alone(self):
        names = ("curious", "visited", "trial", "joined")
        own = [self.env.ref(f"tierslieux_membership.crm_stage_{name}").id for name in names]
        welcome = self.env.ref("tierslieux_membership.crm_team_welcome")
        self.assertEqual(self.stages(welcome).ids, own)

    def test_every_other_team_keeps_odoos_stages(self):
        """A team made by the association sells with New, Qualified, Proposition and Won."""
        team = self.env["crm.team"].create({"name": "Rooms for companies"})
        odoos = [self.env.ref(f"crm.stage_lead{number}") for number in (1, 2, 3, 4)]
        shown = self.stages(team)
        self.assertEqual([stage for stage in shown if stage in odoos], odoos)
        self.assertNotIn(self.env.ref("tierslieux_membership.crm_stage_curious"), shown)
        lead = self.env["crm.lead"].create({"name": "A day of seminar", "team_id": team.id})
        self.assertEqual(lead.stage_id, odoos[0])
        lead.action_set_won()
        self.assertEqual(lead.stage_id, odoos[3])

    def test_an_interest_won_by_odoos_own_button_has_joined(self):
        lead = self.lead()
        lead.sudo().action_set_won()
        self.assertEqual(lead.stage_id, self.env.ref("tierslieux_membership.crm_stage_joined"))

    def test_one_click_makes_the_person_the_membership_and_the_invoice(self):
        lead = self.lead()
        action = self.wizard(lead).action_join()
        membership = self.env["tierslieux.membership"].browse(action["res_id"])
        self.assertEqual(membership.partner_id.firstname, "Lou")
        self.assertEqual(membership.partner_id.email, "lou@example.com")
        self.assertEqual((membership.state, membership.origin), ("to_pay", "crm"))
        self.assertEqual(membership.invoice_id.state, "posted")
        self.assertEqual(lead.stage_id, self.env.ref("tierslieux_membership.crm_stage_joined"))
        self.assertEqual(lead.won_status, "won")
        self.assertEqual(lead.membership_id, membership)
        with self.assertRaises(UserError):
            lead.action_join()

    def test_the_same_name_is_proposed_and_the_desk_decides(self):
        known = self.person("Lou", "Martin")
        wizard = self.wizard(self.lead())
        self.assertEqual(wizard.match_ids, known)
        with self.assertRaisesRegex(UserError, "already recorded"):
            wizard.action_join()
        wizard.partner_id = known
        wizard.action_join()
        self.assertTrue(known.membership_ids)
        self.assertEqual(known.email, "lou@example.com")

    def test_the_same_address_alone_is_no_match(self):
        """Families share an address: Ana is not Lou."""
        other = self.person("Ana", "Martin", email="lou@example.com")
        wizard = self.wizard(self.lead())
        self.assertFalse(wizard.match_ids)
        wizard.action_join()
        self.assertFalse(other.membership_ids)

    def test_an_organisation_joins_with_its_representative(self):
        wizard = self.wizard(self.lead(partner_name="Mairie du Bourg"), type_id=self.type_org.id)
        action = wizard.action_join()
        membership = self.env["tierslieux.membership"].browse(action["res_id"])
        self.assertTrue(membership.partner_id.is_company)
        self.assertEqual(membership.representative_id.name, "Lou Martin")

    def test_a_person_joins_and_pays_at_the_desk(self):
        wizard = (
            self.env["tierslieux.membership.join"]
            .with_user(self.reception)
            .create({"firstname": "Zoé", "lastname": "Roux", "type_id": self.type_person.id})
        )
        action = wizard.action_join_and_pay()
        pay = (
            self.env[action["res_model"]]
            .with_user(self.reception)
            .with_context(action["context"])
            .create({})
        )
        opened = pay.action_pay()
        membership = pay.membership_ids
        self.assertEqual((membership.state, membership.partner_id.name), ("active", "Zoé Roux"))
        # What comes next is to hand over card and receipt: the membership opens.
        self.assertEqual((opened["res_model"], opened["res_id"]), (membership._name, membership.id))

    def test_a_name_is_found_however_it_is_accented(self):
        """« Zoe Lefevre Petit » is proposed Zoé Lefèvre-Petit; a near name is not."""
        known = self.person("Zoé", "Lefèvre-Petit")
        self.person("Zoé", "Lefort-Petit")
        wizard = self.env["tierslieux.membership.join"].new(
            {"firstname": "ZOE", "lastname": "Lefevre Petit", "type_id": self.type_person.id}
        )
        self.assertEqual(wizard.match_ids._origin, known)
        organisation = self.organisation("Café « L'Été »")
        wizard = self.env["tierslieux.membership.join"].new(
            {"organisation_name": "cafe l'ete", "type_id": self.type_org.id}
        )
        self.assertEqual(wizard.match_ids._origin, organisation)

    def test_the_title_of_an_interest_is_nobodys_name(self):
        context = self.lead(contact_name=False).action_join()["context"]
        self.assertNotIn("default_lastname", context)

    def test_the_person_who_called_for_an_organisation_is_not_who_joins(self):
        organisation = self.organisation()
        caller = self.person("Ana", "Petit", parent_id=organisation.id)
        lead = self.lead(
            partner_id=caller.id, contact_name=False, membership_type_id=self.type_org.id
        )
        membership = self.wizard(lead)._join()
        self.assertEqual(membership.partner_id, organisation)
        self.assertEqual(membership.representative_id, caller)
