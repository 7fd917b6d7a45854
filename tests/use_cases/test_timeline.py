"""A lead's story is everything that was written down about it, in order, for whoever may see it."""

from datetime import timedelta

import pytest

from bot import claims, deals, leads, pipeline, timeline
from bot.contact.ports import Refused, Taken, Unknown
from bot.errors import NotAllowedError
from bot.playbook.fields import CustomField
from bot.qualification import verdicts
from bot.views.timeline import in_messages
from store.models import Consent, FieldChange, LevelChange, Merge, Touch
from tests.factories import ALICE, BOB, DANA, ERIN, TUESDAY, WHY, Office
from tests.post import SAID_YES, Pigeons, deliver, write

pytestmark = pytest.mark.sqlite_alone


def told(office: Office, lead_id: int, *, by: str = ALICE.slack_id) -> list[str]:
    """Oldest first, as "who: what"."""
    entries = timeline.page(office.services, by, lead_id).entries
    return [f"{entry.by}: {entry.words}" for entry in reversed(entries)]


def add(office: Office, *rows: object) -> None:
    with office.services.unit_of_work() as uow:
        uow.session.add_all(rows)
        uow.commit()


def test_the_story_has_every_kind_of_thing_that_happened(office: Office) -> None:
    lead_id = office.lead(consent=False)
    office.clock.advance(minutes=1)
    claims.claim(office.services, ALICE.slack_id, lead_id)
    office.clock.advance(minutes=1)
    pipeline.add_note(office.services, BOB.slack_id, lead_id, "Wants a demo", key="k")
    office.clock.advance(minutes=1)
    follow_up = office.follow_up(lead_id, TUESDAY + timedelta(hours=2), what="call her")
    office.done(follow_up, went="reached")
    office.clock.advance(minutes=1)
    pipeline.move_stage(office.services, ALICE.slack_id, lead_id, "lost", WHY)
    late = TUESDAY + timedelta(hours=1)
    add(
        office, Touch(kind="call", seconds=150, recording="https://calls.example/1", lead_id=lead_id, at=late),
        Consent(channel="phone", is_given=False, lead_id=lead_id, at=late),
        FieldChange(field="email", before="old@a.example", after="new@a.example", rep_id=1, lead_id=lead_id, at=late),
        LevelChange(before="lead", after="mql", score=72, lead_id=lead_id, at=late),
    )  # fmt: skip
    story = told(office, lead_id)
    assert story[0] == "The lead: came through website (form)"
    assert "Dibs: offered it to Alice" in story
    for line in (
        "Alice: claimed it", "Bob: Wants a demo", "Alice: moved it from new to lost: price",
        "The lead: spoke with us, 2 min, recording: https://calls.example/1", "The lead: wants no more calls",
        "Dibs: made it an MQL, with 72 points",
    ):  # fmt: skip
        assert line in story
    assert [line for line in story if "followed up: call her" in line]
    assert [line for line in story if "set email to “new@a.example”, before “old@a.example”" in line]


def test_what_a_rep_writes_down_of_a_lead_is_not_said_of_the_rep(office: Office) -> None:
    lead_id = office.claimed_lead()
    add(office, Consent(channel="email", is_given=False, source="on the phone", rep_id=2, lead_id=lead_id, at=TUESDAY))
    assert "Alice: wrote down that the lead wants no more e-mail (on the phone)" in told(office, lead_id)


@pytest.mark.both_databases
def test_joined_leads_tell_of_it_on_both_sides(office: Office) -> None:
    kept, gone = office.claimed_lead(), office.lead(name="Other", email="other@b.example", phone="", company="B")
    merge = Merge(
        kept_id=kept, gone_id=gone, how="asked", probability=0.9, reasons=["the same phone"], at=TUESDAY, rep_id=1,
        split_at=TUESDAY + timedelta(hours=1),
    )  # fmt: skip
    add(office, merge)
    assert [line for line in told(office, kept) if f"joined #{gone} into it" in line and "the same phone" in line]
    assert [line for line in told(office, gone, by=DANA.slack_id) if f"made it part of #{kept}" in line]
    assert [line for line in told(office, kept) if f"parted it from #{gone} again" in line]


def test_what_only_managers_may_see_is_in_no_story_of_others(office: Office) -> None:
    lead_id = office.claimed_lead()
    secret = CustomField(name="discount", seen_by="managers")
    office.services.put_in_force(office.services.playbook.model_copy(update={"fields": (secret,)}))
    add(office, FieldChange(lead_id=lead_id, field="fields.discount", after="30", at=TUESDAY))
    assert not [line for line in told(office, lead_id) if "discount" in line]
    assert [line for line in told(office, lead_id, by=DANA.slack_id) if "discount" in line]


