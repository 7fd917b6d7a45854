"""The team's policy file: what it may say, and every kind of mistake reported by key and line, all at once."""

import re
import tomllib
from collections.abc import Iterator
from datetime import time
from pathlib import Path

import pytest

from bot.playbook.parts import Part
from bot.playbook.playbook import Caps, Condition, Playbook, PlaybookError, empty_pools, parse_playbook, read_playbook
from bot.playbook.reminders import Reminders
from bot.rules.values import NOUNS
from tests.factories import PLAYBOOK

DOCUMENT = PLAYBOOK.parent / "docs" / "playbook.md"

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
caps = { day = 10, offers = 5 }
response = { remind = 30, manager = 120 }

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
    "an unknown key": ("starts = 08:30:00", "opens = 08:30:00", "line 3, hours.opens", "no such key here"),
    "a number for a time": ("starts = 08:30:00", "starts = 9", "line 3, hours.starts", "like 09:00:00"),
    "a time with a zone": ("starts = 08:30:00", 'starts = "08:30Z"', "line 3, hours.starts", "like 09:00:00"),
    "an unknown table": (
        "[reminders]\ndigest_at = 08:00:00",
        "[remainders]\nat = 1",
        "line 9, remainders",
        "did you mean 'reminders'",
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
    "a stage with a bad name": ('name = "lost"', 'name = "Not Now"', "line 20, stages.3.name", "small letters"),
    "an unknown kind of stage": (
        'kind = "lost"',
        'kind = "maybe"',
        "line 21, stages.3.kind",
        "'open', 'won' or 'lost'",
    ),
    "a channel without its #": ('"#leads-smb"', '"leads-smb"', "line 25, teams.1.channel", "#its-name"),
    "a condition that asks nothing": (', is = ["pro"]', "", "line 32, routes.1.when.1", "exactly one of"),
    "a condition that asks twice": (
        'is = ["pro"]',
        'is = ["pro"], at_least = 1',
        "line 32, routes.1.when.1",
        "exactly one",
    ),
    "a condition on an unknown field": (
        "fields.plan",
        "plan",
        "line 32, routes.1.when.1.field",
        "'plan' is not a lead's field",
    ),
    "no stage that is won": ('kind = "won"', "", "line 12, stages", "no stage of kind 'won'"),
    "no stage that is lost": ('kind = "lost"', "", "line 12, stages", "no stage of kind 'lost'"),
    "a first stage that is closed": (
        'name = "new"',
        'name = "new"\nkind = "lost"',
        "line 12, stages.1",
        "first stage must be open",
    ),
    "a stage that is there twice": ('name = "lost"', 'name = "won"', "line 20, stages.3.name", "'won' is there twice"),
    "a route to an unknown team": (
        'name = "the rest"\nteam = "smb"',
        'name = "the rest"\nteam = "x"',
        "line 36, routes.2.team",
        "unknown team 'x'",
    ),
    "a last route with conditions": (
        '[[routes]]\nname = "the rest"\nteam = "smb"\n',
        "",
        "line 29, routes.1",
        "last route must have no conditions",
    ),
    "a route that nothing reaches": (
        'when = [{ field = "fields.plan", is = ["pro"] }]',
        "",
        "line 34, routes.2",
        "'plan' before it takes all",
    ),
    "a team that is there twice": (
        "[[routes]]",
        '[[teams]]\nname = "smb"\nchannel = "#b"\n[[routes]]',
        "line 30, teams.2.name",
        "'smb' is there twice",
    ),
    "a route that is there twice": ('"the rest"', '"Plan"', "line 35, routes.2.name", "'Plan' is there twice"),
    "an unknown mode": (
        'channel = "#leads-smb"',
        'channel = "#leads-smb"\nmode = "random"',
        "line 26, teams.1.mode",
        "'offer'",
    ),
    "an unknown zone": (
        'channel = "#leads-smb"',
        'channel = "#leads-smb"\nzone = "Berlin"',
        "line 26, teams.1.zone",
        "no time zone 'Berlin'",
    ),
    "a folder of zones": (
        'channel = "#leads-smb"',
        'channel = "#leads-smb"\nzone = "Europe"',
        "line 26, teams.1.zone",
        "no time zone 'Europe'",
    ),
    "an unknown calendar": (
        "ends = 17:00:00",
        'ends = 17:00:00\nholidays = "DE-XX"',
        "line 5, hours.holidays",
        "no holiday calendar 'DE-XX'",
    ),
    "make-up without its absence": (
        'channel = "#leads-smb"',
        'channel = "#leads-smb"\nmake_up = 2',
        "line 26, teams.1.make_up",
        'absence = "capped"',
    ),
    "a cap of nothing": ("day = 10", "day = 0", "line 26, teams.1.caps.day", "greater than"),
    "an unknown cap": ("day = 10", "daily = 10", "line 26, teams.1.caps.daily", "no such key"),
    "steps of response that go back": (
        "manager = 120",
        "manager = 30",
        "line 27, teams.1.response.manager",
        "after 'remind'",
    ),
    "a step that goes back over one left out": (
        "manager = 120",
        "next = 20",
        "line 27, teams.1.response.next",
        "after 'remind'",
    ),
    "a witness that is no channel": (
        'channel = "#leads-smb"',
        'channel = "#leads-smb"\nwitness = "seals"',
        "line 26, teams.1.witness",
        "#its-name",
    ),
    "a reason that is there twice": (
        "[reminders]",
        '[[pass_reasons]]\nname = "Busy"\n[[pass_reasons]]\nname = "busy"\n[reminders]',
        "line 12, pass_reasons.2.name",
        "'busy' is there twice",
    ),
    "too many reasons": (
        "[reminders]",
        '[[pass_reasons]]\nname = "r%d"\n',
        "line 9, pass_reasons",
        "at most 10",
    ),
    "a reason of spaces": ("[reminders]", '[[pass_reasons]]\nname = " "\n[reminders]', "line 10", "needs a name"),
    "a word for yes": (
        "[reminders]",
        '[routing]\nexisting_owner = "sure"\n[reminders]',
        "line 10, routing.existing_owner",
        "valid boolean",
    ),
    "a fallback that needs a skill": (
        'name = "the rest"\n',
        'name = "the rest"\nskills = ["x"]\n',
        "line 36, routes.2.skills",
        "must not ask for skills",
    ),
    "a list without options": ('["pro"]', "[]", "line 32, routes.1.when.1.is", "at least 1"),
    "a blank option": ('["pro"]', '["pro", " "]', "line 32, routes.1.when.1.is.2", "matches nothing"),
    "a text for a number": ('is = ["pro"]', 'at_least = "many"', "line 32, routes.1.when.1.at_least", "number"),
    "an endless number": ('is = ["pro"]', "at_least = inf", "line 32, routes.1.when.1.at_least", "finite"),
    "a language with its region": (
        '"fields.plan", is = ["pro"]',
        '"language", is = ["de", "de-AT"]',
        "line 32, routes.1.when.1.is.2",
        "read as 'de'",
    ),
    "an account with its legal form": (
        '"fields.plan", is = ["pro"]',
        '"account", is_not = ["Acme GmbH"]',
        "line 32, routes.1.when.1.is_not.1",
        "read as 'acme'",
    ),
    "a clock that is asked for its text": (
        '"fields.plan", is = ["pro"]',
        '"time", is = ["noon"]',
        "line 32, routes.1.when.1",
        "between, days or both",
    ),
    "a clock that is asked nothing": (
        '"fields.plan", is = ["pro"]',
        '"time"',
        "line 32, routes.1.when.1",
        "between, days or both",
    ),
    "a field that is asked for its days": (
        'is = ["pro"]',
        'is = ["pro"], days = ["sat"]',
        "line 32, routes.1.when.1.days",
        'only field = "time"',
    ),
    "a time of no length": (
        '"fields.plan", is = ["pro"]',
        '"time", between = ["09:00", "09:00"]',
        "line 32, routes.1.when.1.between",
        "starts when it ends",
    ),
    "a time with a start alone": (
        '"fields.plan", is = ["pro"]',
        '"time", between = ["09:00"]',
        "line 32, routes.1.when.1.between",
        "required",
    ),
    "a clock in an unknown zone": (
        '"fields.plan", is = ["pro"]',
        '"time", days = ["sat"], zone = "Mars"',
        "line 32, routes.1.when.1.zone",
        "no time zone 'Mars'",
    ),
    "conditions that contradict": (
        'is = ["pro"] }',
        'at_least = 10 }, { field = "fields.plan", at_most = 5 }',
        "line 32, routes.1.when",
        "'plan' can never match",
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


def test_brackets_without_end_are_refused(tmp_path: Path) -> None:
    assert "brackets within brackets" in complaint(written(tmp_path, "a = " + "[" * 5000))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert "nowhere.toml cannot be read" in complaint(tmp_path / "nowhere.toml")


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "playbook.toml"
    path.write_bytes(GOOD.encode() + b"# caf\xe9\n")
    assert "not valid TOML" in complaint(path)


def test_a_draft_is_read_from_its_text_and_called_by_its_name() -> None:
    assert parse_playbook(GOOD, "Dana's draft").team("smb").channel == "#leads-smb"
    with pytest.raises(PlaybookError, match=r"^Dana's draft has 1 mistake\(s\):\n  line 24, teams.1.name: "):
        parse_playbook(GOOD.replace('name = "smb"', 'name = "SMB"'), "Dana's draft")


def test_what_is_left_out_has_its_default() -> None:
    playbook = parse_playbook(GOOD.replace("caps = { day = 10, offers = 5 }\nresponse = ", "#"), "x")
    team = playbook.team("smb")
    assert (team.mode, team.zone, team.absence, team.make_up_cap, team.witness) == (
        "offer",
        "UTC",
        "none",
        0,
        "#leads-smb",
    )
    assert set(team.caps.model_dump().values()) == {None, "rolling"}
    assert set(team.response.model_dump().values()) == {None}
    assert playbook.routing.existing_owner
    assert (playbook.claims.lapses_before_set_aside, playbook.claims.rejects_before_manager) == (3, 2)
    assert [(reason.name, reason.returns_turn) for reason in playbook.pass_reasons] == [
        ("not my territory", True), ("bad data", True), ("conflict of interest", True), ("duplicate", True),
        ("too busy", False), ("not a fit for me", False),
    ]  # fmt: skip


def test_what_a_team_sets_counts() -> None:
    more = """mode = "auto"
zone = "Europe/Berlin"
absence = "capped"
make_up = 4
witness = "#seals"
caps = { hour = 3, day = 10, week = 40, open = 25, offers = 5, window = "calendar" }
response = { remind = 30, next = 480 }
"""
    whole = GOOD.replace("caps = { day = 10, offers = 5 }\nresponse = { remind = 30, manager = 120 }\n", more)
    team = parse_playbook(whole, "x").team("smb")
    assert (team.mode, team.zone, team.make_up_cap, team.witness) == ("auto", "Europe/Berlin", 4, "#seals")
    assert list(team.caps.model_dump().values()) == [3, 10, 40, 25, 5, "calendar"]
    assert (team.response.remind, team.response.manager, team.response.next) == (30, None, 480)


@pytest.mark.parametrize(("absence", "cap"), [("none", 0), ("keep place", 1), ("capped", 3)])
def test_at_most_so_many_leads_are_made_up(absence: str, cap: int) -> None:
    text = GOOD.replace('channel = "#leads-smb"', f'channel = "#leads-smb"\nabsence = "{absence}"')
    assert parse_playbook(text, "x").team("smb").make_up_cap == cap


def test_holidays_reach_the_working_hours() -> None:
    hours = parse_playbook(GOOD.replace("[claims]", 'holidays = "DE-BE"\n[claims]'), "x").hours
    assert hours.rule().holidays == "DE-BE"


def test_a_team_that_is_not_named_any_more_has_the_usual_rules() -> None:
    gone = parse_playbook(GOOD, "x").team("gone")
    assert (gone.mode, gone.make_up_cap, gone.caps) == ("offer", 0, Caps())


def test_a_copy_with_other_routes_routes_by_them() -> None:
    playbook = parse_playbook(GOOD, "x")
    assert len(playbook.steps) == 2
    assert len(playbook.model_copy(update={"routes": playbook.routes[1:]}).steps) == 1


NEEDY = GOOD.replace('name = "plan"\n', 'name = "plan"\nskills = ["Enterprise"]\nlanguages = ["de"]\n')


@pytest.mark.parametrize(
    ("pools", "is_told"),
    [
        ({"smb": [frozenset({"enterprise"}), frozenset({"de"})]}, True),
        ({"smb": [frozenset({"enterprise", "de", "fr"})]}, False),
        ({"smb": []}, False),
        ({}, False),
    ],
)
def test_a_route_that_nobody_of_its_team_can_serve_is_told_with_its_line(
    pools: dict[str, list[frozenset[str]]], is_told: bool
) -> None:
    told = empty_pools(parse_playbook(NEEDY, "x"), pools)
    wanted = "line 29, routes.1: nobody in team smb has all that 'plan' needs: de, enterprise."
    assert told == ([wanted] if is_told else [])


# The same mistake, a cap of 0 for the second team, in every way TOML lets it be written.
SPELLINGS = {
    "inline": '[[teams]]\nname = "a"\n[[teams]]\ncaps = { hour = 3, day = 0 }\n',
    "a table of its own": '[[teams]]\nname = "a"\n[[teams]]\n\n  [teams.caps]\n  day = 0\n',
    "dots": '[[teams]]\nname = "a"\n[[teams]]\n\ncaps.hour = 3\ncaps . "day" = 0\n',
    "a list": "teams = [\n  { name = 'a' }, # [[teams]]\n  { caps = { 'day' = 0 } },\n]\n",
    "after a long text": '[[teams]]\nname = """\n[[teams]]\nday = \\"""\n"""\n[[teams]]\ncaps.day = 0\n',
    "after brackets in texts": "[[teams]]\nname = ']}#'\n[[teams]] # [x]\ncaps = {day=0}\n",
    "with the line ends of Windows": '[[teams]]\r\nname = "a"\r\n[[teams]]\r\ncaps = { day = 0 }\r\n',
}


@pytest.mark.parametrize("kind", SPELLINGS)
def test_the_line_is_found_however_the_table_is_written(kind: str) -> None:
    text = SPELLINGS[kind]
    expected = next(n for n, line in enumerate(text.splitlines(), 1) if "day" in line and "0" in line)
    with pytest.raises(PlaybookError, match=rf"line {expected}, teams\.2\.caps\.day: "):
        parse_playbook(text, "x")


def test_each_condition_of_a_list_has_its_own_line() -> None:
    when = """when = [
  { field = "country", is = ["de"] },
  # a remark
  { field = "fields.plan", is = [
    "pro",
    5,
  ] },
]"""
    text = GOOD.replace('when = [{ field = "fields.plan", is = ["pro"] }]', when)
    with pytest.raises(PlaybookError, match=r"line 37, routes\.1\.when\.2\.is\.2: "):
        parse_playbook(text, "x")


def keys(part: type[Part], above: str = "") -> Iterator[str]:
    """Every key of the playbook with the table it stands in."""
    for name, field in part.model_fields.items():
        key = field.alias or name
        inner = next((one for one in Part.__subclasses__() if one.__name__ in str(field.annotation)), None)
        yield from keys(inner, f"{above}{key}.") if inner and inner is not Condition else [f"{above}{key}"]


def test_every_key_is_documented() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    found = list(keys(Playbook))
    assert {"teams.caps.day", "routes.when", "pass_reasons.returns_turn"} <= set(found)
    assert not [key for key in found if key not in text and f"`.{key.rpartition('.')[2]}`" not in text]
    questions = [field.alias or name for name, field in Condition.model_fields.items()]
    assert not [name for name in (*questions, *NOUNS) if f"`{name}" not in text]


def test_the_examples_of_the_document_are_valid() -> None:
    examples = re.findall(r"```toml\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    cadence, rule, fields, roles, times = examples
    assert Reminders.model_validate(tomllib.loads(cadence)["reminders"]) == Reminders(), "it shows the usual rules"
    shipped = PLAYBOOK.read_text(encoding="utf-8")
    assert "enterprise" in parse_playbook(shipped.replace("# The first route", f"{rule}\n#"), "x").routes[0].needs
    assert parse_playbook(GOOD + fields + roles, "x").committee.roles[1].name == "signs the contract"
    for line in times.splitlines():
        assert Condition.model_validate(tomllib.loads(f"one = {line}")["one"]).asks_the_time
