"""How an agreement fares: red, amber or green, and why, from facts that were counted before."""

from dataclasses import dataclass
from datetime import date

LONG_LATE_DAYS = 30
SOON_DAYS = 15
REVIEW_MONTHS = 12
# Of the hours promised up to today, so much at least is given.
PRESENCE_SHARE = 0.8


@dataclass(frozen=True)
class Facts:
    """What is known of a running agreement on a day."""

    is_signed: bool = True
    has_owner: bool = True
    days_to_notice: int | None = None
    is_decided: bool = False
    alert_days: int = 60
    late_duties: int = 0
    longest_late_days: int = 0
    hours_promised: float = 0.0
    hours_given: float = 0.0
    unpaid_moves: int = 0
    last_review: date | None = None
    months_running: int = 0
    months_since_review: int = 0


def get_reasons(facts):
    """[(level, reason key, number)], the worst first: what somebody should do something about."""
    reasons = []
    if not facts.is_signed:
        reasons.append(("red", "unsigned", 0))
    left = facts.days_to_notice
    if left is not None and not facts.is_decided and 0 <= left <= facts.alert_days:
        reasons.append(("red" if left <= SOON_DAYS else "amber", "notice", left))
    if facts.late_duties:
        level = "red" if facts.longest_late_days > LONG_LATE_DAYS else "amber"
        reasons.append((level, "late", facts.late_duties))
    if facts.hours_promised and facts.hours_given < PRESENCE_SHARE * facts.hours_promised:
        reasons.append(("amber", "presence", round(facts.hours_promised - facts.hours_given)))
    if facts.unpaid_moves:
        reasons.append(("amber", "unpaid", facts.unpaid_moves))
    if not facts.has_owner:
        reasons.append(("amber", "owner", 0))
    if facts.months_running >= REVIEW_MONTHS and facts.months_since_review >= REVIEW_MONTHS:
        reasons.append(("amber", "review", facts.months_since_review))
    return sorted(reasons, key=lambda reason: reason[0] != "red")


def get_level(reasons):
    """The colour of the worst reason.

    >>> get_level([]), get_level([("amber", "owner", 0)])
    ('green', 'amber')
    """
    levels = {level for level, _key, _number in reasons}
    return "red" if "red" in levels else "amber" if levels else "green"
