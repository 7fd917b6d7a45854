"""What is told privately to whoever pressed something, through the outbox."""

from collections.abc import Callable
from typing import Any

from bot import speech
from bot.services import Services
from bot.views import kit
from handlers.requests import press


def leave_for(services: Services, slack_id: str, channel: str | None, message: kit.Message) -> None:
    now = services.now()
    with services.unit_of_work() as uow:
        if channel:
            speech.tell_privately(uow, channel=channel, slack_id=slack_id, message=message, now=now)
        else:
            speech.tell(uow, slack_id, message, now)
        uow.commit()


def tell_outcome(body: dict[str, Any], services: Services, use: Callable[[Services, str, int], str]) -> None:
    """Do what the button says, and tell the presser what came of it."""
    pressed = press(body)
    said = kit.say(use(services, pressed.slack_id, pressed.number))
    leave_for(services, pressed.slack_id, pressed.channel or None, said)
