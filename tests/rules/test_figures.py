"""How a reader sees numbers: by locale and currency, honest about what is not known."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.reports.report import Figure
from bot.views.figures import UNKNOWN, Reader, moment, sentence, span, written

ANYBODY, GERMAN, BRITISH = Reader(), Reader("de-DE", "Europe/Berlin"), Reader("en-GB", "Europe/London")


@pytest.mark.parametrize(
    ("value", "kind", "english", "german"),
    [
        (1234567, "count", "1,234,567", "1.234.567"),
        (0, "count", "0", "0"),
        (-0.3, "count", "0", "0"),
        (0.414, "percent", "41%", "41 %"),
        (0.0414, "percent", "4.1%", "4,1 %"),
        (1.0, "percent", "100%", "100 %"),
        (0, "percent", "0%", "0 %"),
        (1_200_050, "money", "€12,000", "12.000 €"),
        (1_250, "money", "€12.50", "12,50 €"),
        (99_900, "money", "€999", "999 €"),
        (-5_000, "money", "-€50", "-50 €"),
        (timedelta(hours=2, minutes=5), "duration", "2 h 5 min", "2 h 5 min"),
        (5400, "duration", "1 h 30 min", "1 h 30 min"),
        (12.3456, "number", "12.35", "12,35"),
        (date(2026, 11, 24), "day", "24 Nov 2026", "24.11.2026"),
        (None, "money", UNKNOWN, UNKNOWN),
        (float("nan"), "percent", UNKNOWN, UNKNOWN),
    ],
)
def test_a_figure_is_written_as_its_reader_writes_it(value: Any, kind: Any, english: str, german: str) -> None:
    figure = Figure(value, kind, "EUR" if kind == "money" else "")
    assert written(figure, ANYBODY) == english
    assert written(figure, GERMAN).replace("\xa0", " ") == german


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"), (59, "59 s"), (60, "1 min"), (90, "2 min"), (3599, "1 h"), (3600, "1 h"), (7500, "2 h 5 min"),
        (86_399, "1 d"), (86_400, "1 d"), (277_200, "3 d 5 h"), (864_000, "10 d"), (86_400 * 2000, "2,000 d"),
        (-7500, "-2 h 5 min"), (0.3, "300 ms"), (0.0004, "0 s"), (1.4, "1 s"),
    ],
)  # fmt: skip
def test_a_span_of_time_has_two_units_at_most(seconds: float, said: str) -> None:
    assert span(seconds) == said


def test_money_of_a_currency_without_hundredths_has_none() -> None:
    assert written(Figure(12_345, "money", "JPY"), ANYBODY) == "¥123"


def test_a_currency_nobody_named_is_left_out() -> None:
    assert written(Figure(1_250, "money"), ANYBODY) == "12.50"


@pytest.mark.parametrize("locale", ["", "xx-YY", "klingon", "de-XX", "../../etc", "a" * 500])
def test_a_locale_nobody_knows_is_read_as_a_known_one(locale: str) -> None:
    assert written(Figure(1234, "count"), Reader(locale)) in ("1,234", "1.234")


def test_a_moment_is_told_in_the_readers_zone() -> None:
    noon = datetime(2026, 11, 24, 12, tzinfo=UTC)
    assert moment(noon, Reader("en", "Asia/Tokyo")) == "24 Nov 2026, 21:00 JST"
    assert written(Figure(datetime(2026, 11, 24, 20, tzinfo=UTC), "day"), Reader("en", "Asia/Tokyo")) == "25 Nov 2026"


def test_a_sentence_keeps_its_figures_in_place() -> None:
    said = ("Half of ", Figure(1200, "count"), " leads waited over ", Figure(timedelta(days=5), "duration"), ".")
    assert sentence(said, GERMAN) == "Half of 1.200 leads waited over 5 days."


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(60, "1 minute"), (432_000, "5 days"), (7200, "2 hours"), (7500, "2 h 5 min"), (None, UNKNOWN)],
)
def test_a_sentence_spells_a_span_of_one_unit_out(seconds: int | None, said: str) -> None:
    assert sentence((Figure(seconds, "duration"),), ANYBODY) == said


@given(
    st.one_of(
        st.none(),
        st.integers(-(10**15), 10**15),
        st.floats(-1e15, 1e15),
        st.just(float("inf")),
        st.timedeltas(timedelta(-9999), timedelta(9999)),
    ),
    st.sampled_from(["count", "percent", "money", "duration", "number", "text"]),
    st.sampled_from(["", "EUR", "JPY", "KWD", "???"]),
    st.sampled_from(["en", "de-DE", "fr", "ja-JP", "ar", "pt-BR", "hi"]),
)
def test_every_figure_can_be_written_for_everybody(value: Any, kind: Any, currency: str, locale: str) -> None:
    assert written(Figure(value, kind, currency), Reader(locale))
