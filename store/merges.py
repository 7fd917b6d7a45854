"""Rows that were joined: what belongs to a lead is moved, pictured and put back, whatever table it is in."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, bindparam, delete, text
from sqlalchemy import select as pick
from sqlalchemy import update as change
from sqlmodel import Session, SQLModel, col, select
from sqlmodel.sql.sqltypes import UTCDateTime

from store.models import (
    Answer,
    Consent,
    Duplicate,
    Enrolment,
    FollowUp,
    Lead,
    LeadMessage,
    Meeting,
    Merge,
    Note,
    Opportunity,
    Reminder,
    StageChange,
    Touch,
)

# What goes along with the person. Scores, offers and decisions tell of the row they were made for, and stay with it.
MOVED: dict[str, type[SQLModel]] = {
    "note": Note, "touch": Touch, "stage_change": StageChange, "consent": Consent, "answer": Answer,
    "follow_up": FollowUp, "enrolment": Enrolment, "lead_message": LeadMessage, "meeting": Meeting,
}  # fmt: skip
PICTURED: dict[str, type[SQLModel]] = {
    "lead": Lead, "follow_up": FollowUp, "reminder": Reminder, "enrolment": Enrolment,
}  # fmt: skip
# Where the card stands is not the merge's doing, and whose row it is, the moving knows. What somebody did, they did.
NOT_PICTURED = {
    "lead": {"id", "card_channel", "card_ts"}, "follow_up": {"id", "lead_id"}, "reminder": {"id", "acted_at", "folded"},
    "enrolment": {"id", "lead_id"},
}  # fmt: skip
STANDING = text("merge.split_at IS NULL")
AT_ONCE = 500
Picture = dict[str, dict[str, Any]]
Move = tuple[dict[str, list[int]], int, int]  # rows by table, whose they are, and whose they are to be


class Merges:
    def __init__(self, session: Session) -> None:
        self._session = session

    # --- merges

    def add(self, merge: Merge) -> Merge:
        self._session.add(merge)
        self._session.flush()
        return merge

    def standing(self, gone_id: int) -> Merge | None:
        """The merge by which this lead is part of another now."""
        return self._session.exec(select(Merge).where(Merge.gone_id == gone_id, STANDING)).first()

    def into(self, *kept_ids: int) -> list[Merge]:
        """What is part of these leads now, the oldest first; read again, for they were locked since somebody looked."""
        question = select(Merge).where(col(Merge.kept_id).in_(kept_ids), STANDING).order_by(col(Merge.id))
        return list(self._session.exec(question.execution_options(populate_existing=True)))

    def take_back(self, merges: Sequence[Merge], *, by: int | None, now: datetime) -> list[Merge]:
        """They stand no more; returns those that did: of several who try at once exactly one gets each.

        As they are now: they were looked for before their leads were locked, and when an earlier merge was parted
        meanwhile, what these restore is another.
        """
        taking = (
            change(Merge)
            .where(col(Merge.id).in_([merge.id for merge in merges]), col(Merge.split_at).is_(None))
            .values(split_at=now, split_by=by)
            .returning(Merge)
            .execution_options(synchronize_session=False, populate_existing=True)
        )
        taken = {merge.id: merge for merge in self._session.scalars(taking)}
        return [taken[merge.id] for merge in merges if merge.id in taken]

    # --- what belongs to a lead

    def move(self, from_id: int, to_id: int) -> dict[str, list[int]]:
        """Everything of one lead becomes the other's; which rows those were."""
        moved = {name: self._ids(model, from_id) for name, model in MOVED.items()}
        if self._ids(Opportunity, from_id) and not self._ids(Opportunity, to_id):
            moved["opportunity"] = self._ids(Opportunity, from_id)
        self.put([(moved, from_id, to_id)])
        return {name: ids for name, ids in moved.items() if ids}

    def put(self, moves: Iterable[Move]) -> None:
        """Those of the rows that are still the one lead's become the other's."""
        self._session.flush()
        models: dict[str, type[SQLModel]] = {**MOVED, "opportunity": Opportunity}
        found: dict[str, list[dict[str, int]]] = defaultdict(list)
        for rows, from_id, to_id in moves:
            for name, ids in rows.items():
                found[name] += [{"row": row, "was": from_id, "will_be": to_id} for row in ids]
        for name, values in found.items():
            table = table_of(models[name])
            moving = change(table).where(table.c.id == bindparam("row"), table.c.lead_id == bindparam("was"))
            if values:
                self._session.connection().execute(moving.values(lead_id=bindparam("will_be")), values)
                self._forget(models[name])

    def _ids(self, model: type[SQLModel], lead_id: int) -> list[int]:
        self._session.flush()
        table = table_of(model)
        question = pick(table.c.id).where(table.c.lead_id == lead_id).order_by(table.c.id)
        return [row[0] for row in self._session.connection().execute(question)]

    # --- pictures of rows

    def picture(self, *lead_ids: int) -> Picture:
        """The leads, their follow-ups with reminders, and their enrolments as they stand, in values that JSON knows."""
        self._session.flush()
        follow_ups = [row for lead_id in lead_ids for row in self._ids(FollowUp, lead_id)]
        reminders = table_of(Reminder)
        found = self._read("lead", lead_ids)
        found |= self._read("follow_up", follow_ups)
        found |= self._read("enrolment", [row for lead_id in lead_ids for row in self._ids(Enrolment, lead_id)])
        for some in in_parts(follow_ups):
            question = pick(reminders.c.id).where(reminders.c.follow_up_id.in_(some))
            found |= self._read("reminder", [row[0] for row in self._session.connection().execute(question)])
        return found

    def rows(self, keys: Iterable[str]) -> Picture:
        """The same of the rows that are named; those that are gone are left out."""
        self._session.flush()
        wanted: dict[str, list[int]] = {}
        for key in keys:
            name, _, number = key.partition(":")
            wanted.setdefault(name, []).append(int(number))
        found: Picture = {}
        for name, ids in wanted.items():
            found |= self._read(name, ids)
        return found

    def _read(self, name: str, ids: Collection[int]) -> Picture:
        table, left_out = table_of(PICTURED[name]), NOT_PICTURED[name]
        columns = [column for column in table.c if column.name not in left_out]
        found: Picture = {}
        for some in in_parts(ids):
            question = pick(table.c.id, *columns).where(table.c.id.in_(some))
            for row in self._session.connection().execute(question).mappings():
                found[f"{name}:{row['id']}"] = {column.name: as_json(row[column.name]) for column in columns}
        return found

    def write(self, picture: Picture) -> None:
        """Give rows that were pictured these values."""
        self._session.flush()
        found: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)  # by table and columns
        for key, values in picture.items():
            name, _, number = key.partition(":")
            found[name, *values].append({"row": int(number), **values})
        for (name, *columns), rows in found.items():
            if columns:
                table = table_of(PICTURED[name])
                plain = [{column: from_json(table, column, value) for column, value in row.items()} for row in rows]
                writing = change(table).where(table.c.id == bindparam("row"))
                self._session.connection().execute(writing.values({c: bindparam(c) for c in columns}), plain)
                self._forget(PICTURED[name])

    def delete_unsaid(self, reminder_ids: Collection[int]) -> None:
        """Reminders that a merge has planned and nobody has heard."""
        table = table_of(Reminder)
        for some in in_parts(reminder_ids):
            unsaid = delete(table).where(table.c.id.in_(some), table.c.status.in_(("waiting", "dropped")))
            self._session.connection().execute(unsaid)
        for row in [row for row in self._session.identity_map.values() if isinstance(row, Reminder)]:
            self._session.expunge(row)

    def _forget(self, model: type[SQLModel]) -> None:
        """What the session has of it in memory is read again where somebody looks at it."""
        for row in [row for row in self._session.identity_map.values() if isinstance(row, model)]:
            self._session.expire(row)

    # --- questions about pairs

    def settle_pairs(self, gone_id: int, kept_id: int, *, rep_id: int | None, now: datetime) -> None:
        """Whoever is asked whether these two are one person need not answer any more."""
        pair = ((gone_id, kept_id), (kept_id, gone_id))
        for one, other in pair:
            settled = (
                change(Duplicate)
                .where(col(Duplicate.lead_id) == one, col(Duplicate.other_id) == other, col(Duplicate.status) == "open")
                .values(status="same", answered_by=rep_id, answered_at=now)
                .execution_options(synchronize_session=False)
            )
            self._session.execute(settled)


def table_of(model: type[SQLModel]) -> Table:
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table


def in_parts(ids: Collection[int]) -> list[list[int]]:
    listed = list(ids)
    return [listed[start : start + AT_ONCE] for start in range(0, len(listed), AT_ONCE)]


def as_json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def from_json(table: Table, column: str, value: Any) -> Any:
    is_moment = column in table.c and isinstance(table.c[column].type, UTCDateTime)
    return datetime.fromisoformat(value) if is_moment and value is not None else value
