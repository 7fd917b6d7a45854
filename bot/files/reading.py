"""Opens a file of leads, whatever it is called and however it was written, as a table that is read a row at a time."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import BinaryIO

from bot.files.errors import UnreadableFileError
from bot.files.text import text_table
from bot.files.workbooks import workbook
from bot.rules.tables import OF_FAILED_ROWS, NoRowsError, Row, Table

__all__ = ["Row", "Table", "UnreadableFileError", "failed_csv", "read_table"]

INSTEAD = "Save the table as .xlsx or CSV and give me that."
WORKBOOK = b"PK\x03\x04"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# How files begin that are no tables, and what people call them.
_OTHERS = (
    (b"%PDF", "a PDF"), (b"\x89PNG", "a picture"), (b"\xff\xd8\xff", "a picture"), (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a compressed file"), (b"Rar!", "an archive"), (b"7z\xbc\xaf", "an archive"),
    (b"{\\rtf", "a text document"), (b"BEGIN:VCARD", "a file of contacts (vCard)"), (b"SQLite format 3", "a database"),
)  # fmt: skip
_MARKUP = re.compile(rb"\s*<(?:!doctype|html|\?xml|table|head|body)", re.IGNORECASE)
_JSON = re.compile(rb'\s*(?:\{\s*"|\[\s*[{\[])')
_ACTS_AS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def read_table(source: bytes | BinaryIO, name: str) -> Table:
    """The table in the file; what was noticed on the way is in its notes.

    Raises:
        UnreadableFileError: it is not a table, is protected, or unpacks to too much.
    """
    file = io.BytesIO(source) if isinstance(source, bytes) else source
    start = file.read(4096)
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    kind = other_kind(start)
    if kind:
        raise UnreadableFileError(f"{name} is {kind}. {INSTEAD}")
    try:
        table = workbook(file, name, size) if start.startswith(WORKBOOK) else text_table(file, size)
    except NoRowsError:
        raise UnreadableFileError(f"There is nothing in {name}.") from None
    table.notes.extend(_of_name(name, is_workbook=start.startswith(WORKBOOK)))
    return table


def other_kind(start: bytes) -> str:
    """What it is, if it is no table that can be read; by how it begins, for names say anything."""
    if start.startswith(_OLD_OFFICE):
        return "an old Excel workbook (.xls), or one that is protected by a password"
    if start.startswith(b"PK") and not start.startswith(WORKBOOK):
        return "an empty or damaged archive"
    plain = start.removeprefix(b"\xef\xbb\xbf")
    if _MARKUP.match(plain):
        return "a web page or XML, whatever it is called"
    if _JSON.match(plain):
        return "JSON; programs can send that to /api/leads"
    return next((kind for begins, kind in _OTHERS if plain.startswith(begins)), "")


def _of_name(name: str, *, is_workbook: bool) -> Iterator[str]:
    """Where the name says one thing and the file is another."""
    ending = name.rpartition(".")[2].casefold() if "." in name else ""
    if is_workbook and ending in ("csv", "txt", "tsv", "xls"):
        yield f"It is called .{ending}, but is an .xlsx workbook, and was read as one."
    if not is_workbook and ending in ("xlsx", "xls", "xlsm", "ods"):
        yield f"It is called .{ending}, but is a text, and was read as one."


def failed_csv(headings: Iterable[str], rows: Iterable[tuple[int, list[str], str]]) -> Iterator[bytes]:
    """Rows that were not taken (line, cells, reason) as a CSV that can be mended and given again.

    UTF-8 with a mark, because Excel takes it for another encoding without; no cell can act as a formula there.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    yield b"\xef\xbb\xbf"
    headings = tuple(headings)
    lines = ((str(line), why, *cells) for line, cells, why in rows)
    for one in chain([(*OF_FAILED_ROWS, *headings)], lines):
        writer.writerow([harmless(cell) for cell in one])
        yield out.getvalue().encode("utf-8", "replace")
        out.seek(0)
        out.truncate()


def harmless(cell: str) -> str:
    """With an apostrophe in front where Excel would take it for a formula; reading takes it off again."""
    return f"'{cell}" if cell.lstrip(" \xa0")[:1] in _ACTS_AS_FORMULA and cell.strip() else cell
