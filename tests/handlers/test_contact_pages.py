"""The page to unsubscribe: looking changes nothing, pressing stops it, and it tells nobody who is known."""

import re
from itertools import count
from uuid import uuid4

import pytest
from sqlmodel import SQLModel, select

from bot.contact import gate, links, withdrawing
from bot.contact.outside import Outside
from bot.contact.queueing import Draft, queue
from bot.mailing.composing import letter
from handlers.intake import READER_AT_ONCE, Doorkeeper, TurnedAwayError
from store.database import Database
from store.models import Consent, Lead, LeadMessage, Suppression
from tests.handlers.door import NOW, Door, door
from tests.handlers.tables import added
from tests.post import Pigeons, postman_of, write_from

NUMBERS = count(1)
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
YES = {"email": True, "sms": True, "wording": "You may write to me"}


def written(door: Door, channel: str = "email") -> tuple[int, str]:
    """A lead to whom something is queued, and the path of the link in it."""
    number = next(NUMBERS)
    body = {"name": f"Jane {number}", "email": f"jane{number}@acme.example", "phone": f"+4930901{number:03}",
            "consent": YES}  # fmt: skip
    lead_id = door.post(body, idempotency_key=uuid4().hex).json()["id"]
    with door.services.unit_of_work() as uow:
        lead = uow.leads.lock(lead_id)
        assert lead is not None
        message = queue(door.services, uow, lead, Draft(channel, "sequence", "Hello", "Welcome"), NOW)
        assert isinstance(message, LeadMessage)
        url = links.unsubscribe(uow, Outside("https://dibs.example"), message)
        uow.commit()
    return lead_id, url.removeprefix("https://dibs.example")


def may(door: Door, lead_id: int, channel: str = "email") -> bool:
    with door.services.reading() as uow:
        lead = uow.leads.get(lead_id)
        assert lead is not None
        return isinstance(gate.gate(uow, lead, channel, NOW), gate.Allowed)


def status(door: Door, lead_id: int) -> list[str]:
    with door.services.reading() as uow:
        return list(uow.session.exec(select(LeadMessage.status).where(LeadMessage.lead_id == lead_id)))


def test_a_scanner_that_follows_the_link_changes_nothing(there: Door) -> None:
    lead_id, path = written(there)
    before = there.rows()
    assert there.http.get(path).status_code == 200
    assert there.http.head(path).status_code == 200
    assert added(before, there.rows()) == {}
    assert may(there, lead_id)


def test_one_click_of_a_mail_program_stops_it_without_anybody_signing_in(there: Door) -> None:
    lead_id, path = written(there)
    for _ in range(2):
        assert there.http.post(path, data=ONE_CLICK).status_code == 200
    assert not may(there, lead_id)
    assert may(there, lead_id, "sms")
    assert status(there, lead_id) == ["skipped"]


def test_one_click_as_multipart_does_the_same(there: Door) -> None:
    lead_id, path = written(there)
    assert there.http.post(path, files={"List-Unsubscribe": (None, "One-Click")}).status_code == 200
    assert not may(there, lead_id)


def test_the_button_of_the_page_stops_it_and_says_so(there: Door) -> None:
    lead_id, path = written(there)
    shown = there.http.get(path).text
    assert 'method="post"' in shown
    assert "<script" not in shown
    name, value = re.findall(r'name="(stop)" value="(\w+)"', shown)[0]
    assert "You are unsubscribed" in there.http.post(path, data={name: value}).text
    assert not may(there, lead_id)


def test_a_body_that_asks_for_nothing_stops_nothing(there: Door) -> None:
    lead_id, path = written(there)
    broken = there.http.post(path, content=b"\xff", headers={"Content-Type": "multipart/form-data"})
    answers = (broken, there.http.post(path), there.http.post(path, data={"x": "1"}))
    assert {answer.status_code for answer in answers} == {200}
    assert may(there, lead_id)


@pytest.mark.parametrize("path", ["/unsubscribe/x", "/unsubscribe/WzFd.AAAA", "/unsubscribe/" + "x" * 1900])
def test_a_link_that_is_none_of_ours_gets_a_kind_page_whatever_it_asks(there: Door, path: str) -> None:
    before = there.rows()
    answers = [there.http.get(path), there.http.post(path, data=ONE_CLICK), there.http.post(path, data={"choose": "1"})]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert "answer the message" in answers[0].text
    assert added(before, there.rows()) == {}


