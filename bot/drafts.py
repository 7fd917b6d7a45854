"""What a follow-up's form begins with: the words of a command, read in the rep's own zone and language."""

import re
from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.actors import actor
from bot.followups import suggested_time
from bot.rules.when.reading import AmbiguousTimeError, read_when
from bot.services import Services
from bot.views.answers import local_time
from bot.views.followup_forms import Draft
from bot.worktime import hours_of

LEADING = re.compile(r"^(to\b|:)\s*", re.IGNORECASE)
# The first word of what is to do tells how.
KIND_OF = {
    "call": "call", "phone": "call", "ring": "call", "email": "email", "e-mail": "email", "mail": "email",
    "write": "email", "meet": "meeting", "meeting": "meeting", "demo": "meeting", "visit": "meeting",
    "message": "message", "text": "message", "ping": "message",
}  # fmt: skip


def draft(services: Services, slack_id: str, words: str) -> Draft:
    """The form's beginning; nothing is saved yet, and words that can mean several moments are asked about.

    Raises:
        UnclearTimeError: the words name no moment to come.
    """
    if not words.strip():
        return Draft(suggested_time(services, slack_id))
    now = services.now()
    with services.reading() as uow:
        rep = uow.people.rep(actor(uow, slack_id).rep_id)
    zone, starts = rep.time_zone, hours_of(services, rep).starts
    try:
        when = read_when(words, now=now, zone=zone, day_starts=starts, language=rep.language or "en")
    except AmbiguousTimeError as asked:
        choices = tuple((local_time(moment, zone), moment.isoformat()) for moment in asked.choices)
        first = asked.choices[0].astimezone(ZoneInfo(zone))
        return drafted(asked.rest, Draft(first, asks=str(asked), choices=choices))
    echo = f"I understood {local_time(when.moment, zone)} your time."
    return drafted(when.rest, Draft(when.moment.astimezone(ZoneInfo(zone)), echo=echo))


def drafted(rest: str, begun: Draft) -> Draft:
    """With the words that were not needed for the time, which say what to do."""
    what = LEADING.sub("", rest)
    first = what.split()[0].casefold().rstrip(":,") if what.split() else ""
    return replace(begun, what=what, kind=KIND_OF.get(first, "task"))
