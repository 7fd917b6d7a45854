"""Recomputes every team's ledger from its first line, and compares it with what stands there and with posted seals."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from rich.console import Console
from rich.progress import Progress

from bot.errors import InvalidInputError, NotFoundError, Problem
from bot.rules.replay import Difference, Line, Replay
from bot.services import Services
from bot.views import witness
from bot.views.witness import FOLLOWS, HEAD, MISSING, POSTED, SEAL, SHORT, TOO_MANY, TURNS, Finding
from store.ledger import Head, Written, seal, sealed_facts


@dataclass(frozen=True)
class PostedSeal:
    """What was said about a team's ledger at an earlier time."""

    team: str
    number: int
    hash: str


def read_seal(text: str) -> PostedSeal:
    """A seal as it was posted.

    Raises:
        InvalidInputError: it has another form.
    """
    found = re.fullmatch(r"([a-z][a-z0-9-]*):([1-9][0-9]{0,17}):([0-9a-f]{64})", text.strip().casefold())
    if found is None:
        wanted = "write it as it was posted: the team, the number of decisions and 64 digits, with colons between"
        raise InvalidInputError([Problem("seal", wanted)])
    return PostedSeal(found[1], int(found[2]), found[3])


def report(services: Services, say: Callable[[str], None], *, team: str = "", seals: list[str]) -> bool:
    """Recompute the ledgers and say a sentence about each team; True when all is as recorded.

    Raises:
        InvalidInputError: a seal has another form than those that are posted.
        NotFoundError: there is no such team, or no ledger yet.
    """
    posted = [read_seal(text) for text in seals]
    if not services.database.is_there():
        raise NotFoundError("There is no database yet, so nothing was decided. Starting Dibs makes it.")
    with services.reading() as uow:
        heads = uow.ledger.heads()
    unknown = ({team.casefold()} - {""} | {one.team for one in posted}) - {head.team for head in heads}
    if unknown:
        raise NotFoundError(f"There is no team {', '.join(sorted(unknown))}.")
    chosen = [head for head in heads if team.casefold() in ("", head.team)]
    console, all_well = Console(stderr=True), True
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        for head in chosen:
            task = bar.add_task(head.team, total=head.decisions)
            finding = verify(services, head, posted, on_page=partial(bar.advance, task))
            say(sentence(services, head, finding))
            all_well = all_well and finding is None
    return all_well


def sentence(services: Services, team: Head, finding: Finding | None) -> str:
    if finding is None:
        return witness.all_well(team.team, team.decisions, team.seal)
    with services.reading() as uow:
        return witness.first_difference(finding, uow.people.names())


def verify(
    services: Services, team: Head, posted: Iterable[PostedSeal] = (), on_page: Callable[[int], None] = lambda _: None
) -> Finding | None:
    """The first line that is not as it should be, of those that the team has by its own account.

    Reads a page at a time, each in a transaction of its own: memory stays flat, and nobody is kept waiting.
    """
    checker = Checker(team, posted)
    while checker.number < team.decisions:
        with services.reading() as uow:
            page = uow.ledger.page(team.team_id, after=checker.number)
        for line in page[: team.decisions - checker.number]:
            finding = checker.check(line)
            if finding is not None:
                return finding
        if not page:
            break
        on_page(len(page))
    return checker.finish()


class Checker:
    """One team's lines in order: the chain, the seals, the seals that were posted, and what the rules make of them."""

    def __init__(self, team: Head, posted: Iterable[PostedSeal] = ()) -> None:
        self.number = 0  # of the last line that was well
        self._hash = ""
        self._team = team
        self._posted = [one for one in posted if one.team == team.team]
        self._replay = Replay()

    def check(self, line: Written) -> Finding | None:
        if line.number != self.number + 1:
            return self._found(self.number + 1, Difference(MISSING))
        difference = self._seals(line) or self._replay.feed(as_line(line))
        if difference is not None:
            return Finding(self._team.team, line.number, difference, line.at)
        self.number, self._hash = line.number, line.hash
        return None

    def _seals(self, line: Written) -> Difference | None:
        if line.previous_hash != self._hash:
            return Difference(FOLLOWS, line.previous_hash, self._hash)
        if line.hash != seal(self._hash, sealed_facts(self._team.team, line)):
            return Difference(SEAL)
        other = next((one.hash for one in self._posted if one.number == line.number and one.hash != line.hash), None)
        return Difference(POSTED, line.hash, other) if other else None

    def finish(self) -> Finding | None:
        """What the team itself remembers, and what seals were posted for, must end with the last line."""
        team, number = self._team, self.number
        if number < team.decisions:
            return self._found(number + 1, Difference(MISSING))
        if team.newest > number:
            return self._found(number + 1, Difference(TOO_MANY, team.newest, number))
        furthest = max((one.number for one in self._posted), default=0)
        if furthest > number:
            return self._found(number + 1, Difference(SHORT, number, furthest))
        if team.seal != self._hash:
            return self._found(number, Difference(HEAD, team.seal, self._hash))
        turns = self._replay.ends_as(team.rotation)
        return self._found(number, Difference(TURNS, turns)) if turns else None

    def _found(self, number: int, difference: Difference) -> Finding:
        return Finding(self._team.team, number, difference)


def as_line(line: Written) -> Line:
    return Line(
        kind=line.kind, number=line.number, mode=line.mode, winner=line.winner_id, candidates=line.candidates,
        facts=line.facts, rule=line.rule, at=line.at,
    )  # fmt: skip
