"""One lead in full, in a private answer."""

from dataclasses import dataclass
from datetime import datetime

from bot.playbook.fields import CustomField, hidden_names, visible_fields
from bot.views import kit, timeline
from bot.views.cards import WHY, clip_name, title
from bot.views.edits import as_written
from bot.views.kit import At, Block, Message, Piece, Strong
from bot.views.sequence_lead import OPEN
from bot.views.timeline import Page
from store.models import Lead

SECTION_BYTES, STORY_BYTES = 900, 3600  # of a lead's details; more of its story is behind a button


@dataclass(frozen=True)
class Details:
    lead: Lead
    team: str
    owner: str | None
    follow_ups: tuple[tuple[datetime, str], ...]
    story: Page
    deal: str = ""  # in words
    answers: tuple[tuple[str, str], ...] = ()  # what was asked, and what is known
    consent: str = ""  # what each channel rests on, or that nothing does; how that came is part of the story
    colleagues: tuple[str, ...] = ()  # other leads of the same account
    custom: tuple[CustomField, ...] = ()  # the playbook's own fields
    is_manager: bool = False  # whoever reads it
    lines: tuple[tuple[Piece, ...], ...] = ()  # how good it is, and whether it is for now
    sequences: tuple[str, ...] = ()  # a line for each that it is in


def details(value: Details) -> Message:
    lead = value.lead
    pairs = [
        ("Stage", lead.stage), ("Owner", value.owner or "nobody yet"), ("Team", value.team),
        ("E-mail", lead.email), ("Phone", lead.phone), ("Title", lead.title), ("Country", lead.country),
        ("Source", lead.source), ("Campaign", lead.campaign), ("Website", lead.website),
    ]  # fmt: skip
    blocks: list[Block] = [kit.header(title(lead)), kit.fields([(n, v[:300]) for n, v in pairs if v])]
    shown = visible_fields(lead.fields, value.custom, is_manager=value.is_manager)
    extra = [f"{clip_name(name)}: {answer}" for name, answer in shown.items()]
    if extra:
        blocks.append(kit.paragraph("\n".join(extra)[:2900]))
    if lead.message:
        blocks.append(kit.quote(lead.message[:2000]))
    blocks += [kit.line(*line) for line in value.lines if line]
    blocks += [kit.line(value.deal)] if value.deal else []
    blocks += section("Profile", [(f"{name}: {said}",) for name, said in profile(lead)])
    blocks += section("As they wrote it", as_written(lead, hidden_names(value.custom, is_manager=value.is_manager)))
    blocks += section("Known so far", [(f"{clip_name(asked)}: {said[:200]}",) for asked, said in value.answers])
    blocks += section("Consent", [(part[:300],) for part in value.consent.split("; ") if part])
    blocks += section("Others of this account", [(other[:200],) for other in value.colleagues])
    blocks += section("Follow-ups", [(At(due), f" {what}") for due, what in value.follow_ups])
    blocks += section("Sequences", [(one,) for one in value.sequences])
    blocks += timeline.part(value.story, room=STORY_BYTES)
    blocks.append(doors(lead))
    owner = value.owner or "nobody yet"
    return Message(kit.fallback(title(lead), f". Stage {lead.stage}, owner {owner}."), tuple(blocks))


def doors(lead: Lead) -> Block:
    """To what has a page of its own."""
    return kit.actions(
        "doors",
        kit.button("Why this rep?", WHY, str(lead.id), says=f"Why this rep has {title(lead)}"),
        kit.button("Sequence…", OPEN, str(lead.id), says=f"The sequences of {title(lead)}"),
    )


def profile(lead: Lead) -> list[tuple[str, str]]:
    """What else is known of the person, by its name."""
    known = lead.profile
    links = known.get("links") or ()
    guessed = f" ({known['time_zone_is']})" if known.get("time_zone_is") else ""
    found = [
        ("Interests", ", ".join(map(str, known.get("interests") or ()))), ("Location", known.get("location") or ""),
        ("Time zone", f"{known['time_zone']}{guessed}" if known.get("time_zone") else ""),
        ("Prefers", known.get("preferred_channel") or ""),
        ("Links", ", ".join(map(str, links.values() if isinstance(links, dict) else links))),
    ]  # fmt: skip
    return [(name, str(said)[:300]) for name, said in found if said]


def section(heading: str, rows: list[tuple[Piece, ...]]) -> list[Block]:
    return [kit.line(Strong(heading)), kit.lines(rows, room=SECTION_BYTES)] if rows else []
