"""What a morning's digest counts, and whose is due."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, func, text, update
from sqlmodel import Session, col, select

from store.home_tabs import THEIRS_TO_KEEP
from store.models import FollowUp, Lead, Note, Offer, Rep, StageChange

WAS_DONE = text("follow_up.status = 'done'")
OFFER_OPEN = text("offer.status = 'open'")


@dataclass(frozen=True)
class Worked:
    """What somebody did in a stretch of time."""

    done: int
    claimed: int
    notes: int
    won: int

    def __bool__(self) -> bool:
        return any((self.done, self.claimed, self.notes, self.won))


@dataclass(frozen=True)
class TeamState:
    """What a manager is to know of a team."""

    name: str
    overdue: tuple[tuple[str, int], ...]  # by rep, most first
    neglected: tuple[tuple[str, int], ...]  # of those, what climbed to the managers
    stale: int
    held: int
    unclaimed: int

    def __bool__(self) -> bool:
        return any((self.overdue, self.neglected, self.stale, self.held, self.unclaimed))


# Asked every few seconds, straight through the driver; literal predicates, for the partial index.
DUE = """
    SELECT id FROM rep WHERE digest_due_at IS NOT NULL AND digest_due_at <= ? AND is_active
    ORDER BY digest_due_at LIMIT 200
"""


class Digests:
    def __init__(self, session: Session) -> None:
        self._session = session

    def move(self, rep_id: int, *, before: datetime, due_at: datetime) -> bool:
        """Plan the next one; exactly one caller who saw the same due time hears True."""
        moving = (
            update(Rep)
            .where(col(Rep.id) == rep_id, col(Rep.digest_due_at) == before)
            .values(digest_due_at=due_at)
            .execution_options(synchronize_session="fetch")
        )
        result = self._session.execute(moving)
        return isinstance(result, CursorResult) and result.rowcount == 1

    def offered(self, rep_id: int, *, limit: int = 20) -> list[tuple[Lead, datetime]]:
        """The leads on offer to the rep, and until when."""
        question = (
            select(Lead, Offer.expires_at)
            .join(Offer, col(Offer.lead_id) == col(Lead.id))
            .where(OFFER_OPEN, Offer.rep_id == rep_id)
            .order_by(col(Offer.expires_at))
            .limit(limit)
        )
        return [(lead, until) for lead, until in self._session.exec(question)]

    def worked(self, rep_id: int, since: datetime, until: datetime, *, won: list[str]) -> Worked:
        """What the rep did from `since` on, before `until`; `won` names the stages of won leads."""
        return Worked(
            done=self._count(FollowUp.id, FollowUp.rep_id == rep_id, WAS_DONE,
                             col(FollowUp.closed_at) >= since, col(FollowUp.closed_at) < until),
            claimed=self._count(Lead.id, Lead.owner_id == rep_id, col(Lead.claimed_at) >= since,
                                col(Lead.claimed_at) < until),
            notes=self._count(Note.id, Note.rep_id == rep_id, Note.at >= since, Note.at < until),
            won=self._count(StageChange.id, StageChange.rep_id == rep_id, StageChange.at >= since,
                            StageChange.at < until, col(StageChange.after).in_(won)),
        )  # fmt: skip

    def team(self, team_id: int, name: str, now: datetime) -> TeamState:
        return TeamState(
            name, self._by_rep(team_id, FollowUp.due_at <= now, FollowUp.origin != "silence"),
            self._by_rep(team_id, FollowUp.managers_hear != "no"),
            sum(count for _, count in self._by_rep(team_id, FollowUp.origin == "silence")),
            held=self._count(Lead.id, Lead.team_id == team_id, col(Lead.held_since).is_not(None)),
            unclaimed=self._count(Lead.id, Lead.team_id == team_id, Lead.is_open_to_all, col(Lead.owner_id).is_(None),
                                  col(Lead.closed_at).is_(None)),
        )  # fmt: skip

    def _by_rep(self, team_id: int, *conditions: Any) -> tuple[tuple[str, int], ...]:
        count = func.count()
        question = (
            select(Rep.name, count)
            .select_from(FollowUp)
            .join(Lead, col(Lead.id) == col(FollowUp.lead_id))
            .join(Rep, col(Rep.id) == col(FollowUp.rep_id))
            .where(*THEIRS_TO_KEEP, Lead.team_id == team_id, *conditions)
            .group_by(col(Rep.id), col(Rep.name))
            .order_by(count.desc(), col(Rep.name))
        )
        return tuple((name, number) for name, number in self._session.exec(question))

    def _count(self, what: Any, *conditions: Any) -> int:
        return self._session.exec(select(func.count(what)).where(*conditions)).one()
