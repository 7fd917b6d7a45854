"""Every limit in the tables has a value at it that passes and one beyond it that does not."""

import json
from collections.abc import Callable

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox import limits, problems, view_problems
from bot.sandbox.kit import BLOCKS
from bot.sandbox.kit_elements import ELEMENTS, SELECT_NAMES
from tests.sandbox.driver import Json, People, actions, button, field_block, modal, plain
from tests.sandbox.samples import Case, cases, smallest

SMB = "C0LEADSSMB"
NEVER_IN_A_MODAL = {
    "card", "carousel", "container", "context_actions", "data_table", "data_visualization", "markdown", "table",
}  # fmt: skip
CARD = {"type": "card", "title": plain("x")}
NEVER_AT_HOME = {"alert", "context_actions", "markdown", "table", "data_table"}


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_each_limit_passes_what_is_at_it_and_refuses_what_is_beyond(case: Case) -> None:
    assert case.problems(case.just_right) == []
    assert len(case.problems(case.too_much)) >= 1


def test_the_tables_hold_limits_enough_to_be_worth_generating_from() -> None:
    assert len(cases()) > 250


@pytest.mark.parametrize("kind", sorted(BLOCKS))
def test_each_block_goes_where_slack_lets_it_and_nowhere_else(kind: str) -> None:
    expected = {"message", "modal", "home"}
    expected -= {"message"} if kind == "alert" else set()
    expected -= {"modal"} if kind in NEVER_IN_A_MODAL else set()
    expected -= {"home"} if kind in NEVER_AT_HOME else set()
    assert BLOCKS[kind].surfaces == expected
    for surface in ("message", "modal", "home"):
        found = problems([smallest("blocks", kind, min(expected))], surface)
        assert any("is not allowed in a" in each for each in found) == (surface not in expected)


def texts(count: int) -> list[Json]:
    return [plain("x")] * count


def options(count: int) -> list[Json]:
    return [{"text": plain("x"), "value": str(number)} for number in range(count)]


def chart(**more: object) -> Json:
    return {"type": "data_visualization", "title": "x", "chart": more}


def pie(count: int) -> Json:
    return chart(type="pie", segments=[{"label": str(number), "value": 1} for number in range(count)])


def bar(series: int, categories: int) -> Json:
    names = [str(number) for number in range(categories)]
    points = [{"label": name, "value": -1} for name in names]
    return chart(
        type="bar",
        series=[{"name": str(number), "data": points} for number in range(series)],
        axis_config={"categories": names},
    )


def table(rows: int, cells: int, kind: str = "table", text: str = "x") -> Json:
    extra = {"caption": "c"} if kind == "data_table" else {}
    return {"type": kind, **extra, "rows": [[{"type": "raw_text", "text": text}] * cells] * rows}


