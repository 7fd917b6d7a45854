"""What becomes of the text a person types: escaping, and names turned into references."""

import re
from collections.abc import Callable

from bot.sandbox.workspace import Workspace

MENTION = re.compile(r"(?<![\w@])@([\w.-]+)")
CHANNEL = re.compile(r"(?<![\w#])#([\w-]+)")
ADDRESS = re.compile(r"https?://[^\s<>|]+")
BROADCASTS = frozenset({"here", "channel", "everyone"})


def escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def as_message_text(workspace: Workspace, text: str) -> str:
    return _referenced(workspace, escape(text), named=False)


def as_command_text(workspace: Workspace, text: str, should_escape: bool) -> str:
    """Slack rewrites the text of a command only when its manifest entry asks for it."""
    return _referenced(workspace, escape(text), named=True) if should_escape else text


def _referenced(workspace: Workspace, text: str, named: bool) -> str:
    text = ADDRESS.sub(lambda found: f"<{found[0]}>", text)
    text = MENTION.sub(_user_reference(workspace, named), text)
    return CHANNEL.sub(_channel_reference(workspace), text)


def _user_reference(workspace: Workspace, named: bool) -> Callable[[re.Match[str]], str]:
    ids = {user.name: user.id for user in workspace.users.values()}

    def refer(found: re.Match[str]) -> str:
        name = found[1]
        if name in ids:
            return f"<@{ids[name]}|{name}>" if named else f"<@{ids[name]}>"
        return f"<!{name}>" if name in BROADCASTS else found[0]

    return refer


def _channel_reference(workspace: Workspace) -> Callable[[re.Match[str]], str]:
    ids = {channel.name: channel.id for channel in workspace.channels.values() if channel.name}
    return lambda found: f"<#{ids[found[1]]}|{found[1]}>" if found[1] in ids else found[0]
