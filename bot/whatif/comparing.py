"""What if another playbook had been in force: recorded leads are dealt again under both, and the two are compared."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.playbook.playbook import Playbook
from bot.rules.cleaning.lead import CleanLead
from bot.rules.recorded import Arrival, Owned
from bot.rules.simulation import Simulation
from bot.rules.tally import Tally, percentile
from bot.services import Services
from bot.views.whatif import RepLine, Report, Side
from bot.whatif.past import Past, read_past, start
from store.history import LeadRow, OwnedLead
from store.unit_of_work import UnitOfWork

EXAMPLES = 10
Progress = Callable[[int, int], None]  # leads dealt so far, and all of them


@dataclass(frozen=True)
class Recorded:
    """A lead, and whom it really went to."""

    arrival: Arrival
    winner: int | None


class Comparison:
    """Hears what both replays and the record say of each lead; remembers only those not heard of by all yet."""

    def __init__(self) -> None:
        self.elsewhere = 0
        self.examples: list[int] = []
        self.dealt = self.agreed = 0
        self._waiting: dict[int, tuple[str, int | None]] = {}
        self._recorded: dict[int, int | None] = {}

    def expect(self, lead_id: int, winner: int | None) -> None:
        self._recorded[lead_id] = winner

    def before(self, lead_id: int, winner: int | None) -> None:
        really = self._recorded.pop(lead_id)
        if really is not None:
            self.dealt += 1
            self.agreed += really == winner
        self._meet(lead_id, "before", winner)

    def after(self, lead_id: int, winner: int | None) -> None:
        self._meet(lead_id, "after", winner)

    def _meet(self, lead_id: int, side: str, winner: int | None) -> None:
        other = self._waiting.pop(lead_id, None)
        if other is None:
            self._waiting[lead_id] = (side, winner)
        elif other[1] != winner:
            self.elsewhere += 1
            self.examples = sorted([*self.examples, lead_id])[:EXAMPLES]


def replay(
    services: Services, draft: Playbook, *, days: float, progress: Progress = lambda _done, _all: None
) -> Report:
    """Deal the leads of the last `days` again, under the playbook in force and under the draft."""
    until = services.now()
    since, in_force = until - timedelta(days=days), services.playbook
    with services.reading() as uow:
        past = read_past(uow, since, until)
        total = uow.history.count_leads(since, until)
    comparison = Comparison()
    before = Simulation(in_force, start(services, past, in_force), settled=comparison.before)
    after = Simulation(draft, start(services, past, draft), settled=comparison.after)
    done = 0
    for page in recorded_leads(services, past):
        for one in page:
            comparison.expect(one.arrival.lead_id, one.winner)
            before.arrive(one.arrival)
            after.arrive(one.arrival)
        done += len(page)
        progress(done, max(done, total))
    tallies = {"before": before.finish(until), "after": after.finish(until)}
    return report(past, comparison, in_force=in_force, draft=draft, **tallies)


# --- the recorded leads


def recorded_leads(services: Services, past: Past) -> Iterator[list[Recorded]]:
    """A page at a time, each in a transaction of its own: a long one would stop the database from tidying up."""
    with services.reading() as uow:
        yield read_page(uow, past, uow.history.leads_held_at(past.since), waited=True)
    last = 0
    while True:
        with services.reading() as uow:
            rows = uow.history.leads(past.since, past.until, after=last)
            page = read_page(uow, past, rows, waited=False)
        yield page
        if not rows:
            return
        last = rows[-1].id


def read_page(uow: UnitOfWork, past: Past, rows: Sequence[LeadRow], *, waited: bool) -> list[Recorded]:
    winners = uow.history.winners([row.id for row in rows])
    owned = Owners(uow, rows, past.since)
    return [Recorded(arrival(row, past.since if waited else row.created_at, owned.of(row)), winners.get(row.id))
            for row in rows]  # fmt: skip


def arrival(row: LeadRow, at: datetime, owned: tuple[Owned, ...]) -> Arrival:
    lead = CleanLead(
        name=row.name, email=row.email, phone=row.phone, company=row.company, title=row.title, country=row.country,
        source=row.source, campaign=row.campaign, message=row.message, consent=row.consent, fields=row.fields,
        website=row.website, profile=row.profile,
    )  # fmt: skip
    return Arrival(row.id, at, lead, row.created_at, row.account, owned, row.created_at, row.engagement or 0)


class Owners:
    """Who owned leads of the people and accounts of one page before the replay begins."""

    def __init__(self, uow: UnitOfWork, rows: Sequence[LeadRow], since: datetime) -> None:
        asked = [{value for row in rows if (value := getattr(row, name))} for name in ("account", "email", "phone")]
        self._found: dict[tuple[str, str], list[OwnedLead]] = {}
        for lead in uow.history.owned_before(since, *asked):
            for name in ("account", "email", "phone"):
                if getattr(lead, name):
                    self._found.setdefault((name, getattr(lead, name)), []).append(lead)

    def of(self, row: LeadRow) -> tuple[Owned, ...]:
        keys = [(name, getattr(row, name)) for name in ("account", "email", "phone")]
        found = {Owned(one.lead_id, one.rep_id, one.team_id) for key in keys for one in self._found.get(key, ())}
        return tuple(found)


# --- the report


def report(
    past: Past, comparison: Comparison, *, in_force: Playbook, draft: Playbook, before: Tally, after: Tally
) -> Report:
    names = {rep_id: rep.name for rep_id, rep in past.reps.items()}
    seated = {rep_id for team in past.teams for rep_id in team.sits_at_any_time if rep_id in names}
    lines = [
        RepLine(
            names[rep_id], before.reps[rep_id], after.reps[rep_id],
            hours(before.idle.get(rep_id)), hours(after.idle.get(rep_id)),
        )
        for rep_id in sorted(seated, key=lambda rep_id: (-after.reps[rep_id], -before.reps[rep_id], rep_id))
    ]  # fmt: skip
    return Report(
        since=past.since.isoformat(), until=past.until.isoformat(), base=in_force.version, draft=draft.version,
        before=side(before), after=side(after), reps=lines, elsewhere=comparison.elsewhere,
        examples=comparison.examples, dealt_really=comparison.dealt, agreed=comparison.agreed,
    )  # fmt: skip


def side(tally: Tally) -> Side:
    return Side(
        leads=tally.leads, dealt=tally.dealt, to_owner=tally.to_owner, left_open=tally.left_open,
        for_nobody=tally.for_nobody, waiting=tally.waiting, held_long=tally.held_long,
        dealt_median=percentile(tally.until_dealt, 50), dealt_slow=percentile(tally.until_dealt, 90),
        answer_median=percentile(tally.until_answer, 50), answer_slow=percentile(tally.until_answer, 90),
        teams=in_order(tally.teams), routes=in_order(tally.routes),
    )  # fmt: skip


def in_order(counts: Counter[str]) -> dict[str, int]:
    return dict(counts.most_common())


def hours(span: timedelta | None) -> float:
    return round((span or timedelta(0)).total_seconds() / 3600, 1)
