"""Who follows a link: a person, or a program that looks whether it is dangerous. Pure."""

import re
from datetime import datetime, timedelta

# Nobody reads and presses within that time of the letter's leaving; mail filters do.
TOO_QUICK = timedelta(seconds=2)
AGENT_MAX = 500
_PROGRAM = re.compile(
    r"bot\b|crawl|spider|scan|preview|prefetch|headless|python|curl|wget|java/|go-http|libwww|okhttp|barracuda|mimecast"
    r"|proofpoint|safelinks|symantec|forcepoint|fireeye|trend ?micro|sophos",
    re.IGNORECASE,
)


def is_program(agent: str, sent_at: datetime | None, now: datetime) -> bool:
    """Whether it says so itself, says nothing, or was quicker than anybody reads."""
    return not agent.strip() or _PROGRAM.search(agent[:AGENT_MAX]) is not None or is_too_quick(sent_at, now)


def is_too_quick(sent_at: datetime | None, now: datetime) -> bool:
    return sent_at is None or now - sent_at < TOO_QUICK
