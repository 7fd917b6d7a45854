"""Who is who: the question about two leads, the line when somebody comes again, and what a merged lead's card says."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.rules.matching import discreet
from bot.views import kit
from bot.views.cards import title
from bot.views.kit import Block, Message, Person, Piece, Strong, say
from store.models import Duplicate, Lead

SAME, DIFFERENT, SPLIT = "duplicate.same", "duplicate.different", "duplicate.split"
SHOWN = (("Name", "name"), ("E-mail", "email"), ("Phone", "phone"), ("Company", "company"), ("Title", "title"),
         ("Country", "country"))  # fmt: skip
LABELS = {"email": "e-mail"}
SAID_MAX, MOST_NAMED = 600, 12
MOST_ASKED, NAMED_MAX = 6, 100  # what fits into one message, whatever people are called


@dataclass(frozen=True)
class Pair:
    """Two leads that could be one person."""

    duplicate_id: int
    lead: Lead
    other: Lead
    probability: float
    reasons: tuple[str, ...]
    other_owner: str | None = None

    @property
    def is_apart(self) -> bool:
        """Whether the leads are of two teams, which do not see each other's."""
        return self.lead.team_id != self.other.team_id


def question(pair: Pair, *, asks: Person | None = None) -> Message:
    """`asks` is who is to answer, if it is somebody's."""
    called: tuple[Piece, ...] = (asks, ", is ") if asks else ("Is ",)
    owner = f", whom {pair.other_owner} looks after" if pair.other_owner else ""
    head: tuple[Piece, ...] = (
        "👥 ", *called, "this the same person as ", Strong(title(pair.other)),
        f"{owner}? It looks like it: {pair.probability:.0%}.",
    )  # fmt: skip
    blocks = (
        kit.line(*head), side_by_side(pair.lead, pair.other), kit.context(because(pair.reasons)), buttons(pair),
    )  # fmt: skip
    return Message(kit.fallback(*head), blocks)


def perhaps(lead: Lead, others: Sequence[tuple[Duplicate, Lead, Lead]]) -> tuple[Piece, ...]:
    """On the card of either, as long as nobody has said whether they are one person."""
    if not others:
        return ()
    asked, _, other = others[0]
    more = f" and {kit.plural(len(others) - 1, 'other')}" if len(others) > 1 else ""
    is_in_thread = asked.lead_id == lead.id and not lead.is_quiet
    where = "answer in the thread." if is_in_thread else "answer with /lead duplicates."
    return "Perhaps the same person as ", Strong(title(other)[:NAMED_MAX]), f"{more}: {where}"


def elsewhere(pair: Pair) -> Message:
    """In the thread of a team that may not see the other lead: nothing of it but its number."""
    head: tuple[Piece, ...] = (
        "👥 This could be ", Strong("a lead of another team"), f" (#{pair.other.id}): {pair.probability:.0%}."
    )  # fmt: skip
    said = because(discreet(pair.reasons))
    blocks = (kit.line(*head), kit.context(f"{said} Managers see both and are asked.".strip()))
    return Message(kit.fallback(*head), blocks)


def for_manager(pair: Pair) -> Message:
    """Privately, as the two leads are of two teams."""
    owner = f", whom {pair.other_owner} looks after" if pair.other_owner else ""
    head: tuple[Piece, ...] = (
        "👥 Is ", Strong(title(pair.lead)), " the same person as ", Strong(title(pair.other)), owner,
        f"? They are leads of two teams, and {pair.probability:.0%} alike.",
    )  # fmt: skip
    blocks = (
        kit.line(*head), side_by_side(pair.lead, pair.other), kit.context(because(pair.reasons)), buttons(pair),
    )  # fmt: skip
    return Message(kit.fallback(*head), blocks)


def buttons(pair: Pair) -> Block:
    number, names = str(pair.duplicate_id), f"{title(pair.lead)} and {title(pair.other)}"
    return kit.actions(
        "duplicate",
        kit.button("Same person", SAME, number, style="primary", says=f"{names}: the same person"[:75]),
        kit.button("Different", DIFFERENT, number, says=f"{names}: different people"[:75]),
    )


def side_by_side(lead: Lead, other: Lead) -> Block:
    """Field by field who says what, in one line where both say alike."""
    rows: list[tuple[Piece, ...]] = []
    for label, name in SHOWN:
        mine, theirs = getattr(lead, name), getattr(other, name)
        if mine and theirs and mine.casefold() == theirs.casefold():
            rows.append((Strong(f"{label}: "), f"{mine} (both)"))
        elif mine or theirs:
            said = [f"{value} (#{which.id})" for value, which in ((mine, lead), (theirs, other)) if value]
            rows.append((Strong(f"{label}: "), ", ".join(said)))
    return kit.lines(rows or [("Nothing is known that could be compared.",)])


def because(reasons: Iterable[str]) -> str:
    said = ", ".join(reasons)
    return f"{said[:1].upper()}{said[1:]}." if said else ""


def answered(pair: Pair, by: str, *, is_same: bool) -> Message:
    """What stands in the question's place once it is answered; of two teams' leads no team reads the other's."""
    verdict = "they are the same person" if is_same else "they are different people"
    names = [f"#{lead.id}" if pair.is_apart else title(lead) for lead in (pair.lead, pair.other)]
    return say("👥 ", Strong(by), f" says that {verdict}: {' and '.join(names)}.")


