"""How many leads are in each sequence, how they left it, and what came of every step's messages."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, text, true
from sqlmodel import Session, col, select

from store.models import Enrolment, Lead, LeadMessage

MOST_REASONS = 12
SENT = """
    SELECT step, variant, count(*), sum(CASE WHEN is_measured THEN 1 ELSE 0 END),
           count(opened_at), count(clicked_at), count(replied_at), count(bounced_at)
    FROM lead_message AS said WHERE sequence = :sequence AND status IN ('sent', 'doubtful') {theirs}
    GROUP BY step, variant ORDER BY min(id), variant
"""
THEIRS = "AND said.lead_id IN (SELECT id FROM lead WHERE team_id IN :team_ids)"
# Whoever wants no more mail says so of the last thing they got.
UNSUBSCRIBED = """
    SELECT said.step, said.variant, count(*) FROM lead_message AS said
    JOIN suppression AS no ON no.recipient = said.recipient AND no.channel = said.channel AND no.at >= said.sent_at
    WHERE said.sequence = :sequence AND said.status IN ('sent', 'doubtful') {theirs}
      AND no.reason IN ('unsubscribed', 'stopped', 'complained')
      AND NOT EXISTS (SELECT 1 FROM lead_message AS later WHERE later.recipient = said.recipient
                      AND later.sent_at > said.sent_at AND later.sent_at <= no.at)
    GROUP BY said.step, said.variant
"""


@dataclass(frozen=True)
class StepCounts:
    step: str
    variant: str
    sent: int
    measured: int  # of those sent: whose openings and clicks count
    opened: int
    clicked: int
    replied: int
    bounced: int
    unsubscribed: int = 0


class SequenceFigures:
    """`team_ids` None: of all teams."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def by_status(self, team_ids: Collection[int] | None, sequence: str | None = None) -> dict[tuple[str, str], int]:
        """By sequence and status, how many."""
        question = select(Enrolment.sequence, Enrolment.status, func.count()).where(in_teams(team_ids))
        if sequence is not None:
            question = question.where(Enrolment.sequence == sequence)
        rows = self._session.exec(question.group_by(col(Enrolment.sequence), col(Enrolment.status)))
        return {(name, status): count for name, status, count in rows}

    def left_by_reason(self, sequence: str, team_ids: Collection[int] | None) -> list[tuple[str, int]]:
        """The most frequent reasons first."""
        question = (
            select(Enrolment.why, func.count())
            .where(Enrolment.sequence == sequence, Enrolment.status == "left", in_teams(team_ids))
            .group_by(col(Enrolment.why)).order_by(func.count().desc(), col(Enrolment.why)).limit(MOST_REASONS)
        )  # fmt: skip
        return [(why, count) for why, count in self._session.exec(question)]

    def of_steps(self, sequence: str, team_ids: Collection[int] | None) -> list[StepCounts]:
        """Of each step and text that anything was sent of."""
        gone = {(row[0], row[1]): row[2] for row in self._asked(UNSUBSCRIBED, sequence, team_ids)}
        return [
            StepCounts(row[0], row[1], row[2], int(row[3] or 0), row[4], row[5], row[6], row[7],
                       gone.get((row[0], row[1]), 0))
            for row in self._asked(SENT, sequence, team_ids)
        ]  # fmt: skip

    def _asked(self, question: str, sequence: str, team_ids: Collection[int] | None) -> list[Any]:
        if team_ids is None:
            rows = self._session.connection().execute(text(question.format(theirs="")), {"sequence": sequence})
        else:
            asked = text(question.format(theirs=THEIRS)).bindparams(bindparam("team_ids", expanding=True))
            rows = self._session.connection().execute(asked, {"sequence": sequence, "team_ids": list(team_ids)})
        return list(rows)

    def was_written(self, recipients: Collection[str], content: str) -> bool:
        """Whether somebody of these addresses had this very text, or is about to."""
        known = col(LeadMessage.recipient).in_(recipients), LeadMessage.content == content
        question = select(LeadMessage.id).where(*known, LeadMessage.status != "skipped").limit(1)
        return self._session.exec(question).first() is not None

    def ids_in(self, sequence: str, status: str) -> list[int]:
        """The leads that are in it so, by their numbers."""
        question = select(Enrolment.lead_id).where(Enrolment.sequence == sequence, Enrolment.status == status)
        return list(self._session.exec(question.order_by(col(Enrolment.lead_id))))


def in_teams(team_ids: Collection[int] | None) -> ColumnElement[bool]:
    if team_ids is None:
        return true()
    return col(Enrolment.lead_id).in_(select(Lead.id).where(col(Lead.team_id).in_(team_ids)))
