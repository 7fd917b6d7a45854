"""New scores for all open leads after the rules changed: first what it would change, then, on a manager's word, done.

Its state is one row of the inbox, worked off a slice at a time: it can be cut short anywhere and goes on from there.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from bot import speech
from bot.actors import actor
from bot.errors import DibsError
from bot.qualification import scoring
from bot.rules.levels import after_score
from bot.rules.policy import require
from bot.rules.scoring import Receipt
from bot.services import Services
from bot.views import scores as views
from bot.views.scores import Crossing
from store.models import InboxRow, Lead
from store.scores import Deed
from store.unit_of_work import UnitOfWork

KEY = "rescore"
LOOKING, ASKING, APPLYING, OVER = "looking", "asking", "applying", "over"
SLICE, APPLIED_AT_ONCE = 200, 50
SLICES = 20  # a tick; the rest waits for the next, and other work for neither
MOST_NAMES = 5
NOTHING_YET: dict[str, Any] = {
    "after": 0,
    "looked": 0,
    "changed": 0,
    "up": 0,
    "down": 0,
    "up_names": [],
    "down_names": [],
}


def ask(services: Services, slack_id: str) -> str:
    """A manager wants to know what the rules would change; the answer comes as a message. Returns a sentence.

    Raises:
        NotAllowedError: the actor is no manager.
        DibsError: it is being done just now.
    """
    with services.unit_of_work() as uow:
        who = actor(uow, slack_id)
        require(who, "rescore")
        if state_of(uow.inbox.answered(KEY)).get("phase") == APPLYING:
            raise DibsError("New scores are being given just now. You get a message when that is done.")
        uow.inbox.forget(KEY)
        body = {**NOTHING_YET, "phase": LOOKING, "by": slack_id, "playbook": services.playbook.version}
        uow.inbox.receive(InboxRow(key=KEY, kind=KEY, status="done", body=body, received_at=services.now()))
        uow.commit()
    return "I look at all open leads and send you what would change. Nothing is changed before you say so."


def apply(services: Services, slack_id: str, row_id: int) -> None:
    """The manager's word.

    Raises:
        NotAllowedError: the actor is no manager.
        DibsError: what they saw is not what would be done any more.
    """
    with services.unit_of_work() as uow:
        require(actor(uow, slack_id), "rescore")
        row = uow.scores.take(KEY)
        if row is None or row.id != row_id or row.body.get("playbook") != services.playbook.version:
            raise DibsError("The rules have changed since, or somebody asked again. /team rescore looks once more.")
        if row.body["phase"] == ASKING:
            row.body = {**row.body, **NOTHING_YET, "phase": APPLYING, "by": slack_id}
            uow.inbox.save(row)
            uow.commit()


def state_of(row: InboxRow | None) -> dict[str, Any]:
    return row.body if row else {}


# --- slice by slice


def advance(services: Services) -> None:
    """The tick: go on for a while, if there is anything to go on with."""
    for _ in range(SLICES):
        with services.reading() as uow:
            row = uow.inbox.answered(KEY)
            phase = state_of(row).get("phase")
        if phase == LOOKING and row is not None:
            look(services, row)
        elif phase == APPLYING:
            give(services)
        else:
            return


def look(services: Services, row: InboxRow) -> None:
    """What the next leads would get. Read without holding anybody up; counted only if nobody else has, meanwhile."""
    now = services.now()
    with services.reading() as uow:
        leads = uow.scores.open_after(row.body["after"], limit=SLICE)
        crossings = [crossing(services, lead, receipt) for lead, receipt, _ in judged(services, uow, leads, now)]
    with services.unit_of_work() as uow:
        kept = uow.scores.take(KEY)
        if kept is None or kept.id != row.id or kept.body != row.body:
            return
        kept.body = counted(kept.body, crossings, after=leads[-1].id if leads else None)
        if not leads:
            kept.body = {**kept.body, "phase": ASKING}
            speech.tell(uow, kept.body["by"], views.rescore_preview(summary(kept.body), kept.id or 0), now)
        uow.inbox.save(kept)
        uow.commit()


def give(services: Services) -> None:
    """The next leads get what the rules say, and the row how far that is, in one transaction."""
    now = services.now()
    with services.unit_of_work() as uow:
        row = uow.scores.take(KEY)
        if row is None or row.body["phase"] != APPLYING:
            return
        found = uow.scores.open_after(row.body["after"], limit=APPLIED_AT_ONCE)
        last = found[-1].id if found else None
        leads = uow.scores.lock_open([lead.id or 0 for lead in found])
        crossings = []
        for lead, receipt, deeds in judged(services, uow, leads, now):
            crossings.append(crossing(services, lead, receipt))
            scoring.settle(services, uow, lead, receipt, deeds, cause=scoring.RULES, now=now)
        row.body = counted(row.body, crossings, after=last)
        if last is None:
            row.body = {**row.body, "phase": OVER}
            speech.tell(uow, row.body["by"], views.rescored(summary(row.body)), now)
        uow.inbox.save(row)
        uow.commit()


def judged(
    services: Services, uow: UnitOfWork, leads: list[Lead], now: datetime
) -> Iterator[tuple[Lead, Receipt, list[Deed]]]:  # fmt: skip
    ids = [lead.id or 0 for lead in leads]
    deeds, answers = (uow.scores.deeds(ids), uow.scores.answers(ids)) if ids else ({}, {})
    for lead in leads:
        done = deeds.get(lead.id or 0, [])
        yield lead, scoring.evaluate(services, lead, done, answers.get(lead.id or 0, {}), now), done


def crossing(services: Services, lead: Lead, receipt: Receipt) -> tuple[bool, str, str]:
    """Whether the score changes; which level the lead would have then, if another; and its first name."""
    level = after_score(lead.level, receipt.score, services.playbook.scoring)
    return receipt.score != lead.score, level or "", lead.name.split()[0][:40]


def counted(body: dict[str, Any], crossings: list[tuple[bool, str, str]], *, after: int | None) -> dict[str, Any]:
    up = [name for _, level, name in crossings if level == "mql"]
    down = [name for _, level, name in crossings if level == "lead"]
    return {
        **body, "after": body["after"] if after is None else after, "looked": body["looked"] + len(crossings),
        "changed": body["changed"] + sum(changes for changes, _, _ in crossings),
        "up": body["up"] + len(up), "down": body["down"] + len(down),
        "up_names": (body["up_names"] + up)[:MOST_NAMES], "down_names": (body["down_names"] + down)[:MOST_NAMES],
    }  # fmt: skip


def summary(body: dict[str, Any]) -> Crossing:
    return Crossing(
        body["looked"], body["changed"], body["up"], body["down"], tuple(body["up_names"]), tuple(body["down_names"])
    )
