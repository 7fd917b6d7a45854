"""Somebody corrects a lead: cleaned as when it came, only what they changed, with what stood there before kept."""

import pytest

from bot import edits, leads
from bot.errors import DibsError, InvalidInputError, NotAllowedError
from bot.people import Profile
from bot.playbook.fields import CustomField
from bot.playbook.matching import Matching
from bot.views.edits import shown_values
from bot.views.leads import details
from store.database import Database
from store.models import AccountName, Duplicate, FieldChange, Lead
from tests.factories import ALICE, BOB, CAROL, DANA, Office, everyone_new

FIELDS = (
    CustomField(name="seats", label="Seats wanted", type="number"),
    CustomField(name="discount", seen_by="managers"),
    CustomField(name="plan", type="choice", choices=("Team", "Enterprise")),
)


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database, ALICE, BOB, CAROL, playbook=everyone_new().model_copy(update={"fields": FIELDS}))


def correct(office: Office, lead_id: int, by: Profile = ALICE, **changed: str) -> str:
    """Names as in the form, with two underscores for the dot."""
    answers = {name.replace("__", "."): text for name, text in changed.items()}
    return edits.correct(office.services, by.slack_id, lead_id, answers)


def changes(office: Office) -> list[tuple[str, str, str]]:
    return [(row.field, row.before, row.after) for row in office.rows(FieldChange)]


def test_what_is_corrected_is_cleaned_and_what_they_wrote_is_kept(office: Office) -> None:
    lead_id = office.claimed_lead()
    assert correct(office, lead_id, name="DOE, JANE M.", title="sales mgr").startswith("Corrected #")
    lead = office.get(Lead, lead_id)
    assert (lead.name, lead.title) == ("Jane M. Doe", "Sales Manager")
    assert lead.originals["name"] == "DOE, JANE M."


def test_what_stood_there_before_is_kept_with_who_changed_it(office: Office) -> None:
    lead_id = office.claimed_lead()
    correct(office, lead_id, email="jane@acme-labs.example", company="Acme Labs")
    assert changes(office) == [
        ("email", "jane@acme.example", "jane@acme-labs.example"), ("company", "Acme", "Acme Labs"),
    ]  # fmt: skip
    assert {row.rep_id for row in office.rows(FieldChange)} == {office.get(Lead, lead_id).owner_id}


def test_the_thread_says_which_fields_in_one_line_and_the_card_is_brought_up_to_date(office: Office) -> None:
    lead_id = office.claimed_lead()
    office.everything_left()
    correct(office, lead_id, email="jane@acme.co", title="CEO", fields__seats="40")
    assert office.lines() == ["✏️ Alice corrected e-mail, title and Seats wanted."]
    assert lead_id in {row.payload["lead_id"] for row in office.waiting("card")}


@pytest.mark.sqlite_alone
def test_nothing_changed_is_nothing_said(office: Office) -> None:
    lead_id = office.claimed_lead()
    before = office.snapshot()
    assert "was changed" in correct(office, lead_id, name="Jane Doe", company=" Acme ")
    assert correct(office, lead_id).startswith("Nothing")
    assert office.snapshot() == before


@pytest.mark.sqlite_alone
def test_only_what_was_changed_is_written(office: Office) -> None:
    """Bob's form was opened before Alice saved hers: his answer has only what he changed."""
    lead_id = office.lead()
    correct(office, lead_id, title="CEO")
    correct(office, lead_id, BOB, phone="+49 30 901821")
    lead = office.get(Lead, lead_id)
    assert (lead.title, lead.phone) == ("CEO", "+4930901821")


def test_a_corrected_country_reads_the_number_that_was_kept_as_it_was_typed(office: Office) -> None:
    lead_id = office.claimed_lead(phone="030 901820", country=None)
    assert office.get(Lead, lead_id).flaws
    correct(office, lead_id, country="Germany")
    lead = office.get(Lead, lead_id)
    assert (lead.phone, lead.country, lead.flaws) == ("+4930901820", "DE", [])


def test_another_address_or_company_is_another_account(office: Office) -> None:
    lead_id = office.claimed_lead()
    blocks = office.get(Lead, lead_id).company_block
    correct(office, lead_id, email="jane@globex.example", company="Globex")
    lead = office.get(Lead, lead_id)
    assert (lead.account, lead.company_block != blocks) == ("globex.example", True)
    assert {row.name for row in office.rows(AccountName)} == {"acme", "globex"}


