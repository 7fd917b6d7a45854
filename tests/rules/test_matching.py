"""When two leads are one person, what is only a question, and why."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.playbook.matching import Matching
from bot.rules.accounts import account_of
from bot.rules.matching import BLOCK_MAX, Known, Match, best, blocks_of, compare, odds_needed, sieve
from bot.rules.matching import verdict as verdict_of
from bot.rules.person_names import likeness, read_name


def person(name: str = "Jane Doe", lead_id: int = 1, **known: str | None) -> Known:
    email, company = known.get("email"), known.get("company")
    account = account_of(email, company)
    return Known(
        lead_id, name, email, known.get("phone"), company, account, *blocks_of(name, company, account),
        known.get("title"), known.get("country"),
    )  # fmt: skip


JANE = person(email="jane@acme.example", phone="+4930901820", company="Acme", country="DE")


def verdict(other: Known, one: Known = JANE) -> str:
    return best(replace(other, lead_id=0), [one], Matching())[0]


@pytest.mark.parametrize(
    "other",
    [
        person(email="jane@acme.example"),
        person("Doe, Jane", email="jane@acme.example"),
        person("jane", email="jane@acme.example"),
        person("Jnae Doe", email="jane@acme.example"),
        person(email="jane+news@acme.example"),
        person(phone="+4930901820"),
        person("Dr. Jane Doe", phone="+4930901820", company="Other", email="doe@other.example"),
        person(email="jaen@acme.example", company="ACME Inc.", title="CTO"),
    ],
    ids=lambda one: f"{one.name} {one.email} {one.phone}",
)
def test_the_same_person(other: Known) -> None:
    assert verdict(other) == "same"


@pytest.mark.parametrize(
    "other",
    [
        person("John Doe", phone="+4930901820", company="Acme"),  # at home, or behind the same switchboard
        person("John Doe", email="john@acme.example", company="Acme"),
        person("Peter Smith", phone="+4930901820", company="Acme"),
        person(company="Globex"),
        person(email="jane.doe@globex.example", company="Globex"),
        person("Peter Smith", email="peter@acme.example", company="Acme", title="CTO", country="DE"),
    ],
    ids=lambda one: f"{one.name} {one.email} {one.phone}",
)
def test_other_people(other: Known) -> None:
    assert verdict(other) == "new"


@pytest.mark.parametrize(
    "other",
    [
        person(company="Acme GmbH"),
        person("Peter Smith", email="jane@acme.example"),  # who typed a colleague's address
        person("Jane Smith", email="jane@acme.example"),  # or married
        person(phone="+4930901821", company="Acme"),
    ],
    ids=lambda one: f"{one.name} {one.email} {one.phone}",
)
def test_a_question(other: Known) -> None:
    assert verdict(other) == "ask"


def test_a_shared_mailbox_is_nobody() -> None:
    one = person("Jane Doe", email="info@acme.example", company="Acme")
    assert verdict(person("Peter Smith", email="info@acme.example", company="Acme"), one) == "new"


def test_other_figures_are_other_people() -> None:
    one = person("John Smith", email="john.smith1@acme.example", company="Acme")
    match = compare(person("John Smith", 2, email="john.smith2@acme.example", company="Acme"), one)
    assert not any("alike" in reason for reason in match.reasons)


def test_reasons_are_short_phrases_the_strongest_first() -> None:
    match = compare(person("Jane Doee", 2, email="jane@acme.example", company="Acme Inc."), JANE)
    assert match.reasons[0] == "same e-mail"
    assert any(reason.startswith("name 9") and reason.endswith("alike") for reason in match.reasons)
    assert "same company" in match.reasons


def test_the_likeliest_is_chosen_and_among_equals_the_oldest() -> None:
    two = [replace(JANE, lead_id=9), replace(JANE, lead_id=3), person("Jane Doe", 1, company="Acme")]
    assert best(replace(JANE, lead_id=0), two, Matching())[1] == Match(3, 1.0, compare(JANE, two[0]).reasons)


def test_nobody_is_their_own_twin() -> None:
    assert best(JANE, [JANE], Matching()) == ("new", None)


def test_the_playbook_says_from_where_on() -> None:
    newcomer, known = person(lead_id=0, company="Acme"), person(company="Acme")
    assert best(newcomer, [known], Matching(merge_at=0.85))[0] == "same"
    assert best(newcomer, [known], Matching(ask_at=0.95))[0] == "new"
    assert best(newcomer, [known], Matching(asks=False))[0] == "new"
    assert best(replace(JANE, lead_id=0), [JANE], Matching(merges=False))[0] == "ask"


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("Jane Doe", "jane DOE", "same"), ("Jürgen Müller", "Jurgen Muller", "same"),
        ("Иван Попов", "Ivan Popov", "same"),
        ("Doe, Jane", "Jane Doe", "same"), ("Doe Jane", "Jane Doe", "swapped"), ("Bob Smith", "Robert Smith", "short"),
        ("Jane Doering", "Jane Doerign", "alike"), ("J. Doe", "Jane Doe", "initial"),
        ("Jana Doe", "Jane Doe", "family"),
        ("Maria Doe", "Mario Doe", "family"), ("Jane Doe", "Jane Smith", "given"),
        ("Jane Doe", "Ann Smith", "different"),
        ("jdoe", "Jane Doe", "initial"), ("janedoe", "Jane Doe", "same"), ("Doe", "Jane Doe", "unknown"),
    ],
)  # fmt: skip
def test_how_names_are_alike(one: str, other: str, kind: str) -> None:
    assert likeness(read_name(one), read_name(other)).kind == kind


# --- which are compared at all


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Jane Meyer", "Acme Robotics"), ("Jane Maier", "Acme Robotics GmbH")),
        (("Jane Meyer", "Acme Robotics"), ("Jane Meyer", "Acme Robtoics")),
        (("Jane Meyer", "Acme Robotics"), ("Meyer Jane", "Acme Robotics")),
        (("Jane Meyer", "Acme Robotics"), ("J. Meyer", "Acme Robotics")),
        (("Bob Meyer", "Acme"), ("Robert Meyer", "Acme")),
        (("Jürgen Müller", "Acme"), ("Juergen Mueller", "Acme")),
    ],
)
def test_a_slip_in_one_key_leaves_the_other(one: tuple[str, str], other: tuple[str, str]) -> None:
    first, second = blocks_of(*one, None), blocks_of(*other, None)
    assert any(mine == theirs for mine, theirs in zip(first, second, strict=True))


def test_a_domain_stands_for_a_company_without_a_name() -> None:
    assert blocks_of("Jane Doe", None, "acme-robotics.com")[1] == blocks_of("Jane Doe", "Acme Robotics Inc.", None)[1]


@given(st.text(max_size=200), st.none() | st.text(max_size=200), st.none() | st.text(max_size=250))
def test_keys_fit_their_columns_whatever_people_are_called(name: str, company: str | None, account: str | None) -> None:
    for block in blocks_of(name, company, account):
        assert block is None or 0 < len(block) <= BLOCK_MAX


@given(st.text(max_size=60), st.text(max_size=60), st.none() | st.text(max_size=30))
def test_comparing_never_fails_and_knows_no_direction(one: str, other: str, company: str | None) -> None:
    first, second = person(one, 1, company=company), person(other, 2, company=company)
    there, back = compare(first, second), compare(second, first)
    assert 0.0 <= there.probability <= 1.0
    assert abs(there.probability - back.probability) < 0.05


NAMES = st.sampled_from(["Jane Doe", "Doe, Jane", "Jane Do", "J. Doe", "jdoe", "Bob Roe", "Robert Roe", "Joan Doe"])
MAILS = st.sampled_from([
    None, "jane@acme.example", "jane.doe@acme.example", "jane.do@acme.example", "jane@acmee.example",
    "info@acme.example", "jane.doe@gmail.com", "janedoe+x@gmail.com", "jane@bcme.test",
])  # fmt: skip
PHONES = st.sampled_from([None, "+4930901820", "+4930901821", "+4989111222"])
FIRMS = st.sampled_from(
    [None, "Acme", "ACME GmbH", "Acme Works", "Blue Foods", "A" * 60 + " Works", "A" * 60 + " Foods"]
)
PEOPLE = st.builds(
    person, NAMES, email=MAILS, phone=PHONES, company=FIRMS, title=st.sampled_from([None, "CEO", "ceo", "Clerk"]),
    country=st.sampled_from([None, "DE", "FR"]),
)  # fmt: skip


@given(PEOPLE, PEOPLE, st.sampled_from([0.5, 0.75, 0.9, 1.0]))
def test_the_quick_look_passes_over_nobody_whom_the_close_one_would_take(
    one: Known, other: Known, ask_at: float
) -> None:
    matching, match = Matching(ask_at=ask_at, merge_at=1.0), compare(one, other)
    if verdict_of(match.probability, matching) != "new":
        assert sieve(one, odds_needed(matching))(other)
