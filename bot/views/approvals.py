"""A message to a lead that waits for a yes: the question with the text as it would leave, its form, and what came."""

from dataclasses import dataclass

from bot.views import forms, kit
from bot.views.kit import At, Block, Message, Piece, Strong
from store.models import LeadMessage

SEND, EDIT, SKIP, OPEN, FORM = "approval.send", "approval.edit", "approval.skip", "approval.open", "form.approval"
NOUNS = {"email": "an e-mail", "sms": "a text message"}
SHOWN_MAX = 3000
SENT = {
    "waiting": "It leaves within their working hours.", "sending": "It is leaving now.", "sent": "It has left.",
    "doubtful": "It is not certain whether it arrived.", "failed": "It could not be delivered.",
}  # fmt: skip


@dataclass(frozen=True)
class Held:
    message: LeadMessage
    lead: str  # its title
    by: str = ""  # who decided


def approval(value: Held) -> Message:
    return question(value) if value.message.status == "held" else answered(value)


def question(value: Held) -> Message:
    message, number = value.message, str(value.message.id)
    heading = f"{NOUNS[message.channel].capitalize()} to {value.lead} waits for your yes. "
    named = f"Step “{message.step}” of the sequence “{message.sequence}”. " if message.sequence else ""
    buttons = kit.actions(
        "approval",
        kit.button("Send", SEND, number, style="primary", says=f"Send it to {value.lead}"),
        kit.button("Edit", EDIT, number, says=f"Edit it, then send it to {value.lead}"),
        kit.button("Skip", SKIP, number, says=f"Do not send it to {value.lead}"),
        kit.button("Open lead", OPEN, str(message.lead_id), says=f"Open {value.lead}"),
    )
    hint = f"{named}Nothing leaves before you press Send; then it does within their working hours."
    return Message(
        kit.fallback(heading, subject_of(message)),
        (kit.line(Strong(heading)), *written(message), kit.context(hint), buttons),
    )


def written(message: LeadMessage) -> list[Block]:
    """The text as it leaves, without the small print."""
    subject = [kit.line("Subject: ", Strong(message.subject))] if message.channel == "email" else []
    return [*subject, kit.quote(message.text[:SHOWN_MAX])]


def answered(value: Held) -> Message:
    """What stands in the question's place."""
    message, by = value.message, value.by
    which: tuple[Piece, ...] = (f"{NOUNS[message.channel].capitalize()} to {value.lead}", subject_of(message), ": ")
    if message.status == "skipped":
        said = f"{by} skipped it." if by else f"not sent. {sentence(message.error)}"
        return kit.say(*which, Strong(said))
    changed = " changed it and sent it on its way. " if message.variant == "edited" else " sent it on its way. "
    deed = Strong(f"{by or 'Somebody'}{changed}")
    if message.status == "sent" and message.sent_at:
        return kit.say(*which, deed, "It left: ", At(message.sent_at), ".")
    return kit.say(*which, deed, SENT.get(message.status, ""))


def sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}." if text.strip() else ""


def subject_of(message: LeadMessage) -> str:
    return f" “{message.subject[:120]}”" if message.subject else ""


def approval_form(value: Held) -> Block:
    message = value.message
    subject = forms.field("subject", "Subject", forms.text_input(initial=message.subject, longest=300))
    return forms.form(
        FORM, "Edit and send", "Send", kit.context(f"{NOUNS[message.channel].capitalize()} to {value.lead}"),
        *([subject] if message.channel == "email" else []),
        forms.field("text", "Text", forms.text_input(multiline=True, initial=message.text, longest=3000),
                    hint="What goes below every letter, like the way to unsubscribe, is added by itself."),
        about=str(message.id),
    )  # fmt: skip
