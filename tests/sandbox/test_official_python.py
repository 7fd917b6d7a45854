"""Slack's official Python packages drive every method and hear every kind of payload, without a change."""

import base64
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from slack_bolt import Ack, App, BoltRequest
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from bot.sandbox import Sandbox
from bot.sandbox.listing import EVENTS, PAYLOADS
from bot.sandbox.methods import METHODS
from tests.sandbox.driver import Json, People, actions, button, field_block, manifest_with, modal, plain, running
from tests.sandbox.driver import wait_until as until

SMB = "C0LEADSSMB"
EVERY_SCOPE = (
    "channels:history", "channels:join", "channels:read", "chat:write", "commands", "files:read", "files:write",
    "groups:history", "groups:read", "im:history", "im:read", "im:write", "reactions:read", "reactions:write",
    "team:read", "users:read", "users:read.email",
)  # fmt: skip
MENU = {"type": "external_select", "action_id": "firm", "min_query_length": 1}
FORM = modal(field_block("name", {"type": "plain_text_input", "action_id": "value"}), callback_id="form")
HOME = {"type": "home", "blocks": [{"type": "divider"}]}


class Office:
    """A sandbox with a Bolt app in it that listens to everything and remembers what it heard."""

    def __init__(self, sandbox: Sandbox, people: People, client: WebClient) -> None:
        self.sandbox, self.people, self.client = sandbox, people, client
        self.heard: list[str] = []
        self.bolt = App(client=client, signing_secret=sandbox.signing_secret, process_before_response=True)
        listen(self.bolt, self.heard)

    def card(self) -> str:
        blocks = [actions(button("open"), MENU)]
        return str(self.client.chat_postMessage(channel=SMB, text="card", blocks=blocks)["ts"])

    def trigger(self) -> str:
        self.people.does("command", user="alice", channel=SMB, command="/lead")
        return str(self.people.log("command")[-1]["request"]["trigger_id"])


def listen(bolt: App, heard: list[str]) -> None:
    def noted(ack: Ack, body: Json) -> None:
        heard.append(str(body.get("type", "slash command")))
        ack()

    def suggested(ack: Ack, body: Json) -> None:
        heard.append(str(body["type"]))
        ack(options=[{"text": plain("Acme"), "value": "acme"}])

    def happened(event: Json) -> None:
        heard.append(str(event["type"]))

    def opened(ack: Ack, body: Json, client: WebClient) -> None:
        noted(ack, body)
        client.views_open(trigger_id=body["trigger_id"], view=FORM | {"notify_on_close": True})

    bolt.command("/lead")(noted)
    bolt.action("open")(opened)
    bolt.action("firm")(noted)
    bolt.options("firm")(suggested)
    bolt.global_shortcut("new_lead")(noted)
    bolt.message_shortcut("from_message")(noted)
    bolt.view_submission("form")(noted)
    bolt.view_closed("form")(noted)
    for name in EVENTS:
        kind = name.partition(".")[0]
        if kind != "message":
            bolt.event(kind)(happened)
    bolt.event("message")(happened)
    bolt.event({"type": "message", "subtype": "file_share"})(happened)
    bolt.event({"type": "message", "subtype": "message_changed"})(happened)
    bolt.event({"type": "message", "subtype": "message_deleted"})(happened)


@pytest.fixture(params=["socket", "http"])
def office(request: pytest.FixtureRequest) -> Iterator[Office]:
    manifest = manifest_with(*EVERY_SCOPE, events=tuple(EVENTS))
    with running(manifest, rate_limits=False) as (sandbox, people, client):
        made = Office(sandbox, people, client)
        serve = over_socket if request.param == "socket" else over_http
        yield from serve(made)
        made.bolt.listener_runner.listener_executor.shutdown()


def over_socket(office: Office) -> Iterator[Office]:
    handler = SocketModeHandler(office.bolt, office.sandbox.app_token)
    handler.connect()  # type: ignore[no-untyped-call]
    until(lambda: office.people.sees("state")["app"]["connected"])
    yield office
    handler.close()  # type: ignore[no-untyped-call]


