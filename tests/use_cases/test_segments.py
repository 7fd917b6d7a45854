"""Searches from Slack, saved ones, and routes that ask for them."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from bot import doctor, search, segments
from bot.errors import DibsError, InvalidInputError, NotAllowedError, NotFoundError
from bot.playbook.fields import CustomField
from bot.playbook.playbook import Condition, Playbook
from bot.rules.query.parsing import QueryError
from bot.views.search import MOST_ROWS, results
from store.models import Lead, Segment
from tests.factories import ALICE, BOB, DANA, ERIN, Office, everyone_new

AT_ONCE = 6


def found(office: Office, words: str, who: str = ALICE.slack_id) -> list[str]:
    return [row.lead.name for row in search.find(office.services, who, words).rows]


def save(office: Office, name: str, words: str, who: str = DANA.slack_id) -> str:
    return segments.save(office.services, who, name, words)


def with_playbook(office: Office, **update: Any) -> Playbook:
    playbook = office.services.playbook.model_copy(update=update)
    office.services.put_in_force(playbook)
    return playbook


def test_a_mistyped_word_is_put_right_and_said(office: Office) -> None:
    office.lead(name="Jane Doe")
    told = search.find(office.services, ALICE.slack_id, "jnae stage:new")
    assert [row.lead.name for row in told.rows] == ["Jane Doe"]
    assert "Nothing for jnae; showing jane." in results("Found", told, nothing="").text


@pytest.mark.sqlite_alone
def test_a_word_is_put_right_only_by_leads_that_the_actor_may_see(office: Office) -> None:
    office.seat(ERIN, "enterprise")
    office.lead(name="Jane Doe")
    assert search.find(office.services, ERIN.slack_id, "jnae").rows == ()
    assert search.find(office.services, ERIN.slack_id, "jnae").instead == ""


def test_what_only_managers_see_finds_nothing_for_a_rep_not_even_by_a_near_word(office: Office) -> None:
    with_playbook(office, fields=(CustomField(name="secret", seen_by="managers"), CustomField(name="city")))
    office.lead(name="Jane", fields={"secret": "acquisition", "city": "Bern"})
    assert found(office, "acquisition", DANA.slack_id) == found(office, "secret:acquisition", DANA.slack_id) == ["Jane"]
    assert found(office, "acquisition") == found(office, "aquisition") == []
    assert found(office, "bern") == found(office, "city:bern") == ["Jane"]
    with pytest.raises(QueryError, match="no field secret"):
        found(office, "secret:acquisition")
    save(office, "bought", "secret:acquisition")
    with pytest.raises(QueryError, match="does not work"):
        found(office, "segment:bought")


@pytest.mark.parametrize("spelling", ["We_May_Give", "WE MAY GIVE ", "discount-WE-give", "Rebate"])
def test_what_came_before_the_playbook_hid_it_is_not_found_by_a_rep_however_it_is_spelled(
    office: Office, spelling: str
) -> None:
    office.lead(name="Jane", fields={spelling: "acquisition", "city": "Bern"})
    hidden = CustomField(name="we-may-give", label="Discount we give", also_called=("rebate",), seen_by="managers")
    with_playbook(office, fields=(hidden, CustomField(name="city")))
    assert found(office, "acquisition", DANA.slack_id) == found(office, "bern") == ["Jane"]
    assert found(office, "acquisition") == []
    assert found(office, "acquisition bern") == []


@pytest.mark.sqlite_alone
def test_more_than_fit_are_asked_about_more_closely(office: Office) -> None:
    for number in range(MOST_ROWS + 1):
        office.lead(name=f"Jane {number}")
    message = results("Found", search.find(office.services, ALICE.slack_id, "jane"), nothing="")
    assert "the newest 20" in message.text
    assert "Refine it" in str(message.blocks[-1])


def test_a_list_takes_a_query_too(office: Office) -> None:
    office.claimed_lead(name="Mine", source="webinar")
    office.claimed_lead(BOB, name="Bobs", source="webinar")
    office.claimed_lead(name="Mine too")

    def listed(words: str) -> list[str]:
        return [row.lead.name for row in search.list_leads(office.services, ALICE.slack_id, words)[1].rows]

    assert listed("mine source:webinar") == listed("source:webinar") == ["Mine"]
    assert listed("team source:webinar") == ["Bobs", "Mine"]
    assert listed("open source:webinar") == []


@pytest.mark.sqlite_alone
def test_a_result_says_why_it_is_there(office: Office) -> None:
    office.lead(title="Head of Sales")
    [row] = search.find(office.services, ALICE.slack_id, "sales").rows
    assert row.why == (("title", "Head of Sales"),)


def test_a_segment_is_saved_changed_used_and_deleted(office: Office) -> None:
    office.lead(name="Fair", source="fair")
    office.lead(name="Web", source="web")
    assert save(office, "fairs", "source:fair") == (
        "Saved the segment fairs; 1 lead is in it now. Find them with: segment:fairs"
    )
    assert found(office, "segment:fairs") == ["Fair"]
    assert [row.lead.name for row in segments.show(office.services, ALICE.slack_id, "Fairs").rows] == ["Fair"]
    assert "Changed" in save(office, "fairs", "source:fair,web")
    [line] = segments.lines(office.services, ALICE.slack_id)
    assert (line.name, line.query, line.leads) == ("fairs", "source:fair,web", 2)
    assert segments.delete(office.services, DANA.slack_id, "fairs") == "The segment fairs is gone."
    with pytest.raises(QueryError, match="There are no segments yet"):
        found(office, "segment:fairs")


@pytest.mark.sqlite_alone
def test_only_managers_save_and_delete(office: Office) -> None:
    with pytest.raises(NotAllowedError, match="Only managers"):
        save(office, "hot", "score>70", who=ALICE.slack_id)
    save(office, "hot", "score>70")
    with pytest.raises(NotAllowedError, match="Only managers"):
        segments.delete(office.services, ALICE.slack_id, "hot")


@pytest.mark.sqlite_alone
@pytest.mark.parametrize(("name", "words", "said"), [
    ("Hot Leads", "score>70", "small letters"), ("hot", "", "which leads"), ("hot", "scor>70", "did you mean score"),
    ("hot", "segment:hot", "There are no segments yet"), ("hot", "segment:nothing", "There are no segments yet"),
])  # fmt: skip
def test_what_could_not_be_used_is_not_saved(office: Office, name: str, words: str, said: str) -> None:
    with pytest.raises((InvalidInputError, QueryError), match=said):
        save(office, name, words)
    assert segments.lines(office.services, DANA.slack_id) == ()


def test_managers_who_save_one_name_at_once_have_one_segment(office: Office) -> None:
    start = Barrier(AT_ONCE)

    def saves(number: int) -> str:
        start.wait()
        return save(office, "hot", f"score>{number}")

    with ThreadPoolExecutor(AT_ONCE) as pool:
        said = list(pool.map(saves, range(AT_ONCE)))
    assert all("the segment hot" in one for one in said)
    assert [row.name for row in office.rows(Segment)] == ["hot"]


def test_segments_cannot_be_made_to_ask_for_each_other_in_a_circle(office: Office) -> None:
    save(office, "one", "score>1")
    save(office, "two", "segment:one")
    with pytest.raises(QueryError, match="asks for itself"):
        save(office, "one", "segment:two")
    with pytest.raises(DibsError, match="two is made of it"):
        segments.delete(office.services, DANA.slack_id, "one")


@pytest.mark.sqlite_alone
def test_a_segment_that_is_not_there_is_told_with_the_nearest(office: Office) -> None:
    save(office, "hot", "score>70")
    with pytest.raises(NotFoundError, match="did you mean hot"):
        segments.show(office.services, ALICE.slack_id, "hto")


def fair_leads_go_to_enterprise(office: Office) -> None:
    playbook = everyone_new()
    first = playbook.routes[0].model_copy(
        update={"when": (Condition.model_validate({"field": "segment", "is": ["fairs"]}),)}
    )
    with_playbook(office, routes=(first, *playbook.routes[1:]))


def test_a_route_takes_the_leads_of_a_saved_segment(office: Office) -> None:
    save(office, "fairs", 'source:"trade fair" company:acme')
    fair_leads_go_to_enterprise(office)
    names: dict[int | None, str] = {team.id: team.name for team in reading_teams(office)}

    def team(**fields: Any) -> str:
        return names[office.get(Lead, office.lead(**fields)).team_id]

    assert team(source="Trade Fair") == "enterprise"
    assert team(source="Trade Fair", company="Globex") == "smb"
    assert team(fields={"segment": "fairs"}) == "enterprise"  # the lead's own word, as ever


def reading_teams(office: Office) -> list[Any]:
    with office.services.reading() as uow:
        return uow.people.teams()


@pytest.mark.sqlite_alone
def test_a_route_whose_segment_is_gone_is_told_of(office: Office) -> None:
    save(office, "fairs", "source:fair")
    fair_leads_go_to_enterprise(office)
    assert doctor.segments_check(office.services).ok
    rule = office.services.playbook.routes[0].name
    assert f"The playbook's route {rule} names it" in segments.delete(office.services, DANA.slack_id, "fairs")
    check = doctor.segments_check(office.services)
    assert not check.ok
    assert f"The route '{rule}' asks for the segment fairs, but none is saved by that name." in check.says


@pytest.mark.sqlite_alone
def test_a_segment_that_the_playbook_has_outgrown_is_told_of_and_holds_nobody(office: Office) -> None:
    with_playbook(office, fields=(CustomField(name="city"),))
    save(office, "bern", "city:bern")
    with_playbook(office, fields=())
    assert "There is no field city" in doctor.segments_check(office.services).says
    [line] = segments.lines(office.services, ALICE.slack_id)
    assert line.leads is None
    fair_leads_go_to_enterprise(office)
    assert office.lead(fields={"city": "Bern"})
