"""The pages to unsubscribe and to confirm: to look changes nothing, for scanners follow every link; to press does."""

from html import escape
from typing import Annotated

from fastapi import Depends, FastAPI, Path, Request
from fastapi.responses import HTMLResponse

from bot.contact import confirming, unsubscribing
from bot.contact.confirming import Asked
from bot.contact.links import TOKEN_MAX
from bot.contact.unsubscribing import Choices
from bot.errors import InvalidInputError
from bot.services import Services
from handlers.form_bodies import URLENCODED, read_form
from handlers.intake import Doorkeeper, address_of
from handlers.replies import KB, body_up_to

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
}  # fmt: skip
STYLE = (
    "body{font:18px/1.5 system-ui,sans-serif;max-width:34rem;margin:10vh auto 2rem;padding:0 1rem;color:#1d1c1d;"
    "background:#fff}button{font:inherit;padding:.6rem 1.2rem;border:2px solid #1d1c1d;border-radius:.4rem;"
    "background:#1d1c1d;color:#fff;cursor:pointer}button.less{background:#fff;color:#1d1c1d}"
    ":focus-visible{outline:3px solid #1264a3;outline-offset:2px}fieldset{border:1px solid #868686;"
    "border-radius:.4rem;margin-top:2rem;padding:1rem}label{display:flex;gap:.5rem;padding:.3rem 0}"
    "input{flex:none;width:1.2rem;height:1.2rem;margin:.2rem 0 0}"
)
ONE_CLICK = ("List-Unsubscribe", "One-Click")  # RFC 8058: what mail programs send for their own button
STOP, CHOOSE, CONFIRM = "stop", "choose", "confirm"  # the buttons of the pages
NOUNS = {"email": "e-mails", "sms": "text messages"}
Token = Annotated[str, Path(max_length=TOKEN_MAX)]
Body = Annotated[bytes, Depends(body_up_to(8 * KB))]


def add_contact_pages(app: FastAPI, services: Services, doorkeeper: Doorkeeper) -> None:
    @app.api_route("/unsubscribe/{token}", methods=["GET", "HEAD"], include_in_schema=False)
    def show(token: Token, request: Request) -> HTMLResponse:
        with doorkeeper.admit_page(address_of(request)):
            found = unsubscribing.look(services, token)
            return asked(services, found) if found else stranger()

    @app.post("/unsubscribe/{token}", include_in_schema=False)
    def act(token: Token, request: Request, body: Body) -> HTMLResponse:
        with doorkeeper.admit_page(address_of(request)):
            fields = said(body, request.headers.get("content-type", ""))
            if fields.get(ONE_CLICK[0]) == ONE_CLICK[1] or STOP in fields:
                channel = unsubscribing.stop(services, token)
                return stopped(channel) if channel else stranger()
            if CHOOSE in fields:
                chosen = unsubscribing.choose(services, token, fields.keys())
                return kept(services, chosen) if chosen else stranger()
            found = unsubscribing.look(services, token)
            return asked(services, found) if found else stranger()

    @app.api_route("/confirm/{token}", methods=["GET", "HEAD"], include_in_schema=False)
    def show_yes(token: Token, request: Request) -> HTMLResponse:
        with doorkeeper.admit_page(address_of(request)):
            return confirmation(services, confirming.look(services, token))

    @app.post("/confirm/{token}", include_in_schema=False)
    def say_yes(token: Token, request: Request, body: Body) -> HTMLResponse:
        with doorkeeper.admit_page(address_of(request)):
            is_pressed = CONFIRM in said(body, request.headers.get("content-type", ""))
            act = confirming.confirm if is_pressed else confirming.look
            return confirmation(services, act(services, token))


def said(body: bytes, content_type: str) -> dict[str, str]:
    """The form; what is none says nothing."""
    try:
        return read_form(body, content_type or URLENCODED)
    except InvalidInputError:
        return {}


