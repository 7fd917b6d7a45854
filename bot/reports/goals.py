"""Goals: what is to be reached, how far it is, whether the pace is right, and where it leads."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.reports.kinds import Asked, ReportKind
from bot.rules.asking.periods import day_name, earlier, named, unit_of
from bot.rules.calendar import at_local
from bot.rules.reports.goals import EXAMPLE, VALUE, Progress, passed
from bot.rules.reports.report import Cell, Chart, Figure, Report, Row, Said, Series, Table
from store.models import Goal
from store.reporting import behind as leads_behind
from store.reporting import goals as store
from store.reporting.recording import ARRIVED, CLAIMED, CONTACTED, MQL, SQL
from store.reporting.scope import Scope
from store.reporting.stays import closed

STEPS = {"leads": ARRIVED, "contacted": CONTACTED, "mqls": MQL, "sqls": SQL}
INSTANT = timedelta(microseconds=1)
POINTS = {"week": ("day", 1), "month": ("day", 3), "quarter": ("week", 1), "year": ("month", 1)}  # of the chart
MOST_CHARTED = 12
HEADINGS = ("Goal", "Time", "Target", "Reached", "Of the target", "Expected by now", "Forecast", "State")
PACE = (
    "Expected by now is the target times the share of the working time that is over, by the playbook's hours. "
    "The forecast goes on as fast as until now. What was reached counts by when it was, whenever the lead arrived."
)
AHEAD = frozenset({"reached", "ahead", "on pace"})


@dataclass(frozen=True)
class Way:
    """A goal in one week, month, quarter or year, up to a moment."""

    goal: Goal
    name: str
    scope: Scope
    starts: date
    ends: date
    progress: Progress


def goals(asked: Asked) -> Report:
    ways = ways_of(asked)
    rows = tuple(Row(cells(one), behind=str(one.goal.id) if one.progress.reached else "") for one in ways)
    return Report(
        "goals", f"Goals, {asked.question.period.name}", sentence(ways), Table(HEADINGS, rows), charts(asked, ways),
        ((PACE,),) if ways else (), as_of=asked.question.as_of,
    )  # fmt: skip


def ways_of(asked: Asked) -> list[Way]:
    """Each goal in the time that the last moment asked for is in."""
    moment = min(asked.scope.as_of, asked.scope.ends) - INSTANT
    day = moment.astimezone(ZoneInfo(asked.scope.zone)).date()
    found = [goal for goal in store.goals(asked.uow.session, asked.scope.as_of, day) if is_asked(asked, goal)]
    teams = {team.id: team.name for team in asked.uow.people.teams()}
    reps = asked.uow.people.reps({goal.rep_id for goal in found if goal.rep_id})
    return [way(asked, goal, called(goal, teams.get(goal.team_id, ""), reps[goal.rep_id].name if goal.rep_id else ""),
                day, moment) for goal in found]  # fmt: skip


def is_asked(asked: Asked, goal: Goal) -> bool:
    """A rep's goals are theirs and managers' to see; a goal for everybody counts what no single team may see."""
    scope, who = asked.scope, asked.who
    is_manager = who is None or who.is_manager
    if scope.rep_ids is not None:
        return goal.rep_id in scope.rep_ids
    if goal.rep_id is not None:
        return (is_manager and scope.team_ids is None) or (who is not None and goal.rep_id == who.rep_id)
    return scope.team_ids is None or goal.team_id in scope.team_ids


def called(goal: Goal, team: str, rep: str) -> str:
    whose = f", team {team}" if team else f", {rep}" if rep else ""
    return f"{goal.measure} per {goal.span}{whose}"


def way(asked: Asked, goal: Goal, name: str, day: date, moment: datetime) -> Way:
    span, zone = unit_of(goal.span, day), asked.scope.zone
    starts, ends = (at_local(one, time(0), zone) for one in (span.starts, span.ends))
    scope = replace(
        asked.scope, starts=starts, ends=min(ends, moment + INSTANT), sources=None,
        team_ids=frozenset({goal.team_id}) if goal.team_id else None,
        rep_ids=frozenset({goal.rep_id}) if goal.rep_id else None,
    )  # fmt: skip
    hours = asked.playbook.hours.rule()
    [reached] = counts(asked, goal, scope, [scope.ends])
    progress = Progress(goal.target, reached, passed(hours, zone, starts, ends, moment + INSTANT))
    return Way(goal, name, scope, span.starts, span.ends, progress)


def counts(asked: Asked, goal: Goal, scope: Scope, until: Sequence[datetime]) -> list[int]:
    """What was reached by each of these moments."""
    if goal.measure in STEPS:
        return store.reached(asked.uow.session, scope, step_of(goal), until)
    return [won(asked, goal, replace(scope, ends=moment)) for moment in until]


def won(asked: Asked, goal: Goal, scope: Scope) -> int:
    deals = [deal for deal in closed(asked.uow.session, scope) if deal.kind == "won"]
    if goal.measure == VALUE:
        return sum(deal.cents for deal in deals if deal.currency == goal.currency)
    return sum(deal.leads for deal in deals)


def step_of(goal: Goal) -> str:
    """Nobody owns a lead that arrives: a rep's new leads are those that they claimed."""
    return CLAIMED if goal.rep_id and goal.measure == "leads" else STEPS[goal.measure]


