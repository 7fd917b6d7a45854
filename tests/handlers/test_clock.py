"""The ticks: each does its work on a real scheduler, none takes another down, and idle ones write nothing."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from io import StringIO
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from sqlalchemy import make_url

from bot import homes, people, pipeline
from bot.importing import drafts as imports
from bot.importing import work as import_work
from bot.intake import inbox
from bot.mailing.ports import Arrived
from bot.meetings import booking, commanding
from bot.meetings.booking import Wanted
from bot.meetings.pages import page_of
from bot.playbook import versions
from bot.playbook.matching import Scrub
from bot.playbook.playbook import read_playbook
from bot.qualification import forgoing, rescoring
from bot.reports import alerts, schedules
from bot.rules.reports.schedules import Rhythm
from bot.services import Services
from handlers.clock import TICKS, Clockwork, Tick
from store.database import Database, StoreUnavailableError
from store.models import (
    BookingPage,
    Credit,
    Enrolment,
    Evaluation,
    Experiment,
    Import,
    InboxRow,
    Lead,
    LeadMessage,
    Meeting,
    Offer,
    OutboxRow,
    PlaybookVersion,
    Reminder,
    Rep,
    ReportSchedule,
    Stay,
    Suggestion,
)
from tests.factories import ALICE, DANA, PLAYBOOK, TUESDAY, Office
from tests.handlers.tables import rows
from tests.sequences import playbook_with
from tests.use_cases.test_mail import LETTER
from tests.world import eventually

Starting = Callable[[Clockwork], Clockwork]


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database, ALICE)


@pytest.fixture
def running() -> Iterator[Starting]:
    """Starts clockworks and stops them at the end."""
    started: list[Clockwork] = []

    def start(made: Clockwork) -> Clockwork:
        made.start()
        started.append(made)
        return made

    yield start
    for each in started:
        each.stop()


def clockwork(services: Services, *ticks: Tick, monotonic: Callable[[], float] = lambda: 0.0) -> Clockwork:
    return Clockwork(services, monotonic=monotonic, wall=lambda: datetime.now(UTC), ticks=ticks)


# One thing that each tick finds due, and how to see that it was done.


def an_event(office: Office) -> None:
    body = {"channel": "C1", "thread_ts": "1.0", "user": ALICE.slack_id, "text": "Hello"}
    inbox.receive_event(office.services, key="Ev1", kind=inbox.THREAD_REPLY, body=body)


def a_follow_up(office: Office) -> None:
    office.follow_up(office.claimed_lead(), TUESDAY + timedelta(hours=1))
    office.clock.advance(hours=1)


def an_overdue_follow_up(office: Office) -> None:
    office.fire_digests()  # plans them
    a_follow_up(office)
    office.fire_reminders()
    office.clock.advance(days=2)


def a_follow_up_left_lying(office: Office) -> None:
    a_follow_up(office)
    for _ in range(12):
        office.fire_reminders()
        office.clock.advance(hours=6)
    office.clock.set("2026-11-27T10:00+00:00")


def a_home_at_which_a_follow_up_fell_due(office: Office) -> None:
    a_follow_up(office)
    homes.opened(office.services, ALICE.slack_id)
    office.everything_left()


def an_offer(office: Office) -> None:
    office.lead()
    office.clock.advance(hours=1)


def a_lead_that_nobody_can_take(office: Office) -> None:
    office.lead(fields={"employees": 500})


def a_lead_of_the_night(office: Office) -> None:
    office.clock.set("2026-11-24T03:00+00:00")
    office.lead()
    office.clock.set("2026-11-24T09:30+00:00")


def a_lead_that_its_owner_forgets(office: Office) -> None:
    office.claimed_lead()
    office.clock.advance(minutes=31)


def a_lead_gone_silent(office: Office) -> None:
    lead_id = office.claimed_lead()
    with office.services.unit_of_work() as uow:
        lead = uow.leads.get(lead_id)
        assert lead is not None
        lead.stale_at = TUESDAY + timedelta(days=3)
        uow.commit()
    office.clock.advance(days=3)


def a_score_that_fades(office: Office) -> None:
    lead_id = office.claimed_lead()
    with office.services.unit_of_work() as uow:
        lead = uow.leads.get(lead_id)
        assert lead is not None
        lead.rescore_at = TUESDAY + timedelta(days=3)
        uow.commit()
    office.clock.advance(days=3)


def an_e_mail_in_the_folder(office: Office) -> None:
    folder = Path(mkdtemp(prefix="dibs-mail-"))
    office.services.mail_drop = folder
    (folder / "a.eml").write_bytes(LETTER)


def a_lead_put_aside(office: Office) -> None:
    forgoing.put_aside(office.services, ALICE.slack_id, office.claimed_lead(), TUESDAY + timedelta(days=3), "")
    office.clock.advance(days=3)


def a_manager_who_wants_new_scores(office: Office) -> None:
    rescoring.ask(office.services, DANA.slack_id)


def leads_that_were_won_and_lost(office: Office) -> None:
    with office.services.unit_of_work() as uow:
        for stage in ("won", "lost") * 10:
            lead = Lead(name="X", team_id=1, stage=stage, created_at=TUESDAY, closed_at=TUESDAY)
            uow.session.add(lead)
            uow.session.flush()
            uow.session.add(Evaluation(lead_id=lead.id or 0, score=50, fit=50, engagement=0, at=TUESDAY))
        uow.commit()


def somebody_whose_time_away_is_over(office: Office) -> None:
    people.go_away(office.services, ALICE.slack_id, "tomorrow")
    office.clock.advance(days=2)


def a_lead_nobody_speaks_of(office: Office) -> None:
    """And a playbook that has such leads looked for, at an hour that has passed on this day."""
    office.claimed_lead()
    office.everything_left()
    office.clock.advance(days=40)
    scrub = Scrub(at=time(3), silent_days=30)
    office.services.put_in_force(office.services.playbook.model_copy(update={"scrub": scrub}))


def a_meeting_with_somebody_who_went_away(office: Office) -> None:
    a_meeting_that_is_over(office)
    office.clock.moment = TUESDAY
    people.go_away(office.services, ALICE.slack_id, "friday")


def a_meeting_that_is_over(office: Office) -> None:
    lead_id, rep = office.lead(), office.rows(Rep, slack_id=ALICE.slack_id)[0]
    with office.services.unit_of_work() as uow:
        page_of(uow, rep.id or 0)
        uow.commit()
    booking.book(office.services, rep.id or 0, lead_id, Wanted(TUESDAY.replace(hour=14, minute=0), "UTC"), by="link")
    office.clock.advance(hours=6)


def a_calendar_where_none_may_be(office: Office) -> None:
    """Of this very machine, which nobody is asked about."""
    commanding.save(office.services, ALICE.slack_id, "", "https://127.0.0.1/a.ics")


def something_said_long_ago(office: Office) -> None:
    office.lead()
    office.everything_left()
    office.clock.advance(days=60)


def decisions_of_yesterday(office: Office) -> None:
    office.lead()
    office.clock.advance(days=1)


def a_version_from_elsewhere(office: Office) -> None:
    text = PLAYBOOK.read_text(encoding="utf-8").replace("window_minutes = 15", "window_minutes = 99")
    with office.services.unit_of_work() as uow:
        uow.playbooks.add(PlaybookVersion(
            version="0" * 16, text=text, origin="slack", made_at=TUESDAY, published_at=TUESDAY
        ))  # fmt: skip
        uow.commit()


def an_import(office: Office) -> None:
    import_id = imports.draft(office.services, ALICE.slack_id, "f.csv", b"Name,Email\nAnn,ann@lake.example\n")
    imports.look(office.services, ALICE.slack_id, import_id)
    imports.start(office.services, ALICE.slack_id, import_id)


def an_import_that_is_in(office: Office) -> None:
    an_import(office)
    import_work.advance(office.services, 1)
    office.drain()


def a_draft(office: Office) -> None:
    text = PLAYBOOK.read_text(encoding="utf-8").replace("window_minutes = 15", "window_minutes = 99")
    versions.propose(office.services, DANA.slack_id, text, days=7, key="draft")


def a_deal_that_was_won(office: Office) -> None:
    pipeline.move_stage(office.services, ALICE.slack_id, office.claimed_lead(), "won")


def nothing_at_all(_: Office) -> None:
    """Every team has its weekly report without anybody doing anything."""


def a_report_whose_time_has_come(office: Office) -> None:
    schedules.schedule(office.services, DANA.slack_id, "pipeline", Rhythm("day"))
    office.clock.advance(days=1)


def a_lead_that_nobody_claims(office: Office) -> None:
    alerts.alert(office.services, DANA.slack_id, "unclaimed 45")
    office.lead()
    office.clock.advance(hours=1)


SEQUENCE = """
[[sequences]]
name = "look"
enrol = %s
steps = [{ kind = "segment", field = "tier", to = "warm" }]
"""


def a_lead_whose_step_is_due(office: Office) -> None:
    office.services.put_in_force(playbook_with(SEQUENCE % '{ on = "new" }'))
    office.lead()


def a_lead_gone_quiet(office: Office) -> None:
    office.services.put_in_force(playbook_with(SEQUENCE % '{ on = "quiet", quiet_days = 30 }'))
    office.lead()
    office.clock.advance(days=31)


COMPARED = """
[[sequences]]
name = "look"
steps = [{ kind = "email", name = "e", subject = "A", text = "T", variants = [{ name = "b", subject = "B" }] }]
"""


def texts_of_which_one_is_better(office: Office) -> None:
    office.services.put_in_force(playbook_with(COMPARED))
    lead_id = office.lead()
    usual: dict[str, Any] = {
        "lead_id": lead_id, "channel": "email", "recipient": "r", "sequence": "look", "step": "e", "status": "sent",
        "due_at": TUESDAY, "created_at": TUESDAY, "sent_at": TUESDAY,
    }  # fmt: skip
    with office.services.unit_of_work() as uow:
        uow.playbooks.add(PlaybookVersion(
            version=office.services.playbook.version, text="", origin="file", made_at=TUESDAY, status="published",
            published_at=TUESDAY,
        ))  # fmt: skip
        for number in range(200):
            uow.session.add(LeadMessage(key=f"a{number}", **usual))
            uow.session.add(LeadMessage(key=f"b{number}", variant="b", replied_at=TUESDAY, **usual))
        uow.commit()
    office.clock.advance(days=4)


class Pigeonhole:
    """A mailbox with one letter; real ones are tried in tests/mailing."""

    name = "pigeonhole"

    def bring(self, take: Callable[[Arrived], None], *, since: datetime) -> int:
        assert since < TUESDAY
        take(Arrived("1", LETTER))
        return 1


def an_e_mail_in_the_mailbox(office: Office) -> None:
    office.services.mailbox = Pigeonhole()


def log_is_folded(office: Office) -> bool:
    database = office.services.database
    return not database.is_sqlite or Path(f"{make_url(database.url).database}-wal").stat().st_size == 0


WORK: dict[str, tuple[Callable[[Office], object], Callable[[Office], bool]]] = {
    "inbox": (an_event, lambda office: not office.rows(InboxRow, status="waiting")),
    "reminders": (a_follow_up, lambda office: bool(office.rows(Reminder, status="fired"))),
    "digests": (an_overdue_follow_up, lambda office: bool(office.rows(OutboxRow, kind="digest"))),
    "neglect": (a_follow_up_left_lying, lambda office: bool(office.rows(OutboxRow, kind="neglect"))),
    "offers": (an_offer, lambda office: bool(office.rows(Offer, status="lapsed"))),
    "held": (a_lead_of_the_night, lambda office: bool(office.rows(Offer))),
    "absences": (somebody_whose_time_away_is_over, lambda office: office.rows(Rep)[-1].away_until is None),
    "managers": (a_lead_that_nobody_can_take, lambda office: bool(office.rows(Lead)[0].managers_told_at)),
    "response": (a_lead_that_its_owner_forgets, lambda office: office.rows(Lead)[0].response_step > 0),
    "stale": (a_lead_gone_silent, lambda office: office.rows(Lead)[0].stale_at is None),
    "scores": (a_score_that_fades, lambda office: office.rows(Lead)[0].rescore_at is None),
    "forgone": (a_lead_put_aside, lambda office: office.rows(Lead)[0].forgone_until is None),
    "rescoring": (a_manager_who_wants_new_scores, lambda office: bool(office.waiting("message"))),
    "credits": (a_deal_that_was_won, lambda office: bool(office.rows(Credit))),
    "sums": (an_offer, lambda office: bool(office.rows(Stay)) and all(stay.folded for stay in office.rows(Stay))),
    "weekly": (nothing_at_all, lambda office: len(office.rows(ReportSchedule)) == len(office.services.playbook.teams)),
    "schedules": (a_report_whose_time_has_come, lambda office: bool(office.waiting("report"))),
    "alerts": (a_lead_that_nobody_claims, lambda office: bool(office.waiting("report"))),
    "calibration": (leads_that_were_won_and_lost, lambda office: bool(office.waiting("message"))),
    "homes": (a_home_at_which_a_follow_up_fell_due, lambda office: bool(office.waiting("home"))),
    "scrub": (a_lead_nobody_speaks_of, lambda office: bool(office.waiting("message"))),
    "witness": (decisions_of_yesterday, lambda office: bool(office.waiting("message"))),
    "experiments": (texts_of_which_one_is_better, lambda office: bool(office.rows(Experiment, winner="b"))),
    "playbook": (a_version_from_elsewhere, lambda office: office.services.playbook.claims.window_minutes == 99),
    "trials": (a_draft, lambda office: bool(office.waiting("message"))),
    "maildrop": (an_e_mail_in_the_folder, lambda office: bool(office.rows(Suggestion))),
    "mailbox": (an_e_mail_in_the_mailbox, lambda office: bool(office.rows(Suggestion))),
    "sequences": (a_lead_whose_step_is_due, lambda office: office.rows(Lead)[0].fields.get("tier") == "warm"),
    "sweep": (a_lead_gone_quiet, lambda office: bool(office.rows(Enrolment))),
    "meetings": (a_meeting_that_is_over, lambda office: office.rows(Meeting)[0].asked_at is not None),
    "stranded": (a_meeting_with_somebody_who_went_away, lambda office: bool(office.rows(Meeting)[0].told)),
    "calendars": (a_calendar_where_none_may_be, lambda office: bool(office.rows(BookingPage)[0].trouble)),
    "imports": (an_import, lambda office: office.get(Import, 1).status == "done"),
    "shares": (an_import_that_is_in, lambda office: bool(office.get(Import, 1).counts.get("have"))),
    "checkpoint": (an_offer, log_is_folded),
    "forget": (something_said_long_ago, lambda office: not office.rows(OutboxRow)),
}


def test_every_tick_of_the_table_is_tried_here() -> None:
    assert [tick.name for tick in TICKS] == list(WORK)


def of_ours(log: StringIO) -> str:
    """Without the library whose socket of an earlier test may still be noticing that its Slack has gone."""
    return "\n".join(
        line for line in log.getvalue().splitlines() if "slack_sdk" not in line and "slack_bolt" not in line
    )


@pytest.mark.parametrize("tick", TICKS, ids=lambda tick: tick.name)
def test_a_tick_does_what_is_due_when_the_scheduler_knocks(
    office: Office, running: Starting, tick: Tick, log: StringIO
) -> None:
    arrange, is_done = WORK[tick.name]
    arrange(office)
    assert not is_done(office) or tick.name == "checkpoint"
    running(clockwork(office.services, replace(tick, seconds=0.05)))
    eventually(lambda: is_done(office) or None, f"what {tick.name} does")
    assert "failed" not in of_ours(log)


@pytest.mark.parametrize("tick", TICKS, ids=lambda tick: tick.name)
def test_a_tick_that_finds_nothing_due_writes_nothing(office: Office, tick: Tick) -> None:
    office.follow_up(office.claimed_lead(), TUESDAY + timedelta(days=3))
    office.lead()
    tick.run(office.services)
    before, size = rows(office.services.database), log_size(office)
    for _ in range(3):
        tick.run(office.services)
    assert rows(office.services.database) == before
    assert log_size(office) == size


def log_size(office: Office) -> int:
    """SQLite's write-ahead log grows with every page that is written, whether or not it changes a row."""
    path = Path(f"{make_url(office.services.database.url).database}-wal")
    return path.stat().st_size if path.exists() else 0


