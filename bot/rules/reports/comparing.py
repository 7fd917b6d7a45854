"""Two answers to one question side by side: each figure now, before, and by how much it changed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from bot.rules.asking.question import Question
from bot.rules.reports.report import Cell, Chart, Figure, Report, Row, Said, Series, Table

MOST_FIGURES = 6  # three columns each, and Slack takes twenty
MOST_CHARTED = 12
CHARTED = ("count", "number", "percent", "money")


def sides(question: Question, people: Mapping[str, str] | None = None) -> tuple[str, str]:
    """What the two are called: by that in which they differ; people by their names, which go by their Slack ids."""
    other = question.against or question
    if other.period != question.period:
        return question.period.name, other.period.name
    pairs = (
        (question.teams, other.teams), (called(question, people or {}), called(other, people or {})),
        (question.sources, other.sources), ((question.segment,), (other.segment,)),
        (question.by and (question.by,), other.by and (other.by,)),
        (tuple(v for _, v in question.options), tuple(v for _, v in other.options)),
    )  # fmt: skip
    differ = next(((mine, theirs) for mine, theirs in pairs if mine != theirs), None)
    if differ is None:
        return "now", "before"
    mine, theirs = (", ".join(names) or "all" for names in differ)
    return mine, theirs


def called(question: Question, people: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(people.get(one, one) for one in question.people)


def joined(question: Question, now: Report, before: Report, people: Mapping[str, str] | None = None) -> Report:
    names = sides(question, people)
    table = side_by_side(now.table, before.table, names)
    said = (*now.sentence, *change_said(now.table, before.table, names))
    return Report(
        now.name, f"{now.title}, beside {names[1]}", said, table,
        charts(now.table, before.table, names), notes(now, before, names), as_of=now.as_of,
        details=(now.table, before.table),
    )  # fmt: skip


def figure_columns(table: Table) -> list[int]:
    """Which columns are figures; the first names the row."""
    rows = (*table.rows, *([table.total] if table.total else []))
    width = len(table.headings)
    return [at for at in range(1, width) if any(isinstance(cell_at(row, at), Figure) for row in rows)][:MOST_FIGURES]


def cell_at(row: Row | None, at: int) -> Cell:
    return row.cells[at] if row is not None and at < len(row.cells) else ""


def side_by_side(now: Table, before: Table, names: tuple[str, str]) -> Table:
    """Rows go by their name; one that only one side has stands alone."""
    columns = [at for at in figure_columns(now) or figure_columns(before) if at < min(len(now.headings), 20)]
    headings = [heading for at in columns for heading in (now.headings[at], f"… {names[1]}", "Change")]
    new, old = told_apart(now, before)
    pairs: list[tuple[Row | None, Row | None]] = [(row, old.get(key)) for key, row in new.items()]
    pairs += [(None, row) for key, row in old.items() if key not in new]
    total = pair((now.total, before.total), columns) if now.total or before.total else None
    first = now.headings[0] if now.headings else ""
    return Table((first, *headings), tuple(pair(each, columns) for each in pairs), total)


def told_apart(*tables: Table) -> list[dict[tuple[str, str, int], Row]]:
    """The rows of each by their names; of one name, as two reps may have, by what is behind them as well."""
    counts = [Counter(label(row) for row in table.rows) for table in tables]
    shared = {name for count in counts for name, times in count.items() if times > 1}
    found: list[dict[tuple[str, str, int], Row]] = []
    for table in tables:
        before = Counter[tuple[str, str]]()
        found.append({})
        for row in table.rows:
            named = (label(row), row.behind if label(row) in shared else "")
            found[-1][*named, before[named]] = row
            before[named] += 1
    return found


def label(row: Row) -> str:
    first = row.cells[0] if row.cells else ""
    return first if isinstance(first, str) else str(first.value)


def pair(rows: tuple[Row | None, Row | None], columns: Sequence[int]) -> Row:
    now, before = rows
    named = now or before
    first = named.cells[0] if named and named.cells else ""
    cells = [each for at in columns for each in three(cell_at(now, at), cell_at(before, at))]
    return Row((first, *cells), behind=now.behind if now else "")


def three(now: Cell, before: Cell) -> tuple[Cell, Cell, Cell]:
    return now, before, change(now, before)


def change(now: Cell, before: Cell) -> Cell:
    """Of shares in points, of anything else as a share of what it was; nothing where either is not known."""
    if not (isinstance(now, Figure) and isinstance(before, Figure)) or now.currency != before.currency:
        return ""
    a, b = size(now), size(before)
    if a is None or b is None or now.kind != before.kind:
        return ""
    if now.kind == "percent":
        return Figure(a - b, "percent")
    return Figure((a - b) / abs(b), "percent") if b else ""


def size(figure: Figure) -> float | None:
    if figure.value is None or isinstance(figure.value, date):
        return None
    return figure.value.total_seconds() if isinstance(figure.value, timedelta) else float(figure.value)


def change_said(now: Table, before: Table, names: tuple[str, str]) -> Said:
    """What became of the first figure of all: of the total, or of a table's only row."""
    one = now.total or (now.rows[0] if len(now.rows) == 1 else None)
    other = before.total or (before.rows[0] if len(before.rows) == 1 else None)
    for at in figure_columns(now):
        mine, theirs = cell_at(one, at), cell_at(other, at)
        if isinstance(mine, Figure) and isinstance(theirs, Figure):
            return (f" {now.headings[at]}: ", mine, ", beside ", theirs, f" in {names[1]}.")
    return () if before.rows else (f" There is nothing to tell of {names[1]}.",)


def charts(now: Table, before: Table, names: tuple[str, str]) -> tuple[Chart, ...]:
    """The first figure of every row, both sides."""
    for at in figure_columns(now):
        new, old = told_apart(now, before)
        found = [(key, row) for key, row in new.items() if isinstance(cell_at(row, at), Figure)][:MOST_CHARTED]
        rows = [row for _, row in found]
        kinds = {cell.kind for row in rows if isinstance(cell := cell_at(row, at), Figure)}
        if len(rows) > 1 and len(kinds) == 1 and kinds <= set(CHARTED):
            kind, currency = next((c.kind, c.currency) for row in rows if isinstance(c := cell_at(row, at), Figure))
            series = (
                Series(names[0], tuple(drawn(cell_at(row, at)) for row in rows)),
                Series(names[1], tuple(drawn(cell_at(old.get(key), at)) for key, _ in found)),
            )
            title = f"{now.headings[at]}, beside {names[1]}"
            return (Chart("bar", title, tuple(label(row) for row in rows), series, kind, currency),)
    return ()


def drawn(cell: Cell) -> float:
    return (size(cell) or 0.0) if isinstance(cell, Figure) else 0.0


def notes(now: Report, before: Report, names: tuple[str, str]) -> tuple[Said, ...]:
    more = tuple(note for note in before.notes if note not in now.notes)
    said: Said = (f"The table has {names[0]} first, then {names[1]}; changes of shares are in points.",)
    return (said, *now.notes, *more)
