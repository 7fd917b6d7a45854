"""Seats in a team's rotation: taken, left, weighed; each change a line of the ledger, so that it can be recomputed."""

from collections import defaultdict
from collections.abc import Callable, Collection
from datetime import datetime

from bot import covers, speech
from bot.rules.dealing import LEAST_BUSY, Recorded, Table
from bot.rules.eligibility import Candidate, Limits, counted_since
from bot.rules.replay import JOINED, LEFT, RETURNED, UNDONE, WEIGHED
from bot.rules.rotation import CATCH_UP, OWED, TURN, Rotation
from bot.services import Services
from bot.views import announcements
from bot.worktime import hours_of
from store.ledger import Entry
from store.models import Decision, InboxRow, Lead, Offer, Rep, Team
from store.people import Seat
from store.unit_of_work import UnitOfWork

IN_TURN = frozenset({TURN, CATCH_UP, OWED})  # decisions that cost the winner a turn
# Lines of the ledger that move no turns, and only tell who could be asked when.
PAUSED, RESUMED, SET_ASIDE, CAME_BACK = "paused", "resumed", "set aside", "came back"


def join(uow: UnitOfWork, team: Team, rep: Rep, now: datetime, *, weight: int = 1) -> bool:
    """Give the rep a seat; False when there was one already. The team must be locked (`team_for_decision`)."""
    if not uow.people.join(team, rep, weight=weight, now=now):
        return False
    rep_id = rep.id or 0
    record(uow, team, JOINED, now, rep_id=rep_id, weight=weight, change=lambda turns: turns.join(rep_id, weight))
    return True


def leave(uow: UnitOfWork, team: Team, rep: Rep, now: datetime) -> bool:
    """Take the seat away; False when there was none. The team must be locked."""
    if not uow.people.leave(team, rep):
        return False
    rep_id = rep.id or 0
    record(uow, team, LEFT, now, rep_id=rep_id, change=lambda turns: turns.leave(rep_id))
    covers.seat_lost(uow, rep, now)
    return True


def weigh(uow: UnitOfWork, team: Team, seat: Seat, weight: int, now: datetime) -> None:
    """From now on the rep gets `weight` times the leads of one with weight 1. The team must be locked."""
    seat.membership.weight = weight
    rep_id = seat.rep.id or 0
    record(uow, team, WEIGHED, now, rep_id=rep_id, weight=weight, change=lambda t: t.set_weight(rep_id, weight))


def pause(uow: UnitOfWork, team: Team, seat: Seat, now: datetime) -> bool:
    """No leads until a manager says so; False when it is so already. The team must be locked."""
    if seat.membership.is_paused:
        return False
    seat.membership.is_paused = True
    record(uow, team, PAUSED, now, rep_id=seat.rep.id or 0)
    return True


def resume(uow: UnitOfWork, team: Team, seat: Seat, now: datetime) -> bool:
    """Leads again; False when they were not paused. The team must be locked."""
    if not seat.membership.is_paused:
        return False
    seat.membership.is_paused = False
    record(uow, team, RESUMED, now, rep_id=seat.rep.id or 0)
    return True


def return_turn(uow: UnitOfWork, team: Team, rep_id: int, now: datetime, *, lead_id: int, why: str) -> None:
    """The turn was lost through no fault of the rep: another lead makes it good. The team must be locked.

    Only what the lead cost is given back, and once: claimed out of turn, it cost nothing.
    """
    if not cost_a_turn(uow, lead_id, rep_id):
        return
    number = team.decisions_made + 1
    owe = lambda turns: turns.owe(rep_id, number=number)  # noqa: E731
    record(uow, team, RETURNED, now, rep_id=rep_id, lead_id=lead_id, why=why, change=owe)


def cost_a_turn(uow: UnitOfWork, lead_id: int, rep_id: int) -> bool:
    """Whether the lead was dealt to the rep in turn more often than they got a turn back for it."""
    lines = uow.ledger.of_lead(lead_id)
    dealt = sum(line.kind in IN_TURN and line.winner_id == rep_id for line in lines)
    return dealt > sum(1 for line in lines if line.kind == RETURNED and line.facts["rep"] == rep_id)


def never_dealt(uow: UnitOfWork, lead_ids: Collection[int], now: datetime, *, import_id: int) -> None:
    """These leads were never dealt: nobody is owed anything for them, or in debt. One line a team tells of all."""
    lines = uow.ledger.of_leads(lead_ids)
    given_back = {(line.lead_id, line.facts["rep"]) for line in lines if line.kind == RETURNED}
    changes: dict[int, dict[int, list[int]]] = defaultdict(dict)
    for line in lines:
        if line.kind in IN_TURN and (line.lead_id, line.winner_id) not in given_back:
            for rep_id, *moves in recorded(line).taken_back():
                had = changes[line.team_id].setdefault(rep_id, [0, 0, 0])
                had[:] = [one + more for one, more in zip(had, moves, strict=True)]
    for team_id in sorted(changes):
        team = uow.people.team_for_decision(team_id)
        listed = [[rep_id, *moves] for rep_id, moves in sorted(changes[team_id].items())]
        turns = Rotation.from_record(team.rotation)
        turns.take_back(listed)
        team.rotation = turns.as_record()
        uow.ledger.add(team, Entry(kind=UNDONE, facts={"import": import_id, "changes": listed}), at=now)


def recorded(line: Decision) -> Recorded:
    return Recorded(line.kind, line.number, line.mode, line.winner_id, line.candidates, line.facts)


