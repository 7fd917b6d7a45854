"""A message to a lead is written down, to leave when it may: never without a basis, and never twice."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from bot.contact.gate import address_of, gate, recipient_of
from bot.sequences import approving
from bot.services import Services
from store.models import Lead, LeadMessage
from store.unit_of_work import UnitOfWork

SUBJECT_MAX, TEXT_MAX = 300, 20_000
BEFORE, SAME = "This was written to them before.", "They had this very text before."


@dataclass(frozen=True)
class Draft:
    """What somebody is to get. `once` names what it is for: under one name there is one message, whoever asks twice."""

    channel: str
    kind: str  # sequence, meeting, answer, rep
    text: str
    subject: str = ""
    once: str | None = None
    content: str = ""  # hash of the template: the same one never goes to one person twice
    enrolment_id: int | None = None
    sequence: str = ""
    step: str = ""
    variant: str = ""
    rep_id: int | None = None  # in whose name
    attachments: tuple[dict[str, Any], ...] = ()
    answers: str | None = None
    is_held: bool = False  # until somebody approves it
    due_at: datetime | None = None
    basis: str = ""  # of what they asked for themselves: how they did, in words


def queue(
    services: Services, uow: UnitOfWork, lead: Lead, draft: Draft, now: datetime
) -> LeadMessage | str:  # fmt: skip
    """Let the message leave when it may; or a sentence that says why it never will. The lead is locked.

    What allows it is asked once more when it leaves.
    """
    allowed = gate(uow, lead, draft.channel, now, kind=draft.kind, asked=draft.basis)
    if isinstance(allowed, str):
        return allowed
    # Under another address as well: it is the same person. Not when it came back, or never left.
    had_it = bool(draft.content) and uow.messages.has_had(lead.id or 0, draft.content)
    message = None if had_it else uow.messages.add(LeadMessage(
        key=str(uuid4()), once=draft.once, lead_id=lead.id or 0, channel=draft.channel, kind=draft.kind,
        recipient=recipient_of(uow, draft.channel, address_of(lead, draft.channel)), content=draft.content,
        sequence=draft.sequence, step=draft.step, variant=draft.variant, enrolment_id=draft.enrolment_id,
        rep_id=draft.rep_id, consent_id=allowed.consent_id, basis=allowed.basis,
        subject=" ".join(draft.subject.split())[:SUBJECT_MAX], text=draft.text[:TEXT_MAX],
        attachments=list(draft.attachments), answers=draft.answers, status="held" if draft.is_held else "waiting",
        due_at=draft.due_at or now, created_at=now,
    ))  # fmt: skip
    if message is None:
        return BEFORE if draft.once is not None and uow.messages.named(draft.once) else SAME
    if message.status == "held":
        approving.ask(services, uow, message, now)
    return message
