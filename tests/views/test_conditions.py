"""What conditions of the playbook ask, in words."""

from typing import Any

import pytest

from bot.playbook.parts import Condition
from bot.views.conditions import all_in_words


@pytest.mark.parametrize(("asked", "said"), [
    ({"field": "consent", "is": ["true"]}, "they agreed to e-mails"),
    ({"field": "consent", "is": ["false"]}, "they did not agree to e-mails"),
    ({"field": "country", "is": ["DE", "AT", "CH"]}, "the country is DE, AT or CH"),
    ({"field": "level", "is_not": ["rejected"]}, "the level is not rejected"),
    ({"field": "title", "contains": "head"}, "the title has “head” in it"),
    ({"field": "company_size", "at_least": 1000}, "the company size is at least 1,000"),
    ({"field": "score", "at_most": 19.5}, "the score is at most 19.5"),
    ({"field": "fields.employees", "exists": True}, "the field employees is known"),
    ({"field": "answers.budget", "exists": False}, "the answer about budget is not known"),
    ({"field": "time", "between": ["18:00:00", "08:00:00"], "days": ["mon", "tue"], "zone": "Europe/Berlin"},
     "it is between 18:00 and 08:00 on Mon or Tue (Europe/Berlin)"),
])  # fmt: skip
def test_a_condition_is_said_in_words(asked: dict[str, Any], said: str) -> None:
    assert all_in_words([Condition.model_validate(asked)]) == said


def test_several_conditions_are_one_sentence() -> None:
    asked = ({"field": "consent", "is": ["true"]}, {"field": "score", "at_least": 20})
    conditions = [Condition.model_validate(one) for one in asked]
    assert all_in_words(conditions) == "they agreed to e-mails and the score is at least 20"
