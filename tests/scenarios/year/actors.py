"""What people do all year: promise, press, put off, lend, win and lose; and go away, come back and move."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import select

from bot import claims, followups, handover, pipeline
from bot.errors import DibsError
from bot.followups import Outcome
from bot.intake import capture
from store.models import FollowUp
from tests.factories import WHY
from tests.scenarios.year import town
from tests.scenarios.year.asking import Asking
from tests.scenarios.year.judge import Promise, Word
from tests.scenarios.year.lives import Lives
from tests.scenarios.year.people import Person, wall_time
from tests.scenarios.year.replica import Replica
from tests.scenarios.year.world import World

# Early, at work, at lunch, late, at night, and where clocks jump.
TIMES = (
    time(7, 15),
    time(9),
    time(10, 30),
    time(11),
    time(14),
    time(16, 45),
    time(20, 30),
    time(2, 30),
    time(0),
    time(3),
)
KINDS = ("call", "task", "meeting", "email")
DAY = timedelta(days=1)


@dataclass
class Case:
    """A lead as its owner sees it."""

    lead_id: int
    owner: Person
    is_open: bool = True
    promises: list[Promise] = field(default_factory=list)


class Actors:
    def __init__(self, world: World) -> None:
        self._world = world
        self._rng = world.rng("actors")
        self._cases: dict[str, list[Case]] = {who.slack_id: [] for who in world.people}
        self._by_lead: dict[int, Case] = {}
        self._number = 0
        self._colleagues = {
            who.slack_id: [one for one in world.people if one.team == who.team and one is not who]
            for who in world.people
        }
        self._asking = Asking(world)
        self._lives = Lives(world, world.rng("lives"), self._colleagues)
        self.reps = [who for who in world.people if who.slack_id not in town.MANAGERS]
        world.desk.told = self.read

    # --- the year's plan

    def plan(self) -> None:
        plan, rng = self._world.plan, self._rng
        end = plan.days - 3
        for _ in range(plan.follow_ups):
            self._at(rng.uniform(0, end), self._promise, rng.choice(self.reps))
        for rep in self.reps:
            for _ in range(self._about(2.5)):
                self._at(rng.uniform(1, end), self._lives.go_away, rep)
            for change, times in (
                (self._lives.move, 0.15),
                (self._lives.choose_digest, 0.6),
                (self._hand_on, 1.0),
                (self._lives.mute, 1.0),
            ):
                for _ in range(self._about(times)):
                    self._at(rng.uniform(1, end), change, rep)

    def _about(self, times_a_year: float) -> int:
        """More of it in a short run, so that everything happens there as well."""
        times = max(times_a_year * self._world.plan.days / 365, times_a_year / 4)
        return int(times + self._rng.random())

    def _at(self, days: float, job: Callable[[Person], None], who: Person) -> None:
        self._world.agenda.add(self._world.plan.start + timedelta(days=days), lambda: job(who))

    # --- promises

    def _promise(self, rep: Person) -> None:
        cases = [case for case in self._cases[rep.slack_id] if case.is_open]
        if cases and self._rng.random() < 0.8:
            self._promise_about(self._rng.choice(cases), rep)
        else:
            self._new_case(rep, lambda case: self._promise_about(case, rep))

    def _new_case(self, rep: Person, then: Callable[[Case], None]) -> None:
        """A lead comes in and the rep claims it."""
        self._number += 1
        key = f"L{self._number:06d}"
        raw = {"name": f"Lead {key}", "email": f"{key.lower()}@example.com", "campaign": rep.team}

        def take(replica: Replica) -> int:
            lead_id = capture.take_lead(replica.services, raw, key=key).lead_id
            claims.claim(replica.services, rep.slack_id, lead_id, key=f"claim {key}")
            return lead_id

        def taken(answer: object, _: bool) -> None:
            assert isinstance(answer, int), answer
            case = self._by_lead[answer] = Case(answer, rep)
            self._cases[rep.slack_id].append(case)
            then(case)

        self._asking.ask(take, taken)

    def _promise_about(self, case: Case, rep: Person) -> None:
        self._number += 1
        name, kind = f"F{self._number:06d}", self._rng.choice(KINDS)
        day, at = self._some_day(rep, self._rng.choice((0, 0, 1, 1, 2, 3, 5, 8, 14))), self._rng.choice(TIMES)
        promise = Promise(name, case.lead_id, case.owner, self._world.clock.at, kind)

        def set_it(replica: Replica) -> datetime:
            moment = followups.local_moment(replica.services, rep.slack_id, f"{day}", f"{at:%H:%M}")
            followups.set_follow_up(replica.services, rep.slack_id, case.lead_id, moment, name, kind=kind, key=name)
            return moment

        self._asking.ask(set_it, lambda answer, _: self._promised(case, rep, promise, answer, (day, at)))

    def _some_day(self, rep: Person, ahead: int) -> date:
        return self._world.clock.at.astimezone(ZoneInfo(rep.zone)).date() + ahead * DAY

    def _promised(
        self, case: Case, rep: Person, promise: Promise, answer: object, asked: tuple[date, time]
    ) -> None:  # fmt: skip
        if not isinstance(answer, datetime):
            return self._world.log("refused", answer)
        meant = wall_time(*asked, rep.zone)
        self._world.judge.verdict.expect(
            "a time on the wall means what it says", answer != meant, f"{asked} in {rep.zone}: {answer}, not {meant}"
        )
        promise.due_at = answer
        with self._world.quietly() as session:
            row = session.exec(select(FollowUp).where(FollowUp.what == promise.name)).one()
            promise.follow_up_id = row.id or 0
        case.promises.append(promise)
        self._world.judge.promised(promise, self._world.clock.at)
        if self._rng.random() < 0.15:  # done without being told
            self._asking.later(self._rng.random() * 3 * DAY, lambda: self._press_done(promise, rep))
        if self._rng.random() < 0.25:  # done just when the reminder is on its way
            moment = rep.opens(max(answer, self._world.clock.at)) + timedelta(minutes=self._rng.uniform(0, 20))
            self._world.agenda.add(moment, lambda: self._press_done(promise, rep))
        return None

    # --- what they do when they are told

    def read(self, word: Word) -> None:
        """Everyone reads their messages; most do something about it, now or much later."""
        for promise in word.promises:
            if word.rule or (promise.due_at <= word.wall and self._rng.random() < 0.6):
                self._asking.later(self._patience(), lambda promise=promise: self._react(promise, word.to))  # type: ignore[misc]

    def _patience(self) -> timedelta:
        return timedelta(hours=self._rng.choice((0.01, 0.05, 0.3, 1, 2, 3, 5, 30)) * self._rng.uniform(0.5, 1.5))

    def _react(self, promise: Promise, slack_id: str) -> None:
        who = self._world.judge.people[slack_id]
        react = self._rng.choices(
            (self._press_done, self._snooze, self._not_needed, self._lend, self._close_lead, lambda *_: None),
            (50, 15, 7, 5, 10, 13),
        )[0]
        react(promise, who)

    def _press_done(self, promise: Promise, who: Person) -> None:
        """Perhaps with what is next; a lead without a next step is settled soon."""
        self._number += 1
        name, key = f"F{self._number:06d}", f"done {self._number}"
        next_at = self._world.clock.at + self._rng.uniform(0.5, 6) * DAY
        how = Outcome(went="reached", next_at=next_at, next_what=name) if self._rng.random() < 0.35 else Outcome()
        case, was_open = self._by_lead[promise.lead_id], promise.is_open

        def pressed(answer: object, again: bool) -> None:
            self._expect_refusal(promise, answer, again)
            if isinstance(answer, DibsError):
                return
            if promise.is_open:
                self._world.judge.closed(promise, self._world.clock.at)
            if how.next_at is not None and was_open and case.is_open:
                self._next_promised(case, name, next_at)
            elif not any(one.is_open for one in case.promises):
                self._asking.later(self._rng.random() * DAY / 4, lambda: self._close_lead(promise, case.owner))

        self._asking.ask(
            lambda at: followups.done(at.services, who.slack_id, promise.follow_up_id, how, key=key), pressed, [promise]
        )

    def _expect_refusal(self, promise: Promise, answer: object, again: bool) -> None:
        """A press on an old DM says why not, and changes nothing."""
        wrong = not promise.is_open and not isinstance(answer, DibsError) and not again
        self._world.judge.verdict.expect("a stale press changes nothing", wrong, f"{promise.name}: {answer}")
        if isinstance(answer, DibsError):
            self._world.judge.verdict.counts["refused presses"] += 1
            if again or not promise.is_open:
                self._look(promise)

    def _look(self, promise: Promise) -> None:
        """An earlier press, whose answer was lost with the process, may have counted: the person opens the lead."""
        if not promise.is_open:
            return
        with self._world.quietly() as session:
            row = session.get_one(FollowUp, promise.follow_up_id)
            status = row.status
        if status != "open":
            self._world.judge.closed(promise, self._world.clock.at)

    def _next_promised(self, case: Case, name: str, due_at: datetime) -> None:
        promise = Promise(name, case.lead_id, case.owner, due_at, "task")
        with self._world.quietly() as session:
            row = session.exec(select(FollowUp).where(FollowUp.what == name)).one()
            promise.follow_up_id = row.id or 0
        case.promises.append(promise)
        self._world.judge.promised(promise, self._world.clock.at)

    def _snooze(self, promise: Promise, who: Person) -> None:
        until = self._rng.choice(("1h", "tomorrow", "3d", "week", "custom"))
        custom = self._world.clock.at + self._rng.uniform(0.1, 5) * DAY

        def put_off(replica: Replica) -> datetime:
            due_at = custom
            if until != "custom":
                due_at = followups.snoozed(until, replica.now(), who.zone)
            followups.snooze_to(replica.services, who.slack_id, promise.follow_up_id, due_at)
            return due_at

        def is_put_off(answer: object, again: bool) -> None:
            self._expect_refusal(promise, answer, again)
            if isinstance(answer, datetime):
                self._world.judge.due_anew(promise, answer, self._world.clock.at)

        self._asking.ask(put_off, is_put_off, [promise])

    def _not_needed(self, promise: Promise, who: Person) -> None:
        def given_up(answer: object, again: bool) -> None:
            self._expect_refusal(promise, answer, again)
            if not isinstance(answer, DibsError):
                self._world.judge.closed(promise, self._world.clock.at)
                case = self._by_lead[promise.lead_id]
                self._asking.later(DAY / 8, lambda: self._close_lead(promise, case.owner))

        self._asking.ask(
            lambda at: followups.not_needed(at.services, who.slack_id, promise.follow_up_id), given_up, [promise]
        )

    def _lend(self, promise: Promise, who: Person) -> None:
        other = self._rng.choice(self._colleagues[promise.rep.slack_id])
        asked_at = self._world.clock.at

        def lend(replica: Replica) -> datetime:
            now = replica.now()
            followups.lend(replica.services, who.slack_id, promise.follow_up_id, town.profile(other))
            return now

        def lent(answer: object, again: bool) -> None:
            self._expect_refusal(promise, answer, again)
            if isinstance(answer, datetime):
                self._given(
                    promise, other, is_lent=other is not self._by_lead[promise.lead_id].owner, asked_at=asked_at
                )

        self._asking.ask(lend, lent, [promise])

    def _given(self, promise: Promise, other: Person, *, is_lent: bool, asked_at: datetime) -> None:
        """What was late begins anew for whoever has it now; when exactly that was, only the database knows."""
        self._world.judge.settle(promise, self._world.clock.at)
        promise.rep, promise.is_lent = other, is_lent
        with self._world.quietly() as session:
            due_at = session.get_one(FollowUp, promise.follow_up_id).due_at
        late = due_at != promise.due_at
        slack = timedelta(seconds=90) + abs(self._world.clock.wrong_by)
        wrong = late and not asked_at - slack <= due_at <= self._world.clock.at + slack
        self._world.judge.verdict.expect("a late one is due at once", wrong, f"{promise.name}: {due_at}")
        self._world.judge.due_anew(promise, due_at, self._world.clock.at)

    # --- leads

    def _close_lead(self, promise: Promise, who: Person) -> None:
        case, stage = self._by_lead[promise.lead_id], self._rng.choice(("won", "lost"))
        if not case.is_open:
            return

        def closed(answer: object, _: bool) -> None:
            if isinstance(answer, DibsError):
                return
            case.is_open = False
            self._cases[case.owner.slack_id].remove(case)
            for one in case.promises:
                if one.is_open:
                    self._world.judge.closed(one, self._world.clock.at)

        self._asking.ask(
            lambda at: pipeline.move_stage(at.services, who.slack_id, case.lead_id, stage, WHY), closed, case.promises
        )

    def _hand_on(self, rep: Person) -> None:
        """A manager gives one of the rep's leads to a colleague."""
        cases = [case for case in self._cases[rep.slack_id] if case.is_open]
        if not cases:
            return
        case, asked_at = self._rng.choice(cases), self._world.clock.at
        other = self._rng.choice(self._colleagues[rep.slack_id])

        def given(answer: object, _: bool) -> None:
            if isinstance(answer, DibsError):
                return
            self._cases[case.owner.slack_id].remove(case)
            self._cases[other.slack_id].append(case)
            case.owner = other
            for one in case.promises:
                if one.is_open and not one.is_lent:
                    self._given(one, other, is_lent=False, asked_at=asked_at)

        self._asking.ask(
            lambda at: handover.assign(at.services, town.MANAGERS[0], case.lead_id, town.profile(other)), given,
            case.promises,
        )  # fmt: skip
