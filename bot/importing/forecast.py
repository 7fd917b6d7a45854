"""What would come of an import: a verdict on every row, and who would get the leads. Writes nothing."""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from itertools import islice

from bot import seats
from bot.importing.plan import Plan
from bot.importing.sorting import ASK, INVALID, SAME, UNNUMBERED, VERDICTS, Sorted, Sorter, Taken
from bot.rules.dealing import AUTO, HELD, Ask
from bot.rules.tables import Row, Table
from bot.services import Services
from bot.views.imports import Forecast
from store.models import Import
from store.unit_of_work import UnitOfWork

AT_ONCE = 500
EXAMPLES = 5  # of each verdict
MOST_DEALT = 2000  # of a team, to see in which shares they go
BREATH_SECONDS = 0.001  # others want the processor too
Asks = dict[str, Counter[tuple[str, frozenset[str]]]]  # by team: how its leads are dealt and what they need


class Tally:
    """Counts what the rows come to."""

    def __init__(self, *, keeps_accounts: bool) -> None:
        self._keeps_accounts, self._mates = keeps_accounts, set[str | None]()
        self.counts: Counter[str] = Counter(dict.fromkeys(VERDICTS, 0))
        self.examples: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
        self.asks: Asks = defaultdict(Counter)
        self.owners = 0
        self._lines: dict[int, int] = {}  # of the leads of this file, by the number they have meanwhile

    def take(self, rows: list[Sorted]) -> bool:
        for row in rows:
            self.counts[row.verdict] += 1
            if row.lead is not None:
                self._lines[row.lead.who.lead_id] = row.row.line
                self._deal(row, row.lead)
            if len(self.examples[row.verdict]) < EXAMPLES:
                self.examples[row.verdict].append((row.row.line, called(row), self._why(row)))
        return True

    def _deal(self, row: Sorted, lead: Taken) -> None:
        if row.verdict == SAME:
            return
        if lead.has_owner or self._is_mate(lead):
            self.owners += 1
        else:
            self.asks[lead.where.team][lead.mode, lead.where.needs] += 1

    def _is_mate(self, lead: Taken) -> bool:
        """Whether an earlier row of the same account is somebody's by the time that this one is dealt."""
        if not self._keeps_accounts or lead.mode != AUTO:
            return False
        keys = {lead.who.account, lead.who.email, lead.who.phone} - {None}
        is_mate = not self._mates.isdisjoint(keys)
        self._mates |= keys
        return is_mate

    def _why(self, row: Sorted) -> str:
        match = row.lead.match if row.lead else None
        if match is None or row.verdict not in (SAME, ASK):
            return row.reason if row.verdict == INVALID else ""
        twin = f"#{match.lead_id}" if match.lead_id < UNNUMBERED else f"line {self._lines.get(match.lead_id, 0)}"
        like = "the same as" if row.verdict == SAME else "could be"
        return f"{like} {twin}: {row.reason}" if row.reason else f"{like} {twin}"


def called(row: Sorted) -> str:
    if row.lead is None:
        cells = ", ".join(cell for cell in row.row.cells if cell)
        return (f"{cells[:60].rpartition(', ')[0] or cells[:60]} …" if len(cells) > 60 else cells) or "empty"
    clean = row.lead.clean
    return ", ".join(part for part in (clean.name, clean.company) if part)[:80]


def forecast(services: Services, job: Import, table: Table, tell: Callable[[int, int], None]) -> Forecast:
    tally = Tally(keeps_accounts=services.playbook.routing.existing_owner)
    sorter = Sorter(services, Plan.of(job.plan), tally.take, is_trial=True)
    done = 0
    for chunk in chunks(iter(table)):
        sorter.go_through(chunk, lambda: None)
        time.sleep(BREATH_SECONDS)
        done += len(chunk)
        tell(done, job.rows)
    with services.reading() as uow:
        shares, held, open_ = deal(services, uow, tally.asks)
    return Forecast(
        job.id or 0, job.file_name, dict(tally.counts), {key: tuple(rows) for key, rows in tally.examples.items()},
        tuple(shares.most_common()), tally.owners, held, open_,
    )  # fmt: skip


def chunks(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while chunk := list(islice(rows, AT_ONCE)):
        yield chunk


def deal(services: Services, uow: UnitOfWork, asks: Asks) -> tuple[Counter[str], int, int]:
    """On a copy of each team's rotation: how many each rep would get, and how many would wait or be open to all."""
    names, now = uow.people.names(), services.now()
    shares: Counter[str] = Counter()
    held = open_ = 0
    for team_name, wanted in asks.items():
        team = uow.people.team_named(team_name)
        if team is None:
            continue
        table = seats.table(services, uow, team, uow.people.seats(team.id or 0), now)
        number = team.decisions_made
        for (mode, needs), count in wanted.items():
            tried = min(count, MOST_DEALT)
            found: Counter[int | str] = Counter()
            for _ in range(tried):
                number += 1
                verdict = table.decide(Ask(mode, needs), number=number, now=now)
                if verdict.winner is None:
                    found[verdict.kind] += 1
                    continue
                found[verdict.winner] += 1
                rep = table.candidates[verdict.winner]
                rep.open_leads, rep.open_offers = rep.open_leads + (mode == AUTO), rep.open_offers + (mode != AUTO)
                for span in rep.limits.spans:
                    rep.taken[span] = rep.taken.get(span, 0) + 1
            for whither, some in scaled(found, count, tried).items():
                if isinstance(whither, int):
                    shares[names[whither]] += some
                elif whither == HELD:
                    held += some
                else:
                    open_ += some
    return shares, held, open_


def scaled(found: Counter[int | str], count: int, tried: int) -> dict[int | str, int]:
    """What so many came to, for all of them; the last takes what rounding left."""
    if count == tried:
        return dict(found)
    shares = {whither: some * count // tried for whither, some in found.items()}
    last = next(reversed(shares))
    shares[last] += count - sum(shares.values())
    return shares
