"""The Web API door: who calls, what for, what goes wrong on purpose, and the answer."""

import secrets

from starlette.requests import Request
from starlette.responses import Response

from bot.sandbox.arguments import Arguments, read_arguments
from bot.sandbox.connections import Dropped
from bot.sandbox.errors import ApiError
from bot.sandbox.json_types import Json
from bot.sandbox.methods import METHODS
from bot.sandbox.strikes import Reply, failure, rate_limited, under_faults
from bot.sandbox.traffic import Entry
from bot.sandbox.world import World

APP_TOKEN_METHODS = frozenset({"apps.connections.open"})


async def call(request: Request) -> Response:
    """One Web API call, recorded from arrival to answer."""
    world: World = request.app.state.world
    method = request.path_params["method"]
    entry = world.traffic.from_app("api", None, method=method)
    entry.facts["token"] = _masked(_bearer(request))
    try:
        reply = await _answer(world, request, method, entry)
    except ApiError as refusal:
        reply = failure(refusal)
    except Dropped:
        entry.finish(response="connection dropped")
        raise
    reply.headers |= _headers(world)
    entry.finish(response=reply.body, status=reply.status)
    return reply.response()


async def _answer(world: World, request: Request, method: str, entry: Entry) -> Reply:
    values = await read_arguments(request)
    token = _bearer(request) or str(values.get("token", ""))
    values.pop("token", None)
    entry.facts |= {"request": values, "token": _masked(token)}
    return await under_faults(world, method, entry, lambda: _run(world, method, token, values))


def _run(world: World, method: str, token: str, values: Json) -> Reply:
    _check_token(world, method, token)
    wait = world.rates.wait(method, str(values.get("channel", "")))
    if wait:
        return rate_limited(wait)
    known = METHODS.get(method)
    if known is None:
        world.unknown_methods.add(method)
        raise ApiError("unknown_method", req_method=method)
    try:
        return Reply({"ok": True, **known(world, Arguments(values))})
    except ApiError as refusal:
        return failure(refusal)


def _check_token(world: World, method: str, token: str) -> None:
    app = world.workspace.app
    if not token:
        raise ApiError("not_authed")
    if token not in (app.bot_token, app.app_token):
        raise ApiError("invalid_auth")
    if (token == app.app_token) != (method in APP_TOKEN_METHODS):
        raise ApiError("not_allowed_token_type")


def _headers(world: World) -> dict[str, str]:
    return {
        "x-oauth-scopes": ",".join(world.manifest.scopes),
        "x-slack-req-id": secrets.token_hex(16),
        "x-slack-backend": "sandbox",
    }


def _bearer(request: Request) -> str:
    return request.headers.get("authorization", "").removeprefix("Bearer ").strip()


def _masked(token: str) -> str:
    return f"{token[:5]}…" if token else ""
