"""Lead, MQL, SQL: the score makes an MQL, and sales takes it on or rejects it with a reason for marketing."""

from datetime import datetime

from bot import claims, next_steps, reminders, response, speech
from bot.actors import actor, lead_for
from bot.errors import DibsError, InvalidInputError, Problem
from bot.rules import levels as rules
from bot.rules.cleaning import clean_text
from bot.rules.numbers import fold
from bot.rules.policy import Actor
from bot.services import Services
from bot.views import scores as views
from bot.views.cards import title
from bot.views.kit import Person, Piece
from bot.views.scores import Score
from store.models import Lead, LevelChange, StageChange
from store.unit_of_work import UnitOfWork

MQL, SQL, REJECTED = "mql", "sql", "rejected"
REASON_MAX = 300
VERDICT = "verdict"  # the form's field that says what is to become of the lead


class AnswersMissingError(DibsError):
    """Sales takes nothing on about which these questions are open."""

    def __init__(self, sentence: str, questions: tuple[str, ...]) -> None:
        super().__init__(sentence)
        self.questions = questions


# --- by the score


def follow_score(services: Services, uow: UnitOfWork, lead: Lead, now: datetime) -> bool:
    """The lead has the level that its score gives, until sales decides; its thread hears of the first time."""
    level = rules.after_score(lead.level, lead.score, services.playbook.scoring)
    if level is None:
        return False
    is_first = level == MQL and not any(one.after == MQL for one in uow.scores.level_changes(lead.id or 0))
    change(uow, lead, level, now)
    if is_first and lead.card_ts is not None and not lead.is_quiet:  # a new card says it by itself
        speech.log(uow, lead, views.became_mql(lead.score, views.told(score_of(services, uow, lead))), now)
    return True


def change(
    uow: UnitOfWork, lead: Lead, level: str, now: datetime, *, by: int | None = None, reason: str = ""
) -> None:  # fmt: skip
    uow.scores.add(LevelChange(
        lead_id=lead.id or 0, rep_id=by, before=lead.level, after=level, reason=reason, score=lead.score, at=now,
    ))  # fmt: skip
    lead.level = level


def score_of(services: Services, uow: UnitOfWork, lead: Lead) -> Score:
    """The lead's score with its newest receipt, and what would make it the next level."""
    kept, lead_id = uow.scores.newest(lead.id or 0), lead.id or 0
    answers = uow.scores.answers([lead_id]).get(lead_id, {}) if lead.closed_at is None else {}
    coming = rules.next_level(lead.level, lead.score, services.playbook.scoring, answers)
    if kept is None:
        return Score(lead.score, lead.level, (), coming)
    return Score(
        lead.score, lead.level, tuple(kept.factors), coming if lead.closed_at is None else None, kept.fit,
        kept.engagement, kept.at, kept.cause, kept.playbook,
    )  # fmt: skip


def line(services: Services, uow: UnitOfWork, lead: Lead) -> tuple[Piece, ...]:
    """What the lead's card says about its score; nothing where nothing counts."""
    return views.card_line(score_of(services, uow, lead))


# --- by sales


def accept(services: Services, slack_id: str, lead_id: int) -> str:
    """Sales takes the lead on. Returns a sentence.

    Raises:
        AnswersMissingError: something is to be found out before.
        DibsError: the lead is closed, or nobody's.
    """
    now = services.now()
    with services.unit_of_work() as uow:
        uow.leads.lock(lead_id)
        who = actor(uow, slack_id)
        lead = lead_for(uow, who, "qualify", lead_id)
        if lead.level == SQL:
            return f"{title(lead)} is an SQL already."
        take_on(services, uow, lead, who, now)
        uow.commit()
        return f"{title(lead)} is an SQL now."


def take_on(services: Services, uow: UnitOfWork, lead: Lead, who: Actor, now: datetime) -> None:
    """The lead must be locked; what is missing is raised before anything is written."""
    must_be_open(lead)
    answers = uow.scores.answers([lead.id or 0]).get(lead.id or 0, {})
    missing = rules.missing(services.playbook.scoring, answers)
    if missing:
        names = tuple(one.name for one in missing)
        needs = views.on_questions(names, f"{title(lead)} an SQL")
        raise AnswersMissingError(f"Not yet: {needs}. /lead qualify #{lead.id} asks for them.", names)
    change(uow, lead, SQL, now, by=who.rep_id)
    response.contacted(services, uow, lead, who, now)
    speech.log(uow, lead, views.accepted(Person(who.slack_id, who.name)), now)
    speech.refresh_card(uow, lead, now)
    speech.refresh_owners_home(uow, lead, now)


def reject(services: Services, slack_id: str, lead_id: int, reason: str) -> str:
    """Sales does not take the lead on: it is closed, and marketing's report has the reason. Returns a sentence.

    Raises:
        InvalidInputError: no reason is given.
        DibsError: the lead is closed already, or nobody's.
    """
    now = services.now()
    with services.unit_of_work() as uow:
        uow.leads.lock(lead_id)
        who = actor(uow, slack_id)
        lead = lead_for(uow, who, "qualify", lead_id)
        turn_down(services, uow, lead, who, reason=reason, now=now)
        uow.commit()
        return f"{title(lead)} is rejected and closed as {lead.stage}."


def turn_down(services: Services, uow: UnitOfWork, lead: Lead, who: Actor, *, reason: str, now: datetime) -> None:
    """The lead must be locked."""
    must_be_open(lead)
    why = reason_named(services, reason)
    if not why:
        known = ", ".join(services.playbook.scoring.reject_reasons)
        raise InvalidInputError([Problem("reason", f"Say why, for marketing. Usual reasons are: {known}.")])
    change(uow, lead, REJECTED, now, by=who.rep_id, reason=why)
    close_as_lost(services, uow, lead, who, reason=why, now=now)
    speech.log(uow, lead, views.rejected(Person(who.slack_id, who.name), why), now)


def reason_named(services: Services, words: str) -> str:
    """The playbook's spelling of a reason, or what else was said."""
    said = clean_text(words, limit=REASON_MAX)
    return next((one for one in services.playbook.scoring.reject_reasons if fold(one) == fold(said)), said)


def must_be_open(lead: Lead) -> None:
    if lead.closed_at is not None:
        raise DibsError(f"{title(lead)} is closed ({lead.stage}). Move it to an open stage first.")


def close_as_lost(
    services: Services, uow: UnitOfWork, lead: Lead, who: Actor, *, reason: str, now: datetime
) -> None:  # fmt: skip
    """To the playbook's first stage for what is lost; nothing more is due."""
    lost = next(stage.name for stage in services.playbook.stages if stage.kind == "lost")
    before, lead.stage, lead.closed_at = lead.stage, lost, now
    lead.forgone_until = lead.rescore_at = lead.held_since = lead.held_rank = None
    uow.leads.add_stage_change(StageChange(
        lead_id=lead.id or 0, rep_id=who.rep_id, before=before, after=lost, reason=reason, at=now
    ))  # fmt: skip
    next_steps.entered_stage(services, uow, lead, now)
    response.stage_moved(services, uow, lead, who, now, is_reopened=False, is_lost=True)
    claims.withdraw_offer(uow, lead, now)
    reminders.cancel_all(uow, lead, now)
    next_steps.worked_on(services, uow, lead, now)
    speech.refresh_card(uow, lead, now)
    speech.refresh_home(uow, who.slack_id, now)
    speech.refresh_owners_home(uow, lead, now)
