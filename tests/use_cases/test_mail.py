"""An e-mail becomes a question to the team, once; a person's answer makes it a lead."""

from itertools import count
from pathlib import Path

import pytest

from bot.errors import InvalidInputError, NotFoundError
from bot.intake import mail, suggestions
from bot.outbox import SlackCall
from bot.services import Services
from store.database import Database, StoreUnavailableError
from store.models import InboxRow, Lead, Suggestion, Touch
from tests.factories import ALICE, BOB, TUESDAY, Office
from tests.replicas import all_at_once
from tests.schemas import create_tables

LETTER = b"""From: Jane Doe <jane@acme.example>
To: sales@dibs.example
Subject: A question about your prices
Message-ID: <1@acme.example>
Content-Type: text/plain; charset=utf-8

Hello,
what does it cost for twelve of us?

Best regards,
Jane Doe
Head of Sales, Acme GmbH
+49 30 1234567
www.acme.example
"""

POISON = """
    CREATE TRIGGER poison BEFORE INSERT ON suggestion WHEN json_extract(new."values", '$.email') LIKE 'poison%'
    BEGIN SELECT RAISE(ABORT, 'poison'); END
"""


def questions(office: Office) -> list[SlackCall]:
    rendered = [office.render(row) for row in office.waiting("suggestion")]
    return [one for one in rendered if isinstance(one, SlackCall)]


@pytest.mark.sqlite_alone
def test_the_team_is_asked_whether_the_writer_is_a_lead(office: Office) -> None:
    assert mail.take_mail(office.services, LETTER, key="k1")
    [row] = office.rows(Suggestion)
    assert row.values == {
        "name": "Jane Doe", "email": "jane@acme.example", "phone": "+49 30 1234567", "company": "Acme GmbH",
        "title": "Head of Sales", "website": "www.acme.example", "source": "e-mail",
        "message": "Hello,\nwhat does it cost for twelve of us?",
    }  # fmt: skip
    [asked] = questions(office)
    assert (asked.method, asked.arguments["channel"]) == ("chat.postMessage", "C0LEADSSMB")
    assert "A question about your prices" in str(asked.arguments["blocks"])
    assert office.rows(Lead) == []


def test_an_e_mail_is_asked_about_once_whoever_brings_it(office: Office) -> None:
    assert mail.take_mail(office.services, LETTER, key="k1")
    before = office.snapshot()
    assert not mail.take_mail(office.services, LETTER, key="k2")
    assert office.snapshot() == before


def test_what_comes_in_a_known_leads_name_is_no_question_but_a_line_for_its_owner(office: Office) -> None:
    office.claimed_lead()
    for key in ("k1", "k2"):
        assert not mail.take_mail(office.services, LETTER, key=key)
    assert office.rows(Touch, kind="reply") == []
    assert sum("Perhaps Jane Doe wrote: “A question about your prices”" in line for line in office.lines()) == 1
    assert office.rows(Suggestion) == []


@pytest.mark.sqlite_alone
def test_what_a_machine_wrote_is_left_aside(office: Office) -> None:
    before = office.snapshot()
    assert not mail.take_mail(office.services, b"Auto-Submitted: auto-replied\n" + LETTER, key="k1")
    assert office.snapshot() == before


@pytest.mark.sqlite_alone
def test_what_cannot_be_read_leaves_the_reason_and_no_words(office: Office) -> None:
    with pytest.raises(InvalidInputError, match="from which address"):
        mail.take_mail(office.services, b"Subject: secret\n\nsecret words", key="k1")
    [row] = office.rows(InboxRow)
    assert (row.status, row.kind) == ("rejected", "mail")
    assert "secret" not in str(row)


