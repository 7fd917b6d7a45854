"""Tries mail server and mailbox for whoever sets them up: nothing is sent, and nothing taken."""

from collections.abc import Iterator

from bot.doctor import Check
from bot.mailing.imap import mailbox_of
from bot.mailing.smtp import smtp_carrier, smtp_server
from bot.settings import Settings


def mail_checks(settings: Settings) -> Iterator[Check]:
    smtp_url, imap_url = settings.smtp_url.get_secret_value(), settings.imap_url.get_secret_value()
    if smtp_url:
        trouble = smtp_carrier(smtp_url).try_out()
        yield Check("mail server", ok=not trouble, says=trouble or f"{smtp_server(smtp_url).host} knows us")
    mailbox = mailbox_of(imap_url)
    if mailbox is not None:
        trouble = mailbox.try_out()
        yield Check("mailbox", ok=not trouble, says=trouble or f"{mailbox.name} is open")
