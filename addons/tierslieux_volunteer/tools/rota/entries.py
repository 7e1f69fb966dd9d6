"""What is read of a rota. Plain Python without Odoo."""

import datetime
from dataclasses import dataclass, field

from .cells import Mention, Slot


@dataclass
class Entry:
    """Somebody at a mission on a day; nobody yet when ``mention`` is None.

    :param int row: as a spreadsheet numbers it
    :param int at: rank of the column, from 0
    :param list problems: (code, text of the file)
    """

    row: int
    at: int
    cell: str
    day: datetime.date | None = None
    day_text: str = ""
    slot: Slot | None = None
    mission: str = ""
    place: str = ""
    mention: Mention | None = None
    hours: float | None = None
    remark: str = ""
    is_guessed: bool = False
    is_off: bool = False
    problems: list = field(default_factory=list)


@dataclass
class Reading:
    """What a sheet holds. ``skipped``, ``cancelled``, ``absent``: numbers of rows."""

    entries: list = field(default_factory=list)
    skipped: list = field(default_factory=list)
    cancelled: list = field(default_factory=list)
    absent: list = field(default_factory=list)
