"""A year of follow-ups: every due reminder is sent, none twice, none at the wrong time, none that is not true any more.

YEAR=full simulates the whole year, YEAR_SEED repeats a run bit for bit; docs/simulation.md says what is in it.
"""

import dataclasses
import logging
import os
import random
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import structlog

from tests.scenarios.year.bugs import BUGS
from tests.scenarios.year.people import ZONES
from tests.scenarios.year.world import Plan
from tests.scenarios.year.year import Result, run

IS_FULL = os.environ.get("YEAR") == "full"
# The suite repeats one seed, so that a failure is a change's; the soak looks for new ones.
SEED = int(os.environ.get("YEAR_SEED", "0")) or (random.SystemRandom().randrange(1, 10**9) if IS_FULL else 7)
SPRING, AUTUMN = datetime(2027, 3, 26, tzinfo=UTC), datetime(2027, 10, 29, tzinfo=UTC)
CANARY_SEEDS = 6


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Thousands of refused calls are the point here, and no news."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.reset_defaults()


def kept(plan: Plan) -> Result:
    result = run(plan)
    print(f"\n{result}")  # noqa: T201
    assert not result.verdict.broken, f"{result}"
    return result


@pytest.mark.skipif(not IS_FULL, reason="make soak simulates the whole year")
@pytest.mark.timeout(7200)
def test_nobody_is_forgotten_in_a_whole_year() -> None:
    plan = Plan(
        SEED, datetime(2027, 1, 4, tzinfo=UTC), days=365, reps=int(os.environ.get("YEAR_REPS", "200")),
        zones=len(ZONES), follow_ups=int(os.environ.get("YEAR_FOLLOW_UPS", "10000")), kills=1000, has_channels=False,
    )  # fmt: skip
    assert kept(plan).verdict.counts["reminders"] > plan.follow_ups / 2


@pytest.mark.timeout(300)
@pytest.mark.parametrize("start", [SPRING, AUTUMN], ids=["spring", "autumn"])
def test_nobody_is_forgotten_in_the_weeks_when_clocks_change(start: datetime) -> None:
    """From Europe's change to Australia's and Chile's in spring; in autumn from Europe's to New York's."""
    plan = Plan(SEED, start, days=11, reps=20, zones=12, follow_ups=60, kills=30, spells_a_year=1500)
    counts = kept(plan).verdict.counts
    assert min(counts["reminders"], counts["digests"], counts["unknown outcomes"], counts["kills"]) > 0


def test_a_seed_repeats_itself_bit_for_bit() -> None:
    plan = dataclasses.replace(small(SEED), days=3)  # with the night in which the clocks change
    first, second = run(plan), run(plan)
    assert first.transcript == second.transcript
    assert first.faults == second.faults


CAUGHT_BY = {
    "marks before sending": "every due reminder is sent",
    "retries blindly": "nothing is repeated blindly",
    "does not look at the clock when it sends": "none outside the hearer's working hours",
    "does not look again when it sends": "none after it was done, cancelled or its lead closed",
    "says and marks in two transactions": "each rule speaks once of a due time",
    "plans in UTC": "none outside the hearer's working hours",
}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("bug", [bug for bug in BUGS if bug])
def test_the_judge_catches_a_bot_that(bug: str) -> None:
    """Where faults fall is chance, so a bug may survive a week of them; it may not survive all."""
    for seed in range(SEED, SEED + CANARY_SEEDS):
        if CAUGHT_BY[bug] in run(small(seed, bug)).verdict.broken:
            return
    pytest.fail(f"YEAR_SEED={SEED}: not caught in {CANARY_SEEDS} weeks")


def small(seed: int, bug: str = "") -> Plan:
    """A week in which as much goes wrong as can."""
    return Plan(
        seed, SPRING, days=6, reps=10, zones=10, follow_ups=40, kills=40, spells_a_year=3000, has_channels=False,
        bug=bug,
    )  # fmt: skip
