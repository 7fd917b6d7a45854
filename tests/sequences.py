"""An office that writes to leads: sequences by their TOML, channels that are set up, and time that passes."""

import tomllib
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import col, update

from bot.contact.outside import Outside
from bot.playbook.playbook import Playbook
from bot.playbook.sequences import Contact, Sequence
from bot.sequences import advancing, sweeping
from store.database import Database
from store.models import Enrolment, LeadMessage, StepTaken
from tests.factories import ALICE, BOB, Office, everyone_new

OUTSIDE = Outside("https://dibs.example", "Acme Sales <sales@acme.example>", "+493012345", frozenset({"email", "sms"}))
SOON = timedelta(minutes=1)


def parsed(text: str) -> tuple[Sequence, ...]:
    return tuple(Sequence.model_validate(one) for one in tomllib.loads(text)["sequences"])


def playbook_with(text: str, **contact: Any) -> Playbook:
    usual = everyone_new()
    changed = {"sequences": parsed(text), "contact": Contact.model_validate(contact), "matching": usual.matching}
    return usual.model_copy(update=changed)


class Seat(Office):
    """The office with these sequences; messages leave the moment they are queued, unless they are held."""

    def __init__(self, database: Database, text: str, **contact: Any) -> None:
        super().__init__(database, ALICE, BOB, playbook=playbook_with(text, **contact))
        self.services.outside = OUTSIDE

    def plays(self, text: str, **contact: Any) -> None:
        """The playbook has these sequences from now on."""
        self.services.put_in_force(playbook_with(text, **contact))

    def tick(self) -> int:
        found = advancing.due(self.services)
        for number in found:
            advancing.advance(self.services, number)
            self.post()
        return len(found)

    def pass_time(self, step: timedelta = timedelta(hours=1), **span: float) -> None:
        """Look at what is due every so often until then."""
        until = self.clock.moment + timedelta(**span)
        while self.clock.moment < until:
            self.clock.moment = min(self.clock.moment + step, until)
            self.tick()

    def sweep(self, times: int = 20) -> None:
        for _ in range(times):
            sweeping.sweep(self.services)

    def post(self) -> None:
        with self.services.unit_of_work() as uow:
            waits = update(LeadMessage).where(col(LeadMessage.status) == "waiting")
            uow.session.execute(waits.values(status="sent", sent_at=self.clock.now()))
            uow.commit()

    # --- look

    def enrolments(self, lead_id: int) -> list[tuple[str, str, str]]:
        return [(one.sequence, one.status, one.why) for one in self.rows(Enrolment, lead_id=lead_id)]

    def steps(self, lead_id: int) -> list[tuple[str, str]]:
        mine = {one.id for one in self.rows(Enrolment, lead_id=lead_id)}
        return [(one.step, one.result) for one in self.rows(StepTaken) if one.enrolment_id in mine]

    def messages(self, lead_id: int) -> list[LeadMessage]:
        return self.rows(LeadMessage, lead_id=lead_id)

    def sent(self, lead_id: int) -> list[tuple[str, datetime | None]]:
        return [(one.step, one.sent_at) for one in self.messages(lead_id)]
