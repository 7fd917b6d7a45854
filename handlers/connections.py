"""The bot's two connections to the outside: the port it listens on, and Slack's socket."""

import socket
import threading
from contextlib import suppress

import uvicorn
from fastapi import FastAPI
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest


def listen(host: str, port: int) -> socket.socket:
    """A socket on that port; 0 takes any free one.

    Raises:
        OSError: it cannot be had; the message says what to do.
    """
    try:
        return socket.create_server((host, port))
    except OSError as error:
        advice = "Choose another with DIBS_WEB_PORT (or, for the demo, --web-port)."
        raise OSError(f"{host} port {port} cannot be used ({error.strerror}). {advice}") from error


def web_server(app: FastAPI, *, proxies: str) -> uvicorn.Server:
    """The web server. Of whom these addresses say that they pass them on, those are believed."""
    return uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, forwarded_allow_ips=proxies))


class SlackSocket(SocketModeHandler):
    """Slack's socket, which is closed between requests and never within one."""

    def __init__(self, app: App, app_token: str, *, concurrency: int) -> None:
        super().__init__(app, app_token, concurrency=concurrency)
        self._idle = threading.Condition()
        self._in_hand, self._is_leaving = 0, False

    def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        """What comes while we leave is not acknowledged: Slack sends it again."""
        with self._idle:
            if self._is_leaving:
                return
            self._in_hand += 1
        try:
            super().handle(client, req)
        finally:
            with self._idle:
                self._in_hand -= 1
                self._idle.notify_all()

    def leave(self, patience: float) -> None:
        """Answer what is in hand, for so many seconds at most, and hang up."""
        with self._idle:
            self._is_leaving = True
            self._idle.wait_for(lambda: not self._in_hand, patience)
        # Nothing more is read before the connection goes, or its last message would come out cut in two.
        client = self.client
        client.closed = True
        client.message_queue.put(None)  # whoever waits for a message would wait out the second
        if client.message_processor.is_alive():
            client.message_processor.shutdown()  # type: ignore[no-untyped-call]
        client.current_session_state.terminated = True
        hear_no_more(client.current_session.sock if client.current_session else None)
        try:
            self.close()  # type: ignore[no-untyped-call]
        except AttributeError:
            # slack_sdk trips over a connection that is being replaced at this moment; then it has been closed already.
            self.close()  # type: ignore[no-untyped-call]


def hear_no_more(connection: socket.socket | None) -> None:
    """End the wait for what the other side says, which would last up to three seconds."""
    if connection:
        with suppress(OSError):  # the other side hung up first
            # Not by the encrypted one's own method: that forgets the key, and what is still said would go out readable.
            socket.socket.shutdown(connection, socket.SHUT_RD)
