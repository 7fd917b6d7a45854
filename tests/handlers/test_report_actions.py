"""What is done with a report: every press asks anew, in the right of whoever presses, and believes no button."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from functools import partial
from typing import Any

import pytest
from slack_sdk import WebClient
from sqlmodel import col, select, update

from bot import claims
from bot.actors import known
from bot.errors import InvalidInputError
from bot.intake import capture
from bot.outbox import SlackCall
from bot.projections import Projections
from bot.reports import forms, sharing
from bot.reports.asking import Inquiry
from bot.reports.table import REPORTS
from bot.views import kit, report
from bot.views import report_forms as views
from bot.views.report_schedules import STOPS
from handlers.report_actions import opened
from handlers.report_answers import Asker, Place, asker_of, replace
from store.models import OutboxRow, SavedReport
from tests.handlers.desk import SMB, Desk, as_json, written
from tests.handlers.door import JANE, NOW
from tests.handlers.reporting import BROKEN, OF_MANAGERS, OF_TEAMS, PLAIN, reporting
from tests.world import eventually, said

ALICE, BOB, CAROL, DANA, ERIN = "U0ALICE", "U0BOB", "U0CAROL", "U0DANA", "U0ERIN"
STRANGER, ONLY_MANAGERS = "You are not in a sales team yet", "Only managers"
FORGED = (
    "", "0", "nothing", "leads team:nowhere", "secret", "leads 9999-99-99", "\x00", "' OR 1=1", "leads " * 200,
    "<!channel>", "[]", '["x", "leads"]', '{"a": 1}', "null", "leads vs vs", "leads as of", "leads @U0NOBODY",
)  # fmt: skip
BUTTONS = (report.SHARE, report.REFINE, report.CSV, report.BEHIND, views.LEADS_CSV, views.LEAD)


@pytest.fixture
def there(office: Desk) -> Iterator[Desk]:
    """Two leads of team smb, one of them Alice's."""
    for name in ("Jane", "Mary"):
        capture.take_lead(office.services, {**JANE, "name": name, "fields": {}}, key=name)
    claims.claim(office.services, ALICE, 1)
    with reporting(office, PLAIN, OF_TEAMS, OF_MANAGERS, *REPORTS) as made:
        yield made


def submit(office: Desk, user: str, callback_id: str, place: Place, **values: str) -> dict[str, Any]:
    """The errors on the fields."""
    return office.submit(user, callback_id, place.as_text(), **values)


def posted(office: Desk, kind: str) -> list[OutboxRow]:
    with office.services.reading() as uow:
        return list(uow.session.exec(select(OutboxRow).where(OutboxRow.kind == kind).order_by(col(OutboxRow.id))))


def eventually_posted(office: Desk, kind: str, *, lane: str) -> OutboxRow:
    return eventually(lambda: next((row for row in posted(office, kind) if row.lane == lane), None), f"a {kind}")


# --- shared


def test_a_report_is_shared_in_a_channel_that_a_form_names(there: Desk) -> None:
    opened = there.slack_was_asked("views.open")
    there.press(DANA, report.SHARE, "leads last month")
    assert there.slack_was_asked("views.open") == opened + 1
    assert submit(there, DANA, views.SHARE, Place(words="leads last month", channel=SMB), channel=SMB) == {}
    told = written(eventually_posted(there, "message", lane=f"channel:{SMB}").payload)
    assert "There is one lead." in told
    assert "Shared by Dana" in told
    assert report.SHARE not in told


def test_a_form_that_slack_delivers_twice_shares_once(there: Desk) -> None:
    body = there.submitted(DANA, views.SHARE, Place(words="leads").as_text(), channel=SMB)
    for _ in range(2):
        there.send(body)
    there.bolt.listener_runner.listener_executor.shutdown()
    assert len([row for row in posted(there, "message") if row.lane == f"channel:{SMB}"]) == 1


