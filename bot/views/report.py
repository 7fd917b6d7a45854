"""A report as a message: what matters in a sentence, charts, the table, how it was counted, and what to do next."""

from collections.abc import Sequence

from bot.rules.reports.report import Cell, Figure, Report, Row, Table
from bot.views import kit
from bot.views.charts import Drawn, all_drawn
from bot.views.figures import Reader, cell, moment, pieces, plain_number, sentence, written
from bot.views.fit import MESSAGE_BYTES, as_many_as_fit, fitted, size
from bot.views.kit import Block, Message, Person

SHARE, REFINE, CSV, SCHEDULE, BEHIND = (
    "report_share", "report_refine", "report_csv", "report_schedule", "report_behind"
)  # fmt: skip
BEHIND_BLOCK = "report_behind "  # the words follow: whoever answers the select needs them
# Slack's limits (docs.slack.dev/reference/block-kit/blocks/data-table-block), and what one page of it shows.
ROWS_MAX, COLUMNS_MAX, CHARACTERS_MAX, PAGE = 100, 20, 10_000, 15
CAPTION_MAX, CELL_MAX, OPTIONS_MAX, VALUE_MAX, BLOCK_ID_MAX, WORDS_MAX = 120, 60, 100, 150, 255, 500
SEPARATORS = 400  # bytes between the parts
NOTES_MAX, NOTE_MAX, ELEMENTS_MAX = 7, 400, 10
OPTION_ROOM, NOTE_ROOM = 1500, 1800  # bytes
MAIN_ROWS, MAIN_FIGURES = 6, 3  # of the table, in the line for notifications


def message(
    report: Report, *, reader: Reader, words: str, shared_by: Person | None = None, may_share: bool = True
) -> Message:
    """`words` ask the same question again; `shared_by` is who shows it to others than themselves."""
    charts = all_drawn(report.charts)
    said = kit.line(*pieces(report.sentence, reader))
    end = [buttons(words, may_share=may_share and shared_by is None), *behind(report.table, words, reader)]
    before = [said, *(each.block for each in charts)]
    room = MESSAGE_BYTES - size([*before, *notes(report, charts, reader, shared_by, "x" * 100), *end]) - SEPARATORS
    shown, left = table(report, reader, room)
    foot = notes(report, charts, reader, shared_by, left)
    return Message(spoken(report, reader), tuple(lightened([*before, *shown, *foot, *end])))


def lightened(blocks: list[Block]) -> list[Block]:
    """Without the table, and without charts, should strangers' names alone fill the message."""
    for heavy in ("data_table", "data_visualization"):
        if size(fitted(blocks)) > MESSAGE_BYTES:
            blocks = [each for each in blocks if each["type"] != heavy]
    return blocks


def spoken(report: Report, reader: Reader) -> str:
    """For notifications and screen readers: the sentence, and what the table says first."""
    headings = report.table.headings
    rows = [
        ": ".join(filter(None, (cell(row.cells[0], reader), figures(row, headings, reader))))
        for row in main_rows(report)
    ]
    table = f" {report.title}. {'; '.join(rows)}." if rows else f" {report.title}."
    return kit.fallback(sentence(report.sentence, reader), table)


def main_rows(report: Report) -> Sequence[Row]:
    total = [report.table.total] if report.table.total else []
    return [row for row in (*report.table.rows[:MAIN_ROWS], *total) if row.cells]


def figures(row: Row, headings: Sequence[str], reader: Reader) -> str:
    """The first of its figures, each under its heading."""
    known = [
        f"{heading} {written(each, reader)}"
        for heading, each in zip(headings[1:], row.cells[1:], strict=False)
        if isinstance(each, Figure) and each.value is not None
    ]
    return ", ".join(known[:MAIN_FIGURES])


# --- the table


