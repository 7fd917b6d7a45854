"""app.py import as a person uses it: what would come of a file, its leads brought in, and its bad rows given back."""

import csv
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from bot import people
from bot.errors import DibsError
from bot.importing.terminal import Wishes, bring
from bot.playbook import versions
from bot.playbook.playbook import parse_playbook
from bot.services import Services
from store import schema
from store.database import Database
from tests.factories import ALICE, BOB, PLAYBOOK
from tests.test_cli import call
from tests.workbooks import workbook

FILE = PLAYBOOK.read_text(encoding="utf-8")
LEADS = """Vorname;Name;Firma;E-Mail;Telefon;Betrieb
Jane;Müller;Acme GmbH;jane@acme.example;0049 30 1234567;Zoo
John;Roe;Beta AG;john@beta.example;4,93E+11;Bad

Eve;Moe;Delta;eve@delta.example;;Amt;extra
Ann;Poe;Gamma AG;ann@gamma.example;;Hof
"""


def office(folder: Path) -> Services:
    database = Database(f"sqlite:///{folder / 'dibs.db'}")
    return Services(database, parse_playbook(FILE, "file"), lambda: datetime.now(UTC))


def run(folder: Path, name: str, *columns: str, said: Sequence[str] = ()) -> bool:
    """As the command does, without the time that a process takes to start."""
    services = office(folder)
    try:
        return bring(services, folder / name, Wishes(columns, said))
    finally:
        services.database.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With a database that has two reps, and a file as Excel writes it in Germany."""
    services = office(tmp_path)
    database = services.database
    schema.upgrade(database)
    versions.open_book(services, FILE)
    people.sync_teams(services, {})
    for rep in (ALICE, BOB):
        people.add_founding_rep(services, ["smb"], rep)
    database.close()
    (tmp_path / "leads.csv").write_text(LEADS, encoding="cp1252")
    return tmp_path


def asked(folder: Path, question: str) -> list[tuple[object, ...]]:
    database = Database(f"sqlite:///{folder / 'dibs.db'}")
    with database.session(writes=False) as session:
        found = [tuple(row) for row in session.connection().execute(text(question))]
    database.close()
    return found


def test_a_dry_run_shows_columns_verdicts_and_who_would_get_them_and_writes_nothing(folder: Path) -> None:
    before = (folder / "dibs.db").read_bytes()
    done = call(folder, "import", "leads.csv", "--dry-run", "--map", "Betrieb=campaign")
    assert done.returncode == 1, done.stderr
    for words in ("Windows-1252", "“;”", "Last name", "stands beside", "chosen by hand", "new", "cannot be taken",
                  "its digits are lost", "does a cell need quotes", "goes to", "Nothing was written."):  # fmt: skip
        assert words in " ".join(done.stdout.replace("│", " ").split()), words
    assert (folder / "dibs.db").read_bytes() == before
    assert not (folder / "leads.failed.csv").exists()


def test_leads_come_in_and_the_rows_that_cannot_lie_beside_the_file_with_the_reason(folder: Path) -> None:
    done = call(folder, "import", "leads.csv", "--map", "Betrieb=campaign", "--source", "Messe", "--set", "mode=open")
    assert done.returncode == 1, done.stderr
    assert asked(folder, "SELECT name, email, phone, source, campaign, route_mode FROM lead ORDER BY id") == [
        ("Jane Müller", "jane@acme.example", "+49301234567", "Messe", "Zoo", "open"),
        ("Ann Poe", "ann@gamma.example", None, "Messe", "Hof", "open"),
    ]  # fmt: skip
    assert asked(folder, "SELECT status, rows, next_row FROM lead_import") == [("done", 4, 4)]
    with (folder / "leads.failed.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["Line", "Why it was not taken", "Vorname", "Name", "Firma", "E-Mail", "Telefon", "Betrieb"]
    assert [(row[0], row[2]) for row in rows[1:]] == [("3", "John"), ("5", "Eve")]
    assert "leads.failed.csv" in done.stdout


def test_what_was_mended_can_be_given_again_and_an_earlier_file_is_not_written_over(folder: Path) -> None:
    assert not run(folder, "leads.csv")
    failed = (folder / "leads.failed.csv").read_text(encoding="utf-8-sig")
    mended = failed.replace("4,93E+11", "030 7654321").replace(",extra", "")
    (folder / "mended.csv").write_text(mended, encoding="utf-8")
    assert run(folder, "mended.csv")
    assert asked(folder, "SELECT count(*) FROM lead") == [(4,)]
    assert not run(folder, "leads.csv")
    assert (folder / "leads.failed.csv").read_text(encoding="utf-8-sig") == failed
    assert (folder / "leads.failed 2.csv").exists()
    assert asked(folder, "SELECT count(*) FROM lead WHERE state = 'live'") == [(4,)]


def test_a_workbook_in_which_every_row_is_fine(folder: Path) -> None:
    rows = [["Full name", "E-mail", "Country"], ["Jane Doe", "jane@acme.example", "Germany"]]
    (folder / "leads.xlsx").write_bytes(workbook({"Leads": rows}))
    assert run(folder, "leads.xlsx")
    assert asked(folder, "SELECT name, country FROM lead") == [("Jane Doe", "DE")]
    assert not list(folder.glob("*failed*"))


@pytest.mark.parametrize(("columns", "said", "why"), [
    (["Nobody=email"], [], "The headings are: Vorname"), (["Firma"], [], "write it as Heading=field"),
    (["Firma=boss"], [], "boss is no field. Take one of name, first_name"), ([], ["mode=fun"], "mode"),
    ([], ["colour=red"], "it takes source, campaign, mode"),
    (["E-Mail=-", "Telefon=-"], [], "No column is an e-mail address"),
])  # fmt: skip
def test_what_does_not_fit_is_a_sentence_and_nothing_is_done(
    folder: Path, columns: list[str], said: list[str], why: str
) -> None:
    with pytest.raises(DibsError, match=why):
        run(folder, "leads.csv", *columns, said=said)
    assert asked(folder, "SELECT count(*) FROM lead_import") == [(0,)]


@pytest.mark.parametrize(("name", "why"), [
    ("nothing.csv", "nothing.csv cannot be read: No such file"), ("dibs.db", "dibs.db is a database"),
])  # fmt: skip
def test_what_is_no_file_of_leads_is_a_sentence(folder: Path, name: str, why: str) -> None:
    with pytest.raises(DibsError, match=why):
        run(folder, name)


def test_a_running_bot_keeps_its_file_to_itself(folder: Path) -> None:
    bot = Database(f"sqlite:///{folder / 'dibs.db'}")
    bot.hold_file()
    done = call(folder, "import", "leads.csv")
    assert done.returncode == 1
    assert "already running on this SQLite file" in done.stderr
    assert "Drop the file in Slack instead" in done.stderr
    bot.close()
    assert asked(folder, "SELECT count(*) FROM lead") == [(0,)]


def test_without_a_database_there_is_nobody_to_give_leads_to(tmp_path: Path) -> None:
    (tmp_path / "leads.csv").write_text(LEADS, encoding="utf-8")
    done = call(tmp_path, "import", "leads.csv")
    assert done.returncode == 2
    assert "Start Dibs once" in done.stderr
    assert not (tmp_path / "dibs.db").exists()
