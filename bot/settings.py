"""Secrets and addresses from the environment and `.env`, checked together and never shown."""

from collections.abc import Callable
from email.headerregistry import Address, HeaderRegistry
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook

from bot.contact.outside import Outside
from bot.mailing.imap import letterbox
from bot.mailing.smtp import is_this_machine, smtp_server

TOKENS = {
    "slack_bot_token": ("xoxb-", "the bot token, not the app or user token"),
    "slack_app_token": ("xapp-", "the app-level token"),
}


MAIL_SERVERS: dict[str, Callable[[str], object]] = {"smtp_url": smtp_server, "imap_url": letterbox}


class SettingsError(Exception):
    """Settings are missing or wrong; the message lists all of them by name."""


class Settings(BaseModel):
    """One field for each environment variable; the field's alias is the variable's name."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True, hide_input_in_errors=True)

    slack_bot_token: SecretStr = Field(default=SecretStr(""), alias="SLACK_BOT_TOKEN")
    slack_app_token: SecretStr = Field(default=SecretStr(""), alias="SLACK_APP_TOKEN")
    slack_signing_secret: SecretStr = Field(default=SecretStr(""), alias="SLACK_SIGNING_SECRET")
    slack_api_url: str = Field(default="https://slack.com/api/", alias="SLACK_API_URL", pattern="^https?://")
    database_url: SecretStr = Field(default=SecretStr("sqlite:///dibs.db"), alias="DATABASE_URL")
    intake_keys: tuple[SecretStr, ...] = Field(default=(), alias="DIBS_INTAKE_KEYS")
    webhook_secrets: tuple[SecretStr, ...] = Field(default=(), alias="DIBS_WEBHOOK_SECRETS")
    hook_secrets: dict[str, tuple[SecretStr, ...]] = Field(default={}, alias="DIBS_HOOK_SECRETS")
    form_keys: tuple[SecretStr, ...] = Field(default=(), alias="DIBS_FORM_KEYS")
    mail_drop: Path | None = Field(default=None, alias="DIBS_MAILDROP")
    managers: tuple[str, ...] = Field(default=(), alias="DIBS_MANAGERS")
    playbook: Path = Field(default=Path("playbook.toml"), alias="DIBS_PLAYBOOK")
    web_host: str = Field(default="127.0.0.1", alias="DIBS_WEB_HOST")
    web_port: Annotated[int, Field(ge=0, le=65535)] = Field(default=8080, alias="DIBS_WEB_PORT")
    proxies: str = Field(default="127.0.0.1", alias="FORWARDED_ALLOW_IPS")
    metrics_public: bool = Field(default=False, alias="DIBS_METRICS_PUBLIC")
    public_url: str = Field(default="", alias="DIBS_PUBLIC_URL", pattern=r"^(https?://[^\s/]+(/[^\s?#]*)?)?$")
    pricing_url: str = Field(default="", alias="DIBS_PRICING_URL", pattern=r"^(https?://[^\s]+)?$")
    mail_from: str = Field(default="", alias="DIBS_MAIL_FROM", max_length=300)
    smtp_url: SecretStr = Field(default=SecretStr(""), alias="DIBS_SMTP_URL")
    imap_url: SecretStr = Field(default=SecretStr(""), alias="DIBS_IMAP_URL")
    mail_vouches: str = Field(default="", alias="DIBS_MAIL_VOUCHES", pattern=r"^[^\s;]*$", max_length=253)
    sms_from: str = Field(default="", alias="DIBS_SMS_FROM", max_length=40)
    twilio_account: str = Field(default="", alias="DIBS_TWILIO_ACCOUNT", max_length=100)
    twilio_token: SecretStr = Field(default=SecretStr(""), alias="DIBS_TWILIO_TOKEN")
    twilio_url: str = Field(default="https://api.twilio.com", alias="DIBS_TWILIO_URL", pattern="^https?://")
    log_level: str = Field(default="INFO", alias="DIBS_LOG_LEVEL", pattern="^(DEBUG|INFO|WARNING|ERROR)$")

    @field_validator("mail_from")
    @classmethod
    def is_one_address(cls, value: str) -> str:
        if value and not names_one_address(value):
            raise ValueError("must be one address, like Acme Sales <sales@acme.example>")
        return value

    @field_validator("smtp_url", "imap_url")
    @classmethod
    def is_a_mail_server(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        """What they refuse, they refuse without the value, which holds a password."""
        if value.get_secret_value():
            MAIL_SERVERS[str(info.field_name)](value.get_secret_value())
        return value

    @field_validator("intake_keys", "webhook_secrets", "form_keys", "managers", mode="before")
    @classmethod
    def split_by_comma(cls, value: object) -> object:
        return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value

    @field_validator("hook_secrets", mode="before")
    @classmethod
    def by_preset(cls, value: object) -> object:
        """Like typeform:secret calendly:secret; a preset may have two while one is exchanged for the other."""
        if not isinstance(value, str):
            return value
        found: dict[str, tuple[str, ...]] = {}
        for part in value.split():
            preset, _, secret = part.partition(":")
            if not preset or not secret:
                raise ValueError("must be preset:secret, several parted by spaces")
            found[preset] = (*found.get(preset, ()), secret)
        return found

    @field_validator("slack_bot_token", "slack_app_token")
    @classmethod
    def looks_like_a_token(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        prefix, kind = TOKENS[str(info.field_name)]
        if value.get_secret_value() and not value.get_secret_value().startswith(prefix):
            raise ValueError(f"must start with {prefix} ({kind})")
        return value

    @field_validator("webhook_secrets")
    @classmethod
    def can_sign(cls, value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        for secret in value:
            try:
                Webhook(secret.get_secret_value())
            except (ValueError, EmptyWebhookSecretError):
                # Without the cause, which might show it.
                raise ValueError("each must be whsec_ and base64, as the sender shows it") from None
        return value

    @field_validator("database_url")
    @classmethod
    def is_an_address(cls, value: SecretStr) -> SecretStr:
        scheme, _, rest = value.get_secret_value().partition("://")
        port = rest.rpartition("@")[2].partition("/")[0].partition("?")[0].rpartition("]")[2].partition(":")[2]
        if scheme.partition("+")[0] not in ("sqlite", "postgresql", "postgres") or not (port.isdigit() or not port):
            raise ValueError("must be sqlite:///file or postgresql://user:password@host:port/name")
        return value

    @property
    def uses_socket_mode(self) -> bool:
        return bool(self.slack_app_token.get_secret_value())

    @property
    def outside(self) -> Outside:
        """Under which names we write, and by which channels."""
        server = urlsplit(self.smtp_url.get_secret_value()).hostname or ""
        # Every letter has links to our pages: what leaves this machine needs an address that is reached from outside.
        can_mail = bool(server and self.mail_from and (self.public_url or is_this_machine(server)))
        can_text = bool(self.twilio_account and self.twilio_token.get_secret_value() and self.sms_from)
        channels = [name for name, can in (("email", can_mail), ("sms", can_text)) if can]
        return Outside(
            self.public_url.rstrip("/"), self.mail_from, self.sms_from, frozenset(channels), self.pricing_url,
            self.mail_vouches,
        )  # fmt: skip

    @staticmethod
    def spelt(secrets: tuple[SecretStr, ...]) -> tuple[str, ...]:
        """For those who compare them."""
        return tuple(secret.get_secret_value() for secret in secrets)

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


def names_one_address(text: str) -> bool:
    """Whether a letter can come from there."""
    if not text.isprintable():
        return False
    header = HeaderRegistry()("From", text)
    addresses: tuple[Address, ...] = getattr(header, "addresses", ())
    return not header.defects and len(addresses) == 1 and bool(addresses[0].domain)


def read_settings(environment: dict[str, str], env_file: Path) -> Settings:
    """The environment wins over `.env`; empty values count as not set.

    Raises:
        SettingsError: every problem at once, by name, without the values.
    """
    try:
        written = dotenv_values(env_file) if env_file.is_file() else {}
    except (OSError, UnicodeDecodeError):
        raise SettingsError(f"{env_file} cannot be read; it must be a UTF-8 text file.") from None
    from_file = {name: value for name, value in written.items() if value}
    values = {**from_file, **{name: value for name, value in environment.items() if value}}
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        problems = [
            f"  {'.'.join(str(part) for part in e['loc']) or 'settings'}: {e['msg'].removeprefix('Value error, ')}"
            for e in error.errors(include_input=False)
        ]
        # Without the cause: its text would show the values, and some of them are secrets.
        raise SettingsError("These settings need attention:\n" + "\n".join(problems)) from None
