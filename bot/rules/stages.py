"""What a lead must have to enter a stage, and which moves go back. Pure."""

from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches

from bot.playbook.parts import Mistake, Stage

FOLLOW_UP = "follow_up"
AMOUNT, EXPECTED_ON, PRODUCT, CURRENCY = (
    "opportunity.amount", "opportunity.expected_on", "opportunity.product", "opportunity.currency",
)  # fmt: skip
OPPORTUNITY, ANSWERS, FIELDS = "opportunity.", "answers.", "fields."
PLAIN = {
    "email": "an e-mail address", "phone": "a phone number", "company": "a company", "title": "a job title",
    "country": "a country", "website": "a website", AMOUNT: "an amount", EXPECTED_ON: "an expected close",
    PRODUCT: "a product", CURRENCY: "a currency", FOLLOW_UP: "a planned follow-up",
}  # fmt: skip


def missing(needs: Collection[str], known: Collection[str]) -> tuple[str, ...]:
    """What the stage needs and nobody has found out yet, in the playbook's order."""
    return tuple(need for need in needs if need not in known)


def wording(need: str, labels: Mapping[str, str]) -> str:
    """One need as people say it; `labels` has what custom fields are called."""
    if need.startswith(ANSWERS):
        return f"an answer on {need.removeprefix(ANSWERS)}"
    if need.startswith(FIELDS):
        name = need.removeprefix(FIELDS)
        return f"“{labels.get(name, name)}”"
    return PLAIN.get(need, need)


def in_words(needs: Collection[str], labels: Mapping[str, str]) -> str:
    """All of them: "an answer on budget, and an amount"; "" for none."""
    said = [wording(need, labels) for need in needs]
    if len(said) < 2:
        return "".join(said)
    return f"{', '.join(said[:-1])}, and {said[-1]}"


def is_backward(stages: Sequence[Stage], before: str, after: str) -> bool:
    """Whether the move goes to an earlier stage, or opens a lead that was won or lost.

    Closing is never backward; nor is leaving a stage that the playbook does not have any more.
    """
    order = [stage.name for stage in stages]
    if before not in order or after not in order:
        return False
    was, becomes = stages[order.index(before)], stages[order.index(after)]
    if becomes.kind != "open":
        return False
    return was.kind != "open" or order.index(after) < order.index(before)


def need_mistakes(stages: Sequence[Stage], fields: Collection[str], questions: Collection[str]) -> list[Mistake]:
    """Needs that no lead could ever meet, each with its place in the playbook."""
    known = [*PLAIN, *(f"{FIELDS}{name}" for name in fields), *(f"{ANSWERS}{name}" for name in questions)]
    return [
        (("stages", place, "needs", number), why)
        for place, stage in enumerate(stages)
        for number, need in enumerate(stage.needs)
        for why in [why_not(stage, need, known, is_first=place == 0)]
        if why
    ]


def why_not(stage: Stage, need: str, known: Sequence[str], *, is_first: bool) -> str:
    if need not in known:
        close = get_close_matches(need, known, n=1)
        meant = f"did you mean '{close[0]}'?" if close else f"use one of {', '.join(known)}"
        return f"'{need}' is nothing that a lead can have; {meant}"
    if is_first:
        return "leads begin in this stage, so nobody could be asked for this"
    if need == FOLLOW_UP and stage.kind != "open":
        return f"a lead that is {stage.kind} needs no follow-up; leave this out"
    return ""
