"""Everything of a leaver goes to others, whatever interrupts it; newcomers to a channel are asked about once."""

import pytest

from bot import channels, claims, handover, people
from bot.errors import NotAllowedError, NotFoundError
from bot.intake import inbox
from bot.people import Profile
from bot.pipeline import move_stage
from store.models import Decision, FollowUp, InboxRow, Lead, Membership, Offer, Rep, Team
from tests.factories import ALICE, BOB, CAROL, DANA, ERIN, Office

SMB = "C0LEADSSMB"


@pytest.fixture
def office(office: Office) -> Office:
    """Later on Tuesday, when Carol is at work too."""
    office.clock.set("2026-11-24T15:00+00:00")
    return office


def rep_id(office: Office, who: Profile) -> int:
    return office.rows(Rep, slack_id=who.slack_id)[0].id or 0


def leads_of_alice(office: Office, count: int) -> list[int]:
    """As many leads, whoever they were offered to."""
    found = []
    for _ in range(count):
        lead_id = office.lead()
        handover.assign(office.services, DANA.slack_id, lead_id, ALICE)
        found.append(lead_id)
    office.everything_left()
    return found


def leave(office: Office, who: Profile = ALICE) -> None:
    """Slack deactivates them."""
    people.update_profile(office.services, Profile(who.slack_id, who.name, who.time_zone, is_active=False))


def told(office: Office) -> list[tuple[str, str]]:
    return [(row.payload["slack_id"], row.payload["text"]) for row in office.waiting("message")]


def owners(office: Office, leads: list[int]) -> list[str | None]:
    return [office.owner(lead_id) for lead_id in leads]


def all_intact(office: Office) -> bool:
    with office.services.reading() as uow:
        return all(uow.ledger.is_intact(team) for team in office.rows(Team))


# Somebody leaves the workspace.


def test_whoever_is_deactivated_leaves_their_leads_to_the_others_in_turn(office: Office) -> None:
    leads = leads_of_alice(office, 4)
    leave(office)
    office.work_off()
    assert sorted(filter(None, owners(office, leads))) == ["Bob", "Bob", "Carol", "Carol"]
    assert told(office) == [
        (DANA.slack_id, "Alice left the workspace. 4 leads went to others: Bob 2, Carol 2."),
    ]
    assert len(office.lines()) == 4
    assert {text.split(". ")[0] for text in office.lines()} == {"Alice left the workspace"}
    assert not office.rows(Membership, rep_id=rep_id(office, ALICE))
    assert all_intact(office)


@pytest.mark.sqlite_alone
def test_the_leads_follow_ups_move_along_and_remind_the_new_owner(office: Office) -> None:
    [lead_id] = leads_of_alice(office, 1)
    follow_up_id = office.follow_up(lead_id, office.clock.now().replace(hour=16))
    leave(office)
    office.work_off()
    assert office.get(FollowUp, follow_up_id).rep_id == office.get(Lead, lead_id).owner_id
    assert [reminder.status for reminder in office.reminders(follow_up_id)] == ["waiting"]


def test_open_offers_are_dealt_again_at_once(office: Office) -> None:
    first = office.lead()
    assert office.offered_to(first) == "Alice"
    leave(office)
    office.work_off()
    assert office.offered_to(first) in ("Bob", "Carol")
    assert [offer.status for offer in office.rows(Offer)] == ["withdrawn", "open"]
    assert told(office)[-1][1] == "Alice left the workspace. No lead changed hands. 1 offer dealt again."


def test_leads_wait_when_nobody_is_free_and_their_follow_ups_move_when_they_are_claimed(office: Office) -> None:
    [lead_id] = leads_of_alice(office, 1)
    follow_up_id = office.follow_up(lead_id, office.clock.now().replace(hour=16))
    office.clock.set("2026-11-28T12:00+00:00")
    leave(office)
    office.work_off()
    lead = office.get(Lead, lead_id)
    assert (lead.owner_id, lead.held_since) == (None, office.clock.now())
    assert lead.route_mode == "offer"
    assert "1 lead held until somebody is free." in told(office)[-1][1]
    assert office.get(FollowUp, follow_up_id).rep_id == rep_id(office, ALICE)
    office.clock.set("2026-11-30T10:00+00:00")
    office.drain()
    claims.claim(office.services, BOB.slack_id, lead_id)
    assert office.get(FollowUp, follow_up_id).rep_id == rep_id(office, BOB)


