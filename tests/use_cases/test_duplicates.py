"""Newcomers whom we know: the certain come back to their lead, about the doubtful somebody is asked."""

from typing import Any

import pytest

from bot import card_lines, claims, consents, duplicates, merging, pipeline
from bot.contact.standing import standings
from bot.errors import DibsError, NotAllowedError
from bot.intake import capture, touches, tracking
from bot.people import Profile
from bot.playbook.fields import CustomField
from bot.playbook.matching import Matching
from bot.playbook.playbook import Playbook
from bot.rules.consent import UNPROVED, Said
from bot.views import kit
from bot.views.duplicates import SPLIT
from store.database import Database
from store.models import Consent, Duplicate, FollowUp, Lead, Merge, Rep, StageChange, Team, Touch
from tests.factories import ALICE, BOB, CAROL, DANA, ERIN, JANE, Office, everyone_new


def who_is_who(**more: Any) -> Playbook:
    """The shipped rules about who is who, with nothing else that happens by itself."""
    return everyone_new().model_copy(update={"matching": Matching(**more)})


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database, ALICE, BOB, CAROL, playbook=who_is_who())


def comes(office: Office, key: str, **fields: Any) -> capture.Captured:
    return capture.take_lead(office.services, {**JANE, **fields}, key=key)


def twins(office: Office) -> tuple[int, int]:
    """Jane, whom Alice has claimed, and a doubtful newcomer."""
    first = office.claimed_lead()
    return first, office.lead(email=None, phone="+49 30 555666", name="Jane Doe")


# --- certain


def test_the_same_e_mail_and_name_is_the_same_lead_and_keeps_its_owner(office: Office) -> None:
    first = office.claimed_lead()
    again = comes(office, "again", title="CTO", message="It is me again.")
    assert (again.lead_id, again.is_seen_again) == (first, True)
    assert office.owner(first) == "Alice"
    gone = office.rows(Lead, state="merged")[0]
    assert (gone.merged_into_id, gone.closed_at is not None, gone.card_ts) == (first, True, None)
    assert office.rows(Merge)[0].how == merging.CERTAIN


def test_who_was_seen_again_has_one_card_and_a_line_with_what_they_said(office: Office) -> None:
    first = office.claimed_lead()
    office.everything_left()
    comes(office, "again", message="It is me again.")
    line = office.waiting("thread")[-1]
    assert line.payload["lead_id"] == first
    assert "Seen again" in line.payload["text"]
    assert "It is me again." in str(line.payload["blocks"])
    assert SPLIT in str(line.payload["blocks"])
    assert {row.payload["lead_id"] for row in office.waiting("card")} == {first}


@pytest.mark.sqlite_alone
def test_an_empty_field_is_filled_and_a_conflicting_one_stays(office: Office) -> None:
    first = office.lead(company="Acme", title=None)
    comes(office, "again", company="Acme Robotics", title="CTO", fields={"plan": "pro"})
    lead = office.get(Lead, first)
    assert (lead.company, lead.title, lead.fields["plan"]) == ("Acme", "CTO", "pro")
    assert office.rows(Lead, state="merged")[0].company == "Acme Robotics"


def test_touches_and_consents_come_along(office: Office) -> None:
    first = office.lead(consent=False)
    comes(office, "again", consent=True)
    assert len(office.rows(Touch, lead_id=first)) == 2
    assert [row.is_given for row in office.rows(Consent, lead_id=first)] == [True]
    assert office.get(Lead, first).consent


def test_the_owner_is_asked_to_call_who_came_back(office: Office) -> None:
    first = office.claimed_lead()
    comes(office, "again")
    assert [row.origin for row in office.rows(FollowUp, lead_id=first, status="open")] == ["behaviour"]


def test_the_same_key_again_answers_as_the_first_time(office: Office) -> None:
    first = office.lead()
    comes(office, "again")
    repeated = comes(office, "again")
    assert (repeated.lead_id, repeated.is_repeat, repeated.is_seen_again) == (first, True, True)
    assert len(office.rows(Lead)) == 2


