"""What must be so: an independent account of every follow-up, compared with what people read in Slack."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.scenarios.year.people import Person, hearable

SOON = timedelta(minutes=30)  # of time in which somebody was there to hear it, and Slack and Dibs to say it
NEXT_MORNING = timedelta(hours=11)  # the same, for whoever was told all that a day may hold
GRACE = timedelta(minutes=15)  # after an outage
BEFORE_MEETING = timedelta(minutes=15)
SAMPLES = 3


@dataclass
class Promise:
    """A follow-up, as its people were told that it stands."""

    name: str
    lead_id: int
    rep: Person
    due_at: datetime
    kind: str
    follow_up_id: int = 0
    is_open: bool = True
    is_lent: bool = False
    doubts: int = 0  # how much of what was asked about it has no answer yet
    is_said: bool = False  # of this due time
    since: datetime | None = None  # counted up to here
    waited: timedelta = timedelta(0)
    crowded: bool = False


@dataclass
class Verdict:
    counts: Counter[str] = field(default_factory=Counter)
    broken: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    latest: timedelta = timedelta(0)

    def expect(self, promise: str, wrong: bool, what: str) -> None:
        if wrong:
            self.broken[promise].append(what)

    def __str__(self) -> str:
        counts = ", ".join(f"{count} {name}" for name, count in sorted(self.counts.items()))
        lines = [f"{counts}; longest wait {self.latest}"]
        lines += [f"BROKEN {len(found)} times: {promise}: {found[:SAMPLES]}" for promise, found in self.broken.items()]
        return "\n  ".join(lines)


@dataclass(frozen=True)
class Word:
    """One reminder or digest that is about to be said: to whom, when by the speaker's clock, of which follow-ups."""

    to: str
    wall: datetime
    promises: tuple[Promise, ...]
    rule: str  # empty for a digest
    due_at: datetime | None = None  # that it speaks of


