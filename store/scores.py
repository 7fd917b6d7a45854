"""Scores with their receipts, levels, and what reps learned about leads."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import case, func, text
from sqlmodel import Session, col, select

from store.models import Answer, Evaluation, InboxRow, Lead, LevelChange, Rep, Touch

# Written out, because SQLite matches a partial index only to the very same words.
STILL_OPEN = text("lead.closed_at IS NULL")
TO_RESCORE = text("lead.rescore_at IS NOT NULL")
FORGONE = text("lead.forgone_until IS NOT NULL")
LIVE = text("lead.state = 'live'")
MOST_TOUCHES = 500  # of one lead that a score looks at


class Deed(NamedTuple):
    """A touch, as far as a score looks at it."""

    kind: str
    detail: str
    at: datetime


class Answered(NamedTuple):
    """What somebody found out, and who that was."""

    answer: Answer
    rep: Rep | None


class Outcomes(NamedTuple):
    """Closed leads that arrived with this score."""

    score: int
    won: int
    lost: int


class Scores:
    def __init__(self, session: Session, *, locks_rows: bool) -> None:
        self._session = session
        self._locks_rows = locks_rows

    # --- scores

    def add(self, row: Evaluation | LevelChange | Answer) -> None:
        self._session.add(row)

    def newest(self, lead_id: int) -> Evaluation | None:
        question = select(Evaluation).where(Evaluation.lead_id == lead_id).order_by(col(Evaluation.id).desc())
        return self._session.exec(question.limit(1)).first()

    def deeds(self, lead_ids: Collection[int]) -> dict[int, list[Deed]]:
        """What each lead did, the newest first; leads that did nothing are left out."""
        if len(lead_ids) == 1:
            return self._deeds_of(next(iter(lead_ids)))
        question = select(Touch.lead_id, Touch.kind, Touch.detail, Touch.at).where(col(Touch.lead_id).in_(lead_ids))
        found: dict[int, list[Deed]] = {}
        for lead_id, kind, detail, at in self._session.exec(question.order_by(col(Touch.at).desc())):
            known = found.setdefault(lead_id or 0, [])
            if len(known) < MOST_TOUCHES:
                known.append(Deed(kind, detail, at))
        return found

    def _deeds_of(self, lead_id: int) -> dict[int, list[Deed]]:
        question = select(Touch.kind, Touch.detail, Touch.at).where(Touch.lead_id == lead_id)
        rows = self._session.exec(question.order_by(col(Touch.at).desc()).limit(MOST_TOUCHES))
        return {lead_id: [Deed(*row) for row in rows]}

    def faded(self, now: datetime, *, limit: int = 200) -> list[int]:
        """The ids of leads whose score has faded enough to be worked out again, longest due first."""
        question = select(Lead.id).where(TO_RESCORE, col(Lead.rescore_at) <= now).order_by(col(Lead.rescore_at))
        return [lead_id for lead_id in self._session.exec(question.limit(limit)) if lead_id is not None]

    def open_after(self, lead_id: int, *, limit: int) -> list[Lead]:
        """The next open leads by number."""
        question = select(Lead).where(col(Lead.id) > lead_id, STILL_OPEN, LIVE).order_by(col(Lead.id)).limit(limit)
        return list(self._session.exec(question))

    def lock_open(self, lead_ids: Collection[int]) -> list[Lead]:
        """Those of the leads that are open, by number, as they are now and locked until the transaction ends."""
        question = select(Lead).where(col(Lead.id).in_(lead_ids), STILL_OPEN, LIVE).order_by(col(Lead.id))
        if self._locks_rows:
            question = question.with_for_update(key_share=True)
        return list(self._session.exec(question.execution_options(populate_existing=True)))

    def take(self, key: str) -> InboxRow | None:
        """The row under the key, locked until the transaction ends; None if another replica works on it."""
        question = select(InboxRow).where(InboxRow.key == key)
        if self._locks_rows:
            question = question.with_for_update(skip_locked=True)
        return self._session.exec(question.execution_options(populate_existing=True)).first()

    # --- levels

    def level_changes(self, lead_id: int) -> list[LevelChange]:
        """The newest first."""
        question = select(LevelChange).where(LevelChange.lead_id == lead_id).order_by(col(LevelChange.id).desc())
        return list(self._session.exec(question.limit(50)))

    def outcomes(self, won: Iterable[str], lost: Iterable[str]) -> list[Outcomes]:
        """Closed leads by the score with which they arrived, before anybody had worked on them."""
        won, lost = tuple(won), tuple(lost)
        first = (
            select(func.min(Evaluation.id))
            .join(Lead, col(Lead.id) == col(Evaluation.lead_id))
            .where(col(Lead.closed_at).is_not(None), LIVE, col(Lead.stage).in_((*won, *lost)))
            .group_by(col(Evaluation.lead_id))
        )
        is_won = col(Lead.stage).in_(won)
        question = (
            select(Evaluation.score, func.sum(case((is_won, 1), else_=0)), func.sum(case((is_won, 0), else_=1)))
            .join(Lead, col(Lead.id) == col(Evaluation.lead_id))
            .where(col(Evaluation.id).in_(first))
            .group_by(col(Evaluation.score))
            .order_by(col(Evaluation.score))
        )
        return [
            Outcomes(score, int(won_ones), int(lost_ones))
            for score, won_ones, lost_ones in self._session.exec(question)
        ]

    # --- answers

    def answers(self, lead_ids: Collection[int]) -> dict[int, dict[str, str]]:
        """What is known of each lead, by question: the newest answer holds, an empty one takes it back."""
        newest = select(func.max(Answer.id)).where(col(Answer.lead_id).in_(lead_ids))
        newest = newest.group_by(col(Answer.lead_id), col(Answer.question))
        found: dict[int, dict[str, str]] = {}
        for answer in self._session.exec(select(Answer).where(col(Answer.id).in_(newest))):
            if answer.text:
                found.setdefault(answer.lead_id, {})[answer.question] = answer.text
        return found

    def answered(self, lead_id: int) -> dict[str, Answered]:
        """The newest answer on each question, with who gave it."""
        newest = select(func.max(Answer.id)).where(Answer.lead_id == lead_id).group_by(col(Answer.question))
        question = select(Answer, Rep).outerjoin(Rep, col(Rep.id) == col(Answer.rep_id))
        rows = self._session.exec(question.where(col(Answer.id).in_(newest)))
        return {answer.question: Answered(answer, rep) for answer, rep in rows if answer.text}

    # --- not now

    def returning(self, now: datetime, *, limit: int = 200) -> list[int]:
        """The ids of leads that were put aside until now, longest due first."""
        question = select(Lead.id).where(FORGONE, col(Lead.forgone_until) <= now).order_by(col(Lead.forgone_until))
        return [lead_id for lead_id in self._session.exec(question.limit(limit)) if lead_id is not None]
