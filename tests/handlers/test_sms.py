"""SMS that people send us: signed, taken once, and done as they ask."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from sqlmodel import select
from twilio.request_validator import RequestValidator

from bot.contact.gate import Allowed, gate, recipient_of
from bot.contact.outside import Outside
from handlers.sms_hooks import PATH
from store.models import Consent, Lead, OutboxRow, Suggestion, Suppression, Touch
from tests.handlers.door import SMS_TOKEN, Door, door

JANE = "+4930901820"
OURS = "+4915112345678"


@pytest.fixture
def there(database_url: str) -> Iterator[Door]:
    with door(database_url) as made:
        here = str(made.http.base_url).rstrip("/")
        made.services.outside = Outside(here, "Acme Sales <sales@acme.example>", OURS, frozenset({"sms"}))
        yield made


def text(there: Door, body: str, *, sid: str = "SM1", number: str = JANE, token: str = SMS_TOKEN) -> httpx.Response:
    fields = {"MessageSid": sid, "From": number, "To": OURS, "Body": body}
    signature = RequestValidator(token).compute_signature(there.services.outside.public_url + PATH, fields)
    return there.http.post(PATH, data=fields, headers={"X-Twilio-Signature": signature})


def jane(there: Door, **more: Any) -> int:
    fields = {"name": "Jane Doe", "phone": JANE, "consent": {"sms": True, "wording": "Text me"}, **more}
    answer = there.post(fields)
    assert answer.status_code == 202, answer.text
    return int(answer.json()["id"])


def all_of(there: Door, model: type[Any]) -> list[Any]:
    with there.services.reading() as uow:
        return list(uow.session.exec(select(model)))


def is_suppressed(there: Door) -> bool:
    with there.services.unit_of_work() as uow:
        return uow.suppressions.standing("sms", recipient_of(uow, "sms", JANE)) is not None


def test_stop_is_done_at_once_and_answered(there: Door) -> None:
    jane(there)
    answer = text(there, "Stop")
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, "text/xml")
    assert "Acme Sales: you will get no more messages" in answer.text
    assert is_suppressed(there)
    assert [row.is_given for row in all_of(there, Consent) if row.channel == "sms"] == [True, False]


def test_start_after_stop_is_their_own_yes(there: Door) -> None:
    jane(there)
    text(there, "STOP")
    assert "you will get messages again" in text(there, "START", sid="SM2").text
    assert not is_suppressed(there)
    assert all_of(there, Consent)[-1].is_given


def test_start_confirms_a_yes_that_anybody_could_have_typed(there: Door) -> None:
    lead_id = jane(there, consent={"sms": True, "wording": "Text me", "is_confirmed": False})

    def may() -> bool:
        with there.services.reading() as uow:
            return isinstance(gate(uow, uow.session.get_one(Lead, lead_id), "sms", there.services.now()), Allowed)

    assert not may()
    answer = text(there, "START").text
    assert may()
    assert "you will get messages by SMS" in answer  # they never got any, so none come "again"


def test_start_without_a_stop_changes_nothing(there: Door) -> None:
    jane(there)
    assert "nothing had been stopped" in text(there, "START").text
    assert len(all_of(there, Consent)) == 1


def test_help_says_who_writes_and_how_to_be_rid_of_it(there: Door) -> None:
    assert "Acme Sales" in (said := text(there, "HELP").text)
    assert "Reply STOP" in said


def test_a_stop_of_a_stranger_holds_when_they_become_a_lead(there: Door) -> None:
    text(there, "STOP")
    assert is_suppressed(there)
    assert all_of(there, Suppression)[0].reason == "stopped"


def test_an_answer_is_a_touch_and_stands_in_the_thread(there: Door) -> None:
    number = jane(there)
    assert text(there, "Yes, <b>call</b> me & Bob").text.endswith("<Response></Response>")
    assert [(one.lead_id, one.kind) for one in all_of(there, Touch) if one.kind == "reply"] == [(number, "reply")]
    assert [row.kind for row in all_of(there, OutboxRow) if "Yes, <b>call</b> me & Bob" in str(row.payload)] == [
        "thread"
    ]


def test_the_same_text_delivered_twice_is_taken_once(there: Door) -> None:
    jane(there)
    text(there, "Call me")
    text(there, "Call me")
    assert len([one for one in all_of(there, Touch) if one.kind == "reply"]) == 1


def test_a_text_of_a_stranger_is_suggested_as_a_lead(there: Door) -> None:
    text(there, "What does it cost?")
    (row,) = all_of(there, Suggestion)
    assert row.values["phone"] == JANE
    assert all_of(there, Lead) == []


def test_what_the_provider_did_not_sign_is_turned_away(there: Door) -> None:
    jane(there)
    assert text(there, "STOP", token="another").status_code == 401
    assert there.http.post(PATH, data={"Body": "STOP"}).status_code == 401
    assert there.http.post(PATH, content=b"\xff\xfe").status_code in (401, 422)
    assert not is_suppressed(there)


def test_an_answer_for_another_address_is_not_signed_for_this_one(there: Door) -> None:
    there.services.outside = replace(there.services.outside, public_url="https://elsewhere.example")
    fields = {"MessageSid": "SM1", "From": JANE, "To": OURS, "Body": "STOP"}
    signature = RequestValidator(SMS_TOKEN).compute_signature(str(there.http.base_url).rstrip("/") + PATH, fields)
    assert there.http.post(PATH, data=fields, headers={"X-Twilio-Signature": signature}).status_code == 401
