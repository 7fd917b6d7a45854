"""People of one company are one account, by address or by name, and the card of each tells who else is there."""

from typing import Any

import pytest

from bot import accounts, claims
from bot.intake import capture
from bot.views.kit import spoken
from store.models import AccountName, Lead
from tests.factories import ALICE, BOB, Office

pytestmark = pytest.mark.sqlite_alone


def account(office: Office, lead_id: int) -> str | None:
    return office.get(Lead, lead_id).account


def person(office: Office, name: str, **fields: Any) -> int:
    """Somebody of their own: no two share an address or a phone."""
    first = name.partition(" ")[0].lower()
    return office.lead(**{"name": name, "email": f"{first}@acme.example", "phone": None, **fields})


def line(office: Office, lead_id: int) -> str:
    with office.services.reading() as uow:
        lead = uow.leads.get(lead_id)
        assert lead is not None
        return "".join(spoken(piece) for piece in accounts.line(office.services, uow, lead))


def test_every_host_of_a_company_is_one_account(office: Office) -> None:
    first = person(office, "Ann Ray", email="ann@mail.acme.co.uk")
    second = person(office, "Bo Lee", email="bo@acme.co.uk", company=None)
    assert account(office, first) == account(office, second) == "acme.co.uk"


def test_who_gives_no_business_address_is_found_by_the_companys_name(office: Office) -> None:
    person(office, "Ann Ray", company="ACME, Inc.")
    assert account(office, person(office, "Bo Lee", email="bo@gmail.com", company="Acme GmbH")) == "acme.example"


@pytest.mark.both_databases
def test_who_came_before_the_name_was_explained_joins_the_account(office: Office) -> None:
    early = person(office, "Bo Lee", email="bo@gmail.com")
    assert account(office, early) == "acme"
    person(office, "Ann Ray")
    assert account(office, early) == "acme.example"


def test_nobody_can_claim_another_companys_name(office: Office) -> None:
    person(office, "Eve Vil", email="eve@evil.example", company="Siemens")
    assert account(office, person(office, "Bo Lee", email="bo@gmail.com", company="Siemens AG")) == "siemens"


@pytest.mark.both_databases
def test_of_two_domains_with_one_name_the_first_keeps_it(office: Office) -> None:
    person(office, "Ann Ray")
    assert account(office, person(office, "Cy Fox", email="cy@acme-group.example")) == "acme-group.example"
    assert account(office, person(office, "Bo Lee", email="bo@gmail.com")) == "acme.example"


@pytest.mark.both_databases
def test_many_are_settled_with_one_question(office: Office) -> None:
    pairs = [
        ("globex.example", "Globex Ltd"), ("globex", "GLOBEX"), ("initech", "Initech"), (None, None),
        ("initech.example", "Initech"), ("umbrella.example", None),
    ]  # fmt: skip
    with office.services.unit_of_work() as uow:
        settled = accounts.settle(uow, pairs)
        uow.commit()
    assert settled == [
        "globex.example", "globex.example", "initech.example", None, "initech.example", "umbrella.example",
    ]  # fmt: skip
    assert {row.name: row.account for row in office.rows(AccountName)} == {
        "globex": "globex.example", "initech": "initech.example",
    }  # fmt: skip


def test_a_card_names_the_others_their_parts_and_who_is_missing(office: Office) -> None:
    jane = person(office, "Jane Doe", title="CEO")
    assert line(office, jane) == ""
    bob = person(office, "Bob Ray", title="CFO")
    said = line(office, jane)
    assert f"#{bob} Bob Ray, CFO (holds the budget)." in said
    assert "This one: decides." in said
    assert "Still missing: judges the technology, will use it." in said


def test_a_card_says_whose_they_are_and_when_there_is_more_than_one_owner(office: Office) -> None:
    jane, bob = person(office, "Jane Doe"), person(office, "Bob Ray")
    claims.claim(office.services, ALICE.slack_id, jane)
    assert "Alice looks after them." in line(office, bob)
    claims.claim(office.services, BOB.slack_id, bob)
    assert "They have 2 owners: Alice, Bob." in line(office, jane)


def test_people_of_another_team_are_counted_and_not_named(office: Office) -> None:
    jane = person(office, "Jane Doe")
    person(office, "Bob Ray", fields={"plan": "enterprise"})
    assert "one with another team" in line(office, jane)
    assert "Bob Ray" not in line(office, jane)


def test_the_others_cards_say_it_when_somebody_joins(office: Office) -> None:
    jane = person(office, "Jane Doe")
    office.everything_left()
    person(office, "Bob Ray")
    assert jane in {row.payload["lead_id"] for row in office.waiting("card")}


@pytest.mark.parametrize("address", ["ann@gmail.com", None])
def test_without_an_address_or_a_company_there_is_no_account(office: Office, address: str | None) -> None:
    raw = {"name": "Ann Ray", "email": address, "phone": "+49 30 901820"}
    captured = capture.take_lead(office.services, raw, key="k")
    assert account(office, captured.lead_id) is None
    assert line(office, captured.lead_id) == ""
