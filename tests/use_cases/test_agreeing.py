"""A yes that waited is confirmed by whoever may say so, by whichever way: then what waited for it begins."""

import re
from dataclasses import replace

import pytest

from bot import consents
from bot.contact import confirming, unsubscribing
from bot.contact.gate import Allowed
from bot.rules.consent import Said, is_to_be_confirmed
from bot.texting import inbound
from bot.texting.inbound import Texted
from store.database import Database
from tests.factories import ALICE, JANE
from tests.post import Pigeons, postman_of, set_up
from tests.sequences import Seat
from tests.use_cases.test_confirming import asked, fills_in, letters, may, token_in
from tests.use_cases.test_duplicates import who_is_who
from tests.use_cases.test_sequences import WELCOME

TEXTS = """
[[sequences]]
name = "texts"
enrol = { on = "new" }
[[sequences.steps]]
kind = "sms"
name = "text"
text = "Hello {{ first_name }}"
"""


@pytest.fixture
def seat(database: Database) -> Seat:
    made = Seat(database, WELCOME)
    set_up(made.services)
    return made


def test_what_waited_begins_when_a_rep_is_told_so(seat: Seat) -> None:
    lead_id = fills_in(seat, "form")
    said = Said("email", is_given=True, source="on the phone")
    consents.record(seat.services, ALICE.slack_id, lead_id, said, key="yes")
    assert seat.enrolments(lead_id) == [("welcome", "active", "")]


def test_what_waited_begins_when_they_tick_it_on_their_page_of_choices(seat: Seat) -> None:
    lead_id = fills_in(seat, "form")
    [token] = re.findall(r"https://dibs\.example/unsubscribe/(\S+)", letters(seat)[0])
    unsubscribing.choose(seat.services, token, ["email"])
    assert isinstance(may(seat, lead_id), Allowed)
    assert seat.enrolments(lead_id) == [("welcome", "active", "")]


def test_what_waited_begins_when_a_program_of_ours_says_so_of_the_same_person(database: Database) -> None:
    seat = Seat(database, WELCOME)
    set_up(seat.services)
    seat.services.put_in_force(seat.services.playbook.model_copy(update={"matching": who_is_who().matching}))
    lead_id = fills_in(seat, "form")
    assert seat.lead(consent={"email": True, "wording": "Yes"}) == lead_id
    assert isinstance(may(seat, lead_id), Allowed)
    assert seat.enrolments(lead_id) == [("welcome", "active", "")]


def test_what_only_texts_waits_for_the_telephone_and_for_no_letter(seat: Seat) -> None:
    seat.plays(TEXTS)
    lead_id = fills_in(seat, "form")
    confirming.confirm(seat.services, token_in(letters(seat)))
    assert seat.enrolments(lead_id) == []
    answer = inbound.take(seat.services, Texted("1", JANE["phone"], "START"))
    assert "you will get messages by SMS" in answer
    assert seat.enrolments(lead_id) == [("texts", "active", "")]


def test_what_only_texts_begins_for_who_has_no_e_mail_address(seat: Seat) -> None:
    seat.plays(TEXTS)
    lead_id = fills_in(seat, "form", email=None)
    assert seat.enrolments(lead_id) == []
    inbound.take(seat.services, Texted("1", JANE["phone"], "START"))
    seat.pass_time(days=1)
    assert [one.step for one in seat.messages(lead_id)] == ["text"]


def test_while_there_is_no_page_to_answer_on_the_letter_waits_and_says_why(seat: Seat) -> None:
    ours = seat.services.outside
    seat.services.outside = replace(ours, public_url="")
    fills_in(seat, "form")
    someone = postman_of(seat.services, Pigeons())
    seat.services.outside = replace(ours, public_url="")
    while someone.send_one():
        pass
    assert [(one.status, "DIBS_PUBLIC_URL" in one.error) for one in asked(seat)] == [("waiting", True)]
    seat.clock.advance(hours=1)
    assert token_in(letters(seat))


@pytest.mark.parametrize(("told", "waits"), [(False, True), ("false", True), (None, True), (0, True), ("", True),
                                             (True, False), ("yes", False)])  # fmt: skip
def test_whatever_does_not_plainly_say_that_it_was_confirmed_is_to_be(told: object, waits: bool) -> None:
    assert is_to_be_confirmed({"email": True, "is_confirmed": told}) is waits
    assert not is_to_be_confirmed({"email": True})
