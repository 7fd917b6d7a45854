"""Two leads are one person: one row has it all from then on; and what it takes to part them again.

Notes, touches, stage changes, follow-ups, consents, answers, the deal, sequences, messages and meetings go along
with the person. Scores, offers and decisions tell of the row that they were made for, and stay with it. The fairness
ledger is only ever added to.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot import claims, distribution, next_steps, reminders, speech, waiting
from bot.actors import actor, lead_for, sees
from bot.contact.standing import newest, standings
from bot.deadlocks import once_more
from bot.errors import DibsError, NotAllowedError
from bot.qualification import scoring
from bot.rules import merging as rules
from bot.rules.consent import allows, waits
from bot.rules.matching import Match, blocks_of
from bot.rules.merging import Picture
from bot.rules.policy import Actor
from bot.sequences import leaving
from bot.services import Services
from bot.views import duplicates as views
from bot.views.cards import title
from bot.views.kit import Message, Person
from store.models import Consent, Lead, Merge, Rep
from store.unit_of_work import UnitOfWork

CERTAIN, ASKED, BY_HAND = "certain", "asked", "by hand"
MOST_STEPS = 20  # from a lead that became part of another that became part of …


@dataclass(frozen=True)
class Joined:
    """Which lead there is now, and which is part of it."""

    kept_id: int
    gone_id: int
    said: str


# --- joined


@once_more
def by_hand(services: Services, slack_id: str, lead_id: int, other_id: int) -> Joined:
    """Somebody says that these two are one person.

    Raises:
        NotAllowedError: the actor works on neither of them.
        DibsError: they are one lead already.
    """
    now = services.now()
    with services.unit_of_work() as uow:
        who = actor(uow, slack_id)
        one, other = both(uow, who, lead_id, other_id)
        merge = merge_pair(services, uow, one, other, how=BY_HAND, match=Match(0, 1.0, (f"{who.name} said so",)),
                           who=who, now=now)  # fmt: skip
        uow.commit()
        return merge


def both(uow: UnitOfWork, who: Actor, lead_id: int, other_id: int) -> tuple[Lead, Lead]:
    """The two leads, locked, for somebody who may join them: who sees both and may work on one.

    Raises:
        NotAllowedError, DibsError: they may not, or one of them is part of another already.
    """
    if lead_id == other_id:
        raise DibsError("This is one lead, not two. Name both, like: /lead merge #57 #31")
    for number in sorted((lead_id, other_id)):
        uow.leads.lock(number)
    found = [lead_for(uow, who, "note", number) for number in (lead_id, other_id)]
    require_one(uow, who, found)
    return found[0], found[1]


def require_one(uow: UnitOfWork, who: Actor, leads: list[Lead]) -> None:
    """Whoever may work on one of them may say so; what nobody owns, its team may.

    Raises:
        NotAllowedError: others look after both.
    """
    refusals = []
    for lead in leads:
        try:
            lead_for(uow, who, "merge", lead.id or 0)
        except NotAllowedError as refusal:
            refusals.append(refusal)
    if len(refusals) == len(leads):
        raise refusals[0]


def merge_pair(
    services: Services, uow: UnitOfWork, one: Lead, other: Lead, *, how: str, match: Match, who: Actor, now: datetime
) -> Joined:  # fmt: skip
    """The one that is in somebody's hands is kept; both must be locked."""
    kept, gone = sorted((one, other), key=precedence)
    other_owner = gone.owner_id if gone.owner_id != kept.owner_id else None
    join(services, uow, kept, gone, how=how, match=match, rep_id=who.rep_id, now=now)
    by = Person(who.slack_id, who.name)
    speech.log(uow, kept, views.merged_here(gone, kept, match.reasons, by), now)
    speech.refresh_card(uow, kept, now)
    if gone.card_ts:
        speech.refresh_card(uow, gone, now)
    if other_owner is not None:
        tell_earlier_owner(uow, uow.people.rep(other_owner), kept, gone, by=who, now=now)
    speech.refresh_owners_home(uow, kept, now)
    return Joined(kept.id or 0, gone.id or 0, f"{title(gone)} is part of {title(kept)} now. /lead split #{gone.id} "
                  "parts them again.")  # fmt: skip


