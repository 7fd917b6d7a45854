"""What the page says to people who do not see it, checked by axe in its main states."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, expect
from slack_sdk import WebClient

from bot import claims
from bot.playbook.playbook import read_playbook
from bot.sandbox import Sandbox
from tests.browser import practice
from tests.browser import test_reports as reports
from tests.browser.desk import LEADS, PICTURES, PageAt, Post, at_leads, command, shot
from tests.browser.test_blocks import PIPELINE, SOURCES
from tests.browser.test_files import choose
from tests.browser.test_import import CONFERENCE
from tests.browser.test_outside import send
from tests.factories import PLAYBOOK, everyone_new
from tests.workspaces import without_charts
from tests.world import World, world

Json = dict[str, Any]
WANTED = Path(__file__).with_name("axe")
INSTALL_SECONDS = 60


def _without(what: str) -> None:
    reason = f"accessibility is not checked: {what}"
    if "node" in os.environ.get("DIBS_REQUIRE", ""):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def axe() -> Path:
    """axe.min.js of the version in the lock file, fetched once into the folder that git ignores."""
    home = PICTURES.parent / "axe"
    script = home / "node_modules" / "axe-core" / "axe.min.js"
    if script.exists() and (home / "package-lock.json").read_text() == (WANTED / "package-lock.json").read_text():
        return script
    for tool in ("node", "npm"):
        if shutil.which(tool) is None:
            _without(f"{tool} is not installed")
    shutil.copytree(WANTED, home, dirs_exist_ok=True)
    call = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    try:
        done = subprocess.run(call, cwd=home, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        _without(f"the npm registry did not answer within {INSTALL_SECONDS} s")
    else:
        if done.returncode:
            _without(f"npm could not fetch axe-core from the registry ({done.stderr.strip()[-200:]})")
    return script


def blemishes(page: Page) -> list[str]:
    """What axe finds serious or critical, each with the place."""
    found: list[Json] = page.evaluate("() => axe.run({resultTypes: ['violations']}).then(({violations}) => violations)")
    return [
        f"{each['id']} ({each['impact']}): {json.dumps([node['html'][:160] for node in each['nodes']])}"
        for each in found
        if each["impact"] in ("serious", "critical")
    ]


def open_with_axe(page_at: PageAt, sandbox: Sandbox, axe: Path, **options: Any) -> Page:
    page = at_leads(page_at, sandbox, **options)
    page.add_init_script(path=axe)
    page.reload()
    expect(page.get_by_role("article").last).to_be_visible()
    # A colour on its way to another is neither of the two.
    page.emulate_media(reduced_motion="reduce")
    return page


@pytest.fixture
def lively(app: WebClient, post: Post) -> None:
    """A channel with a bit of everything in it."""
    app.chat_postMessage(channel=LEADS, text="Report", blocks=[PIPELINE, SOURCES])
    app.chat_postMessage(
        channel=LEADS, text="Lead", blocks=practice.card("Petra Lindqvist", ":alarm_clock: Due <!here> <@U0ALICE>")
    )
    ts = post("message", user="bob", channel="leads-smb", text="`code` and <https://example.org|a link>")["ts"]
    post("message", user="carol", channel="leads-smb", text="I call her", thread_ts=ts)


SCREENS: list[tuple[Literal["light", "dark"], int, int]] = [
    ("light", 1280, 800),
    ("dark", 1280, 800),
    ("light", 390, 844),
    ("dark", 390, 844),
]


@pytest.mark.usefixtures("lively")
@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: f"{screen[0]}-{screen[1]}")
def test_axe_finds_nothing_serious_in_any_state(
    sandbox: Sandbox, page_at: PageAt, axe: Path, screen: tuple[Literal["light", "dark"], int, int]
) -> None:
    scheme, width, height = screen
    page = open_with_axe(page_at, sandbox, axe, width=width, height=height, scheme=scheme)
    found: dict[str, list[str]] = {}

    def look(state: str) -> None:
        found[state] = blemishes(page)
        shot(page, f"axe-{state}-{scheme}-{width}")

    look("channel")
    page.get_by_role("button", name="1 reply").click()
    expect(page.get_by_role("complementary", name="Thread").get_by_role("article")).to_have_count(2)
    look("thread")
    page.get_by_role("button", name="Close thread").click()
    command(page, "/every")
    expect(page.get_by_role("dialog", name="Every field")).to_be_visible()
    look("modal")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("Control+.")
    expect(page.locator(".traffic").first).to_be_visible()
    page.locator(".traffic summary").first.click()
    look("inspector")
    page.get_by_role("tab", name="Clock and faults").click()
    look("faults")
    page.keyboard.press("Escape")
    page.goto(f"{sandbox.url}/?as=alice#app-home")
    expect(page.get_by_text("follow-ups")).to_be_visible()
    look("home")
    send(sandbox, "Hello Jane", "<p>Our <a href='https://acme.example/pricing'>prices</a></p><hr><ul><li>One</li></ul>")
    page.goto(f"{sandbox.url}/?as=alice#leads-side")
    page.get_by_role("button", name="Unread: Hello Jane").click()
    expect(page.get_by_role("button", name="prices")).to_be_visible()
    look("outside")
    page.get_by_role("button", name="Fill in the website's form").click()
    look("outside-form")
    assert {state: each for state, each in found.items() if each} == {}


# --- the bot's own forms


COLOURS: tuple[Literal["light", "dark"], ...] = ("light", "dark")
SENT_BACK = {  # forms of the bot, and what they are sent off with; what is wrong is then said on the fields
    "edit": ("/lead edit #1", {"E-mail": "nobody"}),
    "qualify": ("/lead accept #1", {}),
    "won": ("/lead stage #1 won", {"Amount": "a lot"}),
    "lost": ("/lead stage #1 lost", {}),
    "deal": ("/lead deal #1", {"Chance to win it": "200"}),
}  # fmt: skip


@pytest.fixture
def office(tmp_path: Path) -> Iterator[World]:
    """Lead 1 is Alice's, and the shipped playbook asks for what its stages need."""
    shipped = read_playbook(PLAYBOOK)
    rules = everyone_new().model_copy(update={"scoring": shipped.scoring, "stages": shipped.stages})
    with world(f"sqlite:///{tmp_path / 'dibs.db'}", playbook=rules) as made:
        claims.claim(made.dibs.services, "U0ALICE", made.lead())
        yield made


