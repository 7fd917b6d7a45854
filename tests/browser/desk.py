"""What browser tests do again and again: open the leads channel, write in it, keep a picture."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, Protocol

from playwright.sync_api import Locator, Page, expect

from bot.sandbox import Sandbox

LEADS = "C0LEADSSMB"
PICTURES = Path(__file__).parents[2] / "artifacts" / "browser"
Post = Callable[..., Any]


class PageAt(Protocol):
    """Opens an address in a browser window of its own, with nothing remembered from before."""

    def __call__(
        self,
        url: str,
        *,
        width: int = 1280,
        height: int = 800,
        scheme: Literal["light", "dark"] = "light",
        touch: bool = False,
    ) -> Page: ...


def at_leads(page_at: PageAt, sandbox: Sandbox, person: str = "alice", **options: Any) -> Page:
    page = page_at(f"{sandbox.url}/?as={person}#leads-smb", **options)
    expect(page.get_by_role("heading", name="leads-smb", exact=True)).to_be_visible()
    return page


def box(page: Page) -> Locator:
    return page.get_by_label("Message #leads-smb", exact=True)


def command(page: Page, text: str) -> None:
    box(page).fill(text)
    box(page).press("Enter")


def shot(page: Page, name: str) -> None:
    """Keep what is on screen as a file that can be looked at after the tests."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png")
