"""The parts of the playbook, each checked by itself: every mistake is a sentence about one key."""

import re
from collections.abc import Callable, Mapping
from datetime import time
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Any, Literal, NamedTuple, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from bot.rules.accounts import bare_company
from bot.rules.calendar import DAY_NAMES, WorkingHours, known_calendar
from bot.rules.cleaning.places import country_code
from bot.rules.numbers import fold, fold_within
from bot.rules.values import ANSWERS, CLOCK, EXTRA, LEAD_FIELDS, NOUNS, SEGMENT, Value, without_region

DAY_MINUTES = 1440
CLOCK_FIELD = "time"

_NAMED = re.compile(rf"({re.escape(EXTRA)}|{re.escape(ANSWERS)}).+")

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Mode = Literal["offer", "auto", "open", "least busy", "sticky"]
Place = tuple[int | str, ...]
Mistake = tuple[Place, str]


def refusal(title: str, mistakes: list[Mistake]) -> ValidationError:
    """Mistakes of a part as a whole, each with the place below it that is to blame."""
    details = [
        InitErrorDetails(type=PydanticCustomError("playbook", "{why}", {"why": why}), loc=place, input=None)
        for place, why in mistakes
    ]
    return ValidationError.from_exception_data(title, details)


def shaped(pattern: str, wanted: str) -> AfterValidator:
    """A text of that form; `wanted` tells how to write it instead."""

    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(wanted)
        return text

    return AfterValidator(check)


def on_the_wall(at: time) -> time:
    """Numbers and texts with a zone can be read as times too, but no wall clock shows them."""
    if at.tzinfo is not None:
        raise ValueError("write a time of day without a zone, like 09:00:00")
    return at


def zone_known(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"there is no time zone '{name}'; write one like Europe/Berlin or UTC") from error
    return name


def calendar_known(name: str) -> str:
    if not known_calendar(name):
        raise ValueError(f"there is no holiday calendar '{name}'; write it like FR, or DE-BE for a part of a country")
    return name


def not_blank(text: str) -> str:
    if not fold(text):
        raise ValueError("a blank text matches nothing; to ask whether there is a value at all, write exists")
    return text


