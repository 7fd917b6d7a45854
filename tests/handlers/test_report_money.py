"""Spend and goals through the real Bolt app and a real workspace: typed, pressed, dropped as a file, and refused."""

import base64
import re
from pathlib import Path

import pytest
from sqlmodel import col, select

from bot.views import goals as goal_views
from bot.views import spend as views
from store.models import Goal, Spend
from tests.handlers.desk import SMB, Desk, as_json, written
from tests.handlers.test_import_actions import act, dropped

ALICE, DANA, ERIN = "U0ALICE", "U0DANA", "U0ERIN"
MANAGERS, STRANGER = "Only managers can do this", "not in a sales team yet"
GOOD = b"""source,campaign,from,to,amount,currency
website,spring,2026-11-01,2026-11-10,"1,200.50",EUR
fair,,october 2026,,800,
"""
BAD = b"""source,campaign,from,to,amount,currency
website,spring,2026-11-01,2026-11-10,1200,EUR
fair,,whenever,,800,
,,2026-11-01,,5,EUR
website,spring,2026-11-01,2026-11-10,1200,EUR
"""


def spends(office: Desk) -> list[tuple[str, str, int, bool]]:
    with office.services.reading() as uow:
        found = uow.session.exec(select(Spend).order_by(col(Spend.id)))
        return [(one.source, one.campaign, one.cents, one.withdrawn_at is None) for one in found]


def test_spend_is_written_down_listed_and_withdrawn(office: Desk) -> None:
    told = office.command(DANA, "/report spend webinar 2,500 november campaign spring")
    assert "Wrote down 2,500 EUR for webinar, campaign spring, November 2026." in told
    assert "No lead has come from webinar so far." in told
    assert "1. 2,500 EUR for webinar, campaign spring, November 2026 (Dana)" in office.command(DANA, "/report spend")
    assert "Withdrew number 1" in office.press(DANA, views.UNDO, "1")
    assert "was withdrawn already" in office.command(DANA, "/report spend undo 1")
    assert spends(office) == [("webinar", "spring", 250_000, False)]


def test_the_same_spend_counts_once_until_it_is_withdrawn(office: Desk) -> None:
    for _ in range(2):
        told = office.command(DANA, "/report spend webinar 2,500 november")
    assert "written down already, as number 1" in told
    office.command(DANA, "/report spend undo 1")
    assert "Wrote down" in office.command(DANA, "/report spend webinar 2,500 november")
    assert [is_there for *_, is_there in spends(office)] == [False, True]


def test_what_is_not_understood_comes_with_an_example(office: Desk) -> None:
    told = office.command(DANA, "/report spend webinar november")
    assert "cannot read this as one amount" in told
    assert "Example: /report spend webinar 2,500 november campaign spring" in told
    assert "There is no spend with the number 7" in office.command(DANA, "/report spend undo 7")


def test_goals_are_set_listed_and_ended(office: Desk) -> None:
    assert "20 mqls per week, team smb" in office.command(DANA, "/report goal 20 mqls a week team:smb")
    assert "5 won per month, Alice" in office.command(DANA, "/report goal 5 wins a month <@U0ALICE|somebody>")
    assert "1. 20 mqls per week, team smb" in office.command(ALICE, "/report goal")
    assert "Ended goal 1" in office.press(DANA, goal_views.END, "1")
    assert "Ended goal 2" in office.command(DANA, "/report goal end 2")
    with office.services.reading() as uow:
        assert {one.ended_at is None for one in uow.session.exec(select(Goal))} == {False}


@pytest.mark.parametrize(("user", "refusal"), [(ALICE, MANAGERS), (ERIN, STRANGER)])
def test_money_is_for_managers(office: Desk, user: str, refusal: str) -> None:
    office.command(DANA, "/report spend webinar 2,500 november")
    office.command(DANA, "/report goal 20 mqls a week")
    before, opened = office.rows(), office.slack_was_asked("views.open")
    for words in ("spend", "spend fair 5 november", "spend undo 1", "spend file", "goal 9 mqls a week", "goal end 1"):
        assert refusal in office.command(user, f"/report {words}"), words
    for action_id, value in (
        (views.UNDO, "1"), (views.UNDO_FILE, "1"), (views.TAKE, "F1"), (views.OPEN_FILE, "file"), (goal_views.END, "1"),
    ):  # fmt: skip
        assert refusal in office.press(user, action_id, value), action_id
    assert refusal in str(office.submit(user, views.SPEND_FILE, "", **{views.FILE: ""}))
    assert (office.rows(), office.slack_was_asked("views.open")) == (before, opened)


