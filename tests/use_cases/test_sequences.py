"""Sequences: who comes in, what the steps do, when they wait, and what ends them."""

import pytest

from bot import pipeline, timeline
from bot.contact.outside import Outside
from bot.intake import touches
from bot.rules.person_names import first_name
from bot.rules.touches import CleanTouch
from bot.sequences import advancing, enrolling, leaving
from bot.services import Services
from handlers.clock import one_by_one
from store.database import Database
from store.models import Enrolment, FieldChange, FollowUp, Lead, StageChange
from tests.factories import ALICE, DANA, TUESDAY
from tests.sequences import OUTSIDE, Seat

WELCOME = """
[[sequences]]
name = "welcome"
enrol = { on = "new", when = [{ field = "consent", is = ["true"] }] }
[[sequences.steps]]
kind = "email"
name = "hello"
subject = "Hello {{ first_name }}"
text = "Good that you are here, {{ first_name }}. {{ sender_name }}"
[[sequences.steps]]
kind = "wait"
days = 3
[[sequences.steps]]
kind = "email"
name = "more"
subject = "More for {{ company }}"
text = "Here is more."
"""


@pytest.fixture
def seat(database: Database) -> Seat:
    return Seat(database, WELCOME)


def touch(seat: Seat, lead_id: int, kind: str, detail: str = "") -> None:
    with seat.services.unit_of_work() as uow:
        lead = uow.leads.lock(lead_id)
        assert lead is not None
        now = seat.clock.now()
        touches.take_in(seat.services, uow, lead, [(CleanTouch(kind, detail, now, lead_id=lead_id), None)], now)
        uow.commit()


def enrol(seat: Seat, lead_id: int, name: str) -> Enrolment | str:
    with seat.services.unit_of_work() as uow:
        lead = uow.leads.lock(lead_id)
        assert lead is not None
        made = enrolling.enrol(seat.services, uow, lead, name, origin="rep", now=seat.clock.now())
        uow.commit()
        return made


# --- coming in


def test_a_new_lead_who_agreed_is_welcomed_and_hears_more_after_three_days(seat: Seat) -> None:
    lead_id = seat.lead()
    seat.tick()
    [hello] = seat.messages(lead_id)
    assert (hello.subject, hello.text) == ("Hello Jane", "Good that you are here, Jane. Acme Sales")
    seat.pass_time(days=2.9)
    assert len(seat.messages(lead_id)) == 1
    seat.pass_time(days=0.2)
    assert [one.subject for one in seat.messages(lead_id)] == ["Hello Jane", "More for Acme"]
    assert seat.enrolments(lead_id) == [("welcome", "finished", "")]


@pytest.mark.sqlite_alone
def test_a_new_lead_who_did_not_agree_is_left_alone(seat: Seat) -> None:
    assert seat.enrolments(seat.lead(consent=False)) == []


@pytest.mark.sqlite_alone
def test_by_hand_the_reason_why_not_is_a_sentence(seat: Seat) -> None:
    lead_id = seat.lead()
    seat.plays(WELCOME + WELCOME.replace('"welcome"', '"other"').replace('"new"', '"hand"').split("when", 1)[0].rstrip(
        ", ") + " }\n" + WELCOME.split("}]", 1)[1].split("}", 1)[1].replace("hello", "hallo"))  # fmt: skip
    assert "is in “welcome” already" in str(enrol(seat, lead_id, "welcome"))
    said = enrol(seat, lead_id, "other")
    assert said == "#1 Jane Doe, Acme is in “welcome”, which writes to them as well; nobody is in two of those at once."
    assert "There is no sequence “mars”. There are: welcome, other." in str(enrol(seat, lead_id, "mars"))


def test_by_itself_nobody_comes_into_the_same_sequence_twice(seat: Seat) -> None:
    seat.plays(STAGE)
    lead_id = seat.claimed_lead()
    for stage in ("contacted", "new", "contacted"):
        pipeline.move_stage(seat.services, ALICE.slack_id, lead_id, stage, {"back.why": "so"})
        seat.pass_time(hours=2)
    assert [name for name, _, _ in seat.enrolments(lead_id)] == ["after-contact"]


