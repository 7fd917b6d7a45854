"""Offers: whose claim a lead is, and until when."""

from collections.abc import Collection
from datetime import datetime
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import CursorResult, Result, TextClause, bindparam, text, update
from sqlmodel import Session, col, select
from sqlmodel.sql.sqltypes import UTCDateTime

from store.batches import Batch, settled
from store.models import Offer
from store.models.columns import NOT_SUMMED

UNANSWERED = ("passed", "lapsed")
STILL_OPEN = text("offer.status = 'open'")
# Asked for every lead that is dealt, so put into words once.
ENDED = text(
    "SELECT lead_id, rep_id, status FROM offer WHERE lead_id IN :leads AND status <> 'open' ORDER BY id"
).bindparams(bindparam("leads", expanding=True))
OPEN_COUNTS = text(
    "SELECT rep_id, count(*) FROM offer WHERE rep_id IN :reps AND status = 'open' GROUP BY rep_id"
).bindparams(bindparam("reps", expanding=True))


@lru_cache
def taken_since(moments: int) -> TextClause:
    """The question how many offers each rep got after each of so many moments."""
    names = [f"moment_{place}" for place in range(moments)]
    counts = ", ".join(f"count(CASE WHEN offered_at > :{name} THEN 1 END)" for name in names)
    asked = f"""
        SELECT rep_id, {counts} FROM offer
        WHERE rep_id IN :reps AND offered_at > :earliest AND status IN ('open', 'claimed') GROUP BY rep_id
    """  # noqa: S608 - made of nothing that comes from outside
    typed = (bindparam(name, type_=UTCDateTime()) for name in ("earliest", *names))
    return text(asked).bindparams(bindparam("reps", expanding=True), *typed)


def as_ended(status: str) -> dict[str, Any]:
    """That it ended so, and whether that is still to be counted."""
    return {"status": status, "folded": 0 if status in UNANSWERED else NOT_SUMMED}


def changed_rows(result: Result[Any]) -> int:
    """How many rows an UPDATE changed; SQLAlchemy's types do not know that it is countable."""
    return int(cast("CursorResult[Any]", result).rowcount)


class Offers:
    def __init__(self, session: Session, batch: Batch) -> None:
        self._session = session
        self._batch = batch

    def give(self, lead_id: int, rep_id: int, *, team_id: int, now: datetime, until: datetime) -> None:
        """The lead is the rep's to claim, as the team dealt it."""
        self._add(
            lead_id=lead_id, rep_id=rep_id, team_id=team_id, status="open", offered_at=now, expires_at=until,
            closed_at=None,
        )  # fmt: skip

    def had(self, lead_id: int, rep_id: int, *, now: datetime) -> None:
        """The rep has the lead, offered or not: given back, it must go to someone else."""
        self._add(
            lead_id=lead_id, rep_id=rep_id, team_id=None, status="claimed", offered_at=now, expires_at=now,
            closed_at=now,
        )  # fmt: skip

    def _add(self, **values: Any) -> None:
        self._batch.add(Offer, pass_reason=None, folded=NOT_SUMMED, **values)

    def open_for(self, lead_id: int) -> Offer | None:
        return self._session.exec(select(Offer).where(Offer.lead_id == lead_id, STILL_OPEN)).first()

    def ended(self, lead_ids: Collection[int]) -> dict[int, dict[int, str]]:
        """How each lead's earlier offers ended, by lead and rep; offers still open are not among them."""
        found: dict[int, dict[int, str]] = {}
        for lead_id, rep_id, status in self._asked().execute(ENDED, {"leads": list(lead_ids)}):
            found.setdefault(lead_id, {})[rep_id] = status
        return found

    def open_counts(self, rep_ids: Collection[int]) -> dict[int, int]:
        """How many open offers each rep has; reps without any are left out."""
        return dict(self._asked().execute(OPEN_COUNTS, {"reps": list(rep_ids)}).all())

    def _asked(self) -> Any:
        self._batch.write()
        return settled(self._session, Offer)

    def taken_since(self, rep_ids: Collection[int], since: dict[str, datetime]) -> dict[int, dict[str, int]]:
        """How many leads each rep was given after each of the moments: those they have, and those still on offer."""
        moments = {f"moment_{place}": moment for place, moment in enumerate(since.values())}
        given = {"reps": list(rep_ids), "earliest": min(since.values()), **moments}
        rows = self._asked().execute(taken_since(len(since)), given)
        return {row[0]: dict(zip(since, row[1:], strict=True)) for row in rows}

    def lapsed(self, now: datetime, *, limit: int = 200) -> list[int]:
        """The ids of open offers whose window is over, oldest first."""
        over = (STILL_OPEN, Offer.expires_at <= now)
        question = select(Offer.id).where(*over).order_by(col(Offer.expires_at)).limit(limit)
        return [offer_id for offer_id in self._session.exec(question) if offer_id is not None]

    def get(self, offer_id: int) -> Offer:
        return self._session.exec(select(Offer).where(Offer.id == offer_id)).one()

    def close(self, offer_id: int, status: str, *, now: datetime, pass_reason: str | None = None) -> bool:
        """End the offer if it is still open; exactly one caller hears True."""
        ending = (
            update(Offer)
            .where(col(Offer.id) == offer_id, col(Offer.status) == "open")
            .values(**as_ended(status), closed_at=now, pass_reason=pass_reason)
        )
        return changed_rows(self._session.execute(ending)) == 1

    def close_for(self, lead_id: int, status: str, *, now: datetime) -> None:
        """End whatever offer the lead has."""
        ending = (
            update(Offer)
            .where(col(Offer.lead_id) == lead_id, col(Offer.status) == "open")
            .values(**as_ended(status), closed_at=now)
        )
        self._session.execute(ending)
