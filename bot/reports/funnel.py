"""How far the leads of a period got, how long that took, and in which stage most of them wait too long."""

from bot.reports.before import scope_before
from bot.reports.kinds import Asked, ReportKind
from bot.reports.steps import funnel as order_of
from bot.rules.reports.funnel import LONG, Staying, Step, bottleneck, narrowest, share, staying, steps
from bot.rules.reports.report import Chart, Figure, Report, Row, Said, Series, Table
from store.reporting import behind as leads_behind
from store.reporting.reached import ReachedSum, reached
from store.reporting.recording import ARRIVED, WON
from store.reporting.scope import Scope
from store.reporting.stays import in_stage

BY = ("step", "source", "team")
NAMES = {ARRIVED: "arrived", WON: "won"}
COUNTED = (
    "Of the leads that arrived in this time, those that reached each step until its end. One that skipped a step has "
    "reached it as well."
)
TWICE = 1.5  # times the share before, from which on the change is worth words


def funnel(asked: Asked) -> Report:
    rows = reached(asked.uow.session, asked.scope)
    order = order_of(asked.playbook.stages)
    found = steps(order, added(rows))
    by = asked.question.by or BY[0]
    stays = stays_of(asked, asked.scope)
    return Report(
        "funnel", f"Funnel, {asked.question.period.name}", sentence(asked, found, stays),
        by_step(found) if by == "step" else by_group(asked, rows, order),
        charts(found) if found[0].leads else (), ((COUNTED,),), as_of=asked.question.as_of, details=(times(stays),),
    )  # fmt: skip


def added(rows: list[ReachedSum]) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for row in rows:
        leads, seconds = found.get(row.step, (0, 0))
        found[row.step] = leads + row.leads, seconds + row.seconds
    return found


def stays_of(asked: Asked, scope: Scope) -> list[Staying]:
    """Of each open stage, in the playbook's order."""
    found: dict[str, list[tuple[int, int, int]]] = {}
    for row in in_stage(asked.uow.session, scope):
        found.setdefault(row.stage, []).append((row.seconds, row.left, row.waits))
    known = [stage.name for stage in asked.playbook.stages if stage.kind == "open"]
    return [staying(name, found[name]) for name in known if name in found]


def sentence(asked: Asked, found: list[Step], stays: list[Staying]) -> Said:
    """The bottleneck if there is one, and how that was in the time before; else where most are lost."""
    if not found[0].leads:
        return ("No lead arrived in this time.",)
    slow = bottleneck(stays)
    if slow is not None:
        return (
            f"{slow.stage.capitalize()} is the bottleneck: ", Figure(slow.long, "percent"), " wait over ",
            Figure(LONG, "duration"), *compared(asked, slow), ".",
        )  # fmt: skip
    narrow = narrowest(found)
    won = found[-1]
    said: list[str | Figure] = ["Of ", Figure(found[0].leads, "count"), " leads "]
    said += [Figure(won.leads, "count"), " were won (", Figure(won.of_all, "percent"), ")"]
    if narrow is not None and narrow.of_previous is not None and narrow.of_previous < 1:
        said += [
            f"; most are lost before {shown(narrow.name)}, which ",
            Figure(narrow.of_previous, "percent"),
            " reach",
        ]
    return (*said, ".")


def compared(asked: Asked, slow: Staying) -> Said:
    """Beside as long a time just before."""
    was = next((one for one in stays_of(asked, scope_before(asked)) if one.stage == slow.stage), None)
    if was is None or was.long is None:
        return ()
    if was.long and (slow.long or 0) / was.long >= TWICE:
        return (", ", Figure((slow.long or 0) / was.long, "number"), " times as many as in the time before")
    return (", after ", Figure(was.long, "percent"), " in the time before")


def by_step(found: list[Step]) -> Table:
    rows = tuple(
        Row((
            shown(step.name), Figure(step.leads, "count"), Figure(step.of_previous, "percent"),
            Figure(step.of_all, "percent"), Figure(step.took, "duration"),
        ), behind=step.name if step.leads else "") for step in found
    )  # fmt: skip
    return Table(("Step", "Leads", "Of the step before", "Of all", "Time since arrival, average"), rows)


def by_group(asked: Asked, rows: list[ReachedSum], order: tuple[str, ...]) -> Table:
    """A row for each source or team, a column for each step, and the share that is won."""
    by = asked.question.by
    teams = {team.id or 0: team.name for team in asked.uow.people.teams()}
    groups: dict[str, dict[str, int]] = {}
    for row in rows:
        name = row.source if by == "source" else teams.get(row.team_id, "")
        group = groups.setdefault(name, {})
        group[row.step] = group.get(row.step, 0) + row.leads
    made = tuple(
        Row((
            name, *(Figure(group.get(step, 0), "count") for step in order),
            Figure(share(group.get(WON, 0), group.get(ARRIVED, 0)), "percent"),
        )) for name, group in sorted(groups.items(), key=lambda item: (-item[1].get(ARRIVED, 0), item[0]))
    )  # fmt: skip
    return Table((by.capitalize(), *(shown(step) for step in order), "Won of arrived"), made)


def times(stays: list[Staying]) -> Table:
    rows = tuple(
        Row((
            one.stage, Figure(one.stays, "count"), Figure(one.median.seconds, "duration"),
            Figure(one.median.low, "duration"), Figure(one.median.high, "duration"), Figure(one.long, "percent"),
        )) for one in stays
    )  # fmt: skip
    return Table(("Stage", "Leads", "Median time", "From (95 %)", "To (95 %)", "Longer than 5 days"), rows)


def charts(found: list[Step]) -> tuple[Chart, ...]:
    names = tuple(shown(step.name) for step in found)
    return (Chart("bar", "Leads that got so far", names, (Series("Leads", tuple(float(one.leads) for one in found)),)),)


def shown(step: str) -> str:
    return NAMES.get(step, step)


def behind(asked: Asked, key: str) -> list[int]:
    return leads_behind.reached(asked.uow.session, asked.scope, step=key)


FUNNEL = ReportKind(
    "funnel", "how far leads get, time in each stage, and the bottleneck", "funnel last quarter by:source", funnel,
    behind, by=BY, for_reps="own",
)  # fmt: skip
