"""Deals leads out: to the existing owner, to the next in turn, to everyone; or holds them until somebody is free."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice

from bot import owners, seats, speech
from bot.dealing import Dealer, Dealt
from bot.rules.dealing import HELD, REJECTED, STICKY, Ask
from bot.services import Services
from bot.views import announcements
from bot.views.kit import Message, Person
from bot.worktime import is_at_work
from store.leads import Held
from store.models import InboxRow, Lead, Team
from store.unit_of_work import UnitOfWork

# How an earlier offer of the same lead ended. One that was withdrawn says nothing about the rep.
PAST = {"passed": "passed", "lapsed": "lapsed", "claimed": "had"}
KEYS = ("account", "email", "phone")  # by which somebody has an owner
MOST_LOOKED_AT = 1000  # held leads of a team, in search of some that can be dealt
MOST_AT_ONCE = 100  # held leads dealt in one transaction, so that nobody waits long for the team's lock


def deal(services: Services, uow: UnitOfWork, lead: Lead, now: datetime, *, without: int | None = None) -> Dealt:
    """Decide who gets the lead now, and write it down; not the rep `without` whom it is to go on."""
    team = uow.people.team_for_decision(lead.team_id)
    had = earlier_hands(uow, [lead]).get(lead.id or 0, {})
    return Dealer(services, uow, team, now).deal(lead, had if without is None else {without: "had", **had})


def deal_all(services: Services, uow: UnitOfWork, team: Team, leads: Sequence[Lead], now: datetime) -> list[Dealt]:
    """Deal the leads one after the other; the team must be locked (`team_for_decision`)."""
    dealer = Dealer(services, uow, team, now)
    had = earlier_hands(uow, leads)
    return [dealer.deal(lead, had.get(lead.id or 0, {})) for lead in leads]


def earlier_hands(uow: UnitOfWork, leads: Sequence[Lead | Held]) -> dict[int, dict[int, str]]:
    """Who had each lead before, and how that ended."""
    ended = uow.offers.ended([lead.id or 0 for lead in leads])
    return {
        lead_id: {rep_id: PAST[status] for rep_id, status in reps.items() if status in PAST}
        for lead_id, reps in ended.items()
    }


def deal_again(
    services: Services, uow: UnitOfWork, lead: Lead, *, lost_by: Person, how: str, now: datetime,
    without: int | None = None,
) -> None:  # fmt: skip
    """The lead is nobody's any more: whoever is next gets it, and the thread says so.

    Of one that came in a file and has no thread yet, the next one hears with all others that are theirs now.
    """
    dealt = deal(services, uow, lead, now, without=without)
    if not lead.is_quiet:
        speech.refresh_card(uow, lead, now)
        speech.log(uow, lead, what_now(dealt, lost_by, how), now)


def what_now(dealt: Dealt, lost_by: Person, how: str) -> Message:
    if dealt.rep is not None:
        to = Person(dealt.rep.slack_id, dealt.rep.name)
        return announcements.next_offer(lost_by, how, to, dealt.until)
    if dealt.kind == HELD:
        return announcements.held(lost_by, how)
    return (
        announcements.for_managers(lost_by, how) if dealt.kind == REJECTED else announcements.open_to_all(lost_by, how)
    )


def lapsed_offers(services: Services) -> list[int]:
    """The ids of offers whose window is over."""
    with services.reading() as uow:
        return uow.offers.lapsed(services.now())


def lapse_offer(services: Services, offer_id: int) -> None:
    """The window is over without a claim: the lead goes to the next rep."""
    now = services.now()
    with services.unit_of_work() as uow:
        offer = uow.offers.get(offer_id)
        lead, rep = uow.leads.lock(offer.lead_id), uow.people.rep(offer.rep_id)
        if not uow.offers.close(offer_id, "lapsed", now=now):
            return
        if lead is not None and lead.owner_id is None and lead.closed_at is None:
            seats.count_lapse(services, uow, offer, lead, now)
            lost_by = Person(rep.slack_id, rep.name)
            deal_again(services, uow, lead, lost_by=lost_by, how="did not answer in time", now=now)
        speech.refresh_home(uow, rep.slack_id, now)
        uow.commit()


def teams_with_held_leads(services: Services) -> list[int]:
    """The teams where somebody could take one of the leads that wait. Asks only, and locks nothing."""
    now = services.now()
    with services.reading() as uow:
        return [team_id for team_id in uow.leads.teams_that_hold() if any(dealable(services, uow, team_id, now))]


def dealable(services: Services, uow: UnitOfWork, team_id: int, now: datetime) -> Iterator[int]:
    """The ids of the held leads that somebody could take now, hottest and oldest first.

    One that waits for a certain person must not keep those behind it waiting.
    """
    table = seats.table(services, uow, uow.people.team(team_id), uow.people.seats(team_id), now)
    answers: dict[tuple[frozenset[str], frozenset[int]], bool] = {}  # most leads ask the same
    for seen in range(0, MOST_LOOKED_AT, MOST_AT_ONCE):
        leads = uow.leads.held_asks(team_id, after=seen, limit=MOST_AT_ONCE)
        had = earlier_hands(uow, leads)
        for lead in leads:
            wanted = ask(lead, had)
            same = (wanted.needs, frozenset(wanted.had))
            if same not in answers:
                answers[same] = table.anyone(wanted, now)
            if answers[same]:
                yield lead.id
        if len(leads) < MOST_AT_ONCE:
            return


def ask(lead: Lead | Held, had: dict[int, dict[int, str]]) -> Ask:
    return Ask(lead.route_mode, frozenset(lead.route_needs), had.get(lead.id or 0, {}))


def drain(services: Services, team_id: int) -> None:
    """Deal the held leads, hottest and oldest first, as far as there are people for them."""
    now = services.now()
    with services.reading() as uow:
        lead_ids = list(islice(dealable(services, uow, team_id, now), MOST_AT_ONCE))
    with services.unit_of_work() as uow:
        leads = uow.leads.lock_held(lead_ids)
        dealer, had = Dealer(services, uow, uow.people.team_for_decision(team_id), now), earlier_hands(uow, leads)
        mates = Mates(services, uow, [lead for lead in leads if lead.import_id and lead.id not in had])
        for lead in leads:
            if mates.give(dealer, lead, now) or not dealer.has_anyone(ask(lead, had)):
                continue  # no decision is written about what has not changed
            dealt = dealer.deal(lead, had.get(lead.id or 0, {}))
            mates.note(lead)
            speech.refresh_card(uow, lead, now)
            if dealt.rep is not None and not lead.is_quiet:
                to = Person(dealt.rep.slack_id, dealt.rep.name)
                speech.log(uow, lead, announcements.no_longer_held(to, dealt.until), now)
        uow.commit()


class Mates:
    """Of leads that came in one file, those of an account that has an owner by now, be it since a moment ago."""

    def __init__(self, services: Services, uow: UnitOfWork, leads: Sequence[Lead]) -> None:
        self._services, self._uow = services, uow
        always = services.playbook.routing.existing_owner
        self._leads = {lead.id: lead for lead in leads if always or lead.route_mode == STICKY}
        keys = [{getattr(lead, key) or "" for lead in self._leads.values()} - {""} for key in KEYS]
        self._owned = uow.imports.owned(*keys)

    def note(self, lead: Lead) -> None:
        if lead.owner_id is not None:
            self._owned |= {getattr(lead, key) or "" for key in KEYS} - {""}

    def give(self, dealer: Dealer, lead: Lead, now: datetime) -> bool:
        """To whoever has the account; False if nobody does who takes leads, or it is no such lead."""
        if lead.id not in self._leads or self._owned.isdisjoint(getattr(lead, key) for key in KEYS):
            return False
        known = owners.of_account(self._uow, lead, now)
        if known is None or known.earlier.team_id != lead.team_id:
            return False
        owners.give(self._services, self._uow, lead, known, team=dealer.team, now=now)
        if known.rep.id in dealer.table.candidates:
            dealer.table.candidates[known.rep.id].open_leads += 1
        speech.refresh_card(self._uow, lead, now)
        speech.refresh_home(self._uow, known.rep.slack_id, now)
        return True


def is_time_to_tell(services: Services, uow: UnitOfWork, what: str, now: datetime) -> bool:
    """Whether managers may hear of it again: once in as much time as a claim takes, what gathers goes together."""
    window = int(now.timestamp()) // (60 * services.playbook.claims.window_minutes)
    row = InboxRow(key=f"managers:{what}:{window}", kind="tick", status="done", received_at=now)
    return uow.inbox.receive(row)


def tell_managers(services: Services) -> int:
    """Tick: one message about the leads nobody has, once some manager is at work to read it.

    A held lead is given a while first: most find a rep as soon as the day begins.
    """
    now = services.now()
    a_while_ago = now - timedelta(minutes=services.playbook.claims.window_minutes)
    with services.reading() as uow:
        if not uow.leads.managers_not_told(held_before=a_while_ago, limit=1):
            return 0
    with services.unit_of_work() as uow:
        leads = uow.leads.managers_not_told(held_before=a_while_ago)
        if not is_time_to_tell(services, uow, "unclaimed", now):
            return 0
        at_work = [
            rep for rep in uow.people.managers()
            if is_at_work(services, rep, now) and is_at_work(services, rep, a_while_ago)
        ] if leads else []  # fmt: skip
        if not at_work:
            return 0
        for rep in at_work:
            speech.tell(uow, rep.slack_id, announcements.unclaimed(leads), now)
        for lead in leads:
            lead.managers_told_at = now
        uow.commit()
        return len(leads)
