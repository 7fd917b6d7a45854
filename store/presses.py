"""Presses on Claim, in the order in which they were decided."""

from datetime import timedelta

from sqlmodel import Session, col, func, select

from store.models import Press
from store.models.columns import NOT_SUMMED


class Presses:
    def __init__(self, session: Session) -> None:
        self._session = session

    def with_key(self, key: str) -> Press | None:
        return self._session.exec(select(Press).where(Press.key == key)).first()

    def add(self, press: Press) -> int:
        """Write the press down; returns its place among those for the lead since somebody last won it, from 1."""
        winner = None if press.won else self._winner(press.lead_id)
        if winner is not None and winner.rep_id != press.rep_id:
            press.behind = max(press.at - winner.at, timedelta(0)) // timedelta(milliseconds=1)
            press.folded = 0 if press.team_id else NOT_SUMMED
        self._session.add(press)
        self._session.flush()
        if winner is None:
            return int(press.won)
        question = select(func.count()).where(Press.lead_id == press.lead_id, col(Press.id) >= winner.id)
        return self._session.exec(question).one()

    def _winner(self, lead_id: int) -> Press | None:
        won = select(Press).where(Press.lead_id == lead_id, col(Press.won))
        return self._session.exec(won.order_by(col(Press.id).desc()).limit(1)).first()

    def of_lead(self, lead_id: int, *, limit: int = 10) -> list[Press]:
        """The newest presses, oldest first."""
        question = select(Press).where(Press.lead_id == lead_id).order_by(col(Press.id).desc()).limit(limit)
        return list(reversed(self._session.exec(question).all()))
