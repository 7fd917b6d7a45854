"""Honest speed to lead: how long leads wait for their first contact, with those that still wait counted as waiting."""

from collections import Counter
from datetime import timedelta

from bot.reports.kinds import Asked, ReportKind
from bot.rules.reports.report import Chart, Figure, Report, Row, Said, Series, Table
from bot.rules.reports.speed import marks_seen
from bot.rules.reports.survival import Median, Point, median, share_within, survival
from store.reporting import behind as leads_behind
from store.reporting.recording import CLAIMED, CONTACTED
from store.reporting.speed import Took, took, waits, worked

STEPS = {"contact": CONTACTED, "claim": CLAIMED}
NAMES = {CONTACTED: "first contact", CLAIMED: "claim"}
WAITING = "waiting"
COUNTED = (
    "Leads that nobody has been in touch with count as waiting until now, or until they were closed: leaving them out "
    "would flatter. Method: Kaplan and Meier."
)


def speed(asked: Asked) -> Report:
    step = STEPS[asked.question.option("until", "contact")]
    reached = Counter({row.seconds: row.leads for row in took(asked.uow.session, asked.scope, step)})
    waiting = waits(asked.uow.session, asked.scope, step)
    points = survival(reached, added(waiting))
    still = sum(row.leads for row in waiting if not row.is_over)
    hours = {row.seconds: row.leads for row in worked(asked.uow.session, asked.scope)} if step == CONTACTED else {}
    business = median(survival(hours, {})) if hours else None
    leads = sum(reached.values()) + sum(row.leads for row in waiting)
    marks = marks_seen(points, [*reached, *(row.seconds for row in waiting)])
    return Report(
        "speed", f"Time to {NAMES[step]}, {asked.question.period.name}",
        sentence(points, leads, still, NAMES[step]), table(points, marks, still),
        charts(points, marks, NAMES[step]) if marks else (), ((COUNTED,),), as_of=asked.question.as_of,
        details=(medians(median(points), business),) if leads else (),
    )  # fmt: skip


def added(rows: list[Took]) -> Counter[int]:
    found: Counter[int] = Counter()
    for row in rows:
        found[row.seconds] += row.leads
    return found


def sentence(points: list[Point], leads: int, still: int, until: str) -> Said:
    if not leads:
        return ("No lead arrived in this time.",)
    middle = median(points)
    wait = f" {'wait' if still != 1 else 'waits'} for it still{', and count as waiting' if still > 1 else ''}."
    if middle.seconds is None:
        return (
            "Fewer than half of ", Figure(leads, "count"), f" leads had their {until}; ", Figure(still, "count"), wait,
        )  # fmt: skip
    hour = share_within(points, int(timedelta(hours=1).total_seconds()))
    return (
        f"Half of the leads have their {until} within ", Figure(middle.seconds, "duration"), ", ",
        Figure(hour, "percent"), " within an hour; ", Figure(still, "count"), wait,
    )  # fmt: skip


def table(points: list[Point], marks: list[timedelta], still: int) -> Table:
    rows = [
        Row((Figure(mark, "duration"), Figure(share_within(points, int(mark.total_seconds())), "percent")))
        for mark in marks
    ]  # fmt: skip
    if still:
        rows.append(Row(("still waiting", Figure(still, "count")), behind=WAITING))
    return Table(("Within", "Leads"), tuple(rows))


def medians(by_clock: Median, business: Median | None) -> Table:
    rows = [measured("By the clock, those that wait counted", by_clock)]
    if business is not None:
        rows.append(measured("In working hours, of those that were reached", business))
    return Table(("Median", "Time", "From (95 %)", "To (95 %)"), tuple(rows))


def measured(name: str, one: Median) -> Row:
    return Row((name, Figure(one.seconds, "duration"), Figure(one.low, "duration"), Figure(one.high, "duration")))


def charts(points: list[Point], marks: list[timedelta], until: str) -> tuple[Chart, ...]:
    names = tuple(said(mark) for mark in marks)
    still = tuple(1 - share_within(points, int(mark.total_seconds())) for mark in marks)
    return (Chart("line", f"Still without {until}", names, (Series("Waiting", still),), "percent", x="After"),)


def said(mark: timedelta) -> str:
    if mark >= timedelta(days=1):
        return f"{mark.days} d"
    minutes = int(mark.total_seconds()) // 60
    return f"{minutes // 60} h" if minutes >= 60 else f"{minutes} min"


def behind(asked: Asked, key: str) -> list[int]:
    step = STEPS[asked.question.option("until", "contact")]
    return leads_behind.not_reached(asked.uow.session, asked.scope, step=step) if key == WAITING else []


SPEED = ReportKind(
    "speed", "how long leads wait for their first contact, those that still wait counted", "speed last month team:smb",
    speed, behind, options=(("until", tuple(STEPS)),), for_reps="own",
)  # fmt: skip
