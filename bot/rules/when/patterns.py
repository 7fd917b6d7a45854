"""The words of a language and of English, made into the patterns that a day and a time are found with."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Generic, TypeVar

from bot.rules.when.text import alternatives, either, plain, squeezed
from bot.rules.when.words import ENGLISH, KNOWN, Language

Meaning = TypeVar("Meaning")
YEAR = r"(?P<y>(?:19|20)\d\d)(?!\d|[:.]\d)"
AM_PM = r"(?: ?(?P<ap>[ap])\.? ?m\.?(?!\w))"


@dataclass(frozen=True)
class Words(Generic[Meaning]):
    """Words with what they mean, and a pattern for any of them."""

    meanings: Mapping[str, Meaning]
    pattern: str

    def __getitem__(self, found: str) -> Meaning:
        return self.meanings[squeezed(found)]


@dataclass(frozen=True)
class Vocabulary:
    """What the words of both languages mean."""

    language: Language
    both: tuple[Language, ...]
    weekdays: Words[int]
    months: Words[int]
    numbers: Words[float]
    units: Words[str]
    days: Words[int]
    weeks: Words[int]
    periods: Words[str]
    parts: Words[str]
    today_parts: Words[str]
    clock_before: Words[int]
    clock_after: Words[int]

    def any(self, field: str) -> str:
        return either(word for one in self.both for word in alternatives(getattr(one, field)))

    def any_number(self) -> str:
        return rf"(?:\d{{1,5}}(?:[.,]\d)?(?![\d.,]\d)|{self.numbers.pattern})"


@dataclass(frozen=True)
class Patterns:
    words: Vocabulary
    days: Mapping[str, re.Pattern[str]]
    clocks: Mapping[str, re.Pattern[str]]
    count: re.Pattern[str]
    part: re.Pattern[str]
    particle: re.Pattern[str]


@cache
def patterns_of(code: str) -> Patterns:
    """Built once for each of the six languages; any other code is a KeyError."""
    words = vocabulary(KNOWN[code])
    return Patterns(
        words,
        compiled({**day_patterns(words), **date_patterns(words), "month's": day_of_month(words)}),
        compiled(clock_patterns(words)),
        re.compile(rf"(?P<number>{words.any_number()})[ -]?(?P<unit>{words.units.pattern})"),
        re.compile(rf"(?:{words.any('at')} ?)?(?P<part>{words.parts.pattern})"),
        re.compile(rf"(?:{words.any('particle')})|[,:;] "),
    )


def compiled(patterns: Mapping[str, str]) -> dict[str, re.Pattern[str]]:
    return {name: re.compile(pattern) for name, pattern in patterns.items()}


def vocabulary(language: Language) -> Vocabulary:
    """English and one other language side by side; where they differ, the other one is meant."""
    both = (ENGLISH,) if language is ENGLISH else (ENGLISH, language)
    return Vocabulary(
        language,
        both,
        weekdays=counted((one.weekdays for one in both), 0),
        months=counted((one.months for one in both), 1),
        numbers=numbers(both),
        units=keyed(pair for one in both for pair in one.units.items()),
        days=keyed(pair for one in both for pair in one.days.items()),
        weeks=keyed(pair for one in both for pair in one.weeks.items()),
        periods=keyed(pair for one in both for pair in one.periods.items()),
        parts=keyed(pair for one in both for pair in one.parts.items()),
        today_parts=keyed(pair for one in both for pair in one.today_parts.items()),
        clock_before=keyed(pair for one in both for pair in one.clock_before.items()),
        clock_after=keyed(pair for one in both for pair in one.clock_after.items()),
    )


def keyed(meant: Iterable[tuple[Meaning, str]]) -> Words[Meaning]:
    pairs = [(word, meaning) for meaning, words in meant for word in alternatives(words)]
    return Words({squeezed(word): meaning for word, meaning in pairs}, either(word for word, _ in pairs))


def counted(lists: Iterable[str], first: int) -> Words[int]:
    return keyed((first + n, words) for one in lists for n, words in enumerate(one.split()))


def numbers(both: Iterable[Language]) -> Words[float]:
    named = [(float(1 + n), words) for one in both for n, words in enumerate(one.numbers.split())]
    return keyed([*named, *((0.5, one.half) for one in both)])


def day_patterns(words: Vocabulary) -> dict[str, str]:
    """Days named without a date."""
    on = few_of(words, "on")
    week, count = words.weeks.pattern, rf"{words.any_number()}[ -]?{words.units.pattern}"
    before = (
        rf"(?:(?P<this>{words.any('this')}) ?|(?P<coming>{words.any('coming')}) ?|(?P<last>{words.any('last')}) ?"
        rf"|(?P<week>{week}),? ?{on})?"
    )
    after = (
        rf"(?:,? ?(?:{on}(?P<week2>{week})|(?P<coming2>{words.any('coming_after')})"
        rf"|(?P<last2>{words.any('last_after')})))?"
    )
    return {
        "relative": rf"{on}(?P<days>{words.days.pattern})",
        "weekday": rf"{on}{before}(?P<weekday>{words.weekdays.pattern})\.?{after}",
        "weeks": rf"{on}(?P<weeks>{week})",
        "period": rf"{on}(?:{words.any('of')} ?)?(?P<period>{words.periods.pattern})",
        "today": rf"(?P<part>{words.today_parts.pattern})",
        "count": rf"(?:(?P<within>{words.any('within')}) ?)?(?P<ago>{words.any('ago')} )?(?P<minus>-)?"
        rf"(?P<counts>{count}(?: ?{words.any('joins')})?(?: ?{count})*)"
        rf"(?: ?(?:(?P<ago2>{words.any('ago_after')})|{words.any('within_after')}))?",
        "hours": rf"(?P<within>{words.any('within')}) ?(?P<h>\d{{1,2}})h(?P<m>[0-5]\d)(?!\w)",
    }


def date_patterns(words: Vocabulary) -> dict[str, str]:
    """Days of a calendar."""
    on, of, nth = few_of(words, "on"), f"(?:{words.any('of')} ?)?", f"(?:{words.any('ordinal')})?"
    # Not "mar 24" where it may be a Tuesday as well as March.
    first = either(name for name in month_names(words) if squeezed(name) not in words.weekdays.meanings)
    return {
        "iso": rf"{on}(?P<y>\d{{4}})([-/.])(?P<m>\d{{1,2}})\2(?P<d>\d{{1,2}})(?!\d)(?:t(?=\d))?",
        "kanji": r"(?P<y>\d{4})年(?P<m>\d{1,2})月(?P<d>\d{1,2})日",
        "numeric": rf"{on}(?P<a>\d{{1,2}})([/.])(?P<b>\d{{1,2}})"
        rf"(?:\2(?P<y>\d{{4}}|\d\d)(?!\d)|\.(?!\d))?(?![\d%€$£/]|[:.,]\d| ?{words.units.pattern})",
        "dashes": rf"{on}(?P<a>\d{{1,2}})-(?P<b>\d{{1,2}})-(?P<y>\d{{4}})(?!\d)",
        "day_month": rf"{on}(?:the )?(?P<d>\d{{1,2}}){nth}\.? ?{of}(?P<month>{words.months.pattern})\.?"
        rf"(?:,? ?{of}{YEAR})?",
        "month_day": rf"{on}(?P<month>{first})\.? ?(?:the )?(?P<d>\d{{1,2}})(?!\d){nth}(?![%€$£]|[:.,]\d|{AM_PM})"
        rf"(?:,? ?{YEAR})?",
    }


def few_of(words: Vocabulary, field: str) -> str:
    """Not any number of them: "no dia" is one such word or two, and the ways to read many of those have no end."""
    return f"(?:{words.any(field)} ?){{0,3}}"


def month_names(words: Vocabulary) -> list[str]:
    return [word for one in words.both for names in one.months.split() for word in alternatives(names)]


def day_of_month(words: Vocabulary) -> str:
    """ "the 24th": each language has a frame of its own; the number is group d, or e in English."""
    frames = [plain(one.day_of_month) for one in words.both]
    named = [frame.replace("(d)", rf"(?P<{name}>\d{{1,2}})") for frame, name in zip(frames, "ed", strict=False)]
    return rf"{few_of(words, 'on')}(?:{'|'.join(reversed(named))})(?![\d%€$£]|[:./-]\d)"


def clock_patterns(words: Vocabulary) -> dict[str, str]:
    """Times of a day. What may be mistaken for something else needs a word in front of it."""
    hour = rf"(?P<h>\d{{1,2}}|{either(hour_words(words))})"
    at = rf"(?:(?P<at>{words.any('at')}) ?)?"
    half = rf"(?:(?P<am>{words.any('before_noon')}) ?|(?P<pm>{words.any('after_noon')}) ?)?"
    oclock = rf"(?: ?(?P<oclock>{words.any('oclock')})(?!間))"  # which makes hours of Japanese o'clock
    digits = r"(?P<h>\d{1,2})"
    return {
        "colon": rf"{at}{half}{digits}:(?P<m>\d\d)(?::\d\d)?(?!\d){AM_PM}?{oclock}?",
        "dot": rf"{at}{digits}\.(?P<m>\d\d)(?![\d%€$£]|\.\d){AM_PM}?{oclock}?",
        "am_pm": rf"{at}{digits}{AM_PM}",
        "oclock": rf"{at}{half}{hour}{oclock}(?: (?P<m>15|30|45)(?!\w))?",
        "h": rf"{at}{digits} ?h ?(?P<m>[0-5]\d)(?!\w)",
        "kanji": rf"{at}{half}{digits}時(?P<m>\d{{1,2}})分",
        "after": rf"{at}{half}{hour}{oclock}? ?(?P<after>{words.clock_after.pattern}){AM_PM}?",
        "before": rf"{at}(?P<before>{words.clock_before.pattern}) {hour}{AM_PM}?{oclock}?",
        "late": rf"{at}{digits} ?h(?!\w)",
        "noon": rf"{at}(?P<noon>{words.any('noon')})",
        "midnight": rf"{at}(?P<midnight>{words.any('midnight')})",
        "bare": rf"(?P<at>{either(bare_at(words))}) ?{hour}(?![\d/%€$£]|[:.,]\d)",
        "last": rf"{digits}(?=$| {words.parts.pattern})",
    }


def hour_words(words: Vocabulary) -> list[str]:
    """Without the articles that are numbers too: "at a" names no hour."""
    return [
        word
        for one in words.both
        for n, names in enumerate(one.numbers.split())
        for word in (alternatives(names)[:1] if n == 0 else alternatives(names))
    ]


def bare_at(words: Vocabulary) -> list[str]:
    found = [word for one in words.both if one.bare_hours for word in alternatives(one.at)]
    return [word for word in found if len(word) > 1 or word == "@"]
