"""What is sent to the intake: the shapes of leads and touches, their description, and bodies read into them."""

import json
import math
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StrictBool, StrictInt, ValidationError

from bot.errors import InvalidInputError, Problem
from bot.intake.tracking import MOST_AT_ONCE
from bot.rules.cleaning.lead import clean_text
from bot.rules.touches import DAY, ID_MAX, NUMBER_MAX, VISITOR_MAX, Kind
from handlers.intake import TurnedAwayError

MAX_DEPTH = 16
MAX_DIGITS = 30
MAX_PROBLEMS = 20
Text = Annotated[str, Field(max_length=20_000)]
KNOWN_ONLY = "This field is not known. Put your own fields under “fields”."
NOT_KNOWN = "This field is not known."
Json = dict[str, Any]


class ConsentIn(BaseModel):
    """What they said yes to, when it is more than e-mail; a channel that is left out says nothing."""

    model_config = ConfigDict(extra="forbid")

    email: StrictBool = False
    phone: StrictBool = False
    sms: StrictBool = False
    measuring: StrictBool = Field(default=False, description="Their openings and clicks may be counted.")
    wording: Text = Field(default="", description="What they agreed to, word for word.")
    basis: str = Field(default="consent", description="Consent, contract or legitimate interest.", max_length=40)
    is_confirmed: StrictBool = Field(
        default=True, description="False when anybody could have typed it: then they are asked by e-mail first."
    )


class LeadIn(BaseModel):
    """A lead as it is sent to the intake. A name or an e-mail is needed, and a way to answer."""

    model_config = ConfigDict(extra="forbid")

    name: Text | None = Field(default=None, examples=["Jane Doe"])
    email: Text | None = Field(default=None, examples=["jane@acme.example"])
    phone: Text | None = Field(default=None, description="With country code, or local together with `country`.")
    company: Text | None = None
    title: Text | None = None
    country: Text | None = Field(default=None, description="ISO 3166 code, two letters.", examples=["DE"])
    website: Text | None = None
    source: Text | None = Field(default=None, examples=["website"])
    campaign: Text | None = None
    message: Text | None = None
    visitor: Text | None = Field(
        default=None, description="The id under which touches of theirs came before they said who they are."
    )
    consent: bool | ConsentIn = Field(
        default=False,
        description="Whether they may be e-mailed; or the channels they said yes to, with the words they saw.",
    )
    fields: dict[str, str | int | float | bool | None] = Field(
        default_factory=dict, description="Anything else, like employees or plan."
    )


class TouchIn(BaseModel):
    """Something a person did. Whose it is, is said by the lead's number, an e-mail address or a visitor's id."""

    model_config = ConfigDict(extra="forbid")

    id: Annotated[str, Field(min_length=1, max_length=ID_MAX)] | None = Field(
        default=None, description="Your own name for it: under it the touch counts once, however often it comes."
    )
    lead: Annotated[StrictInt, Field(ge=1, le=NUMBER_MAX)] | None = Field(
        default=None, description="The number that POST /api/leads answered with."
    )
    email: Text | None = Field(
        default=None, description="Instead of the number: the newest lead of this address. An unknown address is kept "
        "until somebody comes with it.", examples=["jane@acme.example"],
    )  # fmt: skip
    visitor: Annotated[str, Field(max_length=VISITOR_MAX)] | None = Field(
        default=None, description="Your tracker's id for somebody who has not said yet who they are."
    )
    kind: Kind = Field(description="What kind of thing it was.")
    detail: Text | None = Field(default=None, description="Which page, e-mail or event.", examples=["pricing page"])
    seconds: Annotated[StrictInt, Field(ge=0, le=DAY)] | None = Field(default=None, description="How long a call took.")
    recording: Text | None = Field(default=None, description="An https link to where a call can be heard.")
    at: AwareDatetime | None = Field(
        default=None, description="When, with its zone; now if left out.", examples=["2026-11-24T09:30:00+01:00"]
    )


class TouchesIn(BaseModel):
    """Up to a thousand touches: all of them are taken, or none."""

    model_config = ConfigDict(extra="forbid")

    touches: Annotated[list[TouchIn], Field(min_length=1, max_length=MOST_AT_ONCE)]


def takes(*shapes: type[BaseModel]) -> Json:
    """The description of a JSON body of one of these shapes."""
    described = [inlined(shape.model_json_schema()) for shape in shapes]
    schema = described[0] if len(described) == 1 else {"anyOf": described}
    return {"requestBody": {"content": {"application/json": {"schema": schema}}, "required": True}}


