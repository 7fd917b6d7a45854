"""Excel workbooks: read as rows of text, and never opened when they would unpack to too much."""

import io
import struct
import zipfile
from collections.abc import Sequence
from datetime import date, datetime

import pytest

from bot.errors import InvalidInputError
from bot.files.reading import UnreadableFileError, read_table
from bot.files.workbooks import AREA_MAX, RATIO_MATTERS_FROM
from bot.rules.mapping.guessing import as_raw, guess
from bot.rules.tables import Row, Table
from tests.workbooks import MAIN, Cell, sheet_xml, workbook, zipped

HEADINGS = ["Name", "E-Mail", "Phone"]
JANE = ["Jane", "jane@x.example", "+49 30 1234567"]


def sheet(*rows: Sequence[Cell]) -> Sequence[Sequence[Cell]]:
    return rows


def read(data: bytes, name: str = "leads.xlsx") -> tuple[Table, list[Row]]:
    table = read_table(data, name)
    return table, list(table)


def refusal(data: bytes, name: str = "leads.xlsx") -> str:
    with pytest.raises(UnreadableFileError) as error:
        read(data, name)
    return str(error.value)


def test_rows_come_with_the_numbers_that_excel_shows() -> None:
    table, rows = read(
        workbook({"Leads": [[], ["Fair 2026"], [], HEADINGS, JANE, [], ["John", "john@x.example", None]]})
    )
    assert table.headings == tuple(HEADINGS)
    assert rows == [Row(5, JANE), Row(7, ["John", "john@x.example", ""])]
    assert table.notes[0] == "It is an Excel workbook."
    assert "The headings are in line 4" in table.notes[1]
    assert table.progress() == 1


def test_cells_become_what_a_person_would_type() -> None:
    given: list[Cell] = [
        True,
        False,
        42.0,
        1.5,
        -3,
        491234567890,
        date(2026, 5, 6),
        datetime(2026, 5, 6, 13, 4, 5),  # noqa: DTZ001 - Excel knows no zones
        " a ",
        None,
    ]
    _, rows = read(workbook({"Leads": sheet([f"H{at}" for at in range(10)], given)}))
    assert rows[0].cells == [
        "yes", "no", "42", "1.5", "-3", "491234567890", "2026-05-06", "2026-05-06 13:04:05", " a ", ""
    ]  # fmt: skip


def test_a_number_of_which_excel_has_not_kept_all_digits_is_told() -> None:
    table, rows = read(workbook({"Leads": [HEADINGS, ["Jane", "jane@x.example", 4930123456789012345]]}))
    with pytest.raises(InvalidInputError, match="digits are lost"):
        as_raw(rows[0], guess(table.headings, table.sample))


def test_the_first_sheet_with_rows_that_is_not_hidden_is_read() -> None:
    sheets = {"Empty": sheet(), "Old": sheet(HEADINGS, ["Old", "old@x.example"]), "New": sheet(HEADINGS, JANE)}
    table, rows = read(workbook(sheets, hidden=["Old"]))
    assert rows == [Row(2, JANE)]
    assert "It has 3 sheets; only “New” was read." in table.notes


def test_only_hidden_sheets_are_better_than_none() -> None:
    assert read(workbook({"A": [HEADINGS, JANE]}, hidden=["A"]))[1] == [Row(2, JANE)]
    assert refusal(workbook({"A": [], "B": []})) == "There is nothing in leads.xlsx."


@pytest.mark.parametrize("name", ["leads.csv", "leads.xls", "leads.txt"])
def test_the_content_counts_and_not_the_name(name: str) -> None:
    table, rows = read(workbook({"Leads": [HEADINGS, JANE]}), name)
    assert rows == [Row(2, JANE)]
    assert table.notes[-1] == f"It is called .{name[-3:]}, but is an .xlsx workbook, and was read as one."
    table, rows = read(b"Name,E-Mail\nJane,jane@x.example\n", "leads.xlsx")
    assert table.notes[-1] == "It is called .xlsx, but is a text, and was read as one."


# --- too much


def test_what_says_that_it_unpacks_to_too_much_is_not_unpacked() -> None:
    rows = sheet_xml([["x" * 30_000]] * 1000)
    bomb = workbook({"Leads": rows})
    assert len(bomb) < 100_000 < RATIO_MATTERS_FROM < len(rows)
    assert refusal(bomb) == "leads.xlsx unpacks to more than 20 MB. Save it as CSV, or split it."


def test_what_unpacks_to_more_than_it_says_is_not_opened() -> None:
    rows = sheet_xml([["x" * 30_000]] * 1000)
    bomb = workbook({"Leads": rows})
    honest, lie = struct.pack("<L", len(rows)), struct.pack("<L", 500)
    assert bomb.count(honest) == 2  # before the data and in the directory
    assert "unpacks to more than 20 MB" in refusal(bomb.replace(honest, lie))
    small = sheet_xml([HEADINGS, JANE])
    shrunk = workbook({"Leads": small}).replace(struct.pack("<L", len(small)), lie)
    assert "is damaged" in refusal(shrunk)


@pytest.mark.parametrize("place", ["XFD1048576", "A9999999", "xfd1048576"])
def test_a_cell_at_the_far_end_does_not_cost_all_between(place: str) -> None:
    cells = f'<c r="A1"><v>1</v></c>{" " * 300_000}<c   r = "{place}"><v>1</v></c>'
    xml = f'<worksheet xmlns="{MAIN}"><sheetData><row>{cells}</row></sheetData></worksheet>'
    assert "reach over" in refusal(workbook({"Leads": xml}))
    assert AREA_MAX < 10_000_000


def test_many_entries_are_no_workbook() -> None:
    parts: dict[str, str | bytes] = {f"xl/{number}.xml": "" for number in range(2500)}
    assert "unpacks to more" in refusal(zipped({**parts, "xl/workbook.xml": ""}))


# --- what is no workbook


@pytest.mark.parametrize(("entry", "said"), [
    ("xl/workbook.bin", "a binary workbook (.xlsb)"), ("word/document.xml", "a Word document"),
    ("ppt/presentation.xml", "a presentation"), ("content.xml", "an OpenDocument file (.ods)"),
    ("leads.csv", "an archive, not a table"),
])  # fmt: skip
def test_other_archives_are_said_in_a_sentence(entry: str, said: str) -> None:
    assert refusal(zipped({entry: "x"})) == f"leads.xlsx is {said}. Save the table as .xlsx or CSV and give me that."


def test_damaged_workbooks_are_said_in_a_sentence() -> None:
    whole = workbook({"Leads": [HEADINGS, JANE]})
    for data in (
        whole[:-30],
        whole[: len(whole) // 2],
        whole[:30] + bytes(40) + whole[70:],
        zipped({"xl/workbook.xml": "<"}),
    ):
        assert "is damaged and cannot be opened" in refusal(data)


def test_locked_entries_are_said_in_a_sentence() -> None:
    out = io.BytesIO(workbook({"Leads": [HEADINGS, JANE]}))
    with zipfile.ZipFile(out) as archive:
        first = archive.infolist()[0].header_offset
    data = bytearray(out.getvalue())
    directory = data.find(b"PK\x01\x02")
    data[directory + 8] |= 1
    data[first + 6] |= 1
    assert "is damaged and cannot be opened" in refusal(bytes(data))