STAGE = """
[[sequences]]
name = "after-contact"
enrol = { on = "stage", stage = "contacted" }
[[sequences.steps]]
kind = "nudge"
says = "send the brochure"
[[sequences.steps]]
kind = "task"
what = "Ask how it was"
[[sequences.steps]]
kind = "segment"
field = "tier"
to = "warm"
[[sequences.steps]]
kind = "stage"
to = "qualified"
"""


def test_a_stage_begins_one_that_asks_only_us(seat: Seat) -> None:
    seat.plays(STAGE)
    lead_id = seat.claimed_lead()
    pipeline.move_stage(seat.services, ALICE.slack_id, lead_id, "contacted")
    seat.tick()
    assert [said for _, said in seat.steps(lead_id)] == [
        "told Alice", "asked the owner: Ask how it was", "tier is warm now", "moved to qualified",
    ]  # fmt: skip
    lead = seat.get(Lead, lead_id)
    assert (lead.fields["tier"], lead.stage) == ("warm", "qualified")
    assert seat.rows(FieldChange, lead_id=lead_id)[0].rep_id is None
    assert seat.rows(StageChange, lead_id=lead_id)[-1].reason == "sequence after-contact"
    assert [one.what for one in seat.rows(FollowUp, lead_id=lead_id)] == ["Ask how it was"]
    assert any("send the brochure" in row.payload["text"] for row in seat.waiting("message"))
    assert "The sequence after-contact moved this lead from contacted to qualified." in seat.lines()[-1]


@pytest.mark.sqlite_alone
def test_steps_for_the_owner_are_skipped_while_nobody_works_on_the_lead(seat: Seat) -> None:
    seat.plays(STAGE.replace('on = "stage", stage = "contacted"', 'on = "new"'))
    lead_id = seat.lead()
    seat.tick()
    assert [said for _, said in seat.steps(lead_id)][:2] == ["skipped: nobody works on the lead"] * 2


@pytest.mark.sqlite_alone
def test_a_stage_that_needs_what_nobody_knows_is_skipped(seat: Seat) -> None:
    seat.plays(STAGE)
    needing = tuple(
        one.model_copy(update={"needs": ("opportunity.amount",)} if one.name == "qualified" else {})
        for one in seat.services.playbook.stages
    )
    seat.services.put_in_force(seat.services.playbook.model_copy(update={"stages": needing}))
    lead_id = seat.claimed_lead()
    pipeline.move_stage(seat.services, ALICE.slack_id, lead_id, "contacted")
    seat.tick()
    assert seat.steps(lead_id)[-1] == ("stage 1", "skipped: qualified needs an amount")
    assert seat.get(Lead, lead_id).stage == "contacted"


# --- writing


def test_nothing_leaves_outside_of_the_leads_own_hours(seat: Seat) -> None:
    seat.clock.set("2026-11-24T19:00+01:00")
    lead_id = seat.lead()
    seat.tick()
    assert seat.messages(lead_id) == []
    assert seat.enrolments(lead_id) == [("welcome", "active", "waits for their working hours in Berlin time")]
    seat.clock.set("2026-11-25T09:00+01:00")
    seat.tick()
    assert len(seat.messages(lead_id)) == 1


def test_public_holidays_of_their_country_are_theirs(seat: Seat) -> None:
    seat.clock.set("2026-12-25T10:00+01:00")
    german, japanese = seat.lead(), seat.lead(country="JP", phone="+81 3 1234 5678", name="Yuki Ito")
    seat.clock.set("2026-12-25T11:00+09:00")
    seat.tick()
    assert (len(seat.messages(german)), len(seat.messages(japanese))) == (0, 0)
    seat.clock.set("2026-12-28T10:00+09:00")  # a Monday
    seat.tick()
    assert (len(seat.messages(german)), len(seat.messages(japanese))) == (0, 1)


def test_whose_time_nobody_knows_is_written_to_in_the_teams_or_not_at_all(seat: Seat) -> None:
    lead_id = seat.lead(country="US", phone="")
    seat.tick()
    assert len(seat.messages(lead_id)) == 1
    seat.plays(WELCOME, zone_unknown="wait")
    other = seat.lead(country="US", phone="", email="joe@acme.example")
    seat.tick()
    assert seat.steps(other)[0] == ("hello", "skipped: nobody knows their time zone")


