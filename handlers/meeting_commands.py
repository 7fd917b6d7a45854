"""/lead booking: the rep's own booking page, or the link for one lead."""

from bot.meetings import commanding
from bot.views import meetings as views
from bot.views.kit import Message
from handlers.subcommands import Request, Subcommand


def booking(request: Request) -> Message:
    if not request.words.strip():
        return views.own(commanding.own(request.services, request.slack_id))
    lead_id, _ = request.lead_and_rest()
    return views.own(commanding.for_lead(request.services, request.slack_id, lead_id))


MEETING_ENTRIES = (
    Subcommand("booking", "booking [lead]", "the page on which leads book a time with you, or one lead's own link",
               "booking #42", booking),
)  # fmt: skip
