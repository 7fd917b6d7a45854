"""Who may send leads, and how fast: keys, signatures, limits, and what a full or broken house answers."""

import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
from sqlalchemy import make_url
from standardwebhooks import Webhook

from handlers.intake import AT_ONCE
from tests.handlers.door import JANE, KEY, OTHER_KEY, SECRET, Door, door, problems
from tests.handlers.tables import added


def test_both_keys_are_known_while_they_are_changed_over(there: Door) -> None:
    assert [there.post(key=key).status_code for key in (KEY, OTHER_KEY)] == [202, 202]
    assert there.post(key=None, authorization=f"bearer   {KEY}").status_code == 202


@pytest.mark.parametrize(
    "authorization",
    [
        b"", b"Bearer", b"Bearer wrong", b"Basic " + KEY.encode(), KEY.encode(),
        b"Bearer " + KEY.encode() + b"x", b"Bearer " + KEY[:-1].encode(), b"Bearer " + KEY.upper().encode(),
        "Bearer schlüssel".encode(), b"Bearer \xff\xfe\xfd", b"Bearer " + b"k" * 20_000,
        b"Bearer " + f"{KEY},{OTHER_KEY}".encode(),
    ],
)  # fmt: skip
def test_anyone_else_is_turned_away_with_401_and_leaves_no_trace(there: Door, authorization: bytes) -> None:
    before = there.rows()
    answer = there.http.post("/api/leads", json=JANE, headers=[(b"Authorization", authorization)])
    assert answer.status_code == 401
    assert list(problems(answer)) == ["authorization"]
    assert there.rows() == before


def test_a_stranger_learns_nothing_about_the_body(there: Door) -> None:
    answers = [there.post(body, key="wrong") for body in (b"{}", b"[", JANE)]
    assert len({(answer.status_code, answer.text) for answer in answers}) == 1


def signature(body: bytes, *, message_id: str | None = None, at: datetime | None = None) -> dict[str, str]:
    message_id, at = message_id or uuid4().hex, at or datetime.now(UTC)
    return {
        "webhook-id": message_id, "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(SECRET).sign(message_id, at, body.decode()),
    }  # fmt: skip


BODY = b'{"name": "Jane Doe", "email": "jane@acme.example"}'


def test_a_good_signature_is_as_good_as_a_key_and_a_replay_is_the_same_lead(there: Door) -> None:
    signed = signature(BODY)
    first, again = (there.post(BODY, key=None, **signed) for _ in range(2))
    assert (first.status_code, again.status_code) == (202, 202)
    assert again.json() == {"id": first.json()["id"], "repeated": True}


def test_a_resent_webhook_with_a_fresh_timestamp_is_the_same_lead(there: Door) -> None:
    first = there.post(BODY, key=None, **signature(BODY, message_id="msg_1"))
    later = signature(BODY, message_id="msg_1", at=datetime.now(UTC) + timedelta(seconds=9))
    assert there.post(BODY, key=None, **later).json() == {"id": first.json()["id"], "repeated": True}


@pytest.mark.parametrize(
    "changed",
    [
        {"webhook-signature": "v1,AAAA"}, {"webhook-signature": "v1"}, {"webhook-signature": ""},
        {"webhook-signature": "v2,x v1,!!"}, {"webhook-signature": "v1," + "A" * 30_000},
        {"webhook-timestamp": "soon"}, {"webhook-timestamp": "9" * 5000}, {"webhook-timestamp": "nan"},
        {"webhook-timestamp": "inf"}, {"webhook-timestamp": "-1"}, {"webhook-timestamp": ""},
        {"webhook-id": "another"}, {"webhook-id": ""},
    ],
)  # fmt: skip
def test_a_broken_signature_is_401(there: Door, changed: dict[str, str]) -> None:
    assert there.post(BODY, key=None, **{**signature(BODY), **changed}).status_code == 401


def test_a_signature_with_other_than_ascii_is_401(there: Door) -> None:
    headers = [(name.encode(), value.encode()) for name, value in signature(BODY).items() if "signature" not in name]
    headers.append((b"webhook-signature", "v1,ümläut".encode()))
    assert there.http.post("/api/leads", content=BODY, headers=headers).status_code == 401


def test_a_body_changed_after_signing_is_401(there: Door) -> None:
    signed = signature(BODY)
    before = there.rows()
    for body in (BODY.replace(b"Jane", b"Mary"), BODY + b" ", b"\xff" + BODY, b""):
        assert there.post(body, key=None, **signed).status_code == 401
    assert there.rows() == before


