"""Reminders: which rule speaks of which follow-up, when, to whom, and where it stands in Slack."""

from datetime import datetime

from sqlalchemy import CursorResult, Update, case, func, text, update
from sqlmodel import Session, col, select

from store.models import FollowUp, Reminder
from store.models.columns import NOT_SUMMED

SAID = ("fired", "folded", "digested")
STILL_WAITING = text("reminder.status = 'waiting'")
STILL_OPEN = text("follow_up.status = 'open'")


# Asked every second, straight through the driver; a literal predicate, for the partial index.
DUE = "SELECT id FROM reminder WHERE status = 'waiting' AND fire_at <= ? ORDER BY fire_at LIMIT 200"


class Reminders:
    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, reminder_id: int) -> Reminder | None:
        return self._session.exec(select(Reminder).where(Reminder.id == reminder_id)).first()

    def follow_up_of(self, reminder_id: int) -> int | None:
        """The follow-up it speaks of, read without remembering the rest, which may be old before it is locked."""
        return self._session.exec(select(Reminder.follow_up_id).where(Reminder.id == reminder_id)).first()

    def of_follow_up(self, follow_up_id: int) -> list[Reminder]:
        question = select(Reminder).where(Reminder.follow_up_id == follow_up_id).order_by(col(Reminder.id))
        return list(self._session.exec(question))

    def plan(self, follow_up_id: int, rule: str, *, due_at: datetime, fire_at: datetime) -> bool:
        """Plan a rule's word about a due time; False when it was said already.

        One that was dropped comes back: a follow-up can be put off twice to the same morning.
        """
        same = (Reminder.follow_up_id == follow_up_id, Reminder.rule == rule, Reminder.due_at == due_at)
        planned = self._session.exec(select(Reminder).where(*same)).first()
        if planned is None:
            self._session.add(Reminder(follow_up_id=follow_up_id, rule=rule, due_at=due_at, fire_at=fire_at))
        elif planned.status == "dropped":
            planned.status, planned.fire_at, planned.fired_at, planned.acted_at = "waiting", fire_at, None, None
        self._session.flush()
        return planned is None or planned.status == "waiting"

    def of_rep(self, rep_id: int) -> dict[int, tuple[FollowUp, list[Reminder]]]:
        """The rep's open follow-ups with all reminders of each, oldest first."""
        question = (
            select(FollowUp, Reminder)
            .join(Reminder, col(FollowUp.id) == col(Reminder.follow_up_id))
            .where(STILL_OPEN, FollowUp.rep_id == rep_id)
            .order_by(col(Reminder.id))
        )
        found: dict[int, tuple[FollowUp, list[Reminder]]] = {}
        for follow_up, reminder in self._session.exec(question):
            found.setdefault(follow_up.id or 0, (follow_up, []))[1].append(reminder)
        return found

    def tell(self, follow_up_id: int, rule: str, *, due_at: datetime, said_to: str, now: datetime) -> Reminder | None:
        """A word of its own, said at once; None when the same was said already."""
        same = (Reminder.follow_up_id == follow_up_id, Reminder.rule == rule, Reminder.due_at == due_at)
        if self._session.exec(select(Reminder.id).where(*same)).first() is not None:
            return None
        reminder = Reminder(
            follow_up_id=follow_up_id, rule=rule, due_at=due_at, fire_at=now, fired_at=now, status="fired",
            said_to=said_to,
        )  # fmt: skip
        self._session.add(reminder)
        self._session.flush()
        return reminder

    def settle(
        self, reminder_id: int, status: str, *, now: datetime, said_to: str | None = None,
        act_by: datetime | None = None,
    ) -> bool:  # fmt: skip
        """Mark a waiting reminder fired, folded or dropped; exactly one caller hears True."""
        settling = (
            update(Reminder)
            .where(col(Reminder.id) == reminder_id, col(Reminder.status) == "waiting")
            .values(
                status=status,
                fired_at=now,
                said_to=said_to,
                act_by=act_by,
                folded=0 if status == "fired" else NOT_SUMMED,
            )
        )
        return self._changed(settling) == 1

    def postpone(self, reminder_id: int, fire_at: datetime) -> bool:
        """Say it at another time; False when it was settled meanwhile."""
        postponing = (
            update(Reminder)
            .where(col(Reminder.id) == reminder_id, col(Reminder.status) == "waiting")
            .values(fire_at=fire_at)
        )
        return self._changed(postponing) == 1

    def drop_waiting(self, follow_up_id: int, *, now: datetime) -> None:
        """Nothing more will be said about this follow-up, as it stands."""
        self._changed(
            update(Reminder)
            .where(col(Reminder.follow_up_id) == follow_up_id, col(Reminder.status).in_(("waiting", "folded")))
            .values(status="dropped", fired_at=now)
        )

    def said_since(self, slack_id: str, since: datetime) -> int:
        """How many were said to that person from then on."""
        question = select(func.count()).where(
            col(Reminder.said_to) == slack_id, col(Reminder.fired_at) >= since, col(Reminder.status) == "fired"
        )
        return self._session.exec(question).one()

    def dm_of(self, follow_up_id: int, slack_id: str) -> Reminder | None:
        """The DM in which that person was told of the follow-up, if it has arrived."""
        question = (
            select(Reminder)
            .where(
                Reminder.follow_up_id == follow_up_id, Reminder.said_to == slack_id, col(Reminder.ts).is_not(None)
            )
            .order_by(col(Reminder.id))
        )  # fmt: skip
        return self._session.exec(question).first()

    def at_place(self, channel: str, ts: str) -> Reminder | None:
        """The reminder that stands there in Slack."""
        return self._session.exec(select(Reminder).where(Reminder.channel == channel, Reminder.ts == ts)).first()

    def mark_acted(self, lead_id: int, *, now: datetime) -> None:
        """Somebody did something about the lead: so the reminders that spoke of it had their effect.

        The clock of whoever said one may have been a little ahead of this one.
        """
        of_lead, said = select(FollowUp.id).where(FollowUp.lead_id == lead_id), col(Reminder.fired_at)
        is_in_sums = (col(Reminder.folded) == 1) & (col(Reminder.status) == "fired")
        self._changed(
            update(Reminder)
            .where(
                col(Reminder.follow_up_id).in_(of_lead),
                col(Reminder.status).in_(SAID),
                col(Reminder.acted_at).is_(None),
            )
            .values(
                acted_at=case((said > now, said), else_=now), folded=case((is_in_sums, -1), else_=col(Reminder.folded))
            )
        )

    def say_folded(self, rep_id: int, *, now: datetime) -> int:
        """The rep's digest says now what the day had no room for; how many reminders that were."""
        of_rep = select(FollowUp.id).where(STILL_OPEN, FollowUp.rep_id == rep_id)
        return self._changed(
            update(Reminder)
            .where(text("reminder.status = 'folded'"), col(Reminder.follow_up_id).in_(of_rep))
            .values(status="digested", fired_at=now, folded=0)
        )

    def oldest_waiting(self) -> datetime | None:
        question = select(Reminder.fire_at).where(STILL_WAITING).order_by(col(Reminder.fire_at)).limit(1)
        return self._session.exec(question).first()

    def _changed(self, statement: Update) -> int:
        result = self._session.execute(statement.execution_options(synchronize_session="fetch"))
        return result.rowcount if isinstance(result, CursorResult) else 0
