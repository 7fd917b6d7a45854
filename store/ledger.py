"""The fairness ledger: decisions, each sealed with the hash of the one before it."""

import hashlib
import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy
from sqlalchemy import bindparam, func
from sqlmodel import Session, col, select

from store.batches import Batch
from store.models import Decision, Team
from store.reporting.holding import Decided

PAGE = 1000  # lines read at once
CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True)


class Written(NamedTuple):
    """One line as it stands in the database."""

    number: int
    kind: str
    lead_id: int | None
    winner_id: int | None
    rule: str
    playbook: str
    route: str
    mode: str
    candidates: list[dict[str, Any]]
    facts: dict[str, Any]
    at: datetime
    previous_hash: str
    hash: str


# Past the ORM: a row is a tuple, and nothing keeps it.
NEXT_PAGE = (
    sqlalchemy.select(*(Decision.__table__.c[name] for name in Written._fields))  # type: ignore[attr-defined]
    .where(col(Decision.team_id) == bindparam("team"), col(Decision.number) > bindparam("after"))
    .order_by(col(Decision.number))
    .limit(PAGE)
)


@dataclass(frozen=True)
class Head:
    """How far a team's chain goes, by the team's own account, and the turns it left."""

    team_id: int
    team: str
    decisions: int
    seal: str
    rotation: dict[str, Any]
    newest: int  # the highest number there is a line for


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
    obstacle: str = ""  # of what holds a lead: what stood in most people's way; for reports, it is in no line


def seal(previous_hash: str, content: dict[str, Any]) -> str:
    """SHA-256 over the previous hash and the decision's canonical JSON, in hex."""
    return hashlib.sha256(f"{previous_hash}\n{CANONICAL.encode(content)}".encode()).hexdigest()


def sealed_facts(team_name: str, decision: Decision | Written) -> dict[str, Any]:
    """What the seal covers: all of it."""
    return {
        "team": team_name, "number": decision.number, "kind": decision.kind, "lead": decision.lead_id,
        "winner": decision.winner_id, "rule": decision.rule, "playbook": decision.playbook, "route": decision.route,
        "mode": decision.mode, "candidates": decision.candidates, "facts": decision.facts,
        "at": decision.at.isoformat(),
    }  # fmt: skip


class Ledger:
    def __init__(self, session: Session, batch: Batch, decided: Callable[[Decided], None] = lambda _: None) -> None:
        """`decided` hears of decisions about who gets a lead."""
        self._session = session
        self._batch = batch
        self._decided = decided

    def add(self, team: Team, entry: Entry, *, at: datetime) -> None:
        """Append to the team's chain. The team row must be locked by this transaction (`team_for_decision`)."""
        number = team.decisions_made + 1
        line = Written(
            number, entry.kind, entry.lead_id, entry.winner_id, entry.rule, entry.playbook, entry.route, entry.mode,
            entry.candidates, entry.facts, at, team.chain_head, "",
        )  # fmt: skip
        sealed = seal(team.chain_head, sealed_facts(team.name, line))
        team.decisions_made, team.chain_head = number, sealed
        self._session.add(team)
        self._batch.add(Decision, team_id=team.id, **line._replace(hash=sealed)._asdict())
        if entry.rule and entry.lead_id is not None:
            self._decided(Decided(entry.lead_id, team.id or 0, entry.kind, entry.obstacle, at))

    def latest_for(self, lead_id: int) -> Decision | None:
        """The last decision about who gets the lead."""
        question = select(Decision).where(Decision.lead_id == lead_id, Decision.rule != "")
        return self._session.exec(question.order_by(col(Decision.id).desc()).limit(1)).first()

    def of_lead(self, lead_id: int) -> list[Decision]:
        """Everything that was decided about the lead, in order."""
        question = select(Decision).where(Decision.lead_id == lead_id).order_by(col(Decision.id))
        return list(self._session.exec(question))

    def of_leads(self, lead_ids: Collection[int]) -> list[Decision]:
        """Everything that was decided about the leads, in order."""
        question = select(Decision).where(col(Decision.lead_id).in_(lead_ids)).order_by(col(Decision.id))
        return list(self._session.exec(question))

    def times(self, team_id: int, numbers: Collection[int]) -> dict[int, datetime]:
        """When those decisions of the team were made, by number."""
        if not numbers:
            return {}
        question = select(Decision.number, Decision.at)
        same_team = (Decision.team_id == team_id, col(Decision.number).in_(numbers))
        return dict(self._session.exec(question.where(*same_team)).all())

    def newest_before(self, team_id: int, moment: datetime) -> int:
        """The number of the team's last decision up to that moment; 0 when there was none."""
        question = select(Decision.number).where(Decision.team_id == team_id, Decision.at <= moment)
        return self._session.exec(question.order_by(col(Decision.number).desc()).limit(1)).first() or 0

    def heads(self) -> list[Head]:
        """Every team's, by name."""
        # First the lines, then what the teams say of them: on a running database no line may seem too many.
        newest = {team_id: self._newest(team_id) for team_id in self._session.exec(select(Team.id)) if team_id}
        teams = self._session.exec(select(Team).order_by(Team.name).execution_options(populate_existing=True))
        return [
            Head(team.id, team.name, team.decisions_made, team.chain_head, team.rotation, newest[team.id])
            for team in teams if team.id in newest
        ]  # fmt: skip

    def _newest(self, team_id: int) -> int:
        question = select(func.max(Decision.number)).where(Decision.team_id == team_id)
        return self._session.exec(question).one() or 0

    def page(self, team_id: int, *, after: int) -> list[Written]:
        """The team's next lines in order, from behind number `after`; at most PAGE."""
        found = self._session.connection().execute(NEXT_PAGE, {"team": team_id, "after": after})
        return [Written._make(row) for row in found]

    def lines(self, team_id: int) -> Iterator[Written]:
        """All of the team's lines in order; a page at a time, so memory stays flat."""
        after = 0
        while page := self.page(team_id, after=after):
            yield from page
            after = page[-1].number

    def is_intact(self, team: Team) -> bool:
        """Whether every seal still fits its line and the one before, up to the head the team remembers."""
        head = ""
        for line in self.lines(team.id or 0):
            if line.previous_hash != head or line.hash != seal(head, sealed_facts(team.name, line)):
                return False
            head = line.hash
        return head == team.chain_head
