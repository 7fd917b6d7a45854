"""A lead that is not for now: nothing reminds of it until a day, and then it comes back by itself."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot import claims, distribution, next_steps, reminders, speech, waiting
from bot.actors import actor, lead_for
from bot.errors import DibsError, InvalidInputError, Problem
from bot.rules import next_steps as rules
from bot.rules.calendar import at_local
from bot.rules.cleaning.lead import clean_text
from bot.rules.when.reading import read_when
from bot.services import Services
from bot.views import forgoing as views
from bot.views.answers import local_time
from bot.views.cards import title
from bot.work import Work, taken_up
from bot.worktime import hours_of
from store.models import Lead
from store.unit_of_work import UnitOfWork

LONGEST = timedelta(days=731)
USUAL = timedelta(days=30)  # what the form suggests


def form(services: Services, slack_id: str, lead_id: int) -> tuple[Lead, str]:
    """The lead, and a day to begin with.

    Raises:
        NotAllowedError, DibsError: it is not theirs to put aside, or it is closed.
    """
    with services.reading() as uow:
        who = actor(uow, slack_id)
        lead = lead_for(uow, who, "forgo", lead_id)
        must_be_open(lead)
        return lead, (services.now() + USUAL).astimezone(ZoneInfo(who.time_zone)).date().isoformat()


def by_words(services: Services, slack_id: str, lead_id: int, words: str) -> str:
    """ "until march: no budget before": the moment first, then why.

    Raises:
        UnclearTimeError: the words name no moment to come.
    """
    with services.reading() as uow:
        rep = uow.people.rep(actor(uow, slack_id).rep_id)
    starts, now = hours_of(services, rep).starts, services.now()
    when = read_when(words, now=now, zone=rep.time_zone, day_starts=starts, language=rep.language or "en")
    return put_aside(services, slack_id, lead_id, when.moment, when.rest.lstrip(" :,-"))


def until_day(services: Services, slack_id: str, lead_id: int, day: str, why: str) -> str:
    """The form's day: until the rep's own working day begins then.

    Raises:
        InvalidInputError: no day was chosen, or one that has passed.
    """
    with services.reading() as uow:
        rep = uow.people.rep(actor(uow, slack_id).rep_id)
    try:
        until = at_local(date.fromisoformat(day), hours_of(services, rep).starts, rep.time_zone)
    except ValueError as error:
        raise InvalidInputError([Problem("date", "Choose a day.")]) from error
    return put_aside(services, slack_id, lead_id, until, why)


def put_aside(services: Services, slack_id: str, lead_id: int, until: datetime, why: str) -> str:
    """Nothing more is asked of anybody until then, except what is planned for later. Returns a sentence."""
    with services.unit_of_work() as uow:
        work = taken_up(services, uow, slack_id, lead_id, "forgo")
        must_be_open(work.lead)
        if not work.now < until <= work.now + LONGEST:
            raise InvalidInputError([Problem("date", "Choose a day to come, within the next two years.")])
        rest(work, until, clean_text(why, limit=views.WHY_LONGEST))
        uow.commit()
        return f"{title(work.lead)} is put aside until {local_time(until, work.who.time_zone)} your time."


def must_be_open(lead: Lead) -> None:
    if lead.closed_at is not None:
        raise DibsError(f"{title(lead)} is closed ({lead.stage}), so nothing is due anyway.")


def rest(work: Work, until: datetime, why: str) -> None:
    uow, lead, now = work.uow, work.lead, work.now
    lead.forgone_until, lead.forgone_why = until, why
    claims.withdraw_offer(uow, lead, now)
    lead.held_since = lead.held_rank = None
    lead.is_open_to_all = False
    waiting.stop(work.services, uow, lead, now)
    for promise in uow.followups.open_of_lead(work.lead_id):
        follow_up = promise.follow_up
        if follow_up.due_at < until and uow.followups.close(follow_up.id or 0, "cancelled", now=now):
            uow.reminders.drop_waiting(follow_up.id or 0, now=now)
            reminders.correct(uow, promise, now)
    next_steps.stirred(work.services, uow, lead, now)
    speech.log(uow, lead, views.put_aside(work.by, until, why), now)
    show(uow, lead, now)


def show(uow: UnitOfWork, lead: Lead, now: datetime) -> None:
    speech.refresh_card(uow, lead, now)
    speech.refresh_owners_home(uow, lead, now)


# --- and back


def take_up(services: Services, slack_id: str, lead_id: int) -> str:
    """Somebody does not want to wait any longer. Returns a sentence."""
    with services.unit_of_work() as uow:
        work = taken_up(services, uow, slack_id, lead_id, "forgo")
        if work.lead.forgone_until is None:
            return f"{title(work.lead)} was not put aside."
        speech.log(uow, work.lead, views.came_back(work.lead.forgone_why, work.by), work.now)
        wake(services, uow, work.lead, work.now)
        uow.commit()
        return f"{title(work.lead)} is back, and reminders of it with it."


def due(services: Services) -> list[int]:
    """The ids of leads that come back now."""
    with services.reading() as uow:
        return uow.scores.returning(services.now())


def come_back(services: Services, lead_id: int) -> None:
    """Its day has come; whoever else tries the same lead finds it done."""
    now = services.now()
    with services.unit_of_work() as uow:
        lead = uow.leads.lock(lead_id)
        if lead is None or lead.forgone_until is None or lead.forgone_until > now:
            return
        if lead.closed_at is None:
            speech.log(uow, lead, views.came_back(lead.forgone_why), now)
        wake(services, uow, lead, now)
        uow.commit()


def wake(services: Services, uow: UnitOfWork, lead: Lead, now: datetime) -> None:
    """Its owner has something to do about it; nobody's lead goes round again. Its response times begin anew if
    nobody was in touch yet."""
    why, lead.forgone_until, lead.forgone_why = lead.forgone_why, None, ""
    if lead.closed_at is not None:
        return
    if lead.first_contact_at is None and not waiting.is_running(lead):
        waiting.begins(lead, now)
        waiting.begins_anew(services, uow, lead, now)
    if lead.owner_id is None:
        if uow.offers.open_for(lead.id or 0) is None:  # it may have gone round meanwhile, from another stage
            distribution.deal(services, uow, lead, now)
    elif desk := next_steps.desk_of(services, uow, lead):
        next_steps.set_by_itself(services, uow, lead, rules.after_rest(desk, now, why=why), now)
    next_steps.stirred(services, uow, lead, now)
    show(uow, lead, now)
