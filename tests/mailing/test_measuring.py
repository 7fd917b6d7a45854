"""Openings and clicks over HTTP: of those who agreed, once each, and never of a program that looks through letters."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import StringIO
from itertools import count
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from bot import logs
from bot.contact import links
from bot.mailing.measuring import CLICK, OPENING
from handlers.intake import READER_AT_ONCE, Doorkeeper, TurnedAwayError
from handlers.mail_pages import GONE, PIXEL, add_mail_pages
from handlers.replies import refuse
from store.database import Database
from store.models import LeadMessage, Touch
from tests.factories import ALICE, Office
from tests.handlers.door import served
from tests.mailing.desk import OUTSIDE, agreed, body, composed, open_for_mail, queued, read
from tests.nearby import nearby

OURS = f"{OUTSIDE.public_url}/meetings/KEY"
TEXT = f"See https://acme.example/pricing?plan=a or https://acme.example or {OURS}"
PERSON = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}


@dataclass
class Reader:
    """Somebody who got a letter, and what their mail program asks for."""

    office: Office
    http: httpx.Client
    number: int
    lead_id: int
    image: str
    links: list[str]

    def get(self, address: str, **headers: str) -> httpx.Response:
        return self.http.get(address, headers={**PERSON, **headers})

    def touches(self) -> list[tuple[str, str]]:
        kinds = ("email_opened", "email_clicked")
        return [(row.kind, row.detail) for row in self.office.rows(Touch) if row.kind in kinds]

    @property
    def letter(self) -> LeadMessage:
        return self.office.get(LeadMessage, self.number)


def keeper_at(monotonic: Callable[[], float]) -> Doorkeeper:
    return Doorkeeper(keys=(), webhook_secrets=(), monotonic=monotonic)


@pytest.fixture
def reader(database: Database) -> Iterator[Reader]:
    logs.configure("WARNING", StringIO())
    office = open_for_mail(Office(database, ALICE), is_measured=True)
    lead_id = office.claimed_lead()
    agreed(office, lead_id, "email", "measuring")
    number = queued(office, lead_id, TEXT)
    page = body(read(composed(office, number)), "html").replace(OUTSIDE.public_url, "")
    found = re.findall(r'href="(/l/[^"]+)"', page)
    [image] = re.findall(r'<img src="([^"]+)"', page)
    app = FastAPI()
    clock = count(step=60)  # a minute goes by between two requests: nobody is turned away for their haste
    app.add_exception_handler(TurnedAwayError, refuse)
    add_mail_pages(app, office.services, keeper_at(lambda: float(next(clock))))
    with served(app) as url, nearby(url) as http:
        yield Reader(office, http, number, lead_id, image, found)


def test_an_opening_counts_once_however_often_the_image_is_asked_for(reader: Reader) -> None:
    opened_at = reader.office.clock.advance(minutes=5)
    for _ in range(3):
        answer = reader.get(reader.image)
        assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, PIXEL, "image/gif")
        assert answer.headers["cache-control"] == "no-store"
        reader.office.clock.advance(minutes=1)
    assert reader.letter.opened_at == opened_at
    assert reader.touches() == [("email_opened", "Welcome")]


def test_a_click_leads_on_and_says_which_page_it_was(reader: Reader) -> None:
    reader.office.clock.advance(minutes=5)
    targets = ["https://acme.example/pricing?plan=a", "https://acme.example", OURS]
    for link, target in zip(reader.links, targets, strict=True):
        for _ in range(2):
            answer = reader.get(link)
            assert (answer.status_code, answer.headers["location"]) == (303, target)
            assert answer.headers["referrer-policy"] == "no-referrer"
    assert reader.touches() == [
        ("email_opened", "Welcome"), ("email_clicked", "/pricing"), ("email_clicked", "acme.example"),
        ("email_clicked", "/meetings"),
    ], "the address of a page of ours is a key to it"  # fmt: skip
    assert reader.letter.clicked_at == reader.office.clock.now()


@pytest.mark.parametrize("agent", ["", "curl/8.5", "Mozilla/5.0 (compatible; BingPreview/1.0b)", "Barracuda Sentinel"])
def test_a_program_that_follows_links_is_sent_on_and_counts_for_nothing(reader: Reader, agent: str) -> None:
    reader.office.clock.advance(minutes=5)
    assert reader.get(reader.links[0], **{"User-Agent": agent}).status_code == 303
    assert reader.touches() == []


def test_nobody_reads_within_a_second_of_delivery(reader: Reader) -> None:
    reader.office.clock.advance(seconds=1)
    assert reader.get(reader.links[0]).status_code == 303
    assert reader.get(reader.image).status_code == 200
    assert reader.touches() == []
    reader.office.clock.advance(seconds=10)
    reader.get(reader.image)
    assert reader.touches() == [("email_opened", "Welcome")]


def test_who_only_asks_for_the_headers_has_seen_nothing(reader: Reader) -> None:
    reader.office.clock.advance(minutes=5)
    assert reader.http.head(reader.image, headers=PERSON).status_code == 200
    assert reader.http.head(reader.links[0], headers=PERSON).status_code == 303
    assert reader.touches() == []


def test_whoever_takes_their_yes_back_is_not_measured_any_more_and_still_gets_there(reader: Reader) -> None:
    agreed(reader.office, reader.lead_id, "measuring", is_given=False)
    reader.office.clock.advance(minutes=5)
    reader.get(reader.image)
    assert reader.get(reader.links[0]).headers["location"] == "https://acme.example/pricing?plan=a"
    assert reader.touches() == []
    assert reader.letter.opened_at is reader.letter.clicked_at is None


def signed(reader: Reader, kind: str, number: int, **more: Any) -> str:
    with reader.office.services.unit_of_work() as uow:
        token = links.sign(uow, kind, number, **more)
        uow.commit()
        return token


def test_links_lead_only_where_a_letter_says(reader: Reader) -> None:
    reader.office.clock.advance(minutes=5)
    own = reader.links[0].removeprefix("/l/")
    opening = reader.image.removeprefix("/o/").removesuffix(".gif")
    forged = [
        own[:-2] + ("aa" if own[-2:] != "aa" else "bb"), opening, "x", "https:%2F%2Fevil.example", "x" * 3000, "%00",
        signed(reader, CLICK, reader.number, link=99), signed(reader, CLICK, reader.number, link=-1),
        signed(reader, CLICK, 9999, link=0), signed(reader, CLICK, reader.number),
        signed(reader, "unsubscribe", reader.number, link=0),
    ]  # fmt: skip
    for token in forged:
        answer = reader.get(f"/l/{token}")
        assert answer.status_code in (404, 422)
        assert "location" not in answer.headers
    assert GONE in reader.get("/l/x").text
    for token in (own, "x", signed(reader, OPENING, 9999)):
        answer = reader.get(f"/o/{token}.gif")
        assert (answer.status_code, answer.content) == (200, PIXEL)
    assert reader.touches() == []


def test_an_address_in_other_letters_is_written_as_headers_can_carry_it(reader: Reader) -> None:
    office = reader.office
    number = queued(office, reader.lead_id, "https://acme.example/größe")
    page = body(read(composed(office, number)), "html")
    [link] = re.findall(rf'href="{OUTSIDE.public_url}(/l/[^"]+)"', page)
    office.clock.advance(minutes=5)
    assert reader.get(link).headers["location"] == "https://acme.example/gr%C3%B6%C3%9Fe"


def test_whoever_follows_links_all_day_is_turned_away_and_still_shown_the_image(sqlite_database: Database) -> None:
    app, keeper = FastAPI(), keeper_at(lambda: 0.0)
    app.add_exception_handler(TurnedAwayError, refuse)
    add_mail_pages(app, Office(sqlite_database).services, keeper)
    with served(app) as url, nearby(url) as http:
        assert http.get("/l/x").status_code == 404
        for _ in range(int(READER_AT_ONCE) - 1):
            with keeper.admit_page("127.0.0.1"):
                pass
        assert (http.get("/l/x").status_code, http.get("/o/x.gif").content) == (429, PIXEL)
