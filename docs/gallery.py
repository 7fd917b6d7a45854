"""Takes a picture of every report, in light and dark, over a quarter of invented business."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import text

from app import Dibs
from bot.outbox import Pace
from bot.people import Profile, add_founding_rep, sync_managers, sync_teams
from bot.playbook.playbook import read_playbook
from bot.reports import crediting, folding
from bot.reports.kinds import ReportKind
from bot.reports.table import REPORTS
from bot.samples import DEMO_KEY, DEMO_MANAGER, ask
from bot.sandbox import Sandbox
from bot.services import Services
from bot.settings import Settings
from docs.quarter import Quarter
from handlers.manifest import manifest
from store import schema
from store.database import Database

HERE = Path(__file__).parent
PICTURES, PAGE = HERE / "pictures" / "reports", HERE / "reports-gallery.md"
PLAYBOOK = HERE.parent / "playbook.toml"
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
PEOPLE = (
    Profile("U0ALICE", "Alice", "Europe/Berlin"), Profile("U0BOB", "Bob", "Europe/London"),
    Profile("U0CAROL", "Carol", "Europe/Paris"),
)  # fmt: skip
CHANNELS = {"#leads-smb": "C0LEADSSMB", "#leads-enterprise": "C0LEADSENT"}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTH, HEIGHT, COLOURS = 1360, 2400, 128
SECONDS = 60_000  # that an answer may take here


def live_a_quarter(database: str) -> None:
    """What happened before the pictures are taken; nothing of it is said in Slack any more."""
    kept, quarter = Database(database), Quarter(NOW)
    schema.upgrade(kept)
    services = Services(kept, read_playbook(PLAYBOOK), quarter.now)
    sync_teams(services, CHANNELS)
    sync_managers(services, [Profile("U0DANA", "Dana", "Europe/Berlin")])
    for rep in PEOPLE:
        add_founding_rep(services, ["smb", "enterprise"], rep)
    quarter.live(services)
    crediting.credit_wins(services)
    folding.fold(services)
    with services.unit_of_work() as uow:
        uow.session.connection().execute(text("UPDATE outbox SET status = 'skipped' WHERE status = 'pending'"))
        uow.commit()
    kept.close()


@contextmanager
def office() -> Iterator[str]:
    """The workspace in which a quarter has gone by, and the bot in it; yields where its page is."""
    with tempfile.TemporaryDirectory() as folder:
        database = f"sqlite:///{folder}/dibs.db"
        live_a_quarter(database)
        sandbox = Sandbox(manifest=manifest(), rate_limits=False)
        sandbox.start()
        ask(f"{sandbox.url}/sandbox/clock", {"set": NOW.isoformat()})
        settings = Settings.model_validate({
            "SLACK_BOT_TOKEN": sandbox.bot_token, "SLACK_APP_TOKEN": sandbox.app_token,
            "SLACK_SIGNING_SECRET": sandbox.signing_secret, "SLACK_API_URL": sandbox.api_url,
            "DATABASE_URL": database, "DIBS_INTAKE_KEYS": DEMO_KEY, "DIBS_WEB_PORT": 0, "DIBS_MANAGERS": "U0DANA",
        })  # fmt: skip
        dibs = Dibs(settings, read_playbook(PLAYBOOK), now=sandbox.now, pace=Pace.unlimited())
        try:
            dibs.start()
            dibs.introduced.wait(SECONDS / 1000)
            yield sandbox.url
        finally:
            dibs.stop()
            sandbox.stop()


def asked(page: Page, words: str) -> Locator:
    """The private answer to what the manager types."""
    answers = page.get_by_role("article").filter(has=page.get_by_role("button", name="CSV"))
    before = answers.count()
    box = page.get_by_label("Message Dibs", exact=True)
    box.fill(f"/report {words}")
    box.press("Enter")
    expect(answers).to_have_count(before + 1, timeout=SECONDS)
    return answers.last


def take(answer: Locator, name: str) -> None:
    """Few colours make a small file, and a chart has few."""
    file = PICTURES / f"{name}.png"
    answer.screenshot(path=file)
    Image.open(file).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)


def take_all(browser: Browser) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with office() as url:
        for scheme in SCHEMES:
            page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme=scheme)
            page.goto(f"{url}/?as={DEMO_MANAGER}")
            page.get_by_role("link", name="Dibs").first.click()
            for kind in REPORTS:
                take(asked(page, kind.example), f"{kind.name}-{scheme}")
            page.close()
    PAGE.write_text("\n".join(["# Reports", "", INTRODUCTION, *map(section, REPORTS)]) + "\n", encoding="utf-8")


INTRODUCTION = (
    "Every report, as a manager sees it who types its example: privately first, over a quarter of invented business.\n"
    "What each counts, and by which formula, is in [reports.md](reports.md). Made by `make screenshots`."
)


def section(kind: ReportKind) -> str:
    light, dark = (f"pictures/reports/{kind.name}-{scheme}.png" for scheme in SCHEMES)
    return "\n".join([
        "", f"## {kind.name.capitalize()}", "", f"{kind.does[0].upper()}{kind.does[1:]}: `/report {kind.example}`", "",
        f'<picture><source media="(prefers-color-scheme: dark)" srcset="{dark}">',
        f'<img alt="The report {kind.name}: a sentence, a chart and a table" src="{light}"></picture>',
    ])  # fmt: skip
