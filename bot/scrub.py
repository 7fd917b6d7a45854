"""The nightly look over all leads: proposes which to clear out, and archives them once a manager said yes."""

from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from bot import claims, distribution, next_steps, reminders, speech, waiting
from bot.actors import actor
from bot.covers import is_away
from bot.errors import DibsError
from bot.playbook.playbook import Team as TeamRules
from bot.rules.calendar import at_local
from bot.rules.policy import require
from bot.sequences import leaving
from bot.services import Services
from bot.views import scrub as views
from bot.views.cards import title
from store.models import InboxRow, Lead, Team
from store.unit_of_work import UnitOfWork

KIND = "scrub"
MOST = 1000  # leads in one proposal
SLICE = 25  # leads in one transaction
MOST_CARDS = 50  # more cards than that are not brought up to date: it would be a flood
GROUPS = ("outdated", "bouncing", "throw-away")
Found = dict[str, list[int]]


# --- proposing


def due(services: Services) -> list[int]:
    """The ids of teams that have not been looked over on this day of theirs. Locks nothing."""
    if services.playbook.scrub.at is None:
        return []
    now = services.now()
    with services.reading() as uow:
        known = {team.name: team for team in services.playbook.teams}
        teams = [(team, known[team.name]) for team in uow.people.teams() if team.name in known]
        return [team.id or 0 for team, rules in teams if is_due(services, uow, rules, now)]


def is_due(services: Services, uow: UnitOfWork, team: TeamRules, now: datetime) -> bool:
    day, at = today(team, now), services.playbook.scrub.at
    return at is not None and now >= at_local(day, at, team.zone) and not uow.inbox.answered(key_of(team.name, day))


def today(team: TeamRules, now: datetime) -> date:
    return now.astimezone(ZoneInfo(team.zone)).date()


def key_of(team: str, day: date) -> str:
    return f"scrub:{team}:{day:%Y-%m-%d}"


def propose(services: Services, team_id: int) -> None:
    """Look the team's leads over and tell its managers once, if there is anything to tell.

    Looked for in a transaction that only reads, for it takes a while; the day's key says who tells of it.
    """
    now = services.now()
    with services.reading() as uow:
        team = uow.people.team(team_id)
        rules = services.playbook.team(team.name)
        found = to_clear(services, uow, team, now=now, without=spoken_of(services, uow, rules, now))
    with services.unit_of_work() as uow:
        row = InboxRow(
            key=key_of(team.name, today(rules, now)), kind=KIND, status="done", received_at=now,
            body={"team_id": team_id, "leads": found}, answer={"state": "asked" if any(found.values()) else "nothing"},
        )  # fmt: skip
        if not uow.inbox.receive(row):
            return
        if any(found.values()):
            message = views.proposal(shown(services, row, team.name))
            for rep in uow.people.managers():
                if not is_away(rep, now):
                    speech.tell(uow, rep.slack_id, message, now)
        uow.commit()


def spoken_of(services: Services, uow: UnitOfWork, team: TeamRules, now: datetime) -> frozenset[int]:
    """The leads that were proposed lately, whatever was said about them."""
    nights = range(services.playbook.scrub.silent_days)
    keys = [key_of(team.name, today(team, now) - timedelta(days=night)) for night in nights]
    rows = uow.scrub.proposals(keys)
    return frozenset(lead_id for row in rows for ids in row.body.get("leads", {}).values() for lead_id in ids)


def to_clear(
    services: Services, uow: UnitOfWork, team: Team, *, now: datetime, among: list[int] | None = None,
    without: frozenset[int] = frozenset(),
) -> Found:  # fmt: skip
    """The groups with their leads, each lead once, at most `MOST` in all."""
    rules, team_id, limit = services.playbook.scrub, team.id or 0, MOST + 1 + len(without)
    ask = {
        "outdated": partial(uow.scrub.outdated, team_id, since=now - timedelta(days=rules.silent_days)),
        "bouncing": partial(uow.scrub.bouncing, team_id, bounces=rules.bounces),
        "throw-away": partial(uow.scrub.throw_away, team_id),
    }
    found: Found = {}
    seen = set(without)
    for group in GROUPS:
        room = MOST - sum(map(len, found.values()))
        ids = [lead_id for lead_id in ask[group](limit=limit, among=among) if lead_id not in seen]
        found[group] = ids[:room]
        seen |= set(ids)
    return found


def shown(services: Services, row: InboxRow, team: str) -> views.Proposal:
    counts = tuple((group, len(ids)) for group, ids in row.body["leads"].items())
    rules = services.playbook.scrub
    is_more = sum(count for _, count in counts) >= MOST
    return views.Proposal(row.id or 0, team, counts, rules.silent_days, rules.bounces, is_more)


# --- answering


def page(services: Services, slack_id: str, row_id: int, number: int) -> views.PageOf:
    """Some of the proposed leads, as they are now.

    Raises:
        NotAllowedError, DibsError: the actor is no manager, or there is no such proposal.
    """
    with services.reading() as uow:
        require(actor(uow, slack_id), "clear_out")
        row = proposal(uow, row_id, locks=False)
        all_of = [(lead_id, group) for group, ids in row.body["leads"].items() for lead_id in ids]
        some = dict(all_of[number * views.PAGE : (number + 1) * views.PAGE])
        leads = tuple((lead, some[lead.id or 0]) for lead in uow.scrub.leads(some))
        return views.PageOf(row_id, leads, number, len(all_of))