def record(
    uow: UnitOfWork, team: Team, kind: str, now: datetime, *, rep_id: int, lead_id: int | None = None,
    change: Callable[[Rotation], None] = lambda _turns: None, **facts: int | str,
) -> None:  # fmt: skip
    """Change the rotation and write down why."""
    turns = Rotation.from_record(team.rotation)
    change(turns)
    team.rotation = turns.as_record()
    uow.ledger.add(team, Entry(kind=kind, lead_id=lead_id, facts={"rep": rep_id, **facts}), at=now)


def table(services: Services, uow: UnitOfWork, team: Team, taken: list[Seat], now: datetime) -> Table:
    """The team's rotation with its reps as they are now; only reads."""
    rules = services.playbook.team(team.name)
    found = [candidate(services, seat) for seat in taken]
    count_taken(uow, found, now)
    counts_load = services.playbook.counts_load or team.mode == LEAST_BUSY
    if counts_load or any(rep.limits.offers or rep.limits.open for rep in found):
        rep_ids = {rep.rep_id for rep in found}
        leads, offers = uow.leads.open_counts(rep_ids), uow.offers.open_counts(rep_ids)
        for rep in found:
            rep.open_leads, rep.open_offers = leads.get(rep.rep_id, 0), offers.get(rep.rep_id, 0)
    return Table(Rotation.from_record(team.rotation), found, make_up=rules.make_up_cap)


def candidate(services: Services, seat: Seat) -> Candidate:
    rep, membership = seat.rep, seat.membership
    return Candidate(
        rep_id=rep.id or 0, time_zone=rep.time_zone, hours=hours_of(services, rep), limits=limits(services, seat),
        skills=frozenset(rep.skills), is_paused=membership.is_paused,
        is_set_aside=membership.set_aside_at is not None, away_until=rep.away_until,
    )  # fmt: skip


def limits(services: Services, seat: Seat) -> Limits:
    """The team's caps, with the rep's own instead where there are any; 0 takes a cap away."""
    caps = services.playbook.team(seat.team_name).caps
    usual = {name: getattr(caps, name) for name in ("hour", "day", "week", "open", "offers")}
    return Limits(**{name: limit or None for name, limit in (usual | seat.membership.caps).items()}, window=caps.window)


def count_taken(uow: UnitOfWork, found: list[Candidate], now: datetime) -> None:
    """Fill in what each rep took within the spans that their limits look at: one question for each set of windows."""
    groups: dict[tuple[tuple[str, datetime], ...], list[Candidate]] = defaultdict(list)
    for rep in found:
        since = {span: counted_since(span, rep.limits.window, rep.time_zone, now) for span in rep.limits.spans}
        groups[tuple(since.items())].append(rep)
    for windows, reps in groups.items():
        if windows:
            taken = uow.offers.taken_since({rep.rep_id for rep in reps}, dict(windows))
            for rep in reps:
                rep.taken = taken.get(rep.rep_id, {})


def answered(uow: UnitOfWork, team_id: int, rep_id: int) -> None:
    """The rep claimed or passed: offers that lapsed before are forgotten."""
    if not uow.people.lapses(team_id, rep_id):
        return
    uow.people.team_for_decision(team_id)  # always before a seat is written, or two who change it wait for each other
    membership = uow.people.membership(team_id, rep_id)
    if membership is not None:
        membership.lapses = 0


def count_lapse(services: Services, uow: UnitOfWork, offer: Offer, lead: Lead, now: datetime) -> None:
    """An offer lapsed. After too many in a row the rep gets none until they say that they are back."""
    rep = uow.people.rep(offer.rep_id)
    team = uow.people.team_for_decision(lead.team_id)
    membership = uow.people.membership(lead.team_id, rep.id or 0)
    # Nobody is blamed for what ran out after their working day.
    if membership is None or not hours_of(services, rep).cover(offer.expires_at, rep.time_zone):
        return
    if lead.import_id is not None and was_counted(uow, offer, lead, lead.import_id):
        return
    membership.lapses += 1
    if membership.lapses < services.playbook.claims.lapses_before_set_aside or membership.set_aside_at:
        return
    membership.set_aside_at = now
    record(uow, team, SET_ASIDE, now, rep_id=rep.id or 0)
    speech.tell(uow, rep.slack_id, announcements.set_aside(team.name, membership.lapses), now)


def was_counted(uow: UnitOfWork, offer: Offer, lead: Lead, import_id: int) -> bool:
    """Whether another offer of the same file, made before this one could have told the rep better, counted already.

    Many leads of a file are offered to a rep at once, and who is in a meeting then lets all of them lapse: that is one
    silence. What is offered once the one that counted had run out is a chance of its own. The team must be locked.
    """
    key = f"lapse:{lead.team_id}:{offer.rep_id}:{import_id}"
    counted = uow.inbox.answered(key)
    if counted is None:
        uow.inbox.receive(InboxRow(key=key, kind="lapse", status="done", received_at=offer.expires_at))
        return False
    if offer.offered_at < counted.received_at:
        return True
    counted.received_at = offer.expires_at
    uow.inbox.save(counted)
    return False


def come_back(uow: UnitOfWork, rep_id: int, now: datetime) -> list[str]:
    """The rep takes leads again in every team that had set them aside; returns those teams' names."""
    teams = [uow.people.team_for_decision(team_id) for team_id in uow.people.set_aside_in(rep_id)]
    return [team.name for team in teams if take_back(uow, team, rep_id, now)]


def take_back(uow: UnitOfWork, team: Team, rep_id: int, now: datetime) -> bool:
    """The rep is no longer set aside; False when they were not. The team must be locked."""
    membership = uow.people.membership(team.id or 0, rep_id)
    if membership is None or membership.set_aside_at is None:
        return False
    membership.lapses, membership.set_aside_at = 0, None
    record(uow, team, CAME_BACK, now, rep_id=rep_id)
    return True
