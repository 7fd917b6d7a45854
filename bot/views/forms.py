"""The modals: what each asks for. Field names here are the block ids that errors are shown on."""

from bot.playbook.playbook import PassReason
from bot.views import kit
from bot.views.cards import title
from bot.views.fit import VIEW_BYTES, fitted
from bot.views.kit import Block, Message
from store.models import Lead

NOTE, NEW_LEAD, PASS = "form.note", "form.new_lead", "form.pass"
VALUE = "value"  # every input's action id: one value a field

NEW_LEAD_FIELDS = (
    ("name", "Name", False), ("email", "E-mail", False), ("phone", "Phone, with country code", False),
    ("company", "Company", False), ("title", "Job title", False), ("country", "Country", False),
    ("message", "What do they want?", True),
)  # fmt: skip


def form(callback_id: str, heading: str, submit: str, *blocks: Block, about: str = "") -> Block:
    return {
        "type": "modal", "callback_id": callback_id, "title": kit.label(heading, kit.TITLE_MAX),
        "submit": kit.label(submit, kit.TITLE_MAX), "close": kit.label("Cancel", kit.TITLE_MAX),
        "private_metadata": about, "blocks": list(blocks),
    }  # fmt: skip


def page(heading: str, message: Message) -> Block:
    """A modal that only shows something."""
    return {
        "type": "modal", "title": kit.label(heading, kit.TITLE_MAX), "close": kit.label("Close", kit.TITLE_MAX),
        "blocks": fitted(list(message.blocks), most=VIEW_BYTES),
    }  # fmt: skip


def field(name: str, asks: str, element: Block, *, optional: bool = False, hint: str = "") -> Block:
    block: Block = {
        "type": "input", "block_id": name, "label": kit.label(asks, 2000), "optional": optional,
        "element": {**element, "action_id": VALUE},
    }  # fmt: skip
    if hint:
        block["hint"] = kit.label(hint, 2000)
    return block


def text_input(*, multiline: bool = False, initial: str = "", longest: int = kit.TEXT_MAX) -> Block:
    element: Block = {"type": "plain_text_input", "multiline": multiline, "max_length": longest}
    return {**element, "initial_value": kit.clip(initial, longest)} if initial.strip() else element


def note(lead: Lead) -> Block:
    return form(
        NOTE, "Add a note", "Save", kit.context(title(lead)),
        field("text", "Note", text_input(multiline=True), hint="The team sees it in the lead's thread."),
        about=str(lead.id),
    )  # fmt: skip


def pass_on(lead: Lead, reasons: tuple[PassReason, ...]) -> Block:
    options = [
        kit.option(reason.name, reason.name, "Your turn comes again." if reason.returns_turn else "")
        for reason in reasons
    ]
    select: Block = {"type": "static_select", "options": options}
    return form(
        PASS, "Pass on a lead", "Pass", kit.context(title(lead)),
        field("reason", "Why?", select, optional=True, hint="It goes to the next rep either way."),
        about=str(lead.id),
    )  # fmt: skip