def asked(services: Services, found: Choices) -> HTMLResponse:
    noun, sender = NOUNS[found.channel], named(services)
    return page(f"No more {noun}?", (
        f"<p>Press the button, and {sender} will send you no more {noun}. It holds at once.</p>"
        f'<form method="post"><button type="submit" name="{STOP}" value="yes">Unsubscribe</button></form>'
        f"{choosing(found)}"
    ))  # fmt: skip


def choosing(found: Choices) -> str:
    """Or let some of it come."""
    if not found.all:
        return ""
    boxes = "".join(
        f'<label><input type="checkbox" name="{one.channel}" value="yes"{" checked" if one.is_on else ""}>'
        f"{escape(one.wording)}.</label>" for one in found.all
    )  # fmt: skip
    return (
        f'<form method="post"><fieldset><legend>Or choose what may come</legend>{boxes}'
        f'<p><button class="less" type="submit" name="{CHOOSE}" value="yes">Keep what is ticked</button></p>'
        f"</fieldset></form>"
    )


def stopped(channel: str) -> HTMLResponse:
    noun = NOUNS[channel]
    return page("You are unsubscribed", (
        f"<p>We send you no more {noun} of this kind. What you ask for yourself, like a confirmation of a meeting, "
        f"still comes.</p><p>You can close this page.</p>"
    ))  # fmt: skip


def kept(services: Services, found: Choices) -> HTMLResponse:
    ticked = "".join(f"<li>{escape(one.wording)}.</li>" for one in found.all if one.is_on)
    says = f"<p>This may come from now on:</p><ul>{ticked}</ul>" if ticked else "<p>Nothing comes any more.</p>"
    return page("Thank you", f"{says}<p>{named(services)} keeps to it at once.</p>")


def confirmation(services: Services, found: Asked | None) -> HTMLResponse:
    """The page behind the link that asks whether a yes was theirs."""
    if found is None:
        return stranger()
    agreed = f"<ul>{''.join(f'<li>{escape(one)}.</li>' for one in found.wordings)}</ul>"
    match found.state:
        case "asks":
            return page("Is this your wish?", (
                f"<p>A form with your address says this to {named(services)}:</p>{agreed}"
                f"<p>It only counts if you say so. You can take it back at any time, by the link in every letter.</p>"
                f'<form method="post"><button type="submit" name="{CONFIRM}" value="yes">Yes, I confirm</button></form>'
                f"<p>If it was not you, close this page: nothing more will be sent.</p>"
            ))  # fmt: skip
        case "done":
            return page("Thank you", f"<p>You agreed to this:</p>{agreed}<p>You can close this page.</p>")
        case "no":
            return page("You want no e-mails", (
                "<p>You said so since this link was sent, and it holds: nothing was changed. To have them after all, "
                "open the link to unsubscribe in any letter from us, and tick what may come.</p>"
            ))  # fmt: skip
    return page("This link has expired", (
        "<p>Nothing was changed, and nothing is sent to you because of it. If you wish to hear from us, simply answer "
        "the message: a person will see to it.</p>"
    ))  # fmt: skip


def stranger() -> HTMLResponse:
    """For a link that is cut off, or never was one. It does not tell which."""
    return page("This link is not complete", (
        "<p>Nothing was changed. Please open the whole link from the message once more, or simply answer the message: "
        "a person will see to it.</p>"
    ), status=404)  # fmt: skip


def named(services: Services) -> str:
    """Who writes, as far as the address from which we write says it."""
    return escape(services.outside.mail_from.partition("<")[0].strip(' "')[:100] or "We")


def page(heading: str, body: str, *, status: int = 200) -> HTMLResponse:
    heading, body = (text.replace("e-mail", "e\N{NON-BREAKING HYPHEN}mail") for text in (heading, body))
    return HTMLResponse(
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{heading}</title>'
        f"<style>{STYLE}</style></head><body><main><h1>{heading}</h1>{body}</main></body></html>",
        status_code=status, headers=HEADERS,
    )  # fmt: skip