class Judge:
    def __init__(self, people: Iterable[Person], budget: int, rules: int) -> None:
        self.verdict = Verdict()
        self.people = {person.slack_id: person for person in people}
        self.by_name: dict[str, Promise] = {}
        self._budget = budget
        self._rules = rules
        self._said_on: Counter[tuple[str, date]] = Counter()
        self._deaf: list[tuple[datetime, datetime]] = []  # stretches in which nothing could be said
        self._deaf_to: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
        self._waiting: dict[str, Promise] = {}

    # --- what people did, and were told has happened

    def promised(self, promise: Promise, now: datetime) -> None:
        self.by_name[promise.name] = promise
        self.verdict.counts["follow-ups"] += 1
        self.due_anew(promise, promise.due_at, now)

    def due_anew(self, promise: Promise, due_at: datetime, now: datetime) -> None:
        """It is due at another time, or another's: what was said of it before does not count."""
        self.settle(promise, now)
        promise.due_at, promise.is_said, promise.is_open = due_at, False, True
        promise.waited, promise.since, promise.crowded = timedelta(0), promise.rep.opens(max(due_at, now)), False
        self._waiting[promise.name] = promise

    def closed(self, promise: Promise, now: datetime) -> None:
        self.settle(promise, now)
        promise.is_open = False

    def settle(self, promise: Promise, now: datetime) -> None:
        """No word of it is waited for any more; whether one came in time is certain now."""
        if self._waiting.pop(promise.name, None) is None:
            return
        self.count(promise, now)
        allowed = NEXT_MORNING if promise.crowded else SOON
        self.verdict.latest = max(self.verdict.latest, timedelta(0) if promise.crowded else promise.waited)
        self.verdict.expect(
            "every due reminder is sent", promise.waited > allowed,
            f"{promise.name} of {promise.rep.name}, due {promise.due_at}, waited {promise.waited} until {now}",
        )  # fmt: skip

    def before_change(self, now: datetime) -> None:
        """Somebody's hours, absence or cover is about to change: what was waited until now counts by the old ones."""
        for promise in self._waiting.values():
            self.count(promise, now)

    def count(self, promise: Promise, now: datetime) -> None:
        if promise.since is None or promise.since >= now:
            return
        # Whoever went away or was muted in between hears it from the next digest.
        promise.crowded |= max(promise.rep.away_until, promise.rep.muted_until) > promise.since
        for begin, end in hearable(promise.rep, promise.since, now):
            who = promise.rep.hearer(begin)
            promise.crowded |= who is not promise.rep
            promise.waited += (end - begin) - self._lost(begin, end, self._deaf, who)
            promise.crowded |= self._said_on[who.slack_id, local_day(begin, who)] >= self._budget
        promise.since = now

    def _lost(self, begin: datetime, end: datetime, deaf: list[tuple[datetime, datetime]], who: Person) -> timedelta:
        """How much of that time nothing could be said in; the stretches may overlap."""
        nearest = bisect_left(deaf, (begin - timedelta(days=1),))
        lost, covered = timedelta(0), begin
        for since, until in sorted([*deaf[nearest:], *self._deaf_to[who.slack_id]]):
            if since >= end:
                break
            lost += max(timedelta(0), min(until, end) - max(since, covered))
            covered = max(covered, until)
        return lost

    def nothing_could_be_said(self, since: datetime, until: datetime, to: str = "") -> None:
        """An outage, or no replica alive; in order of their beginnings."""
        (self._deaf_to[to] if to else self._deaf).append((since, until + GRACE))
        self._deaf.sort()

    # --- what people read

    def about_to_say(self, word: Word) -> None:
        """Judged at the start of the call: what happens while it is on its way nobody could know."""
        hearer = self.people[word.to]
        wrong = not hearer.doubts and not self._may_hear(hearer, word)
        self.verdict.expect("none outside the hearer's working hours", wrong, f"{word.wall} to {hearer}")
        for promise in word.promises:
            self._judge_one(promise, hearer, word)

    def _may_hear(self, hearer: Person, word: Word) -> bool:
        """A digest may come before work, for whoever asked for that."""
        local = word.wall.astimezone(ZoneInfo(hearer.zone))
        early = not word.rule and hearer.works_on(local.date()) and hearer.digest_at <= local.time() < hearer.ends
        return (hearer.is_at_work(word.wall) or early) and hearer.away_until <= word.wall

    def _judge_one(self, promise: Promise, hearer: Person, word: Word) -> None:
        expect, what = self.verdict.expect, f"{promise.name} to {hearer.name} at {word.wall}, rule {word.rule!r}"
        if any(each.doubts for each in (promise, promise.rep, promise.rep.cover, hearer) if each):
            return
        expect("none after it was done, cancelled or its lead closed", not promise.is_open, what)
        right = promise.rep.hearer(word.wall)
        expect("said to whoever it falls to", right is not hearer, f"{what}, but {right.name}'s")
        if word.rule and not word.rule.startswith("lent:"):  # a colleague's request is told at once
            muted = hearer.muted_until > word.wall
            expect("nobody muted is reminded", muted, what)
            expect("speaks of the due time as it stands", word.due_at != promise.due_at, f"{what}: {word.due_at}")
            early = promise.due_at - (BEFORE_MEETING if word.rule.startswith("before") else timedelta(0))
            expect("none before it is due", word.wall < early, f"{what}: due {promise.due_at}")

    def said(self, word: Word, now: datetime) -> None:
        """It stands in Slack now."""
        hearer = self.people[word.to]
        self.verdict.counts["digests" if not word.rule else "reminders"] += 1
        if word.rule:
            self._said_on[word.to, local_day(word.wall, hearer)] += 1
        for promise in word.promises:
            is_due = promise.due_at <= word.wall + timedelta(seconds=5)
            if is_due and not promise.is_said and (not word.rule or word.due_at == promise.due_at):
                self.settle(promise, now)
                promise.is_said = True

    def finish(self, now: datetime) -> None:
        for promise in list(self._waiting.values()):
            self.settle(promise, now)


def local_day(moment: datetime, who: Person) -> date:
    return moment.astimezone(ZoneInfo(who.zone)).date()
