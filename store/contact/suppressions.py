"""Addresses that must not be written to, known by their salted hashes."""

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, or_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from store.batches import settled
from store.models import Suppression

AT_ONCE = 500
THEIR_WISH = ("unsubscribed", "rep")  # leaves what they ask for themselves; the other reasons leave less


@lru_cache
def barring() -> Any:
    """Put together once: asked of every message, once when it is written and once when it leaves."""
    question = select(Suppression).where(
        col(Suppression.channel) == bindparam("channel"), col(Suppression.recipient) == bindparam("recipient"),
        col(Suppression.lifted_at).is_(None),
    )  # fmt: skip
    return question.execution_options(populate_existing=True)


class Suppressions:
    def __init__(self, session: Session, *, locks_rows: bool) -> None:
        self._session = session
        self._insert = postgresql.insert if locks_rows else sqlite.insert

    def standing(self, channel: str, recipient: str) -> Suppression | None:
        """What forbids writing to that address, if anything does."""
        asked = {"channel": channel, "recipient": recipient}
        found: Suppression | None = self._session.scalars(barring(), asked).first()
        return found

    def all_standing(self, names: Mapping[str, str]) -> list[Suppression]:
        """What forbids writing to any of these, given by channel; a name is of one channel only."""
        question = select(Suppression).where(
            col(Suppression.channel).in_(names), col(Suppression.recipient).in_(names.values()),
            col(Suppression.lifted_at).is_(None),
        )  # fmt: skip
        return list(self._session.exec(question))

    def among(self, channel: str, recipients: Collection[str]) -> set[str]:
        """Which of these must not be written to: many at once, for lists that are imported."""
        listed, found = list(recipients), set[str]()
        for start in range(0, len(listed), AT_ONCE):
            question = select(Suppression.recipient).where(
                Suppression.channel == channel, col(Suppression.recipient).in_(listed[start : start + AT_ONCE]),
                col(Suppression.lifted_at).is_(None),
            )  # fmt: skip
            found |= set(self._session.exec(question))
        return found

    def add(self, channel: str, recipient: str, *, reason: str, source: str, now: datetime) -> bool:
        """Never write there again. False when that stood already, for as good a reason."""
        values = {"reason": reason, "source": source[:120], "at": now, "lifted_at": None}
        weighs_more = col(Suppression.reason).in_(THEIR_WISH) if reason not in THEIR_WISH else None
        is_lifted = col(Suppression.lifted_at).is_not(None)
        made = (
            self._insert(Suppression).values(channel=channel, recipient=recipient, **values)
            .on_conflict_do_update(
                index_elements=["channel", "recipient"], set_=values,
                where=is_lifted if weighs_more is None else or_(is_lifted, weighs_more),
            )
            .returning(col(Suppression.id))
        )  # fmt: skip
        return settled(self._session, Suppression).execute(made).scalar() is not None

    def lift(self, channel: str, recipient: str, now: datetime) -> bool:
        """They said yes again themselves. False when nothing stood."""
        lifting = (
            update(Suppression)
            .where(
                col(Suppression.channel) == channel, col(Suppression.recipient) == recipient,
                col(Suppression.lifted_at).is_(None),
            )
            .values(lifted_at=now).returning(col(Suppression.id)).execution_options(synchronize_session=False)
        )  # fmt: skip
        return settled(self._session, Suppression).execute(lifting).scalar() is not None
