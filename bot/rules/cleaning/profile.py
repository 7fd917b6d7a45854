"""What else is known of a person: interests, where they are, their time, how they like to be reached, their pages."""

from collections.abc import Iterable
from typing import Any

from bot.rules.cleaning.links import standard_website
from bot.rules.cleaning.places import guessed_zone, known_zone
from bot.rules.cleaning.text import clean_text
from bot.rules.numbers import fold

INTERESTS_MAX, LINKS_MAX, WORD_MAX, LOCATION_MAX = 20, 10, 80, 200
GUESS = "time_zone_is"  # beside a time zone that nobody told us: how we came to it
CHANNELS = {
    "email": "e-mail", "e-mail": "e-mail", "mail": "e-mail", "phone": "phone", "call": "phone", "telephone": "phone",
    "telefon": "phone", "mobile": "phone", "sms": "SMS", "text": "SMS", "text message": "SMS", "whatsapp": "WhatsApp",
    "linkedin": "LinkedIn", "video": "video call", "video call": "video call", "post": "post", "letter": "post",
}  # fmt: skip
CHANNEL_NAMES = tuple(dict.fromkeys(CHANNELS.values()))


def clean_profile(raw: object, *, country: str | None, phone: str | None) -> dict[str, Any]:
    """Only what is known and safe; all else that was sent is left out."""
    told = raw if isinstance(raw, dict) else {}
    found = _told(told) if told else {}
    if "time_zone" not in found:
        guess = guessed_zone(country, phone)
        if guess:
            found["time_zone"], found[GUESS] = guess
    return found


def _told(told: dict[Any, Any]) -> dict[str, Any]:
    channel = CHANNELS.get(fold(_word(told.get("preferred_channel"))))
    found = {
        "interests": [word for item in several(told.get("interests"), INTERESTS_MAX) if (word := _word(item))],
        "location": clean_text(str(told.get("location") or ""), limit=LOCATION_MAX),
        "time_zone": None if told.get(GUESS) else known_zone(_word(told.get("time_zone"))),
        "preferred_channel": channel,
        "links": _links(told.get("links")),
    }
    return {key: value for key, value in found.items() if value}


def _word(raw: object) -> str:
    return clean_text(str(raw or ""), limit=WORD_MAX)


def _links(raw: object) -> list[str]:
    said = [clean_text(str(item), limit=600) for item in several(raw, LINKS_MAX)]
    return list(dict.fromkeys(url for text in said if text and (url := standard_website(text)[0])))


def several(raw: object, most: int) -> Iterable[object]:
    """A list, or a text with commas, semicolons or lines between its parts."""
    if isinstance(raw, list | tuple):
        return raw[:most]
    text = str(raw or "")[: most * 700].replace(";", ",").replace("\n", ",")
    return [part for part in text.split(",") if part.strip()][:most]
