"""Follow-ups that set themselves: by a claim, a stage, silence, or what a lead did; so that every lead has a next step.

Whoever calls holds the lead locked.
"""

from datetime import datetime

from bot import consents, reminders, speech, waiting
from bot.actors import actor, lead_for
from bot.playbook.playbook import Stage
from bot.rules import next_steps as rules
from bot.rules.next_steps import Desk, Step
from bot.services import Services
from bot.worktime import hours_of
from store.followups import Promise
from store.models import FollowUp, Lead
from store.unit_of_work import UnitOfWork

CLAIM, STAGE, SILENCE = "claim", "stage", "silence"


# --- what sets one


def before_new_owner(uow: UnitOfWork, lead: Lead, now: datetime) -> None:
    """What only the last owner's time called for is not the next one's to keep: they begin with their own.

    What was lent to a colleague stays theirs.
    """
    lead.forgone_until, lead.forgone_why = None, ""  # nor is it for the next one to wait
    close_own(uow, lead, (CLAIM, SILENCE), "cancelled", now, but_lent=True)


def after_claim(services: Services, uow: UnitOfWork, lead: Lead, now: datetime) -> None:
    """The lead has an owner now: the first contact is due soon, or, if that was made, the stage's next step."""
    if not uow.next_steps.open_of_lead(lead.id or 0) and not plan_first_contact(services, uow, lead, now):
        plan_by_stage(services, uow, lead, now)
    stirred(services, uow, lead, now)


def entered_stage(services: Services, uow: UnitOfWork, lead: Lead, now: datetime) -> None:
    """The lead stands in another stage: its cadence counts, not that of the one before."""
    close_own(uow, lead, (STAGE, SILENCE), "cancelled", now)
    by_hand = {"rep", CLAIM}
    if not any(follow_up.origin in by_hand for follow_up in uow.next_steps.open_of_lead(lead.id or 0)):
        plan_by_stage(services, uow, lead, now)
    stirred(services, uow, lead, now)


def after_done(services: Services, uow: UnitOfWork, lead: Lead, now: datetime) -> None:
    """A follow-up was done; if that leaves the lead without a next step, the stage's cadence sets one."""
    if not uow.next_steps.open_of_lead(lead.id or 0):
        plan_by_stage(services, uow, lead, now)
    stirred(services, uow, lead, now)


def planned_by_hand(uow: UnitOfWork, lead: Lead, now: datetime) -> None:
    """A rep has set a follow-up themselves: what the stage or silence called for is in their hands now."""
    close_own(uow, lead, (STAGE, SILENCE), "cancelled", now)


def worked_on(services: Services, uow: UnitOfWork, lead: Lead, now: datetime) -> None:
    """Somebody of the team did something about the lead: it is not silent, and reminders of it had their effect."""
    uow.reminders.mark_acted(lead.id or 0, now=now)
    if close_own(uow, lead, (SILENCE,), "done", now):
        after_done(services, uow, lead, now)
    stirred(services, uow, lead, now)


def first_contact(services: Services, uow: UnitOfWork, lead: Lead, now: datetime) -> None:
    """It was made, however: nobody has to press Done for it as well."""
    if close_own(uow, lead, (CLAIM,), "done", now):
        after_done(services, uow, lead, now)


def stirred(services: Services, uow: UnitOfWork, lead: Lead, now: datetime) -> None:  # noqa: ARG001
    """Something happened about the lead: the days until it goes stale begin anew."""
    stage = stage_of(services, lead)
    lead.stale_at = rules.stale_at(now, stage.stale_days) if stage and is_in_work(lead) else None


# --- silence


def due_stale(services: Services) -> list[int]:
    """The ids of leads about which nothing happened for too long."""
    with services.reading() as uow:
        return uow.next_steps.due_stale(services.now())


def went_stale(services: Services, lead_id: int) -> None:
    """Ask its owner for a word, unless something is planned anyway; whoever else tries the same lead."""
    now = services.now()
    with services.unit_of_work() as uow:
        lead = uow.leads.lock(lead_id)
        if lead is None or not uow.next_steps.take_stale(lead_id, now):
            return
        stage, desk = stage_of(services, lead), desk_of(services, uow, lead)
        if stage and stage.stale_days and desk and not uow.next_steps.open_of_lead(lead_id):
            set_by_itself(services, uow, lead, rules.after_silence(desk, now, days=stage.stale_days), now)
        uow.commit()


def going_stale(uow: UnitOfWork, rep_id: int) -> list[Promise]:
    """Follow-ups of the rep's leads that have gone silent, the longest due first."""
    return uow.next_steps.going_stale(rep_id)


