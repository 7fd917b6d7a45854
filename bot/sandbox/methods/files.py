"""Files of the app: the three steps of an upload, and looking at what is there."""

from bot.sandbox import messages, sharing
from bot.sandbox.arguments import Arguments
from bot.sandbox.errors import ApiError, invalid_arguments
from bot.sandbox.files import File
from bot.sandbox.json_types import Json
from bot.sandbox.limits import FILE_BYTES
from bot.sandbox.methods.access import joined, need
from bot.sandbox.world import World


def get_upload_url(world: World, args: Arguments) -> Json:
    """The first step: an address for the bytes."""
    need(world, "files:write")
    name, length = args.required("filename"), args.required("length")
    if not length.isdigit() or int(length) < 1:
        raise invalid_arguments("length must be the number of bytes")
    if int(length) > FILE_BYTES:
        raise ApiError("file_upload_size_restricted")
    key, file = world.files.announce(world.bot.id, name, int(length))
    file.alt_text = args.text("alt_txt")
    return {"upload_url": f"{world.url}/upload/{key}", "file_id": file.id}


def complete_upload(world: World, args: Arguments) -> Json:
    """The third step, after the bytes: name the files and share them."""
    need(world, "files:write")
    given = args.json("files")
    if not isinstance(given, list) or not given or not all(isinstance(each, dict) for each in given):
        raise invalid_arguments("files must be a list of objects with an id")
    files = [world.files.announced(str(each.get("id")), world.bot.id) for each in given]
    named = args.text("channel_id") or args.text("channels")
    places = [joined(world, each.strip()) for each in named.split(",") if each.strip()]
    if args.text("thread_ts") and not places:
        raise invalid_arguments("thread_ts needs a channel_id")
    for file, each in zip(files, given, strict=True):
        file.title, file.ready = str(each.get("title") or file.name), True
    for channel in places:
        text, thread_ts = args.text("initial_comment"), args.text("thread_ts") or None
        sharing.share(world, channel, files, messages.by_app(world), text=text, thread_ts=thread_ts)
    # Slack scans before it shares: where the files went is not known yet in this answer.
    return {"files": [world.files.shown(file) for file in files]}


def info(world: World, args: Arguments) -> Json:
    need(world, "files:read")
    return {"file": world.files.with_shares(_visible(world, args)), "comments": [], "content": None}


def list_(world: World, args: Arguments) -> Json:
    """Page by page, as this old method still does it."""
    need(world, "files:read")
    count, number = _number(args, "count", 100), _number(args, "page", 1)
    wanted = [file for file in world.files.seen_by(world.bot.id) if _matches(file, args)][::-1]
    part = wanted[(number - 1) * count : number * count]
    paging = {"count": count, "total": len(wanted), "page": number, "pages": -(-len(wanted) // count)}
    return {"files": [world.files.with_shares(file) for file in part], "paging": paging}


def delete(world: World, args: Arguments) -> Json:
    need(world, "files:write")
    file = _visible(world, args)
    if file.owner != world.bot.id:
        raise ApiError("cant_delete_file")
    world.files.delete(file)
    return {}


def _visible(world: World, args: Arguments) -> File:
    file = world.files.get(args.required("file"))
    if not world.files.visible_to(world.bot.id, file):
        raise ApiError("file_not_found")
    return file


def _matches(file: File, args: Arguments) -> bool:
    channel, user = args.text("channel"), args.text("user")
    return (not channel or channel in dict(file.shares)) and user in ("", file.owner)


def _number(args: Arguments, name: str, default: int) -> int:
    given = args.text(name)
    if given and (not given.isdigit() or int(given) < 1):
        raise invalid_arguments(f"{name} must be a positive number")
    return int(given) if given else default
