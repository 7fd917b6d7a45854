"""Who may do what, and for how long: scopes, membership, deactivated people, deadlines and signatures."""

import threading
from collections.abc import Callable, Iterator

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox import Sandbox
from tests.sandbox.driver import Answering, HttpApp, Json, People, SocketApp, manifest_with, open_socket, running
from tests.sandbox.test_web_api import refused

SMB = "C0LEADSSMB"
OpenSocket = Callable[[Answering], SocketApp]
NEEDED: list[tuple[str, Json, str]] = [
    ("chat.postMessage", {"channel": SMB, "text": "x"}, "chat:write"),
    ("chat.postEphemeral", {"channel": SMB, "user": "U0ALICE", "text": "x"}, "chat:write"),
    ("chat.update", {"channel": SMB, "ts": "1.000000", "text": "x"}, "chat:write"),
    ("chat.delete", {"channel": SMB, "ts": "1.000000"}, "chat:write"),
    ("reactions.add", {"channel": SMB, "timestamp": "1.000000", "name": "eyes"}, "reactions:write"),
    ("conversations.open", {"users": "U0ALICE"}, "im:write"),
    ("conversations.info", {"channel": SMB}, "channels:read"),
    ("conversations.list", {}, "channels:read"),
    ("conversations.list", {"types": "private_channel"}, "groups:read"),
    ("conversations.members", {"channel": SMB}, "channels:read"),
    ("conversations.history", {"channel": SMB}, "channels:history"),
    ("conversations.replies", {"channel": SMB, "ts": "1.000000"}, "channels:history"),
    ("conversations.join", {"channel": SMB}, "channels:join"),
    ("reactions.remove", {"channel": SMB, "timestamp": "1.000000", "name": "eyes"}, "reactions:write"),
    ("reactions.get", {"channel": SMB, "timestamp": "1.000000"}, "reactions:read"),
    ("files.getUploadURLExternal", {"filename": "a", "length": 1}, "files:write"),
    ("files.completeUploadExternal", {"files": []}, "files:write"),
    ("files.info", {"file": "F1"}, "files:read"),
    ("files.list", {}, "files:read"),
    ("files.delete", {"file": "F1"}, "files:write"),
    ("users.lookupByEmail", {"email": "a@b.example"}, "users:read.email"),
    ("users.info", {"user": "U0ALICE"}, "users:read"),
    ("users.list", {}, "users:read"),
    ("team.info", {}, "team:read"),
    ("bots.info", {}, "users:read"),
]


@pytest.fixture(scope="module")
def scopeless() -> Iterator[WebClient]:
    with running(manifest_with("incoming-webhook")) as (_, _, client):
        yield client


@pytest.mark.parametrize(("method", "args", "scope"), NEEDED, ids=[f"{each[0]} {each[2]}" for each in NEEDED])
def test_each_method_names_the_scope_it_needs_and_those_there_are(
    scopeless: WebClient, method: str, args: Json, scope: str
) -> None:
    with pytest.raises(SlackApiError) as caught:
        scopeless.api_call(method, json=args)
    answer = caught.value.response
    assert (answer["error"], answer["needed"], answer["provided"]) == ("missing_scope", scope, "incoming-webhook")


def test_another_name_and_picture_need_a_scope_of_their_own() -> None:
    with running(manifest_with("chat:write")) as (_, _, client):
        assert refused(lambda: client.chat_postMessage(channel=SMB, text="x", username="Santa")) == "missing_scope"
    with running(manifest_with("chat:write", "chat:write.customize")) as (_, _, client):
        posted = client.chat_postMessage(channel=SMB, text="x", username="Santa")
        assert posted["message"]["username"] == "Santa"


def test_events_and_commands_reach_only_an_app_that_may_have_them() -> None:
    with running(manifest_with("chat:write")) as (_, people, _):
        people.does("message", user="alice", channel=SMB, text="hello")
        assert people.log("event_callback") == []
        assert "not a command" in people.cannot("command", user="alice", channel=SMB, command="/lead")


PRIVATE = """
[team]
id = "T1"
name = "Team"
domain = "team"
[app]
id = "A1"
name = "App"
user_id = "U0BOT"
user_name = "bot"
bot_id = "B1"
bot_token = "xoxb-1"
app_token = "xapp-1"
signing_secret = "s"
verification_token = "v"
[[users]]
id = "U0ANN"
name = "ann"
real_name = "Ann Lee"
tz = "UTC"
[[users]]
id = "U0GONE"
name = "gone"
real_name = "Gone Girl"
tz = "UTC"
deleted = true
[[channels]]
id = "C1SECRET"
name = "secret"
is_private = true
members = ["ann"]
[[channels]]
id = "C1OLD"
name = "old"
is_archived = true
members = ["ann", "bot"]
[[channels]]
id = "C1OPEN"
name = "open"
members = ["ann", "bot", "gone"]
"""


@pytest.fixture
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebClient]:
    seed = tmp_path_factory.mktemp("seed") / "team.toml"
    seed.write_text(PRIVATE, encoding="utf-8")
    sandbox = Sandbox(seed)
    sandbox.start()
    yield WebClient(sandbox.bot_token, base_url=sandbox.api_url, retry_handlers=[])
    sandbox.stop()


