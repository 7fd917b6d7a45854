"""What a move to a stage still takes: asked in the form, checked, and kept together with the move itself."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot import corrections, deals, followups
from bot.actors import actor, lead_for
from bot.errors import DibsError, InvalidInputError, Problem
from bot.playbook.playbook import Stage
from bot.qualification import scoring
from bot.rules.cleaning.fields import spelled
from bot.rules.cleaning.lead import clean_text
from bot.rules.stages import (
    AMOUNT,
    ANSWERS,
    CURRENCY,
    EXPECTED_ON,
    FIELDS,
    FOLLOW_UP,
    OPPORTUNITY,
    PRODUCT,
    is_backward,
    missing,
    wording,
)
from bot.rules.when.reading import read_when
from bot.services import Services
from bot.views import deals as deal_views
from bot.views.stages import (
    ANOTHER,
    COMPETITOR,
    COMPETITOR_MAX,
    OTHER_COMPETITOR,
    REASON,
    REASON_MAX,
    WHY_BACK,
    Ask,
    Move,
)
from bot.work import Work
from bot.worktime import hours_of
from store.models import Answer, Lead
from store.unit_of_work import UnitOfWork

ANSWER_MAX = 1000
RIVALS = "competitor"  # a reason with this word asks which one
# Under which names a lead's own words may hint at what a deal needs.
HINTS = {AMOUNT: ("budget", "amount", "deal size", "value"), PRODUCT: ("product", "product interest", "plan")}


# --- asked


def form(services: Services, slack_id: str, lead_id: int, stage_name: str = "") -> Move:
    """The move and all that it takes; without a name, the lead's own stage to begin with.

    Raises:
        NotAllowedError: the lead is not theirs to move.
        InvalidInputError: the playbook has no such stage.
    """
    with services.reading() as uow:
        lead = lead_for(uow, actor(uow, slack_id), "stage", lead_id)
        stage = stage_named(services, stage_name or lead.stage) if stage_name else current(services, lead)
        return move_of(services, uow, lead, stage)


def move_of(services: Services, uow: UnitOfWork, lead: Lead, stage: Stage) -> Move:
    asks = asked(services, uow, lead, stage) if stage.name != lead.stage else ()
    return Move(lead, services.playbook.stages, stage, asks, tuple(labels(services).items()))


def filled(value: Move, given: Mapping[str, str]) -> Move:
    """With what was typed already, for a form that is shown anew."""
    asks = (replace(ask, initial=given[ask.name]) if given.get(ask.name) else ask for ask in value.asks)
    return replace(value, asks=tuple(asks))


def stage_named(services: Services, name: str) -> Stage:
    stage = services.playbook.stage(name.strip())
    if stage is None:
        known = ", ".join(stage.name for stage in services.playbook.stages)
        raise InvalidInputError([Problem("stage", f"There is no stage “{name[:40]}”. The stages are {known}.")])
    return stage


def current(services: Services, lead: Lead) -> Stage:
    return services.playbook.stage(lead.stage) or services.playbook.first_stage


def labels(services: Services) -> dict[str, str]:
    return {one.name: one.shown for one in services.playbook.fields}


def asked(services: Services, uow: UnitOfWork, lead: Lead, stage: Stage) -> tuple[Ask, ...]:
    """Just what is missing; and for the end of a lead how it ended."""
    lacking = missing(stage.needs, known(services, uow, lead))
    asks = [ask_for(services, uow, lead, need) for need in lacking]
    if stage.kind == "won":
        deal = deals.deal_of(services, uow, lead)
        asks += [] if AMOUNT in lacking else [ask_amount(deal, is_required=AMOUNT in stage.needs)]
        asks += [] if PRODUCT in lacking else [ask_product(deal, is_required=PRODUCT in stage.needs)]
    if stage.kind == "lost":
        asks += ask_why_lost(services)
    if is_backward(services.playbook.stages, lead.stage, stage.name):
        was = services.playbook.stage(lead.stage)
        question = "Why back?" if was and was.kind == "open" else "Why is it open again?"
        asks.append(Ask(WHY_BACK, question, longest=REASON_MAX, hint="The team sees it in the lead's thread."))
    return tuple(asks)


def known(services: Services, uow: UnitOfWork, lead: Lead) -> set[str]:
    """All needs of any stage that this lead meets."""
    plain = {name for name in corrections.PLAIN_FIELDS if getattr(lead, name)}
    own = {spelled(one.name): f"{FIELDS}{one.name}" for one in services.playbook.fields}
    fields = {own.get(spelled(str(name)), "") for name, value in lead.fields.items() if value not in (None, "")}
    answers = {f"{ANSWERS}{name}" for name in uow.deals.answers(lead.id or 0)}
    planned = {FOLLOW_UP} if uow.next_steps.open_of_lead(lead.id or 0) else set()
    return plain | fields | answers | planned | deals.known(uow.deals.opportunity(lead.id or 0))


def ask_for(services: Services, uow: UnitOfWork, lead: Lead, need: str) -> Ask:
    if need.startswith(ANSWERS):
        return ask_question(services, lead, need)
    if need.startswith(FIELDS):
        return corrections.ask_field(services, need.removeprefix(FIELDS))
    if need.startswith(OPPORTUNITY):
        return ask_deal(deals.deal_of(services, uow, lead), need)
    if need == FOLLOW_UP:
        hint = "When, in your own time zone, and what: tomorrow 9am call about the offer"
        return Ask(FOLLOW_UP, "Next follow-up", hint=hint, longest=300)
    return Ask(need, need.replace("email", "e-mail").capitalize(), initial=lead.originals.get(need, ""), longest=300)


def ask_question(services: Services, lead: Lead, need: str) -> Ask:
    name = need.removeprefix(ANSWERS)
    question = next((one for one in services.playbook.scoring.questions if one.name == name), None)
    text, choices = (question.asks, question.choices) if question else (name.capitalize(), ())
    begun = deals.hinted(lead, name.replace("-", " "))
    kind = "choice" if choices else "long"
    return Ask(need, text, "choice" if kind == "choice" else "long", choices, begun, longest=ANSWER_MAX)


def ask_deal(deal: deal_views.Deal, need: str) -> Ask:
    makers: dict[str, Callable[..., Ask]] = {
        AMOUNT: ask_amount, PRODUCT: ask_product, EXPECTED_ON: deal_views.expected_ask,
        CURRENCY: deal_views.currency_ask,
    }  # fmt: skip
    return makers[need](deal, is_required=True)


def ask_amount(deal: deal_views.Deal, *, is_required: bool) -> Ask:
    return deal_views.amount_ask(deal, is_required=is_required, hinted=deals.hinted(deal.lead, *HINTS[AMOUNT]))


def ask_product(deal: deal_views.Deal, *, is_required: bool) -> Ask:
    return deal_views.product_ask(deal, is_required=is_required, hinted=deals.hinted(deal.lead, *HINTS[PRODUCT]))


def ask_why_lost(services: Services) -> list[Ask]:
    closing = services.playbook.closing
    reason = Ask(REASON, "Why is it lost?", "choice", closing.lost_reasons)
    if not closing.competitors:
        return [reason, Ask(OTHER_COMPETITOR, "To which competitor?", is_required=False, longest=COMPETITOR_MAX)]
    return [
        reason,
        Ask(COMPETITOR, "To which competitor?", "choice", (*closing.competitors, ANOTHER), is_required=False),
        Ask(OTHER_COMPETITOR, "Which other one?", is_required=False, longest=COMPETITOR_MAX),
    ]


# --- answered


def take(work: Work, stage: Stage, given: Mapping[str, str]) -> list[str]:
    """Keep what the move asked for, or refuse the move. Returns what was learned, in words for the thread.

    Raises:
        InvalidInputError: what is missing or wrong, each on its field.
    """
    asks = asked(work.services, work.uow, work.lead, stage)
    answered = {ask.name: given[ask.name].strip() for ask in asks if given.get(ask.name, "").strip()}
    problems = [
        Problem(ask.name, needed(work.services, stage, ask))
        for ask in asks
        if ask.is_required and ask.name not in answered
    ]
    before = said_of_deal(work, stage)
    for store in (store_answers, store_fields, store_deal, store_follow_up):
        try:
            store(work, answered)
        except InvalidInputError as error:
            problems += error.problems
    if problems:
        raise InvalidInputError(problems)
    judge_anew(work, answered)
    after = said_of_deal(work, stage)
    learned = [f"{name.removeprefix(ANSWERS).capitalize()}: {text}" for name, text in of(ANSWERS, answered).items()]
    return [*learned, after] if after != before else learned


def said_of_deal(work: Work, stage: Stage) -> str:
    """As it is said once the lead stands there."""
    deal = deals.deal_of(work.services, work.uow, work.lead)
    return deal_views.in_words(replace(deal, kind=stage.kind, usual_probability=stage.probability))


def of(prefix: str, answered: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in answered.items() if name.startswith(prefix)}


def needed(services: Services, stage: Stage, ask: Ask) -> str:
    if ask.name in stage.needs:
        return f"{stage.name.capitalize()} needs {wording(ask.name, labels(services))}."
    return {REASON: "Say why it is lost.", WHY_BACK: "Say why it goes back."}.get(ask.name, "Fill this in.")


def store_answers(work: Work, answered: Mapping[str, str]) -> None:
    for name, text in of(ANSWERS, answered).items():
        said = clean_text(text, limit=ANSWER_MAX, keeps_lines=True)
        work.uow.deals.add_answer(Answer(
            lead_id=work.lead_id, rep_id=work.who.rep_id, question=name.removeprefix(ANSWERS), text=said, at=work.now,
        ))  # fmt: skip


def store_fields(work: Work, answered: Mapping[str, str]) -> None:
    plain = {name: text for name, text in answered.items() if name in corrections.PLAIN_FIELDS}
    corrections.correct(work, plain | of(FIELDS, answered))


def store_deal(work: Work, answered: Mapping[str, str]) -> None:
    if values := of(OPPORTUNITY, answered):
        deals.take(work, values)


def judge_anew(work: Work, answered: Mapping[str, str]) -> None:
    """What was learned may change the score."""
    if of(ANSWERS, answered):
        scoring.again(work.services, work.uow, work.lead, cause=scoring.ANSWERED, now=work.now)
    elif any(name in corrections.PLAIN_FIELDS or name.startswith(FIELDS) for name in answered):
        scoring.again(work.services, work.uow, work.lead, cause=scoring.EDITED, now=work.now)


def store_follow_up(work: Work, answered: Mapping[str, str]) -> None:
    """Words like "tomorrow 9am call", as /lead followup takes them."""
    if FOLLOW_UP not in answered:
        return
    if work.lead.owner_id is None:
        raise InvalidInputError([Problem(FOLLOW_UP, "Nobody owns this lead, so nobody would be reminded.")])
    rep = work.uow.people.rep(work.who.rep_id)
    starts = hours_of(work.services, rep).starts
    try:
        when = read_when(
            answered[FOLLOW_UP], now=work.now, zone=rep.time_zone, day_starts=starts, language=rep.language or "en"
        )
        wanted = followups.checked(when.moment, when.rest, now=work.now)
    except DibsError as error:
        raise InvalidInputError([Problem(FOLLOW_UP, str(error))]) from error
    followups.add(work.services, work.uow, work.who, work.lead, wanted, now=work.now)


def why(services: Services, lead: Lead, stage: Stage, given: Mapping[str, str]) -> tuple[str, str]:
    """The reason of the move and the competitor, as the form says them.

    Raises:
        InvalidInputError: the playbook knows no such reason, or the reason calls for a competitor's name.
    """
    if stage.kind != "lost":
        goes_back = is_backward(services.playbook.stages, lead.stage, stage.name)
        return clean_text(given.get(WHY_BACK, ""), limit=REASON_MAX) if goes_back else "", ""
    known_reasons = {reason.casefold(): reason for reason in services.playbook.closing.lost_reasons}
    reason = known_reasons.get(given.get(REASON, "").strip().casefold(), "")
    if not reason:
        listed = ", ".join(known_reasons.values())
        raise InvalidInputError([Problem(REASON, f"Say why it is lost. The reasons are: {listed}.")])
    chosen = given.get(COMPETITOR, "")
    rival = clean_text(given.get(OTHER_COMPETITOR, "") or chosen.replace(ANOTHER, ""), limit=COMPETITOR_MAX)
    if not rival and (RIVALS in reason.casefold() or chosen == ANOTHER):
        field = OTHER_COMPETITOR if chosen == ANOTHER or not services.playbook.closing.competitors else COMPETITOR
        raise InvalidInputError([Problem(field, "Say which competitor it was.")])
    return reason, rival
