"""What reps find out about a lead on the playbook's questions, like BANT: asked in a form, kept with who and when."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from bot import response, speech
from bot.actors import actor, lead_for
from bot.errors import InvalidInputError, Problem
from bot.playbook.scoring import Question
from bot.qualification import levels, scoring, verdicts
from bot.qualification.verdicts import AnswersMissingError
from bot.rules.cleaning.lead import clean_text
from bot.services import Services
from bot.views import qualify as views
from bot.views.cards import title
from bot.views.kit import Message
from bot.views.qualify import ACCEPT, REASON, REJECT, SAVE, VERDICT, Asked, Checklist
from bot.work import Work, taken_up
from store.models import Answer
from store.unit_of_work import UnitOfWork

ANSWER_MAX = 1000


def form(services: Services, slack_id: str, lead_id: int, *, verdict: str = "") -> Checklist:
    """What the form begins with; to accept the lead, only what is missing for that.

    Raises:
        NotAllowedError: the lead is not theirs to qualify.
    """
    with services.reading() as uow:
        who = actor(uow, slack_id)
        lead = lead_for(uow, who, "qualify", lead_id)
        scoring_part, known = services.playbook.scoring, uow.scores.answered(lead_id)
        asks = [
            one for one in scoring_part.questions if verdict != ACCEPT or (one.for_sql and one.name not in known)
        ]  # fmt: skip
        asks.sort(key=lambda one: not one.for_sql)  # what is needed comes first
        asked = tuple(
            asked_of(one, known, who.time_zone, is_needed_now=verdict == ACCEPT and one.for_sql) for one in asks
        )
        may_decide = lead.closed_at is None and lead.level != levels.SQL
        score = levels.score_of(services, uow, lead)
        return Checklist(lead, score, asked, scoring_part.reject_reasons, may_decide=may_decide, verdict=verdict)


def asked_of(
    question: Question, known: Mapping[str, tuple[Answer, object]], zone: str, *, is_needed_now: bool
) -> Asked:  # fmt: skip
    if question.name not in known:
        return Asked(question, is_needed_now=is_needed_now)
    answer, rep = known[question.name]
    day = answer.at.astimezone(ZoneInfo(zone)).strftime("%a %-d %b %Y")
    return Asked(question, answer.text, by=getattr(rep, "name", ""), day=day)


def save(services: Services, slack_id: str, lead_id: int, given: Mapping[str, str]) -> str:
    """Keep what is new, and do with the lead what the form says; all of it or nothing. Returns a sentence.

    Raises:
        InvalidInputError: each wrong or missing value with a sentence for its field.
    """
    with services.unit_of_work() as uow:
        work = taken_up(services, uow, slack_id, lead_id, "qualify")
        news = keep(work, given)
        said = decide(work, given, news)
        if said is None and news:
            said = views.learned(work.by, news)
        if said is not None:
            speech.log(uow, work.lead, said, work.now)
        uow.commit()
        return f"{title(work.lead)}: " + (f"{len(news)} answers kept." if len(news) != 1 else "one answer kept.")


def keep(work: Work, given: Mapping[str, str]) -> list[tuple[str, str]]:
    """Every answer that differs from what was known becomes a row, and its score follows; what the form decides besides
    says more than a level on the way there."""
    news = news_in(work.services, work.uow, work.lead_id, given)
    for name, text in news:
        answer = Answer(lead_id=work.lead_id, rep_id=work.who.rep_id, question=name, text=text, at=work.now)
        work.uow.scores.add(answer)
    if news:
        work.uow.session.flush()
        response.contacted(work.services, work.uow, work.lead, work.who, work.now)
        scoring.again(work.services, work.uow, work.lead, cause=scoring.ANSWERED, now=work.now,
                      tells=given.get(VERDICT, SAVE) == SAVE)  # fmt: skip
        speech.refresh_card(work.uow, work.lead, work.now)
    return news


def news_in(
    services: Services, uow: UnitOfWork, lead_id: int, given: Mapping[str, str]
) -> list[tuple[str, str]]:  # fmt: skip
    known, problems, news = uow.scores.answers([lead_id]).get(lead_id, {}), [], []
    for question in services.playbook.scoring.questions:
        field = views.field_of(question.name)
        if field not in given:
            continue
        text = clean_text(views.said(question, given[field]), limit=ANSWER_MAX + 1, keeps_lines=True)
        if len(text) > ANSWER_MAX:
            problems.append(Problem(field, f"Keep it to {ANSWER_MAX} characters; the rest belongs in a note."))
        if text != known.get(question.name, ""):
            news.append((question.name, text))
    if problems:
        raise InvalidInputError(problems)
    return news


def decide(work: Work, given: Mapping[str, str], news: list[tuple[str, str]]) -> Message | None:
    """Returns what the thread is told of it."""
    verdict = given.get(VERDICT, "")
    if verdict == ACCEPT and work.lead.level != levels.SQL:
        try:
            return verdicts.take_on(work, news)
        except AnswersMissingError as error:
            why = "Sales takes nothing on without an answer here."
            asked = [Problem(views.field_of(name), why) for name in error.questions]
            raise InvalidInputError(asked) from error
    if verdict == REJECT and work.lead.level != levels.REJECTED:
        return verdicts.turn_down(work, given.get(REASON, ""), news)
    return None
