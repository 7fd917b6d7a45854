"""A send whose outcome nobody knows: looked up, adopted or repeated, and swept; never doubled, never lost."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from sqlmodel import select

from bot.messenger import UPLOAD, Messenger, upload
from bot.outbox import Skip, SlackCall, Wait
from bot.reports import sharing
from bot.sandbox import Sandbox
from store.database import Database
from store.models import OutboxRow
from store.unit_of_work import UnitOfWork
from tests.factories import DANA, Office
from tests.outbox import SMB, Bot, Interrupted, PlainProjector, running

LEASE = 45
NO_HISTORY = {"oauth_config": {"scopes": {"bot": ["chat:write", "im:write", "chat:write.public"]}}}


@pytest.fixture
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    sandbox = Sandbox(manifest=getattr(request, "param", None), rate_limits=False)
    sandbox.start()
    yield sandbox
    sandbox.stop()


@pytest.fixture
def bot(database: Database, sandbox: Sandbox) -> Iterator[Bot]:
    with running(database, sandbox) as bot:
        yield bot


class Killed(BaseException):
    """The process ends here."""


def killed_during(bot: Bot, moment: str) -> None:
    """A life of the bot that ends before or after Slack got the message of its first row."""
    voice = Interrupted(Messenger(bot.client))

    def die() -> None:
        raise Killed

    (voice.before if moment == "before" else voice.after).append(die)
    with pytest.raises(Killed):
        bot.sender(voice=voice).send_one()


@pytest.mark.parametrize("fault", ["drop_after", "malformed"])
def test_a_message_whose_answer_was_lost_is_found_in_history_and_not_said_again(bot: Bot, fault: str) -> None:
    bot.fault(fault)
    sender = bot.sender()
    bot.say("once")
    bot.say("next")
    bot.drain(sender, seconds=LEASE)
    assert bot.texts() == ["once", "next"]
    assert bot.rows()[0].error == "found in history"
    assert bot.rows()[0].ts == bot.messages()[0]["ts"]
    assert sender.counts.all()["adopted"] == 1


@pytest.mark.parametrize("fault", ["drop_before", "500", "503"])
def test_a_message_that_did_not_arrive_is_said_again_in_its_place(bot: Bot, fault: str) -> None:
    bot.fault(fault)
    sender = bot.sender()
    bot.say("once")
    bot.say("next")
    bot.drain(sender, seconds=LEASE)
    assert bot.texts() == ["once", "next"]
    assert bot.statuses() == ["sent", "sent"]


def test_nothing_is_repeated_while_the_first_request_may_still_be_on_its_way(bot: Bot) -> None:
    bot.fault("drop_before")
    sender = bot.sender()
    bot.say("once")
    bot.drain(sender, seconds=LEASE - 1)
    assert (bot.calls("chat.postMessage"), bot.calls("conversations.history")) == (1, 0)
    bot.drain(sender, seconds=2)
    assert (bot.calls("chat.postMessage"), bot.calls("conversations.history")) == (2, 1)


def test_a_doubtful_line_in_a_thread_is_looked_up_in_that_thread(bot: Bot) -> None:
    sender = bot.sender()
    bot.say("card")
    bot.drain(sender)
    bot.fault("drop_after")
    bot.say("line", thread_ts=bot.messages()[0]["ts"])
    bot.drain(sender, seconds=LEASE)
    assert bot.texts() == ["card", "line"]


def test_a_doubtful_direct_message_is_looked_up_in_the_conversation_with_that_person(bot: Bot) -> None:
    dm = bot.http.post("/sandbox/open-dm", json={"user": "alice"}).json()["channel"]
    bot.fault("drop_after")
    bot.say("for you", lane="user:U0ALICE", channel="U0ALICE")
    bot.drain(bot.sender(), seconds=LEASE)
    assert bot.texts(dm) == ["for you"]
    assert bot.rows()[0].channel == dm


@pytest.mark.parametrize("moment", ["before", "after"])
def test_what_a_killed_process_had_in_hand_is_settled_by_the_next_one(bot: Bot, moment: str) -> None:
    bot.say("once")
    bot.say("next")
    killed_during(bot, moment)
    heir = bot.sender()
    assert bot.statuses() == ["sending", "pending"]
    bot.drain(heir, seconds=LEASE - 1)
    assert bot.calls("chat.postMessage") == (0 if moment == "before" else 1)
    bot.drain(heir, seconds=2)
    assert bot.texts() == ["once", "next"]


def test_a_card_posted_by_a_killed_process_is_adopted_and_then_updated(bot: Bot) -> None:
    bot.say("new", kind="card", once="card:1")
    killed_during(bot, "after")
    bot.say("claimed", kind="card", once="card:1")
    bot.drain(bot.sender(), seconds=LEASE)
    assert bot.texts() == ["claimed"]
    assert bot.calls("chat.postMessage") == 1


def test_an_ephemeral_message_in_a_killed_hand_is_not_repeated(bot: Bot) -> None:
    bot.say("psst", kind="ephemeral", lane=f"private:{SMB}", user="U0ALICE")
    killed_during(bot, "before")
    bot.drain(bot.sender(), seconds=LEASE)
    assert bot.calls("chat.postEphemeral") == 0
    assert bot.rows()[0].error == "outcome unknown: the sender ended"


@pytest.mark.parametrize("sandbox", [NO_HISTORY], indirect=True)
def test_without_the_history_scope_a_doubtful_message_is_said_again_and_counted(bot: Bot) -> None:
    bot.fault("drop_after")
    sender = bot.sender()
    bot.say("maybe twice")
    bot.drain(sender, seconds=LEASE)
    assert bot.texts() == ["maybe twice", "maybe twice"]
    assert sender.counts.all()["possible_duplicates"] == 1
    assert bot.rows()[0].error == "possible duplicate: missing_scope"
    bot.drain(sender, seconds=1200, step=30)
    assert bot.rows()[0].sweep_at is None


def test_while_history_cannot_be_read_the_row_stays_doubtful(bot: Bot) -> None:
    bot.fault("drop_before")
    bot.fault("503", "conversations.history", times=3)
    sender = bot.sender()
    bot.say("once")
    bot.drain(sender, seconds=LEASE)
    assert (bot.statuses(), bot.texts()) == (["sending"], [])
    bot.drain(sender, seconds=30)
    assert bot.texts() == ["once"]


def test_a_copy_that_surfaces_late_is_removed_and_the_known_one_kept(bot: Bot) -> None:
    bot.fault("drop_before")
    sender = bot.sender()
    bot.say("once")
    bot.drain(sender, seconds=LEASE)
    [row] = bot.rows()
    late = Messenger(bot.client).call(SlackCall("chat.postMessage", {"channel": SMB, "text": "once"}), key=row.key)
    assert bot.texts() == ["once", "once"], late
    bot.drain(sender, seconds=121)
    assert [message["ts"] for message in bot.messages()] == [row.ts]
    assert sender.counts.all()["duplicates_removed"] == 1


def test_a_second_look_is_taken_after_ten_minutes_and_no_third(bot: Bot) -> None:
    bot.fault("drop_before")
    sender = bot.sender()
    bot.say("once")
    bot.drain(sender, seconds=LEASE + 1800, step=15)
    assert bot.calls("conversations.history") == 3
    assert bot.rows()[0].sweep_at is None


def test_what_became_untrue_while_it_was_in_doubt_is_removed_should_it_surface(bot: Bot) -> None:
    bot.fault("drop_before")
    bot.say("remind")
    sender = bot.sender()
    bot.drain(sender)
    [row] = bot.rows()
    with bot.unit_of_work() as uow:
        uow.outbox.row(row.id).payload = {"text": "remind", "skip": "done"}
        uow.commit()
    bot.drain(sender, seconds=LEASE)
    assert bot.statuses() == ["skipped"]
    Messenger(bot.client).call(SlackCall("chat.postMessage", {"channel": SMB, "text": "remind"}), key=row.key)
    bot.drain(sender, seconds=121)
    assert bot.texts() == []


class Slow(PlainProjector):
    """The whole process pauses once after the row was rendered: garbage, a debugger, a busy machine."""

    def __init__(self, bot: Bot, seconds: float) -> None:
        self._bot = bot
        self._seconds = seconds

    def prepare(self, uow: UnitOfWork, row: OutboxRow, now: datetime) -> SlackCall | Skip | Wait:
        self._bot.clock.advance(self._seconds)
        self._seconds = 0
        return super().prepare(uow, row, now)


def test_a_turn_that_has_grown_old_is_given_back_unsaid(bot: Bot) -> None:
    sender = bot.sender(projector=Slow(bot, 13))
    bot.say("once")
    assert sender.send_one()
    assert (bot.calls("chat.postMessage"), bot.statuses()) == (0, ["pending"])
    bot.drain(sender)
    assert bot.texts() == ["once"]


def test_whoever_sleeps_past_the_lease_cannot_overwrite_what_the_next_holder_found_out(bot: Bot) -> None:
    voice = Interrupted(Messenger(bot.client))
    sleeper, other = bot.sender(voice=voice), bot.sender()

    def sleep() -> None:
        bot.clock.advance(LEASE + 1)
        bot.drain(other)

    voice.after.append(sleep)
    bot.say("once")
    assert sleeper.send_one()
    assert bot.texts() == ["once"]
    assert bot.rows()[0].error == "found in history"
    assert sleeper.counts.all()["lost_turns"] == 1


def test_a_jump_of_the_wall_clock_does_not_make_a_process_doubt_its_own_hand(bot: Bot) -> None:
    voice = Interrupted(Messenger(bot.client))
    sender = bot.sender(voice=voice)

    def jump() -> None:
        bot.clock.advance(86_400)
        assert not sender.send_one()

    voice.before.append(jump)
    bot.say("once")
    bot.drain(sender)
    assert bot.texts() == ["once"]
    assert bot.rows()[0].error is None


class Remembering(PlainProjector):
    def __init__(self) -> None:
        self.responses: list[dict[str, Any]] = []

    def arrived(self, uow: UnitOfWork, row: OutboxRow, response: dict[str, Any], now: datetime) -> None:  # noqa: ARG002
        self.responses.append(response)


def test_an_adopted_message_tells_the_projector_where_it_stands(bot: Bot) -> None:
    projector = Remembering()
    bot.fault("drop_after")
    bot.say("once")
    bot.drain(bot.sender(projector=projector), seconds=LEASE)
    assert projector.responses == [{"channel": SMB, "ts": bot.messages()[0]["ts"]}]


class Uploading(PlainProjector):
    """Gives Alice a file."""

    def prepare(self, uow: UnitOfWork, row: OutboxRow, now: datetime) -> SlackCall | Skip | Wait:  # noqa: ARG002
        return upload("U0ALICE", "figures.csv", b"1,2", "Here it is.")


@pytest.mark.parametrize("fault", ["drop_after", "drop_before", "malformed", "503"])
def test_a_file_that_slack_may_have_shown_is_not_shown_again(bot: Bot, fault: str) -> None:
    bot.fault(fault, UPLOAD)
    bot.say("file")
    bot.drain(bot.sender(projector=Uploading()), seconds=LEASE)
    assert bot.calls(UPLOAD) == 1
    assert bot.statuses() == ["sent"]
    assert str(bot.rows()[0].error).startswith("outcome unknown")


@pytest.mark.parametrize("method", ["conversations.open", "files.getUploadURLExternal"])
def test_what_shows_nobody_a_file_is_done_again(bot: Bot, method: str) -> None:
    bot.fault("drop_after", method)
    bot.say("file")
    bot.drain(bot.sender(projector=Uploading()), seconds=LEASE)
    assert (bot.calls(method), bot.calls(UPLOAD)) == (2, 1)
    assert bot.rows()[0].error in (None, "")


def test_a_file_in_a_killed_hand_is_not_repeated(bot: Bot) -> None:
    bot.say("file")
    voice = Interrupted(Messenger(bot.client))

    def die() -> None:
        raise Killed

    voice.after.append(die)
    with pytest.raises(Killed):
        bot.sender(voice=voice, projector=Uploading()).send_one()
    bot.drain(bot.sender(projector=Uploading()), seconds=LEASE)
    assert bot.calls(UPLOAD) == 1
    assert bot.rows()[0].error == "outcome unknown: the sender ended"


def test_whoever_waits_for_a_file_of_which_nobody_knows_is_told_so(office: Office) -> None:
    sharing.send_file(office.services, DANA.slack_id, "pipeline")
    for response, said in (({"ok": True}, 0), ({}, 1)):
        with office.services.unit_of_work() as uow:
            [row] = uow.session.exec(select(OutboxRow).where(OutboxRow.kind == "file"))
            office.projections.arrived(uow, row, response, office.clock.now())
            uow.commit()
        told = [each.payload["text"] for each in office.waiting("message") if "whether it took" in str(each.payload)]
        assert len(told) == said
    assert told[0].startswith("Slack did not say whether it took the file pipeline")
    assert office.waiting("message")[0].payload["slack_id"] == DANA.slack_id
