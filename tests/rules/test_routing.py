"""Which team a lead goes to: the first route whose conditions all hold."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.playbook import Condition, Playbook, RouteRule, Stage, Team
from bot.rules.routing import Route, route
from tests.factories import clean


def playbook(*conditions: dict[str, Any]) -> Playbook:
    """Two teams; team big takes what meets all the conditions."""
    when = tuple(Condition.model_validate(condition) for condition in conditions)
    return Playbook(
        stages=(Stage(name="new"), Stage(name="won", kind="won"), Stage(name="lost", kind="lost")),
        teams=(Team(name="small", channel="#small"), Team(name="big", channel="#big")),
        routes=(RouteRule(name="a big one", team="big", when=when), RouteRule(name="the rest", team="small")),
    )


EMPLOYEES = {"field": "fields.employees", "at_least": 250}
BIG, SMALL = Route("big", "a big one"), Route("small", "the rest")


@pytest.mark.parametrize("employees", [250, 251.5, "250", "1,000", "250-500", "500+", " 300 "])
def test_a_number_that_is_large_enough_matches_however_it_is_written(employees: object) -> None:
    assert route(clean(fields={"employees": employees}), playbook(EMPLOYEES)) == BIG


@pytest.mark.parametrize("employees", [249, "10-249", "", "many", None, "-", "nan", -300, True])
def test_a_small_missing_or_unreadable_number_does_not_match(employees: object) -> None:
    assert route(clean(fields={"employees": employees}), playbook(EMPLOYEES)) == SMALL


@pytest.mark.parametrize(
    ("condition", "matches"),
    [
        ({"field": "country", "is": ["de", "AT"]}, True), ({"field": "country", "is": ["FR"]}, False),
        ({"field": "email", "contains": "@ACME."}, True), ({"field": "message", "contains": "refund"}, False),
        ({"field": "fields.plan", "is": ["Enterprise"]}, True), ({"field": "fields.region", "is": ["x"]}, False),
        ({"field": "campaign", "contains": ""}, False),
    ],
)  # fmt: skip
def test_texts_compare_without_regard_to_case_and_a_missing_one_matches_nothing(
    condition: dict[str, Any], matches: bool
) -> None:
    lead = clean(fields={"plan": "enterprise"})
    assert route(lead, playbook(condition)) == (BIG if matches else SMALL)


def test_all_conditions_must_hold() -> None:
    german = {"field": "country", "is": ["DE"]}
    assert route(clean(fields={"employees": 300}), playbook(EMPLOYEES, german)) == BIG
    assert route(clean(fields={"employees": 300}, country="FR"), playbook(EMPLOYEES, german)) == SMALL


@given(st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text())
def test_every_lead_finds_a_team(employees: object) -> None:
    assert route(clean(fields={"employees": employees}), playbook(EMPLOYEES)).team in ("big", "small")
