"""How a lead is dealt: modes, skills, owners, caps, holding, passing with a reason, being set aside."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select, update

from bot import claims, distribution, people
from bot.errors import InvalidInputError
from bot.importing import drafts as imports
from bot.importing import work as import_work
from bot.ledger import verification
from bot.outbox import SlackCall
from bot.playbook.playbook import Playbook, parse_playbook
from store.database import Database
from store.models import Decision, Lead, Membership, Offer, Rep, Team
from tests.factories import ALICE, BOB, DANA, ERIN, Office

WINDOW = 15
STAGES = """
stages = [{ name = "new" }, { name = "won", kind = "won" }, { name = "lost", kind = "lost" }]
"""


def playbook(*, team: str = "", routes: str = "", more: str = "", existing_owner: bool = False) -> Playbook:
    """One team "smb" with these settings, these routes, and one that takes the rest."""
    text = f"""{STAGES}
{more}
[routing]
existing_owner = {str(existing_owner).lower()}
[[teams]]
name = "smb"
channel = "#leads-smb"
{team}
{routes}
[[routes]]
name = "all other leads"
team = "smb"
"""
    return parse_playbook(text, "the test's playbook")


@pytest.fixture
def open_office(database: Database) -> Any:
    return lambda *reps, **settings: Office(database, *(reps or (ALICE, BOB)), playbook=playbook(**settings))


def rule(settings: str, condition: str) -> str:
    return f'[[routes]]\nname = "special"\nteam = "smb"\n{settings}\nwhen = [{{ {condition} }}]'


def kinds(office: Office) -> list[str]:
    return [line.kind for line in office.rows(Decision) if line.rule]


def change(office: Office, rep_name: str, **values: Any) -> None:
    with office.services.unit_of_work() as uow:
        rep = next(rep for rep in uow.people.reps(set(range(20))).values() if rep.name == rep_name)
        for name, value in values.items():
            setattr(rep, name, value)
        uow.commit()


# --- modes


def test_in_mode_auto_the_next_in_turn_owns_the_lead_at_once(open_office: Any) -> None:
    office = open_office(team='mode = "auto"')
    leads = [office.lead() for _ in range(4)]
    assert [office.owner(lead_id) for lead_id in leads] == ["Alice", "Bob", "Alice", "Bob"]
    assert {offer.status for offer in office.rows(Offer)} == {"claimed"}


def test_in_mode_open_the_first_to_claim_gets_it_and_no_manager_is_told(open_office: Any) -> None:
    office = open_office(team='mode = "open"')
    lead_id = office.lead()
    assert office.why(lead_id) == "This team's leads are for whoever is first."
    office.clock.advance(hours=1)
    assert distribution.tell_managers(office.services) == 0
    claims.claim(office.services, BOB.slack_id, lead_id)
    assert office.owner(lead_id) == "Bob"


def test_in_mode_least_busy_whoever_has_least_to_do_is_asked(open_office: Any) -> None:
    office = open_office(team='mode = "least busy"')
    for _ in range(2):
        claims.claim(office.services, DANA.slack_id, lead_id := office.lead())
        with office.services.unit_of_work() as uow:
            uow.leads.get(lead_id).owner_id = 2
            uow.commit()
    lead_id = office.lead()
    assert (office.offered_to(lead_id), office.why(lead_id)) == ("Bob", "Bob has least to do.")


def test_a_rule_may_name_another_mode_than_its_team(open_office: Any) -> None:
    office = open_office(routes=rule('mode = "auto"', 'field = "score", at_least = 80'))
    assert office.owner(office.lead(fields={"score": 90})) == "Alice"
    assert office.owner(office.lead(fields={"score": 10})) is None


# --- skills


def test_a_lead_goes_only_to_reps_with_the_skills_its_rule_asks_for(open_office: Any) -> None:
    german = (
        '[[routes]]\nname = "german"\nteam = "smb"\nlanguages = ["de"]\nwhen = [{ field = "country", is = ["DE"] }]'
    )
    office = open_office(routes=german)
    change(office, "Bob", skills=["de"])
    leads = [office.lead() for _ in range(2)]
    assert [office.offered_to(lead_id) for lead_id in leads] == ["Bob", "Bob"]
    assert office.why(leads[0]) == "It is Bob's turn (Alice does not have de)."
    assert office.offered_to(office.lead(country="FR")) == "Alice"


def test_a_lead_that_nobody_is_skilled_for_is_open_to_all_rather_than_held_for_ever(open_office: Any) -> None:
    office = open_office(
        routes='[[routes]]\nname = "x"\nteam = "smb"\nskills = ["x"]\nwhen = [{ field = "score", at_least = 1 }]'
    )
    lead = office.get(Lead, office.lead(fields={"score": 5}))
    assert (lead.is_open_to_all, lead.held_since) == (True, None)


# --- who owns the account already


def test_the_accounts_owner_gets_its_next_lead_and_nobodys_turn_is_spent(open_office: Any) -> None:
    office = open_office(existing_owner=True)
    office.claimed_lead(ALICE)
    second = office.lead(name="John", email="john@acme.example")
    assert office.owner(second) == "Alice"
    assert office.why(second) == "Alice looks after this account already."
    assert office.offered_to(office.lead(company="Other", email="x@other.example", phone=None)) == "Bob"


@pytest.mark.parametrize("has_cover", [True, False])
def test_while_the_accounts_owner_is_away_it_stays_theirs_only_if_somebody_covers(
    open_office: Any, has_cover: bool
) -> None:
    office = open_office(existing_owner=True)
    office.claimed_lead(ALICE)
    people.go_away(office.services, ALICE.slack_id, "monday")
    if has_cover:
        bob = next(rep for rep in office.rows(Rep) if rep.name == "Bob")
        change(office, "Alice", cover_id=bob.id)
    second = office.lead(name="John")
    assert (office.owner(second), office.offered_to(second)) == (("Alice", None) if has_cover else (None, "Bob"))


def test_the_accounts_of_someone_who_left_go_round_again(open_office: Any) -> None:
    office = open_office(existing_owner=True)
    office.claimed_lead(ALICE)
    change(office, "Alice", is_active=False)
    assert office.offered_to(office.lead()) == "Bob"


def test_a_free_mail_address_is_no_account(open_office: Any) -> None:
    office = open_office(existing_owner=True)
    office.claimed_lead(ALICE, email="jane@gmail.com", company=None, phone=None)
    assert office.offered_to(office.lead(email="john@gmail.com", company=None, phone=None)) == "Bob"


def test_in_mode_sticky_the_accounts_owner_comes_first_even_if_accounts_do_not_elsewhere(open_office: Any) -> None:
    office = open_office(team='mode = "sticky"')
    office.claimed_lead(ALICE)
    assert office.owner(office.lead()) == "Alice"
    assert office.offered_to(office.lead(company="Other", email="x@other.example", phone=None)) == "Bob"


# --- caps and the hold queue


def test_a_rep_at_their_cap_is_passed_over_and_the_card_says_so(open_office: Any) -> None:
    office = open_office(team="caps = { day = 1 }")
    first, second, third = office.lead(), office.lead(), office.lead()
    assert [office.offered_to(lead) for lead in (first, second, third)] == ["Alice", "Bob", None]
    assert office.get(Lead, third).held_since is not None
    assert office.why(third) == (
        "Nobody is free: Bob is at the cap of 1 lead a day; Alice is at the cap of 1 lead a day."
    )


def test_a_pass_does_not_count_towards_the_cap(open_office: Any) -> None:
    office = open_office(team="caps = { day = 1 }")
    claims.pass_lead(office.services, ALICE.slack_id, office.lead())
    assert office.offered_to(office.lead()) == "Alice"


def test_a_reps_own_cap_goes_before_the_teams(open_office: Any) -> None:
    office = open_office(team="caps = { day = 1 }")
    with office.services.unit_of_work() as uow:
        for membership in uow.session.exec(select(Membership)):
            membership.caps = {"day": 0} if membership.rep_id == 2 else {}
        uow.commit()
    assert [office.offered_to(office.lead()) for _ in range(3)] == ["Alice", "Bob", "Alice"]


def test_held_leads_are_dealt_hottest_and_oldest_first_as_people_come_on(open_office: Any) -> None:
    office = open_office()
    office.clock.set("2026-11-24T03:00+00:00")
    cold = office.lead()
    office.clock.advance(minutes=30)
    hot, warm = office.lead(fields={"score": 90}), office.lead(fields={"score": 4})
    assert office.drain() == 0, "nobody has come yet"
    office.clock.set("2026-11-24T08:30+00:00")  # Alice in Berlin is at work, Bob in London is not
    assert office.drain() == 1
    dealt = [line.lead_id for line in office.rows(Decision) if line.kind == "turn"]
    assert dealt == [hot, cold, warm], "four points of score are 24 minutes of waiting, less than half an hour"
    assert all(office.get(Lead, lead_id).held_since is None for lead_id in dealt)
    assert office.lines()[0] == "Somebody is free now. Alice, it is yours to claim until Tue 24 Nov 2026, 08:45 UTC."


def test_holding_a_lead_is_decided_once_however_often_the_clock_knocks(open_office: Any) -> None:
    office = open_office()
    office.clock.set("2026-11-24T03:00+00:00")
    office.lead()
    for _ in range(3):
        distribution.drain(office.services, 1)
    assert kinds(office) == ["held"]


def test_a_held_lead_can_be_claimed_by_hand(open_office: Any) -> None:
    office = open_office()
    office.clock.set("2026-11-24T03:00+00:00")
    lead_id = office.lead()
    claims.claim(office.services, BOB.slack_id, lead_id)
    office.clock.set("2026-11-24T09:30+00:00")
    assert (office.drain(), office.owner(lead_id)) == (0, "Bob")


# --- passing


@pytest.mark.parametrize(("reason", "next_kind"), [("bad data", "owed"), ("too busy", "turn"), ("", "turn")])
def test_a_pass_that_is_the_leads_fault_gives_the_turn_back(office: Office, reason: str, next_kind: str) -> None:
    claims.pass_lead(office.services, ALICE.slack_id, office.lead(), reason)
    office.lead()
    assert office.rows(Decision)[-1].kind == next_kind


def test_the_thread_says_why_a_lead_was_passed(office: Office) -> None:
    claims.pass_lead(office.services, ALICE.slack_id, office.lead(), "Bad Data")
    assert office.lines()[0].startswith("Alice passed (bad data). Bob, it is yours")


def test_a_reason_the_playbook_does_not_know_changes_nothing(office: Office) -> None:
    lead_id = office.lead()
    with pytest.raises(InvalidInputError, match="I know not my territory, bad data"):
        claims.pass_lead(office.services, ALICE.slack_id, lead_id, "mondays")
    assert office.offered_to(lead_id) == "Alice"


def test_a_lead_that_two_reps_call_bad_goes_to_a_manager_and_not_round_for_ever(open_office: Any) -> None:
    office = open_office(ALICE, BOB, ERIN)
    change(office, "Erin", time_zone="Europe/Berlin")
    lead_id = office.lead()
    claims.pass_lead(office.services, ALICE.slack_id, lead_id, "bad data")
    claims.pass_lead(office.services, BOB.slack_id, lead_id, "duplicate")
    assert office.offered_to(lead_id) is None, "Erin is not asked"
    assert kinds(office)[-1] == "rejected"
    assert "a manager decides" in office.lines()[-1]
    assert distribution.tell_managers(office.services) == 1


# --- being set aside


def let_lapse(office: Office, times: int) -> None:
    for _ in range(times):
        office.lead()
        office.clock.advance(minutes=WINDOW)
        office.lapse_offers()
        with office.services.unit_of_work() as uow:  # what went on to others is not this test's matter
            for lead in uow.leads.of_teams(None):
                uow.offers.close_for(lead.id or 0, "withdrawn", now=office.clock.now())
            uow.commit()


def test_whoever_lets_three_offers_lapse_is_set_aside_told_and_back_with_one_press(database: Database) -> None:
    office = Office(database, ALICE)
    let_lapse(office, 2)
    assert office.lines("message") == []
    let_lapse(office, 1)
    assert office.lines("message")[0].startswith("3 times in a row offers of team smb ran out without an answer")
    assert office.offered_to(office.lead()) is None
    assert people.come_back(office.services, ALICE.slack_id) == "Welcome back. You get turns again in smb."
    assert office.drain() == 1


def test_an_answer_in_between_forgets_the_lapses(database: Database) -> None:
    office = Office(database, ALICE)
    let_lapse(office, 2)
    claims.pass_lead(office.services, ALICE.slack_id, office.lead())
    let_lapse(office, 2)
    assert office.offered_to(office.lead()) == "Alice"


def test_an_offer_that_runs_out_after_the_working_day_is_not_held_against_the_rep(database: Database) -> None:
    office = Office(database, ALICE)
    for day in (24, 25, 26):
        office.clock.set(f"2026-11-{day}T17:55+01:00")
        office.lead()
        office.clock.advance(minutes=WINDOW)
        office.lapse_offers()
    assert office.rows(Membership)[0].lapses == 0


def bring_in(office: Office, leads: int, *, starts: int = 0) -> None:
    rows = "".join(f"Ann Lee {number},ann@lake{number}.example\n" for number in range(starts, starts + leads))
    import_id = imports.draft(office.services, DANA.slack_id, "fair.csv", f"Name,Email\n{rows}".encode(), channel="C0")
    imports.look(office.services, DANA.slack_id, import_id)
    imports.choose(office.services, DANA.slack_id, import_id, {"mode": "offer"})
    imports.start(office.services, DANA.slack_id, import_id)
    while due := import_work.due(office.services):
        import_work.advance(office.services, due[0])


def a_silence(office: Office) -> int:
    """All that is offered runs out, and what waits goes round again; returns how many lapses count now."""
    while office.drain():
        office.clock.advance(seconds=1)
    office.clock.advance(minutes=WINDOW)
    office.lapse_offers()
    with office.services.unit_of_work() as uow:
        for lead in uow.leads.of_teams(None):
            lead.is_open_to_all, lead.held_since = False, office.clock.now()
        uow.session.execute(update(Offer).where(col(Offer.status) == "lapsed").values(status="withdrawn"))
        uow.commit()
    return office.rows(Membership)[0].lapses


def test_offers_of_one_file_that_run_out_together_count_once(database: Database) -> None:
    office = Office(database, ALICE)
    bring_in(office, 5)
    bring_in(office, 2, starts=5)
    assert a_silence(office) == 2, "two files"
    assert office.lines("message") == []
    assert a_silence(office) == 4
    assert office.rows(Membership)[0].set_aside_at is not None
    said: list[str] = []
    assert verification.report(office.services, said.append, seals=[]), said


def test_offers_of_a_file_made_while_others_of_it_ran_count_with_them(database: Database) -> None:
    office = Office(database, ALICE)
    bring_in(office, 2)
    second = office.rows(Lead)[1].id or 0
    hold(office, second, None)
    office.drain()
    office.clock.advance(minutes=WINDOW - 1)
    hold(office, second, office.clock.now())
    office.drain()
    for minutes in (1, WINDOW):
        office.clock.advance(minutes=minutes)
        office.lapse_offers()
    assert len(office.rows(Offer, status="lapsed")) == 2
    assert office.rows(Membership)[0].lapses == 1


def hold(office: Office, lead_id: int, since: datetime | None) -> None:
    with office.services.unit_of_work() as uow:
        lead = uow.leads.lock(lead_id)
        assert lead is not None
        lead.held_since = since
        uow.commit()


# --- follow-ups move with the lead


def test_a_promise_that_was_left_open_becomes_the_next_owners(office: Office) -> None:
    lead_id = office.claimed_lead(ALICE)
    promise = office.follow_up(lead_id, office.clock.now() + timedelta(days=1))
    with office.services.unit_of_work() as uow:
        uow.leads.give_back(lead_id, uow.leads.get(lead_id).owner_id)  # type: ignore[union-attr, arg-type]
        uow.commit()
    claims.claim(office.services, BOB.slack_id, lead_id)
    office.clock.advance(days=1)
    assert office.fire_reminders() == 1
    [row] = [row for row in office.waiting("reminder") if row.lane == f"user:{BOB.slack_id}"]
    assert [one.id for one in office.reminders(promise) if one.status == "fired"] == [row.payload["reminder_id"]]


def test_the_leads_of_a_team_that_the_playbook_forgot_still_go_round(database: Database) -> None:
    before = Office(database, ALICE, BOB)
    lead_id = before.lead()
    renamed = playbook().model_copy(update={"teams": (playbook().teams[0].model_copy(update={"name": "other"}),)})
    after = Office(database, playbook=renamed)
    claims.pass_lead(after.services, ALICE.slack_id, lead_id)
    assert after.offered_to(lead_id) == "Bob"


# --- nights and clocks that are not like others; absences


def test_a_clock_set_back_an_hour_changes_nobodys_turn(office: Office) -> None:
    office.clock.advance(hours=2)
    first = [office.offered_to(office.lead()) for _ in range(2)]
    office.clock.advance(hours=-1)
    assert [*first, *(office.offered_to(office.lead()) for _ in range(2))] == ["Alice", "Bob", "Alice", "Bob"]


@pytest.mark.parametrize(
    ("now", "offered"),
    [
        ("2026-03-27T07:59+00:00", None),  # Friday 8:59 in Berlin, before the clocks change
        ("2026-03-27T08:00+00:00", "Alice"),
        ("2026-03-30T06:59+00:00", None),  # Monday after: 9:00 in Berlin comes an hour earlier
        ("2026-03-30T07:00+00:00", "Alice"),
        ("2026-10-26T07:59+00:00", None),
        ("2026-10-26T08:00+00:00", "Alice"),
        ("2028-02-29T09:00+00:00", "Alice"),
        ("2026-12-25T10:00+00:00", None),  # Christmas in Germany
    ],
)
def test_the_reps_own_morning_decides_through_clock_changes_leap_days_and_holidays(
    database: Database, now: str, offered: str | None
) -> None:
    office = Office(database, ALICE, playbook=playbook(more='[hours]\nholidays = "DE"\n'))
    office.clock.set(now)
    assert office.offered_to(office.lead()) == offered


def test_a_rep_who_moved_is_asked_in_the_morning_of_the_new_place(database: Database) -> None:
    office = Office(database, ALICE)
    change(office, "Alice", time_zone="Asia/Tokyo")
    lead_id = office.lead()
    assert office.offered_to(lead_id) is None, "half past six in the evening there"
    office.clock.set("2026-11-25T00:00+00:00")
    office.drain()
    assert office.offered_to(lead_id) == "Alice"


def test_what_a_rep_missed_on_holiday_is_made_up_as_far_as_the_team_says(open_office: Any) -> None:
    office = open_office(team='absence = "capped"\nmake_up = 2\nmode = "auto"')
    people.go_away(office.services, ALICE.slack_id, "monday")
    for _ in range(8):
        office.lead()
    people.come_back(office.services, ALICE.slack_id)
    back = [office.owner(office.lead()) for _ in range(8)]
    assert kinds(office)[8:] == ["owed", "turn", "owed", "turn", "turn", "turn", "turn", "turn"]
    assert back.count("Alice") == 2 + 3


def test_leads_that_wait_for_a_certain_person_do_not_keep_the_others_waiting(open_office: Any) -> None:
    office = open_office(routes=rule('skills = ["rare"]', 'field = "score", at_least = 50'))
    change(office, "Bob", skills=["rare"], away_until=office.clock.now() + timedelta(days=30))
    rare = [office.lead(fields={"score": 90}) for _ in range(3)]
    office.clock.set("2026-11-25T03:00+00:00")
    usual = office.lead()
    office.clock.set("2026-11-25T09:30+00:00")
    assert office.drain() == 1
    assert office.offered_to(usual) == "Alice"
    assert all(office.get(Lead, lead_id).held_since for lead_id in rare)
    assert office.drain() == 0


def test_a_mode_that_a_manager_chose_counts_for_owners_too(open_office: Any) -> None:
    office = open_office()
    with office.services.unit_of_work() as uow:
        uow.people.team(1).mode = "sticky"
        uow.commit()
    office.claimed_lead(ALICE)
    assert office.owner(office.lead()) == "Alice"


def test_the_card_of_a_lead_that_was_assigned_says_given_and_why(open_office: Any) -> None:
    office = open_office(team='mode = "auto"')
    office.lead()
    said = office.render(office.waiting("card")[0])
    assert isinstance(said, SlackCall)
    assert "Given to Alice. It is Alice's turn." in said.arguments["text"]


# --- turns are given back only for what cost one


def owed(office: Office, rep_id: int) -> int:
    places = office.rows(Team)[0].rotation["places"]
    return next(int(place["owed"]) for place in places if place["rep_id"] == rep_id)


@pytest.mark.parametrize("mode", ["open", "least busy", "offer"])
def test_a_lead_that_cost_no_turn_gives_none_back_however_often_it_is_released(open_office: Any, mode: str) -> None:
    office = open_office(team=f'mode = "{mode}"', more="[claims]\nrejects_before_manager = 9\n")
    lead_id = office.lead()
    for rep in (ALICE, BOB) if mode != "open" else ():
        if office.offered_to(lead_id) == rep.name:
            claims.pass_lead(office.services, rep.slack_id, lead_id)
    for rep in (BOB, ALICE) if mode != "open" else ():
        if office.offered_to(lead_id) == rep.name:
            claims.pass_lead(office.services, rep.slack_id, lead_id)
    for _ in range(3):
        claims.claim(office.services, ALICE.slack_id, lead_id)
        claims.release(office.services, ALICE.slack_id, lead_id, "bad data")
    assert owed(office, 2) <= (1 if mode == "offer" else 0), "at most the one turn that the lead cost"


def test_a_turn_is_given_back_once(office: Office) -> None:
    lead_id = office.lead()
    claims.claim(office.services, ALICE.slack_id, lead_id)
    claims.release(office.services, ALICE.slack_id, lead_id, "bad data")
    assert owed(office, 2) == 1
    claims.claim(office.services, BOB.slack_id, lead_id)
    claims.release(office.services, BOB.slack_id, lead_id)
    claims.claim(office.services, ALICE.slack_id, lead_id)
    claims.release(office.services, ALICE.slack_id, lead_id, "bad data")
    assert owed(office, 2) == 1


def test_whoever_releases_for_the_owner_gets_neither_the_turn_nor_the_lead(open_office: Any) -> None:
    office = open_office()
    lead_id = office.claimed_lead(ALICE)
    office.everything_left()
    claims.release(office.services, DANA.slack_id, lead_id, "bad data")
    assert (owed(office, 2), office.offered_to(lead_id)) == (1, "Bob")
    assert office.lines("message") == [
        "Dana gave #1 Jane Doe, Acme back for you (bad data). It goes to the next in turn."
    ]


def test_one_rep_who_calls_a_lead_wrong_twice_is_one_rep(open_office: Any) -> None:
    office = open_office(team='mode = "open"')
    lead_id = office.lead()
    for _ in range(2):
        claims.claim(office.services, ALICE.slack_id, lead_id)
        claims.release(office.services, ALICE.slack_id, lead_id, "bad data")
    assert kinds(office)[-1] == "open"
    claims.claim(office.services, BOB.slack_id, lead_id)
    claims.release(office.services, BOB.slack_id, lead_id, "bad data")
    assert kinds(office)[-1] == "rejected"
    assert distribution.tell_managers(office.services) == 1, "though open leads are no news"


@pytest.mark.parametrize("state", ["is_paused", "set_aside_at"])
def test_an_owner_who_takes_no_leads_now_is_not_given_the_accounts_next(open_office: Any, state: str) -> None:
    office = open_office(existing_owner=True)
    office.claimed_lead(ALICE)
    with office.services.unit_of_work() as uow:
        seat = uow.people.membership(1, 2)
        setattr(seat, state, True if state == "is_paused" else office.clock.now())
        uow.commit()
    assert office.offered_to(office.lead()) == "Bob"


def test_managers_hear_once_in_a_while_however_many_leads_wait(open_office: Any) -> None:
    office = open_office()
    for rep in ("Alice", "Bob"):
        change(office, rep, away_until=office.clock.now() + timedelta(days=9))
    for _ in range(60):
        office.lead()
        office.clock.advance(minutes=1)
        distribution.tell_managers(office.services)
    assert len(office.lines("message")) <= 4


def test_in_a_mode_that_a_manager_chose_loads_are_counted(open_office: Any) -> None:
    office = open_office()
    with office.services.unit_of_work() as uow:
        uow.people.team(1).mode = "least busy"
        uow.commit()
    for _ in range(2):
        lead_id = office.lead()
        assert office.why(lead_id).endswith("has least to do.")
    assert [office.offered_to(lead.id or 0) for lead in office.rows(Lead)] == ["Alice", "Bob"]
