"""Which team a lead goes to: the playbook's routes in order, the first that matches."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from bot.playbook.playbook import Playbook
from bot.playbook.scoring import Scoring
from bot.rules.cleaning.lead import CleanLead
from bot.rules.scoring import judge, level_of
from bot.rules.values import Judged, Reading


@dataclass(frozen=True)
class Route:
    team: str
    reason: str  # the rule's name
    mode: str  # offer, auto, open, least busy or sticky
    needs: frozenset[str]  # what the rep must have and speak, in lower case
    names_mode: bool = False  # the rule itself names the mode, rather than its team


def route(
    lead: CleanLead, playbook: Playbook, now: datetime, *, score: int | None = None,
    segments: Callable[[CleanLead, int], frozenset[str]] | None = None,
) -> Route:  # fmt: skip
    """The playbook guarantees that its last route takes every lead. `now` has a zone.

    `score` is what the lead was judged to be; without it, what its fields alone are worth. `segments` tells the saved
    ones that it falls into, if some route asks for that.
    """
    judged = partial(judged_by, lead, playbook.scoring, score) if playbook.scoring.has_rules else None
    values = Reading(lead, now, judged=judged, segments=partial(segments, lead, score or 0) if segments else None)
    for step in playbook.steps:
        for key, test in step.tests:
            if not test(values[key]):
                break
        else:
            return Route(step.rule.team, step.rule.name, step.mode, step.rule.needs, step.rule.mode is not None)
    raise AssertionError("a playbook without a last route was let through")


def judged_by(lead: CleanLead, scoring: Scoring, known: int | None) -> Judged:
    """Only a condition that asks costs the judging."""
    score = judge(lead, scoring).score if known is None else known
    return Judged(score, level_of(score, scoring))
