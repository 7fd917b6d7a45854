"""What sequences say in Slack: a word to a lead's owner, and a line where something changed."""

from bot.views import kit
from bot.views.cards import title
from bot.views.kit import Message, Strong
from store.models import Enrolment, Lead, StepTaken

SKIPPED = "skipped: "
WATCHES = "waits for what they do"  # at a branch


def nudge(lead: Lead, sequence: str, says: str) -> Message:
    """To the owner alone."""
    return kit.say("👋 ", Strong(title(lead)), f": {says} (from the sequence {sequence})")


def moved(sequence: str, before: str, after: str) -> Message:
    return kit.say("➡️ The sequence ", Strong(sequence), f" moved this lead from {before} to {after}.")


# --- in the lead's story


def came(enrolment: Enrolment) -> str:
    return f"put it into the sequence {enrolment.sequence}"


def ended(enrolment: Enrolment) -> str:
    if enrolment.status == "finished":
        return f"brought the sequence {enrolment.sequence} to its end"
    return f"took it out of the sequence {enrolment.sequence}: {enrolment.why}"


def is_skipped(taken: StepTaken) -> bool:
    return taken.result.startswith(SKIPPED)


def skipped(enrolment: Enrolment, taken: StepTaken) -> str:
    return f"{enrolment.sequence} left out “{taken.step}”: {taken.result.removeprefix(SKIPPED)}"
