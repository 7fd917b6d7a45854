"""Runs one plan from its first day to the last word, and hands over the verdict."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from bot.outbox.steps import Steps
from tests.scenarios.year import town
from tests.scenarios.year.actors import Actors
from tests.scenarios.year.bugs import BUGS
from tests.scenarios.year.judge import Verdict
from tests.scenarios.year.replica import Killed
from tests.scenarios.year.world import Plan, World

SET_BACK = timedelta(hours=1)
AFTERWARDS = timedelta(hours=1)  # for what is still on its way, and for the second look at copies


@dataclass(frozen=True)
class Result:
    plan: Plan
    verdict: Verdict
    faults: dict[str, int]
    digest: str  # of all that happened: the same for the same seed, bit for bit
    transcript: list[str]

    def __str__(self) -> str:
        faults = ", ".join(f"{count} {fault}" for fault, count in sorted(self.faults.items()))
        return f"YEAR_SEED={self.plan.seed} {self.digest}: {self.verdict}\n  {faults}"


def run(plan: Plan) -> Result:
    world = World(plan)
    try:
        return live(world, plan)
    finally:
        world.database.close()


def live(world: World, plan: Plan) -> Result:
    town.settle(world.replicas[0].services, world.people, zone=BUGS[plan.bug].zone)
    world.replicas[0].knock("digests")  # everybody's first is planned
    actors = Actors(world)
    actors.plan()
    end = plan.start + timedelta(days=plan.days)
    plan_upheavals(world)
    with world.deadly():
        world.run_until(end)
    world.judge.finish(world.clock.at)
    calm_down(world)
    return sum_up(world)


def plan_upheavals(world: World) -> None:
    """Orderly restarts, the clocks set back by an hour for a morning, and old rows forgotten once a day."""
    plan, rng = world.plan, world.rng("upheavals")
    for day in range(plan.days):
        world.agenda.add(plan.start + timedelta(days=day, hours=3), lambda: knock_if_alive(world, "forget"))
        if day % 5 == 0:
            moment = plan.start + timedelta(days=day + rng.random())
            world.agenda.add(moment, lambda: restart(world))
    wrong = plan.start + timedelta(days=plan.days * rng.uniform(0.2, 0.8), hours=rng.random())
    right = wrong + timedelta(hours=3)
    world.agenda.add(wrong, lambda: set_back(world))
    world.agenda.add(right, lambda: set_right(world))
    world.judge.nothing_could_be_said(wrong, right)


def knock_if_alive(world: World, tick: str) -> None:
    replica = world.somewhere()
    if replica is not None and not world.stack:
        try:
            world.on(replica, lambda: replica.knock(tick))
        except Killed:
            return


def restart(world: World) -> None:
    """In order: nothing is in hand, as after a stop that was waited for."""
    idle = [replica for replica in world.alive() if replica not in world.stack]
    if idle:
        world.stop(idle[0])


def set_back(world: World) -> None:
    world.clock.wrong_by = -SET_BACK


def set_right(world: World) -> None:
    world.clock.wrong_by = timedelta(0)


def calm_down(world: World) -> None:
    """No more faults or kills: what is on its way arrives, and copies are looked for a last time."""
    world.weather.clear_up()
    world.run_until(world.clock.at + AFTERWARDS)


def sum_up(world: World) -> Result:
    world.desk.count_copies()
    counts = world.judge.verdict.counts
    counts["kills"], counts["lives"] = world.kills, world.lives
    for steps in world.all_steps:
        add_up(steps, counts)
    digest = hashlib.sha256("\n".join(world.transcript).encode()).hexdigest()[:16]
    return Result(world.plan, world.judge.verdict, dict(world.faults), digest, world.transcript)


def add_up(steps: Steps, counts: dict[str, int]) -> None:
    for name, count in steps.counts.all().items():
        counts[f"calls {name}"] = counts.get(f"calls {name}", 0) + count
