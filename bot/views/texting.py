"""What people outside read who text us, and what the lead's thread says of it."""

from email.headerregistry import HeaderRegistry

from bot.contact.outside import Outside
from bot.views import kit
from bot.views.kit import Message, Strong


def us(outside: Outside, signature: str) -> str:
    """Who we are to somebody outside: as letters say it, or the number's name."""
    header = HeaderRegistry()("From", outside.mail_from or "")
    named = next((one.display_name or one.domain for one in getattr(header, "addresses", ())), "")
    return named or signature.partition("\n")[0] or outside.sms_from


def stopped(by: str) -> str:
    return f"{by}: you will get no more messages by SMS. Reply START to get them again."


def started(by: str) -> str:
    return f"{by}: you will get messages again. Reply STOP to unsubscribe."


def agreed(by: str) -> str:
    """They never got any before."""
    return f"{by}: thank you, you will get messages by SMS. Reply STOP to unsubscribe."


def unknown(by: str) -> str:
    return f"{by}: nothing had been stopped for this number. Reply HELP for help."


def helped(by: str) -> str:
    return f"{by}: we write about what you asked us. Reply STOP to unsubscribe; anything else reaches a person."


def texted(text: str) -> Message:
    """Their own words."""
    return kit.say("💬 ", Strong("They answered by SMS: "), text)


def came_back() -> Message:
    return kit.say("They texted START: they may be texted again.")


def confirmed() -> Message:
    return kit.say("They texted START and ", Strong("confirmed their yes to messages"), ".")
