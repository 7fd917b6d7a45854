"""Follow-ups that set themselves: by a claim, a stage, silence; one at a time, and closed by what makes them idle."""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import claims, handover, next_steps, people, pipeline
from bot.errors import DibsError
from bot.intake import inbox, tracking
from bot.playbook.matching import Matching
from bot.playbook.playbook import FollowUps, Playbook, Response, Routing, read_playbook
from bot.services import Services
from handlers.clock import climb_ladders
from store.database import Database
from store.models import FollowUp, InboxRow, Lead, Reminder, Rep
from tests.factories import ALICE, BOB, CAROL, DANA, PLAYBOOK, TUESDAY, WHY, Office


def shipped(*, ladder: bool = True, **follow_ups: object) -> Playbook:
    """The shipped playbook, but tests use one Jane Doe, and no stage asks for anything."""
    playbook = read_playbook(PLAYBOOK)
    free = tuple(stage.model_copy(update={"needs": ()}) for stage in playbook.stages)
    playbook = playbook.model_copy(update={
        "routing": Routing(existing_owner=False), "matching": Matching(merges=False, asks=False), "stages": free,
    })  # fmt: skip
    teams = playbook.teams if ladder else tuple(
        team.model_copy(update={"response": Response()}) for team in playbook.teams
    )  # fmt: skip
    changed = playbook.follow_ups.model_copy(update=follow_ups)
    return playbook.model_copy(update={"teams": teams, "follow_ups": changed})


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database, ALICE, BOB, CAROL, playbook=shipped())


def without_ladder(database: Database) -> Office:
    return Office(database, ALICE, BOB, CAROL, playbook=shipped(ladder=False))


def planned(office: Office, lead_id: int = 1) -> list[tuple[str, str]]:
    """The origin of each open follow-up and what it says."""
    rows = office.rows(FollowUp, lead_id=lead_id, status="open")
    return sorted((row.origin, row.what) for row in rows)


def only(office: Office, **equal: object) -> FollowUp:
    [row] = office.rows(FollowUp, **equal)
    return row


def note(office: Office, lead_id: int = 1) -> None:
    pipeline.add_note(office.services, ALICE.slack_id, lead_id, "Spoke to her", key=f"{office.clock.now()}")


def move(office: Office, stage: str, lead_id: int = 1, *, by: str = ALICE.slack_id) -> None:
    pipeline.move_stage(office.services, by, lead_id, stage, WHY)


def tick(office: Office) -> int:
    due = next_steps.due_stale(office.services)
    for lead_id in due:
        next_steps.went_stale(office.services, lead_id)
    return len(due)


def waiting_reminders(office: Office, follow_up: FollowUp) -> list[Reminder]:
    return office.rows(Reminder, follow_up_id=follow_up.id, status="waiting")


# --- by claim


def test_a_claim_sets_the_first_contact_an_hour_on_in_the_owners_hours(office: Office) -> None:
    office.claimed_lead()
    row = only(office)
    assert (row.origin, row.kind, row.what, row.due_at) == (
        "claim", "call", "First contact", TUESDAY + timedelta(hours=1)
    )  # fmt: skip
    assert office.get(Rep, row.rep_id).name == "Alice"


def test_an_hour_before_the_evening_it_is_due_in_the_morning(office: Office) -> None:
    office.clock.set("2026-11-24T17:30+01:00")
    office.claimed_lead()
    assert only(office).due_at.isoformat() == "2026-11-25T08:30:00+00:00"  # 9:30 in Berlin


def test_what_the_response_times_remind_of_is_not_reminded_of_twice(office: Office) -> None:
    office.claimed_lead()
    assert waiting_reminders(office, only(office)) == []


def test_without_response_times_it_is_reminded_of_like_any_other(database: Database) -> None:
    office = without_ladder(database)
    office.claimed_lead()
    [reminder] = waiting_reminders(office, only(office))
    assert reminder.due_at == only(office).due_at


@pytest.mark.sqlite_alone
def test_it_stands_on_the_card(office: Office) -> None:
    office.claimed_lead()
    office.everything_left()
    with office.services.unit_of_work() as uow:
        lead = uow.leads.get(1)
        assert lead is not None
        assert uow.followups.next_by_lead({1})[1].what == "First contact"


