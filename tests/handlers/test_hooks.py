"""Vendors' webhooks, website forms and e-mails over HTTP: each through a door of its own, stored once or not at all."""

import base64
import hashlib
import hmac
import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from standardwebhooks import Webhook

from bot.contact.standing import standings
from handlers.hooks import HONEYPOT
from handlers.intake import FORMS_AT_ONCE, VISITOR_AT_ONCE, Bucket, Buckets, Doorkeeper, TurnedAwayError
from handlers.signatures import TOLERANCE_SECONDS
from tests.handlers.door import FORM_KEY, HOOK_SECRET, KEY, NOW, SECRET, Door, problems
from tests.handlers.tables import added
from tests.use_cases.test_mail import LETTER

EXAMPLES = Path(__file__).parent.parent / "data" / "hooks"
VENDORS = ("typeform", "hubspot", "facebook", "calendly")
SECONDS = int(NOW.timestamp())


def example(name: str, **changes: Any) -> Any:
    """The vendor's payload under a name of its own, about somebody nobody knows."""
    unique = uuid4().hex
    text = (EXAMPLES / f"{name}.json").read_text(encoding="utf-8").replace("jane@acme.example", f"{unique}@x.example")
    for own in ("LtWXD3crgy", "1101", "444444444444", "invitees/DDDD"):
        text = text.replace(own, str(int(unique[:8], 16)))
    return {**json.loads(text), **changes}


def mac(secret: str, signed: bytes) -> bytes:
    return hmac.new(secret.encode(), signed, hashlib.sha256).digest()


def signature(name: str, body: bytes, there: Door, *, secret: str = HOOK_SECRET, at: int = SECONDS) -> dict[str, str]:
    """The headers with which the vendor signs."""
    if name == "typeform":
        return {"Typeform-Signature": f"sha256={base64.b64encode(mac(secret, body)).decode()}"}
    if name == "facebook":
        return {"X-Hub-Signature-256": f"sha256={mac(secret, body).hex()}"}
    if name == "calendly":
        return {"Calendly-Webhook-Signature": f"t={at},v1={mac(secret, f'{at}.'.encode() + body).hex()}"}
    url, stamp = f"https://{there.http.base_url.netloc.decode()}/api/hooks/hubspot", str(at * 1000)
    signed = mac(secret, f"POST{url}".encode() + body + stamp.encode())
    return {"X-HubSpot-Signature-v3": base64.b64encode(signed).decode(), "X-HubSpot-Request-Timestamp": stamp}


def send(there: Door, name: str, body: bytes, headers: dict[str, str]) -> httpx.Response:
    raw = {header.encode(): value.encode() for header, value in headers.items()}
    return there.http.post(
        f"/api/hooks/{name}", content=body, headers={b"Content-Type": b"application/json", **raw}
    )  # fmt: skip


@pytest.mark.parametrize("name", VENDORS)
def test_what_a_vendor_signs_becomes_a_lead_once(there: Door, name: str) -> None:
    body = json.dumps(example(name)).encode()
    before = there.rows()
    first = send(there, name, body, signature(name, body, there))
    assert first.status_code == 202, first.text
    assert len(first.json()["leads"]) == 1
    assert added(before, there.rows())["lead"] == 1
    before = there.rows()
    again = send(there, name, body, signature(name, body, there))
    assert (again.status_code, again.json()["leads"]) == (202, first.json()["leads"])
    assert there.rows() == before


@pytest.mark.parametrize("name", VENDORS)
def test_a_signature_that_is_not_theirs_is_refused(there: Door, name: str) -> None:
    body, before = json.dumps(example(name)).encode(), there.rows()
    good = signature(name, body, there)
    attempts = [
        {}, dict.fromkeys(good, ""), dict.fromkeys(good, "é"), dict.fromkeys(good, "t=,v1="),
        signature(name, body, there, secret="another"), signature(name, body + b" ", there),
    ]  # fmt: skip
    for headers in attempts:
        answer = send(there, name, body, headers)
        assert answer.status_code == 401, headers
    assert there.rows() == before


@pytest.mark.parametrize("name", ["calendly", "hubspot"])
@pytest.mark.parametrize("away", [TOLERANCE_SECONDS + 1, -TOLERANCE_SECONDS - 1])
def test_a_signature_that_somebody_overheard_is_too_old(there: Door, name: str, away: int) -> None:
    body = json.dumps(example(name)).encode()
    assert send(there, name, body, signature(name, body, there, at=SECONDS + away)).status_code == 401


