"""The Web API as slack_sdk's own client uses it."""

import urllib.request
from collections.abc import Callable

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox import Sandbox
from tests.sandbox.driver import Json, People, actions, button

SMB = "C0LEADSSMB"


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(SlackApiError) as caught:
        call()
    return str(caught.value.response["error"])


def test_auth_test_tells_who_the_app_is_and_what_it_may_do(client: WebClient) -> None:
    answer = client.auth_test()
    assert answer["user_id"] == "U0DIBS"
    assert answer["bot_id"] == "B0DIBS"
    assert "chat:write" in answer.headers["x-oauth-scopes"].split(",")
    assert "channels:read" in answer.headers["x-oauth-scopes"].split(",")
    assert "date" in {name.lower() for name in answer.headers}


@pytest.mark.parametrize(("token", "error"), [("", "not_authed"), ("xoxb-other", "invalid_auth")])
def test_a_call_without_the_right_token_is_refused(sandbox: Sandbox, token: str, error: str) -> None:
    assert refused(lambda: WebClient(token, base_url=sandbox.api_url).auth_test()) == error


def test_each_token_is_good_for_its_own_methods_only(sandbox: Sandbox, client: WebClient) -> None:
    app_level = WebClient(sandbox.app_token, base_url=sandbox.api_url)
    assert refused(app_level.auth_test) == "not_allowed_token_type"
    bot_token = sandbox.bot_token
    assert refused(lambda: client.apps_connections_open(app_token=bot_token)) == "not_allowed_token_type"


def test_an_unknown_method_is_refused_and_remembered(client: WebClient, people: People) -> None:
    assert refused(lambda: client.api_call("chat.shout")) == "unknown_method"
    assert people.sees("state")["unknown_methods"] == ["chat.shout"]


def test_arguments_may_come_as_json_form_or_query(sandbox: Sandbox) -> None:
    headers = {"Authorization": f"Bearer {sandbox.bot_token}"}
    blocks = '[{"type": "divider"}]'
    with httpx.Client(base_url=sandbox.api_url, headers=headers, trust_env=False) as http:
        said = {"channel": SMB, "text": "hello", "blocks": blocks}
        answers = [
            http.post("chat.postMessage", json=said),
            http.post("chat.postMessage", data=said),
            http.post("chat.postMessage", params=said),
            http.get("chat.postMessage", params=said),
        ]
    assert [answer.json()["message"]["blocks"][0]["type"] for answer in answers] == ["divider"] * 4


def test_a_token_may_be_an_argument_and_never_reaches_the_log(sandbox: Sandbox, people: People) -> None:
    answer = people.http.post("/api/auth.test", data={"token": sandbox.bot_token})
    assert answer.json()["ok"] is True
    assert sandbox.bot_token not in str(people.log("api"))


def test_a_message_is_posted_changed_and_deleted(client: WebClient, people: People) -> None:
    posted = client.chat_postMessage(channel=SMB, text="new", blocks=[actions(button("claim"))])
    client.chat_update(channel=SMB, ts=posted["ts"], text="claimed", blocks=[{"type": "divider"}])
    (message,) = people.reads("leads-smb", "alice")
    assert (message["text"], message["blocks"][0]["type"]) == ("claimed", "divider")
    assert "edited" not in message
    client.chat_delete(channel=SMB, ts=posted["ts"])
    assert people.reads("leads-smb", "alice") == []


def test_an_update_with_text_alone_takes_the_blocks_away_and_keeps_metadata(client: WebClient) -> None:
    metadata = {"event_type": "lead", "event_payload": {"key": "1"}}
    posted = client.chat_postMessage(channel=SMB, text="new", blocks=[{"type": "divider"}], metadata=metadata)
    updated = client.chat_update(channel=SMB, ts=posted["ts"], text="plain")["message"]
    assert "blocks" not in updated
    assert updated["metadata"] == metadata
    assert updated["edited"]["user"] == "U0DIBS"


def test_a_message_needs_something_to_say(client: WebClient) -> None:
    call = lambda: client.api_call("chat.postMessage", json={"channel": SMB, "text": " "})  # noqa: E731
    assert refused(call) == "no_text"