@pytest.mark.parametrize("contact", ["note", "reply", "stage"])
def test_the_first_contact_closes_it(database: Database, contact: str) -> None:
    office = without_ladder(database)
    office.claimed_lead()
    office.everything_left()
    first = only(office)
    if contact == "note":
        note(office)
    elif contact == "stage":
        move(office, "contacted")
    else:
        lead = office.get(Lead, 1)
        body = {"channel": lead.card_channel, "thread_ts": lead.card_ts, "user": ALICE.slack_id, "text": "Hello"}
        inbox.receive_event(office.services, key="Ev1", kind=inbox.THREAD_REPLY, body=body)
        office.work_off()
        assert office.rows(InboxRow, kind=inbox.THREAD_REPLY)[0].status == "done"
    assert office.get(FollowUp, first.id or 0).status == "done"
    assert waiting_reminders(office, first) == []


def test_a_colleagues_note_is_no_first_contact(office: Office) -> None:
    office.claimed_lead()
    pipeline.add_note(office.services, BOB.slack_id, 1, "Saw her once", key="bob")
    assert planned(office) == [("claim", "First contact")]


def test_a_new_owner_has_their_own_hour(database: Database) -> None:
    office = without_ladder(database)
    office.claimed_lead()
    office.clock.advance(minutes=30)
    handover.assign(office.services, DANA.slack_id, 1, BOB)
    old, new = office.rows(FollowUp)
    assert (old.status, new.status, new.origin) == ("cancelled", "open", "claim")
    assert (office.get(Rep, new.rep_id).name, new.due_at) == ("Bob", TUESDAY + timedelta(minutes=90))
    assert waiting_reminders(office, old) == []


def test_an_owner_who_gets_a_contacted_lead_has_the_stages_next_step(office: Office) -> None:
    office.claimed_lead()
    move(office, "contacted")
    claims.release(office.services, ALICE.slack_id, 1)
    assert planned(office) == []
    claims.claim(office.services, BOB.slack_id, 1)
    assert planned(office) == [("stage", "Next step in contacted")]


def test_a_playbook_that_asks_for_no_first_contact_sets_none(database: Database) -> None:
    office = Office(database, ALICE, playbook=shipped(first_contact=None))
    office.claimed_lead()
    assert planned(office) == []


@pytest.mark.sqlite_alone
def test_a_rep_who_has_planned_something_is_left_alone(office: Office) -> None:
    office.claimed_lead()
    claims.release(office.services, ALICE.slack_id, 1)
    claims.claim(office.services, BOB.slack_id, 1)
    note_by_bob = office.follow_up(1, TUESDAY + timedelta(days=1), by=BOB)
    handover.assign(office.services, DANA.slack_id, 1, ALICE)
    assert [row.id for row in office.rows(FollowUp, status="open")] == [note_by_bob]


# --- by stage


def test_a_stage_sets_its_next_step_so_many_working_days_on(office: Office) -> None:
    office.claimed_lead()
    move(office, "contacted")
    row = only(office, status="open")
    assert (row.origin, row.kind, row.what) == ("stage", "task", "Next step in contacted")
    assert row.due_at.isoformat() == "2026-11-27T08:00:00+00:00"  # Friday, 9:00 in Berlin
    assert len(waiting_reminders(office, row)) == 1


def test_the_next_stage_replaces_it(office: Office) -> None:
    office.claimed_lead()
    move(office, "contacted")
    earlier = only(office, status="open")
    office.clock.advance(hours=1)
    move(office, "proposal")
    assert planned(office) == [("stage", "Next step in proposal")]
    assert office.get(FollowUp, earlier.id or 0).status == "cancelled"
    assert waiting_reminders(office, earlier) == []


@pytest.mark.sqlite_alone
def test_what_a_rep_has_set_counts_more_than_the_cadence(office: Office) -> None:
    office.claimed_lead()
    note(office)
    office.follow_up(1, TUESDAY + timedelta(days=9))
    move(office, "contacted")
    assert [origin for origin, _ in planned(office)] == ["rep"]


def test_a_closed_lead_has_no_next_step(office: Office) -> None:
    office.claimed_lead()
    move(office, "contacted")
    move(office, "won")
    assert planned(office) == []
    assert office.get(Lead, 1).stale_at is None