def test_one_vendors_secret_opens_no_other_door(there: Door) -> None:
    body = json.dumps(example("typeform")).encode()
    assert send(there, "facebook", body, signature("typeform", body, there)).status_code == 401
    assert there.http.post("/api/leads", content=body, headers=signature("typeform", body, there)).status_code == 401


def test_an_intake_key_is_as_good_as_a_signature(there: Door) -> None:
    answer = send(there, "typeform", json.dumps(example("typeform")).encode(), {"Authorization": f"Bearer {KEY}"})
    assert len(answer.json()["leads"]) == 1


def test_a_booking_of_somebody_known_is_a_meeting_of_theirs(there: Door) -> None:
    booking = example("calendly")
    number = there.post({"name": "Jane Doe", "email": booking["payload"]["email"]}).json()["id"]
    before, body = there.rows(), json.dumps(booking).encode()
    answer = send(there, "calendly", body, signature("calendly", body, there))
    assert answer.json() == {"leads": [number], "touches": 1, "ignored": []}
    assert added(before, there.rows())["touch"] == 1
    assert "lead" not in added({**before, "lead": []}, {**there.rows(), "lead": []})


def test_what_is_none_of_ours_is_thanked_for_and_left_alone(there: Door) -> None:
    body = json.dumps(example("calendly", event="routing_form_submission.created")).encode()
    before = there.rows()
    answer = send(there, "calendly", body, signature("calendly", body, there))
    assert (answer.status_code, answer.json()["ignored"]) == (202, ["routing_form_submission.created"])
    assert there.rows() == before


def test_of_several_events_all_are_stored_or_none(there: Door) -> None:
    good, bad = example("facebook"), example("facebook")
    bad["field_data"] = [{"name": "email", "values": ["no address"]}]
    before, body = there.rows(), json.dumps({"data": [good, bad]}).encode()
    answer = send(there, "facebook", body, signature("facebook", body, there))
    assert (answer.status_code, set(problems(answer))) == (422, {"email"})
    assert added(before, there.rows()) == {"inbox": 1}


def test_a_preset_that_is_not_there_is_404(there: Door) -> None:
    assert send(there, "../etc", b"{}", {}).status_code == 404
    assert "calendly" in problems(send(there, "nothing", b"{}", {}))["preset"]


def test_the_challenge_is_answered_to_whoever_knows_the_word(there: Door) -> None:
    def ask(**changed: str) -> httpx.Response:
        asked = {"hub.mode": "subscribe", "hub.verify_token": HOOK_SECRET, "hub.challenge": "<b>1158201444</b>"}
        return there.http.get("/api/hooks/facebook", params={**asked, **changed})

    answer = ask()
    assert (answer.status_code, answer.text) == (200, "<b>1158201444</b>")
    assert answer.headers["content-type"].startswith("text/plain")
    refused = [ask(**{"hub.verify_token": "x"}), ask(**{"hub.verify_token": ""}), ask(**{"hub.mode": "unsubscribe"})]
    assert [answer.status_code for answer in refused] == [403] * 3
    assert there.http.get("/api/hooks/html", params={"hub.verify_token": ""}).status_code == 403


# --- website forms


def submit(there: Door, fields: dict[str, str], *, key: str = FORM_KEY, **how: Any) -> httpx.Response:
    return there.http.post(f"/api/forms/{key}", **(how or {"data": fields}))


def person(**fields: str) -> dict[str, str]:
    return {"name": "Jane Doe", "email": f"{uuid4().hex}@x.example", "message": "Please call", **fields}


@pytest.mark.parametrize("is_multipart", [False, True])
def test_a_visitor_is_thanked_and_their_words_are_a_lead(there: Door, is_multipart: bool) -> None:
    before, fields = there.rows(), person(plan="team", consent="yes", consent_wording="You may write to me")
    how: dict[str, Any] = (
        {"data": fields, "files": {"cv": ("cv.pdf", b"%PDF", "application/pdf")}} if is_multipart else {}
    )
    answer = submit(there, fields, **how)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "<h1>Thank you</h1>" in answer.text
    assert 'lang="en"' in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    grown = added(before, there.rows())
    assert (grown["lead"], grown["consent"]) == (1, 1)
    before = there.rows()
    assert submit(there, fields, **how).status_code == 200
    assert is_multipart or there.rows() == before  # a multipart body has a boundary of its own each time


