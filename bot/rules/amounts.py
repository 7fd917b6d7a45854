"""Amounts of money as people type them ("12.000 €", "12k", "$1,500.50"), read as hundredths of a currency. Pure.

Currency codes: ISO 4217.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from bot.rules.numbers import fold

MOST = 1_000_000_000_000  # of the currency; more is a slip of the finger
SIGNS = {"€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₩": "KRW", "₺": "TRY", "₴": "UAH", "zł": "PLN", "kč": "CZK"}
DOLLARS = frozenset({"USD", "AUD", "CAD", "HKD", "MXN", "NZD", "SGD", "TWD"})
CODES = frozenset(re.findall(
    "[A-Z]{3}",
    "AED ARS AUD BGN BHD BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP GEL GHS HKD HUF IDR ILS INR ISK JOD JPY KES KRW "
    "KWD KZT MAD MDL MKD MXN MYR NGN NOK NZD OMR PEN PHP PKR PLN QAR RON RSD RUB SAR SEK SGD THB TND TRY TWD UAH USD "
    "UYU VND ZAR",
))  # fmt: skip
UNITS = {
    "": 1, "k": 1000, "tsd": 1000, "thousand": 1000, "m": 1_000_000, "mio": 1_000_000, "mn": 1_000_000,
    "million": 1_000_000,
}  # fmt: skip
EXAMPLE = "Write it like 12,000 or 12k."

_SPACES = re.compile(r"[\s\u00a0\u202f]+")
_SIGN = "|".join(map(re.escape, ("€", "£", "¥", "₹", "₩", "₺", "₴", "zł", "kč", "us$", "$")))
_SHAPE = re.compile(
    rf"(?P<before>{_SIGN}|[a-z]{{3}}(?![a-z]))? ?(?P<minus>-)? ?(?P<digits>[0-9][0-9.,' ]*?)(?:[.,]-+)?"
    rf" ?(?P<unit>{'|'.join(sorted(filter(None, UNITS), key=len, reverse=True))})?\.?"
    rf" ?(?P<after>{_SIGN}|[a-z]{{3}}|euros?|dollars?)?"
)
# Groups of three digits, or India's of two before the last three.
_GROUPED = re.compile(r"([1-9][0-9]{0,2})((?:([.,' ])[0-9]{3})(?:\3[0-9]{3})*)(?:(?!\3)[.,]([0-9]+))?")
_INDIAN = re.compile(r"([1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3})(?:\.([0-9]+))?")
_PLAIN = re.compile(r"([0-9]+)(?:[.,]([0-9]+))?")
_ONE_MARK = re.compile(r"[0-9]{1,3}[.,][0-9]{3}")
_WORDS = {"euro": "EUR", "euros": "EUR", "dollar": "$", "dollars": "$", "us$": "USD"}


class UnclearAmountError(ValueError):
    """The text is not one amount; the message says why, for whoever typed it."""


@dataclass(frozen=True)
class Amount:
    cents: int
    currency: str


def read_amount(text: str, usual: str) -> Amount:
    """The amount; `usual` is the currency if the text names none, and decides which dollars "$" are.

    Raises:
        UnclearAmountError: it can be read in two ways or in none, is below nothing or beyond all reason.
    """
    folded = _SPACES.sub(" ", fold(text)).strip().replace("\u2019", "'").replace("\u2212", "-")
    found = _SHAPE.fullmatch(folded) if len(folded) <= 60 else None
    if found is None:
        raise UnclearAmountError(f"I cannot read this as one amount. {EXAMPLE}")
    if found["minus"]:
        raise UnclearAmountError("An amount cannot be less than nothing.")
    currency = one_currency(found["before"], found["after"], usual)
    return Amount(cents_of(found["digits"].strip(), UNITS[found["unit"] or ""]), currency)


def one_currency(before: str | None, after: str | None, usual: str) -> str:
    named = {currency_of(word, usual) for word in (before, after) if word}
    if len(named) > 1:
        raise UnclearAmountError(f"This names two currencies, {' and '.join(sorted(named))}. Leave one out.")
    return named.pop() if named else usual


def currency_of(word: str, usual: str) -> str:
    """The code of a currency's sign, name or code.

    Raises:
        UnclearAmountError: there is no such currency.
    """
    plain = _WORDS.get(fold(word), fold(word))
    if plain == "$":
        return usual if usual in DOLLARS else "USD"
    code = SIGNS.get(plain, plain.upper())
    if code not in CODES:
        raise UnclearAmountError(f"I know no currency “{word[:20].upper()}”. Write three letters, like EUR or USD.")
    return code


def cents_of(digits: str, unit: int) -> int:
    if unit > 1 and _ONE_MARK.fullmatch(digits):
        # "1.500k": a comma that groups or one that parts?
        first, last = re.split("[.,]", digits)
        readings = [in_words(hundredths(Decimal(each) * unit)) for each in (f"{first}.{last}", first + last)]
        raise UnclearAmountError(f"Is this {readings[0]} or {readings[1]}? Write it out.")
    return hundredths(value_of(digits) * unit)


def value_of(digits: str) -> Decimal:
    if grouped := _GROUPED.fullmatch(digits):
        whole, fraction = grouped[1] + grouped[2].replace(grouped[3], ""), grouped[4]
    elif indian := _INDIAN.fullmatch(digits):
        whole, fraction = indian[1].replace(",", ""), indian[2]
    elif plain := _PLAIN.fullmatch(digits):
        whole, fraction = plain[1], plain[2]
    else:
        raise UnclearAmountError(f"I cannot tell thousands from cents here. {EXAMPLE}")
    return Decimal(f"{whole}.{fraction or 0}")


def hundredths(value: Decimal) -> int:
    if value > MOST:
        raise UnclearAmountError(f"This is more than I can keep; the most is {MOST:,}.")
    cents = value * 100
    if cents != cents.to_integral_value():
        raise UnclearAmountError(f"Is this thousands, or more than two digits of cents? {EXAMPLE}")
    return int(cents)


def in_words(cents: int, currency: str = "") -> str:
    """Like "12,000 EUR", with cents only where there are some."""
    whole, rest = divmod(cents, 100)
    return f"{whole:,}{f'.{rest:02}' if rest else ''} {currency}".strip()
