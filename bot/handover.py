"""Leads change hands by a manager's word: one is assigned, or everything that a leaver has goes to others.

A leaver's work is one row of the inbox, worked off a lead at a time: each step is a transaction that also counts
itself in the row, so it can be cut short anywhere, goes on where it stopped, and tells its sum once.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot import claims, dealing, distribution, leavers, ownership, reminders, seats, speech, waiting
from bot.actors import actor, lead_for
from bot.errors import DibsError, NotFoundError
from bot.people import Profile, known_rep
from bot.rules.dealing import AUTO, HELD
from bot.rules.policy import require
from bot.services import Services
from bot.views import announcements
from bot.views import handover as views
from bot.views.cards import title
from bot.views.handover import IN_TURN
from bot.views.kit import Person
from store.models import InboxRow, Lead, Rep
from store.unit_of_work import UnitOfWork

ASSIGNED = "assigned"  # a line of the ledger: outside the rotation, by a manager


def assign(services: Services, slack_id: str, lead_id: int, person: Profile) -> str:
    """A manager makes the person the lead's owner, whoever had it; follow-ups move along.

    Raises:
        NotAllowedError: the actor is no manager.
        NotFoundError: the person has no seat in the lead's team.
        DibsError: the lead is closed.
    """
    now = services.now()
    with services.unit_of_work() as uow:
        uow.leads.lock(lead_id)
        who = actor(uow, slack_id)
        lead = lead_for(uow, who, "assign", lead_id)
        rep, team = known_rep(uow, person), uow.people.team(lead.team_id)
        if lead.closed_at is not None:
            raise DibsError(f"{title(lead)} is closed ({lead.stage}). Reopen it with /lead stage first.")
        if rep.role != "manager" and uow.people.membership(lead.team_id, rep.id or 0) is None:
            raise NotFoundError(f"{rep.name} is not in team {team.name}. First: /team add {team.name} @{rep.name}")
        if lead.owner_id == rep.id:
            return f"{title(lead)} is {rep.name}'s already."
        give_to(services, uow, lead, rep, by=who.rep_id, now=now)
        speech.log(uow, lead, announcements.assigned(who.name, Person(rep.slack_id, rep.name)), now)
        uow.commit()
        return f"{title(lead)} is {rep.name}'s now."


def give_to(services: Services, uow: UnitOfWork, lead: Lead, rep: Rep, *, by: int, now: datetime) -> None:
    """The lead, which is locked, becomes the rep's outside the rotation; whoever had an offer gets another turn."""
    before, lead_id = lead.owner_id, lead.id or 0
    offer = uow.offers.open_for(lead_id)
    if offer is not None and offer.rep_id == rep.id:
        uow.offers.close_for(lead_id, "withdrawn", now=now)  # they have the lead, so nothing is to be made good
    else:
        claims.withdraw_offer(uow, lead, now)
    dealing.assign(uow, lead, rep, now)
    ownership.begins(services, uow, lead, now)
    seats.record(
        uow, uow.people.team_for_decision(lead.team_id), ASSIGNED, now, rep_id=rep.id or 0, lead_id=lead_id, by=by
    )
    speech.refresh_card(uow, lead, now)
    for rep_id in {before, rep.id} - {None}:
        speech.refresh_home(uow, uow.people.rep(rep_id or 0).slack_id, now)


# Everything of a leaver.


def preview(services: Services, slack_id: str, person: Profile) -> views.Preview:
    """What would go to others.

    Raises:
        NotAllowedError: the actor is no manager.
        NotFoundError: the person is no rep.
    """
    with services.reading() as uow:
        require(actor(uow, slack_id), "manage_people")
        rep = uow.people.rep_by_slack_id(person.slack_id)
        if rep is None or rep.id is None:
            raise NotFoundError(f"{person.name} is in no team, so there is nothing to hand over.")
        follow_ups, offers = uow.teams.count_open(rep.id)
        team_ids = uow.teams.seats_of(rep.id)
        others = {seat.rep.id: seat.rep.name for team_id in team_ids for seat in uow.people.seats(team_id)}
        return views.Preview(
            rep.id, rep.name, tuple(uow.teams.owned(rep.id)), follow_ups, offers,
            tuple(uow.people.team(team_id).name for team_id in team_ids),
            tuple((rep_id, name) for rep_id, name in others.items() if rep_id and rep_id != rep.id),
        )  # fmt: skip


