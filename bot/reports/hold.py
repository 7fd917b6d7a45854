"""Leads that waited for somebody because nobody was free: how many, why, how long, and which still wait."""

from collections.abc import Sequence

from bot.reports.before import scope_before
from bot.reports.kinds import Asked, ReportKind
from bot.rules.reports.hold import Wait, Waited, waited, why
from bot.rules.reports.report import Cell, Chart, Figure, Report, Row, Said, Series, Table
from store.reporting import hold as holds
from store.reporting.hold import Hold
from store.reporting.scope import Scope

BY = ("why", "team", "source")
HEADINGS = ("Held", "Still waiting", "Median wait", "From (95 %)", "To (95 %)", "Longest")
NAMES = {"why": "Why"}
COUNTED = (
    "Held in this time, and whatever still waits. Why is what stood in most people's way when it began. Those that "
    "still wait count as waiting in the median."
)


def hold(asked: Asked) -> Report:
    by = asked.question.by or BY[0]
    waits = waits_of(asked, asked.scope, by)
    return Report(
        "hold", f"Leads on hold, {asked.question.period.name}", sentence(asked, waits), table(asked, waits, by),
        charts(asked, waits, by), ((COUNTED,),) if waits else (), as_of=asked.question.as_of,
    )  # fmt: skip


def waits_of(asked: Asked, scope: Scope, by: str) -> list[Wait]:
    found = holds.holds(asked.uow.session, scope)
    groups = groups_of(asked, found, by)
    return [Wait(groups[one], one.lead_id, one.began_at, one.ended_at) for one in found]


def groups_of(asked: Asked, found: Sequence[Hold], by: str) -> dict[Hold, str]:
    if by == "why":
        seen = holds.reasons(asked.uow.session, [one.decision_id for one in found])
        return {one: why(seen.get(one.decision_id, [])) for one in found}
    teams = {team.id or 0: team.name for team in asked.uow.people.teams()}
    return {one: teams.get(one.team_id, "") if by == "team" else one.source for one in found}


def sentence(asked: Asked, waits: Sequence[Wait]) -> Said:
    as_of, scope = asked.question.as_of, asked.scope
    held = [one for one in waits if scope.starts <= one.began_at < scope.ends]
    still = waited((one for one in waits if one.ended_at is None), as_of)
    if not held:
        none = "No lead had to wait for somebody in this time"
        return (f"{none}, and none waits now.",) if not still.waits else (f"{none}; ", *now(still))
    of_them = waited(held, as_of)
    said: list[str | Figure] = [
        Figure(len(held), "count"),
        " lead" + "s" * (len(held) != 1),
        " had to wait for somebody, ",
    ]
    earlier = scope_before(asked)
    was = [one for one in waits_of(asked, earlier, "source") if earlier.starts <= one.began_at < earlier.ends]
    said += [Figure(len(was), "count"), " in the time before"]
    if of_them.median.seconds is not None:
        said += ["; half of them waited for ", Figure(of_them.median.seconds, "duration"), " or more"]
    said += [". "]
    return (*said, *(now(still) if still.waits else ("None waits now.",)))


def now(still: Waited) -> Said:
    return (
        Figure(still.waits, "count"), " waits" if still.waits == 1 else " wait", " now, ",
        "" if still.waits == 1 else "the longest ", "for ", Figure(still.longest, "duration"), ".",
    )  # fmt: skip


def table(asked: Asked, waits: Sequence[Wait], by: str) -> Table:
    groups: dict[str, list[Wait]] = {}
    for one in waits:
        groups.setdefault(one.group, []).append(one)
    rows = tuple(
        Row((name, *figures(asked, of_it)), behind=f"={name}")
        for name, of_it in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    )
    total = Row(("All", *figures(asked, waits))) if len(rows) > 1 else None
    return Table((NAMES.get(by, by.capitalize()), *HEADINGS), rows, total)


def figures(asked: Asked, waits: Sequence[Wait]) -> tuple[Cell, ...]:
    one = waited(waits, asked.question.as_of)
    return (
        Figure(one.held, "count"), Figure(one.waits, "count"), Figure(one.median.seconds, "duration"),
        Figure(one.median.low, "duration"), Figure(one.median.high, "duration"), Figure(one.longest, "duration"),
    )  # fmt: skip


def charts(asked: Asked, waits: Sequence[Wait], by: str) -> tuple[Chart, ...]:
    rows = table(asked, waits, by).rows
    if len(rows) < 2:
        return ()
    counts = tuple(float(cell.value) for row in rows if isinstance(cell := row.cells[1], Figure))  # type: ignore[arg-type]
    return (Chart("bar", "Leads on hold", tuple(str(row.cells[0]) for row in rows), (Series("Leads", counts),)),)


def behind(asked: Asked, key: str) -> list[int]:
    """Those that still wait first, the longest of them first."""
    name = key.removeprefix("=")
    found = [one for one in waits_of(asked, asked.scope, asked.question.by or BY[0]) if one.group == name]
    found.sort(key=lambda one: (one.ended_at is not None, one.began_at))
    return list(dict.fromkeys(one.lead_id for one in found))


HOLD = ReportKind(
    "hold", "leads that waited because nobody was free, why and how long", "hold this week team:smb", hold, behind,
    usual_period="last 7 days", by=BY, filters=("team", "source"), for_reps="none",
)  # fmt: skip
