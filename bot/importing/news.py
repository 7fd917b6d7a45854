"""Tells who got how many of an import: its card, edited in place, and one message to each rep."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from bot import speech
from bot.importing.drafts import UNDO_FOR
from bot.services import Services
from bot.views import imports as views
from bot.views.cards import title
from bot.views.kit import Person
from store.imports import Share
from store.models import Import
from store.unit_of_work import UnitOfWork

LOOKED_AFTER = timedelta(days=14)  # what waits longer than that for somebody to be free is told of no more


def due(services: Services) -> list[int]:
    """Imports that are in, but not all dealt or told of."""
    with services.reading() as uow:
        return [job.id or 0 for job in uow.imports.being_dealt(services.now() - LOOKED_AFTER)]


def tell(services: Services, import_id: int) -> None:
    """When something has changed, the card; when nothing has since the last look, the reps: once for all they got."""
    with services.reading() as uow:
        have = summed(uow.imports.shares(import_id))
        job = uow.imports.get(import_id)
    if job is None or job.status != "done" or (have == job.counts.get("have") and is_told(job.counts)):
        return
    now = services.now()
    with services.unit_of_work() as uow:
        job = uow.imports.lock(import_id)
        if job is None or job.status != "done":
            return
        if have != job.counts.get("have"):
            job.counts = {**job.counts, "have": have}
            speech.show_import(uow, job, now)
        else:
            tell_reps(services, uow, job)
        uow.commit()


def summed(shares: list[Share]) -> dict[str, Any]:
    """As it is kept: by rep what they own, what is theirs to claim, what ever was, and what is nobody's."""
    reps = {str(one.rep_id): [one.leads, one.offered, one.ever] for one in shares if one.rep_id is not None}
    nobodys = sum(one.leads for one in shares if one.rep_id is None)
    held = sum(one.held for one in shares)
    offered = sum(one.offered for one in shares)
    return {"reps": reps, "held": held, "open": nobodys - held - offered}


def is_told(counts: dict[str, Any]) -> bool:
    told = counts.get("told", {})
    return not any(news(has, told.get(rep_id, 0)) for rep_id, has in counts.get("have", {}).get("reps", {}).items())


def news(has: Sequence[int], told: int) -> int:
    """How many a rep has of which they were not told: an offer that ran out and came to them is news, too."""
    owned, offered, ever = has
    return max(0, min(ever - told, owned + offered))


def tell_reps(services: Services, uow: UnitOfWork, job: Import) -> None:
    told, now = dict(job.counts.get("told", {})), services.now()
    has = job.counts["have"]["reps"]
    for rep_id, rep in sorted(uow.people.reps({int(rep_id) for rep_id in has}).items()):
        _, offered, ever = has[str(rep_id)]
        new = news(has[str(rep_id)], told.get(str(rep_id), 0))
        if new:
            to_claim = min(new, offered)
            message = views.got(job.file_name, job.id or 0, new - to_claim, to_claim)
            speech.tell(uow, rep.slack_id, message, now)
            told[str(rep_id)] = ever
    settled = not (job.counts["have"]["held"] or any(offered for _, offered, _ in has.values()))
    job.counts = {**job.counts, "told": told, "settled": settled}


def progress(uow: UnitOfWork, job: Import) -> views.Progress:
    """What the card says, from what is kept of it: nothing is counted while it is sent."""
    have = job.counts.get("have", {})
    reps = uow.people.reps({int(rep_id) for rep_id in have.get("reps", {})} | ({job.rep_id} if job.rep_id else set()))
    by = reps.get(job.rep_id or 0)
    shares = [
        (Person(reps[int(rep_id)].slack_id, reps[int(rep_id)].name), sum(has[:2]))
        for rep_id, has in have.get("reps", {}).items() if int(rep_id) in reps and sum(has[:2])
    ]  # fmt: skip
    kept = [lead for lead_id in job.counts.get("kept", []) if (lead := uow.leads.get(lead_id))]
    until = job.done_at + UNDO_FOR if job.done_at and job.status == "done" else None
    return views.Progress(
        job.id or 0, job.file_name, job.status, job.rows, job.next_row, job.counts,
        by=Person(by.slack_id, by.name) if by else None,
        shares=tuple(sorted(shares, key=lambda share: (-share[1], share[0].name))),
        held=have.get("held", 0), open=have.get("open", 0), undo_until=until, problem=job.problem,
        kept=tuple(title(lead)[:80] for lead in kept), undone=job.counts.get("undone", 0),
    )  # fmt: skip
