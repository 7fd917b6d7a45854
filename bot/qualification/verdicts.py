"""What sales says to a lead: taken on, or rejected with a reason that goes back to marketing."""

from collections.abc import Sequence

from bot import claims, deals, next_steps, reminders, response, speech
from bot.errors import DibsError, InvalidInputError, Problem
from bot.qualification import levels
from bot.qualification.levels import REJECTED, SQL
from bot.rules import levels as rules
from bot.rules.cleaning.lead import clean_text
from bot.rules.numbers import fold
from bot.sequences import enrolling
from bot.services import Services
from bot.views import qualify as views
from bot.views import scores
from bot.views.cards import title
from bot.views.kit import Message
from bot.work import Work, taken_up
from store.models import Lead, StageChange

REASON_MAX = 300


class AnswersMissingError(DibsError):
    """Sales takes nothing on about which these questions are open."""

    def __init__(self, sentence: str, questions: tuple[str, ...]) -> None:
        super().__init__(sentence)
        self.questions = questions


def accept(services: Services, slack_id: str, lead_id: int) -> str:
    """Sales takes the lead on: it is a deal from now on. Returns a sentence.

    Raises:
        AnswersMissingError: something is to be found out before.
        DibsError: the lead is closed.
    """
    with services.unit_of_work() as uow:
        work = taken_up(services, uow, slack_id, lead_id, "qualify")
        if work.lead.level == SQL:
            return f"{title(work.lead)} is an SQL already."
        speech.log(uow, work.lead, take_on(work), work.now)
        uow.commit()
        return f"{title(work.lead)} is an SQL now."


def reject(services: Services, slack_id: str, lead_id: int, reason: str) -> str:
    """Sales does not take the lead on: it is closed, and marketing's report has the reason. Returns a sentence.

    Raises:
        InvalidInputError: no reason is given.
        DibsError: the lead is closed already.
    """
    with services.unit_of_work() as uow:
        work = taken_up(services, uow, slack_id, lead_id, "qualify")
        speech.log(uow, work.lead, turn_down(work, reason), work.now)
        uow.commit()
        return f"{title(work.lead)} is rejected and closed as {work.lead.stage}."


def take_on(work: Work, news: Sequence[tuple[str, str]] = ()) -> Message:
    """What is missing is raised before anything is written. Returns what the thread is told, with the news."""
    must_be_open(work.lead)
    uow, lead, now = work.uow, work.lead, work.now
    answers = uow.scores.answers([work.lead_id]).get(work.lead_id, {})
    missing = tuple(one.name for one in rules.missing(work.services.playbook.scoring, answers))
    if missing:
        needs = scores.on_questions(missing, "it an SQL")
        raise AnswersMissingError(f"Not yet: {needs}. /lead qualify #{lead.id} asks for what is missing.", missing)
    levels.change(uow, lead, SQL, now, by=work.who.rep_id)
    deals.begin(work.services, uow, lead, now)
    response.contacted(work.services, uow, lead, work.who, now)
    speech.refresh_card(uow, lead, now)
    speech.refresh_owners_home(uow, lead, now)
    return views.accepted(work.by, news)


def turn_down(work: Work, reason: str, news: Sequence[tuple[str, str]] = ()) -> Message:
    must_be_open(work.lead)
    why = reason_named(work.services, reason)
    if not why:
        known = ", ".join(work.services.playbook.scoring.reject_reasons)
        raise InvalidInputError([Problem("reason", f"Say why, for marketing. The usual reasons are: {known}.")])
    levels.change(work.uow, work.lead, REJECTED, work.now, by=work.who.rep_id, reason=why)
    close_as_lost(work, why)
    return views.rejected(work.by, why, news)


def reason_named(services: Services, words: str) -> str:
    """The playbook's spelling of a reason, or what else was said."""
    said = clean_text(words, limit=REASON_MAX)
    return next((one for one in services.playbook.scoring.reject_reasons if fold(one) == fold(said)), said)


def must_be_open(lead: Lead) -> None:
    if lead.closed_at is not None:
        raise DibsError(f"{title(lead)} is closed ({lead.stage}). Move it to an open stage first.")


def close_as_lost(work: Work, reason: str) -> None:
    """To the playbook's first stage for what is lost; nothing more is due."""
    services, uow, lead, now = work.services, work.uow, work.lead, work.now
    lost = next(stage.name for stage in services.playbook.stages if stage.kind == "lost")
    uow.leads.add_stage_change(StageChange(
        lead_id=work.lead_id, rep_id=work.who.rep_id, before=lead.stage, after=lost, reason=reason, at=now
    ))  # fmt: skip
    lead.stage, lead.closed_at = lost, now
    lead.forgone_until = lead.rescore_at = lead.held_since = lead.held_rank = None
    next_steps.entered_stage(services, uow, lead, now)
    response.stage_moved(services, uow, lead, work.who, now, is_reopened=False, is_lost=True)
    claims.withdraw_offer(uow, lead, now)
    reminders.cancel_all(uow, lead, now)
    next_steps.worked_on(services, uow, lead, now)
    enrolling.moved(services, uow, lead, now)
    speech.refresh_card(uow, lead, now)
    speech.refresh_home(uow, work.who.slack_id, now)
    speech.refresh_owners_home(uow, lead, now)
