"""Files: the app's upload in three steps, what people upload, downloads and the login page, reactions beside them."""

import base64
from collections.abc import Iterator

import httpx
import pytest
from slack_sdk import WebClient

from bot.sandbox import Sandbox
from bot.sandbox.limits import FILE_BYTES
from tests.sandbox.driver import Json, People, SocketApp, manifest_with, open_socket, running
from tests.sandbox.test_web_api import refused

SMB = "C0LEADSSMB"
SCOPES = (
    "chat:write",
    "files:write",
    "files:read",
    "im:write",
    "channels:history",
    "reactions:write",
    "reactions:read",
)
EVENTS = ("file_shared", "message.channels", "reaction_added", "reaction_removed")
CSV = b"name,company\nAda,Acme\n"


class Office:
    """A sandbox whose app may use files, with a socket that acknowledges everything."""

    def __init__(self, sandbox: Sandbox, people: People, client: WebClient, app: SocketApp) -> None:
        self.sandbox, self.people, self.client, self.app = sandbox, people, client, app

    def events(self, kind: str) -> list[Json]:
        found = [payload["event"] for payload in self.app.events()]
        return [event for event in found if event["type"] == kind]

    def download(self, url: str, token: str | None = None) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token or self.sandbox.bot_token}"}
        return self.people.http.get(url, headers=headers)

    def give(self, name: str = "leads.csv", data: bytes = CSV, **where: str) -> Json:
        content = base64.b64encode(data).decode()
        return self.people.does("upload", user="alice", name=name, content=content, **where)


@pytest.fixture
def office() -> Iterator[Office]:
    manifest = manifest_with(*SCOPES, events=EVENTS)
    with running(manifest) as (sandbox, people, client), open_socket(sandbox, lambda _: {}) as app:
        yield Office(sandbox, people, client, app)


def test_the_sdk_uploads_a_file_in_three_steps_into_a_thread(office: Office) -> None:
    ts = str(office.client.chat_postMessage(channel=SMB, text="card")["ts"])
    answer = office.client.files_upload_v2(
        content=CSV.decode(), filename="leads.csv", title="Leads", channel=SMB, thread_ts=ts, initial_comment="Here"
    )
    (file,) = answer["files"]
    assert (file["name"], file["title"], file["size"]) == ("leads.csv", "Leads", len(CSV))
    assert "shares" not in file
    message = office.people.reads(SMB, "bob")[-1]
    assert (message["text"], message["thread_ts"], message["files"][0]["id"]) == ("Here", ts, file["id"])
    known = office.client.files_info(file=file["id"])["file"]
    assert known["shares"]["public"][SMB][0]["ts"] == message["ts"]
    assert (known["channels"], known["mimetype"]) == ([SMB], "text/csv")
    assert office.download(known["url_private_download"]).content == CSV
    (event,) = office.events("file_shared")
    assert (event["file_id"], event["user_id"], event["channel_id"]) == (file["id"], "U0DIBS", SMB)


def test_an_upload_without_a_channel_is_private_to_the_app(office: Office) -> None:
    (file,) = office.client.files_upload_v2(content="x", filename="x.txt")["files"]
    assert [each["id"] for each in office.client.files_list()["files"]] == [file["id"]]
    assert office.people.reads(SMB, "alice") == []
    assert office.people.http.get(f"/sandbox/files/{file['id']}", params={"as": "alice"}).status_code == 400
    office.client.files_delete(file=file["id"])
    assert refused(lambda: office.client.files_info(file=file["id"])) == "file_not_found"


def test_each_step_of_an_upload_depends_on_the_one_before(office: Office) -> None:
    client, http = office.client, office.people.http
    first = client.files_getUploadURLExternal(filename="a.txt", length=3)
    unfilled: list[dict[str, str | None]] = [{"id": str(first["file_id"])}]
    assert refused(lambda: client.files_completeUploadExternal(files=unfilled)) == "file_not_found"
    assert http.post(str(first["upload_url"]), content=b"four").status_code == 400
    second = client.files_getUploadURLExternal(filename="a.txt", length=3)
    assert http.post(str(second["upload_url"]), content=b"abc").text == "OK - 3"
    assert http.post(str(second["upload_url"]), content=b"abc").status_code == 400
    filled: list[dict[str, str | None]] = [{"id": str(second["file_id"]), "title": "A"}]
    elsewhere = lambda: client.files_completeUploadExternal(files=filled, channel_id="C0RANDOM")  # noqa: E731
    assert refused(elsewhere) == "not_in_channel"
    assert client.files_completeUploadExternal(files=filled, channel_id=SMB)["ok"]


def test_a_file_has_a_largest_size(office: Office) -> None:
    def announce(length: int) -> object:
        return office.client.files_getUploadURLExternal(filename="a.bin", length=length)

    announce(FILE_BYTES)
    assert refused(lambda: announce(FILE_BYTES + 1)) == "file_upload_size_restricted"
    assert refused(lambda: announce(0)) == "invalid_arguments"


