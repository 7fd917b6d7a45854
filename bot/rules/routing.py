"""Which team a lead goes to: the playbook's routes in order, the first that matches."""

from dataclasses import dataclass
from datetime import datetime

from bot.playbook import Playbook
from bot.rules.cleaning import CleanLead
from bot.rules.values import Reading


@dataclass(frozen=True)
class Route:
    team: str
    reason: str  # the rule's name
    mode: str  # offer, auto, open, least busy or sticky
    needs: frozenset[str]  # what the rep must have and speak, in lower case
    names_mode: bool = False  # the rule itself names the mode, rather than its team


def route(lead: CleanLead, playbook: Playbook, now: datetime) -> Route:
    """The playbook guarantees that its last route takes every lead. `now` has a zone."""
    values = Reading(lead, now)
    for step in playbook.steps:
        for key, test in step.tests:
            if not test(values[key]):
                break
        else:
            return Route(step.rule.team, step.rule.name, step.mode, step.rule.needs, step.rule.mode is not None)
    raise AssertionError("a playbook without a last route was let through")
