"""Reading back: the messages of a channel and of one thread."""

from bot.sandbox.arguments import Arguments, page
from bot.sandbox.errors import ApiError
from bot.sandbox.json_types import Json
from bot.sandbox.methods.access import joined_channel, need_for
from bot.sandbox.workspace import Message
from bot.sandbox.world import World

NEVER = (10**12, 0)


def history(world: World, args: Arguments) -> Json:
    """Newest first, without the replies in threads."""
    channel = joined_channel(world, args)
    need_for(world, channel, "history")
    roots = [message for message in channel.public_messages() if not message.is_reply]
    found = [message for message in reversed(roots) if _in_range(message, args)]
    return _answer(found, args, 100)


def replies(world: World, args: Arguments) -> Json:
    """The message that started the thread, then its replies, oldest first."""
    channel = joined_channel(world, args)
    need_for(world, channel, "history")
    message = channel.messages.get(args.required("ts"))
    if message is None or message.reader is not None:
        raise ApiError("thread_not_found")
    root = channel.messages.get(message.body["thread_ts"]) if message.is_reply else message
    if root is None:
        raise ApiError("thread_not_found")
    children = [channel.messages[ts] for ts in root.replies]
    found = [root, *(child for child in children if _in_range(child, args))]
    return _answer(found, args, 1000)


def _answer(found: list[Message], args: Arguments, default: int) -> Json:
    bodies = [_shown(message, args.flag("include_all_metadata")) for message in found]
    part, metadata = page(bodies, args, default, 999 if default < 999 else 1000)
    return {"messages": part, "has_more": bool(metadata["next_cursor"]), "response_metadata": metadata}


def _shown(message: Message, with_metadata: bool) -> Json:
    if with_metadata:
        return message.body
    return {name: value for name, value in message.body.items() if name != "metadata"}


def _in_range(message: Message, args: Arguments) -> bool:
    """Between oldest and latest; the ends count only when asked for with inclusive."""
    ts, inclusive = _moment(message.ts), args.flag("inclusive")
    oldest, latest = _moment(args.text("oldest", "0")), _moment(args.text("latest", "now"))
    return oldest <= ts <= latest if inclusive else oldest < ts < latest


def _moment(text: str) -> tuple[int, int]:
    """Seconds and microseconds, because a float cannot tell neighbouring messages apart."""
    if text == "now":
        return NEVER
    seconds, _, rest = text.partition(".")
    if not (seconds + rest).isdigit():
        raise ApiError("invalid_ts_latest")
    return int(seconds), int(rest[:6].ljust(6, "0"))
