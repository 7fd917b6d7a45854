"""Takes an import back, some leads a transaction: what nobody has worked on goes, the rest stays and is named."""

from datetime import datetime

from bot import claims, merging, reminders, seats, speech, waiting
from bot.services import Services
from bot.views import imports as views
from store.models import Import, Lead
from store.unit_of_work import UnitOfWork

AT_ONCE = 10  # leads a transaction: nobody who presses a button waits long
SLICE = 400  # leads a knock
NAMED = 20  # that stay
WHY = "import taken back"


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
    merges = {lead_id: merge for lead_id in lead_ids if (merge := uow.merges.standing(lead_id))}
    for number in sorted({*lead_ids, *(merge.kept_id for merge in merges.values())}):
        uow.leads.lock(number)
    for merge in merges.values():
        kept = uow.leads.get(merge.kept_id)
        if kept is not None and kept.state != "merged" and uow.merges.take_back(merge, by=job.rep_id, now=now):
            merging.part(uow, merge)
            uow.leads.refresh(kept)
            speech.refresh_card(uow, kept, now)
    uow.session.expire_all()
    worked_on = uow.imports.worked_on(lead_ids, job.id or 0)
    undone, gone, stay, homes = 0, [], [], set[str]()
    for lead_id in lead_ids:
        lead = uow.leads.get(lead_id)
        if lead is None or lead.state == "undone":
            continue
        if lead.state != "live" or lead_id in worked_on:
            stay.append(lead_id)
            continue
        homes |= take_away(services, uow, lead, now)
        gone.append(lead_id)
        undone += lead_id not in merges
    uow.imports.forget_questions(gone)
    for slack_id in sorted(homes):
        speech.refresh_home(uow, slack_id, now)
    return undone, stay


def take_away(services: Services, uow: UnitOfWork, lead: Lead, now: datetime) -> set[str]:
    """As if it had not come: nobody's to work on, and whoever had a turn for it has it again. Returns whose Home."""
    claims.withdraw_offer(uow, lead, now)
    reminders.cancel_all(uow, lead, now)
    waiting.stop(services, uow, lead, now)
    had = uow.people.rep(lead.owner_id) if lead.owner_id is not None else None
    if had is not None:
        team = uow.people.team_for_decision(lead.team_id)
        seats.return_turn(uow, team, had.id or 0, now, lead_id=lead.id or 0, why=WHY)
    lead.state, lead.closed_at, lead.owner_id, lead.claimed_at = "undone", now, None, None
    lead.is_open_to_all, lead.held_since, lead.held_rank, lead.managers_hear = False, None, None, "no"
    lead.stale_at = lead.rescore_at = lead.forgone_until = None
    if lead.card_ts:
        speech.refresh_card(uow, lead, now)
    return {had.slack_id} if had else set()


def finish(uow: UnitOfWork, job: Import, now: datetime) -> None:
    """Its card says what stays, and so does one message to each rep who had been told of theirs."""
    job.status, job.done_at = "undone", job.done_at or now
    told = [int(rep_id) for rep_id in job.counts.get("told", {})]
    for rep in uow.people.reps(set(told)).values():
        speech.tell(uow, rep.slack_id, views.gone(job.file_name), now)
    speech.show_import(uow, job, now)
