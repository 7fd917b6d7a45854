"""Charts, tables and the newer blocks, as people see and use them."""

from typing import Any

from playwright.sync_api import Locator, expect
from slack_sdk import WebClient

from bot.sandbox import Sandbox
from tests.browser import practice
from tests.browser.desk import LEADS, PageAt, at_leads, shot

Json = dict[str, Any]
STAGES = ["New", "Contacted", "Qualified", "Proposal", "Won", "Lost"]
HOSTILE = "<img src=x onerror=alert(1)>"


def lines(kind: str, title: str, categories: list[str], series: dict[str, list[float]], **axes: str) -> Json:
    data = [
        {"name": name, "data": [{"label": label, "value": v} for label, v in zip(categories, values, strict=True)]}
        for name, values in series.items()
    ]
    axis_config = {"categories": categories, **axes}
    return {
        "type": "data_visualization",
        "title": title,
        "chart": {"type": kind, "series": data, "axis_config": axis_config},
    }


def pie(title: str, **segments: float) -> Json:
    parts = [{"label": label, "value": value} for label, value in segments.items()]
    return {"type": "data_visualization", "title": title, "chart": {"type": "pie", "segments": parts}}


PIPELINE = lines("bar", "Pipeline", STAGES, {"SMB": [42, 31, 22, 14, 9, 17], "Enterprise": [18, 16, 12, 9, 4, 8]})
SOURCES = pie("Sources", Website=60, Referral=30, Fair=10)
RATE = lines("line", "Win rate", STAGES[:3], {"Alice": [12, 30, 41], HOSTILE[:20]: [20, 17, 15]}, y_label="Won in %")
CHANGE = lines(
    "area", "Change in value", STAGES[:4], {"SMB": [1200, -3100, 900, 2500], "Partner": [-14000, 0, 9000, 1]}
)


def draw(app: WebClient, *blocks: Json) -> None:
    app.chat_postMessage(channel=LEADS, text="Report", blocks=list(blocks))


def numbers(figure: Locator) -> list[str]:
    return [row.strip() for row in figure.get_by_role("row").all_inner_texts()]


def test_charts_are_drawn_with_their_numbers_beside_them(sandbox: Sandbox, page_at: PageAt, app: WebClient) -> None:
    draw(app, PIPELINE, SOURCES)
    page = at_leads(page_at, sandbox)
    bars = page.get_by_role("figure", name="Pipeline")
    expect(bars.locator("rect.paint-edge:not(.swatch *)")).to_have_count(12)
    expect(bars.get_by_role("table").get_by_role("row")).to_have_count(7)
    expect(bars.get_by_role("row", name="Won 9 4")).to_have_count(1)
    expect(bars.get_by_role("img")).to_have_accessible_name(
        "Bar chart: Pipeline. Its numbers are in the table after it."
    )
    slices = page.get_by_role("figure", name="Sources")
    expect(slices.get_by_text("Website · 60 %")).to_be_visible()
    expect(slices.get_by_role("row", name="Referral 30 30 %")).to_have_count(1)
    slices.get_by_role("button", name="Show the numbers").click()
    expect(slices.get_by_role("cell", name="60 %")).to_be_in_viewport()
    shot(page, "charts")


def test_lines_and_areas_go_below_zero_and_name_their_series(sandbox: Sandbox, page_at: PageAt, app: WebClient) -> None:
    draw(app, RATE, CHANGE)
    page = at_leads(page_at, sandbox, scheme="dark")
    rate, change = page.get_by_role("figure", name="Win rate"), page.get_by_role("figure", name="Change in value")
    expect(rate.locator("text.chart-name")).to_have_text(["Alice", HOSTILE[:20]])
    expect(rate.locator("path.paint-mark")).to_have_count(6)
    expect(change.get_by_text("-15k", exact=True)).to_be_visible()
    zero, low = change.locator(".grid-zero").bounding_box(), change.locator("path.paint-mark").nth(1).bounding_box()
    assert zero is not None
    assert low is not None
    assert low["y"] > zero["y"]
    expect(page.locator("article img")).to_have_count(0)
    shot(page, "charts-dark")


