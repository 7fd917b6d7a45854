"""Private answers to commands that are more than one sentence, or need the reader's own clock."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.views import kit
from bot.views.kit import Block, Message, Piece, Strong, say


def local_time(moment: datetime, zone: str) -> str:
    return moment.astimezone(ZoneInfo(zone)).strftime("%a %-d %b, %H:%M")


def away(until: datetime, zone: str, *, cover: str | None = None) -> Message:
    """`cover` is the name of whoever works for the reader meanwhile."""
    hands = (
        f"{cover} covers: reminders about your leads go there, and your leads stay yours."
        if cover else "Nobody covers for you: /lead cover @colleague names somebody to be reminded instead of you."
    )  # fmt: skip
    return say(f"You get no offers until {local_time(until, zone)} your time. {hands} /lead back ends it sooner.")


def command_help(command: str, groups: dict[str, list[tuple[str, str]]]) -> Message:
    """Each group has a heading, which says for all its lines who may and what they are about."""
    blocks: list[Block] = []
    for heading, entries in groups.items():
        rows: list[tuple[Piece, ...]] = [(Strong(f"{command} {usage}"), f"  {does}") for usage, does in entries]
        blocks += [*([kit.line(Strong(heading))] if len(groups) > 1 else []), kit.lines(rows)]
    names_leads = any("<lead>" in usage for entries in groups.values() for usage, _ in entries)
    hint = 'A lead is named by its number (#42), by part of its name, or by several words in quotes ("Jane Doe").'
    text = f"{command} knows: " + ", ".join(usage for entries in groups.values() for usage, _ in entries)
    return Message(kit.fallback(text), (*blocks, *([kit.context(hint)] if names_leads else [])))
