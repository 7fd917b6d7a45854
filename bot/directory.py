"""Asks Slack who people are and which channel a name means."""

from typing import Any

from slack_sdk import WebClient

from bot.people import Profile

PAGE = 500


def profile(client: WebClient, slack_id: str) -> Profile:
    """The person as Slack knows them.

    Raises:
        SlackApiError: Slack does not know them, or does not answer.
    """
    return read_profile(client.users_info(user=slack_id)["user"])


def read_profile(user: dict[str, Any]) -> Profile:
    names = user.get("profile") or {}
    name = names.get("display_name") or user.get("real_name") or names.get("real_name") or user.get("name") or "Someone"
    zone, is_active = user.get("tz") or "UTC", not user.get("deleted")
    return Profile(user["id"], str(name)[:120], zone, is_active)


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
