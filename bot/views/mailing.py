"""What a lead's thread says of letters: an answer came, or one came back."""

from collections.abc import Sequence

from bot.rules.mail import Letter
from bot.views.kit import Message, Person, Strong, clip, fallback, line, quote, say
from store.models import Lead

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


def perhaps(lead: Lead, letter: Letter, owner: Person | None, *, is_last: bool = False) -> Message:
    """Somebody wrote in the lead's name, and nothing shows that it was them."""
    said = (
        "✉️ Perhaps ", Strong(clip(lead.name, NAME_MAX)), f" wrote: “{clip(letter.subject, SUBJECT_MAX)}”",
        *((" · ", owner) if owner else ()),
    )  # fmt: skip
    words = letter.writer.message.strip()
    why = ("It answers no letter of ours, so anybody may have written it in their name: it ends nothing and counts for "
           f"nothing. If it was them and they are in a sequence: /sequence stop #{lead.id}")  # fmt: skip
    last = [line("More of these are not shown until tomorrow; they are in the mailbox.")] if is_last else []
    blocks = [*([quote(clip(words, WORDS_MAX))] if words else []), line(why), *last]
    return Message(fallback(*said), (line(*said), *blocks))


def perhaps_stopped(lead: Lead, letter: Letter, owner: Person | None, ended: Sequence[str] = ()) -> Message:
    """The same, and it asks for no more e-mails: that holds, and may be undone."""
    left = f" With that they left {', '.join(f'“{name}”' for name in ended)}." if ended else ""
    return say(
        "✉️ An e-mail in the name of ", Strong(clip(lead.name, NAME_MAX)), " asks for ", Strong("no more e-mails"),
        f" (“{clip(letter.subject, SUBJECT_MAX)}”), so none are sent.{left} It answers no letter of ours: anybody may "
        f"have written it. If they tell you that it was not them: /lead consent #{lead.id} email given and where you "
        "heard that", *((" · ", owner) if owner else ()),
    )  # fmt: skip


def came_back(subject: str, why: str) -> Message:
    """It was not delivered, and another one may be."""
    return say("📭 The e-mail ", Strong(f"“{clip(subject, SUBJECT_MAX)}”"), f" came back: {clip(why, SUBJECT_MAX)}")
