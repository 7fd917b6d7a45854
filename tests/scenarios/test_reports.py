"""A manager asks for reports in Slack, over either transport, and goes on from the answer."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.views import report, report_forms
from tests.world import ENTERPRISE, SMB, World, said, world


@pytest.fixture(params=["socket", "http"])
def there(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    with world(f"sqlite:///{tmp_path}/dibs.db", request.param) as made:
        yield made


def shown(there: World, words: str, *, user: str = "dana") -> dict[str, Any]:
    """The private message with these words; it may have been another before."""
    message = there.saying(words, user=user)
    assert message["is_ephemeral"]
    return message


def test_a_report_is_asked_refined_opened_shared_and_given_as_a_file(there: World) -> None:
    number = there.lead()
    there.card(number)
    answer = there.command("dana", "/report custom this month measure:leads by:source")
    assert "Leads by source, November 2026" in said(answer)
    assert [m for m in there.messages(SMB, "alice") if "Leads by source" in said(m)] == []

    there.click("dana", answer, report.BEHIND, selected="=website")
    there.eventually(lambda: "Jane Doe" in str(there.view("dana")) or None, "the leads behind the number")
    view = there.view("dana")
    there.act("click", user="dana", view_id=view["id"], action_id=report_forms.LEAD)
    there.eventually(lambda: "jane@acme.example" in str(there.view("dana")) or None, "the lead above the list")
    there.act("close", user="dana", view_id=there.view("dana")["id"], all=True)

    there.click("dana", answer, report.REFINE)
    there.submit("dana", by="team")
    refined = shown(there, "Leads by team, November 2026")
    assert refined["ts"] == answer["ts"]  # it took the place of the one before

    there.click("dana", refined, report.CSV)
    channel = there.dm_channel("dana")
    there.eventually(
        lambda: [m for m in there.messages(channel, "dana") if "in plain numbers" in said(m)] or None, "the file"
    )

    there.click("dana", refined, report.SHARE)
    there.submit("dana", channel=ENTERPRISE)
    shared = there.saying("Shared by Dana", channel=ENTERPRISE, user="carol")
    assert "Leads by team" in said(shared)
    assert not shared.get("is_ephemeral")


def test_a_report_that_others_see_is_refined_for_the_presser_alone(there: World) -> None:
    there.lead()
    answer = there.command("dana", "/report custom this month measure:leads by:source")
    there.click("dana", answer, report.SHARE)
    there.submit("dana", channel=SMB)
    shared = there.saying("Shared by Dana", user="alice")
    there.click("alice", shared, report.REFINE)
    there.submit("alice", by="team")
    mine = shown(there, "Leads by team", user="alice")
    assert mine["ts"] != shared["ts"]
    assert "Leads by source" in said(there.saying("Shared by Dana", user="alice"))
    assert [m for m in there.messages(SMB, "bob") if "Leads by team" in said(m)] == []
