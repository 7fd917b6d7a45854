"""Where the windows of caps begin, remembered for as long as they last."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.rules.calendar import at_local
from bot.rules.eligibility import SPANS, counted_since


class Windows:
    """Answers like `counted_since`, for a time that does not go back."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], tuple[datetime, datetime]] = {}

    def since(self, span: str, window: str, zone: str, now: datetime) -> datetime:
        """Leads taken after this moment count towards the cap of that span."""
        if window == "rolling":
            return now - SPANS[span]
        known = self._known.get((span, zone))
        if known is None or known[1] <= now:
            known = counted_since(span, window, zone, now), self.next_begins(span, zone, now)
            self._known[span, zone] = known
        return known[0]

    def next_begins(self, span: str, zone: str, now: datetime) -> datetime:
        """When the next hour, day or week begins on the wall there, in UTC."""
        local = now.astimezone(ZoneInfo(zone))
        if span == "hour":
            return now + timedelta(hours=1) - timedelta(
                minutes=local.minute, seconds=local.second, microseconds=local.microsecond
            )  # fmt: skip
        days = 1 if span == "day" else 7 - local.weekday()
        return at_local(local.date() + timedelta(days=days), time(0), zone)
