"""Meetings, the times they take, and the pages they are booked on."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from store.models import Meeting, MeetingSlot


class Meetings:
    def __init__(self, session: Session, *, locks_rows: bool) -> None:
        self._session = session
        self._insert = postgresql.insert if locks_rows else sqlite.insert

    def take(self, meeting: Meeting, times: Sequence[datetime]) -> bool:
        """Reserve these quarters of an hour for it, all or none. False when one of them is somebody else's.

        Call it within a savepoint or give up the transaction when it says no.
        """
        rows = [{"rep_id": meeting.rep_id, "at": at, "meeting_id": meeting.id} for at in sorted(times)]
        made = self._insert(MeetingSlot).on_conflict_do_nothing().returning(col(MeetingSlot.at))
        return len(list(self._session.execute(made, rows))) == len(rows)

    def free(self, meeting_id: int) -> None:
        """Its times can be booked by others again."""
        self._session.execute(delete(MeetingSlot).where(col(MeetingSlot.meeting_id) == meeting_id))

    def by_key(self, key: str) -> Meeting | None:
        return self._session.exec(select(Meeting).where(Meeting.key == key).with_for_update()).first()
