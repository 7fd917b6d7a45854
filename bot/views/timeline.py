"""A lead's story: every entry a line with its time and author, in pages for one reader or in messages for a thread."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.rules.consent import BASES, UNPROVED
from bot.rules.dealing import AUTO, OWNER
from bot.rules.matching import discreet
from bot.views import kit
from bot.views.cards import title
from bot.views.fit import as_many_as_fit, size
from bot.views.kit import At, Block, Message, Piece, Strong
from bot.views.reminders import what
from bot.views.stages import rival
from store.models import (
    Answer,
    Consent,
    Decision,
    FieldChange,
    FollowUp,
    Lead,
    LevelChange,
    Merge,
    Offer,
    StageChange,
    Touch,
)

PAGE = 15
SHOWN = 400  # characters of one entry; a note's rest stands in the note itself
OLDER, NEWER, REPOST = "timeline.older", "timeline.newer", "timeline.repost"
MESSAGE_BYTES = 8000  # of entries in one message
CHANNELS = {
    "email": "e-mail", "phone": "calls", "sms": "text messages", "measuring": "having openings and clicks counted",
}  # fmt: skip
DID = {
    "page_view": "looked at a page", "email_opened": "opened an e-mail", "email_clicked": "clicked in an e-mail",
    "email_bounced": "could not be e-mailed", "unsubscribed": "unsubscribed", "webinar": "was at a webinar",
    "download": "downloaded something", "call": "spoke with us", "meeting": "arranged a meeting", "reply": "replied",
    "form": "sent a form", "identified": "said who they are",
}  # fmt: skip

TYPED, REJECTED = "typed", "rejected"
COMES = frozenset({"form", TYPED, "import", "e-mail"})  # kinds of touches that bring a lead


@dataclass(frozen=True)
class Entry:
    at: datetime
    by: str
    words: str
    sign: str = ""


@dataclass(frozen=True)
class Page:
    lead: Lead
    entries: tuple[Entry, ...]  # newest first
    start: int  # how many newer ones there are
    total: int


# --- as a modal or a part of one


def page(value: Page) -> Message:
    heading = f"The story of {title(value.lead)}"
    last = value.start + len(value.entries)
    shown = f"{value.start + 1} to {last} of {value.total}, the newest first" if value.entries else "Nothing yet"
    return Message(
        kit.fallback(heading, ". ", shown, "."),
        (kit.line(Strong(heading)), *lines(value.entries), kit.context(shown), *pager(value)),
    )


def part(value: Page, *, room: int) -> list[Block]:
    """As much of it as fits below something else; the button goes on from there."""
    shown = as_many_as_fit([item(one) for one in value.entries], room)
    rest = replace(value, entries=value.entries[: len(shown)])
    heading = kit.line(Strong("What happened, the newest first"))
    return [heading, *lines(rest.entries), *pager(rest)] if shown else []


def lines(entries: Sequence[Entry]) -> list[Block]:
    if not entries:
        return []
    return [kit.rich([{"type": "rich_text_list", "style": "bullet", "elements": [item(one) for one in entries]}])]


def item(entry: Entry) -> Block:
    return kit.item(pieces(entry))


def pieces(entry: Entry) -> tuple[Piece, ...]:
    said = " ".join(entry.words.split())
    short = said if len(said) <= SHOWN else said[: SHOWN - 1] + "…"
    return (At(entry.at), f" {entry.sign} " if entry.sign else " ", Strong(entry.by or "—"), f" {short}")


def pager(value: Page) -> list[Block]:
    """Buttons to the next older and newer part, where there are any."""
    found, name = [], title(value.lead)
    last = value.start + len(value.entries)
    if last < value.total:
        found.append(kit.button("Older", OLDER, f"{value.lead.id}:{last}", says=f"Older entries of {name}"))
    if value.start:
        newer = max(0, value.start - PAGE)
        found.append(kit.button("Newer", NEWER, f"{value.lead.id}:{newer}", says=f"Newer entries of {name}"))
    return [kit.actions("timeline", *found)] if found else []


# --- as messages in a thread


def in_messages(lead: Lead, entries: Sequence[Entry]) -> list[Message]:
    """The whole story, oldest first, in as few messages as Slack's sizes allow."""
    parts: list[list[Block]] = [[]]
    room = MESSAGE_BYTES
    for one in map(item, entries):
        room -= size(one)
        if parts[-1] and room < 0:
            parts.append([])
            room = MESSAGE_BYTES - size(one)
        parts[-1].append(one)
    return [in_message(lead, elements, number, len(parts)) for number, elements in enumerate(parts, 1) if elements]


def in_message(lead: Lead, elements: list[Block], number: int, total: int) -> Message:
    heading = f"🧵 The story of {title(lead)} so far" + (f", part {number} of {total}" if total > 1 else "")
    shown = kit.rich([{"type": "rich_text_list", "style": "bullet", "elements": elements}])
    return Message(kit.fallback(heading), (kit.line(Strong(heading)), shown))


def moved_on(lead: Lead, channel: str) -> Message:
    """What stands where the card was before."""
    where = kit.Channel(channel)
    return kit.say(Strong(title(lead)), ": this card is not kept any more. The new one is in ", where, ".")


def complete(lead: Lead, there: int) -> Message:
    """Nothing is gone from a thread, so nothing is to be posted again."""
    said = f"Nothing is gone from the thread of {title(lead)}: my {of_mine(there)} there."
    return Message(kit.fallback(said), (kit.paragraph(said),))


def of_mine(lines: int) -> str:
    return "line stands" if lines == 1 else f"{lines:,} lines stand"


