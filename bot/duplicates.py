"""Whether a newcomer is somebody we know: the certain come back to their lead, about the doubtful somebody is asked."""

from datetime import datetime, timedelta

from bot import distribution, merging, next_steps, owners, ownership, speech, waiting
from bot.actors import actor, subject
from bot.deadlocks import once_more
from bot.errors import DibsError, NotAllowedError
from bot.playbook.fields import hidden_names
from bot.rules import next_steps as steps
from bot.rules.cleaning.lead import CleanLead
from bot.rules.matching import Known, Match, best
from bot.rules.merging import filled_names
from bot.rules.policy import Actor, why_not
from bot.rules.routing import Route
from bot.sequences import enrolling
from bot.services import Services
from bot.views import duplicates as views
from bot.views.cards import title
from bot.views.kit import At, Message, Person, Piece
from store.duplicates import Pair
from store.models import Duplicate, InboxRow, Lead, Rep, StageChange
from store.unit_of_work import UnitOfWork

SAME, ASK, NEW = "same", "ask", "new"
ASKED_EVERY, REOPEN_ASKED_EVERY = timedelta(hours=1), timedelta(days=1)
CAME_BACK = "came back by themselves"
NOT_YOURS_ALONE = "One of the two is a lead of another team. A manager can answer this; ask one of them."


# --- a newcomer


def hold(services: Services, uow: UnitOfWork, clean: CleanLead) -> None:
    """Until this transaction ends nobody else with that address or number is let in."""
    matching = services.playbook.matching
    if matching.merges or matching.asks:
        uow.duplicates.hold([clean.email] if clean.email else [], [clean.phone] if clean.phone else [])


def look(services: Services, uow: UnitOfWork, lead: Lead) -> tuple[str, Match | None]:
    """Who of those we know the newcomer is, whom `hold` keeps from coming twice."""
    matching = services.playbook.matching
    if not (matching.merges or matching.asks):
        return NEW, None
    emails, phones = [lead.email] if lead.email else [], [lead.phone] if lead.phone else []
    found = uow.duplicates.candidates(
        emails, phones, [lead.person_block] if lead.person_block else [],
        [lead.company_block] if lead.company_block else [],
    )  # fmt: skip
    return best(known(lead), found, matching)


def known(lead: Lead) -> Known:
    return Known(
        lead.id or 0, lead.name, lead.email, lead.phone, lead.company, lead.account, lead.person_block,
        lead.company_block, lead.title, lead.country,
    )  # fmt: skip


def twin_of(uow: UnitOfWork, match: Match) -> Lead | None:
    """The lead that the newcomer is, locked; None if it became part of another or was cleared out meanwhile."""
    twin = uow.leads.lock(match.lead_id)
    return twin if twin is not None and twin.state == "live" else None


def seen_again(
    services: Services, uow: UnitOfWork, lead: Lead, twin: Lead, *, match: Match, where: Route, now: datetime,
    is_unproved: bool = False,
) -> None:  # fmt: skip
    """The newcomer's row, just written, becomes part of its twin; whoever looks after the twin hears of it.

    A won lead stays as it is; a lost one comes back with its history. Anybody could have sent it who is unproved: of
    them a lead that somebody owns takes nothing but their message, its owner is asked once an hour, and a lost one
    stays lost.
    """
    is_doubted = is_unproved and twin.owner_id is not None
    before = uow.merges.picture(twin.id or 0, lead.id or 0)
    stage = services.playbook.stage(twin.stage)
    is_lost = twin.closed_at is not None and (stage is None or stage.kind != "won")
    is_recycled = is_lost and not is_unproved
    if is_recycled:
        recycle(services, uow, twin, where=where, now=now)
    new = new_names(services, twin, lead, is_doubted=is_doubted)
    merging.join(
        services, uow, twin, lead, how=merging.CERTAIN, match=match, rep_id=None, now=now, before=before,
        is_doubted=is_doubted,
    )  # fmt: skip
    owner = uow.people.rep(twin.owner_id) if twin.owner_id else None
    if is_lost and is_unproved:
        ask_to_reopen(uow, lead, twin, owner, now)
        speech.refresh_card(uow, twin, now)
        return
    if is_unproved and owner is not None and not may_ask(uow, f"asked:{twin.id}", now, every=ASKED_EVERY):
        then: tuple[Piece, ...] = (f"{owner.name} was asked within the hour.",)
        owner = None
    else:
        then = what_follows(services, uow, twin, owner, came_from=lead.source, now=now)
    if is_recycled:
        then = (f"It was {stage.name if stage else 'closed'} and is open again. ", *then)
    said = views.seen_again(lead, match.reasons, owner=Person(owner.slack_id, owner.name) if owner else None, then=then,
                            new=new)  # fmt: skip
    speech.log(uow, twin, said, now)
    speech.refresh_card(uow, twin, now)
    speech.refresh_owners_home(uow, twin, now)


