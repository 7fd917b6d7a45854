"""What becomes of a message that was carried: sent, refused, put off, or doubtful, and who hears of that."""

from datetime import timedelta
from typing import Any

import pytest

from bot.contact import gate
from bot.contact.ports import Later, Outcome, Refused, Taken, Unknown
from store.database import Database
from store.models import LeadMessage
from tests.factories import ALICE, BOB, Office
from tests.post import SAID_YES, Pigeons, deliver, postman, write
from tests.use_cases.test_messages import may, messages


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database, ALICE, BOB)


@pytest.fixture
def pigeons() -> Pigeons:
    return Pigeons()


def test_what_could_not_be_sent_yet_is_tried_again_later_and_later(office: Office, pigeons: Pigeons) -> None:
    lead_id = office.lead(consent=SAID_YES)
    write(office, lead_id, kind="rep")
    pigeons.answers = [Later("away", 60), Later("away", 60)]
    waits = []
    for _ in range(3):
        deliver(office, pigeons)
        row = office.rows(LeadMessage)[0]
        waits.append((row.due_at - office.clock.now()).total_seconds())
        office.clock.moment = max(row.due_at, office.clock.moment)
    assert 60 <= waits[0] <= 75
    assert 120 <= waits[1] <= 150
    assert messages(office) == [("sent", "")]


def test_what_certainly_never_arrives_is_told_once_to_the_owner(office: Office, pigeons: Pigeons) -> None:
    lead_id = office.claimed_lead(consent=SAID_YES)
    write(office, lead_id)
    pigeons.answers = [Refused("550 too big")]
    deliver(office, pigeons)
    deliver(office, pigeons)
    assert messages(office) == [("failed", "550 too big")]
    assert [line for line in office.lines("message") if "could not be sent" in line] == [
        "#1 Jane Doe, Acme: the e-mail “Welcome” could not be sent. 550 too big."
    ]


def test_a_dead_address_is_never_written_to_again(office: Office, pigeons: Pigeons) -> None:
    lead_id = office.claimed_lead(consent=SAID_YES)
    write(office, lead_id)
    write(office, lead_id, subject="Second")
    pigeons.answers = [Refused("550 no such user", is_address_dead=True)]
    assert len(deliver(office, pigeons)) == 1
    assert [status for status, _ in messages(office)] == ["failed", "skipped"]
    assert len([line for line in office.lines() if "Nobody can be reached" in line]) == 1
    assert not isinstance(may(office, lead_id, kind="meeting"), gate.Allowed)


def test_what_may_have_arrived_is_shown_to_the_owner_and_not_repeated(office: Office, pigeons: Pigeons) -> None:
    lead_id = office.claimed_lead(consent=SAID_YES)
    write(office, lead_id)
    pigeons.answers = [Unknown("the connection broke")]
    deliver(office, pigeons)
    office.clock.advance(days=1)
    assert deliver(office, pigeons) == []
    assert messages(office) == [("doubtful", "the connection broke")]
    asked = [row for row in office.waiting("message") if "I do not know whether" in row.payload["text"]]
    assert [row.lane for row in asked] == [f"user:{ALICE.slack_id}"]
    assert "Send again" in str(asked[0].payload["blocks"])


def test_a_message_that_nobody_can_make_does_not_stop_those_behind_it(office: Office, pigeons: Pigeons) -> None:
    first, second = office.lead(consent=SAID_YES), office.lead(name="Paul", email="p@b.example", consent=SAID_YES)
    write(office, first, kind="rep", text="poison")
    write(office, second, kind="rep", text="well")
    someone = postman(office, pigeons)
    plain = someone._composers["email"]

    def composer(*given: Any) -> Any:
        if given[2].text == "poison":
            raise ZeroDivisionError
        return plain(*given)

    someone._composers = {"email": composer}
    while someone.send_one():
        pass
    assert [parcel.text for parcel in pigeons.carried] == ["well"]
    assert messages(office)[0] == ("waiting", "It could not be made; the log says why.")


def test_a_message_is_found_doubtful_when_whoever_had_it_is_gone(office: Office, pigeons: Pigeons) -> None:
    class KilledError(BaseException):
        pass

    def dies() -> None:
        raise KilledError

    lead_id = office.claimed_lead(consent=SAID_YES)
    write(office, lead_id, kind="rep")
    pigeons.meanwhile = dies
    with pytest.raises(KilledError):
        postman(office, pigeons).send_one()
    pigeons.meanwhile = None
    assert deliver(office, pigeons) == []
    office.clock.moment += timedelta(seconds=91)
    assert deliver(office, pigeons) == []
    assert messages(office) == [("doubtful", "whoever sent it ended before saying so")]
    assert len(pigeons.carried) == 1


@pytest.mark.parametrize("answer", [Taken("1"), Unknown("it broke")])
def test_what_is_heard_of_after_the_lease_ended_counts_and_nobody_is_asked_twice(
    office: Office, pigeons: Pigeons, answer: Outcome
) -> None:
    lead_id = office.claimed_lead(consent=SAID_YES)
    write(office, lead_id, kind="rep")
    seen = []

    def another_replica_looks() -> None:
        office.clock.advance(seconds=91)
        assert deliver(office, Pigeons()) == []
        seen.append(messages(office)[0][0])

    pigeons.meanwhile, pigeons.answers = another_replica_looks, [answer]
    deliver(office, pigeons)
    assert seen == ["doubtful"]
    assert messages(office) == [("sent", "") if isinstance(answer, Taken) else ("doubtful", "it broke")]
    assert len([line for line in office.lines("message") if "I do not know whether" in line]) == 1


def test_who_is_paused_between_claim_and_carrying_begins_anew_instead_of_sending_late(
    office: Office, pigeons: Pigeons
) -> None:
    lead_id = office.claimed_lead(consent=SAID_YES)
    write(office, lead_id, kind="rep")
    ticks = iter((0.0, 0.0, 60.0))
    slow = postman(office, pigeons, monotonic=lambda: next(ticks, 60.0))
    assert slow.send_one()
    assert pigeons.carried == []
    assert messages(office) == [("waiting", "")]
    assert deliver(office, pigeons) == ["Hello Jane"]


def test_a_carrier_that_breaks_leaves_its_message_doubtful_and_the_others_go(office: Office) -> None:
    pigeons, lead_id = Pigeons(), office.lead(consent=SAID_YES)
    broken, fine = write(office, lead_id, text="one"), write(office, lead_id, text="two")
    assert isinstance(broken, LeadMessage)
    assert isinstance(fine, LeadMessage)

    def breaks() -> None:
        pigeons.meanwhile = None
        raise RuntimeError("a carrier should never do this")

    pigeons.meanwhile = breaks
    with pytest.raises(RuntimeError):
        postman(office, pigeons).send_one()
    assert deliver(office, pigeons) == ["two"]
    office.clock.advance(minutes=5)
    assert deliver(office, pigeons) == []
    assert (office.get(LeadMessage, broken.id or 0).status, office.get(LeadMessage, fine.id or 0).status) == (
        "doubtful", "sent",
    )  # fmt: skip