def test_the_app_cannot_post_where_it_is_not_or_what_it_cannot_see(client: WebClient) -> None:
    assert refused(lambda: client.chat_postMessage(channel="C0GENERAL", text="hi")) == "not_in_channel"
    assert refused(lambda: client.chat_postMessage(channel="C0NOWHERE", text="hi")) == "channel_not_found"


def test_the_app_cannot_change_what_a_person_said(client: WebClient, people: People) -> None:
    ts = people.does("message", user="alice", channel=SMB, text="mine")["ts"]
    assert refused(lambda: client.chat_update(channel=SMB, ts=ts, text="x")) == "cant_update_message"
    assert refused(lambda: client.chat_delete(channel=SMB, ts=ts)) == "cant_delete_message"


def test_an_ephemeral_is_seen_by_its_reader_alone_and_cannot_be_updated(client: WebClient, people: People) -> None:
    sent = client.chat_postEphemeral(channel=SMB, user="U0ALICE", text="psst")
    (seen,) = people.reads("leads-smb", "alice")
    assert (seen["is_ephemeral"], seen["ephemeral_to"]) == (True, "U0ALICE")
    assert people.reads("leads-smb", "bob") == []
    assert client.conversations_history(channel=SMB)["messages"] == []
    ts = str(sent["message_ts"])
    assert refused(lambda: client.chat_update(channel=SMB, ts=ts, text="x")) == "message_not_found"


def test_an_ephemeral_needs_its_reader_in_the_channel(client: WebClient) -> None:
    call = lambda: client.chat_postEphemeral(channel=SMB, user="U0ERIN", text="psst")  # noqa: E731
    assert refused(call) == "user_not_in_channel"


def test_a_direct_message_is_opened_once_and_posted_by_user_or_channel(client: WebClient, people: People) -> None:
    channel = client.conversations_open(users="U0ALICE")["channel"]["id"]
    assert client.conversations_open(users=["U0ALICE"])["channel"]["id"] == channel
    assert client.chat_postMessage(channel="U0ALICE", text="hi")["channel"] == channel
    assert [each["text"] for each in people.reads(channel, "alice")] == ["hi"]
    assert "not in" in people.http.get(f"/sandbox/messages/{channel}", params={"as": "bob"}).json()["error"]


def test_history_is_read_in_pages_newest_first(client: WebClient) -> None:
    for number in range(5):
        client.chat_postMessage(channel=SMB, text=str(number))
    pages = client.conversations_history(channel=SMB, limit=2)
    assert [[each["text"] for each in page["messages"]] for page in pages] == [["4", "3"], ["2", "1"], ["0"]]


def test_history_takes_a_range_and_includes_its_ends_only_when_asked(client: WebClient) -> None:
    stamps = [str(client.chat_postMessage(channel=SMB, text=str(n))["ts"]) for n in range(4)]
    ends = {"channel": SMB, "oldest": stamps[0], "latest": stamps[3]}

    def texts(**more: bool) -> list[str]:
        answer = client.conversations_history(**ends, **more)  # type: ignore[arg-type]
        return [each["text"] for each in answer["messages"]]

    assert texts() == ["2", "1"]
    assert texts(inclusive=True) == ["3", "2", "1", "0"]


def test_metadata_is_shown_only_when_asked_for(client: WebClient) -> None:
    metadata = {"event_type": "lead", "event_payload": {"key": "1"}}
    client.chat_postMessage(channel=SMB, text="new", metadata=metadata)
    without = client.conversations_history(channel=SMB)["messages"][0]
    with_it = client.conversations_history(channel=SMB, include_all_metadata=True)["messages"][0]
    assert "metadata" not in without
    assert with_it["metadata"] == metadata


