"""Whatever strangers type, every view is taken by Slack, pings nobody, forges nothing and fits into a message."""

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sandbox.blocks import problems, view_problems
from bot.views.kit import Message
from tests.views.every_view import ALL, ENTRIES, PIECES, Shown, public_views

HOSTILE = (
    "",
    " ",
    "\n\n",
    "<!channel>",
    "<!here>",
    "<@U0ALICE>",
    "<#C0LEADSSMB>",
    "<http://evil|Invoice>",
    "@here",
    "@everyone",
    "@\u200ehere",
    "*_~``` `x` >quote",
    "&lt;!channel&gt;",
    "&amp;" * 3000,
    "&<>" * 3000,
    "<!channel> " * 900,
    "\u202eevil\u202c",
    "\x00",
    "a\x00b\x1b[31m",
    "\ud800",
    "a\udfffb",
    "😀",
    "👨‍👩‍👧‍👦" * 1500,
    "ß" * 5000,
    "x" * 10_000,
    '"\\' * 5000,
    "\n" * 10_000,
    "line\nline\r\n" * 1000,
    "日本語" * 3000,
    "e\u0301" * 5000,
    ":fire: :smile:",
    "@HERE @Channel",
)
MESSAGE_BYTES = 12_000
TEXT_MAX = 4000
ROWS = 60  # more than any list is asked to show
ENTITY = re.compile(r"&(?:amp|lt|gt);")
PING = re.compile(r"@(?:here|channel|everyone)", re.IGNORECASE)

words = st.one_of(
    st.text(st.characters(exclude_categories=[]), max_size=40),
    st.lists(st.sampled_from(HOSTILE), max_size=4).map("".join),
    st.builds(str.__mul__, st.text(st.characters(exclude_categories=[]), min_size=1), st.integers(1, 500)),
)


def parts(value: Any) -> list[dict[str, Any]]:
    """Every object in there, however deep."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [*([value] if isinstance(value, dict) else []), *(part for each in inner for part in parts(each))]


def check(shown: Shown) -> None:
    sent = shown.as_payload() if isinstance(shown, Message) else shown
    encoded = json.dumps(sent, ensure_ascii=False).encode("utf-8")
    assert b"\x00" not in encoded
    assert not [part for part in parts(sent) if part.get("type") == "mrkdwn"]
    if isinstance(shown, Message):
        assert problems(sent["blocks"], "message") == []
        size = len(json.dumps(sent["blocks"], ensure_ascii=False).encode("utf-8"))
        assert size <= MESSAGE_BYTES
        check_fallback(sent["text"])
    else:
        assert view_problems(sent) == []


def check_fallback(text: str) -> None:
    assert 0 < len(text) <= TEXT_MAX
    bare = ENTITY.sub("", text)
    assert not set("<>&") & set(bare), "unescaped markup"
    assert not PING.search(text)
    assert "\n" not in text


def test_every_view_is_in_the_table() -> None:
    assert public_views() - PIECES == set(ENTRIES)


@pytest.mark.parametrize("view", ALL)
def test_hostile_words_do_no_harm(view: str) -> None:
    for text in HOSTILE:
        check(ALL[view](text, ROWS))


@pytest.mark.parametrize("view", ALL)
@settings(max_examples=25)
@given(words=words)
def test_no_words_at_all_do_harm(view: str, words: str) -> None:
    check(ALL[view](words, ROWS))


def test_ordinary_words_are_shown_whole() -> None:
    note = "Wants a demo & a price for 20 seats.\nCall her on Friday." * 40
    shown = ALL["announcements.note"](note, ROWS)
    assert isinstance(shown, Message)
    assert note in [part.get("text") for part in parts(shown.as_payload()["blocks"])]
