"""What a person can do something about, said in sentences they will read."""

from dataclasses import dataclass


class DibsError(Exception):
    """Something a person can act on; `str()` is what they are told, privately."""


class NotAllowedError(DibsError):
    """The actor may not do this."""


class NotFoundError(DibsError):
    """Nothing, or more than one thing, answers to that name."""


@dataclass(frozen=True)
class Problem:
    """One field that cannot be taken, and why."""

    field: str
    reason: str


class InvalidInputError(DibsError):
    """Input with one or more problems, each tied to its field."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(" ".join(f"{problem.field}: {problem.reason}" for problem in problems))
        self.problems = problems
