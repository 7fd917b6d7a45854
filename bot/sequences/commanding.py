"""What people do with a lead's sequences: look where it stands, enrol it, pause it, stop it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot import speech
from bot.actors import actor, lead_for
from bot.errors import DibsError, NotFoundError
from bot.playbook.sequences import Sequence
from bot.rules.policy import Actor
from bot.sequences import enrolling, leaving
from bot.services import Services
from bot.views.cards import title
from bot.views.sequence_lead import Running, Standing
from bot.work import Work, taken_up
from store.models import Enrolment, Lead
from store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Deed:
    do: Callable[[Work, Enrolment], None]
    became: str  # of the lead, before the sequence's name


def standing(services: Services, slack_id: str, lead_id: int) -> Standing:
    """Where the lead stands in which sequence, what comes next, and what else it could be in.

    Raises:
        NotAllowedError: they may not see the lead.
    """
    with services.reading() as uow:
        who = actor(uow, slack_id)
        lead = lead_for(uow, who, "see", lead_id)
        return standing_of(services, uow, who, lead)


def standing_of(services: Services, uow: UnitOfWork, who: Actor, lead: Lead) -> Standing:
    running = uow.enrolments.running(lead.id or 0)
    names = {one.sequence for one in running}
    is_written_to = any(one.talks for one in running)  # by one of these, so that no other one that writes may come
    others = [
        one for one in services.playbook.sequences
        if one.name not in names and not one.is_paused and not (is_written_to and one.talks)
    ]  # fmt: skip
    past = [one for one in uow.enrolments.of_lead(lead.id or 0) if one.status in ("finished", "left")]
    by = uow.people.reps({one.rep_id for one in running if one.rep_id})
    shown = tuple(
        Running(one, services.playbook.sequence(one.sequence), by[one.rep_id].name if one.rep_id else "")
        for one in running
    )
    return Standing(lead, shown, tuple(others), tuple(past[-3:]), zone=who.time_zone)


def rows(services: Services, uow: UnitOfWork, who: Actor, lead: Lead) -> tuple[str, ...]:
    """For the lead's details: a line for each that it is in."""
    return standing_of(services, uow, who, lead).lines


# --- changing


def named(services: Services, name: str) -> Sequence:
    """The sequence of that name.

    Raises:
        NotFoundError: there is none; those there are are listed.
    """
    found = services.playbook.sequence(name.strip().strip("“”\"'").lower())
    if found is None:
        known = ", ".join(one.name for one in services.playbook.sequences) or "none yet"
        raise NotFoundError(f"There is no sequence “{name[:40]}”. There are: {known}.")
    return found


def enrol(services: Services, slack_id: str, lead_id: int, name: str) -> str:
    """By hand; returns a sentence.

    Raises:
        NotAllowedError, NotFoundError: as they say.
        DibsError: it may not come in; the sentence says why.
    """
    with services.unit_of_work() as uow:
        work = taken_up(services, uow, slack_id, lead_id, "sequence")
        sequence = named(services, name)
        made = enrolling.enrol(
            services, uow, work.lead, sequence.name, origin="rep", now=work.now, rep_id=work.who.rep_id
        )
        if isinstance(made, str):
            raise DibsError(made)
        speech.refresh_card(uow, work.lead, work.now)
        uow.commit()
        return f"{title(work.lead)} is in the sequence {sequence.name} now. /sequence stop #{lead_id} ends it."


def stop(services: Services, slack_id: str, lead_id: int, name: str = "") -> str:
    """The owner's word: it leaves, and what waited to be sent is not sent any more."""

    def end(work: Work, one: Enrolment) -> None:
        leaving.leave(services, work.uow, work.lead, f"{work.who.name} stopped it", work.now, only=one.id)

    return change(services, slack_id, lead_id, name, Deed(end, "left"))


def pause(services: Services, slack_id: str, lead_id: int, name: str = "") -> str:
    """It stays where it is, and nothing leaves, until somebody lets it go on."""

    def rest(work: Work, one: Enrolment) -> None:
        if one.status == "active":
            one.status, one.why = "paused", f"{work.who.name} paused it"[:120]
            work.uow.enrolments.save(one)

    return change(services, slack_id, lead_id, name, Deed(rest, "is paused in"))


def resume(services: Services, slack_id: str, lead_id: int, name: str = "") -> str:
    def go_on(work: Work, one: Enrolment) -> None:
        set_going(work.uow, one, work.now)

    return change(services, slack_id, lead_id, name, Deed(go_on, "goes on in"))


def set_going(uow: UnitOfWork, one: Enrolment, now: datetime) -> None:
    if one.status == "paused":
        one.status, one.why, one.due_at = "active", "", max(one.due_at, now)
        uow.enrolments.save(one)
        uow.messages.hurry(one.id or 0, now)


def change(services: Services, slack_id: str, lead_id: int, name: str, deed: Deed) -> str:
    """Do it to the sequence of that name, or to all that the lead is in; returns a sentence.

    Raises:
        NotAllowedError: they may not.
        DibsError: it is in none of them.
    """
    with services.unit_of_work() as uow:
        work = taken_up(services, uow, slack_id, lead_id, "sequence")
        running = [one for one in uow.enrolments.running(work.lead_id) if name.lower() in ("", one.sequence)]
        if not running:
            which = f"the sequence “{name[:40]}”" if name else "any sequence"
            raise DibsError(f"{title(work.lead)} is not in {which}.")
        for one in running:
            deed.do(work, one)
        speech.refresh_card(uow, work.lead, work.now)
        uow.commit()
        which = " and ".join(one.sequence for one in running)
        noun = "sequence" if len(running) == 1 else "sequences"
        return f"{title(work.lead)} {deed.became} the {noun} {which}."