def unseen(lead: Lead) -> Message:
    """Whoever may not read history can only offer."""
    said = f"The card of {title(lead)} stands. I may not read its thread, so I cannot tell whether a line is gone."
    return Message(kit.fallback(said), (kit.paragraph(said), again(lead)))


def again(lead: Lead) -> Block:
    says = f"Post the story of {title(lead)} again"
    return kit.actions("rebuild", kit.button("Post the story again", REPOST, str(lead.id), says=says))


def drift(lead: Lead, there: int, missing: int, extra: int) -> Message:
    """What a thread lacks, to whoever asked; with a button that posts the story again where something is gone."""
    gone = f"{kit.plural(missing, 'line')} that I wrote {'is' if missing == 1 else 'are'} gone"
    lacks = gone if missing else "nothing is gone"
    twice = f", {kit.plural(extra, 'line')} of mine should not be there" if extra else ""
    said = f"The thread of {title(lead)} has {kit.plural(there, 'line')} of mine: {lacks}{twice}."
    return Message(kit.fallback(said), (kit.paragraph(said), *([again(lead)] if missing else ())))


# --- the words of each kind of entry


def touch(one: Touch, *, is_first: bool) -> str:
    kind = one.kind.replace("_", " ")
    said = came(one, is_first=is_first) if is_first or one.kind in COMES else DID.get(one.kind, kind)
    length = f", {one.seconds // 60} min" if one.seconds and one.seconds >= 60 else ""
    heard = f", recording: {one.recording}" if one.recording else ""
    return f"{said}{f': {one.detail}' if one.detail else ''}{length}{heard}"


def came(one: Touch, *, is_first: bool) -> str:
    """How somebody became a lead, or came back as one."""
    if one.kind == TYPED:
        where = f" ({one.source})" if one.source and one.source != "added by hand" else ""
        return f"was added by hand{where}" if is_first else f"was added by hand once more{where}"
    if not one.source:
        return "came through an unknown source" if is_first else DID.get(one.kind, "came back")
    kind = "" if one.kind.replace("_", " ") in one.source.casefold() else f" ({one.kind.replace('_', ' ')})"
    return f"came {'' if is_first else 'back '}through {one.source}{kind}"


def is_part_of(one: Consent, touch: Touch) -> bool:
    """A plain yes in the very form with which they came says nothing that the form's own line does not."""
    is_plain = one.is_given and one.basis == BASES[0] and not one.wording and one.rep_id is None
    return is_plain and touch.kind in COMES and (one.at, one.source) == (touch.at, touch.source)


def agreed(consents: Sequence[Consent]) -> str:
    channels = [CHANNELS.get(one.channel, one.channel) for one in consents]
    return f", and agreed to {enumerated(channels)}" if channels else ""


def breath(one: Consent) -> tuple[object, ...]:
    """The same for all that somebody said at once, of several channels."""
    return one.at, one.is_given, one.basis, one.source, one.wording, one.rep_id


def enumerated(names: Sequence[str]) -> str:
    """Like "e-mail, text messages and calls"."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def consent(one: Consent, *others: Consent, is_written_down: bool = False) -> str:
    """`others` were said in one breath; `is_written_down`: a rep was told so, and is whom the words are said of."""
    channel = enumerated([CHANNELS.get(each.channel, each.channel) for each in (one, *others)])
    wording = f": “{one.wording}”" if one.wording else ""
    basis = one.basis if one.is_given and one.basis != BASES[0] else ""
    how = ", ".join(said for said in (basis, one.source[:100]) if said)
    agreed = "is said to have agreed to" if one.basis == UNPROVED else "agreed to"
    words = f"{agreed if one.is_given else 'wants no more'} {channel}{f' ({how})' if how else ''}{wording}"
    return f"wrote down that the lead {words}" if is_written_down else words


def correction(one: FieldChange) -> str:
    name = one.field.removeprefix("fields.").replace("_", " ").replace("-", " ")
    return f"set {name} to “{one.after or 'nothing'}”" + (f", before “{one.before}”" if one.before else "")


def answer(one: Answer) -> str:
    return f"learned about {one.question}: {one.text or 'nothing any more'}"


def level(one: LevelChange) -> str:
    after = one.after.upper() if one.after in ("mql", "sql") else one.after
    why = f": {one.reason}" if one.reason else ""
    if one.after == REJECTED:
        return f"rejected it for sales{why}"
    return f"made it {'a' if after == 'lead' else 'an'} {after}, with {kit.plural(one.score, 'point')}{why}"


def merge(one: Merge, lead_id: int) -> str:
    if one.kept_id != lead_id:
        return f"made it part of #{one.kept_id}"
    why = f" ({', '.join(discreet(one.reasons))})" if one.reasons else ""  # it may have been another team's
    return f"joined #{one.gone_id} into it, the same person{why}"


def split(one: Merge, lead_id: int) -> str:
    return f"parted it from #{one.gone_id if one.kept_id == lead_id else one.kept_id} again"


def decision(one: Decision, winner: str) -> str:
    return f"gave it to {winner}" if one.mode == AUTO or one.kind == OWNER else f"offered it to {winner}"


def offer(one: Offer) -> str:
    if one.status == "lapsed":
        return "let the offer run out"
    return f"passed on it{f' ({one.pass_reason})' if one.pass_reason else ''}"


def move(one: StageChange, *, is_rejection: bool = False) -> str:
    why = f": {one.reason}{rival(one)}" if one.reason else ""
    if is_rejection:
        return f"rejected it for sales, so it went from {one.before} to {one.after}{why}"
    return f"moved it from {one.before} to {one.after}{why}"


def kept(one: FollowUp) -> str:
    return f"followed up: {what(one)}{f' ({one.outcome})' if one.outcome else ''}"
