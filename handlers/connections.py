"""The bot's two connections to the outside: the port it listens on, and Slack's socket."""

import socket

from slack_bolt.adapter.socket_mode import SocketModeHandler


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


def close_socket(handler: SocketModeHandler) -> None:
    try:
        handler.close()  # type: ignore[no-untyped-call]
    except AttributeError:
        # slack_sdk trips over a connection that is being replaced at this moment; then it has been closed already.
        handler.close()  # type: ignore[no-untyped-call]
