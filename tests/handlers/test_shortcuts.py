"""The shortcut on a message: it opens the follow-up's form for the lead that the message is about, for its people."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from bot import claims, followups, reminders
from bot.intake import capture
from bot.sandbox import Sandbox
from bot.views import followup_forms, forms
from handlers.shortcuts import FOLLOW_UP, MAKE_LEAD, WORKS_ON
from store.models import Reminder
from tests.handlers.desk import SMB, Desk, desk
from tests.handlers.door import JANE, NOW
from tests.world import World, world

ALICE, BOB, CAROL, DANA, ERIN = "U0ALICE", "U0BOB", "U0CAROL", "U0DANA", "U0ERIN"
CARD, DM, DM_TS = "100.1", "D0ALICE", "200.2"


@pytest.fixture(scope="module")
def office(shared_database_url: str, slack: Sandbox) -> Iterator[Desk]:
    """Alice's lead with its card, and a reminder of it that she was sent."""
    with desk(shared_database_url, slack) as made:
        capture.take_lead(made.services, JANE | {"fields": {}}, key="jane")
        claims.claim(made.services, ALICE, 1)
        followups.set_follow_up(made.services, ALICE, 1, NOW + timedelta(minutes=1), "call", key="first")
        with made.services.unit_of_work() as uow:
            lead = uow.leads.get(1)
            assert lead is not None
            lead.card_channel, lead.card_ts = SMB, CARD
            [promise] = [one for one in uow.followups.open_of_lead(1) if one.follow_up.origin == "rep"]
            uow.session.add(Reminder(
                follow_up_id=promise.follow_up.id or 0, rule="said", due_at=NOW, fire_at=NOW, status="fired",
                fired_at=NOW, said_to=ALICE, channel=DM, ts=DM_TS,
            ))  # fmt: skip
            uow.commit()
        assert reminders.due_reminders(made.services) == []
        yield made


def use(office: Desk, user: str, *, channel: str = SMB, **message: Any) -> tuple[int, str]:
    """How many views were opened, and what the user was told."""
    opened, told = office.slack_was_asked("views.open"), office.count_told()
    body = {
        **office.interaction(user, "message_action"), "callback_id": FOLLOW_UP, "channel": {"id": channel},
        "message_ts": message.get("ts", ""), "message": message, "response_url": "https://hooks.slack.example/1",
    }  # fmt: skip
    assert office.send(body).status == 200
    return office.slack_was_asked("views.open") - opened, office.told(told)


@pytest.mark.parametrize("user", [ALICE, DANA])
@pytest.mark.parametrize(
    "message",
    [{"ts": CARD}, {"ts": "101.1", "thread_ts": CARD}, {"ts": DM_TS, "channel": DM},
     {"ts": "201.1", "thread_ts": DM_TS, "channel": DM}],
)  # fmt: skip
def test_it_opens_on_a_card_under_it_and_on_a_reminder(office: Desk, user: str, message: dict[str, Any]) -> None:
    before = office.rows()
    opened, told = use(office, user, **message)
    assert opened == 1 or "went wrong" in told, "the sandbox opens nothing for a trigger that it never gave"
    assert office.rows() == before


@pytest.mark.parametrize(
    ("user", "refusal"), [(ERIN, "not in a sales team yet"), (CAROL, "no such lead in your teams"),
                          (BOB, "This lead belongs to Alice")]
)  # fmt: skip
@pytest.mark.parametrize("message", [{"ts": CARD}, {"ts": DM_TS, "channel": DM}])
def test_whose_lead_it_is_not_is_refused(office: Desk, user: str, refusal: str, message: dict[str, Any]) -> None:
    before = office.rows()
    opened, told = use(office, user, **message)
    assert opened == 0
    assert refusal in told
    assert "Jane" not in told
    assert office.rows() == before


@pytest.mark.parametrize(
    "place", [{"ts": "1.1"}, {"ts": CARD, "channel": "C0GENERAL"}, {"ts": ""}, {}, {"ts": "'; --"}]
)
def test_on_any_other_message_nothing_is_looked_up_or_changed(office: Desk, place: dict[str, Any]) -> None:
    before = office.rows()
    use(office, ALICE, **place)
    assert office.rows() == before


# --- as people see it


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(f"sqlite:///{tmp_path_factory.mktemp('database') / 'dibs.db'}", reps=("alice",)) as made:
        yield made


def test_from_the_menu_of_a_card_to_the_follow_up(there: World) -> None:
    number = there.lead()
    card = there.card(number)
    there.command("alice", f"/lead claim #{number}")
    there.act("shortcut", user="alice", callback_id=FOLLOW_UP, channel=SMB, ts=card["ts"])
    view = there.view("alice")
    assert view["callback_id"] == followup_forms.FOLLOW_UP
    assert view["private_metadata"] == str(number)


def test_elsewhere_it_says_where_it_works(there: World) -> None:
    sent = there.act("message", user="dana", channel="C0GENERAL", text="Hello all")
    ts = sent.get("ts") or there.messages("C0GENERAL", "dana")[-1]["ts"]
    there.act("shortcut", user="dana", callback_id=FOLLOW_UP, channel="C0GENERAL", ts=ts)
    assert WORKS_ON in str(there.view("dana"))


def test_what_a_message_says_of_somebody_fills_the_form_of_a_new_lead(there: World) -> None:
    said = (
        "Please take care of this one:\nwe need a quote.\n\nBest regards\nMax Muster\nHead of Sales, Muster GmbH\n"
        "+49 30 1234567\nmax@muster.example"
    )
    there.act("message", user="dana", channel="C0GENERAL", text=said)
    ts = there.messages("C0GENERAL", "dana")[-1]["ts"]
    there.act("shortcut", user="alice", callback_id=MAKE_LEAD, channel="C0GENERAL", ts=ts)
    view = there.view("alice")
    assert view["callback_id"] == forms.NEW_LEAD
    filled = {block["block_id"]: block["element"].get("initial_value") for block in view["blocks"]}
    assert {name: value for name, value in filled.items() if value} == {
        "name": "Max Muster", "email": "max@muster.example", "phone": "+49 30 1234567", "company": "Muster GmbH",
        "title": "Head of Sales", "message": "Please take care of this one:\nwe need a quote.",
    }  # fmt: skip
