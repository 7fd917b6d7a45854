"""A lead did something, as other programs tell: it is remembered, and if it is hot, its owner is asked to call."""

from datetime import datetime
from typing import Any

from bot import next_steps, speech
from bot.capture import Captured, body_hash, keep_rejection, repeated
from bot.errors import InvalidInputError, NotFoundError
from bot.rules import next_steps as rules
from bot.rules.touches import CleanTouch, clean_touch
from bot.services import Services
from bot.views import touches as views
from store.models import FollowUp, InboxRow, Lead, Touch
from store.unit_of_work import UnitOfWork

UNKNOWN = "I know no such lead. Send it to POST /api/leads first."


def take_touch(services: Services, raw: dict[str, Any], *, key: str) -> Captured:
    """Remember what the lead did; the same key again answers with the same lead and changes nothing.

    Raises:
        InvalidInputError: nothing is stored but the rejection.
        NotFoundError: there is no such lead; nothing is stored.
        KeyReusedError: the key belongs to another body.
    """
    now, fingerprint = services.now(), body_hash(raw)
    try:
        touch = clean_touch(raw, now)
    except InvalidInputError as error:
        keep_rejection(services, raw, key=f"touch:{key}", error=error, kind="touch")
        raise
    with services.unit_of_work() as uow:
        lead = lead_of(uow, touch)
        row = InboxRow(key=f"touch:{key}", kind="touch", body_hash=fingerprint, status="done", received_at=now)
        if not uow.inbox.receive(row):
            return repeated(uow, row.key, fingerprint)
        take_in(services, uow, lead, touch, now)
        uow.inbox.answer(row, {"lead_id": lead.id})
        uow.commit()
        return Captured(lead.id or 0)


def lead_of(uow: UnitOfWork, touch: CleanTouch) -> Lead:
    """The lead, locked."""
    lead_id = touch.lead_id if touch.lead_id is not None else uow.touches.lead_of(touch.email)
    lead = uow.leads.lock(lead_id) if lead_id is not None else None
    if lead is None:
        raise NotFoundError(UNKNOWN)
    return lead


def take_in(services: Services, uow: UnitOfWork, lead: Lead, touch: CleanTouch, now: datetime) -> None:
    is_news = is_hot(services, touch, now) and lead.closed_at is None
    if is_news and lead.owner_id is None:
        is_news = not was_hot(services, uow, lead, now)  # one line, however many pages somebody looks at
    uow.touches.add(Touch(lead_id=lead.id or 0, kind=touch.kind, detail=touch.detail, at=touch.at))
    next_steps.stirred(services, uow, lead, now)
    if is_news:
        strike(services, uow, lead, touch, now)


def strike(services: Services, uow: UnitOfWork, lead: Lead, touch: CleanTouch, now: datetime) -> None:
    """Ask the owner to call while it is hot, one thing at a time; without an owner the thread says it to all."""
    happened = rules.in_words(touch.kind, touch.detail, age=now - touch.at)
    desk, follow_up = next_steps.desk_of(services, uow, lead), None
    if desk is not None:
        step = rules.strike(desk, now, happened=happened, minutes=services.playbook.follow_ups.hot)
        follow_up = next_steps.set_by_itself(services, uow, lead, step, now)
        if follow_up is None:
            return
    speech.log(uow, lead, views.hot(happened, owner_of(uow, follow_up), follow_up.due_at if follow_up else None), now)


def owner_of(uow: UnitOfWork, follow_up: FollowUp | None) -> str:
    return uow.people.rep(follow_up.rep_id).name if follow_up else ""


def is_hot(services: Services, touch: CleanTouch, now: datetime) -> bool:
    return rules.is_hot(services.playbook.follow_ups.hot_touches, touch.kind, touch.detail, age=now - touch.at)


def was_hot(services: Services, uow: UnitOfWork, lead: Lead, now: datetime) -> bool:
    """Whether something hot was heard of the lead within the day."""
    words = services.playbook.follow_ups.hot_touches
    earlier = uow.touches.since(lead.id or 0, now - rules.HOT_FOR)
    return any(rules.is_hot(words, touch.kind, touch.detail, age=now - touch.at) for touch in earlier)
