"""How the app is reached: sockets, signed HTTP, deadlines and retries."""

from collections.abc import Callable

import pytest
from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.sandbox import Sandbox
from tests.sandbox.driver import Answering, HttpApp, Json, People, SocketApp, actions, button, wait_until
from tests.sandbox.test_web_api import refused

SMB = "C0LEADSSMB"
Connect = Callable[[App], None]
OpenSocket = Callable[[Answering], SocketApp]


def ack(_frame: Json) -> Json:
    return {}


def test_each_envelope_goes_to_exactly_one_of_two_sockets_in_turn(socket_app: OpenSocket, people: People) -> None:
    first, second = socket_app(ack), socket_app(ack)
    for number in range(6):
        people.does("command", user="alice", channel=SMB, command="/lead", text=str(number))
    heard = [{frame["payload"]["text"] for frame in app.heard} for app in (first, second)]
    assert [len(each) for each in heard] == [3, 3]
    assert heard[0] | heard[1] == set("012345")


def test_the_hello_counts_connections_and_a_ticket_is_good_once(sandbox: Sandbox, socket_app: OpenSocket) -> None:
    socket_app(ack)
    assert socket_app(ack).frames[0]["num_connections"] == 2
    client = WebClient(base_url=sandbox.api_url)
    urls = {client.apps_connections_open(app_token=sandbox.app_token)["url"] for _ in range(2)}
    assert len(urls) == 2


def test_an_eleventh_socket_is_sent_away(socket_app: OpenSocket) -> None:
    for _ in range(10):
        socket_app(ack)
    (frame,) = socket_app(ack).frames
    assert (frame["type"], frame["reason"]) == ("disconnect", "too_many_websockets")


def test_a_real_bolt_app_reconnects_after_its_socket_was_dropped(bolt: App, connected: Connect, people: People) -> None:
    @bolt.command("/lead")
    def lead(ack: Ack) -> None:
        ack("here")

    connected(bolt)
    people.faults("socket", "drop_before")
    assert people.does("command", user="alice", channel=SMB, command="/lead")["acked"] is False
    wait_until(lambda: people.sees("state")["app"]["connected"], seconds=15)
    assert people.does("command", user="alice", channel=SMB, command="/lead")["acked"] is True


def test_a_socket_outage_lasts_until_it_is_cleared(
    sandbox: Sandbox, client: WebClient, socket_app: OpenSocket, people: People
) -> None:
    app = socket_app(ack)
    people.faults("socket", "outage")
    wait_until(lambda: app.frames[-1]["type"] == "disconnect")
    token = sandbox.app_token
    assert refused(lambda: client.apps_connections_open(app_token=token)) == "internal_error"
    people.http.delete("/sandbox/faults")
    assert client.apps_connections_open(app_token=token)["ok"]


def test_an_envelope_delivered_just_before_the_drop_counts_as_unanswered(
    socket_app: OpenSocket, people: People
) -> None:
    app = socket_app(lambda _: None)
    people.faults("socket", "drop_after")
    assert people.does("command", user="alice", channel=SMB, command="/lead")["acked"] is False
    assert wait_until(lambda: [frame["type"] for frame in app.heard]) == ["slash_commands"]


def test_an_unanswered_event_is_sent_again_at_once_and_after_one_and_five_minutes(
    socket_app: OpenSocket, people: People
) -> None:
    app = socket_app(lambda _: None)

    def attempts() -> list[int]:
        return [frame["retry_attempt"] for frame in app.heard]

    people.does("message", user="alice", channel=SMB, text="hello")
    assert attempts() == [0, 1]
    people.does("clock", advance=50)
    assert attempts() == [0, 1]
    people.does("clock", advance=11)
    assert attempts() == [0, 1, 2]
    people.does("clock", advance=240)
    assert attempts() == [0, 1, 2, 3]
    people.does("clock", advance=3600)
    assert attempts() == [0, 1, 2, 3]
    assert len({frame["payload"]["event_id"] for frame in app.heard}) == 1
    assert app.heard[1]["retry_reason"] == "timeout"


def test_an_app_that_comes_back_gets_the_event_it_missed(socket_app: OpenSocket, people: People) -> None:
    people.does("message", user="alice", channel=SMB, text="hello")
    app = socket_app(ack)
    people.does("clock", advance=61)
    (frame,) = app.heard
    assert (frame["retry_attempt"], frame["payload"]["event"]["text"]) == (2, "hello")


