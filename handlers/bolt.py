"""The Bolt app: every listener registered, services handed in, and a plain endpoint for signed HTTP."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from fastapi import Response
from slack_bolt import App, BoltContext, BoltRequest, BoltResponse
from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier

from bot.reports.kinds import ReportKind
from bot.reports.table import REPORTS
from bot.services import Services
from handlers import (
    approval_actions,
    call_actions,
    commands,
    consent_actions,
    contact_actions,
    deal_actions,
    duplicate_actions,
    edit_actions,
    errors,
    events,
    followup_actions,
    home,
    home_forms,
    import_actions,
    lead_actions,
    lead_forms,
    meeting_actions,
    playbook_actions,
    qualify_actions,
    report_actions,
    report_commands,
    report_money_actions,
    report_time_actions,
    scrub_actions,
    sequence_actions,
    shortcuts,
    suggestion_actions,
    team_actions,
)
from handlers.intake import TurnedAwayError

THREADS = 24  # Bolt's own default of 5 turned the sixth request of a burst away


def slack_app(
    services: Services, client: WebClient, *, signing_secret: str, reports: tuple[ReportKind, ...] = REPORTS
) -> App:
    """`process_before_response`: a listener does one short transaction, then the ack leaves at once;
    Bolt's default runner would look for the ack only every 10 ms."""
    app = App(
        name="dibs",  # or it looks for one in the sources of whoever calls
        client=client,
        signing_secret=signing_secret,
        process_before_response=True,
        token_verification_enabled=False,
        raise_error_for_unhandled_request=True,
        listener_executor=ThreadPoolExecutor(THREADS, thread_name_prefix="listener"),
    )

    @app.middleware
    def hand_in_services(context: BoltContext, next: Callable[[], BoltResponse]) -> BoltResponse:  # noqa: A002
        context["services"], context["reports"] = services, reports
        return next()

    # The card's own actions come last: they answer presses on buttons of older versions too.
    for part in (
        commands, report_commands, report_actions, report_money_actions, report_time_actions, team_actions,
        playbook_actions, scrub_actions,
        followup_actions, call_actions, deal_actions, duplicate_actions,
        import_actions, home, home_forms, edit_actions, consent_actions, contact_actions, suggestion_actions,
        meeting_actions,
        qualify_actions, approval_actions, sequence_actions, lead_actions, lead_forms, shortcuts,
        events, errors,
    ):  # fmt: skip
        part.register(app)
    return app


def http_endpoint(app: App, signing_secret: str) -> Callable[[bytes, dict[str, str]], Response]:
    """What /slack/events calls, on a worker thread: Bolt blocks.

    The signature is checked here, because Bolt parses a body before it asks who sent it.
    """
    verifier = SignatureVerifier(signing_secret)

    def endpoint(body: bytes, headers: dict[str, str]) -> Response:
        if not (can_be_checked(headers) and verifier.is_valid_request(body.decode("utf-8", "replace"), headers)):
            raise TurnedAwayError(401, "The request is not signed by Slack.", field="x-slack-signature")
        answer = app.dispatch(BoltRequest(body=body.decode("utf-8", "replace"), headers=dict(headers)))
        kept = {name: values[0] for name, values in answer.headers.items()}
        return Response(answer.body, status_code=answer.status, headers=kept)

    return endpoint


def can_be_checked(headers: dict[str, str]) -> bool:
    """Whether the headers have the shape of a signature: the SDK's verifier raises on others instead of saying no."""
    timestamp, signature = (headers.get(f"x-slack-{name}", "") for name in ("request-timestamp", "signature"))
    return timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 20 and signature.isascii()