# The numbers that matter most, by hand, so that a slip in the tables cannot go unseen.
PINNED: list[tuple[str, str, Callable[[int], Json], int]] = [
    ("section text", "message", lambda n: {"type": "section", "text": plain("x" * n)}, 3000),
    ("section fields", "message", lambda n: {"type": "section", "fields": texts(n)}, 10),
    ("field text", "message", lambda n: {"type": "section", "fields": [plain("x" * n)]}, 2000),
    ("header", "message", lambda n: {"type": "header", "text": plain("x" * n)}, 150),
    ("context elements", "message", lambda n: {"type": "context", "elements": texts(n)}, 10),
    ("actions", "message", lambda n: actions(*[button(str(i)) for i in range(n)]), 25),
    ("block_id", "home", lambda n: {"type": "divider", "block_id": "x" * n}, 255),
    ("action_id", "home", lambda n: actions(button("x" * n, text=plain("x"))), 255),
    ("button text", "message", lambda n: actions(button("a", text=plain("x" * n))), 75),
    ("button value", "message", lambda n: actions(button("a", "v" * n)), 2000),
    ("markdown", "message", lambda n: {"type": "markdown", "text": "x" * n}, 12_000),
    ("alert", "modal", lambda n: {"type": "alert", "text": plain("x" * n)}, 200),
    ("card body", "message", lambda n: {"type": "card", "body": plain("x" * n)}, 200),
    ("card buttons", "home", lambda n: {"type": "card", "actions": [button(str(i)) for i in range(n)]}, 3),
    (
        "carousel",
        "message",
        lambda n: {"type": "carousel", "elements": [{"type": "card", "title": plain("x")}] * n},
        10,
    ),
    (
        "container",
        "message",
        lambda n: {"type": "container", "title": plain("x"), "child_blocks": [{"type": "divider"}] * n},
        10,
    ),
    ("table rows", "message", lambda n: table(n, 1), 100),
    ("table cells", "message", lambda n: table(1, n), 20),
    ("data table rows", "message", lambda n: table(n, 1, "data_table"), 101),
    ("table characters", "message", lambda n: table(1, 1, text="x" * n), 10_000),
    ("data table characters", "message", lambda n: table(2, 1, "data_table", "x" * (n // 2 + n % 2)), 10_000),
    ("pie segments", "message", pie, 12),
    ("series", "home", lambda n: bar(n, 2), 12),
    ("categories", "message", lambda n: bar(1, n), 20),
    ("chart title", "message", lambda n: pie(1) | {"title": "x" * n}, 50),
    ("overflow", "home", lambda n: actions({"type": "overflow", "options": options(n)}), 5),
    ("select options", "modal", lambda n: actions({"type": "static_select", "options": options(n)}), 100),
    ("radio buttons", "modal", lambda n: field_block("b", {"type": "radio_buttons", "options": options(n)}), 10),
    ("check boxes", "modal", lambda n: field_block("b", {"type": "checkboxes", "options": options(n)}), 10),
    ("label", "modal", lambda n: field_block("b", {"type": "datepicker"}, label=plain("x" * n)), 2000),
    ("files", "modal", lambda n: field_block("b", {"type": "file_input", "max_files": n}), 10),
    ("max_length", "modal", lambda n: field_block("b", {"type": "plain_text_input", "max_length": n}), 3000),
]


@pytest.mark.parametrize(("name", "surface", "make", "most"), PINNED, ids=[each[0] for each in PINNED])
def test_slacks_published_numbers_hold(name: str, surface: str, make: Callable[[int], Json], most: int) -> None:
    assert problems([make(most)], surface) == []
    assert problems([make(most + 1)], surface)


@pytest.mark.parametrize(
    ("make", "most"),
    [
        (lambda n: modal(title=plain("x" * n)), 24),
        (lambda n: modal(submit=plain("x" * n)), 24),
        (lambda n: modal(callback_id="x" * n), 255),
        (lambda n: modal(private_metadata="x" * n), 3000),
        (lambda n: modal(*[{"type": "divider"}] * n), 100),
        (lambda n: {"type": "home", "blocks": [{"type": "divider"}] * n}, 100),
    ],
)
def test_slacks_published_numbers_for_views_hold(make: Callable[[int], Json], most: int) -> None:
    assert view_problems(make(most)) == []
    assert view_problems(make(most + 1))


def refusal(call: Callable[[], object]) -> Json:
    with pytest.raises(SlackApiError) as caught:
        call()
    return dict(caught.value.response.data)


def blocks_of(size: int, inside: Json | None = None) -> list[Json]:
    """Sections that make the JSON, of a view or of the list itself, exactly so many bytes."""
    blocks = [{"type": "section", "text": plain("x")} for _ in range(size // 2500)]
    missing = size - len(json.dumps(inside | {"blocks": blocks} if inside else blocks))
    for block in blocks:
        part = min(2999, missing)
        block["text"] = plain("x" * (1 + part))
        missing -= part
    return blocks


def test_all_blocks_of_a_message_together_have_twelve_thousand_bytes(client: WebClient) -> None:
    assert client.chat_postMessage(channel=SMB, text="x", blocks=blocks_of(12_000))["ok"]
    answer = refusal(lambda: client.chat_postMessage(channel=SMB, text="x", blocks=blocks_of(12_001)))
    assert answer["error"] == "msg_blocks_too_long"
    assert answer["errors"] == ["/blocks: 12,001 of 12,000 bytes"]


def test_a_view_has_two_hundred_and_fifty_thousand_bytes(client: WebClient) -> None:
    def home(size: int) -> Json:
        return {"type": "home", "blocks": blocks_of(size, {"type": "home"})}

    assert client.views_publish(user_id="U0ALICE", view=home(250_000))["ok"]
    assert refusal(lambda: client.views_publish(user_id="U0ALICE", view=home(250_001)))["error"] == "view_too_large"


def test_text_of_an_update_has_four_thousand_characters(client: WebClient) -> None:
    ts = str(client.chat_postMessage(channel=SMB, text="x")["ts"])
    assert client.chat_update(channel=SMB, ts=ts, text="x" * 4000)["ok"]
    assert refusal(lambda: client.chat_update(channel=SMB, ts=ts, text="x" * 4001))["error"] == "msg_too_long"


def test_text_of_a_new_message_is_cut_at_forty_thousand_characters(client: WebClient, people: People) -> None:
    client.chat_postMessage(channel=SMB, text="x" * 40_001)
    assert len(people.reads(SMB, "alice")[0]["text"]) == 40_000


def test_markdown_text_stands_alone_and_has_twelve_thousand_characters(client: WebClient) -> None:
    assert client.chat_postMessage(channel=SMB, markdown_text="x" * 12_000)["ok"]
    long = refusal(lambda: client.chat_postMessage(channel=SMB, markdown_text="x" * 12_001))
    both = refusal(lambda: client.chat_postMessage(channel=SMB, markdown_text="x", text="y"))
    assert (long["error"], both["error"]) == ("msg_too_long", "markdown_text_conflict")


def test_blocks_need_a_text_to_notify_with_and_to_read_aloud(client: WebClient) -> None:
    blocks = [{"type": "divider"}]
    answer = refusal(lambda: client.api_call("chat.postMessage", json={"channel": SMB, "blocks": blocks}))
    assert answer["error"] == "no_text"


def test_metadata_is_flat_and_has_eight_thousand_bytes(client: WebClient) -> None:
    def post(payload: Json) -> object:
        metadata = {"event_type": "lead", "event_payload": payload}
        return client.chat_postMessage(channel=SMB, text="x", metadata=metadata)

    empty = len(json.dumps({"event_type": "lead", "event_payload": {"key": ""}}))
    post({"key": "x" * (limits.METADATA_BYTES - empty)})
    too_long = {"key": "x" * (limits.METADATA_BYTES - empty + 1)}
    assert refusal(lambda: post(too_long))["error"] == "metadata_too_large"
    assert refusal(lambda: post({"key": {"deep": 1}}))["error"] == "invalid_metadata_format"


def test_a_message_has_two_charts_at_most() -> None:
    assert problems([pie(1), pie(2)], "message") == []
    assert problems([pie(1), pie(2), pie(3)], "message") == ["/blocks: 3 of 2 charts"]


def test_markdown_blocks_share_twelve_thousand_characters() -> None:
    half = {"type": "markdown", "text": "x" * 6000}
    assert problems([half, half], "message") == []
    assert problems([half, half, half], "message") == ["/blocks: 18,000 of 12,000 characters of markdown"]


ALMOST = [
    (actions({"type": "static_select", "options": options(2), "initial_option": options(3)[2]}), "match one of"),
    (actions({"type": "static_select", "options": options(1), "option_groups": []}), "only one of"),
    (actions({"type": "static_select", "options": [{"text": {"type": "mrkdwn", "text": "x"}, "value": "x"}]}), "plain"),
    (actions({"type": "users_select", "focus_on_load": True}, {"type": "datepicker", "focus_on_load": True}), "focus"),
    (actions({"type": "datepicker", "initial_date": "2026-13-01"}), "a date such as"),
    (actions({"type": "timepicker", "initial_time": "24:00"}), "a time such as"),
    (actions(button("a", url="nowhere")), "an address such as"),
    (actions({"type": "conversations_select", "filter": {}}), "must have one of"),
    (field_block("b", {"type": "plain_text_input", "min_length": 5, "max_length": 4}), "must not be more than max"),
    (field_block("b", {"type": "plain_text_input", "initial_value": "abc", "max_length": 2}), "3 of 2 characters"),
    (field_block("b", {"type": "multi_users_select", "initial_users": ["A", "B"], "max_selected_items": 1}), "2 of 1"),
    (field_block("b", {"type": "file_input"}, dispatch_action=True), "dispatches no action"),
    ({"type": "image", "alt_text": "x", "image_url": "ftp://a"}, "web address"),
]


@pytest.mark.parametrize(("block", "words"), ALMOST, ids=[each[1] for each in ALMOST])
def test_what_contradicts_itself_is_refused_in_a_modal(block: Json, words: str) -> None:
    assert any(words in found for found in problems([block], "modal"))


UNSOUND = [
    (table(2, 2, "data_table") | {"row_header_column_index": 2}, "no such column"),
    (
        {"type": "data_table", "caption": "c", "rows": [[smallest("cells", "rich_text", "message")]] * 2},
        "header cell",
    ),
    (
        {"type": "data_table", "caption": "c", "rows": [table(1, 1)["rows"][0], table(1, 2)["rows"][0]]},
        "same number of cells",
    ),
    (
        {"type": "container", "title": plain("x"), "child_blocks": [CARD]},
        "unsupported",
    ),
    (
        {"type": "container", "title": plain("x"), "child_blocks": [{"type": "divider"}], "default_collapsed": True},
        "only a collapsible",
    ),
    (
        {"type": "container", "title": plain("x"), "child_blocks": [{"type": "divider", "block_id": "a"}] * 2},
        "used 2 times",
    ),
    (chart(type="pie", segments=[{"label": "a", "value": 0}]), "at least"),
    (bar(1, 1) | {"chart": {**bar(2, 1)["chart"], "series": [bar(1, 1)["chart"]["series"][0]] * 2}}, "series name"),
]


@pytest.mark.parametrize(("block", "words"), UNSOUND, ids=[each[1] for each in UNSOUND])
def test_the_newest_blocks_are_checked_inside(block: Json, words: str) -> None:
    assert any(words in found for found in problems([block], "message"))


def test_every_kind_of_select_is_known() -> None:
    assert len(SELECT_NAMES) == 10
    assert ELEMENTS.keys() >= SELECT_NAMES
