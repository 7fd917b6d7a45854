"""A yes that anybody could have typed waits for whoever has the mailbox; one for another address is none."""

import re
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from bot import consents, edits, leads, merging
from bot.contact import confirming, gate, links, unsubscribing, withdrawing
from bot.contact.addresses import SALT, hashed
from bot.contact.gate import Allowed
from bot.contact.standing import standings
from bot.intake import capture
from bot.mailing.composing import letter
from bot.playbook.sequences import Contact
from bot.rules.cleaning.lead import CleanLead, clean_lead
from bot.rules.consent import UNPROVED, Said
from bot.rules.matching import Match
from store.database import Database
from store.models import Consent, Enrolment, Lead, LeadMessage
from tests.factories import ALICE, JANE, Office
from tests.post import Pigeons, postman_of, set_up
from tests.replicas import all_at_once
from tests.sequences import Seat
from tests.use_cases.test_duplicates import who_is_who
from tests.use_cases.test_sequences import WELCOME

YES = {"email": True, "sms": True, "measuring": True, "wording": "Win a prize at evil.example"}
LINK = re.compile(r"https://dibs\.example/confirm/(\S+)")
NUMBERS = count(1)


@pytest.fixture
def seat(database: Database) -> Seat:
    made = Seat(database, WELCOME)
    set_up(made.services)
    return made


def fills_in(office: Office, key: str, **fields: Any) -> int:
    """Somebody fills in the form of a public page, with whatever address they like."""
    raw = {**JANE, "consent": YES, "is_unproved": True, **fields}
    return capture.take_lead(office.services, raw, key=key).lead_id


def letters(office: Office) -> list[str]:
    """Everything leaves that may; returns the texts as their readers see them."""
    pigeons = Pigeons()
    someone = postman_of(office.services, pigeons)
    someone._composers = {"email": letter, "sms": letter}
    while someone.send_one():
        pass
    return [parcel.text for parcel in pigeons.carried]


def token_in(sent: list[str]) -> str:
    [found] = [match.group(1) for text in sent for match in LINK.finditer(text)]
    return found


def may(office: Office, lead_id: int, channel: str = "email") -> Allowed | str:
    with office.services.reading() as uow:
        return gate.gate(uow, uow.session.get_one(Lead, lead_id), channel, office.clock.now())


def asked(office: Office) -> list[LeadMessage]:
    return office.rows(LeadMessage, kind="confirm")


# --- one letter, and nothing else


def test_a_strangers_yes_lets_one_letter_through_that_says_nothing_of_theirs(seat: Seat) -> None:
    lead_id = fills_in(seat, "form", name="Pay At evil.example", message="evil.example")
    assert may(seat, lead_id) == "They have not confirmed yet that they agree to e-mail."
    [sent] = letters(seat)
    assert "evil" not in sent
    assert "somebody filled in a form of ours with this address" in sent
    assert "Why: somebody filled in a form with this address on 24 Nov 2026." in sent
    assert sent.count("/confirm/") == 1
    assert "/confirm/" not in asked(seat)[0].text  # colleagues read that one
    assert seat.get(Lead, lead_id).consent is False
    assert seat.rows(Enrolment) == []


def test_no_second_form_brings_a_second_letter(seat: Seat) -> None:
    fills_in(seat, "form")
    letters(seat)
    for number in range(5):
        seat.clock.advance(days=40)
        fills_in(seat, f"again {number}", phone=None, email="JANE@acme.example")
        assert letters(seat) == []
    assert len(asked(seat)) == 1


def test_whoever_sends_forms_at_once_has_one_letter_sent(database: Database) -> None:
    office, numbers = Office(database, ALICE), count(1)
    set_up(office.services)
    all_at_once(lambda: fills_in(office, f"form {next(numbers)}"), 6)
    assert len(office.rows(Lead)) == 6
    assert len(asked(office)) == 1
    assert len(letters(office)) == 1


def test_one_who_dies_before_the_end_has_asked_nobody_and_the_next_one_asks_once(seat: Seat) -> None:
    with seat.services.unit_of_work() as uow:
        capture.store(seat.services, uow, clean_of_stranger(), kind="form")  # and no commit
    assert seat.rows(LeadMessage) == []
    fills_in(seat, "form")
    assert len(letters(seat)) == 1


