"""Looking leads up: by number, by part of a name, as lists; never a word about other teams' leads."""

from datetime import timedelta

import pytest

from bot import decisions, leads, search
from bot.errors import InvalidInputError, NotAllowedError, NotFoundError
from bot.pipeline import add_note, move_stage
from bot.rules.query.parsing import QueryError
from bot.views.why import why
from store.models import Lead
from tests.factories import ALICE, BOB, DANA, ERIN, TUESDAY, Office

pytestmark = pytest.mark.sqlite_alone


@pytest.fixture
def erin_sells_elsewhere(office: Office) -> Office:
    office.seat(ERIN, "enterprise")
    return office


def found(office: Office, words: str, who: str = ALICE.slack_id) -> list[str]:
    return [row.lead.name for row in search.find(office.services, who, words).rows]


def listed(office: Office, which: str, who: str = ALICE.slack_id) -> list[str]:
    return [row.lead.name for row in search.list_leads(office.services, who, which)[1].rows]


@pytest.mark.parametrize("name", ["#{}", "{}", " #{} "])
def test_a_lead_is_named_by_its_number(office: Office, name: str) -> None:
    lead_id = office.lead()
    assert leads.number_of(office.services, ALICE.slack_id, name.format(lead_id)) == lead_id


@pytest.mark.both_databases
@pytest.mark.parametrize("name", ["jane", "DOE", "acme", "jane@acme", "e D"])
def test_a_lead_is_named_by_part_of_its_name_company_or_address(office: Office, name: str) -> None:
    lead_id = office.lead()
    assert leads.number_of(office.services, ALICE.slack_id, name) == lead_id


def test_a_name_that_could_be_several_lists_them_with_their_numbers(office: Office) -> None:
    first, second = office.lead(name="Jane Doe"), office.lead(name="Jane Roe")
    with pytest.raises(NotFoundError) as told:
        leads.number_of(office.services, ALICE.slack_id, "jane")
    assert f"#{first} Jane Doe, Acme" in str(told.value)
    assert f"#{second} Jane Roe, Acme" in str(told.value)
    assert "Use the number" in str(told.value)


@pytest.mark.parametrize("name", ["nobody", "%", "_", "\\", "Jane%Roe", "' OR 1=1 --", "x" * 5000])
def test_a_name_that_nobody_has_is_said_so(office: Office, name: str) -> None:
    office.lead()
    with pytest.raises(NotFoundError, match="contains"):
        leads.number_of(office.services, ALICE.slack_id, name)


def test_no_name_at_all_is_asked_for(office: Office) -> None:
    with pytest.raises(NotFoundError, match="Which lead"):
        leads.number_of(office.services, ALICE.slack_id, " ")


@pytest.mark.both_databases
def test_signs_that_searches_are_made_of_do_no_harm(office: Office) -> None:
    office.lead(name="100% Jane_Doe\\")
    assert found(office, "100%") == found(office, "jane_d") == found(office, "doe\\") == ["100% Jane_Doe\\"]
    assert found(office, "100_ nobody") == found(office, "jan%e") == []
    with pytest.raises(QueryError, match="no word in %"):
        found(office, "%")


@pytest.mark.both_databases
def test_other_teams_leads_are_invisible(erin_sells_elsewhere: Office) -> None:
    office = erin_sells_elsewhere
    lead_id = office.claimed_lead(ALICE)
    office.follow_up(lead_id, TUESDAY + timedelta(hours=1))
    office.clock.advance(hours=2)
    assert found(office, "jane", ERIN.slack_id) == []
    assert [listed(office, which, ERIN.slack_id) for which in search.LISTS] == [[]] * 4
    with pytest.raises(NotFoundError) as by_name:
        leads.number_of(office.services, ERIN.slack_id, "jane")
    assert "Acme" not in str(by_name.value)


