"""What came of a sequence in figures: shares with their intervals, and what can be said of texts that are compared."""

from dataclasses import dataclass

from bot.playbook.sequences import Sequence
from bot.rules.effects import wilson
from bot.rules.sequences.experiments import ENOUGH_EACH, Arm, Compared, Verdict
from bot.views import kit
from bot.views.kit import At, Block, Message, Piece, Strong, clip
from bot.views.sequence_steps import Row, in_words, rows
from store.contact.sequence_figures import StepCounts
from store.models import Experiment

TAKE = "sequence.take"
OWN = "the first text"
OWN_WON = "-"
FEW = 20  # below so many, shares would claim more than is known: counts say it
LIST_BYTES = 3200  # of the steps; comparisons and reasons have to fit as well
DOES_MAX = 80
EDITED = {"edited": "edited by hand"}


@dataclass(frozen=True)
class Comparison:
    place: int  # of the step among all, from 0
    step: str
    names: list[str]  # of the texts, "" the step's own
    verdict: Verdict | None
    decided: Experiment | None = None
    own: tuple[Arm, ...] = ()  # the counts of the reader's own teams
    sees_all: bool = True  # whether the reader may see those of all


@dataclass(frozen=True)
class SequenceStats:
    sequence: Sequence
    statuses: dict[str, int]
    reasons: list[tuple[str, int]]
    steps: list[StepCounts]
    comparisons: list[Comparison]
    is_manager: bool = False


def stats(value: SequenceStats) -> Message:
    name = value.sequence.name
    entered = sum(value.statuses.values())
    heading = f"{name}: {kit.plural(entered, 'lead')} came in"
    blocks: list[Block] = [kit.header(heading), kit.line(*standing(value.statuses))]
    if value.reasons:
        left = ", ".join(f"{(why or 'no reason told')[:60]} {count:,}" for why, count in value.reasons)
        blocks.append(kit.line(Strong("Left because: "), left))
    found = [line for row in rows(value.sequence) for line in step_rows(value, row)]
    if found:
        blocks.append(kit.lines(found, room=LIST_BYTES))
        blocks += notes(value.steps)
    else:
        blocks.append(kit.line("Nothing was sent yet."))
    for one in value.comparisons:
        blocks += comparison(one, name, may_stop=value.is_manager)
    return Message(kit.fallback(heading, ". ", *standing(value.statuses)), tuple(blocks))


def notes(steps: list[StepCounts]) -> list[Block]:
    """What the figures mean, as far as such stand there."""
    found = []
    if any(max(one.sent, one.measured) >= FEW for one in steps):
        found.append("In brackets: where the true share lies, 95 of 100 times.")
    if any(one.measured for one in steps):
        found.append("Openings and clicks are counted only of those who agreed to that.")
    return [kit.context(" ".join(found))] if found else []


def standing(statuses: dict[str, int]) -> list[Piece]:
    words = (("active", "in it now"), ("paused", "paused"), ("finished", "went through all of it"), ("left", "left"))
    found = [f"{statuses[status]:,} {what}" for status, what in words if statuses.get(status)]
    return [", ".join(found) + "." if found else "Nobody was in it yet."]


def step_rows(value: SequenceStats, row: Row) -> list[tuple[Piece, ...]]:
    """A row for each text of the step of which something was sent."""
    found = [one for one in value.steps if one.step == row.step.name]
    several = len(found) > 1 or any(one.variant for one in found)
    does = clip(in_words(row.step), DOES_MAX)
    name = row.name or (does if several else "")
    return [
        (Strong(", ".join(filter(None, (name, named(one.variant) if several else does)))), f": {figures(one)}.")
        for one in found
    ]  # fmt: skip


def named(variant: str) -> str:
    return EDITED.get(variant, f"“{variant}”") if variant else OWN


