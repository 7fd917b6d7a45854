"""What a lead's thread says of letters: an answer came, or one came back."""

from bot.rules.mail import Letter
from bot.views.kit import Message, Person, Strong, clip, fallback, line, quote, say

NAME_MAX, SUBJECT_MAX, WORDS_MAX, NAMES_MAX = 120, 200, 2500, 300


def answered(writer: str, letter: Letter, owner: Person | None) -> Message:
    """Their words, without what they quote of ours."""
    said = (
        "✉️ ", Strong(clip(writer, NAME_MAX)), f" wrote: “{clip(letter.subject, SUBJECT_MAX)}”",
        *((" · ", owner) if owner else ()),
    )  # fmt: skip
    words = letter.writer.message.strip()
    along = f"With {', '.join(letter.attachments)}; not opened." if letter.attachments else ""
    blocks = [quote(clip(words, WORDS_MAX))] if words else []
    more = [line(clip(along, NAMES_MAX))] if along else []
    return Message(fallback(*said), (line(*said), *blocks, *more))


def came_back(subject: str, why: str) -> Message:
    """It was not delivered, and another one may be."""
    return say("📭 The e-mail ", Strong(f"“{clip(subject, SUBJECT_MAX)}”"), f" came back: {clip(why, SUBJECT_MAX)}")
