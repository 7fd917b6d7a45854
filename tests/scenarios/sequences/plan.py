"""What a simulated year of sequences is made of: its size, its people, and the playbook they are played by."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.playbook.playbook import Playbook
from bot.playbook.sequences import Exit
from tests.sequences import playbook_with

A_WEEK = 3
# Zone, country, and whether they told us: the others are guessed from the country.
PLACES = (
    ("Europe/Berlin", "DE", False), ("Asia/Tokyo", "JP", False), ("America/New_York", "US", True),
    ("Australia/Sydney", "AU", True), ("Europe/London", "GB", True), ("America/Sao_Paulo", "BR", True),
)  # fmt: skip
QUIET = timedelta(days=40)
MARK = " | "  # before the name of sequence and step, which every message ends with
EXITS: dict[str, tuple[Exit, ...]] = {
    "hello": ("reply", "booking", "won", "lost"), "back": ("reply", "booking", "won"),
    "wake": ("reply", "booking", "won", "lost"), "drip": ("booking", "won", "lost"),
    "short": ("reply", "booking", "won", "lost"),
}  # fmt: skip


@dataclass(frozen=True)
class Plan:
    seed: int
    start: datetime
    days: int
    leads: int
    kills: float = 0.01  # of the moments at which a process can end
    outages: int = 4
    bug: str = ""


@dataclass(frozen=True)
class Person:
    """Somebody outside, as they are."""

    number: int
    zone: str
    country: str
    is_zone_told: bool

    @property
    def email(self) -> str:
        return f"p{self.number}@mail{self.number}.example"

    @property
    def phone(self) -> str:
        return f"+49151{10_000_000 + self.number}"

    @property
    def name(self) -> str:
        return f"Person Number{self.number}"

    def raw(self, consent: dict[str, bool], *, is_confirmed: bool = True) -> dict[str, object]:
        known = {"profile": {"time_zone": self.zone}} if self.is_zone_told else {}
        return {
            "name": self.name, "email": self.email, "phone": self.phone, "company": f"Company {self.number}",
            "country": self.country, "source": "website", **known,
            "consent": {**consent, "wording": "You may write to me", "is_confirmed": is_confirmed}
            if any(consent.values()) else False,
        }  # fmt: skip


def someone(number: int, rng: random.Random) -> Person:
    return Person(number, *rng.choice(PLACES))


def mail(sequence: str, name: str) -> str:
    text = f"{{{{ name }}}}, this is {name}.{MARK}{sequence}/{name}"
    return f'{{ kind = "email", name = "{name}", subject = "{sequence} {name}", text = "{text}" }}'


def sms(sequence: str, name: str) -> str:
    return f'{{ kind = "sms", name = "{name}", text = "{{{{ name }}}}: {name}.{MARK}{sequence}/{name}" }}'


SEQUENCES = f"""
[[sequences]]
name = "hello"
enrol = {{ on = "new" }}
steps = [
    {mail("hello", "welcome")}, {{ kind = "wait", days = 3 }},
    {{ kind = "branch", when = "visited", contains = "pricing", within_days = 4, then = "hot", otherwise = "cold" }},
    {sms("hello", "hot")}, {{ kind = "task", what = "Call" }}, {mail("hello", "cold")},
    {{ kind = "wait", days = 1 }}, {mail("hello", "last")},
]
[[sequences]]
name = "back"
enrol = {{ on = "lost" }}
steps = [
    {{ kind = "wait", days = 30 }}, {mail("back", "changed")}, {{ kind = "wait", days = 9 }}, {mail("back", "bye")},
]
[[sequences]]
name = "wake"
enrol = {{ on = "quiet", quiet_days = {QUIET.days} }}
steps = [
    {mail("wake", "still")}, {{ kind = "branch", when = "nothing", within_days = 5, then = "end" }},
    {sms("wake", "talk")}, {{ kind = "nudge", says = "They stir." }},
]
[[sequences]]
name = "drip"
exits = ["booking", "won", "lost"]
steps = [
    {mail("drip", "one")}, {{ kind = "wait", hours = 20 }}, {mail("drip", "two")}, {{ kind = "wait", hours = 5 }},
    {mail("drip", "three")}, {sms("drip", "four")}, {{ kind = "wait", hours = 1 }}, {mail("drip", "five")},
]
[[sequences]]
name = "short"
steps = [{sms("short", "ask")}, {mail("short", "ask again")}, {{ kind = "segment", field = "tier", to = "asked" }}]
"""


def playbook(**contact: object) -> Playbook:
    return playbook_with(SEQUENCES, **{"a_week": A_WEEK, **contact})
