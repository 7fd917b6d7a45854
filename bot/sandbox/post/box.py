"""What has arrived for people outside: letters by address, texts by number."""

import re
from collections import deque
from dataclasses import asdict, dataclass, field
from itertools import count

from bot.sandbox.json_types import Json

KEPT = 500  # letters, and texts


@dataclass
class Letter:
    """An e-mail as its reader sees it; `source` is all of it, as it came."""

    id: int
    to: str
    sender: str
    subject: str
    text: str
    html: str
    at: str
    message_id: str
    reply_to: str
    unsubscribe: str = ""  # where one click posts to
    files: tuple[str, ...] = ()
    source: bytes = b""
    is_read: bool = False
    done: list[str] = field(default_factory=list)  # what the reader did with it

    def shown(self) -> Json:
        return {name: value for name, value in asdict(self).items() if name != "source"}


@dataclass
class Text:
    """An SMS; `is_ours` when the app sent it."""

    id: int
    number: str  # of the person outside
    other: str
    body: str
    at: str
    is_ours: bool
    sid: str = ""

    def shown(self) -> Json:
        return asdict(self)


@dataclass(frozen=True)
class Person:
    """Somebody outside, so that a letter and a text to one person can be seen to be for the same."""

    name: str
    email: str = ""
    phone: str = ""


@dataclass
class Outside:
    """How the app can be reached by those outside: its web address, a key for its intake, and its telephone."""

    url: str = ""
    key: str = ""
    sms_url: str = ""
    sms_token: str = ""
    sms_number: str = ""


class Box:
    def __init__(self) -> None:
        self.letters: deque[Letter] = deque(maxlen=KEPT)
        self.texts: deque[Text] = deque(maxlen=KEPT)
        self.app = Outside()
        self.people: deque[Person] = deque(maxlen=KEPT)
        self._numbers = count(1)

    def next_id(self) -> int:
        return next(self._numbers)

    def meet(self, fields: Json) -> None:
        """Whoever gives their name with a form is known by it from then on."""
        name, email, phone = (str(fields.get(key) or "").strip() for key in ("name", "email", "phone"))
        if name and (email or phone):
            self.people.append(Person(name, email.lower(), re.sub(r"[^+0-9]", "", phone)))

    def letter(self, number: int) -> Letter | None:
        return next((one for one in self.letters if one.id == number), None)

    def shown(self) -> Json:
        """The newest first."""
        return {
            "letters": [one.shown() for one in reversed(self.letters)],
            "texts": [one.shown() for one in reversed(self.texts)],
            "app": {"url": self.app.url, "number": self.app.sms_number},
            "people": [asdict(one) for one in self.people],
        }