def inlined(schema: Json) -> Json:
    """The schema with what it refers to in place: a reference would lead out of the body's own description."""
    parts = schema.pop("$defs", {})

    def resolve(value: Any) -> Any:
        if isinstance(value, dict):
            name = str(value.get("$ref", "")).rpartition("/")[2]
            return resolve(parts[name]) if name else {key: resolve(inner) for key, inner in value.items()}
        return [resolve(inner) for inner in value] if isinstance(value, list) else value

    resolved: Json = resolve(schema)
    return resolved


def parse_lead(body: bytes, content_type: str) -> Json:
    """The body as a lead's fields; raises as `parse` does."""
    return shaped(parse(body, content_type, "lead"), LeadIn, unknown=KNOWN_ONLY)


def parse_touches(body: bytes, content_type: str) -> tuple[list[Json], bool]:
    """The body as touches, and whether it was a list of them; raises as `parse` does."""
    parsed = parse(body, content_type, "touch")
    if "touches" in parsed:
        return list(shaped(parsed, TouchesIn, unknown=NOT_KNOWN)["touches"]), True
    return [shaped(parsed, TouchIn, unknown=NOT_KNOWN)], False


def parse(body: bytes, content_type: str, noun: str) -> Json:
    """The body as a dictionary.

    Raises:
        InvalidInputError: it is not JSON, or no object.
        TurnedAwayError: 415, the content type is not JSON.
    """
    if content_type.partition(";")[0].strip().lower() not in ("application/json", ""):
        raise TurnedAwayError(415, f"Send the {noun} as application/json.", field="content-type")
    parsed = read_body_as_json(body)
    if not isinstance(parsed, dict):
        raise InvalidInputError([Problem("body", f"Send one JSON object with the {noun}'s fields.")])
    return parsed


def read_body_as_json(body: bytes) -> object:
    """Raises InvalidInputError with a sentence when it is not JSON that we can store."""
    try:
        return tidy(read_json(body), MAX_DEPTH)
    except (ValueError, RecursionError) as error:
        reason = str(error) if isinstance(error, ShapeError) else "This is not valid JSON."
        raise InvalidInputError([Problem("body", reason)]) from error


def shaped(parsed: Json, shape: type[BaseModel], *, unknown: str) -> Json:
    """The same, known to have that shape; raises InvalidInputError with every problem named."""
    try:
        return shape.model_validate(parsed).model_dump(exclude_none=True)
    except ValidationError as error:
        problems = [
            problem(e["loc"], e["type"], e["msg"], unknown) for e in error.errors() if is_meant(e["loc"], e["type"])
        ]
        raise InvalidInputError(problems[:MAX_PROBLEMS]) from error


def is_meant(location: tuple[int | str, ...], kind: str) -> bool:
    """Of what may have two shapes, pydantic says what is wrong with either: only that of the shape sent is of use."""
    return not (location[0:1] == ("consent",) and kind in ("model_type", "bool_type"))


class ShapeError(ValueError):
    """Valid JSON that nothing we know looks like."""


def read_json(body: bytes) -> object:
    """JSON as every reader understands it; Python alone would take NaN, 1e999 and names that stand twice."""
    return json.loads(
        body.decode("utf-8"), parse_int=bounded_int, parse_float=finite, parse_constant=no_constant,
        object_pairs_hook=each_name_once,
    )  # fmt: skip


def each_name_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ShapeError("A name stands twice in one object; it is not clear which value is meant.")
    return found


def finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ShapeError("A number is too large.")
    return number


def bounded_int(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise ShapeError(f"A number has more than {MAX_DIGITS} digits.")
    return int(digits)


def no_constant(name: str) -> float:
    raise ShapeError(f"{name} is not a value that JSON knows.")


def tidy(value: object, depth: int) -> object:
    """The same value with broken surrogates replaced, which neither database can store."""
    if depth < 0:
        raise ShapeError(f"This is nested deeper than {MAX_DEPTH} levels.")
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [tidy(item, depth - 1) for item in value]
    if isinstance(value, dict):
        return {tidy(key, 0): tidy(item, depth - 1) for key, item in value.items()}
    return value


def problem(location: tuple[int | str, ...], kind: str, message: str, unknown: str) -> Problem:
    named = location[: 3 if location[:1] == ("touches",) else 2]
    if location[:1] == ("consent",):
        named = ("consent", *location[2:3])
    name = ".".join(clean_text(str(part), limit=80) for part in named) or "body"
    if kind == "extra_forbidden":
        return Problem(name, unknown)
    return Problem(name, message)
