"""What the outbox keeps: order, one waiting row a projection, one speaker a lane."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from store.database import Database
from store.models import OutboxLane, OutboxRow
from store.outbox import LeaseLostError, Outbox, Turn

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LEASE = timedelta(seconds=45)


@contextmanager
def outbox(database: Database) -> Iterator[Outbox]:
    """One committed transaction."""
    with database.session() as session:
        box = Outbox(session, locks_rows=not database.is_sqlite)
        yield box
        box.flush()
        session.commit()


def say(database: Database, text: str, *, lane: str = "team:1", once: str | None = None) -> None:
    with outbox(database) as box:
        box.add(kind="message", lane=lane, payload={"text": text}, now=NOON, coalesce_key=once)


def take(database: Database, *, now: datetime = NOON, holder: str = "me") -> Turn:
    with outbox(database) as box:
        turn = box.claim_lane(holder, now, LEASE)
    assert turn is not None
    return turn


def begin(box: Outbox, lane: str) -> OutboxRow:
    row = box.head(lane)
    assert row is not None
    box.begin(row, method="chat.postMessage", channel="C1", thread_ts=None, since_ts="1.0")
    return row


def send_head(database: Database, turn: Turn, ts: str = "2.0") -> OutboxRow:
    with outbox(database) as box:
        box.keep(turn, NOON + LEASE)
        row = begin(box, turn.lane)
        box.mark_sent(turn, row, NOON, channel="C1", ts=ts)
        box.release(turn, NOON)
    return row


def rows(database: Database) -> list[tuple[str, str]]:
    with database.session(writes=False) as session:
        found = session.scalars(select(OutboxRow).order_by(OutboxRow.id))  # type: ignore[arg-type]
        return [(row.payload["text"], row.status) for row in found]


def lane(database: Database, name: str = "team:1") -> OutboxLane:
    with database.session(writes=False) as session:
        return session.get_one(OutboxLane, name)


def test_rows_of_a_lane_leave_in_the_order_they_were_added(database: Database) -> None:
    for text in ("first", "second", "third"):
        say(database, text)
    left = []
    for _ in range(3):
        turn = take(database)
        left.append(send_head(database, turn).payload["text"])
    assert left == ["first", "second", "third"]


def test_a_lane_with_nothing_left_sleeps_until_something_is_added(database: Database) -> None:
    say(database, "only")
    send_head(database, take(database))
    assert lane(database).next_at is None
    say(database, "another")
    assert lane(database).next_at == NOON


def test_nothing_is_kept_when_the_transaction_is_undone(database: Database) -> None:
    with database.session() as session:
        box = Outbox(session, locks_rows=not database.is_sqlite)
        box.add(kind="message", lane="team:1", payload={"text": "never"}, now=NOON)
        assert box.flush()
    assert rows(database) == []
    with outbox(database) as box:
        assert not box.flush()


def test_changes_of_one_projection_wait_as_one_row_with_the_newest_payload(database: Database) -> None:
    say(database, "old", once="card:7")
    say(database, "new", once="card:7")
    with outbox(database) as box:
        box.add(kind="card", lane="team:1", payload={"text": "newer"}, now=NOON, coalesce_key="card:7")
        box.add(kind="card", lane="team:1", payload={"text": "newest"}, now=NOON, coalesce_key="card:7")
    assert rows(database) == [("newest", "pending")]


def test_a_row_being_sent_does_not_absorb_a_new_change(database: Database) -> None:
    say(database, "rendered", once="card:7")
    turn = take(database)
    with outbox(database) as box:
        box.keep(turn, NOON + LEASE)
        begin(box, turn.lane)
    say(database, "changed meanwhile", once="card:7")
    assert rows(database) == [("rendered", "sending"), ("changed meanwhile", "pending")]


def test_a_row_put_back_takes_over_the_change_that_waited_behind_it(database: Database) -> None:
    say(database, "rendered", once="card:7")
    turn = take(database)
    with outbox(database) as box:
        row = begin(box, turn.lane)
    say(database, "changed meanwhile", once="card:7")
    assert row.id is not None
    with outbox(database) as box:
        box.keep(turn, NOON + LEASE)
        box.put_back(box.row(row.id), "slow down")
        box.release(turn, NOON)
    assert rows(database) == [("changed meanwhile", "pending"), ("changed meanwhile", "skipped")]


def test_a_lane_has_one_speaker_until_the_lease_runs_out(database: Database) -> None:
    say(database, "hello")
    take(database)
    with outbox(database) as box:
        assert box.claim_lane("somebody else", NOON + LEASE - timedelta(seconds=1), LEASE) is None
        assert box.claim_lane("somebody else", NOON + LEASE, LEASE) is not None


def test_a_speaker_whose_lease_ran_out_can_no_longer_write(database: Database) -> None:
    say(database, "hello")
    late = take(database, holder="late")
    take(database, now=NOON + LEASE, holder="early")
    with pytest.raises(LeaseLostError), outbox(database) as box:
        box.keep(late, NOON + LEASE)


def test_a_lane_in_hand_is_not_taken_again_whatever_the_clock_says(database: Database) -> None:
    say(database, "hello")
    turn = take(database)
    with outbox(database) as box:
        assert box.claim_lane("me too", NOON + timedelta(days=1), LEASE, besides={turn.lane}) is None


def test_a_clock_set_back_by_an_hour_does_not_put_a_waiting_lane_to_sleep(database: Database) -> None:
    say(database, "hello")
    assert take(database, now=NOON - timedelta(hours=1)).lane == "team:1"


def test_other_lanes_go_on_while_one_is_held(database: Database) -> None:
    say(database, "to one", lane="user:U1")
    say(database, "to another", lane="user:U2")
    assert {take(database).lane, take(database).lane} == {"user:U1", "user:U2"}


def test_a_dead_row_never_blocks_its_lane(database: Database) -> None:
    say(database, "poison")
    say(database, "good")
    turn = take(database)
    with outbox(database) as box:
        box.keep(turn, NOON + LEASE)
        box.mark_dead(begin(box, turn.lane), "invalid_blocks")
        box.release(turn, NOON)
    assert send_head(database, take(database)).payload["text"] == "good"
    with outbox(database) as box:
        assert [(row.payload["text"], row.error) for row in box.dead()] == [("poison", "invalid_blocks")]


def test_a_dead_row_can_be_revived_once_its_cause_is_mended(database: Database) -> None:
    say(database, "poison")
    turn = take(database)
    with outbox(database) as box:
        row = begin(box, turn.lane)
        box.mark_dead(row, "invalid_blocks")
        box.release(turn, NOON)
    assert row.id is not None
    with outbox(database) as box:
        assert box.revive(row.id, NOON)
        assert not box.revive(row.id, NOON)
        assert not box.revive(999, NOON)
    assert send_head(database, take(database)).payload["text"] == "poison"


def test_the_newest_known_message_of_a_lane_never_goes_backwards(database: Database) -> None:
    for text, ts in (("a", "5.0"), ("b", "4.0")):
        say(database, text)
        send_head(database, take(database), ts=ts)
    assert lane(database).last_ts == "5.0"


def test_a_parked_lane_keeps_its_rows_and_says_why(database: Database) -> None:
    say(database, "hello")
    turn = take(database)
    hour = NOON + timedelta(hours=1)
    with outbox(database) as box:
        box.park(turn, hour, "is_archived")
    say(database, "more")
    with outbox(database) as box:
        summary = box.summary(NOON + timedelta(seconds=30))
        assert box.claim_lane("me", NOON + timedelta(minutes=59), LEASE) is None
    assert [(parked.lane, parked.reason, parked.next_try_at) for parked in summary.parked] == [
        ("team:1", "is_archived", hour)
    ]
    assert (summary.pending, summary.sending, summary.dead, summary.oldest_seconds) == (2, 0, 0, 30)
    with outbox(database) as box:
        box.unpark("team:1", NOON)
    send_head(database, take(database))
    with outbox(database) as box:
        assert box.summary(NOON).parked == ()


def test_settled_rows_are_forgotten_and_waiting_ones_are_not(database: Database) -> None:
    say(database, "old")
    send_head(database, take(database))
    say(database, "waiting")
    with outbox(database) as box:
        assert box.forget(NOON + timedelta(days=30)) == 1
    assert rows(database) == [("waiting", "pending")]


def _fail_after_writing(box: Outbox, row: OutboxRow) -> None:
    with box.guarded():
        box.mark_dead(row, "nonsense")
        raise LeaseLostError


def test_a_failing_block_is_undone_without_losing_the_transaction_around_it(database: Database) -> None:
    say(database, "hello")
    with outbox(database) as box:
        row = box.head("team:1")
        assert row is not None
        with pytest.raises(LeaseLostError):
            _fail_after_writing(box, row)
    assert rows(database) == [("hello", "pending")]


def test_a_row_to_look_at_again_is_handed_to_one_sweeper(database: Database) -> None:
    say(database, "twice?")
    turn = take(database)
    with outbox(database) as box:
        row = begin(box, turn.lane)
        row.sweep_at = NOON
        box.mark_sent(turn, row, NOON, channel="C1", ts="2.0")
        box.release(turn, NOON)
    with outbox(database) as box:
        assert box.claim_sweep(NOON - timedelta(seconds=1), LEASE) is None
        found = box.claim_sweep(NOON, LEASE)
        assert found is not None
        assert found.payload == {"text": "twice?"}
    with outbox(database) as box:
        assert box.claim_sweep(NOON, LEASE) is None


def test_a_row_added_while_the_lane_is_put_to_sleep_is_never_left_behind(database: Database) -> None:
    """The lost wake-up: speakers and a sender race a hundred times; whatever was said must be sent."""

    def speak() -> None:
        for number in range(25):
            say(database, f"{number}")

    speakers = [threading.Thread(target=speak) for _ in range(4)]
    sent = 0

    def send() -> None:
        nonlocal sent
        while sent < 100:
            with outbox(database) as box:
                turn = box.claim_lane("me", NOON, LEASE)
            if turn is None:
                if not any(speaker.is_alive() for speaker in speakers) and lane(database).next_at is None:
                    return
                continue
            with outbox(database) as box:
                box.keep(turn, NOON + LEASE)
                if box.head(turn.lane) is not None:
                    box.mark_sent(turn, begin(box, turn.lane), NOON, channel="C1", ts="2.0")
                    sent += 1
                box.release(turn, NOON)

    sender = threading.Thread(target=send)
    for thread in (*speakers, sender):
        thread.start()
    for thread in (*speakers, sender):
        thread.join(60)
    assert sent == 100


def test_transactions_that_speak_in_the_same_lanes_never_lock_each_other_out(database: Database) -> None:
    failures: list[BaseException] = []

    def speak(lanes: list[str]) -> None:
        try:
            for _ in range(25):
                with outbox(database) as box:
                    for name in lanes:
                        box.add(kind="message", lane=name, payload={"text": name}, now=NOON)
        except Exception as error:  # noqa: BLE001 - a deadlock must fail the test, not vanish in a thread
            failures.append(error)

    lanes = ["team:1", "user:U1", "user:U2"]
    threads = [threading.Thread(target=speak, args=(order,)) for order in (lanes, lanes[::-1]) * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert len(rows(database)) == 6 * 25 * 3


def test_a_lane_stranded_by_a_clock_set_back_is_wanted_now(database: Database) -> None:
    say(database, "before the clock was set back")
    with outbox(database) as box:
        box._session.get_one(OutboxLane, "team:1").next_at = NOON + timedelta(days=8)
    with outbox(database) as box:
        assert box.next_at(NOON) == NOON