def hand_over(services: Services, slack_id: str, rep_id: int, to: str, *, key: str) -> None:
    """A manager's word that everything goes to others: in turn, or to one rep by id. The same key counts once.

    Raises:
        NotAllowedError: the actor is no manager.
        NotFoundError: there is no such rep, or nobody to give to.
    """
    with services.unit_of_work() as uow:
        who = actor(uow, slack_id)
        require(who, "manage_people")
        found = uow.people.reps({rep_id, int(to) if to != IN_TURN else rep_id})
        receiver = found.get(int(to)) if to != IN_TURN else None
        if rep_id not in found or (to != IN_TURN and (receiver is None or not receiver.is_active or to == str(rep_id))):
            raise NotFoundError("I do not know whose leads, or who is to have them. Choose again.")
        leavers.begin(uow, found[rep_id], why="is leaving", now=services.now(), key=key, to=to, told=[who.slack_id])
        uow.commit()


@dataclass(frozen=True)
class Leaver:
    """The row's own words, and how far it got."""

    rep: Rep
    why: str
    to: str
    teams: list[int] | None
    told: list[str] | None
    offers_only: bool
    has_seats: bool  # they are still to be taken away
    offers_after: int  # the last lead that was looked at for an offer
    lent_after: int  # the last follow-up lent to them that was looked at
    leads_after: int  # the last of their own that was looked at

    @property
    def as_person(self) -> Person:
        return Person(self.rep.slack_id, self.rep.name)


def work_off(services: Services, row_id: int) -> None:
    """Go on until nothing is left; another replica that is at it already is left alone."""
    while step(services, row_id):
        pass


def step(services: Services, row_id: int) -> bool:
    """One lead, in one transaction; False when there was nothing more."""
    now = services.now()
    with services.unit_of_work() as uow:
        row = uow.inbox.take(row_id)
        if row is None:
            return False
        leaver = Leaver(**{**row.body, "rep": uow.people.rep(row.body["rep"])})
        done = next_step(services, uow, row, leaver, now)
        if done is None:
            finish(uow, row, leaver, now)
        else:
            # What was done counts, and so does that it could be done: attempts start anew.
            row.answer, row.attempts = counted(row.answer, done), 0
        uow.inbox.save(row)
        uow.commit()
        return done is not None


def next_step(services: Services, uow: UnitOfWork, row: InboxRow, leaver: Leaver, now: datetime) -> str | None:
    """Do the next thing, and say what came of it; None when all is done.

    Seats are taken away once and no lead is looked at twice, so that it ends whatever others do meanwhile.
    """
    if leaver.has_seats:
        leave_seats(uow, leaver, now)
        row.body = {**row.body, "has_seats": False}
        return "seats"
    rep_id = leaver.rep.id or 0
    lead_id = uow.teams.next_offered(rep_id, leaver.teams, after=leaver.offers_after)
    if lead_id is not None:
        row.body = {**row.body, "offers_after": lead_id}
        return offer_again(services, uow, leaver, lead_id, now)
    follow_up_id = uow.followups.next_lent(rep_id, leaver.teams, after=leaver.lent_after)
    if follow_up_id is not None:
        row.body = {**row.body, "lent_after": follow_up_id}
        return return_lent(services, uow, follow_up_id, now)
    lead_id = None if leaver.offers_only else uow.teams.next_owned(rep_id, leaver.teams, after=leaver.leads_after)
    if lead_id is not None:
        row.body = {**row.body, "leads_after": lead_id}
        return pass_on(services, uow, leaver, lead_id, now)
    return None


def leave_seats(uow: UnitOfWork, leaver: Leaver, now: datetime) -> None:
    for team_id in uow.teams.seats_of(leaver.rep.id or 0):
        if leaver.teams is None or team_id in leaver.teams:
            seats.leave(uow, uow.people.team_for_decision(team_id), leaver.rep, now)


