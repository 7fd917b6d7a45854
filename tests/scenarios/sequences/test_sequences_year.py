"""Sequences over months with kills, outages and clock changes, judged from outside; SEQUENCES=full is a whole year."""

import logging
import os
import random
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import structlog

from tests.scenarios.sequences.bugs import BUGS
from tests.scenarios.sequences.judge import Verdict
from tests.scenarios.sequences.lives import run
from tests.scenarios.sequences.plan import Plan

IS_FULL = os.environ.get("SEQUENCES") == "full"
SEED = int(os.environ.get("SEQUENCES_SEED", "0")) or (random.SystemRandom().randrange(1, 10**9) if IS_FULL else 7)
LEADS = int(os.environ.get("SEQUENCES_LEADS", "5000"))  # of whom each is enrolled twice, about
SPRING = datetime(2027, 3, 1, tzinfo=UTC)
# In some months nobody answers or leaves in time for it; this one is full of that, and a few more are in reserve.
CANARY_SEED, CANARY_SEEDS = SEED + 8, 6


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.reset_defaults()


def kept(plan: Plan) -> Verdict:
    verdict = run(plan).verdict
    print(f"\nSEQUENCES_SEED={plan.seed}: {verdict}")  # noqa: T201
    assert not verdict.broken, f"SEQUENCES_SEED={plan.seed}: {verdict}"
    return verdict


def small(seed: int, bug: str = "") -> Plan:
    """A month and a half around the changes of the clocks."""
    return Plan(seed, SPRING, days=45, leads=14 if bug else 30, kills=0.02, outages=20, bug=bug)


def test_nobody_is_written_to_twice_at_night_after_a_no_or_too_often() -> None:
    counts = kept(small(SEED)).counts
    assert min(counts["arrived by email"], counts["arrived by sms"], counts["kills"], counts["messages doubtful"]) > 0


@pytest.mark.skipif(not IS_FULL, reason="make soak simulates the whole year")
@pytest.mark.timeout(7200)
def test_ten_thousand_enrolments_over_a_year() -> None:
    counts = kept(Plan(SEED, datetime(2027, 1, 4, tzinfo=UTC), days=365, leads=LEADS, outages=12)).counts
    assert counts["enrolments"] > LEADS * 1.5


CAUGHT_BY = {
    "believes every form": "none without a basis",
    "writes at night": "none outside of their hours",
    "knows no week": "at most so many a week",
    "loses who unsubscribes": "none without a basis",
    "loses answers": "none after what ends it",
    "repeats what is in doubt": "every step at most once",
    "takes a step in two transactions": "every step at most once",
}


@pytest.mark.parametrize("bug", [bug for bug in BUGS if bug])
def test_the_judge_catches_a_bot_that(bug: str) -> None:
    for seed in range(CANARY_SEED, CANARY_SEED + CANARY_SEEDS):
        if CAUGHT_BY[bug] in run(small(seed, bug)).verdict.broken:
            return
    pytest.fail(f"SEQUENCES_SEED={SEED}: not caught in {CANARY_SEEDS} runs")
