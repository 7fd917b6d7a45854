"""The week: new and closed leads by source, beside the week before; what every team gets on Monday morning."""

from dataclasses import replace

from bot.reports.before import scope_before
from bot.reports.kinds import Asked, ReportKind
from bot.rules.reports.report import Chart, Figure, Report, Row, Said, Series, Table
from bot.rules.reports.weekly import Week, added, in_order, news, whole
from store.reporting import behind as leads_behind
from store.reporting.reached import reached
from store.reporting.recording import ARRIVED, CLAIMED
from store.reporting.scope import Scope
from store.reporting.stays import closed

NAME = "weekly"
HEADINGS = ("Source", "New", "Claimed", "Won", "Lost", "Won value", "New, before", "Won, before", "Lost, before")
COUNTED = (
    "New leads arrived in this time; claimed are those of them that somebody made theirs until its end. Won and lost "
    "are leads that were closed in this time, whenever they arrived."
)
MOST_CHARTED = 12
Weeks = dict[str, Week]


def weekly(asked: Asked) -> Report:
    currency = asked.playbook.closing.currency
    now, others = counted(asked, asked.scope, currency)
    before, _ = counted(asked, scope_before(asked), currency)
    sources = in_order(now, before)
    return Report(
        NAME, f"New and closed leads, {asked.question.period.name}",
        sentence(whole(now.values()), whole(before.values()), currency), table(sources, now, before, currency),
        charts(sources, now, before), ((COUNTED,), *others), as_of=asked.question.as_of,
    )  # fmt: skip


def counted(asked: Asked, scope: Scope, currency: str) -> tuple[Weeks, tuple[Said, ...]]:
    """By source; and what was won in other currencies, which is in no sum."""
    found: Weeks = {}
    others: dict[str, int] = {}
    for row in reached(asked.uow.session, scope):
        if row.step in (ARRIVED, CLAIMED):
            added(found, row.source, **{"new" if row.step == ARRIVED else "claimed": row.leads})
    for deal in closed(asked.uow.session, scope):
        added(found, deal.source, **{deal.kind: deal.leads})
        if deal.kind == "won" and deal.currency == currency:
            added(found, deal.source, cents=deal.cents)
        elif deal.kind == "won" and deal.cents:
            others[deal.currency] = others.get(deal.currency, 0) + deal.cents
    said = [("Besides, ", Figure(cents, "money", other), " were won, which are in no sum here.")
            for other, cents in sorted(others.items())]  # fmt: skip
    return found, tuple(said)


def sentence(now: Week, before: Week, currency: str) -> Said:
    if not now:
        return ("Nothing came in and nothing was closed",) + ((" in this time.",) if before else (", nor before.",))
    return (*opening(now, before), " ", *closing(now, currency))


def opening(now: Week, before: Week) -> Said:
    """The figure that matters most, first."""
    what = news(now, before)
    leads = f" new lead{'s' * (now.new != 1)}"
    if what == "unclaimed":
        return (Figure(now.unclaimed, "count"), " of ", Figure(now.new, "count"), f"{leads} nobody has claimed.")
    if what in ("more", "fewer"):
        change = Figure(abs(now.new - before.new) / before.new, "percent")
        return (Figure(now.new, "count"), leads, ", ", change, f" {what} than in the time before.")
    return (Figure(now.new, "count"), leads, ", after ", Figure(before.new, "count"), " in the time before.")


def closing(now: Week, currency: str) -> Said:
    if not now.won and not now.lost:
        return ("None was won or lost.",)
    worth: Said = (" worth ", Figure(now.cents, "money", currency)) if now.cents else ()
    verb = "was" if now.won == 1 else "were"
    return (Figure(now.won, "count"), f" {verb} won", *worth, ", ", Figure(now.lost, "count"), " lost.")


def table(sources: list[str], now: Weeks, before: Weeks, currency: str) -> Table:
    rows = tuple(
        line(source, now.get(source, Week()), before.get(source, Week()), currency, behind=source) for source in sources
    )
    total = line("All", whole(now.values()), whole(before.values()), currency) if rows else None
    return Table(HEADINGS, rows, total)


def line(name: str, now: Week, before: Week, currency: str, behind: str = "") -> Row:
    counts = [Figure(one, "count") for one in (now.new, now.claimed, now.won, now.lost)]
    old = [Figure(one, "count") for one in (before.new, before.won, before.lost)]
    return Row((name, *counts, Figure(now.cents, "money", currency), *old), behind if now.new else "")


def charts(sources: list[str], now: Weeks, before: Weeks) -> tuple[Chart, ...]:
    shown = tuple(sources[:MOST_CHARTED])
    if not any(now.get(source, Week()).new or before.get(source, Week()).new for source in shown):
        return ()
    series = tuple(
        Series(name, tuple(float(weeks.get(source, Week()).new) for source in shown))
        for name, weeks in (("This time", now), ("Before", before))
    )
    return (Chart("bar", "New leads by source", shown, series),)


def behind(asked: Asked, key: str) -> list[int]:
    """The new leads of a source."""
    return leads_behind.reached(asked.uow.session, replace(asked.scope, sources=frozenset({key})), step=ARRIVED)


def has_nothing(report: Report) -> bool:
    """Whether nothing happened at all in this time, so that there is no need to tell anybody."""
    figures = report.table.total.cells[1:5] if report.table.total else ()
    return report.name == NAME and not any(cell.value for cell in figures if isinstance(cell, Figure))


WEEKLY = ReportKind(
    NAME, "new and closed leads by source, beside the week before", "weekly last week team:smb", weekly,
    behind, usual_period="last week", for_reps="team",
)  # fmt: skip