def tell_earlier_owner(uow: UnitOfWork, rep: Rep, kept: Lead, gone: Lead, *, by: Actor, now: datetime) -> None:
    """Their lead is part of another now; of one that they may not see they hear only that there is one."""
    may_see = sees(uow, rep.slack_id, kept)
    theirs = uow.people.rep(kept.owner_id).name if may_see and kept.owner_id else "A colleague there"
    owner = theirs if kept.owner_id else ""
    other = title(kept) if may_see else views.named(kept, beside=gone)
    speech.tell(uow, rep.slack_id, views.went_to(title(gone), other, owner, by.name), now)
    speech.refresh_home(uow, rep.slack_id, now)


def precedence(lead: Lead) -> tuple[bool, bool, float, int]:
    """Open before closed, owned before nobody's, claimed earlier before later, older before newer."""
    since = lead.claimed_at.timestamp() if lead.claimed_at and lead.owner_id else 0.0
    return lead.closed_at is not None, lead.owner_id is None, since, lead.id or 0


def join(
    services: Services, uow: UnitOfWork, kept: Lead, gone: Lead, *, how: str, match: Match, rep_id: int | None,
    now: datetime, before: Picture | None = None, is_doubted: bool = False,
) -> Merge:  # fmt: skip
    """Everything that belongs to the person is the kept lead's, and it is written down what that changed.

    Both must be locked, or the gone one just being written. `before` is how they stood, if something that belongs to
    the merge was changed already. Of somebody who is doubted only what they did and said counts, not who they say
    they are.
    """
    kept_id, gone_id = kept.id or 0, gone.id or 0
    before = before or uow.merges.picture(kept_id, gone_id)
    claims.withdraw_offer(uow, gone, now)
    waiting.stop(services, uow, gone, now)
    hand_follow_ups(services, uow, kept, gone, now)
    end_sequences(services, uow, kept, gone, now)
    keep_refusals(uow, kept, gone)
    moved = uow.merges.move(gone_id, kept_id)
    complete(uow, kept, gone, is_doubted=is_doubted)
    retire(gone, kept_id, now)
    next_steps.stirred(services, uow, kept, now)
    uow.session.flush()
    scoring.again(services, uow, kept, cause=scoring.TOUCH, now=now)
    uow.merges.settle_pairs(gone_id, kept_id, rep_id=rep_id, now=now)
    after = uow.merges.picture(kept_id)
    after |= uow.merges.rows(before.keys() - after.keys())
    uow.recorder.changed([kept_id, gone_id])
    made = [int(key.partition(":")[2]) for key in after.keys() - before.keys() if key.startswith("reminder:")]
    return uow.merges.add(Merge(
        kept_id=kept_id, gone_id=gone_id, how=how, probability=match.probability, reasons=list(match.reasons),
        moved={**moved, "made": sorted(made)}, before=rules.changes(before, after), rep_id=rep_id, at=now,
    ))  # fmt: skip


def hand_follow_ups(services: Services, uow: UnitOfWork, kept: Lead, gone: Lead, now: datetime) -> None:
    """What somebody promised is the kept lead's owner's to keep; what set itself ends, for the kept one has its own."""
    for promise in uow.followups.open_of_lead(gone.id or 0):
        follow_up = promise.follow_up
        if follow_up.origin != "rep" or kept.closed_at is not None:
            uow.followups.close(follow_up.id or 0, "cancelled", now=now)
            uow.reminders.drop_waiting(follow_up.id or 0, now=now)
            reminders.correct(uow, promise, now)
        elif kept.owner_id is not None and follow_up.rep_id != kept.owner_id and not follow_up.is_lent:
            reminders.pass_to(services, uow, promise, kept.owner_id, now)


