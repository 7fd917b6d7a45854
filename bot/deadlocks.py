"""Two that wait for each other: PostgreSQL ends one of them, and that one is done once more."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from store.database import DeadlockError

P = ParamSpec("P")
R = TypeVar("R")


def once_more(use_case: Callable[P, R]) -> Callable[P, R]:
    """For a use case whose transactions are all its own, and which changes nothing the second time under one key.

    Locks are taken in one order wherever that can be known before; what a newcomer brings to light cannot.
    """

    @wraps(use_case)
    def run(*given: P.args, **named: P.kwargs) -> R:
        try:
            return use_case(*given, **named)
        except DeadlockError:
            return use_case(*given, **named)

    return run
