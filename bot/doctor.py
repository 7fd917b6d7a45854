"""Looks at an installation and says, a line each, what is well and what to do about the rest."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot import segments
from bot.directory import channel_ids, known_profiles
from bot.health import health
from bot.people import channels
from bot.playbook.versions import state_of_book
from bot.services import Services
from store import schema
from store.database import StoreUnavailableError

SAFE_SQLITE = (3, 51, 3)
LATE_SECONDS = 300  # that a message to a lead may be late
NEEDS = {"email": "DIBS_SMTP_URL and DIBS_MAIL_FROM", "sms": "DIBS_TWILIO_ACCOUNT, DIBS_TWILIO_TOKEN and DIBS_SMS_FROM"}
MAX_SKEW_SECONDS = 60  # Slack refuses signatures that are 300 s off


@dataclass(frozen=True)
class Check:
    name: str
    ok: bool
    says: str


def examine(
    services: Services, client: WebClient | None, *, app_token: str, managers: tuple[str, ...],
    scopes: dict[str, bool], now: datetime,
) -> Iterator[Check]:  # fmt: skip
    """Each check in turn. `scopes` says of every scope whether it is needed (True) or optional."""
    yield from database_checks(services)
    if client is None:
        yield Check("tokens", ok=False, says="no Slack tokens are set; .env.example lists them")
        return
    try:
        answer = client.auth_test()
    except SlackApiError as error:
        yield Check("tokens", ok=False, says=f"Slack refuses the bot token: {error.response['error']}")
        return
    except OSError as error:
        yield Check("tokens", ok=False, says=f"Slack cannot be reached: {error}")
        return
    yield Check("tokens", ok=True, says=f"Slack knows the bot as {answer['user']} in {answer['team']}")
    headers = {name.lower(): value for name, value in (answer.headers or {}).items()}
    yield from scope_checks(headers.get("x-oauth-scopes", ""), scopes)
    if app_token:
        yield socket_check(client, app_token)
    yield from manager_checks(client, managers)
    yield from channel_checks(services, client)
    yield skew_check(headers.get("date"), now)


def env_file_check(path: Path) -> Iterator[Check]:
    """Secrets that others on this machine can read are no secrets."""
    if path.is_file() and path.stat().st_mode & 0o077:
        yield Check(".env", ok=False, says=f"others on this machine can read it: chmod 600 {path}")


def database_checks(services: Services) -> Iterator[Check]:
    if not services.database.is_there():
        yield Check("database", ok=True, says="there is no SQLite file yet; starting Dibs makes it")
        return
    try:
        current, newest = schema.versions(services.database)
    except StoreUnavailableError as error:
        yield Check("database", ok=False, says=f"cannot be opened: {str(error.__cause__).splitlines()[0]}")
        return
    yield Check(
        "database", ok=True, says="SQLite " + sqlite3.sqlite_version if services.database.is_sqlite else "PostgreSQL"
    )
    if services.database.is_sqlite and sqlite3.sqlite_version_info < SAFE_SQLITE:
        yield Check(
            "sqlite version", ok=True, says="before 3.51.3: Dibs checkpoints under its own lock; run one process only"
        )
    if current != newest:
        yield Check("migrations", ok=False, says=f"at {current or 'none'}, newest is {newest}; starting Dibs migrates")
        return
    yield Check("migrations", ok=True, says=f"at {current}, the newest")
    all_well, says = state_of_book(services, services.playbook)
    yield Check("playbook", ok=all_well, says=says)
    yield segments_check(services)
    yield ledger_check(services)
    yield from outbox_checks(services)
    yield from contact_checks(services)


def contact_checks(services: Services) -> Iterator[Check]:
    """Whether what the playbook wants written to leads can be written, and can be stopped by whoever gets it."""
    outside, found = services.outside, health(services).messages
    wanted = {channel for one in services.playbook.sequences for channel in one.channels}
    for channel in sorted(wanted - outside.channels):
        # Whoever has set up nothing yet may not want to write to anybody.
        says = f"sequences of the playbook write by it, and it is not set up: {NEEDS[channel]}; their messages wait"
        yield Check(channel, ok=not outside.channels, says=says)
    if outside.channels:
        yield public_url_check(outside.public_url)
    if "email" in outside.channels:
        has_address = bool(services.playbook.contact.postal_address)
        says = f"written from {outside.mail_from}"
        rest = "" if has_address else "; set contact.postal_address in the playbook: many countries ask for it"
        yield Check("sender", ok=True, says=says + rest)
    if outside.channels or found.waiting or found.doubtful:
        says = f"{found.waiting} waiting, {found.doubtful} of which nobody knows whether they arrived"
        yield Check("messages", ok=found.oldest_due_seconds < LATE_SECONDS, says=says)


def public_url_check(url: str) -> Check:
    """Without it nobody can unsubscribe by a link, and mail services ask for https."""
    if not url:
        return Check("public address", ok=False, says="set DIBS_PUBLIC_URL: links to unsubscribe and to book need it")
    if not url.startswith("https://"):
        return Check("public address", ok=False, says=f"{url} is not https, which one-click unsubscribing needs")
    return Check("public address", ok=True, says=url)


def outbox_checks(services: Services) -> Iterator[Check]:
    found = health(services)
    outbox = found.outbox
    yield Check("outbox", ok=not outbox.dead, says=f"{outbox.pending + outbox.sending} waiting, {outbox.dead} given up")
    with services.reading() as uow:
        for row in uow.outbox.dead(limit=5):
            yield Check("outbox", ok=False, says=f"row {row.id} ({row.kind}) was refused: {row.error}")
    for lane in outbox.parked:
        yield Check("outbox", ok=False, says=f"{lane.lane} is parked: {lane.reason}; it is tried again every hour")
    yield Check(
        "reminders", ok=found.oldest_due_seconds < 60, says=f"the oldest due one waits {found.oldest_due_seconds:.0f} s"
    )


def scope_checks(granted_header: str, scopes: dict[str, bool]) -> Iterator[Check]:
    granted = {scope.strip() for scope in granted_header.split(",") if scope.strip()}
    missing = [scope for scope, is_needed in scopes.items() if is_needed and scope not in granted]
    without = [scope for scope, is_needed in scopes.items() if not is_needed and scope not in granted]
    needed_says = f"missing {', '.join(missing)}; reinstall the app" if missing else "all that are needed are granted"
    yield Check("scopes", ok=not missing, says=needed_says)
    if without:
        says = f"without {', '.join(without)}: thread replies are not recorded, a doubtful send may come twice"
        yield Check("optional scopes", ok=True, says=says)
    else:
        yield Check(
            "optional scopes", ok=True, says="granted: thread replies become notes, doubtful sends are looked up"
        )


def socket_check(client: WebClient, app_token: str) -> Check:
    try:
        client.apps_connections_open(app_token=app_token)
    except SlackApiError as error:
        return Check("app token", ok=False, says=f"Slack refuses SLACK_APP_TOKEN: {error.response['error']}")
    return Check("app token", ok=True, says="Slack opens a socket for it")


def manager_checks(client: WebClient, managers: tuple[str, ...]) -> Iterator[Check]:
    try:
        known, unknown = known_profiles(client, managers)
    except SlackApiError as error:
        yield Check("managers", ok=False, says=f"Slack does not tell: {error.response['error']}")
        return
    if unknown:
        yield Check("managers", ok=False, says=f"DIBS_MANAGERS names people Slack does not know: {', '.join(unknown)}")
    else:
        yield Check("managers", ok=True, says=", ".join(person.name for person in known) or "none are named yet")


def segments_check(services: Services) -> Check:
    """Saved searches that stopped working, and routes that ask for one that is not there."""
    wrong = segments.problems(services)
    return Check("segments", ok=not wrong, says=" ".join(wrong) or "every one works")


def ledger_check(services: Services) -> Check:
    """Every decision's seal is computed again."""
    with services.reading() as uow:
        broken = [team.name for team in uow.people.teams() if not uow.ledger.is_intact(team)]
        count = sum(team.decisions_made for team in uow.people.teams())
    says = f"the chain of team {', '.join(broken)} is broken" if broken else f"{count} decisions, every seal fits"
    return Check("ledger", ok=not broken, says=says)


