"""Sharing files in a channel or a thread, and telling the app of it."""

from bot.sandbox import messages
from bot.sandbox.files import File
from bot.sandbox.json_types import Json
from bot.sandbox.workspace import Channel, Message
from bot.sandbox.world import World


def share(
    world: World, channel: Channel, files: list[File], author: Json, *, text: str, thread_ts: str | None = None
) -> Message:
    """One message that carries the files."""
    content = {"text": text, "files": [world.files.shown(file) for file in files], "upload": True}
    message = messages.post(world, channel, content, author | {"subtype": "file_share"}, thread_ts)
    for file in files:
        file.shares.append((channel.id, message.ts))
        event: Json = {"type": "file_shared", "file_id": file.id, "user_id": file.owner, "file": {"id": file.id}}
        event |= {"channel_id": channel.id, "event_ts": world.clock.ts()}
        world.events.tell("file_shared", event, channel)
    return message
