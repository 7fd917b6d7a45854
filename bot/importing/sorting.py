"""Sorts the rows of a file: new leads, somebody we know, or nothing that can be taken. Writes nothing."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot import accounts, owners, segments
from bot.contact.gate import suppressed_among
from bot.errors import InvalidInputError
from bot.importing.plan import USUAL, Plan
from bot.intake import touches
from bot.rules.accounts import account_of, bare_company, goes_with
from bot.rules.cleaning.lead import CleanLead, clean_lead
from bot.rules.matching import Comparable, Match, best, blocks_of
from bot.rules.routing import Route, route
from bot.rules.scoring import Deed, Receipt, crosses_at, judge
from bot.rules.tables import Row
from bot.services import Services
from store.scores import Deed as Done
from store.unit_of_work import UnitOfWork

KIND = "import"  # of the first touch
NEW, SAME, ASK, INVALID = "new", "same", "ask", "invalid"
VERDICTS = (NEW, SAME, ASK, INVALID)
MOST_REASON = 480
KEYS = ("email", "phone", "person_block", "company_block")
# What each row costs within a transaction, which must not keep those waiting who press a button.
WEIGHT = {NEW: 1, ASK: 2, INVALID: 1, SAME: 8}
SINGLY = 20
MOST_WEIGHT = 250
UNNUMBERED = 1 << 62  # rows that are not written yet count from here: of two that are as alike the older one is meant


@dataclass(slots=True)
class Standing:
    """What a lead of this file is compared by; until it has a number it counts as newer than all that have one."""

    lead_id: int
    name: str
    email: str | None
    phone: str | None
    company: str | None
    account: str | None
    person_block: str | None
    company_block: str | None
    title: str | None
    country: str | None


@dataclass(slots=True)
class Taken:
    """A row that is a lead."""

    clean: CleanLead
    receipt: Receipt
    where: Route
    mode: str
    who: Standing
    match: Match | None = None
    has_owner: bool = False  # somebody owns a lead of this person or account
    has_past: bool = False  # they did something before they said who they are
    may_mail: bool = False  # by this row, unless they withdrew before
    rescore_at: datetime | None = None


@dataclass(slots=True)
class Sorted:
    """One row, and what is to become of it."""

    row: Row
    verdict: str
    reason: str = ""
    lead: Taken | None = None


class Neighbours:
    """The leads that rows could be: those in the database, and those of this file that are not there yet."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], list[Comparable]] = defaultdict(list)

    def look_up(self, uow: UnitOfWork, rows: Sequence[Standing]) -> None:
        wanted = [{value for row in rows if (value := getattr(row, key))} for key in KEYS]
        for one in uow.duplicates.candidates(*wanted):
            self.add(one, wanted)

    def look_up_again(self, uow: UnitOfWork, row: Standing) -> None:
        """One of them has changed."""
        for key in KEYS:
            self._known.pop((key, getattr(row, key) or ""), None)
        self.look_up(uow, [row])

    def add(self, one: Comparable, wanted: Sequence[Collection[str]] | None = None) -> None:
        for place, key in enumerate(KEYS):
            value = getattr(one, key)
            if value and (wanted is None or value in wanted[place]):
                self._known[key, value].append(one)

    def of(self, row: Standing) -> list[Comparable]:
        found: dict[int, Comparable] = {}
        for key in KEYS:
            value = getattr(row, key)
            if value:
                for one in self._known.get((key, value), ()):
                    found[one.lead_id] = one
        return list(found.values())


class Reader:
    """Cleans, scores and routes one row after the other."""

    def __init__(self, services: Services, plan: Plan, now: datetime) -> None:
        self._playbook, self._plan, self._now = services.playbook, plan, now
        self._raw = plan.raw_maker()
        self._modes: dict[str, str | None] = {}  # by team, what a manager chose
        self._count = 0
        self._came = [Done(KIND, "", now)]
        counts = any(rule.counts(KIND, "") for rule in self._playbook.scoring.engagement)
        self._deeds: Sequence[Deed] = self._came if counts else ()  # of somebody of whom we know nothing else
        with services.reading() as uow:
            self._modes = {team.name: team.mode for team in uow.people.teams()}
            self._segments = segments.sorter(services, uow)

    def read(self, row: Row) -> Sorted:
        try:
            if row.problem:
                return Sorted(row, INVALID, row.problem[:MOST_REASON])
            clean = clean_lead(self._raw(row), self._playbook.fields)
        except InvalidInputError as error:
            reason = " ".join(problem.reason for problem in error.problems)
            return Sorted(row, INVALID, reason[:MOST_REASON])
        return Sorted(row, NEW, lead=self._taken(clean))

    def _taken(self, clean: CleanLead) -> Taken:
        account = account_of(clean.email, clean.company)
        self._count += 1
        who = Standing(
            UNNUMBERED + self._count, clean.name, clean.email, clean.phone, clean.company, account,
            *blocks_of(clean.name, clean.company, account), clean.title, clean.country,
        )  # fmt: skip
        receipt, where = self._judged(clean, self._deeds)
        return Taken(clean, receipt, where, self._mode(where), who, may_mail=clean.consent,
                     rescore_at=self._fades_at(receipt, self._deeds))  # fmt: skip

    def judge_anew(self, one: Taken, earlier: Iterable[Deed]) -> None:
        """They did something before they said who they are."""
        deeds = [*self._came, *earlier]
        one.receipt, one.where = self._judged(one.clean, deeds)
        one.mode, one.rescore_at, one.has_past = self._mode(one.where), self._fades_at(one.receipt, deeds), True

    def _judged(self, clean: CleanLead, deeds: Sequence[Deed]) -> tuple[Receipt, Route]:
        receipt = judge(clean, self._playbook.scoring, deeds, self._now)
        return receipt, route(clean, self._playbook, self._now, score=receipt.score, segments=self._segments)

    def _fades_at(self, receipt: Receipt, deeds: Sequence[Deed]) -> datetime | None:
        return crosses_at(receipt, self._playbook.scoring, deeds, self._now) if receipt.engagement else None

    def _mode(self, where: Route) -> str:
        if self._plan.mode != USUAL:
            return self._plan.mode
        chosen = None if where.names_mode else self._modes.get(where.team)
        return chosen or where.mode


