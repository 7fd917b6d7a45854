"""The playbook's part about staying in touch: sequences, their steps, and how often anybody is written to."""

from collections import Counter
from datetime import timedelta
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StrictBool, model_validator

from bot.playbook.parts import (
    Condition,
    Days,
    Hours,
    Label,
    Minutes,
    Mistake,
    Name,
    Part,
    Word,
    refusal,
    shaped,
)
from bot.playbook.reminders import Kind
from bot.rules.sequences.templates import template_mistake

TALKS = ("email", "sms", "booking")
END = "end"  # where a branch goes that ends the sequence
SMS_TEXT_MAX = 1000
EDITED = "edited"  # in place of a variant's name: somebody worded the message anew


def renders(text: str) -> str:
    mistake = template_mistake(text)
    if mistake:
        raise ValueError(mistake)
    return text


Exit = Literal["reply", "booking", "won", "lost"]
EXITS: tuple[Exit, ...] = ("reply", "booking", "won", "lost")
Subject = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(renders)]
Body = Annotated[str, Field(min_length=1, max_length=10_000), AfterValidator(renders)]
SmsBody = Annotated[str, Field(min_length=1, max_length=SMS_TEXT_MAX), AfterValidator(renders)]
StepName = Annotated[str, Field(max_length=40), shaped(r".*\S.*", "a step needs a name")]


Plain200 = Annotated[str, Field(min_length=1, max_length=200)]  # said as it stands: no template
CONFIRM_SUBJECT = "Please confirm your e-mail address"
CONFIRM_TEXT = """Hello,

somebody filled in a form of ours with this address, and ticked that we may write to it.

If that was you, please open this page and press its button. If it was not, do nothing: we will not write again."""


class _Step(Part):
    name: StepName = ""  # without one it is called after its kind and its place among those

    @property
    def talks(self) -> bool:
        """Whether it writes to the lead."""
        return False


class Wait(_Step):
    """Nothing, for so long."""

    kind: Literal["wait"]
    days: Annotated[int, Field(ge=0, le=365)] = 0
    hours: Annotated[int, Field(ge=0, le=24 * 7)] = 0

    @model_validator(mode="after")
    def waits_at_all(self) -> Self:
        if not self.days and not self.hours:
            raise refusal("Wait", [(("days",), "say how many days or hours to wait")])
        return self

    @property
    def span(self) -> timedelta:
        return timedelta(days=self.days, hours=self.hours)


VariantName = Annotated[
    str, shaped(r"[a-z][a-z0-9-]{0,19}", "write small letters, digits and hyphens, a letter first, at most 20")
]


class Variant(Part):
    """Another subject or body of the same step, to see which is answered better."""

    name: VariantName
    subject: Subject | None = None
    text: Body | None = None

    @model_validator(mode="after")
    def differs(self) -> Self:
        if self.subject is None and self.text is None:
            raise refusal("Variant", [((), "a variant has another subject, another text, or both")])
        return self


def told_apart(variants: tuple[Variant, ...]) -> tuple[Variant, ...]:
    names = [one.name for one in variants]
    if len(set(names)) < len(names):
        raise ValueError("two variants have the same name, so nobody could tell which was answered more often")
    if EDITED in names:
        raise ValueError(f"'{EDITED}' is what messages are called that somebody edited by hand; choose another name")
    return variants


def short_enough(variants: tuple[Variant, ...]) -> tuple[Variant, ...]:
    if any(one.subject is not None for one in variants):
        raise ValueError("a text message has no subject, so a variant of it has another text")
    if any(len(one.text or "") > SMS_TEXT_MAX for one in variants):
        raise ValueError(f"a text message has at most {SMS_TEXT_MAX} characters")
    return variants


Variants = Annotated[tuple[Variant, ...], Field(max_length=4), AfterValidator(told_apart)]


class Email(_Step):
    """A letter: a template in plain text, of which the formatted one is made as well."""

    kind: Literal["email"]
    subject: Subject
    text: Body
    variants: Variants = ()
    approval: StrictBool = False  # the owner sees it first, and sends, edits or skips it

    @property
    def talks(self) -> bool:
        return True


class Sms(_Step):
    kind: Literal["sms"]
    text: SmsBody
    variants: Annotated[Variants, AfterValidator(short_enough)] = ()
    approval: StrictBool = False

    @property
    def talks(self) -> bool:
        return True


