"""Asks Slack who people are and which channel a name means."""

from collections.abc import Iterable
from typing import Any
from zoneinfo import available_timezones

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.people import Profile
from bot.rules.when.reading import LANGUAGES

PAGE = 500
NOBODY = frozenset({"user_not_found", "user_not_visible", "users_not_found"})
NO_SELLERS = (
    ("deleted", "deactivated"), ("is_bot", "a bot"), ("is_restricted", "a guest"),
    ("is_stranger", "from another workspace"),
)  # fmt: skip


def profile(client: WebClient, slack_id: str) -> Profile:
    """The person as Slack knows them.

    Raises:
        SlackApiError: Slack does not know them, or does not answer.
    """
    return read_profile(client.users_info(user=slack_id, include_locale=True)["user"])


def known_profiles(client: WebClient, slack_ids: Iterable[str]) -> tuple[list[Profile], list[str]]:
    """The people Slack knows, and the ids it does not: one wrong id must not cost the others."""
    known, unknown = [], []
    for slack_id in slack_ids:
        try:
            known.append(profile(client, slack_id))
        except SlackApiError as error:
            if error.response["error"] not in NOBODY:
                raise
            unknown.append(slack_id)
    return known, unknown


def read_profile(user: dict[str, Any]) -> Profile:
    names = user.get("profile") or {}
    name = names.get("display_name") or user.get("real_name") or names.get("real_name") or user.get("name") or "Someone"
    cannot_sell = next((what for mark, what in NO_SELLERS if user.get(mark)), "")
    return Profile(
        user["id"], str(name)[:120], known_zone(user.get("tz")), not user.get("deleted"), cannot_sell,
        known_language(user.get("locale")),
    )  # fmt: skip


def known_zone(name: str | None) -> str:
    """The zone if this machine knows it; one unknown zone must not stop everybody's reminders."""
    return name if name and name in available_timezones() else "UTC"


def known_language(locale: str | None) -> str:
    """The language of "de-DE" if dates can be read in it, else none."""
    language = (locale or "").partition("-")[0].lower()
    return language if language in LANGUAGES else ""


# Said where figures or people's names are to be posted.
NOT_THERE = "I am not in that channel, or another company is in it. Invite me with /invite @Dibs, or choose another."


def is_in_channel(client: WebClient, channel_id: str, *, among_us: bool = False) -> bool:
    """Whether the bot is in the channel, and so can post there; `among_us`: and nobody of another company is.

    Raises:
        SlackApiError: Slack does not answer.
    """
    try:
        channel = client.conversations_info(channel=channel_id)["channel"]
    except SlackApiError as error:
        if error.response["error"] != "channel_not_found":
            raise
        return False
    is_outside = channel.get("is_ext_shared") or channel.get("is_pending_ext_shared")
    return bool(channel.get("is_member")) and not (among_us and is_outside)


def channel_ids(client: WebClient, wanted: list[str]) -> dict[str, str]:
    """The id of each wanted channel ("#name" or an id already) that the bot can see."""
    found = {channel: channel for channel in wanted if not channel.startswith("#")}
    missing = set(wanted) - set(found)
    cursor: str | None = None
    while missing:
        page = client.conversations_list(
            types="public_channel,private_channel", exclude_archived=True, limit=PAGE, cursor=cursor
        )
        found |= {
            f"#{channel['name']}": channel["id"] for channel in page["channels"] if f"#{channel['name']}" in missing
        }
        missing -= set(found)
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            break
    return found
