"""When a lead may be written to: in their own working hours, by a zone that is known or guessed. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.playbook.sequences import Contact
from bot.rules.calendar import WorkingHours, known_calendar
from bot.rules.cleaning.places import country_code, guessed_zone
from bot.rules.cleaning.profile import GUESS

TOLD, TEAMS = "as they told us", "the team's, for theirs is not known"


@dataclass(frozen=True)
class LeadClock:
    """The hours in which somebody is written to, in which zone, and how we know it."""

    hours: WorkingHours
    zone: str
    how: str

    def next_open(self, now: datetime) -> datetime:
        """`now` itself within their hours, else when those begin next, in UTC."""
        return self.hours.next_open(now, self.zone)

    def is_open(self, now: datetime) -> bool:
        return self.hours.cover(now, self.zone)

    @property
    def place(self) -> str:
        return self.zone.rpartition("/")[2].replace("_", " ")

    @property
    def said(self) -> str:
        """For the card and the preview."""
        return f"written to in {self.place} time, {self.how}"


def clock_of(
    contact: Contact, *, profile: Mapping[str, Any], country: str | None, phone: str | None, team_zone: str
) -> LeadClock | None:
    """None when nobody knows where they are, and the playbook would rather not write then."""
    found = zone_of(profile, country, phone)
    if found is None and contact.zone_unknown == "wait":
        return None
    zone, how = found or (team_zone, TEAMS)
    hours = contact.hours.rule()
    calendar = holidays_of_country(country)
    return LeadClock(replace(hours, holidays=calendar) if calendar else hours, zone, how)


def zone_of(profile: Mapping[str, Any], country: str | None, phone: str | None) -> tuple[str, str] | None:
    """What they said counts; else what their country or their number tells, with how we know it."""
    if profile.get("time_zone"):
        return str(profile["time_zone"]), str(profile.get(GUESS) or TOLD)
    return guessed_zone(country_code(country) if country else None, phone)


def holidays_of_country(country: str | None) -> str | None:
    """Its calendar of public holidays, where there is one."""
    code = country_code(country) if country else None
    return code if code and known_calendar(code) else None