def test_a_private_channel_does_not_exist_for_an_app_that_is_not_in_it(team: WebClient) -> None:
    calls = [
        lambda: team.chat_postMessage(channel="C1SECRET", text="x"),
        lambda: team.conversations_info(channel="C1SECRET"),
        lambda: team.conversations_history(channel="C1SECRET"),
        lambda: team.conversations_members(channel="C1SECRET"),
        lambda: team.conversations_join(channel="C1SECRET"),
    ]
    assert {refused(call) for call in calls} == {"channel_not_found"}
    listed = team.conversations_list(types="public_channel,private_channel")["channels"]
    assert [each["name"] for each in listed] == ["old", "open"]
    assert refused(lambda: team.chat_postMessage(channel="C1OLD", text="x")) == "is_archived"


def test_nobody_writes_to_someone_who_has_left(team: WebClient) -> None:
    assert refused(lambda: team.conversations_open(users="U0GONE")) == "user_disabled"
    assert refused(lambda: team.chat_postMessage(channel="U0GONE", text="x")) == "user_disabled"
    assert refused(lambda: team.chat_postMessage(channel="D0GONE", text="x")) == "user_disabled"
    whisper = lambda: team.chat_postEphemeral(channel="C1OPEN", user="U0GONE", text="x")  # noqa: E731
    assert refused(whisper) == "user_not_in_channel"
    assert team.conversations_members(channel="C1OPEN")["members"] == ["U0ANN", "U0BOT"]
    gone = team.users_info(user="U0GONE")["user"]
    assert gone["deleted"] is True
    assert "tz" not in gone


def test_a_deactivated_person_is_told_of_and_can_do_nothing(people: People, client: WebClient) -> None:
    dm = client.conversations_open(users="U0BOB")["channel"]["id"]
    assert people.does("user", user="bob", deleted=True)["acked"] is None
    assert "deactivated" in people.cannot("message", user="bob", channel=SMB, text="hello")
    assert refused(lambda: client.chat_postMessage(channel=dm, text="x")) == "user_disabled"
    people.does("user", user="bob", deleted=False)
    assert client.chat_postMessage(channel=dm, text="x")["ok"]


def test_an_app_hears_of_a_new_time_zone_when_it_asked_to() -> None:
    manifest = manifest_with("users:read", events=("user_change",))
    with running(manifest) as (sandbox, people, _), open_socket(sandbox, lambda _: {}) as app:
        assert people.does("user", user="carol", tz="America/Denver")["acked"] is True
        (payload,) = app.events()
        event = payload["event"]
        assert (event["type"], event["user"]["id"], event["user"]["tz"]) == ("user_change", "U0CAROL", "America/Denver")
        assert "no time zone" in people.cannot("user", user="carol", tz="Mars/Base")


def test_an_ephemeral_can_be_neither_changed_nor_deleted_and_is_gone_after_a_reload(
    client: WebClient, people: People
) -> None:
    ts = str(client.chat_postEphemeral(channel=SMB, user="U0ALICE", text="psst")["message_ts"])
    assert refused(lambda: client.chat_update(channel=SMB, ts=ts, text="x")) == "message_not_found"
    assert refused(lambda: client.chat_delete(channel=SMB, ts=ts)) == "message_not_found"
    assert refused(lambda: client.reactions_add(channel=SMB, timestamp=ts, name="eyes")) == "message_not_found"
    later = client.chat_postMessage(channel=SMB, text="card")["ts"]
    reloaded = people.sees(f"messages/{SMB}", **{"as": "alice", "ephemeral_since": later})["messages"]
    assert [each["text"] for each in reloaded] == ["card"]


def test_an_ack_that_is_too_late_on_the_workspace_clock_is_too_late() -> None:
    asked, said = threading.Event(), []
    with running() as (sandbox, people, _), open_socket(sandbox, lambda _: asked.set()):
        ask = {"user": "alice", "channel": SMB, "command": "/lead"}
        thread = threading.Thread(target=lambda: said.append(people.does("command", **ask)))
        thread.start()
        assert asked.wait(5)
        people.does("clock", advance=3)
        thread.join()
        assert said[0]["acked"] is False
        (told,) = people.reads(SMB, "alice")
        assert "operation_timeout" in told["text"]


@pytest.mark.parametrize("kind", ["stale_signature", "bad_signature"])
def test_a_signature_that_is_too_old_or_wrong_is_for_the_app_to_refuse(
    http_app: HttpApp, people: People, kind: str
) -> None:
    ask = {"user": "alice", "channel": SMB, "command": "/lead"}
    people.faults("http", kind)
    assert people.does("command", **ask)["acked"] is False
    assert people.log("command")[-1]["status"] == 401
    assert people.does("command", **ask)["acked"] is True


def test_a_signature_is_good_by_the_real_clock_whatever_the_workspace_thinks(http_app: HttpApp, people: People) -> None:
    people.does("clock", advance=86_400)
    assert people.does("command", user="alice", channel=SMB, command="/lead")["acked"] is True
