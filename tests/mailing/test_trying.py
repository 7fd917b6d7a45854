"""Whoever sets e-mail up is told what does not work yet, without passwords."""

import asyncio

from bot.mailing.imap import mailbox_of
from bot.mailing.smtp import smtp_carrier
from bot.mailing.trying import mail_checks
from bot.settings import Settings
from tests.mailing import servers
from tests.mailing.servers import LOGIN, Certificate


def test_a_server_that_knows_us_and_a_mailbox_that_is_open(
    loop: asyncio.AbstractEventLoop, certificate: Certificate
) -> None:
    with servers.smtp_server(loop, certificate, "smtps") as (url, post):
        assert smtp_carrier(url, context=certificate.trusting).try_out() == ""
        refused = smtp_carrier(url.replace("password", "passport"), context=certificate.trusting).try_out()
    assert "535" in refused
    assert "passport" not in refused
    assert post.letters == []
    with servers.imap_server(loop, None) as port:
        box = mailbox_of(f"imap://{LOGIN}@localhost:{port}")
        assert box is not None
        assert box.try_out() == ""
        assert [check.ok for check in mail_checks(settings(f"imap://{LOGIN}@localhost:{port}"))] == [False, True]


def settings(imap_url: str) -> Settings:
    return Settings.model_validate({"DIBS_SMTP_URL": "smtp://127.0.0.1:1", "DIBS_IMAP_URL": imap_url})


def test_what_is_not_there_is_told_and_what_is_not_set_up_is_nobodys_business() -> None:
    checks = list(mail_checks(settings("imap://u:CANARY@127.0.0.1:1")))
    assert [(check.name, check.ok) for check in checks] == [("mail server", False), ("mailbox", False)]
    assert "CANARY" not in str(checks)
    assert list(mail_checks(Settings())) == []
