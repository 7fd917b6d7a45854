"""A small app with nothing of ours in it, so that the page can be tested against something that answers."""

from typing import Any

from slack_bolt import Ack, App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from bot.sandbox import Sandbox

Json = dict[str, Any]

MANIFEST: Json = {
    "display_information": {"name": "Dibs"},
    "features": {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        "bot_user": {"display_name": "dibs"},
        "slash_commands": [
            {"command": "/lead", "description": "Add a lead by hand", "usage_hint": "[name, company]"},
            {"command": "/leads", "description": "List open leads", "usage_hint": "[mine|team]"},
            {"command": "/every", "description": "A form with every kind of field"},
            {"command": "/pipeline", "description": "The pipeline by stage", "usage_hint": "[period]"},
        ],
        "shortcuts": [
            {"name": "Add a lead", "type": "global", "callback_id": "add", "description": "Opens the form"},
            {"name": "Make it a lead", "type": "message", "callback_id": "make", "description": "From a message"},
        ],
    },
    "oauth_config": {"scopes": {"bot": ["chat:write", "commands", "files:read", "im:write", "users:read"]}},
    "settings": {"event_subscriptions": {"bot_events": ["app_home_opened"]}},
}


def words(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": True}


def marked(text: str) -> Json:
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def button(text: str, action: str, **more: Any) -> Json:
    return {"type": "button", "text": words(text), "action_id": action, "value": "1", **more}


def field(block: str, label: str, kind: str, **more: Any) -> Json:
    return {
        "type": "input",
        "block_id": block,
        "label": words(label),
        "element": {"type": kind, "action_id": "v"},
        **more,
    }


def card(name: str, status: str, *, claimed: bool = False) -> list[Json]:
    menu = {"type": "overflow", "action_id": "more", "options": [{"text": words("Why me?"), "value": "why"}]}
    buttons = (
        [button("Note", "note")] if claimed else [button("Claim", "claim", style="primary"), button("Pass", "pass")]
    )
    return [
        {"type": "header", "text": words(name)},
        {"type": "section", "fields": [marked("*Score*\n92 :fire:"), marked("*E-mail*\npetra@nordwind.example")]},
        {"type": "context", "elements": [marked(status)]},
        {"type": "actions", "elements": [*buttons, menu]},
    ]


def form() -> Json:
    blocks = [
        field("name", "Name", "plain_text_input"),
        field("company", "Company", "plain_text_input", optional=True),
    ]
    return {
        "type": "modal",
        "callback_id": "lead",
        "title": words("Add a lead"),
        "submit": words("Add lead"),
        "close": words("Not now"),
        "blocks": blocks,
    }


def option(text: str) -> Json:
    return {"text": words(text), "value": text.lower()}


def stage_menu() -> Json:
    options = [option(name) for name in ("New", "Won", "Lost")]
    return {"type": "static_select", "action_id": "stage", "placeholder": words("Stage"), "options": options}


def every_field() -> list[Json]:
    """One input block of each kind, named after its element."""
    colours = {"options": [option(name) for name in ("Red", "Green", "Blue")]}
    groups = {"option_groups": [{"label": words("Warm"), "options": [option("Orange"), option("Pink")]}]}
    kinds: dict[str, Json] = {
        "plain_text_input": {"placeholder": words("A name")},
        "rich_text_input": {},
        "number_input": {"is_decimal_allowed": False, "min_value": "1"},
        "email_text_input": {},
        "url_text_input": {},
        "datepicker": {"initial_date": "2026-11-25"},
        "timepicker": {"initial_time": "09:30"},
        "datetimepicker": {},
        "static_select": groups,
        "external_select": {"min_query_length": 2},
        "users_select": {},
        "conversations_select": {"default_to_current_conversation": True},
        "channels_select": {},
        "multi_static_select": {**colours, "initial_options": [option("Green")]},
        "multi_external_select": {"min_query_length": 0},
        "multi_users_select": {},
        "multi_conversations_select": {},
        "multi_channels_select": {},
        "checkboxes": colours,
        "radio_buttons": colours,
        "file_input": {"filetypes": ["csv"], "max_files": 2},
    }
    fields = [field(kind, kind.replace("_", " "), kind) for kind in kinds]
    for block in fields:
        block["element"] |= kinds[block["block_id"]]
    return fields


def every_form() -> Json:
    note = {"type": "alert", "level": "info", "text": words("Nothing of this is kept.")}
    title, submit = words("Every field"), words("Send")
    return {"type": "modal", "callback_id": "every", "title": title, "submit": submit, "blocks": [note, *every_field()]}


def every(app: App) -> None:
    """What opens, fills and takes the form with every field."""

    @app.command("/every")
    def open_every(ack: Ack, body: Json, client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=every_form())

    @app.view("every")
    def take_every(ack: Ack) -> None:
        ack()

    @app.options("v")
    def offer(ack: Ack, payload: Json) -> None:
        known = ("Nordwind", "Northgate", "Acme")
        ack(options=[option(name) for name in known if payload["value"].lower() in name.lower()])


def build(client: WebClient) -> App:
    app = App(client=client, process_before_response=True)
    every(app)

    def open_form(ack: Ack, body: Json, client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=form())

    app.command("/lead")(open_form)
    app.shortcut("add")(open_form)
    app.shortcut("make")(open_form)

    @app.command("/leads")
    def list_leads(ack: Ack, command: Json) -> None:
        ack(f"Nothing open for “{command['text']}”.")

    @app.view("lead")
    def submit(ack: Ack, body: Json, client: WebClient) -> None:
        name = body["view"]["state"]["values"]["name"]["v"]["value"]
        if "," in name:
            ack(response_action="errors", errors={"name": "One name only, please."})
            return
        ack()
        client.chat_postMessage(channel="C0LEADSSMB", text=f"Lead {name}", blocks=card(name, "New lead"))

    @app.action("stage")
    def take_note(ack: Ack) -> None:
        ack()

    @app.action("claim")
    def claim(ack: Ack, body: Json, client: WebClient) -> None:
        ack()
        status = f":white_check_mark: Claimed by <@{body['user']['id']}>"
        name = body["message"]["blocks"][0]["text"]["text"]
        blocks = card(name, status, claimed=True)
        client.chat_update(channel=body["channel"]["id"], ts=body["message"]["ts"], text="Claimed", blocks=blocks)

    @app.action("more")
    def explain(ack: Ack, body: Json, client: WebClient) -> None:
        ack()
        who, where = body["user"]["id"], body["channel"]["id"]
        client.chat_postEphemeral(channel=where, user=who, text="It is your turn.")

    @app.event("app_home_opened")
    def greet(event: Json, client: WebClient) -> None:
        blocks = [
            {"type": "header", "text": words("Good morning")},
            {"type": "section", "text": marked("*2* follow-ups")},
            {
                "type": "actions",
                "block_id": "planning",
                "elements": [{**stage_menu(), "action_id": "stage"}, button("Plan", "plan", style="primary")],
            },
        ]
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    return app


def connect(sandbox: Sandbox) -> tuple[WebClient, SocketModeHandler]:
    client = WebClient(sandbox.bot_token, base_url=sandbox.api_url)
    handler = SocketModeHandler(build(client), sandbox.app_token)
    handler.connect()  # type: ignore[no-untyped-call]
    return client, handler
