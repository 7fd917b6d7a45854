"""The deal that a lead may become: its amount, chance and expected close, in a form at any time and on the card."""

from collections.abc import Mapping
from datetime import date, datetime

from bot import speech
from bot.actors import actor, lead_for
from bot.errors import InvalidInputError, Problem
from bot.playbook.playbook import Stage
from bot.rules.amounts import CODES, UnclearAmountError, currency_of, read_amount
from bot.rules.cleaning.lead import clean_text
from bot.rules.numbers import fold
from bot.rules.stages import AMOUNT, CURRENCY, EXPECTED_ON, OPPORTUNITY, PRODUCT
from bot.services import Services
from bot.views import deals as views
from bot.views import stages as stage_views
from bot.views.deals import Deal
from bot.views.kit import Piece
from bot.work import Work
from store.models import Lead, Opportunity
from store.unit_of_work import UnitOfWork

PROBABILITY = f"{OPPORTUNITY}probability"
PRODUCT_MAX = 120
YEARS_AHEAD = 10


def begin(services: Services, uow: UnitOfWork, lead: Lead, now: datetime) -> Opportunity:
    """The lead's opportunity; a new one where there was none yet. The lead must be locked."""
    found = uow.deals.opportunity(lead.id or 0)
    if found is not None:
        return found
    speech.refresh_card(uow, lead, now)
    return uow.deals.add(Opportunity(
        lead_id=lead.id or 0, currency=services.playbook.closing.currency, created_at=now, changed_at=now,
    ))  # fmt: skip


def form(services: Services, slack_id: str, lead_id: int) -> Deal:
    """What the form begins with.

    Raises:
        NotAllowedError: the deal is not theirs to change.
    """
    with services.reading() as uow:
        lead = lead_for(uow, actor(uow, slack_id), "deal", lead_id)
        return deal_of(services, uow, lead)


def deal_of(services: Services, uow: UnitOfWork, lead: Lead) -> Deal:
    stage, closing = services.playbook.stage(lead.stage), services.playbook.closing
    opportunity = uow.deals.opportunity(lead.id or 0)
    usual = stage.probability if stage else None
    return Deal(lead, opportunity, usual, closing.currency, closing.products, kind_of(stage))


def kind_of(stage: Stage | None) -> str:
    return stage.kind if stage else "open"


def save(services: Services, slack_id: str, lead_id: int, given: Mapping[str, str], *, seen: str = "") -> str:
    """Take over the form, or nothing of it; `seen` tells which state it was opened at. Returns a sentence.

    Raises:
        InvalidInputError: each wrong value with a sentence for its field, or somebody else was faster.
    """
    now = services.now()
    with services.unit_of_work() as uow:
        uow.leads.lock(lead_id)
        who = actor(uow, slack_id)
        lead = lead_for(uow, who, "deal", lead_id)
        if seen and seen != views.state(uow.deals.opportunity(lead_id)):
            raise InvalidInputError([Problem(AMOUNT, views.OVERTAKEN)])
        before = views.in_words(deal_of(services, uow, lead))
        work = Work(services, uow, who, lead, now)
        take(work, given)
        after = views.in_words(deal_of(services, uow, lead))
        if after == before:
            return views.unchanged(lead)
        speech.log(uow, lead, views.changed(work.by, after), now)
        speech.refresh_card(uow, lead, now)
        speech.refresh_owners_home(uow, lead, now)
        uow.commit()
        return views.saved(lead, after)


def take(work: Work, given: Mapping[str, str]) -> None:
    """Write into the opportunity what the form says; what it does not ask for stays.

    Raises:
        InvalidInputError: each wrong value with a sentence for its field.
    """
    opportunity, problems = begin(work.services, work.uow, work.lead, work.now), []
    for check in (set_money, set_probability, set_expected, set_product):
        problems += check(opportunity, given, work.today)
    if problems:
        raise InvalidInputError(problems)
    opportunity.changed_at = work.now


def set_money(opportunity: Opportunity, given: Mapping[str, str], _today: date) -> list[Problem]:
    """The currency that the amount itself names counts; the field besides it must not say another."""
    said, amount = given.get(CURRENCY, "").strip(), given.get(AMOUNT)
    try:
        named = currency_of(said, opportunity.currency) if said else ""
    except UnclearAmountError as error:
        return [Problem(CURRENCY, str(error))]
    if amount is None or not amount.strip():
        opportunity.currency = named or opportunity.currency
        opportunity.cents = opportunity.cents if amount is None else None
        return []
    try:
        found = read_amount(amount, named or opportunity.currency)
    except UnclearAmountError as error:
        return [Problem(AMOUNT, str(error))]
    if named and found.currency != named:
        why = f"The amount is in {found.currency}, and this says {named}. Write the same in both."
        return [Problem(CURRENCY, why)]
    opportunity.cents, opportunity.currency = found.cents, found.currency
    return []


def set_probability(opportunity: Opportunity, given: Mapping[str, str], _today: date) -> list[Problem]:
    if PROBABILITY not in given:
        return []
    text = given[PROBABILITY].strip().removesuffix("%").strip()
    if text and not (text.isascii() and text.isdigit() and len(text) <= 3 and int(text) <= 100):
        return [Problem(PROBABILITY, "Write a whole number from 0 to 100, or leave it to the stage.")]
    opportunity.probability = int(text) if text else None
    return []


def set_expected(opportunity: Opportunity, given: Mapping[str, str], today: date) -> list[Problem]:
    """A day that has passed may stay as it was, but nobody expects a close in the past."""
    if EXPECTED_ON not in given:
        return []
    text = given[EXPECTED_ON].strip()
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        return [Problem(EXPECTED_ON, "Choose a day.")]
    if day is not None and day != opportunity.expected_on:
        if day < today:
            return [Problem(EXPECTED_ON, "This day has passed. Choose when you expect the close.")]
        if day.year > today.year + YEARS_AHEAD:
            return [Problem(EXPECTED_ON, f"This is more than {YEARS_AHEAD} years away. Choose an earlier day.")]
    opportunity.expected_on = day
    return []


def set_product(opportunity: Opportunity, given: Mapping[str, str], _today: date) -> list[Problem]:
    if PRODUCT in given:
        opportunity.product = clean_text(given[PRODUCT], limit=PRODUCT_MAX)
    return []


def known(opportunity: Opportunity | None) -> set[str]:
    """Which of the stages' needs it meets."""
    if opportunity is None:
        return set()
    values = {
        AMOUNT: opportunity.cents is not None, EXPECTED_ON: opportunity.expected_on is not None,
        PRODUCT: bool(opportunity.product), CURRENCY: opportunity.currency in CODES,
    }  # fmt: skip
    return {name for name, is_there in values.items() if is_there}


def hinted(lead: Lead, *names: str) -> str:
    """What the lead itself wrote under one of these names: good to begin with, not to rely on."""
    said = {fold(str(name)).replace("_", " "): value for name, value in lead.fields.items()}
    return next((str(said[name]) for name in names if said.get(name) not in (None, "")), "")


def line(services: Services, uow: UnitOfWork, lead: Lead) -> tuple[Piece, ...]:
    """What the lead's card says about the deal; nothing while there is none."""
    deal = deal_of(services, uow, lead)
    said = views.in_words(deal)
    if deal.kind == "lost":
        change = uow.deals.last_move(lead.id or 0)
        return stage_views.lost(change) if change and change.reason else ()
    return (f"{said}.",) if said else ()
