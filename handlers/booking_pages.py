"""Where leads book a time, move and cancel it, and where calendars read: pages that act on POST only."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from email.utils import parseaddr
from secrets import token_urlsafe
from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, FastAPI, Request, Response
from fastapi.responses import HTMLResponse, PlainTextResponse

from bot.errors import DibsError, InvalidInputError
from bot.meetings import booking, changing, feeds, telling
from bot.meetings.booking import Openings, TakenError, Wanted
from bot.rules.meetings import zones
from bot.rules.meetings.letters import spoken
from bot.services import Services
from handlers.booking.markup import Form, Markups, Shown, moment
from handlers.form_bodies import read_form
from handlers.hooks import HONEYPOT
from handlers.intake import Doorkeeper, TurnedAwayError, address_of, network_of
from handlers.replies import KB, body_up_to

MAX_FORM = 32 * KB
CALENDAR = "text/calendar; charset=utf-8"
CHOOSE = "Please choose one of the times."
SORRY, THANKS = "This does not work", "Thank you"
FIELDS = ("name", "email", "words", "consent")
FRESH = {"Cache-Control": "private, max-age=60", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
         "X-Robots-Tag": "noindex"}  # fmt: skip
Body = Annotated[bytes, Depends(body_up_to(MAX_FORM))]
Page = Callable[[], Response]


class Pages:
    """What all of them share: who may look how often, and how a page says no."""

    def __init__(self, services: Services, doorkeeper: Doorkeeper) -> None:
        self.services, self.doorkeeper, self.markups = (
            services,
            doorkeeper,
            Markups(lambda: services.outside.public_url),
        )

    def answer(self, request: Request, page: Page) -> Response:
        """The page, or a sentence in its place."""
        address = address_of(request)
        admit = self.doorkeeper.admit_visitor if request.method == "POST" else self.doorkeeper.admit_page
        try:
            with admit(address):
                return page()
        except TurnedAwayError as error:
            answer = self.sorry(error.reason, error.status)
            if error.retry_after:
                answer.headers["Retry-After"] = str(error.retry_after)
            return answer
        except (booking.NoPageError, changing.NoMeetingError, feeds.NoFeedError) as error:
            return self.sorry(str(error), 404)
        except changing.OverError as error:
            return self.sorry(str(error), 410)
        except booking.FloodError as error:
            return self.sorry(str(error), 429)
        except DibsError as error:
            return self.sorry(str(error), 409)

    def sorry(self, sentence: str, status: int) -> HTMLResponse:
        """With the address under which we write, if there is one: nobody is left with nothing to do."""
        _, ours = parseaddr(self.services.outside.mail_from)
        link, says = (f"mailto:{ours}", f"Write to {ours}") if ours else ("", "")
        return self.markups.said(SORRY, sentence, status, link=link, link_says=says)


def add_booking_pages(app: FastAPI, services: Services, doorkeeper: Doorkeeper) -> None:
    pages = Pages(services, doorkeeper)
    add_booking(app, pages)
    add_changing(app, pages)
    add_calendars(app, pages)


# --- booking


def add_booking(app: FastAPI, pages: Pages) -> None:
    @app.get("/book/{token}", include_in_schema=False)
    def public_page(token: str, request: Request) -> Response:
        return pages.answer(request, lambda: chosen_from(pages, request, token, ""))

    @app.get("/book/{token}/{signed}", include_in_schema=False)
    def personal_page(token: str, signed: str, request: Request) -> Response:
        return pages.answer(request, lambda: chosen_from(pages, request, token, signed))

    @app.post("/book/{token}", include_in_schema=False)
    def book_as_visitor(token: str, request: Request, body: Body) -> Response:
        return pages.answer(request, lambda: booked(pages, request, body, token, ""))

    @app.post("/book/{token}/{signed}", include_in_schema=False)
    def book_by_link(token: str, signed: str, request: Request, body: Body) -> Response:
        return pages.answer(request, lambda: booked(pages, request, body, token, signed))


def chosen_from(pages: Pages, request: Request, token: str, signed: str) -> HTMLResponse:
    openings = booking.look(pages.services, token, signed, request.query_params.get("zone", ""))
    return pages.markups.choose(
        openings, form_of(pages, openings, token, signed), Shown(request.query_params.get("from", "")[:10])
    )


def form_of(pages: Pages, openings: Openings, token: str, signed: str) -> Form:
    action = "/".join((f"{pages.markups.base}/book", quote(token), *([quote(signed)] if signed else ())))
    press = "" if signed else token_urlsafe(16)
    return Form(action, f"Meet {openings.host}", "Book this time", asks_who=not signed, press=press)


def booked(pages: Pages, request: Request, body: bytes, token: str, signed: str) -> Response:
    """The meeting's page; or the same page again, with a sentence and the times that are free now."""
    fields = read(body, request)
    if not signed and fields.get(HONEYPOT):
        return pages.markups.said(THANKS, "We will be in touch.")
    try:
        key = book(pages.services, fields, token, signed, network_of(address_of(request)))
    except InvalidInputError as error:
        said, status, wrong = " ".join(one.reason for one in error.problems), 422, "email" in str(error)
    except TakenError as error:
        said, status, wrong = str(error), 409, False
    else:
        return moved_on(pages, key) if signed or not confirms(pages) else look_at_mail(pages, fields)
    openings = booking.look(pages.services, token, signed, fields.get("zone", ""))
    shown = Shown(chosen=fields.get("at", ""), given=given(fields), mistake=said, wrong_email=wrong)
    return pages.markups.choose(openings, form_of(pages, openings, token, signed), shown, status)