class Booking(_Step):
    """A letter or an SMS with the address at which the lead chooses a time with its owner: {{ booking_link }}."""

    kind: Literal["booking"]
    channel: Literal["email", "sms"] = "email"
    subject: Subject = "A time to talk?"
    text: Body = "Hello {{ first_name }},\n\nchoose a time that suits you: {{ booking_link }}\n\n{{ sender_name }}"
    approval: StrictBool = False

    @property
    def talks(self) -> bool:
        return True


class Task(_Step):
    """A follow-up for the owner."""

    kind: Literal["task"]
    what: Annotated[str, Field(min_length=1, max_length=300)]
    how: Kind = "task"
    minutes: Minutes = 240  # working minutes until it is due


class Nudge(_Step):
    """A word to the owner in Slack."""

    kind: Literal["nudge"]
    says: Annotated[str, Field(min_length=1, max_length=500)]


class Move(_Step):
    """The lead goes to another stage, if it may."""

    kind: Literal["stage"]
    to: Name


class SetSegment(_Step):
    """One of the lead's own fields gets this value, by which segments and routes ask for it."""

    kind: Literal["segment"]
    field: Name
    to: Annotated[str, Field(max_length=120)]


class Branch(_Step):
    """Waits until the lead does something, at most so long, and goes on at one step or at another.

    Without `after` it is what the lead did since it came to this step; "opened" and "clicked" are of the last letter.
    """

    kind: Literal["branch"]
    when: Literal["opened", "clicked", "replied", "visited", "score", "nothing"]
    contains: Word | None = None  # in the page visited, or the link clicked
    at_least: Annotated[int, Field(ge=0, le=100)] | None = None  # of the score
    within_days: Days
    then: StepName | None = None  # without it: the next step
    otherwise: StepName | None = None

    @model_validator(mode="after")
    def asks_sensibly(self) -> Self:
        mistakes: list[Mistake] = []
        if (self.when == "score") != (self.at_least is not None):
            mistakes.append((("at_least",), 'when = "score" needs at_least, and nothing else has it'))
        if self.contains is not None and self.when not in ("clicked", "visited"):
            mistakes.append((("contains",), "only clicked and visited have contains"))
        if self.then is None and self.otherwise is None:
            mistakes.append((("then",), 'a branch leads somewhere: name a step, or "end", in then or otherwise'))
        if mistakes:
            raise refusal("Branch", mistakes)
        return self


Step = Annotated[Wait | Email | Sms | Booking | Task | Nudge | Move | SetSegment | Branch, Field(discriminator="kind")]


class Enrol(Part):
    """Who comes into the sequence by itself: at that moment, if all conditions hold; `hand` is nobody."""

    on: Literal["new", "stage", "mql", "lost", "won", "no-show", "quiet", "segment", "hand"] = "hand"
    stage: Name | None = None  # on = "stage"
    segment: Label | None = None  # on = "segment": whoever is in it, looked at every hour
    quiet_days: Days | None = None  # on = "quiet": no touch and no note for so long, and not closed
    when: Annotated[tuple[Condition, ...], Field(max_length=20)] = ()

    @model_validator(mode="after")
    def is_complete(self) -> Self:
        wanted = {"stage": "stage", "segment": "segment", "quiet": "quiet_days"}
        mistakes: list[Mistake] = [
            ((key,), f'on = "{on}" needs {key}, and nothing else has it')
            for on, key in wanted.items()
            if (getattr(self, key) is not None) != (self.on == on)
        ]
        if mistakes:
            raise refusal("Enrol", mistakes)
        return self


