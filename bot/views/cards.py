"""The lead's card in its team's channel: who it is, where from, whose it is and why, and what can be pressed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.playbook.fields import CustomField, visible_fields
from bot.views import kit
from bot.views.kit import At, Block, Message, Person, Piece, Strong
from store.models import Lead

CLAIM, PASS, NOTE, STAGE, FOLLOW_UP, QUALIFY, MORE, WHY = (
    "lead.claim", "lead.pass", "lead.note", "lead.stage", "lead.follow_up", "lead.qualify", "lead.more", "lead.why",
)  # fmt: skip
CALL = "lead.call"


@dataclass(frozen=True)
class Contact:
    """How it stands with the first contact: one of these."""

    due_at: datetime | None = None
    overdue_since: datetime | None = None  # when the lead began to wait
    after: timedelta | None = None  # of working time


@dataclass(frozen=True)
class Card:
    lead: Lead
    team: str
    why: str = ""  # the decision's reason
    owner: Person | None = None
    was_given: bool = False  # the owner did not claim it: it was decided to be theirs
    cover: Person | None = None  # who works for an owner who is away
    offered_to: Person | None = None
    offered_until: datetime | None = None
    follow_up_at: datetime | None = None
    stage_is_final: bool = False
    contact: Contact | None = None
    consent: str | None = None  # whether they may be e-mailed; "" when a line says it already
    lines: tuple[tuple[Piece, ...], ...] = ()  # what else a rep should know at a glance
    custom: tuple[CustomField, ...] = ()  # the playbook's own fields

    @property
    def title(self) -> str:
        return title(self.lead)


def title(lead: Lead) -> str:
    """How a lead is named everywhere: "#42 Jane Doe, Acme"."""
    return titled(lead.id, lead.name, lead.company)


def titled(number: int | None, name: str, company: str | None) -> str:
    return f"#{number} {name}" + (f", {company}" if company else "")


def card(value: Card) -> Message:
    lead = value.lead
    blocks: list[Block] = [kit.header(value.title), kit.fields(facts(value))]
    if lead.message:
        blocks.append(kit.quote(lead.message[:1000]))
    blocks += [kit.line(*status(value)), *(kit.line(*line) for line in value.lines), kit.context(origin(value))]
    blocks += [*calling(value), buttons(value)]
    return Message(kit.fallback(value.title, ". ", *status(value)), tuple(blocks))


def facts(value: Card) -> list[tuple[str, str]]:
    lead = value.lead
    known = [
        ("E-mail", lead.email), ("Phone", lead.phone), ("Title", lead.title), ("Country", lead.country),
        *list(visible_fields(lead.fields, value.custom).items())[:4],  # the whole team reads the card
    ]  # fmt: skip
    shown = [(clip_name(name), answer[:200]) for name, answer in known if answer]
    return [("Stage", lead.stage), *shown][:10]


def clip_name(name: str) -> str:
    said = name[:40].replace("_", " ")
    return f"{said[:1].upper()}{said[1:]}"


def status(value: Card) -> list[Piece]:
    if value.stage_is_final:
        return [Strong(value.lead.stage.capitalize()), *by_owner(value)]
    if value.owner:
        next_step: list[Piece] = [" Next follow-up ", At(value.follow_up_at), "."] if value.follow_up_at else []
        got = ["Given to ", value.owner, *covered(value.cover), ". ", value.why] if value.was_given else [
            "Claimed by ", value.owner, *covered(value.cover), "."
        ]  # fmt: skip
        return [*got, *first_contact(value.contact), *next_step]
    return [*to_claim(value), value.why, *first_contact(value.contact)]


def to_claim(value: Card) -> list[Piece]:
    if value.offered_to and value.offered_until:
        return ["Offered to ", value.offered_to, " until ", At(value.offered_until, "{time}"), ". "]
    if value.lead.held_since:
        return [Strong("Waiting for somebody to be free; "), "anyone in the team may claim it. "]
    return [Strong("Open to everyone in the team: "), "the first to press Claim gets it. "]


def first_contact(contact: Contact | None) -> list[Piece]:
    if contact is None:
        return []
    if contact.after is not None:
        return [f" First contact after {worked(contact.after)}."]
    if contact.due_at is not None:
        return [" First contact due ", At(contact.due_at), "."]
    return [" Waiting since ", At(contact.overdue_since), ", first contact overdue."] if contact.overdue_since else []


def worked(span: timedelta) -> str:
    """Working time as people say it, in whole minutes: "14 min of working time"."""
    minutes = int(span.total_seconds()) // 60
    if minutes < 1:
        return "less than a minute of working time"
    hours, rest = divmod(minutes, 60)
    said = f"{minutes} min" if minutes < 120 else f"{hours} h {rest} min" if rest else f"{hours} h"
    return f"{said} of working time"


def covered(cover: Person | None) -> list[Piece]:
    return [" (away, ", cover, " covers)"] if cover else []


def by_owner(value: Card) -> list[Piece]:
    """Not "lost by": that would blame."""
    return [". Owner ", value.owner, "."] if value.owner else ["."]


def origin(value: Card) -> str:
    lead = value.lead
    campaign = f", campaign {lead.campaign}" if lead.campaign else ""
    consent = value.consent
    if consent is None:
        consent = "may be e-mailed" if lead.consent else "no consent to e-mail yet"
    may = f"{consent[:1].upper()}{consent[1:]}. " if consent else ""
    return f"From {lead.source}{campaign}. {may}Team {value.team}, route “{lead.route_reason}”."


def buttons(value: Card) -> Block:
    lead_id, name = str(value.lead.id), value.title
    note = kit.button("Note", NOTE, lead_id, says=f"Add a note to {name}")
    if value.stage_is_final:
        return kit.actions("lead", note, kit.overflow(MORE, menu(value)))
    if value.owner:
        stage = kit.button("Stage", STAGE, lead_id, says=f"Move {name} to another stage")
        follow_up = kit.button("Follow-up", FOLLOW_UP, lead_id, says=f"Set a follow-up for {name}")
        qualify = kit.button("Qualify", QUALIFY, lead_id, says=f"Qualify {name}")
        return kit.actions("lead", note, stage, follow_up, qualify, kit.overflow(MORE, menu(value)))
    claim = kit.button("Claim", CLAIM, lead_id, style="primary", says=f"Claim {name}")
    passing = [kit.button("Pass", PASS, lead_id, says=f"Pass on {name}")] if value.offered_to else []
    return kit.actions("lead", claim, *passing, note, kit.overflow(MORE, menu(value)))


def calling(value: Card) -> list[Block]:
    """One press calls them, another writes the call down."""
    phone = value.lead.phone or ""
    if not value.owner or value.stage_is_final or not phone.startswith("+"):
        return []
    log = kit.button("Log a call", CALL, str(value.lead.id), says=f"Log a call with {value.title}")
    return [kit.call(phone, log)]


def menu(value: Card) -> list[tuple[str, str]]:
    """Slack takes five: of a lead that somebody works on, why it is theirs stands behind the first."""
    lead_id = value.lead.id
    show, why, edit, sequence = (
        ("Show everything", f"show:{lead_id}"), ("Why this rep?", f"why:{lead_id}"), ("Edit", f"edit:{lead_id}"),
        ("Sequence…", f"sequence:{lead_id}"),
    )  # fmt: skip
    if not value.owner or value.stage_is_final:
        return [show, why, edit, sequence]
    return [show, edit, sequence, ("Not now", f"forgo:{lead_id}"), ("Release", f"release:{lead_id}")]
