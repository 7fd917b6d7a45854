"""Teams, reps and managers: seats, absences, and what Slack tells about people."""

from datetime import datetime, timedelta

import pytest

from bot import claims, people
from bot.errors import InvalidInputError, NotAllowedError, NotFoundError
from bot.people import Profile
from bot.pipeline import move_stage
from bot.rules.when.reading import UnclearTimeError
from store.models import Membership, Rep, Team
from tests.factories import ALICE, BOB, CAROL, CHANNELS, DANA, ERIN, Office
from tests.use_cases.test_followups import NOON, due, fired


def rep(office: Office, who: Profile) -> Rep:
    return office.rows(Rep, slack_id=who.slack_id)[0]


@pytest.mark.sqlite_alone
def test_a_manager_seats_someone_and_they_get_turns(office: Office) -> None:
    said = people.add_to_team(office.services, DANA.slack_id, "enterprise", BOB)
    assert said == "Bob is in team enterprise now and gets a turn like everyone else."
    assert office.offered_to(office.lead(fields={"plan": "enterprise"})) == "Bob"


def test_someone_new_is_remembered_with_their_zone(office: Office) -> None:
    people.add_to_team(office.services, DANA.slack_id, "SMB", ERIN)
    assert (rep(office, ERIN).time_zone, rep(office, ERIN).role) == ("Asia/Tokyo", "rep")


@pytest.mark.sqlite_alone
def test_a_newcomer_may_have_a_weight(office: Office) -> None:
    said = people.add_to_team(office.services, DANA.slack_id, "smb", ERIN, "2")
    assert said == "Erin is in team smb now and gets 2 turns for every one of others."
    assert {row.rep_id: row.weight for row in office.rows(Membership)}[rep(office, ERIN).id or 0] == 2
    with pytest.raises(InvalidInputError, match="whole number from 1 to 100"):
        people.add_to_team(office.services, DANA.slack_id, "enterprise", ERIN, "much")


def test_a_seat_is_taken_once(office: Office) -> None:
    before = office.snapshot()
    assert "is in team smb already" in people.add_to_team(office.services, DANA.slack_id, "smb", BOB)
    assert office.snapshot() == before


@pytest.mark.sqlite_alone
@pytest.mark.parametrize("act", [people.add_to_team, people.remove_from_team])
def test_only_managers_change_teams(office: Office, act: object) -> None:
    assert callable(act)
    before = office.snapshot()
    for who in (ALICE, ERIN):
        with pytest.raises(NotAllowedError):
            act(office.services, who.slack_id, "smb", BOB)
    assert office.snapshot() == before


@pytest.mark.sqlite_alone
def test_an_unknown_team_is_refused_with_the_ones_there_are(office: Office) -> None:
    with pytest.raises(NotFoundError, match=r"There is no team “sales”\. The teams are smb, enterprise"):
        people.add_to_team(office.services, DANA.slack_id, "sales", BOB)


@pytest.mark.sqlite_alone
def test_whoever_leaves_keeps_their_leads_and_gets_no_more_turns(office: Office) -> None:
    lead_id = office.claimed_lead(ALICE)
    said = people.remove_from_team(office.services, DANA.slack_id, "smb", ALICE)
    assert said == "Alice left team smb. Leads that Alice owns stay with Alice."
    assert office.owner(lead_id) == "Alice"
    assert {office.offered_to(office.lead()) for _ in range(3)} == {"Bob"}
    assert "moved from new to won" in move_stage(office.services, ALICE.slack_id, lead_id, "won")


@pytest.mark.sqlite_alone
def test_whoever_left_sees_nothing_else_of_the_team(office: Office) -> None:
    office.claimed_lead(ALICE)
    other = office.lead()
    people.remove_from_team(office.services, DANA.slack_id, "smb", ALICE)
    with pytest.raises(NotAllowedError, match="no such lead in your teams"):
        claims.claim(office.services, ALICE.slack_id, other)


@pytest.mark.sqlite_alone
def test_leaving_a_team_one_is_not_in_changes_nothing(office: Office) -> None:
    assert people.remove_from_team(office.services, DANA.slack_id, "smb", ERIN) == "Erin is not in team smb."
    assert (
        people.remove_from_team(office.services, DANA.slack_id, "enterprise", BOB) == "Bob is not in team enterprise."
    )


