"""The people of the workspace and their time zones."""

from bot.sandbox.arguments import Arguments, page
from bot.sandbox.errors import ApiError
from bot.sandbox.json_types import Json
from bot.sandbox.methods.access import need
from bot.sandbox.workspace import User
from bot.sandbox.world import World


def info(world: World, args: Arguments) -> Json:
    need(world, "users:read")
    user = world.workspace.users.get(args.required("user"))
    if user is None:
        raise ApiError("user_not_found")
    return {"user": _shown(world, user)}


def list_(world: World, args: Arguments) -> Json:
    need(world, "users:read")
    everyone = [_shown(world, user) for user in world.workspace.users.values()]
    part, metadata = page(everyone, args, 200, 1000)
    return {"members": part, "cache_ts": int(world.clock.seconds()), "response_metadata": metadata}


def _shown(world: World, user: User) -> Json:
    profile = {"real_name": user.real_name, "display_name": user.name, "title": user.title}
    if world.manifest.grants("users:read.email") and not user.is_bot:
        profile["email"] = user.email
    app = world.workspace.app
    bot = {"bot_id": app.bot_id, "api_app_id": app.id} if user.is_bot else {}
    return {
        "id": user.id,
        "team_id": world.workspace.team.id,
        "name": user.name,
        "deleted": user.deleted,
        "real_name": user.real_name,
        "tz": user.tz,
        "tz_label": user.tz.replace("_", " "),
        "tz_offset": user.utc_offset(world.clock.now()),
        "profile": profile | bot,
        "is_admin": user.is_admin,
        "is_owner": False,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "is_restricted": False,
        "updated": world.workspace.created,
    }
