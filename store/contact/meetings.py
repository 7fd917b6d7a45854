"""Meetings, the times they take, and the pages they are booked on."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, delete, func, or_, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel, col, select

from store.models import BookingPage, BusyTime, FollowUp, Lead, Meeting, MeetingSlot, Rep

BOOKED = text("meeting.status = 'booked'")
TO_REMIND = text("meeting.status = 'booked' AND meeting.remind_at IS NOT NULL")
MOST_SHOWN = 500  # entries of one calendar
Span = tuple[datetime, datetime]


class Meetings:
    def __init__(self, session: Session, *, locks_rows: bool) -> None:
        self._session = session
        self._insert = postgresql.insert if locks_rows else sqlite.insert

    # --- booking

    def add(self, meeting: Meeting) -> Meeting | None:
        """Write it down. None when it was before, under the same `once`."""
        values = meeting.model_dump(exclude={"id"})
        made = self._insert(Meeting).values(**values).on_conflict_do_nothing().returning(col(Meeting.id))
        number = self._session.execute(made).scalar()
        return None if number is None else self._session.get_one(Meeting, number)

    def take(self, meeting: Meeting, times: Sequence[datetime]) -> bool:
        """Reserve these quarters of an hour for it. False when one of them is somebody else's: then give up the
        transaction, for the others are taken."""
        return self.take_what_is_left(meeting, times) == len(times)

    def take_what_is_left(self, meeting: Meeting, times: Sequence[datetime]) -> int:
        """Reserve those of them that nobody has; returns how many that were."""
        rows = [{"rep_id": meeting.rep_id, "at": at, "meeting_id": meeting.id} for at in sorted(times)]
        made = self._insert(MeetingSlot).on_conflict_do_nothing().returning(col(MeetingSlot.at))
        return len(list(self._session.execute(made, rows))) if rows else 0

    def free(self, meeting_id: int) -> None:
        """Its times can be booked by others again."""
        self._session.execute(delete(MeetingSlot).where(col(MeetingSlot.meeting_id) == meeting_id))

    # --- looking

    def find(self, key: str) -> Meeting | None:
        return self._session.exec(select(Meeting).where(Meeting.key == key)).first()

    def get(self, meeting_id: int) -> Meeting | None:
        """As it is now; whoever changes it holds its lead locked."""
        return self._session.get(Meeting, meeting_id, populate_existing=True)

    def named(self, once: str) -> Meeting | None:
        return self._session.exec(select(Meeting).where(Meeting.once == once)).first()

    def coming(self, lead_id: int, now: datetime, rep_id: int | None = None) -> list[Meeting]:
        """What the lead has booked and has not had yet, the soonest first."""
        of_rep = () if rep_id is None else (Meeting.rep_id == rep_id,)
        question = select(Meeting).where(Meeting.lead_id == lead_id, BOOKED, Meeting.starts_at > now, *of_rep)
        return list(self._session.exec(question.order_by(col(Meeting.starts_at))))

    def ahead_until(self, lead_id: int, now: datetime, *, patience: timedelta = timedelta(0)) -> datetime | None:
        """Until when a meeting of the lead lies ahead, with somebody who is still here; None when none does.

        One that is over counts as long as the patience lasts, unless its rep has said how it went.
        """
        question = (
            select(func.max(Meeting.ends_at)).join(Rep, col(Rep.id) == col(Meeting.rep_id))
            .where(Meeting.lead_id == lead_id, BOOKED, Meeting.ends_at > now - patience, col(Rep.is_active))
        )  # fmt: skip
        last = self._session.exec(question).one()
        return last + patience if last is not None else None

    def booked_since(self, rep_id: int, since: datetime, *, source: str) -> int:
        """How many meetings with the rep were booked so after that moment and are to come, or were."""
        counted = select(func.count()).where(
            Meeting.rep_id == rep_id, Meeting.starts_at > since, Meeting.booked_at > since, Meeting.source == source
        )
        return self._session.exec(counted).one()

    def booked_from(self, network: str, since: datetime) -> int:
        """How many meetings were booked from there on public pages after that moment, cancelled ones too."""
        counted = select(func.count()).where(
            text("meeting.network <> ''"), Meeting.network == network, Meeting.booked_at > since
        )
        return self._session.exec(counted).one()

    def of_visitors(self, rep_id: int, since: datetime, until: datetime, *, but: int | None = None) -> list[Span]:
        """When the rep meets somebody who booked on the public page."""
        question = select(Meeting.starts_at, Meeting.ends_at).where(
            Meeting.rep_id == rep_id, BOOKED, Meeting.source == "page", Meeting.starts_at > since,
            Meeting.starts_at < until, Meeting.id != (but or 0),
        )  # fmt: skip
        return list(self._session.exec(question))

    def of_lead(self, lead_id: int) -> list[Meeting]:
        return list(self._session.exec(select(Meeting).where(Meeting.lead_id == lead_id).order_by(col(Meeting.id))))

    def taken(self, rep_id: int, since: datetime, until: datetime, *, but: int | None = None) -> frozenset[datetime]:
        """The quarters of an hour that meetings of the rep have, without those of meeting `but`."""
        question = select(MeetingSlot.at).where(
            MeetingSlot.rep_id == rep_id,
            MeetingSlot.at >= since,
            MeetingSlot.at < until,
            MeetingSlot.meeting_id != (but or 0),
        )
        return frozenset(self._session.exec(question))

    def busy(self, rep_id: int, since: datetime, until: datetime, *, but: int | None = None) -> list[Span]:
        """When the rep's own calendar has something, or a meeting that came from elsewhere; without meeting `but`."""
        theirs = select(BusyTime.starts_at, BusyTime.ends_at).where(
            BusyTime.rep_id == rep_id, BusyTime.ends_at > since, BusyTime.starts_at < until
        )
        booked = select(Meeting.starts_at, Meeting.ends_at).where(
            Meeting.rep_id == rep_id,
            BOOKED,
            Meeting.ends_at > since,
            Meeting.starts_at < until,
            Meeting.id != (but or 0),
        )
        return [*self._session.exec(theirs), *self._session.exec(booked)]

    # --- what time brings

    def to_remind(self, now: datetime, limit: int) -> list[int]:
        question = select(Meeting.id).where(TO_REMIND, col(Meeting.remind_at) <= now).order_by(col(Meeting.remind_at))
        return [number for number in self._session.exec(question.limit(limit)) if number]

    def to_ask(self, now: datetime, limit: int) -> list[int]:
        """Those that are over, of which the rep was not asked how they went."""
        question = select(Meeting.id).where(BOOKED, Meeting.ends_at <= now, col(Meeting.asked_at).is_(None))
        return [number for number in self._session.exec(question.order_by(col(Meeting.ends_at)).limit(limit)) if number]

    def troubled(self, now: datetime, limit: int) -> list[tuple[Meeting, Lead, Rep]]:
        """Those to come whose rep has left, is away then, or has not the lead, and those that were so."""
        question = (
            select(Meeting, Lead, Rep).join(Rep, col(Rep.id) == col(Meeting.rep_id))
            .join(Lead, col(Lead.id) == col(Meeting.lead_id))
            .where(BOOKED, Meeting.ends_at > now, Meeting.starts_at > now)
            .where(
                or_(
                    col(Rep.is_active).is_(False), col(Rep.away_until) > col(Meeting.starts_at),
                    col(Lead.owner_id).is_distinct_from(col(Meeting.rep_id)), col(Meeting.told) != "",
                )
            )
            .order_by(col(Meeting.starts_at)).limit(limit)
        )  # fmt: skip
        return [(meeting, lead, rep) for meeting, lead, rep in self._session.exec(question)]

    def note(self, meeting_id: int, before: str, told: str) -> bool:
        """Write down of whom it was asked; False when somebody else was quicker, or it is not to come any more."""
        change = (
            update(Meeting)
            .where(col(Meeting.id) == meeting_id, col(Meeting.told) == before, col(Meeting.status) == "booked")
            .values(told=told).execution_options(synchronize_session="fetch")
        )  # fmt: skip
        result = self._session.execute(change)
        return isinstance(result, CursorResult) and result.rowcount == 1

    # --- pages

    def page(self, rep_id: int) -> BookingPage | None:
        return self._session.get(BookingPage, rep_id, populate_existing=True)

    def open_page(self, rep_id: int, token: str, feed_token: str) -> BookingPage:
        """The rep's page, made if there was none."""
        values = BookingPage(rep_id=rep_id, token=token, feed_token=feed_token).model_dump()
        self._session.execute(self._insert(BookingPage).values(**values).on_conflict_do_nothing())
        return self._session.get_one(BookingPage, rep_id, populate_existing=True)

    def page_at(self, token: str) -> BookingPage | None:
        return self._session.exec(select(BookingPage).where(BookingPage.token == token)).first()

    def page_of_feed(self, feed_token: str) -> BookingPage | None:
        return self._session.exec(select(BookingPage).where(BookingPage.feed_token == feed_token)).first()

    def of_rep(self, rep_id: int, since: datetime) -> list[tuple[Meeting, Lead]]:
        """The rep's meetings with their leads, for the feed."""
        question = (
            select(Meeting, Lead).join(Lead, col(Lead.id) == col(Meeting.lead_id))
            .where(Meeting.rep_id == rep_id, Meeting.ends_at > since, col(Meeting.status).in_(("booked", "held")))
            .order_by(col(Meeting.starts_at)).limit(MOST_SHOWN)
        )  # fmt: skip
        return [(meeting, lead) for meeting, lead in self._session.exec(question)]

    def promised(self, rep_id: int, since: datetime) -> list[tuple[FollowUp, Lead]]:
        """The rep's open follow-ups with their leads, but for those that a meeting has."""
        of_meeting = select(Meeting.follow_up_id).where(
            Meeting.rep_id == rep_id, col(Meeting.follow_up_id).is_not(None)
        )
        question = (
            select(FollowUp, Lead).join(Lead, col(Lead.id) == col(FollowUp.lead_id))
            .where(FollowUp.rep_id == rep_id, text("follow_up.status = 'open'"), FollowUp.due_at > since)
            .where(col(FollowUp.id).not_in(of_meeting)).order_by(col(FollowUp.due_at)).limit(MOST_SHOWN)
        )  # fmt: skip
        return [(follow_up, lead) for follow_up, lead in self._session.exec(question)]

    # --- calendars that reps subscribed to

    def due_calendars(self, now: datetime, limit: int) -> list[int]:
        """Whose calendar is to be looked at."""
        question = select(BookingPage.rep_id).where(BookingPage.calendar_url != "", col(BookingPage.fetch_at) <= now)
        return list(self._session.exec(question.order_by(col(BookingPage.fetch_at)).limit(limit)))

    def take_calendar(self, rep_id: int, now: datetime, until: datetime) -> str:
        """Its address, for the one who looks at it until then; "" when somebody else does, or it is not due."""
        claim = (
            update(BookingPage)
            .where(col(BookingPage.rep_id) == rep_id, col(BookingPage.fetch_at) <= now)
            .where(col(BookingPage.calendar_url) != "")
            .values(fetch_at=until).returning(col(BookingPage.calendar_url))
            .execution_options(synchronize_session="fetch")
        )  # fmt: skip
        return self._session.execute(claim).scalar() or ""

    def keep_busy(self, rep_id: int, url: str, spans: Sequence[Span], **told: Any) -> bool:
        """What the calendar said is busy now. False when the rep has another calendar by now."""
        change = (
            update(BookingPage).where(col(BookingPage.rep_id) == rep_id, col(BookingPage.calendar_url) == url)
            .values(**told).execution_options(synchronize_session="fetch")
        )  # fmt: skip
        result = self._session.execute(change)
        if not (isinstance(result, CursorResult) and result.rowcount == 1):
            return False
        self.forget_busy(rep_id)
        self._add_all([BusyTime(rep_id=rep_id, starts_at=starts, ends_at=ends) for starts, ends in spans])
        return True

    def forget_busy(self, rep_id: int) -> None:
        self._session.execute(delete(BusyTime).where(col(BusyTime.rep_id) == rep_id))

    def _add_all(self, rows: Sequence[SQLModel]) -> None:
        if rows:
            values = [row.model_dump(exclude={"id"}) for row in rows]
            self._session.execute(self._insert(type(rows[0])), values)