@pytest.mark.sqlite_alone
def test_a_rep_who_types_somebody_known_is_told_who_has_them(office: Office) -> None:
    office.claimed_lead(by=ALICE)
    capture.add_by_hand(office.services, BOB.slack_id, dict(JANE), key="typed")
    told = [row.payload["text"] for row in office.waiting("message") if row.payload["slack_id"] == BOB.slack_id]
    assert "Alice looks after them" in told[-1]


@pytest.mark.sqlite_alone
def test_a_rep_who_types_somebody_of_theirs_is_not_told_of_themselves_by_name(office: Office) -> None:
    office.claimed_lead(by=ALICE)
    capture.add_by_hand(office.services, ALICE.slack_id, dict(JANE), key="typed")
    told = [row.payload["text"] for row in office.waiting("message") if row.payload["slack_id"] == ALICE.slack_id]
    assert "you look after them" in told[-1]


def test_another_first_name_at_the_same_phone_is_a_new_lead(office: Office) -> None:
    first = office.lead()
    other = comes(office, "john", name="John Doe", email="john@acme.example")
    assert other.lead_id != first
    assert not office.rows(Merge) + office.rows(Duplicate)


@pytest.mark.sqlite_alone
def test_a_shared_mailbox_joins_nobody(office: Office) -> None:
    first = office.lead(email="info@acme.example", phone=None)
    other = comes(office, "other", name="Peter Smith", email="info@acme.example", phone=None)
    assert other.lead_id != first


@pytest.mark.sqlite_alone
def test_without_merges_the_certain_are_asked_about(database: Database) -> None:
    office = Office(database, ALICE, playbook=who_is_who(merges=False))
    first = office.lead()
    assert comes(office, "again").lead_id != first
    assert [row.status for row in office.rows(Duplicate)] == ["open"]


# --- what anybody could have sent


def test_the_line_names_what_the_lead_has_from_them_and_says_no_value(office: Office) -> None:
    office.claimed_lead()
    comes(office, "again", title="Chief Impostor", website="evil.example", fields={"budget": "a lot"})
    said = str(office.waiting("thread")[-1].payload["blocks"])
    assert "New from them: title, website, budget." in said
    assert not [secret for secret in ("Impostor", "evil.example", "a lot") if secret in said]


@pytest.mark.sqlite_alone
def test_the_line_does_not_name_a_field_that_only_managers_see(database: Database) -> None:
    hidden = CustomField(name="discount", seen_by="managers")
    office = Office(database, ALICE, playbook=who_is_who().model_copy(update={"fields": (hidden,)}))
    office.claimed_lead()
    comes(office, "again", fields={"Discount": "15", "plan": "pro"})
    assert "New from them: plan." in str(office.waiting("thread")[-1].payload["blocks"])


@pytest.mark.sqlite_alone
def test_who_brings_nothing_new_has_no_word_about_it(office: Office) -> None:
    office.claimed_lead()
    comes(office, "again")
    assert "New from them" not in str(office.waiting("thread")[-1].payload["blocks"])


def test_a_strangers_form_fills_nothing_of_an_owned_lead_but_their_message(office: Office) -> None:
    first = office.claimed_lead(message=None, phone=None)
    unproved(office, "again", title="CTO", website="evil.example", fields={"plan": "pro"}, message="Call me there.")
    lead = office.get(Lead, first)
    assert (lead.title, lead.website, lead.phone, lead.fields, lead.message) == (None, None, None, {}, "Call me there.")
    assert "New from them: message." in str(office.waiting("thread")[-1].payload["blocks"])
    assert len(office.rows(Touch, lead_id=first)) == 2