# --- how it is shown


def cells(one: Way) -> tuple[Cell, ...]:
    progress = one.progress
    return (
        one.name, named(one.starts, one.ends), figure(one, progress.target), figure(one, progress.reached),
        Figure(progress.share, "percent"), figure(one, progress.expected), figure(one, progress.forecast),
        progress.state,
    )  # fmt: skip


def figure(one: Way, value: float | None) -> Figure:
    rounded = round(value) if value is not None and one.goal.measure == VALUE else value
    return Figure(rounded, "money", one.goal.currency) if one.goal.measure == VALUE else Figure(value, "number")


def sentence(ways: Sequence[Way]) -> Said:
    if not ways:
        return (f"No goal is set. A manager sets one like: {EXAMPLE}",)
    fine = sum(one.progress.state in AHEAD for one in ways)
    late = [one for one in ways if one.progress.state in ("behind", "missed")]
    said: list[str | Figure] = [Figure(fine, "count"), " of ", Figure(len(ways), "count"),
                                " goals are" if len(ways) > 1 else " goal is", " on pace or better"]  # fmt: skip
    if not late:
        return (*said, ".")
    worst = min(late, key=lambda one: one.progress.of_pace)
    return (
        *said, f". {worst.name[0].upper()}{worst.name[1:]}: ", figure(worst, worst.progress.reached), " of ",
        figure(worst, worst.progress.target), f", {worst.progress.state}; at this pace ",
        figure(worst, worst.progress.forecast), " in the end.",
    )  # fmt: skip


def charts(asked: Asked, ways: Sequence[Way]) -> tuple[Chart, ...]:
    """Every goal beside its pace; and the way of the one that is furthest behind."""
    if not ways:
        return ()
    shown = ways[:MOST_CHARTED]
    share = Series("Reached", tuple(one.progress.share for one in shown))
    pace = Series("Expected by now", tuple(one.progress.passed for one in shown))
    beside = Chart("bar", "Goals and their pace", tuple(one.name for one in shown), (share, pace), "percent")
    worst = min(ways, key=lambda one: one.progress.of_pace)
    return (beside, line(asked, worst)) if len(ways) > 1 else (line(asked, worst),)


def line(asked: Asked, one: Way) -> Chart:
    """Reached against pace, up to now."""
    zone, hours = one.scope.zone, asked.playbook.hours.rule()
    starts, ends = (at_local(day, time(0), zone) for day in (one.starts, one.ends))
    days = marks(one.goal.span, one.starts, one.ends)
    moments = [at for day in days if (at := at_local(day, time(0), zone)) < one.scope.ends] + [one.scope.ends]
    reached = tuple(float(reached) for reached in counts(asked, one.goal, one.scope, moments))
    due = tuple(one.progress.target * passed(hours, zone, starts, ends, at) for at in moments)
    names = (*(day_name(day)[:-5] for day in days[: len(moments) - 1]), "until now")
    kind = "money" if one.goal.measure == VALUE else "number"
    title = f"{one.name}, {named(one.starts, one.ends)}"
    series = (Series("Reached", reached), Series("Expected", tuple(round(value, 2) for value in due)))
    return Chart("line", title, names, series, "money" if kind == "money" else "number", one.goal.currency)


def marks(span: str, starts: date, ends: date) -> list[date]:
    """Days on which the line has a point, from the second one on."""
    unit, size = POINTS[span]
    found, number = [], 1
    while (day := earlier(starts, unit, -size * number)) < ends:
        found.append(day)
        number += 1
    return found


def behind(asked: Asked, key: str) -> list[int]:
    """The leads that count for the goal."""
    for one in ways_of(asked):
        if str(one.goal.id) == key:
            if one.goal.measure in STEPS:
                return store.leads(asked.uow.session, one.scope, step_of(one.goal))
            return leads_behind.closed(asked.uow.session, one.scope, kind="won")
    return []


GOALS = ReportKind(
    "goals", "what is to be reached, how far it is, and whether the pace is right", "goals team:smb", goals, behind,
    usual_period="today", filters=("team", "rep"), for_reps="team",
)  # fmt: skip
