"""What comes by itself says why it came and how to stop it; the list of all that does, and the form to add to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time

from bot.rules.reports.schedules import DAYS, LAST_DAY, USUAL_AT, Rhythm
from bot.views import forms, kit
from bot.views.fit import MESSAGE_BYTES, as_many_as_fit, size
from bot.views.kit import At, Block, Channel, Message, Piece, Strong

MUTE_WEEK, MUTE, UNMUTE, REMOVE = "schedule.mute_week", "schedule.mute", "schedule.unmute", "schedule.remove"
SCHEDULE = "form.report_schedule"
STOPS = "schedule_stops"  # the block of buttons that stands below whatever came by itself
WORDS, EVERY, TIME, CHANNEL = "words", "every", "time", "channel"  # fields of the form
HEAVY = ("data_table", "data_visualization")
LEAST_ROWS = 3  # of a table: its heading, a row and a total
MOST_LINES, LIST_ROOM = 20, 10_000  # bytes
WORDS_SHOWN = 150
RHYTHMS = (
    ("day", "Every day"), *((f"week {at}", f"Every {name.capitalize()}") for at, name in enumerate(DAYS)),
    ("month 1", "Every 1st of the month"), ("month 15", "Every 15th of the month"),
    (f"month {LAST_DAY}", "Every last day of the month"),
)  # fmt: skip
USUAL = "week 0"


@dataclass(frozen=True)
class Came:
    """Why a report came: its number among the schedules, how often it comes, and who wanted that."""

    number: int
    how_often: str  # "every Monday at 9:00"
    words: str  # that ask for the same numbers again; none: what it tells of has no past
    by: str = ""  # nobody: every team gets it
    due: datetime | None = None  # for when it is, where it comes late
    zone: str = ""


@dataclass(frozen=True)
class Line:
    number: int
    words: str
    how_often: str
    channel: str = ""  # empty: to the reader, or where the team's leads are
    by: str = ""
    team: str = ""
    is_muted: bool = False
    next_at: datetime | None = None


def came(report: Message, why: Came) -> Message:
    """The report, and below it why it came."""
    text = f"{why.how_often[0].upper()}{why.how_often[1:]}, {f'set up by {why.by}' if why.by else 'as for every team'}."
    late, again = late_line(why), f" The same numbers again: /report {why.words}" if why.words else ""
    end = [
        *([late] if late else []), kit.context(f"{text}{again}"),
        stops(str(why.number), STOPS, MUTE_WEEK, MUTE, REMOVE),
    ]  # fmt: skip
    return Message(report.text, (*lighter(report.blocks, MESSAGE_BYTES - size(end)), *end))


def late_line(why: Came) -> Block | None:
    if why.due is None:
        return None
    return kit.line("This one was due on ", At(why.due, zone=why.zone), ", when I was not running.")


def stops(number: str, block_id: str, *actions: str) -> Block:
    texts = ("Mute for a week", "Mute for good", "Remove")
    return kit.actions(block_id, *(kit.button(text, act, number) for text, act in zip(texts, actions, strict=True)))


def lighter(blocks: Sequence[Block], room: int) -> list[Block]:
    """With as few rows of the table less as are needed for what stands below it; the CSV has all."""
    found = list(blocks)
    for at, block in enumerate(found):
        rows = list(block.get("rows", []))
        while block["type"] == "data_table" and len(rows) > LEAST_ROWS and size(found) > room:
            del rows[-2]
            found[at] = {**block, "rows": rows}
    for at in reversed(range(len(found))):  # strangers' names alone may fill a message
        if size(found) > room and found[at]["type"] in HEAVY:
            del found[at]
    return found


def stopped(what: str, why: str) -> Message:
    return kit.say(Strong("A report that came by itself was stopped. "), f"{what}: {why}")


# --- the list


def listed(lines: Sequence[Line], now: datetime) -> Message:
    if not lines:
        return kit.say("No report comes by itself. Let one come: /report schedule weekly every monday 9:00")
    head = f"{kit.plural(len(lines), 'report')} {'comes' if len(lines) == 1 else 'come'} by themselves."
    head = head.replace("1 report comes by themselves", "1 report comes by itself")
    return Message(
        kit.fallback(head), (kit.line(Strong(head)), *rows([(described(line, now), buttons(line)) for line in lines]))
    )


def rows(pairs: Sequence[tuple[Block, Block]]) -> list[Block]:
    """As many as one message takes, and how many more there are."""
    shown = as_many_as_fit(list(pairs), LIST_ROOM)[:MOST_LINES]
    rest = [kit.context(f"… and {len(pairs) - len(shown)} more.")] if len(shown) < len(pairs) else []
    return [*(block for pair in shown for block in pair), *rest]


def described(line: Line, now: datetime) -> Block:
    pieces: list[Piece] = [Strong(f"#{line.number} {kit.clip(line.words, WORDS_SHOWN)}"), f"  {line.how_often}, to "]
    pieces.append(Channel(line.channel) if line.channel else f"team {line.team}" if line.team else "you")
    pieces.append(f", set up by {line.by}" if line.by else ", as for every team")
    if line.is_muted:
        pieces.append("; muted")
    elif line.next_at is not None and line.next_at > now:
        pieces += ["; next ", At(line.next_at)]
    return kit.line(*pieces)


def buttons(line: Line) -> Block:
    mute = ("Unmute", UNMUTE) if line.is_muted else ("Mute for a week", MUTE_WEEK)
    made = [
        kit.button(text, act, str(line.number), says=f"{text} {line.words}") for text, act in (mute, ("Remove", REMOVE))
    ]
    return kit.actions(f"schedule {line.number}", *made)


# --- the form


def rhythm_of(chosen: str, at: time) -> Rhythm:
    """What one of the choices means: "week 0"."""
    every, _, day = chosen.partition(" ")
    return Rhythm({"week": "week", "month": "month"}.get(every, "day"), int(day or 0), at)  # type: ignore[arg-type]


def form(words: str, *, to_channels: bool, about: str = "") -> Block:
    options = [kit.option(text, value) for value, text in RHYTHMS]
    usual = next(option for option in options if option["value"] == USUAL)
    chooser: Block = {"type": "conversations_select", "filter": {"include": ["public", "private"]}}
    where = forms.field(
        CHANNEL, "Where", chooser, optional=True, hint="I have to be in that channel. Empty: to you alone."
    )  # fmt: skip
    return forms.form(
        SCHEDULE, "Let it come by itself", "Schedule",
        forms.field(WORDS, "Report", forms.text_input(initial=words, longest=500),
                    hint="Words like last week are read anew each time."),
        forms.field(EVERY, "How often", {"type": "static_select", "options": options, "initial_option": usual}),
        forms.field(TIME, "At", {"type": "timepicker", "initial_time": f"{USUAL_AT:%H:%M}"}),
        *([where] if to_channels else []), about=about,
    )  # fmt: skip
