"""An association grown to the size of a network: what the rows of two places become in years.

Rows are written by SQL, most of them copies of one of the demonstration's, so that every stored
field has a value that the modules gave it; what bookings hold is written as the database wants it.
"""

from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from network_books import Books

import odoo
from odoo.tools import SQL

FIRST_NAMES = (
    "Hélène", "Élodie", "Noël", "Anne-Marie", "Jean", "Gaëlle", "Idriss", "Françoise", "Maël",
    "Soizic", "Aminata", "Karim", "Bénédicte", "Loïc", "Zoé", "Andréa", "Youenn", "Inès", "Cédric",
    "Margaux", "Aurélien", "Nadège", "Ronan", "Clémence", "Théo", "Joséphine", "Malo", "Solène",
    "Erwan", "Rachida", "Gwenaël", "Agnès", "Baptiste", "Léa", "Mickaël", "Océane", "Pierre-Yves",
    "Yasmine", "Hervé", "Maïwenn",
)  # fmt: skip
LAST_NAMES = (
    "Martin", "Bernard", "Lefèvre", "Le Goff", "d'Hauteville", "Guégan", "Ould-Ahmed", "Péron",
    "Hamon", "Le Bihan", "Riou", "Diallo", "Benali", "Cadiou", "Bézier", "Jouan", "Kerbrat",
    "Marchand", "Nguyen", "Ollivier", "Pham", "Quéméneur", "Rousseau", "Sylvestre", "Thébault",
    "Urvoy", "Vasseur", "Baudry", "Yvenou", "Chevalier", "Da Silva", "Émile", "Fontaine",
    "Guillou", "Helleu", "Lemoine", "Morvan",
)  # fmt: skip
TOWNS = (
    "Bécherel", "Combourg", "Dinan", "Évran", "Fougères", "Guichen", "Iffendic", "Janzé",
    "Liffré", "Montfort-sur-Meu", "Pleugueneuc", "Québriac", "Redon", "Saint-Domineuc", "Tinténiac",
    "Vitré", "Retiers", "Maure", "Plélan",
)  # fmt: skip
ROOMS = ("Salle", "Poste", "Atelier", "Bureau", "Studio")
HOURS = "Mo-Fr 08:00-19:00; Sa 09:00-12:30; PH off"
# Bookings lie on the working days of so many days before today and after it.
PAST_DAYS, COMING_DAYS = 280, 50
# A booking of an hour begins at one of these hours (UTC): two hours apart, cleaning has its time.
SLOTS = 4


@dataclass(frozen=True)
class Size:
    """How much there is in the end, the demonstration included."""

    places: int = 20
    resources: int = 300
    persons: int = 5_000
    bookings: int = 60_000
    subscriptions: int = 600
    invoices: int = 20_000

    @classmethod
    def of(cls, share):
        """A share of the whole network, for who develops and for tests."""
        return cls(**{name: max(2, ceil(share * getattr(cls, name))) for name in SIZE_NAMES})


# Of what not two but so many are made at least: some are cancelled, some are invoiced.
LEAST = {"bookings": 24}
SIZE_NAMES = tuple(Size.__dataclass_fields__)
TABLES = {
    "places": "tierslieux_place",
    "resources": "tierslieux_resource",
    "persons": "res_partner",
    "bookings": "tierslieux_booking",
    "subscriptions": "tierslieux_subscription",
    "invoices": "account_move",
}


def count(env):
    """{what: how many there are} of what grows."""
    env.flush_all()
    return {
        name: env.execute_query(SQL("SELECT count(*) FROM %s", SQL.identifier(table)))[0][0]
        for name, table in TABLES.items()
    }


def grow(env, share=1.0):
    """Grow the demonstration to a share of a network, and commit.

    :return: {what: how many there are}
    """
    before, size = count(env), Size.of(share)
    missing = {
        name: max(LEAST.get(name, 2), getattr(size, name) - before[name]) for name in SIZE_NAMES
    }
    _Growth(env, missing).grow()
    return count(env)


