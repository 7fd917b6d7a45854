"""app.py whatif as a person uses it: tables for a draft that could be, exit code 2 and the mistakes for another."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import people
from bot.intake import capture
from bot.playbook import versions
from bot.playbook.playbook import parse_playbook
from bot.services import Services
from bot.whatif.terminal import days_of
from store import schema
from store.database import Database
from tests.factories import ALICE, BOB, PLAYBOOK
from tests.test_cli import call

FILE = PLAYBOOK.read_text(encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With a database in which six leads came in the last days, and a draft of a playbook."""
    database = Database(f"sqlite:///{tmp_path / 'dibs.db'}")
    schema.upgrade(database)
    clock = [datetime.now(UTC) - timedelta(days=5)]
    services = Services(database, parse_playbook(FILE, "file"), lambda: clock[0])
    versions.open_book(services, FILE)
    people.sync_teams(services, {})
    for rep in (ALICE, BOB):
        people.add_founding_rep(services, ["smb"], rep)
    for number in range(6):
        clock[0] += timedelta(hours=1)
        capture.take_lead(services, {"name": "Jane", "email": f"jane@x{number}.example"}, key=f"lead {number}")
    database.close()
    usual = 'channel = "#leads-smb"\nmode = "offer"'
    draft = FILE.replace(usual, usual.replace("offer", "open"))
    (tmp_path / "new.toml").write_text(draft, encoding="utf-8")
    return tmp_path


def test_the_report_is_printed_and_nothing_is_changed(folder: Path) -> None:
    before = (folder / "dibs.db").read_bytes()
    done = call(folder, "whatif", "new.toml", "--since", "30d")
    assert done.returncode == 0, done.stderr
    for words in ("6 leads", "Left open to all", "Alice", "Bob", "all other leads", "passes and lapsed offers"):
        assert words in done.stdout
    assert (folder / "dibs.db").read_bytes() == before


@pytest.mark.parametrize(("text", "why"), [
    (FILE.replace("window_minutes = 15", "window_minutes = 0"), "claims.window_minutes"),
    (FILE.replace('"smb"', '"small"'), "Team smb has leads or reps"), ("= 1", "not valid TOML"),
])  # fmt: skip
def test_a_draft_that_is_refused_ends_with_two_and_its_mistakes(folder: Path, text: str, why: str) -> None:
    (folder / "new.toml").write_text(text, encoding="utf-8")
    done = call(folder, "whatif", "new.toml")
    assert (done.returncode, done.stdout) == (2, "")
    assert why in done.stderr


@pytest.mark.parametrize("since", ["", "30", "-1d", "0d", "1y", "99999d"])
def test_a_time_that_is_none_is_refused(folder: Path, since: str) -> None:
    done = call(folder, "whatif", "new.toml", f"--since={since}")
    assert done.returncode == 2
    assert "Write it like 30d" in done.stderr


def test_lengths_of_time() -> None:
    assert [days_of(text) for text in ("30d", "2w", "36h", " 7D ")] == [30, 14, 1.5, 7]


def test_a_file_that_is_not_there_and_a_database_that_is_not_there(tmp_path: Path) -> None:
    assert "cannot be read" in call(tmp_path, "whatif", "no.toml").stderr
    (tmp_path / "new.toml").write_text(FILE, encoding="utf-8")
    done = call(tmp_path, "whatif", "new.toml")
    assert done.returncode == 1
    assert "database" in done.stderr.lower()
