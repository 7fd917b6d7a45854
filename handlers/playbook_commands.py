"""/team whatif, versions, diff and rollback: how managers change the playbook from Slack."""

from bot import people
from bot.errors import DibsError
from bot.playbook import versions
from bot.views import versions as views
from bot.views import whatif as whatif_views
from bot.views.kit import Message
from handlers.requests import MAX_NUMBER
from handlers.subcommands import Request, Subcommand


def whatif(request: Request) -> None:
    people.require_manager(request.services, request.slack_id)
    request.client.views_open(trigger_id=request.trigger_id, view=whatif_views.whatif())


def list_versions(request: Request) -> Message:
    return versions.listed(request.services, request.slack_id)


def diff(request: Request) -> Message:
    numbers = numbers_typed(request, most=2)
    other = numbers[0] if len(numbers) == 2 else None
    return versions.differing(request.services, request.slack_id, numbers[-1], other)


def roll_back(request: Request) -> Message:
    number = numbers_typed(request, most=1)[0]
    draft = versions.roll_back(
        request.services, request.slack_id, number, days=whatif_views.USUAL_PERIOD, key=request.trigger_id
    )
    return views.working(draft)


def numbers_typed(request: Request, *, most: int) -> list[int]:
    typed = [word.removeprefix("#") for word in request.plain]
    if not 1 <= len(typed) <= most or not all(word.isascii() and word.isdigit() and len(word) <= 9 for word in typed):
        raise DibsError("Name the version by its number; /team versions lists them.")
    return [min(int(word), MAX_NUMBER) for word in typed]


PLAYBOOK_ENTRIES = (
    Subcommand("whatif", "whatif", "managers: try another playbook on recorded leads", "whatif", whatif),
    Subcommand("versions", "versions", "managers: every playbook there was", "versions", list_versions),
    Subcommand("diff", "diff <version> [version]", "managers: what differs from the one in force, or between two",
               "diff 3", diff),
    Subcommand("rollback", "rollback <version>", "managers: propose an earlier playbook again", "rollback 3",
               roll_back),
)  # fmt: skip
