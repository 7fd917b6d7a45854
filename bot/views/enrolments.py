"""What sequences say in Slack: a word to a lead's owner, and a line where something changed."""

from bot.views import kit
from bot.views.cards import title
from bot.views.kit import Message, Strong
from store.models import Lead


def nudge(lead: Lead, sequence: str, says: str) -> Message:
    """To the owner alone."""
    return kit.say("👋 ", Strong(title(lead)), f": {says} (from the sequence {sequence})")


def moved(sequence: str, before: str, after: str) -> Message:
    return kit.say("➡️ The sequence ", Strong(sequence), f" moved this lead from {before} to {after}.")
