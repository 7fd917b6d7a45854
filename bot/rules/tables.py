"""What a table of leads is, wherever it was read from: headings, rows with their line, and what was noticed."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import NamedTuple

from bot.rules.mapping.words import fields_called

SAMPLE_ROWS = 200
LOOK_FOR_HEADINGS = 20  # rows
MOST_COLUMNS = 500
OF_FAILED_ROWS = ("Line", "Why it was not taken")  # the first headings of a file of rows that could not be taken
_DATA = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+|https?://\S+|\+?[\d\s()./-]{7,}|\d{1,4}[./-]\d{1,2}[./-]\d{1,4}")
_NUMBER = re.compile(r"[-+]?[\d.,\s%€$£]*\d[\d.,\s%€$£]*")


class Row(NamedTuple):
    """One row. With a problem it cannot be taken as it is, and its cells are what could be read of it."""

    line: int  # as a person sees it in the file; the first one of a row that goes over several
    cells: list[str]  # exactly as many as there are headings, unless there is a problem
    problem: str = ""


class Table:
    """Read once from front to end, a row at a time; the file must stay open until then."""

    def __init__(
        self, headings: tuple[str, ...], rows: Iterator[Row], *, sample: tuple[Row, ...] = (), notes: list[str],
        progress: Callable[[], float] = lambda: 0.0,
    ) -> None:  # fmt: skip
        self.headings = headings  # each different from the others, none empty
        self.sample = sample  # the first rows, to guess from; they come again in the iteration
        self.notes = notes  # sentences; complete when all rows were read
        self.progress = progress  # how much of the file was read, 0 to 1
        self._rows = rows

    def __iter__(self) -> Iterator[Row]:
        return self._rows


class NoRowsError(ValueError):
    """There is nothing in it."""


def as_table(records: Iterable[Row], notes: list[str], progress: Callable[[], float]) -> Table:
    """Find the headings among the first records, and make every record after them as wide as they are.

    Raises:
        NoRowsError: nothing but empty rows.
    """
    coming = iter(records)
    head = list(islice(coming, SAMPLE_ROWS))
    at, width = find_headings(head)
    first = head[at].cells if at is not None else []
    notes.extend(_of_headings(head, at, first))
    headings = named(first, width)
    shaper = _Shaper(headings, first, head, notes)
    rows = shaper.shaped(chain(head[0 if at is None else at + 1 :], coming))
    sample = tuple(islice(rows, SAMPLE_ROWS))
    return Table(headings, chain(sample, rows), sample=sample, notes=notes, progress=progress)


def find_headings(head: Sequence[Row]) -> tuple[int | None, int]:
    """Which of the first records holds the headings, if any, and how many columns there are.

    Raises:
        NoRowsError: all are empty.
    """
    filled = [index for index, row in enumerate(head) if not row.problem and not is_empty(row.cells)]
    if not filled:
        raise NoRowsError
    width = usual_width([head[index].cells for index in filled])
    early = filled[:LOOK_FOR_HEADINGS]
    known = next((index for index in early if _is_known(head[index].cells, width)), None)
    if known is None:
        wide = (index for index in early if _filled(head[index].cells) >= max(1, 0.6 * width))
        known = next(wide, early[0])
        if _is_data(head[known].cells, [head[index].cells for index in filled if index > known]):
            return None, width
    return known, max(width, len(head[known].cells))


def usual_width(rows: Iterable[Sequence[str]]) -> int:
    """Without the cells at the end that nearly every row leaves empty."""
    found = Counter(len(trimmed(row)) for row in rows)
    most = max(found.values())
    total = sum(found.values())
    reached = 0
    for width in sorted(found, reverse=True):
        reached += found[width]
        if reached >= min(most, total / 2):
            return min(width, MOST_COLUMNS)
    return 1


def _is_known(cells: Sequence[str], width: int) -> bool:
    """Several of them are what people call fields, and none is what a lead would have in it."""
    words = [cell for cell in cells if cell.strip()]
    known = sum(1 for cell in words if len(cell) <= 60 and fields_called(cell))
    enough = known >= min(2, len(words)) and known >= 0.3 * len(words) and len(words) >= 0.5 * width
    return enough and not any(_DATA.fullmatch(cell.strip()) for cell in words)


def _is_data(first: Sequence[str], rest: Sequence[Sequence[str]]) -> bool:
    """There are no headings: the first row has an address or a number where all others have one."""
    if any("@" in cell and _DATA.fullmatch(cell.strip()) for cell in first):
        return True
    votes = 0
    for index, cell in enumerate(first):
        others = [row[index].strip() for row in rest[:50] if index < len(row) and row[index].strip()]
        if others and all(_looks(other) == _looks(others[0]) != "" for other in others):
            votes += 1 if _looks(cell.strip()) == _looks(others[0]) else -1
    return votes > 0


def _looks(cell: str) -> str:
    return "address" if _DATA.fullmatch(cell) else "number" if _NUMBER.fullmatch(cell) else ""


def named(first: Sequence[str], width: int) -> tuple[str, ...]:
    """Headings that are all there and all different."""
    taken: dict[str, int] = {}
    made = []
    cells = [" ".join(cell.split()) for cell in first[: max(width, len(trimmed(first)))]]
    for number, cell in enumerate([*cells, *[""] * (width - len(cells))], start=1):
        heading = cell or f"Column {number}"
        while heading.casefold() in taken:
            taken[heading.casefold()] += 1
            heading = f"{heading} ({taken[heading.casefold()]})"
        taken[heading.casefold()] = 1
        made.append(heading)
    return tuple(made)


def _of_headings(head: Sequence[Row], at: int | None, first: Sequence[str]) -> Iterator[str]:
    if at is None:
        yield "There are no headings: the first row is a lead already."
        return
    above = [row for row in head[:at] if row.problem or not is_empty(row.cells)]
    if above:
        said = "; ".join(f"“{' '.join(' '.join(row.cells).split())[:60]}”" for row in above[:3])
        yield f"The headings are in line {head[at].line}; what stands above them was left out: {said}."
    folded = Counter(cell.strip().casefold() for cell in first)
    twice = list(dict.fromkeys(cell.strip() for cell in first if cell.strip() and folded[cell.strip().casefold()] > 1))
    if twice:
        yield f"Several columns are called “{'”, “'.join(twice[:3])}”; the later ones got a number."


def is_empty(cells: Sequence[str]) -> bool:
    return not "".join(cells).strip()


def trimmed(cells: Sequence[str]) -> Sequence[str]:
    """Without the empty ones at the end."""
    end = len(cells)
    while end and not cells[end - 1].strip():
        end -= 1
    return cells[:end]


def _filled(cells: Sequence[str]) -> int:
    return sum(1 for cell in cells if cell.strip())


class _Shaper:
    """Makes records as wide as the headings, or says why they cannot be."""

    def __init__(self, headings: tuple[str, ...], first: list[str], head: Sequence[Row], notes: list[str]) -> None:
        self._width, self._first, self._notes = len(headings), first, notes
        self._telling = telling_columns(
            [row.cells for row in head if row.cells is not first and len(row.cells) == self._width]
        )
        self._empty = self._padded = self._again = 0

    def shaped(self, records: Iterable[Row]) -> Iterator[Row]:
        width, first = self._width, self._first
        for record in records:
            cells = record.cells
            if record.problem:
                yield record
            elif not cells or (not cells[0] and is_empty(cells)):
                self._empty += 1
            elif cells == first:
                self._again += 1
            elif len(cells) == width:
                yield record
            else:
                yield self._fitted(record)
        self._tell()

    def _fitted(self, record: Row) -> Row:
        """Excel leaves out empty cells at the end of some rows; any other cell that is missing could be anyone's."""
        cells, width = record.cells, self._width
        if len(cells) > width:
            if is_empty(cells[width:]):
                return Row(record.line, cells[:width])
            said = f"This row has {_counted(len(cells))} for {_counted(width, 'heading')}"
            return Row(record.line, cells, f"{said}; does a cell need quotes around it?")
        if self._are_in_place(cells):
            self._padded += 1
            return Row(record.line, [*cells, *[""] * (width - len(cells))])
        return Row(record.line, cells, f"This row ends early: {_counted(len(cells))} for {_counted(width, 'heading')}.")

    def _are_in_place(self, cells: Sequence[str]) -> bool:
        """The columns that show what they are, are there and show it, and no other does."""
        return bool(self._telling) and max(self._telling) < len(cells) and all(
            ("@" in cell) == (index in self._telling) or not cell for index, cell in enumerate(cells)
        )  # fmt: skip

    def _tell(self) -> None:
        for count, what in (
            (self._empty, "empty, and left out"), (self._padded, "without the last cells, which were taken as empty"),
            (self._again, "the headings again, and left out"),
        ):  # fmt: skip
            if count:
                self._notes.append(f"{count:,} {'rows are' if count > 1 else 'row is'} {what}.")


def _counted(number: int, what: str = "cell") -> str:
    return f"{number} {what}{'s' * (number != 1)}"


def telling_columns(rows: Sequence[Sequence[str]]) -> frozenset[int]:
    """Those of e-mail addresses: a row whose addresses are elsewhere has shifted."""
    filled: Counter[int] = Counter()
    telling: Counter[int] = Counter()
    for row in rows:
        for index, cell in enumerate(row):
            if cell:
                filled[index] += 1
                telling[index] += "@" in cell
    return frozenset(index for index in filled if telling[index] > 0.7 * filled[index])
