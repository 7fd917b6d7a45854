"""People as Slack describes them to an app, with the fields that its scopes let it see."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.sandbox.json_types import Json
from bot.sandbox.workspace import User
from bot.sandbox.world import World

COLOURS = ("9f69e7", "4bbe2e", "e7392d", "3c989f", "674b1b", "e96699")


def shown_user(world: World, user: User) -> Json:
    fixed = {"id": user.id, "team_id": world.workspace.team.id, "name": user.name, "deleted": user.deleted}
    late = {"is_bot": user.is_bot, "is_app_user": False, "updated": user.updated or world.workspace.created}
    if user.deleted:
        # Slack tells little of people who have left; their time zone is among what is missing.
        return fixed | {"profile": _profile(world, user)} | late
    ranks = {f"is_{rank}": False for rank in ("owner", "primary_owner", "restricted", "ultra_restricted")}
    return fixed | {
        "color": COLOURS[sum(user.id.encode()) % len(COLOURS)],
        "real_name": user.real_name,
        "tz": user.tz,
        "tz_label": _label(user.tz, world.clock.now()),
        "tz_offset": user.utc_offset(world.clock.now()),
        "profile": _profile(world, user),
        "is_admin": user.is_admin,
        **ranks,
        **late,
        "is_email_confirmed": not user.is_bot,
        "who_can_share_contact_card": "EVERYONE",
    }


def _profile(world: World, user: User) -> Json:
    app = world.workspace.app
    first, _, last = user.real_name.partition(" ")
    profile = {
        "title": user.title,
        "phone": "",
        "skype": "",
        "real_name": user.real_name,
        "real_name_normalized": user.real_name,
        "display_name": first,
        "display_name_normalized": first,
        "fields": None,
        "status_text": "",
        "status_emoji": "",
        "status_expiration": 0,
        "avatar_hash": "sandbox",
        "first_name": first,
        "last_name": last,
        "team": world.workspace.team.id,
    }
    profile |= {f"image_{size}": f"{world.url}/page/icon.svg" for size in (24, 32, 48, 72, 192, 512)}
    if world.manifest.grants("users:read.email") and not user.is_bot:
        profile["email"] = user.email
    return profile | ({"bot_id": app.bot_id, "api_app_id": app.id} if user.is_bot else {})


def _label(tz: str, now: datetime) -> str:
    """Something a person reads, such as Berlin (CET)."""
    return f"{tz.rpartition('/')[2].replace('_', ' ')} ({now.astimezone(ZoneInfo(tz)).tzname()})"
