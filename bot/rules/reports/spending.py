"""What was spent, as people write it: `webinar 2,500 november campaign spring`, or rows of a table. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.errors import DibsError
from bot.rules.amounts import UnclearAmountError, read_amount
from bot.rules.asking import periods
from bot.rules.asking.periods import NoPeriodError, days_of, period_of
from bot.rules.asking.question import Period
from bot.rules.asking.words import folded, unquoted
from bot.rules.numbers import fold
from bot.rules.tables import Row

EXAMPLE = "/report spend webinar 2,500 november campaign spring"
SOURCE_MAX, CAMPAIGN_MAX = 80, 120
LONGEST_AMOUNT = 4  # words
MOST_WORDS = 60
MOST_ROWS = 1000  # of a file
_PIECE = re.compile(r'(?:[^\s"“”]|["“][^"”]*["”]?|”)+')
# What each column is called, besides its own name.
COLUMNS: dict[str, tuple[str, ...]] = {
    "source": ("source", "channel", "utm_source"),
    "campaign": ("campaign", "campaign name", "utm_campaign"),
    "from": ("from", "starts", "start", "start date", "date", "period", "month"),
    "to": ("to", "until", "ends", "end", "end date"),
    "amount": ("amount", "spend", "cost", "spent"),
    "currency": ("currency",),
}
NEEDED = ("source", "from", "amount")


class UnclearSpendError(DibsError):
    """The words, or the rows of a table, name no spend; the message says why."""


@dataclass(frozen=True)
class Cost:
    """What is to be written down."""

    source: str
    campaign: str
    starts: date
    ends: date  # the first day after it
    cents: int
    currency: str

    @property
    def row(self) -> tuple[str, str, date, date, int, str]:
        return self.source, self.campaign, self.starts, self.ends, self.cents, self.currency

    @property
    def when(self) -> str:
        return periods.named(self.starts, self.ends)


def read_spend(words: str, today: date, currency: str, known: Iterable[str] = ()) -> Cost:
    """Source, amount, period and campaign, in this order.

    Raises:
        UnclearSpendError: with what is missing.
    """
    pieces = _PIECE.findall(words)[:MOST_WORDS]
    if not pieces:
        raise UnclearSpendError("Say which source it was for, how much it was, and over which time.")
    source, rest = unquoted(pieces[0]), pieces[1:]
    wrong = "Say how much it was, right after the source, like 2,500 or 12k EUR."
    for length in range(min(LONGEST_AMOUNT, len(rest)), 0, -1):
        try:
            amount = read_amount(" ".join(rest[:length]), currency)
        except UnclearAmountError as error:
            wrong = wrong if length > 1 else str(error)
            continue
        period, campaign = period_and_campaign(rest[length:], today)
        if period is not None:
            named = source_of(source, known), campaign[:CAMPAIGN_MAX]
            return checked(Cost(*named, period.starts, period.ends, amount.cents, amount.currency))
        wrong = f"Say over which time, right after the amount, like: {periods.EXAMPLES}."
    raise UnclearSpendError(wrong)


def period_and_campaign(pieces: Sequence[str], today: date) -> tuple[Period | None, str]:
    for length in range(min(periods.LONGEST_PHRASE, len(pieces)), 0, -1):
        rest = list(pieces[length:])
        is_whole = not rest or folded(rest[0]).startswith("campaign")
        try:
            period = period_of(" ".join(pieces[:length]), today) if is_whole else None
        except NoPeriodError as error:
            raise UnclearSpendError(str(error)) from None
        if period is not None:
            return period, campaign_of(rest)
    return None, ""


def campaign_of(pieces: Sequence[str]) -> str:
    """What follows “campaign”, with a colon or without."""
    said = " ".join(unquoted(piece) if number else piece for number, piece in enumerate(pieces))
    return unquoted(re.sub(r"^campaign[:=]?\s*", "", said, flags=re.IGNORECASE))


def source_of(typed: str, known: Iterable[str]) -> str:
    """As leads have it, however it is written here."""
    return next((one for one in known if folded(one) == folded(typed)), " ".join(typed.split()))


def checked(cost: Cost) -> Cost:
    if not cost.source or len(cost.source) > SOURCE_MAX:
        raise UnclearSpendError(f"Name the source, in at most {SOURCE_MAX} characters.")
    if cost.starts < periods.BEGINNING or cost.when == "all time":
        raise UnclearSpendError("Spend has a beginning and an end; name a month, or the days.")
    if not cost.cents:
        raise UnclearSpendError("Nothing was spent, so there is nothing to write down.")
    return cost


# --- tables


def columns(headings: Sequence[str]) -> Mapping[str, int]:
    """Which column is what; without the needed ones it is no table of spend."""
    names = [" ".join(fold(heading).replace("_", " ").split()) for heading in headings]
    found: dict[str, int] = {}
    for column, called in COLUMNS.items():
        wanted = [one.replace("_", " ") for one in called]
        at = next((number for number, name in enumerate(names) if name in wanted), None)
        if at is not None:
            found[column] = at
    return found


def is_spend(headings: Sequence[str]) -> bool:
    """Whether such a table can be of spend: a list of leads has no amounts by days."""
    return all(column in columns(headings) for column in NEEDED)


def read_row(row: Row, at: Mapping[str, int], today: date, currency: str, known: Iterable[str] = ()) -> Cost:
    """One row of a table.

    Raises:
        UnclearSpendError: with what is wrong in it.
    """
    if row.problem:
        raise UnclearSpendError(row.problem)
    values = {column: row.cells[number].strip() for column, number in at.items()}
    try:
        amount = read_amount(f"{values.get('amount', '')} {values.get('currency', '')}".strip(), currency)
    except UnclearAmountError as error:
        raise UnclearSpendError(str(error)) from None
    starts, ends = days(values.get("from", ""), values.get("to", ""), today)
    source, campaign = source_of(values.get("source", ""), known), values.get("campaign", "")[:CAMPAIGN_MAX]
    return checked(Cost(source, campaign, starts, ends, amount.cents, amount.currency))


def days(first: str, last: str, today: date) -> tuple[date, date]:
    """From a day, month or quarter to the end of another, or of the same."""
    try:
        begins, ends = (days_of(folded(words), today) for words in (first, last or first))
    except (ValueError, OverflowError):
        begins = ends = None
    if begins is None or ends is None:
        wrong = last if begins is not None else first
        raise UnclearSpendError(f"“{wrong[:40]}” is no day that I can read. Write it like 2026-11-01.")
    if ends.ends <= begins.starts:
        raise UnclearSpendError("It ends before it begins.")
    if begins.starts > today:
        raise UnclearSpendError("That is still to come.")
    return begins.starts, ends.ends


def twice(costs: Mapping[int, Cost]) -> dict[int, int]:
    """The lines that say what a line before them says."""
    first: dict[Cost, int] = {}
    return {line: first[cost] for line, cost in costs.items() if first.setdefault(cost, line) != line}


def in_all(costs: Iterable[Cost]) -> dict[str, int]:
    """The sums by currency."""
    found: dict[str, int] = {}
    for cost in costs:
        found[cost.currency] = found.get(cost.currency, 0) + cost.cents
    return dict(sorted(found.items()))