def confirms(pages: Pages) -> bool:
    return telling.MAIL in pages.services.outside.channels


def look_at_mail(pages: Pages, fields: dict[str, str]) -> HTMLResponse:
    """The same words whoever it was, and whatever they have booked: the rest is for the owner of the address."""
    when = booked_for(fields)
    email = fields.get("email", "").strip()[:254]
    return pages.markups.said(
        "Please look into your mailbox",
        f"We are writing to {email} about the meeting{when}. Only that e-mail confirms it. It also says where you "
        "meet, and how to move or cancel it. If none comes within a few minutes, look among the unwanted mail.",
    )


def booked_for(fields: dict[str, str]) -> str:
    at = moment(fields.get("at", ""))
    return f" of {spoken(at, zones.first_known(fields.get('zone', '')))}" if at else ""


def book(services: Services, fields: dict[str, str], token: str, signed: str, network: str) -> str:
    wanted = replace(wanted_of(fields), network=network)
    if signed:
        return booking.book_by_link(services, token, signed, wanted)
    raw = {name: fields[name] for name in ("name", "email") if fields.get(name)}
    if fields.get("consent"):
        raw["consent"] = "yes"
    return booking.book_as_visitor(services, token, raw, wanted)


def wanted_of(fields: dict[str, str]) -> Wanted:
    at = moment(fields.get("at", ""))
    if at is None:
        raise TakenError(CHOOSE)
    return Wanted(at, fields.get("zone", ""), fields.get("words", ""), fields.get("press", "")[:100])


def read(body: bytes, request: Request) -> dict[str, str]:
    return read_form(body, request.headers.get("content-type", ""))


def given(fields: dict[str, str]) -> dict[str, str]:
    return {name: fields.get(name, "")[:1000] for name in FIELDS}


def moved_on(pages: Pages, key: str) -> Response:
    """To the meeting's own page, so that nobody sends the form again by reloading."""
    where = f"{pages.markups.base}/meetings/{quote(key)}"
    return Response(status_code=303, headers={"Location": where, "Cache-Control": "no-store"})


# --- what is booked


def add_changing(app: FastAPI, pages: Pages) -> None:
    @app.get("/meetings/{key}", include_in_schema=False)
    def meeting_page(key: str, request: Request) -> Response:
        return pages.answer(request, lambda: pages.markups.meeting(changing.look(pages.services, key)))

    @app.get("/meetings/{key}/move", include_in_schema=False)
    def move_page(key: str, request: Request) -> Response:
        return pages.answer(request, lambda: move_to(pages, request, key))

    @app.post("/meetings/{key}/move", include_in_schema=False)
    def move(key: str, request: Request, body: Body) -> Response:
        return pages.answer(request, lambda: moved(pages, request, body, key))

    @app.get("/meetings/{key}/cancel", include_in_schema=False)
    def cancel_page(key: str, request: Request) -> Response:
        return pages.answer(request, lambda: asked(pages, key))

    @app.post("/meetings/{key}/cancel", include_in_schema=False)
    def cancel(key: str, request: Request) -> Response:
        return pages.answer(request, lambda: cancelled(pages, key))


def move_to(
    pages: Pages, request: Request, key: str, shown: Shown | None = None, *, zone: str = "", status: int = 200
) -> Response:  # fmt: skip
    openings = changing.other_times(pages.services, key, zone or request.query_params.get("zone", ""))
    meeting, own = changing.look(pages.services, key).meeting, f"{pages.markups.base}/meetings/{quote(key)}"
    form = Form(
        f"{own}/move", f"Move your meeting with {openings.host}", "Move it here", asks_words=False, back=own,
        moved_from=spoken(meeting.starts_at, openings.zone),
    )  # fmt: skip
    return pages.markups.choose(openings, form, shown or Shown(request.query_params.get("from", "")[:10]), status)


def moved(pages: Pages, request: Request, body: bytes, key: str) -> Response:
    fields = read(body, request)
    try:
        changing.move(pages.services, key, wanted_of(fields))
    except TakenError as error:
        shown = Shown(chosen=fields.get("at", ""), mistake=str(error))
        return move_to(pages, request, key, shown, zone=fields.get("zone", ""), status=409)
    return moved_on(pages, key)


def asked(pages: Pages, key: str) -> Response:
    seen = changing.look(pages.services, key)
    asks = "" if seen.is_over else f"{seen.host} is told, and the time is free for others."
    return pages.markups.meeting(seen, asks=asks)


def cancelled(pages: Pages, key: str) -> Response:
    changing.cancel(pages.services, key)
    return moved_on(pages, key)


# --- calendars


def add_calendars(app: FastAPI, pages: Pages) -> None:
    @app.get("/meetings/{key}/calendar.ics", include_in_schema=False)
    def calendar_file(key: str, request: Request) -> Response:
        return pages.answer(request, lambda: calendar(request, changing.calendar_file(pages.services, key)))

    @app.get("/calendars/{token}.ics", include_in_schema=False)
    def feed(token: str, request: Request) -> Response:
        return pages.answer(request, lambda: calendar(request, feeds.feed(pages.services, token)))


def calendar(request: Request, text: str) -> Response:
    """What the reader has already is not sent again."""
    tag = f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers={**FRESH, "ETag": tag})
    return PlainTextResponse(text, media_type=CALENDAR, headers={**FRESH, "ETag": tag})
