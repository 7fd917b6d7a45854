"""What managers decide about teams and seats from Slack, and what everyone in a team may look at."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import select

from bot import claims, people, standings, teams
from bot.errors import DibsError, InvalidInputError, NotAllowedError, NotFoundError
from bot.people import Profile
from bot.rules.rotation import UNIT
from bot.views.teams import RepLine, TeamPage
from store.models import Decision, Lead, Membership, OutboxLane, Rep, Team
from tests.factories import ALICE, BOB, CAROL, DANA, ERIN, Office


def rep(office: Office, who: Profile) -> Rep:
    return office.rows(Rep, slack_id=who.slack_id)[0]


def page(office: Office, team: str = "smb", *, by: Profile = DANA) -> TeamPage:
    return standings.pages(office.services, by.slack_id, team)[0]


def line(office: Office, who: Profile) -> RepLine:
    return next(found for found in page(office).reps if found.name == who.name)


def told(office: Office) -> list[tuple[str, str]]:
    return [(row.payload["slack_id"], row.payload["text"]) for row in office.waiting("message")]


def kinds(office: Office) -> list[str]:
    """The lines of the ledger that are not decisions, since the founding seats."""
    return [row.kind for row in office.rows(Decision) if not row.rule and row.kind != "joined"]


# Pausing, weighing, capping.


def test_a_paused_rep_gets_no_leads_until_resumed_and_is_told(office: Office) -> None:
    assert teams.pause(office.services, DANA.slack_id, "smb", ALICE) == (
        "Alice is paused in team smb. /team resume smb @Alice ends it."
    )
    assert {office.offered_to(office.lead()) for _ in range(3)} == {"Bob"}
    assert teams.resume(office.services, DANA.slack_id, "smb", ALICE) == "Alice gets turns again in team smb."
    assert {office.offered_to(office.lead()) for _ in range(2)} == {"Alice", "Bob"}
    assert kinds(office) == ["paused", "resumed"]
    assert told(office) == [
        (ALICE.slack_id, "Dana paused you in team smb: you get none of its leads until a manager resumes it."),
        (ALICE.slack_id, "Dana resumed you in team smb: you get turns again."),
    ]


def test_what_is_so_already_is_said_and_written_down_nowhere(office: Office) -> None:
    before = office.snapshot()
    assert "is not paused" in teams.resume(office.services, DANA.slack_id, "smb", ALICE)
    assert "is not set aside" in teams.bring_back(office.services, DANA.slack_id, "smb", ALICE)
    assert "has weight 1 in team smb already" in teams.weigh(office.services, DANA.slack_id, "smb", ALICE, "1")
    assert office.snapshot() == before
    teams.pause(office.services, DANA.slack_id, "smb", ALICE)
    before = office.snapshot()
    assert "is paused in team smb already" in teams.pause(office.services, DANA.slack_id, "smb", ALICE)
    assert office.snapshot() == before


def test_a_weight_of_two_brings_twice_the_leads(office: Office) -> None:
    assert teams.weigh(office.services, DANA.slack_id, "smb", ALICE, "2") == (
        "Alice has weight 2 in team smb from now on."
    )
    assert sorted(office.offered_to(office.lead()) or "" for _ in range(6)) == ["Alice"] * 4 + ["Bob"] * 2
    assert kinds(office) == ["weighed"]
    assert told(office) == [(ALICE.slack_id, "Dana gave you weight 2 in team smb.")]


@pytest.mark.sqlite_alone
@pytest.mark.parametrize("weight", ["", "0", "101", "-1", "1.5", "two", "٢", "1" * 50])
def test_a_weight_that_is_none_is_refused(office: Office, weight: str) -> None:
    with pytest.raises(InvalidInputError, match="whole number from 1 to 100"):
        teams.weigh(office.services, DANA.slack_id, "smb", ALICE, weight)


@pytest.mark.sqlite_alone
def test_a_cap_of_their_own_stops_a_rep_and_can_be_taken_away(office: Office) -> None:
    said = teams.cap(office.services, DANA.slack_id, "smb", ALICE, which="day", limit="1")
    assert said == "Alice has day cap 1 in team smb."
    assert [office.offered_to(office.lead()) for _ in range(3)] == ["Alice", "Bob", "Bob"]
    assert line(office, ALICE).obstacle == {"is": "cap", "span": "day", "limit": 1, "has": 1}
    assert "has no day cap" in teams.cap(office.services, DANA.slack_id, "smb", ALICE, which="day", limit="none")
    assert [row.caps for row in office.rows(Membership) if row.caps] == [{"day": 0}]
    assert line(office, ALICE).obstacle is None
    teams.cap(office.services, DANA.slack_id, "smb", ALICE, which="day", limit="usual")
    assert not [row.caps for row in office.rows(Membership) if row.caps]
    assert told(office)[0] == (ALICE.slack_id, "Dana changed your limit in team smb: day 1.")


def test_each_cap_stands_beside_the_others(office: Office) -> None:
    for which in teams.CAPS:
        teams.cap(office.services, DANA.slack_id, "smb", ALICE, which=which, limit="3")
    assert line(office, ALICE).caps == dict.fromkeys(teams.CAPS, 3)


@pytest.mark.sqlite_alone
@pytest.mark.parametrize(("which", "limit"), [("month", "5"), ("", "5"), ("day", ""), ("day", "0"), ("day", "x")])
def test_a_cap_that_is_none_is_refused(office: Office, which: str, limit: str) -> None:
    with pytest.raises(InvalidInputError):
        teams.cap(office.services, DANA.slack_id, "smb", ALICE, which=which, limit=limit)


@pytest.mark.sqlite_alone
def test_a_manager_ends_a_set_aside(office: Office) -> None:
    for _ in range(6):
        office.lead()
    office.clock.advance(minutes=15)
    office.lapse_offers()
    assert line(office, ALICE).obstacle == {"is": "set aside"}
    assert teams.bring_back(office.services, DANA.slack_id, "smb", ALICE) == "Alice gets turns again in team smb."
    assert line(office, ALICE).obstacle is None
    assert kinds(office)[-1] == "came back"


@pytest.mark.sqlite_alone
def test_a_manager_who_sells_is_told_nothing_of_what_they_did_themselves(office: Office) -> None:
    office.seat(DANA)
    teams.pause(office.services, DANA.slack_id, "smb", DANA)
    assert told(office) == []


# Skills, hours, holidays.


@pytest.mark.sqlite_alone
def test_skills_are_kept_in_one_spelling_and_unused_ones_are_pointed_out(office: Office) -> None:
    said = teams.set_skills(office.services, DANA.slack_id, ALICE, " German, Public Sector ,GERMAN,")
    assert rep(office, ALICE).skills == ["german", "public sector"]
    assert said == "Alice has: german, public sector. No route asks for german, public sector."
    assert teams.set_skills(office.services, DANA.slack_id, ALICE, "none") == "Alice has: no skills."


@pytest.mark.parametrize("words", ["", " , ", "x" * 41, ",".join(f"s{n}" for n in range(21))])
def test_skills_that_are_none_or_too_many_are_refused(office: Office, words: str) -> None:
    with pytest.raises(InvalidInputError):
        teams.set_skills(office.services, DANA.slack_id, ALICE, words)


def test_hours_of_their_own_keep_leads_away_outside_them(office: Office) -> None:
    said = teams.set_hours(office.services, DANA.slack_id, ALICE, "mon-fri 13:00-17:00")
    assert said == "Alice works mon-fri 13:00-17:00, Europe/Berlin time."
    assert {office.offered_to(office.lead()) for _ in range(2)} == {"Bob"}
    assert line(office, ALICE).hours == "13:00-17:00 on mon tue wed thu fri Europe/Berlin"
    assert teams.set_hours(office.services, DANA.slack_id, ALICE, "usual") == (
        "Alice works the usual hours, Europe/Berlin time."
    )
    assert office.offered_to(office.lead()) == "Alice"


def test_holidays_where_the_rep_is_are_kept(office: Office) -> None:
    office.clock.set("2026-11-26T15:00+00:00")  # Thanksgiving
    assert "Carol" in {office.offered_to(office.lead()) for _ in range(3)}
    assert teams.set_holidays(office.services, DANA.slack_id, CAROL, "us-ny") == "Carol has the holidays of US-NY."
    assert line(office, CAROL).obstacle == {"is": "holiday", "name": "Thanksgiving Day"}
    assert "usual holidays" in teams.set_holidays(office.services, DANA.slack_id, CAROL, "usual")
    with pytest.raises(InvalidInputError, match="I know no holiday calendar “XX”"):
        teams.set_holidays(office.services, DANA.slack_id, CAROL, "XX")


# Mode and channel.


def test_a_mode_chosen_from_slack_holds_until_it_is_taken_back(office: Office) -> None:
    assert teams.set_mode(office.services, DANA.slack_id, "smb", "auto") == "Team smb deals new leads in mode auto."
    assert office.owner(office.lead()) == "Alice"
    assert (page(office).mode, page(office).is_chosen) == ("auto", ("mode",))
    assert teams.set_mode(office.services, DANA.slack_id, "smb", "least-busy") == (
        "Team smb deals new leads in mode least busy."
    )
    assert "offer, as the playbook says" in teams.set_mode(office.services, DANA.slack_id, "smb", "usual")
    assert office.owner(office.lead()) is None
    with pytest.raises(InvalidInputError, match="The modes are offer, auto, open, least busy, sticky"):
        teams.set_mode(office.services, DANA.slack_id, "smb", "chaos")


@pytest.mark.sqlite_alone
def test_a_channel_chosen_from_slack_gets_the_new_cards(office: Office) -> None:
    teams.set_channel(office.services, DANA.slack_id, "smb", "C0OTHER")
    office.lead()
    [card] = office.waiting("card")
    assert getattr(office.render(card), "channel", None) == "C0OTHER"
    teams.set_channel(office.services, DANA.slack_id, "smb", None)
    assert getattr(office.render(card), "channel", None) == "C0LEADSSMB"
    teams.set_channel(office.services, DANA.slack_id, "smb", "C0LEADSSMB")
    assert office.rows(Team, name="smb")[0].chosen_channel_id is None


def test_cards_that_the_old_channel_refused_leave_for_the_new_one_at_once(office: Office) -> None:
    office.lead()
    with office.services.unit_of_work() as uow:
        for lane in uow.session.exec(select(OutboxLane).where(OutboxLane.lane == "team:1")):
            lane.parked, lane.next_at = "is_archived", office.clock.now() + timedelta(hours=1)
        uow.commit()
    teams.set_channel(office.services, DANA.slack_id, "smb", "C0OTHER")
    assert [lane.next_at for lane in office.rows(OutboxLane, lane="team:1")] == [office.clock.now()]


# Who may.

CHANGES: dict[str, Callable[[Office, str], str]] = {
    "pause": lambda office, who: teams.pause(office.services, who, "smb", BOB),
    "resume": lambda office, who: teams.resume(office.services, who, "smb", BOB),
    "back": lambda office, who: teams.bring_back(office.services, who, "smb", BOB),
    "weigh": lambda office, who: teams.weigh(office.services, who, "smb", BOB, "2"),
    "cap": lambda office, who: teams.cap(office.services, who, "smb", BOB, which="day", limit="1"),
    "skills": lambda office, who: teams.set_skills(office.services, who, BOB, "german"),
    "hours": lambda office, who: teams.set_hours(office.services, who, BOB, "mon-fri 9-17"),
    "holidays": lambda office, who: teams.set_holidays(office.services, who, BOB, "DE"),
    "mode": lambda office, who: teams.set_mode(office.services, who, "smb", "auto"),
    "channel": lambda office, who: teams.set_channel(office.services, who, "smb", "C0OTHER"),
}


@pytest.mark.sqlite_alone
@pytest.mark.parametrize("change", CHANGES)
def test_only_managers_change_anything(office: Office, change: str) -> None:
    before = office.rows(Rep), office.rows(Membership), office.rows(Team), office.snapshot()
    for who in (BOB, ERIN):
        with pytest.raises(NotAllowedError):
            CHANGES[change](office, who.slack_id)
    assert (office.rows(Rep), office.rows(Membership), office.rows(Team), office.snapshot()) == before


@pytest.mark.sqlite_alone
@pytest.mark.parametrize("change", [teams.pause, teams.resume, teams.bring_back])
def test_somebody_without_a_seat_is_named_with_the_command_that_gives_one(
    office: Office, change: Callable[..., str]
) -> None:
    with pytest.raises(NotFoundError, match=r"Erin is not in team smb\. First: /team add smb @Erin"):
        change(office.services, DANA.slack_id, "smb", ERIN)
    with pytest.raises(NotFoundError, match="There is no team “sales”"):
        change(office.services, DANA.slack_id, "sales", ALICE)
    with pytest.raises(DibsError, match="First: /team add"):
        teams.set_skills(office.services, DANA.slack_id, ERIN, "german")


# Looking.


def test_the_page_says_in_what_state_everyone_is(office: Office) -> None:
    people.go_away(office.services, BOB.slack_id, "monday")
    states = {found.name: (found.obstacle or {}).get("is") for found in page(office).reps}
    assert states == {"Alice": None, "Bob": "away", "Carol": "hours"}


def test_the_page_counts_what_each_had_beside_their_share(office: Office) -> None:
    for _ in range(3):
        office.lead()
    alice, bob = line(office, ALICE), line(office, BOB)
    assert (alice.leads, bob.leads) == (2, 1)
    assert (alice.target, alice.balance) == (3 * UNIT // 2, -UNIT // 2)
    assert (bob.target, bob.balance) == (3 * UNIT // 2, UNIT // 2)
    assert line(office, CAROL).leads == 0
    assert (page(office).offers, page(office).next_up) == (3, "Bob")


def test_lapses_passes_and_leads_to_be_made_good_are_counted(office: Office) -> None:
    claims.pass_lead(office.services, ALICE.slack_id, office.lead(), "bad data")
    office.clock.advance(minutes=15)
    office.lapse_offers()
    assert (line(office, ALICE).passes, line(office, ALICE).owed, line(office, BOB).lapses) == (1, 1, 1)


@pytest.mark.sqlite_alone
def test_whoever_comes_back_to_a_team_is_counted_from_then_on(office: Office) -> None:
    office.lead()
    people.remove_from_team(office.services, DANA.slack_id, "smb", ALICE)
    office.clock.advance(minutes=1)
    people.add_to_team(office.services, DANA.slack_id, "smb", ALICE)
    assert (line(office, ALICE).leads, line(office, ALICE).target) == (0, 0)


@pytest.mark.sqlite_alone
def test_looking_moves_nothing_on(office: Office) -> None:
    before, rotation = office.snapshot(), office.rows(Team, name="smb")[0].rotation
    for _ in range(3):
        assert page(office).next_up == "Alice"
    assert (office.snapshot(), office.rows(Team, name="smb")[0].rotation) == (before, rotation)


@pytest.mark.sqlite_alone
def test_without_a_name_a_rep_sees_their_own_teams_and_a_manager_all(office: Office) -> None:
    assert [found.name for found in standings.pages(office.services, ALICE.slack_id)] == ["smb"]
    assert [found.name for found in standings.pages(office.services, DANA.slack_id)] == ["enterprise", "smb"]
    assert page(office, "enterprise", by=ALICE).reps == ()
    with pytest.raises(NotAllowedError):
        standings.pages(office.services, ERIN.slack_id)


@pytest.mark.parametrize("name", ["", "smb", "enterprise"])
def test_whoever_lost_every_seat_looks_at_teams_no_more_than_a_stranger(office: Office, name: str) -> None:
    people.remove_from_team(office.services, DANA.slack_id, "smb", ALICE)
    with pytest.raises(NotAllowedError, match="You are not in a sales team yet"):
        standings.pages(office.services, ALICE.slack_id, name)


def test_what_is_held_is_listed_in_the_order_of_dealing_with_why(office: Office) -> None:
    office.clock.set("2026-11-28T12:00+01:00")
    cold, hot = office.lead(), office.lead(fields={"score": 90})
    queue = standings.queue(office.services, ALICE.slack_id, "smb")
    assert [waiting.lead.id for waiting in queue] == [hot, cold]
    assert queue[0].why.startswith("Nobody is free: Alice is outside working hours")
    assert page(office).held == 2
    assert page(office).next_up == ""


def test_offers_in_flight_are_listed_with_their_end(office: Office) -> None:
    first = office.lead()
    found, zone = standings.offers(office.services, BOB.slack_id)
    assert [(one.lead.id, one.team, one.rep) for one in found] == [(first, "smb", "Alice")]
    assert (found[0].until - office.clock.now()).total_seconds() == 15 * 60
    assert zone == "Europe/London"


@pytest.mark.sqlite_alone
@pytest.mark.parametrize("look", [standings.queue, standings.offers])
def test_leads_are_named_only_to_their_own_team_and_to_managers(office: Office, look: Callable[..., object]) -> None:
    office.seat(ERIN, "enterprise")
    office.lead(name="Wilma Hidden")
    assert office.rows(Lead)
    with pytest.raises(NotAllowedError, match="Only the team itself and managers see what waits there"):
        look(office.services, ERIN.slack_id, "smb")
    assert "Wilma" not in str(look(office.services, ERIN.slack_id))
    look(office.services, DANA.slack_id, "smb")
