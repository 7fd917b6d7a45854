"""A lead comes into a sequence: by a rule of the playbook, a segment, or somebody's word; never two that talk at once.

Whoever calls holds the lead locked, or is just writing it.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from bot.contact.addresses import address_of
from bot.contact.standing import standings
from bot.playbook.sequences import Exit, Sequence
from bot.rules.consent import waits
from bot.rules.sequences.steps import due_at
from bot.sequences import leaving
from bot.sequences.conditions import are_met
from bot.services import Services
from bot.views.cards import title
from store.models import Enrolment, Lead
from store.unit_of_work import UnitOfWork

Event = Literal["new", "stage", "mql", "lost", "won", "no-show"]
Origin = Literal["rule", "rep", "segment", "step"]
ENDS: dict[str, Exit] = {"won": "won", "lost": "lost"}


def enrol(
    services: Services, uow: UnitOfWork, lead: Lead, name: str, *, origin: Origin, now: datetime,
    rep_id: int | None = None,
) -> Enrolment | str:  # fmt: skip
    """The lead begins at the first step; or a sentence that says why it does not."""
    sequence = services.playbook.sequence(name)
    if sequence is None:
        known = ", ".join(one.name for one in services.playbook.sequences)
        return f"There is no sequence “{name[:40]}”. There are: {known}." if known else "The playbook has no sequences."
    refusal = why_not(services, lead, sequence)
    if refusal:
        return refusal
    first = sequence.named[0]
    made = uow.enrolments.add(Enrolment(
        lead_id=lead.id or 0, sequence=name, talks=sequence.talks, origin=origin, rep_id=rep_id, step=first.name,
        step_since=now, due_at=due_at(first, now), entered_at=now,
    ))  # fmt: skip
    return made if made is not None else in_another(uow, lead, name)


def why_not(services: Services, lead: Lead, sequence: Sequence) -> str:
    """A sentence, when it would have to leave at once; else ""."""
    if sequence.is_paused:
        return f"“{sequence.name}” is paused in the playbook, so nobody comes in."
    if lead.state != "live":
        return f"{title(lead)} is not a lead of its own any more."
    ended = ended_by(services, lead)
    if ended is not None and ended in sequence.leaves_on:
        return f"{title(lead)} is {lead.stage}, and that ends “{sequence.name}”."
    return ""


def ended_by(services: Services, lead: Lead) -> Exit | None:
    """What closed it."""
    stage = services.playbook.stage(lead.stage)
    return ENDS.get(stage.kind) if stage is not None and lead.closed_at is not None else None


def in_another(uow: UnitOfWork, lead: Lead, name: str) -> str:
    running = uow.enrolments.running(lead.id or 0)
    if any(one.sequence == name for one in running):
        return f"{title(lead)} is in “{name}” already."
    other = next((one.sequence for one in running if one.talks), "another sequence")
    return f"{title(lead)} is in “{other}”, which writes to them as well; nobody is in two of those at once."


def on(services: Services, uow: UnitOfWork, lead: Lead, event: Event, now: datetime) -> None:
    """Something happened to the lead: what that ends is ended, and the sequences that begin with it begin.

    Those that a list brought begin nothing by having come: they did nothing just now.
    """
    if event in ENDS:
        leaving.leave_on(services, uow, lead, ENDS[event], now)
    if event == "new" and lead.import_id is not None:
        return
    for sequence in beginning(services, lead, event):
        by_rule(services, uow, lead, sequence, now)


def arrived(services: Services, uow: UnitOfWork, lead: Lead, now: datetime) -> None:
    """A new lead, whose score may have made it an MQL at once; what begins with its having come goes first."""
    on(services, uow, lead, "new", now)
    if lead.level == "mql":
        on(services, uow, lead, "mql", now)


def moved(services: Services, uow: UnitOfWork, lead: Lead, now: datetime) -> None:
    """It stands in another stage: what begins there begins, and so does what begins with the end of a lead."""
    on(services, uow, lead, "stage", now)
    ended = ended_by(services, lead)
    if ended == "won":
        on(services, uow, lead, "won", now)
    elif ended == "lost":
        on(services, uow, lead, "lost", now)


def once_free(services: Services, uow: UnitOfWork, lead: Lead, now: datetime) -> None:
    """It has come to the end of one: what it was too busy for begins now, if it still stands where that begins."""
    on(services, uow, lead, "stage", now)
    if lead.level == "mql" and lead.closed_at is None:
        on(services, uow, lead, "mql", now)


def confirmed(services: Services, uow: UnitOfWork, lead: Lead, now: datetime) -> None:
    """Their yes waited for their own word, and so did whatever writes to them; it begins now, if it still would."""
    if lead.import_id is None:
        on(services, uow, lead, "new", now)
    once_free(services, uow, lead, now)
    ended = ended_by(services, lead)
    for sequence in services.playbook.sequences if ended is not None else ():
        if sequence.enrol.on == ended and not sequence.is_paused:
            by_rule(services, uow, lead, sequence, now)


def beginning(services: Services, lead: Lead, event: Event) -> Iterator[Sequence]:
    for one in services.playbook.sequences:
        if one.enrol.on == event and not one.is_paused and (event != "stage" or one.enrol.stage == lead.stage):
            yield one


def by_rule(
    services: Services, uow: UnitOfWork, lead: Lead, sequence: Sequence, now: datetime, *, origin: Origin = "rule"
) -> Enrolment | None:  # fmt: skip
    """If all conditions hold. By itself nobody comes into the same sequence twice."""
    if not are_met(services, uow, lead, sequence.enrol.when, now):
        return None
    if uow.enrolments.was_in([lead.id or 0], sequence.name) or waits_for_their_word(uow, lead, sequence):
        return None
    made = enrol(services, uow, lead, sequence.name, origin=origin, now=now)
    return made if isinstance(made, Enrolment) else None


def waits_for_their_word(uow: UnitOfWork, lead: Lead, sequence: Sequence) -> bool:
    """Whether it would write to somebody who is yet to confirm that they said yes; `confirmed` lets it begin then.

    One about a meeting that nobody came to is as much for its owner, and there is no other moment for it.
    """
    channel = "" if sequence.enrol.on == "no-show" else leading(lead, sequence)
    if not channel or (lead.consent and channel == "email"):
        return False
    return waits(standings(uow, lead).get(channel))


def leading(lead: Lead, sequence: Sequence) -> str:
    """The channel without which it would be silent: e-mail, unless it writes none or they have no address."""
    reached = [one for one in ("email", "sms") if one in sequence.channels and address_of(lead, one)]
    return reached[0] if reached else ""
