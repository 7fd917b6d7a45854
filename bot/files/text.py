"""Text tables of unknown making: which encoding, which separator, which quotes, and the records one by one."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from itertools import islice
from math import log2
from typing import BinaryIO, NamedTuple

from charset_normalizer import CharsetMatch, from_bytes
from typing_extensions import Buffer

from bot.rules.mapping.words import fields_called
from bot.rules.tables import MOST_COLUMNS, Row, Table, as_table

CHUNK = 1 << 20
READ_BYTES = 1 << 16
MOST_SCANNED = 8 * CHUNK  # of a file that is not UTF-8, for lines that show which encoding it is
SAMPLE_BYTES = 32_000
HEAD_LINES, HEAD_CHARACTERS = 400, 256_000
LINE_MAX = 1 << 20  # characters: a file without line breaks must not come into memory whole
SEPARATORS = {",": ",", ";": ";", "\t": "tab", "|": "|"}
NEVER_CLOSED = "A quotation mark in this row is not closed where the cell ends."
TOO_LONG = "A cell of this row is too long to be read, or a quotation mark is not closed."
TOO_WIDE = f"This row has more than {MOST_COLUMNS} cells."
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8 with a mark"), (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"), (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)  # fmt: skip
# In this order where several fit equally well.
_SHOWN = {
    "cp1252": "Windows-1252", "cp932": "Shift-JIS", "gb18030": "GB 18030", "big5": "Big5", "cp949": "Korean (CP949)",
    "euc_jp": "EUC-JP", "cp1250": "Windows-1250", "cp1251": "Windows-1251", "cp1253": "Windows-1253",
    "cp1254": "Windows-1254", "mac_roman": "Mac Roman", "cp850": "DOS (850)", "iso8859_2": "ISO 8859-2",
    "koi8_r": "KOI8-R",
}  # fmt: skip
_FOREIGN_LINES = re.compile(rb"[^\r\n]*[\x80-\xff][^\r\n]*[\r\n]{0,2}")
_ODD = re.compile("[þÞðÐ¹²³¼½¾¿×÷¤¦¬¯±´¸ªº\ufffd]")  # noqa: RUF001 - the signs are meant
_FOREIGN = re.compile(rb"[\x80-\xff]+")
_LOOK = "; look whether names are right in the preview."
_SEP_LINE = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)


class Encoding(NamedTuple):
    codec: str
    note: str
    strays: bool = False  # UTF-8, but for some lines


class Dialect(NamedTuple):
    separator: str
    escape: str | None = None
    skips_space: bool = False

    def reader(self, lines: Iterator[str] | list[str], *, strict: bool = False) -> Iterator[list[str]]:
        return csv.reader(
            lines, delimiter=self.separator, escapechar=self.escape, skipinitialspace=self.skips_space, strict=strict
        )


def text_table(file: BinaryIO, size: int) -> Table:
    """The table in a text.

    Raises:
        NoRowsError: nothing but empty lines.
    """
    encoding = encoding_of(file)
    file.seek(0)
    lines = Lines(file, encoding)
    dialect, note = dialect_of(lines)
    return as_table(records(lines, dialect), [encoding.note, note], lambda: min(1.0, file.tell() / max(size, 1)))


def encoding_of(file: BinaryIO) -> Encoding:
    """By its mark; else UTF-8 if the whole file is; else what its lines with other letters look like."""
    start = file.read(CHUNK)
    for mark, codec, shown in _MARKS:
        if start.startswith(mark):
            return Encoding(codec, f"It is written in {shown}.")
    wide = _without_mark(start)
    if wide:
        return wide
    file.seek(0)
    if _is_utf8(file):
        return Encoding("utf-8", "It is written in UTF-8.")
    file.seek(0)
    return _guessed(_foreign_lines(file))


def _without_mark(start: bytes) -> Encoding | None:
    """UTF-16 and UTF-32 show by where their zero bytes are."""
    if start.count(0) * 20 < len(start):
        return None
    zeros = [start[offset : len(start) // 4 * 4 : 4].count(0) for offset in range(4)]
    most = len(start) // 4 * 0.9
    wide = tuple(zero >= most for zero in zeros)
    widest = {(False, True, True, True): "utf-32-le", (True, True, True, False): "utf-32-be"}
    codec = next((name for where, name in widest.items() if where == wide), "")
    codec = codec or ("utf-16-le" if zeros[1] + zeros[3] > zeros[0] + zeros[2] else "utf-16-be")
    try:
        text = codecs.getincrementaldecoder(codec)().decode(start)
    except UnicodeDecodeError:
        return None
    if "\0" in text or not {"\n", "\r"} & set(text):
        return None
    return Encoding(codec, f"It is written in {codec[:6].upper()}, without a mark that says so.")


def _is_utf8(file: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for chunk in iter(partial(file.read, CHUNK), b""):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _foreign_lines(file: BinaryIO) -> list[bytes]:
    found: list[bytes] = []
    size = read = 0
    while size < SAMPLE_BYTES and read < MOST_SCANNED:
        chunk = file.read(CHUNK)
        if not chunk:
            break
        read += len(chunk)
        for one in _FOREIGN_LINES.finditer(chunk):
            found.append(one[0][:2000])
            size += len(found[-1])
            if size >= SAMPLE_BYTES:
                break
    return found


def _guessed(lines: list[bytes]) -> Encoding:
    whole = sum(1 for line in lines if _decodes(line, "utf-8"))
    if whole > 0.6 * len(lines):
        note = "It is written in UTF-8, but for some lines, which were read as Windows-1252."
        return Encoding("utf-8", note, strays=True)
    sample = b"".join(lines)
    if _is_plainly_western(sample):
        return Encoding("cp1252", f"It seems to be written in Windows-1252{_LOOK}")
    matches = list(from_bytes(sample, cp_isolation=list(_SHOWN)))
    if not matches:
        return Encoding("cp1252", f"It was read as Windows-1252, but its encoding is none that is known{_LOOK}")
    best = matches[0]
    close = [one for one in matches if _is_close(one, best)]
    names = {name for one in close for name in one.could_be_from_charset if name in _SHOWN}
    codec = min(names, key=lambda name: (_oddities(sample, name), list(_SHOWN).index(name)), default=best.encoding)
    shown = _SHOWN.get(codec, codec)
    if len(close) == 1 and len(lines) >= 5:
        return Encoding(codec, f"It is written in {shown}.")
    return Encoding(codec, f"It seems to be written in {shown}{_LOOK}")


def _is_close(one: CharsetMatch, best: CharsetMatch) -> bool:
    """As likely by its letters and its language, or less by the one and more by the other."""
    mess, sense = one.chaos - best.chaos, one.coherence - best.coherence
    return (mess < 0.02 and sense > -0.05) or (mess < 0.1 and sense > 0.05)


def _oddities(sample: bytes, codec: str) -> int:
    """Signs that are hardly ever within names, but common where the encoding is another."""
    return len(_ODD.findall(sample.decode(codec, "replace")))


def _is_plainly_western(sample: bytes) -> bool:
    """Too few other letters for statistics, each between plain ones, as accents are."""
    foreign = _FOREIGN.findall(sample)
    return (
        sum(map(len, foreign)) < 10 and all(len(run) == 1 for run in foreign) and _decodes(sample, "cp1252")
        and all(letter.isalpha() for letter in b"".join(foreign).decode("cp1252"))
    )  # fmt: skip


def _decodes(line: bytes, codec: str) -> bool:
    try:
        line.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


class Lines:
    """The file's lines for the CSV reader; those of the record at hand can be given back."""

    def __init__(self, file: BinaryIO, encoding: Encoding) -> None:
        errors = "surrogateescape" if encoding.strays else "replace"
        # The wrapper must not close what is not ours.
        whole = io.BufferedReader(_Kept(file), READ_BYTES)
        self._text = io.TextIOWrapper(whole, encoding=encoding.codec, errors=errors, newline="")
        self._strays = encoding.strays
        self._again: list[str] = []  # the next one last
        self.taken: list[str] = []
        self.number = 0  # of the last line that was handed out
        self.was_cut = False  # a line was so long that its end is missing
        self.ended_inside = False

    def feed(self) -> Iterator[str]:
        taken = self.taken
        while True:
            line = self._again.pop() if self._again else self._next()
            if not line:
                self.ended_inside = bool(taken)
                return
            taken.append(line)
            self.number += 1
            yield line

    def done(self) -> None:
        """The record at hand is complete."""
        self.taken.clear()

    def keep_first(self) -> str:
        """Only the first line belonged to the record at hand."""
        first, *rest = self.taken
        self._again.extend(reversed(rest))
        self.number -= len(rest)
        self.taken.clear()
        self.ended_inside = False
        return first

    def give_back(self, lines: list[str]) -> None:
        self._again.extend(reversed(lines))
        self.number -= len(lines)
        self.taken.clear()

    def _next(self) -> str:
        line = self._text.readline(LINE_MAX)
        if len(line) == LINE_MAX and line[-1] not in "\r\n":
            self.was_cut = True
            while (rest := self._text.readline(LINE_MAX)) and rest[-1] not in "\r\n":
                pass
        if self._strays and not line.isascii():
            line = _repaired(line)
        return line.replace("\0", "") or "\n" if "\0" in line else line


