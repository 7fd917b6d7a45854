"""Renders outbox rows at the moment of sending, from what is true then, and remembers where they ended up."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot import leads, response
from bot.covers import at_the_desk
from bot.outbox import Skip, SlackCall, Wait
from bot.services import Services
from bot.views import cards, home, reminders
from bot.views.kit import Message
from bot.views.reminders import Due
from bot.worktime import hours_of
from store.followups import Promise
from store.models import Lead, OutboxRow, Reminder, Rep
from store.unit_of_work import UnitOfWork

Said = SlackCall | Skip | Wait
CARD_GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed", "is_inactive"})
ASK_AGAIN_SECONDS = 30  # for a team whose channel Slack has not told us yet


class Projections:
    """The sender's projector: one method for each kind of row."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._kinds: dict[str, Callable[[UnitOfWork, OutboxRow, datetime], Said]] = {
            "card": self._card, "thread": self._thread, "message": self._message, "ephemeral": self._ephemeral,
            "reminder": self._reminder, "digest": self._digest, "home": self._home,
            "first contact": self._first_contact,
        }  # fmt: skip

    def prepare(self, uow: UnitOfWork, row: OutboxRow, now: datetime) -> Said:
        return self._kinds[row.kind](uow, row, now)

    def arrived(self, uow: UnitOfWork, row: OutboxRow, response: dict[str, Any], now: datetime) -> None:  # noqa: ARG002
        """Where a projection stands is kept once: a copy found later must not move it."""
        place = self._place(uow, row)
        if isinstance(place, Lead) and not place.card_ts:
            place.card_channel, place.card_ts = response["channel"], response["ts"]
        if isinstance(place, Reminder) and not place.ts:
            place.channel, place.ts = response["channel"], response["ts"]

    def refused(self, uow: UnitOfWork, row: OutboxRow, code: str, now: datetime) -> bool:  # noqa: ARG002
        """Somebody deleted the message: forget where it was, and it is posted anew."""
        place = self._place(uow, row)
        if code not in CARD_GONE or place is None:
            return False
        if isinstance(place, Lead):
            place.card_channel = place.card_ts = None
        else:
            place.channel = place.ts = None
        return True

    def _place(self, uow: UnitOfWork, row: OutboxRow) -> Lead | Reminder | None:
        if row.kind == "card":
            return uow.leads.get(row.payload["lead_id"])
        return uow.followups.reminder(row.payload["reminder_id"]) if row.kind == "reminder" else None

    def _card(self, uow: UnitOfWork, row: OutboxRow, now: datetime) -> Said:  # noqa: ARG002
        lead = uow.leads.get(row.payload["lead_id"])
        if lead is None:
            return Skip("the lead is gone")
        message = cards.card(leads.card_of(self._services, uow, lead))
        if lead.card_ts and lead.card_channel:
            return edit(lead.card_channel, lead.card_ts, message)
        team = uow.people.team(lead.team_id)
        channel = team.chosen_channel_id or team.channel_id
        return post(channel, message) if channel else Wait(ASK_AGAIN_SECONDS, "the team's channel is not known yet")

    def _thread(self, uow: UnitOfWork, row: OutboxRow, now: datetime) -> Said:  # noqa: ARG002
        lead = uow.leads.get(row.payload["lead_id"])
        if lead is None or not lead.card_ts or not lead.card_channel:
            return Skip("the lead has no card to write under")
        return SlackCall("chat.postMessage", {"channel": lead.card_channel, "thread_ts": lead.card_ts, **written(row)})

    def _message(self, uow: UnitOfWork, row: OutboxRow, now: datetime) -> Said:  # noqa: ARG002
        return SlackCall("chat.postMessage", {"channel": row.payload["slack_id"], **written(row)})

    def _ephemeral(self, uow: UnitOfWork, row: OutboxRow, now: datetime) -> Said:  # noqa: ARG002
        place = {"channel": row.payload["channel"], "user": row.payload["user"]}
        return SlackCall("chat.postEphemeral", {**place, **written(row)})

    def _reminder(self, uow: UnitOfWork, row: OutboxRow, now: datetime) -> Said:
        """Said only while it is true: an open follow-up, due, of a rep who still owns the lead; or to their cover."""
        reminder = uow.followups.reminder(row.payload["reminder_id"])
        promise = uow.followups.promise(reminder.follow_up_id) if reminder else None
        if reminder is None or promise is None:
            return Skip("the follow-up is gone")
        due = Due(promise.follow_up, promise.lead)
        is_due = promise.follow_up.status == "open" and promise.follow_up.due_at == reminder.due_at
        to = at_the_desk(uow, promise.rep, now)
        said = reminders.reminder(due, covers=promise.rep.name if to is not promise.rep else "")
        if reminder.ts and reminder.channel:
            return edit(reminder.channel, reminder.ts, said if is_due else reminders.settled(due))
        if not is_due:
            return Skip("the follow-up was closed or put off before the reminder left")
        if promise.lead.owner_id != promise.rep.id or promise.lead.closed_at:
            return Skip("the rep does not own the lead any more")
        return self._until_work(to, now) or post(to.slack_id, said)

    def _until_work(self, rep: Rep, now: datetime) -> Wait | None:
        """Only an outage makes us wait; nothing else in this person's lane is for the night either."""
        hours = hours_of(self._services, rep)
        if hours.cover(now, rep.time_zone):
            return None
        wait = hours.next_open(now, rep.time_zone) - now
        return Wait(min(wait.total_seconds(), 600), "the rep's working day is over")

    def _digest(self, uow: UnitOfWork, row: OutboxRow, now: datetime) -> Said:
        found = [uow.followups.reminder(reminder_id) for reminder_id in row.payload["reminder_ids"]]
        promises = [uow.followups.promise(reminder.follow_up_id) for reminder in found if reminder]
        overdue = [promise for promise in promises if promise and is_overdue(promise, now)]
        if not overdue:
            return Skip("everything in the digest was done or put off before it left")
        lines = [Due(promise.follow_up, promise.lead) for promise in overdue]
        rep = overdue[0].rep
        to = at_the_desk(uow, rep, now)
        said = reminders.digest(lines, now=now, covers=rep.name if to is not rep else "")
        return self._until_work(to, now) or post(to.slack_id, said)

    def _first_contact(self, uow: UnitOfWork, row: OutboxRow, now: datetime) -> Said:
        message = response.message(self._services, uow, row.payload, now)
        rep = uow.people.rep_by_slack_id(row.payload["slack_id"])
        if message is None or rep is None:
            return Skip("somebody was in touch with the lead, or has it instead, before this left")
        return self._until_work(rep, now) or post(rep.slack_id, message)

    def _home(self, uow: UnitOfWork, row: OutboxRow, now: datetime) -> Said:
        value = leads.home_of(uow, row.payload["slack_id"], now)
        view = home.home(value) if value else home.stranger()
        return SlackCall("views.publish", {"user_id": row.payload["slack_id"], "view": view})


def is_overdue(promise: Promise, now: datetime) -> bool:
    """Open, its time has passed, and still the matter of the rep who promised it."""
    is_open = promise.follow_up.status == "open" and promise.follow_up.due_at <= now
    return is_open and promise.lead.owner_id == promise.rep.id


def post(channel: str, message: Message) -> SlackCall:
    return SlackCall("chat.postMessage", {"channel": channel, **message.as_payload()})


def edit(channel: str, ts: str, message: Message) -> SlackCall:
    return SlackCall("chat.update", {"channel": channel, "ts": ts, **message.as_payload()})


def written(row: OutboxRow) -> dict[str, Any]:
    """The words that were already chosen when the row was written."""
    return {"text": row.payload["text"], "blocks": row.payload["blocks"]}