class _Growth(Books):
    def grow(self):
        for step in (
            self._grow_resources,
            self._grow_persons,
            self._grow_memberships,
            self._grow_bookings,
            self._grow_invoices,
            self._grow_subscriptions,
        ):
            step()
            self.env.flush_all()
            self.env.invalidate_all()
        self.env.cr.commit()
        with odoo.sql_db.db_connect(self.env.cr.dbname).cursor() as cr:
            cr._cnx.autocommit = True  # what the database does by itself in the minute after
            cr.execute("VACUUM ANALYZE")

    # -- places --------------------------------------------------------------------------

    def _grow_resources(self):
        models = self.env["tierslieux.resource"].search(
            [("part_ids", "=", False), ("whole_ids", "=", False), ("is_shared", "=", False)]
        )
        places = self.env["tierslieux.place"].create(
            [
                {
                    "name": f"La Halte de {TOWNS[rank % len(TOWNS)]}",
                    "code": f"R{rank:03}",
                    "sequence": 100 + rank,
                    "city": TOWNS[rank % len(TOWNS)],
                    "company_id": self.company.id,
                    "opening_hours": HOURS,
                }
                for rank in range(self.missing["places"])
            ]
        )
        self.resources = self.env["tierslieux.resource"].create(
            [
                {
                    "name": f"{ROOMS[rank % len(ROOMS)]} {rank // len(places) + 1}",
                    "place_id": places[rank % len(places)].id,
                    **{
                        name: models[rank % len(models)][name].id
                        for name in ("kind_id", "policy_id", "rate_id")
                    },
                    "capacity": models[rank % len(models)].capacity,
                }
                for rank in range(self.missing["resources"])
            ]
        )

    # -- people --------------------------------------------------------------------------

    def _grow_persons(self):
        model = self._find(
            "tierslieux.membership",
            [
                ("state", "=", "active"),
                ("fee_state", "=", "paid"),
                ("covered_partner_ids", "=", False),
                ("partner_id.is_company", "=", False),
                ("partner_id.parent_id", "=", False),
                ("partner_id.user_ids", "=", False),
            ],
            "member without an account",
        )
        self.membership = model
        self._sql(
            "CREATE TEMP TABLE grown_person AS"
            " SELECT n, nextval('res_partner_id_seq')::int AS id,"
            " (%(first)s::text[])[n %% %(firsts)s + 1] AS firstname,"
            " (%(last)s::text[])[n / %(firsts)s %% %(lasts)s + 1]"
            " || CASE WHEN n >= %(firsts)s * %(lasts)s"
            "    THEN '-' || (%(last)s::text[])[n %% %(lasts)s + 1] ELSE '' END AS lastname,"
            " (%(towns)s::text[])[n %% %(count)s + 1] AS city"
            " FROM generate_series(0, %(persons)s - 1) AS n",
            first=list(FIRST_NAMES),
            last=list(LAST_NAMES),
            towns=list(TOWNS),
            firsts=len(FIRST_NAMES),
            lasts=len(LAST_NAMES),
            count=len(TOWNS),
            persons=self.missing["persons"],
        )
        name, email = "s.firstname || ' ' || s.lastname", "'r' || s.n || '@reseau.example.org'"
        phone = "'06 4' || to_char(s.n / 100000, 'FM9') || to_char(s.n % 100000, ' FM000 00')"
        self._copy(
            model.partner_id,
            "SELECT * FROM grown_person",
            {
                "id": "s.id",
                "commercial_partner_id": "s.id",
                "name": name,
                "complete_name": name,
                "firstname": "s.firstname",
                "lastname": "s.lastname",
                "email": email,
                "email_normalized": email,
                "phone": phone.replace("%", "%%"),
                "phone_sanitized": "'+336' || to_char(40000000 + s.n, 'FM00000000')",
                "city": "s.city",
                "ref": "NULL",
                "user_id": "NULL",
                "community_visible": "false",
            },
        )

    def _grow_memberships(self):
        """This year's, and for two in three of them one of last year."""
        person = self.membership.partner_id
        this = "current_date + (s.n * 7 %% 330)"
        for source, state, end in (
            ("SELECT * FROM grown_person", "'active'", this),
            ("SELECT * FROM grown_person WHERE n %% 3 > 0", "'expired'", f"{this} - 365"),
        ):
            self._copy(
                self.membership,
                source,
                {
                    "partner_id": "s.id",
                    "payer_id": "s.id",
                    "state": state,
                    "date_start": f"{end} - 364",
                    "date_end": end,
                    "activity_date": f"{end} - 364",
                    "grace_end": f"{end} + 30",
                    "invoice_id": "NULL",
                    "representative_id": "NULL",
                },
            )
        self._copy(
            self._find("tierslieux.member", [("partner_id", "=", person.id)], "number"),
            "SELECT * FROM grown_person",
            {
                "partner_id": "s.id",
                "number": "'R' || to_char(s.n, 'FM00000')",
                "date_first": "current_date - 700 + (s.n %% 600)::int",
            },
        )  # fmt: skip

    # -- bookings ------------------------------------------------------------------------

    def _grow_bookings(self):
        model = self._find(
            "tierslieux.booking",
            [
                ("state", "=", "done"),
                ("series_id", "=", False),
                ("is_exclusive", "=", True),
                ("invoice_line_ids", "=", False),
            ],
            "booking that is done",
        )
        days = [
            day
            for rank in range(-PAST_DAYS, COMING_DAYS)
            if (day := self.today + timedelta(days=rank)).weekday() < 5
        ]
        each = ceil(self.missing["bookings"] / len(self.resources))
        assert each <= len(days) * SLOTS, "more bookings than the resources have hours"
        # Several on a day are at hours of their own; of each, the days of the past come first.
        self._sql(
            """
            CREATE TEMP TABLE grown_booking AS
            SELECT nextval('tierslieux_booking_id_seq')::int AS id, slot.*,
                   slot.start + interval '1 hour' AS stop,
                   CASE WHEN slot.n %% 20 = 0 THEN 'cancelled'
                        WHEN slot.start::date >= %(today)s THEN 'confirmed'
                        WHEN slot.n %% 33 = 0 THEN 'no_show' ELSE 'done' END AS state,
                   p.id AS partner_id
              FROM (
                SELECT row_number() OVER (ORDER BY k, r.rank) - 1 AS n, r.id AS resource_id,
                       (%(days)s::date[])[k %% %(count)s + 1]
                       + (7 + (k / %(count)s + r.rank) %% %(slots)s * 2) * interval '1 hour'
                       AS start
                  FROM unnest(%(resources)s::int[]) WITH ORDINALITY AS r(id, rank)
                 CROSS JOIN generate_series(0, %(each)s - 1) AS k
              ) AS slot
              JOIN grown_person p ON p.n = slot.n * 37 %% %(persons)s
            """,
            today=self.today,
            days=days,
            count=len(days),
            slots=SLOTS,
            resources=self.resources.ids,
            each=each,
            persons=self.missing["persons"],
        )
        # Of what is done a little waits to be paid; a third will be invoiced with the books.
        self._copy(
            model,
            "SELECT b.*, r.kind_id, r.place_id FROM grown_booking b"
            " JOIN tierslieux_resource r ON r.id = b.resource_id",
            {
                "id": "s.id",
                "resource_id": "s.resource_id",
                "kind_id": "s.kind_id",
                "place_id": "s.place_id",
                "partner_id": "s.partner_id",
                "start": "s.start",
                "stop": "s.stop",
                "activity_date": "s.start::date",
                "activity_hours": "1",
                "state": "s.state",
                "seats": "1",
                "title": "NULL",
                "checkin_at": "NULL",
                "checkout_at": "NULL",
                "fee_amount": "0",
                "amount": "CASE WHEN s.state = 'done' AND s.n %% 150 = 1 THEN 12 ELSE 0 END",
                "is_exclusive": "true",
            },
        )
        self._sql(
            """
            INSERT INTO tierslieux_booking_claim (booking_id, resource_id, unit, start, stop)
            SELECT b.id, b.resource_id, 1,
                   b.start - COALESCE(p.buffer_before, 0) * interval '1 minute',
                   b.stop + COALESCE(p.buffer_after, 0) * interval '1 minute'
              FROM grown_booking b
              JOIN tierslieux_resource r ON r.id = b.resource_id
              JOIN tierslieux_booking_policy p ON p.id = r.policy_id
             WHERE b.state IN ('confirmed', 'done')
            """
        )
