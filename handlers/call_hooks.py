"""The door for telephone systems, which tell of calls each in its own words."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Annotated, Any

import jwt
from fastapi import Depends, FastAPI, Path, Request
from fastapi.responses import JSONResponse

from bot.calling import telephony
from bot.errors import InvalidInputError
from bot.rules.telephony import SYSTEMS
from bot.services import Services
from handlers.intake import Doorkeeper, TurnedAwayError
from handlers.replies import ANSWERS, MAX_BODY, body_up_to, unreadable
from handlers.shapes import read_body_as_json

SIGNED = ("application/jwt", "text/plain", "application/octet-stream", "")
TAKES = {"requestBody": {"content": {"application/json": {"schema": {}}, "application/jwt": {"schema": {}}},
                         "required": True}}  # fmt: skip


def add_calls(app: FastAPI, services: Services, doorkeeper: Doorkeeper) -> None:
    unknown = {**ANSWERS, 404: {"description": "There is no such telephone system"}}

    @app.post("/api/calls/{system}", status_code=202, responses=unknown, openapi_extra=TAKES)
    def take_call(
        system: Annotated[str, Path(max_length=40)], request: Request,
        body: Annotated[bytes, Depends(body_up_to(MAX_BODY))],
    ) -> JSONResponse:  # fmt: skip
        """Store what a telephone system tells of a call: signed by it (Dialpad: as a JWT), or sent with a key."""
        if system not in SYSTEMS:
            raise TurnedAwayError(404, f"There is no such system. There are {', '.join(SYSTEMS)}.", field="system")
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        try:
            told = signed_words(body, doorkeeper.secrets_of(system)) if kind in SIGNED else None
            with admitted(doorkeeper, request, body, is_signed=told is not None):
                heard = SYSTEMS[system](words(body) if told is None else told)
                is_news = bool(heard and heard.own_id) and heard is not None and telephony.take(services, system, heard)
        except InvalidInputError as error:
            return unreadable(error)
        return JSONResponse({"taken": is_news}, status_code=202)


def admitted(
    doorkeeper: Doorkeeper, request: Request, body: bytes, *, is_signed: bool
) -> AbstractContextManager[object]:  # fmt: skip
    return doorkeeper.admit_checked() if is_signed else doorkeeper.admit(request.headers, body)


def signed_words(body: bytes, secrets: tuple[str, ...]) -> Mapping[str, Any] | None:
    """What a JWT says that one of these secrets signed; None for anything else."""
    for secret in secrets:
        try:
            return dict(jwt.decode(body.strip(), secret, algorithms=["HS256"], options={"verify_aud": False}))
        except (jwt.InvalidTokenError, ValueError):
            continue
    return None


def words(body: bytes) -> Mapping[str, Any]:
    told = read_body_as_json(body)
    return told if isinstance(told, Mapping) else {}
