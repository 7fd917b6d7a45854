"""A lead's fields that a stage asks for: by their types in its form, and cleaned like any other correction."""

from collections.abc import Mapping

from bot import edits
from bot.playbook.fields import CustomField
from bot.rules.stages import FIELDS
from bot.services import Services
from bot.views.stages import Ask
from bot.work import Work

PLAIN_FIELDS = ("email", "phone", "company", "title", "country", "website")
YES_OR_NO = ("yes", "no")
FIELD_MAX = 500


def ask_field(services: Services, name: str) -> Ask:
    """One of the playbook's own fields, asked for by its type."""
    field = field_named(services, name)
    if field is None:
        return Ask(f"{FIELDS}{name}", name, longest=FIELD_MAX)
    if field.type in ("choice", "yes or no"):
        return Ask(f"{FIELDS}{name}", field.shown, "choice", field.choices or YES_OR_NO)
    return Ask(f"{FIELDS}{name}", field.shown, "date" if field.type == "date" else "text", longest=FIELD_MAX)


def field_named(services: Services, name: str) -> CustomField | None:
    return next((one for one in services.playbook.fields if one.name == name), None)


def correct(work: Work, values: Mapping[str, str]) -> bool:
    """Write the values into the lead; what stood there before is kept. True if anything is new.

    Raises:
        InvalidInputError: each wrong value with a sentence for its field.
    """
    if not values:
        return False
    clean = edits.cleaned(work.lead, values, work.services.playbook.fields)
    changes = edits.differences(work.lead, clean)
    edits.record(work.uow, work.lead, changes, rep_id=work.who.rep_id, now=work.now)
    edits.take_over(work.uow, work.lead, clean, changes)
    return bool(changes)
