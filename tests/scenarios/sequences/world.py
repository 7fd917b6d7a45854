"""Time, two processes of Dibs that are killed now and then, a provider that breaks down, and people who do things."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import event, text
from sqlmodel import Session

from bot.contact import confirming, links
from bot.contact.ports import Later, Outcome, Parcel, Refused, Taken, Unknown
from bot.contact.postman import Postman
from bot.people import Profile
from bot.sequences import sweeping
from bot.services import Services
from store.database import Database
from tests.factories import CHANNELS, DANA
from tests.post import plainly
from tests.scenarios.sequences.bugs import BUGS
from tests.scenarios.sequences.judge import Judge
from tests.scenarios.sequences.plan import Plan, playbook
from tests.scenarios.year.clock import Agenda, Clock
from tests.schemas import create_tables
from tests.sequences import OUTSIDE

from bot import people  # isort: skip
from bot.sequences import advancing  # isort: skip

SWEEPS_EVERY = timedelta(hours=6)
NEXT = """
    SELECT (SELECT min(due_at) FROM enrolment WHERE status = 'active'),
        (SELECT min(due_at) FROM lead_message WHERE status = 'waiting'),
        (SELECT min(lease_until) FROM lead_message WHERE status = 'sending')
"""


class Killed(BaseException):
    """The process is gone from one instruction to the next; no `except Exception` may hold that up."""


class World:
    def __init__(self, plan: Plan) -> None:
        self.plan, self.judge, self.bug = plan, Judge(), BUGS[plan.bug]
        self.clock, self.agenda = Clock(plan.start), Agenda()
        self.database = Database("sqlite://")  # power loss is not what this is about
        create_tables(self.database)
        self.rng = random.Random(plan.seed)  # noqa: S311
        self._deaths = random.Random(f"{plan.seed} deaths")  # noqa: S311
        self._is_deadly = self._is_over = False
        self.kills = 0
        self._outages = sorted(
            plan.start + timedelta(days=plan.days * self.rng.random()) for _ in range(plan.outages)
        )  # fmt: skip
        self._raw: Any = self.database.engine.raw_connection().driver_connection
        self.begin_lives()
        services = self.services
        people.sync_teams(services, CHANNELS)
        people.sync_managers(services, [DANA])
        people.add_founding_rep(services, ["smb"], Profile("U0ALICE", "Alice", "Europe/Berlin"))

    # --- processes

    def begin_lives(self) -> None:
        """A process after a kill knows nothing of the one before."""
        if self._raw.in_transaction:
            self._raw.execute("ROLLBACK")  # what was not committed is gone with the process
        known = playbook(**self.bug.contact)
        self.services = Services(self.database, known, self.now, outside=OUTSIDE)
        carriers = {"email": self, "sms": self}
        self.postman: Postman = self.bug.postman(
            self.services, carriers, {"email": plainly, "sms": plainly}, now=self.now, monotonic=self.clock.monotonic,
            rng=random.Random(1), workers=0,  # noqa: S311
        )  # fmt: skip

    def now(self) -> datetime:
        return self.clock.wall(timedelta(0))

    def point(self) -> None:
        """A moment at which a process can end."""
        if self._is_deadly and not self._is_over and self._deaths.random() < self.plan.kills:
            self.kills += 1
            raise Killed

    def until_done(self, job: Callable[[], object]) -> None:
        """Somebody outside asks until they are answered: what they want may have been done already."""
        while True:
            try:
                job()
            except Killed:
                self.begin_lives()
            else:
                return

    @contextmanager
    def deadly(self) -> Iterator[None]:
        before, after = (lambda _: self.point()), (lambda _: self.point())
        event.listen(self.database.engine, "commit", before)
        event.listen(Session, "after_commit", after)
        self._is_deadly = True
        try:
            yield
        finally:
            self._is_deadly = False
            event.remove(self.database.engine, "commit", before)
            event.remove(Session, "after_commit", after)

    # --- the provider

    def carry(self, parcel: Parcel) -> Outcome:
        self.point()
        drawn = self.rng.random()
        if self.is_away() and drawn < 0.8:
            return Later("nobody answers") if drawn < 0.6 else Unknown("the line broke before anything was said")
        if drawn > 0.995:
            return Refused("the mailbox is full")
        self.judge.arrives(parcel, self.now(), self.clock.at)
        self.point()
        lost = drawn < (0.5 if self.is_away() else 0.003)
        return Unknown("the line broke after everything was said") if lost else Taken(str(UUID(parcel.key)))

    def confirm(self, key: str) -> None:
        """Somebody presses the button of the page to which that letter leads."""
        with self.services.unit_of_work() as uow:
            message = uow.messages.by_key(key)
            assert message is not None
            token = links.confirm(uow, OUTSIDE, message, self.now()).rpartition("/")[2]
            uow.commit()
        assert confirming.confirm(self.services, token) is not None

    def is_away(self) -> bool:
        return any(begin <= self.clock.at < begin + timedelta(hours=3) for begin in self._outages)

    # --- time

    def run_until(self, end: datetime) -> None:
        while self.clock.at < end:
            self.clock.advance(min(self.next_moment(end), end))
            while (job := self.agenda.pop_due(self.clock.at)) is not None:
                job()
            self.tick()

    def next_moment(self, end: datetime) -> datetime:
        """When something is due, in true time; at least a second passes."""
        dues = self._raw.execute(NEXT).fetchone()  # past the session, which takes longer than to ask
        coming = [datetime.fromisoformat(due).replace(tzinfo=UTC) - self.clock.wrong_by for due in dues if due]
        planned = self.agenda.next_at()
        soonest = min([*coming, *([planned] if planned else []), end])
        return max(soonest, self.clock.at + timedelta(seconds=1))

    def tick(self) -> None:
        """What the scheduler and the postman do; a process that is killed is followed by another at the next tick."""
        try:
            for number in advancing.due(self.services):
                self.bug.advance(self.services, number)
            while self.postman.send_one():
                pass
        except Killed:
            self.begin_lives()

    def sweep(self) -> None:
        with suppress(Killed):
            sweeping.sweep(self.services)
            return
        self.begin_lives()

    # --- the end

    def calm_down(self) -> None:
        """No more kills and outages: whatever goes on comes to its end."""
        self._is_over, self._outages = True, []
        self.run_until(self.clock.at + timedelta(days=90))

    def look_over(self) -> None:
        """What the database says at the end about itself."""
        verdict, counts = self.judge.verdict, self.judge.verdict.counts
        with self.database.session(writes=False) as session:
            rows: Any = session.connection().execute(text("SELECT status, count(*) FROM enrolment GROUP BY status"))
            counts.update({f"enrolments {status}": count for status, count in rows})
            rows = session.connection().execute(text("SELECT status, count(*) FROM lead_message GROUP BY status"))
            counts.update({f"messages {status}": count for status, count in rows})
            twice = session.connection().execute(text(
                "SELECT enrolment_id, step FROM step_taken GROUP BY enrolment_id, step HAVING count(*) > 1"
            )).all()  # fmt: skip
            uncited = session.connection().execute(text(
                "SELECT m.id FROM lead_message m LEFT JOIN consent c ON c.id = m.consent_id AND c.channel = m.channel "
                "WHERE m.status = 'sent' AND (c.id IS NULL OR NOT c.is_given OR c.recipient <> m.recipient "
                "OR (c.basis = 'unproved form') <> (m.kind = 'confirm'))"
            )).all()  # fmt: skip
        counts["enrolments"] = sum(count for name, count in counts.items() if name.startswith("enrolments "))
        counts["kills"] = self.kills
        verdict.expect("every step at most once", bool(twice), f"step_taken has {twice[:3]}")
        verdict.expect("every message cites what allows it", bool(uncited), f"messages {uncited[:3]}")
        stuck = counts["messages waiting"] + counts["messages sending"]
        verdict.expect("nothing is stuck", stuck > 0, f"{stuck} messages")
        verdict.expect("everybody comes to an end", counts["enrolments active"] > 0, f"{counts['enrolments active']}")
