"""Records of volunteers at each stage of their life, for ``test_guarded_fields.py``."""

from datetime import date


class VolunteerStages:
    """Mixed into the case that tries every field of every guarded record."""

    @classmethod
    def _make_volunteers(cls):
        mission = cls.env["tierslieux.mission"].create(
            {"name": "Accueil", "place_id": cls.place.id, "seats_max": 3}
        )
        cls.mission = mission
        lou, ada = cls.env["tierslieux.volunteer"].create(
            [
                {"partner_id": person.id, "company_id": cls.company.id, "max_per_day": 0}
                for person in (cls.lou, cls.ada)
            ]
        )
        cls.add("coming", lou)
        ada._leave(date(2030, 3, 1))
        cls.add("gone", ada)
        cls.add(
            "valid",
            cls.env["tierslieux.volunteer.paper"].create(
                {"volunteer_id": lou.id, "kind": "licence", "date_end": date(2031, 3, 1)}
            ),
        )
        lou._log_emergency("read")
        cls.add(
            "read",
            cls.env["tierslieux.volunteer.emergency.log"].search(
                [("volunteer_id", "=", lou.id)], limit=1
            ),
        )

        def shift(day):
            return cls.env["tierslieux.shift"].create(
                {
                    "mission_id": mission.id,
                    "start": cls.at(f"{day} 14:00"),
                    "stop": cls.at(f"{day} 18:00"),
                }
            )

        cls.add("open", shift("2030-03-12"))
        answered = cls.add("answered", shift("2030-03-13"))
        cls.add("yes", answered._put_in(lou, "desk"))
        asked = shift("2030-03-14")
        cls.add("asked", cls.env["tierslieux.shift.assignment"]._propose(asked, lou))
        cancelled = cls.add("cancelled", shift("2030-03-15"))
        cancelled._cancel()
        cls.add("running", cls.env["tierslieux.shift.replacement"].create({"shift_id": asked.id}))
        eve = cls.env["tierslieux.volunteer"].create(
            {"partner_id": cls.person("Eve", "Volunteer").id, "company_id": cls.company.id}
        )
        given, wanted = (
            shift(day)._put_in(volunteer, "desk")
            for day, volunteer in (("2030-03-20", lou), ("2030-03-21", eve))
        )
        cls.swapped = {"assignment_id": given.id, "other_id": wanted.id}
        cls.add("proposed", cls.env["tierslieux.shift.swap"].create(cls.swapped))

        cls._add_shift_plans(lou)

    @classmethod
    def _add_shift_plans(cls, lou):
        Plan = cls.env["tierslieux.shift.plan"]
        cls.planned = cls.make_place("Le Jardin", "JARDIN")
        cls.planned.team_ids = cls.coordinator
        days = {"date_from": date(2030, 4, 1), "date_to": date(2030, 4, 30)}
        cls.add("prepared", Plan.create({"place_ids": cls.planned.ids, **days}))
        published = cls.add("published", Plan.create({"place_ids": cls.planned.ids, **days}))
        shift = cls.records["tierslieux.shift", "open"]
        line = {"plan_id": published.id, "shift_id": shift.id}
        cls.add(
            "published",
            cls.env["tierslieux.shift.plan.line"].create(
                {**line, "volunteer_id": lou.id, "kind": "new"}
            ),
        )
        cls.add(
            "published",
            cls.env["tierslieux.shift.plan.shift"].create({**line, "kind": "changed"}),
        )
        published.state = "published"

    def get_new_volunteer_vals(self):
        """What a person fills in to make a record: {model: values}."""
        lou = self.records["tierslieux.volunteer", "coming"]
        return {
            "tierslieux.volunteer": {"partner_id": self.person("New", "Volunteer").id},
            "tierslieux.volunteer.paper": {"volunteer_id": lou.id, "kind": "insurance"},
            "tierslieux.shift": {
                "mission_id": self.mission.id,
                "start": self.at("2030-03-19 14:00"),
                "stop": self.at("2030-03-19 18:00"),
            },
            "tierslieux.shift.plan": {"place_ids": self.planned.ids},
            "tierslieux.shift.assignment": {
                "shift_id": self.records["tierslieux.shift", "open"].id,
                "volunteer_id": lou.id,
            },
            "tierslieux.shift.replacement": {
                "shift_id": self.records["tierslieux.shift", "open"].id
            },
            "tierslieux.shift.swap": self.swapped,
        }
