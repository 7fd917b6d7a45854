"""What came of a sequence in figures: shares with their intervals, and what can be said of texts that are compared."""

from dataclasses import dataclass

from bot.playbook.sequences import Sequence
from bot.rules.effects import wilson
from bot.rules.sequences.experiments import ENOUGH_EACH, Compared, Verdict
from bot.views import kit
from bot.views.kit import At, Block, Message, Piece, Strong
from bot.views.sequence_steps import in_words
from store.contact.sequence_figures import StepCounts
from store.models import Experiment

TAKE = "sequence.take"
OWN = "the first text"
OWN_WON = "-"
LIST_BYTES = 3200  # of the steps; comparisons and reasons have to fit as well
EDITED = {"edited": "edited by hand"}


@dataclass(frozen=True)
class Comparison:
    place: int  # of the step among all, from 0
    step: str
    names: list[str]  # of the texts, "" the step's own
    verdict: Verdict | None
    decided: Experiment | None = None


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
    rows = [row for step in value.sequence.named for row in step_rows(value, step.name, in_words(step))]
    if rows:
        blocks.append(kit.lines(rows, room=LIST_BYTES))
        blocks.append(kit.context("In brackets: where the true share lies, 95 of 100 times. Openings and clicks are "
                                  "shares of those who agreed to have them counted."))  # fmt: skip
    else:
        blocks.append(kit.line("Nothing was sent yet."))
    for one in value.comparisons:
        blocks += comparison(one, name, may_stop=value.is_manager)
    return Message(kit.fallback(heading, ". ", *standing(value.statuses)), tuple(blocks))


def standing(statuses: dict[str, int]) -> list[Piece]:
    words = (("active", "in it now"), ("paused", "paused"), ("finished", "went through all of it"), ("left", "left"))
    return [", ".join(f"{statuses.get(status, 0):,} {what}" for status, what in words) + "."]


def step_rows(value: SequenceStats, step: str, does: str) -> list[tuple[Piece, ...]]:
    """A row for each text of the step of which something was sent."""
    found = [one for one in value.steps if one.step == step]
    several = len(found) > 1 or any(one.variant for one in found)
    return [
        (Strong(f"{step}, {named(one.variant)}" if several else f"{step}, {does[:80]}"), f": {figures(one)}.")
        for one in found
    ]  # fmt: skip


def named(variant: str) -> str:
    return EDITED.get(variant, f"“{variant}”") if variant else OWN


def figures(one: StepCounts) -> str:
    said = [f"{one.sent:,} sent"]
    if one.measured:
        said += [share(one.opened, one.measured, "opened"), share(one.clicked, one.measured, "clicked")]
    said.append(share(one.replied, one.sent, "answered"))
    said += [share(count, one.sent, what) for count, what in (
        (one.unsubscribed, "unsubscribed"), (one.bounced, "came back")) if count]  # fmt: skip
    return ", ".join(said)


def share(hits: int, of: int, what: str) -> str:
    """Like "8 % answered (5 to 13)"."""
    low, high = wilson(min(hits, of), of)
    return f"{percent(hits / of if of else 0)} % {what} ({percent(low)} to {percent(high)})"


def percent(part: float) -> str:
    return f"{part * 100:.0f}" if part == 0 or part >= 0.095 else f"{part * 100:.1f}".removesuffix(".0")


# --- comparisons


def comparison(one: Comparison, sequence: str, *, may_stop: bool) -> list[Block]:
    heading = Strong(f"Texts of “{one.step}”: ")
    if one.decided is not None:
        winner = one.decided.winner if one.decided.winner != OWN_WON else ""
        since = At(one.decided.decided_at, "{date_short_pretty}")
        why = f": {one.decided.why}." if one.decided.why else "."
        return [kit.line(heading, "everybody gets ", Strong(named(winner)), " since ", since, why)]
    if one.verdict is None:
        return [kit.line(heading, "nothing is known yet.")]
    pairs: list[tuple[Piece, ...]] = [(difference(pair),) for pair in one.verdict.pairs]
    blocks = [kit.line(heading, outlook(one.verdict)), kit.lines(pairs, room=900)]
    if may_stop:
        blocks.append(kit.actions(f"compared:{one.place}", taker(one, sequence)))
    return blocks


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
