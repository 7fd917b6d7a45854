"""The App Home tab is asked for; the outbox publishes it."""

from typing import Any

from slack_bolt import App

from bot import speech
from bot.services import Services


def register(app: App) -> None:
    app.event("app_home_opened")(opened)


def opened(event: dict[str, Any], services: Services) -> None:
    if event.get("tab", "home") != "home":
        return
    with services.unit_of_work() as uow:
        speech.refresh_home(uow, event["user"], services.now())
        uow.commit()
