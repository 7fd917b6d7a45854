"""What people can do in the workspace, and the sentence they get when they cannot."""

from collections.abc import Callable

import pytest
from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from tests.sandbox.driver import Answering, Json, People, SocketApp, actions, button, plain, wait_until

SMB = "C0LEADSSMB"
Connect = Callable[[App], None]
OpenSocket = Callable[[Answering], SocketApp]


def ack(_frame: Json) -> Json:
    return {}


def select(action_id: str = "stage", *values: str) -> Json:
    options = [{"text": plain(value), "value": value} for value in values or ("new", "won")]
    return {"type": "static_select", "action_id": action_id, "options": options, "placeholder": plain("Pick")}


def test_a_command_reaches_bolt_and_its_ack_is_shown_to_its_user_alone(
    bolt: App, connected: Connect, people: People
) -> None:
    heard: list[Json] = []

    @bolt.command("/lead")
    def lead(ack: Ack, command: Json) -> None:
        heard.append(command)
        ack(text=f"added {command['text']}")

    connected(bolt)
    assert people.does("command", user="alice", channel="#leads-smb", command="/lead", text="Ada")["acked"]
    assert [each["text"] for each in people.reads(SMB, "alice")] == ["added Ada"]
    assert people.reads(SMB, "bob") == []
    (command,) = heard
    assert (command["user_id"], command["channel_name"], command["team_domain"]) == (
        "U0ALICE",
        "leads-smb",
        "dibs-sandbox",
    )
    assert command["response_url"].startswith("http://127.0.0.1")


def test_an_answer_in_channel_shows_everyone_the_command_too(socket_app: OpenSocket, people: People) -> None:
    socket_app(lambda _: {"text": "three leads", "response_type": "in_channel"})
    people.does("command", user="alice", channel=SMB, command="/lead", text="list")
    assert [each["text"] for each in people.reads(SMB, "bob")] == ["/lead list", "three leads"]


def test_names_in_a_command_become_references_when_the_manifest_asks(socket_app: OpenSocket, people: People) -> None:
    app = socket_app(ack)
    text = "@bob & #random https://example.com"
    people.does("command", user="alice", channel=SMB, command="/who", text=text)
    people.does("command", user="alice", channel=SMB, command="/lead", text=text)
    escaped, raw = (frame["payload"]["text"] for frame in app.heard)
    assert escaped == "<@U0BOB|bob> &amp; <#C0RANDOM|random> <https://example.com>"
    assert raw == text


def test_a_command_the_app_does_not_answer_fails_in_front_of_its_user(socket_app: OpenSocket, people: People) -> None:
    socket_app(lambda _: None)
    answer = people.does("command", user="alice", channel=SMB, command="/lead")
    assert answer["acked"] is False
    (said,) = people.reads(SMB, "alice")
    assert "operation_timeout" in said["text"]
    assert said["user"] == "USLACKBOT"
    assert people.reads(SMB, "bob") == []


def test_a_command_without_any_app_fails_at_once(people: People) -> None:
    assert people.does("command", user="alice", channel=SMB, command="/lead")["acked"] is False
    assert "dispatch_failed" in people.reads(SMB, "alice")[0]["text"]


@pytest.mark.parametrize(
    ("wish", "reason"),
    [
        ({"user": "zoe", "channel": SMB, "command": "/lead"}, "no user 'zoe'"),
        ({"user": "dibs", "channel": SMB, "command": "/lead"}, "not a person"),
        ({"user": "erin", "channel": SMB, "command": "/lead"}, "erin is not in leads-smb"),
        ({"user": "alice", "channel": "nowhere", "command": "/lead"}, "no channel 'nowhere'"),
        ({"user": "alice", "channel": SMB, "command": "/nope"}, "/nope is not a command"),
        ({"user": "alice", "command": "/lead"}, "channel: Field required"),
    ],
)
def test_a_command_nobody_could_give_is_refused_with_the_reason(people: People, wish: Json, reason: str) -> None:
    assert reason in people.cannot("command", **wish)


