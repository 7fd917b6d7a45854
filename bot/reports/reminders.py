"""Does anybody act on reminders? Each rule's effect."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import timedelta

from bot.reports.kinds import Asked, ReportKind
from bot.rules.effects import Effect, wilson
from bot.rules.reports.report import Chart, Figure, Report, Row, Said, Series, Table
from bot.rules.reports.survival import middle
from bot.services import Services
from store.reporting.reminders import ACTED, DIGESTED, LATE, PENDING, told
from store.reporting.scope import Scope
from store.unit_of_work import UnitOfWork

MOST_CHARTED = 10
HEADINGS = (
    "Rule", "Sent", "Acted on", "Share of decided", "From (95 %)", "To (95 %)", "Median time", "In digests",
)  # fmt: skip
COUNTED = (
    "Acted on: somebody did something about the follow-up or its lead within one working day, by the hours of "
    "whoever was told, as they were then. Share of decided: of those whose working day is over. In digests: more than "
    "a day's budget allows."
)


def reminders(asked: Asked) -> Report:
    found = measured(asked.services, asked.uow, asked.scope)
    return Report(
        "reminders", f"Reminders, {asked.question.period.name}", sentence(found),
        Table(HEADINGS, tuple(row(one) for one in found)), charts(found), ((COUNTED,),) if found else (),
        as_of=asked.question.as_of,
    )  # fmt: skip


def measured(services: Services, uow: UnitOfWork, scope: Scope) -> list[Effect]:
    """In the order of the playbook; rules that it does not have any more come last."""
    ways, took = defaultdict[str, Counter[str]](Counter), defaultdict[str, Counter[int]](Counter)
    for one in told(uow.session, scope):
        ways[one.rule][one.way] += one.reminders
        if one.way in (ACTED, LATE):
            took[one.rule][one.seconds] += one.reminders
    order = {rule.name: place for place, rule in enumerate(services.playbook.reminders.rules)}
    found = [effect_of(rule, counts, took[rule]) for rule, counts in ways.items()]
    return sorted(found, key=lambda effect: (order.get(effect.rule, len(order)), effect.rule))


def effect_of(rule: str, ways: Counter[str], took: Counter[int]) -> Effect:
    """`took`: how many were followed by an action after so many seconds."""
    median, digested = middle(took, took.total()), ways[DIGESTED]
    return Effect(
        rule, ways.total() - digested, ways[ACTED], ways[PENDING], digested,
        None if median is None else timedelta(seconds=median),
    )  # fmt: skip


# --- said


def sentence(rules: Sequence[Effect]) -> Said:
    """What a manager should take away."""
    idle = [rule for rule in rules if rule.is_idle]
    if idle:
        return tuple(piece for place, rule in enumerate(idle[:3]) for piece in (" " * (place > 0), *advice(rule)))
    sent, acted = sum(rule.sent for rule in rules), sum(rule.acted for rule in rules)
    decided = sum(rule.decided for rule in rules)
    if not sent:
        return ("No reminders were sent in this time.",)
    said: list[str | Figure] = [Figure(sent, "count"), f" reminder{'s' * (sent != 1)} sent in this time; "]
    if not decided:
        return (*said, "their working day is not over yet.")
    low, high = wilson(acted, decided)
    return (
        *said, "an action followed ", Figure(acted / decided, "percent"), " of them within a working day (95 %: ",
        Figure(low, "percent"), " to ", Figure(high, "percent"), ").",
    )  # fmt: skip


def advice(rule: Effect) -> Said:
    return (
        f"“{rule.rule[:40]}” is followed by an action in ", Figure(rule.share, "percent"), " of ",
        Figure(rule.decided, "count"), "; consider dropping it.",
    )  # fmt: skip


def row(rule: Effect) -> Row:
    low, high = rule.interval if rule.decided else (None, None)
    return Row((
        rule.rule, Figure(rule.sent, "count"), Figure(rule.acted, "count"), Figure(rule.share, "percent"),
        Figure(low, "percent"), Figure(high, "percent"), Figure(rule.median, "duration"),
        Figure(rule.digested, "count"),
    ))  # fmt: skip


def charts(rules: Sequence[Effect]) -> tuple[Chart, ...]:
    shown = [rule for rule in rules if rule.share is not None][:MOST_CHARTED]
    if not shown:
        return ()
    series = Series("Acted on", tuple(rule.share or 0.0 for rule in shown))
    return (Chart("bar", "Acted on within a working day", tuple(rule.rule for rule in shown), (series,), "percent"),)


REMINDERS = ReportKind(
    "reminders", "how often anybody acts on reminders, by rule", "reminders last month", reminders, filters=(),
    for_reps="none",
)  # fmt: skip
