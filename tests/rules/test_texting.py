"""How long a text is on the way, and which answers are words of their own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.texting import PLACES, size_of, word_in

SIZES = (
    ("", "GSM-7", 0, 1),
    ("x" * 160, "GSM-7", 160, 1),
    ("x" * 161, "GSM-7", 161, 2),
    ("x" * 306, "GSM-7", 306, 2),
    ("x" * 307, "GSM-7", 307, 3),
    ("€" * 80, "GSM-7", 160, 1),  # the extension takes two places each
    ("x" * 152 + "€" + "x" * 152, "GSM-7", 306, 3),  # and is never cut in two
    ("ж" * 70, "UCS-2", 70, 1),
    ("ж" * 71, "UCS-2", 71, 2),
    ("😀" * 35, "UCS-2", 70, 1),
    ("x" * 159 + "ж", "UCS-2", 160, 3),
)


@pytest.mark.parametrize(("text", "encoding", "places", "parts"), SIZES)
def test_sizes_worked_out_by_hand(text: str, encoding: str, places: int, parts: int) -> None:
    size = size_of(text)
    assert (size.encoding, size.places, size.parts) == (encoding, places, parts)


@given(st.text(max_size=800))
def test_parts_hold_the_text_and_no_more_of_them_than_need_be(text: str) -> None:
    size = size_of(text)
    single, part = PLACES[size.encoding]
    assert size.places <= (single if size.parts == 1 else size.parts * part)
    assert size.parts <= -(-size.places // (part - 1)) + 1


@pytest.mark.parametrize("text", ["STOP", " stop. ", "Stop All", "“unsubscribe”", "Arrêt!", "STOPP"])
def test_stop_is_understood_however_it_is_written(text: str) -> None:
    assert word_in(text) == "stop"


@pytest.mark.parametrize("text", ["Please stop by at ten", "I cannot help", "start on Monday", "", "yes please"])
def test_a_word_within_a_sentence_is_none_of_them(text: str) -> None:
    assert word_in(text) is None


def test_start_and_help_are_words_as_well() -> None:
    assert [word_in("START"), word_in("Help")] == ["start", "help"]
