"""The people of the workspace and their time zones."""

from bot.sandbox.arguments import Arguments, page
from bot.sandbox.errors import ApiError
from bot.sandbox.json_types import Json
from bot.sandbox.methods.access import need
from bot.sandbox.profiles import shown_user
from bot.sandbox.workspace import User
from bot.sandbox.world import World


def info(world: World, args: Arguments) -> Json:
    need(world, "users:read")
    user = world.workspace.users.get(args.required("user"))
    if user is None:
        raise ApiError("user_not_found")
    return {"user": with_locale(shown_user(world, user), user, args)}


def lookup_by_email(world: World, args: Arguments) -> Json:
    need(world, "users:read.email")
    email = args.required("email").lower()
    people = (user for user in world.workspace.users.values() if not user.is_bot and not user.deleted)
    user = next((user for user in people if user.email.lower() == email), None)
    if user is None:
        raise ApiError("users_not_found")
    return {"user": shown_user(world, user)}


def with_locale(shown: Json, user: User, args: Arguments) -> Json:
    """Slack tells the language of those who are still there, to whoever asks for it."""
    return shown | ({"locale": user.locale} if args.flag("include_locale") and not user.deleted else {})


def list_(world: World, args: Arguments) -> Json:
    need(world, "users:read")
    everyone = [with_locale(shown_user(world, user), user, args) for user in world.workspace.users.values()]
    part, metadata = page(everyone, args, 200, 1000)
    return {"members": part, "cache_ts": int(world.clock.seconds()), "response_metadata": metadata}