def test_a_click_carries_what_slack_sends(client: WebClient, socket_app: OpenSocket, people: People) -> None:
    app = socket_app(ack)
    posted = client.chat_postMessage(channel=SMB, text="card", blocks=[actions(button("claim", "42"))])
    assert people.does("click", user="alice", channel=SMB, ts=posted["ts"], action_id="claim")["acked"]
    payload = app.interactions()[-1]
    assert payload["type"] == "block_actions"
    assert payload["user"] == {"id": "U0ALICE", "username": "alice", "name": "alice", "team_id": "T0DIBS"}
    assert payload["container"]["message_ts"] == posted["ts"]
    assert payload["message"]["text"] == "card"
    assert payload["state"] == {"values": {}}
    (action,) = payload["actions"]
    assert {name: action[name] for name in ("type", "action_id", "block_id", "value")} == {
        "type": "button",
        "action_id": "claim",
        "block_id": "row",
        "value": "42",
    }
    assert {"trigger_id", "response_url", "api_app_id", "token", "team", "channel"} <= payload.keys()
    assert app.heard[-1]["accepts_response_payload"] is False


def test_a_choice_in_a_message_is_reported_and_remembered_for_its_user(
    client: WebClient, socket_app: OpenSocket, people: People
) -> None:
    app = socket_app(ack)
    picker = {"type": "datepicker", "action_id": "day", "initial_date": "2026-01-01"}
    blocks = [actions(select(), picker, {"type": "users_select", "action_id": "who"})]
    ts = client.chat_postMessage(channel=SMB, text="card", blocks=blocks)["ts"]
    wish = {"user": "alice", "channel": SMB, "ts": ts}
    people.does("click", **wish, action_id="stage", selected="won")
    people.does("click", **wish, action_id="day", selected="2026-02-03")
    people.does("click", **wish, action_id="who", selected="U0BOB")
    chosen = [payload["actions"][0] for payload in app.interactions()]
    assert chosen[0]["selected_option"] == {"text": plain("won"), "value": "won"}
    assert (chosen[1]["selected_date"], chosen[2]["selected_user"]) == ("2026-02-03", "U0BOB")
    state = app.interactions()[-1]["state"]["values"]["row"]
    assert state["stage"]["selected_option"]["value"] == "won"
    assert "no option" in people.cannot("click", **wish, action_id="stage", selected="lost")
    assert "not a date" in people.cannot("click", **wish, action_id="day", selected="soon")


def test_a_click_nobody_could_make_is_refused_with_the_reason(client: WebClient, people: People) -> None:
    hidden = button("secret", visible_to_user_ids=["U0BOB"])
    blocks = [actions(button("claim", "42"), hidden), actions(button("claim", "43"), block_id="other")]
    ts = client.chat_postMessage(channel=SMB, text="card", blocks=blocks)["ts"]
    wish = {"user": "alice", "channel": SMB, "ts": ts}
    assert "no 'drop' to click" in people.cannot("click", **wish, action_id="drop")
    assert "no 'secret' to click" in people.cannot("click", **wish, action_id="secret")
    assert "say which block_id" in people.cannot("click", **wish, action_id="claim")
    assert "carries the value '42'" in people.cannot("click", **wish, action_id="claim", block_id="row", value="99")
    assert "not in" in people.cannot("click", **wish | {"user": "erin"}, action_id="claim")
    assert "sees no message" in people.cannot("click", **wish | {"ts": "1.0"}, action_id="claim")
    assert "needs a channel and ts" in people.cannot("click", user="alice", action_id="claim")


def test_nobody_else_can_click_in_an_ephemeral(client: WebClient, people: People) -> None:
    sent = client.chat_postEphemeral(channel=SMB, user="U0ALICE", text="psst", blocks=[actions(button("claim"))])
    wish = {"channel": SMB, "ts": sent["message_ts"], "action_id": "claim"}
    assert "sees no message" in people.cannot("click", user="bob", **wish)
    assert people.does("click", user="alice", **wish)["acked"] is False


def test_a_click_can_replace_its_ephemeral_through_the_response_url(
    bolt: App, connected: Connect, client: WebClient, people: People
) -> None:
    @bolt.action("claim")
    def claim(ack: Ack, respond: Respond) -> None:
        ack()
        respond(text="done", replace_original=True)

    connected(bolt)
    sent = client.chat_postEphemeral(channel=SMB, user="U0ALICE", text="psst", blocks=[actions(button("claim"))])
    people.does("click", user="alice", channel=SMB, ts=sent["message_ts"], action_id="claim")
    (seen,) = people.reads(SMB, "alice")
    assert (seen["text"], seen["ts"]) == ("done", sent["message_ts"])


