"""What became of reminders, counted by rule."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Float, and_, case, cast, extract, func, or_, select
from sqlmodel import Session, col

from store.models import Reminder
from store.reporting.scope import Scope

# Whoever acts this soon does so within a working day, whatever their hours: a clock change may take an hour of it.
SURELY_WITHIN_A_DAY = timedelta(hours=23)


@dataclass(frozen=True)
class Counted:
    rule: str
    sent: int = 0
    acted_soon: int = 0  # surely within a working day
    digested: int = 0


@dataclass(frozen=True)
class Unsure:
    """One that may have been acted upon within a working day, or may still be."""

    rule: str
    said_to: str | None
    fired_at: datetime
    acted_at: datetime | None


class Effects:
    """Of the reminders that were said within a period, as far as was known at a moment.

    Those that wait for a digest, and those that were not true any more, are planned anew and dropped again: what they
    were at a moment is not kept, so that they are not counted.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def by_rule(self, scope: Scope) -> list[Counted]:
        """What became of each rule's reminders."""
        status, soon = col(Reminder.status), self._seconds(scope) <= SURELY_WITHIN_A_DAY.total_seconds()
        question = (
            select(
                col(Reminder.rule), number_of(status == "fired"), number_of(and_(status == "fired", soon)),
                number_of(status == "digested"),
            )
            # What tells a colleague that it is theirs now is no rule of the playbook.
            .where(status.in_(("fired", "digested")), *within(scope), col(Reminder.rule).not_like("lent:%"))
            .group_by(col(Reminder.rule))
        )  # fmt: skip
        return [Counted(*row) for row in self._session.execute(question)]

    def reminded(self, scope: Scope) -> list[str]:
        """Slack's ids of everybody to whom something was said."""
        question = select(col(Reminder.said_to)).where(
            col(Reminder.status) == "fired", *within(scope), col(Reminder.said_to).is_not(None)
        )
        return [slack_id for slack_id in self._session.scalars(question.distinct()) if slack_id]

    def unsure(self, scope: Scope, *, young_since: datetime) -> list[Unsure]:
        """Those whose day has to be looked up in their person's hours: few, beside all.

        They were acted upon late or, if they were said since `young_since`, not yet.
        """
        acted_at = acted(scope)
        late = self._seconds(scope) > SURELY_WITHIN_A_DAY.total_seconds()
        young = and_(acted_at.is_(None), col(Reminder.fired_at) >= young_since)
        question = select(col(Reminder.rule), col(Reminder.said_to), col(Reminder.fired_at), acted_at).where(
            col(Reminder.status) == "fired", *within(scope), or_(late, young)
        )
        return [Unsure(*row) for row in self._session.execute(question)]

    def medians(self, scope: Scope) -> dict[str, timedelta]:
        """How long each rule's reminders took to be followed by an action, in the middle of those that were."""
        rule, seconds = col(Reminder.rule), self._seconds(scope)
        ranked = (
            select(
                rule.label("rule"), seconds.label("seconds"),
                func.row_number().over(partition_by=rule, order_by=seconds).label("place"),
                func.count().over(partition_by=rule).label("all"),
            )
            .where(col(Reminder.status) == "fired", *within(scope), seconds.is_not(None))
            .subquery()
        )  # fmt: skip
        # One in the middle of an odd number, two of an even one.
        is_middle = (ranked.c.place * 2).between(ranked.c.all, ranked.c.all + 2)
        question = select(ranked.c.rule, func.avg(ranked.c.seconds)).where(is_middle).group_by(ranked.c.rule)
        return {name: timedelta(seconds=float(middle)) for name, middle in self._session.execute(question)}

    def _seconds(self, scope: Scope) -> ColumnElement[float]:
        """From the reminder to the action."""
        acted_at, fired_at = acted(scope), col(Reminder.fired_at)
        if self._session.get_bind().dialect.name == "sqlite":
            days: Any = func.julianday(acted_at) - func.julianday(fired_at)
            return func.round(days * 86_400, 3, type_=Float)
        return cast(extract("epoch", acted_at - fired_at), Float)


def within(scope: Scope) -> tuple[ColumnElement[bool], ...]:
    fired_at = col(Reminder.fired_at)
    return fired_at >= scope.starts, fired_at < scope.ends, fired_at < scope.as_of


def acted(scope: Scope) -> ColumnElement[datetime | None]:
    """When something was done about it, if that was known as of then."""
    return case((col(Reminder.acted_at) < scope.as_of, col(Reminder.acted_at)), else_=None)


def number_of(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