def test_one_person_makes_it_a_lead_and_the_question_says_so(office: Office) -> None:
    mail.take_mail(office.services, LETTER, key="k1")
    office.everything_left()
    number = suggestions.make(office.services, ALICE.slack_id, 1, {"name": "Jane Doe", "email": "jane@acme.example"})
    lead = office.get(Lead, number)
    assert (lead.name, lead.source, lead.website is not None) == ("Jane Doe", "e-mail", True)
    [edited] = questions(office)
    assert edited.method == "chat.update"
    assert "Alice made Jane Doe a lead" in edited.arguments["text"]
    assert "twelve of us" not in str(edited.arguments)
    with pytest.raises(NotFoundError, match="Alice made Jane Doe a lead"):
        suggestions.make(office.services, BOB.slack_id, 1, {"name": "Jane", "email": "jane@acme.example"})
    with pytest.raises(NotFoundError):
        suggestions.drop(office.services, BOB.slack_id, 1)
    assert len(office.rows(Lead)) == 1


def test_a_form_that_cannot_be_taken_leaves_the_question_open(office: Office) -> None:
    mail.take_mail(office.services, LETTER, key="k1")
    with pytest.raises(InvalidInputError):
        suggestions.make(office.services, ALICE.slack_id, 1, {"name": "Jane Doe", "email": "no address"})
    assert office.get(Suggestion, 1).status == "waiting"
    suggestions.drop(office.services, ALICE.slack_id, 1)
    assert office.get(Suggestion, 1).status == "dropped"


def test_of_two_answers_at_the_same_moment_one_counts(office: Office) -> None:
    mail.take_mail(office.services, LETTER, key="k1")
    with office.services.unit_of_work() as uow:
        assert uow.suggestions.settle(1, "taken", 2, TUESDAY)
        assert not uow.suggestions.settle(1, "dropped", 3, TUESDAY)


# --- the folder


def test_files_in_the_folder_are_taken_once_and_put_away_after_that(office: Office, tmp_path: Path) -> None:
    office.services.mail_drop = tmp_path
    for name, content in (("a.eml", LETTER), ("b.eml", LETTER), ("c.eml", b"garbage"), ("d.txt", LETTER)):
        (tmp_path / name).write_bytes(content)
    mail.pick_up(office.services)
    mail.pick_up(office.services)
    found = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.*"))
    assert found == ["d.txt", "done/a.eml", "done/b.eml", "failed/c.eml"]
    assert len(office.rows(Suggestion)) == 1


@pytest.mark.sqlite_alone
def test_a_file_that_cannot_be_taken_costs_only_itself(office: Office, tmp_path: Path) -> None:
    office.services.mail_drop = tmp_path
    (tmp_path / "a.eml").mkdir()
    (tmp_path / "b.eml").write_bytes(LETTER)
    mail.pick_up(office.services)
    found = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.eml"))
    assert found == ["done/b.eml", "failed/a.eml"]
    assert len(office.rows(Suggestion)) == 1


