"""What use cases leave to be said: outbox rows, written in the same transaction as the change they tell of."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from bot.views.kit import Message
from store.models import Import, Lead, Reminder, Rep, ReportAlert, ReportSchedule
from store.unit_of_work import UnitOfWork


def refresh_card(uow: UnitOfWork, lead: Lead, now: datetime) -> None:
    """Post the lead's card, or bring it up to date; many changes become one update."""
    if lead.is_quiet:
        return
    uow.outbox.add(
        kind="card", lane=f"team:{lead.team_id}", payload={"lead_id": lead.id}, coalesce_key=f"card:{lead.id}", now=now
    )


def log(uow: UnitOfWork, lead: Lead, message: Message, now: datetime) -> None:
    """A line in the lead's thread, which is its public record; what is worth a line is worth the card above it."""
    if lead.is_quiet:
        lead.is_quiet = False
        refresh_card(uow, lead, now)
    payload = {"lead_id": lead.id, **message.as_payload()}
    uow.outbox.add(kind="thread", lane=f"team:{lead.team_id}", payload=payload, now=now)


def edit(uow: UnitOfWork, lead: Lead, *, channel: str, ts: str, message: Message, now: datetime) -> None:
    """A message about the lead says something else from now on."""
    payload = {"channel": channel, "ts": ts, **message.as_payload()}
    uow.outbox.add(kind="edit", lane=f"team:{lead.team_id}", payload=payload, now=now)


def tell_privately(uow: UnitOfWork, *, channel: str, slack_id: str, message: Message, now: datetime) -> None:
    """Something only one person in the channel sees."""
    payload = {"channel": channel, "user": slack_id, **message.as_payload()}
    uow.outbox.add(kind="ephemeral", lane=f"private:{channel}", payload=payload, now=now)


def tell(uow: UnitOfWork, slack_id: str, message: Message, now: datetime) -> None:
    """A direct message."""
    payload = {"slack_id": slack_id, **message.as_payload()}
    uow.outbox.add(kind="message", lane=f"user:{slack_id}", payload=payload, now=now)


def tell_of_first_contact(uow: UnitOfWork, slack_id: str, payload: dict[str, Any], now: datetime) -> None:
    """A direct message about leads that wait for a first contact; it leaves within working hours, if still true."""
    uow.outbox.add(kind="first contact", lane=f"user:{slack_id}", payload={"slack_id": slack_id, **payload}, now=now)


def remind(uow: UnitOfWork, reminder: Reminder, slack_id: str, now: datetime, *, asked_by: str = "") -> None:
    """Say it: the follow-up's DM, or a line below that. `asked_by` is the colleague who gave it away."""
    payload = {"reminder_id": reminder.id, "asked_by": asked_by}
    uow.outbox.add(kind="reminder", lane=f"user:{slack_id}", payload=payload, now=now)


def correct_reminder(uow: UnitOfWork, reminder: Reminder, slack_id: str, now: datetime) -> None:
    """Edit the DM to what is true now."""
    uow.outbox.add(
        kind="dm", lane=f"user:{slack_id}", payload={"reminder_id": reminder.id}, coalesce_key=f"dm:{reminder.id}",
        now=now,
    )  # fmt: skip


def send_digest(uow: UnitOfWork, rep: Rep, slack_id: str, now: datetime) -> None:
    """The rep's digest, to them or to whoever covers for them; mornings that wait for Slack become one."""
    payload = {"rep_id": rep.id, "slack_id": slack_id}
    uow.outbox.add(
        kind="digest", lane=f"user:{slack_id}", payload=payload, coalesce_key=f"digest:{rep.id}", now=now
    )  # fmt: skip


def tell_of_neglect(uow: UnitOfWork, slack_id: str, follow_up_ids: list[int], now: datetime) -> None:
    """To a manager: follow-ups that were left lying; it leaves within working hours, if still true."""
    payload = {"slack_id": slack_id, "follow_up_ids": follow_up_ids}
    uow.outbox.add(kind="neglect", lane=f"user:{slack_id}", payload=payload, now=now)


