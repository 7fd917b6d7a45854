"""The parts of the app's Slack manifest that decide what the workspace offers and allows."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel

# What an app must be allowed to see before it is told of it; one of several is enough.
EVENT_SCOPES: Mapping[str, tuple[str, ...]] = {
    "message.channels": ("channels:history",),
    "message.groups": ("groups:history",),
    "message.im": ("im:history",),
    "member_joined_channel": ("channels:read", "groups:read"),
    "member_left_channel": ("channels:read", "groups:read"),
    "reaction_added": ("reactions:read",),
    "reaction_removed": ("reactions:read",),
    "file_shared": ("files:read",),
    "user_change": ("users:read",),
}


class SlashCommand(BaseModel):
    command: str
    description: str = ""
    usage_hint: str = ""
    should_escape: bool = False


class Shortcut(BaseModel):
    name: str
    type: Literal["global", "message"]
    callback_id: str
    description: str = ""


class AppHome(BaseModel):
    home_tab_enabled: bool = False
    messages_tab_enabled: bool = True
    messages_tab_read_only_enabled: bool = False


class Features(BaseModel):
    app_home: AppHome = AppHome()
    slash_commands: list[SlashCommand] = []
    shortcuts: list[Shortcut] = []


class Scopes(BaseModel):
    bot: list[str] = []
    bot_optional: list[str] = []


class OAuth(BaseModel):
    scopes: Scopes = Scopes()


class EventSubscriptions(BaseModel):
    bot_events: list[str] = []


class Settings(BaseModel):
    event_subscriptions: EventSubscriptions = EventSubscriptions()


class Manifest(BaseModel):
    """A missing manifest declares nothing and therefore forbids nothing."""

    given: bool = True
    features: Features = Features()
    oauth_config: OAuth = OAuth()
    settings: Settings = Settings()

    @property
    def scopes(self) -> list[str]:
        return [*self.oauth_config.scopes.bot, *self.oauth_config.scopes.bot_optional]

    def grants(self, *any_of: str) -> bool:
        return not self.given or not any_of or any(scope in self.scopes for scope in any_of)

    def hears(self, event: str) -> bool:
        """An event is told to an app that subscribed to it and may see such things."""
        subscribed = not self.given or event in self.settings.event_subscriptions.bot_events
        return subscribed and self.grants(*EVENT_SCOPES.get(event, ()))

    def command(self, name: str) -> SlashCommand | None:
        known = {each.command: each for each in self.features.slash_commands if self.grants("commands")}
        return known.get(name, None if self.given else SlashCommand(command=name))

    def has_home(self) -> bool:
        return not self.given or self.features.app_home.home_tab_enabled

    def accepts_direct_messages(self) -> bool:
        home = self.features.app_home
        return not self.given or (home.messages_tab_enabled and not home.messages_tab_read_only_enabled)


def read_manifest(manifest: dict[str, Any] | None) -> Manifest:
    return Manifest(given=False) if manifest is None else Manifest.model_validate({**manifest, "given": True})
