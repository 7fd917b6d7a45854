"""The only place that makes things: settings, database, Slack, web server, scheduler; and the command line."""

import json
import os
import random
import signal
import socket
import sys
import tempfile
import threading
import time
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Annotated, Any

import structlog
import typer
from slack_sdk import WebClient

from bot import doctor as doctors
from bot import leads, logs, people
from bot.contact.carriers import COMPOSERS, carriers_of
from bot.contact.postman import Postman
from bot.errors import DibsError
from bot.health import try_again
from bot.importing.terminal import WISHES, Wishes, bring
from bot.ledger import verification
from bot.liaison import Liaison
from bot.mailing.imap import mailbox_of
from bot.mailing.trying import mail_checks
from bot.messenger import Messenger
from bot.outbox import Pace, Sender
from bot.playbook import versions
from bot.playbook.playbook import Playbook, PlaybookError, read_playbook
from bot.projections import Projections
from bot.samples import (
    DEMO_KEY,
    DEMO_MANAGER,
    SECOND_MANAGER,
    ask,
    introduce_outside,
    post_of,
    seat_reps,
    send_samples,
    working_morning,
)
from bot.sandbox import Sandbox
from bot.services import Services
from bot.settings import Settings, SettingsError, read_settings
from bot.whatif.terminal import days_of, show, try_out
from handlers.bolt import http_endpoint, slack_app
from handlers.clock import Clockwork
from handlers.connections import SlackSocket, listen, web_server
from handlers.intake import Doorkeeper
from handlers.manifest import OPTIONAL_SCOPES, SCOPES, manifest, scope_notes
from handlers.metrics import registry
from handlers.web import web_app
from store import schema
from store.database import Database, DatabaseInUseError, StoreUnavailableError

HERE = Path(__file__).parent
SLACK_TIMEOUT_SECONDS = 10
DRAIN_SECONDS = 10
SOCKET_THREADS = 20
MISUSE, FAILED = 2, 1

log = structlog.get_logger("dibs")
cli = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help="Dibs, in Slack.")


def utc_now() -> datetime:
    return datetime.now(UTC)