def test_axe_finds_nothing_in_the_forms_that_reps_fill_in_all_day(office: World, page_at: PageAt, axe: Path) -> None:
    page, found = open_with_axe(page_at, office.sandbox, axe), {}
    form = page.get_by_role("dialog")

    def look(state: str) -> None:
        for scheme in COLOURS:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            found[f"{state}, {scheme}"] = blemishes(page)

    for state, (typed, wrong) in SENT_BACK.items():
        command(page, typed)
        for label, text in wrong.items():
            form.get_by_label(label).fill(text)
        form.locator("button[type=submit]").click()
        expect(form.locator("[aria-invalid=true]").first).to_be_visible()
        look(state)
        page.keyboard.press("Escape")
        expect(form).to_have_count(0)
    file: Any = {"name": "fair.csv", "mimeType": "text/csv", "buffer": CONFERENCE.read_bytes()}
    choose(page, page.get_by_role("button", name="Attach files"), file)
    page.get_by_role("button", name="Send").first.click()
    page.get_by_role("button", name="Look at fair.csv").click()
    expect(form.get_by_role("button", name="Next")).to_be_visible()
    look("columns")
    form.get_by_role("button", name="Next").click()
    expect(form).to_contain_text("They would go to:")
    look("preview")
    assert {state: each for state, each in found.items() if each} == {}


@pytest.fixture(params=["charts", "letters"])
def reporting(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """A workspace that takes Slack's own charts, and one that does not."""
    seed = without_charts(tmp_path) if request.param == "letters" else None
    with world(f"sqlite:///{tmp_path / 'dibs.db'}", seed=seed) as made:
        reports.fill(made)
        yield made


def test_axe_finds_nothing_in_a_report(reporting: World, page_at: PageAt, axe: Path) -> None:
    page = open_with_axe(page_at, reporting.sandbox, axe, person="dana")
    reports.ask(page, "pipeline")
    assert blemishes(page) == []
