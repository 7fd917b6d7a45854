"""How the reps did: leads, response, activity, conversion and value side by side, and one order made of several."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.playbook.parts import Response
from bot.reports.kinds import Asked, ReportKind, number_of
from bot.rules.reports.report import Cell, Chart, Figure, Report, Row, Said, Series, Table
from bot.rules.reports.reps import ENOUGH, LEAST_OTHERS, Gathered, Standing, standings, typical
from store.reporting import reps as store
from store.reporting.reps import Owned, acts, owned, waiting
from store.reporting.scope import Scope
from store.reporting.stays import closed

HEADINGS = (
    "Rep", "Leads", "First contact, median", "In time", "Notes and follow-ups per lead", "Won", "Won of leads",
    "From (95 %)", "To (95 %)", "Won value", "Points",
)  # fmt: skip
MOST_CHARTED = 12
LONGEST = timedelta(days=90)  # for which nobody waits within a limit
WAITING = {"lead": 1, "before": -1, "took": -1, "over": -1}  # who waits is everybody but these
ORDER = (
    "Points are the mean of three ranks, 1 being the best: response, the lower end of the share won, and won value. "
    "The least are first."
)
TIME = (
    "Leads are those that became theirs in this time. First contact counts from then on, and a lead without one as "
    "later than all others. In time is within the team's first response time, in the working hours that held then."
)
FEW = f"Who has fewer than {ENOUGH} leads is listed last and not ranked: so few say nothing yet."
OWN = f"You see your own figures, and those medians of your team in which are at least {LEAST_OTHERS} others."


def reps(asked: Asked) -> Report:
    """A rep who is no manager sees their own figures, and the medians of their teams."""
    currency = asked.playbook.closing.currency
    is_own = asked.who is not None and not asked.who.is_manager
    found = standing_of(asked, asked.scope if is_own else replace(asked.scope, rep_ids=None))
    wanted = asked.scope.rep_ids
    shown = [one for one in found if wanted is None or one.rep_id in wanted]
    names = names_of(asked, shown)
    total = medians(asked, currency, asked.who.rep_id) if asked.who and is_own else None
    table = Table(HEADINGS, tuple(row(one, names, currency, is_own=is_own) for one in shown), total)
    return Report(
        "reps", f"Reps, {asked.question.period.name}", sentence(shown, names, currency, is_own=is_own), table,
        () if is_own else charts(shown, names), notes(asked, shown, currency, is_own=is_own),
        as_of=asked.question.as_of,
    )  # fmt: skip


def standing_of(asked: Asked, scope: Scope) -> list[Standing]:
    session, currency = asked.uow.session, asked.playbook.closing.currency
    gathered: dict[int, Gathered] = defaultdict(Gathered)
    rows, limits = owned(session, scope), limits_of(asked)
    for one in rows:
        counted(gathered[one.rep_id], one, limits.get(one.team_id))
    for rep_id, done in acts(session, scope, gathered.keys()).items():
        gathered[rep_id].acts = done
    for (rep_id, team_id), late in lates(rows, undecided(asked, scope, limits)).items():
        gathered[rep_id].decided += late if team_id in limits else 0
    for deal in closed(session, scope):
        if deal.kind == "won" and deal.rep_id and deal.currency in (currency, ""):
            gathered[deal.rep_id].cents += deal.cents
    return standings(gathered)


def counted(rep: Gathered, one: Owned, limit: timedelta | None) -> None:
    seconds = timedelta(seconds=one.seconds)
    match one.way:
        case "lead":
            rep.leads += one.leads
        case "won":
            rep.won += one.leads
        case "before":
            rep.before += one.leads
        case "took":
            rep.contacted[one.seconds] += one.leads
        case "worked" if limit is not None:
            rep.decided += one.leads
            rep.in_time += one.leads if seconds < limit else 0
        case "over" if limit is not None and seconds >= limit:
            rep.decided += one.leads


def lates(rows: Iterable[Owned], young: Counter[tuple[int, int]]) -> Counter[tuple[int, int]]:
    """By rep and team: leads that wait for a first contact longer than they should."""
    waits = Counter[tuple[int, int]]()
    for one in rows:
        if one.way in WAITING:
            waits[one.rep_id, one.team_id] += WAITING[one.way] * one.leads
    return waits - young


def undecided(asked: Asked, scope: Scope, limits: Mapping[int, timedelta]) -> Counter[tuple[int, int]]:
    """By rep and team: leads that wait, and are within the limit so far."""
    firsts = {team_id: first_within(asked, team_id, limit, scope.as_of) for team_id, limit in limits.items()}
    if not firsts:
        return Counter()
    found = waiting(asked.uow.session, scope, min(firsts.values()))
    return Counter((one.rep_id, one.team_id) for one in found if one.got >= firsts.get(one.team_id, one.got + 1))


def first_within(asked: Asked, team_id: int, limit: timedelta, then: datetime) -> int:
    """The earliest second from which on no more working time than the limit has passed until then."""
    playbook = asked.playbook
    hours, zone = playbook.hours.rule(), playbook.team(asked.uow.people.team(team_id).name).zone
    late, until = int((then - LONGEST).timestamp()), int(then.timestamp())

    def is_within(second: int) -> int:
        return hours.working_between(moment(second), then, zone) <= limit

    return late + bisect_left(range(late, until), 1, key=is_within)


def limits_of(asked: Asked) -> dict[int, timedelta]:
    """Of each team that has a limit."""
    known = {team.name: team for team in asked.playbook.teams}
    found = {
        team.id or 0: first_step(known[team.name].response)
        for team in asked.uow.people.teams() if team.name in known
    }  # fmt: skip
    return {team_id: timedelta(minutes=minutes) for team_id, minutes in found.items() if minutes is not None}


def first_step(response: Response) -> int | None:
    """After so many working minutes without a contact something is done about it."""
    return next((one for one in (response.remind, response.manager, response.next) if one is not None), None)


def moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def names_of(asked: Asked, found: Sequence[Standing]) -> dict[int, str]:
    return {rep_id: rep.name for rep_id, rep in asked.uow.people.reps({one.rep_id for one in found}).items()}


def row(one: Standing, names: Mapping[int, str], currency: str, *, is_own: bool) -> Row:
    points = Figure(None if is_own else one.points, "number")
    cells: tuple[Cell, ...] = (names.get(one.rep_id, f"rep {one.rep_id}"), *figures(one, currency), points)
    return Row(cells, behind=str(one.rep_id) if one.leads else "")


def figures(one: Standing, currency: str) -> tuple[Figure, ...]:
    low, high = one.interval if one.leads else (None, None)
    return (
        Figure(one.leads, "count"), span(one.response), Figure(one.in_time, "percent"), Figure(one.acts, "number"),
        Figure(one.won, "count"), Figure(one.conversion, "percent"), Figure(low, "percent"), Figure(high, "percent"),
        Figure(one.cents, "money", currency),
    )  # fmt: skip


def span(seconds: float | None) -> Figure:
    return Figure(timedelta(seconds=seconds) if seconds is not None else None, "duration")


def medians(asked: Asked, currency: str, reader: int) -> Row | None:
    """Of everyone in the reader's teams; nobody's figures can be worked out from them."""

    def of(what: Callable[[Standing], float | None]) -> float | None:
        return typical(found, what, reader)

    team_ids = asked.scope.team_ids if asked.scope.team_ids is not None else asked.who.team_ids if asked.who else None
    found = [
        one for one in standing_of(asked, replace(asked.scope, rep_ids=None, team_ids=team_ids)) if one.leads
    ]  # fmt: skip
    if of(lambda one: one.leads) is None:
        return None
    return Row((
        "Median of the team", Figure(of(lambda one: one.leads), "number"), span(of(lambda one: one.response)),
        Figure(of(lambda one: one.in_time), "percent"), Figure(of(lambda one: one.acts), "number"),
        Figure(of(lambda one: one.won), "number"), Figure(of(lambda one: one.conversion), "percent"),
        Figure(None, "percent"), Figure(None, "percent"), Figure(of(lambda one: one.cents), "money", currency),
        Figure(None, "number"),
    ))  # fmt: skip


def sentence(found: Sequence[Standing], names: Mapping[int, str], currency: str, *, is_own: bool) -> Said:
    if not found:
        return ("No lead became yours in this time." if is_own else "No lead became anybody's in this time.",)
    first = found[0]
    won = (" of " if is_own else " won of ", Figure(first.leads, "count"), f" lead{'s' * (first.leads != 1)}")
    said: list[str | Figure] = [Figure(first.won, "count"), *won]
    said += [", first contact after ", span(first.response)] if first.response is not None else []
    said += [", ", Figure(first.cents, "money", currency), " won."]
    if is_own:
        return ("You won ", *said)
    if first.points is None:
        return (f"Nobody has the {ENOUGH} leads that a ranking takes in this time.",)
    return (f"{names.get(first.rep_id, 'Somebody')} is ahead in response, conversion and value taken together: ", *said)


def charts(found: Sequence[Standing], names: Mapping[int, str]) -> tuple[Chart, ...]:
    shown = [one for one in found if one.points is not None][:MOST_CHARTED]
    if not shown:
        return ()
    who = tuple(names.get(one.rep_id, "") for one in shown)
    share = Series("Won of leads", tuple(one.conversion or 0.0 for one in shown))
    least = Series("At least (95 %)", tuple(one.interval[0] for one in shown))
    return (Chart("bar", "Won of the leads they got", who, (share, least), "percent"),)


def notes(asked: Asked, found: Sequence[Standing], currency: str, *, is_own: bool) -> tuple[Said, ...]:
    said: list[Said] = [(OWN,)] if is_own else [(ORDER,)]
    said.append((TIME,))
    if not is_own and any(one.points is None for one in found):
        said.append((FEW,))
    deals = closed(asked.uow.session, asked.scope)
    others = sorted({deal.currency for deal in deals if deal.kind == "won"} - {currency, ""})
    if others:
        said.append((f"Values in {', '.join(others)} are not in the sums of {currency}.",))
    return tuple(said)


def behind(asked: Asked, key: str) -> list[int]:
    """The leads that became theirs."""
    wanted, found = asked.scope.rep_ids, number_of(key)
    if wanted is not None and found not in wanted:
        return []
    return store.behind(asked.uow.session, replace(asked.scope, rep_ids=frozenset({found})))


REPS = ReportKind(
    "reps", "a leaderboard of response, activity, conversion and value, by rep", "reps last month team:smb", reps,
    behind, for_reps="own", is_managers_to_share=True,
)  # fmt: skip
