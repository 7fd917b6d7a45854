"""What the App Home shows, to whom, and when it is brought up to date."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from bot import claims, digests, followups, handover, homes, people, pipeline, preferences, response
from bot.errors import DibsError, NotAllowedError
from bot.outbox import SlackCall
from bot.people import Profile
from bot.sandbox.blocks import view_problems
from bot.views.digests import Digest
from store.models import HomeTab, Lead
from tests.factories import ALICE, BOB, CAROL, DANA, ERIN, TUESDAY, Office


def opened(office: Office, *who: Profile) -> None:
    """They have opened their Homes, and see them as they are."""
    for person in who:
        homes.opened(office.services, person.slack_id)
    office.everything_left()


def refreshed(office: Office) -> set[str]:
    """Whose Homes are about to be brought up to date."""
    names = {person.slack_id: person.name for person in (ALICE, BOB, CAROL, DANA, ERIN)}
    return {names[row.payload["slack_id"]] for row in office.waiting("home")}


def view(office: Office, who: Profile) -> dict[str, Any]:
    """What they see when they open it."""
    homes.opened(office.services, who.slack_id)
    row = next(row for row in office.waiting("home") if row.payload["slack_id"] == who.slack_id)
    said = office.render(row)
    assert isinstance(said, SlackCall)
    shown = dict(said.arguments["view"])
    assert view_problems(shown) == []
    return shown


def home(office: Office, who: Profile) -> str:
    return json.dumps(view(office, who), ensure_ascii=False)


def told(office: Office, who: Profile) -> str:
    """The words alone."""
    return "".join(words(view(office, who)))


def words(part: Any) -> Iterator[str]:
    if isinstance(part, dict) and isinstance(part.get("text"), str):
        yield part["text"]
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from words(inner)


def lead_of(office: Office, who: Profile, **fields: Any) -> int:
    """A lead that a manager gave them."""
    lead_id = office.lead(**fields)
    handover.assign(office.services, DANA.slack_id, lead_id, who)
    return lead_id


def show(office: Office, who: Profile, tab: str) -> str:
    homes.show(office.services, who.slack_id, tab)
    return home(office, who)


# --- my day


@pytest.mark.sqlite_alone
def test_home_is_shown_to_a_rep_and_tells_a_stranger_what_to_do(office: Office) -> None:
    assert "You are not in a sales team yet" in home(office, ERIN)
    assert "You have no follow-ups" in home(office, ALICE)


def test_my_day_parts_what_is_overdue_due_today_and_next(office: Office) -> None:
    lead_id = office.claimed_lead(ALICE)
    for hours, what in ((1, "call the lab"), (3, "send the offer"), (72, "ask for the order")):
        office.follow_up(lead_id, TUESDAY + timedelta(hours=hours), what=what)
    office.clock.advance(hours=2)
    shown = home(office, ALICE)
    parts = [shown.index(words) for words in (
        "Overdue: 1", "call the lab", "Overdue by 1 hour, was due Tue 24 Nov, 11:30", "Due today: 1", "send the offer",
        "Due Tue 24 Nov, 13:30", "Next: 1", "Fri 27 Nov, 10:30", "ask for the order",
    )]  # fmt: skip
    assert parts == sorted(parts)
    assert "call the lab" not in home(office, BOB)


def test_today_ends_at_midnight_where_the_rep_is(office: Office) -> None:
    lead_id = office.claimed_lead(ALICE)
    office.follow_up(lead_id, office.clock.set("2026-11-24T23:30+01:00") + timedelta(minutes=29), what="before")
    office.follow_up(lead_id, office.clock.now() + timedelta(minutes=31), what="after")
    shown = home(office, ALICE)
    assert shown.index("Due today: 1") < shown.index("before") < shown.index("Next: 1") < shown.index("after")


def test_my_day_says_whose_turn_it_is_and_what_the_share_is(office: Office) -> None:
    assert "smb: " in home(office, ALICE)
    assert "You are next." in home(office, ALICE)
    office.claimed_lead(ALICE)
    alices, bobs = told(office, ALICE), told(office, BOB)
    assert "smb: Somebody else is next. 1 of the last 1 lead dealt came to you; your share is 0.3." in alices
    assert "Over all time you are 0.5 leads ahead." in alices
    assert "You are next." in bobs
    people.go_away(office.services, ALICE.slack_id, "friday")
    assert "You get no leads now: away until" in home(office, ALICE)


def test_my_day_has_the_offers_that_wait_for_an_answer(office: Office) -> None:
    lead_id = office.lead()
    assert office.offered_to(lead_id) == "Alice"
    shown = home(office, ALICE)
    assert "On offer to you: 1" in shown
    assert f"Claim #{lead_id} Jane Doe, Acme" in shown
    assert "On offer" not in home(office, BOB)


def test_every_button_says_what_it_is_about(office: Office) -> None:
    lead_id = office.claimed_lead(ALICE)
    office.follow_up(lead_id, TUESDAY + timedelta(hours=2))
    office.lead()
    for who, tab in ((ALICE, "day"), (ALICE, "leads"), (ALICE, "settings"), (DANA, "team")):
        shown = json.loads(show(office, who, tab))
        buttons = [part for part in parts(shown) if part.get("type") == "button"]
        assert len(buttons) > 3
        assert all(len(button["accessibility_label"]) > 5 for button in buttons)


def parts(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from parts(inner)


# --- my leads


def test_my_leads_stand_by_stage_with_their_next_step(office: Office) -> None:
    first, second = lead_of(office, ALICE, name="Ann"), lead_of(office, ALICE, name="Ben")
    office.follow_up(first, TUESDAY + timedelta(days=2))
    pipeline.move_stage(office.services, ALICE.slack_id, second, "contacted")
    shown = show(office, ALICE, "leads")
    assert shown.index("New: 1") < shown.index("Ann") < shown.index("Contacted: 1") < shown.index("Ben")
    assert f"#{first} Ann, Acme\\nNext: Thu 26 Nov, 10:30, call her" in shown
    assert f"#{second} Ben, Acme\\nNo next step" in shown
    assert "Ann" not in show(office, BOB, "leads")


def test_my_leads_are_narrowed_by_stage_and_by_words(office: Office) -> None:
    for name in ("Ann 100%", "Ben"):
        lead_of(office, ALICE, name=name)
    pipeline.move_stage(office.services, ALICE.slack_id, 2, "contacted")
    show(office, ALICE, "leads")
    homes.filter_leads(office.services, ALICE.slack_id, "contacted")
    assert ("Ann" in (shown := home(office, ALICE)), "Ben" in shown) == (False, True)
    homes.filter_leads(office.services, ALICE.slack_id, "*")
    homes.search_leads(office.services, ALICE.slack_id, " 0% ")
    assert ("Ann" in (shown := home(office, ALICE)), "Ben" in shown) == (True, False)
    homes.search_leads(office.services, ALICE.slack_id, "nobody at all")
    assert "None of your open leads matches “nobody at all”" in home(office, ALICE)
    homes.show_all_leads(office.services, ALICE.slack_id)
    assert all(name in home(office, ALICE) for name in ("Ann", "Ben"))


@pytest.mark.sqlite_alone
def test_a_stage_that_nobody_knows_shows_all(office: Office) -> None:
    office.claimed_lead(ALICE)
    show(office, ALICE, "leads")
    homes.filter_leads(office.services, ALICE.slack_id, "'; DROP TABLE lead; --" * 20)
    assert "Jane Doe" in home(office, ALICE)


@pytest.mark.sqlite_alone
def test_a_cover_sees_the_leads_and_follow_ups_of_whom_they_cover_for(office: Office) -> None:
    lead_id = office.claimed_lead(ALICE)
    office.follow_up(lead_id, TUESDAY + timedelta(hours=2))
    people.name_cover(office.services, ALICE.slack_id, BOB)
    assert "Jane Doe" not in show(office, BOB, "leads")
    people.go_away(office.services, ALICE.slack_id, "friday")
    assert "Jane Doe, Acme  (for Alice)" in home(office, BOB)
    assert ", for Alice" in show(office, BOB, "day")
    people.come_back(office.services, ALICE.slack_id)
    assert "Jane Doe" not in home(office, BOB)


def test_a_thousand_leads_with_the_longest_words_still_make_one_page(office: Office) -> None:
    office.claimed_lead(ALICE)
    with office.services.unit_of_work() as uow:
        like = uow.leads.get(1)
        assert like is not None
        same = {name: value for name, value in like.model_dump().items() if name != "id"}
        for _ in range(999):
            uow.session.add(Lead(**{**same, "name": "😀" * 200, "company": "<!channel> " * 18}))
        uow.commit()
    shown = json.loads(show(office, ALICE, "leads"))
    assert len(shown["blocks"]) <= 100
    assert len(json.dumps(shown).encode()) < 250_000
    assert "… and 960 more" in json.dumps(shown, ensure_ascii=False)


# --- a team


@pytest.mark.sqlite_alone
def test_the_team_tab_is_for_managers(office: Office) -> None:
    office.claimed_lead(ALICE)
    shown = show(office, DANA, "team")
    assert "Team enterprise" in shown
    homes.show_team(office.services, DANA.slack_id, smb(office))
    assert "Team smb" in home(office, DANA)
    with pytest.raises(NotAllowedError):
        homes.show(office.services, ALICE.slack_id, "team")
    with pytest.raises(NotAllowedError):
        homes.show_team(office.services, ALICE.slack_id, smb(office))
    assert '"home.team"' not in home(office, ALICE)


@pytest.mark.sqlite_alone
def test_whoever_is_no_manager_any_more_sees_no_team(office: Office) -> None:
    show(office, DANA, "team")
    people.sync_managers(office.services, [BOB])
    shown = home(office, DANA)
    assert "Alice" not in shown
    assert '"home.team"' not in shown


def test_the_team_tab_says_who_has_what_in_hand_and_what_waits(office: Office) -> None:
    first = office.claimed_lead(ALICE, name="Ann")
    office.follow_up(first, TUESDAY + timedelta(hours=1))
    office.lead(name="Ben")
    people.go_away(office.services, BOB.slack_id, "friday")
    office.clock.advance(hours=2)
    homes.show_team(office.services, DANA.slack_id, smb(office))
    shown = home(office, DANA)
    assert "1 open lead, 1 follow-up overdue." in shown
    assert '"Alice"' in shown
    assert "1 open lead" in shown
    assert ", 1 overdue" in shown
    assert "away until Fri 27 Nov" in shown
    assert "Nobody's yet: 1" in shown
    assert "#2 Ben, Acme" in shown


def smb(office: Office) -> int:
    with office.services.reading() as uow:
        return next(team.id or 0 for team in uow.people.teams() if team.name == "smb")


# --- up to date


@pytest.mark.sqlite_alone
def test_nobody_who_has_not_opened_their_home_is_sent_one(office: Office) -> None:
    lead_id = office.claimed_lead(ALICE)
    office.follow_up(lead_id, TUESDAY + timedelta(hours=2))
    assert refreshed(office) == set()


def test_what_somebody_does_shows_in_their_home_once(office: Office) -> None:
    opened(office, ALICE, BOB)
    lead_id = office.claimed_lead(ALICE)
    office.follow_up(lead_id, TUESDAY + timedelta(hours=2))
    assert [row.payload["slack_id"] for row in office.waiting("home")] == [ALICE.slack_id]


def test_a_lead_that_changes_hands_shows_in_both_homes(office: Office) -> None:
    lead_id = office.claimed_lead(ALICE)
    opened(office, ALICE, BOB, CAROL)
    handover.assign(office.services, DANA.slack_id, lead_id, BOB)
    assert refreshed(office) == {"Alice", "Bob"}


@pytest.mark.sqlite_alone
def test_an_offer_shows_in_the_home_of_whoever_has_it_and_of_whoever_lost_it(office: Office) -> None:
    opened(office, ALICE, BOB)
    lead_id = office.lead()
    assert refreshed(office) == {"Alice"}
    office.everything_left()
    claims.pass_lead(office.services, ALICE.slack_id, lead_id)
    assert refreshed(office) == {"Alice", "Bob"}
    office.everything_left()
    office.clock.advance(minutes=16)
    office.lapse_offers()
    assert "Bob" in refreshed(office)


@pytest.mark.sqlite_alone
def test_work_of_somebody_away_shows_in_their_covers_home(office: Office) -> None:
    lead_id = office.claimed_lead(ALICE)
    people.name_cover(office.services, ALICE.slack_id, BOB)
    opened(office, ALICE, BOB, CAROL)
    people.go_away(office.services, ALICE.slack_id, "friday")
    assert refreshed(office) == {"Alice", "Bob"}
    office.everything_left()
    office.follow_up(lead_id, TUESDAY + timedelta(hours=2))
    assert refreshed(office) == {"Alice", "Bob"}
    office.everything_left()
    people.come_back(office.services, ALICE.slack_id)
    assert refreshed(office) == {"Alice", "Bob"}


def test_whoever_becomes_the_cover_of_somebody_away_sees_it_at_once(office: Office) -> None:
    office.claimed_lead(ALICE)
    people.go_away(office.services, ALICE.slack_id, "friday")
    opened(office, BOB, CAROL)
    people.name_cover(office.services, ALICE.slack_id, BOB)
    assert refreshed(office) == {"Bob"}
    office.everything_left()
    people.name_cover(office.services, ALICE.slack_id, CAROL)
    assert refreshed(office) == {"Bob", "Carol"}


@pytest.mark.parametrize("act", [
    lambda office: pipeline.move_stage(office.services, DANA.slack_id, 1, "contacted"),
    lambda office: pipeline.add_note(office.services, BOB.slack_id, 1, "she called", key="1"),
    lambda office: claims.release(office.services, DANA.slack_id, 1),
    lambda office: people.name_cover(office.services, ALICE.slack_id, BOB),
    lambda office: people.set_cover(office.services, DANA.slack_id, ALICE, BOB),
    lambda office: people.remove_from_team(office.services, DANA.slack_id, "smb", ALICE),
    lambda office: people.update_profile(office.services, Profile("U0ALICE", "Alicia", "Asia/Tokyo")),
    lambda office: preferences.mute_today(office.services, ALICE.slack_id),
])  # fmt: skip
def test_whatever_others_do_to_it_too(office: Office, act: Any) -> None:
    office.claimed_lead(ALICE)
    opened(office, ALICE)
    act(office)
    assert refreshed(office) == {"Alice"}


def test_a_manager_who_watches_a_team_sees_changes_until_they_have_looked_away_for_long(office: Office) -> None:
    show(office, DANA, "team")
    office.everything_left()
    office.claimed_lead(ALICE)
    assert refreshed(office) == {"Dana"}
    office.everything_left()
    office.clock.advance(hours=13)
    office.lead()
    assert refreshed(office) == set()


def test_a_manager_who_looks_at_their_own_day_is_left_alone(office: Office) -> None:
    opened(office, DANA)
    office.claimed_lead(ALICE)
    assert refreshed(office) == set()


def test_time_that_passes_shows_in_the_homes_it_concerns(office: Office) -> None:
    lead_id = office.claimed_lead(ALICE)
    office.follow_up(lead_id, TUESDAY + timedelta(hours=2))
    opened(office, ALICE, BOB)
    looked(office)
    office.clock.advance(minutes=119)
    homes.refresh_as_time_passes(office.services)
    assert refreshed(office) == set()
    office.clock.advance(minutes=2)
    homes.refresh_as_time_passes(office.services)
    assert refreshed(office) == {"Alice"}
    office.everything_left()
    office.clock.set("2026-11-25T00:01+01:00")
    homes.refresh_as_time_passes(office.services)
    assert refreshed(office) == {"Alice"}
    office.everything_left()
    office.clock.set("2026-11-25T00:01+00:00")
    homes.refresh_as_time_passes(office.services)
    assert refreshed(office) == {"Bob"}


def test_a_turn_that_moves_on_shows_in_the_homes_of_the_team(office: Office) -> None:
    opened(office, ALICE, BOB)
    looked(office)
    office.lead()
    homes.refresh_as_time_passes(office.services)
    assert refreshed(office) == {"Alice", "Bob"}


@pytest.mark.parametrize("gap", [timedelta(minutes=1), timedelta(minutes=3), timedelta(hours=5)])
def test_however_long_the_last_look_was_ago_what_time_changed_shows_once(office: Office, gap: timedelta) -> None:
    lead_id = office.claimed_lead(ALICE)
    office.follow_up(lead_id, TUESDAY + timedelta(minutes=30))
    opened(office, ALICE, BOB)
    office.clock.advance(minutes=29, seconds=30)
    looked(office)
    office.clock.moment += gap
    homes.refresh_as_time_passes(office.services)
    assert refreshed(office) == {"Alice"}
    office.everything_left()
    for _ in range(3):
        office.clock.advance(seconds=60)
        homes.refresh_as_time_passes(office.services)
        assert refreshed(office) == set()


def test_a_home_opened_since_is_not_sent_again(office: Office) -> None:
    lead_id = office.claimed_lead(ALICE)
    office.follow_up(lead_id, TUESDAY + timedelta(minutes=30))
    opened(office, ALICE)
    looked(office)
    office.clock.advance(minutes=31)
    opened(office, ALICE)
    homes.refresh_as_time_passes(office.services)
    assert refreshed(office) == set()


def test_after_a_start_every_home_is_brought_up_to_date_once(office: Office) -> None:
    due_at = TUESDAY + timedelta(minutes=30)
    office.follow_up(office.claimed_lead(ALICE), due_at)
    opened(office, ALICE, BOB)
    office.clock.moment = due_at + timedelta(hours=3)  # while the bot was down
    homes.refresh_as_time_passes(office.services)
    assert refreshed(office) == {"Alice", "Bob"}
    office.everything_left()
    homes.refresh_as_time_passes(office.services)
    assert refreshed(office) == set()


def looked(office: Office) -> None:
    """The tick has been, and what it found has been sent."""
    homes.refresh_as_time_passes(office.services)
    office.everything_left()


def test_the_chosen_tab_is_there_again_the_next_time(office: Office) -> None:
    show(office, ALICE, "settings")
    office.clock.advance(days=1)
    assert "Working hours: " in home(office, ALICE)
    assert [row.tab for row in office.rows(HomeTab)] == ["settings"]


@pytest.mark.sqlite_alone
def test_a_tab_that_nobody_knows_is_a_sentence(office: Office) -> None:
    with pytest.raises(DibsError, match="no such tab"):
        homes.show(office.services, ALICE.slack_id, "secrets")


# --- leads to choose from


def test_a_rep_chooses_among_their_own_leads_and_a_manager_finds_anybodys(office: Office) -> None:
    office.claimed_lead(ALICE, name="Ann")
    office.claimed_lead(BOB, name="Ben")
    choices = {
        (who.name, words): [lead.name for lead in homes.leads_to_choose(office.services, who.slack_id, words)]
        for who in (ALICE, BOB, DANA) for words in ("", "b", "acme")
    }  # fmt: skip
    assert choices["Alice", ""] == choices["Alice", "acme"] == ["Ann"]
    assert choices["Alice", "b"] == []
    assert choices["Bob", "b"] == ["Ben"]
    assert choices["Dana", ""] == []
    assert sorted(choices["Dana", "acme"]) == ["Ann", "Ben"]
    with pytest.raises(NotAllowedError):
        homes.leads_to_choose(office.services, ERIN.slack_id, "acme")


# --- what is not theirs any more


def test_a_follow_up_about_a_lead_that_was_taken_back_is_in_no_home_and_no_digest(office: Office) -> None:
    lead_id = office.claimed_lead(ALICE)
    office.follow_up(lead_id, TUESDAY + timedelta(hours=1))
    office.clock.advance(hours=2)
    with office.services.unit_of_work() as uow:
        lead, alice = uow.leads.lock(lead_id), uow.people.rep_by_slack_id(ALICE.slack_id)
        assert lead is not None
        assert alice is not None
        response.offer_to_the_next(office.services, uow, lead, alice, office.clock.now())
        uow.commit()
    assert office.owner(lead_id) is None
    assert "Jane Doe" not in home(office, ALICE)
    assert "You have no follow-ups" in home(office, ALICE)
    assert digest_of(office, ALICE) is None
    homes.show_team(office.services, DANA.slack_id, smb(office))
    assert "1 overdue" not in home(office, DANA)
    assert "Overdue" not in str(digest_of(office, DANA))


@pytest.mark.sqlite_alone
def test_a_follow_up_lent_to_somebody_who_lost_their_seat_shows_them_nothing(office: Office) -> None:
    follow_up_id = office.follow_up(office.claimed_lead(ALICE), TUESDAY + timedelta(hours=1))
    followups.lend(office.services, ALICE.slack_id, follow_up_id, BOB)
    office.clock.advance(hours=2)
    assert "Jane Doe" in home(office, BOB)
    assert "Jane Doe" in str(digest_of(office, BOB))
    people.remove_from_team(office.services, DANA.slack_id, "smb", BOB)
    assert "Jane Doe" not in home(office, BOB)
    assert digest_of(office, BOB) is None


def digest_of(office: Office, who: Profile) -> Digest | None:
    with office.services.reading() as uow:
        rep = uow.people.rep_by_slack_id(who.slack_id)
        assert rep is not None
        return digests.content(office.services, uow, rep, office.clock.now())
