"""What the playbook's scoring rules may say, and what is refused with its place."""

from typing import Any

import pytest
from pydantic import ValidationError

from bot.playbook.playbook import read_playbook
from bot.playbook.scoring import Scoring
from tests.factories import PLAYBOOK

TITLE = [{"field": "title", "contains": "head"}]


def refused(**values: Any) -> list[tuple[tuple[int | str, ...], str]]:
    with pytest.raises(ValidationError) as caught:
        Scoring.model_validate(values)
    return [(one["loc"], one["msg"]) for one in caught.value.errors()]


def test_the_shipped_playbook_has_rules_and_bant() -> None:
    shipped = read_playbook(PLAYBOOK).scoring
    assert shipped.has_rules
    assert {one.name for one in shipped.questions if one.for_sql} == {"budget", "authority", "need", "time"}


@pytest.mark.parametrize("field", ["time", "level"])
def test_points_ask_neither_for_the_clock_nor_for_the_level_they_make(field: str) -> None:
    asked = {"field": "time", "days": ["mon"]} if field == "time" else {"field": "level", "is": ["mql"]}
    [(place, why)] = refused(fit=[{"name": "x", "points": 1, "when": [asked]}])
    assert place == ("fit", 0, "when", 0, "field")
    assert field in why


def test_a_rule_about_a_question_that_nobody_asks_is_refused() -> None:
    asked = {"field": "answers.bugdet", "exists": True}
    [(place, why)] = refused(fit=[{"name": "x", "points": 1, "when": [asked]}])
    assert place == ("fit", 0, "when", 0, "field")
    assert "no question 'bugdet'" in why


@pytest.mark.parametrize(
    "values",
    [
        {"fit": [{"name": "Title", "points": 1, "when": TITLE}, {"name": "title", "points": 2, "when": TITLE}]},
        {"engagement": [{"name": "x", "points": 1, "touch": "webinar"}] * 2},
        {"questions": [{"name": "budget", "asks": "How much?"}] * 2},
        {"reject_reasons": ["no need", "No need"]},
    ],
)
def test_a_name_that_is_there_twice_is_refused(values: dict[str, Any]) -> None:
    assert "is there twice" in refused(**values)[0][1]