def test_a_form_that_comes_again_after_its_report_has_left_shares_nothing_more(there: Desk) -> None:
    share = partial(sharing.share, there.services, DANA, "leads", channel=SMB, key="V1", kinds=(PLAIN,))
    share()
    with there.services.unit_of_work() as uow:
        uow.session.exec(update(OutboxRow).values(status="sent"))
        uow.commit()
    share()
    assert len([row for row in posted(there, "message") if row.lane == f"channel:{SMB}"]) == 1


def test_a_report_is_not_shared_where_the_bot_is_not(there: Desk) -> None:
    errors = submit(there, DANA, views.SHARE, Place(words="leads"), channel="C0NOWHERE")
    assert "Invite me" in errors[views.CHANNEL]


def test_a_rep_shares_figures_of_their_own_and_not_those_of_a_team(there: Desk) -> None:
    assert ONLY_MANAGERS not in there.press(ALICE, report.SHARE, "leads")
    assert ONLY_MANAGERS in there.press(ALICE, report.SHARE, "teams")
    assert ONLY_MANAGERS in submit(there, ALICE, views.SHARE, Place(words="teams"), channel=SMB)[views.CHANNEL]
    assert not [row for row in posted(there, "message") if row.lane.startswith("channel:")]


@pytest.mark.parametrize(("who", "asked", "may"), [
    (ALICE, "leads", True), (ALICE, "teams", False), (DANA, "teams", True),
])  # fmt: skip
def test_share_is_offered_to_whoever_may_share(there: Desk, who: str, asked: str, may: bool) -> None:
    assert (report.SHARE in there.command(who, f"/report {asked}")) == may


# --- refined


def test_a_refined_report_is_answered(there: Desk) -> None:
    place = Place(words="leads")
    assert submit(there, DANA, views.REFINE, place, report="leads", when="october", team="smb", against="") == {}
    eventually(lambda: "October 2026" in "".join(map(said, there.messages("dana")[-1:])) or None, "the answer")


@pytest.mark.parametrize(("field", "value", "why"), [
    ("when", "octobr", "Did you mean “october”?"), ("source", "webinr", "I do not know the source"),
    ("against", "previus", "I do not know “previus”"), ("by", "stage", "I do not know the by “stage”"),
])  # fmt: skip
def test_what_is_wrong_is_said_on_the_field(there: Desk, field: str, value: str, why: str) -> None:
    values = {"report": "leads", "when": "october", "source": "", "by": "any", "against": "", field: value}
    errors = submit(there, DANA, views.REFINE, Place(words="leads"), **values)
    assert list(errors) == [field]
    assert why in errors[field]


def test_the_form_says_at_first_what_was_asked(there: Desk) -> None:
    there.press(DANA, report.REFINE, "leads 2026-10-01..2026-10-31 team:smb by:source vs 2026-09-01..2026-09-30")
    with_words = [entry for entry in there.calls("views.open") if "Refine a report" in str(entry)]
    assert "last month" in str(with_words[-1])
    assert "previous" in str(with_words[-1])


def test_what_the_form_does_not_ask_for_is_kept_while_the_report_is_the_same(there: Desk) -> None:
    asked = "attribution this month model:linear team:smb,enterprise @U0ALICE @U0BOB"
    there.press(DANA, report.REFINE, asked)
    opened = str(there.calls("views.open")[-1])
    assert "enterprise,smb" in opened
    assert "U0ALICE" in opened
    assert "U0BOB" in opened
    values = {"report": "attribution", "when": "this month", "team": "smb,enterprise", "by": "campaign"}
    words = forms.words_from(there.services, DANA, "attribution", values, before=asked)
    assert words == "attribution model:linear this month team:smb,enterprise by:campaign"
    assert forms.words_from(there.services, DANA, "funnel", {"when": "today"}, before=asked) == "funnel today"


# --- as a file


def test_a_report_comes_as_a_file(there: Desk) -> None:
    assert there.press(DANA, report.CSV, "leads") == ""
    row = eventually_posted(there, "file", lane=f"files:{DANA}")
    with there.services.reading() as uow:
        call = Projections(there.services).prepare(uow, row, NOW)
    assert isinstance(call, SlackCall)
    assert call.arguments["channel"] == DANA
    assert call.arguments["content"].decode("utf-8-sig").splitlines() == ["Team,Leads", "smb,1"]


