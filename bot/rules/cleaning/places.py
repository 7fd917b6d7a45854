"""Countries by their ISO 3166 code, however and in whatever language they are named, and the time there."""

import pickle
import unicodedata
from functools import cache, lru_cache
from importlib import resources
from zoneinfo import available_timezones

import phonenumbers
from babel.core import get_global
from phonenumbers.timezone import time_zones_for_number

# Names are looked for in this order: the earlier languages are the ones that more forms are written in.
LANGUAGES = (
    "en", "de", "fr", "es", "it", "pt", "nl", "pl", "sv", "da", "no", "fi", "cs", "sk", "hu", "ro", "tr", "ru", "uk",
    "el", "bg", "hr", "sr", "sl", "et", "lv", "lt", "ja", "zh", "ko", "ar", "he", "hi", "id", "vi", "th", "fa", "ca",
)  # fmt: skip
# What people write that no list of names has.
SPOKEN = {
    "america": "US", "united states of america": "US", "the united states": "US", "the netherlands": "NL",
    "holland": "NL", "england": "GB", "scotland": "GB", "wales": "GB", "northern ireland": "GB", "great britain": "GB",
    "britain": "GB", "uae": "AE", "czech republic": "CZ", "tschechische republik": "CZ", "korea": "KR",
    "south korea": "KR", "republic of korea": "KR", "russian federation": "RU", "viet nam": "VN", "turkey": "TR",
    "ivory coast": "CI", "macedonia": "MK", "burma": "MM", "swaziland": "SZ", "cape verde": "CV", "hong kong": "HK",
    "macao": "MO", "macau": "MO", "brd": "DE", "bundesrepublik deutschland": "DE", "people's republic of china": "CN",
    "republic of ireland": "IE", "eire": "IE", "estados unidos": "US", "etats-unis": "US", "usa": "US",
    "schweiz/suisse": "CH", "slovak republic": "SK", "taiwan, province of china": "TW", "iran": "IR", "syria": "SY",
}  # fmt: skip
NO_COUNTRIES = frozenset({"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"})  # CLDR names these too
GUESSED_BY_COUNTRY, GUESSED_BY_PHONE = "guessed from the country", "guessed from the phone number"


@lru_cache(maxsize=4096)
def country_code(text: str) -> str | None:
    """The ISO 3166 alpha-2 code of a country: from that, alpha-3, its number, or its name in many languages."""
    upper = text.replace(".", "").strip().upper()
    if upper.isascii() and len(upper) <= 3:
        found = by_code(upper)
        if found:
            return found
    folded = folded_name(text)
    return SPOKEN.get(folded) or next((code for one in LANGUAGES if (code := names_in(one).get(folded))), None)


def by_code(code: str) -> str | None:
    if code in known_codes():
        return code
    aliases = list(get_global("territory_aliases").get(code) or ())
    return str(aliases[0]) if len(aliases) == 1 and aliases[0] in known_codes() else None


@cache
def known_codes() -> frozenset[str]:
    return frozenset(names_in("en").values())


@cache
def names_in(language: str) -> dict[str, str]:
    """Each country's name in that language with its code.

    Read from Babel's own file and not through its Locale, which keeps a megabyte in memory for every language.
    """
    data = (resources.files("babel") / "locale-data" / f"{language}.dat").read_bytes()
    territories = pickle.loads(data).get("territories", {})  # noqa: S301 - a file of the library
    return {
        folded_name(name): code
        for code, name in territories.items()
        if isinstance(name, str) and len(code) == 2 and code.isalpha() and code not in NO_COUNTRIES
    }


def folded_name(text: str) -> str:
    """Without case, accents, and the marks in which spellings differ."""
    parts = unicodedata.normalize("NFKD", text.casefold().replace("&", " and ").replace("\u2019", "'"))
    return " ".join("".join(letter for letter in parts if not unicodedata.combining(letter)).strip(" .,;()").split())


@lru_cache(maxsize=1024)
def known_zone(name: str) -> str | None:
    """The zone in its right spelling: "europe/berlin" is Europe/Berlin."""
    return zones_by_fold().get(name.strip().replace(" ", "_").casefold()) if name else None


@cache
def zones_by_fold() -> dict[str, str]:
    return {zone.casefold(): zone for zone in available_timezones() if "/" in zone or zone == "UTC"}


def guessed_zone(country: str | None, phone: str | None) -> tuple[str, str] | None:
    """The time zone of a country that has only one, else of the area that the number is dialled in; and how we know."""
    only = zone_of_country(country) if country else None
    if only:
        return only, GUESSED_BY_COUNTRY
    found = zone_of_number(phone[:8]) if phone and phone.startswith("+") else None
    return (found, GUESSED_BY_PHONE) if found else None


@cache
def countries_with_one_zone() -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for zone, code in get_global("zone_territories").items():
        if zone not in SMALL_ZONES:
            found.setdefault(code, []).append(zone)
    here = available_timezones()  # asked once: each time it looks through the disk
    return {code: zones[0] for code, zones in found.items() if len(zones) == 1 and zones[0] in here}


# Where hardly anybody of the country lives.
SMALL_ZONES = frozenset({
    "Europe/Busingen", "Africa/Ceuta", "Atlantic/Canary", "Atlantic/Madeira", "Atlantic/Azores", "Pacific/Chatham",
    "Asia/Urumqi", "Asia/Famagusta", "Europe/Simferopol", "Europe/Uzhgorod", "Europe/Zaporozhye",
})  # fmt: skip


def zone_of_country(code: str) -> str | None:
    return countries_with_one_zone().get(code)


@lru_cache(maxsize=8192)
def zone_of_number(beginning: str) -> str | None:
    """By the first digits of the number, which tell where it is; nothing if they could be in several zones."""
    padded = beginning + "0" * (12 - len(beginning))
    try:
        zones = time_zones_for_number(phonenumbers.parse(padded, None))
    except phonenumbers.NumberParseException:
        return None
    return zones[0] if len(zones) == 1 and "/" in zones[0] and zones[0] in available_timezones() else None
