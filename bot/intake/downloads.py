"""Fetches files that somebody gave to the app in Slack, and hands files over: with Slack's own host only."""

from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, Request, build_opener

from slack_sdk import WebClient

from bot.errors import DibsError

SECONDS = 2  # a form must be answered within three


class TooSlowError(DibsError):
    """Slack did not hand the file out in time. Try again, or paste the text."""


class NoRedirects(HTTPRedirectHandler):
    """The token must not travel to wherever an answer points."""

    def redirect_request(self, *_: Any) -> None:
        return None


def text_of(client: WebClient, file: dict[str, Any], *, most_bytes: int) -> str:
    """The file as text.

    Raises:
        DibsError: it is not in Slack, too large, not text, or Slack does not hand it out.
    """
    data = bytes_of(client, file, most_bytes=most_bytes)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DibsError("The file is not a text in UTF-8.") from error


def bytes_of(client: WebClient, file: dict[str, Any], *, most_bytes: int, seconds: float = SECONDS) -> bytes:
    """The file as it is.

    Raises:
        DibsError: it is not in Slack, too large, or Slack does not hand it out.
    """
    url = str(file.get("url_private_download") or file.get("url_private") or "")
    if not is_slacks_own(url, client.base_url):
        raise DibsError("That file is not kept in Slack itself. Upload it, or paste the text.")
    data = fetch(client, url, most_bytes + 1, seconds=seconds)
    if len(data) > most_bytes:
        raise DibsError(f"The file is larger than {size(most_bytes)}.")
    if data.lstrip()[:9].lower() in (b"<!doctype", b"<html>\n"):
        raise DibsError("Slack does not hand the file out; the app needs the files:read permission. Or paste the text.")
    return data


def size(count: int) -> str:
    return f"{count // 1_000_000} MB" if count >= 1_000_000 else f"{count // 1000} kB"


def is_slacks_own(url: str, base_url: str) -> bool:
    """Files are kept where the Web API is, or on the host `files` beside it."""
    try:
        there, home = urlsplit(url), urlsplit(base_url)
        there_port, home_port = there.port, home.port
    except ValueError:
        return False
    host = (home.hostname or "").removeprefix("www.")
    is_host = there.hostname in (home.hostname, host, f"files.{host}")
    return is_host and there.scheme == home.scheme and there_port == home_port and not there.username


def fetch(client: WebClient, url: str, most_bytes: int, *, seconds: float = SECONDS) -> bytes:
    """At most so many bytes from there."""
    opener = opener_for(client, url)
    request = Request(url, headers={"Authorization": f"Bearer {client.token}"})  # noqa: S310 - checked above
    try:
        with opener.open(request, timeout=seconds) as answer:
            return bytes(answer.read(most_bytes))
    except (URLError, OSError) as error:
        raise TooSlowError(str(TooSlowError.__doc__)) from error


def send(client: WebClient, url: str, content: bytes) -> None:
    """Hand a file to Slack, at the address that Slack named for it; the address is its own permission.

    Raises:
        DibsError: it is not Slack's, or it was not taken.
    """
    if not is_slacks_own(url, client.base_url):
        raise DibsError("Slack named an address that is not its own.")
    headers = {"Content-Type": "application/octet-stream"}
    request = Request(url, data=content, headers=headers, method="POST")  # noqa: S310 - checked above
    try:
        with opener_for(client, url).open(request, timeout=client.timeout) as answer:
            answer.read()
    except (URLError, OSError) as error:
        raise DibsError("Slack did not take the file.") from error


def opener_for(client: WebClient, url: str) -> OpenerDirector:
    proxies = {urlsplit(url).scheme: client.proxy} if client.proxy else {}
    return build_opener(NoRedirects(), ProxyHandler(proxies))