def test_a_lead_that_is_opened_again_has_one(office: Office) -> None:
    office.claimed_lead()
    move(office, "lost")
    move(office, "new")
    assert planned(office) == [("claim", "First contact")]
    move(office, "lost")
    move(office, "contacted")
    assert [origin for origin, _ in planned(office)] == ["stage"]


def test_done_without_a_next_step_goes_on_with_the_cadence(office: Office) -> None:
    office.claimed_lead()
    move(office, "contacted")
    office.clock.set("2026-11-27T09:30+01:00")
    office.done(only(office, status="open").id or 0, went="reached", by_stage=True)
    assert only(office, status="open").due_at.isoformat() == "2026-12-02T08:00:00+00:00"


@pytest.mark.sqlite_alone
def test_a_stage_of_a_lead_that_nobody_owns_sets_nothing(office: Office) -> None:
    office.lead()
    move(office, "contacted", by=DANA.slack_id)
    assert planned(office) == []
    assert office.get(Lead, 1).stale_at is None


# --- by silence


def test_a_lead_about_which_nothing_happens_asks_for_a_word(office: Office) -> None:
    office.claimed_lead()
    move(office, "contacted")
    next_step = only(office, status="open")
    with office.services.unit_of_work() as uow:
        uow.followups.close(next_step.id or 0, "cancelled", now=office.clock.now())
        uow.commit()
    office.clock.advance(days=7, seconds=-1)
    assert tick(office) == 0
    office.clock.advance(seconds=1)
    assert tick(office) == 1
    row = only(office, status="open")
    assert (row.origin, row.kind, row.what, row.due_at) == (
        "silence", "message", "No word for 7 days", office.clock.now()
    )  # fmt: skip
    assert len(waiting_reminders(office, row)) == 1
    assert tick(office) == 0
    with office.services.reading() as uow:
        assert [promise.lead.id for promise in next_steps.going_stale(uow, row.rep_id)] == [1]
        assert next_steps.going_stale(uow, row.rep_id + 1) == []


@pytest.mark.sqlite_alone
def test_a_lead_with_something_planned_is_not_stale(office: Office) -> None:
    office.claimed_lead()
    office.follow_up(1, TUESDAY + timedelta(days=30))
    office.clock.advance(days=20)
    assert tick(office) == 1
    assert "silence" not in dict(planned(office))
    assert tick(office) == 0


def silent(office: Office) -> FollowUp:
    """Alice's lead after three silent days in stage new."""
    office.claimed_lead()
    with office.services.unit_of_work() as uow:
        for row in uow.next_steps.open_of_lead(1):
            uow.followups.close(row.id or 0, "cancelled", now=office.clock.now())
        uow.commit()
    office.clock.advance(days=3)
    tick(office)
    return only(office, origin="silence")


@pytest.mark.sqlite_alone
@pytest.mark.parametrize("word", ["note", "stage", "claim"])
def test_a_word_ends_the_silence(office: Office, word: str) -> None:
    silence = silent(office)
    if word == "note":
        note(office)
    elif word == "stage":
        move(office, "contacted")
    else:
        handover.assign(office.services, DANA.slack_id, 1, BOB)
    assert office.get(FollowUp, silence.id or 0).status in ("done", "cancelled")
    assert waiting_reminders(office, silence) == []
    days = 7 if word == "stage" else 3
    assert office.get(Lead, 1).stale_at == office.clock.now() + timedelta(days=days)


def test_every_activity_begins_the_days_anew(office: Office) -> None:
    office.claimed_lead()
    for act in (note, lambda office: move(office, "contacted"), lambda office: move(office, "qualified")):
        office.clock.advance(hours=5)
        act(office)
        stage = office.services.playbook.stage(office.get(Lead, 1).stage)
        assert stage is not None
        assert office.get(Lead, 1).stale_at == office.clock.now() + timedelta(days=stage.stale_days or 0)


@pytest.mark.sqlite_alone
def test_a_lead_given_back_does_not_go_stale(office: Office) -> None:
    office.claimed_lead()
    claims.release(office.services, ALICE.slack_id, 1)
    assert office.get(Lead, 1).stale_at is None