@pytest.mark.sqlite_alone
def test_what_a_strangers_browser_does_is_not_an_owned_leads(office: Office) -> None:
    first = office.claimed_lead()
    seen = {"kind": "page_view", "detail": "pricing page", "visitor": "v1"}
    tracking.take_touch(office.services, seen, key="before")
    unproved(office, "again", visitor="v1")
    tracking.take_touch(office.services, seen, key="after")
    assert [touch.kind for touch in office.rows(Touch, lead_id=first)] == ["form", "form"]


@pytest.mark.sqlite_alone
def test_a_strangers_form_fills_a_lead_that_nobody_owns(office: Office) -> None:
    first = office.lead()
    unproved(office, "again", title="CTO")
    assert office.get(Lead, first).title == "CTO"


def test_strangers_forms_have_the_owner_asked_once_an_hour(office: Office) -> None:
    first = office.claimed_lead()
    win(office, first)
    office.everything_left()
    mentions = []
    for number, minutes in enumerate((0, 20, 20, 20, 59, 1)):
        office.clock.advance(minutes=minutes)
        unproved(office, f"again {number}")
        mentions.append(ALICE.slack_id in str(office.waiting("thread")[-1].payload["blocks"]))
    assert mentions == [True, False, False, True, False, True]


def test_a_follow_up_that_is_done_is_not_set_again_by_the_next_form_within_the_hour(office: Office) -> None:
    office.claimed_lead()
    unproved(office, "again")
    (call,) = office.rows(FollowUp, status="open")
    office.done(call.id or 0)
    unproved(office, "once more")
    assert not office.rows(FollowUp, status="open", origin="behaviour")


def unproved(office: Office, key: str, **fields: Any) -> capture.Captured:
    return comes(office, key, is_unproved=True, **fields)


# --- closed ones


@pytest.mark.sqlite_alone
def test_a_lost_lead_comes_back_to_its_owner_with_its_history(database: Database) -> None:
    playbook = who_is_who().model_copy(
        update={"routing": who_is_who().routing.model_copy(update={"existing_owner": True})}
    )
    office = Office(database, ALICE, BOB, playbook=playbook)
    first = office.claimed_lead()
    lose(office, first)
    assert comes(office, "again").lead_id == first
    lead = office.get(Lead, first)
    assert (lead.stage, lead.closed_at, office.owner(first)) == (playbook.first_stage.name, None, "Alice")
    assert [row.reason for row in office.rows(StageChange)][-1] == duplicates.CAME_BACK
    assert "open again" in office.lines()[-1]


def test_a_lost_lead_goes_round_again_where_owners_do_not_count(office: Office) -> None:
    first = office.claimed_lead()
    lose(office, first)
    comes(office, "again")
    assert office.owner(first) is None
    assert office.offered_to(first) is not None


def test_a_strangers_form_opens_no_lost_lead_and_has_its_owner_asked_privately_once_a_day(office: Office) -> None:
    first = office.claimed_lead()
    lose(office, first)
    office.everything_left()
    before, heard = office.get(Lead, first), []
    for number, hours in enumerate((0, 1, 22, 1)):
        office.clock.advance(hours=hours)
        unproved(office, f"again {number}", message="It is me.")
        heard.append([row.lane for row in office.waiting("message")])
        office.everything_left()
    lead = office.get(Lead, first)
    assert (lead.stage, lead.closed_at, lead.owner_id) == (before.stage, before.closed_at, before.owner_id)
    assert heard == [[f"user:{ALICE.slack_id}"], [], [], [f"user:{ALICE.slack_id}"]]
    assert not office.waiting("thread")


@pytest.mark.sqlite_alone
def test_of_a_lost_lead_without_owner_managers_are_asked(database: Database) -> None:
    office = Office(database, ALICE, playbook=who_is_who())
    lose(office, first := office.claimed_lead())
    with office.services.unit_of_work() as uow:
        lead = uow.leads.get(first)
        assert lead is not None
        lead.owner_id = None
        uow.commit()
    office.everything_left()
    unproved(office, "again")
    assert office.get(Lead, first).closed_at is not None
    assert [row.lane for row in office.waiting("message")] == [f"user:{DANA.slack_id}"]


