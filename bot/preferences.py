"""What reps settle for themselves: hours, holidays, digest, quiet, time away, cover and the language of their dates."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import NoReturn
from zoneinfo import ZoneInfo

from bot import covers, digests, reminders, speech
from bot.actors import actor
from bot.errors import DibsError, InvalidInputError, Problem
from bot.rules.calendar import DAY_NAMES, at_local, known_calendar
from bot.rules.when.reading import LANGUAGES, read_when
from bot.services import Services
from bot.views.answers import local_time
from bot.views.preferences import OFF, ON, WORDS_MAX, Hours, Settings
from bot.worktime import hours_of
from store.models import Rep
from store.unit_of_work import UnitOfWork

CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True)
class Wanted:
    """What a rep sent in the form; "" where they left a field empty."""

    days: tuple[str, ...] = ()
    starts: str = ""
    ends: str = ""
    holidays: str = ""
    digest: str = ON
    digest_at: str = ""
    muted: str = ""
    away: str = ""
    cover: str = ""  # Slack's id
    language: str = "en"


def settings(services: Services, slack_id: str) -> tuple[Settings, str]:
    """The actor's settings as they are, and their zone."""
    with services.reading() as uow:
        rep = uow.people.rep(actor(uow, slack_id).rep_id)
        return settings_of(services, uow, rep, services.now()), rep.time_zone


def settings_of(services: Services, uow: UnitOfWork, rep: Rep, now: datetime) -> Settings:
    own, usual_digest = hours_of(services, rep), services.playbook.reminders.digest_at
    days = tuple(DAY_NAMES[number] for number in sorted(own.days))
    cover = uow.people.rep(rep.cover_id) if rep.cover_id else None
    return Settings(
        Hours(days, own.starts, own.ends, own.holidays or ""), usual_hours(services),
        time.fromisoformat(rep.digest_at) if rep.digest_at else usual_digest, usual_digest, rep.is_digest_off,
        later_than(rep.muted_until, now), later_than(rep.away_until, now),
        cover.name if cover else "", cover.slack_id if cover else "", rep.language or "en", rep.time_zone,
    )  # fmt: skip


def usual_hours(services: Services) -> Hours:
    usual = services.playbook.hours
    return Hours(tuple(day for day in DAY_NAMES if day in usual.days), usual.starts, usual.ends, usual.holidays or "")


def later_than(moment: datetime | None, now: datetime) -> datetime | None:
    return moment if moment is not None and moment > now else None


class Form:
    """Reads one field after another and remembers what is wrong, so that all of it is said at once."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    @contextmanager
    def field(self, name: str) -> Iterator[None]:
        try:
            yield
        except InvalidInputError as error:
            self.problems += [Problem(problem.field or name, problem.reason) for problem in error.problems]
        except DibsError as error:
            self.problems.append(Problem(name, str(error)))

    def refuse_mistakes(self) -> None:
        if self.problems:
            raise InvalidInputError(self.problems)


def save(services: Services, slack_id: str, wanted: Wanted) -> None:
    """Take over the whole form, or nothing of it.

    Raises:
        InvalidInputError: each wrong value with a sentence for its field.
    """
    now, form = services.now(), Form()
    with rep_to_change(services, slack_id, now) as (uow, rep):
        with form.field("language"):
            rep.language = known(wanted.language, tuple(LANGUAGES))  # first, because times may be written in it
        with form.field("starts"):
            rep.hours = own_hours(services, wanted)
        with form.field("holidays"):
            rep.holidays = own_holidays(services, wanted.holidays)
        with form.field("digest_at"):
            rep.digest_at = own_digest_at(services, wanted.digest_at)
        with form.field("digest"):
            rep.is_digest_off = known(wanted.digest, (ON, OFF)) == OFF
        with form.field("muted"):
            rep.muted_until = moment_of(services, rep, wanted.muted, rep.muted_until, now)
        with form.field("away"):
            be_away(uow, rep, moment_of(services, rep, wanted.away, rep.away_until, now), now)
        with form.field("cover"):
            be_covered(uow, rep, wanted.cover, now)
        form.refuse_mistakes()
        follow(services, uow, rep, now)


def go_away(services: Services, slack_id: str, until: str, cover: str) -> None:
    """The short form: until when, and who covers."""
    now, form = services.now(), Form()
    with rep_to_change(services, slack_id, now) as (uow, rep):
        with form.field("away"):
            if not until.strip():
                raise InvalidInputError([Problem("away", "Say until when, like friday or monday 9am.")])
            be_away(uow, rep, moment_of(services, rep, until, rep.away_until, now), now)
        with form.field("cover"):
            be_covered(uow, rep, cover, now)
        form.refuse_mistakes()
        follow(services, uow, rep, now)


def mute(services: Services, slack_id: str, words: str) -> str:
    """Nothing is said about follow-ups until the time that the words name; "off" ends it. Returns a sentence.

    Raises:
        UnclearTimeError: the words name no moment to come.
    """
    now = services.now()
    if not words.strip():
        raise InvalidInputError([Problem("muted", "Say until when, like: /lead mute 15:00")])
    with rep_to_change(services, slack_id, now) as (uow, rep):
        is_over = words.strip().casefold() == "off"
        rep.muted_until = None if is_over else moment_of(services, rep, words, None, now)
        follow(services, uow, rep, now)
        return muted_in_words(rep)


def mute_today(services: Services, slack_id: str) -> None:
    """Until midnight where they are."""
    now = services.now()
    with rep_to_change(services, slack_id, now) as (uow, rep):
        tomorrow = now.astimezone(ZoneInfo(rep.time_zone)).date() + timedelta(days=1)
        rep.muted_until = at_local(tomorrow, time(0), rep.time_zone)
        follow(services, uow, rep, now)


def muted_in_words(rep: Rep) -> str:
    if rep.muted_until is None:
        return "Reminders come to you again, within your working hours."
    until = local_time(rep.muted_until, rep.time_zone)
    return f"Reminders are muted until {until} your time. What falls due meanwhile waits in your Home and your digest."


@contextmanager
def rep_to_change(services: Services, slack_id: str, now: datetime) -> Iterator[tuple[UnitOfWork, Rep]]:
    """The actor themselves; committed at the end of the block, with their Home brought up to date."""
    with services.unit_of_work() as uow:
        rep = uow.people.rep(actor(uow, slack_id).rep_id)
        yield uow, rep
        speech.refresh_home(uow, rep.slack_id, now)
        uow.commit()


def follow(services: Services, uow: UnitOfWork, rep: Rep, now: datetime) -> None:
    """What is planned for the rep follows their new hours and wishes."""
    reminders.replan_of(services, uow, rep, now)
    digests.plan(services, rep, now)


# --- one field each


def own_hours(services: Services, wanted: Wanted) -> dict[str, object] | None:
    """None for the team's usual."""
    if not (wanted.days or wanted.starts or wanted.ends):
        return None
    if not wanted.days:
        refuse("days", "Tick at least one day, or leave the times empty as well to work as your team does.")
    days = tuple(day for day in DAY_NAMES if day in wanted.days)
    if len(days) != len(set(wanted.days)):
        refuse("days", "Choose from the days of the week.")
    starts, ends = clock_time(wanted.starts, "starts"), clock_time(wanted.ends, "ends")
    if ends <= starts:
        refuse("ends", "The end must come after the start, on the same day.")
    usual = usual_hours(services)
    if (days, starts, ends) == (usual.days, usual.starts, usual.ends):
        return None
    return {"days": list(days), "starts": f"{starts:%H:%M}", "ends": f"{ends:%H:%M}"}


