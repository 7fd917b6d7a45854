"""A manager edits a step from Slack: the playbook's own text is changed, comments and all, and takes its usual way."""

import tomllib
from collections.abc import Callable, Mapping
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import InlineTable, Table

from bot.actors import actor
from bot.errors import DibsError, InvalidInputError, NotFoundError, Problem
from bot.playbook import versions
from bot.playbook.sequences import Sequence, Step, Wait
from bot.rules.policy import require
from bot.services import Services
from bot.views.kit import clip
from bot.views.sequence_forms import FIELD_MAX, EditedStep
from bot.views.whatif import USUAL_PERIOD
from store.unit_of_work import UnitOfWork

OVERTAKEN = "The playbook was changed since you opened this. Close it, and /sequence show has the step as it is now."
NO_TEXT = "The text of the playbook in force is not recorded, so it cannot be edited from here. Edit playbook.toml."
CANNOT = "This part of the playbook is written in a way that cannot be edited from here. Edit playbook.toml."
Change = Callable[[dict[str, Any]], None]


def form(services: Services, slack_id: str, about: str) -> EditedStep:
    """What the step says now.

    Raises:
        NotAllowedError: the actor is no manager.
        DibsError: it cannot be edited here; the sentence says why.
    """
    with services.reading() as uow:
        require(actor(uow, slack_id), "manage_sequences")
        sequence, step, _ = step_meant(services, about)
        text_in_force(services, uow)
    shown = EditedStep(sequence.name, step, about)
    if any(len(text) > FIELD_MAX for text in shown.fields.values()):
        raise DibsError(f"Its text has more than {FIELD_MAX:,} characters, which no form in Slack takes. {CANNOT}")
    return shown


def save(services: Services, slack_id: str, about: str, given: Mapping[str, str], *, key: str) -> int:
    """A draft of the playbook with the step as it was written now; returns its number.

    Raises:
        NotAllowedError, NotFoundError, DibsError: as they say.
        InvalidInputError: nothing was changed, or it cannot stand in a playbook; on the field it is about.
    """
    with services.reading() as uow:
        require(actor(uow, slack_id), "manage_sequences")
        sequence, step, number = step_meant(services, about)
        text = text_in_force(services, uow)
    shown = EditedStep(sequence.name, step, about)
    written = {name: given.get(name, "").replace("\r\n", "\n").strip() for name in shown.fields}
    changed = {name: said for name, said in written.items() if said != as_shown(shown.fields[name])}
    first = next(iter(changed), next(iter(shown.fields)))
    if not changed:
        raise InvalidInputError([Problem(first, "Nothing was changed.")])
    edited = rewritten(text, sequence.name, lambda found: put(found["steps"][number], checked(step, changed)))
    return versions.propose(services, slack_id, edited, days=USUAL_PERIOD, key=key, field=first)


def as_shown(text: str) -> str:
    """How the form begins with it: what was not touched is not changed."""
    return clip(text, FIELD_MAX) if text.strip() else ""


def step_meant(services: Services, about: str) -> tuple[Sequence, Step, int]:
    """The step that the form or the menu is about, as long as the playbook is the same.

    Raises:
        DibsError: it is another one by now.
    """
    version, _, rest = about.partition(":")
    number, _, name = rest.partition(":")
    sequence = services.playbook.sequence(name)
    if version != services.playbook.version or sequence is None or not (number.isascii() and number.isdigit()):
        raise DibsError(OVERTAKEN)
    if int(number) >= len(sequence.named):
        raise NotFoundError(OVERTAKEN)
    return sequence, sequence.named[int(number)], int(number)


def text_in_force(services: Services, uow: UnitOfWork) -> str:
    """The text of the playbook in force, as somebody wrote it.

    Raises:
        DibsError: it was never recorded.
    """
    newest = next(iter(uow.playbooks.published(limit=1)), None)
    if newest is None:
        raise DibsError(NO_TEXT)
    if newest.version != services.playbook.version:
        raise DibsError(OVERTAKEN)
    return newest.text


# --- the change itself


def checked(step: Step, changed: Mapping[str, str]) -> dict[tuple[str | int, ...], str | int]:
    """The values by their keys within the step.

    Raises:
        InvalidInputError: on the field.
    """
    values: dict[tuple[str | int, ...], str | int] = {}
    for name, said in changed.items():
        if isinstance(step, Wait):
            if not (said.isascii() and said.isdigit() and len(said) <= 4) and said:
                raise InvalidInputError([Problem(name, "Write a whole number.")])
            values[name,] = int(said or 0)
        elif not said:
            raise InvalidInputError([Problem(name, "Write something; to drop it, edit playbook.toml.")])
        else:
            key, _, variant = name.partition(".")
            values[("variants", int(variant), key) if variant else (key,)] = said
    return values


def put(step: dict[str, Any], values: Mapping[tuple[str | int, ...], str | int]) -> None:
    """Write them into the step, whether it is a plain table or one that remembers how it was written."""
    for place, value in values.items():
        part: Any = step
        for key in place[:-1]:
            part = part[key]
        lines = isinstance(value, str) and "\n" in value and isinstance(part, Table | InlineTable)
        part[place[-1]] = tomlkit.string(str(value), multiline=True) if lines else value


def rewritten(text: str, name: str, change: Change) -> str:
    """The playbook's text with this changed in its sequence, and nothing else.

    Raises:
        DibsError: that cannot be done without changing more.
    """
    try:
        document, plain = tomlkit.parse(text), tomllib.loads(text)
        for parts in (document, plain):
            change(next(one for one in parts["sequences"] if one["name"] == name))
        edited = tomlkit.dumps(document)
        is_same = tomllib.loads(edited) == plain
    except (TOMLKitError, tomllib.TOMLDecodeError, KeyError, IndexError, TypeError, StopIteration) as error:
        raise DibsError(CANNOT) from error
    if not is_same:
        raise DibsError(CANNOT)
    return edited