@pytest.mark.sqlite_alone
def test_closed_leads_stay_with_whoever_closed_them(office: Office) -> None:
    won, still_open = leads_of_alice(office, 2)
    move_stage(office.services, ALICE.slack_id, won, "won")
    leave(office)
    office.work_off()
    assert office.owner(won) == "Alice"
    assert office.owner(still_open) in ("Bob", "Carol")


def test_a_deactivation_told_twice_hands_over_once(office: Office) -> None:
    leads_of_alice(office, 2)
    leave(office)
    leave(office)
    office.work_off()
    leave(office)
    assert office.work_off() == 0
    assert len(office.rows(InboxRow, kind="handover")) == len(told(office)) == 1


@pytest.mark.sqlite_alone
def test_a_manager_in_no_team_who_leaves_makes_no_trouble(office: Office) -> None:
    leave(office, DANA)
    office.work_off()
    assert [row.status for row in office.rows(InboxRow, kind="handover")] == ["done"]
    assert told(office) == []


def test_it_goes_on_where_it_was_cut_short_and_counts_each_lead_once(office: Office) -> None:
    leads = leads_of_alice(office, 5)
    leave(office)
    [row_id] = inbox.waiting_events(office.services)
    for _ in range(3):  # the seat and two leads, then the process dies
        assert handover.step(office.services, row_id)
    assert owners(office, leads).count("Alice") == 3
    assert told(office) == []
    office.work_off()
    assert owners(office, leads).count("Alice") == 0
    assert "5 leads went to others" in told(office)[0][1]
    assert len([line for line in office.rows(Decision) if line.mode == "auto"]) == 5
    assert handover.step(office.services, row_id) is False
    assert len(told(office)) == 1


def test_a_lead_that_found_another_owner_meanwhile_is_left_alone(office: Office) -> None:
    first, second = leads_of_alice(office, 2)
    leave(office)
    handover.assign(office.services, DANA.slack_id, first, CAROL)
    office.work_off()
    assert office.owner(first) == "Carol"
    assert office.owner(second) in ("Bob", "Carol")
    assert "1 lead went to others" in told(office)[0][1]


def test_leads_of_every_team_go_to_that_team(office: Office) -> None:
    office.seat(ALICE, "enterprise")
    office.seat(ERIN, "enterprise")
    office.clock.set("2026-11-25T08:30+00:00")  # Erin's working day in Tokyo is almost over
    lead_id = office.lead(fields={"plan": "enterprise"})
    handover.assign(office.services, DANA.slack_id, lead_id, ALICE)
    leave(office)
    office.work_off()
    assert office.owner(lead_id) == "Erin"


# Whoever comes back before it is done.


def work_off_in_bounds(office: Office, steps: int = 20) -> None:
    """Far fewer steps than a job that runs in a circle would take."""
    for row_id in inbox.waiting_events(office.services):
        assert any(not handover.step(office.services, row_id) for _ in range(steps)), "it does not end"


def test_a_rep_who_is_removed_and_added_again_at_once_keeps_the_offer(office: Office) -> None:
    lead_id = office.lead()
    assert office.offered_to(lead_id) == "Alice"
    people.remove_from_team(office.services, DANA.slack_id, "smb", ALICE)
    people.add_to_team(office.services, DANA.slack_id, "smb", ALICE)
    office.everything_left()
    work_off_in_bounds(office)
    assert office.offered_to(lead_id) == "Alice"
    assert [offer.status for offer in office.rows(Offer)] == ["open"]
    assert office.lines() == []
    assert all_intact(office)


def test_a_seat_given_again_while_leads_are_handed_over_stays_and_so_do_later_leads(office: Office) -> None:
    leads = leads_of_alice(office, 3)
    handover.hand_over(office.services, DANA.slack_id, rep_id(office, ALICE), "turn", key="V1")
    [row_id] = inbox.waiting_events(office.services)
    assert handover.step(office.services, row_id)  # the seat
    office.clock.advance(minutes=1)
    people.add_to_team(office.services, DANA.slack_id, "smb", ALICE)
    office.clock.advance(minutes=1)
    later = office.lead()
    handover.assign(office.services, DANA.slack_id, later, ALICE)
    work_off_in_bounds(office)
    assert "Alice" not in owners(office, leads)
    assert office.owner(later) == "Alice"
    assert office.rows(Membership, rep_id=rep_id(office, ALICE))
    assert all_intact(office)


