"""Messages to leads, as reps hear of them: what could not be sent, and what nobody knows to have arrived."""

from bot.views import kit
from bot.views.cards import title
from bot.views.kit import Message, Piece, Strong
from store.models import Lead, LeadMessage

AGAIN, LEAVE = "contact.again", "contact.leave"
NOUNS = {"email": "e-mail", "sms": "text message"}


def called(message: LeadMessage) -> str:
    """Like: the e-mail “Welcome”; an SMS has no subject, so its first words tell which."""
    words = message.subject or " ".join(message.text.split())
    return f"the {NOUNS[message.channel]} “{words[:80]}{'…' if len(words) > 80 else ''}”"


def told(message: LeadMessage) -> str:
    """For the lead's story, after the name of who wrote it; "" while it has not left."""
    what, because = called(message), f": {message.error}" if message.error else ""
    match message.status:
        case "sent":
            back = ", which came back" if message.bounced_at else ""
            basis = message.basis.partition(": “")[0]  # their words stand where they said them
            return f"sent {what}{back}{f' ({basis})' if basis else ''}"
        case "doubtful":
            return f"sent {what}, and nobody knows whether it arrived{because}"
        case "failed":
            return f"could not send {what}{because}"
        case "skipped":
            return f"did not send {what}{because}"
        case _:
            return ""


def refused(lead: Lead, message: LeadMessage, reason: str) -> Message:
    return kit.say(Strong(title(lead)), f": {called(message)} could not be sent. {sentence(reason)}")


def doubtful(lead: Lead, message: LeadMessage) -> Message:
    """With what can be done about it."""
    what = f": I do not know whether {called(message)} arrived. {sentence(message.error)} I do not repeat it by myself."
    said: tuple[Piece, ...] = (Strong(title(lead)), what)
    buttons = kit.actions(
        "contact",
        kit.button("Send again", AGAIN, str(message.id), says=f"Send {title(lead)} that message again"),
        kit.button("Leave it", LEAVE, str(message.id), says=f"Leave the message to {title(lead)} as it is"),
    )
    return Message(kit.fallback(*said), (kit.line(*said), buttons))


def decided(lead: Lead, message: LeadMessage, by: str, *, is_sent_again: bool) -> Message:
    """What the question says from then on."""
    what = "sends it again" if is_sent_again else "leaves it as it is"
    return kit.say(Strong(title(lead)), f": nobody knew whether {called(message)} arrived. {by} {what}.")


def sentence(reason: str) -> str:
    """A provider's words, ending like a sentence."""
    said = reason.strip()[:200]
    return f"{said[:1].upper()}{said[1:]}{'' if said.endswith(('.', '!', '?')) else '.'}" if said else ""
