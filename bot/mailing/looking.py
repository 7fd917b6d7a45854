"""Looks into the mailbox: answers and bounces come in, each letter once; one that cannot be taken costs only itself."""

import hashlib
from datetime import datetime, timedelta

import structlog

from bot.errors import InvalidInputError
from bot.intake import mail
from bot.mailing.ports import Arrived, CannotLookError, Mailbox, NotNowError, PutAsideError
from bot.services import Services
from store.database import RefusedError, StoreUnavailableError
from store.models import InboxRow

A_DAY = timedelta(days=1)  # the server counts days in a zone of its own
log = structlog.get_logger(__name__)


def look(services: Services) -> None:
    """Take what is there; nothing happens without a mailbox.

    Raises:
        StoreUnavailableError: what was not stored comes again.
    """
    mailbox = services.mailbox
    if mailbox is None:
        return
    try:
        mailbox.bring(lambda letter: take(services, letter), since=first_look(services, mailbox) - A_DAY)
    except CannotLookError as error:
        log.warning("the mailbox cannot be looked into", mailbox=mailbox.name, reason=str(error))


def first_look(services: Services, mailbox: Mailbox) -> datetime:
    """What lay there long before anybody told us of the mailbox is not for us."""
    key = f"mailbox:{hashlib.sha256(mailbox.name.encode()).hexdigest()[:40]}"
    with services.reading() as uow:
        known = uow.inbox.answered(key)
    if known is not None:
        return known.received_at
    now = services.now()
    with services.unit_of_work() as uow:
        uow.inbox.receive(InboxRow(key=key, kind="mailbox", status="done", received_at=now))
        uow.commit()
    return now


def take(services: Services, letter: Arrived) -> None:
    try:
        mail.take_mail(services, letter.raw, key=f"imap:{hashlib.sha256(letter.raw).hexdigest()[:40]}")
    except InvalidInputError as error:
        log.warning("an e-mail in the mailbox cannot be read", letter=letter.name, reason=str(error))
        raise PutAsideError(str(error)) from error
    except (*mail.UNREADABLE, RefusedError) as error:
        log.exception("an e-mail in the mailbox cannot be taken", letter=letter.name)
        raise PutAsideError(str(error)) from error
    except StoreUnavailableError as error:
        services.database.is_reachable()  # raises if it is not about this letter alone
        log.exception("an e-mail in the mailbox has to wait", letter=letter.name)
        raise NotNowError(str(error)) from error
