"""What the house shows of itself: its description, its health, its figures, and to whom."""

import asyncio
import re

import httpx
import pytest

from tests.handlers.door import JANE, Door


def test_the_description_needs_nothing_from_anywhere_else(there: Door) -> None:
    page = there.http.get("/docs")
    assert page.status_code == 200
    assert "text/html" in page.headers["content-type"]
    assert not re.search(r"<script|https?://|//cdn|@import|url\(", page.text)
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_the_description_names_every_route_field_and_answer(there: Door) -> None:
    page, document = there.http.get("/docs").text, there.http.get("/openapi.json").json()
    lead = document["paths"]["/api/leads"]["post"]
    fields = lead["requestBody"]["content"]["application/json"]["schema"]["properties"]
    for name in [*document["paths"], *fields, *lead["responses"]]:
        assert name in page
    assert set(JANE) <= set(fields)
    assert {"202", "401", "413", "415", "422", "429", "503"} == set(lead["responses"])


def test_other_peoples_pages_are_not_there(there: Door) -> None:
    for path in ("/redoc", "/docs/oauth2-redirect", "/", "/.env", "/static/../app.py"):
        assert there.http.get(path).status_code == 404


def test_health_tells_how_the_parts_are_and_nothing_secret(there: Door) -> None:
    answer = there.http.get("/healthz")
    assert answer.status_code == 200
    assert set(answer.json()) == {"database", "slack", "oldest_due_seconds", "outbox", "messages"}
    assert answer.json()["database"] == "ok"


def test_figures_are_in_the_form_that_prometheus_reads(there: Door) -> None:
    there.post()
    answer = there.http.get("/metrics")
    assert answer.status_code == 200
    assert re.search(r"^dibs_outbox_waiting [1-9]", answer.text, re.MULTILINE)
    assert re.search(r"^dibs_messages_doubtful 0", answer.text, re.MULTILINE)
    assert "@" not in answer.text


@pytest.mark.parametrize("client", ["203.0.113.9", "10.0.0.1", "2001:db8::1", "unix", ""])
def test_figures_are_for_this_machine_only(there: Door, client: str) -> None:
    assert asyncio.run(ask(there, client)).status_code == 403


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded"])
def test_a_proxy_on_this_machine_does_not_make_strangers_local(there: Door, header: str) -> None:
    assert there.http.get("/metrics", headers={header: "127.0.0.1"}).status_code == 403


@pytest.mark.parametrize("client", ["127.0.0.1", "::1", "127.8.8.8"])
def test_this_machine_sees_the_figures(there: Door, client: str) -> None:
    assert asyncio.run(ask(there, client)).status_code == 200


async def ask(there: Door, client: str) -> httpx.Response:
    """GET /metrics as if from another address."""
    transport = httpx.ASGITransport(there.app, client=(client, 4711))
    async with httpx.AsyncClient(transport=transport, base_url="http://dibs.example") as http:
        return await http.get("/metrics")