def table(report: Report, reader: Reader, room: int) -> tuple[list[Block], str]:
    """The table as far as it fits, and a sentence about the rest."""
    whole = report.table
    if not whole.rows:
        return [], ""
    head = [{"type": "raw_text", "text": short(each)} for each in whole.headings[:COLUMNS_MAX]]
    foot = [cells(whole.total, len(head), reader)] if whole.total else []
    body, count = [cells(row, len(head), reader) for row in whole.rows[:ROWS_MAX]], len(whole.rows)
    caption = kit.clip(" ".join(report.title.split()), CAPTION_MAX)
    kept = fitting(body, [head, *foot], room - size(data_table(caption, [head, *foot])))
    left = f"Here are the first {len(kept)} of {count:,} rows; the CSV has all." if len(kept) < count else ""
    return [data_table(caption, [head, *kept, *foot])], left


def fitting(body: list[list[Block]], around: list[list[Block]], room: int) -> list[list[Block]]:
    """So many rows that Slack takes the table with the heading and the total around them."""
    few = as_many_as_fit(body[: ROWS_MAX + 1 - len(around)], room)
    letters = CHARACTERS_MAX - characters(around)
    kept: list[list[Block]] = []
    for row in few:
        letters -= characters([row])
        if kept and letters < 0:
            break
        kept.append(row)
    return kept


def characters(rows: list[list[Block]]) -> int:
    return sum(len(each["text"]) for row in rows for each in row)


def data_table(caption: str, rows: list[list[Block]]) -> Block:
    return {
        "type": "data_table", "caption": caption, "rows": rows, "page_size": PAGE, "row_header_column_index": 0
    }  # fmt: skip


def cells(row: Row, width: int, reader: Reader) -> list[Block]:
    """As many as there are headings, whatever the row has."""
    given: list[Cell] = [*row.cells[:width], *[""] * (width - len(row.cells))]
    return [one_cell(each, reader) for each in given]


def one_cell(value: Cell, reader: Reader) -> Block:
    text = short(cell(value, reader))
    number = plain_number(value) if isinstance(value, Figure) else None
    return (
        {"type": "raw_text", "text": text} if number is None else {"type": "raw_number", "value": number, "text": text}
    )


def short(text: str) -> str:
    return kit.clip(" ".join(text[: CELL_MAX * 4].split()), CELL_MAX)


# --- around it


def notes(report: Report, charts: Sequence[Drawn], reader: Reader, shared_by: Person | None, left: str) -> list[Block]:
    """Whose and of when it is; how it was counted; and what is left out here. The table has its title."""
    first = [] if report.table.rows else [f"{report.title}."]
    if report.as_of is not None:
        first.append(f"As it was known on {moment(report.as_of, reader)}.")
    if shared_by is not None:
        first.append(f"Shared by {shared_by.name}.")
    rest = [sentence(each, reader) for each in report.notes[:NOTES_MAX]]
    rest += [each.note for each in charts if each.note] + ([left] if left else [])
    texts = [" ".join(each.split()) for each in (" ".join(first), *rest)]
    told = [kit.plain(each, NOTE_MAX) for each in texts if each][:ELEMENTS_MAX]
    return [{"type": "context", "elements": as_many_as_fit(told, NOTE_ROOM)}] if told else []


def buttons(words: str, *, may_share: bool) -> Block:
    value = kit.clip(words, WORDS_MAX)
    share = [kit.button("Share", SHARE, value, style="primary")] if may_share else []
    rest = (("Refine", REFINE), ("CSV", CSV), ("Schedule", SCHEDULE))
    return kit.actions("report", *share, *(kit.button(text, action, value) for text, action in rest))


def behind(table: Table, words: str, reader: Reader) -> list[Block]:
    """Every number can be opened: whose leads it counts."""
    options = [
        kit.option(short(cell(row.cells[0], reader)), row.behind)
        for row in (*table.rows, *([table.total] if table.total else []))
        if row.cells and 0 < len(row.behind) <= VALUE_MAX
    ]
    room = BLOCK_ID_MAX - len(BEHIND_BLOCK)
    if not options or kit.clip(words, room) != words:
        return []
    select: Block = {
        "type": "static_select", "action_id": BEHIND, "placeholder": kit.plain("See the leads behind…"),
        "options": as_many_as_fit(options[:OPTIONS_MAX], OPTION_ROOM),
    }  # fmt: skip
    return [kit.actions(BEHIND_BLOCK + words, select)]


def words_of(block_id: str) -> str:
    """The words that a “See the leads behind…” select was made for."""
    return block_id.removeprefix(BEHIND_BLOCK)
