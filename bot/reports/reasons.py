"""Why leads were won and lost: to what and to whom, with which product, and how that was in the time before."""

from collections.abc import Callable, Iterable, Sequence

from bot.reports.before import scope_before
from bot.reports.kinds import Asked, ReportKind, number_of
from bot.reports.pipeline import main_currency
from bot.rules.reports.reasons import Part, parts
from bot.rules.reports.report import Chart, Figure, Report, Row, Said, Series, Table
from bot.views.kit import plural
from store.reporting import reasons as endings
from store.reporting.additions import WAYS
from store.reporting.reasons import Ending
from store.reporting.scope import Scope

BY = ("reason", "competitor", "product", "team", "source", "rep")
NO_NAME = {
    "reason": "no reason given", "competitor": "no competitor named", "product": "no product named", "rep": "nobody",
}  # fmt: skip
HEADINGS = {
    "reason": ("Lost because of", "Leads", "Share", "Value lost"),
    "competitor": ("Lost to", "Leads", "Share", "Value lost"),
    "product": ("Won with", "Leads", "Share", "Won value"),
}
MOST_CHARTED = 10
COUNTED = (
    "Won and lost in this time, and not opened again. Reasons, competitors and products are those that were written "
    "down when it ended."
)


def reasons(asked: Asked) -> Report:
    rows, by = endings_of(asked, asked.scope), asked.question.by or BY[0]
    currency = main_currency({row.currency for row in rows}, asked.playbook.closing.currency)
    tables = {one: table(rows, one, currency) for one in WAYS}
    title = f"Why leads were won and lost, {asked.question.period.name}"
    return Report(
        "reasons", title, sentence(asked, rows, currency),
        tables[by] if by in tables else by_group(asked, rows, by, currency), charts(rows), notes(rows, currency),
        as_of=asked.question.as_of, details=tuple(one for name, one in tables.items() if name != by and one.rows),
    )  # fmt: skip


def endings_of(asked: Asked, scope: Scope) -> list[Ending]:
    """By owner only where that is needed: it is more to read."""
    is_of_some = scope.rep_ids is not None and asked.question.by != "source"
    return endings.endings(asked.uow.session, scope, by_rep=asked.question.by == "rep" or is_of_some)


def told(rows: Iterable[Ending], by: str, currency: str) -> list[Part]:
    """Of what ended in the way that this tells of."""
    return parts(
        (row.value or NO_NAME[by], row.leads, row.cents if row.currency == currency else 0)
        for row in rows if row.way == by
    )  # fmt: skip


def sentence(asked: Asked, rows: Sequence[Ending], currency: str) -> Said:
    """The most frequent reason, and how that was before."""
    won = ended(rows, "product")
    lost = told(rows, "reason", currency)
    if not lost:
        of_won = f"Nothing was lost in this time; {plural(won, 'lead')} {'was' if won == 1 else 'were'} won."
        return (of_won if won else "Nothing was won or lost in this time.",)
    first, leads = lost[0], sum(part.leads for part in lost)
    was = told(endings_of(asked, scope_before(asked)), "reason", currency)
    return (
        f"Leads were lost most often for “{first.name}”: ", Figure(first.leads, "count"), " of ",
        Figure(leads, "count"), " (", Figure(first.share, "percent"), ")", *compared(first, was), ". ",
        Figure(won, "count"), f" {'was' if won == 1 else 'were'} won.",
    )  # fmt: skip


def compared(first: Part, was: Sequence[Part]) -> Said:
    if not was:
        return ()
    share = next((part.share for part in was if part.name == first.name), 0.0)
    return (", after ", Figure(share, "percent"), " in the time before")