def test_shortcuts_come_from_the_manifest(client: WebClient, socket_app: OpenSocket, people: People) -> None:
    app = socket_app(ack)
    ts = client.chat_postMessage(channel=SMB, text="card")["ts"]
    people.does("shortcut", user="alice", callback_id="new_lead")
    people.does("shortcut", user="alice", callback_id="from_message", channel=SMB, ts=ts)
    kinds = [payload["type"] for payload in app.interactions()]
    assert kinds == ["shortcut", "message_action"]
    assert app.interactions()[1]["message"]["ts"] == ts
    assert "no shortcut" in people.cannot("shortcut", user="alice", callback_id="else")
    assert "used on a message" in people.cannot("shortcut", user="alice", callback_id="from_message")


def test_the_app_hears_messages_only_where_it_is_a_member(bolt: App, connected: Connect, people: People) -> None:
    heard: list[str] = []

    @bolt.event("message")
    def message(event: Json) -> None:
        heard.append(f"{event['channel_type']}: {event['text']}")

    connected(bolt)
    direct = people.does("open-dm", user="alice")["channel"]
    people.does("message", user="alice", channel="random", text="not for the app")
    people.does("message", user="alice", channel="leads-smb", text="a < b, @bob")
    people.does("message", user="alice", channel=direct, text="hello")
    wait_until(lambda: len(heard) == 2)
    assert heard == ["channel: a &lt; b, <@U0BOB>", "im: hello"]


def test_the_home_tab_is_published_when_opened(bolt: App, connected: Connect, people: People) -> None:
    @bolt.event("app_home_opened")
    def opened(event: Json, client: WebClient) -> None:
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [actions(button("new"))]})

    @bolt.action("new")
    def new(ack: Ack) -> None:
        ack()

    connected(bolt)
    assert people.sees("home/alice")["view"] is None
    assert people.does("open-home", user="alice")["acked"] is True
    view = people.sees("home/alice")["view"]
    assert view["blocks"][0]["elements"][0]["action_id"] == "new"
    assert people.does("click", user="alice", view_id=view["id"], action_id="new")["acked"] is True
    assert "no such view" in people.cannot("click", user="bob", view_id=view["id"], action_id="new")


def test_joining_and_leaving_are_told_to_the_app_in_the_channel(socket_app: OpenSocket, people: People) -> None:
    app = socket_app(ack)
    assert people.does("join", user="erin", channel="leads-smb")["acked"] is True
    event = app.events()[0]["event"]
    assert (event["type"], event["user"]) == ("member_joined_channel", "U0ERIN")
    assert people.does("leave", user="erin", channel="leads-smb")["acked"] is None
    assert people.does("join", user="erin", channel="random")["acked"] is None
    assert "already in" in people.cannot("join", user="alice", channel="random")
    assert "not in" in people.cannot("leave", user="erin", channel="leads-smb")


def test_the_app_can_be_taken_out_of_a_channel(client: WebClient, people: People) -> None:
    people.does("leave", user="dibs", channel="leads-smb")
    answer = client.api_call("conversations.list", params={"types": "public_channel"})
    assert not next(each for each in answer["channels"] if each["id"] == SMB)["is_member"]


def test_a_message_needs_text_a_place_and_a_thread_that_exists(people: People) -> None:
    assert "needs some text" in people.cannot("message", user="alice", channel=SMB, text=" ")
    wish = {"user": "alice", "channel": SMB, "text": "x", "thread_ts": "1.000000"}
    assert "no such thread" in people.cannot("message", **wish)
    assert "no such control call" in people.cannot("dance", user="alice")


def test_the_stream_tells_each_user_what_they_may_see(client: WebClient, people: People) -> None:
    with people.http.stream("GET", "/sandbox/stream", params={"as": "bob"}) as stream:
        lines = stream.iter_lines()
        assert next(lines) == ": connected"
        client.chat_postEphemeral(channel=SMB, user="U0ALICE", text="psst")
        ts = client.chat_postMessage(channel=SMB, text="card")["ts"]
        data = next(line for line in lines if line.startswith("data:"))
    assert '"message"' in data
    assert str(ts) in data