def test_the_page_is_strict_and_tells_no_address(there: Door) -> None:
    _, path = written(there)
    answer = there.http.get(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert "set-cookie" not in answer.headers
    assert "acme.example" not in answer.text


def test_they_may_choose_to_keep_text_messages_and_stop_e_mail(there: Door) -> None:
    lead_id, path = written(there)
    answer = there.http.post(path, data={"choose": "yes", "sms": "yes"})
    assert "Send me text messages" in answer.text
    assert (may(there, lead_id), may(there, lead_id, "sms")) == (False, True)
    there.http.post(path, data={"choose": "yes", "email": "yes", "sms": "yes"})
    assert may(there, lead_id)
    with there.services.reading() as uow:
        rows = uow.session.exec(select(Consent).where(Consent.lead_id == lead_id, Consent.channel == "email"))
        newest = max(rows, key=lambda row: row.id or 0)
    assert newest.wording == "Send me e-mails about your products and offers"


def test_whoever_had_an_address_once_says_yes_for_no_other_one(there: Door) -> None:
    lead_id, path = written(there)
    with there.services.unit_of_work() as uow:
        lead = uow.leads.lock(lead_id)
        assert lead is not None
        lead.email = f"new{lead_id}@other.example"
        uow.commit()
        withdrawing.suppress(there.services, uow, lead, "email", reason="unsubscribed", source="their own", now=NOW)
        uow.commit()
    assert "checkbox" not in there.http.get(path).text
    there.http.post(path, data={"choose": "yes", "email": "yes", "sms": "yes"})
    assert not may(there, lead_id)


def test_a_link_in_an_e_mail_gives_no_yes_for_a_telephone(there: Door) -> None:
    lead_id, path = written(there)
    there.http.post(path, data={"choose": "yes"})
    there.http.post(path, data={"choose": "yes", "email": "yes", "sms": "yes"})
    assert (may(there, lead_id), may(there, lead_id, "sms")) == (True, False)


def test_the_link_still_works_when_the_lead_s_row_is_gone(database: Database) -> None:
    with door(database.url, ready=True) as made:
        _, path = written(made)
        with made.services.unit_of_work() as uow:
            for table in reversed(SQLModel.metadata.sorted_tables):
                if table.name not in ("secret", "team", "rep", "playbook_version", "outbox_lane"):
                    uow.session.connection().execute(table.delete())
            uow.commit()
        assert made.http.get(path).status_code == 200
        assert "You are unsubscribed" in made.http.post(path, data=ONE_CLICK).text
        with made.services.reading() as uow:
            assert [row.reason for row in uow.session.exec(select(Suppression))] == ["unsubscribed"]
            assert list(uow.session.exec(select(Lead))) == []


def test_the_header_of_a_real_letter_stops_the_next_one(there: Door) -> None:
    lead_id, _ = written(there)
    pigeons = Pigeons()
    someone = postman_of(there.services, pigeons)
    someone._composers = {"email": letter}
    while someone.send_one():
        pass
    headers = pigeons.carried[-1].headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = headers["List-Unsubscribe"].strip("<>").removeprefix("https://dibs.example")
    answer = there.http.post(path, content=headers["List-Unsubscribe-Post"],
                             headers={"Content-Type": "application/x-www-form-urlencoded"})  # fmt: skip
    assert answer.status_code == 200
    assert "unsubscribed" in str(write_from(there.services, lead_id))
    assert there.http.get(path).status_code == 200


def test_a_flood_from_one_address_is_turned_away_and_another_is_not() -> None:
    keeper = Doorkeeper(keys=(), webhook_secrets=(), monotonic=lambda: 0.0)

    def comes(address: str) -> bool:
        with keeper.admit_page(address):
            return True

    assert all(comes("198.51.100.1") for _ in range(int(READER_AT_ONCE)))
    with pytest.raises(TurnedAwayError, match="Slow down"):
        comes("198.51.100.1")
    assert comes("203.0.113.9")
