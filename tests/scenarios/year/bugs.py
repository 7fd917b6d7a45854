"""Mistakes that others have made, made here on purpose: a judge that does not catch them proves nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.outbox.steps import Steps
from bot.projections import Projections


@dataclass(frozen=True)
class Variant:
    steps: Callable[..., Steps] = Steps
    projections: Callable[..., Projections] = Projections
    fire_reminder: Any = None


BUGS = {"": Variant()}
