"""Renders outbox rows at the moment of sending, from what is true then, and remembers where they ended up."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from bot import digests, homes, leads, neglect, response, speech
from bot import reminders as reminding
from bot.actors import sees
from bot.covers import at_the_desk, is_away
from bot.importing import drafts as imports
from bot.importing import news as import_news
from bot.intake import suggestions
from bot.messenger import picture, upload
from bot.outbox import Skip, SlackCall, Wait
from bot.reports import alerts, sending
from bot.reports.sharing import unpacked
from bot.sequences import approving
from bot.services import Services
from bot.views import cards, files, home, reminders
from bot.views import imports as import_views
from bot.views.digests import digest
from bot.views.duplicates import merged_card
from bot.views.kit import Message, Person
from bot.views.reminders import Due
from bot.worktime import hours_of
from store.followups import Promise
from store.models import Import, Lead, LeadMessage, OutboxRow, Reminder, Rep, Suggestion
from store.outbox import FURTHEST_AHEAD
from store.reminders import SAID
from store.unit_of_work import UnitOfWork

Said = SlackCall | Skip | Wait
CARD_GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed", "is_inactive"})
ASK_AGAIN_SECONDS = 30  # for a team whose channel Slack has not told us yet
# A lane that rests longer is taken for one that a clock set back has stranded, and woken at once.
LONGEST_WAIT = FURTHEST_AHEAD - timedelta(minutes=1)


class Projections:
    """The sender's projector: one method for each kind of row."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._kinds: dict[str, Callable[[UnitOfWork, OutboxRow, datetime], Said]] = {
            "card": self._card, "thread": self._thread, "timeline": self._thread, "old card": self._old_card,
            "message": self._message, "ephemeral": self._ephemeral,
            "reminder": self._reminder, "dm": self._dm, "digest": self._digest, "neglect": self._neglect,
            "home": self._home, "first contact": self._first_contact,
            "suggestion": self._suggestion, "edit": self._edit, "approval": self._approval,
            "import": self._import, "failed rows": self._failed_rows, "file": self._file,
            "picture": self._picture, "report": self._report,
        }  # fmt: skip

    def prepare(self, uow: UnitOfWork, row: OutboxRow, now: datetime) -> Said:
        return self._kinds[row.kind](uow, row, now)

    def arrived(self, uow: UnitOfWork, row: OutboxRow, response: dict[str, Any], now: datetime) -> None:
        """Where a projection stands is kept once: a copy found later must not move it."""
        if row.kind in ("file", "failed rows") and not response:
            speech.tell(uow, row.payload["slack_id"], files.in_doubt(str(row.payload.get("name", ""))), now)
        place = self._place(uow, row)
        # An edit of a card that was given up meanwhile must not bring it back.
        if isinstance(place, Lead | Import) and not place.card_ts and row.method != "chat.update":
            place.card_channel, place.card_ts = response["channel"], response["ts"]
        if isinstance(place, Suggestion) and not place.ts:
            place.channel, place.ts = response["channel"], response["ts"]
        if isinstance(place, LeadMessage) and not place.asked_ts:
            place.asked_channel, place.asked_ts = response["channel"], response["ts"]
        if isinstance(place, Reminder) and not place.ts:
            place.channel = response["channel"]
            if not row.thread_ts:
                place.ts, place.said_to = response["ts"], row.channel or place.said_to  # a cover may have come between

    def refused(self, uow: UnitOfWork, row: OutboxRow, code: str, now: datetime) -> bool:  # noqa: ARG002
        """Somebody deleted the message: forget where it was, and it is posted anew."""
        place = self._place(uow, row)
        if row.kind == "old card" and code in CARD_GONE:
            row.payload = {**row.payload, "is_gone": True}
            return True
        if code not in CARD_GONE or place is None:
            return False
        if isinstance(place, Lead | Import):
            place.card_channel = place.card_ts = None
        elif isinstance(place, LeadMessage):
            return False  # whoever deleted the question does not want it again; managers can still decide
        else:
            place.channel = place.ts = None
        return True

    def _place(self, uow: UnitOfWork, row: OutboxRow) -> Lead | Reminder | Import | Suggestion | LeadMessage | None:
        if row.kind == "card":
            return uow.leads.get(row.payload["lead_id"])
        if row.kind == "import":
            return uow.imports.get(row.payload["import_id"])
        if row.kind == "suggestion":
            return uow.suggestions.get(row.payload["suggestion_id"])
        if row.kind == "approval":
            return uow.messages.get(row.payload["message_id"])
        return uow.reminders.get(row.payload["reminder_id"]) if row.kind in ("reminder", "dm") else None

    def _card(self, uow: UnitOfWork, row: OutboxRow, now: datetime) -> Said:  # noqa: ARG002
        lead = uow.leads.get(row.payload["lead_id"])
        if lead is None:
            return Skip("the lead is gone")
        if lead.is_quiet:
            return Skip("one of many that came at once; it has a card when somebody works on it")
        kept = uow.leads.get(lead.merged_into_id) if lead.merged_into_id and lead.state == "merged" else None
        if kept is not None and not lead.card_ts:
            return Skip("it became part of another lead before it had a card")
        message = merged_card(lead, kept) if kept else cards.card(leads.card_of(self._services, uow, lead))
        if lead.card_ts and lead.card_channel:
            return edit(lead.card_channel, lead.card_ts, message)
        team = uow.people.team(lead.team_id)
        channel = team.chosen_channel_id or team.channel_id
        return post(channel, message) if channel else Wait(ASK_AGAIN_SECONDS, "the team's channel is not known yet")

    def _edit(self, uow: UnitOfWork, row: OutboxRow, now: datetime) -> Said:  # noqa: ARG002
        return SlackCall("chat.update", {"channel": row.payload["channel"], "ts": row.payload["ts"], **written(row)})

    def _thread(self, uow: UnitOfWork, row: OutboxRow, now: datetime) -> Said:  # noqa: ARG002
        lead = uow.leads.get(row.payload["lead_id"])
        if lead is None or not lead.card_ts or not lead.card_channel:
            return Skip("the lead has no card to write under")
        return SlackCall("chat.postMessage", {"channel": lead.card_channel, "thread_ts": lead.card_ts, **written(row)})

    def _old_card(self, uow: UnitOfWork, row: OutboxRow, now: datetime) -> Said:  # noqa: ARG002
        """Where the card stood before; gone for good once somebody has deleted that as well."""
        if row.payload.get("is_gone"):
            return Skip("the old card was deleted")
        return SlackCall("chat.update", {"channel": row.payload["channel"], "ts": row.payload["ts"], **written(row)})

    def _message(self, uow: UnitOfWork, row: OutboxRow, now: datetime) -> Said:  # noqa: ARG002
        return SlackCall("chat.postMessage", {"channel": row.payload["slack_id"], **written(row)})

    def _ephemeral(self, uow: UnitOfWork, row: OutboxRow, now: datetime) -> Said:  # noqa: ARG002
        place = {"channel": row.payload["channel"], "user": row.payload["user"]}
        return SlackCall("chat.postEphemeral", {**place, **written(row)})

    def _reminder(self, uow: UnitOfWork, row: OutboxRow, now: datetime) -> Said:
        """Said only while it is true: an open follow-up, due, of a rep who still has to keep it; or to their cover."""
        reminder = uow.reminders.get(row.payload["reminder_id"])
        promise = uow.followups.promise(reminder.follow_up_id) if reminder else None
        if reminder is None or promise is None:
            return Skip("the follow-up is gone")
        if not reminding.is_due(promise, reminder):
            return Skip("the follow-up was closed, put off or given to somebody else before the reminder left")
        if spoken_since(uow, reminder):
            return Skip("a later word about it is to leave as well")
        to = at_the_desk(uow, promise.rep, now)
        if is_away(to, now):
            return Skip("the rep went away before the reminder left; the digest of their first day back has it")
        return self._until_work(to, now) or self._word(
            uow, reminder, promise, to, now=now, asked_by=row.payload.get("asked_by", "")
        )

    def _word(
        self, uow: UnitOfWork, reminder: Reminder, promise: Promise, to: Rep, *, now: datetime, asked_by: str
    ) -> SlackCall:
        """The follow-up's DM in that conversation, or a line below it."""
        due = Due(promise.follow_up, promise.lead, to.time_zone)
        dm = uow.reminders.dm_of(promise.follow_up.id or 0, to.slack_id)
        if dm is None or not dm.channel or not dm.ts:
            return post(to.slack_id, reminders.reminder(due, covers=covered(promise.rep, to), asked_by=asked_by))
        rule = self._services.playbook.reminders.rule(reminder.rule)
        said = reminders.nudge(
            due, Person(to.slack_id, to.name), tells=rule.tells if rule else "rep",
            is_before=now < promise.follow_up.due_at, now=now,
        )  # fmt: skip
        return SlackCall("chat.postMessage", {"channel": dm.channel, "thread_ts": dm.ts, **said.as_payload()})

    def _dm(self, uow: UnitOfWork, row: OutboxRow, now: datetime) -> Said:
        """The DM as it is true now; the lines below it say what was true then."""
        reminder = uow.reminders.get(row.payload["reminder_id"])
        promise = uow.followups.promise(reminder.follow_up_id) if reminder else None
        if reminder is None or promise is None or not reminder.ts or not reminder.channel:
            return Skip("there is no DM to edit")
        keeper = self._keeper(uow, promise, now)
        due = Due(promise.follow_up, promise.lead, keeper.time_zone if keeper else promise.rep.time_zone)
        is_theirs = keeper is not None and reminder.said_to == keeper.slack_id
        if promise.follow_up.status == "open" and is_theirs and is_said(uow, promise):
            said = reminders.reminder(due, covers=covered(promise.rep, keeper or promise.rep))
        elif not is_theirs and not sees(uow, reminder.said_to or "", promise.lead):
            said = reminders.elsewhere(due)
        else:
            said = reminders.settled(due, by="" if is_theirs else keeper.name if keeper else "Somebody else")
        return edit(reminder.channel, reminder.ts, said)

    def _keeper(self, uow: UnitOfWork, promise: Promise, now: datetime) -> Rep | None:
        """Whoever is to act on it now; None while the lead is nobody's."""
        return at_the_desk(uow, promise.rep, now) if reminding.is_kept(promise) else None

    def _until_work(self, rep: Rep, now: datetime) -> Wait | None:
        """Only an outage makes us wait; nothing else in this person's lane is for the night either."""
        hours = hours_of(self._services, rep)
        if hours.cover(now, rep.time_zone):
            return None
        wait = hours.next_open(now, rep.time_zone) - now
        return Wait(min(wait, LONGEST_WAIT).total_seconds(), "the rep's working day is over")

    def _digest(self, uow: UnitOfWork, row: OutboxRow, now: datetime) -> Said:
        rep = uow.people.rep(row.payload["rep_id"])
        to = at_the_desk(uow, rep, now)
        value = digests.content(self._services, uow, rep, now)
        if value is None or is_away(to, now):
            return Skip("nothing is left to say in the digest, or nobody is there to read it")
        may_come = to is rep and digests.may_come(self._services, rep, now)
        return (None if may_come else self._until_work(to, now)) or post(to.slack_id, digest(value))

    def _neglect(self, uow: UnitOfWork, row: OutboxRow, now: datetime) -> Said:
        message, rep = neglect.message(uow, row.payload["follow_up_ids"], now), self._reader(uow, row)
        if message is None or rep is None:
            return Skip("everything was done or put off before this left")
        return self._until_work(rep, now) or post(rep.slack_id, message)

    def _reader(self, uow: UnitOfWork, row: OutboxRow) -> Rep | None:
        return uow.people.rep_by_slack_id(row.payload["slack_id"])

    def _first_contact(self, uow: UnitOfWork, row: OutboxRow, now: datetime) -> Said:
        message, rep = response.message(self._services, uow, row.payload, now), self._reader(uow, row)
        if message is None or rep is None:
            return Skip("somebody was in touch with the lead, or has it instead, before this left")
        return self._until_work(rep, now) or post(rep.slack_id, message)

    def _import(self, uow: UnitOfWork, row: OutboxRow, now: datetime) -> Said:  # noqa: ARG002
        job = uow.imports.get(row.payload["import_id"])
        if job is None:
            return Skip("the import is gone")
        message = import_views.card(import_news.progress(uow, job))
        if job.card_ts and job.card_channel:
            return edit(job.card_channel, job.card_ts, message)
        return post(job.channel, message) if job.channel else Skip("it came from the command line")

    def _failed_rows(self, uow: UnitOfWork, row: OutboxRow, now: datetime) -> Said:  # noqa: ARG002
        job, to = uow.imports.get(row.payload["import_id"]), row.payload["slack_id"]
        if job is None:
            return Skip("the import is gone")
        return upload(to, *imports.failed_file(uow, job, row.payload["after"]))

    def _report(self, uow: UnitOfWork, row: OutboxRow, now: datetime) -> Said:
        """Its figures are those of its moment, however late it leaves; whether it may leave is asked now."""
        channel = sending.place(uow, row.payload, now)
        if channel is None:
            return Skip("it was muted or removed before this left, or whoever set it up may not have it any more")
        if not channel:
            return Wait(ASK_AGAIN_SECONDS, "the team's channel is not known yet")
        if not alerts.is_true(uow, row.payload):
            return Skip("somebody claimed all of them before this left")
        reader = uow.people.rep_by_slack_id(channel) if "alert_id" in row.payload else None
        until_work = self._until_work(reader, now) if reader else None
        return until_work or SlackCall("chat.postMessage", {"channel": channel, **written(row)})

    def _picture(self, uow: UnitOfWork, row: OutboxRow, now: datetime) -> Said:  # noqa: ARG002
        return picture(row.payload["channel"], row.payload["thread_ts"], row.payload["chart"])

    def _file(self, uow: UnitOfWork, row: OutboxRow, now: datetime) -> Said:  # noqa: ARG002
        made = row.payload
        return upload(made["slack_id"], made["name"], unpacked(made["content"]), made["said"])

    def _suggestion(self, uow: UnitOfWork, row: OutboxRow, now: datetime) -> Said:  # noqa: ARG002
        suggestion = uow.suggestions.get(row.payload["suggestion_id"])
        if suggestion is None:
            return Skip("the suggestion is gone")
        message = suggestions.message(uow, suggestion)
        if suggestion.ts and suggestion.channel:
            return edit(suggestion.channel, suggestion.ts, message)
        team = suggestions.team_of(self._services, uow, suggestion)
        channel = team.chosen_channel_id or team.channel_id
        return post(channel, message) if channel else Wait(ASK_AGAIN_SECONDS, "the team's channel is not known yet")

    def _approval(self, uow: UnitOfWork, row: OutboxRow, now: datetime) -> Said:  # noqa: ARG002
        message = uow.messages.get(row.payload["message_id"])
        if message is None or not message.asked_channel:
            return Skip("the message is gone")
        said = approving.message_now(uow, message)
        if message.asked_ts:
            return edit(message.asked_channel, message.asked_ts, said)
        return post(message.asked_channel, said) if message.status == "held" else Skip("it was decided already")

    def _home(self, uow: UnitOfWork, row: OutboxRow, now: datetime) -> Said:
        value = homes.home_of(self._services, uow, row.payload["slack_id"], now)
        view = home.home(value) if value else home.stranger()
        return SlackCall("views.publish", {"user_id": row.payload["slack_id"], "view": view})


