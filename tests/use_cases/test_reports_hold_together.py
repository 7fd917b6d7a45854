"""What every report must be true to, whatever happened: sums that add up, curves that never rise, and a past that
stays as it was told.

A random life goes through the real use cases; on the way all reports are asked, and at the end they are asked again as
of those moments.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot import claims, deals, edits, followups, handover, merging, pipeline, scrub
from bot.errors import DibsError
from bot.importing import drafts, work
from bot.people import Profile
from bot.playbook.playbook import Playbook, read_playbook
from bot.qualification import forgoing, verdicts
from bot.reports.crediting import credit_wins
from bot.reports.fairness import FAIRNESS
from bot.reports.folding import fold
from bot.reports.funnel import FUNNEL
from bot.reports.kinds import Asked, ReportKind
from bot.reports.pipeline import PIPELINE
from bot.reports.speed import SPEED
from bot.reports.table import REPORTS
from bot.rules.reports.attribution import WHOLE
from bot.rules.reports.report import Figure, Report, Row, Table
from store.database import Database
from store.models import Credit, FollowUp, Lead, Offer
from store.reporting import hold, unanswered
from tests import plainly
from tests.databases import put_empty_file
from tests.factories import ALICE, BOB, CAROL, DANA, PLAYBOOK, Office, everyone_new
from tests.recorded import assert_recorded
from tests.reporting import ask, asked

REPS = (ALICE, BOB, CAROL)
ERIC = Profile("U0ERIC", "Eric", "Europe/Berlin")  # in the other team
SOURCES = ("website", "fair", "webinar", "referral")
CURRENCIES = ("EUR", "EUR", "USD")
NOVEMBER, WEEK = (date(2026, 11, 1), date(2026, 12, 1)), (date(2026, 11, 23), date(2026, 11, 30))
ALL = date(2026, 1, 1), date(2027, 2, 1)
STEPS = 45
ASKED_AFTER = 0.12  # of the steps
ASKED_AT_ONCE = 3  # of the ways to ask for one report


def playbook() -> Playbook:
    """Everything that would need an answer first needs none, and leads become MQLs by what they say."""
    shipped = read_playbook(PLAYBOOK)
    scoring = shipped.scoring.model_copy(update={"mql": 20, "questions": ()})
    return everyone_new().model_copy(update={"scoring": scoring, "follow_ups": shipped.follow_ups})


@dataclass
class Answered:
    """A report as it was told."""

    kind: ReportKind
    days: tuple[date, date]
    as_of: datetime
    how: dict[str, Any]
    report: Report


@dataclass
class Life:
    office: Office
    chance: random.Random
    leads: list[int] = field(default_factory=list)
    imports: list[int] = field(default_factory=list)
    answers: list[Answered] = field(default_factory=list)

    def someone(self) -> int:
        return self.chance.choice(self.leads)

    def owner_of(self, lead_id: int) -> str:
        lead = self.office.get(Lead, lead_id)
        reps = {rep.name: rep.slack_id for rep in (*REPS, ERIC)}
        return reps.get(self.office.owner(lead_id) or "", DANA.slack_id) if lead.owner_id else DANA.slack_id

    # --- what happens

    def arrives(self) -> None:
        number = len(self.leads)
        self.leads.append(self.office.lead(
            name=f"Person {number}", email=f"p{number}@{self.chance.choice('abc')}.example", phone=None,
            company=self.chance.choice(("Lake Ltd", "Berg AB", "")), source=self.chance.choice(SOURCES),
            campaign=self.chance.choice((None, "spring")), country=self.chance.choice((None, "DE")),
            message=self.chance.choice(("Please call me.", "What does it cost? We need 500 seats.")),
            fields={"plan": "enterprise"} if self.chance.random() < 0.2 else {},
        ))  # fmt: skip

    def claims(self) -> None:
        offers = self.office.rows(Offer, status="open")
        if offers:
            offer = self.chance.choice(offers)
            rep = next(rep for rep in (*REPS, ERIC) if rep.name == self.office.offered_to(offer.lead_id))
            claims.claim(self.office.services, rep.slack_id, offer.lead_id, key=str(self.chance.random()))

    def comes_too_late(self) -> None:
        claims.claim(self.office.services, self.chance.choice(REPS).slack_id, self.someone())

    def passes(self) -> None:
        offers = self.office.rows(Offer, status="open")
        if offers:
            offer = self.chance.choice(offers)
            rep = next(rep for rep in (*REPS, ERIC) if rep.name == self.office.offered_to(offer.lead_id))
            claims.pass_lead(self.office.services, rep.slack_id, offer.lead_id, self.chance.choice(("", "too busy")))

    def moves(self) -> None:
        stage = self.chance.choice(("contacted", "qualified", "proposal", "won", "won", "lost", "lost"))
        why = {
            "lost.reason": self.chance.choice(("price", "a competitor", "bad time")),
            "lost.other": self.chance.choice(("", "Rival Inc")), "back.why": "they called back",
        }  # fmt: skip
        lead_id = self.someone()
        pipeline.move_stage(self.office.services, self.owner_of(lead_id), lead_id, stage, why)

    def is_worth(self) -> None:
        given = {
            "opportunity.amount": str(self.chance.randint(1, 90) * 100),
            "opportunity.currency": self.chance.choice(CURRENCIES),
            "opportunity.product": self.chance.choice(("Basic", "Pro")),
            "opportunity.probability": self.chance.choice(("", "30", "80")),
        }  # fmt: skip
        deals.save(self.office.services, DANA.slack_id, self.someone(), given)

    def is_judged(self) -> None:
        lead_id = self.someone()
        if self.chance.random() < 0.5:
            verdicts.accept(self.office.services, self.owner_of(lead_id), lead_id)
        else:
            reason = self.chance.choice(("no budget", "wrong data"))
            verdicts.reject(self.office.services, self.owner_of(lead_id), lead_id, reason)

    def is_corrected(self) -> None:
        changed = {
            "source": self.chance.choice(SOURCES), "company": self.chance.choice(("Lake Ltd", "Other")),
            "country": self.chance.choice(("DE", "FR")), "campaign": self.chance.choice(("", "spring", "autumn")),
        }  # fmt: skip
        edits.correct(self.office.services, DANA.slack_id, self.someone(), changed)

    def is_given_away(self) -> None:
        handover.assign(self.office.services, DANA.slack_id, self.someone(), self.chance.choice((*REPS, ERIC)))

    def is_given_back(self) -> None:
        lead_id = self.someone()
        claims.release(self.office.services, self.owner_of(lead_id), lead_id, "too busy")

    def are_one(self) -> None:
        merging.by_hand(self.office.services, DANA.slack_id, self.someone(), self.someone())

    def are_two(self) -> None:
        gone = [lead.id or 0 for lead in self.office.rows(Lead, state="merged")]
        if gone:
            merging.split(self.office.services, DANA.slack_id, self.chance.choice(gone))

    def are_imported(self) -> None:
        number = len(self.leads)
        rows = "".join(f"Row {number}-{i},r{number}-{i}@list.example\n" for i in range(self.chance.randint(1, 4)))
        import_id = drafts.draft(
            self.office.services, DANA.slack_id, f"l{number}.csv", f"Name,Email\n{rows}".encode(), channel="C0LEADSSMB"
        )
        drafts.look(self.office.services, DANA.slack_id, import_id)
        drafts.choose(self.office.services, DANA.slack_id, import_id, {})
        drafts.start(self.office.services, DANA.slack_id, import_id)
        self._work_off()
        self.imports.append(import_id)
        self.leads = [lead.id or 0 for lead in self.office.rows(Lead)]

    def are_taken_back(self) -> None:
        if self.imports:
            drafts.undo(self.office.services, DANA.slack_id, self.chance.choice(self.imports))
            self._work_off()

    def _work_off(self) -> None:
        for import_id in work.due(self.office.services):
            work.advance(self.office.services, import_id)

    def is_promised(self) -> None:
        lead_id = self.someone()
        due = self.office.clock.now() + timedelta(hours=self.chance.randint(1, 30))
        followups.set_follow_up(
            self.office.services, self.owner_of(lead_id), lead_id, due, "call", key=str(self.chance.random())
        )

    def is_kept(self) -> None:
        promises = self.office.rows(FollowUp, status="open")
        if promises:
            promise = self.chance.choice(promises)
            by = self.owner_of(promise.lead_id)
            if self.chance.random() < 0.5:
                followups.snooze(self.office.services, by, promise.id or 0, "tomorrow")
            else:
                how = followups.Outcome()
                followups.done(self.office.services, by, promise.id or 0, how, key=str(self.chance.random()))

    def is_put_aside(self) -> None:
        lead_id = self.someone()
        until = self.office.clock.now() + timedelta(days=self.chance.randint(1, 9))
        forgoing.put_aside(self.office.services, self.owner_of(lead_id), lead_id, until, "no budget yet")

    def is_cleared_out(self) -> None:
        """As the nightly look does once a manager said yes; some come back."""
        cleared = [lead.id or 0 for lead in self.office.rows(Lead, state="archived")]
        if cleared and self.chance.random() < 0.5:
            scrub.restore(self.office.services, DANA.slack_id, f"#{self.chance.choice(cleared)}")
            return
        with self.office.services.unit_of_work() as uow:
            lead_id = self.someone()
            uow.leads.lock(lead_id)
            lead = uow.leads.get(lead_id)
            if lead is not None and lead.state == "live" and lead.closed_at is None:
                scrub.archive(self.office.services, uow, lead, self.office.clock.now(), shows=False)
                uow.commit()

    def time_passes(self) -> None:
        """The ticks."""
        office = self.office
        office.lapse_offers()
        office.drain()
        office.fire_reminders()
        office.fire_digests()
        for lead_id in forgoing.due(office.services):
            forgoing.come_back(office.services, lead_id)
        fold(office.services)

    # --- asked

    def asks(self) -> None:
        """Every report, by something that it can be grouped by or of some, and of some days."""
        credit_wins(self.office.services)
        as_of = self.office.clock.now() + timedelta(microseconds=1)
        for kind in (one for one in REPORTS if not one.is_of_now):
            ways = list(asked_how(kind))
            for how in self.chance.sample(ways, min(len(ways), ASKED_AT_ONCE)):
                days = self.chance.choice((ALL, NOVEMBER, WEEK))
                report = ask(self.office, kind, *days, as_of=as_of, **how)
                self.answers.append(Answered(kind, days, as_of, how, report))


def asked_how(kind: ReportKind) -> Iterator[dict[str, Any]]:
    yield from ({"by": by} for by in kind.by or ("",))
    for name, values in kind.options:
        yield from ({"options": ((name, value),)} for value in values)
    if "source" in kind.filters:
        yield {"sources": {"fair", "website"}}
    if "team" in kind.filters:
        yield {"team_ids": {1}}
    if "rep" in kind.filters:
        yield {"rep_ids": {2, 3}}


HAPPENS: tuple[tuple[Callable[[Life], None], int], ...] = (
    (Life.arrives, 8), (Life.claims, 8), (Life.comes_too_late, 3), (Life.passes, 2), (Life.moves, 10),
    (Life.is_worth, 4), (Life.is_judged, 4),
    (Life.is_corrected, 3), (Life.is_given_away, 3), (Life.is_given_back, 2), (Life.are_one, 4), (Life.are_two, 3),
    (Life.are_imported, 1), (Life.are_taken_back, 1), (Life.is_promised, 3), (Life.is_kept, 2),
    (Life.is_put_aside, 1), (Life.is_cleared_out, 2), (Life.time_passes, 6),
)  # fmt: skip


def live(office: Office, seed: int) -> Life:
    """Asked on the way, and once more as it ends."""
    office.seat(ERIC, "enterprise")
    life = Life(office, random.Random(seed))  # noqa: S311 - no secret
    deeds, weights = zip(*HAPPENS, strict=True)
    for _ in range(3):
        life.arrives()
    for _ in range(STEPS):
        office.clock.advance(minutes=life.chance.choice((1, 7, 45, 200, 1000)))
        [deed] = life.chance.choices(deeds, weights)
        with suppress(DibsError):
            deed(life)
        if life.chance.random() < ASKED_AFTER:
            life.asks()
    life.asks()
    return life


# --- what must be true


def holds_together(life: Life) -> None:
    assert_recorded(life.office.services)
    fold(life.office.services)  # some of it was in no sum yet when it was asked about
    for one in life.answers:
        again = ask(life.office, one.kind, *one.days, as_of=one.as_of, **one.how)
        assert again == one.report, f"{one.kind.name} {one.how} as of {one.as_of} was told otherwise then"
        for table in (one.report.table, *one.report.details):
            of_all = "rep_ids" not in one.how and (one.kind.name != "fairness" or "team_ids" in one.how)
            shares_are_shares(table, of_all=of_all)
    as_of = life.answers[-1].as_of
    stages_sum_to_all(life.office, as_of)
    funnels_never_rise(life.office, as_of)
    survival_never_rises(life.office, as_of)
    credits_sum_to_one(life.office)
    for one in life.answers:
        with asked(life.office, FAIRNESS, *one.days, as_of=one.as_of) as question:
            dealing_is_what_the_rows_say(question)


def dealing_is_what_the_rows_say(one: Asked) -> None:
    session, scope = one.uow.session, one.scope
    assert sorted(unanswered.ended(session, scope)) == sorted(plainly.ended(session, scope))
    assert sorted(unanswered.late(session, scope)) == sorted(plainly.late(session, scope))
    for by in ("team", "source"):
        assert sorted(hold.waits(session, scope, by)) == sorted(plainly.waits(session, scope, by))


def value(row: Row, at: int) -> Any:
    cell = row.cells[at]
    return cell.value if isinstance(cell, Figure) else cell


def shares_are_shares(table: Table, *, of_all: bool) -> None:
    for row in table.rows:
        for cell in row.cells:
            if isinstance(cell, Figure) and cell.kind == "percent" and isinstance(cell.value, float):
                assert -1e-9 <= cell.value <= 1 + 1e-9
    if "Share" in table.headings and of_all:
        at = table.headings.index("Share")
        shares = sum(value(row, at) or 0 for row in table.rows)
        assert shares == pytest.approx(1) or not shares


def stages_sum_to_all(office: Office, as_of: datetime) -> None:
    counted = []
    for by in PIPELINE.by:
        table = ask(office, PIPELINE, *ALL, as_of=as_of, by=by).table
        assert table.total is not None
        for at in range(1, len(table.headings)):
            figure = table.total.cells[at]
            if isinstance(figure, Figure) and figure.kind in ("count", "money"):
                assert sum(value(row, at) for row in table.rows) == figure.value
        counted.append(value(table.total, 1 if by == "stage" else -3))
    open_now = [lead for lead in office.rows(Lead, state="live") if lead.closed_at is None]
    assert counted == [len(open_now)] * len(counted)


def funnels_never_rise(office: Office, as_of: datetime) -> None:
    whole = [value(row, 1) for row in ask(office, FUNNEL, *ALL, as_of=as_of, by="step").table.rows]
    assert whole == sorted(whole, reverse=True)
    for by in ("source", "team"):
        groups = [[value(row, at) for at in range(1, len(whole) + 1)] for row in
                  ask(office, FUNNEL, *ALL, as_of=as_of, by=by).table.rows]  # fmt: skip
        assert all(group == sorted(group, reverse=True) for group in groups)
        assert [sum(column) for column in zip(*groups, strict=True)] == whole


def survival_never_rises(office: Office, as_of: datetime) -> None:
    for until in ("contact", "claim"):
        report = ask(office, SPEED, *ALL, as_of=as_of, options=(("until", until),))
        for chart in report.charts:
            for series in chart.series:
                assert list(series.values) == sorted(series.values, reverse=True)


def credits_sum_to_one(office: Office) -> None:
    deals_by_model: dict[tuple[int, str], int] = {}
    for credit in office.rows(Credit):
        key = credit.stay_id, credit.model
        deals_by_model[key] = deals_by_model.get(key, 0) + credit.millionths
    assert set(deals_by_model.values()) <= {WHOLE}


# --- lived


def office_in(database: Database) -> Office:
    return Office(database, *REPS, playbook=playbook())


@settings(max_examples=6, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
def test_reports_hold_together_whatever_happened(sqlite_database: Database, seed: int) -> None:
    sqlite_database.close()
    put_empty_file(Path(sqlite_database.url.removeprefix("sqlite:///")))
    holds_together(live(office_in(sqlite_database), seed))


def test_reports_hold_together_on_both_databases(database: Database) -> None:
    holds_together(live(office_in(database), 7))
