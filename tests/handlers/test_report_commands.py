"""/report: private, in plain words, the first words in time however long it takes, and never “working” for good."""

import time
from collections.abc import Iterator

import pytest

from handlers.commands import TABLES
from tests.handlers.desk import Desk
from tests.handlers.reporting import BROKEN, OF_MANAGERS, PLAIN, Slow, reporting
from tests.world import eventually, said

ALICE, DANA, ERIN = "U0ALICE", "U0DANA", "U0ERIN"
SLACK_WAITS_SECONDS = 3


@pytest.fixture
def there(office: Desk) -> Iterator[Desk]:
    with reporting(office, PLAIN, BROKEN, OF_MANAGERS) as made:
        yield made


def direct_messages(office: Desk, user: str) -> list[str]:
    """What the person reads in their conversation with the bot."""
    return [said(message) for message in office.messages(user)]


def test_a_report_is_answered_privately(there: Desk) -> None:
    told = there.command(DANA, "/report leads last month team:smb")
    assert "There is one lead." in told
    assert "October 2026" in told


def test_without_a_word_it_tells_what_can_be_asked(there: Desk) -> None:
    told = there.command(DANA, "/report")
    for word in ("/report pipeline", "/report custom", "/report overdue", "vs previous"):
        assert word in told


def test_a_word_that_nobody_knows_gets_one_that_was_meant(there: Desk) -> None:
    assert "Did you mean “leads”?" in there.command(DANA, "/report leeds")
    assert "Did you mean “quarter”? Example: /report leads last quarter" in there.command(
        DANA, "/report leads last quater"
    )


def test_people_are_mentioned_by_their_ids(there: Desk) -> None:
    assert "There is one lead." in there.command(DANA, "/report leads <@U0ALICE|somebody else>")
    assert "I do not know the rep" in there.command(DANA, "/report leads <@U0NOBODY|alice>")


def test_what_only_managers_may_see_is_refused_to_others(there: Desk) -> None:
    assert "Only managers" in there.command(ALICE, "/report secret")
    assert "not in a sales team" in there.command(ERIN, "/report leads")


def test_an_error_of_a_report_is_a_sentence(there: Desk) -> None:
    assert "Something went wrong on my side" in there.command(DANA, "/report broken")


def test_what_takes_long_says_so_in_time_and_comes_in_the_direct_messages(office: Desk) -> None:
    slow = Slow()
    with reporting(office, slow.kind) as there:
        begun = time.monotonic()
        told = there.command(DANA, "/report slow")
        assert time.monotonic() - begun < SLACK_WAITS_SECONDS
        assert "Working on the slow report… It takes a moment" in told
        assert "There is one lead" not in told
        working = eventually(lambda: direct_messages(there, "dana"), "the message that becomes the report")
        assert "Working on the slow report…" in working[-1]
        slow.let_go.set()
        eventually(lambda: "There is one lead." in direct_messages(there, "dana")[-1] or None, "the report")
        assert "Working on" not in direct_messages(there, "dana")[-1]


def test_a_slow_report_that_fails_says_so_where_it_said_that_it_was_worked_on(office: Desk) -> None:
    slow = Slow(fails=True)
    with reporting(office, slow.kind) as there:
        assert "Working on" in there.command(DANA, "/report slow")
        slow.let_go.set()
        eventually(
            lambda: "Something went wrong" in "".join(direct_messages(there, "dana")[-1:]) or None, "the sentence"
        )
        assert "Working on" not in direct_messages(there, "dana")[-1]


def test_many_slow_reports_at_once_still_say_so_in_time(office: Desk) -> None:
    slow = Slow()
    with reporting(office, slow.kind, PLAIN) as there:
        for _ in range(13):
            there.bolt.listener_runner.listener_executor.submit(slow.let_go.wait, 20)
        begun = time.monotonic()
        assert "Working on" in there.command(DANA, "/report slow")
        assert time.monotonic() - begun < SLACK_WAITS_SECONDS
        slow.let_go.set()


@pytest.mark.parametrize("name", ["pipeline", "overdue", "reminders", "quality", "score"])
def test_what_managers_asked_before_is_still_answered(office: Desk, name: str) -> None:
    assert name in {entry.name for entry in TABLES["/report"]}
    told = office.command(DANA, f"/report {name}")
    assert "I do not know" not in told
    assert "Something went wrong" not in told


def test_a_report_of_ones_own_opens_a_form_unless_it_is_said_in_words(office: Desk) -> None:
    before = office.slack_was_asked("views.open")
    office.command(ALICE, "/report custom")
    assert office.slack_was_asked("views.open") == before + 1
    assert "Deals won by source" in office.command(ALICE, "/report custom this month measure:won by:source")
