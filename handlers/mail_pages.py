"""What mail programs ask for when a measured letter is opened or a link in it is followed."""

from base64 import b64decode
from contextlib import suppress
from typing import Annotated

from fastapi import FastAPI, Path, Request, Response
from fastapi.responses import PlainTextResponse

from bot.contact.links import TOKEN_MAX
from bot.mailing import measuring
from bot.services import Services
from handlers.intake import Doorkeeper, TurnedAwayError, address_of

# One transparent pixel. Whatever the token, the answer is the same: it tells nobody which letters there are.
PIXEL = b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff",
           "X-Robots-Tag": "noindex"}  # fmt: skip
GONE = "This link leads nowhere any more."
Token = Annotated[str, Path(max_length=TOKEN_MAX)]


def add_mail_pages(app: FastAPI, services: Services, doorkeeper: Doorkeeper) -> None:
    @app.api_route("/o/{token}.gif", methods=["GET", "HEAD"], include_in_schema=False)
    def opened(token: Token, request: Request) -> Response:
        """HEAD shows nobody an image, so it is no opening."""
        if request.method == "GET":
            with suppress(TurnedAwayError), doorkeeper.admit_page(address_of(request)):  # then it is not counted
                measuring.opened(services, token)
        return Response(PIXEL, media_type="image/gif", headers=PRIVATE)

    @app.api_route("/l/{token}", methods=["GET", "HEAD"], include_in_schema=False)
    def followed(token: Token, request: Request) -> Response:
        """On to where the letter's own link leads, and nowhere else."""
        agent = request.headers.get("user-agent", "")
        with doorkeeper.admit_page(address_of(request)):
            target = measuring.clicked(services, token, agent=agent, is_person=request.method == "GET")
        if target is None:
            return PlainTextResponse(GONE, status_code=404, headers=PRIVATE)
        return Response(status_code=303, headers={**PRIVATE, "Location": safe(target)})


def safe(link: str) -> str:
    """As a header carries it: what is not ASCII is written in percents."""
    return "".join(sign if sign.isascii() else "".join(f"%{byte:02X}" for byte in sign.encode()) for sign in link)