class Dibs:
    """The running bot. Everything it is made of is made here, and stopped in the opposite order."""

    def __init__(
        self,
        settings: Settings,
        playbook: Playbook,
        *,
        now: Callable[[], datetime] = utc_now,
        pace: Pace | None = None,
        retries_refused: bool = False,
        playbook_text: str | None = None,
    ) -> None:
        self.settings, self._playbook_text = settings, playbook_text
        self.retries_refused = retries_refused
        self.database = Database(settings.database_url.get_secret_value())
        wake_up = threading.Event()
        self.services = Services(
            self.database, playbook, now, wake_up.set, mail_drop=settings.mail_drop, outside=settings.outside,
            mailbox=mailbox_of(settings.imap_url.get_secret_value()),
        )  # fmt: skip
        token = settings.slack_bot_token.get_secret_value()
        # Its own retries would post a message twice; the outbox knows better.
        self.client = WebClient(
            token, base_url=settings.slack_api_url, timeout=SLACK_TIMEOUT_SECONDS, retry_handlers=[]
        )
        secret = settings.slack_signing_secret.get_secret_value()
        self.bolt = slack_app(self.services, self.client, signing_secret=secret)
        self.sender = Sender(
            self.services.unit_of_work, Messenger(self.client), Projections(self.services),
            now=now, monotonic=time.monotonic, rng=random.Random(), pace=pace, wake_up=wake_up,  # noqa: S311 - jitter
            reading=self.services.reading,
        )  # fmt: skip
        self.postman = Postman(
            self.services, carriers_of(settings), COMPOSERS,
            now=now, monotonic=time.monotonic, rng=random.Random(),  # noqa: S311 - jitter
        )  # fmt: skip
        self.clockwork = Clockwork(self.services, monotonic=time.monotonic, wall=utc_now)
        app_token = settings.slack_app_token.get_secret_value()
        self.socket = SlackSocket(self.bolt, app_token, concurrency=SOCKET_THREADS) if app_token else None
        self.web = web_server(self._web_app(), proxies=settings.proxies)
        self._web_socket: socket.socket | None = None
        self._threads: list[threading.Thread] = []
        self._stopping = threading.Event()
        self._liaison = Liaison(
            self.services, self.client, settings.managers,
            connect=self._connect, look_after=self.clockwork.wake_sleepers,
        )  # fmt: skip
        self.introduced = self._liaison.introduced

    def _web_app(self) -> Any:
        settings, secret = self.settings, self.settings.slack_signing_secret.get_secret_value()
        doorkeeper = Doorkeeper(
            keys=settings.spelt(settings.intake_keys), webhook_secrets=settings.spelt(settings.webhook_secrets),
            hook_secrets={name: settings.spelt(secrets) for name, secrets in settings.hook_secrets.items()},
            form_keys=settings.spelt(settings.form_keys), monotonic=time.monotonic,
        )  # fmt: skip
        return web_app(
            self.services, doorkeeper,
            slack_endpoint=None if settings.uses_socket_mode else http_endpoint(self.bolt, secret),
            slack_state=self.slack_state,
            metrics=registry(self.services, self.sender.counts.all, self.postman.counts.all),
            metrics_public=settings.metrics_public, sms_token=settings.twilio_token.get_secret_value(),
        )  # fmt: skip

    @property
    def web_url(self) -> str:
        return f"http://{self.settings.web_host}:{self._web_socket.getsockname()[1] if self._web_socket else 0}"

    def slack_state(self) -> str:
        """For /healthz: whether Slack is heard, and whether it still takes what we say."""
        if self.sender.stopped_because:
            return f"refuses the bot's token: {self.sender.stopped_because}"
        return "connected" if self.hears_slack() else "not connected"

    def hears_slack(self) -> bool:
        return bool(self.socket.client.is_connected()) if self.socket else self.introduced.is_set()

    def start(self) -> None:
        """Returns when the intake listens; Slack is reached in the background, for it may be down.

        Raises:
            DatabaseInUseError, StoreUnavailableError: the database cannot be had.
            PlaybookError: the edited playbook asks for what nobody has.
            OSError: the web port is taken.
        """
        self.database.hold_file()
        self._web_socket = listen(self.settings.web_host, self.settings.web_port)
        # Headers and body leave in two writes: without this the second waits 40 ms for the client's ACK.
        self._web_socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if not self.services.outside.public_url:
            self.services.outside = replace(self.services.outside, public_url=self.web_url)
        schema.upgrade(self.database)
        versions.open_book(self.services, self._playbook_text)
        people.sync_teams(self.services, {})
        try_again(self.services, refused_too=self.retries_refused)
        self.sender.start()
        self.postman.start()
        self.clockwork.start()
        self._run_in_thread("web", lambda: self.web.run(sockets=[self._web_socket] if self._web_socket else None))
        while not self.web.started:
            self._stopping.wait(0.01)
        self._run_in_thread("liaison", lambda: self._liaison.keep_in_touch(self._stopping))

    def stop(self) -> None:
        """Nothing new comes in, what is in hand is finished, and what waits is in the database."""
        self._stopping.set()
        self.web.should_exit = True
        if self.socket:
            self.socket.leave(DRAIN_SECONDS)
        self.clockwork.stop()
        self.postman.stop(DRAIN_SECONDS)
        self.sender.stop(DRAIN_SECONDS)
        for thread in self._threads:
            thread.join(DRAIN_SECONDS)
        self.bolt.listener_runner.listener_executor.shutdown(wait=True)
        self.database.close()

    def _run_in_thread(self, name: str, target: Callable[[], None]) -> None:
        thread = threading.Thread(target=target, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _connect(self) -> None:
        if self.socket and not self.socket.client.is_connected():
            self.socket.connect()  # type: ignore[no-untyped-call]


@contextmanager
def until_told_to_stop() -> Iterator[threading.Event]:
    """An event that Ctrl-C and SIGTERM set."""
    told = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: told.set())
    yield told


def complain(message: str, code: int) -> typer.Exit:
    typer.echo(message, err=True)
    return typer.Exit(code)


def settings_and_playbook() -> tuple[Settings, Playbook]:
    try:
        settings = read_settings(dict(os.environ), Path(".env"))
        return settings, read_playbook(settings.playbook)
    except (SettingsError, PlaybookError) as error:
        raise complain(str(error), MISUSE) from None


