"""What the effect of a reminder rule can be said to be, from how often an action followed it: pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt
from zoneinfo import ZoneInfo

from bot.rules.calendar import WorkingHours, at_local

NORMAL_95 = 1.959963984540054  # the 97.5 % quantile of the standard normal distribution
ENOUGH = 30  # reminders; of fewer, nothing is advised
TOO_RARE = 0.20


@dataclass(frozen=True)
class Effect:
    """One rule's reminders within the days looked at."""

    rule: str
    sent: int
    acted: int  # within a working day
    pending: int = 0  # sent, and their working day is not over
    digested: int = 0  # said by the morning digest instead
    median: timedelta | None = None  # from the reminder to whatever was done

    @property
    def decided(self) -> int:
        return self.sent - self.pending

    @property
    def share(self) -> float | None:
        return self.acted / self.decided if self.decided else None

    @property
    def interval(self) -> tuple[float, float]:
        return wilson(self.acted, self.decided)

    @property
    def is_idle(self) -> bool:
        """Enough were sent to say that hardly any is followed by an action."""
        return self.decided >= ENOUGH and self.interval[1] < TOO_RARE


def wilson(hits: int, of: int) -> tuple[float, float]:
    """The 95 % score interval of a share; everything is possible of nothing.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of the American
    Statistical Association 22 (1927), 209-212: the shares p whose own standard error puts hits/of within z of p.
    """
    if of == 0:
        return 0.0, 1.0
    share, z2 = hits / of, NORMAL_95**2
    middle = (share + z2 / (2 * of)) / (1 + z2 / of)
    reach = NORMAL_95 / (1 + z2 / of) * sqrt(share * (1 - share) / of + z2 / (4 * of**2))
    # The ends are exact where nobody or everybody acted; rounding must not say otherwise.
    return (0.0 if hits == 0 else max(0.0, middle - reach)), (1.0 if hits == of else min(1.0, middle + reach))


def a_working_day_after(moment: datetime, hours: WorkingHours, zone: str) -> datetime:
    """The same time on the clock on the next working day, in UTC."""
    local = moment.astimezone(ZoneInfo(zone))
    return at_local(hours.next_day(local.date() + timedelta(days=1)), local.time(), zone)
