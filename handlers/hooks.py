"""Doors for those who speak in their own way: webhooks of forms and tools, plain website forms, and e-mail."""

import hashlib
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Path, Query, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse

from bot.errors import InvalidInputError
from bot.intake import capture, hooks, mail
from bot.rules.presets import Preset
from bot.services import Services
from handlers import form_page
from handlers.form_bodies import MULTIPART, URLENCODED, read_form
from handlers.intake import Doorkeeper, TurnedAwayError, address_of, bounded
from handlers.replies import ANSWERS, KB, MAX_BODY, Answers, body_up_to, key_reused, read_up_to, unreadable
from handlers.shapes import read_body_as_json
from handlers.signatures import Letter

MAX_MAIL = 10 * 1024 * KB
MAIL = "message/rfc822"
HONEYPOT = "leave_this_empty"  # people do not see it; programs fill in whatever there is
FORM = "html"
Body = Annotated[bytes, Depends(body_up_to(MAX_BODY))]
Name = Annotated[str, Path(max_length=60)]
ANY_FORM = {"type": "object", "additionalProperties": {"type": "string"}}
FORM_CONTENT = {URLENCODED: {"schema": ANY_FORM}, MULTIPART: {"schema": ANY_FORM}}
AS_MAIL = {MAIL: {"schema": {"type": "string"}}}
PAGE: dict[str, Any] = {"text/html": {"schema": {"type": "string"}}}


def add_hooks(app: FastAPI, services: Services, doorkeeper: Doorkeeper) -> None:
    presets = hooks.read_presets()
    add_webhooks(app, services, doorkeeper, presets)
    add_forms(app, services, doorkeeper, presets[FORM])
    add_mail(app, services, doorkeeper)


def add_webhooks(
    app: FastAPI, services: Services, doorkeeper: Doorkeeper, presets: Mapping[str, Preset]
) -> None:  # fmt: skip
    unknown: Answers = {404: {"description": "There is no such preset"}}
    known = {"content": {"application/json": {"schema": {}}, **FORM_CONTENT}, "required": True}

    @app.post("/api/hooks/{preset}", status_code=202, responses={**ANSWERS, **unknown},
              openapi_extra={"requestBody": known})  # fmt: skip
    def take_hook(preset: Name, request: Request, body: Body) -> JSONResponse:
        """Store what a form or a tool tells in its own shape, signed its own way or with one of your keys."""
        chosen = known_preset(presets, preset)
        with doorkeeper.admit_signed(chosen, letter(request, body, services)) as key:
            return taken(services, chosen, body, request.headers.get("content-type", ""), key)

    @app.get("/api/hooks/{preset}", response_class=PlainTextResponse,
             responses={**unknown, 403: {"description": "Not the word that was agreed on"}})  # fmt: skip
    def answer_challenge(
        preset: Name,
        mode: Annotated[str, Query(alias="hub.mode", max_length=40)] = "",
        token: Annotated[str, Query(alias="hub.verify_token", max_length=400)] = "",
        challenge: Annotated[str, Query(alias="hub.challenge", max_length=400)] = "",
    ) -> PlainTextResponse:
        """Show whoever sets up a webhook that the address is ours."""
        chosen = known_preset(presets, preset)
        if mode != "subscribe" or not doorkeeper.answers_challenge(chosen.name, token):
            raise TurnedAwayError(403, "This is not the word that was agreed on.", field="hub.verify_token")
        return PlainTextResponse(challenge, headers={"X-Content-Type-Options": "nosniff"})


def known_preset(presets: Mapping[str, Preset], name: str) -> Preset:
    if name not in presets:
        raise TurnedAwayError(404, f"There is no such preset. There are {', '.join(presets)}.", field="preset")
    return presets[name]


def letter(request: Request, body: bytes, services: Services) -> Letter:
    query = f"?{request.url.query}" if request.url.query else ""
    behind_proxy = f"https://{request.headers.get('host', '')}{request.url.path}{query}"
    return Letter(request.method, (str(request.url), behind_proxy), request.headers, body, services.now())


def taken(services: Services, preset: Preset, body: bytes, content_type: str, key: str) -> JSONResponse:
    try:
        payload = read_payload(preset, body, content_type)
        done = hooks.take(services, preset, payload, key=key)
    except InvalidInputError as error:
        capture.keep_rejection(services, {}, key=key, error=error)
        return unreadable(error)
    except capture.KeyReusedError as error:
        return key_reused(error)
    return JSONResponse(
        {"leads": list(done.lead_ids), "touches": done.touches, "ignored": list(done.ignored)}, status_code=202
    )


def read_payload(preset: Preset, body: bytes, content_type: str) -> object:
    kind = content_type.partition(";")[0].strip().lower()
    if preset.takes == "form" and kind != "application/json":
        return read_form(body, content_type)
    if kind not in ("application/json", ""):
        raise TurnedAwayError(415, "Send this as application/json.", field="content-type")
    return read_body_as_json(body)


def add_forms(app: FastAPI, services: Services, doorkeeper: Doorkeeper, preset: Preset) -> None:
    answers: Answers = {
        404: {"description": "There is no such form"}, 413: ANSWERS[413], 415: ANSWERS[415],
        422: {"description": "A field cannot be taken; the page says which", "content": PAGE},
        429: ANSWERS[429], 503: ANSWERS[503],
    }  # fmt: skip

    @app.post("/api/forms/{key}", response_class=HTMLResponse, responses=answers,
              openapi_extra={"requestBody": {"content": FORM_CONTENT, "required": True}})  # fmt: skip
    def take_form(key: Name, request: Request, body: Body) -> Response:
        """A form on a website, sent by the visitor's browser: it becomes a lead, and the browser shows thanks."""
        with doorkeeper.admit_form(key, address_of(request)) as form:
            try:
                fields = read_form(body, request.headers.get("content-type", ""))
                if not fields.pop(HONEYPOT, ""):
                    # Sent twice on one day by an impatient visitor, it counts once.
                    once = hashlib.sha256(f"{services.now():%Y-%m-%d}".encode() + body).hexdigest()[:32]
                    hooks.take(services, preset, fields, key=f"form-{form}:{once}", is_unproved=True)
            except InvalidInputError as error:
                return form_page.refusal(error.problems)
        return form_page.thanks()


def add_mail(app: FastAPI, services: Services, doorkeeper: Doorkeeper) -> None:
    async def read_mail(request: Request) -> bytes:
        # Much is read only of those who have a key.
        return await read_up_to(request, MAX_MAIL if doorkeeper.knows(request.headers) else MAX_BODY)

    @app.post("/api/mail", status_code=202, responses=ANSWERS,
              openapi_extra={"requestBody": {"content": AS_MAIL, "required": True}})  # fmt: skip
    def take_mail(request: Request, body: Annotated[bytes, Depends(read_mail)]) -> JSONResponse:
        """Suggest a lead: an e-mail as it came, from which a person makes a lead, or not."""
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        with doorkeeper.admit(request.headers, body) as key:
            if kind not in (MAIL, "text/plain", "application/octet-stream"):
                raise TurnedAwayError(415, f"Send the e-mail as {MAIL}.", field="content-type")
            try:
                suggested = mail.take_mail(services, body, key=bounded(key))
            except InvalidInputError as error:
                return unreadable(error)
        return JSONResponse({"suggested": suggested}, status_code=202)
