"""A file of leads with rows that cannot be taken: they come back as a file, are mended there and dropped again."""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from bot.views import imports as views
from handlers.import_actions import in_place
from store.models import Lead, Rep
from tests.world import SMB, Message, World, said, world

ROWS = (
    b"Full name;E-Mail;Company\nHanna Vogel;hanna@nordlicht.example;Nordlicht GmbH\n"
    b"Ingrid Solberg;ingrid(at)fjord.example;Fjord AS\nBo Berg;bo@berg.example;Berg AB\n"
)


@pytest.fixture
def there(tmp_path: Path) -> Iterator[World]:
    with world(f"sqlite:///{tmp_path / 'dibs.db'}", reps=("alice", "bob")) as made:
        yield made


def drop(there: World, name: str, data: bytes, *, channel: str) -> None:
    content = base64.b64encode(data).decode()
    there.act("upload", user="alice", channel=channel, name=name, content=content)
    there.click("alice", there.saying(f"Look at {name}", channel=channel), views.LOOK, channel=channel)


def form(there: World, callback_id: str) -> dict[str, Any]:
    """The form with this name, once it has taken the place of the one before."""

    def shown() -> dict[str, Any] | None:
        return next((view for view in there.views("alice")[-1:] if view["callback_id"] == callback_id), None)

    return there.eventually(shown, f"the form {callback_id}")


def bring_in(there: World) -> str:
    """From the first look to the card; returns what the preview said."""
    form(there, views.COLUMNS)
    there.submit("alice")
    preview = form(there, views.PREVIEW)
    there.submit("alice")
    return str(preview["blocks"])


def extra_fields(there: World) -> list[dict[str, Any]]:
    with there.dibs.services.reading() as uow:
        return [dict(fields) for fields in uow.session.exec(select(Lead.fields))]


def leads(there: World) -> dict[str, str]:
    """Who is a lead, and whose."""
    with there.dibs.services.reading() as uow:
        found = uow.session.exec(select(Lead.name, Rep.name).join(Rep, col(Rep.id) == col(Lead.owner_id), isouter=True))
        return {name: owner or "" for name, owner in found}


def file_in(there: World, channel: str, name: str) -> bytes:
    def found() -> Message | None:
        return next((one for one in there.messages(channel) if name in str(one.get("files"))), None)

    message = there.eventually(found, f"the file {name}")
    answer = there.http.get(f"/sandbox/files/{message['files'][0]['id']}", params={"as": "alice"})
    assert answer.status_code == 200
    return answer.content


def test_an_acknowledgement_that_slack_takes_late_does_not_leave_the_form_at_work_for_ever(there: World) -> None:
    drop(there, "fair.csv", ROWS, channel=SMB)
    view_id, client = form(there, views.COLUMNS)["id"], there.dibs.client
    wanted = {**views.working("fair.csv"), "callback_id": views.PREVIEW}

    def acknowledgement_arrives() -> None:
        client.views_update(view_id=view_id, view=views.working("fair.csv"))

    in_place(client, view_id, acknowledgement_arrives)(wanted)
    assert there.view("alice")["callback_id"] == views.PREVIEW


def test_rows_that_were_not_taken_are_mended_and_taken_then(there: World) -> None:
    drop(there, "fair.csv", ROWS, channel=SMB)
    assert "It says: Ingrid Solberg" in bring_in(there)
    card = there.saying("fair.csv: 2 new leads")
    there.click("alice", card, views.FAILED)
    dm = there.dm_channel("alice")
    failed = file_in(there, dm, "fair failed.csv")
    assert b"must have an @-sign" in failed
    assert b"Hanna" not in failed
    drop(there, "fair failed.csv", failed.replace(b"(at)", b"@"), channel=dm)
    assert "Cannot be taken" not in bring_in(there)
    there.saying("fair failed.csv: 1 new lead")
    assert sorted(leads(there)) == ["Bo Berg", "Hanna Vogel", "Ingrid Solberg"]
    assert extra_fields(there) == [{}, {}, {}]  # why a row was not taken is nothing to keep of a lead


def test_an_import_goes_on_without_whoever_gave_the_file_and_managers_have_its_failed_rows(there: World) -> None:
    drop(there, "fair.csv", ROWS, channel=SMB)
    bring_in(there)
    there.act("user", user="alice", deleted=True)
    there.eventually(lambda: leads(there) == {"Hanna Vogel": "Bob", "Bo Berg": "Bob"} or None, "all to be Bob's")
    card = there.saying("fair.csv: 2 new leads", user="dana")
    assert "Imported by" in said(card)
    there.click("dana", card, views.FAILED)
    there.eventually(lambda: "fair failed.csv" in str(there.dm("dana")) or None, "the failed rows")
