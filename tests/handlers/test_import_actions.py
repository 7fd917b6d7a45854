"""Files of leads through the real Bolt app and a real workspace: dropped, looked at, imported, and by nobody else."""

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlmodel import col, select

from bot.importing import drafts as imports
from bot.importing import work as import_work
from bot.views import imports as views
from store.models import Import, Lead, OutboxRow
from tests.handlers.desk import SMB, Desk, Json
from tests.nearby import nearby
from tests.world import eventually

ALICE, BOB, DANA, ERIN = "U0ALICE", "U0BOB", "U0DANA", "U0ERIN"
CONFERENCE = Path(__file__).parents[2] / "samples" / "conference.csv"
MINE, STRANGER = "somebody else's", "not in a sales team yet"


def act(office: Desk, what: str, **body: Any) -> Json:
    with nearby(office.sandbox.url) as http:
        answer = http.post(f"/sandbox/{what}", json=body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def dropped(office: Desk, user: str = ALICE, *, name: str = "conference.csv", data: bytes = b"") -> Json:
    """The file in the channel, as Slack tells the app of it."""
    content = base64.b64encode(data or CONFERENCE.read_bytes()).decode()
    file = act(office, "upload", user=user.removeprefix("U0").lower(), channel=SMB, name=name, content=content)["file"]
    return {"file_id": file["id"], "user_id": user, "channel_id": SMB}


def jobs(office: Desk) -> list[Import]:
    with office.services.reading() as uow:
        return list(uow.session.exec(select(Import).order_by(col(Import.id))))


def given(office: Desk) -> int:
    office.event("file_shared", **dropped(office))
    return jobs(office)[-1].id or 0


@pytest.fixture
def job(office: Desk) -> str:
    """A file of Alice's that waits to be looked at."""
    import_id = given(office)
    imports.look(office.services, ALICE, import_id)
    return str(import_id)


def test_whoever_drops_a_file_is_asked_privately(office: Desk) -> None:
    before = office.count_told()
    assert office.event("file_shared", **dropped(office)).status == 200
    told = office.told(before)
    assert "conference.csv: 16 rows. Shall I read it as leads?" in told
    assert views.LOOK in told


def test_a_file_is_asked_about_once_however_often_slack_tells(office: Desk) -> None:
    event = dropped(office)
    for _ in range(2):
        office.event("file_shared", **event)
    assert len(jobs(office)) == 1


@pytest.mark.parametrize(("user", "name"), [(ERIN, "conference.csv"), (ALICE, "party.png"), (ALICE, "notes.docx")])
def test_files_of_strangers_and_other_files_are_nobodys_business(office: Desk, user: str, name: str) -> None:
    before = office.rows()
    event = {**dropped(office, name=name), "user_id": user}
    assert office.event("file_shared", **event).status == 200
    assert office.rows() == before


def test_a_file_too_slow_to_fetch_is_fetched_when_somebody_looks(office: Desk) -> None:
    event = dropped(office)
    file = {"id": event["file_id"], "name": "conference.csv"}
    answer = httpx.get(f"{office.sandbox.url}/sandbox/state", trust_env=False)
    assert answer.status_code == 200
    import_id = imports.offer(office.services, ALICE, file, None, channel=SMB, key="slow")
    assert import_id is not None
    assert imports.content_of(office.services, import_id) is None
    imports.keep_content(office.services, import_id, CONFERENCE.read_bytes())
    assert imports.look(office.services, ALICE, import_id).rows == 16


def test_the_form_asks_about_each_column_and_then_shows_what_would_come_of_it(office: Desk, job: str) -> None:
    body = office.submitted(ALICE, views.COLUMNS, f"{job}:0", mode="auto", source="fair", consent="file")
    answer = office.send(body)
    assert '"response_action": "update"' in answer.body or '"response_action":"update"' in answer.body


def test_import_starts_it(office: Desk, job: str) -> None:
    assert office.submit(ALICE, views.PREVIEW, job) == {}
    assert jobs(office)[0].status == "running"
    while due := import_work.due(office.services):
        for import_id in due:
            import_work.advance(office.services, import_id)
    with office.services.reading() as uow:
        assert len(uow.session.exec(select(Lead)).all()) == 13
    assert "13 rows" not in office.press(ALICE, views.FAILED, job)
    assert "is being taken back" in office.press(DANA, views.UNDO, job)


ENTRIES: dict[str, Callable[[Desk, str, str], str]] = {
    "look": lambda office, user, job: office.press(user, views.LOOK, job),
    "change": lambda office, user, job: office.press(user, views.CHANGE, job),
    "columns": lambda office, user, job: str(office.submit(user, views.COLUMNS, f"{job}:0", mode="auto")),
    "import": lambda office, user, job: str(office.submit(user, views.PREVIEW, job, mode="auto")),
    "failed rows": lambda office, user, job: office.press(user, views.FAILED, job),
    "undo": lambda office, user, job: office.press(user, views.UNDO, job),
}  # fmt: skip


@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize(("user", "refusal"), [(BOB, MINE), (ERIN, STRANGER)])
def test_nobody_else_gets_at_a_file(office: Desk, job: str, entry: str, user: str, refusal: str) -> None:
    before = office.rows()
    views_before = office.slack_was_asked("views.open")
    assert refusal in ENTRIES[entry](office, user, job)
    assert office.rows() == before
    assert office.slack_was_asked("views.open") == views_before


@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize("number", ["0", "-1", "99999999999", "1;DROP", "", "x"])
def test_forged_numbers_change_nothing(office: Desk, job: str, entry: str, number: str) -> None:
    before = office.rows()
    assert ENTRIES[entry](office, ALICE, number)
    assert office.rows() == before


@pytest.mark.parametrize("command", ["/lead import", "/lead paste"])
def test_forms_open_for_reps_and_not_for_strangers(office: Desk, command: str) -> None:
    opened = office.slack_was_asked("views.open")
    assert STRANGER in office.command(ERIN, command)
    assert office.slack_was_asked("views.open") == opened


def test_pasted_lines_are_looked_at_like_a_file(office: Desk) -> None:
    text = "Jane Doe, Acme, jane@acme.example, +49 30 901820\nTom Ford, Lake Ltd, tom@lake.example"
    assert office.submit(ALICE, views.PASTE, "", text=text) == {}
    (job,) = jobs(office)
    found = imports.preview(office.services, ALICE, job.id or 0)
    assert found.counts["new"] == 2
    assert STRANGER in str(office.submit(ERIN, views.PASTE, "", text=text))
    assert "at least one line" in str(office.submit(ALICE, views.PASTE, "", text=" "))


def test_my_leads_are_shown_to_reps_and_not_to_strangers(office: Desk, job: str) -> None:
    assert STRANGER in office.press(ERIN, views.MINE, job)


def test_a_form_without_a_file_says_so(office: Desk) -> None:
    assert office.submit(ALICE, views.NEW_FILE, "", file="") == {"file": "Choose a file."}


def test_the_card_is_left_to_be_said(office: Desk, job: str) -> None:
    office.submit(ALICE, views.PREVIEW, job)

    def waits() -> bool | None:
        with office.services.reading() as uow:
            return uow.session.exec(select(OutboxRow).where(OutboxRow.kind == "import")).first() is not None or None

    assert eventually(waits, "the card")