def answer(services: Services, slack_id: str, row_id: int, *, clears: bool, channel: str, ts: str) -> None:
    """A manager's word; the message that was pressed says so from then on.

    Raises:
        NotAllowedError: the actor is no manager.
        DibsError: somebody has answered before.
    """
    now = services.now()
    with services.unit_of_work() as uow:
        who = actor(uow, slack_id)
        require(who, "clear_out")
        row = proposal(uow, row_id, locks=True)
        if row.answer["state"] != "asked":
            how = "keeps them" if row.answer["state"] == "kept" else "has cleared them out"
            raise DibsError(f"{row.answer.get('by', 'Somebody')} has answered already and {how}.")
        row.answer = {"state": "cleared" if clears else "kept", "by": who.name, "slack_id": slack_id}
        row.status = "waiting" if clears else "done"
        uow.inbox.save(row)
        team = uow.people.team(row.body["team_id"])
        if ts:
            said = views.answered(team.name, who.name, clears=clears, count=shown(services, row, team.name).total)
            payload = {"channel": channel, "ts": ts, **said.as_payload()}
            uow.outbox.add(kind="edit", lane=f"user:{slack_id}", payload=payload, now=now)
        uow.commit()


def proposal(uow: UnitOfWork, row_id: int, *, locks: bool) -> InboxRow:
    row = uow.scrub.proposal(row_id, KIND, locks=locks)
    if row is None or row.answer.get("state") == "nothing":
        raise DibsError("This proposal is not there any more.")
    return row


# --- clearing out


def work_off(services: Services, row_id: int) -> None:
    """Archive what was agreed to, slice after slice; another replica that is at it is left alone."""
    while step(services, row_id):
        pass


def step(services: Services, row_id: int) -> bool:
    """One slice in one transaction; False when nothing is left. Only what still is as it was proposed goes."""
    now = services.now()
    with services.unit_of_work() as uow:
        row = uow.inbox.take(row_id)
        if row is None:
            return False
        ids = [lead_id for ids in row.body["leads"].values() for lead_id in ids]
        done = int(row.answer.get("done", 0))
        some, team = sorted(ids[done : done + SLICE]), uow.people.team(row.body["team_id"])
        if not some:
            finish(uow, row, team, now)
        else:
            locked = [lead for lead_id in some if (lead := uow.leads.lock(lead_id))]
            true = {one for group in to_clear(services, uow, team, now=now, among=some).values() for one in group}
            gone = [lead for lead in locked if lead.id in true]
            owners = dict(row.answer.get("owners", {}))
            for lead in gone:
                if lead.owner_id is not None:
                    owners[str(lead.owner_id)] = owners.get(str(lead.owner_id), 0) + 1
                archive(services, uow, lead, now, shows=len(ids) <= MOST_CARDS)
            so_far = {"done": done + len(some), "gone": int(row.answer.get("gone", 0)) + len(gone), "owners": owners}
            row.answer, row.attempts = {**row.answer, **so_far}, 0
        uow.inbox.save(row)
        uow.commit()
        return bool(some)


def archive(services: Services, uow: UnitOfWork, lead: Lead, now: datetime, *, shows: bool) -> None:
    claims.withdraw_offer(uow, lead, now)
    waiting.stop(services, uow, lead, now)
    reminders.cancel_all(uow, lead, now)
    leaving.leave(services, uow, lead, "it was cleared out", now)
    lead.state, lead.closed_at = "archived", now
    lead.is_open_to_all, lead.held_since, lead.held_rank, lead.managers_hear = False, None, None, "no"
    lead.stale_at = lead.rescore_at = None
    if shows and lead.card_ts:
        speech.refresh_card(uow, lead, now)


def finish(uow: UnitOfWork, row: InboxRow, team: Team, now: datetime) -> None:
    """Whoever agreed hears how many went, and each owner how many of theirs, in one message."""
    row.status = "done"
    gone, done = int(row.answer.get("gone", 0)), int(row.answer.get("done", 0))
    speech.tell(uow, row.answer["slack_id"], views.cleared(team.name, gone, done - gone), now)
    counts = {int(rep_id): count for rep_id, count in row.answer.get("owners", {}).items()}
    for rep_id, rep in uow.people.reps(set(counts)).items():
        if rep.is_active and rep.slack_id != row.answer["slack_id"]:
            speech.tell(uow, rep.slack_id, views.owners_lost(row.answer["by"], counts[rep_id]), now)
        speech.refresh_home(uow, rep.slack_id, now)


# --- bringing back


def restore(services: Services, slack_id: str, name: str) -> str:
    """A lead that was cleared out is live again: its owner's, or whose turn it is. Returns a sentence.

    Raises:
        NotAllowedError, DibsError: the actor is no manager, or the lead was not cleared out.
    """
    now = services.now()
    number = name.strip().lstrip("#")
    with services.unit_of_work() as uow:
        who = actor(uow, slack_id)
        require(who, "clear_out")
        lead = uow.leads.lock(int(number)) if number.isascii() and number.isdigit() and len(number) <= 9 else None
        if lead is None:
            raise DibsError("Name the lead by its number, like /lead restore #42. /lead find state:archived has them.")
        if lead.state != "archived":
            raise DibsError(f"{title(lead)} was not cleared out, so there is nothing to bring back.")
        lead.state, lead.closed_at = "live", None
        next_steps.stirred(services, uow, lead, now)
        if lead.owner_id is None:
            team = uow.people.team_for_decision(lead.team_id)
            distribution.deal_all(services, uow, team, [lead], now)
        if not lead.is_quiet:
            speech.refresh_card(uow, lead, now)
        speech.refresh_owners_home(uow, lead, now)
        uow.commit()
        return f"{title(lead)} is back."