def end_sequences(services: Services, uow: UnitOfWork, kept: Lead, gone: Lead, now: datetime) -> None:
    """What the other was in goes on for the kept lead, unless that is in it as well, or is written to already."""
    theirs = uow.enrolments.running(kept.id or 0)
    names, is_talked_to = {one.sequence for one in theirs}, any(one.talks for one in theirs)
    for one in uow.enrolments.running(gone.id or 0):
        if one.sequence in names or (one.talks and is_talked_to):
            leaving.leave(services, uow, gone, f"it became part of #{kept.id}", now, only=one.id)


def keep_refusals(uow: UnitOfWork, kept: Lead, gone: Lead) -> None:
    """What either withdrew stays withdrawn, unless the other said yes to a rep later.

    A yes under another address was taken without knowing whose it is: it may come from a list, or from a stranger.
    """
    of_kept, of_gone = newest(uow, kept), newest(uow, gone)
    for lead, said, other in ((kept, of_kept, of_gone), (gone, of_gone, of_kept)):
        for channel, no in said.items():
            yes = other.get(channel)
            is_overruled = yes is not None and yes.is_given and (yes.id or 0) > (no.id or 0) and yes.rep_id is None
            if not no.is_given and is_overruled:
                uow.consents.add(Consent(**no.model_dump(exclude={"id", "lead_id"}), lead_id=lead.id or 0))


def complete(uow: UnitOfWork, kept: Lead, gone: Lead, *, is_doubted: bool = False) -> None:
    """The kept lead knows what either knew, and may be written to if what they said last allows it."""
    for name, value in learned(kept, gone, is_doubted=is_doubted).items():
        if hasattr(kept, name):
            setattr(kept, name, value)
    kept.person_block, kept.company_block = blocks_of(kept.name, kept.company, kept.account)
    said = standings(uow, kept).get("email")
    if said is not None and not waits(said):
        kept.consent = allows(said)
    elif not is_doubted and said is None:
        kept.consent = kept.consent or gone.consent


def learned(kept: Lead, gone: Lead, *, is_doubted: bool = False) -> rules.Values:
    """What the kept lead gets from the other."""
    found = rules.filled(kept.model_dump(), gone.model_dump())
    return {name: value for name, value in found.items() if name == "message"} if is_doubted else found


def retire(gone: Lead, kept_id: int, now: datetime) -> None:
    """It is closed, so that nothing that asks for open leads finds it."""
    gone.state, gone.merged_into_id, gone.closed_at = "merged", kept_id, gone.closed_at or now
    gone.is_open_to_all, gone.held_since, gone.held_rank, gone.managers_hear = False, None, None, "no"
    gone.stale_at = gone.rescore_at = gone.forgone_until = None


# --- parted


@once_more
def split(services: Services, slack_id: str, lead_id: int, *, channel: str = "", ts: str = "") -> str:
    """They are two people after all: each has again what was theirs. Returns a sentence.

    The message that was pressed on says so from then on, unless it is the card.

    Raises:
        DibsError: the lead is part of no other, or what it is part of became part of a third.
    """
    now = services.now()
    with services.unit_of_work() as uow:
        who = actor(uow, slack_id)
        merge = standing(uow, who, lead_id)
        kept, gone = uow.leads.get(merge.kept_id), uow.leads.get(merge.gone_id)
        if kept is None or gone is None or not uow.merges.take_back([merge], by=who.rep_id, now=now):
            raise DibsError("They were parted already.")
        part(uow, [merge])
        kept, gone = uow.leads.refresh(kept), uow.leads.refresh(gone)
        if kept.closed_at is not None:  # it had come back for the other's sake
            claims.withdraw_offer(uow, kept, now)
            reminders.cancel_all(uow, kept, now)
        keep_apart(uow, merge, by=who.rep_id, now=now)
        go_round(services, uow, gone, now)
        by = Person(who.slack_id, who.name)
        if ts and ts != gone.card_ts:
            speech.edit(uow, kept, channel=channel, ts=ts, message=views.not_the_same(gone, kept, by), now=now)
        show_both(uow, kept, gone, by, now)
        uow.commit()
        other = title(gone) if sees(uow, slack_id, gone) else views.named(gone, beside=kept)
        return f"{title(kept)} and {other} are two leads again, each with what was theirs."


