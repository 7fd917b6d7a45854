"""A carrier that writes down what it is given, and answers as a test says; and leads who may be written to."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.contact.outside import Outside
from bot.contact.ports import Channel, Outcome, Parcel, Taken
from bot.contact.postman import Postman
from bot.contact.queueing import Draft, queue
from bot.services import Services
from store.models import Lead, LeadMessage
from store.unit_of_work import UnitOfWork
from tests.factories import Office

SAID_YES = {"email": True, "sms": True, "wording": "You may write to me"}


@dataclass
class Pigeons:
    """What was carried, in order. `answers` are used up first; then everything arrives."""

    carried: list[Parcel] = field(default_factory=list)
    answers: list[Outcome] = field(default_factory=list)
    meanwhile: Callable[[], object] | None = None  # happens while the message is on its way

    def carry(self, parcel: Parcel) -> Outcome:
        self.carried.append(parcel)
        if self.meanwhile:
            self.meanwhile()
        return self.answers.pop(0) if self.answers else Taken(f"provider-{parcel.key}")


def plainly(_services: Services, _uow: UnitOfWork, message: LeadMessage, _lead: Lead, to: str) -> Parcel:
    """The simplest composer: the words as they were queued."""
    channel: Channel = "email" if message.channel == "email" else "sms"
    return Parcel(message.key, channel, to, message.subject, message.text)


def set_up(services: Services) -> None:
    """From then on e-mail and SMS can leave."""
    services.outside = Outside(
        "https://dibs.example", "Acme Sales <sales@acme.example>", "+4930123456", frozenset({"email", "sms"})
    )


def postman_of(
    services: Services, pigeons: Pigeons, *, monotonic: Callable[[], float] = lambda: 0.0
) -> Postman:  # fmt: skip
    set_up(services)
    return Postman(
        services, {"email": pigeons, "sms": pigeons}, {"email": plainly, "sms": plainly},
        now=services.now, monotonic=monotonic, rng=random.Random(1),  # noqa: S311
    )  # fmt: skip


def postman(office: Office, pigeons: Pigeons, *, monotonic: Callable[[], float] = lambda: 0.0) -> Postman:
    return postman_of(office.services, pigeons, monotonic=monotonic)


def draft(**more: object) -> Draft:
    given: dict[str, object] = {"channel": "email", "kind": "sequence", "text": "Hello Jane", "subject": "Welcome"}
    return Draft(**(given | more))  # type: ignore[arg-type]


def write_from(services: Services, lead_id: int, **more: object) -> LeadMessage | str:
    """Queue a message to the lead, as a use case would."""
    with services.unit_of_work() as uow:
        lead = uow.leads.lock(lead_id)
        assert lead is not None
        queued = queue(services, uow, lead, draft(**more), services.now())
        uow.commit()
    return queued


def write(office: Office, lead_id: int, **more: object) -> LeadMessage | str:
    return write_from(office.services, lead_id, **more)


def deliver_from(services: Services, pigeons: Pigeons) -> list[str]:
    """Send all that may leave now; the texts that were carried."""
    before, someone = len(pigeons.carried), postman_of(services, pigeons)
    while someone.send_one():
        pass
    return [parcel.text for parcel in pigeons.carried[before:]]


def deliver(office: Office, pigeons: Pigeons) -> list[str]:
    return deliver_from(office.services, pigeons)
