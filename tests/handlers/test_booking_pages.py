"""The booking pages through the real HTTP face: what is shown, what is refused, and that only POST changes anything."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from sqlalchemy import text
from sqlmodel import select

from bot import people
from bot.contact.outside import Outside
from bot.meetings import pages
from bot.people import Profile
from bot.rules.meetings.letters import spoken
from handlers.hooks import HONEYPOT
from handlers.intake import VISITOR_AT_ONCE
from store.models import BookingPage, Lead, Meeting, Rep
from tests.handlers.door import Door, door
from tests.handlers.tables import added

ALICE = Profile("U0ALICE", "Alice <b>", "Europe/Berlin")
EVIL = "<script>alert(1)</script>\"'&"
TIME = re.compile(r'name="at" value="(\d{8}T\d{4}Z)"')
FORM = "application/x-www-form-urlencoded"
SCARCE = settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@dataclass
class Booth:
    """Alice's page behind the door."""

    door: Door
    token: str
    feed: str
    rep_id: int

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.door.http.get(path, headers=headers)

    def post(self, path: str, **fields: str) -> httpx.Response:
        return self.door.http.post(path, content=urlencode(fields).encode(), headers={"Content-Type": FORM})

    def times(self, path: str = "") -> list[str]:
        return TIME.findall(self.get(path or f"/book/{self.token}").text)

    def personal(self, **fields: str) -> str:
        """Jane's own link."""
        answer = self.door.post({"name": "Jane Doe", "email": "jane@acme.example", **fields})
        with self.door.services.unit_of_work() as uow:
            lead = uow.leads.get(int(answer.json()["id"]))
            assert lead is not None
            link = pages.link_for(self.door.services, uow, self.rep_id, lead)
            uow.commit()
        return link.removeprefix("https://dibs.example")

    def booked(self) -> str:
        """The path of a meeting's page."""
        path = self.personal()
        answer = self.post(path, at=self.times(path)[0], zone="Europe/Berlin")
        assert answer.status_code == 303
        return answer.headers["location"]

    def meetings(self) -> list[Meeting]:
        with self.door.services.reading() as uow:
            return list(uow.session.exec(select(Meeting).order_by(Meeting.id)))  # type: ignore[arg-type]


def booth_over(made: Door) -> Booth:
    made.services.outside = Outside("https://dibs.example")
    people.add_founding_rep(made.services, ["smb"], ALICE)
    with made.services.unit_of_work() as uow:
        rep = uow.session.exec(select(Rep).where(Rep.slack_id == ALICE.slack_id)).one()
        page = pages.page_of(uow, rep.id or 0)
        uow.commit()
        return Booth(made, page.token, page.feed_token, rep.id or 0)


@pytest.fixture
def booth(tmp_path: Path) -> Iterator[Booth]:
    minutes = count(step=60)  # a minute goes by between two requests: nobody is turned away for their haste
    with door(f"sqlite:///{tmp_path / 'dibs.db'}", monotonic=lambda: float(next(minutes))) as made:
        yield booth_over(made)


def test_the_public_page_offers_times_and_asks_who_it_is(booth: Booth) -> None:
    page = booth.get(f"/book/{booth.token}")
    assert page.status_code == 200
    assert len(TIME.findall(page.text)) > 20
    assert 'name="email"' in page.text
    assert "Tuesday, 24 November" in page.text
    assert '<option value="Europe/Berlin" selected>' in page.text


def test_the_page_may_load_nothing_and_be_framed_by_nobody(booth: Booth) -> None:
    headers = booth.get(f"/book/{booth.token}").headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert "<script" not in booth.get(f"/book/{booth.token}").text


def test_a_visitor_books_and_is_shown_the_meeting(booth: Booth) -> None:
    at = booth.times()[0]
    answer = booth.post(f"/book/{booth.token}", at=at, zone="Asia/Tokyo", name="Anna", email="anna@globex.example")
    assert answer.status_code == 303
    page = booth.get(answer.headers["location"])
    assert "Your meeting is booked" in page.text
    assert "(Tokyo time)" in page.text
    (meeting,) = booth.meetings()
    assert (meeting.zone, f"{meeting.starts_at:%Y%m%dT%H%MZ}") == ("Asia/Tokyo", at)