def test_a_chart_fits_a_phone(sandbox: Sandbox, page_at: PageAt, app: WebClient) -> None:
    draw(app, PIPELINE)
    draw(app, SOURCES)
    page = at_leads(page_at, sandbox, width=390, height=844)
    for figure in page.get_by_role("figure").all():
        expect(figure.locator(".legend li").first).to_be_attached()
        drawing = figure.get_by_role("img").bounding_box()
        assert drawing is not None
        assert drawing["x"] + drawing["width"] <= 390
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    shot(page, "charts-phone")


def test_a_data_table_sorts_and_turns_pages(sandbox: Sandbox, page_at: PageAt, app: WebClient) -> None:
    people = [("Alice", 12), ("Bob", 9), ("Carol", 15), ("Dana", 3), ("Erin", 7)]
    head = [{"type": "raw_text", "text": name} for name in ("Owner", "Open")]
    rows = [
        [{"type": "raw_text", "text": who}, {"type": "raw_number", "value": n, "text": str(n)}] for who, n in people
    ]
    draw(app, {"type": "data_table", "caption": "Open leads", "page_size": 2, "rows": [head, *rows]})
    page = at_leads(page_at, sandbox)
    table = page.get_by_role("table", name="Open leads")
    cells = table.get_by_role("cell")
    expect(cells).to_have_text(["Alice", "12", "Bob", "9"])
    table.get_by_role("button", name="Open").click()
    expect(cells).to_have_text(["Dana", "3", "Erin", "7"])
    expect(table.get_by_role("columnheader", name="Open")).to_have_attribute("aria-sort", "ascending")
    table.get_by_role("button", name="Open").press("Enter")
    expect(cells).to_have_text(["Carol", "15", "Alice", "12"])
    page.get_by_role("button", name="Next rows").click()
    page.get_by_role("button", name="Next rows").click()
    expect(cells).to_have_text(["Dana", "3"])
    expect(page.locator(".pager-where")).to_contain_text("of 5")
    shot(page, "data-table")


def test_markdown_shows_where_its_links_lead_and_nothing_of_its_markup(
    sandbox: Sandbox, page_at: PageAt, app: WebClient
) -> None:
    text = f"# Title\n\n**bold** [bank](https://evil.example/x) [run](javascript:alert(1))\n\n- {HOSTILE}\n"
    draw(app, {"type": "markdown", "text": text})
    article = at_leads(page_at, sandbox).get_by_role("article")
    expect(article.get_by_role("heading", name="Title")).to_be_visible()
    expect(article.get_by_role("link")).to_have_count(1)
    expect(article).to_contain_text("bank (evil.example)")
    expect(article.get_by_role("listitem")).to_have_text(HOSTILE)
    expect(article.locator("img, script")).to_have_count(0)


def test_containers_fold_and_cards_stand_in_a_row(sandbox: Sandbox, page_at: PageAt, app: WebClient) -> None:
    inside = [{"type": "section", "text": practice.marked("Called, no answer")}]
    folded = {"is_collapsible": True, "default_collapsed": True, "child_blocks": inside}
    cards = [
        {"type": "card", "title": practice.marked(name), "actions": [practice.button("Open", "open")]}
        for name in ("Nordwind", "Acme")
    ]
    draw(
        app,
        {"type": "container", "title": practice.words("History"), **folded},
        {"type": "carousel", "elements": cards},
    )
    page = at_leads(page_at, sandbox)
    expect(page.get_by_text("Called, no answer")).to_be_hidden()
    page.get_by_text("History").click()
    expect(page.get_by_text("Called, no answer")).to_be_visible()
    expect(page.get_by_role("region", name="Cards").locator(".card-title")).to_have_text(["Nordwind", "Acme"])