def test_a_lead_that_lost_its_owner_meanwhile_only_stops_counting(office: Office) -> None:
    office.claimed_lead()
    with office.services.unit_of_work() as uow:
        lead = uow.leads.lock(1)
        assert lead is not None
        lead.owner_id = None
        uow.commit()
    office.clock.advance(days=30)
    before = len(office.rows(FollowUp))
    assert tick(office) == 1
    assert len(office.rows(FollowUp)) == before
    assert office.get(Lead, 1).stale_at is None


@pytest.mark.sqlite_alone
def test_a_lead_taken_from_an_idle_owner_does_not_go_stale(office: Office) -> None:
    office.claimed_lead()
    for moment in ("11:00", "12:30"), ("18:00", "18:01"):
        for at in moment:
            office.clock.set(f"2026-11-24T{at}+01:00")
            climb_ladders(office.services)
    office.clock.set("2026-11-25T10:00+01:00")
    climb_ladders(office.services)
    assert office.get(Lead, 1).owner_id is None
    assert office.get(Lead, 1).stale_at is None


def test_two_replicas_that_see_the_same_silence_set_one_follow_up(database: Database) -> None:
    office = Office(database, ALICE, playbook=shipped(first_contact=None))
    for _ in range(10):
        office.claimed_lead()
    office.clock.advance(days=3)
    due = next_steps.due_stale(office.services)
    assert len(due) == 10
    barrier = threading.Barrier(2)

    def work() -> None:
        replica = Services(database, office.services.playbook, office.clock.now)
        barrier.wait()
        for lead_id in due:
            next_steps.went_stale(replica, lead_id)

    replicas = [threading.Thread(target=work) for _ in range(2)]
    for replica in replicas:
        replica.start()
    for replica in replicas:
        replica.join()
    assert sorted(row.lead_id for row in office.rows(FollowUp, origin="silence")) == sorted(due)
    assert len(office.rows(Reminder)) == 10


def test_the_database_takes_one_of_an_origin_at_a_time(office: Office) -> None:
    office.claimed_lead()
    with office.services.unit_of_work() as uow:
        lead = uow.leads.lock(1)
        assert lead is not None
        next_steps.plan_first_contact(office.services, uow, lead, office.clock.now())
        uow.commit()
    assert planned(office) == [("claim", "First contact")]


# --- leads without a next step


def test_open_leads_of_a_rep_for_which_nothing_is_planned_are_listed(database: Database) -> None:
    office = Office(database, ALICE, BOB, playbook=shipped(first_contact=None))
    bare, planned_for, closed, bobs = (office.lead() for _ in range(4))
    for lead_id in (bare, planned_for, closed):
        claims.claim(office.services, ALICE.slack_id if office.offered_to(lead_id) != "Bob" else DANA.slack_id, lead_id)
        handover.assign(office.services, DANA.slack_id, lead_id, ALICE)
    handover.assign(office.services, DANA.slack_id, bobs, BOB)
    office.follow_up(planned_for, TUESDAY + timedelta(days=1))
    move(office, "lost", closed)
    alice = office.rows(Rep, slack_id=ALICE.slack_id)[0].id or 0
    with office.services.reading() as uow:
        assert [lead.id for lead in next_steps.without_next_step(uow, alice)] == [bare]
        assert next_steps.without_next_step(uow, alice, limit=0) == []


@pytest.mark.sqlite_alone
def test_what_a_rep_plans_themselves_takes_the_cadences_place(office: Office) -> None:
    office.claimed_lead()
    move(office, "contacted")
    with office.services.unit_of_work() as uow:
        lead = uow.leads.lock(1)
        assert lead is not None
        next_steps.planned_by_hand(uow, lead, office.clock.now())
        uow.commit()
    assert planned(office) == []


# --- which lead a message is about


def test_a_card_and_what_is_under_it_lead_to_the_lead(office: Office) -> None:
    office.claimed_lead()
    office.everything_left()
    lead = office.get(Lead, 1)
    at = (lead.card_channel or "", ("nowhere", lead.card_ts or ""))
    found = next_steps.lead_at(office.services, ALICE.slack_id, *at)
    assert found is not None
    assert found.id == 1
    assert next_steps.lead_at(office.services, ALICE.slack_id, "C0OTHER", at[1]) is None


