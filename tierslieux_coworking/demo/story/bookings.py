from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import fields

from .chapter import CoworkingChapter
from .subscribers import BILLED_MONTHS, BOOKS, GONE, SUBSCRIBERS

# How many days ahead the story is booked.
AHEAD = 15
# Share of the open days on which they come, by plan.
HABITS = {
    "plan_full": 0.24,
    "plan_half": 0.14,
    "plan_five": 0.1,
    "plan_team": 0.16,
    "plan_telework": 0.17,
}
# Who holds a book of ten days, and how many of them they have used.
BOOK_DAYS = {"cadiou_rozenn": 6, "sylvestre_kevin": 5, "baudry_yves": 4, "benali_sonia": 5}
MEETINGS = (
    "Point d'équipe", "Rendez-vous client", "Atelier", "Entretien", "Comité", "Formation",
    "Réunion de chantier", "Visioconférence",
)  # fmt: skip
# Organisations that take a room now and then: paid, at the partners' or the public's price.
GUESTS = ("communaute", "ressourcerie", "amap", "assurances_pays", "energie_ouest")
# Passes on account: who, how many days, in which month (0 is the running one).
PASSES = (
    ("ruellan_sandrine", 9, -1),
    ("lemoine_nadege", 2, -1),
    ("ruellan_sandrine", 1, -2),
    ("hamon_patrick", 3, 0),
)


