"""Who can take a lead now, and what stands in the way of everybody else."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from bot.rules.calendar import WorkingHours, at_local

# In the order in which they are looked at: what lasts longest first, so that the reason given is the one that matters.
HAD_IT, SKILLS, PAUSED, SET_ASIDE, AWAY, HOLIDAY, HOURS, OFFERS, OPEN, CAP = (
    "had it", "skills", "paused", "set aside", "away", "holiday", "hours", "offers", "open leads", "cap",
)  # fmt: skip
# Waiting does not change these: a lead that everyone had, or nobody is skilled for, is not held for them.
FOR_GOOD = frozenset({HAD_IT, SKILLS})
# What the absence policy may make up for.
ABSENT = frozenset({AWAY, HOLIDAY})
SPANS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(weeks=1)}

Obstacle = dict[str, Any]  # {"is": one of the causes above, and the figures that prove it}


@dataclass(frozen=True)
class Limits:
    """How much a rep takes; None is no limit."""

    hour: int | None = None
    day: int | None = None
    week: int | None = None
    open: int | None = None  # leads they own that are not closed
    offers: int | None = None  # offers they have not answered
    window: str = "rolling"  # or "calendar": since the hour, the day or the week began in their zone

    @cached_property
    def spans(self) -> dict[str, int]:
        """The limit on leads in each span that has one."""
        return {span: limit for span in SPANS if (limit := getattr(self, span)) is not None}


@dataclass
class Candidate:
    """One rep of the team, as the decision sees them."""

    rep_id: int
    time_zone: str
    hours: WorkingHours
    limits: Limits = Limits()
    skills: frozenset[str] = frozenset()
    is_paused: bool = False
    is_set_aside: bool = False
    away_until: datetime | None = None
    had_this_lead: str | None = None  # how an earlier offer of the same lead ended
    open_leads: int = 0
    open_offers: int = 0
    taken: dict[str, int] = field(default_factory=dict)  # leads in each span that their limits look at
    # What their hours say, and of which moment: the same for all leads that are dealt at one time.
    _off_work: tuple[tuple[datetime, WorkingHours, str], Obstacle | None] | None = field(default=None, repr=False)


def obstacle(rep: Candidate, *, needs: frozenset[str], now: datetime) -> Obstacle | None:
    """Why this rep cannot have the lead now, with the figures; None if they can."""
    for check in CHECKS:
        found = check(rep, needs, now)
        if found is not None:
            return found
    return None


def had_it(rep: Candidate, _needs: frozenset[str], _now: datetime) -> Obstacle | None:
    return {"is": HAD_IT, "how": rep.had_this_lead} if rep.had_this_lead else None


def lacks_skills(rep: Candidate, needs: frozenset[str], _now: datetime) -> Obstacle | None:
    return None if needs <= rep.skills else {"is": SKILLS, "missing": sorted(needs - rep.skills)}


def is_out(rep: Candidate, _needs: frozenset[str], now: datetime) -> Obstacle | None:
    if rep.is_paused:
        return {"is": PAUSED}
    if rep.is_set_aside:
        return {"is": SET_ASIDE}
    if rep.away_until and rep.away_until > now:
        return {"is": AWAY, "until": rep.away_until.isoformat()}
    return None


def is_off_work(rep: Candidate, _needs: frozenset[str], now: datetime) -> Obstacle | None:
    asked = (now, rep.hours, rep.time_zone)
    if rep._off_work is None or rep._off_work[0] != asked:
        rep._off_work = asked, hours_say(rep, now)
    return rep._off_work[1]


def hours_say(rep: Candidate, now: datetime) -> Obstacle | None:
    if rep.hours.cover(now, rep.time_zone):
        return None
    holiday = rep.hours.holiday(now.astimezone(ZoneInfo(rep.time_zone)).date())
    if holiday:
        return {"is": HOLIDAY, "name": holiday}
    return {"is": HOURS, "zone": rep.time_zone, "until": rep.hours.next_open(now, rep.time_zone).isoformat()}


def has_enough(rep: Candidate, _needs: frozenset[str], _now: datetime) -> Obstacle | None:
    limits = rep.limits
    if limits.offers is not None and rep.open_offers >= limits.offers:
        return {"is": OFFERS, "limit": limits.offers, "has": rep.open_offers}
    if limits.open is not None and rep.open_leads >= limits.open:
        return {"is": OPEN, "limit": limits.open, "has": rep.open_leads}
    return None


def is_at_cap(rep: Candidate, _needs: frozenset[str], _now: datetime) -> Obstacle | None:
    for span, limit in rep.limits.spans.items():
        if rep.taken.get(span, 0) >= limit:
            return {"is": CAP, "span": span, "limit": limit, "has": rep.taken[span]}
    return None


CHECKS: tuple[Callable[[Candidate, frozenset[str], datetime], Obstacle | None], ...] = (
    had_it, lacks_skills, is_out, is_off_work, has_enough, is_at_cap,
)  # fmt: skip


def is_absent(rep: Candidate, now: datetime) -> bool:
    """On holiday or away: what they miss may be made up for, unlike what they miss by hours or caps."""
    out = is_out(rep, frozenset(), now) or is_off_work(rep, frozenset(), now)
    return out is not None and out["is"] in ABSENT


def counted_since(span: str, window: str, zone: str, now: datetime) -> datetime:
    """Leads taken after this moment count towards the cap of that span ("hour", "day" or "week")."""
    if window == "rolling":
        return now - SPANS[span]
    local = now.astimezone(ZoneInfo(zone))
    # What falls on the very beginning of the hour or the day belongs to it.
    just_before = timedelta(microseconds=1)
    if span == "hour":
        return now - timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond) - just_before
    day = local.date() if span == "day" else local.date() - timedelta(days=local.weekday())
    return at_local(day, time(0), zone) - just_before


def stands(obstacle: Obstacle, at: datetime) -> bool:
    """Whether the recorded figures prove the obstacle they are recorded for."""
    match obstacle["is"]:
        case "cap" | "offers" | "open leads":
            return bool(obstacle["has"] >= obstacle["limit"])
        case "away":
            return datetime.fromisoformat(obstacle["until"]) > at
        case "hours":
            return datetime.fromisoformat(obstacle["until"]) > at
        case "skills":
            return bool(obstacle["missing"])
        case other:
            return other in (HAD_IT, PAUSED, SET_ASIDE, HOLIDAY)
