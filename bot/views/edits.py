"""The forms that ask for a lead: a new one, or one that somebody corrects; the playbook's own fields as well."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from bot.playbook.fields import CustomField
from bot.rules.cleaning.fields import MAX_FIELD_VALUE, PREFIX
from bot.rules.cleaning.profile import CHANNEL_NAMES, GUESS
from bot.views import kit
from bot.views.cards import title
from bot.views.forms import NEW_LEAD, NEW_LEAD_FIELDS, field, form, text_input
from bot.views.kit import Block, Message, Person, Piece, Strong
from store.models import Lead

EDIT = "form.edit"
PROFILE = "profile."
MOST_BLOCKS = 100  # of a modal
# Block id, what it asks, and the same in the middle of a sentence.
FIELDS = (
    ("name", "Name", "name"), ("email", "E-mail", "e-mail"), ("phone", "Phone", "phone"),
    ("company", "Company", "company"), ("title", "Job title", "title"), ("country", "Country", "country"),
    ("website", "Website", "website"), ("source", "Source", "source"), ("campaign", "Campaign", "campaign"),
    ("message", "What do they want?", "message"), ("profile.location", "Where are they?", "location"),
    ("profile.time_zone", "Time zone, like Europe/Berlin", "time zone"),
    ("profile.interests", "Interests, with commas between", "interests"),
    ("profile.preferred_channel", "How do they like to be reached?", "preferred channel"),
    ("profile.links", "Pages, one a line", "pages"),
)  # fmt: skip
WORDS = {name: word for name, _, word in FIELDS}
NOTHING: Mapping[str, str] = MappingProxyType({})
LONG = frozenset({"message", "profile.links"})


@dataclass(frozen=True)
class EditForm:
    """What somebody may correct: the lead, and those of the playbook's fields that they see."""

    lead: Lead
    custom: tuple[CustomField, ...] = ()


def new_lead(custom: Sequence[CustomField] = (), initial: Mapping[str, str] = NOTHING) -> Block:
    """`initial` has what is known already, by the names of the fields."""
    # Nothing is required by Slack itself: our own rules say what is missing, on the field, in one go.
    inputs = [
        field(name, asks, text_input(multiline=multiline, initial=initial.get(name, "")), optional=True,
              hint="A name or an e-mail address is enough." if name == "name" else "")
        for name, asks, multiline in NEW_LEAD_FIELDS
    ]  # fmt: skip
    return form(NEW_LEAD, "New lead", "Add", *inputs, *(custom_input(one, None) for one in custom))


def edit(value: EditForm) -> Block:
    """Every field with what stands in it now; what they wrote themselves is told below it."""
    lead, values = value.lead, shown_values(value.lead)
    usual = [usual_input(lead, name, asks, values[name]) for name, asks, _ in FIELDS if is_editable(values[name])]
    own = [custom_input(one, lead.fields.get(one.name)) for one in value.custom]
    flaws = [kit.context(" ".join(lead.flaws))] if lead.flaws else []
    blocks = [kit.context(title(lead)), *flaws, *usual, *own][:MOST_BLOCKS]
    return form(EDIT, "Correct a lead", "Save", *blocks, about=str(lead.id))


def shown_values(lead: Lead) -> dict[str, str]:
    """Each usual field as its input shows it."""
    return {name: shown(lead.profile, name) if name.startswith(PROFILE) else own(lead, name) for name, _, _ in FIELDS}


def own(lead: Lead, name: str) -> str:
    return str(getattr(lead, name) or "")


def shown(profile: Mapping[str, Any], name: str) -> str:
    key = name.removeprefix(PROFILE)
    if key == "time_zone" and profile.get(GUESS):
        return ""  # whoever leaves it alone has not confirmed it
    value = profile.get(key) or ""
    return ("\n" if key == "links" else ", ").join(map(str, value)) if isinstance(value, list) else str(value)


def is_editable(text: str) -> bool:
    """A text that is longer than an input holds would lose its end."""
    return len(text) <= kit.TEXT_MAX


def usual_input(lead: Lead, name: str, asks: str, value: str) -> Block:
    if name == "profile.preferred_channel":
        return field(name, asks, choice_input(CHANNEL_NAMES, value), optional=True)
    block = field(name, asks, text_input(multiline=name in LONG, initial=value), optional=True)
    hint = hint_for(lead, name)
    if hint:
        block["hint"] = kit.plain(hint, 2000)
    return block


def hint_for(lead: Lead, name: str) -> str:
    if name in lead.originals:
        return f"They wrote: {lead.originals[name]}"
    guess = lead.profile.get(GUESS) if name == "profile.time_zone" else None
    return f"Perhaps {lead.profile.get('time_zone')}, {guess}." if guess else ""


def custom_input(one: CustomField, value: object) -> Block:
    return field(PREFIX + one.name, one.shown, custom_element(one, value), optional=True)


def custom_element(one: CustomField, value: object) -> Block:
    """An input that suits the type; a value of another type, from before the playbook asked for it, is left empty."""
    text = "" if value is None else str(value)
    match one.type:
        case "number":
            element: Block = {"type": "number_input", "is_decimal_allowed": True}
            return {**element, "initial_value": text} if type(value) in (int, float) else element
        case "date":
            return {"type": "datepicker", **({"initial_date": text} if len(text) == len("2026-11-24") else {})}
        case "choice":
            return choice_input(one.choices, text)
        case "yes or no":
            return choice_input(("Yes", "No"), ("Yes" if value else "No") if isinstance(value, bool) else "")
        case _:
            return text_input(initial=text, longest=MAX_FIELD_VALUE)


def choice_input(choices: Sequence[str], value: str) -> Block:
    options = [kit.option(one, one) for one in choices]
    chosen = next((one for one in options if one["value"] == value), None)
    element: Block = {"type": "static_select", "options": options}
    return {**element, "initial_option": chosen} if chosen else element


def odd(lead: Lead) -> tuple[Piece, ...]:
    """On the card: what to look at before anybody writes or calls."""
    return (Strong("Look twice: "), " ".join(lead.flaws)[:600]) if lead.flaws else ()


def as_written(lead: Lead, hidden: Container[str] = ()) -> list[tuple[Piece, ...]]:
    """In the details: what they wrote themselves, where the standard form differs."""
    labels = {name: asks for name, asks, _ in FIELDS}
    return [
        (f"{labels.get(name, name.removeprefix(PREFIX))}: {text[:200]}",)
        for name, text in lead.originals.items()
        if name not in hidden
    ]


def corrected(by: Person, what: Sequence[str]) -> Message:
    """In the thread: "Alice corrected e-mail and title."; the values are on the card, and what was there is kept."""
    return kit.say("✏️ ", Strong(by.name), f" corrected {listed(what)}.")


def listed(words: Sequence[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last
