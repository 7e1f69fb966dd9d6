"""iCalendar files of bookings (RFC 5545), for messages and for feeds.

Times are written in UTC: each occurrence is an event of its own, which any calendar shows in the
reader's own time.

>>> from datetime import datetime
>>> event = Event("booking-7@example.com", datetime(2026, 5, 12, 12), datetime(2026, 5, 12, 14),
...               "Blue room", datetime(2026, 5, 1))
>>> print(build_calendar([event]).decode().replace("\\r", ""))  # doctest: +ELLIPSIS
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//tierslieux//booking//EN
...
DTSTART:20260512T120000Z
...
END:VCALENDAR
<BLANKLINE>
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import icalendar

# How often calendars are asked to look again.
REFRESH = timedelta(hours=1)


@dataclass(frozen=True)
class Event:
    """One booking as calendars know it. Times are naive UTC; ``status`` is the RFC's."""

    uid: str
    start: datetime
    stop: datetime
    summary: str
    stamp: datetime
    sequence: int = 0
    status: str = "CONFIRMED"
    location: str = ""
    description: str = ""
    url: str = ""
    organizer_name: str = ""
    organizer_email: str = ""


def build_calendar(events, name="", method=""):
    """The iCalendar file of events, as bytes.

    :param name: shown by calendars for a feed
    :param method: PUBLISH or CANCEL for a file sent by e-mail, none for a feed
    """
    calendar = icalendar.Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//tierslieux//booking//EN")
    if method:
        calendar.add("method", method)
    if name:
        calendar.add("x-wr-calname", name)
        calendar.add("refresh-interval", REFRESH)
        calendar.add("x-published-ttl", "PT1H")
    for event in events:
        calendar.add_component(_build_event(event))
    return calendar.to_ical()


def _build_event(event):
    component = icalendar.Event()
    component.add("uid", event.uid)
    component.add("dtstamp", event.stamp.replace(microsecond=0, tzinfo=UTC))
    component.add("dtstart", event.start.replace(microsecond=0, tzinfo=UTC))
    component.add("dtend", event.stop.replace(microsecond=0, tzinfo=UTC))
    component.add("summary", event.summary)
    component.add("sequence", event.sequence)
    component.add("status", event.status)
    for key in ("location", "description", "url"):
        if getattr(event, key):
            component.add(key, getattr(event, key))
    if event.organizer_email:
        organizer = icalendar.vCalAddress(f"mailto:{event.organizer_email}")
        if event.organizer_name:
            organizer.params["cn"] = event.organizer_name
        component.add("organizer", organizer)
    return component
