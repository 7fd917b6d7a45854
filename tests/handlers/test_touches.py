"""What leads do comes to the same door as they did: the same keepers, the same refusals, each once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.handlers.door import KEY, OTHER_KEY, Door, door, problems
from tests.handlers.tables import added
from tests.handlers.test_intake_keys import signature

EVER = datetime(2000, 1, 1, tzinfo=UTC)
VIEW = {"kind": "page_view", "detail": "pricing page"}


@pytest.fixture
def lead(there: Door) -> int:
    return int(there.post().json()["id"])


def touch(there: Door, body: object, *, key: str | None = KEY, **headers: str) -> httpx.Response:
    sender = {"Authorization": f"Bearer {key}"} if key is not None else {}
    named = {name.replace("_", "-").title(): value for name, value in headers.items()}
    if isinstance(body, bytes):
        sent = {"Content-Type": "application/json", **sender, **named}
        return there.http.post("/api/touches", content=body, headers=sent)
    return there.http.post("/api/touches", json=body, headers={**sender, **named})


def test_202_means_that_the_touch_is_in_the_database(there: Door, lead: int) -> None:
    before = there.rows()
    answer = touch(there, {**VIEW, "lead": lead, "kind": "webinar", "detail": "Selling in Slack"})
    assert (answer.status_code, answer.json()) == (202, {"lead": lead, "repeated": False})
    assert added(before, there.rows()) == {"touch": 1, "inbox": 1}


def test_the_lead_is_found_by_its_address(there: Door) -> None:
    email = f"{uuid4().hex}@acme.example"
    number = there.post({"name": "Jane", "email": email}).json()["id"]
    assert touch(there, {**VIEW, "email": email.upper()}).json()["lead"] == number


def test_a_number_that_no_lead_has_is_404_with_a_sentence(there: Door) -> None:
    before = there.rows()
    answer = touch(there, {**VIEW, "lead": 2**31 - 1})
    assert answer.status_code == 404
    assert problems(answer) == {"lead": "I know no such lead. Send it to POST /api/leads first."}
    assert there.rows() == before


@pytest.mark.parametrize("whose", [{"email": "nobody@nowhere.example"}, {"visitor": "v-4711"}])
def test_of_somebody_unknown_it_is_kept_until_they_say_who_they_are(there: Door, whose: dict[str, Any]) -> None:
    before = there.rows()
    answer = touch(there, {**VIEW, **whose})
    assert (answer.status_code, answer.json()) == (202, {"lead": None, "repeated": False})
    assert added(before, there.rows()) == {"touch": 1, "inbox": 1}


def test_a_lead_that_comes_with_a_visitors_id_has_what_the_visitor_did(there: Door) -> None:
    visitor = uuid4().hex
    touch(there, {**VIEW, "visitor": visitor})
    number = there.post({"name": "Jane", "email": f"{visitor}@acme.example", "visitor": visitor}).json()["id"]
    assert touch(there, {**VIEW, "visitor": visitor}).json()["lead"] == number
    with there.services.reading() as uow:
        assert [row.kind for row in uow.touches.since(number, EVER)].count("page_view") == 2


def test_a_batch_says_how_many_are_news_and_of_whom(there: Door, lead: int) -> None:
    before, visitor = there.rows(), uuid4().hex
    many = [{**VIEW, "lead": lead}, {**VIEW, "visitor": visitor}, {**VIEW, "visitor": visitor}]
    answer = touch(there, {"touches": many})
    assert (answer.status_code, answer.json()) == (
        202, {"taken": 3, "known": 1, "anonymous": 2, "repeated": False}
    )  # fmt: skip
    assert added(before, there.rows()) == {"touch": 3, "inbox": 1}


def test_a_batch_is_taken_whole_or_not_at_all_and_each_bad_one_is_named(there: Door, lead: int) -> None:
    before = there.rows()
    good = {**VIEW, "lead": lead}
    shape = touch(there, {"touches": [good, {**good, "kind": "dance"}, {**good, "owner": 1}]})
    assert set(problems(shape)) == {"touches.1.kind", "touches.2.owner"}
    sense = touch(there, {"touches": [good, {**good, "email": "a@b.example"}, {"kind": "call", "recording": "x"}]})
    assert set(problems(sense)) == {"touches.1.lead", "touches.2.lead", "touches.2.recording"}
    nobody = touch(there, {"touches": [good, {**good, "lead": 2**31 - 1}]})
    assert (nobody.status_code, set(problems(nobody))) == (404, {"touches.1.lead"})
    for many in ([], [good] * 1001):
        assert "touches" in problems(touch(there, {"touches": many}))
    assert added(before, there.rows()) == {"inbox": 4}


def test_a_thousand_come_in_one_batch(there: Door, lead: int) -> None:
    many = [{**VIEW, "lead": lead, "id": f"{lead}-{number}"} for number in range(1000)]
    assert touch(there, {"touches": many}).json()["taken"] == 1000
    again = touch(there, {"touches": many}, key=OTHER_KEY)  # another sender's names are not these
    assert again.json()["taken"] == 1000
    assert touch(there, {"touches": many}).json()["taken"] == 0


@pytest.mark.parametrize(
    ("fields", "named", "says"),
    [
        ({"kind": "dance"}, "kind", "page_view"),
        ({"kind": None}, "kind", "page_view"),
        ({"lead": None}, "lead", "either the lead's number or an e-mail"),
        ({"email": "jane@acme.example"}, "lead", "either the lead's number or an e-mail"),
        ({"lead": None, "email": "not an address"}, "email", "@"),
        ({"lead": 0}, "lead", "greater"),
        ({"lead": 2**31}, "lead", "less"),
        ({"lead": "1"}, "lead", "integer"),
        ({"lead": 1.5}, "lead", "integer"),
        ({"lead": True}, "lead", "integer"),
        ({"at": "2026-11-24T09:30:00"}, "at", "timezone"),
        ({"at": "soon"}, "at", "datetime"),
        ({"at": "2999-01-01T00:00:00Z"}, "at", "future"),
        ({"at": "0001-01-01T00:00:00+14:00"}, "at", "before the year 2000"),
        ({"detail": ["pricing"]}, "detail", "string"),
        ({"detail": "x" * 20_001}, "detail", "20000"),
        ({"owner": 1}, "owner", "This field is not known."),
        ({"key": "k"}, "key", "This field is not known."),
    ],
)
def test_each_problem_is_named_with_its_reason_and_only_the_rejection_is_kept(
    there: Door, lead: int, fields: dict[str, object], named: str, says: str
) -> None:
    before = there.rows()
    answer = touch(there, {**VIEW, "lead": lead, **fields})
    assert answer.status_code == 422
    assert says in problems(answer)[named]
    assert added(before, there.rows()) == {"inbox": 1}
    assert "pricing" not in str(there.rows()["inbox"][-1])


@pytest.mark.parametrize("body", [b"", b"[", b"[]", b"null", b'"x"', b"{", b'{"a": 1, "a": 2}', b"\xff", b"[" * 9000])
def test_what_is_no_touch_is_refused(there: Door, body: bytes) -> None:
    assert touch(there, body).status_code == 422


def test_the_door_is_the_one_of_leads(there: Door, lead: int) -> None:
    before = there.rows()
    body = {**VIEW, "lead": lead}
    assert [touch(there, body, key=key).status_code for key in (None, "wrong")] == [401] * 2
    assert touch(there, b"{}" + b" " * 1_100_000).status_code == 413
    assert touch(there, b"kind=form", content_type="application/x-www-form-urlencoded").status_code == 415
    assert there.rows() == before


def test_a_signature_is_as_good_as_a_key(there: Door, lead: int) -> None:
    body = f'{{"kind": "form", "lead": {lead}}}'.encode()
    headers = signature(body)
    first, again = (touch(there, body, key=None, **headers) for _ in range(2))
    assert (first.status_code, again.json()) == (202, {"lead": lead, "repeated": True})


def test_too_many_are_slowed_down_together_with_leads(sqlite_url: str) -> None:
    with door(sqlite_url, per_second=0.0, burst=3, monotonic=lambda: 0.0) as small:
        number = small.post().json()["id"]
        answers = [touch(small, {**VIEW, "lead": number}) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [202, 202, 429]
        assert answers[-1].headers["Retry-After"] == "1"


def test_the_same_key_again_changes_nothing(there: Door, lead: int) -> None:
    key = uuid4().hex
    body = {**VIEW, "lead": lead, "at": "2026-11-24T09:00:00Z"}
    first = touch(there, body, idempotency_key=key)
    before = there.rows()
    again = touch(there, body, idempotency_key=key)
    assert (first.json(), again.json()) == ({"lead": lead, "repeated": False}, {"lead": lead, "repeated": True})
    assert there.rows() == before
    other = touch(there, {**body, "detail": "else"}, idempotency_key=key)
    assert "Idempotency-Key" in problems(other)
    assert touch(there, {**body, "detail": "else"}, idempotency_key=key, key=OTHER_KEY).json()["repeated"] is False


def test_the_same_touch_at_the_same_moment_counts_once(there: Door, lead: int) -> None:
    key, together, before = uuid4().hex, threading.Barrier(8), there.rows()

    def send(_: int) -> httpx.Response:
        together.wait()
        return touch(there, {**VIEW, "lead": lead}, idempotency_key=key)

    with ThreadPoolExecutor(8) as many:
        answers = list(many.map(send, range(8)))
    assert {answer.status_code for answer in answers} == {202}
    assert sorted(answer.json()["repeated"] for answer in answers) == [False] + [True] * 7
    assert added(before, there.rows())["touch"] == 1


def test_it_is_described(there: Door) -> None:
    page = there.http.get("/docs").text
    assert "/api/touches" in page
    assert "email_clicked" in there.http.get("/openapi.json").text