def test_a_page_sent_twice_is_one_meeting_and_another_page_does_not_get_at_it(booth: Booth) -> None:
    page = booth.get(f"/book/{booth.token}").text
    filled = {"at": TIME.findall(page)[0], "zone": "UTC", "name": "Anna", "email": "anna@globex.example"}
    presses = [
        re.findall(r'name="press" value="([^"]+)"', one)[0] for one in (page, booth.get(f"/book/{booth.token}").text)
    ]
    mine, again, other = (booth.post(f"/book/{booth.token}", press=one, **filled) for one in (presses[0], *presses))
    assert (mine.status_code, mine.headers["location"]) == (303, again.headers["location"])
    assert (other.status_code, len(booth.meetings())) == (409, 1)


def test_on_a_personal_link_nothing_is_to_be_typed_but_the_time(booth: Booth) -> None:
    path = booth.personal()
    page = booth.get(path)
    assert "Hello Jane" in page.text
    assert 'name="email"' not in page.text
    assert booth.post(path, at=booth.times(path)[3], zone="Europe/Berlin").status_code == 303
    assert "You have a meeting on" in booth.get(path).text


def test_the_loser_sees_the_page_again_with_a_sentence_and_fresh_times(booth: Booth) -> None:
    at = booth.times()[0]
    booth.post(f"/book/{booth.token}", at=at, zone="UTC", name="Anna", email="anna@globex.example")
    answer = booth.post(f"/book/{booth.token}", at=at, zone="UTC", name="Ben <x>", email="ben@globex.example")
    assert answer.status_code == 409
    assert "This time was taken just now" in answer.text
    assert 'value="Ben &lt;x&gt;"' in answer.text
    fresh = TIME.findall(answer.text)
    assert fresh
    assert at not in fresh
    assert len(booth.meetings()) == 1


def test_a_mistake_keeps_what_was_typed_and_the_time_that_was_chosen(booth: Booth) -> None:
    at = booth.times()[7]
    answer = booth.post(f"/book/{booth.token}", at=at, zone="UTC", name="Anna", email="no address", words="The price")
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert "The price" in answer.text
    assert f'value="{at}" required' in answer.text
    assert re.search(rf'value="{at}"[^>]* checked', answer.text)


def test_words_of_strangers_are_shown_as_words(booth: Booth) -> None:
    answer = booth.post(f"/book/{booth.token}", at="x", zone=EVIL, name=EVIL, email=EVIL, words=f"</textarea>{EVIL}")
    path = booth.personal(name="<img src=x> Doe")
    for page in (answer.text, booth.get(path).text, booth.get(f"/book/{booth.token}?zone={EVIL}&from={EVIL}").text):
        assert "<script" not in page
        assert "<img" not in page
        assert "</textarea>&lt;" not in page
        assert "Meet Alice &lt;b&gt;" in page


def test_a_program_that_fills_in_everything_books_nothing(booth: Booth) -> None:
    before = booth.door.rows()
    filled = {"at": booth.times()[0], "zone": "UTC", "name": "Anna", "email": "a@globex.example", HONEYPOT: "x"}
    assert booth.post(f"/book/{booth.token}", **filled).status_code == 200
    assert added(before, booth.door.rows()) == {}


def test_looking_changes_nothing_and_only_post_acts(booth: Booth) -> None:
    path = booth.booked()
    before = booth.door.rows()
    for each in ("", "/move", "/cancel", "/calendar.ics"):
        assert booth.get(path + each).status_code == 200
    assert added(before, booth.door.rows()) == {}
    assert booth.post(f"{path}/cancel").status_code == 303
    over = booth.get(path).text
    assert "This meeting was cancelled" in over
    assert f'href="/book/{booth.token}">Choose another time' in over
    assert booth.get(f"{path}/move").status_code == 410


def test_a_meeting_is_moved_from_its_page(booth: Booth) -> None:
    path = booth.booked()
    times = booth.times(f"{path}/move")
    assert booth.post(f"{path}/move", at=times[-1], zone="Europe/Berlin").status_code == 303
    assert f"{booth.meetings()[0].starts_at:%Y%m%dT%H%MZ}" == times[-1]
    taken = booth.post(f"{path}/move", at="20261124T030000Z", zone="Europe/Berlin")
    assert (taken.status_code, "Please choose one" in taken.text) == (409, True)


def test_below_a_folder_of_a_site_every_address_begins_with_it(booth: Booth) -> None:
    path = booth.personal()
    booth.door.services.outside = Outside("https://acme.example/dibs")
    answer = booth.post(path, at=booth.times(path)[0], zone="UTC")
    where = answer.headers["location"]
    assert where.startswith("/dibs/meetings/")
    pages_shown = [booth.get(path).text, *(booth.get(where[5:] + more).text for more in ("", "/move", "/cancel"))]
    found = {one for page in pages_shown for one in re.findall(r'(?:href|action)="([^"]+)"', page)}
    assert found
    assert all(one.startswith("/dibs/") for one in found), found


