"""When a step is due, and what a branch decides. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.playbook.sequences import Branch, Step, Wait
from bot.rules.numbers import fold_within

# What shows that nothing is not what the lead did; what only happens to it, or says who it is, does not.
NO_DEEDS = frozenset({"email_bounced", "unsubscribed", "identified"})


@dataclass(frozen=True)
class Deed:
    """Something the lead did."""

    kind: str
    detail: str
    at: datetime


@dataclass(frozen=True)
class Letter:
    """The last one that the sequence wrote, and what became of it."""

    sent_at: datetime | None  # None: it waits for somebody's yes
    is_opened: bool = False
    is_clicked: bool = False
    is_replied: bool = False


@dataclass(frozen=True)
class Facts:
    """What a branch may ask for."""

    score: int
    deeds: Sequence[Deed] = ()  # since the last letter, or since it came to the branch if that was before
    letter: Letter | None = None


def due_at(step: Step, since: datetime) -> datetime:
    """When somebody is to look at the step that a lead came to then; a branch is looked at once, to begin with."""
    return since + step.span if isinstance(step, Wait) else since


def deadline(step: Branch, since: datetime) -> datetime:
    return since + timedelta(days=step.within_days)


def decision(step: Branch, since: datetime, facts: Facts, now: datetime) -> bool | None:
    """Whether the branch goes on at `then`; None while that is open."""
    if step.when == "nothing":
        if any(deed.at > since and deed.kind not in NO_DEEDS for deed in facts.deeds):
            return False
        return True if now >= deadline(step, since) else None
    if holds(step, since, facts):
        return True
    if step.when in ("opened", "clicked") and facts.letter is None:
        return False  # there is nothing that could be opened
    return False if now >= deadline(step, since) else None


def holds(step: Branch, since: datetime, facts: Facts) -> bool:
    """Whether what it asks for has happened."""
    letter = facts.letter
    match step.when:
        case "score":
            return facts.score >= (step.at_least or 0)
        case "opened":
            return letter is not None and (letter.is_opened or letter.is_clicked or did(facts, "email_opened"))
        case "clicked":
            is_any = letter is not None and step.contains is None and letter.is_clicked
            return letter is not None and (is_any or did(facts, "email_clicked", step.contains))
        case "replied":
            return (letter is not None and letter.is_replied) or did(facts, "reply", since=since)
        case _:
            return did(facts, "page_view", step.contains, since=since)


def did(facts: Facts, kind: str, contains: str | None = None, *, since: datetime | None = None) -> bool:
    needle = fold_within(contains) if contains else ""
    return any(
        deed.kind == kind and (since is None or deed.at >= since) and needle in fold_within(deed.detail)
        for deed in facts.deeds
    )
