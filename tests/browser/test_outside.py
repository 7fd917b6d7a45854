"""The leads' side in a browser: what arrives is shown as words, told of, and read by keyboard and in every tab."""

import smtplib
from email.message import EmailMessage

import pytest
from playwright.sync_api import Locator, Page, Request, expect

from bot.sandbox import Sandbox
from tests.browser.desk import PageAt, Post

HOSTILE = (
    '<style>* { display: none }</style><script>window.ran = 1</script><img src=x onerror="window.ran = 1">'
    '<iframe srcdoc="<script>parent.ran = 1</script>"></iframe><svg onload="window.ran = 1"></svg>'
    '<base href="https://evil.example/"><meta http-equiv="refresh" content="0;url=https://evil.example/">'
    '<form action="https://evil.example/"><button>Your password</button></form><img src="https://evil.example/seen.gif">'
    '<a href="JavaScript:window.ran = 1">A trap</a> <a href="https://fair.example/" onclick="window.ran = 1">A link</a>'
    '<div id="app" style="position: fixed; inset: 0">Over everything</div>'
)
JANE = {"name": "Jane Doe", "email": "jane@globex.example", "phone": "+49 30 2093 1820"}


@pytest.fixture(autouse=True)
def known(post: Post) -> None:
    post("meet-app", url="http://127.0.0.1:1", people=[JANE])


def send(sandbox: Sandbox, subject: str, html: str = "<p>Words</p>") -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Acme <sales@acme.example>", JANE["email"], subject
    message.set_content("Words")
    message.add_alternative(html, subtype="html")
    with smtplib.SMTP("127.0.0.1", sandbox.mail_port, timeout=5) as smtp:
        smtp.send_message(message)


def outside(page_at: PageAt, sandbox: Sandbox) -> Page:
    page = page_at(f"{sandbox.url}/?as=alice#leads-side")
    expect(page.get_by_role("heading", name="Leads' side")).to_be_visible()
    return page


def head(page: Page, subject: str) -> Locator:
    return page.get_by_role("button", name=subject)


def test_nothing_in_a_letter_runs_or_is_fetched_however_large_it_is(sandbox: Sandbox, page_at: PageAt) -> None:
    send(sandbox, "Hostile <b>", HOSTILE + "<p>Much to read. </p>" * 6000)
    page = outside(page_at, sandbox)
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    page.on("request", note)
    head(page, "Hostile <b>").click()
    letter = page.get_by_role("group", name="Letter: Hostile <b>")
    expect(letter).to_contain_text("A trap A linkOver everythingMuch to read.")
    assert letter.get_by_role("button").all_inner_texts() == ["A link"]
    assert letter.locator("img, script, style, iframe, form, base, [style], [onclick], [id]").count() == 0
    expect(page.get_by_role("button", name="Let it bounce")).to_be_visible()
    assert page.evaluate("window.ran") is None
    assert [url for url in asked if not url.startswith(sandbox.url)] == []


def test_what_arrives_is_told_of_and_what_one_tab_reads_is_read_in_the_other(
    sandbox: Sandbox, page_at: PageAt, post: Post
) -> None:
    send(sandbox, "Before")
    here, there = outside(page_at, sandbox), outside(page_at, sandbox)
    expect(head(here, "Unread: Before")).to_be_visible()
    send(sandbox, "Hello Jane")
    log = here.get_by_role("log", name="New messages")
    expect(log).to_have_text("Letter for Jane Doe: Hello Jane")
    expect(head(there, "Unread: Hello Jane")).to_be_visible()

    head(here, "Hello Jane").focus()
    here.keyboard.press("Enter")
    expect(here.get_by_text("Jane read it.")).to_be_visible()
    expect(head(here, "Hello Jane")).to_be_focused()
    for name in ("Letter: Hello Jane", "Answer"):
        here.keyboard.press("Tab")
        expect(here.get_by_label(name).or_(here.get_by_role("button", name=name)).first).to_be_focused()
    expect(head(there, "Unread: Hello Jane")).to_have_count(0)
    expect(head(there, "Unread: Before")).to_be_visible()


def test_a_form_that_the_app_cannot_take_stays_open_and_says_why(sandbox: Sandbox, page_at: PageAt) -> None:
    page = outside(page_at, sandbox)
    page.get_by_role("button", name="Fill in the website's form").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Company").fill("Initech")
    form.get_by_role("button", name="Send").click()
    expect(form.get_by_role("status")).to_contain_text("The app cannot be reached")
    expect(form.get_by_label("Company")).to_have_value("Initech")