def is_said(uow: UnitOfWork, promise: Promise) -> bool:
    """Whether the follow-up was spoken of as it stands, and not only before it was put off."""
    due_at = promise.follow_up.due_at
    return any(
        one.status in SAID and one.due_at == due_at for one in uow.reminders.of_follow_up(promise.follow_up.id or 0)
    )


def spoken_since(uow: UnitOfWork, reminder: Reminder) -> bool:
    """After an outage several words about one follow-up are to leave at once: the last one is enough."""
    return any(
        one.status == "fired" and one.due_at == reminder.due_at
        and one.fired_at is not None and reminder.fired_at is not None and one.fired_at > reminder.fired_at
        for one in uow.reminders.of_follow_up(reminder.follow_up_id)
    )  # fmt: skip


def covered(rep: Rep, to: Rep) -> str:
    """Whom the reader stands in for, if for anyone."""
    return rep.name if to is not rep else ""


def post(channel: str, message: Message) -> SlackCall:
    return SlackCall("chat.postMessage", {"channel": channel, **message.as_payload()})


def edit(channel: str, ts: str, message: Message) -> SlackCall:
    return SlackCall("chat.update", {"channel": channel, "ts": ts, **message.as_payload()})


def written(row: OutboxRow) -> dict[str, Any]:
    """The words that were already chosen when the row was written."""
    return {"text": row.payload["text"], "blocks": row.payload["blocks"]}
