"""A score is fit plus what fades, within 0 and 100, and its receipt says every point of it."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.playbook.scoring import Scoring
from bot.rules.cleaning.lead import CleanLead
from bot.rules.levels import Next, after_score, next_level
from bot.rules.scoring import DAY, DRIFT, bounded, crosses_at, judge, level_of, sums, whole
from store.scores import Deed

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
HEAD = {"name": "head of a team", "points": 20, "when": [{"field": "title", "contains": "head"}]}
SIZE = {"name": "company size", "points": 15, "when": [{"field": "company_size", "at_least": 50}]}
GMAIL = {"name": "private address", "points": -10, "when": [{"field": "email", "contains": "@gmail."}]}
BUDGET = {"name": "budget", "points": 30, "when": [{"field": "answers.budget", "exists": True}]}
PRICING = {
    "name": "pricing visit", "points": 8, "touch": "page_view", "contains": "pricing", "half_life_days": 14,
    "at_most": 20,
}  # fmt: skip
JANE = CleanLead("Jane", "jane@acme.example", title="Head of Sales", fields={"employees": "51-200"})


def scoring(*rules: Mapping[str, Any], mql: int = 50) -> Scoring:
    parts: dict[str, list[Mapping[str, Any]]] = {"fit": [], "engagement": []}
    for rule in rules:
        parts["engagement" if "touch" in rule else "fit"].append(rule)
    return Scoring.model_validate({**parts, "mql": mql})


def visit(days_ago: float, detail: str = "pricing page") -> Deed:
    return Deed("page_view", detail, NOW - DAY * days_ago)


# --- fit


def test_without_rules_the_sender_scores() -> None:
    assert judge(CleanLead("Jane", fields={"score": "250"}), Scoring()).score == 100
    assert judge(CleanLead("Jane", fields={"score": 12}), Scoring()).factors[0].kind == "sender"
    assert judge(CleanLead("Jane"), Scoring()).factors == ()


def test_with_rules_the_senders_score_counts_only_where_a_rule_asks_for_it() -> None:
    hot = {"name": "hot", "points": 5, "when": [{"field": "fields.score", "at_least": 80}]}
    lead = CleanLead("Jane", fields={"score": 90})
    assert judge(lead, scoring(HEAD)).score == 0
    assert judge(lead, scoring(HEAD, hot)).score == 5


def test_every_fit_rule_that_holds_is_a_factor_once() -> None:
    receipt = judge(JANE, scoring(HEAD, SIZE, GMAIL))
    assert [(one.name, one.points) for one in receipt.factors] == [("head of a team", 20), ("company size", 15)]
    assert (receipt.score, receipt.fit, receipt.engagement) == (35, 35, 0)


def test_negative_points_count_and_the_score_ends_at_nought() -> None:
    lead = CleanLead("Jane", "jane@gmail.com")
    assert judge(lead, scoring(GMAIL)).score == 0
    assert judge(lead, scoring(GMAIL)).fit == -10


def test_an_answer_counts_where_a_rule_asks_for_it() -> None:
    assert judge(JANE, scoring(HEAD, BUDGET), answers={"budget": "50k"}).score == 50


# --- engagement


def test_points_are_halved_in_every_half_life() -> None:
    rules = scoring(PRICING)
    assert judge(JANE, rules, [visit(0)], NOW).factors[0].points == 8
    faded = judge(JANE, rules, [visit(14)], NOW).factors[0]
    assert (faded.points, faded.before, faded.age) == (4, 8, 14)
    assert judge(JANE, rules, [visit(28)], NOW).factors[0].points == 2


def test_all_touches_of_a_rule_make_at_most_its_limit() -> None:
    factor = judge(JANE, scoring(PRICING), [visit(0)] * 9, NOW).factors[0]
    assert (factor.points, factor.before, factor.touches) == (20, 20, 9)


def test_only_touches_of_that_kind_with_that_word_count() -> None:
    receipt = judge(JANE, scoring(PRICING), [visit(0, "imprint"), Deed("download", "pricing", NOW)], NOW)
    assert receipt.factors == ()


def test_a_touch_ahead_of_our_clock_counts_as_new() -> None:
    assert judge(JANE, scoring(PRICING), [visit(-1)], NOW).score == 8


# --- for any rules and touches

points = st.integers(-100, 100)
fits = st.builds(lambda number, name: {**HEAD, "points": number, "name": f"fit {name}"}, points, st.integers())
engagements = st.builds(
    lambda number, days, most, name: {
        **PRICING, "points": number, "half_life_days": days, "at_most": most, "name": f"did {name}"
    },
    points, st.integers(1, 365), st.integers(1, 100), st.integers(),
)  # fmt: skip
rule_sets = st.builds(
    lambda first, second: scoring(*first, *second),
    st.lists(fits, max_size=4, unique_by=lambda one: str(one["name"])),
    st.lists(engagements, min_size=1, max_size=4, unique_by=lambda one: str(one["name"])),
)
histories = st.lists(st.builds(visit, st.floats(0, 400)), max_size=12)


@given(rule_sets, histories)
def test_a_score_is_within_bounds_and_is_the_sum_of_its_receipt(rules: Scoring, history: list[Deed]) -> None:
    receipt = judge(JANE, rules, history, NOW)
    assert 0 <= receipt.score <= 100
    assert receipt.score == bounded(receipt.fit + receipt.engagement)
    assert receipt.fit == sum(one.points for one in receipt.factors if one.kind == "fit")
    assert receipt.engagement == whole(sum(one.points for one in receipt.factors if one.kind == "engagement"))


@given(rule_sets, histories, st.randoms())
def test_the_order_of_touches_is_irrelevant(rules: Scoring, history: list[Deed], random: Random) -> None:
    mixed = random.sample(history, len(history))
    assert judge(JANE, rules, mixed, NOW) == judge(JANE, rules, history, NOW)


@given(rule_sets, histories, st.integers(0, 50))
def test_more_points_never_make_less_of_a_lead(rules: Scoring, history: list[Deed], more: int) -> None:
    richer = rules.model_copy(update={
        "fit": tuple(one.model_copy(update={"points": one.points + more}) for one in rules.fit),
        "engagement": tuple(one.model_copy(update={"points": one.points + more}) for one in rules.engagement),
    })  # fmt: skip
    assert judge(JANE, richer, history, NOW).score >= judge(JANE, rules, history, NOW).score


@given(st.floats(0, 100), st.integers(1, 365))
def test_what_a_touch_is_worth_is_half_as_much_a_half_life_later(age: float, days: int) -> None:
    rules = scoring({**PRICING, "half_life_days": days, "at_most": 100})
    (now_,), (later,) = sums(rules, [visit(age)], NOW), sums(rules, [visit(age + days)], NOW)
    assert later.points == pytest.approx(now_.points / 2)
    assert now_.after(days) == pytest.approx(later.points)


@settings(max_examples=50)
@given(rule_sets, histories)
def test_until_it_is_looked_at_again_no_level_changes_and_no_score_drifts(rules: Scoring, history: list[Deed]) -> None:
    receipt = judge(JANE, rules, history, NOW)
    at, level = crosses_at(receipt, rules, history, NOW), level_of(receipt.score, rules)
    last = 4000 if at is None else (at - NOW).days
    days = {*range(0, last, 1 + last // 20), *range(max(0, last - 20), last)}
    for day in days:
        then = judge(JANE, rules, history, NOW + timedelta(days=day)).score
        assert level_of(then, rules) == level
        assert abs(then - receipt.score) < DRIFT


# --- levels


def test_the_level_falls_on_the_day_on_which_the_points_have_faded() -> None:
    rules = scoring(HEAD, PRICING, mql=24)
    history = [visit(0)]
    receipt = judge(JANE, rules, history, NOW)
    assert (receipt.score, level_of(receipt.score, rules)) == (28, "mql")
    at = crosses_at(receipt, rules, history, NOW)
    assert at is not None
    assert level_of(judge(JANE, rules, history, at).score, rules) == "lead"
    assert level_of(judge(JANE, rules, history, at - DAY).score, rules) == "mql"


def test_a_score_that_nothing_feeds_needs_no_second_look() -> None:
    assert crosses_at(judge(JANE, scoring(HEAD)), scoring(HEAD), [], NOW) is None


@pytest.mark.parametrize(
    ("level", "score", "after"),
    [("lead", 50, "mql"), ("lead", 49, None), ("mql", 49, "lead"), ("mql", 50, None), ("sql", 0, None),
     ("rejected", 100, None)],
)  # fmt: skip
def test_what_sales_decided_no_score_takes_back(level: str, score: int, after: str | None) -> None:
    assert after_score(level, score, scoring(HEAD)) == after


def test_without_rules_no_score_makes_an_mql() -> None:
    assert after_score("lead", 100, Scoring()) is None


def test_what_would_make_the_next_level_is_worked_out() -> None:
    rules = scoring(HEAD, BUDGET)
    assert next_level("lead", 20, rules, {}) == Next("mql", 30, ("budget",))
    assert next_level("lead", 19, rules, {}) == Next("mql", 31)
    assert next_level("lead", 20, rules, {"budget": "none"}) == Next("mql", 30)
    assert next_level("mql", 50, rules, {"authority": "x", "need": "y", "time": "z"}) == Next("sql", 0, ("budget",))
    assert next_level("sql", 50, rules, {}) is None
    assert next_level("lead", 20, Scoring(), {}) is None
