"""What is written to leads: templates in a sandbox, filled with values of strangers. Pure."""

import re
from collections.abc import Mapping
from functools import lru_cache

from jinja2 import StrictUndefined, Template, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

# What a template may ask for; anything else is a mistake that is found when the playbook is read.
VALUES = (
    "first_name", "name", "company", "title", "stage", "source", "sender_name", "team", "booking_link", "meeting_time",
    "meeting_place", "pricing_link",
)  # fmt: skip
# What stands for each of them where no lead is meant, as a reader says it.
CALLED = {
    "first_name": "first name", "name": "name", "company": "company", "title": "job title", "stage": "stage",
    "source": "source", "sender_name": "name of the owner", "team": "team",
    "booking_link": "their link to book a time", "meeting_time": "time of their meeting",
    "meeting_place": "place of their meeting", "pricing_link": "link to the prices",
}  # fmt: skip
RENDERED_MAX = 20_000
VALUE_MAX = 80  # of what a stranger typed about themselves: a name, not an advertisement
# What mail programs make a link of by themselves, with or without its scheme, also at the end of a sentence; the dots
# and signs of other scripts are read as ours. "M.Sc." is no address.
LINKED = re.compile(
    r"://|www\.|@|[^\W_]\.[^\W\d_]{2,}(?![\w.])|[^\W_]{2}\.[^\W\d_]{2,}(?![^\W_])|\d+(?:\.\d+){3}", re.IGNORECASE
)
DOTS = str.maketrans({"\u3002": ".", "\uff0e": ".", "\uff61": ".", "\u2024": ".", "\uff20": "@", "\ufe6b": "@"})


class CannotRenderError(Exception):
    """A template asks for what it may not have, or grows beyond measure."""


@lru_cache(maxsize=1)
def environment() -> ImmutableSandboxedEnvironment:
    made = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False, keep_trailing_newline=False)
    made.globals.clear()  # no range(), no lipsum(): text and ifs are enough
    return made


def template_mistake(text: str) -> str:
    """A sentence when the template could not be filled; "" when it can."""
    try:
        render(text, dict.fromkeys(VALUES, "x"))
    except CannotRenderError as error:
        return str(error)
    return ""


def render(text: str, values: Mapping[str, str]) -> str:
    """The text with its values, as plain text: whoever makes HTML of it escapes it.

    Raises:
        CannotRenderError: with a sentence.
    """
    try:
        made: str = _compiled(text).render({name: values.get(name, "") for name in VALUES})
    except (TemplateError, TypeError, ArithmeticError, ValueError, AttributeError, RecursionError) as error:
        raise CannotRenderError(f"this template cannot be filled: {error}") from error
    if len(made) > RENDERED_MAX:
        raise CannotRenderError(f"this comes to more than {RENDERED_MAX} characters")
    return made


def placeholder(name: str) -> str:
    return f"[{CALLED[name]}]"


def as_read(text: str) -> str:
    """How the template reads when everything is known of a lead, with [first name] in place of what is filled in.

    What no template can be made of stays as it is.
    """
    try:
        return render(text, {name: placeholder(name) for name in VALUES})
    except CannotRenderError:
        return text


def harmless(value: str, *, domain: str = "") -> str:
    """What a stranger typed about themselves, as it may stand in a letter of ours; empty if it holds an address.

    Anybody can fill in a form with somebody else's e-mail address: their letter must not carry the sender's link.
    A company that is called like its own `domain` is.
    """
    words = " ".join(value.split())
    if len(words) > VALUE_MAX or (is_linked(words) and words.casefold() != domain.casefold()):
        return ""
    return words


def is_linked(words: str) -> bool:
    """Whether a mail program shows a link somewhere in there."""
    return LINKED.search(words.translate(DOTS)) is not None


@lru_cache(maxsize=512)
def _compiled(text: str) -> Template:
    return environment().from_string(text)
