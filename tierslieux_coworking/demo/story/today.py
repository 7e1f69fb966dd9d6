from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import fields

from .chapter import CoworkingChapter

# Who is here as the story is told.
HERE = {
    "place_fabrique": ("renard_camille", "colin_mathieu", "chevalier_marion", "traore_fatou"),
    "place_annexe": ("kowalski_agnieszka", "haddad_david"),
}


class Today(CoworkingChapter):
    """What the desk has in hand today: a pause, a notice, an upgrade, a trial, who is here."""

    def tell(self):
        self.tell_changes()
        self.tell_interests()
        self.tell_waits()
        self.tell_presences()
        self.tell_ended()

    def tell_changes(self):
        subscription = self.ref("subscription_perrot_bastien")
        subscription._plan_pause(
            self.ago(3), self.today + timedelta(days=18), "Reportage à l'étranger"
        )
        notice = self.ref("subscription_gicquel_nathalie")
        notice._give_notice(
            self.ago(4), self.month(2) - timedelta(days=1), "Retour au bureau de l'entreprise"
        )
        self.ref("subscription_fernandes_paulo")._plan_change(
            self.month(1), plan=self.ref("plan_half"), reason="Vient plus souvent"
        )
        trial = self.make(
            "tierslieux.subscription",
            {
                "subscription_trial": {
                    "partner_id": self.ref("pham_lucie").id,
                    "plan_id": self.ref("plan_half").id,
                    "date_start": self.ago(2),
                    "company_id": self.company.id,
                    "place_id": self.ref("place_fabrique").id,
                }
            },
        )
        trial.action_trial()

    def tell_ended(self):
        """Day passes of the past are over, as the nightly job would say."""
        Subscription = self.env["tierslieux.subscription"]
        Subscription.search(Subscription._get_due_domain(self.today))._apply_changes(self.today)

    def tell_interests(self):
        self.ref("lead_teletravail").write(
            {"plan_id": self.ref("plan_telework").id, "visit_date": self.ago(6)}
        )
        self.ref("lead_podcast").write(
            {
                "plan_id": self.ref("plan_half").id,
                "visit_date": self.ago(7),
                "trial_date": self.today + timedelta(days=2),
            }
        )

    def tell_waits(self):
        self.env["tierslieux.plan.wait"].create(
            {
                "plan_id": self.ref("plan_full").id,
                "partner_id": self.ref("guillou_thomas").id,
                "date": self.ago(9),
                "note": "Veut un poste près de la fenêtre",
            }
        )
        booked = self.env["tierslieux.booking"].search(
            [
                ("state", "=", "confirmed"),
                ("kind_id.code", "=", "room"),
                ("start", ">", fields.Datetime.now() + relativedelta(days=1)),
            ],
            order="start, id",
            limit=1,
        )
        if booked:
            self.env["tierslieux.booking.wait"].create(
                {
                    "resource_id": booked.resource_id.id,
                    "partner_id": self.ref("diallo_aminata").id,
                    "start": booked.start,
                    "stop": booked.stop,
                }
            )

    def tell_presences(self):
        now = fields.Datetime.now()
        Presence = self.env["tierslieux.presence"]
        rank = 0
        for place, people in HERE.items():
            for person in people:
                rank += 1
                Presence._check_in(
                    self.ref(person), self.ref(place), at=now - timedelta(minutes=17 * rank)
                )
