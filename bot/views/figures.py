"""A figure as its reader writes numbers: separators, signs and dates of their locale, times of their zone.

The words around it are English, and so are the units of a duration. Formats: Unicode CLDR, through Babel.
"""

import math
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime
from babel.numbers import NumberPattern, format_decimal, get_currency_precision, parse_pattern

from bot.rules.reports.report import Cell, Figure, Said
from bot.views.kit import Piece, Strong

UNKNOWN = "\N{EN DASH}"
ENGLISH = "en"
WHOLE_FROM = 1000  # of a currency: hundredths no longer matter
FINE_BELOW = 0.1  # a share so small is told to a tenth of a percent
OUR_DAY = "d MMM yyyy"  # English without a country: neither side's order of day and month
SPELLED = {"s": "second", "min": "minute", "h": "hour", "d": "day"}
MINUTE, HOUR, DAY = 60, 3600, 86_400


@dataclass(frozen=True)
class Reader:
    """`locale` as Slack or Babel writes it: "de-DE", "de_DE", "de"; what nobody knows is read as English."""

    locale: str = ENGLISH
    zone: str = "UTC"

    @cached_property
    def known_locale(self) -> Locale:
        try:
            return Locale.parse(self.locale.replace("-", "_"))
        except (UnknownLocaleError, ValueError, TypeError):
            return Locale(ENGLISH)


def written(figure: Figure, reader: Reader) -> str:
    """The figure in words; a dash where it is not known."""
    value = figure.value
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return UNKNOWN
    if isinstance(value, date):
        return day(value, reader)
    if isinstance(value, timedelta) or figure.kind == "duration":
        return span(value.total_seconds() if isinstance(value, timedelta) else value)
    locale = reader.known_locale
    if figure.kind in ("percent", "money"):
        return percent(value, locale) if figure.kind == "percent" else money(value, figure.currency, locale)
    rounded = round(value, 0 if figure.kind == "count" else 2) or 0  # never "-0"
    return str(format_decimal(rounded, locale=locale))


def cell(value: Cell, reader: Reader) -> str:
    return written(value, reader) if isinstance(value, Figure) else value


def pieces(said: Said, reader: Reader) -> list[Piece]:
    """A sentence whose figures stand out."""
    return [Strong(told(each, reader)) if isinstance(each, Figure) else each for each in said]


def sentence(said: Said, reader: Reader) -> str:
    return "".join(told(each, reader) if isinstance(each, Figure) else each for each in said)


def told(figure: Figure, reader: Reader) -> str:
    """Within a sentence, where there is room for "5 days"."""
    words = written(figure, reader)
    number, _, unit = words.partition(" ")
    if figure.kind != "duration" or unit not in SPELLED:
        return words
    return f"{number} {SPELLED[unit]}" + ("" if number == "1" else "s")


def percent(share: float, locale: Locale) -> str:
    finest = 1 if 0 < abs(share) < FINE_BELOW else 0
    return str(with_digits(locale.percent_formats[None], 0, finest).apply(Decimal(str(share)), locale))


def money(cents: float, currency: str, locale: Locale) -> str:
    """Hundredths of a currency, told only where they matter."""
    amount = Decimal(str(cents)) / 100
    digits = get_currency_precision(currency) if currency else 2
    is_whole = abs(amount) >= WHOLE_FROM or amount == amount.to_integral_value()
    pattern = with_digits(locale.currency_formats["standard"], *((0, 0) if is_whole else (digits, digits)))
    return str(pattern.apply(amount, locale, currency=currency, currency_digits=False)).strip("\xa0 ")


def with_digits(pattern: NumberPattern, least: int, most: int) -> NumberPattern:
    """The pattern of a locale with so many digits behind the point."""
    changed = copy(parse_pattern(pattern))
    changed.frac_prec = (least, most)
    return changed


def span(length: float) -> str:
    """Seconds in the two largest units that matter: "300 ms", "45 s", "14 min", "2 h 5 min", "3 d 4 h", "120 d"."""
    seconds, thousandths = round(abs(length)), round(abs(length) * 1000)
    sign = "-" if length < 0 and thousandths else ""
    if 0 < thousandths < 1000:
        return f"{sign}{thousandths} ms"
    if seconds < MINUTE:
        return f"{sign}{seconds} s"
    minutes = round(seconds / MINUTE)
    if minutes < HOUR // MINUTE:
        return f"{sign}{minutes} min"
    if minutes < DAY // MINUTE:
        return sign + two(minutes, 60, "h", "min")
    hours = round(seconds / HOUR)
    return sign + (two(hours, 24, "d", "h") if hours < 24 * 10 else f"{round(hours / 24):,} d")


def two(amount: int, size: int, large: str, small: str) -> str:
    rest = f" {amount % size} {small}" if amount % size else ""
    return f"{amount // size} {large}{rest}"


def day(value: date, reader: Reader) -> str:
    """A day of the calendar; of a moment, the day it is in the reader's zone."""
    if isinstance(value, datetime):
        value = value.astimezone(ZoneInfo(reader.zone)).date()
    locale = reader.known_locale
    return str(format_date(value, OUR_DAY if str(locale) == ENGLISH else "medium", locale=locale))


def moment(value: datetime, reader: Reader) -> str:
    """A day and an hour in the reader's zone."""
    there, locale = value.astimezone(ZoneInfo(reader.zone)), reader.known_locale
    form = f"{OUR_DAY}, HH:mm" if str(locale) == ENGLISH else "medium"
    told = str(format_datetime(there, form, locale=locale))
    return f"{told} {there.tzname() or ''}".strip()


def plain_number(figure: Figure) -> float | None:
    """What a column is sorted by, in the unit that is shown; None where nothing is known."""
    value = figure.value
    if isinstance(value, timedelta):
        return value.total_seconds()
    if value is None or isinstance(value, date) or not math.isfinite(value):
        return None
    scaled = {"money": value / 100, "percent": value * 100}.get(figure.kind, value)
    return round(scaled, 4)
