"""The checks of blocks and views, as the bot's own tests use them."""

import pytest

from bot.sandbox import problems, view_problems
from tests.sandbox.driver import Json, actions, button, field_block, modal, plain

TEXT = {"type": "mrkdwn", "text": "x"}
SECTION = {"type": "section", "text": TEXT}
OPTION = {"text": plain("A"), "value": "a"}


def options(count: int) -> list[Json]:
    return [{"text": plain(str(number)), "value": str(number)} for number in range(count)]


@pytest.mark.parametrize(
    ("block", "surface"),
    [
        (SECTION, "message"),
        ({"type": "section", "fields": [TEXT] * 10}, "home"),
        ({**SECTION, "accessory": button("go", style="primary")}, "modal"),
        ({"type": "header", "text": plain("x")}, "message"),
        ({"type": "context", "elements": [TEXT, plain("y")]}, "message"),
        (actions(button("a"), {"type": "overflow", "action_id": "b", "options": [OPTION]}), "home"),
        (field_block("b", {"type": "email_text_input", "action_id": "a"}), "modal"),
        ({"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}, "message"),
        ({"type": "alert", "text": TEXT, "level": "warning"}, "modal"),
        ({"type": "card", "title": TEXT, "actions": [button("a")]}, "message"),
        (
            {
                "type": "data_visualization",
                "title": "Wins",
                "chart": {"type": "pie", "segments": [{"label": "web", "value": 3}]},
            },
            "message",
        ),
        (
            {
                "type": "rich_text",
                "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}],
            },
            "message",
        ),
    ],
)
def test_sound_blocks_have_no_problems(block: Json, surface: str) -> None:
    assert problems([block], surface) == []


@pytest.mark.parametrize(
    ("block", "surface", "words", "place"),
    [
        ({"type": "spam"}, "message", "unsupported type: spam", "/blocks/0/type"),
        ({"type": "alert", "text": TEXT}, "message", "not allowed in a message", "/blocks/0/type"),
        ({"type": "table", "rows": []}, "modal", "not allowed in a modal", "/blocks/0/type"),
        ({"type": "section"}, "message", "text, fields", "/blocks/0:"),
        ({"type": "section", "text": plain("")}, "message", "at least 1", "/blocks/0/text/text"),
        ({"type": "section", "text": plain("x" * 3001)}, "message", "3,001 of 3,000 characters", "/text"),
        ({"type": "section", "fields": [TEXT] * 11}, "message", "11 of 10 items", "/fields"),
        ({"type": "header", "text": TEXT}, "message", "plain_text", "/blocks/0/text"),
        ({"type": "header", "text": plain("x" * 151)}, "message", "151 of 150", "/blocks/0/text/text"),
        (actions(button("a" * 256, text=plain("x"))), "message", "256 of 255", "/elements/0/action_id"),
        (actions(button("a", "v" * 2001)), "message", "2,001 of 2,000", "/elements/0/value"),
        (actions(button("a", text=plain("x" * 76))), "message", "76 of 75", "/elements/0/text/text"),
        (actions(*[button(str(n)) for n in range(26)]), "message", "26 of 25 items", "/blocks/0/elements"),
        (actions(button("a"), button("a")), "message", "used 2 times", "/blocks/0:"),
        (actions(button("a", colour="red")), "message", "property: colour", "/elements/0:"),
        (
            actions({"type": "static_select", "action_id": "a", "options": options(101)}),
            "message",
            "101 of 100 items",
            "/elements/0/options",
        ),
        (
            actions({"type": "overflow", "action_id": "a", "options": options(6)}),
            "message",
            "6 of 5 items",
            "/elements/0/options",
        ),
        (actions({"type": "plain_text_input", "action_id": "a"}), "message", "unsupported", "/elements/0/type"),
        (field_block("b", {"type": "number_input"}), "modal", "is_decimal_allowed", "/blocks/0/element"),
        (field_block("b", {"type": "email_text_input"}), "home", "not allowed in a home", "/element/type"),
        (
            {"type": "data_visualization", "title": "x", "chart": {"type": "pie", "segments": []}},
            "message",
            "at least 1",
            "/chart/segments",
        ),
    ],
)
def test_what_slack_would_reject_is_named_with_its_place(block: Json, surface: str, words: str, place: str) -> None:
    (found,) = problems([block], surface)
    assert words in found
    assert place in found


def test_a_message_holds_fifty_blocks_and_a_view_a_hundred() -> None:
    assert problems([SECTION] * 50, "message") == []
    assert "51 of 50 items" in problems([SECTION] * 51, "message")[0]
    assert problems([SECTION] * 100, "home") == []
    assert "101 of 100 items" in problems([SECTION] * 101, "modal")[0]


def test_block_ids_are_used_once() -> None:
    (found,) = problems([{**SECTION, "block_id": "a"}, {**SECTION, "block_id": "a"}], "message")
    assert "'a' is used 2 times" in found


def test_a_message_holds_one_table_and_two_charts() -> None:
    table = {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}
    assert "only_one_table_allowed" in problems([table, table], "message")[0]


def test_a_series_has_one_point_per_category() -> None:
    series = [{"name": "won", "data": [{"label": "Jan", "value": 1}]}]
    chart = {"type": "bar", "series": series, "axis_config": {"categories": ["Jan", "Feb"]}}
    block = {"type": "data_visualization", "title": "Wins", "chart": chart}
    assert "one point per category" in problems([block], "message")[0]


def test_a_sound_view_has_no_problems() -> None:
    assert view_problems(modal(field_block("b", {"type": "plain_text_input"}))) == []
    assert view_problems({"type": "home", "blocks": []}) == []


@pytest.mark.parametrize(
    ("view", "words"),
    [
        ({"type": "page", "blocks": []}, "unsupported type: page"),
        ({"type": "modal", "blocks": [SECTION]}, "missing required field: title"),
        (modal(title=plain("x" * 25)), "25 of 24 characters"),
        (modal(private_metadata="x" * 3001), "3,001 of 3,000 characters"),
        (modal(field_block("b", {"type": "plain_text_input"}), submit=None), "submit"),
        ({"type": "home", "title": plain("x"), "blocks": []}, "property: title"),
        ({"type": "modal", "title": plain("x")}, "missing required field: blocks"),
        (modal({"type": "section"}), "/view/blocks/0"),
    ],
)
def test_a_view_slack_would_reject_is_named(view: Json, words: str) -> None:
    assert any(words in found for found in view_problems(view))
