"""The team's sales policy as data: `playbook.toml`, checked as a whole before anything starts."""

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, PrivateAttr, ValidationError, model_validator
from pydantic_core import ErrorDetails

from bot.playbook.fields import CustomField, field_mistakes
from bot.playbook.lines import Place, key_lines, line_of
from bot.playbook.lint import name_mistakes, route_mistakes, stage_mistakes
from bot.playbook.matching import Committee, Matching, Scrub
from bot.playbook.parts import (
    PASS_REASONS,
    Caps,
    Claims,
    Condition,
    Hours,
    Mode,
    Part,
    PassReason,
    Response,
    RouteRule,
    Routing,
    Stage,
    Step,
    Team,
    refusal,
    steps_of,
)
from bot.playbook.pipeline import Closing
from bot.playbook.reminders import FollowUps, ReminderRule, Reminders
from bot.playbook.reports import Reporting
from bot.playbook.scoring import Scoring
from bot.playbook.sequences import Contact, Meetings, Sequence, sequence_mistakes
from bot.rules.stages import need_mistakes

__all__ = [
    "PASS_REASONS", "Caps", "Claims", "Condition", "FollowUps", "Hours", "Mode", "PassReason", "Playbook",
    "PlaybookError", "ReminderRule", "Reminders", "Response", "RouteRule", "Routing", "Stage", "Step", "Team",
    "empty_pools", "parse_playbook", "read_playbook",
]  # fmt: skip


class PlaybookError(Exception):
    """The playbook cannot be used; the message lists every mistake with its place."""


class Playbook(Part):
    """The whole policy. The first stage is where leads begin; the last route takes whatever is left."""

    hours: Hours = Hours()
    claims: Claims = Claims()
    reminders: Reminders = Reminders()
    follow_ups: FollowUps = FollowUps()
    routing: Routing = Routing()
    fields: Annotated[tuple[CustomField, ...], Field(max_length=50)] = ()
    matching: Matching = Matching()
    committee: Committee = Committee()
    scoring: Scoring = Scoring()
    closing: Closing = Closing()
    scrub: Scrub = Scrub()
    reports: Reporting = Reporting()
    contact: Contact = Contact()
    meetings: Meetings = Meetings()
    sequences: Annotated[tuple[Sequence, ...], Field(max_length=50)] = ()
    # Ten choices can still be taken in at a glance.
    pass_reasons: Annotated[tuple[PassReason, ...], Field(min_length=1, max_length=10)] = PASS_REASONS
    # A table in Slack has 20 columns; the pipeline report needs two of them besides the stages.
    stages: Annotated[tuple[Stage, ...], Field(min_length=3, max_length=18)]
    teams: Annotated[tuple[Team, ...], Field(min_length=1)]
    routes: Annotated[tuple[RouteRule, ...], Field(min_length=1, max_length=500)]
    _lines: Mapping[Place, int] = PrivateAttr(default_factory=dict)

    @model_validator(mode="after")
    def holds_together(self) -> Self:
        mistakes = [
            *stage_mistakes(self.stages),
            *need_mistakes(
                self.stages, [one.name for one in self.fields], [one.name for one in self.scoring.questions]
            ),
            *name_mistakes(self.teams, self.pass_reasons, self.steps),
            *field_mistakes(self.fields),
            *route_mistakes(self.steps, self.teams),
            *sequence_mistakes(self.sequences, frozenset(one.name for one in self.stages)),
        ]
        if mistakes:
            raise refusal("Playbook", mistakes)
        return self

    def stage(self, name: str) -> Stage | None:
        return next((stage for stage in self.stages if stage.name == name.casefold()), None)

    def sequence(self, name: str) -> Sequence | None:
        """None for one that the playbook does not have any more."""
        return next((one for one in self.sequences if one.name == name), None)

    def team(self, name: str) -> Team:
        """What holds for the team of that name; the usual, for one that the playbook does not name any more:
        it may still have leads."""
        return self._teams_by_name.get(name) or Team(name=name, channel=f"#{name}")

    def place_of(self, place: Place) -> str:
        """Its line and key, as far as they are known: "line 25, teams.1.channel"."""
        return described(place, self._lines)

    @property
    def first_stage(self) -> Stage:
        return self.stages[0]

    @property
    def report_zone(self) -> str:
        """By whose calendar reports count days and months."""
        return self.reports.zone or self.teams[0].zone

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The routes, ready for use."""
        return steps_of(self.routes, self.teams)

    @cached_property
    def version(self) -> str:
        """A fingerprint of the policy: the same for the same rules, however they are spaced and commented."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:16]

    @cached_property
    def counts_load(self) -> bool:
        """Whether some leads go to whoever is least busy."""
        return any(step.mode == "least busy" for step in self.steps)

    @cached_property
    def _teams_by_name(self) -> dict[str, Team]:
        return {team.name: team for team in self.teams}


