"""The HTTP face: intake of leads and touches, Slack's signed requests, health and metrics."""

import ipaddress
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse
from prometheus_client import CollectorRegistry, generate_latest

from bot.errors import InvalidInputError, Problem
from bot.health import health
from bot.intake import capture, tracking
from bot.services import Services
from handlers import api_page
from handlers.booking_pages import add_booking_pages
from handlers.call_hooks import add_calls
from handlers.contact_pages import add_contact_pages
from handlers.hooks import add_hooks
from handlers.intake import Doorkeeper, TurnedAwayError, sender_of
from handlers.mail_pages import add_mail_pages
from handlers.replies import ANSWERS, MAX_BODY, body_up_to, key_reused, refuse, refused, unavailable, unreadable
from handlers.shapes import LeadIn, TouchesIn, TouchIn, parse_lead, parse_touches, takes
from handlers.sms_hooks import add_sms
from store.database import StoreUnavailableError

PROXY_HEADERS = ("x-forwarded-for", "forwarded", "x-real-ip", "via")
MAX_BATCH = 4 * MAX_BODY  # of touches
ABOUT = (
    "Send leads to POST /api/leads, and what they do to POST /api/touches, with one of your intake keys "
    "(Authorization: Bearer …), or signed as Standard Webhooks prescribe."
)
SlackEndpoint = Callable[[bytes, dict[str, str]], Response]


def web_app(
    services: Services,
    doorkeeper: Doorkeeper,
    *,
    slack_endpoint: SlackEndpoint | None,
    slack_state: Callable[[], str],
    metrics: CollectorRegistry,
    metrics_public: bool = False,
    sms_token: str = "",
) -> FastAPI:
    """All routes; `slack_endpoint` is given when Slack speaks to us over signed HTTP."""
    app = FastAPI(title="Dibs", description=ABOUT, version="1", docs_url=None, redoc_url=None)
    app.add_exception_handler(TurnedAwayError, refuse)
    app.add_exception_handler(StoreUnavailableError, unavailable)
    app.add_exception_handler(Exception, unavailable)
    add_intake(app, services, doorkeeper)
    add_hooks(app, services, doorkeeper)
    add_calls(app, services, doorkeeper)
    add_sms(app, services, doorkeeper, token=sms_token)
    add_mail_pages(app, services, doorkeeper)
    add_contact_pages(app, services, doorkeeper)
    add_booking_pages(app, services, doorkeeper)
    add_docs(app)
    add_observation(app, services, slack_state, metrics, metrics_public=metrics_public)
    if slack_endpoint:
        add_slack(app, slack_endpoint)
    return app


def add_intake(app: FastAPI, services: Services, doorkeeper: Doorkeeper) -> None:
    or_unknown = {**ANSWERS, 404: {"description": "No such lead; nothing was stored"}}

    @app.post("/api/leads", status_code=202, responses=ANSWERS, openapi_extra=takes(LeadIn))
    def take_lead(request: Request, body: Annotated[bytes, Depends(body_up_to(MAX_BODY))]) -> JSONResponse:
        """Store a lead. 202 means it is on disk. The same Idempotency-Key again answers with the same lead.

        Somebody whom we know already comes back to their lead: its number is the answer, and seen_again is true.
        """
        with doorkeeper.admit(request.headers, body) as key:
            return stored(services, key, body, request.headers.get("content-type", ""))

    @app.post("/api/touches", status_code=202, responses=or_unknown, openapi_extra=takes(TouchIn, TouchesIn))
    def take_touches(request: Request, body: Annotated[bytes, Depends(body_up_to(MAX_BATCH))]) -> JSONResponse:
        """Tell what somebody did, one thing or up to a thousand. 202 means it is on disk, 4xx that nothing is.
        The same Idempotency-Key again changes nothing, nor does a touch whose own id was taken before."""
        with doorkeeper.admit(request.headers, body) as key:
            return touched(services, key, body, request.headers.get("content-type", ""))


def add_docs(app: FastAPI) -> None:
    """Without scripts of strangers: FastAPI's own page fetches its code from a CDN in the visitor's browser."""

    @app.get("/docs", include_in_schema=False)
    def docs() -> HTMLResponse:
        return HTMLResponse(api_page.page(app.openapi()), headers={"Content-Security-Policy": api_page.POLICY})


