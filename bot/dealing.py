"""Deals a team's leads within one transaction: what matters is read once, decided in memory, sealed in the ledger."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot import ownership, seats, speech, waiting
from bot.rules import dealing as rules
from bot.rules.dealing import Ask, Verdict
from bot.rules.reports import hold
from bot.rules.rotation import RULE
from bot.rules.scoring import POINT_OF_SCORE
from bot.services import Services
from store.ledger import Entry
from store.models import Lead, Rep, Team
from store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Dealt:
    """What became of the lead; `rep` may claim it `until` then, or owns it when there is no such moment."""

    kind: str
    rep: Rep | None = None
    until: datetime | None = None


class Dealer:
    """One team at the moment of dealing. Its row must be locked by this transaction (`team_for_decision`)."""

    def __init__(self, services: Services, uow: UnitOfWork, team: Team, now: datetime) -> None:
        self._services, self._uow, self.team, self._now = services, uow, team, now
        taken = uow.people.seats(team.id or 0)
        self._reps = {seat.rep.id or 0: seat.rep for seat in taken}
        self._shown: set[int | None] = set()  # whose Homes will show what was dealt
        self.table = seats.table(services, uow, team, taken, now)

    def deal(self, lead: Lead, had: dict[int, str]) -> Dealt:
        """Decide who gets the lead, write it down, and change the lead to fit."""
        limit = self._services.playbook.claims.rejects_before_manager
        ask = Ask(lead.route_mode, frozenset(lead.route_needs), had, is_rejected=len(lead.rejected_by) >= limit)
        verdict = self.table.decide(ask, number=self.team.decisions_made + 1, now=self._now)
        self._write_down(lead, verdict)
        self._show(verdict.winner)
        if verdict.winner is None:
            return self._give_to_nobody(lead, verdict)
        rep, seen = self._reps[verdict.winner], self.table.candidates[verdict.winner]
        lead.is_open_to_all, lead.held_since, lead.held_rank = False, None, None
        if lead.route_mode == rules.AUTO:
            seen.open_leads += 1
            until = None
            assign(self._uow, lead, rep, self._now)
            ownership.begins(self._services, self._uow, lead, self._now)
        else:
            seen.open_offers += 1
            until = self._offer(lead, rep)
            waiting.goes_to(self._services, self._uow, lead, rep, self._now)
        for span in seen.limits.spans:
            seen.taken[span] = seen.taken.get(span, 0) + 1
        return Dealt(verdict.kind, rep, until)

    def has_anyone(self, ask: Ask) -> bool:
        """Whether somebody could take such a lead now; changes nothing."""
        return self.table.anyone(ask, self._now)

    def _show(self, winner: int | None) -> None:
        """In the Home of whoever has it; what nobody has, the managers see."""
        if winner not in self._shown:
            self._shown.add(winner)
            if winner is None:
                speech.refresh_watched_homes(self._uow, self._now)
            else:
                speech.refresh_home(self._uow, self._reps[winner].slack_id, self._now)

    def _offer(self, lead: Lead, rep: Rep) -> datetime:
        until = self._now + timedelta(minutes=self._services.playbook.claims.window_minutes)
        self._uow.offers.give(lead.id or 0, rep.id or 0, team_id=self.team.id or 0, now=self._now, until=until)
        return until

    def _give_to_nobody(self, lead: Lead, verdict: Verdict) -> Dealt:
        lead.is_open_to_all = verdict.kind != rules.HELD
        if verdict.kind == rules.HELD:
            lead.held_since = lead.held_since or self._now
            lead.held_rank = lead.created_at - lead.score * POINT_OF_SCORE
        else:
            lead.held_since = lead.held_rank = None
        waiting.goes_to(self._services, self._uow, lead, None, self._now)
        return Dealt(verdict.kind)

    def _write_down(self, lead: Lead, verdict: Verdict) -> None:
        entry = Entry(
            kind=verdict.kind, lead_id=lead.id, winner_id=verdict.winner, rule=RULE,
            playbook=self._services.playbook.version, route=lead.route_reason, mode=lead.route_mode,
            candidates=verdict.candidates, facts=verdict.facts,
            obstacle=hold.obstacle(verdict.candidates) if verdict.kind == rules.HELD else "",
        )  # fmt: skip
        self._uow.ledger.add(self.team, entry, at=self._now)
        self.team.rotation = self.table.rotation.as_record()


def assign(uow: UnitOfWork, lead: Lead, rep: Rep, now: datetime) -> None:
    """Make the rep the owner of a lead that nobody owns, without asking them."""
    lead.owner_id, lead.claimed_at, lead.managers_told_at = rep.id, now, None
    lead.is_open_to_all, lead.held_since, lead.held_rank = False, None, None
    uow.offers.had(lead.id or 0, rep.id or 0, now=now)
