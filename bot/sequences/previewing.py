"""What a lead would get from a sequence and when, by its own clock, if it does nothing meanwhile; what not, and why."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.actors import actor, lead_for
from bot.contact.gate import SALT, address_of, hashed
from bot.errors import DibsError
from bot.playbook.sequences import END, Booking, Branch, Email, Nudge, Sequence, Sms, Step, Wait
from bot.rules.sequences.caps import room_at
from bot.rules.sequences.hours import LeadClock
from bot.rules.sequences.templates import CannotRenderError
from bot.sequences import clocks, enrolling, experiments, writing
from bot.sequences.commanding import named
from bot.sequences.experiments import OWN
from bot.sequences.rendering import Writing, channel_of, content_of, rendered
from bot.sequences.turn import Turn
from bot.services import Services
from bot.views import sequence_preview as views
from bot.views.cards import title
from bot.views.kit import Message
from bot.views.sequence_preview import Preview, PreviewStep, Text
from bot.worktime import hours_of
from store.models import Enrolment, Lead
from store.unit_of_work import UnitOfWork

BEFORE = "they had this very text before"
NO_ZONE = "nobody knows their time zone, and the playbook says not to write then"


def preview(services: Services, slack_id: str, lead_id: int, name: str = "") -> Message:
    """Raises:
    NotAllowedError, NotFoundError: as they say.
    DibsError: it is not said which sequence, and the lead is in none.
    """
    now = services.now()
    with services.unit_of_work() as uow:  # which is never committed: whoever looks leaves nothing behind
        who = actor(uow, slack_id)
        lead = lead_for(uow, who, "see", lead_id)
        running = uow.enrolments.running(lead.id or 0)
        sequence = named(services, name or only(lead, running))
        enrolment = next((one for one in running if one.sequence == sequence.name), None)
        refusal = "" if enrolment else why_not_in(services, uow, lead, sequence)
        turn = Turn(services, uow, lead, enrolment or beginning(lead, sequence, now), sequence, now)
        clock = clocks.of_lead(services, uow, lead)
        return views.preview(Preview(
            lead, sequence, tuple(steps(turn, clock, is_in=enrolment is not None)), clock, refusal=refusal,
            is_in=enrolment is not None,
        ))  # fmt: skip


def why_not_in(services: Services, uow: UnitOfWork, lead: Lead, sequence: Sequence) -> str:
    """Why it could not come in now; "" when it could."""
    is_busy = sequence.talks and any(one.talks for one in uow.enrolments.running(lead.id or 0))
    return enrolling.why_not(services, lead, sequence) or (
        enrolling.in_another(uow, lead, sequence.name) if is_busy else ""
    )


def only(lead: Lead, running: list[Enrolment]) -> str:
    if len(running) != 1:
        raise DibsError(f"Say which sequence of {title(lead)} you mean, like: /sequence preview #{lead.id} welcome")
    return running[0].sequence


def beginning(lead: Lead, sequence: Sequence, now: datetime) -> Enrolment:
    first = sequence.named[0]
    return Enrolment(
        lead_id=lead.id or 0, sequence=sequence.name, talks=sequence.talks, step=first.name, step_since=now,
        due_at=now, entered_at=now,
    )  # fmt: skip


def steps(turn: Turn, clock: LeadClock | None, *, is_in: bool) -> Iterator[PreviewStep]:
    """Those that come if nothing happens, with their times; then those that only come otherwise."""
    every = turn.uow.enrolments.steps_of_lead(turn.lead.id or 0)
    taken = {step.step: step.result for one, step in every if one.id == turn.enrolment.id} if is_in else {}
    path = list(the_quiet_way(turn))
    on_it = {step.name for step in path}
    at, contacts = max(turn.now, turn.enrolment.due_at), writing.contacts_of(turn)
    for number, step in enumerate(path):
        if isinstance(step, Wait):
            at = at if number == 0 and is_in else at + step.span
        elif isinstance(step, Branch):
            since = turn.enrolment.step_since if number == 0 and is_in else at
            at = max(turn.now, since + timedelta(days=step.within_days))
        elif isinstance(step, Email | Sms | Booking) and clock is not None:
            room = room_at(contacts, clock.next_open(at), turn.services.playbook.contact.a_week)
            at = clock.next_open(room)
            contacts.append(at)
        elif isinstance(step, Nudge) and turn.lead.owner_id is not None:
            owner = turn.uow.people.rep(turn.lead.owner_id)
            at = hours_of(turn.services, owner).next_open(at, owner.time_zone)
        yield shown(turn, step, at)
    wrote = written(turn) if is_in else {}
    for step in turn.sequence.named:
        if step.name in taken:
            yield PreviewStep(step, done=taken[step.name] or "done", wrote=wrote.get(step.name))
        elif step.name not in on_it:
            yield shown(turn, step, None)


def written(turn: Turn) -> dict[str, Text]:
    """What each step wrote that did."""
    messages = turn.uow.timeline.messages(turn.lead.id or 0)
    mine = [one for one in messages if one.enrolment_id == turn.enrolment.id and one.step]
    return {one.step: Text(one.text, one.subject, one.variant) for one in mine}


def the_quiet_way(turn: Turn) -> Iterator[Step]:
    """From where it stands, step by step, with every branch going as it goes when they do nothing."""
    name: str | None = turn.enrolment.step
    while name is not None and name != END:
        step = turn.sequence.step(name)
        if step is None:
            return
        yield step
        after = turn.sequence.after(step.name)
        name = after if not isinstance(step, Branch) else quietly(step) or after


def quietly(step: Branch) -> str | None:
    return step.then if step.when == "nothing" else step.otherwise


def shown(turn: Turn, step: Step, at: datetime | None) -> PreviewStep:
    if not isinstance(step, Email | Sms | Booking):
        return PreviewStep(step, at)
    waits = turn.sequence.approval or step.approval
    try:
        texts = tuple(texts_for(turn, step))
    except CannotRenderError as error:
        return PreviewStep(step, at, skipped=str(error))
    why = why_skipped(turn, step)
    if why == writing.NO_PAGE:
        texts = ()  # without the link there is nothing to read
    return PreviewStep(step, at, texts, skipped=why, waits_for_yes=waits)


def texts_for(turn: Turn, step: Writing) -> Iterator[Text]:
    """What the lead would get; of texts that are still compared all, for which of them it is may not be known yet."""
    theirs = experiments.foreseen(turn.uow, turn.lead, turn.sequence, step) if experiments.is_compared(step) else OWN
    is_open = experiments.is_compared(step) and experiments.decided(turn.uow, turn.sequence, step) is None
    for name in [name for name, _, _ in experiments.texts_of(step)] if is_open else [theirs or OWN]:
        made = rendered(turn.services, turn.uow, turn.lead, step, variant=name, is_shown_only=True)
        yield Text(made.text, made.subject, name, is_theirs=name == theirs)


def why_skipped(turn: Turn, step: Writing) -> str:
    """A reason for which it would not be sent as things stand; "" when there is none."""
    channel = channel_of(step)
    if clocks.of_lead(turn.services, turn.uow, turn.lead) is None:
        return NO_ZONE
    salt, address = turn.uow.secrets.known(SALT), address_of(turn.lead, channel)
    recipients = [hashed(salt, channel, address)] if salt and address else []
    content = content_of(step)
    if recipients and turn.uow.sequence_figures.was_written(recipients, content):
        return BEFORE
    if turn.uow.messages.has_had(turn.lead.id or 0, content):
        return BEFORE
    return writing.why_never(turn, step, channel)