WallTime = Annotated[time, AfterValidator(on_the_wall)]
Zone = Annotated[str, AfterValidator(zone_known)]
Word = Annotated[str, AfterValidator(not_blank)]
Words = Annotated[tuple[Word, ...], Field(min_length=1)]
Label = Annotated[str, Field(min_length=1, max_length=60)]
Need = Annotated[str, Field(max_length=40), shaped(r".*\S.*", "a skill needs a name")]
Number = Annotated[float, Field(allow_inf_nan=False)]
Count = Annotated[int, Field(ge=1, le=10_000)]
Minutes = Annotated[int, Field(ge=1, le=30 * DAY_MINUTES)]
Days = Annotated[int, Field(ge=1, le=365)]
Name = Annotated[
    str, shaped(r"[a-z][a-z0-9-]{0,39}", "write small letters, digits and hyphens, a letter first, at most 40")
]
Channel = Annotated[
    str, shaped(r"#[^\s#]{1,79}|[CG][A-Z0-9]+", "write a channel as #its-name, or as its id, like C0123456789")
]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy works out anew whatever was worked out from the old values."""
        copy = super().model_copy(update=update, deep=deep)
        for name in copy.__dict__.keys() - type(self).model_fields.keys():
            del copy.__dict__[name]
        return copy


class Hours(Part):
    days: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri")
    starts: WallTime = time(9)
    ends: WallTime = time(18)
    holidays: Annotated[str, AfterValidator(calendar_known)] | None = None

    @model_validator(mode="after")
    def ends_after_it_starts(self) -> Self:
        if self.ends <= self.starts or not self.days:
            raise ValueError("working hours need at least one day and an end after their start")
        return self

    def rule(self) -> WorkingHours:
        days = frozenset(DAY_NAMES.index(day) for day in self.days)
        return WorkingHours(self.starts, self.ends, days, self.holidays)


class Claims(Part):
    window_minutes: Annotated[int, Field(ge=1, le=DAY_MINUTES)] = 15
    lapses_before_set_aside: Annotated[int, Field(ge=1, le=100)] = 3  # in a row
    rejects_before_manager: Annotated[int, Field(ge=1, le=100)] = 2  # reps who say the lead itself is wrong


class Stage(Part):
    name: Name
    kind: Literal["open", "won", "lost"] = "open"
    means: Annotated[str, Field(max_length=150)] = ""
    follow_up_days: Days | None = None  # working days from one follow-up to the next, while a lead stands here
    stale_days: Days | None = None  # days without a word from either side until it counts as going stale
    needs: Annotated[tuple[str, ...], Field(max_length=20)] = ()  # what must be known of a lead to enter
    probability: Annotated[int, Field(ge=0, le=100)] | None = None  # percent that a deal is won from here

    @model_validator(mode="after")
    def is_certain_when_closed(self) -> Self:
        if self.kind != "open" and self.probability is not None:
            raise refusal("Stage", [(("probability",), f"a lead that is {self.kind} is certain; leave this out")])
        return self

    @model_validator(mode="after")
    def only_open_stages_go_on(self) -> Self:
        if self.kind != "open" and (self.follow_up_days or self.stale_days):
            key = "follow_up_days" if self.follow_up_days else "stale_days"
            raise refusal("Stage", [((key,), f"a lead that is {self.kind} needs no next step; leave this out")])
        return self


class PassReason(Part):
    """Why a rep does not take a lead. If it is the lead's fault, the rep's turn comes again."""

    name: Annotated[str, Field(max_length=75), shaped(r".*\S.*", "a reason needs a name")]  # Slack's choices hold 75
    returns_turn: StrictBool = False


PASS_REASONS = (
    PassReason(name="not my territory", returns_turn=True),
    PassReason(name="bad data", returns_turn=True),
    PassReason(name="conflict of interest", returns_turn=True),
    PassReason(name="duplicate", returns_turn=True),
    PassReason(name="too busy"),
    PassReason(name="not a fit for me"),
)


class Routing(Part):
    existing_owner: StrictBool = True


class Caps(Part):
    """How many leads one rep takes at most; none is no limit."""

    hour: Count | None = None
    day: Count | None = None
    week: Count | None = None
    open: Count | None = None  # leads that the rep owns and that are not closed
    offers: Count | None = None  # waiting for the rep's answer at one time
    window: Literal["rolling", "calendar"] = "rolling"


class Response(Part):
    """Working minutes without a first contact until something is done about it; none is never."""

    remind: Minutes | None = None
    manager: Minutes | None = None
    next: Minutes | None = None

    @model_validator(mode="after")
    def steps_increase(self) -> Self:
        steps = [(key, getattr(self, key)) for key in ("remind", "manager", "next") if getattr(self, key) is not None]
        mistakes: list[Mistake] = [
            ((later,), f"this step must come after '{earlier}', so be more than {least}")
            for (earlier, least), (later, minutes) in pairwise(steps)
            if minutes <= least
        ]
        if mistakes:
            raise refusal("Response", mistakes)
        return self


class Team(Part):
    name: Name
    channel: Channel
    mode: Mode = "offer"
    zone: Zone = "UTC"
    absence: Literal["none", "capped", "keep place"] = "none"
    make_up: Annotated[int, Field(ge=1, le=100)] = 3
    witness: Channel = Field(default_factory=lambda known: str(known.get("channel", "")))
    caps: Caps = Caps()
    response: Response = Response()

    @model_validator(mode="after")
    def makes_up_only_if_capped(self) -> Self:
        if "make_up" in self.model_fields_set and self.absence != "capped":
            raise refusal("Team", [(("make_up",), 'make_up counts only with absence = "capped"')])
        return self

    @property
    def make_up_cap(self) -> int:
        """At most so many leads are made up after an absence."""
        return {"none": 0, "keep place": 1, "capped": self.make_up}[self.absence]


def country_read(name: str) -> str | None:
    code = country_code(name)
    return code and fold(code)


# Fields that are read in one spelling, and how.
READ_AS: dict[str, Callable[[str], str | None]] = {
    "language": without_region, "account": bare_company, "country": country_read,
}  # fmt: skip


class Condition(Part):
    """One question about a lead, or about the time at which it is routed."""

    field: str
    is_one_of: Words | None = Field(default=None, alias="is")
    is_not: Words | None = None
    contains: Word | None = None
    at_least: Number | None = None
    at_most: Number | None = None
    exists: StrictBool | None = None
    between: tuple[WallTime, WallTime] | None = None
    days: Annotated[tuple[Day, ...], Field(min_length=1)] | None = None
    zone: Zone | None = None

    @model_validator(mode="after")
    def asks_one_thing(self) -> Self:
        mistakes = (
            self._clock_mistakes() if self.asks_the_time else [*self._field_mistakes(), *self._spelling_mistakes()]
        )
        if mistakes:
            raise refusal("Condition", mistakes)
        return self

    @property
    def asks_the_time(self) -> bool:
        return self.field == CLOCK_FIELD

    def _field_mistakes(self) -> list[Mistake]:
        mistakes: list[Mistake] = []
        if self.field not in (*LEAD_FIELDS, *NOUNS) and not _NAMED.fullmatch(self.field):
            known = ", ".join((*LEAD_FIELDS, *NOUNS))
            wrong = f"'{self.field}' is not a lead's field; use {known}, time, fields.… or answers.…"
            mistakes.append((("field",), wrong))
        if sum(question is not None for question in self._questions) != 1:
            mistakes.append(((), "a condition asks exactly one of: is, is_not, contains, at_least, at_most, exists"))
        return mistakes + [
            ((key,), f'only field = "{CLOCK_FIELD}" has {key}')
            for key in ("between", "days", "zone")
            if getattr(self, key) is not None
        ]

    def _spelling_mistakes(self) -> list[Mistake]:
        """Options that no lead can have, because the field is read in one spelling."""
        spelled = READ_AS.get(self.field)
        return [
            ((key, number), f"the {self.field} is read as '{plain}', so write that")
            for key, options in (("is", self.is_one_of), ("is_not", self.is_not))
            for number, option in enumerate(options or ())
            if spelled and (plain := spelled(fold(option))) and plain != fold(option)
        ]

    def _clock_mistakes(self) -> list[Mistake]:
        mistakes: list[Mistake] = []
        if any(question is not None for question in self._questions) or not (self.between or self.days):
            mistakes.append(((), "the time is asked for with between, days or both, and nothing else"))
        if self.between and self.between[0] == self.between[1]:
            mistakes.append((("between",), "this starts when it ends; for whole days leave between out"))
        return mistakes

    @property
    def _questions(self) -> tuple[object, ...]:
        return self.is_one_of, self.is_not, self.contains, self.at_least, self.at_most, self.exists

    def key(self, team_zone: str) -> str:
        """What is looked at: a field, or the clock of a zone."""
        return f"{CLOCK}{self.zone or team_zone}" if self.asks_the_time else self.field

    @cached_property
    def check(self) -> Callable[[Value], bool]:  # noqa: PLR0911 - one kind of question a line
        """Whether a value meets the condition. A missing one meets only `is_not` and `exists = false`."""
        if self.is_one_of is not None:
            wanted = frozenset(map(fold, self.is_one_of))
            if self.field == SEGMENT:
                return lambda value: value.text in wanted or not wanted.isdisjoint(value.segments)
            return lambda value: value.text in wanted
        if self.is_not is not None:
            unwanted = frozenset(map(fold, self.is_not))
            if self.field == SEGMENT:
                return lambda value: value.text not in unwanted and unwanted.isdisjoint(value.segments)
            return lambda value: value.text not in unwanted
        if self.contains is not None:
            needle = fold_within(self.contains)
            return lambda value: value.text is not None and needle in value.text
        if self.at_least is not None:
            least = self.at_least
            return lambda value: value.number is not None and value.number >= least
        if self.at_most is not None:
            most = self.at_most
            return lambda value: value.number is not None and value.number <= most
        if self.exists is not None:
            missing = not self.exists
            return lambda value: (value.text is None) is missing
        return self._check_clock

    @cached_property
    def _weekdays(self) -> frozenset[int]:
        return frozenset(DAY_NAMES.index(day) for day in self.days or DAY_NAMES)

    def _check_clock(self, value: Value) -> bool:
        """A night that passes midnight belongs to the day on which it begins."""
        if self.between is None:
            return value.weekday in self._weekdays
        starts, ends = self.between
        if starts < ends:
            return value.weekday in self._weekdays and starts <= value.clock < ends
        evening = value.clock >= starts and value.weekday in self._weekdays
        return evening or (value.clock < ends and (value.weekday - 1) % 7 in self._weekdays)


class RouteRule(Part):
    name: Annotated[str, Field(max_length=120), shaped(r".*\S.*", "a route needs a name")]
    team: str
    mode: Mode | None = None
    skills: tuple[Need, ...] = ()
    languages: tuple[Need, ...] = ()
    when: tuple[Condition, ...] = ()

    @cached_property
    def needs(self) -> frozenset[str]:
        """What a rep must have or speak, in lower case."""
        return frozenset(map(fold, (*self.skills, *self.languages)))


class Step(NamedTuple):
    """A route made ready for use: which mode it has, and which value each of its conditions looks at."""

    rule: RouteRule
    mode: Mode
    asked: tuple[tuple[str, Condition], ...]
    tests: tuple[tuple[str, Callable[[Value], bool]], ...]


def steps_of(routes: tuple[RouteRule, ...], teams: tuple[Team, ...]) -> tuple[Step, ...]:
    known = {team.name: team for team in teams}
    steps = []
    for rule in routes:
        team = known.get(rule.team)
        zone = team.zone if team else f"of {rule.team}"  # an unknown team is reported elsewhere
        asked = tuple((condition.key(zone), condition) for condition in rule.when)
        tests = tuple((key, condition.check) for key, condition in asked)
        steps.append(Step(rule, rule.mode or (team.mode if team else "offer"), asked, tests))
    return tuple(steps)
