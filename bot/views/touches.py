"""The line in a lead's thread when it does something that calls for a word with it."""

from datetime import datetime

from bot.views.kit import At, Message, Strong, say


def hot(happened: str, owner: str, due: datetime | None) -> Message:
    """`owner` is empty and `due` None while nobody owns the lead."""
    happened = f"{happened[:1].upper()}{happened[1:]}"
    if due is None:
        return say("🔥 ", Strong(happened), ". Nobody owns this lead yet.")
    return say("🔥 ", Strong(happened), f". {owner} is to call by ", At(due), ".")


def before(count: int) -> str:
    """How much somebody did before they said who they are."""
    return f"with {count} thing{'s' if count > 1 else ''} done before" if count else ""
