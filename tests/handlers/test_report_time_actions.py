"""What comes by itself, by command, by button and by form: in whose right, where it may go, and forged values."""

import pytest
from sqlmodel import select

from bot.reports import alerts, schedules
from bot.rules.reports.schedules import Rhythm
from bot.views import report, report_alerts
from bot.views import report_schedules as views
from store.models import ReportAlert, ReportSchedule
from tests.handlers.desk import SMB, Desk

ALICE, BOB, DANA, ERIN = "U0ALICE", "U0BOB", "U0DANA", "U0ERIN"
STRANGER, MANAGERS_ONLY, NOT_YOURS = "You are not in a sales team yet", "Only managers can do this", "Only whoever set"
HERE, NOWHERE = f"<#{SMB}|leads-smb>", "<#C0NOWHERE|nowhere>"
FORGED = ("0", "-1", "9" * 40, "2147483648", "1;DROP TABLE lead", "٤", "", " 1", "None", "777", "\x00")
BUTTONS = (views.MUTE_WEEK, views.MUTE, views.UNMUTE, views.REMOVE)
ALERT_BUTTONS = (report_alerts.MUTE_WEEK, report_alerts.MUTE, report_alerts.UNMUTE, report_alerts.REMOVE)
FORM = {views.WORDS: "weekly last week", views.EVERY: "month 1", views.TIME: "08:30"}


def kept(office: Desk) -> list[ReportSchedule]:
    with office.services.reading() as uow:
        return list(uow.session.exec(select(ReportSchedule)))


@pytest.fixture
def there(office: Desk) -> Desk:
    """Alice's schedule, number 1, and Dana's alert, number 1."""
    schedules.schedule(office.services, ALICE, "pipeline", Rhythm("day"))
    alerts.alert(office.services, DANA, "unclaimed 45")
    return office


# --- by command


def test_a_rep_lets_a_report_come_to_themselves_and_a_manager_to_a_channel(office: Desk) -> None:
    assert "comes to you every Monday at 9:00" in office.command(
        ALICE, "/report schedule pipeline every monday 9:00 me"
    )
    assert "comes there every 1st of the month at 8:30" in office.command(
        DANA, f"/report schedule funnel last month team:smb every 1st 8:30 to {HERE}"
    )
    assert [(one.words, one.channel) for one in kept(office)] == [
        ("pipeline", ALICE), ("funnel last month team:smb", SMB),
    ]  # fmt: skip


def test_somebody_who_is_mentioned_is_kept_by_their_id(office: Desk) -> None:
    office.command(DANA, "/report schedule speed last week <@U0ALICE|alice> every monday 9:00")
    assert kept(office)[0].words == "speed last week @U0ALICE"


@pytest.mark.parametrize(
    ("user", "words", "why"),
    [
        (ERIN, "weekly every monday", STRANGER), (ALICE, f"weekly every monday {HERE}", MANAGERS_ONLY),
        (DANA, f"weekly every monday {NOWHERE}", "I am not in that channel"),
        (DANA, "weekly every blue moon", "I do not understand when"), (DANA, "", "Say which report"),
        (DANA, "wekly every monday", "Did you mean"), (DANA, "weekly 2026-11-02..2026-11-08 daily", "same days each"),
        (ALICE, "funnel last week team:enterprise every monday", "your own teams"),
    ],
)  # fmt: skip
def test_what_may_not_come_is_answered_with_why(office: Desk, user: str, words: str, why: str) -> None:
    assert why in office.command(user, f"/report schedule {words}")
    assert kept(office) == []


def test_the_channel_of_others_is_not_even_looked_up(office: Desk) -> None:
    before = office.slack_was_asked("conversations.info")
    office.command(ALICE, f"/report schedule weekly every monday {HERE}")
    office.command(ALICE, f"/report alert unclaimed 45 {HERE}")
    assert office.slack_was_asked("conversations.info") == before


def test_lists_show_what_there_is_and_unschedule_removes_it(there: Desk) -> None:
    assert "pipeline" in there.command(ALICE, "/report schedules")
    assert "No report comes by itself" in there.command(BOB, "/report schedules")
    assert "unclaimed 45" in there.command(DANA, "/report alerts")
    assert "No alert is set" in there.command(ALICE, "/report alerts")
    assert NOT_YOURS in there.command(BOB, "/report unschedule 1")
    assert "by its number in the list" in there.command(ALICE, "/report unschedule x")
    assert "Removed: “pipeline”" in there.command(ALICE, "/report unschedule #1")
    assert "does not come by itself any more" in there.command(ALICE, "/report unschedule 1")


