"""A lead did something: it is remembered, and if it is hot, its owner is asked to call."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from bot import next_steps, speech
from bot.contact import standing, withdrawing
from bot.qualification import scoring
from bot.rules import next_steps as rules
from bot.rules.cleaning.lead import CleanLead
from bot.rules.consent import SOURCE_MAX, Said, allows
from bot.rules.touches import CleanTouch, known_as, mark
from bot.sequences import stirring
from bot.services import Services
from bot.views import touches as views
from store.models import FollowUp, Lead, Touch
from store.unit_of_work import UnitOfWork

KEEP_ANONYMOUS = timedelta(days=90)
MOST_ANONYMOUS = 200  # of one visitor


def earlier(uow: UnitOfWork, clean: CleanLead) -> list[Touch]:
    """What somebody did before they said who they are, the newest first."""
    names = known_as(clean.email, clean.visitor)
    return uow.touches.anonymous(names, limit=MOST_ANONYMOUS) if names else []


def identify(uow: UnitOfWork, lead: Lead, clean: CleanLead, now: datetime, *, is_doubted: bool = False) -> int:
    """What they did before they said who they are is the lead's; so is what their browser does from now on.

    Of somebody who only says that they are a lead that is owned, the browser is not followed: anybody could have a
    lead's score raised by it. Returns how many things it was.
    """
    visitor = None if is_doubted else clean.visitor
    names = known_as(clean.email, visitor)
    count = adopt(uow, lead, names) if names else 0
    if visitor:
        remember_visitor(uow, lead, visitor, views.before(count), now)
    return count


def recognise(uow: UnitOfWork, heard: Iterable[tuple[CleanTouch, Lead]], now: datetime) -> None:
    """Known people came with a visitor's id, or were not known yet a moment ago: the rest is theirs as well.

    In one order, so that two batches that tell of the same visitors never wait for each other in a circle.
    """
    told = [(touch, lead.id or 0, lead) for touch, lead in heard]
    leads = {number: lead for _, number, lead in told}
    for name, number in sorted({(name, number) for touch, number, _ in told for name in touch.known_as}):
        adopt(uow, leads[number], (name,))
    for visitor, number in sorted({(one.visitor, number) for one, number, _ in told if one.visitor and one.email}):
        remember_visitor(uow, leads[number], visitor, "", now)


def adopt(uow: UnitOfWork, lead: Lead, names: Collection[str]) -> int:
    """What was done under these names is the lead's; whoever unsubscribed while nobody knew them has unsubscribed."""
    count = uow.touches.adopt(lead.id or 0, names)
    no = uow.touches.unsubscribed(lead.id or 0) if count else None
    held = standing.standings(uow, lead).get("email") if no else None
    is_young = held is not None and allows(held) and held.at > no.at if no is not None else False
    if no is not None and (held is None or (held.is_given and (not is_young or lead.import_id is not None))):
        said = Said("email", is_given=False, source=no.detail[:SOURCE_MAX] or "unsubscribed")
        standing.keep(uow, lead, said, no.at)
    return count


def remember_visitor(uow: UnitOfWork, lead: Lead, visitor: str, detail: str, now: datetime) -> None:
    name = known_as(None, visitor)[0]
    uow.touches.mark(Touch(
        lead_id=lead.id, visitor=name, kind="identified", detail=detail, at=now, key=mark(visitor)
    ))  # fmt: skip


def take_in(
    services: Services, uow: UnitOfWork, lead: Lead, heard: Sequence[tuple[CleanTouch, str | None]], now: datetime
) -> int:
    """Remember what the lead did, each under the sender's key for it; returns how much of it was news."""
    may_be_told = lead.closed_at is None and (lead.owner_id is not None or not was_hot(services, uow, lead, now))
    news = [touch for touch, key in heard if uow.touches.add(row_of(touch, key, lead_id=lead.id))]
    if not news:
        return 0
    for touch in news:
        if touch.kind == "unsubscribed":
            withdrawing.unsubscribed(services, uow, lead, now, at=touch.at, source=touch.detail)
    next_steps.stirred(services, uow, lead, now)
    scoring.again(services, uow, lead, cause=scoring.TOUCH, now=now)
    stirring.stirred(services, uow, lead, news, now)
    hot = [touch for touch in news if is_hot(services, touch, now)]
    if hot and may_be_told:  # one line, however many pages somebody looks at
        strike(services, uow, lead, max(hot, key=lambda touch: touch.at), now)
    return len(news)


def row_of(touch: CleanTouch, key: str | None, *, lead_id: int | None) -> Touch:
    """As it is kept; with nobody's number, under the name that somebody may own up to."""
    return Touch(
        lead_id=lead_id, visitor=None if lead_id else touch.known_as[0], kind=touch.kind, detail=touch.detail,
        seconds=touch.seconds, recording=touch.recording, key=key, at=touch.at,
        rep_id=touch.rep_id, outcome=touch.outcome[:40], number=touch.number[:40],
    )  # fmt: skip


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
    recent = uow.touches.since(lead.id or 0, now - rules.HOT_FOR)
    return any(rules.is_hot(words, touch.kind, touch.detail, age=now - touch.at) for touch in recent)


def forget_anonymous(services: Services) -> None:
    """What strangers did is kept for a while, in case they say who they are."""
    with services.unit_of_work() as uow:
        uow.touches.forget_anonymous(services.now() - KEEP_ANONYMOUS)
        uow.commit()
