"""Looks at what reached people, and knows who they are, what they allowed and what they did; asks the bot nothing."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from holidays import country_holidays

from bot.contact.ports import Parcel
from tests.scenarios.sequences.plan import A_WEEK, EXITS, MARK, QUIET, Person

WEEK = timedelta(days=7)
SLACK = timedelta(hours=2)  # while the machines' clocks are set back by an hour, weeks are that much shorter
SAMPLES = 3


@dataclass
class Verdict:
    counts: Counter[str] = field(default_factory=Counter)
    broken: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def expect(self, promise: str, wrong: bool, what: str) -> None:
        if wrong:
            self.broken[promise].append(what)

    def __str__(self) -> str:
        counts = ", ".join(f"{count} {name}" for name, count in sorted(self.counts.items()))
        lines = [f"BROKEN {len(found)} times: {promise}: {found[:SAMPLES]}" for promise, found in self.broken.items()]
        return "\n  ".join([counts, *lines])


@dataclass
class Known:
    """What is true of one person."""

    person: Person
    lead_id: int = 0
    may: dict[str, bool] = field(default_factory=dict)
    said_no: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)  # letters that ask whether their yes was theirs
    ended: dict[str, datetime] = field(default_factory=dict)  # when this last happened, by the bot's clock
    entered: dict[str, datetime] = field(default_factory=dict)  # into sequences by hand
    arrived: list[datetime] = field(default_factory=list)
    had: Counter[str] = field(default_factory=Counter)


class Judge:
    def __init__(self) -> None:
        self.verdict = Verdict()
        self.known: dict[int, Known] = {}  # by the person's number
        self._holidays: dict[tuple[str, int], object] = {}

    def meet(self, person: Person, may: dict[str, bool]) -> Known:
        self.known[person.number] = Known(person, may=dict(may))
        return self.known[person.number]

    def by_address(self, to: str) -> Known:
        digits = to[1 : to.index("@")] if "@" in to else to.removeprefix("+49151")
        return self.known[int(digits) % 10_000_000]

    def arrives(self, parcel: Parcel, wall: datetime, true: datetime) -> None:
        """A message has reached somebody, whether or not the bot will ever learn of it."""
        known = self.by_address(parcel.to)
        if MARK not in parcel.text:
            self.asks(known, parcel)
            return
        mark = parcel.text.rsplit(MARK, 1)[1].split("\n")[0].strip()
        what = f"{mark} to {known.person.name} at {wall:%Y-%m-%d %H:%M} UTC"
        expect = self.verdict.expect
        self.verdict.counts["arrived"] += 1
        self.verdict.counts[f"arrived by {parcel.channel}"] += 1
        known.had[mark] += 1
        expect("every step at most once", known.had[mark] > 1, what)
        expect("only to the person meant", known.person.name not in parcel.text, what)
        expect("none without a basis", not known.may.get(parcel.channel), what)
        expect("none outside of their hours", not self.is_open(known.person, wall), what)
        lately = [at for at in known.arrived if at > true - WEEK + SLACK]
        expect("at most so many a week", len(lately) >= A_WEEK, what)
        known.arrived.append(true)
        sequence = mark.partition("/")[0]
        for event in EXITS[sequence]:
            expect("none after what ends it", is_over(known, sequence, event, wall), f"{what}, after {event}")

    def asks(self, known: Known, parcel: Parcel) -> None:
        """The one letter that leaves without a basis: once to an address, and only where a yes waits."""
        known.asked.append(parcel.key)
        self.verdict.counts["asked to confirm"] += 1
        what = f"{known.person.name} was asked {len(known.asked)} times"
        self.verdict.expect("asked once", len(known.asked) > 1 or known.person.name in parcel.text, what)
        is_needless = bool(known.may.get("email")) or "email" in known.said_no
        self.verdict.expect("asked only where a yes waits", is_needless, what)

    def is_open(self, person: Person, wall: datetime) -> bool:
        local = wall.astimezone(ZoneInfo(person.zone))
        days = self._holidays.get((person.country, local.year))
        if days is None:
            days = self._holidays[person.country, local.year] = country_holidays(person.country, years=local.year)
        return local.weekday() < 5 and 9 <= local.hour < 18 and local.date() not in days  # type: ignore[operator]


def is_over(known: Known, sequence: str, event: str, now: datetime) -> bool:
    """Whether this has ended the sequence since they came into it."""
    happened, entered = known.ended.get(event), known.entered.get(sequence)
    if happened is None:
        return False
    if sequence == "wake" and event in ("reply", "booking"):
        return happened > now - QUIET  # whoever did something that long ago may have come into it since
    return entered is None or happened >= entered
