"""Other programs tell what people did: one thing or a thousand, each remembered once, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.deadlocks import once_more
from bot.errors import InvalidInputError, NotFoundError, Problem
from bot.intake import touches
from bot.intake.capture import KeyReusedError, body_hash, keep_rejection
from bot.rules.cleaning.lead import clean_email
from bot.rules.touches import ID_MAX, CleanTouch, clean_touch, mark
from bot.services import Services
from store.models import InboxRow
from store.unit_of_work import UnitOfWork

UNKNOWN = "I know no such lead. Send it to POST /api/leads first."
MOST_AT_ONCE = 1000
MOST_PROBLEMS = 20  # that are named in one answer
Heard = list[tuple[CleanTouch, str | None]]


class UnknownLeadError(NotFoundError):
    """Lead numbers that nobody has; `places` are those of the touches that name them."""

    def __init__(self, places: list[int]) -> None:
        super().__init__(UNKNOWN)
        self.places = places


@dataclass(frozen=True)
class Taken:
    """How many touches are news, and of those how many are of a lead and of somebody not known yet."""

    taken: int = 0
    known: int = 0
    anonymous: int = 0
    lead_id: int | None = None  # of the only one
    is_repeat: bool = False


def take_touch(services: Services, raw: dict[str, Any], *, key: str) -> Taken:
    """Remember what somebody did; raises as `take_touches` does."""
    return take_touches(services, [raw], key=key, fingerprint=body_hash(raw))


@once_more
def take_touches(
    services: Services, raws: Sequence[dict[str, Any]], *, key: str, fingerprint: str = "", sender: str = ""
) -> Taken:
    """Remember what people did; the same key again answers the same and changes nothing.

    Raises:
        InvalidInputError: nothing is stored but the rejection; each bad touch is named by its place.
        UnknownLeadError: there is no lead of that number; nothing is stored.
        KeyReusedError: the key belongs to another body.
    """
    now, fingerprint = services.now(), fingerprint or body_hash({"touches": list(raws)})
    try:
        heard = [(touch, own_key(sender, touch)) for touch in clean_all(raws, now)]
    except InvalidInputError as error:
        keep_rejection(services, {}, key=f"touch:{key}", error=error, kind="touch")
        raise
    with services.unit_of_work() as uow:
        by_lead = whose(uow, heard)
        row = InboxRow(key=f"touch:{key}", kind="touch", body_hash=fingerprint, status="done", received_at=now)
        if not uow.inbox.receive(row):
            return repeated(uow, row.key, fingerprint)
        taken = take_all(services, uow, by_lead, now)
        uow.inbox.answer(row, {"taken": taken.taken, "known": taken.known, "lead_id": taken.lead_id})
        uow.commit()
        return taken


def clean_all(raws: Sequence[dict[str, Any]], now: datetime) -> list[CleanTouch]:
    cleaned, problems = [], []
    for place, raw in enumerate(raws):
        try:
            cleaned.append(clean_touch(raw, now))
        except InvalidInputError as error:
            where = f"touches.{place}." if len(raws) > 1 else ""
            problems += [Problem(where + problem.field, problem.reason) for problem in error.problems]
    if problems:
        raise InvalidInputError(problems[:MOST_PROBLEMS])
    return cleaned


def own_key(sender: str, touch: CleanTouch) -> str | None:
    """The sender's name for the touch, which is theirs alone."""
    if not touch.own_id:
        return None
    # PostgreSQL keeps no text with a zero in it.
    name = touch.own_id[:ID_MAX] if touch.own_id.isprintable() else body_hash({"id": touch.own_id})
    return f"{sender[:16]}:{name}"


def whose(uow: UnitOfWork, heard: Heard) -> dict[int | None, Heard]:
    """The touches by the lead's number, the leads locked; None has those of nobody known yet."""
    marks = {mark(touch.visitor) for touch, _ in heard if touch.visitor}
    by_email = uow.touches.leads_of({touch.email for touch, _ in heard if touch.email})
    by_mark = uow.touches.leads_marked(marks) if marks else {}
    meant = [number_of(touch, by_email, by_mark) for touch, _ in heard]
    now_at = uow.touches.where_now({number for number in meant if number})
    says_no = {now_at[number] for number, (touch, _) in zip(meant, heard, strict=True)
               if number in now_at and touch.kind == "unsubscribed"}  # fmt: skip
    leads = uow.touches.lock_leads({*now_at.values(), *uow.consents.alike(says_no)})
    unknown = [
        place for place, (number, (touch, _)) in enumerate(zip(meant, heard, strict=True))
        if touch.lead_id is not None and now_at.get(number or 0) not in leads
    ]  # fmt: skip
    if unknown:
        raise UnknownLeadError(unknown)
    found: dict[int | None, Heard] = {}
    for number, one in zip(meant, heard, strict=True):
        found.setdefault(now_at.get(number or 0), []).append(one)
    return found


def number_of(touch: CleanTouch, by_email: dict[str, int], by_mark: dict[str, int]) -> int | None:
    if touch.lead_id is not None:
        return touch.lead_id
    return by_email.get(touch.email) or by_mark.get(mark(touch.visitor) if touch.visitor else "")


def take_all(services: Services, uow: UnitOfWork, by_lead: dict[int | None, Heard], now: datetime) -> Taken:
    anonymous = keep_anonymous(uow, by_lead.get(None, []))
    known, told = 0, []
    for lead_id in sorted(number for number in by_lead if number is not None):
        lead = uow.leads.get(lead_id)
        if lead is not None:
            known += touches.take_in(services, uow, lead, by_lead[lead_id], now)
            told += [(touch, lead) for touch, _ in by_lead[lead_id]]
    touches.recognise(uow, told, now)
    only = next(iter(by_lead)) if len(by_lead) == 1 else None
    return Taken(known + anonymous, known, anonymous, lead_id=only)


def keep_anonymous(uow: UnitOfWork, heard: Heard) -> int:
    """What people did who have not said yet who they are; of each only so much."""
    count = sum(uow.touches.add(touches.row_of(touch, key, lead_id=None)) for touch, key in heard)
    if count:
        uow.touches.keep_newest(sorted({touch.known_as[0] for touch, _ in heard}), touches.MOST_ANONYMOUS)
    return count


def repeated(uow: UnitOfWork, key: str, fingerprint: str) -> Taken:
    """What the first delivery under the key was answered.

    Raises:
        KeyReusedError: it had another body.
    """
    first = uow.inbox.answered(key)
    if first is None or first.body_hash != fingerprint:
        raise KeyReusedError(str(KeyReusedError.__doc__))
    told = first.answer
    taken, known = int(told.get("taken", 1)), int(told.get("known", 1))
    return Taken(taken, known, taken - known, lead_id=told.get("lead_id"), is_repeat=True)


def is_known(services: Services, email: str) -> bool:
    """Whether there is a lead of this address."""
    with services.reading() as uow:
        return bool(uow.touches.leads_of({clean_email(email)}))
