"""E-mails come in, sent to us whole or dropped as files into a folder: suggestions of leads, answers, and returns."""

import hashlib
from contextlib import suppress
from pathlib import Path

import structlog

from bot.deadlocks import once_more
from bot.errors import InvalidInputError
from bot.intake import capture, suggestions
from bot.mailing import returns
from bot.rules.mail import Letter, letter_in, open_mail, returned_in
from bot.rules.mailing.returned import Returned
from bot.services import Services
from store.database import RefusedError, StoreUnavailableError
from store.models import InboxRow

FILE_MAX = 25 * 1024 * 1024
MOST_AT_ONCE = 50
MOST_WAITING = 20  # that the database does not take at once although it is there: another has it, and time runs
SOURCE = "e-mail"
log = structlog.get_logger(__name__)


@once_more
def take_mail(services: Services, raw: bytes, *, key: str) -> bool:
    """Suggest the writer as a lead; whether somebody is asked now. One e-mail is taken once, whoever brings it.

    What comes back of our own letters is dealt with, what a known lead wrote is an answer of theirs, and anything else
    that a machine wrote or that went to a list is left aside.

    Raises:
        InvalidInputError: it cannot be read; nothing is stored but the rejection.
    """
    try:
        mail = open_mail(raw)
        came = returned_in(mail)
        letter = None if came else letter_in(mail)
    except InvalidInputError as error:
        capture.keep_rejection(services, {}, key=f"mail:{key}", error=error, kind="mail")
        raise
    if came is not None:
        take_returned(services, came, raw)
    if letter is None or letter.is_automatic or returns.is_our_own(services, letter):
        return False
    return take_letter(services, letter, raw)


def take_returned(services: Services, came: Returned, raw: bytes) -> None:
    now = services.now()
    with services.unit_of_work() as uow:
        returns.take_back(services, uow, came, now)
        if uow.inbox.receive(InboxRow(key=hashed(raw), kind="mail", status="done", received_at=now)):
            uow.commit()


def take_letter(services: Services, letter: Letter, raw: bytes) -> bool:
    """Whether somebody is asked about it."""
    now, name = services.now(), key_of(letter, raw)
    with services.unit_of_work() as uow:
        message, lead = returns.whose(uow, letter)  # locked before anything is written
        if letter.is_to_list and message is None:  # what answers ours may well go over a list of theirs
            return False
        if not uow.inbox.receive(InboxRow(key=name, kind="mail", status="done", received_at=now)):
            return False
        if lead is not None:
            returns.answered(services, uow, letter, (message, lead), name)
        is_over = lead is not None or returns.stranger_wants_no_more(services, uow, letter)
        if not is_over:
            suggestions.suggest(
                services, uow, values_of(letter), kind=SOURCE, origin=origin_of(letter), now=now
            )  # fmt: skip
        uow.commit()
        return not is_over


def key_of(letter: Letter, raw: bytes) -> str:
    """An e-mail's own name, which every copy of it carries; without one, what it says."""
    return hashed(letter.message_id.encode("utf-8", "replace") or raw)


def hashed(name: bytes) -> str:
    return f"mail:{hashlib.sha256(name).hexdigest()[:40]}"


def values_of(letter: Letter) -> dict[str, str]:
    return {**letter.writer.as_values(), "source": SOURCE}


def origin_of(letter: Letter) -> str:
    """What people judge by: the subject, the words, and what came along unopened."""
    along = f"\n(With {', '.join(letter.attachments)}; not opened.)" if letter.attachments else ""
    return f"{letter.subject}\n{letter.writer.message}".strip()[: 2800 - len(along[:800])] + along[:800]


# What reading stumbles over in a letter that nobody foresaw.
UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, RecursionError)


def pick_up(services: Services) -> None:
    """Take the files that lie in the folder; each moves on only after it is stored, and those that stay hinder none.

    Raises:
        StoreUnavailableError: what is left stays where it is, for the next time.
    """
    folder = services.mail_drop
    if folder is None or not folder.is_dir():
        return
    gone = waits = 0
    for path in sorted(folder.glob("*.eml")):
        try:
            pick_up_one(services, path)
        except OSError as error:
            log.warning("an e-mail in the folder cannot be read or moved", file=path.name[:100], reason=str(error))
            put_aside(path)
        except (*UNREADABLE, RefusedError):  # a file that cannot be taken costs only itself
            log.exception("an e-mail in the folder cannot be taken", file=path.name[:100])
            put_aside(path)
        except StoreUnavailableError:
            waits += 1
            if waits == MOST_WAITING:
                raise
            services.database.is_reachable()  # raises if it is not about this file alone
            log.exception("an e-mail in the folder has to wait", file=path.name[:100])
        gone += not path.exists()
        if gone == MOST_AT_ONCE:
            return


def pick_up_one(services: Services, path: Path) -> None:
    try:
        raw = path.read_bytes() if path.stat().st_size <= FILE_MAX else b""
    except FileNotFoundError:  # another replica was quicker
        return
    try:
        take_mail(services, raw, key=f"drop:{hashlib.sha256(raw).hexdigest()[:40]}")
    except InvalidInputError as error:
        log.warning("an e-mail in the folder cannot be read", file=path.name[:100], reason=str(error))
        move(path, "failed")
    else:
        move(path, "done")


def put_aside(path: Path) -> None:
    try:
        move(path, "failed")
    except OSError as error:
        log.warning("an e-mail in the folder cannot be put aside", file=path.name[:100], reason=str(error))


def move(path: Path, folder: str) -> None:
    target = path.parent / folder
    target.mkdir(exist_ok=True)
    with suppress(FileNotFoundError):  # another replica was quicker
        path.replace(target / path.name)
