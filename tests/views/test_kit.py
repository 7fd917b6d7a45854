"""Words that every view shares."""

from typing import Any

import pytest

from bot.views import cards, kit
from bot.views.kit import Person, plural
from tests.views.every_view import lead

LOG = kit.button("Log a call", cards.CALL, "1")


def test_a_count_has_its_noun_in_the_right_number() -> None:
    assert [plural(count, "lead") for count in (0, 1, 2, 1200)] == ["0 leads", "1 lead", "2 leads", "1,200 leads"]
    assert [plural(2, noun) for noun in ("reply", "day")] == ["2 replies", "2 days"]


# --- a telephone number that calls


def test_a_number_can_be_pressed() -> None:
    assert kit.call("+4930901820", LOG)["text"]["text"] == "📞 <tel:+4930901820|Call +4930901820>"


@pytest.mark.parametrize("number", ["+49<!channel>1", "+1|x>*<https://evil.example|y>", "+1\n<@U0ALICE>"])
def test_what_is_no_number_is_left_out(number: str) -> None:
    shown = kit.call(number, LOG)["text"]["text"].removeprefix("📞 <tel:").removesuffix(">").replace("|Call ", "")
    assert not set(shown) - set("+0123456789")


@pytest.mark.parametrize(
    ("number", "more", "can_be_called"),
    [
        ("+4930901820", {}, True),
        ("030 901820, ask for Jane", {}, False),
        ("+4930901820", {"stage_is_final": True}, False),
    ],
)
def test_only_an_owned_open_lead_with_a_number_can_be_called_from_its_card(
    number: str, more: dict[str, Any], can_be_called: bool
) -> None:
    value = cards.Card(lead("x", phone=number), "smb", owner=Person("U1", "Alice"), **more)
    assert any(block.get("accessory") for block in cards.card(value).blocks) is can_be_called
