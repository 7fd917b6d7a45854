"""A lead comes to the door: stored before it is acknowledged, refused with reasons, and stored once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import httpx
import pytest

from tests.handlers.door import JANE, OTHER_KEY, Door, problems
from tests.handlers.tables import added


def test_202_means_that_the_lead_is_in_the_database(there: Door) -> None:
    before = there.rows()
    answer = there.post()
    after = there.rows()
    assert answer.status_code == 202
    new = added(before, after)
    assert {"lead", "touch", "inbox", "decision", "outbox"} <= set(new)
    assert new["lead"] == 1
    assert after["lead"][-1][0] == answer.json()["id"]
    assert answer.json()["repeated"] is False


@pytest.mark.parametrize(
    ("fields", "named", "says"),
    [
        ({"email": "not an address"}, "email", "@"),
        ({"email": "a@x.example, b@evil.example"}, "email", ""),
        ({"phone": "call me"}, "phone", "not a telephone number"),
        ({"phone": "+49 30 12345678901234"}, "phone", "too long or too short"),
        ({"name": "", "email": "", "phone": "+49 30 901820"}, "name", "needs a name or an e-mail"),
        ({"email": None}, "email", "e-mail address or a phone number"),
        ({"name": 7}, "name", "string"),
        ({"name": ["Jane"]}, "name", "string"),
        ({"name": "x" * 20_001}, "name", "20000"),
        ({"consent": "perhaps"}, "consent", "boolean"),
        ({"fields": "many"}, "fields", "dictionary"),
        ({"fields": {"plan": ["a"]}}, "fields.plan", ""),
        ({"fields": {f"f{n}": n for n in range(65)}}, "fields", "At most 64"),
        ({"surname": "Doe"}, "surname", "Put your own fields under “fields”"),
        ({"id": 1}, "id", "not known"),
        ({"owner_id": 1}, "owner_id", "not known"),
    ],
)
def test_each_problem_is_named_with_its_reason_and_only_the_rejection_is_kept(
    there: Door, fields: dict[str, object], named: str, says: str
) -> None:
    before = there.rows()
    answer = there.post({**JANE, **fields})
    assert answer.status_code == 422
    assert says in problems(answer)[named]
    assert added(before, there.rows()) == {"inbox": 1}
    assert "jane" not in str(there.rows()["inbox"][-1]).lower()


def test_all_problems_of_a_lead_come_at_once(there: Door) -> None:
    assert set(problems(there.post({"name": "", "email": "x", "phone": "y"}))) == {"email", "phone"}
    assert set(problems(there.post({"nmae": "Jane", "consent": "?"}))) == {"nmae", "consent"}


def test_the_same_key_and_body_answer_with_the_same_lead(there: Door) -> None:
    key = uuid4().hex
    first = there.post(idempotency_key=key)
    before = there.rows()
    again = there.post(idempotency_key=key)
    reordered = there.post(dict(reversed(JANE.items())), idempotency_key=key)
    assert (first.status_code, again.status_code, reordered.status_code) == (202, 202, 202)
    assert again.json() == reordered.json() == {"id": first.json()["id"], "repeated": True}
    assert there.rows() == before


def test_the_same_key_with_another_body_is_refused(there: Door) -> None:
    key = uuid4().hex
    there.post(idempotency_key=key)
    before = there.rows()
    answer = there.post({**JANE, "name": "Someone else"}, idempotency_key=key)
    assert answer.status_code == 422
    assert "used before with another body" in problems(answer)["Idempotency-Key"]
    assert there.rows() == before


def test_a_lead_that_was_refused_may_be_mended_under_the_same_key(there: Door) -> None:
    key = uuid4().hex
    assert there.post({**JANE, "email": "x"}, idempotency_key=key).status_code == 422
    assert there.post(idempotency_key=key).status_code == 202


def test_one_senders_keys_do_not_clash_with_anothers(there: Door) -> None:
    key = uuid4().hex
    first = there.post(idempotency_key=key)
    other = there.post({**JANE, "name": "Another"}, key=OTHER_KEY, idempotency_key=key)
    assert other.status_code == 202
    assert other.json()["id"] != first.json()["id"]


def test_without_a_key_every_request_is_a_lead_of_its_own(there: Door) -> None:
    assert there.post().json()["id"] != there.post().json()["id"]


def test_long_keys_stay_apart_although_their_column_is_short(there: Door) -> None:
    stem = uuid4().hex * 100
    one, two = (there.post({**JANE, "name": name}, idempotency_key=stem + name) for name in ("One", "Two"))
    assert (one.status_code, two.status_code) == (202, 202)
    assert there.post({**JANE, "name": "One"}, idempotency_key=stem + "One").json()["repeated"] is True


def test_a_key_of_latin_letters_and_marks_is_a_key(there: Door) -> None:
    for key in ("ключ".encode(), b"\xff\xfe", b"'; DROP TABLE lead; --"):
        answers = [
            there.http.post(
                "/api/leads", json=JANE,
                headers=[(b"Authorization", b"Bearer first-intake-key"), (b"Idempotency-Key", key)],
            )
            for _ in range(2)
        ]  # fmt: skip
        assert [answer.status_code for answer in answers] == [202, 202]
        assert answers[1].json()["repeated"] is True


def test_of_many_at_once_with_one_key_exactly_one_makes_a_lead(there: Door) -> None:
    key, before, senders = uuid4().hex, there.rows(), 12
    start = threading.Barrier(senders)

    def send(_: int) -> httpx.Response:
        start.wait()
        while (answer := there.post(idempotency_key=key)).status_code == 503:
            pass  # whoever waits too long for the others, on a busy machine, is asked to send it again
        return answer

    with ThreadPoolExecutor(senders) as pool:
        answers = list(pool.map(send, range(senders)))
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert sorted(answer.json()["repeated"] for answer in answers) == [False] + [True] * (senders - 1)
    assert added(before, there.rows())["lead"] == 1