@pytest.mark.parametrize(
    "words", ["schedules", "unschedule 1", "alert unclaimed 45", "alerts", "schedule weekly daily"]
)
def test_a_stranger_is_told_so(there: Desk, words: str) -> None:
    before = there.rows()
    assert STRANGER in there.command(ERIN, f"/report {words}")
    assert there.rows() == before


def test_alerts_are_for_managers(office: Desk) -> None:
    assert MANAGERS_ONLY in office.command(ALICE, "/report alert unclaimed 45")
    assert "Set: silence 3." in office.command(DANA, "/report alert silence")
    assert "Set: unclaimed 45 team:smb." in office.command(DANA, f"/report alert unclaimed 45 team:smb {HERE}")
    assert "Did you mean “conversion”" in office.command(DANA, "/report alert conversoin")


# --- by button and form


def test_the_button_below_a_report_opens_a_form_that_keeps_it_coming(office: Desk) -> None:
    before = office.slack_was_asked("views.open")
    office.press(DANA, report.SCHEDULE, "weekly 2026-11-16..2026-11-22")
    assert office.slack_was_asked("views.open") == before + 1
    assert office.submit(DANA, views.SCHEDULE, SMB, **FORM, **{views.CHANNEL: SMB}) == {}
    (one,) = kept(office)
    assert (one.words, one.every, one.day, one.at, one.channel) == ("weekly last week", "month", 1, "08:30", SMB)


@pytest.mark.parametrize(
    ("user", "changed", "field"),
    [
        (DANA, {views.WORDS: "wekly"}, views.WORDS), (DANA, {views.EVERY: "year 1"}, views.EVERY),
        (DANA, {views.TIME: "25:00"}, views.TIME), (DANA, {views.CHANNEL: "C0NOWHERE"}, views.CHANNEL),
        (DANA, {views.WORDS: "weekly 2026-11-16..2026-11-22"}, views.WORDS),
    ],
)  # fmt: skip
def test_what_is_wrong_in_the_form_is_said_on_its_field(
    office: Desk, user: str, changed: dict[str, str], field: str
) -> None:
    assert list(office.submit(user, views.SCHEDULE, SMB, **{**FORM, **changed})) == [field]
    assert kept(office) == []


def test_a_forged_form_of_a_rep_reaches_no_channel(office: Desk) -> None:
    office.submit(ALICE, views.SCHEDULE, SMB, **FORM, **{views.CHANNEL: SMB})
    office.submit(ERIN, views.SCHEDULE, SMB, **FORM)
    assert kept(office) == []


@pytest.mark.parametrize("button", BUTTONS)
def test_only_whoever_set_it_up_and_managers_stop_a_report(there: Desk, button: str) -> None:
    before = there.rows()
    assert NOT_YOURS in there.press(BOB, button, "1")
    assert STRANGER in there.press(ERIN, button, "1")
    assert there.rows() == before
    assert "pipeline" in there.press(ALICE, button, "1")
    if button != views.REMOVE:
        assert "pipeline" in there.press(DANA, button, "1")


@pytest.mark.parametrize("button", ALERT_BUTTONS)
def test_only_managers_stop_an_alert(there: Desk, button: str) -> None:
    before = there.rows()
    assert NOT_YOURS in there.press(ALICE, button, "1")
    assert there.rows() == before
    assert "unclaimed 45" in there.press(DANA, button, "1")
    with there.services.reading() as uow:
        (one,) = uow.session.exec(select(ReportAlert))
    assert (one.muted_until is not None, one.ended_at is not None) == (
        button in (report_alerts.MUTE_WEEK, report_alerts.MUTE), button == report_alerts.REMOVE,
    )  # fmt: skip


@pytest.mark.parametrize("button", [*BUTTONS, *ALERT_BUTTONS, report.SCHEDULE])
def test_forged_values_change_nothing_and_are_answered_in_plain_words(there: Desk, button: str) -> None:
    before = there.rows()
    for value in FORGED:
        told = there.press(DANA, button, value)
        assert told, value
        assert "Something went wrong" not in told, value
    assert there.rows() == before