class _Kept(io.RawIOBase):
    """A file that is read through here and stays open."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer, /) -> int:
        room = memoryview(buffer).cast("B")
        data = self._file.read(len(room))
        room[: len(data)] = data
        return len(data)


def _repaired(line: str) -> str:
    data = line.encode("utf-8", "surrogateescape")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def records(lines: Lines, dialect: Dialect) -> Iterator[Row]:
    """Every record with the line it begins in; one whose quotes do not add up takes no other row along."""
    while True:
        begins = lines.number + 1
        try:
            for cells in dialect.reader(lines.feed()):
                if len(lines.taken) > 1 or lines.ended_inside or lines.was_cut or len(cells) > MOST_COLUMNS:
                    problem = _trouble(lines, dialect, len(cells))
                    if problem:
                        break
                yield Row(begins, cells)
                lines.done()
                begins = lines.number + 1
            else:
                return
        except csv.Error:
            problem = TOO_LONG
        yield Row(begins, _bare_cells(lines.keep_first(), dialect), problem)


def _trouble(lines: Lines, dialect: Dialect, width: int) -> str:
    """A record over several lines must be quoted to the letter, or it may have swallowed others."""
    if width > MOST_COLUMNS or any(len(line) >= LINE_MAX for line in lines.taken):
        return TOO_LONG if width <= MOST_COLUMNS else TOO_WIDE
    if len(lines.taken) == 1 and not lines.ended_inside:
        return ""
    try:
        return "" if len(list(dialect.reader(lines.taken, strict=True))) == 1 else NEVER_CLOSED
    except csv.Error:
        return NEVER_CLOSED


def _bare_cells(line: str, dialect: Dialect) -> list[str]:
    """What can be shown of a line whose quotes do not add up."""
    return [cell[:500] for cell in line.rstrip("\r\n").split(dialect.separator)[:100]]


def dialect_of(lines: Lines) -> tuple[Dialect, str]:
    """From the first lines, which are given back; and a note."""
    head = list(islice(lines.feed(), HEAD_LINES))
    while sum(map(len, head)) > HEAD_CHARACTERS and len(head) > 1:
        lines.give_back([head.pop()])
    told = _SEP_LINE.fullmatch(head[0]) if head else None
    if told:
        head = head[1:]
        lines.give_back(head)
        return _quoting(told[1], head), f"The file itself says that cells are separated by {_named(told[1])}."
    lines.give_back(head)
    separator = max(SEPARATORS, key=lambda one: _fitness(head, one)) if head else ","
    return _quoting(separator, head), f"Cells are separated by {_named(separator)}."


def _named(separator: str) -> str:
    return "tabs" if separator == "\t" else f"“{separator}”"


def _parsed(head: list[str], dialect: Dialect) -> list[list[str]]:
    rows: list[list[str]] = []
    with suppress(csv.Error):
        rows.extend(row for row in dialect.reader(head) if any(row))
    return rows[:-1] if len(rows) > 2 else rows  # the last one may be cut


def _fitness(head: list[str], separator: str) -> float:
    """How much like a table the lines look: rows of one width, with headings that are known."""
    rows = _parsed(head, Dialect(separator))
    if not rows:
        return 0
    widths = Counter(map(len, rows))
    width, count = max(widths.items(), key=lambda one: (one[1], one[0]))
    known = max((sum(1 for cell in row if len(cell) <= 60 and fields_called(cell)) for row in rows[:20]), default=0)
    return count / len(rows) * log2(max(width, 1)) * (1 + min(known, 4))


def _quoting(separator: str, head: list[str]) -> Dialect:
    plain = Dialect(separator)
    spaced = sum(1 for row in _parsed(head, plain) for cell in row if re.fullmatch(r'\s+".*"?', cell, re.DOTALL))
    plain = plain._replace(skips_space=spaced * 2 >= len(head) > 0)
    if not any('\\"' in line for line in head):
        return plain
    return min(plain, plain._replace(escape="\\"), key=lambda one: _misquoted(head, one))


def _misquoted(head: list[str], dialect: Dialect) -> tuple[int, int]:
    """How many records break the rules of quoting, and how far their widths differ."""
    wrong, widths = 0, Counter[int]()
    left = list(head)
    while left:
        try:
            for row in dialect.reader(left, strict=True):
                widths[len(row)] += 1
            break
        except csv.Error:
            wrong += 1
            left = left[max(1, sum(widths.values()) + 1) :]
    return wrong, len(widths)
