from datetime import date, datetime

from odoo import fields, models
from odoo.orm.model_classes import add_to_registry
from odoo.tests import tagged

from .common import TierslieuxCommon


@tagged("post_install", "-at_install")
class TestActivityMixin(TierslieuxCommon):
    """What the mixin adds to a service record."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()

        class Visit(models.Model):
            _name = "tierslieux.test.visit"
            _description = "Test Visit"
            _inherit = ["tierslieux.activity.mixin"]
            _module = "tierslieux_base"

            start = fields.Datetime()

            def _activity_date_field(self):
                return "start"

        add_to_registry(cls.registry, Visit)
        cls.registry._setup_models__(cls.env.cr, ["tierslieux.test.visit"])
        cls.registry.init_models(cls.env.cr, ["tierslieux.test.visit"], {"models_to_check": False})
        cls.addClassCleanup(cls._forget_model)

    @classmethod
    def _forget_model(cls):
        cls.registry.models.pop("tierslieux.test.visit", None)
        for name in ("analytic.mixin", "tierslieux.activity.mixin"):
            cls.registry[name]._inherit_children.discard("tierslieux.test.visit")
        cls.registry._setup_models__(cls.env.cr, [])

    def test_the_day_is_that_of_the_place_s_clock(self):
        """23:30 UTC on 1 July is 1:30 on 2 July in Paris, and 19:30 on 1 July in Guadeloupe."""
        paris = self.env["tierslieux.place"].create({"name": "Paris", "code": "P"})
        paris.calendar_id.tz = "Europe/Paris"
        island = self.env["tierslieux.place"].create({"name": "Island", "code": "I"})
        island.calendar_id.tz = "America/Guadeloupe"
        visits = self.env["tierslieux.test.visit"].create(
            [
                {"start": datetime(2026, 7, 1, 23, 30), "place_id": place_id}
                for place_id in (paris.id, island.id, False)
            ]
        )
        self.assertEqual(
            visits.mapped("activity_date"),
            [date(2026, 7, 2), date(2026, 7, 1), date(2026, 7, 2)],
        )

    def test_a_record_without_a_date_has_no_day(self):
        self.assertFalse(self.env["tierslieux.test.visit"].create({}).activity_date)

    def test_programmes_are_accounts_of_their_plan(self):
        plan = self.env.ref("tierslieux_base.analytic_plan_programme")
        visit = self.env["tierslieux.test.visit"].create({})
        self.assertEqual(visit.programme_plan_id, plan)