def test_whoever_comes_back_to_a_team_starts_level_like_a_newcomer(office: Office) -> None:
    for _ in range(2):
        office.lead()
    people.remove_from_team(office.services, DANA.slack_id, "smb", ALICE)
    office.clock.advance(minutes=5)
    people.add_to_team(office.services, DANA.slack_id, "smb", ALICE)
    assert [office.offered_to(office.lead()) for _ in range(2)] == ["Alice", "Bob"]


@pytest.mark.parametrize(
    ("words", "until"),
    [
        ("monday", "2026-11-30T09:00+01:00"),
        ("tomorrow 14:00", "2026-11-25T14:00+01:00"),
        ("in 2 weeks", "2026-12-08T09:00+01:00"),
    ],
)
def test_an_absence_is_read_in_the_reps_own_zone(office: Office, words: str, until: str) -> None:
    assert people.go_away(office.services, ALICE.slack_id, words) == datetime.fromisoformat(until)
    assert rep(office, ALICE).away_until == datetime.fromisoformat(until)


@pytest.mark.parametrize("words", ["yesterday", "some day", "in 50 years"])
def test_an_absence_until_no_time_to_come_is_refused(office: Office, words: str) -> None:
    with pytest.raises(UnclearTimeError):
        people.go_away(office.services, ALICE.slack_id, words)
    assert rep(office, ALICE).away_until is None


@pytest.mark.sqlite_alone
def test_an_absence_without_an_end_is_asked_for(office: Office) -> None:
    with pytest.raises(InvalidInputError, match="until when"):
        people.go_away(office.services, ALICE.slack_id, "  ")


@pytest.mark.sqlite_alone
def test_a_changed_profile_is_kept_and_a_strangers_is_not(office: Office) -> None:
    people.update_profile(office.services, Profile(ALICE.slack_id, "Alicia", "Asia/Tokyo"))
    people.update_profile(office.services, ERIN)
    assert (rep(office, ALICE).name, rep(office, ALICE).time_zone) == ("Alicia", "Asia/Tokyo")
    assert office.rows(Rep, slack_id=ERIN.slack_id) == []


def test_a_changed_profile_takes_nobodys_role_or_seat(office: Office) -> None:
    people.update_profile(office.services, Profile(DANA.slack_id, "Dana D.", DANA.time_zone))
    assert rep(office, DANA).role == "manager"
    assert len(office.rows(Membership)) == 3


@pytest.mark.sqlite_alone
def test_someone_who_left_the_workspace_may_do_nothing_and_gets_nothing(office: Office) -> None:
    people.update_profile(office.services, Profile(ALICE.slack_id, "Alice", ALICE.time_zone, is_active=False))
    lead_id = office.lead()
    assert office.offered_to(lead_id) == "Bob"
    with pytest.raises(NotAllowedError):
        claims.claim(office.services, ALICE.slack_id, lead_id)


@pytest.mark.sqlite_alone
def test_managers_are_those_the_settings_name(office: Office) -> None:
    people.sync_managers(office.services, [BOB])
    assert (rep(office, BOB).role, rep(office, DANA).role) == ("manager", "rep")


def test_the_playbooks_teams_are_brought_in_once_with_their_channels(office: Office) -> None:
    assert people.sync_teams(office.services, CHANNELS) == []
    assert {team.name: team.channel_id for team in office.rows(Team)} == {
        "smb": "C0LEADSSMB", "enterprise": "C0LEADSENT",
    }  # fmt: skip


@pytest.mark.sqlite_alone
def test_a_channel_that_slack_does_not_know_is_named_and_a_known_one_is_not_forgotten(office: Office) -> None:
    assert people.sync_teams(office.services, {"#leads-smb": "C0NEW"}) == []
    assert office.rows(Team, name="smb")[0].channel_id == "C0NEW"
    assert office.rows(Team, name="enterprise")[0].channel_id == "C0LEADSENT"


def test_everyones_zone_is_their_own(office: Office) -> None:
    assert people.zone_of(office.services, CAROL.slack_id) == "America/New_York"


def test_a_cover_who_is_named_during_the_absence_hears_at_once_of_what_is_due(office: Office) -> None:
    due(office, NOON)
    people.go_away(office.services, ALICE.slack_id, "until monday")
    assert fired(office, NOON) == []
    people.set_cover(office.services, DANA.slack_id, ALICE, BOB)
    [row] = fired(office, NOON + timedelta(minutes=10))
    assert row.lane == "user:U0BOB"
