"""Leads that nobody would miss: what the nightly look over all of them asks, team by team."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import String, cast, exists, func, not_, or_
from sqlmodel import Session, col, select

from store.leads import LIVE, STILL_OPEN
from store.models import FollowUp, InboxRow, Lead, Note, StageChange, Touch

BOUNCED = "email_bounced"
ANSWERED = ("email_opened", "email_clicked", "reply")  # what shows that e-mails arrive again
THROW_AWAY = "%throw-away%"  # as the flaw of such an address says


class Scrubbing:
    def __init__(self, session: Session) -> None:
        self._session = session

    def proposals(self, keys: Collection[str]) -> list[InboxRow]:
        """What was proposed in the nights of these keys."""
        return list(self._session.exec(select(InboxRow).where(col(InboxRow.key).in_(keys))))

    def proposal(self, row_id: int, kind: str, *, locks: bool) -> InboxRow | None:
        question = select(InboxRow).where(InboxRow.id == row_id, InboxRow.kind == kind)
        return self._session.exec(question.with_for_update() if locks else question).first()

    def outdated(self, team_id: int, *, since: datetime, limit: int, among: Collection[int] | None = None) -> list[int]:
        """Open leads about which neither side has said a word since then, and nothing is planned; the oldest first."""
        words: tuple[tuple[Any, Any], ...] = (
            (Touch, col(Touch.at) >= since), (Note, col(Note.at) >= since), (StageChange, col(StageChange.at) >= since),
            (FollowUp, or_(col(FollowUp.status) == "open", col(FollowUp.closed_at) >= since)),
        )  # fmt: skip
        quiet = [not_(exists().where(col(table.lead_id) == Lead.id, is_word)) for table, is_word in words]
        recent = or_(
            col(Lead.created_at) >= since, col(Lead.claimed_at) >= since, col(Lead.first_contact_at) >= since,
            col(Lead.forgone_until).is_not(None),
        )  # fmt: skip
        return self._ids(team_id, limit, among, not_(func.coalesce(recent, False)), *quiet)

    def bouncing(self, team_id: int, *, bounces: int, limit: int, among: Collection[int] | None = None) -> list[int]:
        """Open leads whose e-mails came back that often since the last one that arrived; the oldest first."""
        arrived = (
            select(func.max(Touch.at))
            .where(Touch.lead_id == Lead.id, col(Touch.kind).in_(ANSWERED))
            .correlate(Lead)
            .scalar_subquery()
        )
        back = (
            select(func.count())
            .select_from(Touch)
            .where(Touch.lead_id == Lead.id, Touch.kind == BOUNCED, or_(arrived.is_(None), col(Touch.at) > arrived))
            .correlate(Lead)
            .scalar_subquery()
        )
        ever = select(Touch.lead_id).where(Touch.kind == BOUNCED, col(Touch.lead_id).is_not(None))
        often = ever.group_by(col(Touch.lead_id)).having(func.count() >= bounces)
        return self._ids(team_id, limit, among, col(Lead.id).in_(often), back >= bounces)

    def throw_away(self, team_id: int, *, limit: int, among: Collection[int] | None = None) -> list[int]:
        """Open leads that nobody owns and that gave an address made to be thrown away; the oldest first."""
        is_flawed = cast(col(Lead.flaws), String).like(THROW_AWAY)
        return self._ids(team_id, limit, among, is_flawed, col(Lead.owner_id).is_(None), col(Lead.phone).is_(None))

    def _ids(self, team_id: int, limit: int, among: Collection[int] | None, *conditions: Any) -> list[int]:
        question = select(Lead.id).where(Lead.team_id == team_id, LIVE, STILL_OPEN, *conditions)
        if among is not None:
            question = question.where(col(Lead.id).in_(among))
        found = self._session.exec(question.order_by(col(Lead.id)).limit(limit))
        return [lead_id for lead_id in found if lead_id is not None]

    def leads(self, lead_ids: Collection[int]) -> list[Lead]:
        return list(self._session.exec(select(Lead).where(col(Lead.id).in_(lead_ids)).order_by(col(Lead.id))))