def test_who_comes_back_is_said_to_have_come_back_and_through_what(office: Office) -> None:
    lead_id, late = office.claimed_lead(), TUESDAY + timedelta(hours=1)
    for kind, source in (("form", "webinar"), ("form", ""), ("import", "fair"), ("typed", "added by hand")):
        late += timedelta(minutes=1)
        add(office, Touch(kind=kind, source=source, lead_id=lead_id, at=late))
    assert [line.removeprefix("The lead: ") for line in told(office, lead_id)][-4:] == [
        "came back through webinar (form)", "sent a form", "came back through fair (import)",
        "was added by hand once more",
    ]  # fmt: skip


@pytest.mark.both_databases
def test_a_rejection_is_told_once_with_its_reason(office: Office) -> None:
    lead_id = office.claimed_lead()
    verdicts.reject(office.services, ALICE.slack_id, lead_id, "no budget")
    assert [line for line in told(office, lead_id) if "no budget" in line] == [
        "Alice: rejected it for sales, so it went from new to lost: no budget"
    ]


def test_a_long_story_is_read_in_parts_and_none_is_left_out(office: Office) -> None:
    lead_id = office.claimed_lead()
    for number in range(40):
        office.clock.advance(minutes=1)
        pipeline.add_note(office.services, ALICE.slack_id, lead_id, f"Note {number}.", key=f"{number}")
    read, start, total = [], 0, 1
    while start < total:
        part = timeline.page(office.services, ALICE.slack_id, lead_id, start)
        read += [entry.words for entry in part.entries]
        start, total = start + len(part.entries), part.total
    assert len(read) == total
    assert read[0] == "Note 39."
    assert {f"Note {number}." for number in range(40)} <= set(read)


@pytest.mark.parametrize("start", [-5, 10**6])
def test_a_part_that_is_not_there_is_the_nearest_one(office: Office, start: int) -> None:
    assert timeline.page(office.services, ALICE.slack_id, office.claimed_lead(), start).entries


def test_an_outsider_reads_no_story(office: Office) -> None:
    office.seat(ERIN, "enterprise")
    with pytest.raises(NotAllowedError, match="no such lead in your teams"):
        timeline.page(office.services, ERIN.slack_id, office.lead())


def test_the_story_goes_into_few_messages_that_slack_takes(office: Office) -> None:
    lead_id = office.claimed_lead()
    for number in range(60):
        pipeline.add_note(office.services, ALICE.slack_id, lead_id, "x" * 500, key=f"{number}")
    with office.services.reading() as uow:
        lead = uow.leads.get(lead_id)
        assert lead is not None
        entries = timeline.story(uow, lead, ())
        messages = in_messages(lead, entries)
    assert 2 <= len(messages) <= 10
    assert sum(str(message.blocks).count("'date'") for message in messages) == len(entries)


@pytest.mark.both_databases
def test_everything_known_stands_in_the_details(office: Office) -> None:
    lead_id = office.claimed_lead()
    deals.save(office.services, ALICE.slack_id, lead_id, {"opportunity.amount": "12k"})
    value = leads.details(office.services, ALICE.slack_id, lead_id)
    assert value.deal == "Opportunity 12,000 EUR"
    assert value.consent.startswith("may be e-mailed (consent of ")
    assert value.story.entries


def test_what_somebody_agreed_to_in_one_breath_is_one_line_of_the_story(office: Office) -> None:
    wordy = office.lead(consent={"email": True, "sms": True, "measuring": True, "wording": "Yes, write to me"})
    assert [line for line in told(office, wordy) if "agreed" in line] == [
        "The lead: agreed to e-mail, text messages and having openings and clicks counted (website): “Yes, write to me”"
    ]
    plain = office.lead(name="Ann Other", email="ann@b.example", phone="", company="B", consent=True)
    assert [line for line in told(office, plain) if "agreed" in line] == [
        "The lead: came through website (form), and agreed to e-mail"
    ]


def test_the_story_tells_what_was_written_and_what_allowed_it(office: Office) -> None:
    lead_id = office.claimed_lead(consent=SAID_YES)
    pigeons = Pigeons(answers=[Taken("1"), Refused("too big"), Unknown("it broke")])
    for subject in ("One", "Two", "Three"):
        write(office, lead_id, kind="rep", subject=subject)
    deliver(office, pigeons)
    assert [line for line in told(office, lead_id) if "the e-mail" in line] == [
        "Dibs: sent the e-mail “One” (consent of 24 Nov 2026, website)",
        "Dibs: could not send the e-mail “Two”: too big",
        "Dibs: sent the e-mail “Three”, and nobody knows whether it arrived: it broke",
    ]