def stored(services: Services, key: str, body: bytes, content_type: str) -> JSONResponse:
    try:
        captured = capture.take_lead(services, readable(services, key, body, content_type), key=key)
    except InvalidInputError as error:
        return unreadable(error)
    except capture.KeyReusedError as error:
        return key_reused(error)
    known = {"seen_again": True} if captured.is_seen_again else {}
    return JSONResponse({"id": captured.lead_id, "repeated": captured.is_repeat, **known}, status_code=202)


def touched(services: Services, key: str, body: bytes, content_type: str) -> JSONResponse:
    try:
        heard, is_list = readable_touches(services, key, body, content_type)
    except InvalidInputError as error:
        return unreadable(error)
    once = "" if is_list else capture.body_hash(heard[0])
    try:
        taken = tracking.take_touches(services, heard, key=key, sender=sender_of(key), fingerprint=once)
    except InvalidInputError as error:
        return unreadable(error)
    except tracking.UnknownLeadError as error:
        return refused(404, *(Problem(lead_field(place, is_list), str(error)) for place in error.places[:20]))
    except capture.KeyReusedError as error:
        return key_reused(error)
    return JSONResponse(counted(taken, is_list), status_code=202)


def counted(taken: tracking.Taken, is_list: bool) -> dict[str, Any]:
    if not is_list:
        return {"lead": taken.lead_id, "repeated": taken.is_repeat}
    return {
        "taken": taken.taken, "known": taken.known, "anonymous": taken.anonymous, "repeated": taken.is_repeat,
    }  # fmt: skip


def lead_field(place: int, is_list: bool) -> str:
    return f"touches.{place}.lead" if is_list else "lead"


def readable_touches(services: Services, key: str, body: bytes, content_type: str) -> tuple[list[dict[str, Any]], bool]:
    try:
        return parse_touches(body, content_type)
    except InvalidInputError as error:
        capture.keep_rejection(services, {}, key=f"touch:{key}", error=error, kind="touch")
        raise


def readable(services: Services, key: str, body: bytes, content_type: str) -> dict[str, Any]:
    """The body as a lead's fields; one that cannot be read is kept like any other rejection."""
    try:
        return parse_lead(body, content_type)
    except InvalidInputError as error:
        capture.keep_rejection(services, {}, key=key, error=error)
        raise


def add_observation(
    app: FastAPI, services: Services, slack_state: Callable[[], str], metrics: CollectorRegistry,
    *, metrics_public: bool,
) -> None:  # fmt: skip
    @app.get("/healthz", responses={503: {"description": "The database does not answer"}})
    def healthz() -> JSONResponse:
        """200 while the database answers; the rest is told so that a watchdog can judge."""
        slack = slack_state()
        try:
            found = health(services)
        except StoreUnavailableError:
            return JSONResponse({"database": "does not answer", "slack": slack}, status_code=503)
        return JSONResponse({
            "database": "ok", "slack": slack, "oldest_due_seconds": round(found.oldest_due_seconds, 1),
            "outbox": {"waiting": found.outbox.pending + found.outbox.sending, "dead": found.outbox.dead,
                       "oldest_seconds": round(found.outbox.oldest_seconds, 1)},
            "messages": {"waiting": found.messages.waiting, "doubtful": found.messages.doubtful,
                         "oldest_seconds": round(found.messages.oldest_due_seconds, 1)},
        })  # fmt: skip

    @app.get("/metrics", include_in_schema=False)
    def show_metrics(request: Request) -> Response:
        if not metrics_public and not is_local(request):
            raise TurnedAwayError(403, "Metrics are for this machine only.")
        return PlainTextResponse(generate_latest(metrics))


def is_local(request: Request) -> bool:
    """Whether it comes from this machine and no proxy says that it only passed it on."""
    if request.client is None or any(name in request.headers for name in PROXY_HEADERS):
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:  # a UNIX socket has no address, and a proxy behind it
        return False


def add_slack(app: FastAPI, endpoint: SlackEndpoint) -> None:
    @app.post("/slack/events", include_in_schema=False)
    def slack_events(request: Request, body: Annotated[bytes, Depends(body_up_to(MAX_BODY))]) -> Response:
        return endpoint(body, dict(request.headers))
