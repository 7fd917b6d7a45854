"""Whatever named point the bot is killed at, or paused at beyond its lease: all is said, and once."""

import os
from pathlib import Path

import pytest

from store.database import Database
from tests.scenarios.kill.harness import play_points
from tests.scenarios.kill.points import POINTS
from tests.schemas import create_tables

PAUSED = [name for name, point in POINTS.items() if point.is_paused]
KILLED = [name for name, point in POINTS.items() if not point.is_paused]
IS_LONG = "KILLS" in os.environ


def killed_on(database: Database) -> list[str]:
    """The suite is at each point on one of the two, in turn; `make kill` at each on both."""
    return KILLED if IS_LONG else KILLED[int(database.is_sqlite) :: 2]


@pytest.mark.timeout(900)
def test_a_bot_killed_at_any_named_point_loses_nothing_and_says_nothing_twice(
    database: Database, tmp_path: Path
) -> None:
    points = killed_on(database)
    verdicts = play_points(database, tmp_path, points)
    assert list(verdicts) == points
    assert {name: broken for name, broken in verdicts.items() if broken} == {}


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_a_replica_that_goes_on_after_another_took_over_finds_that_it_is_too_late(
    database: Database, tmp_path: Path
) -> None:
    verdicts = play_points(database, tmp_path, PAUSED)
    assert list(verdicts) == PAUSED
    assert {name: broken for name, broken in verdicts.items() if broken} == {}


CAUGHT_AT = {
    "marks before sending": ("reminder: call on the wire, Slack has not got it", "direct messages: 0 instead of 1"),
    "retries blindly": ("reminder: Slack has it, answer not read", "copies too many before the sweep: 1 instead of 0"),
    "resets sending rows on start": ("reminder: Slack has it, answer not read", "copies too many after the sweep: 1"),
    "settles a reminder before it is queued": ("reminder committed, nothing sent", "direct messages: 0 instead of 1"),
}


@pytest.mark.parametrize("bug", CAUGHT_AT)
def test_the_points_catch_a_bot_that(tmp_path: Path, bug: str) -> None:
    point, finding = CAUGHT_AT[bug]
    database = Database(f"sqlite:///{tmp_path / 'dibs.db'}")
    create_tables(database)
    try:
        verdicts = play_points(database, tmp_path, [point], bug=bug)
    finally:
        database.close()
    assert any(finding in broken for broken in verdicts[point]), verdicts