@pytest.mark.parametrize("value", ["0", "-1", "9" * 15, "x", "", "F", "F0NOSUCH", "../etc", "1;DROP TABLE spend"])
def test_forged_buttons_change_nothing(office: Desk, value: str) -> None:
    office.command(DANA, "/report spend webinar 2,500 november")
    before = office.rows()
    for action_id in (views.UNDO, views.UNDO_FILE, views.TAKE, goal_views.END):
        told = office.press(DANA, action_id, value)
        assert told
        assert "went wrong" not in told
    assert office.rows() == before


# --- files


def drop(office: Desk, data: bytes, user: str = DANA, name: str = "spend.csv") -> str:
    before = office.count_told()
    assert office.event("file_shared", **dropped(office, user, name=name, data=data)).status == 200
    return office.told(before)


def test_a_file_that_is_dropped_is_written_down_when_its_owner_says_so(office: Desk) -> None:
    told = drop(office, GOOD)
    assert "looks like spend: 2 lines, 2,000.50 EUR" in told
    assert spends(office) == []
    file_id = str(re.findall(r'"value": "(F[A-Z0-9]+)"', told)[0])
    assert "Only whoever gave this file" not in office.press(DANA, views.TAKE, file_id)
    assert spends(office) == [("website", "spring", 120_050, True), ("fair", "", 80_000, True)]
    assert "All of spend.csv is written down already" in office.press(DANA, views.TAKE, file_id)
    assert "Withdrew 2 lines of spend" in office.press(DANA, views.UNDO_FILE, "1")
    assert {is_there for *_, is_there in spends(office)} == {False}


def test_of_a_file_with_bad_lines_nothing_is_taken_and_each_is_told(office: Desk) -> None:
    told = drop(office, BAD)
    assert "I took nothing from spend.csv: 3 lines cannot be read." in told
    for words in ("Line 3: “whenever” is no day", "Line 4: Name the source", "Line 5: This is the same as line 2."):
        assert words in told
    assert spends(office) == []


def test_what_was_written_down_before_is_left_out(office: Desk) -> None:
    office.command(DANA, "/report spend fair 800 2026-10")
    file_id = str(re.findall(r'"value": "(F[A-Z0-9]+)"', drop(office, GOOD))[0])
    told = office.press(DANA, views.TAKE, file_id)
    assert "Wrote down 1 line of spend from spend.csv: 1,200.50 EUR." in told
    assert "1 other line had been written down before." in told


def test_a_reps_file_of_spend_is_not_spend(office: Desk) -> None:
    """They are asked whether these are leads, as about any table."""
    assert "looks like spend" not in drop(office, GOOD, ALICE)
    assert spends(office) == []


def test_a_file_of_leads_is_still_one(office: Desk) -> None:
    assert "looks like spend" not in drop(office, Path("samples/conference.csv").read_bytes(), name="conference.csv")


def test_a_file_of_somebody_else_is_theirs(office: Desk) -> None:
    file = dropped(office, ALICE, name="spend.csv", data=GOOD)
    assert "Only whoever gave this file" in office.press(DANA, views.TAKE, str(file["file_id"]))


def test_a_file_in_the_form_is_written_down_at_once(office: Desk) -> None:
    opened = office.slack_was_asked("views.open")
    office.command(DANA, "/report spend file")
    office.press(DANA, views.OPEN_FILE, "file")
    assert office.slack_was_asked("views.open") == opened + 2
    assert "Wrote down 2 lines of spend" in submit(office, "spend.csv", GOOD)
    assert len(spends(office)) == 2
    assert "All of spend.csv is written down already" in submit(office, "spend.csv", GOOD)
    assert "has no column from and no column amount" in submit(office, "spend.csv", b"source,sum\nfair,5\n")
    assert "Choose a .csv" in submit(office, "spend.pdf", GOOD)


def submit(office: Desk, name: str, data: bytes) -> str:
    """Chosen in the form's field; what the form shows then."""
    found = act(office, "upload", user="dana", channel=SMB, name=name,
                content=base64.b64encode(data).decode())["file"]  # fmt: skip
    body = office.submitted(DANA, views.SPEND_FILE, "", **{views.FILE: ""})
    body["view"]["state"]["values"][views.FILE] = {"value": {"type": "file_input", "files": [found]}}
    answer = as_json(office.send(body).body)
    return written(answer.get("view", {})) + str(answer.get("errors", ""))
