"""A lead arrives: cleaned, stored, routed, offered and announced in one transaction."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot import accounts, consents, distribution, duplicates, owners, segments, speech, waiting
from bot.actors import actor, subject
from bot.contact import agreeing, confirming
from bot.deadlocks import once_more
from bot.errors import InvalidInputError
from bot.intake import touches
from bot.intake.typists import tell_of_new
from bot.qualification import scoring
from bot.rules.accounts import account_of
from bot.rules.cleaning.lead import CleanLead, clean_lead
from bot.rules.matching import blocks_of
from bot.rules.policy import require, why_not
from bot.rules.routing import Route, route
from bot.sequences import enrolling
from bot.services import Services
from bot.views.duplicates import known_already, known_elsewhere
from store.models import InboxRow, Lead
from store.unit_of_work import UnitOfWork


class KeyReusedError(Exception):
    """This Idempotency-Key was used before with another body."""


@dataclass(frozen=True)
class Captured:
    lead_id: int
    is_repeat: bool = False
    is_seen_again: bool = False  # we knew them: the number is that of their lead


@once_more
def take_lead(
    services: Services, raw: dict[str, Any], *, key: str, kind: str = "form", typed_by: str = ""
) -> Captured:  # fmt: skip
    """Store the lead durably; the same key again answers with the same lead and changes nothing.

    `typed_by` is the rep who is told where it went, and if it is somebody we know.

    Raises:
        InvalidInputError: nothing is stored but the rejection.
        KeyReusedError: the key belongs to another body.
    """
    fingerprint = body_hash(raw)
    try:
        lead = clean_lead(raw, services.playbook.fields)
    except InvalidInputError as error:
        keep_rejection(services, raw, key=key, error=error)
        raise
    now = services.now()
    with services.unit_of_work() as uow:
        row = InboxRow(key=f"lead:{key}", kind="lead", body_hash=fingerprint, status="done", received_at=now)
        if not uow.inbox.receive(row):
            return repeated(uow, row.key, fingerprint)
        stored = store(services, uow, lead, kind=kind)
        uow.inbox.answer(row, {"lead_id": stored.lead.id, "seen_again": stored.is_seen_again})
        if typed_by and stored.is_seen_again:
            tell_typist(uow, typed_by, stored.lead, now)
        elif typed_by:
            tell_of_new(uow, typed_by, stored.lead, now)
        uow.commit()
        return Captured(stored.lead.id or 0, is_seen_again=stored.is_seen_again)


def tell_typist(uow: UnitOfWork, slack_id: str, lead: Lead, now: datetime) -> None:
    if why_not(actor(uow, slack_id), "see", subject(uow, lead)):
        speech.tell(uow, slack_id, known_elsewhere(is_owned=lead.owner_id is not None), now)
        return
    owner = uow.people.rep(lead.owner_id) if lead.owner_id else None
    is_theirs = owner is not None and owner.slack_id == slack_id
    speech.tell(uow, slack_id, known_already(lead, owner.name if owner else None, is_theirs=is_theirs), now)


def add_by_hand(services: Services, slack_id: str, raw: dict[str, Any], *, key: str) -> Captured:
    """A rep typed the lead into the form.

    Raises:
        NotAllowedError, InvalidInputError: as they say.
    """
    with services.reading() as uow:
        require(actor(uow, slack_id), "add_lead")
    return take_lead(
        services, {**raw, "source": raw.get("source") or "added by hand"}, key=key, kind="typed", typed_by=slack_id
    )


@dataclass(frozen=True)
class Stored:
    """Which lead the newcomer is: a new one, or one that we know and have seen again."""

    lead: Lead
    is_seen_again: bool = False


def store_lead(services: Services, uow: UnitOfWork, clean: CleanLead, *, kind: str) -> Lead:
    """The newcomer's lead: their own, or that of whom they certainly are."""
    return store(services, uow, clean, kind=kind).lead


