"""What is said of a file that was given to somebody."""

from bot.views import kit
from bot.views.kit import Message


def in_doubt(name: str) -> Message:
    """It is not sent again by itself, which could make two of it."""
    what = f"the file {name}" if name else "a file"
    return kit.say(f"Slack did not say whether it took {what}. If it is not here, ask for it once more.")