def over_http(office: Office) -> Iterator[Office]:
    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            answer = office.bolt.dispatch(BoltRequest(body=body, headers=dict(self.headers.items())))
            self.send_response(answer.status)
            for name, values in answer.headers.items():
                self.send_header(name, values[0])
            self.end_headers()
            self.wfile.write(answer.body.encode())

        def log_request(self, *_: object) -> None:
            """Kept quiet: the tests look at what was heard instead."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Door) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        office.people.does("app", request_url=f"http://127.0.0.1:{server.server_port}/slack/events")
        yield office
        server.shutdown()
        thread.join()


def test_bolt_hears_every_kind_of_payload_and_event(office: Office) -> None:
    people, ts = office.people, office.card()
    person = {"user": "alice"}
    place = person | {"channel": SMB, "ts": ts}
    people.does("command", **person, channel=SMB, command="/lead")
    people.does("shortcut", **person, callback_id="new_lead")
    people.does("shortcut", **place, callback_id="from_message")
    assert people.does("options", **place, action_id="firm", value="Ac")["options"][0]["value"] == "acme"
    people.does("click", **place, action_id="firm", selected="acme")
    for what, more in (("close", {}), ("submit", {"values": {"name": {"value": "Ada"}}})):
        people.does("click", **place, action_id="open")
        (view,) = people.sees("views/alice")["views"]
        people.does(what, **person, view_id=view["id"], **more)
    people.does("open-home", **person)
    people.does("react", **place, name="eyes")
    people.does("react", **place, name="eyes")
    people.does("join", user="erin", channel=SMB)
    people.does("leave", user="erin", channel=SMB)
    people.does("user", user="bob", tz="America/Denver")
    people.does("message", **person, channel=SMB, text="hello")
    people.does("upload", **person, channel=SMB, name="a.csv", content=base64.b64encode(b"x").decode())
    interactive = {"block_actions", "block_suggestion", "message_action", "shortcut", "view_closed", "view_submission"}
    events = {"message" if name.startswith("message.") else name for name in EVENTS}
    until(lambda: set(office.heard) >= interactive | events | {"slash command"})
    assert interactive | {"slash command"} == set(PAYLOADS) - {
        "event_callback",
        "response_url",
        "file upload and download",
    }
    assert not [entry for entry in people.sees("log")["entries"] if entry.get("acked") is False]


def test_the_sdk_drives_every_method(office: Office) -> None:
    client, ts = office.client, office.card()
    reply = str(client.chat_postMessage(channel=SMB, text="note", thread_ts=ts)["ts"])
    uploaded = client.files_upload_v2(content="x", filename="x.txt", channel=SMB)["files"][0]["id"]
    view = client.views_open(trigger_id=office.trigger(), view=FORM)["view"]
    calls: dict[str, Callable[[], object]] = {
        "apps.connections.open": lambda: client.apps_connections_open(app_token=office.sandbox.app_token),
        "auth.test": client.auth_test,
        "bots.info": lambda: client.bots_info(bot="B0DIBS"),
        "team.info": client.team_info,
        "chat.postMessage": lambda: client.chat_postMessage(channel=SMB, text="x"),
        "chat.update": lambda: client.chat_update(channel=SMB, ts=ts, text="changed"),
        "chat.postEphemeral": lambda: client.chat_postEphemeral(channel=SMB, user="U0ALICE", text="x"),
        "chat.getPermalink": lambda: client.chat_getPermalink(channel=SMB, message_ts=ts),
        "reactions.add": lambda: client.reactions_add(channel=SMB, timestamp=ts, name="eyes"),
        "reactions.get": lambda: client.reactions_get(channel=SMB, timestamp=ts),
        "reactions.remove": lambda: client.reactions_remove(channel=SMB, timestamp=ts, name="eyes"),
        "conversations.open": lambda: client.conversations_open(users="U0ALICE"),
        "conversations.info": lambda: client.conversations_info(channel=SMB),
        "conversations.list": lambda: client.conversations_list(types="public_channel,private_channel,im"),
        "conversations.members": lambda: client.conversations_members(channel=SMB, limit=1),
        "conversations.join": lambda: client.conversations_join(channel="C0RANDOM"),
        "conversations.history": lambda: client.conversations_history(channel=SMB),
        "conversations.replies": lambda: client.conversations_replies(channel=SMB, ts=ts),
        "files.getUploadURLExternal": lambda: client.files_getUploadURLExternal(filename="a", length=1),
        "files.completeUploadExternal": lambda: client.files_upload_v2(content="y", filename="y.txt"),
        "files.info": lambda: client.files_info(file=uploaded),
        "files.list": client.files_list,
        "files.delete": lambda: client.files_delete(file=uploaded),
        "users.info": lambda: client.users_info(user="U0ALICE"),
        "users.list": client.users_list,
        "users.lookupByEmail": lambda: client.users_lookupByEmail(email="alice@dibs-sandbox.example"),
        "users.conversations": client.users_conversations,
        "views.open": lambda: client.views_open(trigger_id=office.trigger(), view=FORM),
        "views.push": lambda: client.views_push(trigger_id=office.trigger(), view=FORM),
        "views.update": lambda: client.views_update(view_id=_top(office), view=FORM),
        "views.publish": lambda: client.views_publish(user_id="U0ALICE", view=HOME),
        "chat.delete": lambda: client.chat_delete(channel=SMB, ts=reply),
    }
    assert view["callback_id"] == "form"
    assert calls.keys() == METHODS.keys()
    for call in calls.values():
        call()
    called = {entry["method"] for entry in office.people.log("api") if entry["response"]["ok"]}
    assert called == METHODS.keys()


def _top(office: Office) -> str:
    return str(office.people.sees("views/alice")["views"][-1]["id"])
