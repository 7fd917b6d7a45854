"""The surroundings of a measurement: a local Slack and the real bot, each in its own process, and its data."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from sqlalchemy import text
from sqlmodel import col, func, insert, select

from bench.processes import Child, child
from bench.slack import SECRET
from bot import people
from bot.people import Profile
from bot.playbook.playbook import read_playbook
from bot.services import Services
from handlers.manifest import manifest
from store import schema
from store.database import Database
from store.models import Lead

ROOT = Path(__file__).parents[1]
TOKEN = "xoxb-sandbox"
KEY = "bench-key"
CHANNELS = {"#leads-smb": "C0LEADSSMB", "#leads-enterprise": "C0LEADSENT"}


@contextmanager
def local_slack(folder: Path, *options: str) -> Iterator[Child]:
    """A sandbox in its own process; `options` are its command line's."""
    described = folder / "manifest.json"
    described.write_text(json.dumps(manifest(socket_mode=False)), encoding="utf-8")
    arguments = ("-m", "bot.sandbox", "--manifest", str(described), "--no-rate-limits", *options)
    with child(*arguments, ready=r"sandbox ready http://127\.0\.0\.1:(\d+)") as sandbox:
        yield sandbox


def api_url(slack: Child) -> str:
    return f"http://127.0.0.1:{slack.port}/api/"


def environment(database_url: str, slack: Child, *, web_port: int = 0) -> dict[str, str]:
    """What `app.py run` has to be told, over signed HTTP."""
    return {
        "SLACK_BOT_TOKEN": TOKEN, "SLACK_SIGNING_SECRET": SECRET, "SLACK_APP_TOKEN": "",
        "SLACK_API_URL": api_url(slack), "DATABASE_URL": database_url, "DIBS_INTAKE_KEYS": KEY,
        "DIBS_MANAGERS": "U0DANA", "DIBS_WEB_PORT": str(web_port), "DIBS_PLAYBOOK": str(ROOT / "playbook.toml"),
    }  # fmt: skip


@contextmanager
def dibs(database_url: str, slack: Child) -> Iterator[Child]:
    """The bot as it is run in production."""
    ready = r"event=ready.*http://127\.0\.0\.1:(\d+)/api/leads"
    with child("app.py", "run", ready=ready, environment=environment(database_url, slack)) as bot:
        yield bot


def utc_now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def settled(database_url: str, reps: int = 1) -> Iterator[Services]:
    """A migrated database with the playbook's teams and this many reps in both of them; alice is the first."""
    database = Database(database_url)
    try:
        schema.upgrade(database)
        services = Services(database, read_playbook(ROOT / "playbook.toml"), utc_now)
        people.sync_teams(services, CHANNELS)
        for number in range(reps):
            person = Profile(rep_id(number), f"Rep {number}", "Europe/Berlin")
            people.add_founding_rep(services, [team.name for team in services.playbook.teams], person)
        yield services
    finally:
        database.close()


def rep_id(number: int) -> str:
    return "U0ALICE" if number == 0 else f"U0REP{number}"


def somebody() -> dict[str, str]:
    """One whom nobody knows yet, of a company that nobody knows; else they would be taken for one who was there."""
    number = uuid4().int
    letters = "".join(chr(ord("a") + number // 26**place % 26) for place in range(16))
    first, last = letters[:8], letters[8:]
    return {
        "name": f"{first} {last}".title(), "email": f"{first}@{last}.example", "company": last.title(),
        "phone": f"+49 30 9{number % 10_000_000:07}",
    }  # fmt: skip


def add_leads(services: Services, count: int, *, owner_id: int | None = None) -> list[int]:
    """Leads of the first team that are open to anyone, or owned; none of them has anything to be announced."""
    now = utc_now()
    row = {
        "name": "Jane Doe", "email": "jane@acme.example", "phone": "+4930901820", "company": "Acme", "source": "web",
        "fields": {}, "originals": {}, "flaws": [], "profile": {}, "rejected_by": [], "consent": True,
        "route_needs": [], "team_id": 1, "stage": "new",
        "is_open_to_all": owner_id is None,
        "created_at": now, "managers_told_at": now, "owner_id": owner_id, "claimed_at": now if owner_id else None,
    }  # fmt: skip
    with services.unit_of_work() as uow:
        before = uow.session.exec(select(func.max(col(Lead.id)))).one() or 0
        uow.session.execute(insert(Lead), [row] * count)
        uow.session.commit()
    return list(range(before + 1, before + count + 1))


def owned_leads(database: Database) -> int:
    with database.session(writes=False) as session:
        question = select(func.count()).select_from(Lead).where(text("lead.owner_id IS NOT NULL"))
        return session.exec(question).one()
