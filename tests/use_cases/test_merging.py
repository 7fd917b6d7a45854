"""Two leads made one, and parted again: everything is back where it was, and nothing later is lost."""

import random
from datetime import timedelta

import pytest

from bot import claims, handover, merging, pipeline, timeline
from bot.errors import DibsError, NotAllowedError
from bot.ledger import verification
from bot.people import Profile
from bot.playbook.matching import Matching
from bot.playbook.playbook import read_playbook
from bot.qualification import forgoing
from store.database import Database
from store.models import Answer, Consent, Duplicate, FollowUp, Lead, Merge, Note, Offer, Reminder, Rep, Team, Touch
from tests.factories import ALICE, BOB, CAROL, DANA, ERIN, PLAYBOOK, Office, everyone_new
from tests.handlers.tables import Rows, rows

# What only grows: what was said and decided, receipts, and the merges themselves.
GROWS = ("outbox", "outbox_lane", "inbox", "merge", "duplicate", "decision", "team", "evaluation", "level_change",
         "offer", "home_tab", "stay", "reached")  # fmt: skip
REPS = (ALICE, BOB)
FIELDS = ("phone", "title", "country", "company")


def pictured(office: Office) -> Rows:
    return rows(office.services.database, but=GROWS)


def lead(office: Office, number: int, *, by: Profile | None = None, **fields: str | None) -> int:
    given = {"email": f"jane{number}@acme{number}.example", "phone": f"+49 30 90182{number}", **fields}
    lead_id = office.lead(**given)
    if by is not None:
        handover.assign(office.services, DANA.slack_id, lead_id, by)
    return lead_id


def a_history(office: Office, chance: random.Random) -> list[int]:
    """Three leads about which all kinds of things happened."""
    leads = [
        lead(office, number, by=chance.choice(REPS), **{
            name: None for name in FIELDS if chance.random() < 0.4 and name != "phone"
        }) for number in range(3)
    ]  # fmt: skip
    for step in range(chance.randint(3, 14)):
        happens(office, chance, chance.choice(leads), step)
        office.clock.advance(minutes=chance.randint(1, 90))
    return leads


def happens(office: Office, chance: random.Random, lead_id: int, step: int) -> None:
    what = chance.choice(("note", "follow up", "done", "touch", "consent", "answer", "remind", "field"))
    if what == "note":
        pipeline.add_note(office.services, DANA.slack_id, lead_id, f"note {step}", key=f"note {step}")
    elif what == "follow up":
        office.follow_up(lead_id, office.clock.now() + timedelta(hours=chance.randint(1, 50)), by=DANA)
    elif what == "done":
        for open_one in office.rows(FollowUp, lead_id=lead_id, status="open")[:1]:
            office.done(open_one.id or 0, by=DANA)
    elif what == "remind":
        office.fire_reminders()
    else:
        with office.services.unit_of_work() as uow:
            found, now = uow.leads.lock(lead_id), office.clock.now()
            assert found is not None
            if what == "touch":
                uow.session.add(Touch(lead_id=lead_id, kind="page_view", detail="pricing", at=now))
            elif what == "consent":
                uow.session.add(Consent(lead_id=lead_id, channel="email", is_given=chance.random() < 0.5, at=now))
            elif what == "answer":
                uow.session.add(Answer(lead_id=lead_id, question="budget", text=f"{step}", at=now))
            else:
                found.fields = {**found.fields, f"field {chance.randint(1, 3)}": step}
                found.title = chance.choice((None, "CTO", "CEO"))
            uow.commit()


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database, ALICE, BOB, CAROL)


def part(office: Office, lead_id: int) -> str:
    return merging.split(office.services, DANA.slack_id, lead_id)


def join(office: Office, one: int, other: int, by: Profile = DANA) -> merging.Joined:
    return merging.by_hand(office.services, by.slack_id, one, other)


# --- exactly


