"""Logging for people who run the bot: one line an event, without secrets and without people's data."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog

CHATTY = {
    "slack_bolt": logging.WARNING, "slack_sdk": logging.WARNING, "uvicorn.access": logging.WARNING,
    "apscheduler": logging.ERROR,
}  # fmt: skip
_SECRETS = re.compile(
    r"xox[a-z]-[\w-]+|xapp-[\w-]+|whsec_[\w+/=-]+|(?i:bearer)\s+[\w.~+/=-]+|(?<=://)[^\s/@]+:[^\s/@]+(?=@)|\bv0=[0-9a-f]{64}"
)
_EMAILS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_LOGFMT = structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"], bool_as_flag=False)
_PHONES = re.compile(r"\+\d[\d\s().-]{6,}\d")


def redact(text: str) -> str:
    """The text without tokens, passwords, e-mail addresses and phone numbers."""
    for pattern, instead in ((_SECRETS, "[secret]"), (_EMAILS, "[e-mail]"), (_PHONES, "[phone]")):
        text = pattern.sub(instead, text)
    return text


def render(logger: object, method: str, event: MutableMapping[str, Any]) -> str:
    """One line, redacted when it is complete: a secret may stand deep inside a value."""
    return redact(_LOGFMT(logger, method, event))


class RedactingFormatter(logging.Formatter):
    """For the libraries, which log through the standard module."""

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


def is_worth_reading(record: logging.LogRecord) -> bool:
    """Bolt prints whole request bodies and sets its loggers' levels itself; APScheduler warns of every busy second."""
    needed = next((level for name, level in CHATTY.items() if record.name.startswith(name)), logging.NOTSET)
    return record.levelno >= needed


def configure(level: str, stream: TextIO | None = None) -> None:
    """Everything goes to `stream`, which is stderr unless given."""
    stream = stream or sys.stderr
    handler = logging.StreamHandler(stream)
    handler.setFormatter(RedactingFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    handler.addFilter(is_worth_reading)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # Bolt wonders about a token in the environment beside the client it is given; both are meant.
    logging.getLogger("slack_bolt.App").addFilter(lambda record: "will be unused" not in record.getMessage())
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            render,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(stream),
    )
