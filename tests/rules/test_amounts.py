"""Amounts as people type them: read in their locale's marks, asked about where they can mean two things."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.amounts import MOST, UnclearAmountError, in_words, read_amount


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("12.000 €", "12,000 EUR"), ("12,000", "12,000 EUR"), ("12k", "12,000 EUR"), ("€12k", "12,000 EUR"),
        ("1.5k", "1,500 EUR"), ("12 000", "12,000 EUR"), ("12\u202f000,50 €", "12,000.50 EUR"),
        ("12'000", "12,000 EUR"),
        ("12.000,-", "12,000 EUR"), ("2 mio", "2,000,000 EUR"), ("12 Tsd. EUR", "12,000 EUR"), ("0.50", "0.50 EUR"),
        ("$1,500.50", "1,500.50 USD"), ("1500 chf", "1,500 CHF"), ("USD 12k", "12,000 USD"), ("0", "0 EUR"),
        ("₹ 5,00,000", "500,000 INR"), ("1.234.567,89", "1,234,567.89 EUR"), ("12,5", "12.50 EUR"),
    ],
)  # fmt: skip
def test_an_amount_is_read_as_it_is_typed(text: str, meant: str) -> None:
    found = read_amount(text, "EUR")
    assert in_words(found.cents, found.currency) == meant


def test_a_dollar_is_the_teams_own_dollar() -> None:
    assert read_amount("$5", "CAD").currency == "CAD"
    assert read_amount("$5", "EUR").currency == "USD"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("1.500k", "1,500 or 1,500,000"), ("1,250m", "1,250,000 or 1,250,000,000"), ("10-20k", "one amount"),
        ("-5", "less than nothing"), ("\u2212 5 €", "less than nothing"), ("1234.567", "two digits of cents"),
        ("1,2,3", "thousands from cents"), ("9" * 20, "more than I can keep"), ("9999999m", "more than I can keep"),
        ("", "cannot read"), ("a lot", "cannot read"), ("5 abc", "no currency “ABC”"), ("€5 USD", "two currencies"),
        ("1e9", "cannot read"), ("inf", "cannot read"), ("nan", "cannot read"), ("٤٢", "cannot read"),
    ],
)  # fmt: skip
def test_what_can_mean_two_things_or_none_is_asked_about(text: str, why: str) -> None:
    with pytest.raises(UnclearAmountError, match=why):
        read_amount(text, "EUR")


@given(st.integers(0, MOST * 100))
def test_every_amount_is_read_back_as_it_is_shown(cents: int) -> None:
    assert read_amount(in_words(cents, "EUR"), "USD").cents == cents


@given(st.text(max_size=70))
def test_no_text_at_all_breaks_the_reading(text: str) -> None:
    with suppress(UnclearAmountError):
        assert 0 <= read_amount(text, "EUR").cents <= MOST * 100