def new_names(services: Services, twin: Lead, lead: Lead, *, is_doubted: bool) -> list[str]:
    """The names of what the lead gets to know, for everybody who reads its thread."""
    found = merging.learned(twin, lead, is_doubted=is_doubted)
    hidden = hidden_names(services.playbook.fields)
    return [name for name in filled_names(twin.model_dump(), found) if name not in hidden]


def ask_to_reopen(uow: UnitOfWork, lead: Lead, twin: Lead, owner: Rep | None, now: datetime) -> None:
    """Its owner is told privately, or managers are where it has none, once a day: whether it is them people judge."""
    if may_ask(uow, f"reopen:{twin.id}", now, every=REOPEN_ASKED_EVERY):
        hear = [owner] if owner is not None and owner.is_active else uow.people.managers()
        for one in hear:
            speech.tell(uow, one.slack_id, views.stays_lost(lead, twin), now)


def may_ask(uow: UnitOfWork, key: str, now: datetime, *, every: timedelta) -> bool:
    """Whether no form of strangers had somebody asked this within that time; the lead is locked."""
    last = uow.inbox.answered(key)
    if last is None:
        return uow.inbox.receive(InboxRow(key=key, kind="asked", status="done", received_at=now))
    if now - last.received_at < every:
        return False
    last.received_at = now
    uow.inbox.save(last)
    return True


def what_follows(
    services: Services, uow: UnitOfWork, twin: Lead, owner: Rep | None, *, came_from: str, now: datetime
) -> tuple[Piece, ...]:
    """Whoever owns it calls while it is hot; a won lead has no follow-ups, so its owner is only asked."""
    if owner is None:
        return ("Nobody owns this lead yet.",)
    desk = next_steps.desk_of(services, uow, twin)
    if desk is None:
        return ("This one is closed; a call is worth it all the same.",)
    step = steps.strike(
        desk, now, happened=steps.in_words("came back", f"Came back via {came_from}", age=now - now),
        minutes=services.playbook.follow_ups.hot,
    )  # fmt: skip
    follow_up = next_steps.set_by_itself(services, uow, twin, step, now)
    return ("is to call by ", At(follow_up.due_at), ".") if follow_up else ("has a call planned already.",)


def recycle(services: Services, uow: UnitOfWork, twin: Lead, *, where: Route, now: datetime) -> None:
    """A lost lead is open again at the first stage: its owner's if they still take leads, else the next one's."""
    before, first = twin.stage, services.playbook.first_stage
    twin.stage, twin.closed_at, twin.rejected_by = first.name, None, []
    twin.is_open_to_all, twin.managers_told_at = False, None
    waiting.begins(twin, now)
    uow.leads.add_stage_change(
        StageChange(lead_id=twin.id or 0, before=before, after=first.name, reason=CAME_BACK, at=now)
    )
    if twin.owner_id is not None:
        uow.session.flush()
        if is_kept_by_owner(services, uow, twin, where=where, now=now):
            ownership.begins(services, uow, twin, now)
            enrolling.moved(services, uow, twin, now)
            return
        twin.owner_id = twin.claimed_at = None
    distribution.deal(services, uow, twin, now)
    enrolling.moved(services, uow, twin, now)


def is_kept_by_owner(services: Services, uow: UnitOfWork, twin: Lead, *, where: Route, now: datetime) -> bool:
    known_by = owners.existing(services, uow, twin, where=where, now=now)
    return known_by is not None and known_by.rep.id == twin.owner_id


# --- doubtful ones