def test_a_thread_is_counted_read_back_and_kept_out_of_the_channel(client: WebClient) -> None:
    ts = client.chat_postMessage(channel=SMB, text="card")["ts"]
    client.chat_postMessage(channel=SMB, text="note", thread_ts=ts)
    replies = client.conversations_replies(channel=SMB, ts=ts)["messages"]
    assert [each["text"] for each in replies] == ["card", "note"]
    (card,) = client.conversations_history(channel=SMB)["messages"]
    assert (card["reply_count"], card["reply_users"]) == (1, ["U0DIBS"])
    call = lambda: client.chat_postMessage(channel=SMB, text="x", thread_ts="1.000001")  # noqa: E731
    assert refused(call) == "thread_not_found"


def test_a_missing_scope_is_named(client: WebClient) -> None:
    with pytest.raises(SlackApiError) as caught:
        client.team_info()
    answer = caught.value.response
    assert (answer["error"], answer["needed"]) == ("missing_scope", "team:read")
    assert "chat:write" in answer["provided"]


def test_without_a_manifest_nothing_is_forbidden() -> None:
    free = Sandbox()
    free.start()
    try:
        assert WebClient(free.bot_token, base_url=free.api_url).team_info()["team"]["id"] == "T0DIBS"
    finally:
        free.stop()


def test_users_are_listed_with_their_time_zones(client: WebClient) -> None:
    members = client.users_list(limit=3)
    everyone = [user["name"] for page in members for user in page["members"]]
    assert everyone == ["alice", "bob", "carol", "dana", "erin", "dibs"]
    carol = client.users_info(user="U0CAROL")["user"]
    assert carol["tz"] == "America/New_York"
    assert carol["tz_offset"] in (-4 * 3600, -5 * 3600)
    assert "email" not in carol["profile"]
    assert refused(lambda: client.users_info(user="U0NOBODY")) == "user_not_found"
    assert "locale" not in carol
    assert client.users_info(user="U0CAROL", include_locale=True)["user"]["locale"] == "en-US"


def test_channels_are_listed_joined_and_their_members_known(client: WebClient) -> None:
    listed = client.conversations_list()["channels"]
    assert {each["name"]: each["is_member"] for each in listed} == {
        "general": False,
        "leads-smb": True,
        "leads-enterprise": True,
        "random": False,
    }
    client.conversations_join(channel="C0RANDOM")
    assert "U0DIBS" in client.conversations_members(channel="C0RANDOM")["members"]
    assert client.conversations_info(channel="C0RANDOM")["channel"]["is_member"] is True
    mine = [each["name"] for each in client.users_conversations()["channels"]]
    assert mine == ["leads-smb", "leads-enterprise", "random"]
    assert refused(lambda: client.conversations_list(types="im")) == "missing_scope"


def test_a_reaction_is_added_once(client: WebClient, people: People) -> None:
    ts = str(client.chat_postMessage(channel=SMB, text="card")["ts"])
    client.reactions_add(channel=SMB, timestamp=ts, name="eyes")
    (message,) = people.reads("leads-smb", "alice")
    assert message["reactions"] == [{"name": "eyes", "users": ["U0DIBS"], "count": 1}]
    assert refused(lambda: client.reactions_add(channel=SMB, timestamp=ts, name="eyes")) == "already_reacted"


def test_blocks_slack_would_not_take_are_refused_with_the_place(client: WebClient) -> None:
    blocks: list[Json] = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}]
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel=SMB, text="x", blocks=blocks)
    answer = caught.value.response
    assert answer["error"] == "invalid_blocks"
    assert answer["errors"] == ["/blocks/0/text/text: 3,001 of 3,000 characters"]
    (text,) = answer["response_metadata"]["messages"]
    assert text == "[ERROR] 3,001 of 3,000 characters [json-pointer:/blocks/0/text/text]"


def test_a_foreign_host_or_origin_cannot_drive_the_sandbox(people: People) -> None:
    assert people.http.get("/sandbox/state", headers={"Host": "evil.example"}).status_code == 400
    headers = {"Origin": "http://evil.example"}
    assert people.http.post("/sandbox/clock", json={"advance": 1}, headers=headers).status_code == 403


def test_every_answer_forbids_foreign_scripts(sandbox: Sandbox) -> None:
    with urllib.request.urlopen(f"{sandbox.url}/sandbox/state") as answer:  # noqa: S310 - our own address
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
