"""When a figure has crossed its line, how seldom chance alone crosses it, and what people type to have it watched."""

import random
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import DibsError
from bot.rules.reports.alert_words import Wanted, wanted
from bot.rules.reports.alerts import Share, Silence, crossed, fell_out, is_silent, usual_of

TEAMS, SOURCES = ("smb", "enterprise"), ("website", "trade fair")
YEARS = 20  # simulated, of each
# What docs/reports.md states, in false alarms a year.
STATED_CONVERSION, STATED_SILENCE = 1.5, 0.5


@given(st.lists(st.sets(st.sampled_from("abc")), max_size=12))
def test_each_crossing_is_told_once_and_again_only_after_it_came_back(looks: list[set[str]]) -> None:
    before: set[str] = set()
    for over in looks:
        assert set(crossed(before, over)) == {one for one in over if one not in before}
        before = over


def test_a_share_falls_out_of_its_band_only_with_enough_leads_and_by_more_than_chance() -> None:
    assert fell_out(Share(15, 60), Share(240, 480))
    assert not fell_out(Share(26, 60), Share(240, 480))
    assert not fell_out(Share(0, 29), Share(240, 480))
    assert not fell_out(Share(0, 60), Share(60, 119))
    assert not fell_out(Share(60, 60), Share(240, 480)), "rising is no cause for alarm"


def test_a_source_is_silent_when_nine_leads_should_have_come() -> None:
    assert is_silent(Silence("website", 3, 3), 3)
    assert not is_silent(Silence("website", 3, 2.9), 3)
    assert not is_silent(Silence("website", 2, 9), 3), "it never sent three a day"
    assert not is_silent(Silence("website", 50, 0.9), 3), "a morning is not enough, however busy it is"


def test_what_is_usual_is_not_moved_by_one_import() -> None:
    assert usual_of([5] * 20 + [4000]) == 5
    assert usual_of([5] * 9) == 0, "too few days to know"


@pytest.mark.parametrize(("a_day", "share"), [(10, 0.5), (40, 0.3), (40, 0.05)])
def test_the_false_alarms_of_a_share_that_never_changes_are_as_stated(a_day: int, share: float) -> None:
    rng = random.Random(f"{a_day} {share}")  # noqa: S311
    assert sum(crossings_in_a_year(rng, a_day, share) for _ in range(YEARS)) / YEARS <= STATED_CONVERSION


def crossings_in_a_year(rng: random.Random, a_day: int, share: float) -> int:
    """As the bot looks: on every working day, at the last seven days beside the 56 before."""
    came = [rng.randint(a_day // 2, a_day * 3 // 2) if day % 7 < 5 else 0 for day in range(365 + 63)]
    got = [sum(rng.random() < share for _ in range(leads)) for leads in came]
    sums = list(zip(accumulate(got, initial=0), accumulate(came, initial=0), strict=True))
    fired, was_over = 0, False
    for end in (day for day in range(63, len(came)) if day % 7 < 5):
        week, usual = (between(sums, *days) for days in ((end - 7, end), (end - 63, end - 7)))
        is_over = fell_out(week, usual)
        fired, was_over = fired + (is_over and not was_over), is_over
    return fired


def between(sums: list[tuple[int, int]], first: int, last: int) -> Share:
    return Share(sums[last][0] - sums[first][0], sums[last][1] - sums[first][1])


def test_a_share_that_halves_is_found() -> None:
    rng = random.Random("found")  # noqa: S311
    found = sum(
        fell_out(drawn(rng, 200, 0.15), drawn(rng, 1600, 0.3)) for _ in range(100)
    )  # fmt: skip
    assert found >= 90


def drawn(rng: random.Random, leads: int, share: float) -> Share:
    return Share(sum(rng.random() < share for _ in range(leads)), leads)


@pytest.mark.parametrize("a_day", [3, 9, 50])
def test_the_false_alarms_of_a_source_that_goes_on_sending_are_as_stated(a_day: int) -> None:
    rng = random.Random(a_day)  # noqa: S311
    fired, day = 0, 0.0
    while day < 260 * YEARS:
        gap = rng.expovariate(a_day)
        fired, day = fired + is_silent(Silence("website", a_day, gap), 3), day + gap
    assert fired / YEARS <= STATED_SILENCE


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("unclaimed", Wanted("unclaimed", {"minutes": 30})),
        ("unclaimed 45 minutes", Wanted("unclaimed", {"minutes": 45})),
        ("Unclaimed 45 team:SMB", Wanted("unclaimed", {"minutes": 45}, team="smb")),
        ("conversion", Wanted("conversion", {"step": "contacted"})),
        ('conversion won source:"trade fair" team:smb', Wanted("conversion", {"step": "won"}, "smb", "trade fair")),
        ("silence 5 a day source:website", Wanted("silence", {"a_day": 5}, source="website")),
    ],
)
def test_what_people_type_and_read_again(words: str, meant: Wanted) -> None:
    assert wanted(words, teams=TEAMS, sources=SOURCES) == meant
    assert wanted(f"{meant.kind} {meant.words}", teams=TEAMS, sources=SOURCES) == meant


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("", "Say what to watch"), ("unclamed", "Did you mean “unclaimed”"), ("unclaimed 0", "working minutes"),
        ("unclaimed -5", "whole number"), ("unclaimed 45 12", "I do not know “12”"),
        ("conversion lost", "contacted or won"),
        ("silence many", "leads a day"), ("unclaimed team:smbb", "Did you mean “smb”"),
        ("unclaimed source:website", "whatever their source"), ("unclaimed ٤", "whole number"),
    ],
)  # fmt: skip
def test_what_is_not_understood_gets_a_sentence(words: str, why: str) -> None:
    with pytest.raises(DibsError, match=why):
        wanted(words, teams=TEAMS, sources=SOURCES)
