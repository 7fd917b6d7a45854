"""What the app may see and do: channels it can name, scopes it was granted."""

from bot.sandbox.arguments import Arguments
from bot.sandbox.errors import ApiError
from bot.sandbox.workspace import Channel, Message
from bot.sandbox.world import World

PREFIX = {"channel": "channels", "group": "groups", "im": "im"}


def need(world: World, *any_of: str) -> None:
    """Stop unless one of the scopes was granted."""
    if not world.manifest.grants(*any_of):
        provided = ",".join(world.manifest.scopes)
        raise ApiError("missing_scope", needed=any_of[0], provided=provided)


def need_for(world: World, channel: Channel, what: str) -> None:
    """Stop unless the scope for this kind of conversation was granted, such as im:history."""
    need(world, f"{PREFIX[channel.kind]}:{what}")


def visible_channel(world: World, args: Arguments) -> Channel:
    """The channel named by the call; a private one the app is not in does not exist for it."""
    channel = world.workspace.channels.get(args.required("channel"))
    if channel is None or not channel.visible_to(world.bot.id):
        raise ApiError("channel_not_found")
    return channel


def joined_channel(world: World, args: Arguments) -> Channel:
    return joined(world, args.required("channel"))


def joined(world: World, channel_id: str) -> Channel:
    channel = world.workspace.channels.get(channel_id)
    if channel is None or not channel.visible_to(world.bot.id):
        raise ApiError("channel_not_found")
    if world.bot.id not in channel.members:
        raise ApiError("not_in_channel")
    return channel


def writable_channel(world: World, args: Arguments) -> Channel:
    """Where the app may post: its own channels, people by id, any public channel with chat:write.public."""
    named = args.required("channel")
    user = world.workspace.users.get(named)
    if user and not user.is_bot:
        return _with_person(world, world.workspace.direct_messages(user.id))
    channel = visible_channel(world, args)
    if channel.is_im:
        return _with_person(world, channel)
    anywhere = world.manifest.given and world.manifest.grants("chat:write.public")
    if world.bot.id not in channel.members and not anywhere:
        raise ApiError("not_in_channel")
    if channel.is_archived:
        raise ApiError("is_archived")
    return channel


def _with_person(world: World, channel: Channel) -> Channel:
    if world.workspace.users[world.workspace.partner(channel)].deleted:
        raise ApiError("user_disabled")
    return channel


def public_message(channel: Channel, ts: str) -> Message:
    """A message that exists for everyone; an ephemeral one cannot be named."""
    message = channel.messages.get(ts)
    if message is None or message.reader is not None:
        raise ApiError("message_not_found")
    return message
