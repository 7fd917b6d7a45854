"""What is shown of spend: what is written down, what a file would add, and the form for one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.rules.amounts import in_words
from bot.rules.reports.spending import EXAMPLE, Cost
from bot.views import kit
from bot.views.forms import field, form
from bot.views.kit import Block, Message, Piece, Strong, plural

UNDO, UNDO_FILE, TAKE, OPEN_FILE = "spend.undo", "spend.undo_file", "spend.take", "spend.open_file"
SPEND_FILE, FILE = "form.spend_file", "spend_file"
FILE_TYPES = ("csv", "tsv", "txt", "xlsx")
MOST_WRONG = 20  # lines of a file that are told


@dataclass(frozen=True)
class SpendLine:
    """One that is written down."""

    number: int
    cost: Cost
    by: str


def words(cost: Cost) -> str:
    campaign = f", campaign {cost.campaign}" if cost.campaign else ""
    return f"{in_words(cost.cents, cost.currency)} for {cost.source}{campaign}, {cost.when}"


def listed(lines: Sequence[SpendLine], *, has_more: bool = False) -> Message:
    """The newest first, each with a button that takes it back."""
    if not lines:
        return kit.say(f"No spend is written down. Do it like: {EXAMPLE}, or give me a file with /report spend file.")
    blocks: list[Block] = [kit.line(Strong("Spend that counts in /report sources"))]
    for one in lines:
        button = kit.button("Withdraw", UNDO, str(one.number), says=f"Withdraw number {one.number}")
        blocks.append({**kit.paragraph(f"{one.number}. {words(one.cost)} ({one.by})"), "accessory": button})
    if has_more:
        blocks.append(kit.context("… and older ones"))
    blocks.append(kit.actions("spend", kit.button("Give a file", OPEN_FILE, "file")))
    return Message(kit.fallback(f"{plural(len(lines), 'line')} of spend"), tuple(blocks))


def taken(number: int, cost: Cost, *, hint: str = "") -> Message:
    pieces: list[Piece] = ["Wrote down ", words(cost), "."]
    button = kit.button("Withdraw", UNDO, str(number), says=f"Withdraw number {number}")
    blocks = [kit.line(*pieces), *([kit.context(hint)] if hint else []), kit.actions("spend", button)]
    return Message(kit.fallback(*pieces), tuple(blocks))


def file_taken(name: str, count: int, sums: Mapping[str, int], number: int, *, before: int = 0) -> Message:
    """Number: of any of its lines. Before: so many lines were there already."""
    amounts = " and ".join(in_words(cents, currency) for currency, cents in sums.items())
    pieces: list[Piece] = [f"Wrote down {plural(count, 'line')} of spend from {name}: {amounts}."]
    if before:
        pieces.append(f" {plural(before, 'other line')} had been written down before.")
    button = kit.button(f"Withdraw all {count}" if count > 1 else "Withdraw", UNDO_FILE, str(number))
    return Message(kit.fallback(*pieces), (kit.line(*pieces), kit.actions("spend", button)))


def file_refused(name: str, wrong: Mapping[int, str]) -> Message:
    """Nothing of it was taken; what is wrong, by line."""
    first: list[Piece] = [
        f"I took nothing from {name}: {plural(len(wrong), 'line')} cannot be read. Mend them and give it again."
    ]
    rows: list[tuple[Piece, ...]] = [(f"Line {line}: {why}",) for line, why in list(wrong.items())[:MOST_WRONG]]
    blocks = [kit.line(*first), kit.lines(rows)]
    if len(wrong) > MOST_WRONG:
        blocks.append(kit.context(f"… and {plural(len(wrong) - MOST_WRONG, 'more line')}"))
    return Message(kit.fallback(*first), tuple(blocks))


def offered(name: str, count: int, sums: Mapping[str, int], file_id: str) -> Message:
    """Somebody dropped it; nothing is written down before they say so."""
    amounts = " and ".join(in_words(cents, currency) for currency, cents in sums.items())
    pieces: list[Piece] = [f"{name} looks like spend: {plural(count, 'line')}, {amounts}. Only you see this."]
    button = kit.button("Write it down", TAKE, file_id, style="primary")
    return Message(kit.fallback(*pieces), (kit.line(*pieces), kit.actions("spend", button)))


def new_file() -> Block:
    files: Block = {"type": "file_input", "filetypes": list(FILE_TYPES), "max_files": 1}
    return form(
        SPEND_FILE, "Spend from a file", "Write it down",
        kit.context("Or drop the file into a channel where I am, or into our direct messages."),
        field(FILE, "A file of spend", files,
              hint="CSV, TSV or Excel (.xlsx). Columns: source, campaign, from, to, amount, currency."),
    )  # fmt: skip
