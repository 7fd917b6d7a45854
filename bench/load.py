"""A lean HTTP client: a closed loop of connections with one request in flight each, on one thread."""

import re
import selectors
import socket
import time
from collections import deque
from dataclasses import dataclass, field

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
SILENCE_SECONDS = 20
HEAD_END = b"\r\n\r\n"


@dataclass
class Load:
    """What came of a series of requests."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds


class Connection:
    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sent_at = 0.0
        self._received = b""

    def send(self, request: bytes) -> None:
        self._received = b""
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> tuple[int, bytes] | None:
        """Status and body, once the answer is complete."""
        self._received += self.socket.recv(262_144) or lost()
        head, found, body = self._received.partition(HEAD_END)
        length = LENGTH.search(head) if found else None
        if length is None or len(body) < int(length[1]):
            return None
        return int(head[9:12]), body


def lost() -> bytes:
    raise ConnectionError("The server closed the connection.")


def drive(port: int, requests: list[bytes], *, clients: int, expect: int = 200) -> Load:
    """Send all the requests, `clients` at a time, over connections that stay open.

    Raises:
        RuntimeError: an answer had another status than `expect`, or none came.
    """
    waiting, load = deque(requests), Load()
    connections = [Connection(port) for _ in range(min(clients, len(requests)))]
    with selectors.DefaultSelector() as selector:
        started = time.perf_counter()
        for connection in connections:
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            connection.send(waiting.popleft())
        while len(load.latencies) < len(requests):
            ready = selector.select(SILENCE_SECONDS)
            if not ready:
                raise RuntimeError(f"No answer for {SILENCE_SECONDS} s.")
            for key, _ in ready:
                step(key.data, waiting, load, expect)
        load.seconds = time.perf_counter() - started
    for connection in connections:
        connection.socket.close()
    return load


def step(connection: Connection, waiting: deque[bytes], load: Load, expect: int) -> None:
    answer = connection.receive()
    if answer is None:
        return
    load.latencies.append(time.perf_counter() - connection.sent_at)
    status, body = answer
    if status != expect:
        raise RuntimeError(f"HTTP {status} instead of {expect}: {body[:500]!r}")
    load.bodies.append(body)
    if waiting:
        connection.send(waiting.popleft())


def http_request(path: str, body: bytes, headers: dict[str, str]) -> bytes:
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + HEAD_END + body
