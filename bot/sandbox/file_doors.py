"""The doors that bytes pass: the app's uploads and downloads, and those of people."""

import base64
import binascii
import hmac
import json

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from bot.sandbox import sharing
from bot.sandbox.errors import ApiError, Refused
from bot.sandbox.files import File
from bot.sandbox.json_types import Json
from bot.sandbox.multipart import fields, first_file, plain_values
from bot.sandbox.world import World

# Pictures a browser may show; anything else could be a page that runs scripts.
SHOWN = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
LOGIN = "<!DOCTYPE html><html><head><title>Slack</title></head><body>Sign in to your workspace</body></html>"


class Upload(BaseModel):
    model_config = ConfigDict(extra="forbid")

    user: str
    name: str
    data: bytes
    mimetype: str = ""
    channel: str | None = None
    thread_ts: str | None = None
    comment: str = ""


async def receive(request: Request) -> Response:
    """The second step of the app's upload: the bytes, to an address that is its own permission."""
    world: World = request.app.state.world
    entry = world.traffic.from_app("upload", None, method="upload_url")
    data = await _bytes(request)
    try:
        file = world.files.upload(request.path_params["key"], data)
    except ApiError as refusal:
        entry.finish(response=refusal.code, status=400)
        return PlainTextResponse(refusal.code, 400)
    entry.finish(request={"file_id": file.id, "bytes": len(data)}, response="OK", status=200)
    return PlainTextResponse(f"OK - {len(data)}")


async def private(request: Request) -> Response:
    """A file for whoever shows a token that may see it; Slack's login page for anyone else."""
    world: World = request.app.state.world
    entry = world.traffic.from_app("download", request.url.path, method="url_private")
    file_id = request.path_params["place"].rpartition("-")[2]
    file = _readable(world, request, file_id)
    entry.finish(status=200, response="login page" if file is None else f"{file.length} bytes")
    if file is None:
        return HTMLResponse(LOGIN)
    return _sent(file, inline=False)


async def for_page(request: Request) -> Response:
    """A file for the page itself, as one of its users."""
    world: World = request.app.state.world
    try:
        user = world.workspace.person(request.query_params.get("as", ""))
        file = world.files.get(request.path_params["id"])
    except (Refused, ApiError):
        return _refusal("There is no such file.")
    if not world.files.visible_to(user.id, file):
        return _refusal(f"{user.name} cannot see that file.")
    return _sent(file, inline=file.mimetype in SHOWN)


async def upload(request: Request) -> Response:
    """A person uploads a file: into a channel or a thread, or just for a form."""
    world: World = request.app.state.world
    try:
        wish = Upload.model_validate(await _wish(request))
        return JSONResponse({"ok": True, **await _carry_out(world, wish)})
    except ValidationError as mistake:
        return _refusal("; ".join(f"{each['loc'][-1]}: {each['msg']}" for each in mistake.errors()))
    except (ValueError, Refused) as reason:
        return _refusal(str(reason))
    except ApiError:
        return _refusal("There is no such thread to reply in.")


async def _carry_out(world: World, wish: Upload) -> Json:
    user = world.workspace.person(wish.user)
    channel = world.workspace.channel_of(user, wish.channel) if wish.channel else None
    file = world.files.keep(user.id, wish.name, wish.data, wish.mimetype)
    if channel is None:
        return {"file": world.files.shown(file)}
    message = sharing.share(world, channel, [file], {"user": user.id}, text=wish.comment, thread_ts=wish.thread_ts)
    await world.events.settle()
    return {"file": world.files.with_shares(file), "channel": channel.id, "ts": message.ts}


async def _wish(request: Request) -> Json:
    """JSON with the bytes as base64, or a form with the file as one of its fields."""
    content_type, body = request.headers.get("content-type", ""), await request.body()
    if not content_type.startswith("multipart/form-data"):
        return _from_json(json.loads(body))
    found = fields(content_type, body)
    file = first_file(found)
    if file is None:
        raise Refused("The form has no file.")
    return {"name": file.filename, "data": file.data, "mimetype": file.content_type} | plain_values(found)


def _from_json(body: object) -> Json:
    if not isinstance(body, dict):
        raise Refused("Say user, name and content.")
    wish = dict(body)
    wish["name"] = wish.pop("filename", None) or wish.get("name")
    try:
        wish["data"] = base64.b64decode(str(wish.pop("content", "")), validate=True)
    except binascii.Error as mistake:
        raise Refused("content is the file's bytes as base64.") from mistake
    return {name: value for name, value in wish.items() if value is not None}


async def _bytes(request: Request) -> bytes:
    content_type, body = request.headers.get("content-type", ""), await request.body()
    if not content_type.startswith("multipart/form-data"):
        return body
    file = first_file(fields(content_type, body))
    return file.data if file else b""


def _readable(world: World, request: Request, file_id: str) -> File | None:
    token = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
    allowed = hmac.compare_digest(token.encode(), world.workspace.app.bot_token.encode())
    if not allowed or not world.manifest.grants("files:read"):
        return None
    try:
        file = world.files.get(file_id)
    except ApiError:
        return None
    return file if world.files.visible_to(world.bot.id, file) else None


def _sent(file: File, inline: bool) -> Response:
    disposition = "inline" if inline else "attachment"
    headers = {"Content-Disposition": disposition, "Cache-Control": "no-store"}
    kind = file.mimetype if inline or not file.mimetype.startswith("text/html") else "application/octet-stream"
    return Response(file.data or b"", 200, headers, kind)


def _refusal(sentence: str) -> Response:
    return JSONResponse({"ok": False, "error": sentence}, 400)