def test_days_are_turned_like_pages(booth: Booth) -> None:
    first = booth.get(f"/book/{booth.token}").text
    later = re.search(r'href="([^"]+)">Later days', first)
    assert later
    second = booth.get(later[1].replace("&amp;", "&")).text
    assert not set(TIME.findall(first)) & set(TIME.findall(second))
    assert "Earlier days" in second


@pytest.mark.parametrize(
    ("place", "is_link"),
    [("https://meet.example/a?b=1&c", True), ("javascript:alert(1)", False), ("https://a.example x", False),
     ('https://a.example/"><script>', True), ("Room 1", False)],
)  # fmt: skip
def test_a_place_that_is_an_address_is_a_link_and_nothing_else_is(booth: Booth, place: str, *, is_link: bool) -> None:
    path = booth.booked()
    with booth.door.services.unit_of_work() as uow:
        uow.session.exec(select(Meeting)).one().place = place
        uow.commit()
    page = booth.get(path).text
    assert (' rel="noreferrer">' in page) == is_link
    assert "<script" not in page


def test_the_file_is_a_calendar_entry(booth: Booth) -> None:
    answer = booth.get(f"{booth.booked()}/calendar.ics")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert Calendar.from_ical(answer.text).walk("VEVENT")[0]["SUMMARY"] == "Meeting with Alice <b>"


def test_the_feed_is_sent_again_only_when_it_changed(booth: Booth) -> None:
    empty = booth.get(f"/calendars/{booth.feed}.ics")
    assert booth.get(f"/calendars/{booth.feed}.ics", **{"If-None-Match": empty.headers["etag"]}).status_code == 304
    booth.booked()
    full = booth.get(f"/calendars/{booth.feed}.ics", **{"If-None-Match": empty.headers["etag"]})
    assert full.status_code == 200
    assert [one["SUMMARY"] for one in Calendar.from_ical(full.text).walk("VEVENT")] == ["Meeting with Jane Doe"]
    assert booth.get(f"/calendars/{booth.token}.ics").status_code == 404


def test_a_page_that_is_closed_or_nobodys_is_not_there(booth: Booth) -> None:
    path = booth.personal()
    with booth.door.services.unit_of_work() as uow:
        uow.session.get_one(BookingPage, booth.rep_id).is_open = False
        uow.commit()
    for each in (f"/book/{booth.token}", path, "/book/x", "/meetings/x", "/meetings/x/move", "/calendars/x.ics"):
        assert booth.get(each).status_code == 404, each
    assert booth.post(f"/book/{booth.token}", at="20261125T1000Z").status_code == 404


def test_whoever_books_too_fast_is_asked_to_wait(tmp_path: Path) -> None:
    with door(f"sqlite:///{tmp_path / 'dibs.db'}", monotonic=lambda: 0.0) as made:
        booth = booth_over(made)
        answers = [booth.post(f"/book/{booth.token}", at="x") for _ in range(int(VISITOR_AT_ONCE) + 1)]
        assert [one.status_code for one in answers[-2:]] == [409, 429]
        assert answers[-1].headers["retry-after"] == "1"


# --- what strangers learn, and what they are told


@pytest.fixture
def writing(booth: Booth) -> Booth:
    """With e-mail, as in earnest."""
    booth.door.services.outside = Outside("https://dibs.example", "Acme <sales@acme.example>", "", frozenset({"email"}))
    return booth


def test_whoever_has_meetings_and_whoever_has_none_are_answered_with_the_same_words(writing: Booth) -> None:
    writing.personal(name="Jane Doe", email="jane@acme.example")
    times = writing.times()

    def answer(email: str, at: str) -> str:
        sent = writing.post(f"/book/{writing.token}", at=at, zone="UTC", email=email)
        assert sent.status_code == 200
        return sent.text.replace(email, "…").replace(spoken_of(at), "…")

    known = {answer("jane@acme.example", at) for at in times[:12:2]}
    assert known == {answer("nobody@globex.example", times[12])}
    assert len(writing.meetings()) == 6  # five of Jane's: of the sixth she hears by letter
    assert "Only that e-mail confirms it" in known.pop()


def spoken_of(at: str) -> str:
    return spoken(datetime.strptime(at, "%Y%m%dT%H%MZ").replace(tzinfo=UTC), "UTC")


