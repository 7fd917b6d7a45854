"""Calls: the form to write one down, and the line in the lead's thread."""

from bot.rules.telephony import HeardCall
from bot.views import kit
from bot.views.cards import title
from bot.views.followup_forms import NO_NEXT, NOTE_MAX, QUICK, WENT, WHAT_MAX, pickers, select
from bot.views.forms import field, form, text_input
from bot.views.kit import Block, Message, Person, Strong
from store.models import Lead

CALL = "form.call"


def call(lead: Lead) -> Block:
    nexts = (("Nothing for now, or at the day and time below", NO_NEXT), *QUICK[1:])
    number = [kit.context(f"{title(lead)} · {lead.phone}" if lead.phone else title(lead))]
    minutes: Block = {"type": "number_input", "is_decimal_allowed": False, "min_value": "0", "max_value": "600"}
    return form(
        CALL, "Log a call", "Save", *number,
        field("went", "How did it go?", select(tuple((text, value) for value, text in WENT.items()))),
        field("minutes", "How many minutes?", minutes, optional=True),
        field("note", "Note", text_input(multiline=True, longest=NOTE_MAX), optional=True,
              hint="The team sees it in the lead's thread."),
        field("quick", "What is next?", select(nexts, NO_NEXT)),
        *pickers(None),
        field("what", "What is to do then?", text_input(longest=WHAT_MAX), optional=True),
        about=str(lead.id),
    )  # fmt: skip


def logged(by: Person, went: str, minutes: int | None) -> Message:
    took = f", {minutes} min" if minutes else ""
    return kit.say("📞 ", Strong(by.name), f" called: {went[:1].lower()}{went[1:]}{took}.")


def told(heard: HeardCall) -> Message:
    """A call that the telephone system told of."""
    who = "They called" if heard.is_inbound else f"{heard.colleague or 'Somebody of us'} called them"
    took = f", {heard.seconds // 60} min {heard.seconds % 60} s" if heard.seconds else ""
    line = f" on {heard.our_number}" if heard.our_number and heard.is_inbound else ""
    came = f" ({heard.source})" if heard.source else ""
    how = f": {heard.outcome}" if heard.outcome else ""
    where = " A recording is in the lead's story." if heard.recording else ""
    return kit.say("📞 ", Strong(who), f"{line}{came}{took}{how}.{where}")
