"""The floor of the intake: one process that checks a lead and commits lead, event and outbox row, and no more."""

import asyncio
import hashlib
import hmac
import json
import re
import sqlite3
import sys
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import phonenumbers

EMAIL = re.compile(r"[a-z0-9._+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+")
SCHEMA = """
PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;
CREATE TABLE IF NOT EXISTS lead (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT, phone TEXT, company TEXT,
  country TEXT, source TEXT, message TEXT, consent INTEGER, fields TEXT NOT NULL, created_at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS lead_email ON lead (email);
CREATE TABLE IF NOT EXISTS event (id INTEGER PRIMARY KEY, key TEXT UNIQUE, lead_id INTEGER REFERENCES lead, at TEXT);
CREATE TABLE IF NOT EXISTS outbox (id INTEGER PRIMARY KEY, lane TEXT NOT NULL, payload TEXT NOT NULL, at TEXT);
"""


class Intake(asyncio.Protocol):
    """One connection; requests come one after another, as the measuring client sends them."""

    def __init__(self, database: sqlite3.Connection, key: str) -> None:
        self._database = database
        self._digest = hashlib.sha256(key.encode()).digest()
        self._received = b""

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, body = self._received.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:]) if found else {}
        if not found or len(body) < int(headers["Content-Length"]):
            return
        self._received = b""
        answer = json.dumps(self.take(headers, body)).encode()
        self._transport.write(
            b"HTTP/1.1 202 Accepted\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s"
            % (len(answer), answer)
        )

    def take(self, headers: dict[str, str], body: bytes) -> dict[str, int]:
        token = headers["Authorization"].removeprefix("Bearer ")
        if not hmac.compare_digest(hashlib.sha256(token.encode()).digest(), self._digest):
            raise PermissionError("unknown key")
        lead = json.loads(body)
        email = lead["email"].strip().lower()
        if not EMAIL.fullmatch(email):
            raise ValueError("no e-mail address")
        number = phonenumbers.parse(lead["phone"], lead["country"])
        if not phonenumbers.is_possible_number(number):
            raise ValueError("no phone number")
        lead |= {"email": email, "phone": phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)}
        return {"id": self.store(lead, headers["Idempotency-Key"])}

    def store(self, lead: dict[str, Any], key: str) -> int:
        now = datetime.now(UTC).isoformat()
        columns = [lead.get(name) for name in ("name", "email", "phone", "company", "country", "source", "message")]
        run = self._database.execute
        run("BEGIN IMMEDIATE")
        added = run(
            "INSERT INTO lead (name, email, phone, company, country, source, message, consent, fields, created_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (*columns, lead["consent"], "{}", now),
        )  # fmt: skip
        lead_id = int(added.lastrowid or 0)
        run("INSERT INTO event (key, lead_id, at) VALUES (?, ?, ?)", (key or uuid4().hex, lead_id, now))
        run("INSERT INTO outbox (lane, payload, at) VALUES (?, ?, ?)", ("team:1", json.dumps({"lead": lead_id}), now))
        run("COMMIT")
        return lead_id


async def serve(path: str, key: str) -> None:
    database = sqlite3.connect(path, isolation_level=None)
    database.executescript(SCHEMA)
    server = await asyncio.get_running_loop().create_server(lambda: Intake(database, key), "127.0.0.1", 0)
    sys.stdout.write(f"listening on {server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(*sys.argv[1:]))