@pytest.mark.sqlite_alone
@pytest.mark.parametrize("held", [None, "contract"])
def test_a_strangers_yes_changes_nothing_of_an_owned_lead(office: Office, held: str | None) -> None:
    first = office.claimed_lead(consent=False)
    if held:
        said = Said("email", is_given=True, basis=held, source="on the phone")
        consents.record(office.services, ALICE.slack_id, first, said, key="k")
    before = office.get(Lead, first).consent
    unproved(office, "again", consent=True, consent_wording="You may e-mail me.")
    assert office.get(Lead, first).consent == before == bool(held)
    assert [row.basis for row in office.rows(Consent)] == [held or UNPROVED]
    comes(office, "once more", consent=False)
    assert office.get(Lead, first).consent == before
    comes(office, "in their own words", consent=True, consent_wording="You may e-mail me.")
    assert office.get(Lead, first).consent


@pytest.mark.sqlite_alone
@pytest.mark.parametrize("is_given", [True, False])
def test_a_strangers_yes_under_another_address_hides_no_word_of_an_owned_lead(office: Office, is_given: bool) -> None:
    first = office.claimed_lead(consent=False)
    told = Said("email", is_given=is_given, basis="contract", source="on the phone")
    consents.record(office.services, ALICE.slack_id, first, told, key="k")
    unproved(office, "again", email="mallory@mail.example", consent=True, consent_wording="You may e-mail me.")
    with office.services.reading() as uow:
        held = standings(uow, office.get(Lead, first))["email"]
    assert (held.is_given, held.basis, held.source) == (is_given, "contract", "on the phone")
    assert office.get(Lead, first).consent == is_given


@pytest.mark.sqlite_alone
def test_a_won_lead_stays_won_and_its_owner_hears_of_it(office: Office) -> None:
    first = office.claimed_lead()
    win(office, first)
    comes(office, "again")
    lead = office.get(Lead, first)
    assert lead.closed_at is not None
    assert office.owner(first) == "Alice"
    assert "a call is worth it" in office.lines()[-1]


def lose(office: Office, lead_id: int) -> None:
    end(office, lead_id, "lost")


def win(office: Office, lead_id: int) -> None:
    end(office, lead_id, "won")


def end(office: Office, lead_id: int, kind: str) -> None:
    """Closed as it is recorded, whatever the stage asks of a rep who does it."""
    stage = next(one for one in office.services.playbook.stages if one.kind == kind)
    with office.services.unit_of_work() as uow:
        lead = uow.leads.lock(lead_id)
        assert lead is not None
        lead.stage, lead.closed_at = stage.name, office.clock.now()
        uow.commit()


# --- doubtful


@pytest.mark.sqlite_alone
def test_a_doubtful_pair_is_asked_about_in_the_newcomers_thread(office: Office) -> None:
    first, second = twins(office)
    asked = office.rows(Duplicate)[0]
    assert (asked.lead_id, asked.other_id, asked.status) == (second, first, "open")
    question = next(row for row in office.waiting("thread") if "the same person as" in row.payload["text"])
    assert question.payload["lead_id"] == second
    assert all(action in str(question.payload["blocks"]) for action in ("duplicate.same", "duplicate.different"))


def doubts(office: Office, lead_id: int) -> list[str]:
    """What the lead's card says about who it could be."""
    with office.services.reading() as uow:
        lead = uow.leads.get(lead_id)
        assert lead is not None
        said = [kit.fallback(*line) for line in card_lines.of(office.services, uow, lead)]
    return [line for line in said if line.startswith("Perhaps")]


