"""Which team a lead goes to: the playbook's routes in order, the first that matches."""

from dataclasses import dataclass

from bot.playbook import Condition, Playbook
from bot.rules.cleaning import CleanLead


@dataclass(frozen=True)
class Route:
    team: str
    reason: str


def route(lead: CleanLead, playbook: Playbook) -> Route:
    """The playbook guarantees that its last route takes every lead."""
    chosen = next(rule for rule in playbook.routes if all(matches(lead, condition) for condition in rule.when))
    return Route(chosen.team, chosen.name)


def matches(lead: CleanLead, condition: Condition) -> bool:
    """A missing or unreadable value matches nothing; texts compare without regard to case."""
    value = read(lead, condition.field)
    if value is None:
        return False
    if condition.at_least is not None:
        number = as_number(value)
        return number is not None and number >= condition.at_least
    text = str(value).casefold()
    if condition.contains is not None:
        return condition.contains.casefold() in text
    return text in {option.casefold() for option in condition.is_one_of}


def read(lead: CleanLead, field: str) -> object:
    if field.startswith("fields."):
        return lead.fields.get(field.removeprefix("fields."))
    return getattr(lead, field)


def as_number(value: object) -> float | None:
    try:
        return float(str(value).replace(",", "").replace("+", "").split("-")[0])
    except ValueError:
        return None
