"""What people do with their own lives: they go away, come back, move, choose their digest, and want quiet."""

import random
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot import digests, people, preferences
from bot.errors import DibsError
from bot.people import Profile
from tests.scenarios.year import town
from tests.scenarios.year.asking import Asking
from tests.scenarios.year.people import ZONES, Person, wall_time
from tests.scenarios.year.replica import Replica
from tests.scenarios.year.world import World

DAY = timedelta(days=1)


class Lives:
    def __init__(self, world: World, rng: random.Random, colleagues: dict[str, list[Person]]) -> None:
        self._world = world
        self._rng = rng
        self._asking = Asking(world)
        self._colleagues = colleagues

    def _day_from_now(self, rep: Person, ahead: int) -> date:
        return self._world.clock.at.astimezone(ZoneInfo(rep.zone)).date() + ahead * DAY

    def _change(self, rep: Person, job: Callable[[Replica], object], then: Callable[[object], None]) -> None:
        def changed(answer: object, _: bool) -> None:
            self._world.judge.before_change(self._world.clock.at)
            if not isinstance(answer, DibsError):
                then(answer)
                self._world.log(rep.name, answer)

        self._asking.ask(job, changed, [rep])

    def go_away(self, rep: Person) -> None:
        """With a cover named for it, or without; and back before time, or not."""
        days = self._rng.choice((1, 2, 4, 9, 16))
        cover = self._rng.choice([*self._neighbours(rep), self._rng.choice(self._colleagues[rep.slack_id]), None])
        back = self._day_from_now(rep, days)

        def leave(replica: Replica) -> datetime:
            people.name_cover(replica.services, rep.slack_id, town.profile(cover) if cover else None)
            return people.go_away(replica.services, rep.slack_id, f"{back:%Y-%m-%d} 09:00")

        def left(answer: object) -> None:
            assert isinstance(answer, datetime)
            rep.cover, rep.away_until = cover, answer
            if self._rng.random() < 0.3:
                self._asking.later(days * DAY * self._rng.random(), lambda: self.come_back(rep))

        self._change(rep, leave, left)

    def _neighbours(self, rep: Person) -> list[Person]:
        """The two colleagues whose clocks are nearest: most covers are not on the other side of the world."""
        now = self._world.clock.at

        def apart(other: Person) -> timedelta:
            ours, theirs = (now.astimezone(ZoneInfo(who.zone)).utcoffset() or timedelta(0) for who in (rep, other))
            return abs(ours - theirs)

        return sorted(self._colleagues[rep.slack_id], key=apart)[:2]

    def come_back(self, rep: Person) -> None:
        def back(_: object) -> None:
            rep.away_until = min(rep.away_until, self._world.clock.at)

        self._change(rep, lambda at: people.come_back(at.services, rep.slack_id), back)

    def move(self, rep: Person) -> None:
        zone = self._rng.choice(ZONES[: self._world.plan.zones])

        def moved(_: object) -> None:
            rep.zone = zone

        profile = Profile(rep.slack_id, rep.name, zone)
        self._change(rep, lambda at: people.update_profile(at.services, profile), moved)

    def choose_digest(self, rep: Person) -> None:
        words = self._rng.choice(("off", "off", "on", "8:30", "11:00"))

        def chosen(_: object) -> None:
            rep.has_digest = words != "off"
            if words not in ("off", "on"):
                rep.digest_at = time.fromisoformat(words.zfill(5))

        self._change(rep, lambda at: digests.choose(at.services, rep.slack_id, words), chosen)

    def mute(self, rep: Person) -> None:
        """Silence until another morning."""
        until = self._day_from_now(rep, self._rng.choice((1, 1, 2, 4)))

        def mute(replica: Replica) -> str:
            return preferences.mute(replica.services, rep.slack_id, f"{until:%Y-%m-%d} 09:00")

        def muted(_: object) -> None:
            rep.muted_until = wall_time(until, time(9), rep.zone)

        self._change(rep, mute, muted)