@pytest.mark.sqlite_alone
def test_a_reminder_leads_to_its_lead(office: Office) -> None:
    office.claimed_lead()
    office.follow_up(1, TUESDAY + timedelta(hours=1))
    office.clock.advance(hours=1)
    office.fire_reminders()
    office.everything_left()
    [reminder] = office.rows(Reminder, status="fired")
    found = next_steps.lead_at(office.services, ALICE.slack_id, reminder.channel or "", (reminder.ts or "",))
    assert found is not None
    assert found.id == 1


# --- whatever happens

ACTS: dict[str, Callable[[Office, int], object]] = {
    "alice": lambda office, lead_id: handover.assign(office.services, DANA.slack_id, lead_id, ALICE),
    "bob": lambda office, lead_id: handover.assign(office.services, DANA.slack_id, lead_id, BOB),
    "release": lambda office, lead_id: claims.release(office.services, DANA.slack_id, lead_id),
    "note": lambda office, lead_id: pipeline.add_note(
        office.services, DANA.slack_id, lead_id, "Spoke to her", key=uuid4().hex
    ),
    **{
        stage: partial(lambda stage, office, lead_id: move(office, stage, lead_id, by=DANA.slack_id), stage)
        for stage in ("new", "contacted", "proposal", "won", "lost")
    },
    "follow up": lambda office, lead_id: office.follow_up(lead_id, office.clock.now() + timedelta(days=2), by=DANA),
    "done": lambda office, lead_id: [
        office.done(row.id or 0, by=DANA, went="reached", by_stage=True)
        for row in office.rows(FollowUp, lead_id=lead_id, status="open")[:1]
    ],
    "touch": lambda office, lead_id: tracking.take_touch(
        office.services, {"lead": lead_id, "kind": "page_view", "detail": "pricing"}, key=uuid4().hex
    ),
    "a week": lambda office, _: (office.clock.advance(days=7), tick(office)),
    "an hour": lambda office, _: (office.clock.advance(hours=1), office.fire_reminders()),
}  # fmt: skip


@settings(max_examples=20, suppress_health_check=list(HealthCheck))
@given(acts=st.lists(st.sampled_from(sorted(ACTS)), max_size=14))
def test_whatever_is_done_in_whatever_order_what_is_planned_is_somebodys_and_once(
    office: Office, acts: list[str]
) -> None:
    lead_id = office.lead()
    for act in acts:
        with suppress(DibsError):
            ACTS[act](office, lead_id)
        lead, rows = office.get(Lead, lead_id), office.rows(FollowUp, lead_id=lead_id, status="open")
        by_themselves = [row.origin for row in rows if row.origin != "rep"]
        assert len(by_themselves) == len(set(by_themselves))
        if lead.owner_id is None or lead.closed_at is not None:
            assert lead.stale_at is None
            assert lead.closed_at is None or rows == []
        else:
            assert {row.rep_id for row in rows} <= {lead.owner_id}
            stage = office.services.playbook.stage(lead.stage)
            assert stage is not None
            assert lead.stale_at or rows or stage.stale_days is None, "somebody will ask for the next step"


@pytest.mark.sqlite_alone
def test_leads_come_and_go_with_people_and_keep_one_follow_up_of_an_origin(office: Office) -> None:
    for _ in range(4):
        handover.assign(office.services, DANA.slack_id, office.lead(), ALICE)
    people.go_away(office.services, ALICE.slack_id, "friday")
    for lead_id in (1, 2, 3, 4):
        handover.assign(office.services, DANA.slack_id, lead_id, BOB)
        move(office, "contacted", lead_id, by=BOB.slack_id)
        handover.assign(office.services, DANA.slack_id, lead_id, CAROL)
    for lead_id in (1, 2, 3, 4):
        assert planned(office, lead_id) == [("stage", "Next step in contacted")]
        carol = office.rows(Rep, slack_id=CAROL.slack_id)[0].id
        assert only(office, lead_id=lead_id, status="open").rep_id == carol


@pytest.mark.sqlite_alone
def test_the_playbook_may_ask_for_nothing_at_all(database: Database) -> None:
    quiet = shipped().model_copy(update={"follow_ups": FollowUps(first_contact=None, hot_touches=())})
    office = Office(database, ALICE, playbook=quiet)
    office.claimed_lead()
    assert office.rows(FollowUp) == []
