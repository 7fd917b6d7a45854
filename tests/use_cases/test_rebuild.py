"""A lead's thread is posted again from what is written down: where it is gone or has moved, and once."""

import pytest

from bot import people, pipeline, rebuild
from bot.errors import NotAllowedError
from bot.outbox import Skip, SlackCall
from bot.rebuild import Thread
from store.models import Lead, OutboxRow
from tests.factories import ALICE, BOB, CHANNELS, DANA, Office

GONE, THERE = Thread(is_there=False), Thread(is_there=True, keys=())


@pytest.fixture
def posted(office: Office) -> int:
    """A lead of Alice's whose card and lines have reached Slack."""
    lead_id = office.claimed_lead(ALICE)
    office.everything_left()
    for number, text in enumerate(("Wants a demo", "Has a budget")):
        pipeline.add_note(office.services, BOB.slack_id, lead_id, text, key=f"{number}")
    office.everything_left()
    return lead_id


def said_by(office: Office, lead_id: int, thread: Thread, *, by: str = ALICE.slack_id) -> str:
    return rebuild.rebuild(office.services, by, lead_id, thread).text


def test_a_deleted_card_is_posted_anew_with_the_story_below_it(office: Office, posted: int) -> None:
    before = office.get(Lead, posted).card_ts
    assert "on its way" in said_by(office, posted, GONE)
    assert [row.kind for row in office.rows(OutboxRow, status="pending")] == ["card", "timeline"]
    office.everything_left()
    lead = office.get(Lead, posted)
    assert lead.card_ts not in (None, before)
    [row] = office.rows(OutboxRow, kind="timeline")
    assert row.thread_ts == lead.card_ts
    assert "Wants a demo" in str(row.payload)


def test_asked_for_twice_it_is_posted_once(office: Office, posted: int) -> None:
    for words in ("on its way", "being posted already"):
        assert words in said_by(office, posted, GONE)
    assert len(office.waiting("timeline")) == len(office.waiting("card")) == 1
    office.everything_left()
    keys = tuple(row.key for row in office.rows(OutboxRow, kind="timeline"))
    assert "my line stands there" in said_by(office, posted, Thread(is_there=True, keys=keys))


def test_a_card_in_a_channel_that_is_not_the_teams_any_more_moves_and_says_where(office: Office, posted: int) -> None:
    people.sync_teams(office.services, {**CHANNELS, "#leads-smb": "C0NEW"})
    old = office.get(Lead, posted)
    said_by(office, posted, THERE)
    pointing, card, story = office.rows(OutboxRow, status="pending")
    assert (pointing.kind, card.kind, story.kind) == ("old card", "card", "timeline")
    call = office.render(pointing)
    assert isinstance(call, SlackCall)
    assert (call.method, call.arguments["ts"]) == ("chat.update", old.card_ts)
    assert "C0NEW" in str(call.arguments["blocks"])
    posting = office.render(card)
    assert isinstance(posting, SlackCall)
    assert posting.channel == "C0NEW"


def test_an_old_card_that_somebody_deleted_is_left_alone(office: Office, posted: int) -> None:
    people.sync_teams(office.services, {**CHANNELS, "#leads-smb": "C0NEW"})
    said_by(office, posted, THERE)
    with office.services.unit_of_work() as uow:
        row = uow.outbox.row(office.waiting("old card")[0].id or 0)
        assert office.projections.refused(uow, row, "message_not_found", office.clock.now())
        uow.commit()
    assert isinstance(office.render(office.waiting("old card")[0]), Skip)


def test_an_edit_that_arrives_late_does_not_bring_the_old_card_back(office: Office, posted: int) -> None:
    said_by(office, posted, GONE)
    with office.services.unit_of_work() as uow:
        row = uow.outbox.row(office.waiting("card")[0].id or 0)
        row.method = "chat.update"
        office.projections.arrived(uow, row, {"channel": "C0LEADSSMB", "ts": "1.0"}, office.clock.now())
        uow.commit()
    assert office.get(Lead, posted).card_ts is None


def test_a_thread_that_stands_is_compared_with_what_was_said(office: Office, posted: int) -> None:
    keys = tuple(row.key for row in office.rows(OutboxRow, kind="thread") if row.thread_ts)
    assert len(keys) >= 2
    assert f"my {len(keys)} lines stand there" in said_by(office, posted, Thread(is_there=True, keys=keys))
    lacking = said_by(office, posted, Thread(is_there=True, keys=(*keys[1:], keys[1])))
    assert "1 line that I wrote is gone, 1 line of mine should not be there" in lacking
    assert "may not read its thread" in said_by(office, posted, Thread(is_there=True))
    assert office.rows(OutboxRow, status="pending") == []


def test_the_story_is_offered_again_only_where_something_may_be_gone(office: Office, posted: int) -> None:
    keys = tuple(row.key for row in office.rows(OutboxRow, kind="thread") if row.thread_ts)
    for seen, is_offered in ((keys, False), ((*keys, keys[0]), False), (keys[1:], True), (None, True)):
        answer = rebuild.rebuild(office.services, ALICE.slack_id, posted, Thread(is_there=True, keys=seen))
        assert ("Post the story again" in str(answer.blocks)) == is_offered


def test_the_story_is_posted_below_a_standing_card_once_a_press(office: Office, posted: int) -> None:
    for _ in range(2):
        rebuild.repost(office.services, ALICE.slack_id, posted, key="press")
    office.everything_left()
    rebuild.repost(office.services, ALICE.slack_id, posted, key="press")
    assert len(office.rows(OutboxRow, kind="timeline")) == 1


def test_only_the_owner_or_a_manager_posts_it_again(office: Office, posted: int) -> None:
    with pytest.raises(NotAllowedError, match="belongs to Alice"):
        said_by(office, posted, GONE, by=BOB.slack_id)
    with pytest.raises(NotAllowedError, match="belongs to Alice"):
        rebuild.repost(office.services, BOB.slack_id, posted, key="press")
    said_by(office, posted, GONE, by=DANA.slack_id)
