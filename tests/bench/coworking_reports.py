"""Seconds of the occupancy report of a year over 200 000 bookings, beside one SQL aggregate.

The rows are written by SQL: what is measured is how they are read. The aggregate is the cheapest
that gives hours by resource, day of the week and hour of the place's clock, each booking counted
in its first hour; the report cuts them right, adds the hours open and sends names.
"""

import time
from datetime import date
from statistics import median

BOOKINGS = 200_000
RESOURCES = 100
REPEAT = 5

# Six a day of one hour to two, from eight in the morning: no two at once, as the database asks.
INSERT = """
INSERT INTO tierslieux_booking (resource_id, kind_id, place_id, company_id, partner_id, state,
       source, seats, headcount, start, stop, activity_date, amount {columns})
SELECT r.id, r.kind_id, r.place_id, p.company_id, %(partner)s,
       CASE n %% 20 WHEN 0 THEN 'cancelled' WHEN 1 THEN 'no_show' ELSE 'done' END,
       'desk', 1, 1, slot.start, slot.start + (60 + n %% 3 * 30) * interval '1 minute',
       slot.start::date, 0 {values}
  FROM tierslieux_resource r
  JOIN tierslieux_place p ON p.id = r.place_id
 CROSS JOIN generate_series(0, %(each)s - 1) AS n
 CROSS JOIN LATERAL (
    SELECT timestamp '2025-01-02 07:00' + n / 6 * interval '1 day' + n %% 6 * interval '2 hours'
           AS start
 ) AS slot
 WHERE r.id = ANY(%(resources)s)
"""
AGGREGATE = """
SELECT b.resource_id,
       date_part('isodow', timezone(c.tz, timezone('UTC', b.start))) AS weekday,
       date_part('hour', timezone(c.tz, timezone('UTC', b.start))) AS hour,
       SUM(date_part('epoch', b.stop - b.start)) / 3600 AS hours
  FROM tierslieux_booking b
  JOIN tierslieux_place p ON p.id = b.place_id
  JOIN resource_calendar c ON c.id = p.calendar_id
 WHERE b.state IN ('confirmed', 'checked_in', 'done')
   AND b.start >= %(start)s AND b.start < %(stop)s
   AND b.company_id = ANY(%(companies)s)
 GROUP BY 1, 2, 3
"""
PERIOD = {"date_from": "2025-01-01", "date_to": "2025-12-31"}


def _fill(env):
    place = env["tierslieux.place"].create(
        {"name": "Banc d'essai", "code": f"B{time.time_ns()}", "opening_hours": "Mo-Su 08:00-20:00"}
    )
    resources = env["tierslieux.resource"].create(
        [
            {
                "name": f"Salle {number:03}",
                "place_id": place.id,
                "kind_id": env.ref("tierslieux_booking.resource_kind_room").id,
            }
            for number in range(RESOURCES)
        ]
    )
    env.flush_all()
    exclusive = "is_exclusive" in env["tierslieux.booking"]._fields
    env.cr.execute(
        INSERT.format(
            columns=", is_exclusive" if exclusive else "", values=", true" if exclusive else ""
        ),
        {
            "partner": env.company.partner_id.id,
            "each": BOOKINGS // RESOURCES,
            "resources": resources.ids,
        },
    )
    env.cr.execute("ANALYZE tierslieux_booking")
    env.invalidate_all()
    return place


def _median(function):
    times = []
    for _turn in range(REPEAT):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return median(times)


def run(env):
    """Return the measures, one dict each."""
    place = _fill(env)
    report = env["tierslieux.booking.report"]

    def aggregate():
        env.cr.execute(
            AGGREGATE, {"start": "2025-01-01", "stop": "2026-01-01", "companies": env.companies.ids}
        )
        return env.cr.fetchall()

    def heat_map():
        env.invalidate_all()
        return report.get_heat_map({**PERIOD, "place_id": place.id})

    def pivot():
        domain = report._get_period_domain(date(2025, 1, 1), date(2025, 12, 31))
        return report._read_group(domain, ["resource_id", "weekday", "hour"], ["hours:sum"])

    assert aggregate() and heat_map()["total"]["booked"], "no booking to measure"
    told, drawn, crossed = _median(aggregate), _median(heat_map), _median(pivot)
    return [
        {
            "what": f"Occupancy of a year, {BOOKINGS} bookings",
            "ours_s": round(drawn, 3),
            "peer": "one SQL aggregate",
            "peer_s": round(told, 3),
            "ratio": round(drawn / told, 2),
            "target": "at most 2",
        },
        {
            "what": "the same in the pivot, hour by hour",
            "ours_s": round(crossed, 3),
            "peer": "one SQL aggregate",
            "peer_s": round(told, 3),
            "ratio": round(crossed / told, 2),
            "target": None,
        },
    ]