def standing(uow: UnitOfWork, who: Actor, lead_id: int) -> Merge:
    """The merge that made the lead part of another, with both locked, for somebody who may part them."""
    merge = uow.merges.standing(lead_id)
    if merge is None:
        into = uow.merges.into(lead_id)
        lead = lead_for(uow, who, "see", lead_id)
        if len(into) != 1:
            parts = ", ".join(f"#{one.gone_id}" for one in into)
            hint = f" Say which of its parts: {parts}." if into else ""
            raise DibsError(f"{title(lead)} is not part of another lead.{hint}")
        merge = into[0]
    for number in sorted((merge.kept_id, merge.gone_id)):
        uow.leads.lock(number)
    kept = uow.leads.get(merge.kept_id)
    if kept is not None and kept.state == "merged":
        raise DibsError(f"{title(kept)} became part of #{kept.merged_into_id} since. Part those first: "
                        f"/lead split #{kept.id}")  # fmt: skip
    lead_for(uow, who, "merge", merge.kept_id)
    return merge


def part(uow: UnitOfWork, merges: Sequence[Merge]) -> None:
    """Put back what the merges changed, the last first, and only where it still stands as they left it.

    They stand no more, all leads are locked, and none that was kept is part of another.
    """
    uow.merges.put((without_made(one.moved), one.kept_id, one.gone_id) for one in merges)
    standing: dict[int, list[Merge]] = defaultdict(list)
    for one in uow.merges.into(*{merge.kept_id for merge in merges}):
        standing[one.kept_id].append(one)
    now, back = uow.merges.rows({key for one in merges for key in one.before}), defaultdict[str, rules.Values](dict)
    for merge in sorted(merges, key=lambda one: -(one.id or 0)):
        rebase(merge, [one for one in standing[merge.kept_id] if (one.id or 0) > (merge.id or 0)])
        for key in merge.before.keys() & now.keys():
            values = rules.taken_back(merge.before[key], now[key])
            now[key] |= values
            back[key] |= values
    uow.merges.write(back)
    uow.merges.delete_unsaid([row for merge in merges for row in merge.moved.get("made", [])])
    uow.recorder.changed(number for merge in merges for number in (merge.kept_id, merge.gone_id))


def without_made(moved: dict[str, list[int]]) -> dict[str, list[int]]:
    return {name: ids for name, ids in moved.items() if name != "made"}


def rebase(merge: Merge, later: Iterable[Merge]) -> None:
    """Those that stand on what this one changed are to restore what stood before both."""
    for one in later:
        shared = one.before.keys() & merge.before.keys()
        if shared:
            one.before = one.before | {key: rules.rebased(one.before[key], merge.before[key]) for key in shared}


def keep_apart(uow: UnitOfWork, merge: Merge, *, by: int | None, now: datetime) -> None:
    """Nobody is asked again whether these two are one."""
    uow.duplicates.remember_different(
        merge.gone_id, merge.kept_id, probability=merge.probability, reasons=merge.reasons, by=by, now=now
    )


def go_round(services: Services, uow: UnitOfWork, lead: Lead, now: datetime) -> None:
    """A lead that is nobody's, on offer to nobody and not put aside is dealt like a new one."""
    waits = lead.held_since is not None or lead.is_open_to_all or lead.forgone_until is not None
    if lead.owner_id is None and lead.closed_at is None and not waits:
        distribution.deal(services, uow, lead, now)


def show_both(uow: UnitOfWork, kept: Lead, gone: Lead, by: Person, now: datetime) -> None:
    said: tuple[tuple[Lead, Message], ...] = (
        (kept, views.parted(gone, kept, by)), (gone, views.parted(kept, gone, by)),
    )  # fmt: skip
    for lead, line in said:
        speech.refresh_card(uow, lead, now)
        speech.log(uow, lead, line, now)
        speech.refresh_owners_home(uow, lead, now)
