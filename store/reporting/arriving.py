"""Writes down where the leads of a file stand and what they have reached, and adds that to the sums where it can."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, TextClause, text

from store.reporting.additions import Additions, Stood, second
from store.reporting.folding import Folding

ARRIVED, MQL = "@arrived", "@mql"
IS_GOOD = "level IN ('mql', 'sql')"
THOSE = "FROM lead WHERE import_id = :import_id AND id > :after AND state NOT IN ('merged', 'undone')"
STAYS = f"""
    INSERT INTO stay (lead_id, team_id, rep_id, source, stage, kind, chance, currency, arrived_at, since, began_at,
                      is_cleared, left_stage, left_owner, mql_at, got_at, folded)
    SELECT id, team_id, owner_id, source, stage, 'open', CASE stage {{chances}} ELSE 0 END, '',
           created_at, created_at, created_at, FALSE, FALSE, FALSE, CASE WHEN {IS_GOOD} THEN created_at END,
           CASE WHEN owner_id IS NOT NULL THEN created_at END, :folded {THOSE}
"""
STEPS = f"""
    INSERT INTO reached (lead_id, step, "at", noted_at, seconds, arrived_at, team_id, source, country, campaign, rep_id,
                         folded)
    SELECT id, :step, created_at, created_at, 0, created_at, team_id, source, country, campaign, owner_id, :folded
    {THOSE}
"""
# What sums tell apart: thousands of rows come to a few dozen.
ALIKE = text(f"""
    SELECT team_id, owner_id, source, stage, {IS_GOOD}, created_at, country, campaign, count(*) {THOSE}
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
""")


def arrived(
    connection: Connection, folding: Folding, zone: str, those: dict[str, int], chances: Mapping[str, int]
) -> None:
    """The leads of an import with numbers above `after`, each in one stay; whoever folds holds its turn to the end.

    Nobody ever waits for that turn, nor for a sum, which only its holder writes: so it stands in no order of locks.
    """
    is_folded = folding.is_free(zone)
    given = {**those, "folded": int(is_folded)}
    connection.execute(stays(len(chances)), given | named(chances))
    connection.execute(steps(""), given | {"step": ARRIVED})
    connection.execute(steps(f" AND {IS_GOOD}"), given | {"step": MQL})
    if is_folded:
        rows = connection.execute(ALIKE, those).all()
        folding.add(additions(zone, rows, chances), [row[5] for row in rows])


@lru_cache
def stays(stages: int) -> TextClause:
    chances = " ".join(f"WHEN :stage_{number} THEN :chance_{number}" for number in range(stages))
    return text(STAYS.format(chances=chances or "WHEN '' THEN 0"))


def named(chances: Mapping[str, int]) -> dict[str, str | int]:
    pairs = list(enumerate(chances.items()))
    return {f"stage_{number}": stage for number, (stage, _) in pairs} | {
        f"chance_{number}": chance for number, (_, chance) in pairs
    }


@lru_cache
def steps(condition: str) -> TextClause:
    return text(STEPS + condition)


def additions(zone: str, rows: Sequence[Any], chances: Mapping[str, int]) -> Additions:
    """What they come to: as many rows of `stay` and `reached` as were written for them."""
    found, alike = Additions(zone), Counter[Any]()
    for *what, country, campaign, count in rows:
        team_id, owner_id, source, _, is_good, created = what
        alike[tuple(what)] += count
        at = second(created)
        for step in (ARRIVED, MQL) if is_good else (ARRIVED,):
            found.reached([team_id, owner_id, source, country, campaign, step, 0, 0, at, at], count, at)
    for (team_id, owner_id, source, stage, is_good, created), count in alike.items():
        at = second(created)
        told: dict[str, Any] = {
            "team_id": team_id, "rep_id": owner_id, "source": source, "stage": stage, "kind": "open", "currency": "",
            "cents": 0, "chance": chances.get(stage, 0), "is_cleared": False, "left_owner": False, "since": at,
            "arrived_at": at, "mql_at": at if is_good else None, "got_at": at if owner_id is not None else None,
        }  # fmt: skip
        found.stay(Stood._make(map(told.get, Stood._fields)), count, at)
    return found