def test_a_strangers_source_is_no_markup_in_what_stands_with_a_file(there: Desk) -> None:
    capture.take_lead(there.services, {**JANE, "name": "Eve", "source": "<!channel>", "fields": {}}, key="Eve")
    sharing.send_file(there.services, DANA, 'leads source:"<!channel>"', kinds=(PLAIN,))
    said = posted(there, "file")[-1].payload["said"]
    assert "from &lt;!channel&gt;" in said


def test_the_leads_behind_a_number_come_as_a_file(there: Desk) -> None:
    assert there.press(ALICE, views.LEADS_CSV, '["smb", "leads"]') == ""
    row = eventually_posted(there, "file", lane=f"files:{ALICE}")
    with there.services.reading() as uow:
        call = Projections(there.services).prepare(uow, row, NOW)
    assert isinstance(call, SlackCall)
    lines = call.arguments["content"].decode("utf-8-sig").splitlines()
    assert [line.partition(",")[0] for line in lines] == ["Lead", "#1", "#2"]


# --- opened; what a list shows is in tests/scenarios/test_reports.py


def test_a_list_of_leads_that_cannot_be_made_says_so_instead_of_looking_for_ever() -> None:
    job: Future[kit.Block] = Future()
    job.set_exception(ZeroDivisionError())
    assert "Something went wrong" in str(opened(job))


def test_a_report_that_cannot_be_shared_after_all_is_told_to_whoever_shared_it(there: Desk) -> None:
    with reporting(there, BROKEN) as desk:
        before = desk.count_told()
        assert submit(desk, DANA, views.SHARE, Place(words="broken", channel=SMB), channel=SMB) == {}
        assert "Something went wrong" in eventually(lambda: desk.told(before) or None, "the reason")


def test_a_lead_in_the_list_opens_above_it(there: Desk) -> None:
    there.press(ALICE, views.LEAD, "1")
    assert there.slack_was_asked("views.push") == 1
    assert "no such lead in your teams" in there.press(CAROL, views.LEAD, "1")


# --- made up, and kept under a name


def test_a_report_of_ones_own_is_answered_and_kept(there: Desk) -> None:
    there.command(ALICE, "/report custom")
    values = {"measure": "leads", "by": "source", "when": "this month", "team": "any", "name": "My month"}
    assert submit(there, ALICE, views.CUSTOM, Place(), **values) == {}
    eventually(lambda: "Leads by source" in "".join(map(said, there.messages("alice")[-1:])) or None, "the answer")
    assert "My month" in there.command(DANA, "/report saved")
    assert "Did you mean “My month”?" in there.command(DANA, "/report my moonth")
    assert "Leads by source, November 2026" in there.command(ALICE, "/report my month")
    assert "Somebody else saved" in there.command(BOB, "/report forget my month")
    assert "Forgot My month" in there.command(ALICE, "/report forget MY month")
    assert "I do not know" in there.command(ALICE, "/report my month")


@pytest.mark.parametrize("name", ["pipeline", "custom", "help me", "a:b", "@bob", "x" * 61])
def test_a_name_that_means_something_else_is_refused(there: Desk, name: str) -> None:
    values = {"measure": "leads", "by": "source", "when": "this month", "name": name}
    assert list(submit(there, ALICE, views.CUSTOM, Place(), **values)) == [views.NAME]


def test_what_somebody_saved_is_not_overwritten_by_a_colleague(there: Desk) -> None:
    values = {"measure": "leads", "by": "source", "when": "this month", "name": "weekly"}
    values["name"] = "our week"
    assert submit(there, ALICE, views.CUSTOM, Place(), **values) == {}
    assert "Somebody else" in submit(there, BOB, views.CUSTOM, Place(), **values)[views.NAME]
    with there.services.reading() as uow:
        assert [row.name for row in uow.session.exec(select(SavedReport))] == ["our week"]


# --- hostile


@pytest.mark.parametrize("action_id", BUTTONS)
def test_forged_values_change_nothing_and_are_answered_in_plain_words(there: Desk, action_id: str) -> None:
    before = there.rows()
    for value in FORGED:
        told = there.press(CAROL, action_id, value)
        assert "Something went wrong" not in told, value
    assert there.rows() == before


