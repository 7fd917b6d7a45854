"""The fairness ledger: decisions, each sealed with the hash of the one before it."""

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from store.models import Decision, Team


def seal(previous_hash: str, content: dict[str, Any]) -> str:
    """SHA-256 over the previous hash and the decision's canonical JSON, in hex."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(f"{previous_hash}\n{canonical}".encode()).hexdigest()


def sealed_facts(team: Team, decision: Decision) -> dict[str, Any]:
    """What the seal covers."""
    return {
        "team": team.name, "number": decision.number, "lead": decision.lead_id, "rule": decision.rule,
        "candidates": decision.candidates, "winner": decision.winner_id, "reason": decision.reason,
        "at": decision.at.isoformat(),
    }  # fmt: skip


class Ledger:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(
        self, team: Team, *, lead_id: int, rule: str, candidates: list[dict[str, Any]],
        winner_id: int | None, reason: str, at: datetime,
    ) -> Decision:  # fmt: skip
        """Append to the team's chain. The team row must be locked by this transaction (`team_for_decision`)."""
        number = team.decisions_made + 1
        decision = Decision(
            team_id=team.id or 0, number=number, lead_id=lead_id, rule=rule, candidates=candidates,
            winner_id=winner_id, reason=reason, at=at, previous_hash=team.chain_head, hash="",
        )  # fmt: skip
        decision.hash = seal(team.chain_head, sealed_facts(team, decision))
        team.decisions_made, team.chain_head = number, decision.hash
        self._session.add(team)
        self._session.add(decision)
        self._session.flush()
        return decision

    def latest_for(self, lead_id: int) -> Decision | None:
        question = select(Decision).where(Decision.lead_id == lead_id).order_by(col(Decision.id).desc()).limit(1)
        return self._session.exec(question).first()

    def is_intact(self, team: Team) -> bool:
        """Whether every seal still fits its decision and the one before, up to the head the team remembers."""
        head = ""
        for decision in self.of_team(team.id or 0):
            if decision.previous_hash != head or decision.hash != seal(head, sealed_facts(team, decision)):
                return False
            head = decision.hash
        return head == team.chain_head

    def of_team(self, team_id: int) -> list[Decision]:
        question = select(Decision).where(Decision.team_id == team_id).order_by(col(Decision.number))
        return list(self._session.exec(question))
