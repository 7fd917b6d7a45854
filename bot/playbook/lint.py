"""What is wrong with a playbook as a whole: names used twice, leads that would go nowhere, routes that never decide."""

from collections.abc import Iterable, Sequence

from bot.playbook.parts import Mistake, PassReason, Stage, Step, Team
from bot.rules.implication import by_key, contradiction, covers
from bot.rules.numbers import fold
from bot.rules.values import CLOCK


def stage_mistakes(stages: Sequence[Stage]) -> list[Mistake]:
    kinds = [stage.kind for stage in stages]
    mistakes: list[Mistake] = [
        (("stages",), f"there is no stage of kind '{kind}'") for kind in ("won", "lost") if kind not in kinds
    ]
    if kinds[0] != "open":
        mistakes.append((("stages", 0), "the first stage must be open, because leads begin there"))
    return mistakes + twice("stages", [stage.name for stage in stages])


def name_mistakes(teams: Sequence[Team], reasons: Sequence[PassReason], steps: Sequence[Step]) -> list[Mistake]:
    return [
        *twice("teams", [team.name for team in teams]),
        *twice("pass_reasons", [reason.name for reason in reasons]),
        *twice("routes", [step.rule.name for step in steps]),
    ]


def twice(table: str, names: Sequence[str]) -> list[Mistake]:
    spelled = [fold(name) for name in names]
    return [
        ((table, number, "name"), f"'{names[number]}' is there twice")
        for number, name in enumerate(spelled)
        if name in spelled[:number]
    ]


def route_mistakes(steps: Sequence[Step], teams: Sequence[Team]) -> list[Mistake]:
    known = {team.name for team in teams}
    mistakes: list[Mistake] = [
        (("routes", number, "team"), f"'{step.rule.name}' names an unknown team '{step.rule.team}'")
        for number, step in enumerate(steps)
        if step.rule.team not in known
    ]
    return [*mistakes, *fallback_mistakes(steps), *reach_mistakes(steps)]


def fallback_mistakes(steps: Sequence[Step]) -> list[Mistake]:
    number, last = len(steps) - 1, steps[-1].rule
    mistakes: list[Mistake] = []
    if last.when:
        mistakes.append((("routes", number), "the last route must have no conditions, or some leads would go nowhere"))
    return mistakes + [
        (("routes", number, key), f"the last route takes every lead that is left, so it must not ask for {key}")
        for key in ("skills", "languages")
        if getattr(last, key)
    ]


def reach_mistakes(steps: Sequence[Step]) -> list[Mistake]:
    """Routes that can never be the first to match, each with the earlier one that is always quicker."""
    mistakes: list[Mistake] = []
    earlier: list[Step] = []
    for number, step in enumerate(steps):
        if key := contradiction(step.asked):
            mistakes.append((("routes", number, "when"), f"'{step.rule.name}' can never match: {blamed(key)}"))
            continue
        if quicker := first_covering(earlier, step):
            why = f"'{step.rule.name}' can never be reached: '{quicker.rule.name}' before it takes all of its leads"
            mistakes.append((("routes", number), why))
            continue
        earlier.append(step)
    return mistakes


def first_covering(earlier: Iterable[Step], step: Step) -> Step | None:
    conditions = by_key(step.asked)
    return next((other for other in earlier if covers(other.asked, conditions)), None)


def blamed(key: str) -> str:
    what = "the time" if key.startswith(CLOCK) else f"'{key}'"
    return f"its conditions on {what} cannot hold together"
