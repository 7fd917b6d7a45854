"""What came of comparing texts, and how often each of them was answered."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, func, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from store.models import Experiment, Lead, LeadMessage
from store.reporting import sql

WINDOW = timedelta(days=3)  # within which an answer or a click counts; younger messages say nothing yet
LEFT = ("sent", "doubtful")


@dataclass(frozen=True)
class Counted:
    variant: str
    sent: int
    answered: int


class Experiments:
    def __init__(self, session: Session, *, locks_rows: bool) -> None:
        self._session = session
        self._insert = postgresql.insert if locks_rows else sqlite.insert

    def decided(self, sequence: str, step: str, variants: str) -> Experiment | None:
        """What came of comparing these very texts, if that is known."""
        question = select(Experiment).where(
            Experiment.sequence == sequence, Experiment.step == step, Experiment.variants == variants
        )
        return self._session.exec(question).first()

    def decide(self, row: Experiment) -> bool:
        """Write it down; False when somebody was quicker."""
        values = row.model_dump(exclude={"id"})
        made = self._insert(Experiment).values(**values).on_conflict_do_nothing().returning(col(Experiment.id))
        return self._session.execute(made).scalar() is not None

    def counted(
        self, sequence: str, step: str, since: datetime, now: datetime, *, team_ids: Collection[int] | None = None
    ) -> list[Counted]:  # fmt: skip
        """Of each text the messages old enough to have been answered, and how many were within that time.

        `since` that moment these very texts are compared: what was written before had other words. `team_ids` None:
        of all teams.
        """
        sent_at, in_time = sql.epoch(self._session, "lead_message.sent_at"), f"{WINDOW.total_seconds():.0f}"
        answered = " OR ".join(
            f"coalesce({sql.epoch(self._session, f'lead_message.{moment}')} - {sent_at} <= {in_time}, FALSE)"
            for moment in ("replied_at", "clicked_at")
        )
        question = (
            select(LeadMessage.variant, func.count(), func.sum(case((text(answered), 1), else_=0)))
            .where(LeadMessage.sequence == sequence, LeadMessage.step == step, LeadMessage.created_at >= since,
                   col(LeadMessage.status).in_(LEFT), col(LeadMessage.sent_at) <= now - WINDOW)
            .group_by(col(LeadMessage.variant))
        )  # fmt: skip
        if team_ids is not None:
            theirs = select(Lead.id).where(col(Lead.team_id).in_(team_ids))
            question = question.where(col(LeadMessage.lead_id).in_(theirs))
        return [Counted(variant, sent, int(hits or 0)) for variant, sent, hits in self._session.exec(question)]