@pytest.mark.sqlite_alone
def test_a_channel_without_a_yes_is_skipped_and_the_others_go_on(seat: Seat) -> None:
    seat.plays(BOTH)
    lead_id = seat.lead(consent={"sms": True})
    seat.tick()
    assert [one.channel for one in seat.messages(lead_id)] == ["sms"]
    [(_, why), (_, written)] = seat.steps(lead_id)
    assert why.startswith("skipped: ")
    assert written == "written"


BOTH = """
[[sequences]]
name = "both"
enrol = { on = "new" }
[[sequences.steps]]
kind = "email"
subject = "Hello"
text = "Hello"
[[sequences.steps]]
kind = "sms"
text = "Hello"
"""


@pytest.mark.sqlite_alone
def test_a_channel_that_is_not_set_up_is_skipped(seat: Seat) -> None:
    seat.plays(BOTH)
    seat.services.outside = Outside(OUTSIDE.public_url, OUTSIDE.mail_from, "", frozenset({"email"}))
    lead_id = seat.lead(consent={"sms": True, "email": True})
    seat.tick()
    assert seat.steps(lead_id) == [("email 1", "written"), ("sms 1", "skipped: no SMS is set up here")]


def test_at_most_so_many_a_week_over_all_sequences_and_channels(seat: Seat) -> None:
    seat.plays(BOTH, a_week=1)
    lead_id = seat.lead(consent={"sms": True, "email": True})
    seat.tick()
    assert seat.enrolments(lead_id) == [("both", "active", "waits: 1 a week is the most, and they had as many")]
    seat.pass_time(days=6.9)
    assert len(seat.messages(lead_id)) == 1
    seat.pass_time(days=0.2)
    assert len(seat.messages(lead_id)) == 2


def test_the_same_words_never_come_twice_to_one_person(seat: Seat) -> None:
    lead_id = seat.lead()
    seat.pass_time(days=4)
    seat.plays(WELCOME.replace('"welcome"', '"again"').replace('"hello"', '"hi"'))
    assert isinstance(enrol(seat, lead_id, "again"), Enrolment)
    seat.pass_time(days=8)
    assert len(seat.messages(lead_id)) == 2
    assert [said for _, said in seat.steps(lead_id)][3:] == [
        "skipped: they had this very text before", "", "skipped: they had this very text before",
    ]  # fmt: skip


def test_a_message_that_waits_for_a_yes_holds_back_the_next(seat: Seat) -> None:
    seat.plays(WELCOME.replace('name = "welcome"', 'name = "welcome"\napproval = true'))
    lead_id = seat.claimed_lead()
    seat.pass_time(days=5)
    [held] = seat.messages(lead_id)
    assert held.status == "held"
    assert seat.enrolments(lead_id) == [("welcome", "active", "waits for a yes to the message before")]


def test_a_message_of_nobodys_lead_waits_for_a_yes_all_the_same(seat: Seat) -> None:
    seat.plays(WELCOME.replace('name = "welcome"', 'name = "welcome"\napproval = true'))
    lead_id = seat.lead()
    seat.tick()
    assert [one.status for one in seat.messages(lead_id)] == ["held"]


@pytest.mark.sqlite_alone
def test_what_a_lead_was_too_busy_for_begins_when_it_has_come_to_the_end(seat: Seat) -> None:
    seat.plays(WELCOME + STAGE.replace('kind = "nudge"\nsays = "send the brochure"', 'kind = "sms"\ntext = "Hi"'))
    lead_id = seat.claimed_lead()
    pipeline.move_stage(seat.services, ALICE.slack_id, lead_id, "contacted")
    assert [name for name, _, _ in seat.enrolments(lead_id)] == ["welcome"]
    seat.pass_time(days=4)
    assert [name for name, _, _ in seat.enrolments(lead_id)] == ["welcome", "after-contact"]


def test_first_names_are_told_only_where_they_are_certain() -> None:
    assert [first_name(name) for name in ("Jane Doe", "Dr. Jürgen Müller", "Doe, Jane", "info", "J. Doe")] == [
        "Jane", "Jürgen", "Jane", "", "",
    ]  # fmt: skip


# --- branches


