"""Writes down, within the transaction that decides about a lead, from when to when it waited for somebody."""

from collections.abc import Collection, Iterable
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import bindparam, insert, text
from sqlmodel import Session, col, select
from sqlmodel.sql.sqltypes import UTCDateTime

from store.models import Hold
from store.models.columns import NOT_SUMMED

HELD = "held"
# Held again and again is one wait; what is part of another by the end of the transaction waits for nobody.
BEGINS = text("""
    INSERT INTO hold (lead_id, team_id, source, why, began_at, noted_at, folded)
    SELECT id, :team_id, source, :why, :began_at, :noted_at, :folded FROM lead
    WHERE id = :lead_id AND state NOT IN ('merged', 'undone')
    ON CONFLICT DO NOTHING
""").bindparams(bindparam("began_at", type_=UTCDateTime()), bindparam("noted_at", type_=UTCDateTime()))
# One statement of their own text: to put it together anew takes longer than to ask.
ENDS = text(
    "UPDATE hold SET ended_at = :at, folded = 0 WHERE lead_id IN :leads AND ended_at IS NULL AND gone_at IS NULL"
).bindparams(bindparam("at", type_=UTCDateTime()), bindparam("leads", expanding=True))
GOES = text(f"""
    UPDATE hold SET gone_at = :at, folded = CASE folded WHEN {NOT_SUMMED} THEN folded ELSE -folded END
    WHERE lead_id = :lead_id AND gone_at IS NULL
""").bindparams(bindparam("at", type_=UTCDateTime()))  # noqa: S608 - a number


class Decided(NamedTuple):
    """A decision about who gets a lead; `why` it is held, if it is."""

    lead_id: int
    team_id: int
    kind: str
    why: str
    at: datetime


class Holding:
    """What waits in one session; each wait is a row, of which the database allows one at a time for each lead."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._told: list[Decided] = []
        self._never: set[int] = set()  # new leads that have not waited yet

    def decided(self, one: Decided) -> None:
        self._told.append(one)

    def write(self, now: datetime, new: Collection[int]) -> None:
        """What was decided since the last time; of leads that are `new` nothing waits yet."""
        told, self._told = self._told, []
        self._never = set(new)
        for turn in rounds(told):
            begins = [one for one in turn if one.kind == HELD]
            over = [one for one in turn if one.kind != HELD]
            for at, some in groupby(sorted(over, key=lambda one: one.at), key=lambda one: one.at):
                self.end([one.lead_id for one in some], at)
            if begins:
                rows = [
                    {"lead_id": one.lead_id, "team_id": one.team_id, "why": one.why, "began_at": one.at,
                     "noted_at": now, "folded": NOT_SUMMED} for one in begins
                ]  # fmt: skip
                self._session.connection().execute(BEGINS, rows)
                self._never.difference_update(one.lead_id for one in begins)

    def end(self, lead_ids: Iterable[int], at: datetime) -> None:
        """Somebody has them, or nobody is to have them any more."""
        if leads := [lead_id for lead_id in lead_ids if lead_id not in self._never]:
            self._session.connection().execute(ENDS, {"leads": leads, "at": at})

    def gone(self, lead_id: int, now: datetime) -> None:
        """It never was a lead of its own."""
        self._session.connection().execute(GOES, {"lead_id": lead_id, "at": now})

    def back(self, lead_id: int, gone_at: datetime, now: datetime) -> None:
        """It is one again, as it was when it went."""
        columns = [getattr(Hold, name) for name in ("lead_id", "team_id", "source", "why", "began_at", "ended_at")]
        those = col(Hold.lead_id) == lead_id, col(Hold.gone_at) == gone_at
        connection = self._session.connection()
        found = connection.execute(select(*columns).where(*those).order_by(col(Hold.id)))
        again = {"noted_at": now, "gone_at": None}
        rows: list[dict[str, Any]] = [
            dict(row._mapping) | again | {"folded": NOT_SUMMED if row.ended_at is None else 0} for row in found
        ]
        if rows:
            connection.execute(insert(Hold), rows)


def rounds(told: list[Decided]) -> list[list[Decided]]:
    """Of each lead the first decision, then of each the second: hardly ever is there one."""
    found: list[list[Decided]] = []
    seen: dict[int, int] = {}
    for one in told:
        place = seen[one.lead_id] = seen.get(one.lead_id, -1) + 1
        if place == len(found):
            found.append([])
        found[place].append(one)
    return found
