"""Takes the README's pictures from the running demo, and those of sequences and reports: `make screenshots`."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from docs import gallery, letters

HERE = Path(__file__).parent
PICTURES = HERE / "pictures"
PORT, WEB_PORT = 8781, 8782
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
)  # fmt: skip


@contextmanager
def demo(*arguments: str) -> Iterator[str]:
    """The demo as a newcomer starts it."""
    command = [
        sys.executable,
        str(HERE.parent / "app.py"),
        "demo",
        "--no-browser",
        f"--port={PORT}",
        f"--web-port={WEB_PORT}",
        *arguments,
    ]
    with tempfile.TemporaryDirectory() as home:
        process = subprocess.Popen(command, cwd=home, stdout=subprocess.PIPE, text=True)
        try:
            announced = process.stdout.readline() if process.stdout else ""
            if "Dibs is running" not in announced:
                raise SystemExit("The demo did not start.")
            yield f"http://127.0.0.1:{PORT}"
        finally:
            process.terminate()
            process.wait(timeout=30)


def work_on_a_lead(page: Page, url: str) -> None:
    """Alice claims, writes a note, opens the follow-up form."""
    page.goto(f"{url}/?as=alice#leads-smb")
    first = page.get_by_role("article").filter(has_text="#1 Jana Novak").first
    first.get_by_role("button", name="Claim").click()
    expect(first).to_contain_text("Claimed by")
    first.get_by_role("button", name="Add a note").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Note").fill("Has 40 people in sales, wants a demo on Thursday.")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_hidden()
    first.get_by_role("button", name="Set a follow-up").click()
    dialog.get_by_label("What is to do?").fill("call about the demo")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_hidden()
    expect(first).to_contain_text("Next follow-up")


def see_the_reminder(page: Page) -> None:
    page.get_by_role("button", name="+1 day").click()
    page.get_by_role("link", name="Dibs").first.click()
    expect(page.get_by_role("article").filter(has_text="call about the demo").first).to_be_visible()


def see_the_home(page: Page) -> None:
    page.get_by_role("link", name="App Home").click()
    expect(page.get_by_role("region", name="App Home").last).to_contain_text("My day")


def play_a_lead(page: Page, url: str) -> None:
    """Somebody fills in the form, reads the welcome that comes, and texts."""
    page.goto(f"{url}/?as=alice#leads-side")
    letters.play_jane(page)
    expect(page.get_by_role("article").filter(has_text="Text back")).to_contain_text("STOP")
    page.mouse.move(0, 0)


def take_readme(browser: Browser) -> None:
    with demo() as url:
        page = browser.new_page(viewport={"width": 1280, "height": 860})
        work_on_a_lead(page, url)
        page.screenshot(path=PICTURES / "channel.png")
        see_the_reminder(page)
        page.screenshot(path=PICTURES / "reminder.png")
        see_the_home(page)
        page.screenshot(path=PICTURES / "home.png")
        play_a_lead(page, url)
        page.screenshot(path=PICTURES / "leads-side.png")
        page.close()


def take_letters(browser: Browser) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "dibs.db"
        letters.live_some_weeks(f"sqlite:///{file}")
        with demo("--speed=0", f"--db={file}") as url:
            letters.take_all(browser, url)


def main() -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("No Chromium found: install chromium to take the pictures.")
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(QUIET))
        take_readme(browser)
        take_letters(browser)
        gallery.take_all(browser)
        browser.close()


if __name__ == "__main__":
    main()
