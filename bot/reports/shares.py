"""Everyone's shares of a team's leads up to a moment: from a mark that is kept, and the few lines that came after it.

A mark has what everybody had and was due of all lines of the ledger from the first one on. Lines are only ever added,
so a mark never changes, and what a period came to is the difference of two. Whoever doubts one can add up the lines.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from bot.rules.reports.fairness import IN_TURN, TOLD, Fair, listed, read, tallied
from bot.services import Services
from store.reporting.fairness import Book, Mark, Part, Stand, behind
from store.reporting.spans import Days

EVERY = 500  # lines; so many at most have to be read beside a mark
SLICE = 1000  # lines in one transaction
SLICES = 50  # of a team in a row; what is left then is for the next time
Day = Callable[[datetime], int]


def standings(stands: Iterable[Stand]) -> dict[int, tuple[dict[int, Fair], int]]:
    """By team what everyone had and was due of all leads dealt before then, and the number of the last line of it."""
    found = {}
    for one in stands:
        lines = one.book.lines(one.number, one.until, kinds=IN_TURN, told=TOLD)
        found[one.book.team_id] = tallied(lines, read(one.shares)), one.until
    return found


def mark(services: Services) -> None:
    """Keep what no mark has yet."""
    with services.reading() as uow:
        teams = behind(uow.session)
    day = day_in(services.playbook.report_zone)
    for team_id in teams:
        for _ in range(SLICES):
            with services.unit_of_work() as uow:
                found = mark_slice(Book(uow.session, team_id), day)
                uow.commit()
            if found < SLICE:
                break


def day_in(zone: str) -> Day:
    days = Days(zone)
    return lambda at: days.day(int(at.timestamp()))


def mark_slice(book: Book, day: Day, *, limit: int = SLICE) -> int:
    """How many lines there were. Should another replica be at it as well, all that both write is right."""
    newest = book.newest_mark()
    lines = list(book.lines(newest.number, newest.number + limit, kinds=IN_TURN, told=TOLD))
    if lines:
        book.keep(list(marks(newest, lines, day)))
        if newest.latest is not None and not is_end(newest.number, newest.latest, lines[0], day):
            book.drop(newest)
    return len(lines)


def marks(newest: Mark, lines: Iterable[Part], day: Day) -> Iterator[Mark]:
    """Where a day ends, after every so many lines, and after the last."""
    found, latest, number = read(newest.shares), newest.latest, newest.number
    since: list[Part] = []
    for line in lines:
        if since and latest is not None and is_end(number, latest, line, day):
            found, since = tallied(since, found), []
            yield Mark(newest.team_id, number, latest, listed(found))
        since.append(line)
        number, latest = line.number, line.at if latest is None else max(line.at, latest)
    if since and latest is not None:
        yield Mark(newest.team_id, number, latest, listed(tallied(since, found)))


def is_end(number: int, latest: datetime, following: Part, day: Day) -> bool:
    """Whether the mark after that line is to stay, whatever follows."""
    return number % EVERY == 0 or day(max(latest, following.at)) != day(latest)
