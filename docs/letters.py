"""Takes the pictures of sequences from the demo, in which texts have been compared for some weeks."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from bot.people import sync_teams
from bot.playbook import versions
from bot.playbook.playbook import read_playbook
from bot.samples import DEMO_MANAGER, ask, working_morning
from bot.services import Services
from store import schema
from store.database import Database
from store.models import Enrolment, Lead, LeadMessage

PICTURES = Path(__file__).parent / "pictures"
PLAYBOOK = Path(__file__).parent.parent / "playbook.toml"
CHANNELS = {"#leads-smb": "C0LEADSSMB", "#leads-enterprise": "C0LEADSENT"}
COMPARED, STEP, LEFT = "re-engage", "still of interest", "they answered"
# Of each text so many letters, and how many of them were opened, clicked and answered.
COUNTS = {"": (84, 41, 0, 8), "by-name": (81, 52, 0, 16), "one-line": (86, 44, 0, 15)}
WIDTH, HEIGHT, COLOURS = 1000, 1600, 128


def live_some_weeks(database: str) -> None:
    """The letters of a comparison that goes on; their leads are lost by now, so that nobody is reminded of them."""
    began = working_morning(datetime.now(UTC)) - timedelta(days=40)
    kept = Database(database)
    schema.upgrade(kept)
    services = Services(kept, read_playbook(PLAYBOOK), lambda: began)
    sync_teams(services, CHANNELS)
    versions.record_file(services, PLAYBOOK.read_text(encoding="utf-8"))
    with services.unit_of_work() as uow:
        for variant, (sent, *came) in COUNTS.items():
            for number in range(sent):
                at = began + timedelta(hours=4 * number + 1)
                lead = Lead(name="Somebody", stage="lost", team_id=1, created_at=at, closed_at=at)
                uow.session.add(lead)
                uow.session.flush()
                uow.session.add_all(written(lead.id or 0, variant, at, [number < count for count in came]))
        uow.commit()
    kept.close()


def written(lead_id: int, variant: str, at: datetime, came: list[bool]) -> Iterator[Enrolment | LeadMessage]:
    """A letter, what came of it, and where its lead stands now."""
    opened, clicked, answered = (at + timedelta(hours=5) if one else None for one in came)
    yield LeadMessage(
        key=uuid4().hex, lead_id=lead_id, channel="email", recipient=uuid4().hex, sequence=COMPARED, step=STEP,
        variant=variant, status="sent", due_at=at, created_at=at, sent_at=at, is_measured=True, opened_at=opened,
        clicked_at=clicked, replied_at=answered,
    )  # fmt: skip
    yield Enrolment(
        lead_id=lead_id, sequence=COMPARED, step=STEP, step_since=at, due_at=at, entered_at=at,
        left_at=answered or at + timedelta(days=24), status="left" if answered else "finished",
        why=LEFT if answered else "",
    )  # fmt: skip


# --- what is pressed


def take(part: Locator, name: str) -> None:
    """Few colours make a small file."""
    file = PICTURES / f"{name}.png"
    part.screenshot(path=file)
    Image.open(file).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)


def asked(page: Page, words: str, heading: str) -> Locator:
    """The private answer to a command."""
    box = page.get_by_label("Message #leads-smb", exact=True)
    box.fill(words)
    box.press("Enter")
    answer = page.get_by_role("article").filter(has=page.get_by_text(heading)).last
    expect(answer).to_be_visible()
    return answer


def go(page: Page, place: str) -> None:
    page.get_by_role("link", name=place).first.click()


def play_jane(page: Page) -> None:
    """She fills in the form, says that it was her, and agrees to text messages by START."""
    page.get_by_role("button", name="Fill in the website's form").click()
    page.get_by_role("dialog").get_by_role("button", name="Send").click()
    page.get_by_role("button", name="Please confirm your e-mail address").click()
    with page.context.expect_page() as opened:
        page.get_by_role("article").get_by_role("button").filter(has_text="/confirm/").click()
    opened.value.get_by_role("button", name="Yes, I confirm").click()
    expect(opened.value.get_by_role("heading", name="Thank you")).to_be_visible()
    opened.value.close()
    page.get_by_role("button", name="Please confirm your e-mail address").click()
    page.get_by_role("button", name="Thank you for getting in touch, Jane").click()
    text(page, "Send a text", "START")
    page.get_by_role("button", name="Dismiss").first.click()


def text(page: Page, button: str, words: str) -> None:
    page.get_by_role("button", name=button).first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Text").fill(words)
    dialog.get_by_role("button", name="Send").click()
    expect(dialog).to_have_count(0)


def take_reps(page: Page, number: str) -> None:
    """Alice takes the lead, looks at what it would get, and texts it after a call that nobody took."""
    go(page, "leads-smb")
    page.get_by_role("button", name=f"Claim #{number}").click()
    expect(page.get_by_text("Claimed by").first).to_be_visible()
    asked(page, f"/sequence stop #{number}", "left the sequence welcome")
    take(asked(page, f"/sequence preview #{number} re-engage", f"re-engage for #{number}"), "sequence-preview")
    asked(page, f"/sequence enrol #{number} missed-call", "is in the sequence missed-call now")
    go(page, "Leads' side")
    expect(page.get_by_text("just tried to call you").first).to_be_visible()
    text(page, "Text back", "Tomorrow at ten is fine.")
    take(page.get_by_role("article").filter(has_text="Text back"), "phone")
    take(page.get_by_role("article").filter(has_text="thank you for getting in touch"), "letter")


def take_approval(page: Page, url: str, number: str) -> None:
    """It is lost, and three months later the message of win-back waits for Alice's yes."""
    go(page, "leads-smb")
    box = page.get_by_label("Message #leads-smb", exact=True)
    box.fill(f"/lead stage #{number} lost")
    box.press("Enter")
    form = page.get_by_role("dialog")
    form.get_by_label("Why is it lost?").select_option(label="bad time")
    form.get_by_role("button", name="Move").click()
    expect(form).to_have_count(0)
    ask(f"{url}/sandbox/clock", {"advance": timedelta(days=90).total_seconds()})
    go(page, "Dibs")
    waiting = page.get_by_role("article").filter(has_text="waits for your yes")
    expect(waiting).to_be_visible(timeout=30_000)
    take(waiting, "approval")


def take_all(browser: Browser, url: str) -> None:
    manager = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
    manager.goto(f"{url}/?as={DEMO_MANAGER}#leads-smb")
    take(asked(manager, "/sequence show education", "The sequence education"), "sequence-show")
    take(asked(manager, f"/sequence stats {COMPARED}", "leads came in"), "sequence-stats")
    manager.close()
    page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
    page.goto(f"{url}/?as=alice#leads-side")
    play_jane(page)
    number = str(sum(sent for sent, *_ in COUNTS.values()) + 1)
    take_reps(page, number)
    take_approval(page, url, number)
    page.close()