def clean_of_stranger() -> CleanLead:
    return clean_lead({**JANE, "consent": YES, "is_unproved": True})


def test_who_unsubscribed_is_not_even_asked(seat: Seat) -> None:
    with seat.services.unit_of_work() as uow:
        withdrawing.forbid(uow, "email", JANE["email"], reason="unsubscribed", source="x", now=seat.clock.now())
        uow.commit()
    fills_in(seat, "form")
    assert asked(seat) == []


def test_who_unsubscribes_before_the_letter_leaves_gets_none(seat: Seat) -> None:
    lead_id = fills_in(seat, "form")
    said = Said("email", is_given=False, source="on the phone")
    consents.record(seat.services, ALICE.slack_id, lead_id, said, key="no")
    assert letters(seat) == []


def test_a_yes_that_stands_is_neither_asked_for_again_nor_replaced(seat: Seat) -> None:
    seat.lead(consent={"email": True, "wording": "Yes"})
    lead_id = fills_in(seat, "form")
    assert isinstance(may(seat, lead_id), Allowed)
    assert asked(seat) == []


def test_what_a_program_of_ours_sends_or_a_rep_types_needs_no_confirmation(seat: Seat) -> None:
    assert isinstance(may(seat, seat.lead(consent=True)), Allowed)
    lead_id = seat.lead(consent=False, email="typed@acme.example")
    said = Said("email", is_given=True, source="on the phone")
    consents.record(seat.services, ALICE.slack_id, lead_id, said, key="yes")
    assert isinstance(may(seat, lead_id), Allowed)
    assert asked(seat) == []


def test_a_team_that_confirms_elsewhere_can_say_so(seat: Seat) -> None:
    seat.services.put_in_force(seat.services.playbook.model_copy(update={"contact": Contact(confirms=False)}))
    assert isinstance(may(seat, fills_in(seat, "form")), Allowed)
    assert asked(seat) == []


def test_a_lead_that_is_owned_is_asked_at_its_own_address_only(database: Database) -> None:
    office = Office(database, ALICE, playbook=who_is_who())
    set_up(office.services)
    first = office.claimed_lead(consent=False)
    assert fills_in(office, "by telephone", email="mallory@mail.example") == first
    assert letters(office) == []
    assert fills_in(office, "by address") == first
    confirming.confirm(office.services, token_in(letters(office)))
    assert isinstance(may(office, first), Allowed)


# --- confirmed


def test_looking_changes_nothing_and_confirming_starts_what_waited_once(seat: Seat) -> None:
    lead_id = fills_in(seat, "form")
    token = token_in(letters(seat))
    for _ in range(2):
        shown = confirming.look(seat.services, token)
        assert shown is not None
        assert (shown.state, shown.wordings) == ("asks", ("Send me e-mails about your products and offers",))
    assert seat.rows(Enrolment) == []
    answers = [confirming.confirm(seat.services, token) for _ in range(2)]
    assert answers[0] == answers[1]
    assert [row.basis for row in seat.rows(Consent, channel="email")] == [UNPROVED, "consent"]
    assert seat.get(Lead, lead_id).consent is True
    assert seat.enrolments(lead_id) == [("welcome", "active", "")]
    seat.tick()
    assert [one.subject for one in seat.messages(lead_id)][1:] == ["Hello Jane"]


def test_pressed_by_many_at_once_it_is_confirmed_once(database: Database) -> None:
    seat = Seat(database, WELCOME)
    set_up(seat.services)
    lead_id = fills_in(seat, "form")
    token = token_in(letters(seat))
    all_at_once(lambda: confirming.confirm(seat.services, token), 6)
    assert len(seat.rows(Consent, channel="email")) == 2
    assert [one.sequence for one in seat.rows(Enrolment, lead_id=lead_id)] == ["welcome"]


