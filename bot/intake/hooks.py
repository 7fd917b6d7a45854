"""Forms and tools that send in their own shape: their payloads become leads and touches by presets."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from bot.errors import InvalidInputError, Problem
from bot.intake import capture, tracking
from bot.meetings import providers
from bot.rules.cleaning.lead import clean_lead
from bot.rules.presets import MOST_EVENTS, Event, Preset, events
from bot.rules.touches import clean_touch
from bot.services import Services

FOLDER = Path(__file__).parents[1] / "presets"
KEY_MAX = 60  # of a vendor's own name for an event


@dataclass(frozen=True)
class Taken:
    """What became of a payload."""

    lead_ids: tuple[int, ...] = ()
    touches: int = 0
    ignored: tuple[str, ...] = ()  # kinds of events that are none of ours


def read_presets() -> Mapping[str, Preset]:
    """Each file in the folder is a preset of its name."""
    found = {
        path.stem: Preset.model_validate({**tomllib.loads(path.read_text(encoding="utf-8")), "name": path.stem})
        for path in sorted(FOLDER.glob("*.toml"))
    }
    return MappingProxyType(found)


def take(services: Services, preset: Preset, payload: object, *, key: str, is_unproved: bool = False) -> Taken:
    """Store what the payload tells of; an event that came before, under the vendor's name for it, changes nothing.

    `is_unproved`: anybody could have sent it in anybody's name.

    Raises:
        InvalidInputError: it tells of a lead that cannot be taken; nothing is stored.
    """
    told = [marked(one, is_unproved=is_unproved) for one in events(preset, payload)]
    if len(told) > MOST_EVENTS:
        raise InvalidInputError([Problem("body", f"At most {MOST_EVENTS} events are taken at once.")])
    check(services, told)
    done = [take_event(services, preset, one, key=key_of(preset, one, key, place)) for place, one in enumerate(told)]
    return Taken(
        tuple(lead_id for one in done for lead_id in one.lead_ids), sum(one.touches for one in done),
        tuple(kind for one in done for kind in one.ignored),
    )  # fmt: skip


def marked(one: Event, *, is_unproved: bool) -> Event:
    return replace(one, lead={**one.lead, "is_unproved": True}) if is_unproved and one.lead is not None else one


def check(services: Services, told: list[Event]) -> None:
    """All or nothing: what is wrong is found before anything is stored."""
    problems: list[Problem] = []
    for one in told:
        try:
            if one.lead is not None:
                clean_lead(one.lead, services.playbook.fields)
            elif one.touch is not None:
                clean_touch(one.touch, services.now())
        except InvalidInputError as error:
            problems += error.problems
    if problems:
        raise InvalidInputError(problems[: tracking.MOST_PROBLEMS])


def key_of(preset: Preset, one: Event, key: str, place: int) -> str:
    """The vendor's name for the event, whoever carries it here; without one, that of the request."""
    if not one.id:
        return f"{key}:{place}" if place else key
    if preset.takes == "form":
        # Every plain form counts from one, and anybody can send the next number first: only the same words repeat it.
        return f"hook:{preset.name}:{capture.body_hash({'id': one.id, 'lead': one.lead})[:40]}"
    short = one.id if len(one.id) <= KEY_MAX and one.id.isprintable() else capture.body_hash({"id": one.id})[:32]
    return f"hook:{preset.name}:{one.kind[:20]}:{short}"


def take_event(services: Services, preset: Preset, one: Event, *, key: str) -> Taken:
    taken = take_person(services, one, key=key)
    if one.meeting is None:
        return taken
    is_news = take_meeting(services, preset.name, one.meeting, taken.lead_ids)
    return replace(taken, ignored=()) if is_news else taken


def take_meeting(services: Services, provider: str, raw: dict[str, str], lead_ids: tuple[int, ...]) -> bool:
    """It is booked for the lead that came with it, or called off; False when nothing is to be kept of it."""
    if raw["is"] == "cancelled":
        return bool(raw.get("name")) and providers.cancel(services, provider, raw["name"])
    told = providers.read(provider, raw, services.now())
    return told is not None and bool(lead_ids) and providers.book(services, told, lead_ids[0])


def take_person(services: Services, one: Event, *, key: str) -> Taken:
    lead_ids: tuple[int, ...] = ()
    if one.lead is not None and not (one.touch and tracking.is_known(services, str(one.touch["email"]))):
        try:
            lead_ids = (capture.take_lead(services, one.lead, key=key).lead_id,)
        except capture.KeyReusedError:  # the same event told anew, with a word changed: what was stored stands
            return Taken()
    if one.touch is None:
        return Taken(lead_ids, ignored=() if one.lead is not None else (one.kind or "?",))
    try:
        taken = tracking.take_touch(services, one.touch, key=key)
    except capture.KeyReusedError:
        return Taken(lead_ids)
    return Taken(lead_ids or ((taken.lead_id,) if taken.lead_id else ()), 1)
