"""From the what-if form to the playbook in force, through Bolt; and what attackers get instead."""

import base64
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from bot import people
from bot.intake.downloads import is_slacks_own
from bot.people import Profile
from bot.playbook import versions
from bot.views import versions as views
from bot.views.whatif import FILE, PERIOD, TEXT, WHATIF
from bot.whatif import trials
from store.models import PlaybookVersion
from tests.factories import PLAYBOOK
from tests.handlers.desk import SMB, Desk, as_json
from tests.nearby import nearby

ALICE, DANA, ERIN, NOBODY = "U0ALICE", "U0DANA", "U0ERIN", "U0NOBODY"
DRAFT = PLAYBOOK.read_text(encoding="utf-8").replace("window_minutes = 15", "window_minutes = 30")
SHORT = """
stages = [{ name = "new" }, { name = "won", kind = "won" }, { name = "lost", kind = "lost" }]
teams = [{ name = "smb", channel = "#leads-smb" }, { name = "enterprise", channel = "#leads-enterprise" }]
routes = [{ name = "all", team = "smb" }]
"""
Json = dict[str, Any]


@pytest.fixture
def desk_of_two(office: Desk) -> Desk:
    """Dana and Erin manage."""
    managers = [Profile(DANA, "Dana", "Europe/Berlin"), Profile(ERIN, "Erin", "Europe/Berlin")]
    people.sync_managers(office.services, managers)
    return office


def window(office: Desk) -> int:
    return office.services.playbook.claims.window_minutes


def upload(office: Desk, text: bytes) -> Json:
    """A file that Dana has put into Slack, as Slack describes it."""
    content = base64.b64encode(text).decode()
    wish = {"user": "dana", "name": "new.toml", "content": content, "channel": SMB}
    with nearby(office.sandbox.url) as http:
        answer = http.post("/sandbox/upload", json=wish)
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["file"])


def submit_file(office: Desk, file: Json, *, user: str = DANA) -> Json:
    body = office.submitted(user, WHATIF, "", **{FILE: "", TEXT: "", PERIOD: "30"})
    body["view"]["state"]["values"][FILE] = {"value": {"type": "file_input", "files": [file]}}
    return as_json(office.send(body).body)


def drafts(office: Desk) -> list[PlaybookVersion]:
    with office.services.reading() as uow:
        return [version for version in uow.playbooks.all() if version.status == "draft"]


def try_all(office: Desk) -> None:
    for number in trials.waiting(office.services):
        trials.try_out(office.services, number)


def test_the_form_opens_for_managers_only(office: Desk) -> None:
    opened = office.slack_was_asked("views.open")
    assert "Only managers" in office.command(ALICE, "/team whatif")
    assert "not in a sales team" in office.command(NOBODY, "/team whatif")
    assert office.slack_was_asked("views.open") == opened
    office.command(DANA, "/team whatif")
    assert office.slack_was_asked("views.open") == opened + 1


def test_a_file_becomes_the_playbook_in_force_once_a_second_manager_approves(desk_of_two: Desk) -> None:
    office = desk_of_two
    answer = submit_file(office, upload(office, DRAFT.encode()))
    assert answer["response_action"] == "update"
    assert "is being tried" in str(answer["view"])
    (draft,) = drafts(office)
    try_all(office)
    assert "Somebody else has to approve" in office.press(DANA, views.APPROVE, str(draft.id), channel=None)
    assert "Asked Erin" in office.press(DANA, views.ASK, str(draft.id), channel=None)
    assert window(office) == 15
    assert "in force from now on" in office.press(ERIN, views.APPROVE, str(draft.id), channel=None)
    assert window(office) == 30
    assert "decided already" in office.press(ERIN, views.APPROVE, str(draft.id), channel=None)
    assert "in force" in office.command(DANA, "/team versions")


def test_pasted_text_and_a_rollback_typed_as_a_command(desk_of_two: Desk) -> None:
    office = desk_of_two
    versions.open_book(office.services, PLAYBOOK.read_text(encoding="utf-8"))
    assert office.submit(DANA, WHATIF, "", **{FILE: "", TEXT: SHORT, PERIOD: "7"}) == {}
    assert "-[hours]" in office.command(DANA, "/team diff 2")
    assert "-[hours]" in office.command(DANA, "/team diff 1 2")
    assert "never in force" in office.command(DANA, "/team rollback 2")


