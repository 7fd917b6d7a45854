"""Versions of the playbook: the one in force, drafts, and the second manager who has to approve them."""

import difflib
from datetime import datetime
from typing import Any

import structlog

from bot import people, speech
from bot.actors import actor
from bot.errors import DibsError, InvalidInputError, NotAllowedError, NotFoundError, Problem
from bot.playbook.playbook import Playbook, PlaybookError, empty_pools, parse_playbook
from bot.rules.policy import Actor, require
from bot.services import Services
from bot.views import versions as views
from bot.views.kit import Message
from bot.views.versions import VersionLine
from bot.views.whatif import Report
from store.models import InboxRow, PlaybookVersion
from store.unit_of_work import UnitOfWork

MOST_BYTES = 100_000
MOST_DOTS = 200  # in one line
COMPLAINT_MAX = 1800  # characters of what is shown on a form's field
WHATIF, APPROVAL = "whatif", "approval"  # kinds of inbox rows: a draft that came in, and a request that was made
NOBODY = "the playbook file"
log = structlog.get_logger(__name__)


# --- the one in force


def open_book(services: Services, text: str | None) -> None:
    """At the start: record the file if it was edited, then put in force what was published last.

    Raises:
        PlaybookError: the edited file has a rule that nobody in its team can serve.
    """
    if text is not None:
        record_file(services, text)
    pick_up(services)
    for name in teams_left_out(services):
        log.warning("the playbook leaves out a team that has leads or reps; put it back", team=name)


def record_file(services: Services, text: str) -> None:
    """An edited file is a new version, and wins over what was published from Slack."""
    playbook, now = services.playbook, services.now()
    pools = skills_by_team(services)
    with services.unit_of_work() as uow:
        uow.playbooks.one_at_a_time()
        known = uow.playbooks.newest_from_file()
        if known is not None and known.text == text:
            return
        if mistakes := empty_pools(playbook, pools):
            raise PlaybookError("The edited playbook cannot be put in force:\n  " + "\n  ".join(mistakes))
        replaced = next(iter(uow.playbooks.published(limit=1)), None)
        uow.playbooks.add(PlaybookVersion(
            version=playbook.version, text=text, origin="file", made_at=now, status="published",
            published_at=uow.playbooks.moment_after(now),
        ))  # fmt: skip
        uow.commit()
    if replaced is not None and replaced.origin == "slack":
        log.warning(
            "the edited playbook file replaces a version that was approved in Slack",
            replaced=replaced.id, fingerprint=replaced.version,
        )  # fmt: skip


def pick_up(services: Services) -> bool:
    """Tick: put in force what was published last, perhaps by another replica; True when that changed."""
    with services.reading() as uow:
        newest = uow.playbooks.newest_number()
        if newest is None or newest == services.newest_seen:
            return False
    playbook = published(services)
    services.put_in_force(playbook or services.playbook, newest=newest)
    if playbook is None:
        return False
    people.sync_teams(services, {})
    log.info("playbook in force", fingerprint=playbook.version)
    return True


def published(services: Services) -> Playbook | None:
    """The newest published playbook that can be read."""
    with services.reading() as uow:
        versions = uow.playbooks.published()
    return next((playbook for version in versions if (playbook := readable(version))), None)


def in_force_at(services: Services, uow: UnitOfWork, moment: datetime) -> Playbook:
    """The playbook as of then; today's, if nobody recorded that one or it cannot be read any more."""
    number = uow.playbooks.number_at(moment)
    if number is None or number == services.newest_seen:
        return services.playbook
    version = uow.playbooks.get(number)
    return (readable(version) if version else None) or services.playbook


def readable(version: PlaybookVersion) -> Playbook | None:
    try:
        return parse_playbook(version.text, f"version {version.id}")
    except PlaybookError as error:
        reason = str(error)[:500]
        log.warning("a published playbook cannot be read, the last good one goes on", number=version.id, reason=reason)
        return None


def state_of_book(services: Services, playbook: Playbook) -> tuple[bool, str]:
    """For the doctor: whether all is well with the version in force, beside the file's `playbook`."""
    with services.reading() as uow:
        versions = uow.playbooks.published()
    if not versions:
        return True, "no version is recorded yet; starting Dibs records the file"
    newest = versions[0]
    try:
        in_force = parse_playbook(newest.text, f"version {newest.id}")
    except PlaybookError as error:
        return False, f"version {newest.id} is published but cannot be read any more: {str(error)[:300]}"
    if mistakes := empty_pools(playbook, skills_by_team(services)):
        return False, " ".join(mistakes)
    says = f"version {newest.id} ({newest.version}, from {newest.origin}) is in force"
    return True, says if in_force.version == playbook.version else f"{says}; the file says something else"


def teams_left_out(services: Services, playbook: Playbook | None = None) -> list[str]:
    """Teams with leads or reps that the playbook does not have."""
    known = {team.name for team in (playbook or services.playbook).teams}
    with services.reading() as uow:
        return [name for name in uow.playbooks.teams_in_use() if name not in known]


