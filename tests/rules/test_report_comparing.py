"""Two answers side by side, and a report as a file."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reports import files
from bot.rules.asking.question import Period, Question
from bot.rules.reports.comparing import change, joined, sides
from bot.rules.reports.report import Cell, Figure, Report, Row, Table

NOW = datetime(2026, 11, 24, tzinfo=UTC)
NOVEMBER = Period(date(2026, 11, 1), date(2026, 12, 1), "November 2026")
OCTOBER = Period(date(2026, 10, 1), date(2026, 11, 1), "October 2026")
BEFORE = Question("leads", OCTOBER, NOW)
ASKED = Question("leads", NOVEMBER, NOW, against=BEFORE)


def count(value: int | None) -> Figure:
    return Figure(value, "count")


def answer(rows: dict[str, tuple[Cell, ...]], total: tuple[Cell, ...] = ()) -> Report:
    table = Table(
        ("Source", "Leads", "Won"), tuple(Row((name, *cells), behind=name) for name, cells in rows.items()),
        Row(("All", *total)) if total else None,
    )  # fmt: skip
    return Report("leads", "Leads, November 2026", ("Most came from webinars.",), table)


NEW = answer({"webinar": (count(12), Figure(0.5, "percent")), "fair": (count(3), Figure(0.0, "percent"))},
             (count(15), Figure(0.4, "percent")))  # fmt: skip
OLD = answer({"webinar": (count(10), Figure(0.2, "percent")), "letter": (count(0), Figure(None, "percent"))},
             (count(10), Figure(0.2, "percent")))  # fmt: skip


def test_each_figure_stands_beside_what_it_was_with_the_change() -> None:
    both = joined(ASKED, NEW, OLD)
    assert both.table.headings == (
        "Source", "Leads", "… October 2026", "Change", "Won", "… October 2026", "Change",
    )  # fmt: skip
    webinar, fair, letter = both.table.rows
    assert webinar.cells == (
        "webinar", count(12), count(10), Figure(0.2, "percent"), Figure(0.5, "percent"), Figure(0.2, "percent"),
        Figure(0.3, "percent"),
    )  # fmt: skip
    assert fair.cells[:4] == ("fair", count(3), "", "")
    assert letter.cells[:4] == ("letter", "", count(0), "")
    assert both.table.total
    assert both.table.total.cells[1:4] == (count(15), count(10), Figure(0.5, "percent"))
    assert (webinar.behind, letter.behind) == ("webinar", "")


def test_the_sentence_and_the_chart_tell_both_sides() -> None:
    both = joined(ASKED, NEW, OLD)
    assert both.sentence == ("Most came from webinars.", " Leads: ", count(15), ", beside ", count(10),
                             " in October 2026.")  # fmt: skip
    [chart] = both.charts
    assert [(series.name, series.values) for series in chart.series] == [
        ("November 2026", (12.0, 3.0)), ("October 2026", (10.0, 0.0)),
    ]  # fmt: skip
    assert both.details == (NEW.table, OLD.table)


def test_beside_nothing_it_says_that_there_is_nothing() -> None:
    both = joined(ASKED, NEW, answer({}))
    assert both.sentence[-1] == " There is nothing to tell of October 2026."
    assert joined(ASKED, answer({}), answer({})).table.rows == ()


def test_the_sides_are_named_by_what_differs() -> None:
    assert sides(ASKED) == ("November 2026", "October 2026")
    teams = replace(ASKED, teams=("smb",), against=replace(BEFORE, period=NOVEMBER, teams=("enterprise",)))
    assert sides(teams) == ("smb", "enterprise")
    models = replace(
        ASKED, options=(("model", "first"),), against=replace(BEFORE, period=NOVEMBER, options=(("model", "last"),))
    )
    assert sides(models) == ("first", "last")
    assert sides(replace(ASKED, against=replace(BEFORE, period=NOVEMBER, teams=("smb",)))) == ("all", "smb")


@pytest.mark.parametrize(("now", "before", "changed"), [
    (count(3), count(0), ""), (count(None), count(3), ""), (count(0), count(4), Figure(-1.0, "percent")),
    (Figure(100, "money", "EUR"), Figure(50, "money", "USD"), ""),
    (Figure(timedelta(hours=3), "duration"), Figure(timedelta(hours=2), "duration"), Figure(0.5, "percent")),
    ("", count(1), ""), (Figure(date(2026, 1, 1), "day"), Figure(date(2026, 1, 1), "day"), ""),
])  # fmt: skip
def test_what_cannot_be_compared_has_no_change(now: Cell, before: Cell, changed: Cell) -> None:
    assert change(now, before) == changed


CELLS = st.one_of(
    st.text(max_size=5),
    st.builds(Figure, st.none() | st.integers(-9, 9), st.sampled_from(["count", "percent", "money"])),
)
TABLES = st.builds(
    lambda rows, has_total: replace(
        NEW.table, rows=tuple(Row(tuple(row)) for row in rows),
        total=Row(tuple(rows[0])) if rows and has_total else None,
    ),
    st.lists(st.lists(CELLS, max_size=4), max_size=4), st.booleans(),
)  # fmt: skip


@given(TABLES, TABLES)
def test_any_two_tables_stand_side_by_side(now: Table, before: Table) -> None:
    both = joined(ASKED, replace(NEW, table=now), replace(OLD, table=before)).table
    assert len(both.rows) >= max(len(now.rows), 0)
    assert all(len(row.cells) == len(both.headings) for row in both.rows)


# --- as a file


def test_a_file_has_plain_numbers_and_says_what_they_are_in() -> None:
    table = Table(
        ("Source", "Leads", "Share", "Value", "Wait", "Since"),
        (Row(("=cmd()", count(1234), Figure(0.415, "percent"), Figure(123456, "money", "EUR"),
              Figure(timedelta(minutes=2), "duration"), Figure(date(2026, 11, 1), "day"))),
         Row(("fair", count(None), Figure(-0.5, "percent"), Figure(None, "money", "EUR"), Figure(90, "duration"), ""))),
    )  # fmt: skip
    made = files.of_report(replace(NEW, table=table, details=(Table(("More",), (Row(("one",)),)),)))
    assert made.decode("utf-8-sig").splitlines() == [
        "Source,Leads,Share,Value (EUR),Wait (seconds),Since",
        "'=cmd(),1234,0.415,1234.56,120,2026-11-01",
        "fair,,-0.5,,90,",
        "",
        "More",
        "one",
    ]


def reps(*rows: tuple[str, str, int]) -> Report:
    table = Table(("Rep", "Leads"), tuple(Row((name, count(leads)), behind=key) for name, key, leads in rows))
    return Report("reps", "Reps", (), table)


def test_two_of_one_name_stand_each_beside_what_they_were() -> None:
    now = reps(("Kim", "7", 3), ("Kim", "8", 9), ("Lee", "9", 1), ("Kim", "", 0), ("Kim", "", 0))
    both = joined(ASKED, now, reps(("Kim", "8", 4), ("Kim", "7", 2), ("Lee", "5", 6)))
    assert [(row.behind, *row.cells[1:3]) for row in both.table.rows] == [
        ("7", count(3), count(2)), ("8", count(9), count(4)), ("9", count(1), count(6)), ("", count(0), ""),
        ("", count(0), ""),
    ]  # fmt: skip
    assert both.charts[0].series[1].values == (2, 4, 6, 0, 0)