def test_a_person_uploads_a_file_and_the_app_hears_and_reads_it(office: Office) -> None:
    given = office.give(channel=SMB, comment="Please import", mimetype="text/csv")
    (event,) = office.events("file_shared")
    assert set(event) == {"type", "file_id", "user_id", "file", "channel_id", "event_ts"}
    (message,) = office.events("message")
    assert (message["subtype"], message["text"], message["files"][0]["name"]) == (
        "file_share",
        "Please import",
        "leads.csv",
    )
    file = office.client.files_info(file=event["file_id"])["file"]
    assert (file["user"], file["size"]) == ("U0ALICE", len(CSV))
    assert office.download(file["url_private"]).content == CSV
    assert given["ts"] == office.people.reads(SMB, "bob")[-1]["ts"]
    seen = office.people.http.get(f"/sandbox/files/{file['id']}", params={"as": "bob"})
    assert (seen.content, seen.headers["content-disposition"]) == (CSV, "attachment")
    assert office.people.http.get(f"/sandbox/files/{file['id']}", params={"as": "erin"}).status_code == 400


def test_a_person_may_upload_as_a_form_does(office: Office) -> None:
    answer = office.people.http.post(
        "/sandbox/upload",
        data={"user": "alice", "channel": SMB},
        files={"file": ("a.png", bytes(range(256)) * 4 + b"\r\n", "image/png")},
    )
    file = answer.json()["file"]
    assert (file["name"], file["mimetype"], file["size"]) == ("a.png", "image/png", 1026)


@pytest.mark.parametrize(
    ("wish", "reason"),
    [
        ({"user": "alice", "name": "a", "content": "***"}, "base64"),
        ({"user": "alice", "name": "a", "content": ""}, "empty"),
        ({"user": "alice", "content": "eA=="}, "name"),
        ({"user": "erin", "name": "a", "content": "eA==", "channel": SMB}, "not in"),
        ({"user": "alice", "name": "a", "content": "eA==", "channel": SMB, "thread_ts": "1.0"}, "no such thread"),
    ],
)
def test_an_upload_nobody_could_make_is_refused_with_the_reason(office: Office, wish: Json, reason: str) -> None:
    assert reason in office.people.cannot("upload", **wish)


def test_a_download_without_the_right_token_is_a_login_page(office: Office) -> None:
    url = office.give(channel=SMB)["file"]["url_private_download"]
    page = office.download(url, "xoxb-other")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert page.text.startswith("<!DOCTYPE html>")
    assert office.people.http.get(url).text == page.text


def test_a_download_without_the_scope_is_a_login_page_too() -> None:
    with running(manifest_with("chat:write", "files:write")) as (sandbox, people, client):
        office = Office(sandbox, people, client, SocketApp(None, lambda _: {}))  # type: ignore[arg-type]
        url = office.give(channel=SMB)["file"]["url_private_download"]
        assert office.download(url).text.startswith("<!DOCTYPE html>")
        assert refused(lambda: client.files_info(file="F1")) == "missing_scope"


def test_a_file_the_app_cannot_see_does_not_exist_for_it(office: Office) -> None:
    file = office.give(channel="random")["file"]
    assert refused(lambda: office.client.files_info(file=file["id"])) == "file_not_found"
    assert office.download(file["url_private_download"]).text.startswith("<!DOCTYPE html>")
    mine = office.give()["file"]
    assert refused(lambda: office.client.files_delete(file=mine["id"])) == "file_not_found"
    shared = office.give(channel=SMB)["file"]
    assert refused(lambda: office.client.files_delete(file=shared["id"])) == "cant_delete_file"


def test_people_and_the_app_react_and_the_app_hears_of_it(office: Office) -> None:
    ts = str(office.client.chat_postMessage(channel=SMB, text="card")["ts"])
    wish = {"user": "alice", "channel": SMB, "ts": ts, "name": "eyes"}
    assert office.people.does("react", **wish)["added"] is True
    office.client.reactions_add(channel=SMB, timestamp=ts, name="eyes")
    (reaction,) = office.client.reactions_get(channel=SMB, timestamp=ts)["message"]["reactions"]
    assert (reaction["users"], reaction["count"]) == (["U0ALICE", "U0DIBS"], 2)
    assert office.people.does("react", **wish)["added"] is False
    office.client.reactions_remove(channel=SMB, timestamp=ts, name="eyes")
    again = lambda: office.client.reactions_remove(channel=SMB, timestamp=ts, name="eyes")  # noqa: E731
    assert refused(again) == "no_reaction"
    assert refused(lambda: office.client.reactions_add(channel=SMB, timestamp=ts, name="No!")) == "invalid_name"
    assert "reactions" not in office.people.reads(SMB, "alice")[0]
    added = office.events("reaction_added")[0]
    assert (added["user"], added["reaction"], added["item"]["ts"]) == ("U0ALICE", "eyes", ts)
    assert office.events("reaction_removed")[0]["user"] == "U0ALICE"
    assert "not in" in office.people.cannot("react", **wish | {"user": "erin"})
    assert "not the name" in office.people.cannot("react", **wish | {"name": "<b>"})
