"""A running sandbox for each test, and apps of each transport to connect to it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import httpx
import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from bot.sandbox import Sandbox
from tests.sandbox.driver import MANIFEST, Answering, HttpApp, People, SocketApp, open_socket, wait_until


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    running = Sandbox(manifest=MANIFEST, ack_seconds=0.5, rate_limits=False)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def people(sandbox: Sandbox) -> Iterator[People]:
    # There is no TLS here; leaving it out spares each test from loading certificates.
    with httpx.Client(base_url=sandbox.url, trust_env=False, verify=False) as http:  # noqa: S501
        yield People(http)


@pytest.fixture
def client(sandbox: Sandbox) -> WebClient:
    return WebClient(sandbox.bot_token, base_url=sandbox.api_url, retry_handlers=[], timeout=5)


@pytest.fixture
def bolt(sandbox: Sandbox, client: WebClient) -> Iterator[App]:
    """A real Bolt app; connect it with `connected` once its listeners are registered."""
    app = App(client=client, process_before_response=True)
    yield app
    app.listener_runner.listener_executor.shutdown()


@pytest.fixture
def connected(sandbox: Sandbox, people: People) -> Iterator[Callable[[App], None]]:
    with ExitStack() as open_handlers:

        def connect(app: App) -> None:
            handler = SocketModeHandler(app, sandbox.app_token)
            handler.connect()  # type: ignore[no-untyped-call]
            open_handlers.callback(handler.close)
            wait_until(lambda: people.sees("state")["app"]["connected"])

        yield connect


@pytest.fixture
def socket_app(sandbox: Sandbox) -> Iterator[Callable[[Answering], SocketApp]]:
    with ExitStack() as open_apps:
        yield lambda answer: open_apps.enter_context(open_socket(sandbox, answer))


@pytest.fixture
def http_app(sandbox: Sandbox, people: People) -> Iterator[HttpApp]:
    app = HttpApp(sandbox.signing_secret)
    with app.serve() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        people.does("app", request_url=f"http://127.0.0.1:{server.server_port}/slack/events")
        yield app
        server.shutdown()
        thread.join()