class Sorter:
    """Goes through the rows in order, each compared with all leads there are, those of earlier rows too.

    `write` is given rows whenever enough have gathered, or when the next one needs to know their numbers; it gives
    those that became leads their numbers. It answers False when the work is over.
    """

    def __init__(
        self, services: Services, plan: Plan, write: Callable[[list[Sorted]], bool], *, is_trial: bool = False,
        most_weight: int = MOST_WEIGHT,
    ) -> None:  # fmt: skip
        self._services, self._plan, self._write = services, plan, write
        self._reader = Reader(services, plan, services.now())
        self._is_trial = is_trial
        self._pending: list[Sorted] = []
        self._weight, self._most_weight = 0, most_weight
        self._merged_into: set[int] = set()  # by rows that are not written yet
        self._changed: set[int] = set()  # leads that are not any more as they were looked up
        self._seen = Neighbours()  # of a trial, whose rows are never written
        self._neighbours = self._seen
        self._meant: dict[str, str] = {}  # accounts that names stand for, as a trial would learn them
        self.is_over = False

    def go_through(self, rows: Iterable[Row], breathe: Callable[[], None]) -> None:
        """Sort these; whatever is left to write is written at the end."""
        found = []
        for row in rows:
            found.append(self._reader.read(row))
            breathe()
        taken = [one.lead for one in found if one.lead]
        self._settle_accounts([one.who for one in taken])
        neighbours = self._neighbours = self._seen if self._is_trial else Neighbours()
        self._changed.clear()
        with self._services.reading() as uow:
            neighbours.look_up(uow, [one.who for one in taken])
            self._look_up_more(uow, taken)
        for one in found:
            if self.is_over:
                return
            if one.lead is not None:
                self._place(one, one.lead, neighbours)
            self._pending.append(one)
            self._weight += WEIGHT[one.verdict]
            self._weight += SINGLY if one.lead and (one.lead.has_owner or one.lead.has_past) else 0
            if self._weight >= self._most_weight:
                self.flush()
            breathe()
        self.flush()

    def flush(self) -> None:
        if self._pending and not self.is_over:
            rows, self._pending, self._weight = self._pending, [], 0
            self._changed |= self._merged_into
            self._merged_into.clear()
            self.is_over = not self._write(rows)

    def look_once_more(self, uow: UnitOfWork, rows: Sequence[Sorted]) -> None:
        """Within the transaction that writes them: who came, or became part of another lead, since they were sorted.

        Until it ends nobody else with one of these addresses or numbers is let in.
        """
        taken = [(row, row.lead) for row in rows if row.lead]
        emails = {lead.who.email for _, lead in taken if lead.who.email}
        phones = {lead.who.phone for _, lead in taken if lead.who.phone}
        uow.duplicates.hold(emails, phones)
        there: dict[tuple[str, str], list[Comparable]] = defaultdict(list)
        for one in uow.duplicates.candidates(emails, phones):
            there["email", one.email or ""].append(one)
            there["phone", one.phone or ""].append(one)
        joined = {lead.match.lead_id for row, lead in taken if row.verdict == SAME and lead.match}
        gone = joined - uow.imports.live(joined)
        for row, lead in taken:
            if row.verdict == SAME and lead.match and lead.match.lead_id in gone:
                row.verdict, row.reason, lead.match = NEW, "", None
            same = there["email", lead.who.email or " "] + there["phone", lead.who.phone or " "]
            if same:
                compared = {each.lead_id for each in self._neighbours.of(lead.who)} if lead.match else set()
                self._place_again(row, lead, [each for each in same if each.lead_id not in compared])

    def _place_again(self, row: Sorted, lead: Taken, newcomers: list[Comparable]) -> None:
        """Whoever came meanwhile is the likelier one, or it stays as it was."""
        verdict, match = best(lead.who, newcomers, self._services.playbook.matching)
        if match is None or verdict == NEW or (lead.match and match.probability <= lead.match.probability):
            return
        row.verdict, row.reason, lead.match = verdict, ", ".join(match.reasons)[:MOST_REASON], match
        if verdict == SAME:
            self._changed.add(match.lead_id)

    def _settle_accounts(self, people: list[Standing]) -> None:
        """What a company's name means is learned from those who give a business address; a trial only looks."""
        pairs = [(one.account, one.company) for one in people]
        with self._services.reading() as uow:
            settled, learns = foreseen(uow, pairs, self._meant)
        if learns and not self._is_trial:
            with self._services.unit_of_work() as uow:
                settled = accounts.settle(uow, pairs)
                uow.commit()
        for one, account in zip(people, settled, strict=True):
            if account != one.account:
                one.account = account
                one.person_block, one.company_block = blocks_of(one.name, one.company, account)

    def _look_up_more(self, uow: UnitOfWork, taken: list[Taken]) -> None:
        """Who withdrew, who was seen before, and whose accounts somebody owns."""
        asked = {one.clean.email for one in taken if one.may_mail and one.clean.email}
        withdrew = uow.consents.withdrawn(asked) | suppressed_among(uow, "email", asked) if asked else set()
        for one in taken:
            one.may_mail = one.may_mail and one.clean.email not in withdrew
        seen = uow.imports.seen({one.clean.email for one in taken if one.clean.email})
        for one in taken:
            if one.clean.email in seen:
                earlier = [Done(each.kind, each.detail, each.at) for each in touches.earlier(uow, one.clean)]
                self._reader.judge_anew(one, earlier)
        keeps_owners = self._services.playbook.routing.existing_owner
        if keeps_owners or any(owners.is_sticky(uow, where) for where in {one.where for one in taken}):
            owned = uow.imports.owned(
                {one.who.account for one in taken if one.who.account},
                {one.clean.email for one in taken if one.clean.email},
                {one.clean.phone for one in taken if one.clean.phone},
            )
            for one in taken:
                one.has_owner = not owned.isdisjoint((one.who.account, one.clean.email, one.clean.phone))

    def _place(self, one: Sorted, lead: Taken, neighbours: Neighbours) -> None:
        """Say who it is; what it is compared with must be as it would be, had the rows come one by one."""
        known = self._up_to_date(lead.who, neighbours)
        verdict, match = best(lead.who, known, self._services.playbook.matching)
        one.verdict = verdict
        if match is not None and verdict != NEW:
            if match.lead_id > UNNUMBERED and not self._is_trial:
                twin = twin_in(known, match.lead_id)
                self.flush()  # a row of this file that is not written yet gets its number first
                match = replace(match, lead_id=twin.lead_id)
            lead.match, one.reason = match, ", ".join(match.reasons)[:MOST_REASON]
            if verdict == SAME and not self._is_trial:
                self._merged_into.add(match.lead_id)
                # It may be found by what this row brings: whoever shares that looks it up anew.
                neighbours.add(replace(lead.who, lead_id=match.lead_id))
                neighbours.add(together(twin_in(known, match.lead_id), lead.who))
        if verdict != SAME:
            neighbours.add(lead.who)

    def _up_to_date(self, who: Standing, neighbours: Neighbours) -> list[Comparable]:
        known = neighbours.of(who)
        numbers = {each.lead_id for each in known}
        if not (self._merged_into | self._changed).isdisjoint(numbers):
            self.flush()  # what is looked up again must be there, all of it
            with self._services.reading() as uow:
                neighbours.look_up_again(uow, who)
            return neighbours.of(who)
        return known


def twin_in(known: Iterable[Comparable], lead_id: int) -> Comparable:
    return next(each for each in known if each.lead_id == lead_id)


def together(kept: Comparable, more: Standing) -> Standing:
    """What the lead will be compared by once the row is part of it."""
    company, account = kept.company or more.company, kept.account or more.account
    return Standing(
        kept.lead_id, kept.name, kept.email or more.email, kept.phone or more.phone, company, account,
        *blocks_of(kept.name, company, account), kept.title or more.title, kept.country or more.country,
    )  # fmt: skip


def foreseen(
    uow: UnitOfWork, pairs: Sequence[tuple[str | None, str | None]], meant: dict[str, str]
) -> tuple[list[str | None], bool]:
    """The accounts as `accounts.settle` will say, without writing; and whether there is anything to learn."""
    named = [(account, bare_company(company or "")) for account, company in pairs]
    known = meant | uow.accounts.known({name for _, name in named if name})
    told = {
        name: account for account, name in reversed(named)
        if account and name and account != name and name not in known and goes_with(name, account)
    }  # fmt: skip
    meant |= told
    known |= told
    return [known.get(name, account) if name and account == name else account for account, name in named], bool(told)