def test_a_lead_is_not_handed_back_to_the_leaver_however_few_the_others(office: Office) -> None:
    [lead_id] = leads_of_alice(office, 1)
    for who in (BOB, CAROL):
        people.remove_from_team(office.services, DANA.slack_id, "smb", who)
    handover.hand_over(office.services, DANA.slack_id, rep_id(office, ALICE), "turn", key="V1")
    row_id = inbox.waiting_events(office.services)[-1]
    handover.step(office.services, row_id)
    office.clock.advance(minutes=1)
    people.add_to_team(office.services, DANA.slack_id, "smb", ALICE)
    work_off_in_bounds(office)
    assert office.owner(lead_id) is None


# A manager hands over.


def test_the_preview_counts_what_there_is(office: Office) -> None:
    leads = leads_of_alice(office, 3)
    office.follow_up(leads[0], office.clock.now().replace(hour=16))
    move_stage(office.services, ALICE.slack_id, leads[0], "contacted")
    found = handover.preview(office.services, DANA.slack_id, ALICE)
    assert (found.name, found.leads) == ("Alice", (("smb", "contacted", 1), ("smb", "new", 2)))
    assert (found.follow_ups, found.teams) == (1, ("smb",))
    assert [name for _, name in found.others] == ["Bob", "Carol"]


def test_a_manager_gives_everything_to_one_person(office: Office) -> None:
    leads = leads_of_alice(office, 3)
    to = str(rep_id(office, BOB))
    for _ in range(2):  # Slack delivers the form twice
        handover.hand_over(office.services, DANA.slack_id, rep_id(office, ALICE), to, key="V1")
    office.work_off()
    assert owners(office, leads) == ["Bob"] * 3
    assert told(office) == [(DANA.slack_id, "Alice is leaving. 3 leads went to others: Bob 3.")]
    assert office.rows(Decision)[-1].kind == "assigned"
    assert all_intact(office)


def test_leads_of_a_team_that_the_receiver_is_not_in_go_in_turn(office: Office) -> None:
    office.seat(ERIN, "enterprise")
    [lead_id] = leads_of_alice(office, 1)
    handover.hand_over(office.services, DANA.slack_id, rep_id(office, ALICE), str(rep_id(office, ERIN)), key="V1")
    office.work_off()
    assert office.owner(lead_id) in ("Bob", "Carol")


@pytest.mark.sqlite_alone
def test_only_managers_hand_over_and_only_to_somebody_who_is_there(office: Office) -> None:
    alice, before = rep_id(office, ALICE), office.snapshot()
    for who in (ALICE, BOB, ERIN):
        with pytest.raises(NotAllowedError):
            handover.preview(office.services, who.slack_id, ALICE)
        with pytest.raises(NotAllowedError):
            handover.hand_over(office.services, who.slack_id, alice, "turn", key="V1")
    for whose, to in ((alice, "999"), (alice, str(alice)), (999, "turn")):
        with pytest.raises(NotFoundError):
            handover.hand_over(office.services, DANA.slack_id, whose, to, key="V1")
    with pytest.raises(NotFoundError, match="nothing to hand over"):
        handover.preview(office.services, DANA.slack_id, ERIN)
    assert office.snapshot() == before


# People come into a team's channel and leave it.


def event(office: Office, kind: str, who: Profile, key: str, channel: str = SMB) -> None:
    inbox.receive_event(office.services, key=key, kind=kind, body=channels.as_body(channel, who))
    while office.work_off():
        pass


@pytest.mark.sqlite_alone
def test_whoever_leaves_a_teams_channel_loses_that_seat_and_its_leads(office: Office) -> None:
    office.seat(ALICE, "enterprise")
    [lead_id] = leads_of_alice(office, 1)
    event(office, channels.LEFT, ALICE, "Ev1")
    event(office, channels.LEFT, ALICE, "Ev1")
    assert office.owner(lead_id) in ("Bob", "Carol")
    with office.services.reading() as uow:
        assert [uow.people.team(team_id).name for team_id in uow.teams.seats_of(rep_id(office, ALICE))] == [
            "enterprise"
        ]
    [to_alice, (manager, text)] = told(office)
    words = (
        "You left #leads-smb, so you have no turns in smb any more and your leads went to others. "
        "Join again and a manager is asked."
    )
    assert to_alice == (ALICE.slack_id, words)
    assert manager == DANA.slack_id
    assert text.startswith("Alice left the channel of team smb. 1 lead went to others:")


