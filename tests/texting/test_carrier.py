"""The SMS carrier against the sandbox's telephone, and against providers that fail in every way."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from bot.contact.ports import Later, Parcel, Refused, Taken, Unknown
from bot.sandbox import Sandbox
from bot.texting.carrier import TwilioCarrier
from tests.nearby import nearby


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    running = Sandbox()
    running.start()
    yield running
    running.stop()


def parcel(to: str = "+4930901820", text: str = "Hello") -> Parcel:
    return Parcel("key", "sms", to, "", text)


def carrier(url: str) -> TwilioCarrier:
    return TwilioCarrier("AC1", "token", "+4915112345678", url=url)


@contextmanager
def provider(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """Something that listens, and does so with each connection."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                connection.recv(65536)
                answer(connection)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


def saying(status: str, body: str = "{}") -> Callable[[socket.socket], None]:
    raw = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    return lambda connection: connection.sendall(raw.encode())


def test_a_text_reaches_the_telephone(sandbox: Sandbox) -> None:
    taken = carrier(sandbox.url).carry(parcel(text="Hello, Jane"))
    assert isinstance(taken, Taken)
    with nearby(sandbox.url) as http:
        newest = http.get("/sandbox/post").json()["texts"][0]
    assert (newest["body"], newest["number"], newest["sid"]) == ("Hello, Jane", "+4930901820", taken.provider_id)


def test_a_number_that_does_not_exist_is_dead(sandbox: Sandbox) -> None:
    refused = carrier(sandbox.url).carry(parcel(to="+15005550001"))
    assert refused == Refused(
        "the SMS provider refused it: Unable to create record: Invalid 'To' Phone Number: +15005550001 (21211)",
        is_address_dead=True,
    )


def test_a_text_too_long_is_refused_and_the_number_lives(sandbox: Sandbox) -> None:
    refused = carrier(sandbox.url).carry(parcel(text="x" * 1601))
    assert isinstance(refused, Refused)
    assert not refused.is_address_dead


def test_where_nobody_listens_it_may_be_tried_again() -> None:
    free = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{free.getsockname()[1]}"
    free.close()
    assert isinstance(carrier(url).carry(parcel()), Later)


def test_a_line_that_is_cut_after_the_request_leaves_it_unknown() -> None:
    with provider(socket.socket.close) as url:
        assert isinstance(carrier(url).carry(parcel()), Unknown)


@pytest.mark.parametrize(
    ("status", "body", "becomes"),
    [
        ("429 Too Many Requests", '{"code": 20429, "message": "slow"}', Later),
        ("401 Unauthorized", '{"code": 20003, "message": "Authenticate"}', Later),
        ("500 Internal Server Error", '{"code": 20500, "message": "x"}', Unknown),
        ("400 Bad Request", '{"code": 21610, "message": "unsubscribed recipient"}', Refused),
        ("200 OK", "this is no JSON", Unknown),
    ],
)
def test_what_the_provider_says_is_told_apart(status: str, body: str, becomes: type) -> None:
    with provider(saying(status, body)) as url:
        assert isinstance(carrier(url).carry(parcel()), becomes)
