"""The leads' side: letters and texts arrive, and what their readers do reaches the app."""

import base64
import hashlib
import hmac
import json
import smtplib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest

from bot.sandbox import Sandbox
from tests.nearby import nearby

MESSAGE_ID = "<one@acme.example>"


@dataclass
class App:
    """Stands for the app's web side: it writes down what it is asked."""

    url: str = ""
    asked: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    status: int = 202
    says: bytes = b"{}"


@pytest.fixture
def app() -> Iterator[App]:
    known = App()

    class Door(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            known.asked.append((self.command, self.path, dict(self.headers), body))
            is_link = self.path.startswith("/c/")
            self.send_response(302 if is_link else known.status)
            if is_link:
                self.send_header("location", "https://acme.example/pricing")
            self.end_headers()
            self.wfile.write(known.says)

        do_GET = do_POST = answer  # noqa: N815 - http.server calls them so

        def log_message(self, *_args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    known.url = f"http://127.0.0.1:{server.server_address[1]}"
    yield known
    server.shutdown()
    server.server_close()


@pytest.fixture
def page(sandbox: Sandbox, app: App) -> Iterator[httpx.Client]:
    with nearby(sandbox.url) as http:
        met = {"url": app.url, "key": "demo", "sms_url": f"{app.url}/sms", "sms_token": "token", "sms_number": "+491"}
        assert http.post("/sandbox/meet-app", json=met).status_code == 200
        yield http


def letter_to(address: str, app: App) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Sales <sales@acme.example>", address, "Wëlcome"
    message["Message-ID"], message["Reply-To"] = MESSAGE_ID, "answers@acme.example"
    message["List-Unsubscribe"] = f"<mailto:stop@acme.example>, <{app.url}/u/1?a=1&b=2>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(f"Prices: {app.url}/c/1?a=1&b=2\n")
    message.add_alternative(
        f'<a href="{app.url}/c/1?a=1&amp;b=2">Prices</a><img src="{app.url}/o/1.gif?a=1&amp;b=2" alt="">', "html"
    )
    return message


def send(sandbox: Sandbox, message: EmailMessage) -> None:
    with smtplib.SMTP("127.0.0.1", sandbox.mail_port, timeout=5) as smtp:
        smtp.send_message(message)


def letters(page: httpx.Client) -> list[dict[str, Any]]:
    return list(page.get("/sandbox/post").json()["letters"])


def act(http: httpx.Client, what: str, /, **details: Any) -> dict[str, Any]:
    answer = http.post(f"/sandbox/{what}", json=details)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_a_letter_arrives_as_its_reader_sees_it(sandbox: Sandbox, page: httpx.Client, app: App) -> None:
    send(sandbox, letter_to("jane@acme.example", app))
    (letter,) = letters(page)
    assert page.get("/sandbox/post").json()["mail_port"] == sandbox.mail_port
    assert (letter["to"], letter["subject"], letter["is_read"]) == ("jane@acme.example", "Wëlcome", False)
    assert letter["unsubscribe"] == f"{app.url}/u/1?a=1&b=2"
    assert app.asked == [], "nothing is fetched before somebody reads it"


def test_reading_fetches_the_pictures_and_a_click_tells_where_it_leads(
    sandbox: Sandbox, page: httpx.Client, app: App
) -> None:
    send(sandbox, letter_to("jane@acme.example", app))
    number = letters(page)[0]["id"]
    act(page, "open-letter", id=number)
    clicked = act(page, "click-link", id=number, url=f"{app.url}/c/1?a=1&b=2")
    assert clicked["leads_to"] == "https://acme.example/pricing"
    assert [(method, path) for method, path, _, _ in app.asked] == [
        ("GET", "/o/1.gif?a=1&b=2"),
        ("GET", "/c/1?a=1&b=2"),
        ("POST", "/api/touches"),
    ], "the sender's own website tells of the visit"
    assert json.loads(app.asked[-1][3]) == {"kind": "page_view", "email": "jane@acme.example", "detail": "/pricing"}
    assert letters(page)[0]["done"] == ["read it", "went to acme.example/pricing"]


def test_a_link_that_is_not_in_the_letter_is_not_followed(sandbox: Sandbox, page: httpx.Client, app: App) -> None:
    send(sandbox, letter_to("jane@acme.example", app))
    number = letters(page)[0]["id"]
    answer = page.post("/sandbox/click-link", json={"id": number, "url": f"{app.url}/healthz"})
    assert (answer.status_code, app.asked) == (400, [])


def test_an_answer_joins_the_letter_and_goes_where_replies_are_wanted(
    sandbox: Sandbox, page: httpx.Client, app: App
) -> None:
    send(sandbox, letter_to("jane@acme.example", app))
    act(page, "answer-letter", id=letters(page)[0]["id"], text="Yes, please.")
    ((_, path, headers, raw),) = app.asked
    said = message_from_bytes(raw, policy=policy.default)
    assert (path, headers["Content-Type"]) == ("/api/mail", "message/rfc822")
    assert (said["From"], said["To"], said["In-Reply-To"]) == (
        "jane@acme.example", "answers@acme.example", MESSAGE_ID,
    )  # fmt: skip
    assert said.get_content().startswith("Yes, please.")


def test_a_bounce_names_the_letter_and_why(sandbox: Sandbox, page: httpx.Client, app: App) -> None:
    send(sandbox, letter_to("jane@acme.example", app))
    act(page, "bounce-letter", id=letters(page)[0]["id"])
    said = message_from_bytes(app.asked[0][3], policy=policy.default)
    assert said.get_content_type() == "multipart/report"
    assert b"Status: 5.1.1" in app.asked[0][3]
    assert MESSAGE_ID.encode() in app.asked[0][3]


def test_one_click_unsubscribes_by_post(sandbox: Sandbox, page: httpx.Client, app: App) -> None:
    send(sandbox, letter_to("jane@acme.example", app))
    act(page, "unsubscribe", id=letters(page)[0]["id"])
    method, path, _, body = app.asked[0]
    assert (method, path, body) == ("POST", "/u/1?a=1&b=2", b"List-Unsubscribe=One-Click")


def test_nobody_is_refused_and_later_is_put_off(sandbox: Sandbox, page: httpx.Client, app: App) -> None:
    for address, code in (("nobody@acme.example", 550), ("later@acme.example", 451)):
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            send(sandbox, letter_to(address, app))
        assert refused.value.recipients[address][0] == code
    assert letters(page) == []


def test_a_text_arrives_and_is_answered_with_the_providers_signature(
    sandbox: Sandbox, page: httpx.Client, app: App
) -> None:
    sent = page.post(
        "/2010-04-01/Accounts/AC1/Messages.json",
        data={"To": "+4930", "From": "+491", "Body": "Hello"},
        auth=("AC1", "t"),
    )
    assert (sent.status_code, sent.json()["status"]) == (201, "queued")
    app.says = b"<Response><Message>You &amp; we are done.</Message></Response>"
    act(page, "text-back", number="+4930123456", text="STOP")
    _, path, headers, body = app.asked[0]
    told = f"{app.url}/sms" + "".join(f"{name}{value}" for name, value in sorted(parse_qsl(body.decode())))
    mac = hmac.new(b"token", told.encode(), hashlib.sha1).digest()
    assert (path, headers["X-Twilio-Signature"]) == ("/sms", base64.b64encode(mac).decode())
    texts = page.get("/sandbox/post").json()["texts"]
    assert [text["body"] for text in texts] == ["You & we are done.", "STOP", "Hello"]
    assert [text["is_ours"] for text in texts] == [True, False, True]


def test_a_text_to_no_number_and_one_too_long_are_refused_as_twilio_does(page: httpx.Client) -> None:
    for fields, code in (({"To": "12", "Body": "x"}, 21211), ({"To": "+4930", "Body": "x" * 1601}, 21617)):
        sent = page.post("/2010-04-01/Accounts/AC1/Messages.json", data={"From": "+491", **fields}, auth=("AC1", "t"))
        assert (sent.status_code, sent.json()["code"]) == (400, code)


def test_a_visit_and_a_form_reach_the_intake(page: httpx.Client, app: App) -> None:
    act(page, "visit", email="jane@acme.example", page="/pricing")
    act(page, "fill-form", fields={"name": "Jane Doe", "email": "jane@acme.example"})
    assert [path for _, path, _, _ in app.asked] == ["/api/touches", "/api/leads"]
    app.status = 422
    assert page.post("/sandbox/visit", json={"email": "x", "page": "/"}).status_code == 400
