"""A lead books with a rep through the running bot: the page over HTTP, the rep in the workspace, the clock going on."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from bot.contact.outside import Outside
from bot.views import meetings as views
from tests.nearby import nearby
from tests.world import World, world

ALICE = "U0ALICE"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[World]:
    with world(f"sqlite:///{tmp_path / 'dibs.db'}") as made:
        made.dibs.services.outside = Outside(made.dibs.web_url)
        yield made


def told(shop: World, words: str) -> dict[str, Any]:
    """Alice's direct message with these words."""
    channel = shop.act("open-dm", user=ALICE)["channel"]

    def found() -> dict[str, Any] | None:
        return next((one for one in shop.messages(channel, ALICE) if words in one["text"]), None)

    return {**shop.eventually(found, words), "in": channel}


def test_a_lead_books_and_does_not_come(shop: World) -> None:
    said = json.dumps(shop.command(ALICE, f"/lead booking #{shop.lead()}"))
    link = re.search(rf"{shop.dibs.web_url}(/book/[\w./-]+)", said)
    assert link
    with nearby(shop.dibs.web_url) as lead:
        times = re.findall(r'value="(\d{8}T\d{4}Z)"', lead.get(link[1]).text)
        chosen = {"at": times[0], "zone": "Europe/Berlin", "words": "Prices <!channel>"}
        answer = lead.post(link[1], content=urlencode(chosen).encode(), headers=FORM)
        assert "Your meeting is booked" in lead.get(answer.headers["location"]).text
    told(shop, "Jane Doe, Acme booked a meeting with you")
    shop.advance(hours=6)
    question = told(shop, "How did your meeting with #1 Jane Doe, Acme go?")
    shop.click(ALICE, question, views.NO_SHOW, channel=question["in"])
    told(shop, "#1 Jane Doe, Acme did not come.")
    shop.settled()
    assert "the meeting with Alice of 24 Nov 2026" in json.dumps(shop.command(ALICE, "/lead show #1"))
