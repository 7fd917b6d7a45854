"""The bot may be killed at any moment: nothing acknowledged is lost, nothing is said twice, nobody wins twice."""

import os
import random
from pathlib import Path

import pytest

from store.database import Database
from tests.scenarios.kill.harness import run_kills
from tests.scenarios.kill.judge import Verdict
from tests.schemas import create_tables

KILLS = int(os.environ.get("KILLS", "60"))
SEED = int(os.environ.get("KILL_SEED", "0")) or random.SystemRandom().randrange(1, 10**9)
CANARY_KILLS, CANARY_BATCHES = 20, 8
PAUSED_LIVES = max(12, KILLS // 20)
# A request that Slack takes up only after the look-up said "absent" doubles; the sweep removes the copy.
RESIDUE = 1


def is_kept(verdict: Verdict) -> bool:
    return not verdict.broken and verdict.duplicates <= RESIDUE


# Opening a connection to PostgreSQL takes a good part of a short life.
LONGEST = {"sqlite": 0.150, "postgresql": 0.300}


@pytest.mark.timeout(400 + 2 * KILLS)
def test_no_kill_loses_or_doubles_anything(database: Database, tmp_path: Path) -> None:
    replicas = 1 if database.is_sqlite else 2
    kind = database.engine.name
    verdict = run_kills(database, tmp_path, seed=SEED, kills=KILLS // 2, replicas=replicas, longest=LONGEST[kind])
    print(f"\nKILL_SEED={SEED} on {kind}, {replicas} replica(s): {verdict}")  # noqa: T201
    assert verdict.acked["lead"] > KILLS // 60, verdict
    assert is_kept(verdict), f"KILL_SEED={SEED}: {verdict}"


@pytest.mark.timeout(120 + 5 * PAUSED_LIVES)
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_a_replica_that_is_paused_past_its_lease_neither_loses_nor_doubles(database: Database, tmp_path: Path) -> None:
    verdict = run_kills(database, tmp_path, seed=SEED, kills=PAUSED_LIVES, replicas=3, longest=0.5, pauses=0.5)
    print(f"\nKILL_SEED={SEED}, every second life paused: {verdict}")  # noqa: T201
    assert is_kept(verdict), f"KILL_SEED={SEED}: {verdict}"


CAUGHT_BY = {
    "marks before sending": "exactly once",
    "retries blindly": "",  # the sweep mends it: only the count of duplicates gives it away
    "resets sending rows on start": "a copy too many after the sweep",
    "claims naively": "leads that two were told is theirs",
}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("bug", CAUGHT_BY)
def test_the_harness_catches_a_bot_that(tmp_path: Path, bug: str) -> None:
    """Where the kills fall is chance, so a bug may survive some of them; it may not survive all."""
    verdicts = []
    for batch in range(CANARY_BATCHES):
        home = tmp_path / str(batch)
        home.mkdir()
        verdict = run_on_sqlite(home, seed=SEED + batch, bug=bug)
        print(f"\nKILL_SEED={SEED + batch}, a bot that {bug}: {verdict}")  # noqa: T201
        if not is_kept(verdict) and CAUGHT_BY[bug] in str(verdict):
            return
        verdicts.append(verdict)
    pytest.fail(f"KILL_SEED={SEED}: not caught in {CANARY_BATCHES * CANARY_KILLS} kills: {verdicts[-1]}")


def run_on_sqlite(home: Path, *, seed: int, bug: str) -> Verdict:
    database = Database(f"sqlite:///{home / 'dibs.db'}")
    create_tables(database)
    try:
        return run_kills(database, home, seed=seed, kills=CANARY_KILLS, bug=bug)
    finally:
        database.close()
