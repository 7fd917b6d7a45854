"""What each kind of alert looks at, and what of it is over its line: figures are read, and a rule is asked."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.rules.calendar import WorkingHours, at_local
from bot.rules.reports import alerts as rules
from bot.rules.reports.alert_words import CONVERSION, SILENCE, UNCLAIMED
from bot.rules.reports.alerts import WEEKS_BEFORE, WITHIN, Share, Silence
from bot.services import Services
from bot.views.report_alerts import Fell, Silent, Unclaimed
from store.models import ReportAlert
from store.reporting import alerts as stored
from store.reporting.alerts import Sent, Waiting
from store.reporting.recording import CONTACTED, WON
from store.reporting.scope import Scope
from store.unit_of_work import UnitOfWork

DAY, WEEK = timedelta(days=1), timedelta(days=7)
STEPS = {"contacted": CONTACTED, "won": WON}
LOOKS = {"contacted": "speed", "won": "funnel"}  # the report that shows where it was lost


@dataclass(frozen=True)
class Look:
    """Where and when somebody looks."""

    services: Services
    uow: UnitOfWork
    one: ReportAlert
    now: datetime
    zone: str
    names_leads: bool = False  # whoever reads it may know all leads there are

    @property
    def hours(self) -> WorkingHours:
        return self.services.playbook.hours.rule()

    @property
    def today(self) -> date:
        return self.now.astimezone(ZoneInfo(self.zone)).date()

    def scope(self, starts: datetime, ends: datetime) -> Scope:
        source = str(self.one.limits.get("source") or "")
        return Scope(
            starts, ends, self.now, self.zone, sources=frozenset({source}) if source else None,
            team_ids=frozenset({self.one.team_id}) if self.one.team_id else None,
        )  # fmt: skip


@dataclass(frozen=True)
class Found:
    """What is over its line, and how that is said of those which have just crossed it."""

    over: tuple[str, ...] = ()
    tell: Callable[[list[str]], Unclaimed | Fell | Silent] = lambda _: Silent(())
    lead_ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class Kind:
    find: Callable[[Look], Found]
    again: timedelta  # looks are so far apart, within working hours


# --- unclaimed


def unclaimed(look: Look) -> Found:
    minutes = int(look.one.limits["minutes"])
    limit = timedelta(minutes=minutes)
    rows = stored.unclaimed(look.uow.session, until=look.now - limit, team_id=look.one.team_id)
    zones = {team.id: look.services.playbook.team(team.name).zone for team in look.uow.people.teams()}
    late = [row for zone in set(zones.values()) for row in too_late(look, rows, zones, zone, limit)]
    late.sort(key=lambda row: (row.since, row.lead_id))
    if not late:
        return Found()
    longest = max(waited(look, row, zones[row.team_id]) for row in late[:10])

    def tell(_: list[str]) -> Unclaimed:
        leads = [(look.uow.leads.get(row.lead_id), row) for row in late[:10]] if look.names_leads else []
        named = tuple((lead, waited(look, row, zones[row.team_id])) for lead, row in leads if lead)
        teams = Counter(row.team_id for row in late)
        by_team = tuple((look.uow.people.team(team_id).name, count) for team_id, count in teams.most_common())
        return Unclaimed(
            minutes, len(late), longest, named, () if named else by_team, is_more=len(rows) >= stored.MOST
        )  # fmt: skip

    return Found((UNCLAIMED,), tell, tuple(row.lead_id for row in late[:50]))


def too_late(
    look: Look, rows: list[Waiting], zones: dict[int | None, str], zone: str, limit: timedelta
) -> list[Waiting]:
    """The first rows of those zones: the longer ago, the more working time."""
    theirs = [row for row in rows if zones.get(row.team_id) == zone]
    first, behind = 0, len(theirs)
    while first < behind:
        middle = (first + behind) // 2
        first, behind = (middle + 1, behind) if waited(look, theirs[middle], zone) >= limit else (first, middle)
    return theirs[:first]


def waited(look: Look, row: Waiting, zone: str) -> timedelta:
    return look.hours.working_between(row.since, look.now, zone)


# --- conversion


def conversion(look: Look) -> Found:
    """This week's are the last seven days of arrivals that have had long enough; the usual ones those before."""
    step = str(look.one.limits["step"])
    within = WITHIN[step]
    last = look.today - within
    ends, starts, first = (
        at_local(last - back, time(0), look.zone) for back in (0 * DAY, WEEK, WEEK * (WEEKS_BEFORE + 1))
    )
    week, usual = (
        Share(*stored.got_there(look.uow.session, look.scope(*times), step=STEPS[step], within=within))
        for times in ((starts, ends), (first, starts))
    )
    if not rules.fell_out(week, usual):
        return Found()
    days = last - WEEK, last - DAY
    told = Fell(
        step, f"from {named(days[0])} to {named(days[1])}", week.value, week.of, usual.value, usual.band, WEEKS_BEFORE,
        within, f"{LOOKS[step]} {days[0].isoformat()}..{days[1].isoformat()} vs previous",
    )  # fmt: skip
    return Found((CONVERSION,), lambda _: told)


def named(day: date) -> str:
    return f"{day.day} {day:%B}"


# --- silence


def silence(look: Look) -> Found:
    at_least = float(look.one.limits["a_day"])
    since = at_local(look.today - timedelta(days=rules.DAYS_BEFORE), time(0), look.zone)
    by_source: dict[str, list[Sent]] = {}
    for row in stored.sent(look.uow.session, look.scope(since, look.now)):
        by_source.setdefault(row.source, []).append(row)
    days = working_days(look)
    newest = {
        source: datetime.fromtimestamp(max(row.newest for row in rows), UTC) for source, rows in by_source.items()
    }
    found = {
        source: Silence(source, rules.usual_of(a_day(look, rows, days)), silent_days(look, newest[source]))
        for source, rows in by_source.items()
    }
    over = tuple(sorted(source for source, one in found.items() if rules.is_silent(one, at_least)))

    def tell(crossed: list[str]) -> Silent:
        return Silent(tuple((name, found[name].a_day, found[name].days, newest[name]) for name in crossed))

    return Found(over, tell)


def working_days(look: Look) -> list[date]:
    """Those before today by which it is known what is usual."""
    days = (look.today - timedelta(days=back) for back in range(1, rules.DAYS_BEFORE + 1))
    return [day for day in days if look.hours.next_day(day) == day]


def a_day(look: Look, rows: list[Sent], days: list[date]) -> list[int]:
    """Of each working day since the source first sent anything, how many leads it sent."""
    zone = ZoneInfo(look.zone)
    counts: Counter[date] = Counter()
    for row in rows:
        counts[datetime.fromtimestamp(row.hour * 3600, zone).date()] += row.leads
    return [counts[day] for day in days if day >= min(counts)]


def silent_days(look: Look, newest: datetime) -> float:
    """In working days without a lead."""
    hours = look.hours
    a_day = datetime.combine(date.min, hours.ends) - datetime.combine(date.min, hours.starts)
    return hours.working_between(newest, look.now, look.zone) / a_day


KINDS = {
    UNCLAIMED: Kind(unclaimed, timedelta(minutes=1)),
    CONVERSION: Kind(conversion, DAY),
    SILENCE: Kind(silence, timedelta(hours=1)),
}