def test_http_delivery_is_signed_and_shaped_as_slack_does_it(
    http_app: HttpApp, client: WebClient, people: People
) -> None:
    http_app.body = "noted"
    ts = client.chat_postMessage(channel=SMB, text="card", blocks=[actions(button("claim"))])["ts"]
    people.does("message", user="alice", channel=SMB, text="hello")
    http_app.heard.clear()
    assert people.does("command", user="alice", channel=SMB, command="/lead", text="Ada & Co")["acked"]
    assert people.does("click", user="alice", channel=SMB, ts=ts, action_id="claim")["acked"]
    people.does("message", user="alice", channel=SMB, text="again")
    command, click, event = http_app.heard
    assert (command["command"], command["text"]) == ("/lead", "Ada & Co")
    assert click["type"] == "block_actions"
    assert (event["type"], event["event"]["text"]) == ("event_callback", "again")
    assert [each["text"] for each in people.reads(SMB, "alice")] == ["card", "hello", "noted", "again"]
    assert all(entry["status"] == 200 for entry in people.log("block_actions"))


def test_http_retries_carry_their_number_and_reason_and_can_be_declined(http_app: HttpApp, people: People) -> None:
    http_app.status = 500
    people.does("message", user="alice", channel=SMB, text="hello")
    numbers = [headers.get("x-slack-retry-num") for headers in http_app.heard_headers]
    assert numbers == [None, "1"]
    assert http_app.heard_headers[1]["x-slack-retry-reason"] == "http_error"
    http_app.headers["X-Slack-No-Retry"] = "1"
    people.does("clock", advance=61)
    people.does("clock", advance=600)
    assert len(http_app.heard) == 3


def test_a_bad_signature_is_an_unacknowledged_delivery(http_app: HttpApp, client: WebClient, people: People) -> None:
    http_app.secret = "another"
    assert people.does("command", user="alice", channel=SMB, command="/lead")["acked"] is False


def test_a_socket_goes_before_http(http_app: HttpApp, socket_app: OpenSocket, people: People) -> None:
    app = socket_app(ack)
    people.does("command", user="alice", channel=SMB, command="/lead")
    assert (len(app.heard), len(http_app.heard)) == (1, 0)


def test_a_response_url_works_five_times_within_half_an_hour(socket_app: OpenSocket, people: People) -> None:
    app = socket_app(ack)

    def address() -> str:
        people.does("command", user="alice", channel="random", command="/lead")
        return str(app.heard[-1]["payload"]["response_url"])

    url = address()
    answers = [people.http.post(url, json={"text": str(number)}) for number in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [404]
    assert answers[0].text == "ok"
    assert answers[5].json()["error"] == "used_url"
    assert [each["text"] for each in people.reads("random", "alice")] == list("01234")
    assert people.reads("random", "bob") == []
    late = address()
    people.does("clock", advance=30 * 60 + 1)
    assert people.http.post(late, json={"text": "late"}).json()["error"] == "expired_url"


def test_a_response_url_replaces_deletes_or_adds(client: WebClient, socket_app: OpenSocket, people: People) -> None:
    app = socket_app(ack)
    ts = client.chat_postMessage(channel=SMB, text="card", blocks=[actions(button("claim"))])["ts"]
    people.does("click", user="alice", channel=SMB, ts=ts, action_id="claim")
    url = app.interactions()[-1]["response_url"]
    people.http.post(url, json={"text": "for all", "response_type": "in_channel", "replace_original": False})
    people.http.post(url, json={"text": "claimed"})
    assert [each["text"] for each in people.reads(SMB, "bob")] == ["claimed", "for all"]
    people.http.post(url, json={"delete_original": True})
    assert [each["text"] for each in people.reads(SMB, "bob")] == ["for all"]
    assert people.http.post(url, json={"blocks": [{"type": "nonsense"}]}).status_code == 400


def test_the_log_keeps_envelopes_acks_and_calls_in_order(
    client: WebClient, socket_app: OpenSocket, people: People
) -> None:
    socket_app(lambda _: {"text": "noted"})
    before = people.sees("log")["next"]
    people.does("command", user="alice", channel="random", command="/lead")
    client.auth_test()
    entries = people.sees("log", since=before)["entries"]
    assert [(each["direction"], each["kind"]) for each in entries] == [
        ("to_app", "command"),
        ("from_app", "ack"),
        ("from_app", "api"),
    ]
    assert (entries[0]["acked"], entries[0]["response"]) == (True, {"text": "noted"})
    assert (entries[2]["method"], entries[2]["status"]) == ("auth.test", 200)


@pytest.mark.parametrize("since", ["-1", "x"])
def test_the_log_is_asked_for_by_number(people: People, since: str) -> None:
    assert people.http.get("/sandbox/log", params={"since": since}).status_code == 400