def without_next_step(uow: UnitOfWork, rep_id: int, *, limit: int = 20) -> list[Lead]:
    """The rep's open leads for which nothing is planned."""
    return uow.next_steps.without_next_step(rep_id, limit=limit)


# --- how


def plan_first_contact(services: Services, uow: UnitOfWork, lead: Lead, now: datetime) -> FollowUp | None:
    minutes, desk = services.playbook.follow_ups.first_contact, desk_of(services, uow, lead)
    if minutes is None or desk is None or lead.first_contact_at is not None:
        return None
    return set_by_itself(services, uow, lead, rules.first_contact(desk, now, minutes=minutes), now)


def plan_by_stage(services: Services, uow: UnitOfWork, lead: Lead, now: datetime) -> None:
    stage, desk = stage_of(services, lead), desk_of(services, uow, lead)
    if stage and stage.follow_up_days and desk:
        step = rules.by_stage(desk, now, stage=stage.name, days=stage.follow_up_days)
        set_by_itself(services, uow, lead, step, now)


def set_by_itself(services: Services, uow: UnitOfWork, lead: Lead, step: Step, now: datetime) -> FollowUp | None:
    """None when one of that origin is open for the lead already. The lead must have an owner."""
    follow_up = uow.next_steps.add(FollowUp(
        lead_id=lead.id or 0, rep_id=lead.owner_id or 0, due_at=step.due_at,
        kind=consents.kind_allowed(uow, lead, step.kind), what=step.what,
        origin=step.origin, created_at=now,
    ))  # fmt: skip
    if follow_up is not None:
        if not (step.origin == CLAIM and is_told_by_ladder(services, uow, lead)):
            reminders.plan(services, uow, follow_up, now)
        show(uow, lead, now)
    return follow_up


def close_own(
    uow: UnitOfWork, lead: Lead, origins: tuple[str, ...], status: str, now: datetime, *, but_lent: bool = False
) -> bool:
    """End what has set itself for these reasons: nothing more is said of it, and what was said is set right."""
    closed = [
        follow_up.id or 0 for follow_up in uow.next_steps.open_of_lead(lead.id or 0)
        if follow_up.origin in origins and not (but_lent and follow_up.is_lent)
        and uow.followups.close(follow_up.id or 0, status, now=now)
    ]  # fmt: skip
    for follow_up_id in closed:
        uow.reminders.drop_waiting(follow_up_id, now=now)
        promise = uow.followups.promise(follow_up_id)
        if promise is not None:
            reminders.correct(uow, promise, now)
            speech.refresh_home(uow, promise.rep.slack_id, now)
    if closed:
        speech.refresh_card(uow, lead, now)
    return bool(closed)


def show(uow: UnitOfWork, lead: Lead, now: datetime) -> None:
    speech.refresh_card(uow, lead, now)
    if lead.owner_id is not None:
        speech.refresh_home(uow, uow.people.rep(lead.owner_id).slack_id, now)


def is_told_by_ladder(services: Services, uow: UnitOfWork, lead: Lead) -> bool:
    """Whether the team's response times remind of the first contact already: one message, where two would nag."""
    remind, _, _ = waiting.ladder_of(services, uow, lead)
    return remind is not None and waiting.is_running(lead)


def is_in_work(lead: Lead) -> bool:
    return lead.owner_id is not None and lead.closed_at is None and lead.forgone_until is None


def desk_of(services: Services, uow: UnitOfWork, lead: Lead) -> Desk | None:
    """The owner's; None for a lead that nobody works on."""
    if lead.owner_id is None or not is_in_work(lead):
        return None
    owner = uow.people.rep(lead.owner_id)
    return Desk(hours_of(services, owner), owner.time_zone)


def stage_of(services: Services, lead: Lead) -> Stage | None:
    """None for one that the playbook does not have any more."""
    return services.playbook.stage(lead.stage)


# --- which lead a message is about


def lead_at(services: Services, slack_id: str, channel: str, ts: tuple[str, ...]) -> Lead | None:
    """The lead whose card, or whose reminder, stands at one of these places; None where nothing of a lead stands.

    Raises:
        NotAllowedError: the actor may set no follow-up on it.
    """
    with services.reading() as uow:
        who = actor(uow, slack_id)
        found = next((lead for each in ts if (lead := spoken_of(uow, channel, each))), None)
        return lead_for(uow, who, "follow_up", found.id or 0) if found else None


def spoken_of(uow: UnitOfWork, channel: str, ts: str) -> Lead | None:
    card = uow.leads.with_card(channel, ts)
    reminder = uow.reminders.at_place(channel, ts) if card is None else None
    promise = uow.followups.promise(reminder.follow_up_id) if reminder else None
    return promise.lead if promise else card
