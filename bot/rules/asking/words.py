"""Questions back in words: with every day written out for machines, or moving on with the days for people."""

import re
from collections.abc import Callable, Sequence

from bot.rules.asking import periods
from bot.rules.asking.known import Known
from bot.rules.asking.periods import NoPeriodError
from bot.rules.asking.question import Period, Question

_SIMPLE = re.compile(r"[\w.&/+-]+")
_QUOTES = str.maketrans({"“": '"', "”": '"'})


def plain_quotes(text: str) -> str:
    return text.translate(_QUOTES)


def folded(text: str) -> str:
    """As names are compared."""
    return " ".join(plain_quotes(text).replace('"', "'").casefold().split())


def unquoted(text: str) -> str:
    return plain_quotes(text).strip().strip('"').strip()


def quoted(text: str) -> str:
    """As a name is written after a colon."""
    return text if _SIMPLE.fullmatch(text) else '"' + plain_quotes(text).replace('"', "'") + '"'


def in_words(question: Question, known: Known, *, when: str = "", is_of_now: bool = False) -> str:
    """The same question with every day and moment written out; or about the period said in `when`.

    What tells of now alone is asked without: on the next day it tells of that.
    """
    if is_of_now:
        return " ".join([question.report, *narrowed(question)])
    said = [question.report, when or periods.written(question.period), *narrowed(question)]
    if not when:
        said[2:2] = as_of_words(question, known)
    if question.against and not when:
        other = question.against
        said += ["vs", periods.written(other.period), *as_of_words(other, known, always=True), *narrowed(other)]
    return " ".join(said)


def as_of_words(question: Question, known: Known, *, always: bool = False) -> list[str]:
    """What is over is asked as of its end anyway."""
    if not always and question.as_of == known.midnight(question.period.ends):
        return []
    return ["as of", question.as_of.isoformat().replace("+00:00", "Z")]


def narrowed(question: Question) -> list[str]:
    filters = (("team", question.teams), ("rep", question.people), ("source", question.sources))
    said = [f"{name}:{','.join(quoted(value) for value in values)}" for name, values in filters if values]
    said += [f"segment:{quoted(question.segment)}"] if question.segment else []
    said += [f"by:{quoted(question.by)}"] if question.by else []
    return said + [f"{name}:{quoted(value)}" for name, value in question.options]


def about(question: Question, people: Sequence[str]) -> str:
    """What it is narrowed down to, as a title goes on: what is shown to others must not look like the whole."""
    ofs = (
        (f"team{'s' * (len(question.teams) > 1)}", question.teams), ("of", people), ("from", question.sources),
        ("segment", (question.segment,) if question.segment else ()),
    )  # fmt: skip
    return "".join(f", {word} {' and '.join(names)}" for word, names in ofs if names)


def moving(question: Question, known: Known) -> str:
    """The same question in words that move on with the days, for whoever asks it again and again."""
    return in_words(question, known, when=periods.spoken(question.period, known.today)) + against_words(question, known)


def against_words(question: Question, known: Known) -> str:
    other = question.against
    if other is None:
        return ""
    if narrowed(other) == narrowed(question) and other.period == found_or_none(periods.previous, question.period):
        return " vs previous"
    if narrowed(other) == narrowed(question) and other.period == found_or_none(periods.year_before, question.period):
        return " vs last year"
    spoken = [] if other.period == question.period else [periods.spoken(other.period, known.today)]
    mine = narrowed(question)
    changed = [one for one in narrowed(other) if one not in mine]
    return " vs " + " ".join([*spoken, *changed] or as_of_words(other, known, always=True))


def found_or_none(before: Callable[[Period], Period], period: Period) -> Period | None:
    try:
        return before(period)
    except NoPeriodError:
        return None
