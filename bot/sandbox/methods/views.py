"""Modals and the home tab, as the app opens and changes them."""

from bot.sandbox.arguments import Arguments
from bot.sandbox.content import checked_view
from bot.sandbox.errors import ApiError
from bot.sandbox.json_types import Json
from bot.sandbox.views import View
from bot.sandbox.world import World


def open_(world: World, args: Arguments) -> Json:
    source = checked_view(args.json("view"), ("modal",))
    trigger = world.triggers.redeem(args.required("trigger_id"))
    return _changed(world, world.views.open(world.workspace.users[trigger.user], source, trigger.channel))


def push(world: World, args: Arguments) -> Json:
    source = checked_view(args.json("view"), ("modal",))
    trigger = world.triggers.redeem(args.required("trigger_id"))
    return _changed(world, world.views.push(world.workspace.users[trigger.user], source))


def update(world: World, args: Arguments) -> Json:
    source = checked_view(args.json("view"), ("modal", "home"))
    view = world.views.find(args.text("view_id") or None, args.text("external_id") or None)
    return _changed(world, world.views.update(view, source, args.text("hash") or None))


def publish(world: World, args: Arguments) -> Json:
    source = checked_view(args.json("view"), ("home",))
    user = world.workspace.users.get(args.required("user_id"))
    if user is None or user.is_bot:
        raise ApiError("invalid_arguments")
    if not world.manifest.has_home():
        raise ApiError("not_enabled")
    return _changed(world, world.views.publish(user, source, args.text("hash") or None))


def _changed(world: World, view: View) -> Json:
    world.changes.tell({"type": "view" if view.is_modal else "home", "view_id": view.id}, [view.user])
    return {"view": view.shown()}
