"""What stays, steps and credits come to: the rows of many, added up by the keys of each table of sums."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any, NamedTuple

from store.reporting import sql
from store.reporting.spans import ALL, FIRST, Days, longer
from store.reporting.sums import ALL_REPS, ALL_TEAMS, NOBODY

Key = tuple[Any, ...]
WAYS = {"reason": "lost", "competitor": "lost", "product": "won"}  # what is told of a stay that ended in which way
ORIGINS = ("country", "campaign", "day")
CREDITED = ("source", "campaign", "touch")
SECOND = timedelta(seconds=1)


class Stood(NamedTuple):
    """Of a stay what sums ask for; moments in seconds since 1970."""

    team_id: int
    rep_id: int | None
    source: str
    stage: str
    kind: str
    currency: str
    cents: int
    chance: int
    is_cleared: bool
    reason: str | None
    competitor: str | None
    product: str | None
    campaign: str | None
    verdict: str | None
    rejected_why: str | None
    answered: int | None
    worked: int | None
    left_owner: bool
    got_at: int | None
    mql_at: int | None
    judged_at: int | None
    since: int
    arrived_at: int


class Sums(dict[Key, list[int]]):
    """By the key of a sum, what is to be added to each of its values."""

    def add(self, key: Key, by: int, *values: int) -> None:
        there = self.get(key)
        if there is None:
            self[key] = [by * value for value in values]
        else:
            for place, value in enumerate(values):
                there[place] += by * value

    def under(self, spans: Callable[[Any], Iterable[Any]]) -> "Sums":
        """The same under other spans than the one that their keys begin with."""
        found = Sums()
        for (span, *rest), values in self.items():
            for other in spans(span):
                found.add((*(other if isinstance(other, tuple) else (other,)), *rest), 1, *values)
        return found


class Additions:
    """What stays and steps come to; added up by the day or month first, which is most of the work."""

    def __init__(self, zone: str) -> None:
        self._days = Days(zone)
        self._stages, self._stood, self._closings, self._endings, self._judged = (Sums() for _ in range(5))
        self._owned, self._origins = Sums(), Sums()
        self._steps, self._speeds, self._got, self._credits = (Sums() for _ in range(4))

    def stay(self, one: Stood, by: int, at: int) -> None:
        """It adds to its stage's sums, and to those of the months in which its lead was judged and closed."""
        day = self._days.day(at)
        noted, where = day // 100, (one.team_id, one.source, one.stage, one.kind, one.currency)
        arrived = self._days.month(one.arrived_at), noted
        self._stood.add((arrived, one.stage, one.kind, one.rep_id or NOBODY, one.currency), by, 1, one.cents)
        if not one.is_cleared:
            self._stages.add((day, *where), by, 1, one.cents, one.cents * one.chance, one.since)
        if one.kind != "open":
            self._closed(one, by, (self._days.month(one.since), noted))
        if one.mql_at is not None or one.judged_at is not None:
            self._judge(one, by, noted)
        if one.got_at is not None:
            self._own(one, by, at, (self._days.month(one.got_at), noted))

    def _closed(self, one: Stood, by: int, months: tuple[int, int]) -> None:
        rep_id, team_id, currency = one.rep_id or NOBODY, one.team_id, one.currency
        for owner in (rep_id, ALL_REPS):
            self._closings.add((months, owner, team_id, one.source, one.stage, one.kind, currency), by, 1, one.cents)
        for way, kind in WAYS.items():
            if kind == one.kind:
                for owner, of in ((rep_id, ""), (ALL_REPS, one.source)):
                    value = getattr(one, way) or ""
                    self._endings.add((months, owner, way, team_id, of, value, currency), by, 1, one.cents)
        if one.kind == "won":
            key = months, ALL_REPS, "campaign", team_id, "", one.campaign or "", currency
            self._endings.add(key, by, 1, one.cents)

    def _judge(self, one: Stood, by: int, noted: int) -> None:
        if one.mql_at is not None:
            waits = one.judged_at is None and one.kind == "open" and not one.is_cleared
            months = self._days.month(one.mql_at), noted
            self._judged.add((months, one.team_id, one.source, "mql", ""), by, 1, int(waits))
        if one.judged_at is not None:
            months, reason = (self._days.month(one.judged_at), noted), one.rejected_why or ""
            self._judged.add((months, one.team_id, one.source, one.verdict, reason), by, 1, 0)

    def _own(self, one: Stood, by: int, at: int, months: tuple[int, int]) -> None:
        """A lead that went on to somebody else stays as it was left to the end."""
        whose = months, one.rep_id, one.team_id
        for way, seconds in owned(one):
            self._owned.add((*whose, way, sql.bucket_of(seconds)), by, 1)
        if by < 0 and one.left_owner:
            for way, seconds in left(one, at):
                self._owned.add((*whose, way, sql.bucket_of(seconds)), -by, 1)

    def reached(self, what: list[Any], by: int, at: int) -> None:
        team_id, rep_id, source, country, campaign, step, seconds, bucket, arrived_at, got_at = what
        arrived = self._days.month(arrived_at)
        months = arrived, self._days.month(at)
        self._steps.add((months, step, team_id, source), by, 1, seconds)
        origin = country or "", campaign or "", str(self._days.beginning(arrived_at))
        for way, value in zip(ORIGINS, origin, strict=True):
            self._origins.add((months, way, step, team_id, value), by, 1)
        self._speeds.add((arrived, step, team_id, bucket), by, 1)
        self._got.add((step, rep_id or NOBODY, self._days.day(got_at), team_id), by, 1)

    def credit(self, what: list[Any], by: int, at: int) -> None:
        team_id, model, currency, millionths, cents, firsts, *names, won_at = what
        months = self._days.month(won_at), self._days.month(at)
        for bit, (way, value) in enumerate(zip(CREDITED, names, strict=True)):
            is_first = firsts >> bit & 1
            self._credits.add((months, way, model, value, team_id, currency), by, is_first, millionths, cents)

    def stages(self) -> Sums:
        return self._stages.under(lambda day: (ALL, day // 100, day))

    def stood(self) -> Sums:
        return self._stood.under(cohorts)

    def closings(self) -> Sums:
        return self._closings.under(cohorts)

    def endings(self) -> Sums:
        return self._endings.under(cohorts)

    def judged(self) -> Sums:
        return self._judged.under(cohorts)

    def owned(self) -> Sums:
        return self._owned.under(cohorts)

    def credits(self) -> Sums:
        return self._credits.under(cohorts)

    def steps(self) -> Sums:
        return self._steps.under(cohorts)

    def origins(self) -> Sums:
        found = Sums()
        for (arrived, noted, way, step, *rest), values in self._origins.under(cohorts).items():
            found[way, step, arrived, noted, *rest] = values
        return found

    def speeds(self) -> Sums:
        found = Sums()
        for (arrived, step, team_id, bucket), values in self._speeds.under(longer).items():
            for team in (team_id, ALL_TEAMS):
                found.add((step, arrived, team, bucket), 1, *values)
        return found

    def got(self) -> Sums:
        found = Sums()
        for (step, rep_id, day, team_id), values in self._got.items():
            for owner in (rep_id, ALL_REPS):
                found.add((step, owner, day, team_id), 1, *values)
        return found


def owned(one: Stood) -> Iterator[tuple[str, int]]:
    """What a stay says of its owner, and after how many seconds that was; as store/reporting/reps.py has it."""
    yield "lead", 0
    if one.kind == "won":
        yield "won", 0
    if one.answered is not None:
        yield from [("took", one.answered), ("worked", one.worked or 0)] if one.answered >= 0 else [("before", 0)]
    elif one.kind != "open" or one.is_cleared:
        yield "over", one.worked or 0


def left(one: Stood, at: int) -> Iterator[tuple[str, int]]:
    """The same once it went on: it is not theirs to win any more, and is over if they were not in touch."""
    yield from (each for each in owned(one) if each[0] != "won")
    if one.answered is None and one.kind == "open" and not one.is_cleared:
        yield "over", max(at - (one.got_at or at), 0)


def cohorts(months: tuple[int, int]) -> Iterable[tuple[int, int]]:
    """The month, quarter and year in which something happened, with the month in which it was noted and with all."""
    happened, noted = months
    return product(longer(happened), (ALL, noted))


def changes(rows: list[tuple[Any, ...]]) -> Iterator[tuple[tuple[Any, ...], int, int]]:
    """What of each row's beginning and end is not in the sums, without its number: so many more or less, and when, in
    seconds. The rows of a file are much alike, so that most are one of many."""
    for row, count in Counter(row[1:] for row in rows).items():
        folded, *_, began, ended = row
        if not folded:
            yield row, count, second(began)
        if ended is not None:
            yield row, -count, second(ended)


def second(moment: Any) -> int:
    """Since 1970, as `sql.epoch` has it; of a moment as the driver gives it, which is text in SQLite."""
    if isinstance(moment, str):
        return (datetime.fromisoformat(moment[:19]).replace(tzinfo=UTC) - FIRST) // SECOND
    return int((moment - FIRST) // SECOND)
