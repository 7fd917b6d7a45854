"""Which team a lead goes to: the first route whose conditions all hold."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.playbook.playbook import Condition, Playbook, RouteRule, Stage, Team
from bot.rules.numbers import as_number
from bot.rules.routing import Route, route
from tests.factories import TUESDAY, clean

NOTHING: frozenset[str] = frozenset()
BIG, SMALL = Route("big", "a big one", "offer", NOTHING), Route("small", "the rest", "offer", NOTHING)
EMPLOYEES = {"field": "fields.employees", "at_least": 250}


def playbook(*conditions: dict[str, Any], zone: str = "UTC", **rule: Any) -> Playbook:
    """Two teams; team big takes what meets all the conditions."""
    when = tuple(Condition.model_validate(condition) for condition in conditions)
    return Playbook(
        stages=(Stage(name="new"), Stage(name="won", kind="won"), Stage(name="lost", kind="lost")),
        teams=(Team(name="small", channel="#small"), Team(name="big", channel="#big", zone=zone)),
        routes=(RouteRule(name="a big one", team="big", when=when, **rule), RouteRule(name="the rest", team="small")),
    )


def meets(condition: dict[str, Any], now: datetime = TUESDAY, zone: str = "UTC", **lead: Any) -> bool:
    return route(clean(**lead), playbook(condition, zone=zone), now) == BIG


@pytest.mark.parametrize("employees", [250, 251.5, "250", "1,000", "250-500", "500+", " 300 "])
def test_a_number_that_is_large_enough_matches_however_it_is_written(employees: object) -> None:
    assert meets(EMPLOYEES, fields={"employees": employees})


@pytest.mark.parametrize("employees", [249, "10-249", "", "many", None, "-", "nan", -300, True])
def test_a_small_missing_or_unreadable_number_does_not_match(employees: object) -> None:
    assert not meets(EMPLOYEES, fields={"employees": employees})


@pytest.mark.parametrize(
    ("written", "number"),
    [
        (7, 7), (7.5, 7.5), (1.125, 1.125), (-3, -3), ("-3", -3), ("0", 0), ("0.5", 0.5), ("1,5", 1.5), ("007", 7),
        ("1,000", 1000), ("1.000", 1000), ("1 000", 1000), ("1'000", 1000), ("1,234.5", 1234.5), ("1.234,5", 1234.5),
        ("1,234,567", 1_234_567), ("0.125", 0.125), ("51-200", 51), ("51 \N{EN DASH} 200", 51), ("51 to 200", 51),
        ("51-200 employees", 51), ("1,000-5,000", 1000), ("1,000+", 1000), ("> 500", 500), (">=500", 500), ("~40", 40),
        ("5k", 5000), ("2.5K", 2500), ("1m", 1_000_000), ("5k+", 5000), ("1-5k", 1000), ("500-1k", 500),
        ("1k-5k", 1000), ("€ 1,000", 1000), ("1.000 €", 1000), ("12 seats", 12),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_write_them(written: object, number: float) -> None:
    assert as_number(written) == number


@pytest.mark.parametrize(
    "written",
    [
        None, "", " ", "k", "many", "<50", "1,00,0", "1.2.3", "5 million", "2024-01-05", "1-", "-", "--5", "nan", "inf",
        True, False, float("nan"), float("inf"), 10**400, "9" * 61, "\N{ARABIC-INDIC DIGIT FIVE}", [],
    ],
)  # fmt: skip
def test_what_is_no_single_number_is_none(written: object) -> None:
    assert as_number(written) is None


@given(st.text(alphabet="0123456789.,' -+km€<>~", max_size=70) | st.text() | st.integers() | st.floats())
def test_reading_a_number_never_fails(written: object) -> None:
    number = as_number(written)
    assert number is None or abs(number) < float("inf")


@given(st.integers(min_value=-(10**12), max_value=10**12))
def test_a_whole_number_is_the_same_with_and_without_marks(number: int) -> None:
    assert as_number(f"{number:,}") == as_number(str(number)) == as_number(number) == number


@pytest.mark.parametrize(
    ("condition", "matches"),
    [
        ({"field": "country", "is": ["de", "AT"]}, True), ({"field": "country", "is": ["FR"]}, False),
        ({"field": "country", "is_not": ["FR", "at"]}, True), ({"field": "country", "is_not": ["fr", "de"]}, False),
        ({"field": "email", "contains": "@ACME."}, True), ({"field": "message", "contains": "refund"}, False),
        ({"field": "message", "contains": "please call"}, True), ({"field": "message", "contains": " please"}, False),
        ({"field": "fields.plan", "is": ["Enterprise"]}, True), ({"field": "fields.region", "is": ["x"]}, False),
        ({"field": "fields.plan", "is": ["  enterprise "]}, True), ({"field": "consent", "is": ["true"]}, True),
        ({"field": "fields.seats", "is": ["40"]}, True), ({"field": "fields.seats", "at_most": 40}, True),
        ({"field": "fields.seats", "at_most": 39.5}, False), ({"field": "fields.plan", "at_most": 5}, False),
        ({"field": "campaign", "exists": True}, False), ({"field": "campaign", "exists": False}, True),
        ({"field": "fields.blank", "exists": True}, False), ({"field": "fields.plan", "exists": True}, True),
    ],
)  # fmt: skip
def test_texts_compare_without_regard_to_case(condition: dict[str, Any], matches: bool) -> None:
    assert meets(condition, fields={"plan": "enterprise", "seats": 40, "blank": " "}) == matches


@pytest.mark.parametrize(
    ("question", "matches"),
    [
        ({"is": ["x"]}, False), ({"contains": "x"}, False), ({"at_least": 0}, False), ({"at_most": 0}, False),
        ({"exists": True}, False), ({"exists": False}, True), ({"is_not": ["x"]}, True),
    ],
)  # fmt: skip
def test_a_missing_value_meets_only_what_asks_for_no_value(question: dict[str, Any], matches: bool) -> None:
    assert meets({"field": "fields.unheard", **question}) == matches


@pytest.mark.parametrize(
    ("noun", "fields", "value"),
    [
        ("score", {"score": "70"}, "70"), ("score", {"Lead Score": 70}, "70"), ("segment", {"tier": "Gold"}, "gold"),
        ("company_size", {"Company size": "51-200"}, "51-200"), ("company_size", {"employees": 9}, "9"),
        ("company_size", {"company_size": "", "headcount": 9}, "9"), ("product", {"interested-in": "CRM"}, "crm"),
        ("language", {"locale": "de-AT"}, "de"), ("language", {"Language": "de"}, "de"),
        ("language", {"language": "German"}, "german"), ("account", {}, "acme.example"),
        ("account", {"account": "someone-else.example"}, "acme.example"),
    ],
)  # fmt: skip
def test_a_noun_is_found_under_its_usual_names(noun: str, fields: dict[str, Any], value: str) -> None:
    assert meets({"field": noun, "is": [value]}, fields=fields)


def test_the_account_of_a_public_address_is_the_company() -> None:
    acme = {"field": "account", "is": ["acme"]}
    assert meets(acme, email="jane@gmail.com", company="ACME, Inc.")
    assert not meets(acme, email="jane@other.example", company="Acme")


NIGHT = {"field": "time", "between": ["18:00", "08:00"]}
FRIDAY_NIGHT = {**NIGHT, "days": ["fri"]}
WEEKEND = {"field": "time", "days": ["sat", "sun"]}
NOON = {"field": "time", "between": ["12:00", "13:00"]}


@pytest.mark.parametrize(
    ("condition", "moment", "matches"),
    [
        (NOON, "2026-11-24T11:59:59.9", False), (NOON, "2026-11-24T12:00", True), (NOON, "2026-11-24T13:00", False),
        (NIGHT, "2026-11-24T17:59", False), (NIGHT, "2026-11-24T18:00", True), (NIGHT, "2026-11-24T00:00", True),
        (NIGHT, "2026-11-24T07:59", True), (NIGHT, "2026-11-24T08:00", False),
        (WEEKEND, "2026-11-27T23:59", False), (WEEKEND, "2026-11-28T00:00", True), (WEEKEND, "2026-11-30T00:00", False),
        (FRIDAY_NIGHT, "2026-11-27T07:00", False), (FRIDAY_NIGHT, "2026-11-27T18:00", True),
        (FRIDAY_NIGHT, "2026-11-28T07:59", True), (FRIDAY_NIGHT, "2026-11-28T18:00", False),
        ({**NIGHT, "days": ["sun"]}, "2026-11-30T07:00", True),
    ],
)  # fmt: skip
def test_a_night_belongs_to_the_day_on_which_it_begins(condition: dict[str, Any], moment: str, matches: bool) -> None:
    assert meets(condition, datetime.fromisoformat(moment).replace(tzinfo=UTC)) == matches


def test_the_clock_is_the_teams_unless_the_condition_names_a_zone() -> None:
    quarter_past_eleven = datetime(2026, 11, 24, 11, 15, tzinfo=UTC)
    assert not meets(NOON, quarter_past_eleven)
    assert meets(NOON, quarter_past_eleven, zone="Europe/Berlin")
    assert meets({**NOON, "zone": "Europe/Berlin"}, quarter_past_eleven)
    assert not meets({**NOON, "zone": "UTC"}, quarter_past_eleven, zone="Europe/Berlin")


def test_the_clock_follows_summer_time() -> None:
    berlin = {**NOON, "zone": "Europe/Berlin"}
    assert not meets(berlin, datetime(2026, 7, 1, 11, 15, tzinfo=UTC))
    assert meets(berlin, datetime(2026, 7, 1, 10, 15, tzinfo=UTC))


def test_all_conditions_must_hold() -> None:
    german = {"field": "country", "is": ["DE"]}
    both = playbook(EMPLOYEES, german)
    assert route(clean(fields={"employees": 300}), both, TUESDAY) == BIG
    assert route(clean(fields={"employees": 300}, country="FR"), both, TUESDAY) == SMALL
    assert route(clean(fields={"employees": 3}), both, TUESDAY) == SMALL


def test_the_mode_is_the_routes_own_or_the_teams() -> None:
    lead = clean(fields={"employees": 300})
    assert route(lead, playbook(EMPLOYEES), TUESDAY).mode == "offer"
    assert route(lead, playbook(EMPLOYEES, mode="least busy"), TUESDAY).mode == "least busy"


def test_a_rep_needs_the_skills_and_the_languages() -> None:
    rules = playbook(EMPLOYEES, skills=("Enterprise",), languages=("DE",))
    assert route(clean(fields={"employees": 300}), rules, TUESDAY).needs == {"enterprise", "de"}


@given(st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text())
def test_every_lead_finds_a_team(employees: object) -> None:
    assert route(clean(fields={"employees": employees}), playbook(EMPLOYEES), TUESDAY).team in ("big", "small")
