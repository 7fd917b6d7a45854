"""Deals leads out: the next rep in the rotation gets an offer; when nobody is left, the lead is open to all."""

from datetime import datetime, timedelta

from bot import speech
from bot.rules.rotation import RULE, Candidate, next_turn, turn_taken_at
from bot.services import Services
from bot.views import announcements
from bot.views.kit import Person
from store.models import Lead, Offer, Team
from store.people import Seat
from store.unit_of_work import UnitOfWork

# An offer that was withdrawn says nothing about the rep: a manager took the lead, or it was closed for a while.
PAST = {"passed": "passed on", "lapsed": "let the time run out on", "claimed": "gave back"}


def offer_next(services: Services, uow: UnitOfWork, lead: Lead, team: Team, now: datetime) -> Offer | None:
    """Decide whose turn it is and write it down; the team must be locked (`team_for_decision`)."""
    seats = uow.people.seats(team.id or 0)
    turn = next_turn(candidates(uow, lead, seats), hours=services.playbook.hours.rule(), now=now)
    winner = next((seat for seat in seats if turn.winner and seat.rep.id == turn.winner.rep_id), None)
    uow.ledger.add(
        team, lead_id=lead.id or 0, rule=RULE, candidates=list(turn.considered), reason=turn.reason, at=now,
        winner_id=winner.rep.id if winner else None,
    )  # fmt: skip
    lead.is_open_to_all = winner is None
    if winner is None:
        return None
    winner.membership.turns += 1
    waiting_since = [seat.membership.last_turn_at or seat.membership.joined_at for seat in seats]
    winner.membership.last_turn_at = turn_taken_at(now, waiting_since)
    expires = now + timedelta(minutes=services.playbook.claims.window_minutes)
    offer = Offer(
        lead_id=lead.id or 0, rep_id=winner.rep.id or 0, reason=turn.reason, offered_at=now, expires_at=expires
    )
    return uow.offers.add(offer)


def candidates(uow: UnitOfWork, lead: Lead, seats: list[Seat]) -> list[Candidate]:
    ended = {offer.rep_id: PAST.get(offer.status) for offer in uow.offers.all_for(lead.id or 0)}
    return [
        Candidate(
            rep_id=seat.rep.id or 0, name=seat.rep.name, time_zone=seat.rep.time_zone, turns=seat.membership.turns,
            last_turn_at=seat.membership.last_turn_at, joined_at=seat.membership.joined_at,
            away_until=seat.rep.away_until, had_this_lead=ended.get(seat.rep.id or 0),
        )
        for seat in seats
    ]  # fmt: skip


def pass_on(services: Services, uow: UnitOfWork, lead: Lead, *, lost_by: Person, how: str, now: datetime) -> None:
    """An offer ended without a claim: ask the next rep, and say so in the thread."""
    team = uow.people.team_for_decision(uow.people.team(lead.team_id).name)
    offer = offer_next(services, uow, lead, team, now)
    speech.refresh_card(uow, lead, now)
    if offer is None:
        speech.log(uow, lead, announcements.open_to_all(lost_by, how), now)
        return
    next_rep = uow.people.rep(offer.rep_id)
    to = Person(next_rep.slack_id, next_rep.name)
    speech.log(uow, lead, announcements.next_offer(lost_by, how, to, offer.expires_at), now)


def lapsed_offers(services: Services) -> list[int]:
    """The ids of offers whose window is over."""
    with services.reading() as uow:
        return uow.offers.lapsed(services.now())


def lapse_offer(services: Services, offer_id: int) -> None:
    """The window is over without a claim: the lead goes to the next rep."""
    now = services.now()
    with services.unit_of_work() as uow:
        offer = uow.offers.get(offer_id)
        lead, rep = uow.leads.lock(offer.lead_id), uow.people.rep(offer.rep_id)
        if not uow.offers.close(offer_id, "lapsed", now=now):
            return
        if lead is not None and lead.owner_id is None and lead.closed_at is None:
            lost_by = Person(rep.slack_id, rep.name)
            pass_on(services, uow, lead, lost_by=lost_by, how="did not answer in time", now=now)
        uow.commit()


def tell_managers(services: Services) -> int:
    """Tick: one message about the leads nobody has, once some manager is at work to read it."""
    now = services.now()
    hours = services.playbook.hours.rule()
    with services.reading() as uow:
        if not uow.leads.managers_not_told(limit=1):
            return 0
    with services.unit_of_work() as uow:
        leads = uow.leads.managers_not_told()
        at_work = [rep for rep in uow.people.managers() if hours.cover(now, rep.time_zone)] if leads else []
        if not at_work:
            return 0
        for rep in at_work:
            speech.tell(uow, rep.slack_id, announcements.unclaimed(leads), now)
        for lead in leads:
            lead.managers_told_at = now
        uow.commit()
        return len(leads)
