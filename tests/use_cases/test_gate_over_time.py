"""Whatever people say in whatever order: a message leaves if the newest word is a yes and nothing bars the address."""

from dataclasses import dataclass
from itertools import count
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import consents
from bot.contact import gate, withdrawing
from bot.rules.consent import Said
from store.database import Database
from store.models import Lead
from store.unit_of_work import UnitOfWork
from tests.factories import ALICE, Office, clean
from tests.post import Pigeons, deliver, write

EVENTS = ("form", "list", "rep yes", "rep no", "unsubscribed", "bounced", "complained")
THEIR_WISH = ("rep", "unsubscribed")
NUMBERS = count(1)


@dataclass
class Model:
    """What should hold of somebody, told in the plainest way."""

    word: bool | None = None
    bar: str = ""

    def hear(self, event: str) -> None:
        match event:
            case "form":
                self.word, self.bar = True, ""
            case "list" if self.word is not False and not self.bar:
                self.word = True
            case "rep yes":
                self.word, self.bar = True, "" if self.bar == "rep" else self.bar
            case "rep no":
                self.word, self.bar = False, self.bar or "rep"
            case "unsubscribed":
                self.word, self.bar = False, self.bar or event
            case "bounced" | "complained":
                self.word = self.word if event == "bounced" else False
                self.bar = event if not self.bar or self.bar in THEIR_WISH else self.bar

    @property
    def may(self) -> bool:
        return self.word is True and not self.bar


def happen(office: Office, lead_id: int, event: str) -> None:
    if event.startswith("rep"):
        said = Said("email", is_given=event == "rep yes", source="on the phone")
        consents.record(office.services, ALICE.slack_id, lead_id, said, key=uuid4().hex)
        return
    with office.services.unit_of_work() as uow:
        lead = uow.leads.lock(lead_id)
        assert lead is not None
        came(office, uow, lead, event)
        uow.commit()


def came(office: Office, uow: UnitOfWork, lead: Lead, event: str) -> None:
    now = office.clock.now()
    if event in ("form", "list"):
        words = clean(email=lead.email, consent={"email": True, "wording": "Yes" if event == "form" else ""})
        consents.record_given(uow, lead, words, now)
    else:
        withdrawing.suppress(office.services, uow, lead, "email", reason=event, source="x", now=now)


@pytest.fixture
def office(sqlite_database: Database) -> Office:
    return Office(sqlite_database, ALICE)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(events=st.lists(st.sampled_from(EVENTS), min_size=1, max_size=6))
def test_the_gate_is_open_exactly_when_it_should_be(office: Office, events: list[str]) -> None:
    number, model = next(NUMBERS), Model()
    lead_id = office.lead(name=f"Jane {number}", email=f"jane{number}@x.example", phone=None, consent=None)
    for event in events:
        happen(office, lead_id, event)
        model.hear(event)
        with office.services.reading() as uow:
            lead = uow.leads.get(lead_id)
            assert lead is not None
            allowed = isinstance(gate.gate(uow, lead, "email", office.clock.now()), gate.Allowed)
        assert allowed is model.may, (events, event, model)
    write(office, lead_id, kind="rep", text="Hello")
    assert deliver(office, Pigeons()) == (["Hello"] if model.may else [])
