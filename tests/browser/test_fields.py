"""A form with every kind of field, filled by hand, and what the app is then told."""

from typing import Any

import httpx
from playwright.sync_api import FilePayload, Locator, Page, expect
from slack_sdk import WebClient

from bot.sandbox import Sandbox
from tests.browser.desk import PageAt, at_leads, command, shot

Json = dict[str, Any]
CSV: FilePayload = {"name": "leads.csv", "mimeType": "text/csv", "buffer": b"name\nJane\n"}


def group(form: Locator, kind: str) -> Locator:
    return form.get_by_role("group", name=kind.replace("_", " "), exact=True)


def fill_text(form: Locator) -> None:
    for kind, value in {
        "plain_text_input": "Petra",
        "rich_text_input": "Two\nlines",
        "number_input": "12",
        "email_text_input": "petra@nordwind.example",
        "url_text_input": "https://nordwind.example",
        "datepicker": "2026-12-01",
        "timepicker": "10:45",
        "datetimepicker": "2026-12-01T10:45",
    }.items():
        form.get_by_label(kind.replace("_", " "), exact=True).fill(value)


def search(page: Page, field: Locator, text: str, wanted: str) -> None:
    field.fill(text)
    expect(page.get_by_role("option", name=wanted)).to_be_visible()
    field.press("Enter")


def fill_choices(page: Page, form: Locator) -> None:
    form.get_by_label("static select", exact=True).select_option("pink")
    form.get_by_label("users select", exact=True).select_option("U0BOB")
    form.get_by_label("channels select", exact=True).select_option("C0RANDOM")
    search(page, form.get_by_label("external select", exact=True), "nordw", "Nordwind")
    several = form.get_by_label("multi external select", exact=True)
    search(page, several, "acme", "Acme")
    search(page, several, "northg", "Northgate")
    group(form, "multi_static_select").get_by_label("Blue").check()
    group(form, "multi_users_select").get_by_label("Carol Reyes").check()
    group(form, "multi_conversations_select").get_by_label("#leads-smb").check()
    group(form, "multi_channels_select").get_by_label("#general").check()
    group(form, "checkboxes").get_by_label("Red").check()
    group(form, "radio_buttons").get_by_label("Green").check()


def bare(state: Json) -> object:
    """What stands in a field, without Slack's wrapping."""
    [value] = [each for name, each in state.items() if name != "type"]
    return [one.get("value", one) if isinstance(one, dict) else one for one in value] if isinstance(value, list) else (
        value.get("value", value) if isinstance(value, dict) else value
    )  # fmt: skip


def submitted(sandbox: Sandbox) -> dict[str, object]:
    entries = httpx.get(f"{sandbox.url}/sandbox/log").json()["entries"]
    [sent] = [entry["request"] for entry in entries if entry["kind"] == "view_submission"]
    return {block: bare(fields["v"]) for block, fields in sent["view"]["state"]["values"].items()}


def test_every_kind_of_field_is_filled_and_sent(sandbox: Sandbox, page_at: PageAt, app: WebClient) -> None:
    page = at_leads(page_at, sandbox)
    command(page, "/every")
    form = page.get_by_role("dialog", name="Every field")
    expect(form.locator(".alert")).to_contain_text("Nothing of this is kept.")
    fill_text(form)
    fill_choices(page, form)
    form.locator("input[type=file]").set_input_files(CSV)
    expect(form.get_by_text("leads.csv · 10 bytes")).to_be_visible()
    shot(page, "every-field")
    form.get_by_role("button", name="Send").click()
    expect(form).to_have_count(0)
    found = submitted(sandbox)
    files: Any = found.pop("file_input")
    assert [file["name"] for file in files] == ["leads.csv"]
    rich: Any = found.pop("rich_text_input")
    assert rich["elements"][0]["elements"][0]["text"] == "Two\nlines"
    assert found == {
        "plain_text_input": "Petra",
        "number_input": "12",
        "email_text_input": "petra@nordwind.example",
        "url_text_input": "https://nordwind.example",
        "datepicker": "2026-12-01",
        "timepicker": "10:45",
        # 10:45 in Berlin, where Alice is.
        "datetimepicker": 1_796_118_300,
        "static_select": "pink",
        "external_select": "nordwind",
        "users_select": "U0BOB",
        "conversations_select": "C0LEADSSMB",
        "channels_select": "C0RANDOM",
        "multi_static_select": ["green", "blue"],
        "multi_external_select": ["acme", "northgate"],
        "multi_users_select": ["U0CAROL"],
        "multi_conversations_select": ["C0LEADSSMB"],
        "multi_channels_select": ["C0GENERAL"],
        "checkboxes": ["red"],
        "radio_buttons": "green",
    }


def test_a_form_with_every_field_fits_a_phone(sandbox: Sandbox, page_at: PageAt, app: WebClient) -> None:
    page = at_leads(page_at, sandbox, width=390, height=844, scheme="dark")
    command(page, "/every")
    form = page.get_by_role("dialog", name="Every field")
    form.get_by_label("multi external select", exact=True).click()
    expect(form.get_by_role("listbox", name="Results").get_by_role("option")).to_have_count(3)
    shot(page, "every-field-phone")
    page.keyboard.press("Escape")
    expect(form.get_by_role("listbox", name="Results").get_by_role("option")).to_have_count(0)
    expect(form).to_be_visible()
    page.keyboard.press("Escape")
    expect(form).to_have_count(0)


def test_a_choice_made_in_the_home_is_still_there_after_a_reload(
    sandbox: Sandbox, page_at: PageAt, app: WebClient
) -> None:
    page = page_at(f"{sandbox.url}/?as=alice#app-home")
    page.get_by_role("button", name="Stage").click()
    page.get_by_role("menuitemradio", name="Won").click()
    expect(page.get_by_role("button", name="Won")).to_be_visible()
    shot(page, "home")
    page.reload()
    expect(page.get_by_role("button", name="Won")).to_be_visible()