def channel_checks(services: Services, client: WebClient) -> Iterator[Check]:
    wanted = channels(services.playbook)
    try:
        found = channel_ids(client, wanted)
        for channel in wanted:
            yield channel_check(client, channel, found.get(channel))
    except SlackApiError as error:
        yield Check("channels", ok=False, says=f"Slack does not tell: {error.response['error']}")


def channel_check(client: WebClient, name: str, channel_id: str | None) -> Check:
    if channel_id is None:
        return Check(name, ok=False, says="not found; create it, or invite the bot if it is private")
    is_member = client.conversations_info(channel=channel_id)["channel"].get("is_member")
    return Check(
        name, ok=bool(is_member), says="the bot is in it" if is_member else f"invite the bot: /invite @Dibs in {name}"
    )


def skew_check(date: str | None, now: datetime) -> Check:
    if date is None:
        return Check("clock", ok=True, says="Slack sent no date to compare with")
    skew = abs((parsedate_to_datetime(date) - now).total_seconds())
    return Check("clock", ok=skew <= MAX_SKEW_SECONDS, says=f"{skew:.0f} s from Slack's")


def report(checks: Iterable[Check], say: Callable[[str], None]) -> bool:
    """Print each check; True when all is well."""
    all_well = True
    for check in checks:
        say(f"{'ok  ' if check.ok else 'FAIL'}  {check.name}: {check.says}")
        all_well = all_well and check.ok
    return all_well
