"""The demo's part of the story: sample leads, and the morning on which they arrive."""

import json
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen
from zoneinfo import ZoneInfo

import structlog

from bot import people
from bot.people import Profile
from bot.services import Services

SAMPLES = Path(__file__).parent.parent / "samples"
FIRST = 4  # that come at once
DEMO_KEY = "demo"
DEMO_REPS = ("alice", "bob", "carol")
DEMO_MANAGER, SECOND_MANAGER = "dana", "erin"  # what one changes in the playbook, the other approves
DEMO_NUMBER = "+4930901820"
DEMO_PRICES = "https://acme.example/pricing"
SMS_PATH = "/api/sms"
DEMO_STARTS = (1, 10, 30, "Europe/Berlin")  # a Tuesday morning, when Berlin and London are at work
TIMEOUT_SECONDS = 10
log = structlog.get_logger("dibs.demo")


def working_morning(now: datetime) -> datetime:
    """The next demo morning, so that reps are at work whenever someone tries it."""
    weekday, hour, minute, zone = DEMO_STARTS
    local = now.astimezone(ZoneInfo(str(zone))).replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)
    days = (int(weekday) - local.weekday()) % 7 or 7
    return (local + timedelta(days=days)).astimezone(UTC)


def seat_reps(services: Services, users: dict[str, dict[str, Any]]) -> None:
    """The demo's reps take their seats in every team."""
    for name in DEMO_REPS:
        user = users[name]
        rep = Profile(user["id"], user["real_name"].partition(" ")[0], user["tz"])
        people.add_founding_rep(services, [team.name for team in services.playbook.teams], rep)


def post_of(url: str, mail_port: int) -> dict[str, str]:
    """The settings with which e-mails and SMS go to the mailboxes and telephones of the local workspace."""
    return {
        "DIBS_MAIL_FROM": "Acme Sales <sales@acme.example>", "DIBS_SMTP_URL": f"smtp://127.0.0.1:{mail_port}",
        "DIBS_SMS_FROM": DEMO_NUMBER, "DIBS_TWILIO_ACCOUNT": "AC-demo", "DIBS_TWILIO_TOKEN": DEMO_KEY,
        "DIBS_TWILIO_URL": url, "DIBS_PRICING_URL": DEMO_PRICES,
    }  # fmt: skip


def introduce_outside(sandbox_url: str, web_url: str) -> None:
    """People outside learn where their answers reach the bot."""
    ask(f"{sandbox_url}/sandbox/meet-app", {
        "url": web_url, "key": DEMO_KEY, "sms_url": f"{web_url}{SMS_PATH}", "sms_token": DEMO_KEY,
        "sms_number": DEMO_NUMBER, "people": [json.loads(line) for line in sample_lines()],
    })  # fmt: skip


def sample_lines() -> list[str]:
    return (SAMPLES / "leads.jsonl").read_text(encoding="utf-8").splitlines()


def send_samples(url: str, speed: float, told: threading.Event) -> None:
    """Post the samples to the real intake: four leads at once and what they did, then a lead every few seconds."""
    if speed <= 0:
        return
    for number, line in enumerate(sample_lines()):
        if number >= FIRST and told.wait(6 / speed):
            return
        # A key of its own each: a demo that goes on with the same database gets none twice.
        send(f"{url}/api/leads", line, once=f"sample-{number}")
        if number == FIRST - 1:
            touches = (SAMPLES / "touches.json").read_text(encoding="utf-8")
            send(f"{url}/api/touches", touches, once="sample-touches")


def send(url: str, body: str, *, once: str) -> None:
    try:
        ask(url, json.loads(body), key=DEMO_KEY, once=once)
    except URLError as error:
        log.warning("a sample was not taken", path=url.rpartition("/")[2], reason=str(error))


def ask(url: str, body: dict[str, Any] | None = None, *, key: str = "", once: str = "") -> dict[str, Any]:
    """GET, or POST when there is a body; JSON both ways."""
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {key}"} if key else {})}
    if once:
        headers["Idempotency-Key"] = once
    request = Request(url, data=json.dumps(body).encode() if body is not None else None, headers=headers)  # noqa: S310 - our own address
    with urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310 - our own address
        return dict(json.load(answer))
