"""A person's name as it is compared: without marks, titles and order; its sound, how alike two are. Pure."""

import re
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA, JaroWinkler

from bot.rules.accounts import named
from bot.rules.latin import CACHED, folded
from bot.rules.nicknames import FULL, are_two_names, may_be_the_same

_WORDS = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_OF_ADDRESS = re.compile(r"[^\W\d_]+")  # jane.doe27 is Jane Doe
# What stands before or behind a name and is none.
_TITLES = named(
    """
    mr mrs ms miss mx dr prof professor sir madam herr frau hr fr monsieur madame mme mlle signor signora sr sra
    srta dipl ing mag jr junior senior phd md mba msc bsc esq ii iii iv dott doc
    """
)
# Letters that sound alike have one sign; vowels have none but at the beginning of a word.
_SOUNDS = str.maketrans({
    **dict.fromkeys("aeiouyhw"), **dict.fromkeys("bp", "b"), **dict.fromkeys("fv", "f"),
    **dict.fromkeys("cgkqxj", "k"), **dict.fromkeys("sz", "s"), **dict.fromkeys("dt", "d"),
})  # fmt: skip
_SPELLINGS = (("sch", "s"), ("tsch", "s"), ("ch", "k"), ("ck", "k"), ("ph", "f"), ("th", "t"), ("tz", "s"), ("w", "f"))


@dataclass(frozen=True, slots=True)
class PersonName:
    """The words of a name; `first` is empty when there is only one."""

    first: str
    last: str
    whole: str
    words: tuple[str, ...]
    is_guess: bool = False  # read out of an address: only one word, or with figures in it


@lru_cache(CACHED)
def read_name(name: str) -> PersonName:
    """ "Doe, Dr. Jane" and "jane.doe" are Jane Doe."""
    before, comma, behind = folded(name).partition(",")
    words_in = (_WORDS if " " in name else _OF_ADDRESS).findall
    found = words_in(f"{behind} {before}" if comma and words_in(behind) else before)
    words = tuple(word.replace("'", "").replace("\u2019", "") for word in found)
    words = tuple(word for word in words if word not in _TITLES) or words
    if not words:
        return PersonName("", "", "", (), is_guess=True)
    first = words[0] if len(words) > 1 else ""
    return PersonName(first, words[-1], " ".join(words), words, is_guess=len(words) == 1)


@lru_cache(CACHED)
def first_name(name: str) -> str:
    """As it is written, to greet by. Empty where it cannot be told: better no name than a wrong one."""
    read = read_name(name)
    if read.is_guess or len(read.first) < 2:
        return ""
    return next((word for word in name.replace(",", " ").split() if read_name(word).last == read.first), "")


def sound(word: str) -> str:
    """Meyer and Maier, Schmidt and Schmitt, Wolf and Volv sound alike."""
    if not word:
        return ""
    for spelled, spoken in _SPELLINGS:
        word = word.replace(spelled, spoken)
    begins = "" if word[0] not in "aeiouy" else "i" if word[0] in "iyj" else word[0]
    signs = word.translate(_SOUNDS)
    return begins + "".join(sign for sign, before in zip(signs, " " + signs, strict=False) if sign != before)


def person_key(name: PersonName) -> str:
    """The same for both orders, for most misspellings, and for Bob and Robert."""
    return "-".join(sorted((sound(FULL.get(name.first, name.first))[:8], sound(name.last)[:8]))).strip("-")


def initials(name: PersonName) -> str:
    """In the order of the alphabet."""
    return "".join(sorted(FULL.get(word, word)[:1] for word in (name.first, name.last)))


# --- how alike two names are


@dataclass(frozen=True, slots=True)
class Likeness:
    """`kind` says in which way; `share` how much of it agrees, 0 to 1."""

    kind: str  # same, swapped, short, alike, initial, family, given, different, unknown
    share: float


def likeness(one: PersonName, other: PersonName) -> Likeness:
    if one.whole == other.whole:
        return Likeness("same" if not one.is_guess else "unknown", 1.0)
    if one.is_guess or other.is_guess:
        return of_guess(one, other)
    straight = of_parts(one, other)
    if straight.kind in ("alike", "short"):
        return straight
    turned = of_parts(one, PersonName(other.last, other.first, "", other.words))
    if turned.share > straight.share and turned.kind in ("same", "alike", "short"):
        return Likeness("swapped", turned.share - 0.01)
    return straight


def of_parts(one: PersonName, other: PersonName) -> Likeness:
    given, family = given_likeness(one.first, other.first), word_likeness(one.last, other.last)
    if family < ALIKE:
        return Likeness("given", given * 0.6) if given >= ALIKE else Likeness("different", (given + family) / 2)
    if given >= ALIKE:
        return Likeness("same" if given == family == 1.0 else "alike", (given + family) / 2)
    if may_be_the_same(one.first, other.first):
        return Likeness("short", 0.96 * family)
    if given >= 0.5 and is_initial(one.first, other.first):
        return Likeness("initial", 0.9 * family)
    return Likeness("family", family * 0.6)


ALIKE = 0.84  # below that two words are two names


def given_likeness(one: str, other: str) -> float:
    """Jan and Jon, Maria and Mario are a sign apart and nobody's misspelling."""
    return 0.0 if one != other and are_two_names(one, other) else word_likeness(one, other)


@lru_cache(CACHED)
def word_likeness(one: str, other: str) -> float:
    """1 for the same word; of short words a single sign makes another name."""
    if one == other:
        return 1.0
    shorter = min(len(one), len(other))
    if not (one.isalpha() and other.isalpha()):
        return 0.0  # other figures are another name
    if shorter < 3:
        return 0.5 if one[:1] == other[:1] else 0.0
    mistakes = OSA.distance(one, other)
    if mistakes > (1 if shorter < 6 else 2) or (shorter < 4 and one[0] != other[0]):
        return 0.0
    alike = JaroWinkler.similarity(one, other)
    return alike if shorter > 5 else min(alike, 0.9) if sound(one) == sound(other) else alike * 0.92


def is_initial(one: str, other: str) -> bool:
    return (len(one) == 1 or len(other) == 1) and one[:1] == other[:1]


def of_guess(one: PersonName, other: PersonName) -> Likeness:
    """One of them is a single word: "jdoe", "doe", or "janedoe" out of an address."""
    guess, name = (one, other) if one.is_guess else (other, one)
    if name.is_guess or not name.last:
        return Likeness("unknown", word_likeness(guess.last, name.last))
    whole = guess.last
    if whole in (name.first + name.last, name.last + name.first):
        return Likeness("same", 0.98)
    if whole in (name.first[:1] + name.last, name.last + name.first[:1], name.first + name.last[:1]):
        return Likeness("initial", 0.9)
    if whole in (name.first, name.last):
        return Likeness("unknown", 0.5)
    return Likeness("unknown", 0.0)
