"""Tries drafts out in the background: each once, whatever dies meanwhile; its author gets the figures."""

from datetime import datetime, timedelta

import structlog

from bot import speech
from bot.playbook import versions
from bot.playbook.playbook import parse_playbook
from bot.services import Services
from bot.views import versions as views
from bot.whatif import comparing as whatif
from store.models import PlaybookVersion

MOST_TRIES = 3
LONGEST = timedelta(minutes=3)  # after that long, whoever works on it is thought to be dead
log = structlog.get_logger(__name__)


def waiting(services: Services) -> list[int]:
    """The numbers of drafts that nobody is trying out yet. Asks only, and locks nothing."""
    now = services.now()
    with services.reading() as uow:
        return [number for number, report in uow.playbooks.recent_drafts() if is_due(report.get("trial"), now)]


def is_due(trial: dict[str, object] | None, now: datetime) -> bool:
    return trial is not None and (not trial["until"] or datetime.fromisoformat(str(trial["until"])) <= now)


def try_out(services: Services, number: int) -> None:
    """Replay the draft and tell its author; no transaction is open meanwhile."""
    draft = begin(services, number)
    if draft is None or draft.report is None:
        return
    playbook = parse_playbook(draft.text, f"draft {number}")
    report = whatif.replay(services, playbook, days=draft.report["trial"]["days"])
    now = services.now()
    with services.unit_of_work() as uow:
        version = uow.playbooks.take_draft(number)
        if version is None or versions.found_by(version) is not None:
            return
        version.report = report.as_record()
        author = uow.people.rep(version.made_by or 0)
        speech.tell(uow, author.slack_id, views.for_author(report, number), now)
        uow.commit()


def begin(services: Services, number: int) -> PlaybookVersion | None:
    """Count the try before trying: a draft that kills the process must not do so for ever."""
    now = services.now()
    with services.unit_of_work() as uow:
        version = uow.playbooks.take_draft(number)
        trial = (version.report or {}).get("trial") if version else None
        if version is None or trial is None or not is_due(trial, now):
            return None
        if trial["tries"] >= MOST_TRIES:
            version.status = "discarded"
            speech.tell(uow, uow.people.rep(version.made_by or 0).slack_id, views.failed(number), now)
            uow.commit()
            return None
        version.report = versions.trial(trial["days"], tries=trial["tries"] + 1, until=now + LONGEST)
        uow.commit()
        return version
