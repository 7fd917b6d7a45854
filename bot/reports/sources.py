"""Which sources are worth their money: leads and how good they are, what was won, what was spent and what came back."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from bot.reports.kinds import Asked, ReportKind, number_of
from bot.rules.reports.report import Cell, Chart, Figure, Report, Row, Said, Series, Table
from bot.rules.reports.sources import Source, of_days, spread, whole
from store.models import Spend
from store.reporting import behind as leads_behind
from store.reporting import sources as store
from store.reporting import spend as spends
from store.reporting.reached import ReachedSum, reached
from store.reporting.recording import ARRIVED, MQL, SQL
from store.reporting.stays import ClosedSum, closed

BY = ("source", "campaign", "team")
COUNTS = {ARRIVED: "leads", MQL: "mqls", SQL: "accepted"}
NO_CAMPAIGN, NO_TEAM = "no campaign", "in no team"
MOST_CHARTED = 12
COUNTED = (
    "Leads arrived in this time, and MQLs and accepted are of those. Won is what was won in this time, whenever the "
    "lead arrived. Spend counts by the days of it that lie in this time and have begun."
)
SPREAD = "Spend is shared out among teams by how many of the source's leads each got."
UNKNOWN = "No spend is written down for this time. Managers do that with /report spend."


def sources(asked: Asked) -> Report:
    by = asked.question.by or BY[0]
    currency = asked.playbook.closing.currency
    costs = costs_of(asked)
    rows = rows_of(asked, by, currency, costs)
    return Report(
        "sources", f"Sources, {asked.question.period.name}", sentence(rows, currency), table(rows, by, currency),
        charts(rows, currency), notes(asked, by, currency, costs), as_of=asked.question.as_of,
    )  # fmt: skip


# --- what was spent

Costs = list[tuple[Spend, int]]  # what was written down, and the cents of it that count


def costs_of(asked: Asked) -> Costs:
    scope, period = asked.scope, asked.question.period
    end = min(period.ends, day_after(asked))
    found = spends.of_days(asked.uow.session, period.starts, end, scope.as_of, scope.sources)
    return [(one, of_days(one.cents, one.starts, one.ends, period.starts, end)) for one in found]


def day_after(asked: Asked) -> date:
    """The first day that had not begun as of then."""
    last = asked.scope.as_of - timedelta(microseconds=1)
    return last.astimezone(ZoneInfo(asked.scope.zone)).date() + timedelta(days=1)


def of_teams(asked: Asked, all_rows: Sequence[ReachedSum], costs: Costs, currency: str) -> list[tuple[Spend, int, int]]:
    """Each cost and the part of each team: by the leads that the source brought it; team 0 where it brought none."""
    leads: dict[str, dict[int, int]] = defaultdict(dict)
    for row in all_rows:
        if row.step == ARRIVED:
            leads[row.source][row.team_id] = leads[row.source].get(row.team_id, 0) + row.leads
    found = []
    for one, cents in costs:
        if one.currency != currency:
            continue
        shares = dict(sorted(leads.get(one.source, {}).items()))
        parts = spread(cents, shares) if sum(shares.values()) else {0: cents}
        found += [(one, team_id, part) for team_id, part in parts.items()]
    wanted = asked.scope.team_ids
    return [each for each in found if wanted is None or each[1] in wanted]


# --- what came


class Rows:
    """By source, campaign or team; each begins with nothing."""

    def __init__(self, asked: Asked, by: str) -> None:
        self.by = by
        self._teams = {str(team.id): team.name for team in asked.uow.people.teams()}
        self._found: dict[str, Source] = {}

    def row(self, *, source: str = "", campaign: str = "", team_id: int = 0) -> Source:
        key = {"source": source, "campaign": campaign, "team": str(team_id)}[self.by]
        return self._found.setdefault(key, Source(self._name(key), key))

    def _name(self, key: str) -> str:
        if self.by == "team":
            return self._teams.get(key, NO_TEAM)
        return key or (NO_CAMPAIGN if self.by == "campaign" else "unknown")

    def all(self) -> list[Source]:
        return sorted(self._found.values(), key=lambda one: (-one.value, -one.leads, -(one.spend or 0), one.name))


def rows_of(asked: Asked, by: str, currency: str, costs: Costs) -> list[Source]:
    session, scope = asked.uow.session, asked.scope
    rows, came = Rows(asked, by), reached(session, replace(scope, team_ids=None))
    if by == "campaign":
        add_campaigns(asked, rows, currency)
    else:
        for one in came:
            if scope.team_ids is None or one.team_id in scope.team_ids:
                counted(rows.row(source=one.source, team_id=one.team_id), one.step, one.leads)
        for deal in closed(session, scope):
            if deal.kind == "won":
                won(rows.row(source=deal.source, team_id=deal.team_id), deal, currency)
    for cost, team_id, cents in of_teams(asked, came, costs, currency):
        rows.row(source=cost.source, campaign=cost.campaign, team_id=team_id).costs(cents)
    return rows.all()


def add_campaigns(asked: Asked, rows: Rows, currency: str) -> None:
    session, scope = asked.uow.session, asked.scope
    for one in store.campaigns(session, scope):
        counted(rows.row(campaign=one.campaign), one.step, one.leads)
    for deal in store.won(session, scope):
        won(rows.row(campaign=deal.campaign), deal, currency)


def counted(row: Source, step: str, leads: int) -> None:
    if step in COUNTS:
        setattr(row, COUNTS[step], getattr(row, COUNTS[step]) + leads)


def won(row: Source, deal: ClosedSum | store.CampaignWon, currency: str) -> None:
    row.won += deal.leads
    row.value += deal.cents if deal.currency == currency else 0


# --- how it is shown


def sentence(rows: Sequence[Source], currency: str) -> Said:
    """What came back of what was spent; else what came."""
    total = whole(rows)
    if not (total.leads or total.won or total.spend):
        return ("No lead arrived in this time, and nothing was won or spent.",)
    said: list[str | Figure] = [
        Figure(total.leads, "count"), " lead came and " if total.leads == 1 else " leads came and ",
        Figure(total.won, "count"), " was won, worth " if total.won == 1 else " were won, worth ",
        Figure(total.value, "money", currency),
    ]  # fmt: skip
    if not total.spend:
        return (*said, ".")
    said += [", for ", Figure(total.spend, "money", currency), " spent: a return of ", Figure(total.return_, "percent")]
    known = [one for one in rows if one.return_ is not None]
    best = max(known, key=lambda one: one.return_ or 0.0)
    if len(known) > 1:
        said += [f". {best.name} returned most, ", Figure(best.return_, "percent")]
    return (*said, ".")


def table(rows: Sequence[Source], by: str, currency: str) -> Table:
    headings = (
        by.capitalize(), "Leads", "MQLs of leads", "Accepted of MQLs", "Won", "Won value", "Spend", "Cost per lead",
        "Cost per win", "Return on spend",
    )  # fmt: skip
    made = tuple(Row(cells(one, currency), behind=behind_of(one, by)) for one in rows)
    return Table(headings, made, Row(cells(whole(rows), currency)) if len(rows) > 1 else None)


def behind_of(one: Source, by: str) -> str:
    """Empty keys open nothing, so leads without a campaign go by the name of their row."""
    return (one.key or (NO_CAMPAIGN if by == "campaign" else "")) if one.leads else ""


def cells(one: Source, currency: str) -> tuple[Cell, ...]:
    return (
        one.name, Figure(one.leads, "count"), Figure(one.mql_share, "percent"), Figure(one.accepted_share, "percent"),
        Figure(one.won, "count"), Figure(one.value, "money", currency), Figure(one.spend, "money", currency),
        Figure(one.per_lead, "money", currency), Figure(one.per_win, "money", currency),
        Figure(one.return_, "percent"),
    )  # fmt: skip


def charts(rows: Sequence[Source], currency: str) -> tuple[Chart, ...]:
    shown = [one for one in rows if one.value or one.spend][:MOST_CHARTED]
    if not shown:
        return ()
    names = tuple(one.name for one in shown)
    spend = Series("Spend", tuple(float(one.spend or 0) for one in shown))
    value = Series("Won value", tuple(float(one.value) for one in shown))
    return (Chart("bar", "Spent and won", names, (spend, value), "money", currency),)


def notes(asked: Asked, by: str, currency: str, costs: Costs) -> tuple[Said, ...]:
    said: list[Said] = [(COUNTED,)]
    if not costs:
        said.append((UNKNOWN,))
    elif by == "team" or asked.scope.team_ids is not None:
        said.append((SPREAD,))
    for other, cents in sorted(elsewhere(costs, currency).items()):
        said.append(("Besides, ", Figure(cents, "money", other), " were spent, which are in no sum here."))
    for other, cents in sorted(won_elsewhere(asked, currency).items()):
        said.append(("Besides, ", Figure(cents, "money", other), " were won, which are in no sum here."))
    return tuple(said)


def elsewhere(costs: Costs, currency: str) -> Mapping[str, int]:
    found: dict[str, int] = defaultdict(int)
    for one, cents in costs:
        if one.currency != currency:
            found[one.currency] += cents
    return found


def won_elsewhere(asked: Asked, currency: str) -> Mapping[str, int]:
    found: dict[str, int] = defaultdict(int)
    for deal in closed(asked.uow.session, asked.scope):
        if deal.kind == "won" and deal.currency not in (currency, ""):
            found[deal.currency] += deal.cents
    return found


def behind(asked: Asked, key: str) -> list[int]:
    """The leads that arrived."""
    session, scope, by = asked.uow.session, asked.scope, asked.question.by or BY[0]
    if by == "campaign":
        return store.of_campaign(session, scope, "" if key == NO_CAMPAIGN else key)
    if by == "source":
        narrowed = replace(scope, sources=frozenset({key}) & (scope.sources or {key}))
    else:
        team_ids = frozenset({number_of(key)})
        narrowed = replace(scope, team_ids=team_ids & (team_ids if scope.team_ids is None else scope.team_ids))
    return leads_behind.reached(session, narrowed, step=ARRIVED)


SOURCES = ReportKind(
    "sources", "leads, their quality, cost, won value and return on spend, by source, campaign or team",
    "sources last quarter by:campaign", sources, behind, by=BY, filters=("team", "source"), for_reps="none",
)  # fmt: skip