def clock_time(text: str, field: str) -> time:
    if not CLOCK.fullmatch(text):
        refuse(field, "Choose a time, or leave days and times empty to work as your team does.")
    return time.fromisoformat(text)


def own_holidays(services: Services, words: str) -> str | None:
    """None for the team's usual."""
    calendar = words.strip().upper()
    if calendar in ("", usual_hours(services).holidays):
        return None
    if not known_calendar(calendar):
        refuse("holidays", f"I know no holidays of “{words[:20]}”. Write a country like FR, or a part like DE-BE.")
    return calendar


def own_digest_at(services: Services, text: str) -> str:
    """Empty for the usual time."""
    usual = services.playbook.reminders.digest_at
    if text in ("", f"{usual:%H:%M}"):
        return ""
    return f"{clock_time(text, 'digest_at'):%H:%M}"


def moment_of(services: Services, rep: Rep, words: str, before: datetime | None, now: datetime) -> datetime | None:
    """What the words name; nothing when there are none. Words that the form came with mean what they meant.

    Raises:
        UnclearTimeError: they name no moment to come.
    """
    if not words.strip():
        return None
    if before is not None and words == local_time(before, rep.time_zone):
        return before
    starts = services.playbook.hours.starts
    language = rep.language or "en"
    return read_when(words[:WORDS_MAX], now=now, zone=rep.time_zone, day_starts=starts, language=language).moment


def be_away(uow: UnitOfWork, rep: Rep, until: datetime | None, now: datetime) -> None:
    if until == rep.away_until:
        return
    if until is None:
        uow.people.end_absence(rep, now)
    else:
        uow.people.begin_absence(rep, now, until)
    covers.show(uow, rep, now)


def be_covered(uow: UnitOfWork, rep: Rep, slack_id: str, now: datetime) -> None:
    cover = uow.people.rep_by_slack_id(slack_id) if slack_id else None
    if slack_id and (
        cover is None or not cover.is_active or cover.id == rep.id or not covers.may_cover(uow, rep, cover)
    ):
        refuse("cover", "Name a colleague of one of your teams, or a manager.")
    covers.show(uow, rep, now)
    rep.cover_id = cover.id if cover else None
    covers.show(uow, rep, now)
    if cover:
        speech.refresh_home(uow, cover.slack_id, now)


def known(value: str, values: tuple[str, ...]) -> str:
    if value not in values:
        refuse("", "Choose one of the list.")
    return value


def refuse(field: str, why: str) -> NoReturn:
    raise InvalidInputError([Problem(field, why)])
