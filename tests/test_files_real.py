"""Files that nobody here made, read whole: every row is there, where it is, and no letter is lost or moved."""

import csv
import io
import re
from collections import Counter
from pathlib import Path

import pytest

from bot.files.reading import read_table
from bot.rules.mapping.guessing import guess
from bot.rules.tables import Row, Table

FOLDER = Path(__file__).parent / "data" / "csv"
ENCODED = {
    "adur-toilets.csv": "utf-8", "mexico-budget-latin1.csv": "iso8859-1", "nhs-detained-utf16.csv": "utf-16",
    "nrc-events-pipes.txt": "ascii", "taiwan-sights-big5.csv": "big5",
}  # fmt: skip


def opened(name: str) -> tuple[Table, list[Row]]:
    table = read_table((FOLDER / name).read_bytes(), name)
    return table, list(table)


def text_of(name: str) -> str:
    return (FOLDER / name).read_bytes().decode(ENCODED[name])


def fields_of(table: Table) -> dict[str, str]:
    found = {one.field: one.heading for one in guess(table.headings, table.sample) if one.field}
    return {field: heading for field, heading in found.items() if not field.startswith("fields.")}


def test_every_file_has_a_source_and_a_licence() -> None:
    said = (FOLDER / "SOURCES.md").read_text(encoding="utf-8")
    assert {path.name for path in FOLDER.iterdir()} == {*ENCODED, "SOURCES.md"}
    for name in ENCODED:
        assert f"| `{name}` |" in said


@pytest.mark.parametrize("name", ENCODED)
def test_no_letter_is_lost(name: str) -> None:
    """What is in the cells is what is in the file, but for separators, quotes and line ends."""
    table, rows = opened(name)
    given = "".join(
        [*(cell for cell in table.headings if not cell.startswith("Column ")), *("".join(row.cells) for row in rows)]
    )
    letters = re.compile(r"[^\w]|_")
    assert Counter(letters.sub("", given)) == Counter(letters.sub("", text_of(name)))
    assert not [row for row in rows if row.problem]


@pytest.mark.parametrize("name", ENCODED)
def test_no_cell_is_in_another_column(name: str) -> None:
    """Against a plain reader that is told what ours had to find out."""
    table, rows = opened(name)
    separator = "|" if name.startswith("nrc") else ","
    plain = [row for row in csv.reader(io.StringIO(text_of(name), newline=""), delimiter=separator) if any(row)]
    assert [cell.strip() or f"Column {at}" for at, cell in enumerate(plain[0], start=1)] == list(table.headings)
    assert [row.cells for row in rows] == plain[1:]


def test_public_toilets_of_a_british_council() -> None:
    table, rows = opened("adur-toilets.csv")
    assert len(table.headings) == 32
    assert [row.line for row in rows] == list(range(2, 17))
    last = dict(zip(table.headings, rows[-1].cells, strict=True))
    assert last["ReportEmail"] == "surveyor_15@adur-worthing.gov.uk"
    assert (last["ReportTel"], last["UPRN"], last["OpeningHours"]) == ("01903 221471", "60034215", "09.00 - 17.00")
    fields = fields_of(table)
    assert (fields["email"], fields["phone"], fields["message"]) == ("ReportEmail", "ReportTel", "Notes")


def test_a_mexican_budget_without_a_word_about_its_encoding() -> None:
    table, rows = opened("mexico-budget-latin1.csv")
    assert table.headings[-1] == "Descripción"
    assert len(rows) == 115
    assert rows[1].cells[4:7] == ["Legislación", "", "10,105.40"]
    assert rows[-1].line == 120
    assert rows[-1].cells[0].startswith("Fuente: Presupuesto de Egresos de la Federación 2011")
    assert "It seems to be written in Windows-1252; look whether names are right in the preview." in table.notes
    assert "1 row is empty, and left out." in table.notes


def test_british_hospitals_in_utf_16() -> None:
    table, rows = opened("nhs-detained-utf16.csv")
    assert "It is written in UTF-16." in table.notes
    assert [row.line for row in rows] == list(range(2, 131))
    assert [cell.strip() for cell in rows[0].cells[:5]] == ["5C1", "Enfield PCT", "NHS Facilities", "2010-11", "2"]
    assert fields_of(table)["company"] == "Organisation_name"


def test_sights_of_tainan_in_big5_with_cells_over_several_lines() -> None:
    table, rows = opened("taiwan-sights-big5.csv")
    assert "It is written in Big5." in table.notes
    assert [row.cells[0] for row in rows] == [f"v_{number}" for number in range(1, 43)]
    assert [row.line for row in rows[:4]] == [2, 3, 4, 6]  # the third goes over two lines
    assert (rows[-1].line, rows[-1].cells[2]) == (74, "水雉復育區")
    assert rows[-1].cells[4].splitlines()[1] == "二~日09:00~17:00"
    assert fields_of(table)["phone"] == "景點服務電話"


def test_reports_of_an_american_office_with_quotes_in_the_middle_of_cells() -> None:
    table, rows = opened("nrc-events-pipes.txt")
    assert "Cells are separated by “|”." in table.notes
    assert (len(table.headings), table.headings[-1]) == (72, "Column 72")
    assert [row.line for row in rows] == list(range(2, 14))
    assert rows[0].cells[:6] == ["Power Reactor", "46521", "PILGRIM", "ENTERGY NUCLEAR", "1", "PLYMOUTH"]
    assert 'INOPERABLE  "On January 5, 2011, at 0120 hours' in rows[0].cells[70]
