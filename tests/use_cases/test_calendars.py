"""A rep's own calendar is asked over TLS by a client that trusts nobody, and read by a process that has little time."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic

import pytest

from bot.meetings import booking, commanding, subscriptions
from bot.meetings.fetching import MOST_BYTES, NotFetchedError, Reach, fetch
from store.database import Database
from store.models import BookingPage, BusyTime
from tests.factories import ALICE
from tests.mailing.servers import Certificate, make_certificate
from tests.rules.test_meetings import calendar_of
from tests.use_cases.test_meetings import TOMORROW, Desk, desk_over

BUSY = calendar_of("DTSTART:20261125T095000Z\r\nDTEND:20261125T101000Z").encode()


@dataclass
class There:
    """A web server that answers what a test says."""

    port: int = 0
    status: int = 200
    body: bytes = BUSY
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}/private/basic.ics?x=1"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def there(certificate: Certificate) -> Iterator[There]:
    told = There()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.asked.append(self.path)
            self.send_response(told.status)
            for name, value in told.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(told.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = certificate.server.wrap_socket(server.socket, server_side=True)
    told.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield told
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def ask(there: There, certificate: Certificate) -> Callable[[str], bytes]:
    """Here, and nowhere else, this machine may be asked."""
    here = Reach(lambda address: address in ("127.0.0.1", "::1"), (there.port,), certificate.trusting)
    return partial(fetch, monotonic=monotonic, reach=here)


@pytest.fixture
def subscribed(database: Database, there: There) -> Desk:
    desk = desk_over(database)
    with desk.services.unit_of_work() as uow:
        page = uow.meetings.page(desk.rep_id)
        assert page is not None
        page.calendar_url, page.fetch_at = there.url, desk.services.now()
        uow.commit()
    return desk


def page_of(desk: Desk) -> BookingPage:
    return desk.office.rows(BookingPage, rep_id=desk.rep_id)[0]


def test_what_is_busy_there_is_not_offered_here(subscribed: Desk, ask: Callable[[str], bytes], there: There) -> None:
    assert TOMORROW in booking.look(subscribed.services, subscribed.token, "", "").times
    assert subscriptions.due(subscribed.services) == [subscribed.rep_id]
    subscriptions.refresh(subscribed.services, subscribed.rep_id, ask=ask)
    assert there.asked == ["/private/basic.ics?x=1"]
    assert TOMORROW not in booking.look(subscribed.services, subscribed.token, "", "").times
    assert len(subscribed.office.rows(BusyTime)) == 1
    assert subscriptions.due(subscribed.services) == []
    subscribed.office.clock.advance(minutes=15)
    there.body = calendar_of().encode()
    subscriptions.refresh(subscribed.services, subscribed.rep_id, ask=ask)
    assert subscribed.office.rows(BusyTime) == []


def test_trouble_is_told_once_and_so_is_its_end_and_what_was_busy_stands(
    subscribed: Desk, ask: Callable[[str], bytes], there: There
) -> None:
    for status in (200, 500, 404, 200):
        there.status = status
        subscriptions.refresh(subscribed.services, subscribed.rep_id, ask=ask)
        assert len(subscribed.office.rows(BusyTime)) == 1
        subscribed.office.clock.advance(hours=2)
    said = [line for line in subscribed.told(ALICE.slack_id) if "calendar" in line]
    assert len(said) == 2
    assert "I cannot read your calendar at localhost" in said[0]
    assert "private" not in said[0]
    assert "again" in said[1]
    assert page_of(subscribed).trouble == ""


def test_two_replicas_ask_once(subscribed: Desk, ask: Callable[[str], bytes], there: There) -> None:
    for _ in range(2):
        subscriptions.refresh(subscribed.services, subscribed.rep_id, ask=ask)
    assert len(there.asked) == 1


def test_another_calendar_forgets_what_the_old_one_said(subscribed: Desk, ask: Callable[[str], bytes]) -> None:
    def changes_meanwhile(url: str) -> bytes:
        commanding.save(subscribed.services, ALICE.slack_id, "", "")
        return ask(url)

    subscriptions.refresh(subscribed.services, subscribed.rep_id, ask=changes_meanwhile)
    assert subscribed.office.rows(BusyTime) == []
    assert page_of(subscribed).fetch_at is None


# --- where it goes, and how long it takes


@pytest.mark.parametrize(
    ("status", "headers", "says"),
    [(302, {"Location": "https://localhost/"}, "302 instead"), (403, {}, "nothing for me there"),
     (204, {}, "204 instead")],
)  # fmt: skip
def test_only_a_plain_answer_counts(
    ask: Callable[[str], bytes], there: There, status: int, headers: dict[str, str], says: str
) -> None:
    there.status, there.headers, there.body = status, headers, b""
    with pytest.raises(NotFetchedError, match=says):
        ask(there.url)
    assert len(there.asked) == 1


def test_more_than_so_much_is_not_read(ask: Callable[[str], bytes], there: There) -> None:
    there.body = b"x" * (MOST_BYTES + 1)
    with pytest.raises(NotFetchedError, match="larger than"):
        ask(there.url)


def test_who_takes_too_long_is_left(there: There, certificate: Certificate) -> None:
    there.body = b"x" * 300_000
    seconds = iter(range(0, 10_000, 9))
    here = Reach(lambda _: True, (there.port,), certificate.trusting)
    with pytest.raises(NotFetchedError, match="too long"):
        fetch(there.url, monotonic=lambda: float(next(seconds)), reach=here)


@pytest.mark.parametrize("begins", [b"", b"HTTP/1.1 200 OK\r\nX: "])
def test_who_says_a_letter_now_and_then_is_left_as_well(certificate: Certificate, begins: bytes) -> None:
    """In the handshake, or among the headers."""
    done = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=dribble, args=(listener, certificate, begins, done))
        thread.start()
        port = listener.getsockname()[1]
        here = Reach(lambda _: True, (port,), certificate.trusting, longest=0.3)
        with pytest.raises(NotFetchedError, match="too long"):
            fetch(f"https://localhost:{port}/x", monotonic=monotonic, reach=here)
        done.set()
        thread.join()


def dribble(listener: socket.socket, certificate: Certificate, begins: bytes, done: threading.Event) -> None:
    with suppress(OSError), listener.accept()[0] as plain:
        if not begins:
            done.wait(5)
            return
        with certificate.server.wrap_socket(plain, server_side=True) as speaker:
            speaker.sendall(begins)
            while not done.wait(0.02):
                speaker.sendall(b"x")


def test_this_machine_is_never_asked_by_itself(there: There) -> None:
    with pytest.raises(NotFetchedError, match="not in the open internet"):
        fetch(there.url, monotonic=monotonic, reach=Reach(ports=(there.port,)))
    for url in ("https://127.0.0.1/", "https://[::1]/", "https://2130706433/", "https://127.1/", "https://0x7f000001/"):
        with pytest.raises(NotFetchedError):
            fetch(url, monotonic=monotonic, reach=Reach())
    assert there.asked == []


def test_a_server_that_cannot_show_who_it_is_is_not_believed(there: There) -> None:
    with pytest.raises(NotFetchedError, match="does not answer"):
        fetch(there.url, monotonic=monotonic, reach=Reach(lambda _: True, (there.port,)))
    assert there.asked == []


def test_a_file_that_would_take_for_ever_takes_a_moment(subscribed: Desk) -> None:
    rule = "DTSTART:19700101T000000Z\r\nRRULE:FREQ=DAILY;BYHOUR=1,2,3,4,5,6;BYMONTH=2;BYMONTHDAY=31"
    now = subscribed.services.now()
    found = subscriptions.read(calendar_of(*[rule] * 4000).encode(), now, now, "UTC", seconds=1.0)
    assert found.trouble == subscriptions.TOO_MUCH
