"""Slack over signed HTTP: what it signed is heard, and everything else is turned away at the door."""

import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from io import StringIO
from urllib.parse import urlencode

import httpx
import pytest
from slack_sdk import WebClient

from bot.sandbox import Sandbox
from bot.services import Services
from handlers.bolt import http_endpoint, slack_app
from handlers.replies import MAX_BODY
from handlers.web import SlackEndpoint
from tests.handlers.door import Door, door, problems

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
FORM = "application/x-www-form-urlencoded"
HELP = urlencode({
    "command": "/lead", "text": "help", "user_id": "U0ALICE", "team_id": "T0DIBS", "channel_id": "C0LEADSSMB",
    "trigger_id": "1.2", "response_url": "https://hooks.slack.example/1",
}).encode()  # fmt: skip


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, slack: Sandbox) -> Iterator[Door]:
    def endpoint(services: Services) -> SlackEndpoint:
        client = WebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[], timeout=5)
        return http_endpoint(slack_app(services, client, signing_secret=SECRET), SECRET)

    with door(f"sqlite:///{tmp_path_factory.mktemp('database') / 'dibs.db'}", slack=endpoint) as made:
        yield made


def signed(body: bytes, *, at: float | None = None, secret: str = SECRET) -> dict[str, str | bytes]:
    timestamp = str(int(time.time() if at is None else at))
    digest = hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={digest}", "Content-Type": FORM}


def send(house: Door, body: bytes, headers: dict[str, str | bytes]) -> httpx.Response:
    raw = [(name.encode(), value if isinstance(value, bytes) else value.encode()) for name, value in headers.items()]
    return house.http.post("/slack/events", content=body, headers=raw)


def test_what_slack_signed_is_heard(house: Door) -> None:
    answer = send(house, HELP, signed(HELP))
    assert answer.status_code == 200
    assert answer.json()["response_type"] == "ephemeral"
    assert "/lead show" in json.dumps(answer.json())


def test_slacks_question_whether_the_address_is_ours_is_answered(house: Door) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "abc", "token": "t"}).encode()
    answer = send(house, body, {**signed(body), "Content-Type": "application/json"})
    assert (answer.status_code, answer.json()) == (200, {"challenge": "abc"})


@pytest.mark.parametrize("seconds", [-295, 295])
def test_a_clock_a_little_off_is_forgiven(house: Door, seconds: int) -> None:
    assert send(house, HELP, signed(HELP, at=time.time() + seconds)).status_code == 200


@pytest.mark.parametrize("seconds", [-301, -86_400, 302])
def test_an_old_request_is_401(house: Door, seconds: int) -> None:
    assert send(house, HELP, signed(HELP, at=time.time() + seconds)).status_code == 401


def test_another_secret_is_401(house: Door) -> None:
    assert send(house, HELP, signed(HELP, secret="other")).status_code == 401
    assert send(house, HELP, signed(HELP, secret="")).status_code == 401


@pytest.mark.parametrize("body", [HELP + b" ", HELP.replace(b"help", b"find"), b"", b"\xff" + HELP, HELP + b"\x00"])
def test_a_changed_body_is_401(house: Door, body: bytes) -> None:
    assert send(house, body, signed(HELP)).status_code == 401


@pytest.mark.parametrize("missing", ["X-Slack-Request-Timestamp", "X-Slack-Signature"])
def test_a_missing_header_is_401(house: Door, missing: str) -> None:
    headers = signed(HELP)
    del headers[missing]
    answer = send(house, HELP, headers)
    assert answer.status_code == 401
    assert problems(answer)


@pytest.mark.parametrize(
    "timestamp",
    [
        "",
        "soon",
        "-1",
        "1e9",
        "0x10",
        "nan",
        "9" * 21,
        "9" * 5000,
        "1 2",
        "\uff11".encode(),
        "٣".encode(),
        b"\xff",
        "1.0",
        "_",
    ],
)
def test_a_timestamp_that_is_no_number_is_401(house: Door, timestamp: str | bytes) -> None:
    assert send(house, HELP, {**signed(HELP), "X-Slack-Request-Timestamp": timestamp}).status_code == 401


@pytest.mark.parametrize(
    "signature", ["", "v0=", "v1=00", "v0=ü".encode(), b"\xff\xfe", "v0=" + "0" * 64, "v0=" + "0" * 20_000]
)
def test_a_signature_of_another_shape_is_401(house: Door, signature: str | bytes) -> None:
    assert send(house, HELP, {**signed(HELP), "X-Slack-Signature": signature}).status_code == 401


@pytest.mark.parametrize(
    "body", [b"", b"{", b"payload=", b"payload=%7B", b"payload=[]", b"\xff\xfe", b"[]", b"null", b"7"]
)
@pytest.mark.parametrize("kind", [FORM, "application/json", "text/plain"])
def test_nonsense_is_turned_away_before_anybody_reads_it(house: Door, body: bytes, kind: str, log: StringIO) -> None:
    for headers in (signed(body, secret="other"), {}):
        assert send(house, body, {**headers, "Content-Type": kind}).status_code == 401
    assert "Traceback" not in log.getvalue()


def test_a_body_beyond_the_limit_is_413_before_anything_is_hashed(house: Door) -> None:
    body = b"a" * (MAX_BODY + 1)
    assert send(house, body, signed(body)).status_code == 413
    assert send(house, body[:-1], signed(body)).status_code == 401


def test_the_address_is_not_part_of_the_public_description(house: Door) -> None:
    assert "/slack" not in house.http.get("/openapi.json").text
    assert house.http.get("/slack/events").status_code == 405
