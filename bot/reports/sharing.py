"""A report for others to see, or as a file: asked again in the right of whoever gives it, and left to be sent."""

import base64
import zlib

from bot import speech
from bot.errors import NotAllowedError
from bot.reports import access, asking, files
from bot.reports.asking import Inquiry, Kinds
from bot.reports.table import REPORTS
from bot.rules.asking.question import Question
from bot.services import Services
from bot.views import report as view
from bot.views.figures import Reader
from bot.views.kit import Person, fallback
from store.models import InboxRow

ONLY_MANAGERS = (
    "Only managers show a team's figures to others. You can keep this report, or ask one of them to share it."
)


def may_share(services: Services, slack_id: str, words: str, kinds: Kinds = REPORTS) -> Question:
    """What the words ask, if they may show the answer to others.

    Raises:
        NotAllowedError, QuestionError: as they say.
    """
    now = services.now()
    with services.reading() as uow:
        who = asking.asker(uow, slack_id)
        inquiry = Inquiry(services, uow, who, now, kinds)
        asked = inquiry.question(words)
        inquiry.asked(asked)
        if not access.may_share(inquiry.kind(asked), who):
            raise NotAllowedError(ONLY_MANAGERS)
        return asked


def share(services: Services, slack_id: str, words: str, *, channel: str, key: str, kinds: Kinds = REPORTS) -> None:
    """Post it there, with who shared it and as of when. The same key posts nothing twice."""
    may_share(services, slack_id, words, kinds)
    answer = asking.answer(services, slack_id, words, kinds)
    by, reader = Person(slack_id, answer.who.name), Reader("en", answer.reader.zone)
    message = view.message(answer.report, reader=reader, words=answer.words, shared_by=by)
    once, now = f"share:{key}", services.now()
    with services.unit_of_work() as uow:
        if uow.inbox.receive(InboxRow(key=once, kind="share", status="done", received_at=now)):
            speech.post(uow, channel, message, key=once, now=now)
            uow.commit()


def send_file(services: Services, slack_id: str, words: str, *, key: str = "", kinds: Kinds = REPORTS) -> None:
    """The figures, or the leads behind a row, to whoever asks for them, in their direct messages."""
    now = services.now()
    with services.reading() as uow:
        made = asking.csv(Inquiry(services, uow, asking.asker(uow, slack_id), now, kinds), words, key)
    with services.unit_of_work() as uow:
        said = fallback(made.said)  # Slack reads markup in what stands with a file
        speech.send_file(uow, slack_id, name=made.name, content=packed(made), said=said, now=now)
        uow.commit()


def packed(made: files.File) -> str:
    return base64.b64encode(zlib.compress(made.content)).decode("ascii")


def unpacked(content: str) -> bytes:
    return zlib.decompress(base64.b64decode(content))