def offer_again(services: Services, uow: UnitOfWork, leaver: Leaver, lead_id: int, now: datetime) -> str:
    """Whoever is next gets the offer; whoever has a seat again keeps it."""
    lead, offer, rep_id = uow.leads.lock(lead_id), uow.offers.open_for(lead_id), leaver.rep.id or 0
    if lead is None or offer is None or offer.rep_id != rep_id or uow.people.membership(lead.team_id, rep_id):
        return "kept"
    if not uow.offers.close(offer.id or 0, "withdrawn", now=now):
        return "kept"
    distribution.deal_again(services, uow, lead, lost_by=leaver.as_person, how=leaver.why, now=now, without=rep_id)
    return "offers"


def return_lent(services: Services, uow: UnitOfWork, follow_up_id: int, now: datetime) -> str:
    """What a colleague had lent them is the lead owner's to keep again, unless they are still of the team."""
    promise = uow.followups.locked(follow_up_id)
    if promise is not None and promise.follow_up.is_lent and not reminders.may_keep(uow, promise):
        reminders.give_back(services, uow, promise, now)
    return "lent"


def pass_on(services: Services, uow: UnitOfWork, leaver: Leaver, lead_id: int, now: datetime) -> str:
    """The leaver's lead becomes somebody else's, or waits for somebody to be free; its thread says so."""
    lead = uow.leads.lock(lead_id)
    if lead is None or lead.owner_id != leaver.rep.id or came_after_return(uow, leaver, lead):
        return "kept"
    receiver = receiver_of(uow, leaver, lead)
    if receiver is not None:
        give_to(services, uow, lead, receiver, by=receiver.id or 0, now=now)
        to = Person(receiver.slack_id, receiver.name)
        speech.log(uow, lead, announcements.next_offer(leaver.as_person, leaver.why, to, None), now)
        return f"rep {receiver.id}"
    lead.owner_id = lead.claimed_at = None
    waiting.begins_anew(services, uow, lead, now)
    mode, lead.route_mode = lead.route_mode, AUTO
    dealt = distribution.deal(services, uow, lead, now, without=leaver.rep.id)
    lead.route_mode = mode
    if dealt.rep is not None:
        speech.refresh_home(uow, dealt.rep.slack_id, now)
    reminders.correct_all(uow, lead, now)
    speech.refresh_card(uow, lead, now)
    speech.log(uow, lead, distribution.what_now(dealt, leaver.as_person, leaver.why), now)
    return f"rep {dealt.rep.id}" if dealt.rep else "held" if dealt.kind == HELD else "open"


def came_after_return(uow: UnitOfWork, leaver: Leaver, lead: Lead) -> bool:
    """Whether the leaver, who has a seat again, got the lead since."""
    seat = uow.people.membership(lead.team_id, leaver.rep.id or 0)
    return seat is not None and lead.claimed_at is not None and lead.claimed_at >= seat.joined_at


def receiver_of(uow: UnitOfWork, leaver: Leaver, lead: Lead) -> Rep | None:
    """The one person who is to have it, if they are there and in the lead's team; else it goes in turn."""
    if leaver.to == IN_TURN:
        return None
    rep = uow.people.rep(int(leaver.to))
    return rep if rep.is_active and uow.people.membership(lead.team_id, rep.id or 0) else None


def counted(sums: dict[str, Any], what: str) -> dict[str, Any]:
    return {**sums, what: sums.get(what, 0) + 1}


def finish(uow: UnitOfWork, row: InboxRow, leaver: Leaver, now: datetime) -> None:
    """Tell the sum, once; to all managers when nobody in particular asked for it."""
    speech.refresh_home(uow, leaver.rep.slack_id, now)
    given = {int(what.removeprefix("rep ")): count for what, count in row.answer.items() if what.startswith("rep ")}
    names = uow.people.reps(set(given))
    sums = views.Sums(
        leaver.rep.name, leaver.why, tuple((names[rep_id].name, count) for rep_id, count in given.items()),
        held=row.answer.get("held", 0), open_to_all=row.answer.get("open", 0), offers=row.answer.get("offers", 0),
    )  # fmt: skip
    for slack_id in leaver.told if leaver.told is not None else [rep.slack_id for rep in uow.people.managers()]:
        speech.tell(uow, slack_id, views.summary(sums), now)
    row.status, row.body = "done", {}