@pytest.mark.sqlite_alone
def test_without_a_database_files_stay_where_they_are(office: Office, tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(LETTER)
    (tmp_path / "b.eml").write_bytes(LETTER)
    away = Database("sqlite:////nowhere/at/all/dibs.db")
    services = Services(away, office.services.playbook, office.clock.now, mail_drop=tmp_path)
    with pytest.raises(StoreUnavailableError):
        mail.pick_up(services)
    away.close()
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.eml", "b.eml"]


def test_without_a_folder_nothing_is_looked_for(office: Office, tmp_path: Path) -> None:
    mail.pick_up(office.services)
    office.services.mail_drop = tmp_path / "missing"
    mail.pick_up(office.services)
    assert office.rows(Suggestion) == []


def test_a_file_that_the_database_refuses_does_not_stop_the_next(tmp_path: Path) -> None:
    """As a defect of ours would be: the rule stands in the database itself."""
    database = Database(f"sqlite:///{tmp_path / 'dibs.db'}")
    create_tables(database)
    with database.engine.begin() as connection:
        connection.exec_driver_sql(POISON)
    office = Office(database, ALICE)
    office.services.mail_drop = tmp_path
    (tmp_path / "a.eml").write_bytes(LETTER.replace(b"jane@acme", b"poison@acme"))
    (tmp_path / "b.eml").write_bytes(LETTER)
    mail.pick_up(office.services)
    assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.eml")) == ["done/b.eml", "failed/a.eml"]
    assert [row.values["email"] for row in office.rows(Suggestion)] == ["jane@acme.example"]
    database.close()


def test_files_that_cannot_be_put_away_do_not_stop_the_next(office: Office, tmp_path: Path) -> None:
    office.services.mail_drop = tmp_path
    for number in range(mail.MOST_AT_ONCE):
        (tmp_path / f"a{number}.eml").write_bytes(b"garbage")
        (tmp_path / "failed" / f"a{number}.eml").mkdir(parents=True)
    (tmp_path / "b.eml").write_bytes(LETTER)
    mail.pick_up(office.services)
    assert (tmp_path / "done" / "b.eml").exists()
    assert len(office.rows(Suggestion)) == 1


# --- floods


def letter_from(sender: str, number: int) -> bytes:
    return LETTER.replace(b"jane@acme.example", sender.encode()).replace(b"Message-ID: <", b"Message-ID: <%d." % number)


def test_one_who_writes_a_thousand_times_is_asked_about_thrice_a_day(office: Office) -> None:
    for number in range(40):
        mail.take_mail(office.services, letter_from("mallory@evil.example", number), key=f"k{number}")
    mail.take_mail(office.services, letter_from("max@acme.example", 41), key="max")
    rows = office.rows(Suggestion)
    assert [row.more for row in rows] == [0, 0, 37, 0]
    asked = [str(one.arguments["blocks"]) for one in questions(office)]
    assert len(asked) == 4
    assert sum("… and 37 more from the same sender" in one for one in asked) == 1
    office.clock.advance(days=1)
    assert mail.take_mail(office.services, letter_from("mallory@evil.example", 42), key="k42")
    assert len(office.rows(Suggestion)) == 5


def test_many_at_once_from_one_sender_are_no_more(database: Database) -> None:
    office, numbers = Office(database, ALICE), count()

    def write(_: int = 0) -> None:
        number = next(numbers)
        mail.take_mail(office.services, letter_from("mallory@evil.example", number), key=f"k{number}")

    all_at_once(write, 8)
    assert sorted(row.more for row in office.rows(Suggestion)) == [0, 0, 5]


def test_beyond_so_many_a_day_each_answer_makes_room_for_one_and_managers_hear_once(office: Office) -> None:
    with office.services.unit_of_work() as uow:
        for number in range(suggestions.OF_ALL):
            uow.suggestions.add(Suggestion(kind="e-mail", values={"name": f"N{number}"}, at=office.clock.now()))
        uow.commit()
    for number in range(3):
        mail.take_mail(office.services, letter_from(f"p{number}@x.example", number), key=f"k{number}")
    assert [row.status for row in office.rows(Suggestion)[-3:]] == ["held"] * 3
    assert len(questions(office)) == 0
    told = [row.payload["text"] for row in office.waiting("message")]
    assert sum("strangers wrote to us within a day" in one for one in told) == 1
    suggestions.drop(office.services, ALICE.slack_id, 1)
    assert [row.status for row in office.rows(Suggestion)[-3:]] == ["waiting", "held", "held"]
    assert "p0@x.example" in str(questions(office))


def test_a_team_that_answers_everything_at_once_leaves_nothing_held_back(office: Office) -> None:
    with office.services.unit_of_work() as uow:
        for number in range(suggestions.OF_ALL):
            values = {"name": f"N{number}"}
            uow.suggestions.add(Suggestion(kind="e-mail", values=values, at=office.clock.now(), status="dropped"))
        uow.commit()
    mail.take_mail(office.services, letter_from("late@x.example", 1), key="late")
    assert office.rows(Suggestion)[-1].status == "waiting"
