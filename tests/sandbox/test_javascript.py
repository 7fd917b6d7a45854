"""Slack's official JavaScript packages run a small bot here without a change."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from slack_sdk import WebClient

from tests.sandbox.driver import Json, People, manifest_with, running, wait_until

SOURCES = Path(__file__).with_name("javascript")
SMB = "C0LEADSSMB"
SCOPES = ("chat:write", "commands", "files:write", "files:read", "users:read")
INSTALL_SECONDS, START_SECONDS = 90, 30


def missing(reason: str) -> None:
    if "node" in os.environ.get("DIBS_REQUIRE", ""):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bot with its packages installed as the lock file says, in a folder of its own."""
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            missing(f"{program} is not installed")
    folder = tmp_path_factory.mktemp("javascript")
    for name in ("package.json", "package-lock.json", "bot.mjs"):
        shutil.copy(SOURCES / name, folder)
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        missing("the npm registry did not answer in time")
    if done.returncode:
        missing(f"the npm registry could not be used: {done.stderr[-500:]}")
    return folder


@pytest.fixture
def bot(packages: Path) -> Iterator[tuple[People, WebClient]]:
    with running(manifest_with(*SCOPES)) as (sandbox, people, client):
        environment = os.environ | {
            "SLACK_API_URL": sandbox.api_url,
            "SLACK_BOT_TOKEN": sandbox.bot_token,
            "SLACK_APP_TOKEN": sandbox.app_token,
        }
        with subprocess.Popen(["node", "bot.mjs"], cwd=packages, env=environment) as process:
            try:
                wait_until(lambda: people.sees("state")["app"]["connected"], START_SECONDS)
                yield people, client
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(10)


def message(people: People, words: str) -> Json:
    def look() -> Json | None:
        return next((each for each in people.reads(SMB, "alice") if words in each["text"]), None)

    found = wait_until(look)
    assert found is not None
    return found


@pytest.mark.timeout(180)
def test_a_bot_with_a_command_a_button_a_modal_a_file_and_a_home(bot: tuple[People, WebClient]) -> None:
    people, client = bot
    assert people.does("command", user="alice", channel=SMB, command="/lead", text="Ada")["acked"]
    assert message(people, "Adding Ada")["is_ephemeral"]
    card = message(people, "New lead: Ada")
    press = {"user": "alice", "channel": SMB, "ts": card["ts"]}

    assert people.does("click", **press, action_id="edit")["acked"]
    (view,) = wait_until(lambda: people.sees("views/alice")["views"])
    submit = {"user": "alice", "view_id": view["id"]}
    assert people.does("submit", **submit, values={"name": {"value": "Al"}})["errors"] == {"name": "Too short."}
    assert people.does("submit", **submit, values={"name": {"value": "Ada Lovelace"}})["closed"]
    message(people, "Now called Ada Lovelace")
    (file,) = wait_until(lambda: client.files_list()["files"])
    shared = next(each for each in people.reads(SMB, "bob") if each.get("files"))
    assert (file["name"], file["size"], shared["thread_ts"]) == ("lead.csv", 18, card["ts"])

    assert people.does("open-home", user="alice")["acked"]
    home = wait_until(lambda: people.sees("home/alice")["view"])
    assert home["blocks"][0]["text"]["text"] == "Welcome from JavaScript"
    assert people.sees("state")["unknown_methods"] == []


def test_a_button_of_that_bot_changes_its_message_and_answers(bot: tuple[People, WebClient]) -> None:
    people, _ = bot
    people.does("command", user="alice", channel=SMB, command="/lead", text="Bob")
    card = message(people, "New lead: Bob")
    assert people.does("click", user="alice", channel=SMB, ts=card["ts"], action_id="claim")["acked"]
    message(people, "Bob is claimed by <@U0ALICE>")
    assert message(people, "It is yours.")["is_ephemeral"]


def test_the_lock_file_names_exact_versions_and_no_host() -> None:
    lock = (SOURCES / "package-lock.json").read_text(encoding="utf-8")
    assert "://" not in lock
    assert '"resolved"' not in lock
    assert lock.count('"integrity": "sha512-') > 50
