"""Adds stays, steps and credits to the sums, each once with its beginning and once with its end, and marks how far
they are."""

import json
from collections.abc import Iterable
from functools import lru_cache
from itertools import takewhile
from typing import Any, NamedTuple

from sqlalchemy import Dialect, TextClause, text
from sqlmodel import Session

from store.models import (
    ClosedTotal,
    CreditTotal,
    EndingTotal,
    Fold,
    JudgedTotal,
    OriginTotal,
    OwnedTotal,
    ReachedTotal,
    SpeedTotal,
    StageTotal,
    StepTotal,
    StoodTotal,
)
from store.models.columns import NOT_SUMMED
from store.reporting import dealing_sums, reminder_sums, sql
from store.reporting.additions import CREDITED, WAYS, Additions, Stood, Sums, changes, second
from store.reporting.sums import LEFT

TOTALS = (
    "stage_total", "reached_total", "speed_total", "closed_total", "ending_total", "credit_total", "step_total",
    "stood_total", "judged_total", "owned_total", "origin_total", "hold_total", "unanswered_total", "late_total",
    "reminder_total",
)  # fmt: skip
# What they are made of, and as what the row `fold` knows how much of it counts as not in them, while they are emptied.
FOLDED = {
    "stay": "stays_until", "reached": "reached_until", "credit": "credits_until", "hold": "holds_until",
    "offer": "offers_until", "press": "presses_until", "reminder": "reminders_until",
}  # fmt: skip
DUE = f"""SELECT {" OR ".join(f"EXISTS (SELECT 1 FROM {table} WHERE {LEFT})" for table in FOLDED)}
          OR NOT EXISTS (SELECT 1 FROM fold WHERE zone = :zone AND NOT is_clearing)"""  # noqa: S608


class Into(NamedTuple):
    """How sums are added to a table, in either database."""

    names: tuple[str, ...]
    by_places: str  # SQLite: names would have to be told apart for each row again
    as_lists: TextClause  # PostgreSQL: one statement for all rows, as one each would take ten times as long


@lru_cache
def added_to(model: Any, dialect: Dialect) -> Into:
    """Put together once: that takes longer than to add a few."""
    table = model.__table__
    keys = [column.name for column in table.primary_key]
    names = (*keys, *(column.name for column in table.columns if column.name not in keys))
    added = ", ".join(f"{name} = {table.name}.{name} + excluded.{name}" for name in names[len(keys) :])
    into = f"INSERT INTO {table.name} ({', '.join(names)})"
    change = f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {added}"
    lists = ", ".join(f"CAST(:{name} AS {table.columns[name].type.compile(dialect)}[])" for name in names)
    listed = sql.select("*", f"unnest({lists})", "TRUE", f" {change}")
    return Into(names, f"{into} VALUES ({', '.join('?' * len(names))}) {change}", text(f"{into} {listed}"))