@pytest.mark.parametrize("seconds", [-301, 302])
def test_a_signature_of_another_time_is_401(there: Door, seconds: int) -> None:
    signed = signature(BODY, at=datetime.now(UTC) + timedelta(seconds=seconds))
    assert there.post(BODY, key=None, **signed).status_code == 401


def test_too_fast_is_429_with_the_time_to_wait_and_passes(sqlite_url: str) -> None:
    seconds = [0.0]
    with door(sqlite_url, monotonic=lambda: seconds[0], per_second=1.0, burst=2.0) as house:
        assert [house.post().status_code for _ in range(3)] == [202, 202, 429]
        refused = house.post()
        assert refused.headers["Retry-After"] == "1"
        assert "Slow down" in problems(refused)["request"]
        assert house.post(key="wrong").status_code == 401
        seconds[0] = 1.0
        assert [house.post().status_code for _ in range(2)] == [202, 429]
        seconds[0] = 1000.0
        assert [house.post().status_code for _ in range(3)] == [202, 202, 429]


@contextmanager
def writes_held(url: str) -> Iterator[None]:
    """Another program holds the database so that nobody can write."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(str(address.database), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
            other.execute("ROLLBACK")
    else:
        with psycopg.connect(url) as connection:
            connection.execute("LOCK TABLE inbox, lead IN EXCLUSIVE MODE")
            yield
            connection.rollback()


def test_a_database_that_cannot_be_written_is_503_and_nothing_is_lost_or_kept(database_url: str) -> None:
    with door(database_url) as house:
        before = house.rows()
        with writes_held(database_url):
            answer = house.post(idempotency_key="k")
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) >= 1
        assert "same Idempotency-Key" in problems(answer)["server"]
        assert house.rows() == before
        again = house.post(idempotency_key="k")
        assert (again.status_code, again.json()["repeated"]) == (202, False)


@pytest.mark.parametrize("url", ["sqlite:////nowhere/at/all/dibs.db", "postgresql://nobody:hunter2@127.0.0.1:1/none"])
def test_no_database_is_503_for_leads_and_says_so_on_healthz(url: str) -> None:
    with door(url, ready=False) as house:
        answer = house.post()
        assert answer.status_code == 503
        assert answer.headers["Retry-After"]
        health = house.http.get("/healthz")
        assert health.status_code == 503
        assert health.json() == {"database": "does not answer", "slack": "connected"}
        metrics = house.http.get("/metrics")
        assert metrics.status_code == 503
        for said in (answer.text, health.text, metrics.text):
            assert "hunter2" not in said
            assert "nowhere" not in said
            assert "Traceback" not in said


def test_a_flood_is_told_to_come_back_and_leaves_room_for_health_and_slack(sqlite_url: str) -> None:
    with door(sqlite_url) as house, ThreadPoolExecutor(AT_ONCE + 20) as pool, wide_client(house) as http:
        with writes_held(sqlite_url):
            sent = [pool.submit(send, http) for _ in range(AT_ONCE + 20)]
            refused = [answer for answer in first_answers(sent, 20) if "at once" in answer.text]
            assert house.http.get("/healthz").status_code == 200
        answers = [future.result() for future in sent]
        assert {answer.status_code for answer in answers} <= {202, 503}
        assert refused
        assert {answer.headers["Retry-After"] for answer in refused} == {"1"}
        assert house.post().status_code == 202


def wide_client(house: Door) -> httpx.Client:
    limits = httpx.Limits(max_connections=AT_ONCE + 20)
    return httpx.Client(base_url=house.http.base_url, limits=limits, timeout=30, trust_env=False)


def send(http: httpx.Client) -> httpx.Response:
    return http.post("/api/leads", json=JANE, headers={"Authorization": f"Bearer {KEY}"})


def first_answers(sent: list[Any], count: int) -> list[httpx.Response]:
    """The answers of whoever is answered first."""
    enough, found = threading.Semaphore(0), []

    def note(future: Any) -> None:
        found.append(future.result())
        enough.release()

    for future in sent:
        future.add_done_callback(note)
    for _ in range(count):
        enough.acquire(timeout=20)
    return list(found)


def test_a_signed_lead_counts_in_the_database_once(there: Door) -> None:
    before, signed = there.rows(), signature(BODY)
    for _ in range(3):
        there.post(BODY, key=None, **signed)
    assert added(before, there.rows())["lead"] == 1