def table(rows: Sequence[Ending], by: str, currency: str) -> Table:
    found = told(rows, by, currency)
    made = tuple(
        Row((
            part.name, Figure(part.leads, "count"), Figure(part.share, "percent"),
            Figure(part.cents, "money", currency),
        ), behind=key(by, part.name)) for part in found
    )  # fmt: skip
    leads, cents = sum(part.leads for part in found), sum(part.cents for part in found)
    total = Row(("All", Figure(leads, "count"), Figure(1.0, "percent"), Figure(cents, "money", currency)))
    return Table(HEADINGS[by], made, total if len(made) > 1 else None)


def by_group(asked: Asked, rows: Sequence[Ending], by: str, currency: str) -> Table:
    """A row for each team, source or rep: what it won and lost, and what it loses most for."""
    group, name = groups(asked, rows, by)
    found: dict[str | int, list[Ending]] = {}
    for row in rows:
        found.setdefault(group(row), []).append(row)
    made = tuple(
        Row((name(value), *of_group(of_it, currency)), behind=f"={value}")
        for value, of_it in sorted(found.items(), key=lambda item: (-ended(item[1], "reason"), str(item[0])))
    )  # fmt: skip
    headings = (by.capitalize(), "Won", "Lost", "Value lost", "Most often because of", "So many")
    return Table(headings, made, Row(("All", *of_group(rows, currency))) if len(made) > 1 else None)


def groups(
    asked: Asked, rows: Sequence[Ending], by: str
) -> tuple[Callable[[Ending], str | int], Callable[[str | int], str]]:
    """By what, and what that is called."""
    if by == "source":
        return (lambda row: row.source), str
    if by == "team":
        teams = {team.id or 0: team.name for team in asked.uow.people.teams()}
        return (lambda row: row.team_id), lambda value: teams.get(int(value), "")
    reps = asked.uow.people.reps({row.rep_id for row in rows if row.rep_id})
    names = {0: NO_NAME["rep"], **{rep_id: rep.name for rep_id, rep in reps.items()}}
    return (lambda row: row.rep_id), lambda value: names.get(int(value), "")


def of_group(rows: Sequence[Ending], currency: str) -> tuple[str | Figure, ...]:
    lost, won = told(rows, "reason", currency), ended(rows, "product")
    cents = sum(part.cents for part in lost)
    first = (lost[0].name, Figure(lost[0].leads, "count")) if lost else ("", Figure(None, "count"))
    return Figure(won, "count"), Figure(ended(rows, "reason"), "count"), Figure(cents, "money", currency), *first


def ended(rows: Sequence[Ending], way: str) -> int:
    """Won: whatever the product; lost: whatever the reason."""
    return sum(row.leads for row in rows if row.way == way)


def charts(rows: Sequence[Ending]) -> tuple[Chart, ...]:
    made = []
    for by, title in (("reason", "Lost by reason"), ("product", "Won by product")):
        found = told(rows, by, "")[:MOST_CHARTED]
        if len(found) > 1:
            series = Series("Leads", tuple(float(part.leads) for part in found))
            made.append(Chart("bar", title, tuple(part.name for part in found), (series,)))
    return tuple(made)


def notes(rows: Sequence[Ending], currency: str) -> tuple[Said, ...]:
    others = sorted({row.currency for row in rows} - {currency, ""})
    more: list[Said] = [(f"Values in {', '.join(others)} are not in the sums of {currency}.",)] if others else []
    return ((COUNTED,), *more)


def key(by: str, name: str) -> str:
    return f"={'' if name == NO_NAME[by] else name}"


def behind(asked: Asked, key: str) -> list[int]:
    by, value = asked.question.by or BY[0], key.removeprefix("=")
    of_group: str | int = number_of(value) if by in ("team", "rep") else value
    return endings.behind(asked.uow.session, asked.scope, kind=WAYS.get(by, ""), by=by, value=of_group)


REASONS = ReportKind(
    "reasons", "why leads were lost, to whom, and what was won", "reasons last quarter team:smb", reasons, behind,
    usual_period="last 90 days", by=BY, for_reps="own",
)  # fmt: skip