def test_a_failing_tick_stops_neither_itself_nor_the_next(office: Office, running: Starting, log: StringIO) -> None:
    counts = {"bad": 0, "good": 0}

    def count(name: str) -> None:
        counts[name] += 1

    def fail(_: Services) -> None:
        count("bad")
        raise StoreUnavailableError("gone for a while")

    running(clockwork(office.services, Tick("bad", 0.02, fail), Tick("good", 0.02, lambda _: count("good"))))
    eventually(lambda: (counts["bad"] >= 3 and counts["good"] >= 3) or None, "both ticks going on")
    assert "tick=bad" in log.getvalue()
    assert "gone for a while" in log.getvalue()
    assert "tick=good" not in log.getvalue()


@pytest.mark.parametrize("tick", TICKS, ids=lambda tick: tick.name)
def test_every_tick_lives_through_a_database_that_is_gone(
    running: Starting, tick: Tick, log: StringIO, tmp_path: Path
) -> None:
    gone = Database("sqlite:////nowhere/at/all/dibs.db")
    services = Services(gone, read_playbook(PLAYBOOK), lambda: TUESDAY, mail_drop=tmp_path, mailbox=Pigeonhole())
    (tmp_path / "a.eml").write_bytes(LETTER)
    running(clockwork(services, replace(tick, seconds=0.02)))
    eventually(lambda: log.getvalue().count(f"tick={tick.name}") >= 2 or None, "two failures of the same tick")
    assert (tmp_path / "a.eml").exists()