@pytest.mark.parametrize("action_id", BUTTONS)
def test_a_stranger_gets_nothing_by_any_button(there: Desk, action_id: str) -> None:
    before, opened = there.rows(), there.slack_was_asked("views.open")
    for value in ("leads", '["smb", "leads"]', "1"):
        told = there.press(ERIN, action_id, value)
        assert STRANGER in told or "do not know" in told or "not one I know" in told
    assert (there.rows(), there.slack_was_asked("views.open")) == (before, opened)


@pytest.mark.parametrize("callback_id", [views.SHARE, views.REFINE, views.CUSTOM])
def test_a_stranger_gets_nothing_by_any_form(there: Desk, callback_id: str) -> None:
    before = there.rows()
    values = {"report": "leads", "when": "today", "channel": SMB, "measure": "leads", "by": "source"}
    assert STRANGER in str(submit(there, ERIN, callback_id, Place(words="leads"), **values))
    assert there.rows() == before


@pytest.mark.parametrize("about", ["", "x", "{}", "[1]", '["http://127.0.0.1:1/", true, "leads", ""]'])
def test_a_forged_form_is_refused_or_answered_in_the_direct_messages(there: Desk, about: str) -> None:
    answer = there.send(there.submitted(DANA, views.REFINE, about, report="leads", when="today"))
    assert answer.status == 200
    if not as_json(answer.body).get("errors"):
        eventually(lambda: "There is one lead" in "".join(map(said, there.messages("dana")[-1:])) or None, "an answer")


def test_those_who_wait_for_answers_never_take_all_threads_from_the_answers(there: Desk) -> None:
    client = WebClient(there.sandbox.bot_token, base_url=there.sandbox.api_url, timeout=5, retry_handlers=[])
    with ThreadPoolExecutor(1) as later:
        for number in range(3):
            replace(later, Asker(client, BOB), "the report", partial(kit.say, f"Answer {number}."))
    assert [said(message).count("Answer") for message in there.messages("bob")[-3:]] == [2, 2, 2]


# --- what came by itself, and what was known on a day


@pytest.mark.parametrize(("channel", "block", "replaces"), [
    ("D0DANA", "report", True), ("D0DANA", STOPS, False), (SMB, "report", False), (SMB, STOPS, False),
])  # fmt: skip
def test_an_answer_takes_the_place_of_a_private_report_but_of_none_that_came_by_itself(
    there: Desk, channel: str, block: str, *, replaces: bool
) -> None:
    place, message = (
        {"channel_id": channel, "is_ephemeral": False},
        {"blocks": [{"type": "actions", "block_id": block}]},
    )
    body = {"user": {"id": DANA}, "response_url": "", "container": place, "message": message}
    assert asker_of(body, WebClient("x")).replaces == replaces


def test_a_day_that_was_named_stands_in_the_form_and_is_asked_again(there: Desk) -> None:
    there.press(DANA, report.REFINE, "funnel this month as of 2026-11-20")
    day = date(2026, 11, 20)
    with there.services.reading() as uow:
        inquiry = Inquiry(there.services, uow, known(uow, DANA), there.services.now(), REPORTS)
        for words, said in (
            (f"funnel this month as of {day}", str(day)), ("funnel this month", ""), ("funnel last month", ""),
            ("funnel last month as of 2026-11-20", str(day)),
        ):  # fmt: skip
            assert forms.chosen(inquiry.question(words), inquiry).as_of == said, words
    values = {views.WHEN: "this month", views.AS_OF: str(day), views.AGAINST: "previous"}
    words = forms.words_from(there.services, DANA, "funnel", values, kinds=REPORTS)
    assert words == "funnel this month as of 2026-11-20 vs previous"
    with pytest.raises(InvalidInputError) as refused:
        forms.words_from(there.services, DANA, "funnel", values | {views.AS_OF: "soon"}, kinds=REPORTS)
    assert [problem.field for problem in refused.value.problems] == [views.AS_OF]
