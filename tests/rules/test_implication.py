"""Routes that never decide are found, and a route that can decide is never called one of them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.playbook.lint import reach_mistakes
from bot.playbook.parts import steps_of
from bot.playbook.playbook import Condition, RouteRule, Step, Team
from bot.rules.cleaning.lead import CleanLead
from bot.rules.implication import contradict, implied
from bot.rules.values import Reading, value_of

TEAMS = (
    Team(name="utc", channel="#a"), Team(name="berlin", channel="#b", zone="Europe/Berlin"),
)  # fmt: skip
EVERY_DAY = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def steps(*rules: list[dict[str, Any]], teams: tuple[str, ...] = ("utc", "utc", "utc")) -> tuple[Step, ...]:
    """Rules with these conditions, each for one of the teams."""
    routes = (
        RouteRule(name=f"rule {number}", team=team, when=tuple(map(Condition.model_validate, when)))
        for number, (when, team) in enumerate(zip(rules, teams, strict=False))
    )
    return steps_of(tuple(routes), TEAMS)


def refused(*rules: list[dict[str, Any]], teams: tuple[str, ...] = ("utc", "utc", "utc")) -> dict[int, str]:
    """The numbers of the rules that never decide, and why."""
    return {int(place[1]): why for place, why in reach_mistakes(steps(*rules, teams=teams))}


def size(**question: Any) -> dict[str, Any]:
    return {"field": "company_size", **question}


def clock(**question: Any) -> dict[str, Any]:
    return {"field": "time", **question}


# The earlier rule's conditions -> the later rule's, which can never be the first to match.
UNREACHABLE: list[tuple[list[dict[str, Any]], list[dict[str, Any]]]] = [
    ([], [size(at_least=5)]),
    ([size(is_not=["x"])], [size(is_not=["X", "y"])]),
    ([size(**{"is": ["a", "B"]})], [size(**{"is": ["b"]})]),
    ([size(is_not=["a"])], [size(**{"is": ["b"]})]),
    ([size(is_not=["a"])], [size(exists=False)]),
    ([size(is_not=["a"])], [size(contains="b")]),
    ([size(is_not=["4"])], [size(at_least=5)]),
    ([size(exists=True)], [size(at_most=5)]),
    ([size(exists=True)], [size(contains="b")]),
    ([size(exists=False)], [size(exists=False)]),
    ([size(contains="ent")], [size(contains="Enterprise")]),
    ([size(contains="ent")], [size(**{"is": ["enterprise", "gentle"]})]),
    ([size(at_least=5)], [size(at_least=5)]),
    ([size(at_least=50)], [size(**{"is": ["51-200", "5k"]})]),
    ([size(at_most=5)], [size(at_most=4), {"field": "country", "is": ["de"]}]),
    ([size(**{"is": ["a", "b"]})], [size(**{"is": ["b", "c"]}), size(is_not=["c"])]),
    ([clock(days=["sat", "sun"])], [clock(days=["sun"])]),
    ([clock(days=["sat", "sun"])], [clock(days=["sat"], between=["18:00", "08:00"])]),
    ([clock(between=["18:00", "08:00"])], [clock(between=["22:00", "07:00"])]),
    ([clock(between=["18:00", "08:00"])], [clock(between=["06:00", "08:00"], days=["mon"])]),
    ([clock(days=EVERY_DAY)], [size(at_least=5)]),
]
REACHABLE: list[tuple[list[dict[str, Any]], list[dict[str, Any]]]] = [
    ([size(at_least=5)], [size(at_least=4)]),
    ([size(at_least=5)], [{"field": "fields.employees", "at_least": 5}]),
    ([size(at_least=5), size(at_most=9)], [size(at_least=5)]),
    ([size(is_not=["a"])], [size(is_not=["b"])]),
    ([size(exists=True)], [size(is_not=["a"])]),
    ([size(contains="enterprise")], [size(contains="ent")]),
    ([size(contains="a")], [size(**{"is": ["a", "b"]})]),
    ([size(at_least=1000)], [size(**{"is": ["1.125"]})]),
    ([size(**{"is": ["5"]})], [size(at_least=5), size(at_most=5)]),
    ([clock(days=["sat"])], [clock(days=["sat"], between=["18:00", "08:00"])]),  # the night ends on Sunday
    ([clock(days=["sun"])], [clock(days=["sun"], zone="Europe/Berlin")]),
    ([clock(between=["08:00", "18:00"])], [clock(between=["08:00", "18:00:01"])]),
]
CONTRADICTIONS: list[list[dict[str, Any]]] = [
    [size(at_least=10), size(at_most=5)],
    [size(**{"is": ["a"]}), size(is_not=["A"])],
    [size(**{"is": ["a"]}), size(**{"is": ["b"]})],
    [size(**{"is": ["a"]}), size(contains="b")],
    [size(**{"is": ["51-200"]}), size(at_least=52)],
    [size(**{"is": ["a"]}), size(at_least=0)],
    [size(exists=False), size(contains="a")],
    [size(exists=False), size(exists=True)],
    [clock(days=["sat"]), clock(days=["mon"])],
    [clock(between=["08:00", "09:00"]), clock(between=["09:00", "10:00"])],
    [clock(between=["18:00", "08:00"], days=["fri"]), clock(days=["sun"])],
]
NO_CONTRADICTIONS: list[list[dict[str, Any]]] = [
    [size(at_least=5), size(at_most=5)],
    [size(exists=False), size(is_not=["a"])],
    [size(**{"is": ["1.125"]}), size(at_most=2)],
    [size(**{"is": ["1.125"]}), size(at_least=1000)],
    [size(contains="a"), size(contains="b")],
    [clock(between=["18:00", "08:00"], days=["fri"]), clock(days=["sat"])],
    [clock(days=["sat"]), clock(days=["sun"], zone="Europe/Berlin")],
]


@pytest.mark.parametrize(("earlier", "later"), UNREACHABLE)
def test_a_rule_after_one_that_takes_all_its_leads_is_refused(
    earlier: list[dict[str, Any]], later: list[dict[str, Any]]
) -> None:
    assert list(refused(earlier, later)) == [1]
    assert "'rule 0' before it" in refused(earlier, later)[1]


@pytest.mark.parametrize(("earlier", "later"), REACHABLE)
def test_a_rule_that_can_decide_is_let_be(earlier: list[dict[str, Any]], later: list[dict[str, Any]]) -> None:
    assert not refused(earlier, later)


@pytest.mark.parametrize("when", CONTRADICTIONS)
def test_a_rule_that_no_lead_can_meet_is_refused(when: list[dict[str, Any]]) -> None:
    assert "can never match" in refused(when)[0]


@pytest.mark.parametrize("when", NO_CONTRADICTIONS)
def test_a_rule_that_some_lead_can_meet_is_let_be(when: list[dict[str, Any]]) -> None:
    assert not refused(when)


def test_the_same_hours_in_two_zones_are_two_times() -> None:
    night = [clock(between=["18:00", "08:00"])]
    assert list(refused(night, night, teams=("utc", "utc"))) == [1]
    assert not refused(night, night, teams=("utc", "berlin"))
    assert list(refused(night, [clock(between=["18:00", "08:00"], zone="UTC")], teams=("utc", "berlin"))) == [1]


def test_a_rule_that_never_matches_hides_no_other() -> None:
    assert list(refused([size(at_least=9), size(at_most=5)], [size(at_least=9), size(at_most=5)])) == [0, 1]
    assert list(refused([size(at_least=9), size(at_most=5)], [size(at_least=9)])) == [0]


def test_a_rule_that_never_matches_is_told_once() -> None:
    assert [place for place, _ in reach_mistakes(steps([], [size(at_least=9), size(at_most=5)]))] == [
        ("routes", 1, "when")
    ]


# --- soundness: few words, so that random rules meet each other often

WORDS = ["5", "5k", "1.125", "51-200", "10", "5.0", "1e3", "true", "a", "ab", "ß", "SS", "A", "-3", "e\u0301"]
RAW = [
    None,
    "",
    " ",
    5,
    5.0,
    10,
    51,
    5000,
    1000.0,
    1.125,
    1125,
    -3,
    0,
    True,
    float("nan"),
    10**400,
    "\u00e9",
    "B a",
    *WORDS,
]
NUMBERS = [-3, 0, 1.125, 2, 5, 10, 51, 1000, 1125, 5000]
TIMES = ["00:00", "06:00", "08:00", "12:30", "18:00", "23:59:59"]
MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
MOMENTS = [
    MONDAY + timedelta(days=day, hours=hour, minutes=minute)
    for day in range(7) for hour in (0, 5, 6, 7, 8, 12, 17, 18, 22, 23) for minute in (0, 30, 59)
]  # fmt: skip

words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3)
days = st.lists(st.sampled_from(EVERY_DAY), min_size=1, max_size=7)
spans = st.lists(st.sampled_from(TIMES), min_size=2, max_size=2, unique=True)
questions = st.one_of(
    st.fixed_dictionaries({"is": words}), st.fixed_dictionaries({"is_not": words}),
    st.fixed_dictionaries({"contains": st.sampled_from(WORDS)}), st.fixed_dictionaries({"exists": st.booleans()}),
    st.fixed_dictionaries({"at_least": st.sampled_from(NUMBERS)}),
    st.fixed_dictionaries({"at_most": st.sampled_from(NUMBERS)}),
)  # fmt: skip
clocks = st.one_of(
    st.fixed_dictionaries({"days": days}), st.fixed_dictionaries({"between": spans}),
    st.fixed_dictionaries({"days": days, "between": spans}),
    st.fixed_dictionaries({"between": spans, "zone": st.sampled_from(["Europe/Berlin", "Asia/Kolkata"])}),
)  # fmt: skip
about_one_field = questions.map(lambda question: Condition.model_validate({"field": "fields.x", **question}))
about_the_clock = clocks.map(lambda question: Condition.model_validate({"field": "time", **question}))
about_anything = st.one_of(
    questions.map(lambda question: {"field": "fields.x", **question}),
    questions.map(lambda question: {"field": "product", **question}),
    clocks.map(lambda question: {"field": "time", **question}),
)
leads = st.builds(
    lambda x, product: CleanLead(name="Jane", fields={"x": x, "product": product}),
    st.sampled_from(RAW), st.sampled_from(RAW),
)  # fmt: skip


@settings(max_examples=1500, deadline=None)
@given(about_one_field, st.lists(about_one_field, max_size=3))
def test_what_is_implied_holds_for_every_value(asked: Condition, known: list[Condition]) -> None:
    meeting = [value for value in map(value_of, RAW) if all(one.check(value) for one in known)]
    if implied("fields.x", asked, known):
        assert all(map(asked.check, meeting))
    if contradict("fields.x", known):
        assert not meeting


@settings(max_examples=300, deadline=None)
@given(about_the_clock, st.lists(about_the_clock, max_size=3))
def test_what_is_implied_holds_at_every_time(asked: Condition, known: list[Condition]) -> None:
    now = [Reading(CleanLead(name="Jane"), moment)["time UTC"] for moment in MOMENTS]
    meeting = [value for value in now if all(one.check(value) for one in known)]
    if implied("time UTC", asked, known):
        assert all(map(asked.check, meeting))
    if contradict("time UTC", known):
        assert not meeting


@settings(max_examples=500, deadline=None)
@given(
    st.lists(st.lists(about_anything, max_size=3), min_size=2, max_size=6),
    st.lists(st.sampled_from(["utc", "berlin"]), min_size=6, max_size=6),
    st.lists(st.tuples(leads, st.sampled_from(MOMENTS)), min_size=20, max_size=40),
)
def test_a_rule_called_unreachable_is_never_the_first_to_match(
    rules: list[list[dict[str, Any]]], teams: list[str], arrivals: list[tuple[CleanLead, datetime]]
) -> None:
    all_steps = steps(*rules, teams=tuple(teams))
    never = {place[1] for place, _ in reach_mistakes(all_steps)}
    for lead, moment in arrivals:
        values = Reading(lead, moment)
        first = next(
            (n for n, step in enumerate(all_steps) if all(test(values[key]) for key, test in step.tests)), None
        )
        assert first not in never
