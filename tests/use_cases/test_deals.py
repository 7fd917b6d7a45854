"""A lead becomes a deal: stages ask for just what is missing, kept with the move; it is won, lost, opened again."""

from datetime import date
from threading import Thread
from typing import Any

import pytest

from bot import deals, gates, pipeline
from bot.errors import InvalidInputError, NotAllowedError
from bot.playbook.fields import CustomField
from bot.playbook.pipeline import Closing
from bot.playbook.playbook import Playbook, read_playbook
from store.database import Database
from store.models import Answer, FieldChange, FollowUp, Lead, Opportunity, StageChange
from tests.factories import ALICE, BOB, DANA, PLAYBOOK, TUESDAY, WHY, Office, everyone_new

NEED, AMOUNT = {"answers.need": "Ten seats by May"}, {"opportunity.amount": "12.000 €"}


def with_gates(**closing: Any) -> Playbook:
    """The shipped stages, and one that asks for a bit of everything."""
    shipped = read_playbook(PLAYBOOK)
    everything = ("phone", "fields.seats", "answers.budget", "opportunity.expected_on", "follow_up")
    stages = tuple(
        stage.model_copy(update={"needs": everything if stage.name == "contacted" else stage.needs,
                                 "follow_up_days": None, "stale_days": None})
        for stage in shipped.stages
    )  # fmt: skip
    fields = (CustomField(name="seats", label="Seats", type="number"),)
    return everyone_new().model_copy(update={"stages": stages, "fields": fields, "closing": Closing(**closing)})


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database, ALICE, BOB, playbook=with_gates(competitors=("Globex",), products=("Team", "Starter")))


def move(office: Office, lead_id: int, stage: str, given: dict[str, str] | None = None, **more: str) -> str:
    return pipeline.move_stage(office.services, ALICE.slack_id, lead_id, stage, given, **more)


def problems(office: Office, lead_id: int, stage: str, given: dict[str, str] | None = None) -> dict[str, str]:
    before = office.snapshot()
    with pytest.raises(InvalidInputError) as refused:
        move(office, lead_id, stage, given)
    assert office.snapshot() == before
    return {problem.field: problem.reason for problem in refused.value.problems}


def asks(office: Office, lead_id: int, stage: str) -> list[str]:
    return [ask.name for ask in gates.form(office.services, ALICE.slack_id, lead_id, stage).asks]


# --- the gate


@pytest.mark.sqlite_alone
def test_a_stage_is_not_entered_without_what_it_needs(office: Office) -> None:
    lead_id = office.claimed_lead()
    assert problems(office, lead_id, "qualified") == {"answers.need": "Qualified needs an answer on need."}
    assert office.get(Lead, lead_id).stage == "new"


@pytest.mark.sqlite_alone
def test_the_answer_and_the_move_are_kept_together(office: Office) -> None:
    lead_id = office.claimed_lead()
    move(office, lead_id, "qualified", NEED)
    [answer] = office.rows(Answer)
    assert (answer.question, answer.text, answer.at) == ("need", "Ten seats by May", TUESDAY)
    assert office.get(Lead, lead_id).stage == "qualified"
    assert office.lines()[-1] == "➡️ Alice moved it from new to qualified. Need: Ten seats by May."


def test_what_is_known_is_not_asked_again(office: Office) -> None:
    lead_id = office.claimed_lead()
    assert asks(office, lead_id, "qualified") == ["answers.need"]
    move(office, lead_id, "qualified", NEED)
    move(office, lead_id, "proposal", AMOUNT)
    assert asks(office, lead_id, "qualified") == ["back.why"]
    assert asks(office, lead_id, "won") == ["opportunity.amount", "opportunity.product"], "to say what was sold"


def test_every_kind_of_need_is_asked_for_and_stored(office: Office) -> None:
    lead_id = office.claimed_lead(phone="")
    needs = ["phone", "fields.seats", "answers.budget", "opportunity.expected_on", "follow_up"]
    assert asks(office, lead_id, "contacted") == needs
    wrong = dict.fromkeys(needs, "x")
    assert set(problems(office, lead_id, "contacted", wrong)) == set(needs) - {"answers.budget"}
    good = ("+49 30 901820", "12", "20k", "2026-12-12", "tomorrow 9am call about the offer")
    move(office, lead_id, "contacted", dict(zip(needs, good, strict=True)))
    lead = office.get(Lead, lead_id)
    assert (lead.phone, lead.fields["seats"], lead.stage) == ("+4930901820", 12, "contacted")
    assert {(one.field, one.after) for one in office.rows(FieldChange)} >= {("phone", "+4930901820")}
    assert office.rows(Opportunity)[0].expected_on == date(2026, 12, 12)
    assert [one.what for one in office.rows(FollowUp, status="open")] == ["call about the offer"]


