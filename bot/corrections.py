"""A lead's fields that a stage asks for: cleaned like any other, with what stood there before kept."""

from collections.abc import Mapping
from datetime import date

from bot.errors import InvalidInputError, Problem
from bot.playbook_fields import CustomField
from bot.rules.cleaning import LIMITS, clean_email, clean_phone, clean_text
from bot.rules.numbers import as_number
from bot.rules.stages import FIELDS
from bot.services import Services
from bot.views.stages import Ask
from bot.work import Work
from store.models import FieldChange, Lead

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
    kind = "date" if field.type == "date" else "text"
    return Ask(f"{FIELDS}{name}", field.shown, "date" if kind == "date" else "text", longest=FIELD_MAX)


def field_named(services: Services, name: str) -> CustomField | None:
    return next((one for one in services.playbook.fields if one.name == name), None)


def correct(work: Work, values: Mapping[str, str]) -> None:
    """Write the values into the lead.

    Raises:
        InvalidInputError: each wrong value with a sentence for its field.
    """
    problems = []
    for name, text in values.items():
        try:
            put(work, name, text)
        except ValueError as error:
            problems.append(Problem(name, str(error)))
    if problems:
        raise InvalidInputError(problems)


def put(work: Work, name: str, text: str) -> None:
    lead, key = work.lead, name.removeprefix(FIELDS)
    before = lead.fields.get(key) if name.startswith(FIELDS) else getattr(lead, name)
    if name.startswith(FIELDS):
        after: object = typed(field_named(work.services, key), text)
        lead.fields = {**lead.fields, key: after}
    else:
        after = plain(lead, name, text)
        setattr(lead, name, after)
    work.uow.deals.add_field_change(FieldChange(
        lead_id=work.lead_id, rep_id=work.who.rep_id, field=name, before="" if before is None else str(before),
        after=str(after), at=work.now,
    ))  # fmt: skip


def plain(lead: Lead, name: str, text: str) -> str:
    if name == "email":
        return clean_email(text)
    if name == "phone":
        return clean_phone(text, country=lead.country)
    said = clean_text(text, limit=LIMITS.get(name, 300))
    if not said:
        raise ValueError("Nothing that can be read is left of this.")
    return said


def typed(field: CustomField | None, text: str) -> object:
    if field is not None and field.type == "number":
        number = as_number(text)
        if number is None:
            raise ValueError("Write a number.")
        return number
    if field is not None and field.type == "date":
        return a_day(text)
    if field is not None and field.type == "yes or no":
        return text == "yes"
    return clean_text(text, limit=FIELD_MAX)


def a_day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise ValueError("Choose a day.") from error
