"""Letters that leave: the postman over a real mail server, beside smtplib handing over the same bytes."""

import smtplib
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median

from jinja2 import Template
from sqlmodel import col, select

from bench.measuring import interleaved, paired_ratio
from bench.processes import free_port, running
from bench.rows import Row, at_least, at_most, skipped
from bench.sequences import DUE, WORDS, Town, hush, postman, town
from bot.contact.ports import Carrier, Outcome, Parcel
from bot.mailing.composing import letter
from bot.mailing.mime import as_mail
from bot.mailing.smtp import SmtpCarrier, smtp_carrier
from bot.playbook.sequences import Email
from bot.sequences.rendering import rendered, values_for
from bot.services import Services
from store.models import Lead, LeadMessage
from tests.postgres import PostgresMissingError, empty_database, postgres

HERE = "127.0.0.1"
SERVER = "from aiosmtpd.main import main; main()"
ROUNDS, QUICK = 6, 2
START_SECONDS = 30
REPEATED = 3


@dataclass(frozen=True)
class Remembering:
    """Hands over what it is given, and keeps it."""

    carrier: Carrier
    parcels: list[Parcel] = field(default_factory=list)

    def carry(self, parcel: Parcel) -> Outcome:
        self.parcels.append(parcel)
        return self.carrier.carry(parcel)


def measure(*, quick: bool) -> Iterator[Row]:
    hush()
    rounds = QUICK if quick else ROUNDS
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="dibs-bench-"))
        port = stack.enter_context(mail_server())
        yield from sent("SQLite", f"sqlite:///{Path(folder) / 'dibs.db'}", port, rounds)
        try:
            url = stack.enter_context(empty_database(stack.enter_context(postgres())))
            yield from sent("PostgreSQL", url, port, rounds)
        except PostgresMissingError as missing:
            yield skipped("letters, PostgreSQL", str(missing))


@contextmanager
def mail_server() -> Iterator[int]:
    """aiosmtpd in a process of its own, which throws everything away; yields its port."""
    port = free_port()
    arguments = ("-c", SERVER, "-n", "-l", f"{HERE}:{port}", "-c", "aiosmtpd.handlers.Sink")
    with running(*arguments):
        until = time.monotonic() + START_SECONDS
        while not is_open(port):
            if time.monotonic() > until:
                raise RuntimeError(f"The mail server did not start within {START_SECONDS} s.")
            time.sleep(0.05)
        yield port


def is_open(port: int) -> bool:
    with socket.socket() as knock:
        return knock.connect_ex((HERE, port)) == 0


# --- over the wire


def sent(kind: str, url: str, port: int, rounds: int) -> Iterator[Row]:
    """All three hand over the same letters, one after another over one connection."""
    carrier = smtp_carrier(f"smtp://{HERE}:{port}")
    with town(url, (rounds + 1) * DUE) as services, smtplib.SMTP(HERE, port) as plain:
        here = Town(services)
        kept = Remembering(carrier)
        here.steps()
        whole(here, kept)
        with_post, alone, floors = interleaved(
            rounds, lambda: whole(here, kept), lambda: carried(carrier, kept), lambda: bare(plain, kept)
        )
        yield rate(f"letters sent by one worker, {kind}", with_post, floors)
        yield rate(f"letters handed over by the carrier alone, {kind}", alone, floors)
        if kind == "SQLite":
            yield from made(services, rounds)
    carrier.close()


def rate(name: str, ours: list[float], floors: list[float]) -> Row:
    rates, bares = [DUE / one for one in ours], [DUE / one for one in floors]
    return at_least(name, median(rates), "letters/s", median(bares), ratio=paired_ratio(rates, bares))


def whole(here: Town, kept: Remembering) -> float:
    """Seconds in which a hundred are taken in hand, made, handed over and settled."""
    if not here.waiting():
        here.steps()
    kept.parcels.clear()
    someone = postman(here.services, kept)
    started = time.perf_counter()
    for _ in range(DUE):
        assert someone.send_one()
    taken = time.perf_counter() - started
    assert len(kept.parcels) == DUE
    assert not here.waiting()
    return taken


def carried(carrier: SmtpCarrier, kept: Remembering) -> float:
    started = time.perf_counter()
    for parcel in kept.parcels:
        carrier.carry(parcel)
    return time.perf_counter() - started


def bare(plain: smtplib.SMTP, kept: Remembering) -> float:
    """The bytes are made before."""
    mails = [(parcel.headers["From"], parcel.to, as_mail(parcel)) for parcel in kept.parcels]
    started = time.perf_counter()
    for ours, theirs, mail in mails:
        assert not plain.sendmail(ours, [theirs], mail)
    return time.perf_counter() - started


# --- made, and carried nowhere


def made(services: Services, rounds: int) -> Iterator[Row]:
    """CPU for a text filled in, for a letter with small print, HTML and headers, and for its bytes."""
    with services.unit_of_work() as uow:
        leads = list(uow.session.exec(select(Lead).order_by(col(Lead.id)).limit(DUE)))
        written = select(LeadMessage).where(LeadMessage.step == "question").order_by(col(LeadMessage.id)).limit(DUE)
        pairs = list(zip(uow.session.exec(written), leads, strict=True))
        step = services.playbook.sequences[0].named[2]
        assert isinstance(step, Email)
        subject, text = Template(step.subject), Template(WORDS)
        parcels = [letter(services, uow, message, lead, lead.email or "") for message, lead in pairs]
        filled = partial(each, lambda place: rendered(services, uow, leads[place], step))
        values = [values_for(services, uow, lead, step.text) for lead in leads]
        plainly = partial(each, lambda place: (subject.render(values[place]), text.render(values[place])))
        composed = partial(each, lambda place: as_mail(letter(services, uow, *pairs[place], parcels[place].to)))
        bytes_only = partial(each, lambda place: as_mail(parcels[place]))
        found = interleaved(REPEATED * rounds, filled, plainly, composed, bytes_only)
    yield micro("a text filled in for a lead, beside a template without a sandbox", found[0], found[1])
    yield micro("a letter composed, beside its bytes alone", found[2], found[3])


def micro(name: str, ours: list[float], floors: list[float]) -> Row:
    return at_most(name, median(ours) * 1e6, "us CPU", median(floors) * 1e6, ratio=paired_ratio(ours, floors))


def each(work: Callable[[int], object]) -> float:
    """CPU seconds for one of a hundred."""
    started = time.process_time()
    for place in range(DUE):
        work(place)
    return (time.process_time() - started) / DUE
