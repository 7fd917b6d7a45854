"""What standing in a stage means to reports: open, won or lost, how likely a win is, and what was reached with it."""

from collections.abc import Mapping, Sequence

from bot.playbook.parts import Stage
from store.reporting.recording import WON, Standing

CHANCES = {"won": 100, "lost": 0}


def standings(stages: Sequence[Stage]) -> Mapping[str, Standing]:
    """By the name of each stage; to stand in one is to have reached every open one before it."""
    steps: list[str] = []
    found = {}
    for stage in stages:
        if stage.kind == "open":
            steps.append(stage.name)
            found[stage.name] = Standing(tuple(steps[1:]), "open", stage.probability or 0)
    for stage in stages:
        if stage.kind == "won":
            found[stage.name] = Standing((*steps[1:], WON), "won", CHANCES["won"])
        if stage.kind == "lost":
            found[stage.name] = Standing((), "lost", CHANCES["lost"])
    return found


def funnel(stages: Sequence[Stage]) -> tuple[str, ...]:
    """The steps of a funnel in their order, from arrival to the win."""
    return ("@arrived", *[stage.name for stage in stages if stage.kind == "open"][1:], WON)
