"""Secrets and addresses from the environment and `.env`, checked together and never shown."""

from pathlib import Path
from typing import Annotated, Self

from dotenv import dotenv_values
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator


class SettingsError(Exception):
    """Settings are missing or wrong; the message lists all of them by name."""


class Settings(BaseModel):
    """One field for each environment variable; the field's alias is the variable's name."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    slack_bot_token: SecretStr = Field(default=SecretStr(""), alias="SLACK_BOT_TOKEN")
    slack_app_token: SecretStr = Field(default=SecretStr(""), alias="SLACK_APP_TOKEN")
    slack_signing_secret: SecretStr = Field(default=SecretStr(""), alias="SLACK_SIGNING_SECRET")
    slack_api_url: str = Field(default="https://slack.com/api/", alias="SLACK_API_URL")
    database_url: SecretStr = Field(default=SecretStr("sqlite:///dibs.db"), alias="DATABASE_URL")
    intake_keys: tuple[SecretStr, ...] = Field(default=(), alias="DIBS_INTAKE_KEYS")
    webhook_secrets: tuple[SecretStr, ...] = Field(default=(), alias="DIBS_WEBHOOK_SECRETS")
    managers: tuple[str, ...] = Field(default=(), alias="DIBS_MANAGERS")
    playbook: Path = Field(default=Path("playbook.toml"), alias="DIBS_PLAYBOOK")
    web_host: str = Field(default="127.0.0.1", alias="DIBS_WEB_HOST")
    web_port: Annotated[int, Field(ge=0, le=65535)] = Field(default=8080, alias="DIBS_WEB_PORT")
    metrics_public: bool = Field(default=False, alias="DIBS_METRICS_PUBLIC")
    log_level: str = Field(default="INFO", alias="DIBS_LOG_LEVEL", pattern="^(DEBUG|INFO|WARNING|ERROR)$")

    @field_validator("intake_keys", "webhook_secrets", "managers", mode="before")
    @classmethod
    def split_by_comma(cls, value: object) -> object:
        return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value

    @model_validator(mode="after")
    def tokens_look_right(self) -> Self:
        wrong = []
        if self.slack_bot_token.get_secret_value() and not self.slack_bot_token.get_secret_value().startswith("xoxb-"):
            wrong.append("SLACK_BOT_TOKEN must start with xoxb- (the bot token, not the app or user token)")
        if self.slack_app_token.get_secret_value() and not self.slack_app_token.get_secret_value().startswith("xapp-"):
            wrong.append("SLACK_APP_TOKEN must start with xapp- (the app-level token)")
        if wrong:
            raise ValueError("; ".join(wrong))
        return self

    @property
    def uses_socket_mode(self) -> bool:
        return bool(self.slack_app_token.get_secret_value())

    def missing_for_slack(self) -> list[str]:
        """What `run` still needs, each with where to find it."""
        missing = []
        if not self.slack_bot_token.get_secret_value():
            missing.append("SLACK_BOT_TOKEN: in your Slack app under OAuth & Permissions, it starts with xoxb-")
        if not self.uses_socket_mode and not self.slack_signing_secret.get_secret_value():
            missing.append(
                "SLACK_APP_TOKEN (Socket Mode; under Basic Information, App-Level Tokens, it starts with xapp-) "
                "or SLACK_SIGNING_SECRET (signed HTTP; under Basic Information, App Credentials)"
            )
        return missing


def read_settings(environment: dict[str, str], env_file: Path) -> Settings:
    """The environment wins over `.env`; empty values count as not set.

    Raises:
        SettingsError: every problem at once, by name, without the values.
    """
    from_file = {name: value for name, value in dotenv_values(env_file).items() if value} if env_file.is_file() else {}
    values = {**from_file, **{name: value for name, value in environment.items() if value}}
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        problems = [
            f"  {'.'.join(str(part) for part in e['loc']) or 'tokens'}: {e['msg'].removeprefix('Value error, ')}"
            for e in error.errors(include_input=False)
        ]
        # Without the cause: its text would show the values, and some of them are secrets.
        raise SettingsError("These settings need attention:\n" + "\n".join(problems)) from None
