"""The main job from HTTP POST to reminder, as a lead, a rep and a manager live it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot import speech
from bot.views import cards, reminders
from tests.world import SMB, TUESDAY, World, buttons, said, world

FRIDAY = TUESDAY + timedelta(days=3)


@pytest.fixture(params=["socket", "http"])
def there(request: pytest.FixtureRequest, database_url: str) -> Iterator[World]:
    with world(database_url, request.param) as made:
        yield made


def test_a_web_lead_becomes_a_card_a_claim_a_note_a_stage_a_follow_up_and_a_reminder(there: World) -> None:
    there.command("alice", "/lead digest off")  # it would tell of the follow-up too, if the morning's tick came by
    number = there.lead()
    card = there.card(number)
    assert "Offered to Alice" in card["text"]
    assert buttons(card) == [cards.CLAIM, cards.PASS, cards.NOTE, cards.MORE]

    there.click("bob", card, cards.CLAIM)
    assert there.saying("is Alice's to claim", user="bob")["is_ephemeral"]

    there.click("alice", card, cards.CLAIM)
    claimed = there.card_saying(number, "Claimed by Alice")
    assert buttons(claimed) == [cards.NOTE, cards.STAGE, cards.FOLLOW_UP, cards.QUALIFY, cards.MORE]
    there.click_fails("bob", card, cards.CLAIM)
    late = there.command("bob", f"/lead claim #{number}")
    assert "Alice claimed #1 Jane Doe, Acme" in late["text"]
    assert "before you" in late["text"]

    there.click("alice", claimed, cards.NOTE)
    there.submit("alice", text="Wants a demo for <!channel> & co")
    note = there.saying("Wants a demo for <!channel> & co")
    assert note["thread_ts"] == card["ts"]

    there.click("alice", claimed, cards.STAGE)
    there.submit("alice", stage="qualified")
    there.card_saying(number, "Stage: qualified")

    there.click("alice", claimed, cards.FOLLOW_UP)
    refused = there.submit("alice", date="2026-11-23", time="09:00", what="call her")
    assert refused["errors"] == {"date": "This time has already passed. Choose a later one."}
    accepted = there.submit("alice", date="2026-11-25", time="09:00", what="call her")
    assert accepted["closed"]
    there.card_saying(number, "Next follow-up")

    report = there.command("dana", "/report pipeline")
    assert "1 open lead." in report["text"]
    refused_report = there.command("alice", "/report sources")
    assert "Only managers can do this" in refused_report["text"]

    there.settled()
    assert there.dm("alice") == []
    there.advance(days=1)
    dm = there.dm_channel("alice")
    reminder = there.saying("call her", channel=dm)
    there.click("alice", reminder, reminders.DONE, channel=dm)
    assert there.submit("alice", went="reached", note="Wants ten seats", quick="none")["closed"]
    there.saying("✅ Done", channel=dm)
    assert there.saying("Wants ten seats")["thread_ts"] == card["ts"]
    there.advance(days=3)
    there.settled()
    assert [m["text"] for m in there.dm("alice") if "call her" in said(m) and "Done" not in m["text"]] == []
    assert not [entry for entry in there.log() if "unknown_method" in str(entry)]


def test_thread_replies_of_reps_become_notes(there: World) -> None:
    number = there.lead()
    card = there.card(number)
    there.act("message", user="alice", channel=SMB, text="Spoke to her, wants <b>two</b> seats", thread_ts=card["ts"])
    there.act("message", user="alice", channel=SMB, text="not in a thread")
    there.eventually(
        lambda: "wants <b>two</b> seats" in said(there.command("alice", f"/lead show #{number}")) or None, "the note"
    )
    assert "not in a thread" not in said(there.command("alice", f"/lead show #{number}"))


def test_what_waits_for_monday_is_nothing_the_bot_has_still_to_say(tmp_path: Path) -> None:
    with world(f"sqlite:///{tmp_path / 'dibs.db'}", at=FRIDAY) as there:
        number = there.lead()
        there.click("alice", there.card(number), cards.CLAIM)
        there.card_saying(number, "Claimed by Alice")
        there.advance(days=1)
        with there.dibs.services.unit_of_work() as uow:
            alice = uow.people.rep_by_slack_id("U0ALICE")
            assert alice
            speech.send_digest(uow, alice, alice.slack_id, there.sandbox.now())
            uow.commit()
        there.settled()
        assert there.intake.get("/healthz").json()["outbox"]["waiting"] == 1
        assert there.dm("alice") == []
        there.advance(days=2)
        there.saying("Jane Doe", channel=there.dm_channel("alice"))
