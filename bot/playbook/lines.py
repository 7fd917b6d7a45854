"""Where each key of a TOML text stands, because the reader that Python ships tells values without their lines."""

import re
import tomllib
from bisect import bisect_right
from collections.abc import Mapping

Place = tuple[int | str, ...]

_SPACE = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_KEY = re.compile(r"[ \t]*(\"(?:\\.|[^\"\\\n])*\"|'[^'\n]*'|[A-Za-z0-9_-]+)[ \t]*")
_STRING = re.compile(
    r"\"\"\"(?:\\.|[^\\])*?\"{3,5}|'''.*?'{3,5}|\"(?:\\.|[^\"\\\n])*\"|'[^'\n]*'", re.DOTALL
)  # fmt: skip
_OTHER = re.compile(r"[^,\]}\n#]*")


def key_lines(source: str) -> dict[Place, int]:
    """The line, counted from 1, of every table, key and element of an array.

    `source` must be valid TOML; ask tomllib first.

    Raises:
        RecursionError: values are nested in each other too deeply.
    """
    return Walk(source).lines


def line_of(place: Place, lines: Mapping[Place, int]) -> int | None:
    """The line of that place, or of the nearest thing around it that is written down."""
    around = (place[:length] for length in range(len(place), 0, -1))
    return next((lines[one] for one in around if one in lines), None)


class Walk:
    """Goes through the text once, from key to key."""

    def __init__(self, source: str) -> None:
        self.source, self.at = source, 0
        self.lines: dict[Place, int] = {}
        self._breaks = [index for index, letter in enumerate(source) if letter == "\n"]
        self._tables: dict[Place, int] = {}  # how many tables each array of tables has so far
        self._statements()

    def _statements(self) -> None:
        table: Place = ()
        self._skip()
        while self.at < len(self.source):
            if self.source[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._skip()

    def _header(self) -> Place:
        start, is_array = self.at, self.source.startswith("[[", self.at)
        self.at += 2 if is_array else 1
        *above, last = self._keys()
        self.at += 2 if is_array else 1
        table: Place = ()
        for key in above:
            table = self._newest((*table, key))
        table = (*table, last)
        if not is_array:
            return self._note(self._newest(table), start)
        self._note(table, start)
        number = self._tables.get(table, 0)
        self._tables[table] = number + 1
        return self._note((*table, number), start)

    def _newest(self, table: Place) -> Place:
        return (*table, self._tables[table] - 1) if table in self._tables else table

    def _pair(self, table: Place) -> None:
        start = self.at
        for key in self._keys():
            table = self._note((*table, key), start)
        self.at += 1  # the equals sign
        self._value(table)

    def _keys(self) -> list[str]:
        """A key, or several with dots between them."""
        keys: list[str] = []
        while found := _KEY.match(self.source, self.at):
            self.at = found.end()
            quoted = found[1][0] in "\"'"
            keys.append(tomllib.loads(f"key = {found[1]}")["key"] if quoted else found[1])
            if not self.source.startswith(".", self.at):
                break
            self.at += 1
        return keys

    def _value(self, place: Place) -> None:
        self._skip()
        if self.source[self.at] in "[{":
            self._several(place, "]" if self.source[self.at] == "[" else "}")
        else:
            found = _STRING.match(self.source, self.at) or _OTHER.match(self.source, self.at)
            self.at = found.end() if found else self.at

    def _several(self, place: Place, end: str) -> None:
        """An array or a table within a line."""
        self.at += 1
        self._skip()
        number = 0
        while self.source[self.at] != end:
            if end == "]":
                self._value(self._note((*place, number), self.at))
            else:
                self._pair(place)
            number += 1
            self._skip()
            if self.source[self.at] == ",":
                self.at += 1
                self._skip()
        self.at += 1

    def _skip(self) -> None:
        found = _SPACE.match(self.source, self.at)
        self.at = found.end() if found else self.at

    def _note(self, place: Place, position: int) -> Place:
        self.lines.setdefault(place, bisect_right(self._breaks, position - 1) + 1)
        return place
