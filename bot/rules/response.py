"""When something is done about a lead that nobody has been in touch with: pure, in the hours of whoever has it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.rules.calendar import WorkingHours

REMIND, MANAGER, NEXT = 1, 2, 3

# The working minutes after which each step is taken, in the order of the steps; none is never.
Ladder = tuple[int | None, int | None, int | None]


class Due(NamedTuple):
    at: datetime
    step: int


@dataclass(frozen=True)
class Stretch:
    """Since when somebody has the lead, and in whose hours it waits with them.

    `used` is the working time that counts already. It goes along with an offer that moves on; whoever becomes the
    owner begins with none, so that everybody has the whole of the playbook's time for a lead of their own.
    """

    since: datetime
    hours: WorkingHours
    zone: str
    used: timedelta = timedelta(0)

    def counted(self, now: datetime) -> timedelta:
        """The working time up to `now`; what was used before if the clock was set back behind the beginning."""
        return self.used + self.hours.working_between(self.since, now, self.zone)

    def reaches(self, span: timedelta) -> datetime:
        """The first moment within hours, in UTC, by which so much working time counts."""
        return self.within_hours(self.since, span - self.used)

    def within_hours(self, moment: datetime, span: timedelta) -> datetime:
        """When `span` has been worked since `moment`; if that is the end of a day, the beginning of the next."""
        return self.hours.next_open(self.hours.add_working(moment, span, self.zone), self.zone)


def next_step(ladder: Ladder, stretch: Stretch, taken: int, *, late_at: datetime | None = None) -> Due | None:
    """The step after `taken` (0 for none yet) and when it is due, always within hours; None if there is none left.

    `late_at` says that `taken` came late, at that moment, as after an outage: what follows then keeps its distance,
    so that nobody loses a lead in the minute in which they are reminded of it.
    """
    for step, minutes in enumerate(ladder, start=1):
        if step <= taken or minutes is None:
            continue
        due_at = stretch.reaches(timedelta(minutes=minutes))
        if late_at is not None:
            before = (ladder[taken - 1] or 0) if taken else 0
            due_at = max(due_at, stretch.within_hours(late_at, timedelta(minutes=minutes - before)))
        return Due(due_at, step)
    return None