def test_nobody_is_lost_because_another_sent_the_number_of_their_form_first(there: Door) -> None:
    before, number = there.rows(), uuid4().hex
    for fields in (person(submission_id=number), person(submission_id=number)):
        assert submit(there, fields).status_code == 200
    sender = {"Authorization": f"Bearer {KEY}"}
    joe = person(entry_id=number)
    answers = [there.http.post("/api/hooks/html", data=joe, headers=sender).json()["leads"] for _ in range(2)]
    assert len(answers[0]) == 1
    assert answers[0] == answers[1]
    assert added(before, there.rows())["lead"] == 3


def test_one_who_floods_a_form_shuts_out_neither_other_visitors_nor_other_forms() -> None:
    clock = Ticking()
    doorkeeper = Doorkeeper(keys=(), webhook_secrets=(), form_keys=("one", "two"), monotonic=clock)
    assert let_in(doorkeeper, "one", "203.0.113.7", tries=1000) == VISITOR_AT_ONCE
    assert let_in(doorkeeper, "one", "::ffff:203.0.113.7", tries=1) == 0
    assert let_in(doorkeeper, "one", "::ffff:203.0.113.8", tries=2) == 2
    crowd = sum(let_in(doorkeeper, "one", f"2001:db8:{number:x}::1", tries=1) for number in range(100))
    assert crowd == FORMS_AT_ONCE - VISITOR_AT_ONCE - 2
    assert let_in(doorkeeper, "two", "203.0.113.8", tries=2) == 2
    assert let_in(doorkeeper, "two", "2001:db8:0:9::1", tries=30) == VISITOR_AT_ONCE
    assert let_in(doorkeeper, "two", "2001:db8:0:9:ffff::2", tries=1) == 0  # one network is one visitor
    clock.now += 60
    assert let_in(doorkeeper, "one", "203.0.113.7", tries=1) == 1


def test_only_so_many_visitors_are_remembered() -> None:
    buckets = Buckets(lambda: Bucket(1, 1, Ticking()), most=3)
    first = [buckets.of(name) for name in "abc"]
    assert [buckets.of(name) for name in "abc"] == first
    buckets.of("d")
    assert buckets.of("c") is first[2]
    assert buckets.of("a") is not first[0]


class Ticking:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def let_in(doorkeeper: Doorkeeper, form: str, address: str, *, tries: int) -> int:
    """How many of the tries are."""
    count = 0
    for _ in range(tries):
        with suppress(TurnedAwayError), doorkeeper.admit_form(form, address):
            count += 1
    return count


def test_a_form_that_anybody_can_send_overrules_nobodys_no(there: Door) -> None:
    sender, jane = {"Authorization": f"Bearer {KEY}"}, person()
    lead_id = there.post({**jane, "consent": True}).json()["id"]
    there.http.post("/api/touches", json={"lead": lead_id, "kind": "unsubscribed"}, headers=sender)
    assert submit(there, {**jane, "consent": "yes", "consent_wording": "You may write to me"}).status_code == 200
    with there.services.reading() as uow:
        lead = uow.leads.get(lead_id)
        assert lead is not None
        assert not standings(uow, lead)["email"].is_given
        assert not lead.consent


def test_who_books_with_a_telephone_only_is_a_lead_too(there: Door) -> None:
    booked = example("calendly")
    booked["payload"] |= {"email": " ", "text_reminder_number": "+49 30 901820"}
    answer = send(there, "calendly", json.dumps(booked).encode(), {"Authorization": f"Bearer {KEY}"})
    assert (answer.status_code, len(answer.json()["leads"])) == (202, 1)


@pytest.mark.parametrize("name", ["typeform", "facebook", "calendly"])
def test_a_name_that_no_database_keeps_is_taken_all_the_same(there: Door, name: str) -> None:
    text = (EXAMPLES / f"{name}.json").read_text(encoding="utf-8").replace("jane@acme.example", "zero@x.example")
    for own in ("LtWXD3crgy", "444444444444", "invitees/DDDD"):
        text = text.replace(own, f"\\u0000{uuid4().hex}")
    sender = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    assert there.http.post(f"/api/hooks/{name}", content=text.encode(), headers=sender).status_code == 202
    touch = {"email": "zero@x.example", "kind": "page_view", "id": f"\0{name}"}
    answers = [there.http.post("/api/touches", json={"touches": [touch]}, headers=sender) for _ in range(2)]
    assert [(answer.status_code, answer.json()["taken"]) for answer in answers] == [(202, 1), (202, 0)]


