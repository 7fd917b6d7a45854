"""Compares scores with what was won: when a manager asks, and once a week to managers when there is news."""

from datetime import datetime
from typing import Any

from bot import speech
from bot.actors import actor
from bot.response import managers_at_work
from bot.rules.calibration import Calibration, Outcome, calibrate
from bot.rules.policy import require
from bot.services import Services
from bot.views import calibration as views
from bot.views.kit import Message
from store.models import InboxRow, Rep
from store.unit_of_work import UnitOfWork

NEWS = 10  # closed leads more than the last time
HEARD = "calibration"


def report(services: Services, slack_id: str) -> Message:
    """Whether good scores are won more often.

    Raises:
        NotAllowedError: the actor is no manager.
    """
    with services.reading() as uow:
        require(actor(uow, slack_id), "report")
        return views.calibration(of_closed(services, uow))


def of_closed(services: Services, uow: UnitOfWork) -> Calibration:
    named = {kind: [one.name for one in services.playbook.stages if one.kind == kind] for kind in ("won", "lost")}
    return calibrate(Outcome(*one) for one in uow.scores.outcomes(named["won"], named["lost"]))


def tell_weekly(services: Services) -> int:
    """Each manager once a week, in their hours, if there is more to know than the last time; how many were told."""
    now = services.now()
    with services.reading() as uow:
        to_tell = [rep for rep in managers_at_work(services, uow, now) if heard(uow, rep).get("week") != week_of(now)]
        found = of_closed(services, uow) if to_tell else None
    return sum(tell(services, rep, found, now) for rep in to_tell) if found else 0


def tell(services: Services, rep: Rep, found: Calibration, now: datetime) -> bool:
    """Whoever else tries the same finds that this week was looked at."""
    key, told = f"{HEARD}:{rep.slack_id}", {"week": week_of(now), "closed": found.closed, "finding": found.finding}
    with services.unit_of_work() as uow:
        row = InboxRow(key=key, kind=HEARD, status="done", received_at=now)
        uow.inbox.receive(row)
        kept = uow.scores.take(key)
        if kept is None or kept.answer.get("week") == week_of(now):
            return False
        says = is_news(kept.answer, found)
        # What was not worth a message is compared with the last that was.
        kept.answer = told if says else {**kept.answer, "week": week_of(now)}
        uow.inbox.save(kept)
        if says:
            speech.tell(uow, rep.slack_id, views.calibration(found), now)
        uow.commit()
        return says


def heard(uow: UnitOfWork, rep: Rep) -> dict[str, Any]:
    row = uow.inbox.answered(f"{HEARD}:{rep.slack_id}")
    return row.answer if row else {}


def is_news(last: dict[str, Any], found: Calibration) -> bool:
    """Not that too little is known: that would be said week after week."""
    if found.finding == "too little":
        return False
    return last.get("finding") != found.finding or found.closed >= last.get("closed", 0) + NEWS


def week_of(now: datetime) -> str:
    year, week, _ = now.isocalendar()
    return f"{year}-{week:02}"