def test_a_number_tells_an_outsider_nothing(erin_sells_elsewhere: Office) -> None:
    office = erin_sells_elsewhere
    lead_id = office.lead()
    answers = set()
    for number in (lead_id, 999):
        for ask in (leads.details, decisions.why):
            with pytest.raises(NotAllowedError) as told:
                ask(office.services, ERIN.slack_id, number)
            answers.add(str(told.value))
        with pytest.raises(NotAllowedError) as told:
            leads.number_of(office.services, ERIN.slack_id, f"#{number}")
        answers.add(str(told.value))
    assert len(answers) == 1


def test_a_manager_sees_the_leads_of_all_teams(office: Office) -> None:
    office.lead(name="Small")
    office.lead(name="Large", fields={"plan": "enterprise"})
    assert found(office, "acme", DANA.slack_id) == ["Large", "Small"]


@pytest.mark.parametrize(
    ("which", "names"),
    [("mine", ["Mine"]), ("team", ["Nobodys", "Bobs", "Mine"]), ("open", ["Nobodys"]), ("overdue", ["Mine"])],
)
def test_each_list_holds_what_it_says(office: Office, which: str, names: list[str]) -> None:
    mine = office.claimed_lead(ALICE, name="Mine")
    office.claimed_lead(BOB, name="Bobs")
    office.lead(name="Nobodys")
    office.follow_up(mine, TUESDAY + timedelta(hours=1))
    office.clock.advance(hours=2)
    assert listed(office, which) == names


def test_closed_leads_are_in_no_list(office: Office) -> None:
    lead_id = office.claimed_lead(ALICE)
    move_stage(office.services, ALICE.slack_id, lead_id, "won")
    assert [listed(office, which) for which in search.LISTS] == [[]] * 4


def test_a_list_that_there_is_not_is_refused_with_those_there_are(office: Office) -> None:
    with pytest.raises(InvalidInputError, match="mine, team, open, overdue"):
        listed(office, "all")


def test_a_search_for_nothing_is_refused(office: Office) -> None:
    with pytest.raises(InvalidInputError, match="what to look for"):
        found(office, "  ")


def test_a_row_names_the_owner_and_the_next_follow_up(office: Office) -> None:
    lead_id = office.claimed_lead(ALICE)
    for hours in (5, 2, 3):
        office.follow_up(lead_id, TUESDAY + timedelta(hours=hours))
    [row] = search.list_leads(office.services, BOB.slack_id, "team")[1].rows
    assert (row.owner, row.follow_up_at) == ("Alice", TUESDAY + timedelta(hours=2))


def test_everything_about_a_lead_is_told(office: Office) -> None:
    lead_id = office.claimed_lead(ALICE)
    add_note(office.services, BOB.slack_id, lead_id, "Met her at the fair", key="k")
    office.follow_up(lead_id, TUESDAY + timedelta(hours=2), what="call")
    told = leads.details(office.services, BOB.slack_id, lead_id)
    assert (told.team, told.owner) == ("smb", "Alice")
    assert ("Bob", "Met her at the fair") in [(entry.by, entry.words) for entry in told.story.entries]
    assert told.follow_ups == ((TUESDAY + timedelta(hours=2), "call"),)


def test_why_names_the_route_the_reason_and_everyone_considered(office: Office) -> None:
    said = why(decisions.why(office.services, BOB.slack_id, office.lead())).text
    assert said == (
        "#1 Jane Doe, Acme: Team smb, by the rule “all other leads”. It is Alice's turn. You were level. You are next."
    )


def test_the_card_shows_what_is_true_now(office: Office) -> None:
    lead_id = office.lead()

    def card() -> tuple[str | None, str | None]:
        with office.services.reading() as uow:
            value = leads.card_of(office.services, uow, office.get(Lead, lead_id))
        return value.owner.name if value.owner else None, value.offered_to.name if value.offered_to else None

    assert card() == (None, "Alice")
    office.clock.advance(minutes=15)
    office.lapse_offers()
    assert card() == (None, "Bob")
