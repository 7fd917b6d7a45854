"""Many leads into a sequence at once: counted, confirmed, and then worked off in slices that survive a restart."""

from collections import Counter
from dataclasses import dataclass

from bot import speech
from bot.actors import actor
from bot.errors import DibsError
from bot.rules.policy import require
from bot.rules.query.parsing import parse
from bot.rules.query.words import spelled
from bot.search import asking
from bot.sequences import enrolling
from bot.sequences.commanding import named
from bot.services import Services
from bot.views import sequence_many as views
from bot.views.kit import Message
from store.models import InboxRow
from store.unit_of_work import UnitOfWork

KIND = "enrol many"
MOST = 2000  # at once
SLICE = 50  # leads in one transaction: each is locked until the others are in
REASONS = 5  # told of those that did not come in


@dataclass(frozen=True)
class Many:
    """What was asked for, as the button that confirms it carries it."""

    name: str
    words: str

    @property
    def as_text(self) -> str:
        return f"{self.name}|{self.words}"


def proposed(services: Services, slack_id: str, wanted: Many) -> Message:
    """How many it would be, and the question.

    Raises:
        NotAllowedError, NotFoundError, QueryError: as they say.
        DibsError: nobody meets the search.
    """
    with services.reading() as uow:
        found = leads_of(services, uow, slack_id, wanted)
    sequence = named(services, wanted.name)
    if not found:
        raise DibsError(f"No lead meets “{wanted.words[:80]}”, so nobody would come into {sequence.name}.")
    return views.sure(sequence.name, wanted.words, min(len(found), MOST), wanted.as_text, is_more=len(found) > MOST)


def leads_of(services: Services, uow: UnitOfWork, slack_id: str, wanted: Many) -> list[int]:
    """Their numbers; one more than MOST when there are more."""
    who = actor(uow, slack_id)
    require(who, "manage_sequences")
    asked = asking(services, uow, who)
    query = parse(wanted.words, asked.setting)
    return list(uow.search.ids(query.tests, asked.scope(query), spelled=spelled, most=MOST + 1))


def confirm(services: Services, slack_id: str, text: str, *, key: str) -> Message:
    """The same button pressed twice counts once; raises as `proposed` does."""
    name, _, words = text.partition("|")
    wanted, now = Many(name, words), services.now()
    with services.unit_of_work() as uow:
        found = leads_of(services, uow, slack_id, wanted)[:MOST]
        sequence = named(services, wanted.name)
        body = {"sequence": sequence.name, "leads": found, "slack_id": slack_id}
        uow.inbox.receive(InboxRow(key=f"{KIND}:{key}"[:200], kind=KIND, body=body, received_at=now))
        uow.commit()
    return views.begun(sequence.name, len(found))


def work_off(services: Services, row_id: int) -> None:
    """Slice by slice, each in a transaction of its own; whoever asked is told at the end."""
    while next_slice(services, row_id):
        pass


def next_slice(services: Services, row_id: int) -> bool:
    """False when that was the last one, or somebody else is at it."""
    now = services.now()
    with services.unit_of_work() as uow:
        row = uow.inbox.take(row_id)
        if row is None:
            return False
        who = actor(uow, row.body["slack_id"])
        leads, reasons = row.body["leads"], Counter(row.answer.get("reasons", {}))
        came = row.answer.get("came", 0)
        for lead in uow.touches.lock_leads(leads[:SLICE]).values():
            made = enrolling.enrol(
                services, uow, lead, row.body["sequence"], origin="rep", now=now, rep_id=who.rep_id
            )  # fmt: skip
            came, reasons = (came, reasons + Counter([reason(made)])) if isinstance(made, str) else (came + 1, reasons)
        row.body = {**row.body, "leads": leads[SLICE:]}
        row.answer = {"came": came, "reasons": dict(reasons)}
        if not row.body["leads"]:
            row.status = "done"
            said = views.done(row.body["sequence"], came, reasons.most_common(REASONS))
            speech.tell(uow, who.slack_id, said, now)
        uow.inbox.save(row)
        uow.commit()
        return row.status != "done"


def reason(sentence: str) -> str:
    """The same words for all leads to which the same happened: without the lead's own name in front."""
    found = next((words for words in (" is in “", " is not a lead", ", and that ends") if words in sentence), "")
    return {" is in “": "in it, or in another one that writes to them, already", " is not a lead": "no lead any more",
            ", and that ends": "closed in a way that ends it"}.get(found, sentence)[:150]  # fmt: skip