def read_playbook(path: Path) -> Playbook:
    """Read and check the file.

    Raises:
        PlaybookError: with every mistake, by key and, where it can be told, by line.
    """
    try:
        return parse_playbook(path.read_text(encoding="utf-8"), str(path))
    except OSError as error:
        raise PlaybookError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise PlaybookError(f"{path} is not valid TOML: {error}") from error


def parse_playbook(text: str, name: str) -> Playbook:
    """Read and check a playbook that is written in `text`; `name` is what complaints call it.

    Raises:
        PlaybookError: with every mistake, by key and, where it can be told, by line.
    """
    try:
        values = tomllib.loads(text)
        lines = key_lines(text)
    except tomllib.TOMLDecodeError as error:
        raise PlaybookError(f"{name} is not valid TOML: {error}") from error
    except RecursionError as error:
        raise PlaybookError(f"{name} has brackets within brackets too deeply to be read.") from error
    try:
        playbook = Playbook.model_validate(values)
    except ValidationError as error:
        mistakes = [f"  {described(tuple(one['loc']), lines)}: {complaint(one)}" for one in own_mistakes(error)]
        raise PlaybookError(f"{name} has {len(mistakes)} mistake(s):\n" + "\n".join(mistakes)) from error
    playbook._lines = lines
    return playbook


def described(place: Place, lines: Mapping[Place, int]) -> str:
    """People count from one."""
    key = ".".join(str(part + 1) if isinstance(part, int) else part for part in place) or "the whole file"
    line = line_of(place, lines)
    return f"line {line}, {key}" if line else key


def own_mistakes(error: ValidationError) -> list[ErrorDetails]:
    """Without what only follows from another mistake: a list that is too short because its one part is refused."""
    details = error.errors()
    above = {one["loc"][:length] for one in details for length in range(len(one["loc"]))}
    return [
        one
        for one in details
        if one["type"] != "default_factory_not_called" and not (one["type"] == "too_short" and one["loc"] in above)
    ]


def complaint(error: ErrorDetails) -> str:
    """One mistake in words."""
    if error["type"] == "missing":
        return "this key is required"
    if error["type"] == "extra_forbidden":
        close = get_close_matches(str(error["loc"][-1]), sorted(set(known_keys(Part))), n=1)
        return "there is no such key here" + (f"; did you mean '{close[0]}'?" if close else "")
    return str(error["msg"]).removeprefix("Value error, ")


def known_keys(part: type[Part]) -> Iterator[str]:
    for one in part.__subclasses__():
        yield from (field.alias or name for name, field in one.model_fields.items())


def empty_pools(playbook: Playbook, skills_by_team: Mapping[str, list[frozenset[str]]]) -> list[str]:
    """A sentence for every route whose team has people, but nobody with all that the route needs.

    `skills_by_team` has, for each team's name, what each of its reps has and speaks, in lower case.
    """
    found = []
    for number, rule in enumerate(playbook.routes):
        pool = skills_by_team.get(rule.team, [])
        if pool and not any(rule.needs <= skills for skills in pool):
            wanted = ", ".join(sorted(rule.needs))
            where = playbook.place_of(("routes", number))
            found.append(f"{where}: nobody in team {rule.team} has all that '{rule.name}' needs: {wanted}.")
    return found
