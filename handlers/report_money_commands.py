"""/report spend and /report goal: what was paid, and what is to be reached."""

import re

from bot.reports import goal_setting, spending
from bot.views import spend as spend_views
from bot.views.kit import Message, say
from handlers.requests import as_number, as_typed
from handlers.subcommands import PERSON, Request, Subcommand

_UNDO, _END = re.compile(r"undo\s+#?(\d+)", re.IGNORECASE), re.compile(r"end\s+#?(\d+)", re.IGNORECASE)
FILE, LIST = "file", ("", "list")


def spend(request: Request) -> Message | None:
    words = request.words.strip()
    if words.casefold() in LIST:
        return spending.lines(request.services, request.slack_id)
    if words.casefold() == FILE:
        spending.require_spend(request.services, request.slack_id)
        request.client.views_open(trigger_id=request.trigger_id, view=spend_views.new_file())
        return None
    if undo := _UNDO.fullmatch(words):
        return say(spending.withdraw(request.services, request.slack_id, as_number(undo[1])))
    return spending.write_down(request.services, request.slack_id, words)


def goal(request: Request) -> Message:
    """People by their ids: two may have one name."""
    words = as_typed(PERSON.sub(r"@\1", request.raw)).strip()
    if words.casefold() in LIST:
        return goal_setting.lines(request.services, request.slack_id)
    if end := _END.fullmatch(words):
        return say(goal_setting.end(request.services, request.slack_id, as_number(end[1])))
    return goal_setting.set_goal(request.services, request.slack_id, words)


MONEY = (
    Subcommand("spend", "spend [<source> <amount> <when> [campaign …]|undo <n>|file]",
               "managers: what sources and campaigns cost; alone it lists that",
               "spend webinar 2,500 november campaign spring", spend),
    Subcommand("goal", "goal [<what> <how much> a week|month|quarter|year [team:…|@rep]|end <n>]",
               "what is to be reached; alone it lists that, and managers set it", "goal 20 mqls a week team:smb", goal),
)  # fmt: skip