def test_what_only_a_program_fills_in_gives_it_away(there: Door) -> None:
    before = there.rows()
    answer = submit(there, person(**{HONEYPOT: "cheap pills"}))
    assert (answer.status_code, "Thank you" in answer.text) == (200, True)
    assert there.rows() == before


def test_a_form_leads_nowhere_else(there: Door) -> None:
    fields = person(_next="https://evil.example", redirect="https://evil.example", next="//evil.example")
    answer = submit(there, fields)
    assert answer.status_code == 200
    assert "location" not in answer.headers
    assert "evil" not in answer.text


def test_a_mistake_is_told_on_a_page_without_markup_of_theirs(there: Door) -> None:
    before = there.rows()
    answer = submit(there, {"name": "<script>alert(1)</script>", "email": "<b>no address</b>"})
    assert (answer.status_code, "<h1>Please look again</h1>" in answer.text) == (422, True)
    assert "<script" not in answer.text
    assert "<b>" not in answer.text
    assert set(added(before, there.rows())) <= {"inbox"}


@pytest.mark.parametrize("key", ["wrong", KEY, "", "%00", "x" * 60])
def test_only_a_forms_key_opens_its_door(there: Door, key: str) -> None:
    before = there.rows()
    assert submit(there, person(), key=key).status_code in (404, 405, 422)
    assert there.rows() == before


def test_a_forms_key_opens_no_other_door(there: Door) -> None:
    assert there.post(key=FORM_KEY).status_code == 401


@pytest.mark.parametrize(
    ("content_type", "body"),
    [("application/json", b"{}"), ("text/plain", b"a=b"), ("multipart/form-data", b"x"),
     ("multipart/form-data; boundary=x", b"--x\r\nbroken"), ("multipart/form-data; boundary=", b"--"),
     ("application/x-www-form-urlencoded", b"a=b&" * 1000), ("application/x-www-form-urlencoded", b"%ff%fe=%00"),
     ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="email"\r\n\r\n\xff\r\n--x--')],
)  # fmt: skip
def test_garbage_is_refused_and_nothing_is_stored(there: Door, content_type: str, body: bytes) -> None:
    before = there.rows()
    answer = submit(there, {}, content=body, headers={"Content-Type": content_type})
    assert answer.status_code in (415, 422)
    assert set(added(before, there.rows())) <= {"inbox"}


# --- e-mail


def post_mail(there: Door, body: bytes, *, key: str | None = KEY, kind: str = "message/rfc822") -> httpx.Response:
    sender = {"Authorization": f"Bearer {key}"} if key else {}
    return there.http.post("/api/mail", content=body, headers={"Content-Type": kind, **sender})


def fresh() -> bytes:
    return LETTER.replace(b"<1@", f"<{uuid4().hex}@".encode()).replace(b"jane@", f"{uuid4().hex}@".encode())


def test_an_e_mail_is_suggested_as_a_lead_once(there: Door) -> None:
    before, letter = there.rows(), fresh()
    assert (post_mail(there, letter).status_code, post_mail(there, letter).json()) == (202, {"suggested": False})
    grown = added(before, there.rows())
    assert (grown["suggestion"], "lead" in grown) == (1, False)


def test_the_mail_door_is_the_one_of_leads(there: Door) -> None:
    before = there.rows()
    assert [post_mail(there, fresh(), key=key).status_code for key in (None, "wrong", FORM_KEY)] == [401] * 3
    assert post_mail(there, fresh(), kind="application/json").status_code == 415
    assert post_mail(there, b"x" * 300_000, key="wrong").status_code == 413
    assert there.rows() == before


def test_an_e_mail_may_be_signed_like_anything_else(there: Door) -> None:
    letter, moment = fresh(), datetime.now(UTC)
    headers = {
        "Content-Type": "message/rfc822", "Webhook-Id": uuid4().hex, "Webhook-Timestamp": str(int(moment.timestamp())),
    }  # fmt: skip
    headers["Webhook-Signature"] = Webhook(SECRET).sign(headers["Webhook-Id"], moment, letter.decode())
    assert there.http.post("/api/mail", content=letter, headers=headers).json() == {"suggested": True}


def test_a_large_e_mail_is_read_of_those_who_have_a_key(there: Door) -> None:
    assert post_mail(there, fresh() + b"x" * 300_000).status_code == 202


def test_what_is_no_e_mail_is_told_in_a_sentence(there: Door) -> None:
    answer = post_mail(there, b"\x00\xff garbage")
    assert (answer.status_code, list(problems(answer))) == (422, ["mail"])
