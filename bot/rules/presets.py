"""What a form or a tool sends becomes leads and touches, as a preset says in which place each thing stands. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.rules.cleaning.lead import clean_text

MOST_EVENTS = 100  # in one call
MOST_EXTRAS = 40
MOST_STEPS = 2000  # of one path, whatever is sent
EXTRA_NAME_MAX, EXTRA_MAX = 80, 500
STEP = re.compile(r"([^.\[\]]+)|\[([^\[\]]*)\]")
TEST = re.compile(r"([^=~]+)([=~])(.*)")
KNOWN = (
    "name", "email", "phone", "company", "title", "country", "website", "source", "campaign", "message", "visitor",
    "consent", "consent_wording",
)  # fmt: skip


class Extras(BaseModel):
    """A list of questions with answers: what is not asked for by name is kept under the question."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    list: str
    name: str
    value: tuple[str, ...]


class Preset(BaseModel):
    """Where in a payload things stand. Paths are tried in order; the first that finds something counts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = ""  # the file's
    title: str
    docs: tuple[str, ...] = ()
    takes: str = Field(default="json", pattern="^(json|form)$")
    signature: str = ""
    each: str = ""  # the list of events, where several come in one payload
    kind: tuple[str, ...] = ()  # where it says which kind of event it is
    leads: tuple[str, ...] = ()  # the kinds that are leads; without any, everything is
    touches: dict[str, str] = Field(default_factory=dict)  # the kinds that are touches, and which
    meetings: dict[str, Literal["booked", "cancelled"]] = Field(default_factory=dict)  # kinds that make or end meetings
    meeting: dict[str, tuple[str, ...]] = Field(default_factory=dict)  # name, starts, ends, zone, place, host
    id: tuple[str, ...] = ()  # the vendor's name for the event, under which it is taken once
    source: str
    detail: tuple[str, ...] = ()  # of a touch
    at: tuple[str, ...] = ()
    fields: dict[str, tuple[str, ...]]
    extras: tuple[Extras, ...] = ()
    keeps_rest: bool = False  # a flat form: whatever is not known goes to the lead's own fields


@dataclass(frozen=True)
class Event:
    """One thing that a payload tells of. Without a lead and a touch it is none of ours."""

    id: str
    kind: str
    lead: dict[str, Any] | None = None
    touch: dict[str, Any] | None = None
    meeting: dict[str, str] | None = None  # what is said of it, and under "is" whether it is booked or cancelled


def events(preset: Preset, payload: object) -> list[Event]:
    """What the payload tells of, in its order."""
    parts = (find(payload, preset.each) if preset.each else []) or [payload]
    several = parts[0] if len(parts) == 1 and isinstance(parts[0], list) else parts
    return [event(preset, one) for one in several[: MOST_EVENTS + 1]]


def event(preset: Preset, payload: object) -> Event:
    kind, own_id = first(payload, preset.kind), first(payload, preset.id)
    is_lead = kind in preset.leads if preset.leads else not preset.kind
    lead, meeting = as_lead(preset, payload) if is_lead else None, as_meeting(preset, payload, kind)
    if kind not in preset.touches:
        return Event(own_id, kind, lead, meeting=meeting)
    email = lead["email"] if lead and "email" in lead else first(payload, preset.fields.get("email", ()))
    if lead is not None and not email:  # they can be called, but nobody is known by that
        return Event(own_id, kind, lead, meeting=meeting)
    touch = {"kind": preset.touches[kind], "email": email, "detail": first(payload, preset.detail)}
    return Event(own_id, kind, lead, touch, meeting)


def as_meeting(preset: Preset, payload: object, kind: str) -> dict[str, str] | None:
    if kind not in preset.meetings:
        return None
    return {"is": preset.meetings[kind], **{name: first(payload, paths) for name, paths in preset.meeting.items()}}


def as_lead(preset: Preset, payload: object) -> dict[str, Any]:
    raw: dict[str, Any] = {name: first(payload, paths) for name, paths in preset.fields.items() if name in KNOWN}
    raw = {name: value for name, value in raw.items() if value}
    own = {
        name.removeprefix("fields."): first(payload, paths)
        for name, paths in preset.fields.items() if name.startswith("fields.")
    }  # fmt: skip
    used = set(raw.values())
    extra = {name: value for name, value in others(preset, payload) if value not in used}
    fields = {name: value for name, value in {**extra, **own}.items() if value}
    raw.setdefault("source", preset.source)
    return {**raw, "fields": dict(list(fields.items())[:MOST_EXTRAS])} if fields else raw


def others(preset: Preset, payload: object) -> Iterator[tuple[str, str]]:
    """What was asked besides what we know, by question."""
    if preset.keeps_rest and isinstance(payload, Mapping):
        known = {part for paths in preset.fields.values() for path in paths for part in path.split(" & ")}
        for name, value in payload.items():
            if str(name) not in known and not str(name).startswith("_"):
                yield short(name, EXTRA_NAME_MAX), short(text_of(value), EXTRA_MAX)
    for extras in preset.extras:
        for entry in find(payload, extras.list):
            for one in entry if isinstance(entry, list) else [entry]:
                name = first(one, (extras.name,))
                if name:
                    yield short(name, EXTRA_NAME_MAX), short(first(one, extras.value), EXTRA_MAX)


def short(value: object, limit: int) -> str:
    return clean_text(str(value), limit=limit)


def first(payload: object, paths: tuple[str, ...]) -> str:
    """The text at the first of the paths where there is any; "a & b" are two joined by a space."""
    for path in paths:
        parts = [at(payload, part.strip()) for part in path.split(" & ")]
        joined = " ".join(part for part in parts if part)
        if joined:
            return joined
    return ""


def at(payload: object, path: str) -> str:
    return next((text for text in map(text_of, find(payload, path)) if text), "")


def text_of(value: object) -> str:
    """A value as a person would write it; of several choices, all."""
    if value is None or isinstance(value, Mapping):
        return ""
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, list):
        return ", ".join(text for text in map(text_of, value[:20]) if text)
    return str(value).strip()


def find(payload: object, path: str) -> list[object]:
    """All that stands at the path: names by dots, [0] a place, [*] every place, [a.b=c] those where that is so,
    [a~c] those where it contains that; capitals do not matter."""
    here: list[object] = [payload]
    for name, inside in STEP.findall(path):
        here = [below for value in here for below in step(value, name, inside)][:MOST_STEPS]
    return here


def step(value: object, name: str, inside: str) -> list[object]:
    if name:
        return [value[name]] if isinstance(value, Mapping) and name in value else []
    if not isinstance(value, list):
        return []
    if inside == "*":
        return value[:MOST_STEPS]
    if inside.isdigit():
        return value[int(inside) : int(inside) + 1]
    return [one for one in value[:MOST_STEPS] if meets(one, inside)]


def meets(value: object, test: str) -> bool:
    found = TEST.fullmatch(test)
    if not found:
        return False
    path, sign, wanted = found[1], found[2], found[3].casefold()
    said = at(value, path).casefold()
    return wanted in said if sign == "~" else said == wanted
