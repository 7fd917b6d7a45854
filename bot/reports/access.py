"""Who may see what of a report: one table. Whatever else a question says only ever narrows it."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.errors import NotAllowedError
from bot.reports.kinds import ReportKind
from bot.rules.asking.question import Question
from bot.rules.policy import Actor, require

OTHERS_TEAM = "You see reports about your own teams. Ask a manager about the others."
OTHERS = "You see your own figures in reports. Ask a manager about those of others."


@dataclass(frozen=True)
class Sight:
    """What a report may read for somebody; None is everything."""

    team_ids: frozenset[int] | None = None
    rep_ids: frozenset[int] | None = None


def sight(
    kind: ReportKind, who: Actor | None, question: Question, *, teams: Mapping[str, int], people: Mapping[str, int]
) -> Sight:
    """Raises:
    NotAllowedError: they may not see what they ask for.
    """
    asked = frozenset(teams[name] for name in question.teams) if question.teams else None
    named = frozenset(people[slack_id] for slack_id in question.people) if question.people else None
    if who is None or who.is_manager:
        return Sight(asked, named)
    require(who, "ask")
    if kind.for_reps == "none":
        require(who, "report")
    if asked is not None and not asked <= who.team_ids:
        raise NotAllowedError(OTHERS_TEAM)
    if named is not None and named != {who.rep_id}:
        raise NotAllowedError(OTHERS)
    if kind.for_reps == "own":
        return Sight(asked, frozenset({who.rep_id}))
    return Sight(who.team_ids if asked is None else asked, named)


def may_share(kind: ReportKind, who: Actor) -> bool:
    """Their own figures are a rep's to show; those of a team are not."""
    return who.is_manager or (kind.for_reps == "own" and not kind.is_managers_to_share)