def test_mistakes_come_back_on_the_field_they_are_in(office: Desk) -> None:
    assert "line 4, routes.1.team" in office.submit(DANA, WHATIF, "", **{
        FILE: "", TEXT: SHORT.replace('team = "smb"', 'team = "sme"'), PERIOD: "7"
    })[TEXT]  # fmt: skip
    assert "Choose a file" in office.submit(DANA, WHATIF, "", **{FILE: "", TEXT: "", PERIOD: "7"})[TEXT]
    for period in ("8", "-1", "", "9" * 30):
        assert "periods" in office.submit(DANA, WHATIF, "", **{FILE: "", TEXT: SHORT, PERIOD: period})[PERIOD]
    assert "not valid TOML" in submit_file(office, upload(office, b"= 1"))["errors"][FILE]
    assert drafts(office) == []


@pytest.mark.parametrize(("data", "why"), [
    (b"#" * 100_001, "larger than 100 kB"), (b"#" * 10_000_000, "larger than 100 kB"), (b"\xff\xfe\x00", "UTF-8"),
    (b"<!DOCTYPE html><title>Slack</title>", "files:read"),
], ids=["a byte too many", "10 MB", "no text", "a page"])  # fmt: skip
def test_a_file_that_is_no_playbook_is_refused(office: Desk, data: bytes, why: str) -> None:
    assert why in submit_file(office, upload(office, data))["errors"][FILE]
    assert drafts(office) == []


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, list[str]]]:
    """Another host, and the authorisations that it was shown."""
    shown: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            shown.append(self.headers.get("Authorization", ""))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Listener)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", shown
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_token_goes_to_slack_alone(office: Desk, elsewhere: tuple[str, list[str]]) -> None:
    url, shown = elsewhere
    for address in (
        url,
        f"{url}/files-pri/T0DIBS-F1/download/new.toml",
        "file:///etc/passwd",
        "",
        "http://[",
        "ftp://x",
    ):
        errors = submit_file(office, {"id": "F1", "url_private_download": address})["errors"]
        assert "not kept in Slack" in errors[FILE]
    assert shown == []


@pytest.mark.parametrize("address", [
    "https://slack.com.evil.example/x", "https://evil.example/files.slack.com", "https://files.slack.com@evil.example/",
    "https://user@files.slack.com/", "http://files.slack.com/x", "https://files.slack.com:8443/x",
    "https://evilslack.com/", "https://files.slack.com.evil.example", "//files.slack.com/x", "https://a.files.slack.com/",
])  # fmt: skip
def test_what_only_looks_like_slack_is_another_host(address: str) -> None:
    assert not is_slacks_own(address, "https://slack.com/api/")


def test_slacks_files_are_beside_its_api() -> None:
    for base in ("https://slack.com/api/", "https://www.slack.com/api/"):
        assert is_slacks_own("https://files.slack.com/files-pri/T1-F1/download/new.toml", base)
    assert is_slacks_own("https://files.slack-gov.com/files-pri/T1-F1/x", "https://slack-gov.com/api/")


@pytest.mark.parametrize("user", [ALICE, NOBODY])
def test_nobody_but_a_manager_gets_anywhere(desk_of_two: Desk, user: str) -> None:
    office = desk_of_two
    assert office.submit(DANA, WHATIF, "", **{FILE: "", TEXT: SHORT, PERIOD: "7"}) == {}
    try_all(office)
    number = str(drafts(office)[0].id)
    before, file = office.rows(), upload(office, DRAFT.encode())
    downloads = office.slack_was_asked("url_private")
    assert submit_file(office, file, user=user)["errors"]
    assert office.submit(user, WHATIF, "", **{FILE: "", TEXT: SHORT, PERIOD: "7"})
    for action in (views.ASK, views.DISCARD, views.APPROVE, views.REFUSE):
        assert office.press(user, action, number, channel=None)
    for command in ("versions", "diff 1", "rollback 1", "whatif"):
        office.command(user, f"/team {command}")
    assert office.rows() == before
    assert office.slack_was_asked("url_private") == downloads


@pytest.mark.parametrize("action", [views.ASK, views.DISCARD, views.APPROVE, views.REFUSE])
def test_forged_numbers_change_nothing(office: Desk, action: str) -> None:
    before = office.rows()
    for value in ("0", "-1", "9" * 40, "2147483647", "2147483648", "1;DROP TABLE lead", "٤٢", "", " 1", "\x00", "1.0"):
        told = office.press(DANA, action, value, channel=None)
        assert told not in ("", "[]"), value
        assert "Something went wrong" not in told, value
    for words in ("", "x", "1 2 3", "9" * 40, "-1", "2147483648", "٤", "\x00"):
        for verb in ("diff", "rollback"):
            told = office.command(DANA, f"/team {verb} {words}")
            assert "Something went wrong" not in told, words
    assert office.rows() == before
