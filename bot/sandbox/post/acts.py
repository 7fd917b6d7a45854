"""What people outside do: read, click, answer, unsubscribe, text back, visit the website."""

import asyncio
import json
import re
from dataclasses import replace
from email.message import Message
from email.utils import parseaddr
from html import unescape
from typing import Literal
from urllib.error import HTTPError, URLError
from urllib.parse import urljoin, urlsplit
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from pydantic import BaseModel, ConfigDict, Field

from bot.sandbox.errors import Refused
from bot.sandbox.json_types import Json
from bot.sandbox.post import letters
from bot.sandbox.post.box import Letter, Outside, Text
from bot.sandbox.post.telephone import signed
from bot.sandbox.world import World

TIMEOUT_SECONDS = 10
IMAGE = re.compile(r"<img\b[^>]*\bsrc=\"([^\"]+)\"", re.IGNORECASE)
SAID_BACK = re.compile(r"<Message>(.*?)</Message>", re.DOTALL)
BROWSER = "Mozilla/5.0 (sandbox) AppleWebKit/537.36"


class AppAddresses(BaseModel):
    """Where the app takes what people outside do."""

    model_config = ConfigDict(extra="forbid")

    url: str = Field(pattern=r"^http://(127\.0\.0\.1|localhost):\d+$")
    key: str = ""
    sms_url: str = ""
    sms_token: str = ""
    sms_number: str = ""
    people: list[dict[str, object]] = Field(default=[], max_length=500)


class OneLetter(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: int


class ClickWish(OneLetter):
    url: str


class AnswerWish(OneLetter):
    text: str = Field(min_length=1, max_length=5000)


class TextWish(BaseModel):
    model_config = ConfigDict(extra="forbid")

    number: str = Field(pattern=r"^\+\d{6,15}$")
    text: str = Field(min_length=1, max_length=1600)


class VisitWish(BaseModel):
    model_config = ConfigDict(extra="forbid")

    email: str = Field(max_length=254)
    page: str = Field(max_length=200)
    kind: Literal["page_view", "webinar", "download"] = "page_view"


class FormWish(BaseModel):
    model_config = ConfigDict(extra="forbid")

    fields: dict[str, object]


async def meet_app(world: World, wish: AppAddresses) -> Json:
    world.post.app = Outside(**wish.model_dump(exclude={"people"}))
    for one in wish.people:
        world.post.meet(one)
    world.changes.tell({"type": "post"})
    return {}


async def open_letter(world: World, wish: OneLetter) -> Json:
    """Reading shows the letter's pictures, which is all that its sender can know of it."""
    letter = found(world, wish.id)
    letter.is_read = True
    for url in IMAGE.findall(letter.html):
        if is_apps(world, unescape(url)):
            await ask(world, unescape(url))
    return note(world, letter, "read it")


async def click(world: World, wish: ClickWish) -> Json:
    """Follow a link of the letter as far as it stays with the app; where it leads is answered.

    The sender's own website tells the app of the visit, as a website does that is connected to it.
    """
    letter = found(world, wish.id)
    if wish.url not in unescape(letter.html) and wish.url not in letter.text:
        raise Refused("The letter has no such link.")
    leads_to = wish.url
    if is_apps(world, wish.url):
        status, headers, _ = await ask(world, wish.url)
        leads_to = urljoin(wish.url, headers.get("location", "")) if 300 <= status < 400 else wish.url
    shown, is_visit = urlsplit(leads_to), is_senders(letter, leads_to)
    if is_visit:
        await visit(world, VisitWish(email=letter.to, page=shown.path[:200] or "/"))
    what = "followed a link" if is_apps(world, leads_to) else f"went to {shown.netloc}{shown.path}"
    return {**note(world, letter, what), "leads_to": leads_to, "is_visit": is_visit}


async def reply(world: World, wish: AnswerWish) -> Json:
    letter = found(world, wish.id)
    await bring(world, letters.answer(letter, wish.text, world.clock))
    return note(world, letter, "answered it")


async def bounce(world: World, wish: OneLetter) -> Json:
    letter = found(world, wish.id)
    await bring(world, letters.bounce(letter, world.clock))
    return note(world, letter, "sent it back as undeliverable")


async def unsubscribe(world: World, wish: OneLetter) -> Json:
    """As a mail program does it by itself: one POST, without looking at any page."""
    letter = found(world, wish.id)
    if not letter.unsubscribe:
        raise Refused("This letter cannot be unsubscribed from with one click.")
    status, _, _ = await ask(
        world, letter.unsubscribe, b"List-Unsubscribe=One-Click", {"Content-Type": "application/x-www-form-urlencoded"}
    )
    if status >= 400:
        raise Refused(f"The app answered {status}.")
    return note(world, letter, "unsubscribed")


async def text_back(world: World, wish: TextWish) -> Json:
    """A text from somebody, and what the app says to it at once (twilio.com/docs/messaging/twiml)."""
    app, number = world.post.app, world.post.next_id()
    if not app.sms_url:
        raise Refused("The app has no telephone here.")
    text = Text(
        number, wish.number, app.sms_number, wish.text, world.clock.now().isoformat(), is_ours=False,
        sid=f"SM{number:032x}",
    )  # fmt: skip
    body, headers = signed(app, text)
    status, _, said = await ask(world, app.sms_url, body, headers)
    if status >= 400:
        raise Refused(f"The app answered {status}.")
    world.post.texts.append(text)
    for answer in SAID_BACK.findall(said.decode("utf-8", "replace")):
        answered = replace(text, id=world.post.next_id(), body=unescape(answer), is_ours=True)
        world.post.texts.append(answered)
    world.changes.tell({"type": "post"})
    return {}


async def visit(world: World, wish: VisitWish) -> Json:
    """Somebody who is known looks at a page of the website."""
    await tell(world, "/api/touches", {"kind": wish.kind, "email": wish.email, "detail": wish.page})
    return {}


async def fill_form(world: World, wish: FormWish) -> Json:
    """Somebody fills in the form on the website."""
    world.post.meet(wish.fields)
    return await tell(world, "/api/leads", wish.fields)


def found(world: World, number: int) -> Letter:
    letter = world.post.letter(number)
    if letter is None:
        raise Refused("There is no such letter.")
    return letter


def note(world: World, letter: Letter, what: str) -> Json:
    if what not in letter.done:
        letter.done.append(what)
    world.changes.tell({"type": "post"})
    return {"letter": letter.shown()}


def is_apps(world: World, url: str) -> bool:
    app, asked = urlsplit(world.post.app.url), urlsplit(url)
    return bool(app.netloc) and (asked.scheme, asked.netloc) == (app.scheme, app.netloc)


def is_senders(letter: Letter, url: str) -> bool:
    """Whether it is a page of the company that wrote the letter."""
    host, domain = (urlsplit(url).hostname or "").lower(), parseaddr(letter.sender)[1].rpartition("@")[2].lower()
    return bool(domain) and (host == domain or host.endswith(f".{domain}"))


async def bring(world: World, raw: bytes) -> None:
    """A letter to the app, by the door at which mail is handed in."""
    headers = {"Content-Type": "message/rfc822", "Authorization": f"Bearer {world.post.app.key}",
               "Idempotency-Key": f"letter-{world.post.next_id()}"}  # fmt: skip
    status, _, _ = await ask(world, f"{world.post.app.url}/api/mail", raw, headers)
    if status >= 400:
        raise Refused(f"The app answered {status}.")


async def tell(world: World, path: str, fields: Json) -> Json:
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {world.post.app.key}",
               "Idempotency-Key": f"outside-{world.post.next_id()}"}  # fmt: skip
    status, _, said = await ask(world, f"{world.post.app.url}{path}", json.dumps(fields).encode(), headers)
    if status >= 400:
        raise Refused(reasons(status, said))
    return dict(json.loads(said))


