"""Whoever carries messages to leads may be killed at any moment: each leaves at most once, and none is forgotten."""

import dataclasses
import json
import random
from collections import Counter
from pathlib import Path

from store.database import Database
from store.models import LeadMessage
from tests.factories import ALICE, Office
from tests.post import SAID_YES, write
from tests.preloaded import run
from tests.scenarios.kill.post import Plan

# Where each life ends with a message of its own in hand, what becomes of that one, and how often it left. The first
# moment comes last: what was not committed is in nobody's hands, so that the life that is left sends it.
MOMENTS = (
    (2, "claim committed", "doubtful", 0), (3, "about to leave", "doubtful", 0),
    (4, "gone, not settled", "doubtful", 1), (5, "settled, not committed", "doubtful", 1),
    (6, "settled and committed", "sent", 1), (1, "claim written, not committed", "sent", 1),
)  # fmt: skip
LIVES, MESSAGES = 12, 30


def office_with(database: Database, messages: int) -> Office:
    office = Office(database, ALICE)
    lead_id = office.claimed_lead(consent=SAID_YES)
    for number in range(messages):
        write(office, lead_id, kind="rep", text=str(number))
    return office


def live(office: Office, folder: Path, *deaths: int, replicas: int = 1, repeats: bool = False) -> Counter[str]:
    """Let lives end so, and one last live on when leases have run out; how often each message was carried."""
    carried, plan_file = folder / "carried", folder / "plan.json"
    carried.touch()
    plan = Plan(office.services.database.url, str(carried), deaths, replicas, repeats)
    plan_file.write_text(json.dumps(dataclasses.asdict(plan)), encoding="utf-8")
    done = run("-m", "tests.scenarios.kill.post", str(plan_file), seconds=120)
    assert done.returncode == 0, done.stderr[-2000:]
    return Counter(carried.read_text(encoding="utf-8").split())


def test_a_message_in_hand_leaves_at_most_once_and_is_shown_if_nobody_knows(database: Database, tmp_path: Path) -> None:
    office = office_with(database, len(MOMENTS))
    carried = live(office, tmp_path, *(moment for moment, *_ in MOMENTS))
    came = [(row.status, carried[row.key]) for row in office.rows(LeadMessage)]
    assert came == [(status, times) for _, _, status, times in MOMENTS]
    asked = [line for line in office.lines("message") if "I do not know whether" in line]
    assert len(asked) == sum(status == "doubtful" for status, _ in came)


def test_no_death_of_any_of_two_replicas_doubles_or_forgets_a_message(database: Database, tmp_path: Path) -> None:
    rng = random.Random(8)  # noqa: S311
    office = office_with(database, MESSAGES)
    deaths = [rng.randint(1, 13) for _ in range(LIVES)]
    carried = live(office, tmp_path, *deaths, replicas=1 if database.is_sqlite else 2)
    rows = office.rows(LeadMessage)
    assert set(carried.values()) == {1}
    assert {row.key for row in rows if row.status == "sent"} <= set(carried)
    assert set(carried) <= {row.key for row in rows if row.status in ("sent", "doubtful")}
    assert Counter(row.status for row in rows).keys() == {"sent", "doubtful"}


def test_a_bot_that_repeats_what_was_in_hand_is_caught(sqlite_database: Database, tmp_path: Path) -> None:
    office = office_with(sqlite_database, 1)
    gone = 4 + 2  # it looks for what was in hand first, which takes a transaction
    assert set(live(office, tmp_path, gone, repeats=True).values()) == {2}
