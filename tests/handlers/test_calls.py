"""Telephone systems at the door: signed in their own way or with a key, each call taken once."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import jwt
import pytest
from sqlmodel import select

from store.models import Touch
from tests.handlers.door import DIALPAD_SECRET, KEY, Door, door
from tests.rules.test_telephony import CTM, DIALPAD

JANE = {"name": "Jane Doe", "phone": "+4930901820"}


@pytest.fixture
def there(database_url: str) -> Iterator[Door]:
    with door(database_url) as made:
        made.post(JANE)
        yield made


def tell(there: Door, system: str, body: bytes, kind: str = "application/json", key: str = KEY) -> httpx.Response:
    headers = {"Content-Type": kind, **({"Authorization": f"Bearer {key}"} if key else {})}
    return there.http.post(f"/api/calls/{system}", content=body, headers=headers)


def signed(told: dict[str, Any], secret: str = DIALPAD_SECRET) -> bytes:
    return jwt.encode(told, secret, algorithm="HS256").encode()


def calls(there: Door) -> list[Touch]:
    with there.services.reading() as uow:
        return list(uow.session.exec(select(Touch).where(Touch.kind == "call")))


def test_dialpads_word_counts_when_it_is_signed(there: Door) -> None:
    assert tell(there, "dialpad", signed(DIALPAD), "application/jwt", key="").json() == {"taken": True}
    assert [(touch.seconds, touch.recording) for touch in calls(there)] == [(61, "https://dialpad.example/recording/1")]


@pytest.mark.parametrize(
    "body",
    [
        signed(DIALPAD, "another secret that is long enough"), signed(DIALPAD)[:-3], json.dumps(DIALPAD).encode(), b"",
        b"a.b.c", jwt.encode(DIALPAD, "", algorithm="none").encode(),
    ],
)  # fmt: skip
def test_what_dialpad_did_not_sign_is_turned_away(there: Door, body: bytes) -> None:
    assert tell(there, "dialpad", body, "application/jwt", key="").status_code == 401
    assert calls(there) == []


def test_calltrackingmetrics_comes_with_a_key_and_tells_what_brought_the_call(there: Door) -> None:
    assert tell(there, "calltrackingmetrics", json.dumps(CTM).encode()).status_code == 202
    assert [(touch.detail, touch.number) for touch in calls(there)] == [("Google Ads", "+14155550123")]


def test_told_twice_a_call_is_one(there: Door) -> None:
    for _ in range(2):
        tell(there, "calltrackingmetrics", json.dumps(CTM).encode())
    assert len(calls(there)) == 1


def test_without_a_key_nothing_is_taken(there: Door) -> None:
    assert tell(there, "calltrackingmetrics", json.dumps(CTM).encode(), key="").status_code == 401


@pytest.mark.parametrize("body", [b"[]", b"{}", b'"x"', b'{"sid": {}, "caller_number": [1]}'])
def test_what_tells_of_no_call_is_left_alone(there: Door, body: bytes) -> None:
    assert tell(there, "calltrackingmetrics", body).json() == {"taken": False}


def test_what_cannot_be_read_is_refused(there: Door) -> None:
    assert tell(there, "calltrackingmetrics", b"{").status_code == 422


def test_a_system_that_nobody_knows_is_not_there(there: Door) -> None:
    answer = tell(there, "nothing", b"{}")
    assert answer.status_code == 404
    assert "dialpad, calltrackingmetrics" in answer.text
