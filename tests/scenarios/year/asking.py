"""Asking Dibs for something, as people do: until there is an answer."""

from collections.abc import Callable, Iterable
from datetime import timedelta

from bot.errors import DibsError
from tests.scenarios.year.judge import Promise
from tests.scenarios.year.people import Person
from tests.scenarios.year.replica import Killed, Replica
from tests.scenarios.year.world import World

Job = Callable[[Replica], object]
Done = Callable[[object, bool], None]


class Asking:
    def __init__(self, world: World) -> None:
        self._world = world

    def later(self, span: timedelta, job: Callable[[], None]) -> None:
        self._world.agenda.add(self._world.clock.at + span, job)

    def ask(self, job: Job, done: Done, about: Iterable[Promise | Person] = (), *, again: bool = False) -> None:
        """Who sees an error because a process died presses once more.

        `done` hears the answer, or the refusal, and whether an earlier try may have happened already. Until then
        nobody knows how what it is about stands, so nothing that is said of it is wrong.
        """
        about = list(about)
        replica = self._world.somewhere()
        if replica is None:
            return self.later(timedelta(seconds=30), lambda: self.ask(job, done, about, again=again))
        for one in () if again else about:
            one.doubts += 1
        try:
            answer: object = self._world.on(replica, lambda: job(replica))
        except Killed:
            return self.later(timedelta(seconds=5), lambda: self.ask(job, done, about, again=True))
        except DibsError as refusal:
            answer = refusal
        for one in about:
            one.doubts -= 1
        return done(answer, again)
