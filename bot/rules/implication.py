"""What conditions say about each other: which can never hold together, and which hold whenever others do.

Both answers are careful: "yes" is a proof, "no" may only mean that these few rules see none.
"""

from collections.abc import Iterable, Sequence
from datetime import time

from bot.playbook.parts import Condition
from bot.rules.numbers import finite, fold, fold_within, number_in
from bot.rules.values import CLOCK, SEGMENT, Value

Asked = tuple[str, Condition]
MISSING = Value()


def contradiction(asked: Iterable[Asked]) -> str | None:
    """The field or clock that would have to be two things at once."""
    return next((key for key, conditions in by_key(asked).items() if contradict(key, conditions)), None)


def covers(earlier: Iterable[Asked], later: dict[str, list[Condition]]) -> bool:
    """Whether every lead that meets all of `later` (as of `by_key`) meets all of `earlier` too."""
    return all(implied(key, condition, later.get(key, [])) for key, condition in earlier)


def by_key(asked: Iterable[Asked]) -> dict[str, list[Condition]]:
    found: dict[str, list[Condition]] = {}
    for key, condition in asked:
        found.setdefault(key, []).append(condition)
    return found


def contradict(key: str, conditions: Sequence[Condition]) -> bool:
    if key == SEGMENT:
        return False  # a lead can be in several
    values = possible(key, conditions)
    if values is not None:
        return not any(meets(value, conditions) for value in values)
    least, most = bounds(conditions)
    return least > most


def implied(key: str, condition: Condition, known: Sequence[Condition]) -> bool:
    """Whether `condition` holds for every value that meets all the `known` ones."""
    if key == SEGMENT:
        return condition in known
    values = possible(key, known, condition)
    if values is not None:
        return all(condition.check(value) for value in values if meets(value, known))
    return implied_openly(condition, known)


def implied_openly(condition: Condition, known: Sequence[Condition]) -> bool:
    """The same where the known conditions leave endlessly many values."""
    least, most = bounds(known)
    if condition.at_least is not None:
        return least >= condition.at_least
    if condition.at_most is not None:
        return most <= condition.at_most
    if condition.exists:
        return not meets(MISSING, known)
    if condition.contains is not None:
        needle = fold_within(condition.contains)
        return any(needle in fold_within(one.contains) for one in known if one.contains is not None)
    if condition.is_not is not None:
        return not any(meets(value, known) for option in condition.is_not for value in readings(option))
    return False


def possible(key: str, known: Sequence[Condition], asked: Condition | None = None) -> list[Value] | None:
    """Values among which every value that meets the known conditions behaves like one; none if there is no list."""
    if key.startswith(CLOCK):
        return moments([*known, asked] if asked else known)
    if any(one.exists is False for one in known):
        return [MISSING]
    options = next((one.is_one_of for one in known if one.is_one_of is not None), None)
    return None if options is None else [value for option in options for value in readings(option)]


def moments(conditions: Sequence[Condition]) -> list[Value]:
    """Between two of these no clock condition changes its answer."""
    turns = {time(0), *(turn for one in conditions for turn in one.between or ())}
    return [Value(weekday=day, clock=turn) for day in range(7) for turn in sorted(turns)]


def readings(option: str) -> list[Value]:
    """A lead can have an option as a text or as a number: "1.125" is 1,125, and 1.125 is not."""
    text = fold(option)
    found = [Value(text, number_in(text))]
    try:
        return [*found, Value(text, finite(float(text)))]
    except ValueError:
        return found


def meets(value: Value, conditions: Sequence[Condition]) -> bool:
    return all(condition.check(value) for condition in conditions)


def bounds(conditions: Sequence[Condition]) -> tuple[float, float]:
    least = max((one.at_least for one in conditions if one.at_least is not None), default=float("-inf"))
    most = min((one.at_most for one in conditions if one.at_most is not None), default=float("inf"))
    return least, most
