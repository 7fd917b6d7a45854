"""Plain words become a moment in the rep's own zone, or a refusal with examples that work."""

from datetime import UTC, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.when import EXAMPLES, UnclearTimeError, When, read_when

TUESDAY = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)  # 10:30 in Berlin
BERLIN = "Europe/Berlin"
WORDS = "in at on tomorrow fri monday next 2 3 9am 15:00 weeks days hours dec 24 call offer noon 9999 -1 may until a"


def read(words: str, *, now: datetime = TUESDAY, zone: str = BERLIN) -> When:
    return read_when(words, now=now, zone=zone, day_starts=time(9))


def moment(wall: str) -> datetime:
    return datetime.fromisoformat(wall)


@pytest.mark.parametrize(
    ("words", "wall"),
    [
        ("tomorrow 9am", "2026-11-25T09:00+01:00"),
        ("fri 15:00", "2026-11-27T15:00+01:00"),
        ("in 2 weeks", "2026-12-08T09:00+01:00"),
        ("24 dec 10:00", "2026-12-24T10:00+01:00"),
        ("tomorrow", "2026-11-25T09:00+01:00"),
        ("monday", "2026-11-30T09:00+01:00"),
        ("next week", "2026-12-01T09:00+01:00"),
        ("in 3 months", "2027-02-24T09:00+01:00"),
        ("in a year", "2027-11-24T09:00+01:00"),
        ("9am", "2026-11-25T09:00+01:00"),
        ("today 18:00", "2026-11-24T18:00+01:00"),
        ("noon", "2026-11-24T12:00+01:00"),
        ("in 2 hours", "2026-11-24T12:30+01:00"),
        ("30 min", "2026-11-24T11:00+01:00"),
        ("1h", "2026-11-24T11:30+01:00"),
        ("2d", "2026-11-26T09:00+01:00"),
        ("2026-12-24 10:00", "2026-12-24T10:00+01:00"),
        ("TOMORROW 9AM", "2026-11-25T09:00+01:00"),
    ],
)
def test_words_for_a_time_are_read_in_the_reps_zone(words: str, wall: str) -> None:
    assert read(words) == When(moment(wall), "")


@pytest.mark.parametrize("example", [part.strip().removeprefix("or ") for part in EXAMPLES.split(",")])
def test_every_example_that_a_refusal_gives_works(example: str) -> None:
    assert read(example).moment > TUESDAY


@pytest.mark.parametrize(
    ("words", "rest"),
    [
        ("tomorrow 9am call about the offer", "call about the offer"),
        ("fri 15:00 send 3 offers", "send 3 offers"),
        ("in 2 weeks call 2 people", "call 2 people"),
        ("in 6 months ask again", "ask again"),
        ("friday 3pm to sign", "to sign"),
    ],
)
def test_what_follows_the_time_is_what_to_do(words: str, rest: str) -> None:
    assert read(words).rest == rest


@pytest.mark.parametrize("words", ["", "   ", "call her", "5", "may", "march", "2027", "december", "a" * 5000])
def test_what_names_no_time_is_refused_with_examples(words: str) -> None:
    with pytest.raises(UnclearTimeError, match="tomorrow 9am, fri 15:00"):
        read(words)


@pytest.mark.parametrize(
    "words", ["yesterday", "2 weeks ago", "today 9am", "today", "now", "1 jan 2020", "in -2 weeks"]
)
def test_what_has_passed_is_refused(words: str) -> None:
    with pytest.raises(UnclearTimeError, match=r"has already passed\. Try"):
        read(words)


@pytest.mark.parametrize("words", ["in 5000 years", "31.12.9999", "9999-12-31 23:59", "2050-01-01"])
def test_what_is_beyond_any_plan_is_refused(words: str) -> None:
    with pytest.raises(UnclearTimeError, match="more than 10 years away"):
        read(words, zone="America/New_York")


@pytest.mark.parametrize(
    ("words", "wall"),
    [
        ("in 2 hours", "2026-03-29T04:30+02:00"),  # at 1:30, half an hour before the clock jumps
        ("90 minutes", "2026-03-29T04:00+02:00"),
        ("1 hour 30 minutes", "2026-03-29T04:00+02:00"),
        ("9am", "2026-03-29T09:00+02:00"),
        ("today 2:30", "2026-03-29T03:30+02:00"),  # a time that this night has not
    ],
)
def test_an_hour_is_an_hour_on_the_night_the_clock_jumps(words: str, wall: str) -> None:
    assert read(words, now=moment("2026-03-29T01:30+01:00")).moment == moment(wall)


def test_half_an_hour_within_the_hour_that_comes_twice_is_not_in_the_past() -> None:
    second_pass = moment("2026-10-25T02:10+01:00")
    assert read("in 30 minutes", now=second_pass).moment == moment("2026-10-25T02:40+01:00")


def test_tomorrow_is_the_readers_own() -> None:
    late_in_berlin = moment("2026-11-24T23:30+01:00")
    assert read("tomorrow", now=late_in_berlin).moment == moment("2026-11-25T09:00+01:00")
    assert read("tomorrow", now=late_in_berlin, zone="Asia/Tokyo").moment == moment("2026-11-26T09:00+09:00")


@given(st.lists(st.sampled_from(WORDS.split()), max_size=8).map(" ".join) | st.text(max_size=40))
def test_any_words_are_a_time_to_come_or_refused(words: str) -> None:
    try:
        when = read(words)
    except UnclearTimeError:
        return
    assert when.moment > TUESDAY
    assert when.moment.tzinfo is UTC