# --- drafts


def manager(uow: UnitOfWork, slack_id: str) -> Actor:
    who = actor(uow, slack_id)
    require(who, "manage_people")
    return who


def propose(services: Services, slack_id: str, text: str, *, days: int, key: str, field: str = "text") -> int:
    """A manager's draft, to be tried on the leads of the last `days`; returns its number. The same key counts once.

    Raises:
        InvalidInputError: the text is no playbook that could be in force; all mistakes, on `field`.
    """
    people.require_manager(services, slack_id)
    playbook = checked(services, text, field)
    now = services.now()
    with services.unit_of_work() as uow:
        who = manager(uow, slack_id)
        row = InboxRow(key=f"{WHATIF}:{key}", kind=WHATIF, status="done", received_at=now)
        if not uow.inbox.receive(row):
            first = uow.inbox.answered(row.key)
            return int(first.answer["number"]) if first else 0
        version = uow.playbooks.add(PlaybookVersion(
            version=playbook.version, text=text, origin="slack", status="draft", made_by=who.rep_id, made_at=now,
            report=trial(days),
        ))  # fmt: skip
        uow.inbox.answer(row, {"number": version.id})
        uow.commit()
        return version.id or 0


def checked(services: Services, text: str, field: str) -> Playbook:
    if not text.strip():
        raise InvalidInputError([Problem(field, "Choose a file, or paste the text of a playbook.")])
    if len(text.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        raise InvalidInputError([Problem(field, f"A playbook has at most {MOST_BYTES // 1000} kB.")])
    for number, line in enumerate(text.splitlines(), start=1):
        # Reading a key of many parts takes time with the square of their number.
        if line.count(".") > MOST_DOTS:
            raise InvalidInputError([Problem(field, f"Line {number} has too many dots to be a line of a playbook.")])
    try:
        playbook = parse_playbook(text, "The draft")
    except PlaybookError as error:
        raise InvalidInputError([Problem(field, clipped(str(error)))]) from None
    if playbook.version == services.playbook.version:
        raise InvalidInputError([Problem(field, "This is the playbook that is in force already.")])
    mistakes = misfits(services, playbook)
    if mistakes:
        raise InvalidInputError([Problem(field, clipped(" ".join(mistakes)))])
    return playbook


def misfits(services: Services, playbook: Playbook) -> list[str]:
    """Sentences about what the people and leads there are make impossible."""
    left_out = [
        f"Team {name} has leads or reps, so the playbook has to keep it; no route has to lead there."
        for name in teams_left_out(services, playbook)
    ]
    return [*left_out, *empty_pools(playbook, skills_by_team(services))]


def skills_by_team(services: Services) -> dict[str, list[frozenset[str]]]:
    with services.reading() as uow:
        return {
            team.name: [frozenset(seat.rep.skills) for seat in uow.people.seats(team.id or 0)]
            for team in uow.people.teams()
        }


def clipped(text: str) -> str:
    return text if len(text) <= COMPLAINT_MAX else text[: COMPLAINT_MAX - 1] + "…"


def roll_back(services: Services, slack_id: str, number: int, *, days: int, key: str) -> int:
    """A draft with the text of an earlier version; it takes the same way as any other."""
    with services.reading() as uow:
        manager(uow, slack_id)
        version = version_numbered(uow, number)
        if version.status != "published":
            raise DibsError(f"Version {number} was never in force, so there is nothing to roll back to.")
    return propose(services, slack_id, version.text, days=days, key=key)


def trial(days: int, *, tries: int = 0, until: datetime | None = None) -> dict[str, Any]:
    """What stands in place of a report until there is one; `until` somebody works on it."""
    return {"trial": {"days": days, "tries": tries, "until": until.isoformat() if until else None}}


def found_by(version: PlaybookVersion) -> Report | None:
    """What the draft's trial found; None as long as it has not."""
    return Report.from_record(version.report) if version.report and "trial" not in version.report else None


# --- approval


def ask_for_approval(services: Services, slack_id: str, number: int) -> str:
    """Every other manager gets the report and decides; asked once."""
    now = services.now()
    with services.unit_of_work() as uow:
        who = manager(uow, slack_id)
        version = draft_numbered(uow, number)
        if version.made_by != who.rep_id:
            raise NotAllowedError(f"Draft {number} is somebody else's; only they ask for its approval.")
        others = [rep for rep in uow.people.managers() if rep.id != who.rep_id]
        if not others:
            raise DibsError(
                "You are the only manager, so nobody else can approve it. Put the text into the playbook file and "
                "start Dibs again, or name a second manager in DIBS_MANAGERS."
            )
        found = found_by(version)
        if found is None:
            raise DibsError(f"Draft {number} is still being tried; its figures come first.")
        asked = InboxRow(key=f"{APPROVAL}:{number}", kind=APPROVAL, status="done", received_at=now)
        if not uow.inbox.receive(asked):
            return f"The other managers have been asked about draft {number} already."
        for rep in others:
            speech.tell(uow, rep.slack_id, views.for_manager(found, number, who.name), now)
        uow.commit()
        return f"Asked {', '.join(rep.name for rep in others)} to approve draft {number}."


def approve(services: Services, slack_id: str, number: int) -> str:
    """A second manager puts the draft in force; of many at once exactly one does.

    Raises:
        NotAllowedError: the actor is no manager, or made the draft.
        DibsError: it was not asked for, was decided already, or does not fit any more.
    """
    now = services.now()
    with services.unit_of_work() as uow:
        who, version = decider(uow, slack_id, number)
        text, author = version.text, uow.people.rep(version.made_by or 0)
    try:
        checked(services, text, "text")
    except InvalidInputError:
        with services.reading() as uow:
            decider(uow, slack_id, number)  # put in force by somebody else a moment ago, it no longer fits: say that
        raise
    with services.unit_of_work() as uow:
        uow.playbooks.one_at_a_time()
        decider(uow, slack_id, number)
        base = (version.report or {}).get("base")
        if base != in_force(uow, services):
            raise DibsError(
                f"Another playbook was put in force since draft {number} was tried. To try it beside that one, "
                f"{author.name} has to send it once more with /team whatif."
            )
        if not uow.playbooks.publish(number, approved_by=who.rep_id, now=now):
            raise DibsError(f"Draft {number} was decided already.")
        speech.tell(uow, author.slack_id, views.approved(number, who.name), now)
        uow.commit()
    pick_up(services)
    return f"Draft {number} is the playbook in force from now on."


def refuse(services: Services, slack_id: str, number: int) -> str:
    """A second manager says no; the author hears of it."""
    now = services.now()
    with services.unit_of_work() as uow:
        who, version = decider(uow, slack_id, number)
        if not uow.playbooks.discard(number):
            raise DibsError(f"Draft {number} was decided already.")
        speech.tell(uow, uow.people.rep(version.made_by or 0).slack_id, views.refused(number, who.name), now)
        uow.commit()
        return f"Draft {number} is refused."


def discard(services: Services, slack_id: str, number: int) -> str:
    """The author drops their draft."""
    with services.unit_of_work() as uow:
        who = manager(uow, slack_id)
        version = draft_numbered(uow, number)
        if version.made_by != who.rep_id:
            raise NotAllowedError(f"Draft {number} is somebody else's; Refuse it when you are asked.")
        if not uow.playbooks.discard(number):
            raise DibsError(f"Draft {number} was decided already.")
        uow.commit()
        return f"Draft {number} is discarded."


def decider(uow: UnitOfWork, slack_id: str, number: int) -> tuple[Actor, PlaybookVersion]:
    """The manager who may decide about the draft, and the draft."""
    who = manager(uow, slack_id)
    version = draft_numbered(uow, number)
    if version.made_by == who.rep_id:
        raise NotAllowedError("Somebody else has to approve what you proposed.")
    if uow.inbox.answered(f"{APPROVAL}:{number}") is None:
        raise DibsError(f"Nobody has asked for the approval of draft {number} yet.")
    return who, version


def in_force(uow: UnitOfWork, services: Services) -> str:
    """The fingerprint of what is published, which this replica may not have picked up yet."""
    newest = next(iter(uow.playbooks.published(limit=1)), None)
    return newest.version if newest and newest.id != services.newest_seen else services.playbook.version


# --- looking


def listed(services: Services, slack_id: str) -> Message:
    with services.reading() as uow:
        manager(uow, slack_id)
        versions = uow.playbooks.all()
        names = {
            rep_id: rep.name for rep_id, rep in uow.people.reps({v.made_by for v in versions if v.made_by}).items()
        }
        newest = next((v.id for v in uow.playbooks.published() if v.version == services.playbook.version), None)
        lines = [
            VersionLine(
                version.id or 0, version.version, version.published_at or version.made_at,
                names.get(version.made_by or 0, NOBODY), "in force" if version.id == newest else version.status,
            )
            for version in versions
        ]  # fmt: skip
        return views.listing(lines)


def differing(services: Services, slack_id: str, number: int, other: int | None) -> Message:
    """What version `number` changes: beside `other`, or beside the one in force."""
    with services.reading() as uow:
        manager(uow, slack_id)
        new = version_numbered(uow, number)
        old = version_numbered(uow, other) if other is not None else next(iter(uow.playbooks.published(limit=1)), None)
        before = old.text if old else ""
        lines = list(difflib.unified_diff(before.splitlines(), new.text.splitlines(), lineterm="", n=2))[2:]
        return views.diff(f"version {old.id if old else '-'}", f"version {number}", lines)


def version_numbered(uow: UnitOfWork, number: int) -> PlaybookVersion:
    version = uow.playbooks.get(number)
    if version is None:
        raise NotFoundError(f"There is no version {number}. /team versions lists those there are.")
    return version


def draft_numbered(uow: UnitOfWork, number: int) -> PlaybookVersion:
    version = version_numbered(uow, number)
    if version.status != "draft":
        raise DibsError(f"Draft {number} was decided already.")
    return version
