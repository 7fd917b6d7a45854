"""Records become a table: where the headings are, what is too long or too short, and what is no row at all."""

from collections.abc import Iterator, Sequence

import pytest

from bot.rules.tables import NoRowsError, Row, Table, as_table

HEADINGS = ["Name", "Email", "Company"]
JANE, JOHN = ["Jane", "jane@x.example", "Acme"], ["John", "john@y.example", "Beta"]


def table(*records: Sequence[str]) -> tuple[Table, list[Row]]:
    made = as_table((Row(line, list(cells)) for line, cells in enumerate(records, start=1)), [], lambda: 1.0)
    return made, list(made)


def test_the_first_row_holds_the_headings_and_rows_keep_their_lines() -> None:
    made, rows = table(HEADINGS, JANE, [], JOHN)
    assert made.headings == tuple(HEADINGS)
    assert rows == [Row(2, JANE), Row(4, JOHN)]
    assert made.sample == tuple(rows)
    assert made.notes == ["1 row is empty, and left out."]


def test_titles_above_the_headings_are_told_and_left_out() -> None:
    made, rows = table(["Leads of the fair", "", ""], ["as of", "May"], [], HEADINGS, JANE)
    assert made.headings == tuple(HEADINGS)
    assert rows == [Row(5, JANE)]
    assert made.notes[0] == (
        "The headings are in line 4; what stands above them was left out: “Leads of the fair”; “as of May”."
    )


def test_headings_that_nobody_knows_are_headings_all_the_same() -> None:
    made, rows = table(["Wer", "Wo", "Wieviel"], ["Jane", "Berlin", "10"], ["John", "Bonn", "20"])
    assert (made.headings, len(rows)) == (("Wer", "Wo", "Wieviel"), 2)


@pytest.mark.parametrize("first", [JANE, ["Jane", "+49 30 1234567", "7"]])
def test_a_first_row_that_is_a_lead_is_one(first: list[str]) -> None:
    made, rows = table(first, [*JOHN] if "@" in first[1] else ["John", "+49 30 7654321", "8"])
    assert made.headings == ("Column 1", "Column 2", "Column 3")
    assert rows[0] == Row(1, first)
    assert made.notes == ["There are no headings: the first row is a lead already."]


def test_headings_that_are_missing_or_there_twice_get_a_number() -> None:
    made, rows = table(["Email", "", "email", "Email "], ["a@x.example", "b", "c", "d"])
    assert made.headings == ("Email", "Column 2", "email (2)", "Email (3)")
    assert rows == [Row(2, ["a@x.example", "b", "c", "d"])]
    assert "Several columns are called “Email”" in made.notes[0]


def test_a_row_that_is_too_long_is_told_with_its_line_and_not_cut() -> None:
    _, rows = table(HEADINGS, JANE, ["Acme", " Inc.", "a@x.example", "Acme"])
    assert rows[1].problem == "This row has 4 cells for 3 headings; does a cell need quotes around it?"
    assert (rows[1].line, len(rows[1].cells)) == (3, 4)


def test_cells_too_many_that_are_empty_do_not_matter() -> None:
    assert table(HEADINGS, [*JANE, "", " "])[1] == [Row(2, JANE)]


def test_a_row_that_ends_early_is_taken_only_where_its_addresses_show_that_nothing_has_shifted() -> None:
    made, rows = table(HEADINGS, JANE, ["John", "john@y.example"], ["John"], ["john@y.example", "Beta"], ["", "Beta"])
    assert rows[1] == Row(3, ["John", "john@y.example", ""])
    assert [row.problem[:19] for row in rows[2:]] == ["This row ends early"] * 3
    assert made.notes == ["1 row is without the last cells, which were taken as empty."]


def test_a_row_that_ends_early_is_refused_where_nothing_shows_what_is_missing() -> None:
    _, rows = table(["Name", "City", "Company"], ["Jane", "Bonn", "Acme"], ["John", "Beta"])
    assert rows[1].problem == "This row ends early: 2 cells for 3 headings."


def test_the_headings_again_are_no_row() -> None:
    made, rows = table(HEADINGS, JANE, HEADINGS, JOHN)
    assert rows == [Row(2, JANE), Row(4, JOHN)]
    assert made.notes == ["1 row is the headings again, and left out."]


def test_columns_beyond_the_headings_that_most_rows_fill_are_columns() -> None:
    made, rows = table(HEADINGS, [*JANE, "x"], [*JOHN, "y"])
    assert made.headings == (*HEADINGS, "Column 4")
    assert not any(row.problem for row in rows)


def test_nothing_is_no_table() -> None:
    nothings: list[list[list[str]]] = [[], [[]], [["", " "], [""]]]
    for records in nothings:
        with pytest.raises(NoRowsError):
            table(*records)


def test_rows_come_one_at_a_time() -> None:
    taken = []

    def endless() -> Iterator[Row]:
        yield Row(1, HEADINGS)
        for line in range(2, 10_000_000):
            taken.append(line)
            yield Row(line, JANE)

    made = as_table(endless(), [], lambda: 0.0)
    assert next(iter(made)) == Row(2, JANE)
    assert len(taken) < 500
