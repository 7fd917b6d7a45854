"""What a browser shows after a form was sent: one small page, without scripts and without leading anywhere."""

from html import escape

from fastapi.responses import HTMLResponse

from bot.errors import Problem

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors *",
    "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store",
}  # fmt: skip
STYLE = (
    "body{font:18px/1.5 system-ui,sans-serif;max-width:34rem;margin:15vh auto 0;padding:0 1rem;color:#1d1c1d;"
    "background:#fff}"
)
THANKS = "Thank you. We have your message and will be in touch."


def thanks() -> HTMLResponse:
    return page("Thank you", f"<p>{THANKS}</p>", 200)


def refusal(problems: list[Problem]) -> HTMLResponse:
    listed = "".join(f"<li>{escape(problem.field)}: {escape(problem.reason)}</li>" for problem in problems)
    body = f"<p>Nothing was sent yet. Please go back and correct this:</p><ul>{listed}</ul>"
    return page("Please look again", body, 422)


def page(heading: str, body: str, status: int) -> HTMLResponse:
    return HTMLResponse(
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{heading}</title>'
        f"<style>{STYLE}</style></head><body><main><h1>{heading}</h1>{body}</main></body></html>",
        status_code=status, headers=HEADERS,
    )  # fmt: skip
