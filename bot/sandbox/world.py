"""Everything the sandbox knows, gathered in one place and owned by one event loop."""

import asyncio
from dataclasses import dataclass

from bot.sandbox.changes import Changes
from bot.sandbox.clock import Clock
from bot.sandbox.courier import ACK_SECONDS, Courier
from bot.sandbox.events import Events
from bot.sandbox.faults import Faults
from bot.sandbox.files import Files
from bot.sandbox.json_types import Json
from bot.sandbox.manifest import Manifest
from bot.sandbox.post.box import Box
from bot.sandbox.post.smtp import MailServer, Postman
from bot.sandbox.rates import Rates
from bot.sandbox.seed import Seed
from bot.sandbox.sockets import Sockets
from bot.sandbox.tickets import Replies, Triggers
from bot.sandbox.traffic import Traffic
from bot.sandbox.views import Views
from bot.sandbox.workspace import Channel, User, Workspace


@dataclass(frozen=True)
class Options:
    request_url: str | None = None
    latency: tuple[float, float] = (0.0, 0.0)
    rate_limits: bool = True
    ack_seconds: float = ACK_SECONDS


class World:
    def __init__(self, seed: Seed, manifest: Manifest, options: Options, url: str) -> None:
        self.url = url
        self.manifest = manifest
        self.latency = options.latency
        self.clock = Clock()
        self.changes = Changes()
        self.traffic = Traffic(self.clock)
        self.faults = Faults(self.clock)
        self.rates = Rates(self.clock, options.rate_limits and seed.rate_limits)
        self.unknown_blocks = seed.unknown_blocks
        self.workspace = Workspace(seed, int(self.clock.seconds()))
        self.files = Files(self.workspace, self.clock, url)
        self.views = Views(self.workspace, self.clock)
        self.triggers = Triggers(self.clock)
        self.replies = Replies(self.clock)
        self.sockets = Sockets(seed.app.id, self.clock, self.traffic, self._channels_changed)
        self.courier = Courier(
            self.sockets,
            self.clock,
            self.traffic,
            self.faults,
            secret=seed.app.signing_secret,
            ack_seconds=options.ack_seconds,
        )
        self.courier.request_url = options.request_url
        self.events = Events(self.workspace, manifest, self.clock, self.courier)
        self.post = Box()
        self.mail = MailServer(Postman(self.post, self.clock, lambda: self.changes.tell({"type": "post"})))
        self.unknown_methods: set[str] = set()
        self._retries: asyncio.Task[None] | None = None

    @property
    def bot(self) -> User:
        return self.workspace.users[self.workspace.app.user_id]

    def start(self) -> None:
        self._retries = asyncio.get_running_loop().create_task(self.events.run_retries())

    async def stop(self) -> None:
        if self._retries:
            self._retries.cancel()
        self.events.close()
        self.changes.close()
        await self.mail.stop()
        await self.sockets.drop_all("link_disabled")

    def response_url(self, user: User, channel: Channel, ts: str | None = None) -> str:
        return f"{self.url}/response/{self.replies.issue(user.id, channel.id, ts)}"

    def tell_channel(self, channel: Channel, change: Json, reader: str | None = None) -> None:
        """Tell the pages of those who can see the channel, or of the one reader."""
        self.changes.tell({"channel": channel.id, **change}, [reader] if reader else channel.members)

    def _channels_changed(self) -> None:
        self.changes.tell({"type": "channels"})