def figures(one: StepCounts) -> str:
    said = [f"{one.sent:,} sent"]
    if one.measured:
        of = one.measured
        said += [share(one.opened, of, "opened", one.sent), share(one.clicked, of, "clicked", one.sent)]
    said.append(share(one.replied, one.sent, "answered"))
    said += [share(count, one.sent, what) for count, what in (
        (one.unsubscribed, "unsubscribed"), (one.bounced, "came back")) if count]  # fmt: skip
    return ", ".join(said)


def share(hits: int, of: int, what: str, sent: int = 0) -> str:
    """Like "8 % answered (5 to 13)", and of a few "2 answered", or "2 of 9 opened" where not all sent are counted."""
    if of < FEW:
        return f"{hits or 'none'} {f'of {of} ' if of != (sent or of) else ''}{what}"
    low, high = wilson(min(hits, of), of)
    return f"{percent(hits / of if of else 0)}\u00a0% {what} ({percent(low)} to {percent(high)})"


def percent(part: float) -> str:
    return f"{part * 100:.0f}" if part == 0 or part >= 0.095 else f"{part * 100:.1f}".removesuffix(".0")


# --- comparisons


def comparison(one: Comparison, sequence: str, *, may_stop: bool) -> list[Block]:
    heading = Strong(f"Texts of “{one.step}”: ")
    if one.decided is not None:
        winner = one.decided.winner if one.decided.winner != OWN_WON else ""
        since = At(one.decided.decided_at, "{date_short_pretty}")
        why = f": {one.decided.why}." if one.decided.why and one.sees_all else "."
        return [kit.line(heading, "everybody gets ", Strong(named(winner)), " since ", since, why)]
    if not one.sees_all:
        return [kit.line(heading, "no decision yet. It is made over all teams."), *of_own_teams(one.own)]
    if one.verdict is None:
        return [kit.line(heading, "nothing is known yet.")]
    pairs: list[tuple[Piece, ...]] = [(difference(pair),) for pair in one.verdict.pairs]
    blocks = [kit.line(heading, outlook(one.verdict)), kit.lines(pairs, room=900)]
    if may_stop:
        blocks.append(kit.actions(f"compared:{one.place}", taker(one, sequence)))
    return blocks


def of_own_teams(arms: tuple[Arm, ...]) -> list[Block]:
    counts: list[tuple[Piece, ...]] = [
        (f"{capital(named(arm.name))}: {arm.answered:,} of {arm.sent:,} answered within three days, in your teams.",)
        for arm in arms if arm.sent
    ]  # fmt: skip
    return [kit.lines(counts, room=900)] if counts else []


def outlook(verdict: Verdict) -> str:
    if verdict.winner is not None:
        return "decided; everybody gets the better one within the hour."
    if verdict.is_early:
        return f"no decision yet. The first word comes with {ENOUGH_EACH} messages of each that had three days."
    return f"no decision yet: about {round_up(verdict.more):,} more messages."


def round_up(count: int) -> int:
    """To two digits that mean something: it is a guess."""
    step = int("1".ljust(max(len(str(count)) - 1, 1), "0"))
    return -(-count // step) * step


def difference(pair: Compared) -> str:
    """Like "“short” is answered 4.1 points more often than the first text (between -1.0 and +9.2)"."""
    counts = f"{pair.second.answered:,} of {pair.second.sent:,} beside {pair.first.answered:,} of {pair.first.sent:,}"
    who, than = capital(named(pair.second.name)), named(pair.first.name)
    if (pair.low, pair.high) == (-1, 1):
        return f"{who} and {than}: {counts} were answered, too few to tell."
    points = pair.difference * 100
    more = "more" if points >= 0 else "less"
    reach = f"between {pair.low * 100:+.1f} and {pair.high * 100:+.1f} points"
    return f"{who} is answered {abs(points):.1f} points {more} often than {than} ({reach}; {counts})."


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def taker(one: Comparison, sequence: str) -> Block:
    options = [
        kit.option(f"Give everybody {named(name)}", f"{sequence}|{one.place}|{number}")
        for number, name in enumerate(one.names)
    ]
    return {"type": "static_select", "action_id": TAKE, "placeholder": kit.label("End the comparison…"),
            "options": options}  # fmt: skip
