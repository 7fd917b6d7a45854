"""The team's sales policy as data: `playbook.toml`, checked as a whole before anything starts."""

import tomllib
from datetime import time
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.rules.calendar import DAY_NAMES, WorkingHours

LEAD_FIELDS = (
    "name", "email", "phone", "company", "title", "country", "source", "campaign", "message",
)  # fmt: skip


class PlaybookError(Exception):
    """The playbook cannot be used; the message lists every mistake with its place."""


def on_the_wall(at: time) -> time:
    """Numbers and texts with a zone can be read as times too, but no wall clock shows them."""
    if at.tzinfo is not None:
        raise ValueError("write a time of day without a zone, like 09:00:00")
    return at


WallTime = Annotated[time, AfterValidator(on_the_wall)]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Hours(Part):
    days: tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...] = ("mon", "tue", "wed", "thu", "fri")
    starts: WallTime = time(9)
    ends: WallTime = time(18)

    @model_validator(mode="after")
    def ends_after_it_starts(self) -> Self:
        if self.ends <= self.starts or not self.days:
            raise ValueError("working hours need at least one day and an end after their start")
        return self

    def rule(self) -> WorkingHours:
        return WorkingHours(self.starts, self.ends, frozenset(DAY_NAMES.index(day) for day in self.days))


class Claims(Part):
    window_minutes: Annotated[int, Field(ge=1, le=1440)] = 15


class Reminders(Part):
    digest_at: WallTime = time(9)


class Stage(Part):
    name: Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[a-z][a-z0-9-]*$")]
    kind: Literal["open", "won", "lost"] = "open"
    means: Annotated[str, Field(max_length=150)] = ""


class Team(Part):
    name: Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[a-z][a-z0-9-]*$")]
    channel: Annotated[str, Field(pattern=r"^(#[^\s#]{1,79}|[CG][A-Z0-9]+)$")]


class Condition(Part):
    field: str
    is_one_of: tuple[str, ...] = Field(default=(), alias="is")
    contains: str | None = None
    at_least: float | None = None

    @model_validator(mode="after")
    def asks_one_thing(self) -> Self:
        asked = sum([bool(self.is_one_of), self.contains is not None, self.at_least is not None])
        if asked != 1:
            raise ValueError("a condition asks exactly one of: is, contains, at_least")
        if self.field not in LEAD_FIELDS and not self.field.startswith("fields."):
            raise ValueError(f"'{self.field}' is not a lead's field; use one of {', '.join(LEAD_FIELDS)} or fields.…")
        return self


class RouteRule(Part):
    name: Annotated[str, Field(min_length=1, max_length=120)]
    team: str
    when: tuple[Condition, ...] = ()


class Playbook(Part):
    """The whole policy. The first stage is where leads begin; the last route takes whatever is left."""

    hours: Hours = Hours()
    claims: Claims = Claims()
    reminders: Reminders = Reminders()
    # A table in Slack has 20 columns; the pipeline report needs two of them besides the stages.
    stages: Annotated[tuple[Stage, ...], Field(min_length=3, max_length=18)]
    teams: Annotated[tuple[Team, ...], Field(min_length=1)]
    routes: Annotated[tuple[RouteRule, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def holds_together(self) -> Self:
        mistakes = [*self._stage_mistakes(), *self._route_mistakes()]
        if mistakes:
            raise ValueError("; ".join(mistakes))
        return self

    def _stage_mistakes(self) -> list[str]:
        kinds = [stage.kind for stage in self.stages]
        mistakes = [f"stages: there is no stage of kind '{kind}'" for kind in ("won", "lost") if kind not in kinds]
        if kinds[0] != "open":
            mistakes.append("stages: the first stage must be open, because leads begin there")
        return mistakes + [f"stages: '{name}' is there twice" for name in twice([s.name for s in self.stages])]

    def _route_mistakes(self) -> list[str]:
        known = [team.name for team in self.teams]
        mistakes = [f"teams: '{name}' is there twice" for name in twice(known)]
        mistakes += [f"routes: '{r.name}' names an unknown team '{r.team}'" for r in self.routes if r.team not in known]
        if self.routes[-1].when:
            mistakes.append("routes: the last route must have no conditions, or some leads would go nowhere")
        mistakes += [
            f"routes: nothing after '{rule.name}' can ever be reached" for rule in self.routes[:-1] if not rule.when
        ]
        return mistakes

    def stage(self, name: str) -> Stage | None:
        return next((stage for stage in self.stages if stage.name == name.casefold()), None)

    @property
    def first_stage(self) -> Stage:
        return self.stages[0]


def twice(names: list[str]) -> list[str]:
    return sorted({name for name in names if names.count(name) > 1})


def read_playbook(path: Path) -> Playbook:
    """Read and check the file.

    Raises:
        PlaybookError: with every mistake, by key and, where it can be told, by line.
    """
    try:
        source = path.read_text(encoding="utf-8")
        return Playbook.model_validate(tomllib.loads(source))
    except OSError as error:
        raise PlaybookError(f"{path} cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PlaybookError(f"{path} is not valid TOML: {error}") from error
    except ValidationError as error:
        mistakes = [mistake(tuple(e["loc"]), e["msg"], source) for e in error.errors()]
        raise PlaybookError(f"{path} has {len(mistakes)} mistake(s):\n" + "\n".join(mistakes)) from error


def mistake(location: tuple[int | str, ...], message: str, source: str) -> str:
    key = ".".join(str(part + 1) if isinstance(part, int) else part for part in location) or "the whole file"
    line = line_of(location, source)
    place = f"line {line}, {key}" if line else key
    return f"  {place}: {message.removeprefix('Value error, ')}"


def line_of(location: tuple[int | str, ...], source: str) -> int | None:
    """The line where that key stands: its table's header, or the key itself below the header."""
    if not location:
        return None
    table, *rest = location
    number = 0
    if rest and isinstance(rest[0], int):
        number, rest = rest[0], rest[1:]
    lines = source.splitlines()
    headers = [i for i, line in enumerate(lines) if line.strip() in (f"[[{table}]]", f"[{table}]")]
    if len(headers) <= number:
        return None
    start = headers[number]
    key = str(rest[0]) if rest else ""
    for i, line in enumerate(lines[start + 1 :], start + 1):
        if line.lstrip().startswith("["):
            break
        if key and line.split("=")[0].strip() == key:
            return i + 1
    return start + 1
