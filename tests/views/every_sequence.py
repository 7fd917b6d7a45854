"""How to show every view of sequences with given words wherever somebody could have written them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.playbook.parts import Hours
from bot.playbook.sequences import Branch, Email, Enrol, Move, Nudge, Sequence, SetSegment, Sms, Task, Variant, Wait
from bot.rules.sequences.experiments import Arm, verdict
from bot.rules.sequences.hours import LeadClock
from bot.views import (
    approvals,
    sequence_forms,
    sequence_lead,
    sequence_many,
    sequence_preview,
    sequence_stats,
    sequences,
)
from bot.views.approvals import Held
from bot.views.kit import Block, Message
from bot.views.sequence_forms import EditedStep
from bot.views.sequence_lead import Running, Standing
from bot.views.sequence_preview import Preview, PreviewStep, Text
from bot.views.sequence_stats import Comparison, SequenceStats
from bot.views.sequences import SequenceLine
from store.contact.sequence_figures import StepCounts
from store.models import Enrolment, Experiment, Lead, LeadMessage

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=1)
NAME = "a-name-of-forty-characters-is-the-longes"
CLOCK = LeadClock(Hours().rule(), "Europe/Berlin", "guessed from the phone")
PIECES = {
    "approvals.question", "approvals.answered", "sequences.steps", "sequences.line_of", "sequences.chooser",
    "sequence_lead.page",
    "sequence_stats.taker", "leads.doors",
}  # fmt: skip


def a_sequence(words: str, n: int = 2, **given: Any) -> Sequence:
    """Past its checks: what templates and names may be is asked elsewhere."""
    variants = tuple(Variant.model_construct(name=NAME, subject=words, text=words) for _ in range(min(n, 4)))
    steps = (
        email(words, variants=variants), Wait(kind="wait", name="w", days=3, hours=1),
        Sms.model_construct(kind="sms", name="s", text=words, variants=(), approval=False),
        Task.model_construct(kind="task", name="t", what=words[:300], how="task", minutes=240),
        Nudge.model_construct(kind="nudge", name="n", says=words[:500]),
        Move.model_construct(kind="stage", name="m", to="qualified"),
        SetSegment.model_construct(kind="segment", name="f", field="tier", to=words[:120]),
        a_branch(words),
    )  # fmt: skip
    usual = {"name": NAME, "means": words[:150], "enrol": Enrol(), "exits": None, "approval": False,
             "is_paused": n > 1, "steps": steps[:n] if n < len(steps) else steps * 5}  # fmt: skip
    return Sequence.model_construct(**{**usual, **given})


def a_branch(words: str) -> Branch:
    return Branch.model_construct(kind="branch", name="b", when="visited", contains=words, at_least=None,
                                  within_days=3, then=words[:40], otherwise="end")  # fmt: skip


def email(words: str, **given: Any) -> Email:
    usual = {"kind": "email", "name": words[:40] or "e", "subject": words[:200], "text": words, "variants": (),
             "approval": True}  # fmt: skip
    return Email.model_construct(**{**usual, **given})


def a_lead(words: str) -> Lead:
    return Lead(id=42, name=words, company=words, stage="new", team_id=1, created_at=NOON)


def a_message(words: str, **given: Any) -> LeadMessage:
    usual: dict[str, Any] = {"id": 7, "key": "k", "lead_id": 42, "channel": "email", "recipient": "r", "status": "held",
                             "subject": words[:300], "text": words, "error": words[:300], "sequence": NAME,
                             "step": words[:40], "due_at": NOON, "created_at": NOON}  # fmt: skip
    return LeadMessage(**{**usual, **given})


def held(words: str, by: str = "", **given: Any) -> Held:
    return Held(a_message(words, **given), words, by)


def an_enrolment(words: str, **given: Any) -> Enrolment:
    usual: dict[str, Any] = {"id": 3, "lead_id": 42, "sequence": NAME, "step": "s", "step_since": NOON, "due_at": LATER,
                             "entered_at": NOON, "status": "active", "why": words[:120]}  # fmt: skip
    return Enrolment(**{**usual, **given})


def a_standing(words: str, n: int) -> Standing:
    one = a_sequence(words, 3)
    running = (
        Running(an_enrolment(words), one, words[:120]),
        Running(an_enrolment(words, id=4, status="paused"), None),
    )
    past = tuple(an_enrolment(words, status=status, left_at=LATER) for status in ("left", "finished"))
    return Standing(a_lead(words), running, (one,) * n, past)


def a_line(words: str, n: int) -> SequenceLine:
    return SequenceLine(a_sequence(words, n), n, n, n, n, ("email", "sms"))


def some_stats(words: str, n: int, *, decided: Experiment | None = None) -> SequenceStats:
    one = a_sequence(words, 3)
    steps = [StepCounts(step.name, text, 100 + n, 50, 20, 10, 5, 2, 1) for step in one.named for text in ("", "edited")]
    arms = verdict([Arm("", 200, 20), Arm(NAME, 200, 28)])
    compared = [Comparison(0, words[:40] or "e", ["", NAME], arms, decided)]
    reasons = [(words[:120], n)] * min(n, 12)
    return SequenceStats(one, {"active": n, "left": n}, reasons, steps, compared, is_manager=n > 1)


def a_preview(words: str, n: int) -> Preview:
    step, asks = email(words), a_branch(words)
    several = (Text(words, words), Text(words, words, NAME, is_theirs=True))
    steps = (
        PreviewStep(step, NOON, (Text(words, words),), waits_for_yes=True),
        PreviewStep(step, NOON, (Text(words),), words[:200]), PreviewStep(step, None, several),
        PreviewStep(step, done=words[:200], wrote=Text(words, words, NAME)), PreviewStep(asks, LATER),
        PreviewStep(Wait(kind="wait", name="w", days=2), LATER),
    ) * min(n, 8)  # fmt: skip
    return Preview(a_lead(words), a_sequence(words, steps=(step, asks)), steps, CLOCK, refusal=words[:300], is_in=n > 2)


ENTRIES: dict[str, Callable[[str, int], Message | Block]] = {
    "approvals.approval": lambda words, _: approvals.approval(held(words)),
    "approvals.approval_form": lambda words, _: approvals.approval_form(held(words)),
    "sequences.listing": lambda words, n: sequences.listing([a_line(words, n)] * min(n, 50)),
    "sequences.sequence": lambda words, n: sequences.sequence(a_line(words, n), may_edit=True, version="f" * 16),
    "sequence_forms.edit_step": lambda words, n: sequence_forms.edit_step(
        EditedStep(NAME, a_sequence(words, n).named[0], f"{'f' * 16}:0:{NAME}")
    ),
    "sequence_forms.proposed": lambda words, _: sequence_forms.proposed(7, words[:300]),
    "sequence_lead.standing": lambda words, n: sequence_lead.standing(a_standing(words, n)),
    "sequence_many.sure": lambda words, n: sequence_many.sure(NAME, words, n, "v", is_more=n > 2),
    "sequence_many.begun": lambda _, n: sequence_many.begun(NAME, n),
    "sequence_many.called_off": lambda _, __: sequence_many.called_off(),
    "sequence_many.done": lambda words, n: sequence_many.done(NAME, n, [(words[:150], n)] * 5),
    "sequence_preview.preview": lambda words, n: sequence_preview.preview(a_preview(words, n)),
    "sequence_stats.stats": lambda words, n: sequence_stats.stats(some_stats(words, n)),
}
VARIANTS: dict[str, Callable[[str, int], Message | Block]] = {
    "approvals.approval, of a text message": lambda words, _: approvals.approval(
        held(words, channel="sms", subject="")
    ),
    "approvals.approval, sent": lambda words, _: approvals.approval(
        held(words, words[:120], status="sent", sent_at=NOON)
    ),
    "approvals.approval, edited": lambda words, _: approvals.approval(
        held(words, words[:120], status="waiting", variant="edited")
    ),
    "approvals.approval, skipped": lambda words, _: approvals.approval(held(words, words[:120], status="skipped")),
    "approvals.approval, overtaken": lambda words, _: approvals.approval(held(words, status="skipped")),
    "sequences.listing, of none": lambda _, __: sequences.listing([]),
    "sequences.sequence, with an approval": lambda words, n: sequences.sequence(
        SequenceLine(a_sequence(words, n, approval=True))
    ),
    "sequence_forms.edit_step, of a wait": lambda _, __: sequence_forms.edit_step(
        EditedStep(NAME, Wait(kind="wait", name="w", days=3), "x")
    ),
    "sequence_lead.standing, in none": lambda words, n: sequence_lead.standing(
        Standing(a_lead(words), others=(a_sequence(words),) * n)
    ),
    "sequence_lead.standing, with no other": lambda words, _: sequence_lead.standing(
        Standing(a_lead(words), (Running(an_enrolment(words), a_sequence(words)),))
    ),
    "sequence_stats.stats, decided": lambda words, n: sequence_stats.stats(
        some_stats(
            words,
            n,
            decided=Experiment(sequence=NAME, step="e", variants="v", winner=NAME, why=words[:300], decided_at=NOON),
        )
    ),
    "sequence_stats.stats, for a rep": lambda words, n: sequence_stats.stats(
        SequenceStats(
            a_sequence(words, 3),
            {"active": n},
            [],
            [StepCounts(words[:40] or "e", "", 7, 3, 2, 1, 1, 0)],
            [Comparison(0, words[:40] or "e", ["", NAME], None, own=(Arm("", 4, 1), Arm(NAME, 3, 0)), sees_all=False)],
        )
    ),
    "sequence_stats.stats, of nothing": lambda words, _: sequence_stats.stats(
        SequenceStats(a_sequence(words), {}, [], [], [])
    ),
}