BRANCH = """
[[sequences]]
name = "look"
enrol = { on = "new" }
[[sequences.steps]]
kind = "branch"
when = "visited"
contains = "pricing"
within_days = 3
then = "hot"
otherwise = "cold"
[[sequences.steps]]
kind = "segment"
name = "hot"
field = "tier"
to = "hot"
[[sequences.steps]]
kind = "branch"
when = "nothing"
within_days = 1
then = "end"
otherwise = "cold"
[[sequences.steps]]
kind = "segment"
name = "cold"
field = "tier"
to = "cold"
"""


def test_a_branch_goes_on_as_soon_as_the_lead_does_it(seat: Seat) -> None:
    seat.plays(BRANCH)
    lead_id = seat.lead()
    seat.tick()
    touch(seat, lead_id, "page_view", "/blog")
    seat.tick()
    assert seat.steps(lead_id) == []
    touch(seat, lead_id, "page_view", "/Pricing")
    seat.tick()
    assert seat.steps(lead_id) == [("branch 1", "they came to look"), ("hot", "tier is hot now")]
    seat.pass_time(days=1.1)
    assert seat.steps(lead_id)[2:] == [("branch 2", "they did nothing")]
    assert seat.enrolments(lead_id) == [("look", "finished", "")]


def test_a_branch_goes_the_other_way_once_its_days_are_over(seat: Seat) -> None:
    seat.plays(BRANCH)
    lead_id = seat.lead()
    seat.pass_time(days=3.1)
    assert seat.steps(lead_id) == [("branch 1", "they did not come to look"), ("cold", "tier is cold now")]


# --- leaving


@pytest.mark.sqlite_alone
def test_an_answer_ends_it(seat: Seat) -> None:
    lead_id = seat.lead()
    seat.tick()
    touch(seat, lead_id, "reply", "Thanks")
    assert seat.enrolments(lead_id) == [("welcome", "left", "they answered")]
    seat.pass_time(days=4)
    assert len(seat.messages(lead_id)) == 1


@pytest.mark.sqlite_alone
@pytest.mark.parametrize(("stage", "given"), [("won", {}), ("lost", {"lost.reason": "price"})])
def test_the_end_of_the_lead_ends_it(seat: Seat, stage: str, given: dict[str, str]) -> None:
    lead_id = seat.claimed_lead()
    pipeline.move_stage(seat.services, ALICE.slack_id, lead_id, stage, given)
    assert seat.enrolments(lead_id) == [("welcome", "left", f"it is {stage}")]


@pytest.mark.sqlite_alone
def test_unsubscribing_ends_it_and_what_was_queued_stays_here(seat: Seat) -> None:
    seat.plays(WELCOME.replace('name = "welcome"', 'name = "welcome"\napproval = true'))
    lead_id = seat.claimed_lead()
    seat.tick()
    touch(seat, lead_id, "unsubscribed")
    assert seat.enrolments(lead_id)[0][1] == "left"
    assert [one.status for one in seat.messages(lead_id)] == ["skipped"]


def test_win_back_begins_with_the_loss_and_ends_when_the_lead_is_open_again(seat: Seat) -> None:
    seat.plays(WELCOME.replace('"welcome"', '"win-back"').replace('"new"', '"lost"'))
    lead_id = seat.claimed_lead()
    pipeline.move_stage(seat.services, ALICE.slack_id, lead_id, "lost", {"lost.reason": "price"})
    seat.tick()
    assert len(seat.messages(lead_id)) == 1
    pipeline.move_stage(seat.services, ALICE.slack_id, lead_id, "new", {"back.why": "they called"})
    seat.pass_time(days=4)
    assert seat.enrolments(lead_id) == [("win-back", "left", "it is open again")]


@pytest.mark.sqlite_alone
def test_a_playbook_that_loses_the_step_or_the_sequence_lets_its_leads_go(seat: Seat) -> None:
    one, other = seat.lead(), seat.lead(email="joe@acme.example", name="Joe Roe")
    seat.tick()
    seat.plays(WELCOME.replace('kind = "wait"', 'kind = "wait"\nname = "rest"'))
    with seat.services.unit_of_work() as uow:
        lead = uow.leads.lock(other)
        assert lead is not None
        leaving.leave(seat.services, uow, lead, "Alice said so", seat.clock.now())
        uow.commit()
    seat.pass_time(days=4)
    assert seat.enrolments(one) == [("welcome", "left", "the playbook does not have its step “wait 1” any more")]
    assert seat.enrolments(other) == [("welcome", "left", "Alice said so")]


