"""A file of leads in the browser: dropped, a column mapped, previewed, imported, seen on its card, taken back."""

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.desk import PageAt, at_leads, shot
from tests.browser.test_files import choose
from tests.world import World

CONFERENCE = Path(__file__).parents[2] / "samples" / "conference.csv"


def test_a_file_is_dropped_previewed_imported_and_taken_back(there: World, page_at: PageAt) -> None:
    page = at_leads(page_at, there.sandbox)
    content = CONFERENCE.read_bytes()
    choose(page, page.get_by_role("button", name="Attach files"),
           {"name": "conference.csv", "mimeType": "text/csv", "buffer": content})  # fmt: skip
    page.get_by_role("button", name="Send").first.click()
    asked = page.get_by_role("article").filter(has_text="Shall I read it as leads?")
    expect(asked).to_contain_text("16 rows")
    asked.get_by_role("button", name="Look at conference.csv").click()
    form = page.get_by_role("dialog")
    expect(form).to_contain_text("Hanna Vogel; Marco Rossi")
    shot(page, "import-columns")
    form.get_by_text("Booth visit").first.scroll_into_view_if_needed()
    shot(page, "import-columns-further")
    form.get_by_role("button", name="Next").click()
    expect(form).to_contain_text("They would go to:")
    expect(form).to_contain_text(re.compile("Line 11: An email address .* It says: Ingrid Solberg"))
    shot(page, "import-preview")
    form.get_by_role("button", name="Import", exact=True).click()
    expect(form).to_contain_text("is being imported")
    form.get_by_role("button", name="Close").first.click()
    card = page.get_by_role("article").filter(has_text="13 new leads")
    expect(card).to_contain_text(re.compile(r"\d leads"), timeout=25_000)
    shot(page, "import-card")
    card.get_by_role("button", name="Undo the import of conference.csv").click()
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_role("article").filter(has_text="taken back, 13 leads")).to_be_visible(timeout=25_000)
    shot(page, "import-undone")