def test_a_slow_tick_does_not_overtake_itself_and_holds_nobody_up(office: Office, running: Starting) -> None:
    go_on, started, others = threading.Event(), [], []

    def slow(_: Services) -> None:
        started.append(1)
        go_on.wait(10)

    running(clockwork(office.services, Tick("slow", 0.02, slow), Tick("quick", 0.02, lambda _: others.append(1))))
    eventually(lambda: len(others) >= 5 or None, "the quick tick")
    assert len(started) == 1
    go_on.set()


def test_a_scheduler_that_sleeps_because_the_clock_was_set_back_is_woken(
    office: Office, running: Starting, log: StringIO
) -> None:
    seconds, ran = [0.0], threading.Event()
    sleeping = Tick("sleeping", 3600, lambda _: ran.set())  # as one second looks after the clock lost an hour
    made = running(clockwork(office.services, sleeping, monotonic=lambda: seconds[0]))
    seconds[0] = 5 * 3600 + 5
    assert made.wake_sleepers() == []
    assert not ran.is_set()
    seconds[0] += 1
    assert made.wake_sleepers() == ["sleeping"]
    assert ran.wait(5)
    assert made.wake_sleepers() == []
    assert "tick is late, waking it" in log.getvalue()


def test_stopping_waits_for_the_tick_in_hand(office: Office) -> None:
    begun, may_end, ended = threading.Event(), threading.Event(), []

    def work(_: Services) -> None:
        begun.set()
        may_end.wait(10)
        ended.append(1)

    made = clockwork(office.services, Tick("work", 0.02, work))
    made.start()
    assert begun.wait(5)
    threading.Timer(0.05, may_end.set).start()
    made.stop()
    assert ended == [1]
