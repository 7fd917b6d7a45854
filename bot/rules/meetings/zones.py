"""The time zones that a visitor chooses from, and which one the page begins with. Pure."""

from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from bot.rules.cleaning.places import known_zone

REGIONS = (
    "Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific",
)  # fmt: skip


@cache
def choices() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Every zone that is a place, by its part of the world."""
    named = sorted(zone for zone in available_timezones() if zone.partition("/")[0] in REGIONS)
    return tuple((region, tuple(zone for zone in named if zone.startswith(f"{region}/"))) for region in REGIONS)


def first_known(*names: str | None) -> str:
    """The first of these that is a zone; UTC when none is."""
    return next((zone for name in names if name and (zone := known(name))), "UTC")


def known(name: str) -> str | None:
    """The zone's own name, however it is spelled."""
    return known_zone(name) if len(name) <= 64 and name.isascii() else None


def spoken(zone: str) -> str:
    """As people say it: "New York (America)"."""
    region, _, place = zone.partition("/")
    return f"{place.replace('_', ' ').replace('/', ', ')} ({region})" if place else zone


def place_of(zone: str) -> ZoneInfo:
    return ZoneInfo(first_known(zone))
