"""A small world of leads that a test tells day by day; what reports read is written down as it is in the office."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session, col, insert, select, update

from store.database import Database
from store.models import Import, Lead, LevelChange, Opportunity, Rep, StageChange, Team
from store.reporting.recording import WON, Standing
from store.reporting.scope import Scope
from store.unit_of_work import UnitOfWork, unit_of_work

STANDINGS = {
    "new": Standing((), "open", 10),
    "qualified": Standing(("qualified",), "open", 30),
    "proposal": Standing(("qualified", "proposal"), "open", 60),
    "won": Standing(("qualified", "proposal", WON), "won", 100),
    "lost": Standing((), "lost", 0),
}
SMB, ENTERPRISE = 1, 2
ANN, BOB = 1, 2


def moment(words: str) -> datetime:
    """Like "2026-10-03 09:00"."""
    return datetime.fromisoformat(words).replace(tzinfo=UTC)


def scope(starts: str, ends: str, as_of: str, **limits: Any) -> Scope:
    given = {name: frozenset(values) for name, values in limits.items()}
    return Scope(moment(starts), moment(ends), moment(as_of), "UTC", **given)


class Story:
    def __init__(self, database: Database) -> None:
        self.database = database
        self.now, self.zone = moment("2026-09-01"), "UTC"
        with self.changing() as uow:
            uow.session.add_all([Team(id=SMB, name="smb"), Team(id=ENTERPRISE, name="enterprise")])
            uow.session.add_all([Rep(id=ANN, slack_id="UANN", name="Ann"), Rep(id=BOB, slack_id="UBOB", name="Bob")])

    def at(self, words: str) -> "Story":
        """What follows happens then."""
        self.now = moment(words)
        return self

    def arrives(self, source: str = "web", team_id: int = SMB, **more: Any) -> int:
        with self.changing() as uow:
            return self.added(uow, source, team_id, **more)

    def added(self, uow: UnitOfWork, source: str = "web", team_id: int = SMB, **more: Any) -> int:
        """Within a transaction in which more happens to it."""
        lead = Lead(name="X", source=source, team_id=team_id, stage="new", created_at=self.now, **more)
        uow.session.add(lead)
        uow.session.flush()
        return lead.id or 0

    def brings(self, *rows: dict[str, Any], at_once: dict[str, Any] | None = None) -> list[int]:
        """A file's leads, written past the session's objects; the last may change within the same transaction."""
        with self.changing() as uow:
            return self.brought(uow, *rows, at_once=at_once or {})

    def brought(self, uow: UnitOfWork, *rows: dict[str, Any], at_once: dict[str, Any]) -> list[int]:
        job = Import(file_name="f.csv", plan={}, made_at=self.now, rep_id=ANN)
        uow.session.add(job)
        uow.session.flush()
        usual = Lead(name="X", team_id=SMB, stage="new", created_at=self.now).model_dump()
        numbers = uow.imports.new_ids(len(rows))
        leads = [usual | row | {"id": number} for number, row in zip(numbers, rows, strict=True)]
        connection = uow.session.connection()
        connection.execute(insert(Lead), leads)
        # Afterwards, as triggers take no words of an import's leads in.
        connection.execute(update(Lead).where(col(Lead.id).in_(numbers)).values(import_id=job.id))
        if good := [lead["id"] for lead in leads if lead["level"] == "mql"]:
            levels = [{"lead_id": one, "before": "lead", "after": "mql", "at": self.now} for one in good]
            connection.execute(insert(LevelChange), levels)
        uow.recorder.arrived(job.id or 0, after=numbers[0] - 1)
        changed = uow.leads.get(leads[-1]["id"])
        for name, value in at_once.items():
            setattr(changed, name, value)
        return numbers

    def change(self, lead_id: int, **values: Any) -> None:
        with self.changing() as uow:
            lead = uow.leads.get(lead_id)
            assert lead is not None
            for name, value in values.items():
                setattr(lead, name, value)

    def moves(self, lead_id: int, stage: str, reason: str = "", competitor: str = "") -> None:
        with self.changing() as uow:
            lead = uow.leads.get(lead_id)
            assert lead is not None
            move = StageChange(lead_id=lead_id, before=lead.stage, after=stage, at=self.now)
            move.reason, move.competitor = reason, competitor
            uow.session.add(move)
            lead.stage = stage

    def judged(self, lead_id: int, level: str, reason: str = "") -> None:
        """It became an MQL, or sales said what it is."""
        with self.changing() as uow:
            lead = uow.leads.get(lead_id)
            assert lead is not None
            change = LevelChange(lead_id=lead_id, before=lead.level, after=level, reason=reason, at=self.now)
            uow.session.add(change)
            lead.level = level

    def claims(self, rep_id: int, lead_id: int) -> None:
        self.change(lead_id, owner_id=rep_id, claimed_at=self.now)

    def contacts(self, lead_id: int, worked: int = 0) -> None:
        """Its owner was in touch, after so many seconds of working time."""
        self.change(lead_id, first_contact_at=self.now, response_used=worked)

    def deal(self, lead_id: int, cents: int, currency: str = "EUR", **more: Any) -> None:
        with self.changing() as uow:
            found = uow.session.exec(select(Opportunity).where(Opportunity.lead_id == lead_id)).first()
            deal = found or Opportunity(lead_id=lead_id, created_at=self.now, changed_at=self.now)
            deal.cents, deal.currency = cents, currency
            for name, value in more.items():
                setattr(deal, name, value)
            uow.session.add(deal)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with unit_of_work(self.database, writes=False) as uow:
            yield uow.session

    @contextmanager
    def changing(self) -> Iterator[UnitOfWork]:
        with unit_of_work(
            self.database, now=lambda: self.now, standings=lambda: STANDINGS, zone=lambda: self.zone
        ) as uow:
            yield uow
            uow.commit()
