"""The versions of the playbook: which there are, what differs, and what managers are asked about a draft."""

from dataclasses import dataclass
from datetime import datetime

from bot.views import kit
from bot.views import whatif as whatif_views
from bot.views.kit import At, Block, Message, Piece, Strong
from bot.views.whatif import Report

ASK, DISCARD, APPROVE, REFUSE = "playbook.ask", "playbook.discard", "playbook.approve", "playbook.refuse"
DIFF_MAX = 2900  # characters; a message holds 3,000 in one piece of text


@dataclass(frozen=True)
class VersionLine:
    number: int
    version: str
    at: datetime
    by: str
    state: str  # in force, published, draft or discarded


def listing(rows: list[VersionLine]) -> Message:
    heading = "The playbook's versions. "
    shown: list[tuple[Piece, ...]] = [
        (Strong(f"{row.number}  {row.state}"), f"  {row.version}, {row.by}, ", At(row.at)) for row in rows
    ]
    hint = "/team diff <number> shows what differs from the one in force, /team rollback <number> proposes it again."
    return Message(
        kit.fallback(heading),
        (kit.line(Strong(heading), f"{len(rows)} are shown."), kit.lines(shown), kit.context(hint)),
    )


def diff(old: str, new: str, lines: list[str]) -> Message:
    """A unified diff, as far as it fits."""
    heading = f"From {old} to {new}. "
    if not lines:
        return kit.say(heading, "Nothing differs.")
    kept, room = [], DIFF_MAX
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            break
        kept.append(line)
    rest = f"… and {len(lines) - len(kept)} more lines" if len(kept) < len(lines) else ""
    code: Block = {"type": "rich_text_preformatted", "elements": [kit.element("\n".join(kept) or lines[0][:DIFF_MAX])]}
    blocks = [kit.line(Strong(heading)), kit.rich([code])]
    return Message(kit.fallback(heading), (*blocks, kit.context(rest)) if rest else tuple(blocks))


def for_author(value: Report, number: int) -> Message:
    """What became of the draft, to whoever made it."""
    found = whatif_views.report(value, number)
    return Message(found.text, (*found.blocks, choices(
        kit.button("Ask for approval", ASK, str(number), style="primary"), kit.button("Discard", DISCARD, str(number)),
    )))  # fmt: skip


def for_manager(value: Report, number: int, author: str) -> Message:
    """The same to another manager, who decides."""
    found = whatif_views.report(value, number, extra=f"{author} asks you to approve this playbook.")
    see = kit.context(f"/team diff {number} shows what it changes.")
    return Message(found.text, (*found.blocks, see, choices(
        kit.button("Approve", APPROVE, str(number), style="primary"),
        kit.button("Refuse", REFUSE, str(number), style="danger"),
    )))  # fmt: skip


def choices(*buttons: Block) -> Block:
    return kit.actions("playbook", *buttons)


def working(number: int) -> Message:
    return kit.say(
        f"Draft {number} is being tried on the recorded leads. The figures come as a direct message, usually within "
        "a minute; nothing changes until another manager approves."
    )


def failed(number: int) -> Message:
    return kit.say(f"The replay of draft {number} failed several times and was given up. The log says why.")


def approved(number: int, by: str) -> Message:
    return kit.say(Strong(f"{by} approved draft {number}. "), "It is the playbook in force from now on.")


def refused(number: int, by: str) -> Message:
    return kit.say(Strong(f"{by} refused draft {number}. "), "The playbook in force stays as it is.")
