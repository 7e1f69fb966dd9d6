from odoo.exceptions import AccessError, UserError

from .common import TierslieuxCommon


class TestAssociationSettings(TierslieuxCommon):
    """The details of the association, filled in by who manages the place."""

    def settings(self, **vals):
        Settings = self.env["tierslieux.association.settings"].with_user(self.manager)
        settings = Settings.create({})
        settings.write(vals)
        return settings

    def test_what_the_manager_types_stands_on_the_association_and_its_documents(self):
        self.company.write({"report_footer": False, "street": False})
        self.assertTrue(self.company.is_details_missing)
        self.settings(
            name="Les Ateliers",
            street="2 rue de la Gare",
            zip="29270",
            city="Carhaix",
            company_registry="732 829 320 00074",
            l10n_fr_asso_rna="W293000001",
        ).action_save()
        self.assertEqual(self.company.company_registry, "73282932000074")
        self.company.invalidate_recordset(["is_details_missing"])
        self.assertFalse(self.company.is_details_missing)
        footer = self.company.report_footer
        for text in ("Les Ateliers", "RNA W293000001", "SIRET 732 829 320 00074", "29270 Carhaix"):
            self.assertIn(text, footer)
        self.settings(phone="02 98 00 00 00").action_save()
        self.assertIn("02 98 00 00 00", self.company.report_footer)

    def test_the_reason_not_to_charge_vat_writes_its_mention(self):
        own = "Association exonérée (article 261, 7-1° du CGI)"
        self.settings(l10n_fr_asso_vat_exemption="261_7").action_save()
        self.assertEqual(self.company.l10n_fr_asso_vat_exemption, "261_7")
        self.assertIn("article 261, 7-1°", self.company.l10n_fr_asso_vat_mention)
        self.settings(l10n_fr_asso_vat_mention=own).action_save()
        self.assertEqual(self.company.l10n_fr_asso_vat_mention, own)
        self.settings(phone="02 98 00 00 00").action_save()
        self.assertEqual(self.company.l10n_fr_asso_vat_mention, own)

    def test_names_are_escaped_on_the_foot_of_documents(self):
        self.company.report_footer = False
        self.settings(name="Fab <b>Lab</b> & Co").action_save()
        self.assertIn("Fab &lt;b&gt;Lab&lt;/b&gt; &amp; Co", self.company.report_footer)

    def test_a_foot_written_by_hand_is_left_alone(self):
        self.company.report_footer = "<p>By hand</p>"
        self.settings(name="Les Ateliers").action_save()
        self.assertEqual(self.company.report_footer, "<p>By hand</p>")

    def test_a_wrong_siret_is_refused(self):
        for siret in ("123", "732 829 320 00075"):
            with self.subTest(siret), self.assertRaisesRegex(UserError, "SIRET"):
                self.settings(company_registry=siret).action_save()

    def test_only_managers_change_them(self):
        for user in (self.reception, self.coordinator, self.treasurer, self.board):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.env["tierslieux.association.settings"].with_user(user).create({"name": "X"})
