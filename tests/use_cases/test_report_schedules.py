"""Reports that come by themselves: once for each moment, as of that moment, in the right of whoever set them up."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import event, update

from bot import claims, people
from bot.errors import DibsError, NotAllowedError, NotFoundError
from bot.outbox import Skip, SlackCall, Wait
from bot.people import Profile
from bot.playbook.reports import Reporting
from bot.reports import asking, saved, schedules, sending
from bot.reports.table import REPORTS
from bot.rules.asking.known import QuestionError
from bot.rules.reports.schedules import Rhythm, parted
from bot.services import Services
from bot.views.report import SHARE
from store.models import ReportSchedule
from tests.factories import ALICE, BOB, DANA, ERIN, Office
from tests.replicas import all_at_once

SMB = "C0LEADSSMB"
FAY = Profile("U0FAY", "Fay", "Europe/Berlin")
MONDAY = "2026-11-30T09:00+00:00"


def come(office: Office, words: str = "weekly every monday 9:00", by: Profile = DANA, channel: str = SMB) -> int:
    """Let a report come; its number."""
    schedules.schedule(office.services, by.slack_id, *parted(words), channel)
    return office.rows(ReportSchedule)[-1].id or 0


def tick(office: Office) -> int:
    """How many reports were left to be sent."""
    before = len(office.waiting("report"))
    for number in sending.due(office.services):
        sending.send(office.services, number)
    return len(office.waiting("report")) - before


def sent(office: Office) -> str:
    """The last one, in all its words, as it leaves."""
    call = office.render(office.waiting("report")[-1])
    assert isinstance(call, SlackCall), call
    return words_of(call)


def words_of(call: SlackCall) -> str:
    """All the words of a message in one line."""
    return " ".join(words_in([call.arguments["text"], call.arguments["blocks"]]))


def words_in(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, list):
        yield from (word for each in part for word in words_in(each))
    elif isinstance(part, dict):
        yield "".join(words_in([part[name] for name in ("text", "elements", "fallback") if name in part]))


# --- once for each moment


def test_a_report_comes_when_its_moment_has_come_and_not_before(office: Office) -> None:
    office.lead()
    come(office)
    office.clock.set("2026-11-30T08:59:59+00:00")
    assert tick(office) == 0
    office.clock.set(MONDAY)
    assert tick(office) == 1
    assert tick(office) == 0
    assert "1 new lead" in sent(office)
    assert "Every Monday at 9:00, set up by Dana." in sent(office)
    assert office.rows(ReportSchedule)[0].next_at == datetime(2026, 12, 7, 9, tzinfo=UTC)


def test_it_says_how_to_ask_for_the_same_numbers_and_they_are_the_same_later(office: Office) -> None:
    office.lead()
    come(office, "pipeline every monday 9:00")
    office.clock.set(MONDAY)
    tick(office)
    words = office.waiting("report")[0].payload["words"]
    assert f"The same numbers again: /report {words}" in sent(office)
    assert "as of 2026-11-30T09:00:00" in words
    then = asking.answer(office.services, DANA.slack_id, words).report
    office.clock.advance(days=3)
    claims.claim(office.services, DANA.slack_id, office.lead(name="Later"))
    later = asking.answer(office.services, DANA.slack_id, words).report
    assert later == then
    assert asking.answer(office.services, DANA.slack_id, "pipeline").report.table != then.table


def test_last_week_is_read_anew_each_time(office: Office) -> None:
    office.lead()
    come(office)
    said = []
    for day in ("2026-11-30T09:00+00:00", "2026-12-07T09:00+00:00"):
        office.clock.set(day)
        office.lead(name=day)
        tick(office)
        said.append(office.waiting("report")[-1].payload["words"])
    assert said == ["weekly 2026-11-23..2026-11-29", "weekly 2026-11-30..2026-12-06"]


def test_the_day_is_that_of_the_schedules_zone_and_what_is_not_over_is_asked_as_of_now(office: Office) -> None:
    office.seat(ERIN)
    office.lead()
    come(office, "weekly every monday 8:00", by=ERIN, channel="")
    office.clock.set("2026-11-29T23:00+00:00")
    assert tick(office) == 1, "it is Monday in Tokyo"
    words = "weekly 2026-11-23..2026-11-29 as of 2026-11-29T23:00:00.000001Z"
    assert office.waiting("report")[-1].payload["words"] == words


def test_a_bot_that_was_down_for_weeks_sends_the_last_one_and_says_for_which_time(office: Office) -> None:
    office.lead()
    come(office, "pipeline daily 9:00")
    office.clock.set("2026-12-08T13:00+00:00")
    assert tick(office) == 1
    assert tick(office) == 0
    assert "This one was due on" in sent(office)
    assert office.waiting("report")[0].payload["due"] == "2026-12-08T09:00:00+00:00"
    assert office.rows(ReportSchedule)[0].next_at == datetime(2026, 12, 9, 9, tzinfo=UTC)


def test_a_week_in_which_nothing_happened_is_no_message(office: Office) -> None:
    come(office)
    office.clock.set(MONDAY)
    assert tick(office) == 0
    assert office.rows(ReportSchedule)[0].next_at == datetime(2026, 12, 7, 9, tzinfo=UTC)


def test_two_replicas_that_see_the_same_moment_send_it_once(office: Office) -> None:
    office.lead()
    number = come(office)
    office.clock.set(MONDAY)
    all_at_once(lambda: sending.send(office.services, number))
    assert len(office.waiting("report")) == 1


def test_every_report_there_is_can_come_by_itself_and_most_say_how_to_ask_again(office: Office) -> None:
    office.claimed_lead(ALICE)
    for kind in REPORTS:
        come(office, f"{kind.name} daily 9:00", channel="")
    office.clock.advance(days=1)
    assert tick(office) == len(REPORTS) - 1, "all but the week, in which nothing happened yet"
    for row, kind in zip(office.waiting("report"), [kind for kind in REPORTS if kind.name != "weekly"], strict=True):
        again = f"The same numbers again: /report {row.payload['words']}"
        assert (again in str(row.payload["blocks"])) != kind.is_of_now, kind.name
        asking.answer(office.services, DANA.slack_id, row.payload["words"])


class EndedError(BaseException):
    """A life that ends in the middle."""


def test_a_life_that_ends_between_taking_and_queueing_leaves_the_moment_to_the_next(office: Office) -> None:
    office.lead()
    number = come(office)
    office.clock.set(MONDAY)
    before, engine = office.rows(ReportSchedule), office.services.database.engine

    def end(*statement: Any) -> None:
        if statement[2].startswith("INSERT INTO outbox "):
            raise EndedError

    event.listen(engine, "before_cursor_execute", end)
    try:
        with pytest.raises(EndedError):
            sending.send(office.services, number)
    finally:
        event.remove(engine, "before_cursor_execute", end)
    assert (office.rows(ReportSchedule), office.waiting("report")) == (before, [])
    assert tick(office) == 1
    assert tick(office) == 0


def test_a_life_that_ends_after_the_commit_has_left_it_to_be_sent(office: Office) -> None:
    office.lead()
    number = come(office)
    office.clock.set(MONDAY)

    def end() -> None:
        raise EndedError

    services = Services(office.services.database, office.services.playbook, office.clock.now, end)
    with pytest.raises(EndedError):
        sending.send(services, number)
    assert tick(office) == 0
    assert len(office.waiting("report")) == 1


# --- in whose right


def test_a_rep_has_reports_come_to_themselves_alone_and_with_their_own_figures(office: Office) -> None:
    with pytest.raises(NotAllowedError):
        come(office, "funnel every monday 9:00", by=ALICE)
    office.claimed_lead(ALICE)
    office.claimed_lead(BOB, name="Bob's", email="b@b.example")
    come(office, "funnel last week every monday 9:00", by=ALICE, channel="")
    office.clock.set(MONDAY)
    assert tick(office) == 1
    assert "Of 1 leads" in sent(office).replace("Of 1 lead ", "Of 1 leads ")
    assert office.rows(ReportSchedule)[0].channel == ALICE.slack_id


@pytest.mark.parametrize(("words", "may"), [("funnel last week", True), ("weekly", False), ("reps last week", False)])
def test_what_comes_offers_share_to_whoever_may_share(office: Office, words: str, may: bool) -> None:
    office.claimed_lead(ALICE)
    come(office, f"{words} every monday 9:00", by=ALICE, channel="")
    office.clock.set(MONDAY)
    tick(office)
    assert (SHARE in str(office.waiting("report")[0].payload)) == may


@pytest.mark.parametrize("how", ["left", "manager no more"])
def test_it_stops_when_its_maker_may_not_have_it_any_more_and_one_manager_hears_of_it_once(
    office: Office, how: str
) -> None:
    office.lead()
    come(office)
    others = [FAY, Profile("U0GUS", "Gus", "Europe/Berlin")]
    gone = [replace(DANA, is_active=False)] if how == "left" else []
    people.sync_managers(office.services, [*others, *gone])
    office.clock.set(MONDAY)
    assert tick(office) == 0
    told = [row.payload for row in office.waiting("message")]
    assert [row["slack_id"] for row in told] == ["U0FAY"]
    assert "stopped" in told[0]["text"]
    assert "Dana, who set it up, is" in told[0]["text"]
    office.clock.advance(days=7)
    assert tick(office) == 0
    assert len(office.waiting("message")) == 1
    assert schedules.lines(office.services, "U0FAY") == ()


def test_what_waits_when_its_maker_loses_the_right_does_not_leave(office: Office) -> None:
    office.lead()
    come(office)
    office.clock.set(MONDAY)
    tick(office)
    people.sync_managers(office.services, [])
    assert isinstance(office.render(office.waiting("report")[0]), Skip)


def test_a_question_that_means_nothing_any_more_stops_it(office: Office) -> None:
    office.lead()
    come(office, "weekly source:website every monday 9:00")
    with office.services.unit_of_work() as uow:
        uow.session.exec(update(ReportSchedule).values(words="weekly team:gone"))
        uow.commit()
    office.clock.set(MONDAY)
    tick(office)
    assert "I do not know the team" in office.waiting("message")[0].payload["text"]
    assert office.rows(ReportSchedule)[0].ended_at is not None


# --- muted and removed


def test_muted_for_a_week_it_goes_on_in_silence_and_is_heard_again(office: Office) -> None:
    office.lead()
    number = come(office, "pipeline daily 9:00")
    said = schedules.mute(office.services, DANA.slack_id, number, ReportSchedule)
    assert said.startswith("Muted for a week: “pipeline” every day at 9:00.")
    office.clock.set("2026-11-30T09:00+00:00")
    assert tick(office) == 0
    office.clock.set("2026-12-02T09:00+00:00")
    assert tick(office) == 1
    schedules.mute(office.services, DANA.slack_id, number, ReportSchedule, for_good=True)
    office.clock.advance(days=400)
    assert tick(office) == 0
    assert isinstance(office.render(office.waiting("report")[0]), Skip)
    schedules.unmute(office.services, DANA.slack_id, number, ReportSchedule)
    office.clock.advance(days=1)
    assert tick(office) == 1


def test_removed_it_comes_no_more_and_what_waits_does_not_leave(office: Office) -> None:
    office.lead()
    number = come(office)
    office.clock.set(MONDAY)
    tick(office)
    with pytest.raises(NotAllowedError, match="Only whoever set this up"):
        schedules.remove(office.services, ALICE.slack_id, number, ReportSchedule)
    schedules.remove(office.services, DANA.slack_id, number, ReportSchedule)
    assert isinstance(office.render(office.waiting("report")[0]), Skip)
    office.clock.advance(days=7)
    assert tick(office) == 0
    with pytest.raises(NotFoundError):
        schedules.remove(office.services, DANA.slack_id, number, ReportSchedule)


def test_the_list_shows_managers_everything_and_others_their_own(office: Office) -> None:
    come(office)
    come(office, "pipeline daily 17:00", by=ALICE, channel="")
    assert [line.words for line in schedules.lines(office.services, DANA.slack_id)] == ["weekly", "pipeline"]
    (line,) = schedules.lines(office.services, ALICE.slack_id)
    assert (line.words, line.how_often, line.channel, line.by) == ("pipeline", "every day at 17:00", "", "Alice")


def test_the_same_is_not_scheduled_twice(office: Office) -> None:
    assert "first on Monday, 30 November" in schedules.schedule(
        office.services, DANA.slack_id, "weekly", Rhythm("week"), SMB
    )
    for by, words in ((DANA, "weekly"), (DANA, "weekly  last week"), (FAY, "weekly last week")):
        people.sync_managers(office.services, [DANA, FAY])
        said = schedules.schedule(office.services, by.slack_id, words, Rhythm("week"), SMB)
        assert said.startswith("“weekly” already comes there every Monday at 9:00")
    assert len(office.rows(ReportSchedule)) == 1
    schedules.mute(office.services, DANA.slack_id, office.rows(ReportSchedule)[0].id or 0, ReportSchedule)
    assert "but it is muted" in schedules.schedule(office.services, DANA.slack_id, "weekly", Rhythm("week"), SMB)


def test_what_was_removed_can_be_scheduled_again(office: Office) -> None:
    for _ in range(2):
        schedules.remove(office.services, DANA.slack_id, come(office), ReportSchedule)
    assert come(office) == 3


def test_of_two_who_schedule_the_same_at_once_one_makes_it(office: Office) -> None:
    all_at_once(lambda: come(office))
    assert len(office.rows(ReportSchedule)) == 1


def test_one_person_has_twenty_at_most_and_the_twentieth_may_be_told_again(office: Office) -> None:
    for day in range(1, 21):
        come(office, f"weekly every {day}. 9:00")
    come(office, "weekly every 20. 9:00")
    with pytest.raises(DibsError, match="too many"):
        come(office, "weekly every 21. 9:00")
    assert len(office.rows(ReportSchedule)) == 20


def test_what_would_tell_the_same_each_time_is_refused(office: Office) -> None:
    with pytest.raises(DibsError, match="the same days each time"):
        come(office, "weekly 2026-11-02..2026-11-08 every monday 9:00")
    with pytest.raises(QuestionError, match="Did you mean"):
        come(office, "wekly every monday 9:00")
    assert office.rows(ReportSchedule) == []


def test_a_saved_report_comes_by_its_name(office: Office) -> None:
    saved.save(office.services, DANA.slack_id, "my week", "weekly last week team:smb")
    come(office, "my week every monday 9:00")
    assert office.rows(ReportSchedule)[0].words == "weekly last week team:smb"


def test_the_zone_is_that_of_the_channels_team_or_of_whoever_set_it_up(office: Office) -> None:
    come(office, by=DANA, channel="C0LEADSENT")
    come(office, by=BOB, channel="")
    zones = [one.zone for one in office.rows(ReportSchedule)]
    assert zones == [office.services.playbook.team("enterprise").zone, "Europe/London"]
    told = [line.how_often for line in schedules.lines(office.services, DANA.slack_id)]
    assert told[1] == "every Monday at 9:00 (Europe/London)"  # Dana is in another zone, Bob is not
    assert [line.how_often for line in schedules.lines(office.services, BOB.slack_id)] == ["every Monday at 9:00"]


# --- what every team has


def test_every_team_has_its_week_once_and_it_goes_to_its_channel(office: Office) -> None:
    teams = len(office.services.playbook.teams)
    assert sending.plan_weekly(office.services) == teams
    assert sending.plan_weekly(office.services) == 0
    office.lead()
    office.clock.set("2026-11-30T18:00+00:00")
    tick(office)
    smb = next(row for row in office.waiting("report") if "team:smb" in row.payload["words"])
    call = office.render(smb)
    assert isinstance(call, SlackCall)
    assert call.channel == SMB
    assert "Every Monday at 9:00, as for every team." in words_of(call)
    with office.services.unit_of_work() as uow:
        uow.people.team(1).channel_id = uow.people.team(2).channel_id = None
        uow.commit()
    assert isinstance(office.render(smb), Wait)


def test_a_weekly_report_that_was_removed_is_not_made_again(office: Office) -> None:
    sending.plan_weekly(office.services)
    number = office.rows(ReportSchedule)[0].id or 0
    schedules.remove(office.services, DANA.slack_id, number, ReportSchedule)
    assert sending.plan_weekly(office.services) == 0
    assert office.rows(ReportSchedule)[0].next_at is None


def test_the_playbook_takes_it_away_and_gives_it_back(office: Office) -> None:
    sending.plan_weekly(office.services)
    plain = office.services.playbook
    office.services.put_in_force(plain.model_copy(update={"reports": Reporting(weekly=False)}))
    assert sending.plan_weekly(office.services) == len(plain.teams)
    assert [one.next_at for one in office.rows(ReportSchedule)] == [None] * len(plain.teams)
    office.services.put_in_force(plain)
    sending.plan_weekly(office.services)
    assert all(office.rows(ReportSchedule))
    assert all(one.next_at for one in office.rows(ReportSchedule))


def test_it_follows_the_teams_zone(office: Office) -> None:
    sending.plan_weekly(office.services)
    plain = office.services.playbook
    teams = tuple(team.model_copy(update={"zone": "Asia/Tokyo"}) for team in plain.teams)
    office.services.put_in_force(plain.model_copy(update={"teams": teams}))
    sending.plan_weekly(office.services)
    assert {one.next_at for one in office.rows(ReportSchedule)} == {datetime(2026, 11, 30, 0, tzinfo=UTC)}
