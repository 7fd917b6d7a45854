"""What can be seen of the workspace: its state, a user's messages and views, the log, the stream."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from bot.sandbox.errors import Refused
from bot.sandbox.json_types import Json
from bot.sandbox.traffic import KEPT
from bot.sandbox.workspace import User
from bot.sandbox.world import World

HEARTBEAT_SECONDS = 15


def seen(look: Callable[[World, Request], Json]) -> Callable[[Request], Awaitable[Response]]:
    """A GET route that answers with JSON, or with the sentence that says why not."""

    async def route(request: Request) -> Response:
        try:
            return JSONResponse({"ok": True, **look(request.app.state.world, request)})
        except Refused as reason:
            return JSONResponse({"ok": False, "error": str(reason)}, 400)

    return route


def state(world: World, _request: Request) -> Json:
    return {
        "now": world.clock.now().isoformat(),
        "team": world.workspace.team.model_dump(),
        "app": _app(world),
        "users": _users(world),
        "channels": _channels(world),
        "commands": [each.model_dump() for each in world.manifest.features.slash_commands],
        "shortcuts": [each.model_dump() for each in world.manifest.features.shortcuts],
        "unknown_methods": sorted(world.unknown_methods),
    }


def messages(world: World, request: Request) -> Json:
    user = world.workspace.person(request.query_params.get("as", ""))
    channel = world.workspace.channel_of(user, request.path_params["channel"])
    since = request.query_params.get("ephemeral_since", "0")
    seen_by_user = (each for each in channel.messages.values() if each.visible_to(user.id))
    # Slack keeps what only one person sees no longer than until that person reloads.
    return {"messages": [each.body for each in seen_by_user if each.reader is None or each.ts >= since]}


def views(world: World, request: Request) -> Json:
    user = world.workspace.person(request.path_params["user"])
    return {"views": [view.shown() for view in world.views.stack(user)]}


def home(world: World, request: Request) -> Json:
    view = world.views.home(world.workspace.person(request.path_params["user"]))
    return {"view": view.shown() if view else None}


def faults(world: World, _request: Request) -> Json:
    return {"faults": world.faults.planned()}


def post(world: World, _request: Request) -> Json:
    """What has arrived for people outside, and where letters to them are taken."""
    return {"mail_port": world.mail.port, **world.post.shown()}


def log(world: World, request: Request) -> Json:
    since, last = request.query_params.get("since", "0"), request.query_params.get("last", str(KEPT))
    if not since.isdigit():
        raise Refused("since is the number of a log entry.")
    if not last.isdigit() or int(last) < 1:
        raise Refused("last is a number of log entries.")
    return world.traffic.since(int(since), int(last))


async def stream(request: Request) -> Response:
    """Every change this user may see, as server-sent events."""
    world: World = request.app.state.world
    try:
        user = world.workspace.person(request.query_params.get("as", ""))
    except Refused as reason:
        return JSONResponse({"ok": False, "error": str(reason)}, 400)
    queue = world.changes.watch(user.id)
    headers = {"Cache-Control": "no-store"}
    return StreamingResponse(_sent(world, queue), media_type="text/event-stream", headers=headers)


async def _sent(world: World, queue: asyncio.Queue[Json | None]) -> AsyncIterator[str]:
    try:
        yield ": connected\n\n"
        while True:
            try:
                change = await asyncio.wait_for(queue.get(), HEARTBEAT_SECONDS)
            except TimeoutError:
                yield ": still here\n\n"
                continue
            if change is None:
                return
            yield f"data: {json.dumps(change)}\n\n"
    finally:
        world.changes.leave(queue)


def _app(world: World) -> Json:
    app = world.workspace.app
    return {
        "id": app.id,
        "name": app.name,
        "user_id": app.user_id,
        "bot_id": app.bot_id,
        "bot_token": app.bot_token,
        "app_token": app.app_token,
        "signing_secret": app.signing_secret,
        "connected": world.courier.connected,
        "request_url": world.courier.request_url,
    }


def _users(world: World) -> list[Json]:
    return [
        {
            "id": user.id,
            "name": user.name,
            "real_name": user.real_name,
            "tz": user.tz,
            "title": user.title,
            "is_bot": user.is_bot,
            "deleted": user.deleted,
            "presence": _presence(world, user),
        }
        for user in world.workspace.users.values()
    ]


def _presence(world: World, user: User) -> str:
    there = world.courier.connected if user.is_bot else world.changes.watched_by(user.id)
    return "active" if there and not user.deleted else "away"


def _channels(world: World) -> list[Json]:
    found = []
    for channel in world.workspace.channels.values():
        facts = {"id": channel.id, "name": channel.name, "members": channel.members, "topic": channel.topic}
        kind = {"is_im": channel.is_im, "is_private": channel.is_private}
        latest = next((each.ts for each in reversed(channel.messages.values()) if each.reader is None), None)
        found.append({**facts, **kind, "latest": latest})
    return found
