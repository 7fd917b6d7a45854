"""Links in messages: what they are for is signed into them, so that they work without anybody signing in."""

from dataclasses import dataclass
from datetime import datetime

from itsdangerous import BadData, URLSafeSerializer

from bot.contact.outside import Outside
from store.models import LeadMessage
from store.unit_of_work import UnitOfWork

KEY = "links"
UNSUBSCRIBE, CONFIRM = "unsubscribe", "confirm"
TOKEN_MAX = 2000


@dataclass(frozen=True)
class Link:
    """What a token was made of."""

    number: int
    more: dict[str, str | int]


def sign(uow: UnitOfWork, kind: str, number: int, **more: str | int) -> str:
    """A token that only we can have made, for this kind of link only; in a transaction that may write."""
    return str(URLSafeSerializer(uow.secrets.get(KEY), salt=kind).dumps([number, more] if more else [number]))


def read(uow: UnitOfWork, kind: str, token: str) -> Link | None:
    """What the token says, or None when we did not make it for this."""
    key = uow.secrets.known(KEY)
    if key is None or len(token) > TOKEN_MAX:
        return None
    try:
        said = URLSafeSerializer(key, salt=kind).loads(token)
    except BadData:
        return None
    return Link(said[0], said[1] if len(said) > 1 else {})


def unsubscribe(uow: UnitOfWork, outside: Outside, message: LeadMessage) -> str:
    """Where whoever got the message says that they want no more; it works when the lead's row is gone, too.

    "" while nobody said under which address our pages are.
    """
    if not outside.public_url:
        return ""
    token = sign(uow, UNSUBSCRIBE, message.id or 0, to=message.recipient, by=message.channel)
    return f"{outside.public_url}/unsubscribe/{token}"


def confirm(uow: UnitOfWork, outside: Outside, message: LeadMessage, now: datetime) -> str:
    """Where whoever has that mailbox says that the yes was theirs; it is made when the letter leaves, and grows old."""
    if not outside.public_url:
        return ""
    token = sign(uow, CONFIRM, message.id or 0, to=message.recipient, by=message.channel, at=int(now.timestamp()))
    return f"{outside.public_url}/confirm/{token}"