def reasons(status: int, said: bytes) -> str:
    """What the app says is wrong, as the website would show it beside the form."""
    try:
        errors = json.loads(said)["errors"]
        return " ".join(f"{each['field']}: {each['reason']}" for each in errors)[:500]
    except (ValueError, KeyError, TypeError):
        return f"The app answered {status}."


async def ask(
    world: World, url: str, body: bytes | None = None, headers: dict[str, str] | None = None
) -> tuple[int, dict[str, str], bytes]:
    """One request to the app and to nobody else; redirects are told, not followed."""
    if not is_apps(world, url):
        raise Refused("Only the app itself is asked from here.")
    return await asyncio.to_thread(send, url, body, headers or {})


class Stay(HTTPRedirectHandler):
    def redirect_request(self, *_args: object) -> None:
        return None


def send(url: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
    request = Request(url, data=body, headers={"User-Agent": BROWSER, **headers})  # noqa: S310 - the app's own address
    try:
        with build_opener(Stay, ProxyHandler({})).open(request, timeout=TIMEOUT_SECONDS) as answer:
            return answer.status, lowered(answer.headers), answer.read()
    except HTTPError as answer:
        return answer.code, lowered(answer.headers), answer.read()
    except URLError as error:
        raise Refused(f"The app cannot be reached: {error.reason}") from None


def lowered(headers: Message) -> dict[str, str]:
    """Servers write names of headers as they like."""
    return {name.lower(): value for name, value in headers.items()}