@pytest.mark.sqlite_alone
def test_what_the_lead_itself_wrote_is_where_the_form_begins(office: Office) -> None:
    lead_id = office.claimed_lead(fields={"Budget": "20k", "Product": "team"})
    value = gates.form(office.services, ALICE.slack_id, lead_id, "won")
    assert {ask.name: ask.initial for ask in value.asks} == {
        "opportunity.amount": "20k", "opportunity.product": "Team"
    }  # fmt: skip


def test_a_stage_without_needs_is_entered_at_once(office: Office) -> None:
    lead_id = office.claimed_lead()
    assert gates.form(office.services, ALICE.slack_id, lead_id, "won").is_complete is False
    move(office, lead_id, "won", AMOUNT)
    assert gates.form(office.services, ALICE.slack_id, lead_id, "new").is_complete is False, "it goes back"


# --- won, lost, opened again


@pytest.mark.sqlite_alone
def test_won_keeps_amount_and_product(office: Office) -> None:
    lead_id = office.claimed_lead()
    assert problems(office, lead_id, "won") == {"opportunity.amount": "Won needs an amount."}
    move(office, lead_id, "won", {"opportunity.amount": "12k", "opportunity.product": "Team"})
    [deal] = office.rows(Opportunity)
    assert (deal.cents, deal.currency, deal.product) == (1_200_000, "EUR", "Team")
    assert "Sold for 12,000 EUR, Team." in office.lines()[-1]


@pytest.mark.sqlite_alone
def test_lost_needs_a_reason_of_the_playbook(office: Office) -> None:
    lead_id = office.claimed_lead()
    assert problems(office, lead_id, "lost") == {"lost.reason": "Say why it is lost."}
    assert "The reasons are: price" in problems(office, lead_id, "lost", {"lost.reason": "bored"})["lost.reason"]
    move(office, lead_id, "lost", {"lost.reason": "price"})
    [change] = office.rows(StageChange)
    assert (change.reason, change.competitor) == ("price", "")


@pytest.mark.sqlite_alone
@pytest.mark.parametrize(
    ("given", "field"), [({}, "lost.competitor"), ({"lost.competitor": "another one"}, "lost.other")]
)
def test_a_lead_lost_to_a_competitor_names_it(office: Office, given: dict[str, str], field: str) -> None:
    lead_id, reason = office.claimed_lead(), {"lost.reason": "a competitor"}
    assert problems(office, lead_id, "lost", reason | given) == {field: "Say which competitor it was."}
    move(office, lead_id, "lost", {**reason, "lost.competitor": "another one", "lost.other": "Initech"})
    assert office.rows(StageChange)[0].competitor == "Initech"
    assert "Why: a competitor (Initech)." in office.lines()[-1]


@pytest.mark.sqlite_alone
def test_going_back_needs_a_reason(office: Office) -> None:
    lead_id = office.claimed_lead()
    move(office, lead_id, "qualified", NEED)
    assert problems(office, lead_id, "new") == {"back.why": "Say why it goes back."}
    move(office, lead_id, "new", WHY)
    assert office.rows(StageChange)[-1].reason == "they called back"
    assert office.lines()[-1].endswith("Why back: they called back.")


@pytest.mark.sqlite_alone
def test_a_lead_that_comes_back_brings_its_losses_along(office: Office) -> None:
    lead_id = office.claimed_lead()
    for reason in ("price", "no budget"):
        move(office, lead_id, "lost", {"lost.reason": reason})
        office.clock.advance(days=30)
        move(office, lead_id, "new", WHY)
    said = office.lines()[-1]
    assert said.startswith(
        "↩️ Alice opened it again, from lost to new. Why: they called back. It was lost twice before:"
    )
    assert "price, " in said
    assert "no budget, " in said


# --- two at once