def test_a_flood_from_one_network_is_told_what_can_be_done(booth: Booth) -> None:
    rules = booth.door.services.playbook.meetings.model_copy(update={"visitor_bookings": 1, "visitor_share": 100})
    booth.door.services.put_in_force(booth.door.services.playbook.model_copy(update={"meetings": rules}))
    answers = [
        booth.post(f"/book/{booth.token}", at=at, zone="UTC", email=f"p{number}@globex.example")
        for number, at in enumerate(booth.times()[:10:2])
    ]
    assert [one.status_code for one in answers] == [303, 303, 303, 303, 429]
    assert "use the link in one of our e-mails" in answers[-1].text
    assert len(booth.meetings()) == 4


def test_the_page_of_a_rep_who_has_left_says_so_and_whom_to_write_to(writing: Booth) -> None:
    path = writing.personal()
    people.update_profile(writing.door.services, Profile("U0ALICE", "Alice <b>", "Europe/Berlin", is_active=False))
    for each in (f"/book/{writing.token}", path):
        answer = writing.get(each)
        assert answer.status_code == 404
        assert "Alice &lt;b&gt; has left, so nobody can be met here any more" in answer.text
        assert 'href="mailto:sales@acme.example"' in answer.text


def test_what_breaks_on_a_page_is_said_in_words_and_to_programs_as_before(booth: Booth) -> None:
    path = booth.booked()
    with booth.door.services.database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE meeting RENAME TO lost"))
    answer = booth.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (503, "text/html; charset=utf-8")
    assert "Nothing was changed. Please try again in a minute" in answer.text
    assert "script" not in answer.text


def test_what_is_too_large_for_a_page_is_said_in_words(booth: Booth) -> None:
    answer = booth.post(f"/book/{booth.token}", words="x" * 40_000)
    assert answer.status_code == 413
    assert "larger than 32 KB" in answer.text
    assert answer.headers["content-type"].startswith("text/html")


# --- whatever is sent

WORDS = st.one_of(
    st.text(max_size=30), st.sampled_from(["", EVIL, "\x00", "\ud800", "20261125T1000Z", "99991231T2359Z",
                                           "00010101T0000Z", "Europe/Berlin", "../../etc/passwd", "UTC", "x" * 5000]),
)  # fmt: skip
PARTS = st.lists(st.sampled_from(
    [b"&", b"=", b"at=20261125T1000Z", b"zone=", b"%00", b"%ed%a0%80", b"name=A", b"email=a@b.example", b"\xff", b"--x",
     b"\r\n\r\n", b"consent=yes", b"words=x"]
), max_size=12).map(b"".join)  # fmt: skip


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Booth]:
    minutes = count(step=60)
    url = f"sqlite:///{tmp_path_factory.mktemp('database') / 'dibs.db'}"
    with door(url, monotonic=lambda: float(next(minutes))) as made:
        yield booth_over(made)


@SCARCE
@given(tail=WORDS, zone=WORDS, first=WORDS)
def test_whatever_is_looked_at_is_answered_in_words(house: Booth, tail: str, zone: str, first: str) -> None:
    query = urlencode({"zone": zone, "from": first}, errors="replace")
    safe = tail.encode("utf-8", "replace").hex()[:200]
    for path in (
        f"/book/{house.token}",
        f"/book/{house.token}/{safe}x",
        f"/meetings/{safe}x/move",
        f"/calendars/{safe}.ics",
    ):
        answer = house.get(f"{path}?{query}")
        assert answer.status_code in (200, 404), answer.text


@SCARCE
@given(body=PARTS, kind=st.sampled_from([FORM, "multipart/form-data; boundary=x", "application/json", ""]))
def test_whatever_is_sent_is_booked_whole_or_refused_whole(house: Booth, body: bytes, kind: str) -> None:
    before = house.door.rows()
    for path in (f"/book/{house.token}", f"/book/{house.token}/x.y", "/meetings/x/move", "/meetings/x/cancel"):
        answer = house.door.http.post(path, content=body, headers={"Content-Type": kind})
        assert answer.status_code in (200, 303, 404, 409, 415, 422), answer.text
        if answer.status_code != 303:
            news = added(before, house.door.rows())
            assert set(news) <= {"inbox"}, news
        before = house.door.rows()


def test_every_new_lead_of_the_fuzz_has_its_meeting(house: Booth) -> None:
    with house.door.services.reading() as uow:
        leads = {lead.id for lead in uow.session.exec(select(Lead))}
    assert leads == {meeting.lead_id for meeting in house.meetings()}
