"""People join and leave a team's channel and the workspace: managers are asked, and leads find other hands."""

from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from bot.views.handover import ADD, NOT_NOW
from tests.world import SMB, Message, World, said, world


@pytest.fixture
def there(tmp_path: Path) -> Iterator[World]:
    with world(f"sqlite:///{tmp_path / 'dibs.db'}") as made:
        yield made


def in_dm(there: World, user: str, words: str) -> Message:
    return there.eventually(
        lambda: next((m for m in there.dm(user) if words in unescape(said(m))), None), f"“{words}” to {user}"
    )


def test_a_newcomer_to_the_channel_becomes_a_rep_with_one_press(there: World) -> None:
    there.act("join", user="erin", channel=SMB)
    asked = in_dm(there, "dana", "joined the channel of team smb")
    there.click("dana", asked, NOT_NOW, channel=there.dm_channel("dana"))
    in_dm(there, "dana", "Later, it is /team add smb")
    there.click("dana", asked, ADD, channel=there.dm_channel("dana"))
    in_dm(there, "dana", "is in team smb now")
    assert "rin" in said(there.command("dana", "/team show smb"))


def test_whoever_leaves_the_channel_hands_their_leads_to_the_others(there: World) -> None:
    number = there.lead()
    there.card(number)
    there.command("dana", f"/lead assign #{number} @alice")
    there.card_saying(number, "Claimed by Alice")
    there.act("leave", user="alice", channel=SMB)
    there.saying("Given to Bob", user="bob")
    in_dm(there, "dana", "Alice left the channel of team smb. 1 lead went to others: Bob 1.")
    assert "Alice" not in said(there.command("dana", "/team show smb"))


def test_a_manager_hands_everything_over_with_the_form(there: World) -> None:
    number = there.lead()
    there.card(number)
    there.command("dana", f"/lead assign #{number} @alice")
    there.act("command", user="dana", channel=SMB, command="/team", text="handover @alice")
    view = there.view("dana")
    assert "1 open lead, 0 follow-ups, 0 offers." in str(view["blocks"])
    there.act("submit", user="dana", view_id=view["id"], values={})
    in_dm(there, "dana", "Alice is leaving. 1 lead went to others: Bob 1.")
    there.card_saying(number, "Given to Bob")


def test_whoever_is_deactivated_in_slack_is_replaced(there: World) -> None:
    number = there.lead()
    there.card(number)
    there.command("dana", f"/lead assign #{number} @alice")
    there.card_saying(number, "Claimed by Alice")
    there.act("user", user="alice", deleted=True)
    in_dm(there, "dana", "Alice left the workspace. 1 lead went to others: Bob 1.")
