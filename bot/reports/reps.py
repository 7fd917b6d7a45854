"""How the reps did: leads, response, activity, conversion and value side by side, and one order made of several."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.playbook.parts import Response
from bot.reports.kinds import Asked, ReportKind, number_of
from bot.rules.calendar import WorkingHours
from bot.rules.reports.report import Cell, Chart, Figure, Report, Row, Said, Series, Table
from bot.rules.reports.reps import ENOUGH, LEAST_OTHERS, SLACK, Gathered, Lead, Standing, standings, typical
from store.models import Team
from store.reporting.reps import Owned, owned
from store.reporting.scope import Scope
from store.reporting.stays import closed

HEADINGS = (
    "Rep", "Leads", "First contact, median", "In time", "Notes and follow-ups per lead", "Won", "Won of leads",
    "From (95 %)", "To (95 %)", "Won value", "Points",
)  # fmt: skip
MOST_CHARTED = 12
ORDER = (
    "Points are the mean of three ranks, 1 being the best: response, the lower end of the share won, and won value. "
    "The least are first."
)
TIME = (
    "Leads are those that became theirs in this time. First contact counts from then on, and who still waits counts as "
    "waiting. In time is within the team's first response time, in its working hours as they are today."
)
FEW = f"Who has fewer than {ENOUGH} leads is listed last and not ranked: so few say nothing yet."
OWN = f"You see your own figures, and those medians of your team in which are at least {LEAST_OTHERS} others."


def reps(asked: Asked) -> Report:
    """A rep who is no manager sees their own figures, and the medians of their teams."""
    currency = asked.services.playbook.closing.currency
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
    session, currency = asked.uow.session, asked.services.playbook.closing.currency
    teams = {team.id or 0: team for team in asked.uow.people.teams()}
    gathered: dict[int, Gathered] = {}
    judge = judges(asked, teams)
    for one in owned(session, scope):
        gathered.setdefault(one.rep_id, Gathered()).leads.append(lead_of(one, judge.get(one.team_id)))
    for deal in closed(session, scope):
        if deal.kind == "won" and deal.rep_id and deal.currency in (currency, ""):
            gathered.setdefault(deal.rep_id, Gathered()).cents += deal.cents
    return standings(gathered)


Judge = Callable[[int, int], bool]  # whether from one moment to another is within the limit


def judges(asked: Asked, teams: Mapping[int, Team]) -> dict[int, Judge]:
    """Of each team that has a limit."""
    playbook = asked.services.playbook
    known, hours = {team.name: team for team in playbook.teams}, playbook.hours.rule()
    found: dict[int, Judge] = {}
    for team_id, team in teams.items():
        rules = known.get(team.name)
        minutes = first_step(rules.response) if rules else None
        if rules is not None and minutes is not None:
            found[team_id] = judge_of(timedelta(minutes=minutes), hours, rules.zone)
    return found


def judge_of(limit: timedelta, hours: WorkingHours, zone: str) -> Judge:
    def is_within(start: int, end: int) -> bool:
        is_short = end - start <= limit.total_seconds()
        return is_short or hours.working_between(moment(start), moment(end), zone) <= limit

    return is_within


def first_step(response: Response) -> int | None:
    """After so many working minutes without a contact something is done about it."""
    return next((one for one in (response.remind, response.manager, response.next) if one is not None), None)


def moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def lead_of(one: Owned, judge: Judge | None) -> Lead:
    acts = one.notes + one.done
    if one.contact_at is not None and one.contact_at + SLACK < one.got:
        return Lead(None, None, None, acts, one.is_won)  # somebody had been in touch before
    if one.contact_at is not None and one.contact_by == one.rep_id:
        took = max(one.contact_at - one.got, 0)
        return Lead(took, None, judge(one.got, one.got + took) if judge else None, acts, one.is_won)
    waited = max(one.until - one.got, 0)
    # Within the limit so far: nothing is decided yet.
    late = False if judge and not judge(one.got, one.until) else None
    return Lead(None, waited, late, acts, one.is_won)


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
    rows = owned(asked.uow.session, replace(asked.scope, rep_ids=frozenset({found})))
    return sorted((one.lead_id for one in rows), reverse=True)


REPS = ReportKind(
    "reps", "a leaderboard of response, activity, conversion and value, by rep", "reps last month team:smb", reps,
    behind, for_reps="own", is_managers_to_share=True,
)  # fmt: skip