def refresh_home(uow: UnitOfWork, slack_id: str, now: datetime) -> None:
    """Bring the Homes up to date that show this person's work, of people who have opened theirs."""
    publish_homes(uow, uow.home_tabs.to_refresh(slack_id, now), now)


def refresh_owners_home(uow: UnitOfWork, lead: Lead, now: datetime) -> None:
    """Somebody did something about the lead, its owner perhaps or a manager."""
    if lead.owner_id is not None:
        refresh_home(uow, uow.people.rep(lead.owner_id).slack_id, now)


def refresh_watched_homes(uow: UnitOfWork, now: datetime) -> None:
    """Something changed in a team that is nobody's in particular: its managers see it."""
    publish_homes(uow, uow.home_tabs.watching(now), now)


def publish_homes(uow: UnitOfWork, slack_ids: Iterable[str], now: datetime) -> None:
    """However much changes, one row a person waits; it shows what is true when it leaves."""
    for slack_id in slack_ids:
        uow.outbox.add(
            kind="home", lane=f"home:{slack_id}", payload={"slack_id": slack_id}, coalesce_key=f"home:{slack_id}",
            now=now,
        )  # fmt: skip


FAILED_ROWS = 2000  # of an import, in one file


def tell_where(uow: UnitOfWork, *, channel: str, slack_id: str, message: Message, now: datetime) -> None:
    """Only for this person: in the channel they are looking at, or in our direct messages."""
    if channel and not channel.startswith("D"):
        tell_privately(uow, channel=channel, slack_id=slack_id, message=message, now=now)
    else:
        tell(uow, slack_id, message, now)


def show_import(uow: UnitOfWork, job: Import, now: datetime) -> None:
    """Post the import's card, or bring it up to date; it has a lane of its own, so that it delays nobody's cards."""
    uow.outbox.add(
        kind="import", lane=f"import:{job.id}", payload={"import_id": job.id}, coalesce_key=f"import:{job.id}", now=now
    )


def send_failed_rows(uow: UnitOfWork, job: Import, slack_id: str, after: int, now: datetime) -> None:
    """The rows that were not taken, from behind so many on, as a file to this person."""
    payload = {"import_id": job.id, "slack_id": slack_id, "after": after}
    uow.outbox.add(kind="failed rows", lane=f"files:{slack_id}", payload=payload, now=now)


def post(uow: UnitOfWork, channel: str, message: Message, *, key: str, now: datetime) -> None:
    """Something that everybody in the channel reads; while it waits, the same key is the same message."""
    payload = {"slack_id": channel, **message.as_payload()}
    uow.outbox.add(kind="message", lane=f"channel:{channel}", payload=payload, coalesce_key=key, now=now)


def send_file(uow: UnitOfWork, slack_id: str, *, name: str, content: str, said: str, now: datetime) -> None:
    """A file that was made already, packed as bot/reports/sharing.py does."""
    payload = {"slack_id": slack_id, "name": name, "content": content, "said": said}
    uow.outbox.add(kind="file", lane=f"files:{slack_id}", payload=payload, now=now)


def send_report(uow: UnitOfWork, one: ReportSchedule, message: Message, about: dict[str, Any], now: datetime) -> None:
    """A report whose time has come, as it was then; in a lane of its own, so that it delays no cards."""
    payload = {"schedule_id": one.id, **about, **message.as_payload()}
    uow.outbox.add(kind="report", lane=f"report:{one.channel or one.team_id}", payload=payload, now=now)


def send_alert(uow: UnitOfWork, one: ReportAlert, message: Message, about: dict[str, Any], now: datetime) -> None:
    """A figure crossed its line, as it was when that was seen."""
    payload = {"alert_id": one.id, **about, **message.as_payload()}
    uow.outbox.add(kind="report", lane=f"report:{one.channel or one.team_id}", payload=payload, now=now)