def test_both_cards_say_that_somebody_is_asked_until_somebody_has_answered(office: Office) -> None:
    first, second = twins(office)
    assert doubts(office, second) == [f"Perhaps the same person as #{first} Jane Doe, Acme: answer in the thread."]
    asked = f"Perhaps the same person as #{second} Jane Doe, Acme: answer with /lead duplicates."
    assert doubts(office, first) == [asked]
    office.everything_left()
    duplicates.answer(office.services, ALICE.slack_id, 1, is_same=False)
    assert doubts(office, first) == doubts(office, second) == []
    assert {row.payload["lead_id"] for row in office.waiting("card")} == {first, second}


def test_same_person_joins_them_and_the_question_says_so(office: Office) -> None:
    first, second = twins(office)
    asked = office.rows(Duplicate)[0].id or 0
    duplicates.answer(office.services, ALICE.slack_id, asked, is_same=True, channel="C0LEADSSMB", ts="9.9")
    assert office.get(Lead, second).merged_into_id == first
    assert office.rows(Merge)[0].how == merging.ASKED
    edit = office.waiting("edit")[0]
    assert "the same person" in edit.payload["text"]
    assert office.render(edit).method == "chat.update"  # type: ignore[union-attr]


def test_different_people_stay_two_leads(office: Office) -> None:
    _, second = twins(office)
    asked = office.rows(Duplicate)[0].id or 0
    duplicates.answer(office.services, ALICE.slack_id, asked, is_same=False)
    assert office.get(Lead, second).state == "live"
    assert duplicates.open_questions(office.services, ALICE.slack_id) == []


def test_a_question_is_answered_once(office: Office) -> None:
    twins(office)
    asked = office.rows(Duplicate)[0].id or 0
    duplicates.answer(office.services, ALICE.slack_id, asked, is_same=False)
    with pytest.raises(DibsError, match="Alice has answered already"):
        duplicates.answer(office.services, DANA.slack_id, asked, is_same=True)
    assert not office.rows(Merge)


@pytest.mark.sqlite_alone
def test_who_works_on_neither_may_not_answer(office: Office) -> None:
    _, second = twins(office)
    claims.claim(office.services, DANA.slack_id, second)
    asked = office.rows(Duplicate)[0].id or 0
    with pytest.raises(NotAllowedError):
        duplicates.answer(office.services, BOB.slack_id, asked, is_same=True)


def test_the_list_has_what_the_actor_may_answer(office: Office) -> None:
    _, second = twins(office)
    claims.claim(office.services, DANA.slack_id, second)
    assert [pair.lead.id for pair in duplicates.open_questions(office.services, ALICE.slack_id)] == [second]
    assert duplicates.open_questions(office.services, BOB.slack_id) == []


@pytest.mark.sqlite_alone
def test_notes_of_a_joined_lead_are_refused_with_where_it_is(office: Office) -> None:
    first = office.lead()
    comes(office, "again")
    gone = office.rows(Lead, state="merged")[0].id or 0
    with pytest.raises(DibsError, match=f"#{gone} is the same person as #{first} Jane Doe, Acme now"):
        pipeline.add_note(office.services, ALICE.slack_id, gone, "hello", key="n")


# --- of two teams


def twins_apart(office: Office) -> tuple[int, int]:
    """Jane, whom Erin has in another team, and a doubtful newcomer of this one."""
    first = of_erin(office)
    return first, office.lead(email=None, phone="+49 30 555666", name="Jane Doe", company="Acme")


def of_erin(office: Office) -> int:
    office.seat(ERIN, "enterprise")
    first = office.lead(company="Acme", title="Head of Secrets")
    with office.services.unit_of_work() as uow:
        lead = uow.leads.lock(first)
        assert lead is not None
        lead.team_id, lead.owner_id = team_of(office, "enterprise"), rep_of(office, ERIN)
        uow.commit()
    return first


def team_of(office: Office, name: str) -> int:
    return office.rows(Team, name=name)[0].id or 0


