"""HTTP to what runs on this machine: there is no TLS, and to load its certificates takes longer than most requests."""

from typing import Any

import httpx


def nearby(url: str, *, timeout: float = 10, **more: Any) -> httpx.Client:
    return httpx.Client(base_url=url, timeout=timeout, trust_env=False, verify=False, **more)  # noqa: S501