def store(services: Services, uow: UnitOfWork, clean: CleanLead, *, kind: str) -> Stored:
    now = services.now()
    duplicates.hold(services, uow, clean)  # before any lead is locked
    receipt = scoring.of_newcomer(services, uow, clean, kind=kind, now=now)
    sorter = segments.sorter(services, uow)
    where = route(clean, services.playbook, now, score=receipt.score, segments=sorter)
    lead = lead_of(services, clean, where, score=receipt.score, now=now)
    accounts.place(uow, lead)
    verdict, match = duplicates.look(services, uow, lead)
    twin = duplicates.twin_of(uow, match) if match and verdict == duplicates.SAME else None
    if twin is not None and match is not None:
        lead.team_id = twin.team_id
        waited = agreeing.awaited(uow, twin) if clean.consented and not anybodys(clean) else set[str]()
        write(services, uow, lead, clean, kind=kind, now=now,
              perhaps=twin if clean.is_unproved and twin.owner_id else None)  # fmt: skip
        duplicates.seen_again(services, uow, lead, twin, match=match, where=where, now=now,
                              is_unproved=clean.is_unproved)  # fmt: skip
        confirming.ask(services, uow, twin, now, is_unproved=anybodys(clean))
        agreeing.begin_if_heard(services, uow, twin, waited, now)
        return Stored(twin, is_seen_again=True)
    known = owners.existing(services, uow, lead, where=where, now=now)
    # Locked before the lead is written, so that numbers and turns come in one order.
    team = owners.team_of(uow, known) if known else uow.people.team_named_for_decision(where.team)
    lead.team_id = team.id or 0
    if not where.names_mode and team.mode:
        lead.route_mode = team.mode
    write(services, uow, lead, clean, kind=kind, now=now)
    accounts.joined(uow, lead, now)
    scoring.keep(services, uow, lead, receipt, cause="arrived", now=now)
    if known:
        owners.give(services, uow, lead, known, team=team, now=now)
    else:
        distribution.deal_all(services, uow, team, [lead], now)
    enrolling.arrived(services, uow, lead, now)
    speech.refresh_card(uow, lead, now)
    if verdict == duplicates.ASK and match is not None:
        duplicates.ask(uow, lead, match, now)
    confirming.ask(services, uow, lead, now, is_unproved=anybodys(clean))
    return Stored(lead)


def lead_of(services: Services, clean: CleanLead, where: Route, *, score: int, now: datetime) -> Lead:
    """Its row, in no team yet."""
    account = account_of(clean.email, clean.company)
    person_block, company_block = blocks_of(clean.name, clean.company, account)
    lead = Lead(
        name=clean.name, email=clean.email, phone=clean.phone, company=clean.company, title=clean.title,
        country=clean.country, source=clean.source, campaign=clean.campaign, message=clean.message,
        consent=clean.consent, fields=clean.fields, website=clean.website, originals=clean.originals,
        flaws=list(clean.flaws), profile=clean.profile, account=account, person_block=person_block,
        company_block=company_block, score=score, team_id=0, route_reason=where.reason, route_mode=where.mode,
        route_needs=sorted(where.needs), stage=services.playbook.first_stage.name, created_at=now,
    )  # fmt: skip
    waiting.begins(lead, now)
    return lead


def write(
    services: Services, uow: UnitOfWork, lead: Lead, clean: CleanLead, *, kind: str, now: datetime,
    perhaps: Lead | None = None,
) -> None:  # fmt: skip
    """The row, and what is known of the person besides; `perhaps`: somebody owns the one that they say they are."""
    uow.leads.add(lead, kind=kind, now=now)
    # First: whoever unsubscribed before they came has a say in what follows.
    touches.identify(uow, lead, clean, now, is_doubted=perhaps is not None)
    is_own_word = False if anybodys(clean) else None
    waits = anybodys(clean) and services.playbook.contact.confirms
    consents.record_given(uow, lead, clean, now, is_own_word=is_own_word, perhaps=perhaps, waits=waits)


def anybodys(clean: CleanLead) -> bool:
    """Whether anybody could have said the yes that came with it."""
    return clean.is_unproved or clean.consent_waits


def repeated(uow: UnitOfWork, key: str, fingerprint: str) -> Captured:
    """What the first delivery under the key was answered.

    Raises:
        KeyReusedError: it had another body.
    """
    first = uow.inbox.answered(key)
    if first is None or first.body_hash != fingerprint:
        raise KeyReusedError(str(KeyReusedError.__doc__))
    return Captured(
        int(first.answer["lead_id"]), is_repeat=True, is_seen_again=bool(first.answer.get("seen_again"))
    )  # fmt: skip


def keep_rejection(
    services: Services, raw: dict[str, Any], *, key: str, error: InvalidInputError, kind: str = "lead"
) -> None:
    """Keep what was wrong, so that a broken form can be found; the person's own words are not kept."""
    problems = [{"field": problem.field, "reason": problem.reason} for problem in error.problems]
    now = services.now()
    row = InboxRow(
        key=f"rejected:{key}:{body_hash(raw)[:16]}", kind=kind, body_hash=body_hash(raw), status="rejected",
        answer={"problems": problems, "fields": sorted(str(name)[:80] for name in raw)[:64]}, received_at=now,
    )  # fmt: skip
    with services.unit_of_work() as uow:
        uow.inbox.receive(row)
        uow.commit()


def body_hash(raw: dict[str, Any]) -> str:
    canonical = json.dumps(raw, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()