def test_a_sequence_that_the_playbook_pauses_takes_nobody_in_and_goes_on_later(seat: Seat) -> None:
    lead_id = seat.lead()
    seat.plays(WELCOME.replace('name = "welcome"', 'name = "welcome"\nis_paused = true'))
    assert seat.enrolments(seat.lead(email="joe@acme.example")) == []
    seat.tick()
    assert seat.messages(lead_id) == []
    seat.plays(WELCOME)
    seat.pass_time(hours=1)
    assert len(seat.messages(lead_id)) == 1


# --- told


@pytest.mark.sqlite_alone
def test_the_story_says_what_it_was_in_and_why_steps_were_left_out(seat: Seat) -> None:
    seat.plays(BOTH)
    lead_id = seat.lead(consent={"sms": True})
    seat.tick()
    entries = timeline.page(seat.services, DANA.slack_id, lead_id).entries
    told = [f"{entry.by}: {entry.words}" for entry in entries if entry.sign in ("▶️", "⏭️", "⏹️")]
    assert told == [
        "Dibs: both left out “email 1”: they never said yes to e-mail",
        "Dibs: brought the sequence both to its end", "Dibs: put it into the sequence both",
    ]  # fmt: skip


# --- as time passes


QUIET = WELCOME.replace('"welcome"', '"wake"').replace('on = "new"', 'on = "quiet", quiet_days = 30')


def test_leads_gone_quiet_come_in_by_themselves_once(seat: Seat) -> None:
    seat.plays(QUIET)
    lead_id, busy = seat.lead(), seat.lead(email="joe@acme.example")
    seat.clock.advance(days=20)
    touch(seat, busy, "page_view", "/blog")
    seat.sweep()
    assert seat.enrolments(lead_id) == []
    seat.clock.advance(days=11)
    seat.sweep()
    assert [name for name, _, _ in seat.enrolments(lead_id)] == ["wake"]
    assert seat.enrolments(busy) == []
    seat.clock.advance(days=90)
    seat.sweep()
    assert len(seat.enrolments(lead_id)) == 1


def test_whoever_is_in_a_segment_comes_in_within_the_hour(seat: Seat) -> None:
    seat.plays(WELCOME.replace('on = "new"', 'on = "segment", segment = "big"'))
    with seat.services.unit_of_work() as uow:
        uow.segments.save("big", "company:acme", made_by=None, now=TUESDAY)
        uow.commit()
    inside, outside = seat.lead(), seat.lead(company="Globex", email="joe@globex.example")
    seat.sweep()
    assert ([name for name, _, _ in seat.enrolments(inside)], seat.enrolments(outside)) == (["welcome"], [])
    later = seat.lead(email="ann@acme.example")
    seat.sweep()
    assert seat.enrolments(later) == []
    seat.clock.advance(hours=1)
    seat.sweep()
    assert [(one.sequence, one.origin) for one in seat.rows(Enrolment, lead_id=later)] == [("welcome", "segment")]


def test_one_that_stumbles_lets_the_others_go_first_and_is_tried_again(seat: Seat) -> None:
    stumbles, other = seat.lead(), seat.lead(email="ann@lake.example", phone="+4930901821")
    reached: list[int] = []

    def work(services: Services, number: int) -> None:
        if number == seat.rows(Enrolment, lead_id=stumbles)[0].id:
            raise RuntimeError("a row that nobody foresaw")
        advancing.advance(services, number)
        reached.append(number)

    one_by_one(advancing.due, work, advancing.put_off)(seat.services)
    assert reached == [seat.rows(Enrolment, lead_id=other)[0].id]
    assert advancing.due(seat.services) == []
    assert "could not go on" in seat.rows(Enrolment, lead_id=stumbles)[0].why
    seat.clock.advance(hours=1)
    assert advancing.due(seat.services) == [seat.rows(Enrolment, lead_id=stumbles)[0].id]
