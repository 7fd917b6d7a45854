"""Working hours that remember the stretch they were last asked about: a replay asks for one moment after another."""

from datetime import datetime

from bot.rules.calendar import WorkingHours


class RememberedHours(WorkingHours):
    """Answers like the hours it is made of, without a look at the calendar while they neither open nor close."""

    def __init__(self, hours: WorkingHours) -> None:
        super().__init__(hours.starts, hours.ends, hours.days, hours.holidays)
        object.__setattr__(self, "_known", {})

    def cover(self, moment: datetime, zone: str) -> bool:
        return self._next_stretch(moment, zone)[0] <= moment

    def next_open(self, moment: datetime, zone: str) -> datetime:
        return max(moment, self._next_stretch(moment, zone)[0])

    def _next_stretch(self, moment: datetime, zone: str) -> tuple[datetime, datetime]:
        """When the hours open and close that `moment` is in, or before; holds from when it was asked for."""
        known: dict[str, tuple[datetime, datetime, datetime]] = self._known  # type: ignore[attr-defined]
        kept = known.get(zone)
        if kept is None or not kept[0] <= moment < kept[2]:
            opens, closes = next(self._stretches(moment, zone))
            kept = known[zone] = (moment, opens, closes)
        return kept[1], kept[2]