def open_questions(pairs: list[Pair]) -> Message:
    """Privately, to whoever may answer."""
    if not pairs:
        return say("Nothing is to be answered: no two leads of yours look like one person.")
    head = f"{len(pairs)} question{'s' if len(pairs) > 1 else ''}: is this the same person?"
    blocks: list[Block] = [kit.line(Strong(head))]
    for pair in pairs[:MOST_ASKED]:
        names = (Strong(title(pair.lead)[:NAMED_MAX]), " and ", Strong(title(pair.other)[:NAMED_MAX]))
        blocks.append(kit.line(*names, f", {pair.probability:.0%}. {because(pair.reasons)[:NAMED_MAX]}"))
        blocks.append({**buttons(pair), "block_id": f"duplicate:{pair.duplicate_id}"})
    if len(pairs) > MOST_ASKED:
        blocks.append(kit.context(f"{len(pairs) - MOST_ASKED} more come when these are answered."))
    return Message(kit.fallback(head), tuple(blocks))


# --- somebody came again

STAYS_LOST = (
    "Anybody can send a form on a website, so the lead stays as it is. If it is them, move it to an open stage."
)


def seen_again(
    newcomer: Lead, reasons: Iterable[str], *, owner: Person | None, then: tuple[Piece, ...], new: Sequence[str] = ()
) -> Message:  # fmt: skip
    """In the thread of whom they are: what they said this time, and how we know; `then` is what follows from it.

    `new` names what the lead has from them.
    """
    head: tuple[Piece, ...] = (
        "👋 ", Strong("Seen again"), f" from {newcomer.source}. ", *((owner, " ") if owner else ()), *then
    )  # fmt: skip
    blocks: list[Block] = [kit.line(*head)]
    if newcomer.message:
        blocks.append(kit.quote(newcomer.message[:SAID_MAX]))
    if new:
        blocks.append(kit.context(new_from_them(new)))
    other = kit.button("Not the same", SPLIT, str(newcomer.id), says=f"#{newcomer.id} is somebody else")
    blocks += [kit.context(f"{because(reasons)} Kept as #{newcomer.id}."), kit.actions("duplicate", other)]
    return Message(kit.fallback(*head), tuple(blocks))


def stays_lost(newcomer: Lead, twin: Lead) -> Message:
    """To whoever may open it again, of a form that anybody can send."""
    head: tuple[Piece, ...] = (
        "👋 ", Strong(title(twin)), f" may be back: a form came in their name ({newcomer.source}). ", STAYS_LOST
    )  # fmt: skip
    quoted = [kit.quote(newcomer.message[:SAID_MAX])] if newcomer.message else []
    return Message(kit.fallback(*head), (kit.line(*head), *quoted))


def new_from_them(names: Sequence[str]) -> str:
    called = [LABELS.get(name, name.partition(".")[2] or name)[:NAMED_MAX] for name in names[:MOST_NAMED]]
    more = len(names) - MOST_NAMED
    return f"New from them: {', '.join(called)}{f' and {more} more' if more > 0 else ''}."


def known_already(lead: Lead, owner: str | None, *, is_theirs: bool = False) -> Message:
    """To a rep who typed somebody whom we have; it may be their own lead."""
    whose = "you look after them" if is_theirs else f"{owner} looks after them" if owner else "nobody owns it yet"
    return say("This is ", Strong(title(lead)), f": {whose}. What you typed is added there, and nothing twice.")


def known_elsewhere(*, is_owned: bool) -> Message:
    """The same to a rep who may not see that lead."""
    whose = "a colleague of another team looks after them already" if is_owned else "another team knows them already"
    return say(f"You do not see this lead: {whose}. What you typed is added there, and nothing twice.")


# --- joined and parted


def named(lead: Lead, *, beside: Lead) -> str:
    """What the readers of one lead's card may know of another: for those of another team it is but a number."""
    return title(lead) if lead.team_id == beside.team_id else f"a lead of another team (#{lead.id})"


def merged_here(gone: Lead, kept: Lead, reasons: Iterable[str], by: Person) -> Message:
    """In the kept lead's thread."""
    other, is_apart = named(gone, beside=kept), gone.team_id != kept.team_id
    head: tuple[Piece, ...] = ("👥 ", Strong(by.name), f" joined {other} with this lead: the same person.")
    block = kit.actions(
        "duplicate", kit.button("Not the same", SPLIT, str(gone.id), says=f"Part {other} again"[:75])
    )  # fmt: skip
    said = because(discreet(reasons) if is_apart else reasons)
    return Message(kit.fallback(*head), (kit.line(*head), kit.context(said), block))


def went_to(gone: str, kept: str, owner: str, by: str) -> Message:
    """To the owner of a lead that is part of somebody else's now, or of one that is open and nobody's: no owner."""
    goes_on = f"{owner} had it first and goes on with it." if owner else "Nobody owns that one yet."
    return say(Strong(by), f" says that {gone} is the same person as {kept}. {goes_on}")


def parted(other: Lead, here: Lead, by: Person) -> Message:
    said = f" says that {named(other, beside=here)} is somebody else. Each has again what was theirs."
    return say("👥 ", Strong(by.name), said)


def not_the_same(gone: Lead, kept: Lead, by: Person) -> Message:
    """What stands in place of the line that somebody corrected, in the kept lead's thread."""
    return say("👥 ", Strong(by.name), f" says that {named(gone, beside=kept)} is somebody else.")


def merged_card(gone: Lead, kept: Lead) -> Message:
    """What is left of the card of a lead that is part of another; only who sees both may part them."""
    head = f"{title(gone)} is the same person as {named(kept, beside=gone)} now."
    if gone.team_id != kept.team_id:
        how = f"A manager can part them again: /lead split #{gone.id}"
        return Message(kit.fallback(head), (kit.paragraph(head), kit.context(how)))
    split = kit.button("Split", SPLIT, str(gone.id), says=f"Part {title(gone)} again"[:75])
    return Message(kit.fallback(head), (kit.paragraph(head), kit.actions("duplicate", split)))
