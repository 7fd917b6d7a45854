"""A message that leaves only after somebody's yes: asked once, decided once, by whoever is quicker."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from unicodedata import category

from bot.actors import actor, lead_for
from bot.contact.gate import gate
from bot.covers import cover_of, is_away
from bot.errors import DibsError, InvalidInputError, NotFoundError, Problem
from bot.playbook.sequences import EDITED
from bot.rules.cleaning.lead import clean_text
from bot.services import Services
from bot.views import approvals as views
from bot.views.approvals import Held
from bot.views.cards import title
from bot.views.kit import Message
from store.models import Lead, LeadMessage, Rep
from store.unit_of_work import UnitOfWork

GONE = "This message is not there any more."
SUBJECT_MAX, TEXT_MAX = 300, 3000  # of what a form takes


def ask(services: Services, uow: UnitOfWork, message: LeadMessage, now: datetime) -> None:  # noqa: ARG001
    """One direct message to whoever is to decide; while nobody can be asked, managers see it in the lead's details."""
    lead = uow.leads.get(message.lead_id)
    decider = who_decides(uow, lead, now) if lead else None
    if decider is not None:
        message.asked_channel = decider.slack_id
        show(uow, message, now)


def who_decides(uow: UnitOfWork, lead: Lead, now: datetime) -> Rep | None:
    """The owner, whoever covers for them, or a manager."""
    owner = uow.people.rep(lead.owner_id) if lead.owner_id else None
    if owner is not None and owner.is_active and not is_away(owner, now):
        return owner
    managers = [rep for rep in uow.people.managers() if not is_away(rep, now)]
    return (cover_of(uow, owner, now) if owner else None) or next(iter(managers), owner)


def show(uow: UnitOfWork, message: LeadMessage, now: datetime) -> None:
    """The question, or in its place what became of it; in a lane of its own, so that one comes after the other."""
    if message.asked_channel:
        uow.outbox.add(
            kind="approval", lane=f"approval:{message.id}", payload={"message_id": message.id},
            coalesce_key=f"approval:{message.id}", now=now,
        )  # fmt: skip


def message_now(uow: UnitOfWork, message: LeadMessage) -> Message:
    """What the direct message says as things stand."""
    lead = uow.leads.get(message.lead_id)
    by = uow.people.rep(message.decided_by_id).name if message.decided_by_id else ""
    return views.approval(Held(message, title(lead) if lead else "a lead that is gone", by))


# --- deciding


@dataclass(frozen=True)
class Wording:
    """What somebody wrote in place of it."""

    subject: str
    text: str


def send(services: Services, slack_id: str, number: int, wording: Wording | None = None) -> None:
    """It may leave, as it is or as it is worded now.

    Raises:
        NotAllowedError, NotFoundError: as they say.
        InvalidInputError: the wording cannot be sent.
        DibsError: it was decided already, or may not be sent any more; the sentence says which.
    """
    now = services.now()
    with services.unit_of_work() as uow:
        message, lead, rep_id = taken_up(uow, slack_id, number)
        worded = rewritten(message, wording) if wording else {}
        refusal = gate(uow, lead, message.channel, now, kind=message.kind)
        if isinstance(refusal, str):
            decide(uow, message, {"status": "skipped", "error": refusal[:300]}, now)
            raise DibsError(f"It was not sent. {refusal}")
        values = {"status": "waiting", "decided_by_id": rep_id, "due_at": max(message.due_at, now), **worded}
        decide(uow, message, values, now)


def skip(services: Services, slack_id: str, number: int) -> None:
    """It does not leave; the lead stays in the sequence. Raises as `send` does."""
    now = services.now()
    with services.unit_of_work() as uow:
        message, _, rep_id = taken_up(uow, slack_id, number)
        decide(uow, message, {"status": "skipped", "decided_by_id": rep_id, "error": "skipped"}, now)


def taken_up(uow: UnitOfWork, slack_id: str, number: int) -> tuple[LeadMessage, Lead, int]:
    """The message, its locked lead, and who decides."""
    message = uow.messages.get(number)
    if message is None:
        raise NotFoundError(GONE)
    uow.leads.lock(message.lead_id)
    who = actor(uow, slack_id)
    lead = lead_for(uow, who, "sequence", message.lead_id)
    return uow.messages.get(number) or message, lead, who.rep_id


def decide(uow: UnitOfWork, message: LeadMessage, values: dict[str, Any], now: datetime) -> None:
    """Of many who decide at once exactly one does.

    Raises:
        DibsError: somebody was quicker, or the lead left; what stands in the direct message is put right.
    """
    changed = uow.messages.change(message.id or 0, values, status=("held",))
    newest = changed or uow.messages.get(message.id or 0) or message
    uow.messages.has_news = uow.messages.has_news or (changed is not None and changed.status == "waiting")
    show(uow, newest, now)
    said = message_now(uow, newest).text
    uow.commit()
    if changed is None:
        raise DibsError(said)


def rewritten(message: LeadMessage, wording: Wording) -> dict[str, Any]:
    """What is written in its place; it is no part of any comparison then.

    Raises:
        InvalidInputError: there is nothing left of it.
    """
    subject, text = clean_text(wording.subject, limit=SUBJECT_MAX), spoken(wording.text)
    problems = [Problem("text", "Write something, or press Skip.")] if not text else []
    if message.channel == "email" and not subject:
        problems.append(Problem("subject", "An e-mail needs a subject."))
    if problems:
        raise InvalidInputError(problems)
    if (subject, text) == (message.subject, spoken(message.text)):
        return {}
    return {"subject": subject if message.channel == "email" else "", "text": text, "html": "", "variant": EDITED}


def spoken(text: str) -> str:
    """Without what no database keeps; its spaces and lines are the writer's own."""
    return "".join(sign for sign in text if sign in "\n\t" or category(sign) not in ("Cc", "Cs")).strip()[:TEXT_MAX]


def opened(services: Services, slack_id: str, number: int) -> Held:
    """For the form; raises what `send` would."""
    with services.reading() as uow:
        message = uow.messages.get(number)
        if message is None:
            raise NotFoundError(GONE)
        lead = lead_for(uow, actor(uow, slack_id), "sequence", message.lead_id)
        if message.status != "held":
            raise DibsError(message_now(uow, message).text)
        return Held(message, title(lead))