@pytest.mark.parametrize("seed", range(12))
def test_merge_and_split_leave_every_row_as_it_was(office: Office, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    one, other, third = a_history(office, chance)
    before = pictured(office)
    first = join(office, one, other)
    if seed % 3 == 0:  # two that are part of one, parted in either order
        second = join(office, first.kept_id, third)
        gone = [first.gone_id, second.gone_id]
        if second.kept_id == first.kept_id:
            chance.shuffle(gone)
        else:
            gone.reverse()
        for lead_id in gone:
            part(office, lead_id)
    else:
        part(office, first.gone_id)
    after = pictured(office)
    for table in before:
        assert after[table] == before[table], table


@pytest.mark.sqlite_alone
def test_a_chain_is_parted_from_its_end(office: Office) -> None:
    a, b, c = (lead(office, number, by=ALICE) for number in range(3))
    pipeline.add_note(office.services, ALICE.slack_id, c, "of c", key="c")
    before = pictured(office)
    assert join(office, b, c).kept_id == b
    assert join(office, a, b).kept_id == a
    assert [row.lead_id for row in office.rows(Note)] == [a]
    with pytest.raises(DibsError, match=f"Part those first: /lead split #{b}"):
        part(office, c)
    part(office, b)
    part(office, c)
    assert pictured(office)["note"] == before["note"]
    assert pictured(office)["lead"] == before["lead"]


def test_two_who_part_two_of_one_lead_at_once_leave_it_as_it_was(database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has one writer at a time")
    goes_stale = everyone_new().model_copy(update={"stages": read_playbook(PLAYBOOK).stages})
    office = Office(database, ALICE, playbook=goes_stale)
    first, second, third = lead(office, 0, by=ALICE), lead(office, 1), lead(office, 2)
    before = office.get(Lead, first).stale_at
    for gone in (second, third):  # each lets the days until it goes stale begin anew
        office.clock.advance(hours=1)
        assert join(office, first, gone).kept_id == first
    with office.services.unit_of_work() as uow:
        later = uow.merges.standing(third)
        assert later is not None
        part(office, second)  # while the other waits for the leads, having looked up what is to be parted
        uow.imports.lock_leads([first, third])
        merging.part(uow, uow.merges.take_back([later], by=None, now=office.clock.now()))
        uow.commit()
    assert office.get(Lead, first).stale_at == before is not None


def test_what_was_changed_after_the_merge_stays(office: Office) -> None:
    kept, gone = lead(office, 1, by=ALICE, title=None), lead(office, 2, by=BOB, title="CTO", country="FR")
    join(office, kept, gone)
    assert office.get(Lead, kept).title == "CTO"
    with office.services.unit_of_work() as uow:
        found = uow.leads.lock(kept)
        assert found is not None
        found.title = "CEO"
        uow.commit()
    pipeline.add_note(office.services, ALICE.slack_id, kept, "later", key="later")
    part(office, gone)
    assert office.get(Lead, kept).title == "CEO"
    assert [row.lead_id for row in office.rows(Note)] == [kept]


def test_what_was_done_after_the_merge_stays_done(office: Office) -> None:
    kept, gone = lead(office, 1, by=ALICE), lead(office, 2, by=BOB)
    follow_up = office.follow_up(gone, office.clock.now() + timedelta(hours=3), by=BOB)
    join(office, kept, gone)
    office.done(follow_up)
    part(office, gone)
    row = office.get(FollowUp, follow_up)
    assert (row.lead_id, row.status, row.rep_id) == (gone, "done", 3)


# --- who keeps what


def test_the_lead_that_was_claimed_first_is_kept_and_the_other_owner_is_told(office: Office) -> None:
    later, earlier = lead(office, 1), lead(office, 2, by=BOB)
    office.clock.advance(hours=1)
    handover.assign(office.services, DANA.slack_id, later, ALICE)
    assert join(office, later, earlier).kept_id == earlier
    assert office.owner(earlier) == "Bob"
    told = [row.payload["text"] for row in office.waiting("message") if row.payload["slack_id"] == ALICE.slack_id]
    assert "Bob had it first" in told[-1]


def test_a_lead_in_somebodys_hands_is_kept_before_one_that_is_nobodys(office: Office) -> None:
    nobodys, bobs = lead(office, 1), lead(office, 2, by=BOB)
    assert join(office, nobodys, bobs).kept_id == bobs


def test_the_offer_of_the_gone_one_is_withdrawn_and_its_ladder_stops(office: Office) -> None:
    bobs, offered = lead(office, 1, by=BOB), lead(office, 2)
    join(office, bobs, offered)
    assert not office.rows(Offer, lead_id=offered, status="open")
    gone = office.get(Lead, offered)
    assert (gone.response_due_at, gone.held_since, gone.is_open_to_all) == (None, None, False)


def test_split_deals_what_is_nobodys_again(office: Office) -> None:
    bobs, offered = lead(office, 1, by=BOB), lead(office, 2)
    join(office, bobs, offered)
    part(office, offered)
    assert office.offered_to(offered) is not None or office.get(Lead, offered).is_open_to_all


def test_split_leaves_what_was_put_aside_alone(office: Office) -> None:
    bobs, later = lead(office, 1, by=BOB), lead(office, 2)
    until = office.clock.now() + timedelta(days=30)
    forgoing.put_aside(office.services, DANA.slack_id, later, until, "no budget before")
    join(office, bobs, later)
    part(office, later)
    assert office.get(Lead, later).forgone_until == until
    assert office.offered_to(later) is None
    assert not office.get(Lead, later).is_open_to_all


@pytest.mark.sqlite_alone
def test_a_promise_moves_to_the_kept_leads_owner_with_its_reminder(office: Office) -> None:
    kept, gone = lead(office, 1, by=ALICE), lead(office, 2, by=BOB)
    follow_up = office.follow_up(gone, office.clock.now() + timedelta(hours=3), by=BOB)
    join(office, kept, gone)
    row = office.get(FollowUp, follow_up)
    assert (row.lead_id, row.rep_id, row.status) == (kept, 2, "open")
    office.clock.advance(hours=3, minutes=1)
    office.fire_reminders()
    assert [one.said_to for one in office.reminders(follow_up) if one.status == "fired"] == [ALICE.slack_id]


def test_the_kept_lead_knows_what_either_knew(office: Office) -> None:
    kept = lead(office, 1, by=ALICE, country=None)
    gone = lead(office, 2, by=BOB, country="FR", title="CTO")
    join(office, kept, gone)
    found = office.get(Lead, kept)
    assert (found.country, found.title, found.email) == ("FR", "CTO", "jane1@acme1.example")
    assert found.person_block is not None


def test_no_to_e_mail_outlives_a_merge(office: Office) -> None:
    kept, gone = lead(office, 1, by=ALICE), lead(office, 2, by=BOB)
    with office.services.unit_of_work() as uow:
        uow.session.add(Consent(lead_id=gone, channel="email", is_given=False, at=office.clock.now()))
        uow.commit()
    join(office, kept, gone)
    assert office.get(Lead, kept).consent is False


def test_who_works_on_neither_may_not_join_them(office: Office) -> None:
    one, other = lead(office, 1, by=ALICE), lead(office, 2, by=ALICE)
    with pytest.raises(NotAllowedError, match="belongs to Alice"):
        join(office, one, other, by=BOB)


def test_a_lead_that_is_part_of_another_cannot_be_joined_again(office: Office) -> None:
    one, other, third = (lead(office, number, by=ALICE) for number in range(3))
    gone = join(office, one, other).gone_id
    with pytest.raises(DibsError, match="is the same person as"):
        join(office, third, gone)


def test_parted_people_are_not_asked_about_again(office: Office) -> None:
    one, other = lead(office, 1, by=ALICE), lead(office, 2, by=ALICE)
    gone = join(office, one, other).gone_id
    part(office, gone)
    assert [row.status for row in office.rows(Duplicate)] == ["different"]


@pytest.mark.sqlite_alone
def test_the_card_of_the_gone_one_says_where_it_is(office: Office) -> None:
    kept, gone = lead(office, 1, by=ALICE), lead(office, 2, by=BOB)
    office.everything_left()
    join(office, kept, gone)
    card = next(row for row in office.waiting("card") if row.payload["lead_id"] == gone)
    assert "is the same person as #1 Jane Doe" in str(office.render(card))
    assert "duplicate.split" in str(office.render(card))


# --- of two teams, which do not see each other's leads


def apart(office: Office) -> tuple[int, int]:
    """Jane of Alice's, whom she promised to call, and Joan, whom Erin has in another team; both have a card."""
    office.seat(ERIN, "enterprise")
    joan = lead(office, 1, name="Joan Secret", company="Hidden GmbH")
    in_hands_of(office, joan, ERIN, "enterprise")
    jane = lead(office, 2)
    handover.assign(office.services, DANA.slack_id, jane, ALICE)
    office.follow_up(jane, office.clock.now() + timedelta(minutes=30), by=ALICE)
    office.clock.advance(minutes=31)
    office.fire_reminders()
    office.everything_left()
    return joan, jane


def in_hands_of(office: Office, lead_id: int, who: Profile, team: str) -> None:
    with office.services.unit_of_work() as uow:
        found, rep = uow.leads.lock(lead_id), office.rows(Rep, slack_id=who.slack_id)[0]
        assert found is not None
        claims.withdraw_offer(uow, found, office.clock.now())
        found.team_id, found.owner_id = office.rows(Team, name=team)[0].id or 0, rep.id
        found.claimed_at = office.clock.now()
        uow.commit()


def said_in(office: Office, kind: str, **payload: object) -> str:
    """All that waits to be said there, as it would be said now."""
    rows = [row for row in office.waiting(kind) if payload.items() <= row.payload.items()]
    assert rows
    return " ".join(str(office.render(row)) for row in rows)


def knows_nothing_of(said: str, *secrets: str) -> bool:
    return not [secret for secret in secrets if secret in said]


@pytest.mark.sqlite_alone
def test_a_lead_joined_with_another_teams_tells_its_team_nothing_of_that(office: Office) -> None:
    joan, jane = apart(office)
    assert join(office, jane, joan).kept_id == joan
    for said in (said_in(office, "card", lead_id=jane), said_in(office, "message", slack_id=ALICE.slack_id)):
        assert f"a lead of another team (#{joan})" in said
        assert knows_nothing_of(said, "Joan", "Secret", "Hidden", "Erin", "duplicate.split")
    here = said_in(office, "thread", lead_id=joan)
    assert f"joined a lead of another team (#{jane}) with this lead" in here
    assert knows_nothing_of(here, "Jane", "Acme", "Alice")


@pytest.mark.sqlite_alone
def test_a_reminder_that_was_said_names_no_lead_of_another_team(office: Office) -> None:
    joan, jane = apart(office)
    join(office, jane, joan)
    said = said_in(office, "dm")
    assert "Somebody else looks after it now" in said
    assert knows_nothing_of(said, "Joan", "Secret", "Hidden", "Erin")


@pytest.mark.sqlite_alone
def test_whoever_asks_for_the_gone_one_hears_only_that_it_is_elsewhere(office: Office) -> None:
    joan, jane = apart(office)
    join(office, jane, joan)
    for ask in (lambda: pipeline.add_note(office.services, ALICE.slack_id, jane, "hello", key="n"),
                lambda: timeline.page(office.services, ALICE.slack_id, jane)):  # fmt: skip
        with pytest.raises(DibsError, match=rf"is the same person as a lead of another team \(#{joan}\) now"):
            ask()
    assert timeline.page(office.services, DANA.slack_id, jane).lead.id == joan


def test_parting_leads_of_two_teams_shows_neither_the_other(office: Office) -> None:
    joan, jane = apart(office)
    join(office, jane, joan)
    office.everything_left()
    said = merging.split(office.services, ERIN.slack_id, jane, channel="C1", ts="1.0")
    assert said.startswith(f"#{joan} Joan Secret, Hidden GmbH and a lead of another team (#{jane}) are two leads again")
    for kind, lead_id, secrets in (
        ("thread", joan, ("Jane", "Acme")), ("edit", joan, ("Jane", "Acme")), ("thread", jane, ("Joan", "Hidden")),
    ):  # fmt: skip
        where = {"lead_id": lead_id} if kind == "thread" else {"channel": "C1"}
        assert "a lead of another team" in said_in(office, kind, **where)
        assert knows_nothing_of(said_in(office, kind, **where), *secrets)


# --- what must not change


def test_the_ledger_still_verifies_after_merges_splits_and_returns(database: Database) -> None:
    office = Office(database, ALICE, BOB, playbook=everyone_new().model_copy(update={"matching": Matching()}))
    first = office.lead()
    office.lead()  # seen again, while it is on offer
    other = lead(office, 2)
    joined = join(office, first, other)
    part(office, joined.gone_id)
    part(office, office.rows(Merge)[0].gone_id)
    lead(office, 3)
    said: list[str] = []
    assert verification.report(office.services, said.append, seals=[]), said


def test_reminders_that_nobody_heard_are_gone_after_a_split(office: Office) -> None:
    kept, gone = lead(office, 1, by=ALICE), lead(office, 2, by=BOB)
    follow_up = office.follow_up(gone, office.clock.now() + timedelta(hours=3), by=BOB)
    before = [row.model_dump() for row in office.rows(Reminder, follow_up_id=follow_up)]
    join(office, kept, gone)
    part(office, gone)
    assert [row.model_dump() for row in office.rows(Reminder, follow_up_id=follow_up)] == before


@pytest.mark.sqlite_alone
def test_the_owner_of_a_closed_lead_hears_that_it_is_part_of_one_that_nobody_owns_yet(office: Office) -> None:
    closed = office.claimed_lead(ALICE)
    pipeline.move_stage(office.services, ALICE.slack_id, closed, "lost", {"lost.reason": "price"})
    new = office.lead()
    merging.by_hand(office.services, DANA.slack_id, closed, new)
    [told] = [row for row in office.waiting("message") if row.lane == f"user:{ALICE.slack_id}"]
    assert "Nobody owns that one yet." in told.payload["text"]