def test_a_mailbox_says_nothing_of_a_telephone(seat: Seat) -> None:
    lead_id = fills_in(seat, "form")
    confirming.confirm(seat.services, token_in(letters(seat)))
    assert may(seat, lead_id, "sms") == "They have not confirmed yet that they agree to messages."


def test_after_a_month_the_link_does_nothing(seat: Seat) -> None:
    lead_id = fills_in(seat, "form")
    token = token_in(letters(seat))
    seat.clock.advance(seconds=(confirming.VALID + timedelta(seconds=1)).total_seconds())
    shown = confirming.confirm(seat.services, token)
    assert shown == confirming.Asked("late")
    assert isinstance(may(seat, lead_id), str)


def test_who_said_no_since_is_not_brought_back_by_an_old_page(seat: Seat) -> None:
    lead_id = fills_in(seat, "form")
    [sent] = letters(seat)
    found = re.search(r"https://dibs\.example/unsubscribe/(\S+)", sent)
    assert found is not None
    unsubscribing.stop(seat.services, found.group(1))
    assert confirming.confirm(seat.services, token_in([sent])) == confirming.Asked("no")
    assert isinstance(may(seat, lead_id), str)


def test_a_link_of_another_kind_confirms_nothing(seat: Seat) -> None:
    fills_in(seat, "form")
    letters(seat)
    with seat.services.unit_of_work() as uow:
        forged = links.sign(uow, "unsubscribe", asked(seat)[0].id or 0, to=asked(seat)[0].recipient)
        uow.commit()
    assert confirming.confirm(seat.services, forged) is None
    assert confirming.confirm(seat.services, "WzFd.AAAA") is None


def test_card_and_story_say_that_it_waits(seat: Seat) -> None:
    lead_id = fills_in(seat, "form")
    with seat.services.reading() as uow:
        print_below = consents.in_words(uow, uow.session.get_one(Lead, lead_id))
    assert "the yes to e-mail of 24 Nov 2026 waits for their confirmation" in print_below
    assert "waits for their confirmation" in str(leads.details(seat.services, ALICE.slack_id, lead_id))


# --- a yes travels with its address


def test_with_another_address_they_have_to_be_asked_again(seat: Seat) -> None:
    lead_id = seat.lead(consent={"email": True, "wording": "Yes"})
    edits.correct(seat.services, ALICE.slack_id, lead_id, {"email": "boss@other.example"})
    assert may(seat, lead_id) == "They agreed to e-mail for another address; ask again."
    assert seat.get(Lead, lead_id).consent is False
    edits.correct(seat.services, ALICE.slack_id, lead_id, {"email": "Jane@Acme.example"})
    assert isinstance(may(seat, lead_id), Allowed)
    assert seat.get(Lead, lead_id).consent is True


def test_a_no_holds_whatever_address_they_have(seat: Seat) -> None:
    lead_id = seat.lead(consent={"email": True, "wording": "Yes"})
    said = Said("email", is_given=False, source="on the phone")
    consents.record(seat.services, ALICE.slack_id, lead_id, said, key="no")
    edits.correct(seat.services, ALICE.slack_id, lead_id, {"email": "jane@other.example"})
    assert "They withdrew e-mail" in str(may(seat, lead_id))


@pytest.mark.parametrize("channel", ["email", "sms", "phone", "measuring"])
@pytest.mark.parametrize("is_said_at", ["the corrected", "the other"])
def test_a_no_said_at_one_lead_of_a_person_outlives_that_they_part(seat: Seat, channel: str, is_said_at: str) -> None:
    one = seat.lead(consent={**YES, "phone": True})
    other = seat.lead(consent={"sms": True, "phone": True, "measuring": True, "wording": "Yes"})
    said = Said(channel, is_given=False, source="on the phone")
    consents.record(seat.services, ALICE.slack_id, one if is_said_at == "the corrected" else other, said, key="no")
    edits.correct(seat.services, ALICE.slack_id, one, {"email": "other@acme.example"})
    with seat.services.reading() as uow:
        held = [standings(uow, uow.session.get_one(Lead, number))[channel] for number in (one, other)]
    assert [each.is_given for each in held] == [False, False]