def test_whoever_comes_back_after_losing_the_seat_is_asked_about_again_each_time(office: Office) -> None:
    question = (DANA.slack_id, "Alice joined the channel of team smb. Make Alice a rep of smb?")
    for number in range(3):
        event(office, channels.LEFT, ALICE, f"left{number}")
        event(office, channels.JOINED, ALICE, f"joined{number}")
        event(office, channels.JOINED, ALICE, f"joined once more{number}")
        assert told(office).count(question) == number + 1
        people.add_to_team(office.services, DANA.slack_id, "smb", ALICE)


def test_managers_are_asked_even_if_the_rep_comes_back_before_the_leads_are_handed_over(office: Office) -> None:
    [lead_id] = leads_of_alice(office, 1)
    for kind in (channels.LEFT, channels.JOINED):
        inbox.receive_event(office.services, key=kind, kind=kind, body=channels.as_body(SMB, ALICE))
    office.clock.advance(seconds=5)
    office.work_off()
    assert (DANA.slack_id, "Alice joined the channel of team smb. Make Alice a rep of smb?") in told(office)
    people.add_to_team(office.services, DANA.slack_id, "smb", ALICE)
    office.work_off()
    assert office.rows(Membership, rep_id=rep_id(office, ALICE))
    assert office.owner(lead_id) in ("Bob", "Carol")


def test_a_newcomer_who_never_had_a_seat_is_asked_about_once_however_often_they_come(office: Office) -> None:
    for number in range(2):
        event(office, channels.JOINED, ERIN, f"joined{number}")
        event(office, channels.LEFT, ERIN, f"left{number}")
    assert len(told(office)) == 1


@pytest.mark.sqlite_alone
@pytest.mark.parametrize(("who", "channel"), [(ERIN, SMB), (ALICE, "C0RANDOM"), (ALICE, "C0LEADSENT"), (DANA, SMB)])
def test_leaving_what_one_does_not_sell_in_changes_nothing(office: Office, who: Profile, channel: str) -> None:
    before = office.rows(Membership), office.rows(Decision)
    event(office, channels.LEFT, who, "Ev1", channel)
    assert (office.rows(Membership), office.rows(Decision), told(office)) == (*before, [])


def test_managers_are_asked_once_about_a_newcomer_to_a_teams_channel(office: Office) -> None:
    for key in ("Ev1", "Ev1", "Ev2"):
        event(office, channels.JOINED, ERIN, key)
    assert told(office) == [
        (DANA.slack_id, "Erin joined the channel of team smb. Make Erin a rep of smb?"),
    ]
    [row] = office.waiting("message")
    assert [button["action_id"] for button in row.payload["blocks"][-1]["elements"]] == ["team.add", "team.not_now"]


@pytest.mark.sqlite_alone
@pytest.mark.parametrize(
    ("who", "channel"),
    [(ALICE, SMB), (ERIN, "C0RANDOM"), (Profile("U0BOT", "Robot", "UTC", cannot_sell="a bot"), SMB)],
)
def test_nobody_is_asked_about_reps_bots_and_other_channels(office: Office, who: Profile, channel: str) -> None:
    event(office, channels.JOINED, who, "Ev1", channel)
    assert told(office) == []


@pytest.mark.sqlite_alone
def test_the_channel_that_a_manager_chose_is_the_teams_channel(office: Office) -> None:
    with office.services.unit_of_work() as uow:
        uow.people.team_named_for_decision("smb").chosen_channel_id = "C0OTHER"
        uow.commit()
    assert (channels.is_a_teams(office.services, "C0OTHER"), channels.is_a_teams(office.services, SMB)) == (True, False)
    event(office, channels.JOINED, ERIN, "Ev1", "C0OTHER")
    assert len(told(office)) == 1


def test_removing_a_seat_deals_its_open_offers_again(office: Office) -> None:
    lead_id = office.lead()
    people.remove_from_team(office.services, DANA.slack_id, "smb", ALICE)
    office.work_off()
    assert office.offered_to(lead_id) in ("Bob", "Carol")
