"""Leads that waited for somebody because nobody was free: how many, why, how long, and which still wait."""

from collections.abc import Callable, Iterable, Sequence

from bot.reports.before import scope_before
from bot.reports.kinds import Asked, ReportKind, number_of
from bot.rules.reports.hold import Wait, Waited, waited, why
from bot.rules.reports.report import Cell, Chart, Figure, Report, Row, Said, Series, Table
from store.reporting import hold as holds
from store.reporting.hold import Waits

BY = ("why", "team", "source")
HEADINGS = ("Held", "Still waiting", "Median wait", "From (95 %)", "To (95 %)", "Longest")
NAMES = {"why": "Why"}
COUNTED = (
    "Held in this time, and whatever still waits. Why is what stood in most people's way when it began. Those that "
    "still wait count as waiting in the median."
)


def hold(asked: Asked) -> Report:
    by = asked.question.by or BY[0]
    found = holds.waits(asked.uow.session, asked.scope, by)
    return Report(
        "hold", f"Leads on hold, {asked.question.period.name}", sentence(asked, found), table(asked, found, by),
        charts(asked, found, by), ((COUNTED,),) if found else (), as_of=asked.question.as_of,
    )  # fmt: skip


def named(asked: Asked, by: str) -> Callable[[str | int], str]:
    """How a group is called."""
    if by == "why":
        return lambda cause: why(str(cause))
    teams = {team.id: team.name for team in asked.uow.people.teams()} if by == "team" else {}
    return lambda group: str(group) if by == "source" else teams.get(int(group), "")


def sentence(asked: Asked, found: Sequence[Waits]) -> Said:
    held = waited(of(one for one in found if one.is_within))
    still = waited(of(one for one in found if not one.is_over))
    if not held.held:
        none = "No lead had to wait for somebody in this time"
        return (f"{none}, and none waits now.",) if not still.waits else (f"{none}; ", *now(still))
    said: list[str | Figure] = [
        Figure(held.held, "count"),
        " lead" + "s" * (held.held != 1),
        " had to wait for somebody, ",
        Figure(holds.count(asked.uow.session, scope_before(asked)), "count"),
        " in the time before",
    ]
    if held.median.seconds is not None:
        said += ["; half of them waited for ", Figure(held.median.seconds, "duration"), " or more"]
    said += [". "]
    return (*said, *(now(still) if still.waits else ("None waits now.",)))


def of(found: Iterable[Waits]) -> list[Wait]:
    return [Wait(one.seconds, one.is_over, one.leads) for one in found]


def now(still: Waited) -> Said:
    return (
        Figure(still.waits, "count"), " waits" if still.waits == 1 else " wait", " now, ",
        "" if still.waits == 1 else "the longest ", "for ", Figure(still.longest, "duration"), ".",
    )  # fmt: skip


def table(asked: Asked, found: Sequence[Waits], by: str) -> Table:
    groups: dict[str | int, list[Waits]] = {}
    for one in found:
        groups.setdefault(one.group, []).append(one)
    name = named(asked, by)
    rows = [
        (waited(of(of_it)), Row((name(group), *figures(waited(of(of_it)))), behind=f"={group}"))
        for group, of_it in groups.items()
    ]
    rows.sort(key=lambda row: (-row[0].held, str(row[1].cells[0])))
    total = Row(("All", *figures(waited(of(found))))) if len(rows) > 1 else None
    return Table((NAMES.get(by, by.capitalize()), *HEADINGS), tuple(row for _, row in rows), total)


def figures(one: Waited) -> tuple[Cell, ...]:
    return (
        Figure(one.held, "count"), Figure(one.waits, "count"), Figure(one.median.seconds, "duration"),
        Figure(one.median.low, "duration"), Figure(one.median.high, "duration"), Figure(one.longest, "duration"),
    )  # fmt: skip


def charts(asked: Asked, found: Sequence[Waits], by: str) -> tuple[Chart, ...]:
    rows = table(asked, found, by).rows
    if len(rows) < 2:
        return ()
    counts = tuple(float(cell.value) for row in rows if isinstance(cell := row.cells[1], Figure))  # type: ignore[arg-type]
    return (Chart("bar", "Leads on hold", tuple(str(row.cells[0]) for row in rows), (Series("Leads", counts),)),)


def behind(asked: Asked, key: str) -> list[int]:
    """Those that still wait first, the longest of them first."""
    by, group = asked.question.by or BY[0], key.removeprefix("=")
    return holds.leads(asked.uow.session, asked.scope, by, number_of(group) if by == "team" else group)


HOLD = ReportKind(
    "hold", "leads that waited because nobody was free, why and how long", "hold this week team:smb", hold, behind,
    usual_period="last 7 days", by=BY, filters=("team", "source"), for_reps="none",
)  # fmt: skip