@pytest.mark.sqlite_alone
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("email", "nobody"), ("phone", "1"), ("website", "javascript:alert(1)"), ("fields.seats", "many"),
        ("fields.plan", "gold"), ("profile.time_zone", "Middle Earth"), ("profile.links", "data:x"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_told_on_its_field_and_nothing_is_changed(office: Office, name: str, text: str) -> None:
    lead_id = office.claimed_lead()
    before = office.get(Lead, lead_id).model_dump()
    with pytest.raises(InvalidInputError) as refused:
        edits.correct(office.services, ALICE.slack_id, lead_id, {name: text, "title": "CEO"})
    assert [problem.field for problem in refused.value.problems] == [name]
    assert (office.get(Lead, lead_id).model_dump(), changes(office)) == (before, [])


def test_a_lead_keeps_a_way_to_be_reached(office: Office) -> None:
    lead_id = office.claimed_lead(phone=None)
    with pytest.raises(InvalidInputError, match="nobody can answer"):
        correct(office, lead_id, email="")


def test_a_field_can_be_emptied(office: Office) -> None:
    lead_id = office.claimed_lead(fields={"seats": 5})
    correct(office, lead_id, company="", fields__seats="")
    lead = office.get(Lead, lead_id)
    assert (lead.company, lead.fields) == (None, {})


def test_a_value_from_before_the_field_had_its_type_hinders_nobody(office: Office) -> None:
    lead_id = office.claimed_lead()
    with office.services.unit_of_work() as uow:
        lead = uow.leads.get(lead_id)
        assert lead is not None
        lead.fields = {"seats": "many"}
        uow.commit()
    correct(office, lead_id, title="CEO")
    assert office.get(Lead, lead_id).fields == {"seats": "many"}


@pytest.mark.sqlite_alone
def test_what_only_managers_see_is_offered_to_them_alone(office: Office) -> None:
    lead_id = office.claimed_lead(fields={"discount": "20 %"})
    assert [one.name for one in edits.form(office.services, ALICE.slack_id, lead_id).custom] == ["seats", "plan"]
    assert len(edits.form(office.services, DANA.slack_id, lead_id).custom) == len(FIELDS)
    assert [one.name for one in edits.asked(office.services, ALICE.slack_id)] == ["seats", "plan"]


@pytest.mark.sqlite_alone
def test_a_rep_cannot_write_what_only_managers_see(office: Office) -> None:
    lead_id = office.claimed_lead(fields={"discount": "20 %"})
    assert correct(office, lead_id, fields__discount="90 %").startswith("Nothing")
    assert office.get(Lead, lead_id).fields == {"discount": "20 %"}


@pytest.mark.sqlite_alone
def test_the_thread_does_not_even_name_what_only_managers_see(office: Office) -> None:
    lead_id = office.claimed_lead()
    office.everything_left()
    correct(office, lead_id, DANA, fields__discount="20 %")
    assert (office.lines(), changes(office)) == ([], [("fields.discount", "", "20 %")])


@pytest.mark.parametrize(("reader", "reads"), [(ALICE, False), (DANA, True)])
def test_no_rep_reads_what_only_managers_see(office: Office, reader: Profile, *, reads: bool) -> None:
    lead_id = office.claimed_lead(fields={"discount": "20 %"})
    correct(office, lead_id, DANA, fields__discount="35 %")
    shown = str(details(leads.details(office.services, reader.slack_id, lead_id)))
    assert ("35 %" in shown) is reads
    [card] = [row for row in office.waiting("card") if row.payload["lead_id"] == lead_id]
    assert "35 %" not in str(office.render(card))


@pytest.mark.sqlite_alone
def test_an_owned_lead_is_corrected_by_its_owner_or_a_manager(office: Office) -> None:
    lead_id = office.claimed_lead()
    with pytest.raises(NotAllowedError, match="belongs to Alice"):
        correct(office, lead_id, BOB, title="CEO")
    correct(office, lead_id, DANA, title="CEO")
    assert office.get(Lead, lead_id).title == "CEO"


@pytest.mark.sqlite_alone
def test_while_nobody_owns_it_anybody_of_the_team_may(office: Office) -> None:
    lead_id = office.lead()
    correct(office, lead_id, BOB, title="CEO")
    assert office.get(Lead, lead_id).title == "CEO"


def test_a_guessed_time_zone_stays_a_guess_until_somebody_names_one(office: Office) -> None:
    lead_id = office.claimed_lead()
    assert shown_values(office.get(Lead, lead_id))["profile.time_zone"] == ""
    correct(office, lead_id, title="CEO", profile__location="Berlin")
    assert office.get(Lead, lead_id).profile["time_zone_is"] == "guessed from the country"
    correct(office, lead_id, profile__time_zone="europe/vienna")
    profile = office.get(Lead, lead_id).profile
    assert (profile["time_zone"], "time_zone_is" in profile) == ("Europe/Vienna", False)


def test_what_was_taken_back_cannot_be_corrected(office: Office) -> None:
    lead_id = office.claimed_lead()
    with office.services.unit_of_work() as uow:
        lead = uow.leads.get(lead_id)
        assert lead is not None
        lead.state = "undone"
        uow.commit()
    with pytest.raises(DibsError, match="taken back"):
        correct(office, lead_id, title="CEO")


def test_who_turns_out_to_be_somebody_we_know_is_asked_about_and_not_merged(database: Database) -> None:
    playbook = everyone_new()
    office = Office(database, ALICE, BOB, playbook=playbook.model_copy(update={"matching": Matching()}))
    known = office.lead(email="jane@globex.example", phone="+49 30 901899")
    other = office.lead(name="Xaver Quandt", email="xq@initech.example", phone=None, company="Initech")
    assert office.rows(Duplicate) == []
    correct(office, other, name="Jane Doe", email="jane@globex.example", company="Acme")
    [pair] = office.rows(Duplicate)
    assert (pair.lead_id, pair.other_id, pair.status) == (other, known, "open")
    assert {office.get(Lead, number).state for number in (known, other)} == {"live"}
