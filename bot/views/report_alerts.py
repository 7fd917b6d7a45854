"""Alerts: why each fired, in figures, what to do about it, and how to stop it; and the list of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.views import kit
from bot.views.cards import title, worked
from bot.views.kit import At, Block, Channel, Message, Piece, Strong
from bot.views.report_schedules import WORDS_SHOWN, rows, stops
from store.models import Lead

MUTE_WEEK, MUTE, UNMUTE, REMOVE = "alert.mute_week", "alert.mute", "alert.unmute", "alert.remove"
MOST_NAMED = 10
DONE = {"contacted": "had a first contact", "won": "were won"}


@dataclass(frozen=True)
class Unclaimed:
    """Leads that nobody claimed in time; named only where everybody may know them."""

    minutes: int
    count: int
    longest: timedelta  # of working time
    named: tuple[tuple[Lead, timedelta], ...] = ()
    by_team: tuple[tuple[str, int], ...] = ()
    is_more: bool = False  # than were counted


@dataclass(frozen=True)
class Fell:
    """A share that is out of its usual band; shares are from 0 to 1."""

    step: str
    days: str  # when the leads of the week arrived
    share: float
    leads: int
    usual: float
    band: tuple[float, float]
    weeks: int
    within: timedelta
    look: str  # the report that shows where


@dataclass(frozen=True)
class Silent:
    """Sources that usually send leads: a day's usual number, working days without one, and the last."""

    sources: tuple[tuple[str, float, float, datetime], ...]


@dataclass(frozen=True)
class Fired:
    """The alert that speaks: its number, what it watches in words, and who wanted that."""

    number: int
    words: str
    by: str
    seen: Unclaimed | Fell | Silent = field(default=Silent(()))


@dataclass(frozen=True)
class Line:
    number: int
    words: str
    channel: str = ""  # empty: to the reader
    by: str = ""
    is_muted: bool = False
    is_over: bool = False
    fired_at: datetime | None = None


def fired(value: Fired) -> Message:
    match value.seen:
        case Unclaimed():
            head, blocks, advice = unclaimed(value.seen)
        case Fell():
            head, blocks, advice = fell(value.seen)
        case Silent():
            head, blocks, advice = silent(value.seen)
    why = kit.context(f"Why this came: the alert “{value.words}”, set up by {value.by}. It speaks again only after "
                      "the figure was back inside.")  # fmt: skip
    end = stops(str(value.number), "alert_stops", MUTE_WEEK, MUTE, REMOVE)
    return Message(kit.fallback(head), (kit.line("🔔 ", Strong(head)), *blocks, kit.paragraph(advice), why, end))


def unclaimed(seen: Unclaimed) -> tuple[str, list[Block], str]:
    more = " or more" if seen.is_more else ""
    have = "has" if seen.count == 1 else "have"
    head = (
        f"{kit.plural(seen.count, 'lead')}{more} {have} waited over {seen.minutes} working minutes for somebody to "
        f"claim {'it' if seen.count == 1 else 'them'}; the longest for {worked(seen.longest)}."
    )
    told: list[tuple[Piece, ...]] = [
        (Strong(title(lead)[:120]), f"  waits for {worked(waited)}") for lead, waited in seen.named[:MOST_NAMED]
    ]
    told += [(f"Team {team}: ", kit.plural(count, "lead")) for team, count in seen.by_team]
    number = f"#{seen.named[0][0].id}" if seen.named else "#42"
    advice = f"Press Claim on their cards, or give them to somebody: /lead assign {number} @rep. All: /report overdue"
    return head, [kit.lines(told)] if told else [], advice


def fell(seen: Fell) -> tuple[str, list[Block], str]:
    share, usual = percent(seen.share), percent(seen.usual)
    head = f"Only {share} of the leads that arrived {seen.days} {DONE[seen.step]}; usual is {usual}."
    low, high = (percent(one) for one in seen.band)
    figures = (
        f"Of {kit.plural(seen.leads, 'lead')}, within {seen.within.days} days of their arrival. In the {seen.weeks} "
        f"weeks before it was between {low} and {high}, and chance alone hardly explains the difference."
    )
    return head, [kit.paragraph(figures)], f"See where it was lost: /report {seen.look}"


def silent(seen: Silent) -> tuple[str, list[Block], str]:
    names = ", ".join(source for source, *_ in seen.sources)
    head = f"No lead comes from {names} any more, where they usually come every day."
    told: list[tuple[Piece, ...]] = [
        (Strong(source), f"  usually {a_day:g} a day, none for {days:.1f} working days; the last ", At(last))
        for source, a_day, days, last in seen.sources
    ]
    advice = "Send one lead through it yourself. If no card comes, its form, key or address has changed."
    return head, [kit.lines(told)], advice


def percent(share: float) -> str:
    return f"{share:.0%}".replace("%", " %")


def listed(lines: Sequence[Line]) -> Message:
    if not lines:
        return kit.say("No alert is set. Set one: /report alert unclaimed 45")
    head = f"{kit.plural(len(lines), 'alert')} {'is' if len(lines) == 1 else 'are'} set."
    return Message(
        kit.fallback(head), (kit.line(Strong(head)), *rows([(described(line), buttons(line)) for line in lines]))
    )


def described(line: Line) -> Block:
    pieces: list[Piece] = [Strong(f"#{line.number} {kit.clip(line.words, WORDS_SHOWN)}"), "  to "]
    pieces += [Channel(line.channel) if line.channel else "you", f", set up by {line.by}"]
    pieces.append("; muted" if line.is_muted else "; over its line now" if line.is_over else "")
    pieces += [", last fired ", At(line.fired_at)] if line.fired_at else []
    return kit.line(*pieces)


def buttons(line: Line) -> Block:
    mute = ("Unmute", UNMUTE) if line.is_muted else ("Mute for a week", MUTE_WEEK)
    made = [
        kit.button(text, act, str(line.number), says=f"{text} {line.words}") for text, act in (mute, ("Remove", REMOVE))
    ]
    return kit.actions(f"alert {line.number}", *made)
