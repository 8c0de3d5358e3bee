"""Times told from the moment of reading: "vor 2 Stunden", "2 hours ago"."""

from __future__ import annotations

import datetime as dt
import re

from presslake.schema import DatePrecision
from transforms.records import PublicationDate

METHOD = "text_relative"
_ONES = {"einer": 1, "einem": 1, "a": 1, "an": 1, "one": 1}
_SECONDS = {
    "sekunde": 1, "second": 1, "sec": 1, "minute": 60, "min": 60, "stunde": 3600, "std": 3600, "hour": 3600, "hr": 3600,
    "tag": 86400, "day": 86400, "woche": 604800, "week": 604800,
}  # fmt: skip
RELATIVE = re.compile(
    r"\b(?:vor\s+(?:etwa\s+|ca\.\s+)?(?P<n>\d{1,3}|eine[rm])\s+(?P<unit>sekunde|minute|min|stunde|std|tag|woche)(?:n|en)?\b\.?"
    r"|(?:about\s+)?(?P<n2>\d{1,3}|an?|one)\s+(?P<unit2>second|sec|minute|min|hour|hr|day|week)s?\b\.?\s+ago\b)",
    re.I,
)


def read_relative(text: str, fetched_at: dt.datetime) -> PublicationDate | None:
    """The moment that ``text`` tells from ``fetched_at``: to the minute up to a day back, else to the day. None where it tells none."""
    found = RELATIVE.search(text)
    if found is None:
        return None
    number = (found["n"] or found["n2"]).lower()
    seconds = _SECONDS[(found["unit"] or found["unit2"]).lower()]
    back = (int(number) if number.isdigit() else _ONES[number]) * seconds
    at = fetched_at.astimezone(dt.UTC) - dt.timedelta(seconds=back)
    if seconds >= 86400:
        at = at.replace(hour=0, minute=0, second=0, microsecond=0)
        return PublicationDate(at=at, precision=DatePrecision.DAY, raw=found.group(), method=METHOD)
    return PublicationDate(at=at.replace(second=0, microsecond=0), precision=DatePrecision.MINUTE, raw=found.group(), method=METHOD)