def test_a_merge_keeps_each_yes_with_its_address(seat: Seat) -> None:
    kept = seat.lead(email="kept@acme.example", consent=False)
    gone = seat.lead(email="gone@acme.example", consent={"email": True, "wording": "Yes"})
    with seat.services.unit_of_work() as uow:
        one, other = uow.leads.lock(kept), uow.leads.lock(gone)
        assert one is not None
        assert other is not None
        merging.join(
            seat.services, uow, one, other, how=merging.CERTAIN, match=Match(gone, 1.0, ()), rep_id=None,
            now=seat.clock.now(),
        )  # fmt: skip
        uow.commit()
    assert may(seat, kept) == "They agreed to e-mail for another address; ask again."
    assert seat.get(Lead, kept).consent is False
    edits.correct(seat.services, ALICE.slack_id, kept, {"email": "gone@acme.example"})
    assert isinstance(may(seat, kept), Allowed)


NAMES = st.text("ab.+-_", min_size=1, max_size=6)
A_OR_B = st.sampled_from("ab")
HOSTS = st.sampled_from(["acme.example", "ACME.example", "bücher.example", "xn--bcher-kva.example", "acme.test"])


@given(one=st.tuples(NAMES, HOSTS), other=st.tuples(NAMES, HOSTS), shout=st.booleans())
def test_two_spellings_have_one_name_exactly_when_they_are_one_mailbox(
    one: tuple[str, str], other: tuple[str, str], shout: bool
) -> None:  # fmt: skip
    def canonical(address: tuple[str, str]) -> tuple[str, str]:
        return address[0], {"bücher.example": "xn--bcher-kva.example"}.get(address[1], address[1].lower())

    first, second = "@".join(one), "@".join(other)
    second = second.upper() if shout else second
    is_same = hashed("00" * 32, "email", first) == hashed("00" * 32, "email", second)
    assert is_same is (canonical(one) == canonical(other))
    assert hashed("00" * 32, "email", first) != hashed("01" * 32, "email", first)
    assert hashed("00" * 32, "email", first) != hashed("00" * 32, "sms", first)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=st.lists(st.tuples(st.booleans(), A_OR_B), min_size=1, max_size=6), last=A_OR_B)
def test_the_gate_opens_for_the_address_of_a_yes_and_for_no_other(
    sqlite_database: Database, steps: list[tuple[bool, str]], last: str
) -> None:  # fmt: skip
    office, number = Office(sqlite_database, ALICE), next(NUMBERS)
    lead_id = office.lead(email=f"a{number}@x.example", phone=None, consent=None)
    agreed: set[str] = set()
    for place, (says_yes, letter_of) in enumerate(steps):
        with office.services.unit_of_work() as uow:
            lead = uow.session.get_one(Lead, lead_id)
            lead.email = f"{letter_of}{number}@x.example"
            uow.commit()
        said = Said("email", is_given=says_yes, source="on the phone")
        consents.record(office.services, ALICE.slack_id, lead_id, said, key=f"{number}:{place}")
        agreed = agreed | {letter_of} if says_yes else set()
    with office.services.unit_of_work() as uow:
        uow.session.get_one(Lead, lead_id).email = f"{last}{number}@x.example"
        uow.commit()
    # A no bars the address it was said at until a later yes of the same address; see the gate over time.
    is_open = isinstance(may(office, lead_id), Allowed)
    assert not is_open or last in agreed
    assert is_open or last not in agreed or last_word_at(steps, last) is False or steps[-1][0] is False


def last_word_at(steps: list[tuple[bool, str]], letter_of: str) -> bool | None:
    return next((says_yes for says_yes, one in reversed(steps) if one == letter_of), None)


def test_the_name_of_an_address_is_salted_and_the_address_is_kept_nowhere_beside_it(seat: Seat) -> None:
    lead_id = seat.lead(consent=True)
    with seat.services.reading() as uow:
        salt = uow.secrets.known(SALT)
        [row] = uow.session.exec(select(Consent).where(col(Consent.lead_id) == lead_id))
    assert salt
    assert row.recipient == hashed(salt, "email", JANE["email"])
    assert "jane" not in row.recipient