class Folding:
    """Only one replica folds at a time, and it never waits for a row: so it can be in nobody's way for long."""

    def __init__(self, session: Session, *, locks_rows: bool) -> None:
        self._session = session
        self._is_sqlite = not locks_rows
        self._locks = " FOR UPDATE SKIP LOCKED" if locks_rows else ""

    def is_due(self, zone: str) -> bool:
        return bool(self._session.connection().execute(text(DUE), {"zone": zone}).scalar())

    def slice(self, zone: str, *, limit: int) -> int:
        """Fold so many rows at most of either kind; returns how many there were, 0 if somebody else is at it.

        Fewer than that: all of them are in the sums, or somebody is changing them.
        """
        fold = self._turn()
        if fold is None:
            return 0
        if fold.zone != zone:
            fold.zone, fold.is_clearing, fold.latest = zone, True, None
            for until in FOLDED.values():
                setattr(fold, until, 0)
            self._session.flush()
        if fold.is_clearing:
            return self._clear(fold, limit)
        of_leads = self._fold_stays(zone, limit) + self._fold_reached(zone, limit) + self._fold_credits(zone, limit)
        hands = dealing_sums.Hands(self._take, self._write, self._mark)
        return of_leads + dealing_sums.fold(hands, zone, limit) + reminder_sums.fold(hands, zone, limit)

    def _turn(self) -> Fold | None:
        """Whose turn it is holds the one row; only the very first has to make it, which another may wait for."""
        connection, locked = self._session.connection(), text(sql.select("id", "fold", "id = 1", self._locks))
        if connection.execute(locked).first() is None:
            if connection.execute(text("SELECT id FROM fold WHERE id = 1")).first() is not None:
                return None
            columns, zeros = ", ".join(FOLDED.values()), ", ".join("0" for _ in FOLDED)
            made = f"""INSERT INTO fold (id, zone, is_clearing, {columns}) VALUES (1, '', :no, {zeros})
                       ON CONFLICT (id) DO NOTHING"""  # noqa: S608
            connection.execute(text(made), {"no": False})
            if connection.execute(locked).first() is None:
                return None
        return self._session.get(Fold, 1, populate_existing=True)

    def is_free(self, zone: str) -> bool:
        """Whether it is our turn now, and there is something to add to: sums of that zone that nobody is emptying."""
        asked = text(sql.select("id", "fold", "id = 1 AND zone = :zone AND NOT is_clearing", self._locks))
        return bool(zone) and self._session.connection().execute(asked, {"zone": zone}).first() is not None

    # --- adding

    def add(self, new: Additions, moments: Iterable[Any]) -> None:
        """What rows come to that are marked already; by whoever was told that it is their turn."""
        self._add_stays(new)
        self._add_reached(new)
        self._set_latest(moments)

    def _fold_stays(self, zone: str, limit: int) -> int:
        rows = self._take(
            "team_id, rep_id, source, stage, kind, currency, coalesce(cents, 0), chance, is_cleared, "
            f"{', '.join(WAYS)}, campaign, verdict, rejected_why, answered, worked, left_owner, got_at, mql_at, "
            "judged_at, since, arrived_at, began_at, ended_at",
            "stay", limit,
        )  # fmt: skip
        new = Additions(zone)
        for (_, *what, got, mql, judged, since, arrived, _, _), by, at in changes(rows):
            moments = [moment and second(moment) for moment in (got, mql, judged, since, arrived)]
            new.stay(Stood(*what, *moments), by, at)
        self._add_stays(new)
        self._mark("stay", rows)
        return len(rows)

    def _add_stays(self, new: Additions) -> None:
        self._write(StageTotal, new.stages())
        self._write(StoodTotal, new.stood())
        self._write(ClosedTotal, new.closings())
        self._write(EndingTotal, new.endings())
        self._write(JudgedTotal, new.judged())
        self._write(OwnedTotal, new.owned())

    def _fold_reached(self, zone: str, limit: int) -> int:
        rows = self._take(
            f"team_id, rep_id, source, country, campaign, step, seconds, {sql.bucket('seconds')}, arrived_at, "
            '"at", noted_at, gone_at',
            "reached", limit,
        )  # fmt: skip
        new = Additions(zone)
        for (_, *what, arrived, got, _, _), by, at in changes(rows):
            new.reached([*what, second(arrived), second(got)], by, at)
        self._add_reached(new)
        self._mark("reached", rows)
        return len(rows)

    def _add_reached(self, new: Additions) -> None:
        self._write(ReachedTotal, new.steps())
        self._write(OriginTotal, new.origins())
        self._write(SpeedTotal, new.speeds())
        self._write(StepTotal, new.got())

    def _fold_credits(self, zone: str, limit: int) -> int:
        """With the stays that they belong to, as nobody is ending them."""
        named = ", ".join(f"credit.{name}" for name in CREDITED)
        rows = self._take(
            f"credit.team_id, model, credit.currency, millionths, credit.cents, firsts, {named}, won_at, made_at, "
            "stay.ended_at",
            "credit", limit, " JOIN stay ON stay.id = credit.stay_id",
        )  # fmt: skip
        new = Additions(zone)
        for (_, *what, won, _, _), by, at in changes(rows):
            new.credit([*what, second(won)], by, at)
        self._write(CreditTotal, new.credits())
        self._mark("credit", rows)
        return len(rows)

    def _take(self, columns: str, table: str, limit: int, joined: str = "") -> list[tuple[Any, ...]]:
        """The oldest that nobody is changing."""
        only = f" ORDER BY {table}.id LIMIT {limit}{self._locks}"
        there, left = sql.unfolded(self._session, table) + joined, f"{table}.{LEFT}"
        question = sql.select(f"{table}.id, {table}.folded, {columns}", there, left, only)
        return list(map(tuple, self._session.connection().execute(text(question)).all()))

    def _write(self, model: Any, sums: Sums) -> None:
        """Add them to what is there, in the order of their keys."""
        rows = [(*key, *sums[key]) for key in sorted(sums) if any(sums[key])]
        if not rows:
            return
        connection = self._session.connection()
        into = added_to(model, connection.dialect)
        if self._is_sqlite:
            connection.exec_driver_sql(into.by_places, rows)
        else:
            connection.execute(into.as_lists, dict(zip(into.names, map(list, zip(*rows, strict=True)), strict=True)))

    def _mark(self, table: str, rows: list[tuple[Any, ...]]) -> None:
        """As far as each is in the sums now; and the newest moment that is."""
        if not rows:
            return
        self._set_folded(table, [row[0] for row in rows if row[-1] is None], 1)
        self._set_folded(table, [row[0] for row in rows if row[-1] is not None], 2)
        self._set_latest(moment for row in rows for moment in row[-2:] if moment is not None)

    def _set_latest(self, moments: Iterable[Any]) -> None:
        """As the driver gives them, so that none is rounded."""
        newest = max(moments, default=None)
        later = "UPDATE fold SET latest = :newest WHERE id = 1 AND (latest IS NULL OR latest < :newest)"
        self._session.connection().execute(text(later), {"newest": newest})

    def _set_folded(self, table: str, ids: list[int], folded: int) -> None:
        if not ids:
            return
        those = "IN (SELECT value FROM json_each(:ids))" if self._is_sqlite else "= ANY(CAST(:ids AS BIGINT[]))"
        statement = text(f"UPDATE {table} SET folded = :folded WHERE id {those}")  # noqa: S608
        given = {"folded": folded, "ids": json.dumps(ids) if self._is_sqlite else ids}
        self._session.connection().execute(statement, given)

    # --- emptying

    def _clear(self, fold: Fold, limit: int) -> int:
        """The sums go, and so many rows count as not in them any more; 0 if all that are left are being changed."""
        rows, moves = 0, False
        for table, name in FOLDED.items():
            before = getattr(fold, name)
            until, found = self._unfold(table, before, limit)
            setattr(fold, name, until)
            rows, moves = rows + found, moves or until > before
        for table in TOTALS:
            self._session.connection().execute(text(f"DELETE FROM {table}"))  # noqa: S608
        fold.is_clearing = bool(rows)
        self._session.flush()
        return rows + limit if moves or not rows else 0  # there is more to do, if only to fold again

    def _unfold(self, table: str, after: int, limit: int) -> tuple[int, int]:
        """How far it got, and how many there were; one that somebody is changing holds it up."""
        only, connection = f" ORDER BY id LIMIT {limit}", self._session.connection()
        those = f"id > {after} AND folded < {NOT_SUMMED}"
        found, free = (
            [row[0] for row in connection.execute(text(sql.select("id", table, those, only + locks)))]
            for locks in ("", self._locks)
        )
        mine = set(free)
        ready = list(takewhile(mine.__contains__, found))
        self._set_folded(table, ready, 0)
        return (ready[-1] if ready else after), len(found)