class Bookings(CoworkingChapter):
    """Three months of desks, rooms and calls; credits are used as days go by."""

    def tell(self):
        self.first = self.month(-BILLED_MONTHS)
        self.last = self.today + timedelta(days=AHEAD)
        self.now = fields.Datetime.now()
        self.read_hours()
        self.taken, self.seen = {}, (None, [])
        month = self.first
        while month <= self.last:
            self.tell_month(month)
            month += relativedelta(months=1)
        self.tell_endings()

    # -- when places are open ------------------------------------------------------------

    def read_hours(self):
        """{place key: {day: (first hour, last hour)}}, closings and public holidays left out;
        ``self.spans`` has the hours of the day one by one."""
        self.hours, self.spans = {}, {}
        for key in ("place_fabrique", "place_annexe"):
            resource = self.env["tierslieux.resource"].search(
                [("place_id", "=", self.ref(key).id)], limit=1
            )
            intervals = resource._get_open_intervals(
                self.utc(self.first, 0), self.utc(self.last + timedelta(days=1), 0)
            )[resource.id]
            days = self.hours.setdefault(key, {})
            for start, stop in intervals:
                start, stop = (
                    fields.Datetime.context_timestamp(self.env.user, one) for one in (start, stop)
                )
                opens, closes = start.hour + start.minute / 60, stop.hour + stop.minute / 60
                self.spans.setdefault((key, start.date()), []).append((opens, closes))
                before = days.get(start.date(), (opens, closes))
                days[start.date()] = (min(before[0], opens), max(before[1], closes))

    # -- a month -------------------------------------------------------------------------

    def tell_month(self, month):
        end = month + relativedelta(months=1, days=-1)
        until = min(end, self.last)
        subscriptions = self.env["tierslieux.subscription"].search(
            [("plan_kind", "=", "recurring"), ("company_id", "=", self.company.id)]
        )
        if month <= self.today:
            begun = subscriptions.filtered(lambda s: s.date_start <= end)
            begun.with_context(default_date=month)._grant_due_credits(month, end)
        self.tell_passes(month)
        day = month
        while day <= until:
            # A week at a time: its lines of credits bear the day on which it begins.
            week = [day + timedelta(days=rank) for rank in range(7 - day.weekday())]
            self.tell_week([one for one in week if one <= until])
            day = week[-1] + timedelta(days=1)
        next_month = month + relativedelta(months=1)
        if next_month <= self.today:
            # What the nightly job does, that night.
            ledger = self.dated("tierslieux.credit.line", next_month)
            ledger._expire(next_month)
            ledger._expire_above_cap(subscriptions, next_month)

    def tell_passes(self, month):
        """Day passes taken on account, each with its desk."""
        Subscription = self.env["tierslieux.subscription"]
        for person, count, offset in PASSES:
            if self.month(offset) != month:
                continue
            days = [d for d in sorted(self.hours["place_fabrique"]) if d.month == month.month]
            days = [d for d in days if d <= self.today and d.weekday() in (1, 2, 3, 4)]
            for day in self.random.sample(days, min(count, len(days))):
                Subscription.create(
                    {
                        "partner_id": self.ref(person).id,
                        "plan_id": self.ref("plan_day").id,
                        "date_start": day,
                        "company_id": self.company.id,
                        "place_id": self.ref("place_fabrique").id,
                        "programme_id": self.ref("programme_coworking").id,
                    }
                ).with_context(default_date=day).action_start()
                self.planned.setdefault(day, []).append(person)

    @property
    def planned(self):
        """{day: persons who must have a desk that day}"""
        if not hasattr(self, "_planned"):
            self._planned = {}
            for person, ago in BOOKS.items():
                days = [
                    d
                    for d in sorted(self.hours["place_fabrique"])
                    if self.ago(ago) <= d <= self.today and d.weekday() in (1, 2, 3, 4)
                ]
                count = min(BOOK_DAYS[person], len(days))
                for day in self.random.sample(days, count):
                    self._planned.setdefault(day, []).append(person)
        return self._planned

    def tell_week(self, days):
        values = []
        for day in days:
            values += self.desks(day)
            values += self.rooms(day)
            values += self.calls(day)
        if not values:
            return
        bookings = self.dated("tierslieux.booking", days[0]).create(
            [{k: v for k, v in vals.items() if k != "fate"} for vals in values]
        )
        pairs = list(zip(bookings, values, strict=True))
        missed = bookings.browse().union(*(b for b, v in pairs if v["fate"] == "no_show"))
        missed.with_context(default_date=days[0]).action_no_show()
        for fate, waive in (("cancelled", True), ("cancelled_late", False)):
            gone = bookings.browse().union(*(b for b, v in pairs if v["fate"] == fate))
            if gone:
                gone.with_context(default_date=min(days[0], self.today))._cancel(
                    reason="Empêchement", waive=waive, waive_reason="Prévenu à temps"
                )
        self.env["tierslieux.presence"].create(
            [
                {
                    "partner_id": booking.partner_id.id,
                    "place_id": booking.place_id.id,
                    "booking_id": booking.id,
                    "checkin_at": booking.checkin_at,
                    "checkout_at": booking.checkout_at,
                    "source": "booking",
                }
                for booking, vals in pairs
                if vals["fate"] == "done" and booking.kind_id.code == "desk"
            ]
        )

    # -- who books what ------------------------------------------------------------------

    def people(self, day):
        """(person, plan, place) of those who may come that day."""
        if self.seen[0] != day:
            self.seen = (day, list(self.read_people(day)))
        return self.seen[1]

    def read_people(self, day):
        for key, (plan, *_rest) in {**SUBSCRIBERS, **GONE}.items():
            subscription = self.ref(f"subscription_{key}")
            gone = GONE.get(key)
            if subscription.date_start > day or (gone and day > self.end_of(gone[2])):
                continue
            for partner in subscription.person_ids.partner_id or subscription.partner_id:
                place = "place_annexe" if partner.city == "Hédé-Bazouges" else "place_fabrique"
                yield partner, plan, place

    def end_of(self, offset):
        return self.month(offset + 1) - timedelta(days=1)

    def desks(self, day):
        wanted = [(self.ref(person), "place_fabrique") for person in self.planned.get(day, ())]
        for partner, plan, place in self.people(day):
            if self.random.random() < HABITS[plan] * (1.3 if day.weekday() in (1, 3) else 1):
                wanted.append((partner, place))
        for partner, place in wanted:
            # On days on which the Annexe is closed, they go to the Fabrique.
            place = place if day in self.hours[place] else "place_fabrique"
            if day not in self.hours[place]:
                continue
            opens, closes = self.hours[place][day]
            numbers = range(1, 9) if place == "place_fabrique" else range(9, 13)
            free = [f"desk_{n}" for n in numbers if not self.taken.get((f"desk_{n}", day))]
            if not free or self.taken.get((partner.id, day)):
                continue
            key = self.random.choice(free)
            self.taken[key, day] = self.taken[partner.id, day] = True
            late, early = self.random.choice((0, 0, 0, 0.5, 1)), self.random.choice((0, 0, 1, 2))
            fate = self.random.choices(
                ("done", "cancelled", "no_show"), weights=(92, 6, 2 if day.weekday() else 0)
            )[0]
            vals = self.booking(key, partner, day, opens + late, max(closes - early, opens + 2))
            yield self.lived(vals, fate)

    def rooms(self, day):
        for key in ("room_canal", "room_ecluse", "room_presbytere", "office_cour"):
            place = "place_annexe" if key == "room_presbytere" else "place_fabrique"
            if day not in self.hours[place] or self.random.random() > 0.33:
                continue
            opens, closes = self.hours[place][day]
            length = self.random.choice((2, 2, 3, 4))
            start = opens + self.random.choice((0, 1, 2, 5))
            if start + length > closes:
                start, length = opens, 2
            partner = self.organiser(day)
            fate = self.random.choices(
                ("done", "cancelled", "cancelled_late", "no_show"), weights=(86, 7, 3, 4)
            )[0]
            vals = self.booking(key, partner, day, start, start + length)
            vals["title"] = self.random.choice(MEETINGS)
            yield self.lived(vals, fate)

    def organiser(self, day):
        if self.random.random() < 0.3:
            return self.ref(self.random.choice(GUESTS))
        return self.random.choice([partner for partner, *_rest in self.people(day)])

    def calls(self, day):
        if day not in self.hours["place_fabrique"]:
            return
        opens, closes = self.hours["place_fabrique"][day]
        for hour in sorted({opens + 0.5, opens + 2, closes - 1}):
            if self.random.random() < 0.2:
                partner = self.random.choice([partner for partner, *_rest in self.people(day)])
                length = self.random.choice((0.25, 0.5, 0.5, 1))
                vals = self.booking("booth", partner, day, hour, hour + length)
                yield self.lived(vals, "done")

    def fit(self, place, day, start, stop):
        """The same hours, begun and ended while the place is open."""
        spans = self.spans[place, day]
        if not any(a <= start < b for a, b in spans):
            start = min(a for a, _b in spans if a > start)
        if not any(a < stop <= b for a, b in spans):
            stop = max(b for _a, b in spans if b < stop)
        if stop - start < 2:
            opens, closes = max(spans, key=lambda span: span[1] - span[0])
            start, stop = opens, min(opens + 3, closes)
        return start, stop

    def booking(self, key, partner, day, start, stop):
        resource = self.ref(key)
        place = (
            "place_fabrique"
            if resource.place_id == self.ref("place_fabrique")
            else ("place_annexe")
        )
        if resource.kind_id.code != "booth":
            start, stop = self.fit(place, day, start, stop)
        return {
            "resource_id": resource.id,
            "partner_id": partner.id,
            "start": self.utc(day, start),
            "stop": self.utc(day, stop),
            "programme_id": self.ref("programme_coworking").id,
            "source": self.random.choice(("portal", "portal", "desk")),
        }

    def lived(self, vals, fate):
        """What became of it: nothing yet when it is to come."""
        if vals["start"] > self.now:
            return {**vals, "fate": "cancelled" if fate.startswith("cancelled") else "to_come"}
        if vals["stop"] > self.now:
            return {**vals, "fate": "to_come"}
        if fate == "done":
            vals.update(state="done", checkin_at=vals["start"], checkout_at=vals["stop"])
        return {**vals, "fate": fate}

    # -- who leaves ----------------------------------------------------------------------

    def tell_endings(self):
        for key, (_plan, _months, offset) in GONE.items():
            end = self.end_of(offset)
            self.ref(f"subscription_{key}").with_context(default_date=end)._give_notice(
                end - timedelta(days=32), end, "Déménagement"
            )
