"""Adds stays, steps and credits to the sums, each once with its beginning and once with its end, and marks how far
they are."""

import json
from itertools import takewhile
from typing import Any

from sqlalchemy import text
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
from store.reporting import sql
from store.reporting.additions import CREDITED, WAYS, Additions, Stood, Sums, changes, second
from store.reporting.sums import LEFT

TOTALS = (
    "stage_total", "reached_total", "speed_total", "closed_total", "ending_total", "credit_total", "step_total",
    "stood_total", "judged_total", "owned_total", "origin_total",
)  # fmt: skip
DUE = f"""SELECT EXISTS (SELECT 1 FROM stay WHERE {LEFT}) OR EXISTS (SELECT 1 FROM reached WHERE {LEFT})
          OR EXISTS (SELECT 1 FROM credit WHERE {LEFT})
          OR NOT EXISTS (SELECT 1 FROM fold WHERE zone = :zone AND NOT is_clearing)"""  # noqa: S608


class Folding:
    """Only one replica folds at a time, and it never waits for a row: so it can be in nobody's way for long."""

    def __init__(self, session: Session, *, locks_rows: bool) -> None:
        self._session = session
        self._is_sqlite = not locks_rows
        self._locks = " FOR UPDATE SKIP LOCKED" if locks_rows else ""

    def is_due(self, zone: str) -> bool:
        return bool(self._session.connection().execute(text(DUE), {"zone": zone}).scalar())

    def slice(self, zone: str, *, limit: int) -> int:
        """Fold so many rows at most of either kind; returns how many there were, 0 if somebody else is at it."""
        fold = self._turn()
        if fold is None:
            return 0
        if fold.zone != zone:
            fold.zone, fold.is_clearing, fold.latest = zone, True, None
            fold.stays_until = fold.reached_until = fold.credits_until = 0
            self._session.flush()
        if fold.is_clearing:
            return self._clear(fold, limit)
        return self._fold_stays(zone, limit) + self._fold_reached(zone, limit) + self._fold_credits(zone, limit)

    def _turn(self) -> Fold | None:
        """Whose turn it is holds the one row; only the very first has to make it, which another may wait for."""
        connection, locked = self._session.connection(), text(sql.select("id", "fold", "id = 1", self._locks))
        if connection.execute(locked).first() is None:
            if connection.execute(text("SELECT id FROM fold WHERE id = 1")).first() is not None:
                return None
            columns = "id, zone, is_clearing, stays_until, reached_until, credits_until"
            made = f"INSERT INTO fold ({columns}) VALUES (1, '', :no, 0, 0, 0) ON CONFLICT (id) DO NOTHING"  # noqa: S608
            connection.execute(text(made), {"no": False})
            if connection.execute(locked).first() is None:
                return None
        return self._session.get(Fold, 1, populate_existing=True)

    # --- adding

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
        self._write(StageTotal, new.stages())
        self._write(StoodTotal, new.stood())
        self._write(ClosedTotal, new.closings())
        self._write(EndingTotal, new.endings())
        self._write(JudgedTotal, new.judged())
        self._write(OwnedTotal, new.owned())
        self._mark("stay", rows)
        return len(rows)

    def _fold_reached(self, zone: str, limit: int) -> int:
        rows = self._take(
            f"team_id, rep_id, source, country, campaign, step, seconds, {sql.bucket('seconds')}, arrived_at, "
            '"at", noted_at, gone_at',
            "reached", limit,
        )  # fmt: skip
        new = Additions(zone)
        for (_, *what, arrived, got, _, _), by, at in changes(rows):
            new.reached([*what, second(arrived), second(got)], by, at)
        self._write(ReachedTotal, new.steps())
        self._write(OriginTotal, new.origins())
        self._write(SpeedTotal, new.speeds())
        self._write(StepTotal, new.got())
        self._mark("reached", rows)
        return len(rows)

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
        table = model.__table__
        keys = [column.name for column in table.primary_key]
        names = [*keys, *(column.name for column in table.columns if column.name not in keys)]
        added = ", ".join(f"{name} = {table.name}.{name} + excluded.{name}" for name in names[len(keys) :])
        change = f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {added}"
        rows = [(*key, *sums[key]) for key in sorted(sums) if any(sums[key])]
        if not rows:
            return
        into, connection = f"INSERT INTO {table.name} ({', '.join(names)})", self._session.connection()
        if self._is_sqlite:
            given = f"VALUES ({', '.join(f':{name}' for name in names)})"
            connection.execute(text(f"{into} {given} {change}"), [dict(zip(names, row, strict=True)) for row in rows])
        else:  # one statement for all of them: one each would take ten times as long
            kinds = [table.columns[name].type.compile(connection.dialect) for name in names]
            lists = ", ".join(f"CAST(:{name} AS {kind}[])" for name, kind in zip(names, kinds, strict=True))
            columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
            listed = sql.select("*", f"unnest({lists})", "TRUE", f" {change}")
            connection.execute(text(f"{into} {listed}"), columns)

    def _mark(self, table: str, rows: list[tuple[Any, ...]]) -> None:
        """As far as each is in the sums now; and the newest moment that is."""
        if not rows:
            return
        self._set_folded(table, [row[0] for row in rows if row[-1] is None], 1)
        self._set_folded(table, [row[0] for row in rows if row[-1] is not None], 2)
        # As the driver gives moments, so that none is rounded.
        newest = max(moment for row in rows for moment in row[-2:] if moment is not None)
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
        """The sums go, and so many rows at most count as not in them any more; and 1."""
        fold.stays_until, stays = self._unfold("stay", fold.stays_until, limit)
        fold.reached_until, reached = self._unfold("reached", fold.reached_until, limit)
        fold.credits_until, given = self._unfold("credit", fold.credits_until, limit)
        for table in TOTALS:
            self._session.connection().execute(text(f"DELETE FROM {table}"))  # noqa: S608
        fold.is_clearing = bool(stays or reached or given)
        self._session.flush()
        return stays + reached + given + 1  # there is more to do, if only to fold again

    def _unfold(self, table: str, after: int, limit: int) -> tuple[int, int]:
        """How far it got, and how many there were; one that somebody is changing holds it up."""
        only, connection = f" ORDER BY id LIMIT {limit}", self._session.connection()
        found, free = (
            [row[0] for row in connection.execute(text(sql.select("id", table, f"id > {after}", only + locks)))]
            for locks in ("", self._locks)
        )
        mine = set(free)
        ready = list(takewhile(mine.__contains__, found))
        self._set_folded(table, ready, 0)
        return (ready[-1] if ready else after), len(found)
