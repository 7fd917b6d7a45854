"""The command line as a person uses it: a process each, judged by what it prints and how it ends.

Those that stay and are told to stop are started as a person does, the others by `tests/preloaded.py`.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from app import HERE
from bot.sandbox import Sandbox
from handlers.manifest import OPTIONAL_SCOPES, SCOPES, manifest
from store import schema
from store.database import Database
from store.models import OutboxRow
from tests.factories import ALICE, BOB, TUESDAY, Office
from tests.preloaded import run
from tests.world import eventually

SECONDS = 60  # a process of its own has everything to import, and the machine may have much else to do
ENVIRONMENT = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "DIBS_PLAYBOOK": str(HERE / "playbook.toml")}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the commands run: no .env, no database."""
    return tmp_path


def command(*arguments: str) -> list[str]:
    return [sys.executable, str(HERE / "app.py"), *arguments]


def call(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    done = run(str(HERE / "app.py"), *arguments, cwd=folder, env={**ENVIRONMENT, **settings}, seconds=SECONDS)
    assert "Traceback" not in done.stderr, done.stderr
    return done


class Process:
    """A running command whose output is read as it comes."""

    def __init__(self, folder: Path, *arguments: str, **settings: str) -> None:
        self._err = (folder / f"stderr-{arguments[0]}-{os.urandom(4).hex()}").open("w+")
        self._process = subprocess.Popen(
            command(*arguments), cwd=folder, env={**ENVIRONMENT, **settings}, stdout=subprocess.PIPE, stderr=self._err,
            text=True,
        )  # fmt: skip
        self.out = ""
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            self.out += line

    @property
    def err(self) -> str:
        return Path(self._err.name).read_text()

    def says(self, words: str) -> str:
        """The output once these words are in it."""

        def look() -> str | None:
            if self._process.poll() is not None:
                self._reader.join()  # or its last words may not have been read yet
            assert self._process.poll() is None or words in self.out + self.err, self.out + self.err
            return self.out + self.err if words in self.out + self.err else None

        return eventually(look, f"“{words}”", seconds=SECONDS)

    def ends(self, by: signal.Signals | None = None) -> int:
        """The exit code, after the signal."""
        if by:
            self._process.send_signal(by)
        code = self._process.wait(SECONDS)
        self._reader.join()
        return code

    def close(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self.ends()
        if self._process.stdout:
            self._process.stdout.close()
        self._err.close()


Start = Callable[..., Process]


@pytest.fixture
def start(folder: Path) -> Iterator[Start]:
    started: list[Process] = []

    def begin(*arguments: str, **settings: str) -> Process:
        started.append(Process(folder, *arguments, **settings))
        return started[-1]

    yield begin
    for process in started:
        process.close()


@contextmanager
def workspace(**changes: Any) -> Iterator[Sandbox]:
    sandbox = Sandbox(manifest={**manifest(), **changes})
    sandbox.start()
    yield sandbox
    sandbox.stop()


def tokens(sandbox: Sandbox, **more: str) -> dict[str, str]:
    return {
        "SLACK_BOT_TOKEN": sandbox.bot_token, "SLACK_APP_TOKEN": sandbox.app_token, "SLACK_API_URL": sandbox.api_url,
        "DIBS_WEB_PORT": "0", **more,
    }  # fmt: skip


# run


def test_run_without_tokens_says_what_is_missing_and_that_the_demo_needs_none(folder: Path) -> None:
    done = call(folder, "run")
    assert done.returncode == 2
    for word in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "xoxb-", "python app.py demo"):
        assert word in done.stderr
    assert done.stdout == ""
    assert list(folder.iterdir()) == []


def test_run_names_every_wrong_setting(folder: Path) -> None:
    done = call(folder, "run", SLACK_BOT_TOKEN="xoxp-CANARY", DIBS_WEB_PORT="many", DATABASE_URL="mysql://u:CANARY@h/x")
    assert done.returncode == 2
    assert [name for name in ("SLACK_BOT_TOKEN", "DIBS_WEB_PORT", "DATABASE_URL") if name not in done.stderr] == []
    assert "CANARY" not in done.stderr


def test_run_reads_the_env_file_beside_it(folder: Path) -> None:
    (folder / ".env").write_text("SLACK_BOT_TOKEN=xoxb-1\n", encoding="utf-8")
    done = call(folder, "run")
    assert done.returncode == 2
    assert "SLACK_BOT_TOKEN" not in done.stderr
    assert "SLACK_APP_TOKEN" in done.stderr


def test_a_playbook_with_mistakes_is_refused_with_each_by_line(folder: Path) -> None:
    text = (HERE / "playbook.toml").read_text(encoding="utf-8")
    wrong = text.replace('team = "enterprise"', 'team = "unknown"').replace("window_minutes = 15", "window_minutes = 0")
    (folder / "mine.toml").write_text(wrong, encoding="utf-8")
    for verb in ("run", "doctor"):
        done = call(folder, verb, DIBS_PLAYBOOK="mine.toml")
        assert done.returncode == 2
        assert re.search(r"mine\.toml has \d mistake", done.stderr)
        assert re.search(r"line \d+, claims.window_minutes", done.stderr)


def test_run_serves_until_it_is_told_to_stop_and_refuses_a_second_process_on_its_file(start: Start) -> None:
    with workspace() as sandbox:
        first = start("run", **tokens(sandbox))
        assert "Socket Mode" in first.says("event=ready")
        second = start("run", **tokens(sandbox))
        assert second.ends() == 1
        assert "Another Dibs is already running on this SQLite file" in second.err
        assert "Traceback" not in second.err
        url = re.findall(r"intake=(\S+)/api/leads", first.err)[0]
        assert httpx.get(f"{url}/healthz", trust_env=False).status_code == 200
        assert first.ends(signal.SIGTERM) == 0
        assert "Traceback" not in first.err
        third = start("run", **tokens(sandbox))
        third.says("event=ready")
        assert third.ends(signal.SIGINT) == 0


def test_run_comes_up_without_slack_and_keeps_trying(start: Start) -> None:
    process = start(
        "run", SLACK_BOT_TOKEN="xoxb-1", SLACK_APP_TOKEN="xapp-1", SLACK_API_URL="http://127.0.0.1:1/api/",
        DIBS_WEB_PORT="0",
    )  # fmt: skip
    process.says("event=ready")
    process.says("trying again")
    assert process.ends(signal.SIGTERM) == 0
    assert "Traceback" not in process.err


def test_a_database_that_is_not_there_is_a_sentence(folder: Path) -> None:
    with workspace() as sandbox:
        for url in ("sqlite:////nowhere/dibs.db", "postgresql://u:CANARY@127.0.0.1:1/x"):
            done = call(folder, "run", **tokens(sandbox, DATABASE_URL=url))
            assert done.returncode == 1
            assert "Dibs cannot start" in done.stderr
            assert "CANARY" not in done.stderr


@contextmanager
def taken_port() -> Iterator[int]:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        yield int(taken.getsockname()[1])


def test_a_taken_port_is_a_sentence_that_names_it_and_what_to_do(folder: Path) -> None:
    with taken_port() as port, workspace() as sandbox:
        done = call(folder, "run", **tokens(sandbox, DIBS_WEB_PORT=str(port)))
        assert done.returncode == 1
        assert f"port {port}" in done.stderr
        assert "DIBS_WEB_PORT" in done.stderr


# demo


def test_the_demo_names_the_port_that_is_taken(folder: Path) -> None:
    with taken_port() as port:
        page = call(folder, "demo", "--no-browser", "--port", str(port))
        assert page.returncode == 1
        assert f"Port {port}" in page.stderr
        assert "--port" in page.stderr
        intake = call(folder, "demo", "--no-browser", "--port", "0", "--web-port", str(port))
        assert intake.returncode == 1
        assert f"port {port}" in intake.stderr


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
def test_the_demo_serves_and_ends_cleanly(start: Start, folder: Path, by: signal.Signals) -> None:
    scratch = folder / "scratch"
    scratch.mkdir()
    process = start("demo", "--no-browser", "--port", "0", "--web-port", "0", "--speed", "50", TMPDIR=str(scratch))
    url = re.findall(r"Open (http://\S+)", process.says("Dibs is running"))[0]
    with httpx.Client(base_url=url, trust_env=False) as http:
        assert "<title>" in http.get("/").text

        def cards() -> bool | None:
            found = http.get("/sandbox/messages/C0LEADSSMB", params={"as": "alice"}).json()["messages"]
            return len(found) >= 3 or None

        eventually(cards, "three cards")
    assert process.ends(by) == 0
    assert "Traceback" not in process.err
    assert process.err == ""
    assert list(scratch.iterdir()) == []


def test_the_demo_keeps_its_data_where_it_is_told_and_says_everything_it_began(start: Start, folder: Path) -> None:
    kept = folder / "kept.db"
    arguments = ["demo", "--no-browser", "--port", "0", "--web-port", "0", "--speed", "50", "--db", str(kept)]
    process = start(*arguments)
    process.says("Dibs is running")
    database = Database(f"sqlite:///{kept}")
    eventually(lambda: count(database, "SELECT count(*) FROM lead") >= 4 or None, "four leads")
    assert process.ends(signal.SIGTERM) == 0
    assert count(database, "SELECT count(*) FROM outbox WHERE status = 'sending'") == 0
    assert count(database, "PRAGMA integrity_check") == "ok"
    database.close()


def count(database: Database, question: str) -> Any:
    with database.session(writes=False) as session:
        return session.connection().exec_driver_sql(question).scalar()


# manifest


def test_manifest_prints_json_and_the_reasons_apart(folder: Path) -> None:
    done = call(folder, "manifest")
    assert done.returncode == 0
    assert json.loads(done.stdout) == manifest()
    assert [scope for scope in [*SCOPES, *OPTIONAL_SCOPES] if scope not in done.stderr] == []
    by_http = json.loads(call(folder, "manifest", "--url", "https://dibs.example.com/").stdout)
    assert by_http["settings"]["event_subscriptions"]["request_url"] == "https://dibs.example.com/slack/events"


# doctor


@pytest.fixture
def migrated(folder: Path) -> Database:
    database = Database(f"sqlite:///{folder / 'dibs.db'}")
    schema.upgrade(database)
    return database


def failures(done: subprocess.CompletedProcess[str]) -> list[str]:
    lines = done.stdout.splitlines()
    assert all(re.match(r"(ok  |FAIL)  [^:]+: .+", line) for line in lines), done.stdout
    return [line for line in lines if line.startswith("FAIL")]


def test_the_doctor_finds_a_healthy_installation_well(folder: Path, migrated: Database) -> None:
    with workspace() as sandbox:
        done = call(folder, "doctor", **tokens(sandbox))
    assert (done.returncode, failures(done)) == (0, [])
    for word in ("database", "migrations", "outbox", "tokens", "scopes", "#leads-smb", "#leads-enterprise", "clock"):
        assert word in done.stdout


def test_the_doctor_says_that_tokens_are_missing(folder: Path, migrated: Database) -> None:
    done = call(folder, "doctor")
    assert done.returncode == 1
    assert [line for line in failures(done) if "tokens" in line]


def test_the_doctor_says_that_the_token_is_wrong(folder: Path, migrated: Database) -> None:
    with workspace() as sandbox:
        done = call(folder, "doctor", **tokens(sandbox, SLACK_BOT_TOKEN="xoxb-CANARY"))
    assert done.returncode == 1
    assert failures(done) == ["FAIL  tokens: Slack refuses the bot token: invalid_auth"]
    assert "CANARY" not in done.stdout + done.stderr


def test_the_doctor_says_that_slack_is_not_there(folder: Path, migrated: Database) -> None:
    done = call(folder, "doctor", SLACK_BOT_TOKEN="xoxb-1", SLACK_API_URL="http://127.0.0.1:1/api/")
    assert done.returncode == 1
    assert [line for line in failures(done) if "cannot be reached" in line]


def test_the_doctor_names_missing_scopes(folder: Path, migrated: Database) -> None:
    with workspace(oauth_config={"scopes": {"bot": ["commands"], "bot_optional": []}}) as sandbox:
        done = call(folder, "doctor", **tokens(sandbox))
    assert done.returncode == 1
    missing = ", ".join(scope for scope in SCOPES if scope != "commands")
    assert f"FAIL  scopes: missing {missing}; reinstall the app" in failures(done)
    assert f"without {', '.join(OPTIONAL_SCOPES)}" in done.stdout


def test_the_doctor_names_missing_channels_and_those_without_the_bot(folder: Path, migrated: Database) -> None:
    text = (HERE / "playbook.toml").read_text(encoding="utf-8")
    (folder / "mine.toml").write_text(text.replace("#leads-smb", "#nowhere"), encoding="utf-8")
    with workspace() as sandbox:
        left = {"user": "dibs", "channel": "leads-enterprise"}
        httpx.post(f"{sandbox.url}/sandbox/leave", json=left, trust_env=False).raise_for_status()
        done = call(folder, "doctor", **tokens(sandbox, DIBS_PLAYBOOK="mine.toml"))
    assert done.returncode == 1
    assert [line for line in failures(done) if "#nowhere: not found" in line]
    assert [line for line in failures(done) if "#leads-enterprise: invite the bot" in line]


def test_the_doctor_shows_what_slack_refused(folder: Path, migrated: Database) -> None:
    with migrated.session() as session:
        session.add(OutboxRow(
            key="k", lane="team:1", kind="card", status="dead", error="invalid_blocks", created_at=TUESDAY,
        ))  # fmt: skip
        session.commit()
    with workspace() as sandbox:
        done = call(folder, "doctor", **tokens(sandbox))
    assert done.returncode == 1
    assert [line for line in failures(done) if "(card) was refused: invalid_blocks" in line]


def test_the_doctor_before_the_first_start_says_that_there_is_no_database_and_makes_none(folder: Path) -> None:
    with workspace() as sandbox:
        done = call(folder, "doctor", **tokens(sandbox))
    assert done.returncode == 0
    assert "no SQLite file yet; starting Dibs makes it" in done.stdout
    assert not (folder / "dibs.db").exists()


def test_the_doctor_says_that_the_database_cannot_be_opened(folder: Path) -> None:
    done = call(folder, "doctor", DATABASE_URL="postgresql://u:CANARY@127.0.0.1:1/x")
    assert done.returncode == 1
    assert [line for line in failures(done) if "database: cannot be opened" in line]
    assert "CANARY" not in done.stdout


# verify


def test_verify_tells_the_seal_and_a_changed_ledger_from_an_untouched_one(folder: Path, migrated: Database) -> None:
    Office(migrated, ALICE, BOB).lead()
    well = call(folder, "verify", "--team", "smb")
    assert well.returncode == 0
    line = r"3 decisions of team smb recomputed: all as recorded. Seal: (smb:3:\w{64})\n"
    told = re.fullmatch(line, well.stdout)
    assert told
    assert call(folder, "verify", "--seal", told[1]).returncode == 0
    with migrated.session() as session:
        session.connection().execute(text("UPDATE decision SET winner_id = 1 WHERE number = 3"))
        session.commit()
    changed = call(folder, "verify", "--seal", told[1])
    assert changed.returncode == 1
    assert "Decision 3 of team smb (24 Nov 2026, 09:30 UTC) was changed after it was written" in changed.stdout


def test_verify_before_the_first_start_makes_no_database(folder: Path) -> None:
    done = call(folder, "verify")
    assert done.returncode == 1
    assert "There is no database yet" in done.stderr
    assert not (folder / "dibs.db").exists()


def test_help_names_the_commands_and_a_wrong_one_is_refused(folder: Path) -> None:
    shown = call(folder, "--help").stdout
    for name in ("run", "demo", "manifest", "doctor", "verify"):
        assert name in shown
    assert call(folder, "dance").returncode == 2
