"""The effect of reminders as a table, after the sentence that says what matters."""

from datetime import timedelta

from bot.rules.effects import Effect, wilson
from bot.views import kit
from bot.views.announcements import duration
from bot.views.fit import as_many_as_fit, size
from bot.views.kit import Message, Strong, plural
from bot.views.reports import TABLE_BYTES, cells, table

HEAD = ["Rule", "Sent", "Acted on", "Share", "95 % between", "Median time", "In digests", "Dropped"]
HINT = (
    "Acted on: somebody did something about the follow-up or its lead within one working day. Share: of those whose "
    "working day is over. In digests: more than a day's budget allows. Dropped: not true any more before it was said."
)


def effects(rules: list[Effect], *, days: int) -> Message:
    said = verdict(rules, days)
    if not any(rule.sent or rule.folded or rule.dropped for rule in rules):
        return kit.say(said)
    rows = [cells(row(rule)) for rule in rules]
    shown = as_many_as_fit(rows, TABLE_BYTES - size([cells(HEAD)]))
    rest = f" Here are the first {len(shown)} of {len(rows)} rules." if len(shown) < len(rows) else ""
    return Message(kit.fallback("Reminders. ", said), (
        kit.line(Strong("Reminders. "), said + rest), table([HEAD, *(row(rule) for rule in rules[: len(shown)])]),
        kit.context(HINT),
    ))  # fmt: skip


def verdict(rules: list[Effect], days: int) -> str:
    """What a manager should take away."""
    span = "the last day" if days == 1 else f"the last {days} days"
    idle = [rule for rule in rules if rule.is_idle]
    if idle:
        return " ".join(
            f"“{rule.rule[:40]}” is followed by an action in {percent(rule.share)} of {rule.decided}; "
            "consider dropping it." for rule in idle[:3]
        )  # fmt: skip
    sent, acted = sum(rule.sent for rule in rules), sum(rule.acted for rule in rules)
    decided = sum(rule.decided for rule in rules)
    if not sent:
        return f"No reminders were sent in {span}."
    if not decided:
        return f"{plural(sent, 'reminder')} sent in {span}; their working day is not over yet."
    low, high = wilson(acted, decided)
    return (
        f"{plural(sent, 'reminder')} sent in {span}; an action followed {percent(acted / decided)} of them within a "
        f"working day (95 %: {percent(low)} to {percent(high)})."
    )


def row(rule: Effect) -> list[str]:
    low, high = rule.interval
    return [
        rule.rule, str(rule.sent), str(rule.acted), percent(rule.share),
        f"{percent(low)} to {percent(high)}" if rule.decided else "—", span_of(rule.median),
        str(rule.folded), str(rule.dropped),
    ]  # fmt: skip


def percent(share: float | None) -> str:
    return "—" if share is None else f"{100 * share:.0f} %"


def span_of(span: timedelta | None) -> str:
    return "—" if span is None else duration(span)
