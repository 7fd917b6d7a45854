"""A manager hands in a playbook with the form, another approves it, and it outlives the bot: over the real wires."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.views.versions import APPROVE, ASK
from tests.factories import PLAYBOOK
from tests.world import World, said, world

DRAFT = PLAYBOOK.read_text(encoding="utf-8").replace("window_minutes = 15", "window_minutes = 30")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[World]:
    """Dana and Carol manage."""
    with world(f"sqlite:///{tmp_path / 'dibs.db'}", DIBS_MANAGERS="U0DANA,U0CAROL") as made:
        yield made


def test_from_a_file_to_the_playbook_in_force(office: World) -> None:
    office.lead()
    office.act("command", user="dana", channel="C0LEADSSMB", command="/team", text="whatif")
    content = base64.b64encode(DRAFT.encode()).decode()
    file = office.act("upload", user="dana", name="new.toml", content=content)["file"]
    form = office.view("dana")
    values = {"file": {"value": [file["id"]]}, "period": {"value": "7"}}
    office.act("submit", user="dana", view_id=form["id"], values=values)
    assert "is being tried" in str(office.view("dana"))

    def saying(user: str, words: str) -> dict[str, object]:
        return office.eventually(
            lambda: next((message for message in office.dm(user) if words in said(message)), None), f"{words} to {user}"
        )

    figures = saying("dana", "What if: draft")
    assert "1 lead" in said(figures)
    office.click("dana", figures, ASK, channel=office.dm_channel("dana"))
    asked = saying("carol", "asks you to approve")
    office.click("carol", asked, APPROVE, channel=office.dm_channel("carol"))
    saying("dana", "approved draft")
    assert office.dibs.services.playbook.claims.window_minutes == 30