def test_whoever_is_second_is_told_what_happened_and_overwrites_nothing(office: Office) -> None:
    lead_id = office.claimed_lead()
    pipeline.move_stage(office.services, DANA.slack_id, lead_id, "lost", {"lost.reason": "price"}, opened_at="new")
    with pytest.raises(InvalidInputError, match="Dana moved it from new to lost meanwhile"):
        move(office, lead_id, "qualified", NEED, opened_at="new")
    assert office.get(Lead, lead_id).stage == "lost"
    assert office.rows(Answer) == []


def test_of_two_who_move_at_the_same_moment_one_moves_and_one_is_told(office: Office) -> None:
    lead_id, told = office.claimed_lead(), []

    def press(slack_id: str) -> None:
        try:
            pipeline.move_stage(office.services, slack_id, lead_id, "qualified", NEED, opened_at="new")
        except InvalidInputError as error:
            told.append(str(error))

    presses = [Thread(target=press, args=(slack_id,)) for slack_id in (ALICE.slack_id, DANA.slack_id)]
    for each in presses:
        each.start()
    for each in presses:
        each.join()
    assert len(office.rows(StageChange)) == len(office.rows(Answer)) == len(told) == 1


# --- the deal itself


def test_a_deal_is_written_down_at_any_time_and_stands_on_the_card(office: Office) -> None:
    lead_id = office.claimed_lead()
    terms = {"opportunity.amount": "12.000 €", "opportunity.probability": "40", "opportunity.expected_on": "2026-12-12"}
    said = deals.save(office.services, ALICE.slack_id, lead_id, terms)
    assert said.endswith("Opportunity 12,000 EUR, 40 %, closes 12 Dec 2026.")
    [call] = [office.render(row) for row in office.waiting("card")]
    assert "Opportunity 12,000 EUR, 40 %, closes 12 Dec 2026" in str(call)
    assert "wrote down the deal" in office.lines()[-1]


def test_the_stage_says_the_chance_unless_the_deal_does(office: Office) -> None:
    lead_id = office.claimed_lead()
    move(office, lead_id, "proposal", AMOUNT)
    value = deals.form(office.services, ALICE.slack_id, lead_id)
    assert (value.probability, value.usual_probability) == (60, 60)
    deals.save(office.services, ALICE.slack_id, lead_id, {"opportunity.probability": "5"})
    assert deals.form(office.services, ALICE.slack_id, lead_id).probability == 5


@pytest.mark.sqlite_alone
@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"opportunity.amount": "-1"}, "opportunity.amount"), ({"opportunity.amount": "9" * 15}, "opportunity.amount"),
        ({"opportunity.amount": "1.500k"}, "opportunity.amount"),
        ({"opportunity.currency": "XYZ"}, "opportunity.currency"),
        ({"opportunity.amount": "5 USD", "opportunity.currency": "EUR"}, "opportunity.currency"),
        ({"opportunity.probability": "101"}, "opportunity.probability"),
        ({"opportunity.probability": "-1"}, "opportunity.probability"),
        ({"opportunity.expected_on": "2026-11-23"}, "opportunity.expected_on"),
        ({"opportunity.expected_on": "2126-11-23"}, "opportunity.expected_on"),
        ({"opportunity.expected_on": "soon"}, "opportunity.expected_on"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_deal_is_refused_on_its_field(office: Office, terms: dict[str, str], field: str) -> None:
    lead_id, before = office.claimed_lead(), office.rows(Opportunity)
    with pytest.raises(InvalidInputError) as refused:
        deals.save(office.services, ALICE.slack_id, lead_id, terms)
    assert [problem.field for problem in refused.value.problems] == [field]
    assert office.rows(Opportunity) == before


def test_whoever_saves_an_older_form_of_the_deal_is_told(office: Office) -> None:
    lead_id = office.claimed_lead()
    deals.save(office.services, DANA.slack_id, lead_id, {"opportunity.amount": "5k"}, seen="new")
    with pytest.raises(InvalidInputError, match="Somebody else changed this deal"):
        deals.save(office.services, ALICE.slack_id, lead_id, {"opportunity.amount": "6k"}, seen="new")


@pytest.mark.sqlite_alone
def test_only_the_owner_or_a_manager_changes_a_deal(office: Office) -> None:
    lead_id = office.claimed_lead(ALICE)
    with pytest.raises(NotAllowedError, match="belongs to Alice"):
        deals.save(office.services, BOB.slack_id, lead_id, AMOUNT)
    with pytest.raises(NotAllowedError, match="belongs to Alice"):
        deals.form(office.services, BOB.slack_id, lead_id)
