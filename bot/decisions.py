"""Reads decisions back from the ledger, to explain them to whoever asks."""

from datetime import datetime

from bot import seats
from bot.actors import actor, lead_for
from bot.rules.dealing import AUTO, OWNER, Ask, Recorded
from bot.services import Services
from bot.views.decisions import Told
from bot.views.why import Asker, PressLine, Why
from store.models import Decision, Lead, Team
from store.unit_of_work import UnitOfWork

NEXT_SHOWN = 3


def recorded(decision: Decision) -> Recorded:
    return Recorded(
        decision.kind, decision.number, decision.mode, decision.winner_id, decision.candidates, decision.facts
    )


def told(uow: UnitOfWork, decision: Decision) -> Told:
    """The decision with the names of everyone it speaks of."""
    ids = {record["rep_id"] for record in decision.candidates} | {decision.winner_id or 0}
    names = {rep_id: rep.name for rep_id, rep in uow.people.reps(ids).items()}
    return Told(recorded(decision), names, owed_since(uow, decision))


def was_given(lead: Lead, decision: Decision | None) -> bool:
    """Whether the owner has the lead by decision rather than by claim."""
    is_theirs = decision is not None and decision.winner_id is not None and decision.winner_id == lead.owner_id
    return is_theirs and decision is not None and (decision.mode == AUTO or decision.kind == OWNER)


def owed_since(uow: UnitOfWork, decision: Decision) -> dict[int, datetime]:
    """Since when those with leads to be made good have been waiting for them."""
    debts = {r["rep_id"]: r["owed_from"] for r in decision.candidates if r["owed"] and r["owed_from"]}
    at = uow.ledger.times(decision.team_id, set(debts.values()))
    return {rep_id: at[number] for rep_id, number in debts.items() if number in at}


def why(services: Services, slack_id: str, lead_id: int) -> Why:
    """Why the lead went where it went, and where the one who asks stands.

    Raises:
        NotAllowedError: the lead is not of their teams.
    """
    now = services.now()
    with services.reading() as uow:
        who = actor(uow, slack_id)
        lead = lead_for(uow, who, "see", lead_id)
        decision = uow.ledger.latest_for(lead_id)
        team = uow.people.team(lead.team_id)
        presses = uow.presses.of_lead(lead_id)
        names = {rep_id: rep.name for rep_id, rep in uow.people.reps({press.rep_id for press in presses}).items()}
        return Why(
            lead, team.name, told(uow, decision) if decision else None,
            Asker(
                who.rep_id, who.time_zone, next_up(services, uow, team, lead, now) if decision else (),
                is_manager=who.is_manager,
            ),
            tuple(PressLine(names[press.rep_id], press.at, press.won) for press in presses),
            decision.number if decision else 0, decision.playbook if decision else "",
        )  # fmt: skip


def next_up(services: Services, uow: UnitOfWork, team: Team, lead: Lead, now: datetime) -> tuple[int, ...]:
    """Who would get the next leads of this kind, if they came now, in order."""
    table = seats.table(services, uow, team, uow.people.seats(team.id or 0), now)
    ask = Ask(lead.route_mode, frozenset(lead.route_needs))
    following = range(team.decisions_made + 1, team.decisions_made + 1 + NEXT_SHOWN)
    verdicts = (table.decide(ask, number=number, now=now) for number in following)
    return tuple(verdict.winner for verdict in verdicts if verdict.winner is not None)
