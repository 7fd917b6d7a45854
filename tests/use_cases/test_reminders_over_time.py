"""Whatever happens to a follow-up, in any order: while it is open and somebody's, it will be spoken of."""

import threading
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot import followups, handover, neglect, people, pipeline, reminders, response
from bot.errors import DibsError
from bot.people import Profile
from store.database import Database
from store.models import FollowUp, Lead, Reminder, Rep
from store.reminders import SAID
from tests.factories import ALICE, BOB, DANA, Office
from tests.schemas import create_tables
from tests.use_cases.test_followups import NOON

BOB_GONE = Profile(BOB.slack_id, BOB.name, BOB.time_zone, is_active=False)


def first(office: Office) -> int:
    return office.rows(FollowUp)[0].id or 0


def take_back(office: Office) -> None:
    """What the response ladder does when nobody gets in touch."""
    with office.services.unit_of_work() as uow:
        lead = uow.leads.lock(1)
        if lead is not None and lead.owner_id is not None:
            response.offer_to_the_next(office.services, uow, lead, uow.people.rep(lead.owner_id), office.clock.moment)
            uow.commit()


def keeper(office: Office) -> str:
    """Whoever may act on the follow-up: its keeper."""
    return office.get(Rep, office.get(FollowUp, first(office)).rep_id).slack_id


def tick(office: Office) -> None:
    while office.fire_reminders():
        pass
    office.fire_digests()
    office.work_off()
    office.everything_left()


ACTS: dict[str, Callable[[Office], object]] = {
    "an hour passes": lambda office: office.clock.advance(hours=1),
    "a day passes": lambda office: office.clock.advance(days=1),
    "tick": tick,
    "snooze": lambda office: followups.snooze(office.services, keeper(office), first(office), "1h"),
    "not needed": lambda office: followups.not_needed(office.services, keeper(office), first(office)),
    "undo": lambda office: followups.undo(office.services, keeper(office), first(office)),
    "lend to Bob": lambda office: followups.lend(office.services, keeper(office), first(office), BOB),
    "lend to Alice": lambda office: followups.lend(office.services, keeper(office), first(office), ALICE),
    "assign to Bob": lambda office: handover.assign(office.services, DANA.slack_id, 1, BOB),
    "assign to Alice": lambda office: handover.assign(office.services, DANA.slack_id, 1, ALICE),
    "taken back": take_back,
    "Bob takes over": lambda office: neglect.take_over(office.services, BOB.slack_id, first(office)),
    "won": lambda office: pipeline.move_stage(office.services, DANA.slack_id, 1, "won"),
    "reopened": lambda office: pipeline.move_stage(office.services, DANA.slack_id, 1, "contacted"),
    "Alice away": lambda office: people.go_away(office.services, ALICE.slack_id, "in 3 days"),
    "Alice back": lambda office: people.come_back(office.services, ALICE.slack_id),
    "Bob covers": lambda office: people.name_cover(office.services, ALICE.slack_id, BOB),
    "Alice moves": lambda office: people.update_profile(
        office.services, Profile(ALICE.slack_id, ALICE.name, "America/New_York")
    ),
    "Bob leaves": lambda office: people.update_profile(office.services, BOB_GONE),
    "Bob joins": lambda office: people.add_to_team(office.services, DANA.slack_id, "smb", BOB),
    "Bob loses his seat": lambda office: people.remove_from_team(office.services, DANA.slack_id, "smb", BOB),
}


def forgotten(office: Office) -> list[str]:
    """Open follow-ups of somebody's open lead that nobody will hear of any more."""
    last = office.services.playbook.reminders.rules[-1].name
    found = []
    for follow_up in office.rows(FollowUp, status="open"):
        lead = office.get(Lead, follow_up.lead_id)
        its = office.rows(Reminder, follow_up_id=follow_up.id)
        is_spoken_out = any(one.rule == last and one.status in SAID and one.due_at == follow_up.due_at for one in its)
        if lead.owner_id and not lead.closed_at and not is_spoken_out:
            found += [follow_up.what] if not any(one.status == "waiting" for one in its) else []
    return found


@settings(max_examples=40)
@example(["taken back", "a day passes", "tick", "assign to Alice"])  # due while it was nobody's
@example(["lend to Bob", "Bob leaves", "a day passes", "tick"])
@example(["a day passes", "tick", "lend to Bob", "lend to Alice", "assign to Bob"])
@example(["not needed", "taken back", "assign to Alice", "undo", "a day passes", "tick"])
@given(st.lists(st.sampled_from(sorted(ACTS)), min_size=3, max_size=30))
def test_no_follow_up_is_forgotten_whatever_happens(acts: list[str]) -> None:
    with closing(Database("sqlite://")) as database:
        create_tables(database)
        office = Office(database, ALICE, BOB)
        office.follow_up(office.claimed_lead(ALICE), NOON)
        for act in acts:
            with suppress(DibsError):  # some acts are refused, as they should be
                ACTS[act](office)
            assert forgotten(office) == [], act


def test_a_press_and_a_tick_at_the_same_moment_never_fail(office: Office) -> None:
    lead_id = office.claimed_lead(ALICE)
    for minute in range(12):
        office.follow_up(lead_id, NOON + timedelta(minutes=minute))
    office.clock.moment = NOON + timedelta(minutes=30)
    due, errors = reminders.due_reminders(office.services), []
    together = threading.Barrier(2)

    def at_once(work: Callable[[int], object], rows: list[int]) -> None:
        for row in rows:
            together.wait(20)
            try:
                work(row)
            except Exception as error:  # noqa: BLE001 - whatever it is, the person pressing would see it
                errors.append(error)

    tick_thread = threading.Thread(
        target=at_once, args=(lambda row: reminders.fire_reminder(office.services, row), due)
    )
    presses = [row.follow_up_id for reminder_id in due for row in office.rows(Reminder, id=reminder_id)]
    press_thread = threading.Thread(target=at_once, args=(office.done, presses))
    for thread in (tick_thread, press_thread):
        thread.start()
    for thread in (tick_thread, press_thread):
        thread.join(60)
    assert errors == []
    assert {row.status for row in office.rows(FollowUp)} == {"done"}
    assert office.rows(Reminder, status="waiting") == []