def serve(dibs: Dibs, told: threading.Event, then: Callable[[], None]) -> None:
    """Run the bot until told to stop."""
    try:
        dibs.start()
    except (DatabaseInUseError, StoreUnavailableError, PlaybookError, OSError) as error:
        raise complain(f"Dibs cannot start: {error}", FAILED) from None
    try:
        then()
        told.wait()
    finally:
        dibs.stop()


@cli.command()
def run(
    retry_refused: Annotated[
        bool, typer.Option("--retry-refused", help="Send once more what Slack had refused for good.")
    ] = False,
) -> None:
    """Run the bot against your Slack workspace."""
    settings, playbook = settings_and_playbook()
    missing = settings.missing_for_slack()
    if missing:
        listed = "\n".join(f"  {line}" for line in missing)
        raise complain(
            f"Dibs needs to know your Slack workspace. Missing from the environment or .env:\n{listed}\n"
            "To try Dibs without any Slack account: python app.py demo", MISUSE,
        )  # fmt: skip
    logs.configure(settings.log_level)
    with until_told_to_stop() as told:
        text = settings.playbook.read_text(encoding="utf-8")
        dibs = Dibs(settings, playbook, retries_refused=retry_refused, playbook_text=text)
        how = "Socket Mode" if settings.uses_socket_mode else "signed HTTP at /slack/events"
        serve(dibs, told, lambda: log.info("ready", intake=f"{dibs.web_url}/api/leads", slack=how))


@cli.command()
def demo(
    port: Annotated[int, typer.Option(help="Where the workspace page is.")] = 8765,
    web_port: Annotated[int, typer.Option(help="Where the bot's own intake is.")] = 8766,
    db: Annotated[Path | None, typer.Option(help="Keep the data in this SQLite file.")] = None,
    speed: Annotated[float, typer.Option(help="How fast sample leads arrive; 0 sends none.")] = 1.0,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open the page.")] = False,
) -> None:
    """Try Dibs in a local workspace: no Slack account, no tokens, no settings."""
    logs.configure("WARNING")
    sandbox = Sandbox(manifest=manifest(), port=port)
    try:
        sandbox.start()
    except OSError as error:
        raise complain(f"Port {port} cannot be used ({error.strerror}). Try: app.py demo --port 8800", FAILED) from None
    with tempfile.TemporaryDirectory(prefix="dibs-demo-") as scratch:
        try:
            database = db or Path(scratch) / "dibs.db"
            play(sandbox, web_port=web_port, database=database, speed=speed, opens_browser=not no_browser)
        finally:
            sandbox.stop()


def play(sandbox: Sandbox, *, web_port: int, database: Path, speed: float, opens_browser: bool) -> None:
    """The bot in the local workspace: the same bot, told only where its Slack is."""
    state = ask(f"{sandbox.url}/sandbox/state")
    people_by_name = {user["name"]: user for user in state["users"]}
    managers = ",".join(people_by_name[name]["id"] for name in (DEMO_MANAGER, SECOND_MANAGER))
    settings = Settings.model_validate({
        "SLACK_BOT_TOKEN": sandbox.bot_token, "SLACK_APP_TOKEN": sandbox.app_token,
        "SLACK_SIGNING_SECRET": sandbox.signing_secret, "SLACK_API_URL": sandbox.api_url,
        "DATABASE_URL": f"sqlite:///{database}", "DIBS_INTAKE_KEYS": DEMO_KEY, "DIBS_WEB_PORT": web_port,
        "DIBS_MANAGERS": managers, **post_of(sandbox.url, sandbox.mail_port),
    })  # fmt: skip
    ask(f"{sandbox.url}/sandbox/clock", {"set": working_morning(utc_now()).isoformat()})
    file = HERE / "playbook.toml"
    with until_told_to_stop() as told:
        dibs = Dibs(settings, read_playbook(file), now=sandbox.now, playbook_text=file.read_text(encoding="utf-8"))

        def open_shop() -> None:
            seat_reps(dibs.services, people_by_name)
            introduce_outside(sandbox.url, dibs.web_url)
            typer.echo(f"Dibs is running. Open {sandbox.url}\nYou are Alice, a rep. Ctrl-C ends it.")
            leads.show_cards_again(dibs.services)
            if opens_browser:
                webbrowser.open(sandbox.url)
            feeder = threading.Thread(target=send_samples, args=(dibs.web_url, speed, told), daemon=True)
            feeder.start()

        serve(dibs, told, open_shop)


