import base64
from datetime import date

from freezegun import freeze_time

from odoo.tests import tagged

from .coworking_common import CoworkingCase

LINES = (
    "Numéro de membre;Nom & prénom;Activité;Tarif;Date d'inscription;Date d'expiration;Payé ?",
    "12;Roux Léa;Bureau;Mois;01/10/2026;31/10/2026;Oui",
    "12;Roux Léa;Bureau;Mois;01/11/2026;30/11/2026;Oui",
    "13;Blanc Luc;Bureau;Mois;01/03/2026;31/03/2026;Oui",
    "13;Blanc Luc;Cours de couture;Année;01/09/2026;30/06/2027;Oui",
)


@tagged("post_install", "-at_install")
@freeze_time("2026-11-27")
class TestMemberImportPlan(CoworkingCase):
    def preview(self):
        wizard = (
            self.env["tierslieux.member.import"]
            .with_user(self.reception)
            .create({"file": base64.b64encode("\n".join(LINES).encode()), "filename": "a.csv"})
        )
        wizard.action_preview()
        return wizard

    def test_an_activity_that_is_a_plan_makes_one_draft_and_is_remembered(self):
        """Léa's desk runs, from 01/11/2026; Luc's ended in March; the course is no plan."""
        wizard = self.preview()
        self.assertEqual(set(wizard.value_ids.mapped("action")), {"leave"})
        desk = wizard.value_ids.filtered(lambda value: value.label == "Bureau")
        desk.write({"action": "plan", "plan_id": self.plan_full.id})
        wizard.action_preview()
        wizard.action_import()
        subscriptions = self.env["tierslieux.subscription"].search(
            [("partner_id", "in", wizard.created_partner_ids.ids)]
        )
        self.assertRecordValues(
            subscriptions,
            [{"plan_id": self.plan_full.id, "state": "draft", "date_start": date(2026, 11, 1)}],
        )
        self.assertEqual(subscriptions.partner_id.name, "Léa Roux")
        self.assertFalse(wizard.membership_ids)
        again = self.preview()
        desk = again.value_ids.filtered(lambda value: value.label == "Bureau")
        self.assertEqual((desk.action, desk.plan_id), ("plan", self.plan_full))
        again.action_import()
        self.assertEqual(
            self.env["tierslieux.subscription"].search_count(
                [("partner_id", "in", wizard.created_partner_ids.ids)]
            ),
            1,
        )
