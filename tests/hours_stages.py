"""Hours and expenses of volunteers at each stage of their life, for ``test_guarded_fields.py``."""

from datetime import date


class HoursStages:
    """Mixed into the case that tries every field of every guarded record."""

    @classmethod
    def _make_volunteers_hours(cls):
        lou = cls.records["tierslieux.volunteer", "coming"]
        cls.garden = cls.env["tierslieux.mission"].create(
            {
                "name": "Garden",
                "place_id": cls.place.id,
                "coordinator_id": cls.coordinator.id,
            }
        )

        def declare(day):
            return lou._declare_hours(date=date(2030, 2, day), hours=2, mission=cls.garden)

        cls.add("declared", declare(1))
        validated = declare(2)
        validated.with_user(cls.coordinator)._validate()
        cls.add("validated", validated)
        refused = declare(3)
        refused.with_user(cls.coordinator)._refuse("Elsewhere")
        cls.add("refused", refused)

        def spend(amount):
            return cls.env["tierslieux.volunteer.expense"].create(
                {
                    "name": "Seeds",
                    "volunteer_id": lou.id,
                    "kind": "purchase",
                    "amount": amount,
                    "date": date(2030, 2, 1),
                    "mission_id": cls.garden.id,
                    "receipt": b"JVBERi0xLjQgYSBwYXBlcg==",
                }
            )

        cls.add("draft", spend(5))
        handed_in = spend(6)
        handed_in._submit()
        cls.add("submitted", handed_in)
        refunded, waived = spend(7), spend(8)
        (refunded | waived)._submit()
        (refunded | waived).with_user(cls.coordinator).action_validate()
        refunded.with_user(cls.treasurer).action_refund()
        waived._waive("I leave it", "paper")
        cls.add("refunded", refunded)
        cls.add("waived", waived)

    def get_new_hours_vals(self):
        """What a person fills in to make a record: {model: values}."""
        lou = self.records["tierslieux.volunteer", "coming"]
        common = {
            "volunteer_id": lou.id,
            "date": date(2030, 2, 10),
            "mission_id": self.garden.id,
        }
        return {
            "tierslieux.volunteer.hours": {**common, "hours": 1.0},
            "tierslieux.volunteer.expense": {
                **common,
                "name": "Seeds",
                "kind": "purchase",
                "amount": 3.0,
            },
        }
