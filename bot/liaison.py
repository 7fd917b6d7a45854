"""Gets to know the Slack workspace, and keeps in touch with it until told to stop."""

import threading
from collections.abc import Callable

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError

from bot import people
from bot.directory import channel_ids, known_profiles
from bot.services import Services
from store.database import StoreUnavailableError

LOOKS_PER_CHANNEL_SEARCH = 12  # a minute: listing channels is one of Slack's slow methods
LOOK_SECONDS = 5  # between attempts to reach Slack, and between looks at the scheduler
log = structlog.get_logger("dibs")


class Liaison:
    """`connect` opens the connection that Slack speaks through; `look_after` is done at every look besides."""

    def __init__(
        self, services: Services, client: WebClient, managers: tuple[str, ...], *,
        connect: Callable[[], None], look_after: Callable[[], object],
    ) -> None:  # fmt: skip
        self.introduced = threading.Event()
        self._services, self._client, self._managers = services, client, managers
        self._connect, self._look_after = connect, look_after
        self._missing_channels: list[str] = []
        self._introduced_under = ""  # the playbook whose channels Slack was last asked for

    def keep_in_touch(self, stopping: threading.Event) -> None:
        """Get to know the workspace, connect, and look after the rest, until told to stop."""
        looks = 0
        while not stopping.is_set():
            is_known = self.introduced.is_set() and self._introduced_under == self._services.playbook.version
            if not is_known or (self._missing_channels and looks % LOOKS_PER_CHANNEL_SEARCH == 0):
                self._introduce()
            looks += 1
            self._look_after()
            stopping.wait(LOOK_SECONDS)

    def _introduce(self) -> None:
        try:
            self._learn_workspace()
            self._connect()
            self.introduced.set()
        except (SlackClientError, StoreUnavailableError, OSError) as error:
            log.warning("Slack or the database cannot be reached yet, trying again", reason=str(error)[:300])

    def _learn_workspace(self) -> None:
        version = self._services.playbook.version
        ids = channel_ids(self._client, people.channels(self._services.playbook))
        self._missing_channels = people.sync_teams(self._services, ids)
        if self._missing_channels:
            log.warning("channels not found: create them, or invite the bot", channels=" ".join(self._missing_channels))
        for person in known_profiles(self._client, people.everyone(self._services))[0]:
            people.update_profile(self._services, person)
        managers, strangers = known_profiles(self._client, self._managers)
        if strangers:
            log.warning("DIBS_MANAGERS names people Slack does not know", ids=" ".join(strangers))
        people.sync_managers(self._services, managers)
        self._introduced_under = version
