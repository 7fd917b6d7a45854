"""The page that asks whether a yes was theirs: looking changes nothing, pressing does, and it answers all alike."""

import re
from itertools import count

import pytest
from sqlmodel import select

from bot.contact import gate, links
from bot.contact.confirming import VALID
from bot.contact.outside import Outside
from store.models import Lead, LeadMessage
from tests.handlers.door import FORM_KEY, NOW, Door
from tests.handlers.tables import added
from tests.post import set_up

NUMBERS = count(1)
OURS = Outside("https://dibs.example")
PRESSED = {"confirm": "yes"}


def asked(there: Door, *, age: float = 0) -> tuple[int, str]:
    """Somebody filled in the public form with this address: the lead, and the path in the letter that asks."""
    set_up(there.services)
    form = {"name": "Win <b>now</b>", "email": f"victim{next(NUMBERS)}@acme.example", "consent": "yes",
            "consent_wording": "Pay at evil.example"}  # fmt: skip
    assert there.http.post(f"/api/forms/{FORM_KEY}", data=form).status_code == 200
    with there.services.unit_of_work() as uow:
        lead_id = uow.touches.leads_of({form["email"]})[form["email"]]
        [message] = uow.session.exec(select(LeadMessage).where(LeadMessage.lead_id == lead_id))
        url = links.confirm(uow, OURS, message, NOW - VALID * age)
        uow.commit()
    return lead_id, url.removeprefix(OURS.public_url)


def may(there: Door, lead_id: int) -> bool:
    with there.services.reading() as uow:
        lead = uow.session.get_one(Lead, lead_id)
        return isinstance(gate.gate(uow, lead, "email", NOW), gate.Allowed)


def test_a_scanner_that_follows_the_link_confirms_nothing(there: Door) -> None:
    lead_id, path = asked(there)
    before = there.rows()
    assert there.http.get(path).status_code == 200
    assert there.http.head(path).status_code == 200
    for body in ({}, {"data": {"x": "1"}}, {"content": b"\xff"}):
        assert there.http.post(path, **body).text == there.http.get(path).text
    assert added(before, there.rows()) == {}
    assert not may(there, lead_id)


def test_the_button_confirms_and_says_the_same_as_often_as_it_is_pressed(there: Door) -> None:
    lead_id, path = asked(there)
    shown = there.http.get(path).text
    assert "Send me e\N{NON-BREAKING HYPHEN}mails about your products" in shown
    assert "<script" not in shown
    assert "evil" not in shown
    assert "Win" not in shown
    assert re.findall(r'<button type="submit" name="(\w+)" value="(\w+)">', shown) == [("confirm", "yes")]
    answers = [there.http.post(path, data=PRESSED) for _ in range(2)]
    assert {(answer.status_code, answer.text) for answer in answers} == {(200, there.http.get(path).text)}
    assert "Thank you" in answers[0].text
    assert may(there, lead_id)


def test_an_old_link_is_a_sentence_and_changes_nothing(there: Door) -> None:
    lead_id, path = asked(there, age=1.01)
    for answer in (there.http.get(path), there.http.post(path, data=PRESSED)):
        assert answer.status_code == 200
        assert "This link has expired" in answer.text
    assert not may(there, lead_id)


@pytest.mark.parametrize("path", ["/confirm/x", "/confirm/WzFd.AAAA", "/confirm/" + "x" * 1900])
def test_a_link_that_is_none_of_ours_gets_one_page_whatever_it_asks(there: Door, path: str) -> None:
    before = there.rows()
    answers = [there.http.get(path), there.http.post(path, data=PRESSED)]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert added(before, there.rows()) == {}


def test_a_link_to_unsubscribe_confirms_nothing(there: Door) -> None:
    lead_id, path = asked(there)
    with there.services.unit_of_work() as uow:
        [message] = uow.session.exec(select(LeadMessage).where(LeadMessage.lead_id == lead_id))
        other = links.unsubscribe(uow, OURS, message).rpartition("/")[2]
    assert there.http.post(f"/confirm/{other}", data=PRESSED).status_code == 404
    assert not may(there, lead_id)
    assert there.http.post(path.replace("/confirm/", "/unsubscribe/"), data={"stop": "yes"}).status_code == 404


def test_the_page_is_strict_and_names_nobody(there: Door) -> None:
    _, path = asked(there)
    answer = there.http.get(path)
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert "set-cookie" not in answer.headers
    assert "victim" not in answer.text


def test_the_form_thanks_alike_whoever_is_known_agreed_or_unsubscribed(there: Door) -> None:
    """No page tells a stranger whether an address is known."""
    set_up(there.services)
    known = there.post({"name": "Known", "email": "known@acme.example", "consent": True}).json()["id"]
    _, waits = asked(there)
    answers = []
    for email in ("known@acme.example", "never@acme.example", "victim1@acme.example"):
        form = {"name": "Someone", "email": email, "consent": "yes"}
        answers.append(there.http.post(f"/api/forms/{FORM_KEY}", data=form))
    assert len({(one.status_code, one.text) for one in answers}) == 1
    assert {key.lower() for one in answers for key in one.headers} == {key.lower() for key in answers[0].headers}
    assert may(there, known)
    assert there.http.get(waits).status_code == 200
