"""The fairness ledger: decisions, each sealed with the hash of the one before it."""

import hashlib
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from store.models import Decision, Team

PAGE = 1000  # decisions read at once


@dataclass(frozen=True)
class Entry:
    """What is written down; who is next in the chain, and when, is the ledger's."""

    kind: str
    lead_id: int | None = None
    winner_id: int | None = None
    rule: str = ""
    playbook: str = ""
    route: str = ""
    mode: str = ""
    candidates: list[dict[str, Any]] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)


def seal(previous_hash: str, content: dict[str, Any]) -> str:
    """SHA-256 over the previous hash and the decision's canonical JSON, in hex."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(f"{previous_hash}\n{canonical}".encode()).hexdigest()


def sealed_facts(team_name: str, decision: Decision) -> dict[str, Any]:
    """What the seal covers: all of it."""
    return {
        "team": team_name, "number": decision.number, "kind": decision.kind, "lead": decision.lead_id,
        "winner": decision.winner_id, "rule": decision.rule, "playbook": decision.playbook, "route": decision.route,
        "mode": decision.mode, "candidates": decision.candidates, "facts": decision.facts,
        "at": decision.at.isoformat(),
    }  # fmt: skip


class Ledger:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, team: Team, entry: Entry, *, at: datetime) -> Decision:
        """Append to the team's chain. The team row must be locked by this transaction (`team_for_decision`)."""
        number = team.decisions_made + 1
        decision = Decision(
            team_id=team.id or 0, number=number, kind=entry.kind, lead_id=entry.lead_id, winner_id=entry.winner_id,
            rule=entry.rule, playbook=entry.playbook, route=entry.route, mode=entry.mode,
            candidates=entry.candidates, facts=entry.facts, at=at, previous_hash=team.chain_head, hash="",
        )  # fmt: skip
        decision.hash = seal(team.chain_head, sealed_facts(team.name, decision))
        team.decisions_made, team.chain_head = number, decision.hash
        self._session.add(team)
        self._session.add(decision)
        return decision

    def latest_for(self, lead_id: int) -> Decision | None:
        """The last decision about who gets the lead."""
        question = select(Decision).where(Decision.lead_id == lead_id, Decision.rule != "")
        return self._session.exec(question.order_by(col(Decision.id).desc()).limit(1)).first()

    def times(self, team_id: int, numbers: Collection[int]) -> dict[int, datetime]:
        """When those decisions of the team were made, by number."""
        if not numbers:
            return {}
        question = select(Decision.number, Decision.at)
        same_team = (Decision.team_id == team_id, col(Decision.number).in_(numbers))
        return dict(self._session.exec(question.where(*same_team)).all())

    def is_intact(self, team: Team) -> bool:
        """Whether every seal still fits its decision and the one before, up to the head the team remembers."""
        head = ""
        for decision in self.of_team(team.id or 0):
            if decision.previous_hash != head or decision.hash != seal(head, sealed_facts(team.name, decision)):
                return False
            head = decision.hash
        return head == team.chain_head

    def of_team(self, team_id: int, *, after: int = 0) -> Iterator[Decision]:
        """The team's decisions in order, from behind number `after`; a page at a time, so memory stays flat."""
        while True:
            question = select(Decision).where(Decision.team_id == team_id, Decision.number > after)
            page = self._session.exec(question.order_by(col(Decision.number)).limit(PAGE)).all()
            yield from page
            for decision in page:
                self._session.expunge(decision)
            if len(page) < PAGE:
                return
            after = page[-1].number