def rep_of(office: Office, who: Profile) -> int:
    return office.rows(Rep, slack_id=who.slack_id)[0].id or 0


@pytest.mark.sqlite_alone
def test_a_thread_does_not_show_another_teams_lead(office: Office) -> None:
    first, second = twins_apart(office)
    (line,) = [row for row in office.waiting("thread") if row.payload["lead_id"] == second]
    said = str(line.payload)
    assert "a lead of another team" in said
    assert f"#{first}" in said
    assert doubts(office, first) == doubts(office, second) == []
    for secret in (JANE["email"], "901820", "Head of Secrets", "Jane", "Acme", ERIN.name, ERIN.slack_id):
        assert secret not in said


def test_managers_are_asked_privately_about_leads_of_two_teams(office: Office) -> None:
    twins_apart(office)
    (asked,) = [row for row in office.waiting("message") if "same person as" in row.payload["text"]]
    assert asked.payload["slack_id"] == DANA.slack_id
    assert JANE["email"] in str(asked.payload)
    assert "duplicate.same" in str(asked.payload)
    assert len(duplicates.open_questions(office.services, DANA.slack_id)) == 1


@pytest.mark.parametrize("who", [ALICE, ERIN])
def test_a_rep_of_one_of_two_teams_may_not_answer(office: Office, who: Profile) -> None:
    _, second = twins_apart(office)
    if who is ALICE:
        claims.claim(office.services, DANA.slack_id, second)
        with office.services.unit_of_work() as uow:
            lead = uow.leads.lock(second)
            assert lead is not None
            lead.owner_id = rep_of(office, ALICE)
            uow.commit()
    asked = office.rows(Duplicate)[0].id or 0
    assert duplicates.open_questions(office.services, who.slack_id) == []
    with pytest.raises(NotAllowedError, match="A manager can answer"):
        duplicates.answer(office.services, who.slack_id, asked, is_same=True)
    assert not office.rows(Merge)


def test_a_managers_answer_names_neither_lead_of_two_teams(office: Office) -> None:
    first, second = twins_apart(office)
    asked = office.rows(Duplicate)[0].id or 0
    said = duplicates.answer(office.services, DANA.slack_id, asked, is_same=False)
    assert f"different people: #{second} and #{first}." in said.text


@pytest.mark.sqlite_alone
def test_a_rep_who_types_another_teams_lead_is_not_told_whose_it_is(office: Office) -> None:
    of_erin(office)
    capture.add_by_hand(office.services, BOB.slack_id, {**JANE, "company": "Akme"}, key="typed")
    told = [row.payload for row in office.waiting("message") if row.payload["slack_id"] == BOB.slack_id][-1]
    assert "a colleague of another team looks after them already" in told["text"]
    assert "Erin" not in str(told)
    assert "Jane" not in str(told)
    assert "Acme" not in str(told)


# --- consent


def test_who_withdrew_stays_withdrawn_when_a_list_has_them_under_another_address(office: Office) -> None:
    first = office.lead(consent=True)
    tracking.take_touch(office.services, {"kind": "unsubscribed", "lead": first}, key="no")
    again = comes(office, "again", email="jane+list@acme.example", consent=True)
    assert again.lead_id == first
    assert not office.get(Lead, first).consent
    merging.split(office.services, DANA.slack_id, office.rows(Lead, state="merged")[0].id or 0)
    assert not office.get(Lead, first).consent


@pytest.mark.parametrize("days", [0, 100])
def test_who_unsubscribed_before_we_knew_them_is_not_written_to(office: Office, days: int) -> None:
    tracking.take_touch(office.services, {"kind": "unsubscribed", "email": JANE["email"]}, key="no")
    office.clock.advance(days=days)
    touches.forget_anonymous(office.services)
    first = office.lead(consent=True)
    assert not office.get(Lead, first).consent
    office.lead(consent={"email": True, "wording": "Write to me again"})
    assert office.get(Lead, first).consent
