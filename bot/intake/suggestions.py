"""What could be a lead: shown to the team, until a person says whether it is one."""

from datetime import datetime, timedelta
from typing import Any

from bot import speech
from bot.actors import actor
from bot.contact.addresses import recipient_of
from bot.duplicates import may_ask
from bot.errors import InvalidInputError, NotFoundError
from bot.intake import capture
from bot.rules.cleaning.lead import CleanLead, clean_lead
from bot.rules.policy import require
from bot.rules.routing import route
from bot.services import Services
from bot.views import suggestions as views
from bot.views.kit import Message
from store.models import Suggestion, Team
from store.unit_of_work import UnitOfWork

A_DAY = timedelta(days=1)
OF_ONE, OF_ALL = 3, 200  # that are shown within it; of all, those that nobody has answered
GONE = "This suggestion is no longer there."


def suggest(
    services: Services, uow: UnitOfWork, values: dict[str, Any], *, kind: str, origin: str, now: datetime
) -> Suggestion:
    """Ask the team whose lead it would be.

    Strangers write what they like, as often as they like: of one sender so many are shown a day and the others
    counted below them, and of all so many that nobody has answered, and each of the others once somebody has.
    """
    sender = sender_of(uow, values)
    if sender:
        uow.messages.hold([sender])
    theirs = uow.suggestions.lately(sender, now - A_DAY, OF_ONE) if sender else []
    if len(theirs) >= OF_ONE:
        return counted(services, uow, theirs[0], now)
    is_held = uow.suggestions.unanswered_since(now - A_DAY) >= OF_ALL  # so that an answer to come lets it out
    row = Suggestion(
        kind=kind, values=values, origin=origin[: views.ORIGIN_MAX], sender=sender, at=now,
        status="held" if is_held else "waiting",
    )  # fmt: skip
    uow.suggestions.add(row)
    if is_held:
        tell_of_flood(uow, now)
    else:
        show(services, uow, row, now)
        show_next(services, uow, now)
    return row


def sender_of(uow: UnitOfWork, values: dict[str, Any]) -> str:
    """Under which name whoever wrote it is known, as far as they say."""
    places = (("email", values.get("email")), ("sms", values.get("phone")))
    return next((recipient_of(uow, channel, str(address)) for channel, address in places if address), "")


def counted(services: Services, uow: UnitOfWork, newest: Suggestion, now: datetime) -> Suggestion:
    uow.suggestions.one_more(newest)
    if newest.status == "waiting":
        show(services, uow, newest, now)
    return newest


def show_next(services: Services, uow: UnitOfWork, now: datetime) -> None:
    """There is room for one that was held back."""
    row = uow.suggestions.let_out()
    if row is not None:
        show(services, uow, row, now)


def tell_of_flood(uow: UnitOfWork, now: datetime) -> None:
    """Managers hear of it, once a day."""
    if may_ask(uow, "suggestions:flood", now, every=A_DAY):
        for manager in uow.people.managers():
            speech.tell(uow, manager.slack_id, views.flood(OF_ALL), now)


def show(services: Services, uow: UnitOfWork, row: Suggestion, now: datetime) -> None:
    team = team_of(services, uow, row)
    uow.outbox.add(
        kind="suggestion", lane=f"team:{team.id}", payload={"suggestion_id": row.id},
        coalesce_key=f"suggestion:{row.id}", now=now,
    )  # fmt: skip


def team_of(services: Services, uow: UnitOfWork, row: Suggestion) -> Team:
    """Where it would be routed as a lead; of what is no lead yet, by what is known of it."""
    try:
        clean = clean_lead(row.values, services.playbook.fields)
    except InvalidInputError:
        clean = CleanLead(name=str(row.values.get("name") or "?"))
    found = uow.people.team_named(route(clean, services.playbook, row.at).team)
    return found or uow.people.teams()[0]


def message(uow: UnitOfWork, row: Suggestion) -> Message:
    """As it stands now: the question, or how it was answered."""
    if row.status == "waiting":
        return views.question(row)
    by = uow.people.rep(row.answered_by).name if row.answered_by else "Somebody"
    lead = uow.leads.get(row.lead_id) if row.lead_id else None
    return views.answered(row, by, lead)


def opened(services: Services, slack_id: str, suggestion_id: int) -> Suggestion:
    """For the form; raises what `make` would.

    Raises:
        NotAllowedError, NotFoundError: as they say.
    """
    with services.reading() as uow:
        require(actor(uow, slack_id), "add_lead")
        return waiting(uow, suggestion_id)


def waiting(uow: UnitOfWork, suggestion_id: int) -> Suggestion:
    row = uow.suggestions.get(suggestion_id)
    if row is None:
        raise NotFoundError(GONE)
    if row.status != "waiting":
        raise NotFoundError(views.spoken(message(uow, row)))
    return row


def make(services: Services, slack_id: str, suggestion_id: int, raw: dict[str, Any]) -> int:
    """It is a lead: store it, once, however many say so. Returns its number.

    Raises:
        NotAllowedError, InvalidInputError: as they say.
        NotFoundError: somebody else was quicker.
    """
    now = services.now()
    with services.unit_of_work() as uow:
        who = actor(uow, slack_id)
        require(who, "add_lead")
        row = waiting(uow, suggestion_id)
        clean = clean_lead({**unasked(row), **raw}, services.playbook.fields)
        if not uow.suggestions.settle(suggestion_id, "taken", who.rep_id, now):
            raise NotFoundError(GONE)
        lead = capture.store_lead(services, uow, clean, kind=row.kind)
        uow.suggestions.became(suggestion_id, lead.id or 0)
        show(services, uow, row, now)
        show_next(services, uow, now)
        uow.commit()
        return lead.id or 0


def unasked(row: Suggestion) -> dict[str, Any]:
    """What was read that the form does not ask for."""
    return {"source": row.kind, "website": row.values.get("website")}


def drop(services: Services, slack_id: str, suggestion_id: int) -> None:
    """It is none.

    Raises:
        NotAllowedError, NotFoundError: as they say.
    """
    now = services.now()
    with services.unit_of_work() as uow:
        who = actor(uow, slack_id)
        require(who, "add_lead")
        row = waiting(uow, suggestion_id)
        if not uow.suggestions.settle(suggestion_id, "dropped", who.rep_id, now):
            raise NotFoundError(GONE)
        show(services, uow, row, now)
        show_next(services, uow, now)
        uow.commit()
