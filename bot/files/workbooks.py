"""Excel workbooks: opened only when what they unpack to is known to be bounded, and read as rows of text."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any, BinaryIO

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum, load_workbook

from bot.files.errors import UnreadableFileError
from bot.rules.tables import NoRowsError, Row, Table, as_table

UNPACKED_MAX = 200_000_000  # bytes; about 400,000 rows
RATIO_MAX, RATIO_MATTERS_FROM = 200, 20_000_000
AREA_MAX = 8_000_000  # cells from the first to the last: the reader makes room for all, used or not
TAG_MAX = 1 << 20
MOST_ENTRIES = 2_000
CHUNK = 1 << 18
EXACT_DIGITS = 15  # Excel keeps no more of a number
_LOCAL_HEADER = struct.Struct("<4s22xHH")  # the lengths of name and extra field end it
_PLACE = re.compile(rb"\sr\s*=\s*[\"']\s*([A-Za-z]*)(\d*)")  # of a cell or a row


def workbook(file: BinaryIO, name: str, size: int) -> Table:
    """The first sheet with something in it.

    Raises:
        UnreadableFileError: it is no .xlsx, is damaged, or unpacks to too much.
        NoRowsError: all sheets are empty.
    """
    check_unpacked(file, name, size)
    file.seek(0)
    try:
        sheet, notes = _first_with_rows(load_workbook(io.BytesIO(file.read())))
    except (CalamineError, zipfile.BadZipFile) as error:
        raise damaged(name) from error
    read, total = [0], max(sheet.total_height, 1)
    return as_table(_rows(sheet, read), notes, lambda: min(1.0, read[0] / total))


def damaged(name: str) -> UnreadableFileError:
    return UnreadableFileError(f"{name} is damaged and cannot be opened. Save it again in Excel.")


def check_unpacked(file: BinaryIO, name: str, size: int) -> None:
    """Refuse by what the archive says of itself, then by what really comes out of it.

    Raises:
        UnreadableFileError: it is no workbook, or too large.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise damaged(name) from error
    names = {entry.filename for entry in entries}
    if "xl/workbook.xml" not in names:
        raise UnreadableFileError(f"{name} is {_archive_kind(names)}. Save the table as .xlsx or CSV and give me that.")
    most = min(UNPACKED_MAX, max(size * RATIO_MAX, RATIO_MATTERS_FROM))
    too_large = UnreadableFileError(f"{name} unpacks to more than {most // 1_000_000} MB. Save it as CSV, or split it.")
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > most:
        raise too_large
    unpacked = 0
    for entry in entries:
        extent = Extent(name)
        for piece in _inflated(file, entry, name):
            unpacked += len(piece)
            if unpacked > most:
                raise too_large
            extent.look_at(piece)


class Extent:
    """How far the cells of a sheet reach: one at the far end costs as much as all between."""

    def __init__(self, name: str) -> None:
        self._name, self._left = name, b""
        self._row, self._column = 1, 1

    def look_at(self, piece: bytes) -> None:
        """Raises: UnreadableFileError, as soon as the cells cover too much."""
        whole, mark, self._left = (self._left + piece).rpartition(b"<")
        self._left = mark + self._left
        if len(self._left) > TAG_MAX:
            raise damaged(self._name)
        for letters, digits in _PLACE.findall(whole + b"<"):
            self._row = max(self._row, int(digits[:9] or 0))
            self._column = max(self._column, _column(letters[:4]))
        if self._row * self._column > AREA_MAX:
            reach = f"{self._row:,} rows and {self._column:,} columns"
            raise UnreadableFileError(
                f"The cells of {self._name} reach over {reach}, which is too much. Save it as CSV."
            )


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _archive_kind(names: set[str]) -> str:
    kinds = (("xl/workbook.bin", "a binary workbook (.xlsb)"), ("word/document.xml", "a Word document"),
             ("ppt/presentation.xml", "a presentation"), ("content.xml", "an OpenDocument file (.ods)"))  # fmt: skip
    return next((kind for entry, kind in kinds if entry in names), "an archive, not a table")


def _inflated(file: BinaryIO, entry: zipfile.ZipInfo, name: str) -> Iterator[bytes]:
    """What comes out, piece by piece: the directory may say less than there is.

    Raises:
        UnreadableFileError: it is not what the directory says.
    """
    if (
        entry.flag_bits & 1
        or entry.header_offset < 0
        or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    ):
        raise damaged(name)
    file.seek(entry.header_offset)
    header = file.read(_LOCAL_HEADER.size)
    if len(header) < _LOCAL_HEADER.size or not header.startswith(b"PK\x03\x04"):
        raise damaged(name)
    file.seek(sum(_LOCAL_HEADER.unpack(header)[1:]), io.SEEK_CUR)
    if entry.compress_type == zipfile.ZIP_STORED:
        yield from _stored(file, entry.compress_size)
        return
    unpacker, left, total = zlib.decompressobj(-zlib.MAX_WBITS), entry.compress_size, 0
    while left > 0 and not unpacker.eof:
        data = file.read(min(CHUNK, left))
        left -= len(data)
        if not data:
            raise damaged(name)
        while data and not unpacker.eof:
            try:
                total += len(out := unpacker.decompress(data, CHUNK))
            except zlib.error as error:
                raise damaged(name) from error
            data = unpacker.unconsumed_tail
            yield out
    if total != entry.file_size:
        raise damaged(name)


def _stored(file: BinaryIO, size: int) -> Iterator[bytes]:
    while size > 0 and (data := file.read(min(CHUNK, size))):
        size -= len(data)
        yield data


def _first_with_rows(book: CalamineWorkbook) -> tuple[CalamineSheet, list[str]]:
    """Preferably one that is not hidden."""
    shown = [one.name for one in book.sheets_metadata if one.visible == SheetVisibleEnum.Visible]
    names = [*shown, *(name for name in book.sheet_names if name not in shown)]
    if not names:
        raise NoRowsError
    notes = ["It is an Excel workbook."]
    sheet = book.get_sheet_by_name(names[0])
    for name in names:
        candidate = book.get_sheet_by_name(name)
        if candidate.height and candidate.width:
            sheet = candidate
            break
    if len(names) > 1:
        notes.append(f"It has {len(names)} sheets; only “{sheet.name}” was read.")
    return sheet, notes


def _rows(sheet: CalamineSheet, read: list[int]) -> Iterator[Row]:
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        read[0] = number
        yield Row(number, [cell if isinstance(cell, str) else as_text(cell) for cell in cells])


def as_text(cell: Any) -> str:
    """As a person would type it: whole numbers without a point, days and times in ISO 8601."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        if abs(cell) >= 10**EXACT_DIGITS:
            return f"{cell:.14E}"  # as Excel shows what it has not kept
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ", timespec="seconds")
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)
