"""Takes an import back, some leads a transaction: what nobody has worked on goes, the rest stays and is named."""

from datetime import datetime

from bot import merging, reminders, seats, speech, waiting
from bot.sequences import leaving
from bot.services import Services
from bot.views import imports as views
from store.models import Import, Lead, Merge
from store.unit_of_work import UnitOfWork

AT_ONCE = 100  # leads a transaction: nobody who presses a button waits long
SLICE = 2000  # leads a knock
NAMED = 20  # that stay


def advance(services: Services, import_id: int) -> None:
    """Go on with it for a while."""
    for _ in range(SLICE // AT_ONCE):
        if not take_some_back(services, import_id):
            return


def take_some_back(services: Services, import_id: int) -> bool:
    """One transaction; False when there is nothing more to do."""
    now = services.now()
    with services.unit_of_work() as uow:
        job = uow.imports.lock(import_id)
        if job is None or job.status != "undoing":
            return False
        lead_ids = uow.imports.leads_after(import_id, int(job.counts.get("last", 0)), limit=AT_ONCE)
        if not lead_ids:
            finish(uow, job, now)
            uow.commit()
            return False
        undone, stay = take_back(services, uow, job, lead_ids, now)
        kept = [*job.counts.get("kept", []), *stay]
        job.counts = {
            **job.counts, "last": lead_ids[-1], "tries": 0, "undone": job.counts.get("undone", 0) + undone,
            "stay": job.counts.get("stay", 0) + len(stay), "kept": kept[:NAMED],
        }  # fmt: skip
        uow.commit()
        return True


def take_back(
    services: Services, uow: UnitOfWork, job: Import, lead_ids: list[int], now: datetime
) -> tuple[int, list[int]]:
    """How many went, and which stay."""
    merges = uow.imports.merges_of(lead_ids)
    had_one = {merge.gone_id for merge in merges}
    part(uow, lead_ids, merges, by=job.rep_id, now=now)
    uow.session.expire_all()
    leads = [lead for lead in uow.imports.lock_leads(lead_ids) if lead.state != "undone"]
    worked_on = uow.imports.worked_on(lead_ids, job.id or 0)
    stay = [lead.id or 0 for lead in leads if lead.state != "live" or lead.id in worked_on]
    gone = [lead for lead in leads if lead.id not in set(stay)]
    take_away(services, uow, gone, now, import_id=job.id or 0)
    return sum(lead.id not in had_one for lead in gone), stay


def part(uow: UnitOfWork, lead_ids: list[int], merges: list[Merge], *, by: int | None, now: datetime) -> None:
    """All at once, but where a lead was joined with one that is part of a third by now, those two first.

    At the first look all leads that this transaction will change are locked, in one order.
    """
    while merges:
        leads = {lead.id: lead for lead in uow.imports.lock_leads({*lead_ids, *(merge.kept_id for merge in merges)})}
        free = {number for number, lead in leads.items() if lead.state != "merged"}
        now_free = [merge for merge in merges if merge.kept_id in free]
        if not now_free:
            return
        for number in sorted({merge.kept_id for merge in now_free}):
            speech.refresh_card(uow, leads[number], now)
        merging.part(uow, uow.merges.take_back(now_free, by=by, now=now))
        merges = [merge for merge in merges if merge.kept_id not in free]


def take_away(services: Services, uow: UnitOfWork, leads: list[Lead], now: datetime, *, import_id: int) -> None:
    """As if they had not come: nobody's to work on, and nobody owed anything for them, or in debt."""
    numbers = [lead.id or 0 for lead in leads]
    had = {lead.owner_id for lead in leads if lead.owner_id} | uow.imports.withdraw_offers(numbers, now)
    planned = uow.imports.with_follow_ups(numbers)
    for lead in leads:
        if lead.id in planned:
            reminders.cancel_all(uow, lead, now)
        waiting.stop(services, uow, lead, now)
        retire(lead, now)
        if lead.card_ts:
            speech.refresh_card(uow, lead, now)
    leaving.leave_all(uow, numbers, "its import was taken back", now)
    uow.imports.forget_questions(numbers)
    seats.never_dealt(uow, numbers, now, import_id=import_id)
    for rep in uow.people.reps(had).values():
        speech.refresh_home(uow, rep.slack_id, now)


def retire(lead: Lead, now: datetime) -> None:
    lead.state, lead.closed_at, lead.owner_id, lead.claimed_at = "undone", now, None, None
    lead.is_open_to_all, lead.held_since, lead.held_rank, lead.managers_hear = False, None, None, "no"
    lead.stale_at = lead.rescore_at = lead.forgone_until = None


def finish(uow: UnitOfWork, job: Import, now: datetime) -> None:
    """Its card says what stays, and so does one message to each rep who had been told of theirs."""
    job.status, job.done_at = "undone", job.done_at or now
    told = [int(rep_id) for rep_id in job.counts.get("told", {})]
    for rep in uow.people.reps(set(told)).values():
        speech.tell(uow, rep.slack_id, views.gone(job.file_name), now)
    speech.show_import(uow, job, now)
