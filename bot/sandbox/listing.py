"""What of Slack the sandbox answers and what it does not, as tables made from the code itself."""

from collections.abc import Iterable, Mapping

from bot.sandbox.elements import KINDS
from bot.sandbox.kit import BLOCKS
from bot.sandbox.kit_elements import ELEMENTS
from bot.sandbox.kit_parts import CELLS, CHARTS, RICH_INLINE, RICH_TEXT
from bot.sandbox.limits import POSTS, TIERS
from bot.sandbox.manifest import EVENT_SCOPES
from bot.sandbox.methods import METHODS

SURFACES = ("message", "modal", "home")
EVENTS: Mapping[str, tuple[str, ...]] = {**EVENT_SCOPES, "app_home_opened": ()}
PAYLOADS = (
    "slash command",
    "block_actions",
    "block_suggestion",
    "message_action",
    "shortcut",
    "view_closed",
    "view_submission",
    "event_callback",
    "response_url",
    "file upload and download",
)
# Parts of Slack that people ask for and that are answered with unknown_method, or not sent at all.
OTHER_METHODS = (
    "admin.*",
    "assistant.*",
    "blocks.validate",
    "bookmarks.*",
    "canvases.*",
    "chat.meMessage",
    "chat.scheduleMessage",
    "chat.startStream",
    "chat.unfurl",
    "conversations.archive",
    "conversations.create",
    "conversations.invite",
    "conversations.kick",
    "conversations.leave",
    "conversations.mark",
    "conversations.rename",
    "conversations.setTopic",
    "dnd.*",
    "emoji.list",
    "entity.presentDetails",
    "files.upload",
    "functions.*",
    "oauth.v2.access",
    "pins.*",
    "reminders.*",
    "search.*",
    "usergroups.*",
    "users.profile.*",
    "workflows.*",
)
OTHER_BLOCKS = ("auth_provider", "file", "plan", "task_card")
OTHER_EVENTS = (
    "app_mention",
    "app_uninstalled",
    "channel_archive",
    "function_executed",
    "link_shared",
    "tokens_revoked",
)
OTHER_PAYLOADS = ("dialog_submission", "function_executed", "workflow_step_edit")


def tables() -> str:
    """Everything, as Markdown."""
    parts = [
        _table("Web API methods", ("Method", "Supported", "Calls a minute"), _methods()),
        _table("Blocks", ("Block", *(f"In a {name}" for name in SURFACES)), _blocks()),
        _table("Elements", ("Element", "Supported", "Reports"), _elements()),
        _table("Inside blocks", ("Part", "Kinds"), _parts()),
        _table("Payloads", ("Payload", "Supported"), _yes_and_no(PAYLOADS, OTHER_PAYLOADS)),
        _table("Events", ("Event", "Supported", "Needs one of"), _events()),
    ]
    return "\n".join(parts)


def _table(title: str, head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [f"### {title}", "", _row(head), _row(["---"] * len(head)), *map(_row, rows), ""]
    return "\n".join(lines)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _methods() -> Iterable[tuple[str, ...]]:
    for name in sorted([*METHODS, *OTHER_METHODS]):
        pace = f"{TIERS[name].per_minute:g}" if name in TIERS else f"{POSTS.per_minute:g} a channel"
        yield (f"`{name}`", "yes", pace) if name in METHODS else (f"`{name}`", "no", "")


def _blocks() -> Iterable[tuple[str, ...]]:
    for name in sorted([*BLOCKS, *OTHER_BLOCKS]):
        shape = BLOCKS.get(name)
        yield (f"`{name}`", *("yes" if shape and each in shape.surfaces else "no" for each in SURFACES))


def _elements() -> Iterable[tuple[str, ...]]:
    for name in sorted(ELEMENTS):
        yield f"`{name}`", "yes", f"`{KINDS[name].key}`" if name in KINDS else ""


def _parts() -> Iterable[tuple[str, ...]]:
    kinds = {"Cells of tables": CELLS, "Charts": CHARTS, "Rich text": RICH_TEXT, "In rich text": RICH_INLINE}
    for title, found in kinds.items():
        yield title, ", ".join(f"`{name}`" for name in found)


def _yes_and_no(yes: Iterable[str], no: Iterable[str]) -> Iterable[tuple[str, ...]]:
    yield from ((f"`{name}`", "yes") for name in yes)
    yield from ((f"`{name}`", "no") for name in no)


def _events() -> Iterable[tuple[str, ...]]:
    for name in sorted([*EVENTS, *OTHER_EVENTS]):
        scopes = " ".join(f"`{scope}`" for scope in EVENTS.get(name, ()))
        yield f"`{name}`", "yes" if name in EVENTS else "no", scopes
