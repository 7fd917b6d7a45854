"""Opens a file of leads, whatever it is called and however it was written, as a table that is read a row at a time."""

import csv
import io
from collections.abc import Iterator
from itertools import chain, islice
from typing import BinaryIO

from bot.errors import DibsError
from bot.rules.tables import Row, Table

SAMPLE_ROWS = 200


class UnreadableFileError(DibsError):
    """This is no table that can be read; the sentence says what it is and what to do."""


def read_table(source: bytes | BinaryIO, name: str) -> Table:
    """The table in the file; what was noticed on the way is in its notes.

    Raises:
        UnreadableFileError: it is not a table, is protected, or unpacks to too much.
    """
    file = io.BytesIO(source) if isinstance(source, bytes) else source
    reader = csv.reader(io.TextIOWrapper(file, encoding="utf-8-sig", newline=""))
    headings = tuple(next(reader, []))
    if not headings:
        raise UnreadableFileError(f"{name} is empty.")
    rows = (Row(reader.line_num, cells) for cells in reader)
    sample = tuple(islice(rows, SAMPLE_ROWS))
    return Table(headings, chain(sample, rows), sample=sample, notes=["UTF-8", "separator ,"])


def failed_csv(headings: tuple[str, ...], rows: Iterator[tuple[int, list[str], str]]) -> Iterator[bytes]:
    """Rows that were not taken (line, cells, reason) as a CSV that can be mended and given again.

    UTF-8 with a mark, because Excel takes it for another encoding without; no cell can act as a formula there.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    yield b"\xef\xbb\xbf"
    for line in chain([(*headings, "Line", "Why it was not taken")], ((*c, str(n), why) for n, c, why in rows)):
        writer.writerow([f"'{cell}" if cell.lstrip()[:1] in ("=", "+", "-", "@") else cell for cell in line])
        yield out.getvalue().encode()
        out.seek(0)
        out.truncate()
