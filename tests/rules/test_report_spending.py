"""Spend as people write it: in words, and in rows of a table."""

from datetime import date

import pytest

from bot.rules.reports.spending import Cost, UnclearSpendError, columns, in_all, is_spend, read_row, read_spend, twice
from bot.rules.tables import Row

TODAY = date(2026, 11, 24)
NOVEMBER = date(2026, 11, 1), date(2026, 12, 1)
HEADINGS = ("Source", "Campaign", "From", "To", "Amount", "Currency")


def read(words: str) -> Cost:
    return read_spend(words, TODAY, "EUR", ("website", "Google Ads"))


@pytest.mark.parametrize(("words", "wanted"), [
    ("webinar 2,500 november", Cost("webinar", "", *NOVEMBER, 250_000, "EUR")),
    ("webinar 2,500 november campaign spring launch", Cost("webinar", "spring launch", *NOVEMBER, 250_000, "EUR")),
    ('webinar 12k this month campaign:"Spring launch"', Cost("webinar", "Spring launch", *NOVEMBER, 1_200_000, "EUR")),
    ('"google ads" 12k USD 2026-11', Cost("Google Ads", "", *NOVEMBER, 1_200_000, "USD")),
    ("WEBSITE $99.50 yesterday", Cost("website", "", date(2026, 11, 23), TODAY, 9_950, "USD")),
    ("fair 1 200 € 2026-11-01..2026-11-10", Cost("fair", "", date(2026, 11, 1), date(2026, 11, 11), 120_000, "EUR")),
    ("fair 500 q3", Cost("fair", "", date(2026, 7, 1), date(2026, 10, 1), 50_000, "EUR")),
    ("fair 500 300 days", Cost("fair", "", date(2026, 1, 29), date(2026, 11, 25), 50_000, "EUR")),
])  # fmt: skip
def test_words(words: str, wanted: Cost) -> None:
    assert read(words) == wanted


@pytest.mark.parametrize(("words", "why"), [
    ("", "Say which source"), ("webinar", "Say how much"), ("webinar november", "cannot read this as one amount"),
    ("webinar 500", "Say over which time"), ("webinar 500 someday", "Say over which time"),
    ("webinar 500 november spring", "Say over which time"), ("webinar 500 december 2027", "still to come"),
    ("webinar 0 november", "Nothing was spent"), ("webinar 1.500k november", "Is this"),
    ("webinar 500 all time", "a beginning and an end"), ("webinar -5 november", "less than nothing"),
    ("webinar 500 31 february", "no date"), (f"{'x' * 81} 5 november", "at most 80"),
])  # fmt: skip
def test_words_that_name_no_spend(words: str, why: str) -> None:
    with pytest.raises(UnclearSpendError, match=why):
        read(words)


def row(*cells: str) -> Cost:
    return read_row(Row(2, list(cells)), columns(HEADINGS), TODAY, "EUR", ("website",))


def test_rows_of_a_table() -> None:
    assert row("Website", "spring", "2026-11-01", "2026-11-10", "1,200", "USD") == Cost(
        "website", "spring", date(2026, 11, 1), date(2026, 11, 11), 120_000, "USD"
    )
    assert row("fair", "", "november", "", "12k", "") == Cost("fair", "", *NOVEMBER, 1_200_000, "EUR")
    assert row("fair", "", "1.11.2026", "30.11.2026", "5", "€").row[2:4] == NOVEMBER


@pytest.mark.parametrize(("cells", "why"), [
    (("", "", "november", "", "5", ""), "Name the source"), (("fair", "", "", "", "5", ""), "no day that I can read"),
    (("fair", "", "11/12/2026", "", "5", ""), "11/12/2026"),
    (("fair", "", "2026-11-10", "2026-11-01", "5", ""), "ends"),
    (("fair", "", "2026-13-01", "", "5", ""), "no day"), (("fair", "", "2026-12-01", "", "5", ""), "still to come"),
    (("fair", "", "november", "", "", ""), "one amount"), (("fair", "", "november", "", "5", "XXX"), "no currency"),
    (("fair", "", "november", "", "5 USD", "EUR"), "one amount"),
])  # fmt: skip
def test_rows_that_cannot_be_taken(cells: tuple[str, ...], why: str) -> None:
    with pytest.raises(UnclearSpendError, match=why):
        row(*cells)


def test_a_row_that_could_not_be_read_says_why() -> None:
    with pytest.raises(UnclearSpendError, match="too many cells"):
        read_row(Row(3, ["a"], "too many cells"), columns(HEADINGS), TODAY, "EUR")


def test_a_table_of_spend_is_known_by_its_headings() -> None:
    assert is_spend(HEADINGS)
    assert is_spend(("month", "Channel", "COST"))
    assert not is_spend(("Name", "E-mail", "Source", "Amount"))
    assert columns(("Spend", "Start Date", "utm_source")) == {"source": 2, "from": 1, "amount": 0}


def test_lines_that_say_the_same_and_sums() -> None:
    one, other = Cost("a", "", *NOVEMBER, 5, "EUR"), Cost("a", "", *NOVEMBER, 7, "USD")
    assert twice({2: one, 3: other, 4: one}) == {4: 2}
    assert in_all([one, other, one]) == {"EUR": 10, "USD": 7}
