"""Plain words become a moment in the rep's own zone, a question, or a refusal with examples that work."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.when.reading import EXAMPLES, LANGUAGES, AmbiguousTimeError, UnclearTimeError, When, read_when
from bot.rules.when.words import KNOWN, Language
from tests.rules.date_phrases import CLOCK_CHANGES, PHRASES, SAID

TUESDAY = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)  # 10:30 in Berlin
BERLIN = "Europe/Berlin"
ZONES = (BERLIN, "America/New_York", "Pacific/Auckland")
ROW = re.compile(r"(?P<phrase>[^\[=]+)(?:\[(?P<rest>.*)\])? = (?P<expected>[^;]+)(?:; (?P<said>.+))?")


def read(words: str, *, now: datetime = TUESDAY, zone: str = BERLIN, language: str = "en") -> When:
    return read_when(words, now=now, zone=zone, day_starts=time(9), language=language)


def moment(wall: str) -> datetime:
    return datetime.fromisoformat(wall)


@dataclass(frozen=True)
class Row:
    """A line of the table: what is said, and the times on the wall that are expected."""

    words: str
    language: str
    rest: str
    expected: str
    said: str

    def __str__(self) -> str:
        return f"{self.language} {self.words} @ {self.said}"

    def times(self) -> list[datetime]:
        found = self.expected.removeprefix("asks ").split(", ") if self.expected != "refused" else []
        return [moment(one if len(one) > len("12-24 10:00") else f"2026-{one}") for one in found]


def rows() -> list[Row]:
    return [row(line, language) for language, lines in PHRASES.items() for line in lines.strip().splitlines()]


def row(line: str, language: str) -> Row:
    parts = ROW.fullmatch(line)
    assert parts, line
    rest = parts["rest"] or ""
    words = f"{parts['phrase']}{rest}".strip()
    return Row(words, language, rest, parts["expected"].strip(), parts["said"] or SAID)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("row", rows(), ids=str)
def test_a_phrase_of_the_table_means_the_same_time_on_every_wall(row: Row, zone: str) -> None:
    place = ZoneInfo(zone)
    moments = tuple(one.replace(tzinfo=place).astimezone(UTC) for one in row.times())
    now = moment(row.said).replace(tzinfo=place)
    if row.expected == "refused":
        with pytest.raises(UnclearTimeError) as refused:
            read(row.words, now=now, zone=zone, language=row.language)
        assert not isinstance(refused.value, AmbiguousTimeError)
    elif row.expected.startswith("asks"):
        with pytest.raises(AmbiguousTimeError) as asked:
            read(row.words, now=now, zone=zone, language=row.language)
        assert (asked.value.choices, asked.value.rest) == (moments, row.rest)
    else:
        when = read(row.words, now=now, zone=zone, language=row.language)
        assert (when.moment, when.rest) == (moments[0], row.rest)


def test_the_table_is_large_in_every_language() -> None:
    assert set(PHRASES) == set(LANGUAGES)
    assert all(len(set(lines.strip().splitlines())) >= 50 for lines in PHRASES.values())
    assert len(rows()) >= 300


@pytest.mark.parametrize(("words", "language", "zone", "said", "expected"), CLOCK_CHANGES)
def test_a_time_that_a_clock_change_skips_or_repeats_is_asked_about(
    words: str, language: str, zone: str, said: str, expected: str | list[str]
) -> None:
    if isinstance(expected, str):
        assert read(words, now=moment(said), zone=zone, language=language).moment == moment(expected)
        return
    with pytest.raises(AmbiguousTimeError) as asked:
        read(words, now=moment(said), zone=zone, language=language)
    assert list(asked.value.choices) == [moment(one) for one in expected]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("03/04 call", "“03/04” can be Thu 4 Mar 2027 or Sat 3 Apr 2027. Which one?"),
        ("tomorrow at 7", "“tomorrow at 7” can be Wed 25 Nov 07:00 or Wed 25 Nov 19:00. Which one?"),
        ("9am call", "“9am” has already passed. Do you mean Wed 25 Nov 09:00? Write it out, like 2026-11-25 09:00."),
        ("fri 3 dec", "The weekday and the date in “fri 3 dec” differ. Do you mean Fri 27 Nov or Thu 3 Dec?"),
    ],
)
def test_a_question_names_the_choices(words: str, sentence: str) -> None:
    with pytest.raises(AmbiguousTimeError) as asked:
        read(words)
    assert str(asked.value).startswith(sentence)


@pytest.mark.parametrize("words", ["monday 2026-12-24", "monday 2050-01-01"])
def test_a_weekday_and_a_date_that_differ_and_are_both_out_of_reach_are_refused(words: str) -> None:
    with pytest.raises(UnclearTimeError, match=r"has already passed\. Try"):
        read(words, now=moment("2026-12-28T15:00+01:00"))


def test_two_passes_of_an_hour_are_told_apart_by_the_name_of_their_time() -> None:
    with pytest.raises(AmbiguousTimeError, match="can be Sun 25 Oct 02:30 CEST or Sun 25 Oct 02:30 CET"):
        read("tomorrow 02:30", now=moment("2026-10-24T12:00+02:00"))


def test_an_hour_that_is_skipped_is_said_to_be() -> None:
    with pytest.raises(
        AmbiguousTimeError, match=r"The clocks jump over “tomorrow 02:30”\. Do you mean Sun 29 Mar 03:30"
    ):
        read("tomorrow 02:30", now=moment("2026-03-28T12:00+01:00"))


@pytest.mark.parametrize("language", KNOWN.values(), ids=lambda language: str(language.name))
def test_every_example_that_a_refusal_gives_works(language: Language) -> None:
    code = next(code for code, one in KNOWN.items() if one is language)
    for example in re.split(r", (?:or )?| oder | ou | o ", language.examples):
        assert read(example, language=code).moment > TUESDAY, example


def test_a_refusal_gives_examples_in_the_language_of_the_rep() -> None:
    with pytest.raises(UnclearTimeError, match="Try morgen 9 Uhr"):
        read("irgendwann", language="de-DE")


@pytest.mark.parametrize(("language", "understood"), [("de-DE", True), ("de_AT", True), ("DE", True), ("it-IT", False)])
def test_a_slack_locale_names_the_language_and_an_unknown_one_leaves_english(language: str, understood: bool) -> None:
    assert read("tomorrow", language=language).moment == moment("2026-11-25T09:00+01:00")
    if understood:
        assert read("übermorgen", language=language).moment == moment("2026-11-26T09:00+01:00")
    else:
        with pytest.raises(UnclearTimeError, match="Try tomorrow 9am"):
            read("dopodomani", language=language)


@pytest.mark.parametrize("words", ["", "   ", "call her", "5", "may", "march", "2027", "now", "a" * 5000, "in " * 5000])
def test_what_names_no_time_is_refused_with_examples(words: str) -> None:
    with pytest.raises(UnclearTimeError, match=EXAMPLES):
        read(words)


@pytest.mark.parametrize("words", ["yesterday", "2 weeks ago", "today", "0 minutes", "1 jan 2020", "in -2 weeks"])
def test_what_has_passed_is_refused(words: str) -> None:
    with pytest.raises(UnclearTimeError, match=r"has already passed\. Try"):
        read(words)


@pytest.mark.parametrize(
    "words",
    [
        "in 5000 years",
        "31.12.9999",
        "9999-12-31 23:59",
        "2050-01-01",
        "99999 hours",
        "in 99999 weeks",
        "99999h 9999 years",
    ],
)
def test_what_is_beyond_any_plan_is_refused(words: str) -> None:
    with pytest.raises(UnclearTimeError, match="more than 10 years away"):
        read(words, zone="America/New_York")


def test_tomorrow_is_the_readers_own() -> None:
    late_in_berlin = moment("2026-11-24T23:30+01:00")
    assert read("tomorrow", now=late_in_berlin).moment == moment("2026-11-25T09:00+01:00")
    assert read("tomorrow", now=late_in_berlin, zone="Asia/Tokyo").moment == moment("2026-11-26T09:00+09:00")


def test_what_follows_keeps_its_own_letters() -> None:
    assert read("MORGEN um 9: Frau Öztürk ANRUFEN", language="de").rest == "Frau Öztürk ANRUFEN"
    assert read("tomorrow 9am, call  Ünal").rest == "call Ünal"


def test_the_phrase_is_what_was_read() -> None:
    assert read("next monday 10am call anna").phrase == "next monday 10am"


WORDS = sorted({word for lines in PHRASES.values() for word in re.split(r"[\s\[\]=;,]+", lines) if word})
LANGUAGE = st.sampled_from(sorted(LANGUAGES))
SENTENCES = st.lists(st.sampled_from([*WORDS, "-1", "9999", "31.2.", "24:00", "0:00", "."]), max_size=8).map(" ".join)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - in UTC


@given(SENTENCES | st.text(max_size=60) | st.text("0123456789:./- apmh日時後", max_size=20), LANGUAGE, MOMENTS)
def test_any_words_are_a_time_to_come_a_question_or_a_refusal(words: str, language: str, now: datetime) -> None:
    moments: tuple[datetime, ...]
    try:
        moments = (read(words, now=now, language=language).moment,)
    except AmbiguousTimeError as asked:
        moments = asked.choices
        assert 1 <= len(moments) <= 4
    except UnclearTimeError:
        return
    assert list(moments) == sorted(set(moments))
    for one in moments:
        assert one.tzinfo is UTC
        assert now < one < now + timedelta(days=11 * 366)


@given(SENTENCES, LANGUAGE)
def test_the_words_are_the_phrase_and_the_rest(words: str, language: str) -> None:
    try:
        when = read(words, language=language)
    except AmbiguousTimeError as asked:
        phrase, rest = asked.phrase, asked.rest
    except UnclearTimeError:
        return
    else:
        phrase, rest = when.phrase, when.rest
    written = " ".join(words.split())
    assert written.startswith(phrase)
    assert written.endswith(rest)
    assert len(phrase) + len(rest) <= len(written)


@given(SENTENCES, LANGUAGE, st.sampled_from(["America/Phoenix", "Asia/Tokyo", "Africa/Nairobi", "Pacific/Kiritimati"]))
def test_the_wall_shows_the_same_time_in_every_zone_that_never_changes(words: str, language: str, zone: str) -> None:
    assert walls(words, language, zone) == walls(words, language, "Asia/Kolkata")


def walls(words: str, language: str, zone: str) -> list[str] | None:
    place = ZoneInfo(zone)
    now = moment(SAID).replace(tzinfo=place)
    moments: tuple[datetime, ...]
    try:
        moments = (read(words, now=now, zone=zone, language=language).moment,)
    except AmbiguousTimeError as asked:
        moments = asked.choices
    except UnclearTimeError:
        return None
    return [f"{one.astimezone(place):%Y-%m-%d %H:%M}" for one in moments]


HOSTILE = (
    "9" * 100_000, "in 2 weeks and " * 20_000, "1h" * 50_000, "1 h and " * 20, "の" * 100_000, "、の" * 40,
    "no dia " * 23, "para el " * 20, "pour le " * 20, "the " * 40, "bis zum " * 20, "monday, " * 50_000,
)  # fmt: skip


@pytest.mark.parametrize("language", sorted(LANGUAGES))
@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda hostile: f"{hostile[:8]} x {len(hostile)}")
def test_hostile_words_are_read_only_as_far_as_a_time_goes(hostile: str, language: str) -> None:
    try:
        assert len(read(hostile, language=language).phrase) <= 160
    except AmbiguousTimeError as asked:
        said = str(asked)
    except UnclearTimeError as refused:
        said = str(refused)
    else:
        said = ""
    assert len(said) < 500