@cli.command("manifest")
def show_manifest(
    url: Annotated[str, typer.Option(help="The bot's public https address, for signed HTTP instead of sockets.")] = "",
) -> None:
    """Print the Slack app manifest; what each scope is for goes to stderr."""
    typer.echo(json.dumps(manifest(socket_mode=not url, public_url=url.rstrip("/")), indent=2))
    for note in scope_notes():
        typer.echo(note, err=True)


@cli.command()
def doctor() -> None:
    """Check database, migrations, tokens, scopes, channels and clock; exit 1 if something is wrong."""
    settings, playbook = settings_and_playbook()
    database = Database(settings.database_url.get_secret_value())
    token = settings.slack_bot_token.get_secret_value()
    client = WebClient(token, base_url=settings.slack_api_url, timeout=SLACK_TIMEOUT_SECONDS) if token else None
    scopes = dict.fromkeys(SCOPES, True) | dict.fromkeys(OPTIONAL_SCOPES, False)
    found = doctors.examine(
        Services(database, playbook, utc_now, outside=settings.outside), client,
        app_token=settings.slack_app_token.get_secret_value(), managers=settings.managers, scopes=scopes, now=utc_now(),
    )  # fmt: skip
    checks = chain(doctors.env_file_check(Path(".env")), found, mail_checks(settings))
    all_well = doctors.report(checks, typer.echo)
    database.close()
    raise typer.Exit(0 if all_well else FAILED)


@contextmanager
def at_the_database(refusal: int = FAILED) -> Iterator[Services]:
    """For a command that asks the database: what a person can act on is a sentence, and `refusal` the exit code."""
    logs.configure("WARNING")
    settings, playbook = settings_and_playbook()
    services = Services(Database(settings.database_url.get_secret_value()), playbook, utc_now)
    try:
        yield services
    except (PlaybookError, DibsError, StoreUnavailableError, DatabaseInUseError) as error:
        raise complain(str(error), refusal if isinstance(error, PlaybookError | DibsError) else FAILED) from None
    finally:
        services.database.close()


@cli.command()
def verify(
    team: Annotated[str, typer.Option(help="Only this team's decisions.")] = "",
    seal: Annotated[list[str] | None, typer.Option(help="A seal posted earlier, like smb:142:9f3a…")] = None,
) -> None:
    """Recompute every decision ever made from the ledger; exit 1 names the first that differs."""
    with at_the_database() as services:
        all_well = verification.report(services, typer.echo, team=team, seals=seal or [])
    raise typer.Exit(0 if all_well else FAILED)


@cli.command("whatif")
def what_if(
    draft: Annotated[Path, typer.Argument(help="The playbook to try.")],
    since: Annotated[str, typer.Option(help="How far to look back, like 30d, 12w or 36h.")] = "30d",
) -> None:
    """Deal recorded leads again under another playbook, and show what would change; nothing is changed."""
    with at_the_database(refusal=MISUSE) as services:
        show(try_out(services, read_playbook(draft), days=days_of(since)))


@cli.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="A .csv or .xlsx of leads.")],
    *,
    columns: Annotated[list[str] | None, typer.Option("--map", help="What a column is, like Betrieb=company.")] = None,
    source: Annotated[str, typer.Option(help="Where leads come from that do not say it themselves.")] = "",
    rest: Annotated[list[str] | None, typer.Option("--set", help=f"Like mode=open; of {', '.join(WISHES)}.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would come of it.")] = False,
) -> None:
    """Bring in a file of leads; exit 1 when a row could not be taken: those are in a file beside it, with why."""
    with at_the_database(refusal=MISUSE) as services:
        all_well = bring(services, file, Wishes(columns or (), (f"source={source}", *(rest or ())), is_trial=dry_run))
    raise typer.Exit(0 if all_well else FAILED)


if __name__ == "__main__":
    sys.exit(cli())
