"""Who the app is and where it works: auth, team, bot, and the way to a socket."""

from bot.sandbox.arguments import Arguments
from bot.sandbox.errors import ApiError
from bot.sandbox.json_types import Json
from bot.sandbox.methods.access import need
from bot.sandbox.world import World


def test(world: World, _args: Arguments) -> Json:
    team, app = world.workspace.team, world.workspace.app
    return {
        "url": f"https://{team.domain}.slack.com/",
        "team": team.name,
        "user": app.user_name,
        "team_id": team.id,
        "user_id": app.user_id,
        "bot_id": app.bot_id,
        "is_enterprise_install": False,
    }


def connections_open(world: World, _args: Arguments) -> Json:
    if world.faults.outage("socket"):
        raise ApiError("internal_error")
    address = world.url.replace("http://", "ws://", 1)
    return {"url": f"{address}/link/?ticket={world.sockets.ticket()}&app_id={world.workspace.app.id}"}


def team_info(world: World, _args: Arguments) -> Json:
    need(world, "team:read")
    team = world.workspace.team
    return {"team": {"id": team.id, "name": team.name, "domain": team.domain, "email_domain": ""}}


def bots_info(world: World, args: Arguments) -> Json:
    need(world, "users:read")
    app = world.workspace.app
    if args.text("bot", app.bot_id) != app.bot_id:
        raise ApiError("bot_not_found")
    bot = {"id": app.bot_id, "app_id": app.id, "user_id": app.user_id, "name": app.name, "deleted": False}
    return {"bot": bot}