def ask(uow: UnitOfWork, lead: Lead, match: Match, now: datetime) -> None:
    """Somebody is to say whether they are one person; of a quiet lead only in the list of questions."""
    other = uow.leads.get(match.lead_id)
    asked = uow.duplicates.ask(Duplicate(
        lead_id=lead.id or 0, other_id=match.lead_id, probability=match.probability, reasons=list(match.reasons),
        found_at=now,
    ))  # fmt: skip
    if asked is None or other is None or lead.is_quiet:
        return
    pair = shown(uow, Pair(asked, lead, other))
    if pair.is_apart:
        speech.log(uow, lead, views.elsewhere(pair), now)
        for manager in uow.people.managers():
            speech.tell(uow, manager.slack_id, views.for_manager(pair), now)
        return
    owner = uow.people.rep(other.owner_id) if other.owner_id else None
    mention = Person(owner.slack_id, owner.name) if owner and owner.is_active else None
    speech.log(uow, lead, views.question(pair, asks=mention), now)
    speech.refresh_card(uow, other, now)  # which says so, too, to whoever has that one


def shown(uow: UnitOfWork, pair: Pair) -> views.Pair:
    asked, lead, other = pair
    owner = uow.people.rep(other.owner_id).name if other.owner_id else None
    return views.Pair(asked.id or 0, lead, other, asked.probability, tuple(asked.reasons), owner)


@once_more
def answer(
    services: Services, slack_id: str, duplicate_id: int, *, is_same: bool, channel: str = "", ts: str = ""
) -> Message:
    """Somebody says whether they are one person; the message they pressed on says so from then on.

    Raises:
        NotAllowedError: others look after both, or one is a lead of a team whose leads they do not see.
        DibsError: it was answered already.
    """
    now = services.now()
    with services.unit_of_work() as uow:
        who = actor(uow, slack_id)
        pair = locked(uow, who, duplicate_id)
        merging.require_one(uow, who, [pair.lead, pair.other])
        said = views.answered(shown(uow, pair), who.name, is_same=is_same)
        if not uow.duplicates.answer(duplicate_id, SAME if is_same else "different", by=who.rep_id, now=now):
            raise DibsError(answered_already(uow, pair.duplicate))
        if is_same:
            match = Match(pair.other.id or 0, pair.duplicate.probability, tuple(pair.duplicate.reasons))
            merging.merge_pair(
                services, uow, pair.lead, pair.other, how=merging.ASKED, match=match, who=who, now=now
            )  # fmt: skip
        if ts:
            speech.edit(uow, pair.lead, channel=channel, ts=ts, message=said, now=now)
        for lead in (pair.lead, pair.other):
            speech.refresh_card(uow, lead, now)
        uow.commit()
        return said


def locked(uow: UnitOfWork, who: Actor, duplicate_id: int) -> Pair:
    """The question with both leads, locked, for somebody who sees both.

    Raises:
        NotAllowedError: they do not.
        DibsError: there is no such question, or nothing to answer any more.
    """
    asked = uow.duplicates.get(duplicate_id)
    if asked is None:
        raise DibsError("This question is not open any more.")
    found = {number: uow.leads.lock(number) for number in sorted((asked.lead_id, asked.other_id))}
    lead, other = found[asked.lead_id], found[asked.other_id]
    if lead is None or other is None:
        raise DibsError("This question is not open any more.")
    require_both(uow, who, lead, other)
    if asked.status == "open" and not lead.state == other.state == "live":
        gone = lead if lead.state != "live" else other
        raise DibsError(f"{title(gone)} is not a lead of its own any more, so there is nothing to answer.")
    return Pair(asked, lead, other)


def require_both(uow: UnitOfWork, who: Actor, lead: Lead, other: Lead) -> None:
    """Whoever says that two are one person has seen both.

    Raises:
        NotAllowedError: they do not see one of them, or neither.
    """
    refusals = [why_not(who, "see", subject(uow, one)) for one in (lead, other)]
    if all(refusals):
        raise NotAllowedError(refusals[0] or "")
    if any(refusals):
        raise NotAllowedError(NOT_YOURS_ALONE)


def answered_already(uow: UnitOfWork, asked: Duplicate) -> str:
    by = uow.people.rep(asked.answered_by).name if asked.answered_by else "Somebody"
    return f"{by} has answered already: {'the same person' if asked.status == SAME else 'different people'}."


def open_questions(services: Services, slack_id: str) -> list[views.Pair]:
    """What the actor may answer, the likeliest first."""
    with services.reading() as uow:
        who = actor(uow, slack_id)
        pairs = uow.duplicates.open_pairs(who.sees_teams)
        mine = []
        for pair in pairs:
            try:
                require_both(uow, who, pair.lead, pair.other)
                merging.require_one(uow, who, [pair.lead, pair.other])
            except DibsError:
                continue
            mine.append(shown(uow, pair))
        return mine
