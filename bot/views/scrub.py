"""The nightly proposal to clear out leads: one message with counts, pages to look at them, and what came of it."""

from dataclasses import dataclass

from bot.views import kit
from bot.views.cards import title
from bot.views.kit import Block, Message, Piece, Strong, say
from store.models import Lead

LOOK, CLEAR, KEEP = "scrub.look", "scrub.clear", "scrub.keep"
EARLIER, FURTHER = "scrub.earlier", "scrub.further"  # pages
PAGE = 20
GROUPS = {
    "outdated": "nobody has said a word for {days} days",
    "bouncing": "e-mails come back, {bounces} times or more",
    "throw-away": "a throw-away address, no phone, and nobody owns it",
}


@dataclass(frozen=True)
class Proposal:
    row_id: int
    team: str
    leads: tuple[tuple[str, int], ...]  # groups with how many leads each
    days: int = 180
    bounces: int = 2
    is_more: bool = False  # so many that the rest waits for another night

    @property
    def total(self) -> int:
        return sum(count for _, count in self.leads)


@dataclass(frozen=True)
class PageOf:
    """Some of the proposed leads, the number of the page from 0 and whether there is another."""

    row_id: int
    leads: tuple[tuple[Lead, str], ...]
    number: int
    total: int


def proposal(value: Proposal) -> Message:
    head = f"🧹 {leads(value.total)} of team {value.team} could be cleared out."
    rows: list[tuple[Piece, ...]] = [
        (Strong(f"{count} "), f"{name}: {why(name, value)}") for name, count in value.leads if count
    ]
    hint = "Nothing goes without your yes. Cleared out means archived: /lead restore #42 brings a lead back."
    if value.is_more:
        hint = f"There are more; they are proposed another night. {hint}"
    number = str(value.row_id)
    buttons = kit.actions(
        "scrub",
        kit.button("Look at them", LOOK, f"{number}:0", says=f"Look at {leads(value.total)}"),
        kit.button("Clear out", CLEAR, number, style="danger", says=f"Clear out {leads(value.total)}"),
        kit.button("Keep", KEEP, number, says=f"Keep {leads(value.total)}"),
    )
    return Message(kit.fallback(head), (kit.line(Strong(head)), kit.lines(rows), kit.context(hint), buttons))


def why(name: str, value: Proposal) -> str:
    return GROUPS[name].format(days=value.days, bounces=value.bounces)


def leads(count: int) -> str:
    return "1 lead" if count == 1 else f"{count} leads"


def page(value: PageOf) -> Block:
    """A modal: some of the leads, and the way to the others."""
    rows: list[tuple[Piece, ...]] = [
        (Strong(title(lead)[:120]), f"  {lead.stage}, score {lead.score}, {group}") for lead, group in value.leads
    ]
    last = (max(value.total, 1) - 1) // PAGE
    blocks = [
        kit.context(f"Page {value.number + 1} of {last + 1}; {leads(value.total)} in all."),
        kit.lines(rows) if rows else kit.paragraph("All of these have moved on since."),
    ]
    earlier, further = ("Earlier", EARLIER, value.number - 1), ("Further", FURTHER, value.number + 1)
    steps = [earlier] * (value.number > 0) + [further] * (value.number < last)
    if steps:
        elements = [
            kit.button(text, action_id, f"{value.row_id}:{number}", says=f"Page {number + 1}")
            for text, action_id, number in steps
        ]
        blocks.append(kit.actions("pages", *elements))
    return {
        "type": "modal", "title": kit.label("To clear out", kit.TITLE_MAX),
        "close": kit.label("Close", kit.TITLE_MAX), "blocks": blocks,
    }  # fmt: skip


def answered(team: str, by: str, *, clears: bool, count: int) -> Message:
    """What stands in the proposal's place."""
    if clears:
        return say("🧹 ", Strong(by), f" clears out {leads(count)} of team {team}; what has moved on since stays.")
    return say("🧹 ", Strong(by), f" keeps {leads(count)} of team {team}.")


def cleared(team: str, gone: int, stayed: int) -> Message:
    rest = f" {leads(stayed)} had moved on and stayed." if stayed else ""
    again = " /lead find state:archived shows what was cleared out; /lead restore #42 brings one back."
    return say(f"🧹 {leads(gone)} of team {team} {'is' if gone == 1 else 'are'} cleared out.{rest}{again}")


def owners_lost(by: str, count: int) -> Message:
    them = "It is" if count == 1 else "They are"
    return say(f"🧹 {by} cleared out {leads(count)} of yours. {them} archived; a manager can bring one back.")