class Sequence(Part):
    name: Name
    means: Annotated[str, Field(max_length=150)] = ""
    enrol: Enrol = Enrol()
    exits: tuple[Exit, ...] | None = None  # without them: all but what it begins with
    approval: StrictBool = False  # of every message
    is_paused: StrictBool = False  # nobody comes in, nothing leaves
    steps: Annotated[tuple[Step, ...], Field(min_length=1, max_length=40)]

    @model_validator(mode="after")
    def leads_forward(self) -> Self:
        """Every step has its own name, and branches only lead forward: so every lead gets to the end."""
        names = [one.name for one in self.named]
        mistakes: list[Mistake] = [
            (("steps", number, "name"), f"another step is called '{name}' already")
            for number, name in enumerate(names) if name in names[:number] or name == END
        ]  # fmt: skip
        for number, step in enumerate(self.named):
            for key in ("then", "otherwise"):
                target = getattr(step, key, None) if isinstance(step, Branch) else None
                if target is not None and target != END and target not in names[number + 1 :]:
                    mistakes.append((("steps", number, key), f"there is no later step '{target}'"))
        if mistakes:
            raise refusal("Sequence", mistakes)
        return self

    @cached_property
    def named(self) -> tuple[Step, ...]:
        """The steps, each with its name."""
        seen: Counter[str] = Counter()
        found = []
        for step in self.steps:
            seen[step.kind] += 1
            found.append(step if step.name else step.model_copy(update={"name": f"{step.kind} {seen[step.kind]}"}))
        return tuple(found)

    @property
    def talks(self) -> bool:
        """Whether it ever writes to the lead."""
        return any(step.talks for step in self.steps)

    @property
    def channels(self) -> frozenset[str]:
        """By which it writes to the lead."""
        return frozenset(getattr(step, "channel", step.kind) for step in self.steps if step.talks)

    @property
    def leaves_on(self) -> tuple[Exit, ...]:
        """What ends it, besides what always does: unsubscribing, being erased, and the owner's word."""
        if self.exits is not None:
            return self.exits
        return tuple(one for one in EXITS if one != self.enrol.on)

    def step(self, name: str) -> Step | None:
        return next((one for one in self.named if one.name == name), None)

    def after(self, name: str) -> str | None:
        """The name of the step that follows; None after the last."""
        names = [one.name for one in self.named]
        place = names.index(name) + 1
        return names[place] if place < len(names) else None


class Contact(Part):
    """How leads are written to, whatever the sequence."""

    a_week: Annotated[int, Field(ge=1, le=50)] = 3  # messages of sequences to one person within seven days
    hours: Hours = Hours()  # in the lead's own time zone, as far as it can be guessed
    zone_unknown: Literal["team", "wait"] = "team"  # nobody knows their zone: the team's counts, or nothing is sent
    is_measured: StrictBool = False  # openings and clicks, of those who agreed to that
    signature: Annotated[str, Field(max_length=300)] = ""
    postal_address: Annotated[str, Field(max_length=300)] = ""  # in the small print of every letter
    confirms: StrictBool = True  # a yes from a public form waits until whoever has the address confirms it
    confirm_subject: Plain200 = CONFIRM_SUBJECT
    confirm_text: Annotated[str, Field(min_length=1, max_length=5000)] = CONFIRM_TEXT  # the link stands below it


class Meetings(Part):
    """What leads book: how long, how soon, how far ahead."""

    minutes: Annotated[int, Field(ge=15, le=240, multiple_of=15)] = 30
    notice_hours: Annotated[int, Field(ge=0, le=14 * 24)] = 4
    days_ahead: Annotated[int, Field(ge=1, le=90)] = 21
    pause_minutes: Annotated[int, Field(ge=0, le=120, multiple_of=15)] = 0  # kept free after each
    place: Annotated[str, Field(max_length=300)] = ""
    remind_minutes: Annotated[int, Field(ge=0, le=2 * 1440)] = 60  # before it begins; 0 is not at all
    visitor_bookings: Annotated[int, Field(ge=1, le=100)] = 5  # to come, of one address, by the public page
    visitor_share: Annotated[int, Field(ge=5, le=100)] = 50  # percent of a rep's day that these may take


def sequence_mistakes(sequences: tuple[Sequence, ...], stages: frozenset[str]) -> list[Mistake]:
    """Names that two have, and stages that nobody knows."""
    names = [one.name for one in sequences]
    mistakes: list[Mistake] = [
        (("sequences", number, "name"), f"another sequence is called '{name}' already")
        for number, name in enumerate(names) if name in names[:number]
    ]  # fmt: skip
    for number, one in enumerate(sequences):
        if one.enrol.stage is not None and one.enrol.stage not in stages:
            mistakes.append((("sequences", number, "enrol", "stage"), f"there is no stage '{one.enrol.stage}'"))
        mistakes += [
            (("sequences", number, "steps", place, "to"), f"there is no stage '{step.to}'")
            for place, step in enumerate(one.steps) if isinstance(step, Move) and step.to not in stages
        ]  # fmt: skip
    return mistakes
