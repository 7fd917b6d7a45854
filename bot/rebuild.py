"""A lead's thread posted again from what is written down: as a whole, when its card is gone or stands elsewhere."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot import speech, timeline
from bot.actors import actor, lead_for
from bot.messenger import METADATA_TYPE
from bot.playbook.fields import hidden_names
from bot.services import Services
from bot.views import timeline as views
from bot.views.cards import title
from bot.views.kit import Message, say
from store.models import InboxRow, Lead
from store.unit_of_work import UnitOfWork

GONE = frozenset({"message_not_found", "thread_not_found", "channel_not_found"})
TOMBSTONE = "tombstone"  # what Slack keeps of a deleted message that has replies
PAGE = 200
MOST_PARTS = 50  # of a story; with so many, each still has its own place


@dataclass(frozen=True)
class Thread:
    """What Slack has where the lead's card should stand; `keys` are those of our lines, if history may be read."""

    is_there: bool
    keys: tuple[str, ...] | None = None


def look(services: Services, client: WebClient, slack_id: str, lead_id: int) -> Thread:
    """Ask Slack what stands in the lead's thread.

    Raises:
        NotAllowedError: the thread is not theirs to post again.
    """
    with services.reading() as uow:
        lead = lead_for(uow, actor(uow, slack_id), "rebuild", lead_id)
        if not lead.card_channel or not lead.card_ts:
            return Thread(is_there=False)
        channel, ts = lead.card_channel, lead.card_ts
    try:
        keys = lines_in(client, channel, ts)
        return Thread(is_there=keys is not None, keys=keys)
    except SlackApiError as error:
        if error.response["error"] in GONE:
            return Thread(is_there=False)
    return Thread(is_there=stands(client, channel, ts))


def lines_in(client: WebClient, channel: str, ts: str) -> tuple[str, ...] | None:
    """The keys that our lines in the thread carry, as often as they stand there; None if only its replies are left."""
    keys: list[str] = []
    cursor: str | None = None
    while cursor != "":
        page = client.conversations_replies(
            channel=channel, ts=ts, limit=PAGE, include_all_metadata=True, cursor=cursor
        )
        messages: list[dict[str, Any]] = page.get("messages") or []
        if any(one.get("ts") == ts and one.get("subtype") == TOMBSTONE for one in messages):
            return None
        keys += [key for one in messages if one.get("ts") != ts and (key := key_of(one))]
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
    return tuple(keys)


def key_of(message: dict[str, Any]) -> str:
    metadata = message.get("metadata") or {}
    is_ours = metadata.get("event_type") == METADATA_TYPE
    return str((metadata.get("event_payload") or {}).get("key") or "") if is_ours else ""


def stands(client: WebClient, channel: str, ts: str) -> bool:
    """Whether the card itself is there, for a bot that may not read history."""
    try:
        client.chat_getPermalink(channel=channel, message_ts=ts)
    except SlackApiError as error:
        if error.response["error"] in GONE:
            return False
        raise
    return True


# --- what is done about it


def rebuild(services: Services, slack_id: str, lead_id: int, thread: Thread) -> Message:
    """Post the card and its story anew where they are gone or have moved; else say what the thread lacks.

    Raises:
        NotAllowedError: the thread is not theirs to post again.
    """
    now = services.now()
    with services.unit_of_work() as uow:
        uow.leads.lock(lead_id)
        who = actor(uow, slack_id)
        lead = lead_for(uow, who, "rebuild", lead_id)
        if uow.timeline.is_on_its_way([part_key(lead, part) for part in range(MOST_PARTS)]):
            return say(f"The thread of {title(lead)} is being posted already.")
        if not lead.card_ts:
            return say(f"{title(lead)} has no card yet; it is on its way.")
        channel = channel_of(uow, lead)
        if thread.is_there and lead.card_channel == channel:
            return drift(uow, lead, thread)
        if thread.is_there and channel:
            point_on(uow, lead, channel, now)
        lead.card_channel = lead.card_ts = None
        lead.is_quiet = False
        speech.refresh_card(uow, lead, now)
        post(services, uow, lead, now)
        uow.commit()
        return say(f"A new card of {title(lead)} is on its way, with everything that happened so far below it.")


def channel_of(uow: UnitOfWork, lead: Lead) -> str | None:
    team = uow.people.team(lead.team_id)
    return team.chosen_channel_id or team.channel_id


def drift(uow: UnitOfWork, lead: Lead, thread: Thread) -> Message:
    """What was said and is gone, and what stands there although it should not: twice, or of another lead."""
    if thread.keys is None:
        return views.unseen(lead)
    said = {row.key for row in uow.timeline.said_in(lead.card_channel or "", lead.card_ts or "")}
    found = Counter(thread.keys)
    missing = len(said - found.keys())
    twice = sum(found.values()) - len(found)
    if not missing and not twice:
        return views.complete(lead, len(found))
    return views.drift(lead, len(found), missing, twice)


def repost(services: Services, slack_id: str, lead_id: int, *, key: str) -> None:
    """Post the story below the card that stands; the same press again changes nothing.

    Raises:
        NotAllowedError: the thread is not theirs to post again.
    """
    now = services.now()
    with services.unit_of_work() as uow:
        uow.leads.lock(lead_id)
        who = actor(uow, slack_id)
        lead = lead_for(uow, who, "rebuild", lead_id)
        row = InboxRow(key=f"rebuild:{key}"[:200], kind="rebuild", status="done", received_at=now)
        if uow.inbox.receive(row):
            post(services, uow, lead, now)
            uow.commit()


def post(services: Services, uow: UnitOfWork, lead: Lead, now: datetime) -> None:
    """The story as few messages, each once however often it is asked for before it has left.

    Everyone in the channel reads it, so it has what everyone may see.
    """
    entries = timeline.story(uow, lead, hidden_names(services.playbook.fields))
    for part, message in enumerate(views.in_messages(lead, entries)):
        payload = {"lead_id": lead.id, **message.as_payload()}
        uow.outbox.add(
            kind="timeline", lane=f"team:{lead.team_id}", payload=payload, coalesce_key=part_key(lead, part), now=now
        )


def point_on(uow: UnitOfWork, lead: Lead, channel: str, now: datetime) -> None:
    """What stands where the card was says where it is now."""
    place = {"channel": lead.card_channel, "ts": lead.card_ts}
    payload = {"lead_id": lead.id, **place, **views.moved_on(lead, channel).as_payload()}
    uow.outbox.add(kind="old card", lane=f"team:{lead.team_id}", payload=payload, now=now)


def part_key(lead: Lead, part: int) -> str:
    return f"timeline:{lead.id}:{part}"
