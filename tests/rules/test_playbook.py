"""The team's policy file: every kind of mistake is reported by key and line, all at once."""

from datetime import time
from pathlib import Path

import pytest

from bot.playbook import PlaybookError, read_playbook
from tests.factories import PLAYBOOK

GOOD = """\
[hours]
days = ["mon", "tue"]
starts = 08:30:00
ends = 17:00:00

[claims]
window_minutes = 30

[reminders]
digest_at = 08:00:00

[[stages]]
name = "new"

[[stages]]
name = "won"
kind = "won"

[[stages]]
name = "lost"
kind = "lost"

[[teams]]
name = "smb"
channel = "#leads-smb"

[[routes]]
name = "plan"
team = "smb"
when = [{ field = "fields.plan", is = ["pro"] }]

[[routes]]
name = "the rest"
team = "smb"
"""

# What is changed in the good file -> the place that is named, and words of the complaint.
MISTAKES = {
    "an unknown key": ("starts = 08:30:00", "opens = 08:30:00", "line 3, hours.opens", "Extra inputs"),
    "a number for a time": ("starts = 08:30:00", "starts = 9", "line 3, hours.starts", "like 09:00:00"),
    "a time with a zone": ("starts = 08:30:00", 'starts = "08:30Z"', "line 3, hours.starts", "like 09:00:00"),
    "an unknown table": (
        "[reminders]\ndigest_at = 08:00:00",
        "[remainders]\nat = 1",
        "line 9, remainders",
        "Extra inputs",
    ),
    "an unknown weekday": ('"mon", "tue"', '"mon", "tuesday"', "line 2, hours.days.2", "'mon'"),
    "no weekday": ('"mon", "tue"', "", "line 1, hours", "at least one day"),
    "hours that end before they start": ("17:00:00", "08:00:00", "line 1, hours", "an end after their start"),
    "a time that is none": ("starts = 08:30:00", 'starts = "early"', "line 3, hours.starts", "time"),
    "a window of no time": (
        "window_minutes = 30",
        "window_minutes = 0",
        "line 7, claims.window_minutes",
        "greater than",
    ),
    "a window beyond a day": (
        "window_minutes = 30",
        "window_minutes = 9999",
        "line 7, claims.window_minutes",
        "less than",
    ),
    "a stage without a name": ('name = "lost"\n', "", "line 19, stages.3.name", "required"),
    "a stage with a bad name": ('name = "lost"', 'name = "Not Now"', "line 20, stages.3.name", "pattern"),
    "an unknown kind of stage": (
        'kind = "lost"',
        'kind = "maybe"',
        "line 21, stages.3.kind",
        "'open', 'won' or 'lost'",
    ),
    "a channel without its #": ('"#leads-smb"', '"leads-smb"', "line 25, teams.1.channel", "pattern"),
    "a condition that asks nothing": (', is = ["pro"]', "", "line 30, routes.1.when.1", "exactly one of"),
    "a condition that asks twice": (
        'is = ["pro"]',
        'is = ["pro"], at_least = 1',
        "line 30, routes.1.when.1",
        "exactly one",
    ),
    "a condition on an unknown field": (
        "fields.plan",
        "plan",
        "line 30, routes.1.when.1",
        "'plan' is not a lead's field",
    ),
    "no stage that is won": ('kind = "won"', "", "the whole file", "no stage of kind 'won'"),
    "no stage that is lost": ('kind = "lost"', "", "the whole file", "no stage of kind 'lost'"),
    "a first stage that is closed": (
        'name = "new"',
        'name = "new"\nkind = "lost"',
        "the whole file",
        "first stage must be open",
    ),
    "a stage that is there twice": ('name = "lost"', 'name = "won"', "the whole file", "'won' is there twice"),
    "a route to an unknown team": (
        'name = "the rest"\nteam = "smb"',
        'name = "the rest"\nteam = "x"',
        "the whole file",
        "unknown team 'x'",
    ),
    "a last route with conditions": (
        '[[routes]]\nname = "the rest"\nteam = "smb"\n',
        "",
        "the whole file",
        "last route must have no conditions",
    ),
    "a route that nothing reaches": (
        'when = [{ field = "fields.plan", is = ["pro"] }]',
        "",
        "the whole file",
        "nothing after 'plan'",
    ),
    "too few stages": ('[[stages]]\nname = "won"\nkind = "won"\n', "", "line 12, stages", "at least 3"),
    "more stages than a report has columns": (
        "[[teams]]",
        '[[stages]]\nname = "s%d"\n',
        "line 12, stages",
        "at most 18",
    ),
}


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "playbook.toml"
    path.write_text(text, encoding="utf-8")
    return path


def complaint(path: Path) -> str:
    with pytest.raises(PlaybookError) as refused:
        read_playbook(path)
    return str(refused.value)


def test_the_shipped_playbook_is_valid() -> None:
    playbook = read_playbook(PLAYBOOK)
    assert playbook.first_stage.name == "new"
    assert [team.name for team in playbook.teams] == ["smb", "enterprise"]


def test_what_the_file_says_is_what_counts(tmp_path: Path) -> None:
    playbook = read_playbook(written(tmp_path, GOOD))
    assert playbook.hours.rule().days == frozenset({0, 1})
    assert playbook.hours.starts == time(8, 30)
    assert playbook.claims.window_minutes == 30
    assert playbook.reminders.digest_at == time(8)


@pytest.mark.parametrize("kind", MISTAKES)
def test_a_mistake_is_reported_with_its_place(tmp_path: Path, kind: str) -> None:
    good, bad, place, words = MISTAKES[kind]
    assert good in GOOD
    if "%d" in bad:
        bad = "".join(bad % number for number in range(20)) + good
    told = complaint(written(tmp_path, GOOD.replace(good, bad, 1)))
    assert place in told
    assert words in told


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    bad = GOOD.replace("window_minutes = 30", "window_minutes = 0").replace('"#leads-smb"', '"leads smb"')
    told = complaint(written(tmp_path, bad))
    assert "claims.window_minutes" in told
    assert "teams.1.channel" in told


def test_mistakes_of_the_whole_are_told_together(tmp_path: Path) -> None:
    bad = GOOD.replace('kind = "won"', "").replace('name = "the rest"\nteam = "smb"', 'name = "the rest"\nteam = "x"')
    told = complaint(written(tmp_path, bad))
    assert "no stage of kind 'won'" in told
    assert "unknown team 'x'" in told


@pytest.mark.parametrize("text", ["not toml at all", "[hours]", 'a = "\\q"', "[[stages]]\n[[stages]", ""])
def test_a_file_that_is_no_playbook_is_refused_with_its_name(tmp_path: Path, text: str) -> None:
    assert "playbook.toml" in complaint(written(tmp_path, text))


def test_a_syntax_error_names_its_line(tmp_path: Path) -> None:
    assert "line 2" in complaint(written(tmp_path, "[hours]\nstarts == 9\n"))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert "nowhere.toml cannot be read" in complaint(tmp_path / "nowhere.toml")


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "playbook.toml"
    path.write_bytes(GOOD.encode() + b"# caf\xe9\n")
    assert "not valid TOML" in complaint(path)
