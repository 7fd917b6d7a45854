"""Working hours as people write them."""

import pytest

from bot.rules.hours import UnclearHoursError, read_hours

WEEK = ["mon", "tue", "wed", "thu", "fri"]


@pytest.mark.parametrize(
    ("words", "days", "starts", "ends"),
    [
        ("mon-fri 9:00-17:00", WEEK, "09:00", "17:00"),
        ("Monday - Friday 9 - 17", WEEK, "09:00", "17:00"),
        ("mon,wed 8-12:30", ["mon", "wed"], "08:00", "12:30"),
        ("mon-wed, fri 08:15 to 16:45", ["mon", "tue", "wed", "fri"], "08:15", "16:45"),
        ("sat 10-14", ["sat"], "10:00", "14:00"),
        ("fri-mon 0:00-23:59", ["mon", "fri", "sat", "sun"], "00:00", "23:59"),
    ],
)
def test_days_and_times_are_read(words: str, days: list[str], starts: str, ends: str) -> None:
    assert read_hours(words) == {"days": days, "starts": starts, "ends": ends}


@pytest.mark.parametrize(
    "words",
    ["", "always", "mon-fri", "9-17", "mon-fri 17-9", "mon-fri 9-9", "mon-fri 9-25", "mon-fri 9:75-17", "mon-x 9-17",
     "weekend 9-17", "mon-fri 9-17 sharp", "mo 9-17", "mon--fri 9-17", ", 9-17", "9" * 99],
)  # fmt: skip
def test_what_names_no_hours_is_refused_with_an_example(words: str) -> None:
    with pytest.raises(UnclearHoursError, match="Try mon-fri"):
        read_hours(words)
