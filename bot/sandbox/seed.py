"""What a workspace starts with, read from one TOML file."""

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict

DEFAULT_SEED = Path(__file__).with_name("workspace.toml")


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Team(Strict):
    id: str
    name: str
    domain: str


class AppSeed(Strict):
    id: str
    name: str
    user_id: str
    user_name: str
    bot_id: str
    bot_token: str
    app_token: str
    signing_secret: str
    verification_token: str


class UserSeed(Strict):
    id: str
    name: str
    real_name: str
    tz: str
    title: str = ""
    email: str = ""
    locale: str = "en-US"
    is_admin: bool = False
    deleted: bool = False


class ChannelSeed(Strict):
    id: str
    name: str
    members: list[str]
    topic: str = ""
    is_private: bool = False
    is_archived: bool = False
    is_ext_shared: bool = False  # with another company


class Seed(Strict):
    team: Team
    app: AppSeed
    users: list[UserSeed]
    channels: list[ChannelSeed]
    rate_limits: bool = True
    unknown_blocks: frozenset[str] = frozenset()  # of messages, that this workspace does not take although others do


def read_seed(path: Path | None = None) -> Seed:
    return Seed.model_validate(tomllib.loads((path or DEFAULT_SEED).read_text(encoding="utf-8")))
