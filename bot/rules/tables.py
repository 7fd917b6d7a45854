"""What a table of leads is, wherever it was read from: headings, rows with their line, and what was noticed."""

from collections.abc import Callable, Iterator
from typing import NamedTuple


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
