"""When follow-ups that set themselves are due, when a lead goes stale, which touch is hot; and what an effect is."""

from datetime import UTC, datetime, time, timedelta
from math import sqrt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import InvalidInputError
from bot.rules import next_steps
from bot.rules.calendar import WorkingHours
from bot.rules.effects import NORMAL_95, Effect, a_working_day_after, wilson
from bot.rules.next_steps import Desk
from bot.rules.touches import AHEAD, EARLIEST, KINDS, clean_touch

BERLIN = Desk(WorkingHours(time(9), time(18), frozenset(range(5))), "Europe/Berlin")
FRIDAY_EVENING = datetime(2026, 11, 27, 16, 45, tzinfo=UTC)  # 17:45 in Berlin

moments = st.timedeltas(timedelta(days=-2000), timedelta(days=3000)).map(lambda span: FRIDAY_EVENING + span)
zones = st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "Australia/Lord_Howe"])
hours = st.builds(
    lambda starts, length, days: WorkingHours(time(starts), time(starts + length), frozenset(days)),
    st.integers(0, 15), st.integers(1, 8), st.sets(st.integers(0, 6), min_size=1),
)  # fmt: skip
desks = st.builds(Desk, hours, zones)


def local(moment: datetime, desk: Desk = BERLIN) -> str:
    return moment.astimezone(ZoneInfo(desk.zone)).strftime("%a %H:%M")


# --- due times


def test_working_minutes_go_on_after_the_weekend() -> None:
    assert local(next_steps.first_contact(BERLIN, FRIDAY_EVENING, minutes=60).due_at) == "Mon 09:45"


def test_what_falls_due_at_closing_time_is_due_in_the_morning() -> None:
    assert local(next_steps.first_contact(BERLIN, FRIDAY_EVENING, minutes=15).due_at) == "Mon 09:00"


def test_the_next_step_of_a_stage_is_due_at_the_start_of_a_working_day() -> None:
    step = next_steps.by_stage(BERLIN, FRIDAY_EVENING, stage="contacted", days=3)
    assert (local(step.due_at), step.what, step.kind, step.origin) == (
        "Wed 09:00", "Next step in contacted", "task", "stage"
    )  # fmt: skip


def test_holidays_are_no_working_days() -> None:
    german = Desk(WorkingHours(time(9), time(18), frozenset(range(5)), "DE"), "Europe/Berlin")
    before_christmas = datetime(2026, 12, 24, 10, tzinfo=UTC)
    assert next_steps.working_days_on(german, before_christmas, 1) == datetime(2026, 12, 28, 8, tzinfo=UTC)


def test_silence_is_due_now_within_hours_and_else_in_the_morning() -> None:
    at_work, at_night = FRIDAY_EVENING, FRIDAY_EVENING + timedelta(hours=3)
    assert next_steps.after_silence(BERLIN, at_work, days=7).due_at == at_work
    assert local(next_steps.after_silence(BERLIN, at_night, days=7).due_at) == "Mon 09:00"


@pytest.mark.parametrize(("days", "says"), [(1, "No word for a day"), (7, "No word for 7 days")])
def test_silence_says_for_how_long(days: int, says: str) -> None:
    assert next_steps.after_silence(BERLIN, FRIDAY_EVENING, days=days).what == says


@given(desk=desks, now=moments, minutes=st.integers(0, 3000), days=st.integers(1, 30))
def test_whatever_sets_itself_is_due_later_and_within_hours(desk: Desk, now: datetime, minutes: int, days: int) -> None:
    for due_at in (next_steps.working_minutes_on(desk, now, minutes), next_steps.working_days_on(desk, now, days)):
        assert due_at >= now
        assert desk.hours.cover(due_at, desk.zone)


@given(desk=desks, now=moments, days=st.integers(1, 30))
def test_a_day_more_is_later(desk: Desk, now: datetime, days: int) -> None:
    assert next_steps.working_days_on(desk, now, days) < next_steps.working_days_on(desk, now, days + 1)


def test_a_stage_without_days_never_goes_stale() -> None:
    assert next_steps.stale_at(FRIDAY_EVENING, None) is None
    assert next_steps.stale_at(FRIDAY_EVENING, 7) == FRIDAY_EVENING + timedelta(days=7)


# --- hot touches


@pytest.mark.parametrize(
    ("words", "kind", "detail", "hot"),
    [
        (("pricing",), "page_view", "/pricing", True), (("pricing",), "page_view", "The PRICING page", True),
        (("pricing",), "page_view", "pricing_page", True), (("pricing",), "page_view", "repricing", False),
        (("pricing",), "page_view", "", False), (("book a demo",), "form", "Book  a\tdemo", True),
        (("webinar",), "webinar", "", True), (("page view",), "page_view", "", True),
        (("prix",), "page_view", "Nos PRIX.", True), (("café",), "page_view", "cafe\u0301", True),
        ((), "page_view", "pricing", False), (("a.c",), "page_view", "abc", False), (("_",), "page_view", "x", False),
        (("straße",), "download", "STRASSE", True),
    ],
)  # fmt: skip
def test_a_touch_is_hot_if_it_names_a_word(words: tuple[str, ...], kind: str, detail: str, hot: bool) -> None:
    assert next_steps.is_hot(words, kind, detail, age=timedelta(0)) is hot


def test_what_is_heard_of_a_day_late_is_cold() -> None:
    assert next_steps.is_hot(("pricing",), "page_view", "pricing", age=timedelta(days=1))
    assert not next_steps.is_hot(("pricing",), "page_view", "pricing", age=timedelta(days=1, seconds=1))


@given(words=st.lists(st.text()), kind=st.sampled_from(KINDS), detail=st.text(st.characters(exclude_categories=[])))
def test_no_words_break_the_look_for_hot_ones(words: list[str], kind: str, detail: str) -> None:
    next_steps.is_hot(words, kind, detail, age=timedelta(0))


@given(detail=st.text(max_size=400), age=st.timedeltas(timedelta(0), timedelta(days=2)))
def test_what_happened_is_said_shortly(detail: str, age: timedelta) -> None:
    said = next_steps.in_words("page_view", detail, age=age)
    assert len(said) <= next_steps.DETAIL_MAX + len(" in the last day")
    assert said.endswith("just now") is (age <= next_steps.JUST_NOW)


def test_without_a_detail_the_kind_says_it() -> None:
    assert next_steps.in_words("page_view", "", age=timedelta(0)) == "Page view just now"


# --- touches as they are sent


def refused(**raw: object) -> set[str]:
    with pytest.raises(InvalidInputError) as refusal:
        clean_touch({"lead": 1, "kind": "form", **raw}, FRIDAY_EVENING)
    return {problem.field for problem in refusal.value.problems}


def test_a_touch_says_whose_it_is_in_one_way() -> None:
    assert refused(lead=None) == {"lead"}
    assert refused(email="jane@acme.example") == {"lead"}
    assert clean_touch({"email": "JANE@acme.example", "kind": "form"}, FRIDAY_EVENING).email == "jane@acme.example"


def test_what_is_wrong_is_named_all_at_once() -> None:
    assert refused(lead=None, email="x", kind="dance", at=FRIDAY_EVENING + timedelta(days=1)) == {"email", "kind", "at"}


@given(at=st.datetimes(timezones=st.timezones()))
def test_a_touch_is_never_in_the_future_nor_of_long_ago(at: datetime) -> None:
    try:
        touch = clean_touch({"lead": 1, "kind": "form", "at": at}, FRIDAY_EVENING)
    except InvalidInputError:
        assert at < EARLIEST or at > FRIDAY_EVENING + AHEAD
    else:
        assert EARLIEST <= touch.at <= FRIDAY_EVENING
        assert touch.at.tzinfo is UTC


# --- effects


@given(of=st.integers(0, 5000), data=st.data())
def test_an_interval_lies_around_the_share_within_nought_and_one(of: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, of))
    low, high = wilson(hits, of)
    assert 0 <= low <= (hits / of if of else 0.5) <= high <= 1
    assert low < high


@given(of=st.integers(1, 5000), data=st.data())
def test_the_interval_ends_where_the_share_is_just_within_its_own_error(of: int, data: st.DataObject) -> None:
    """Which is what Wilson asks of it, and not how it is worked out."""
    hits = data.draw(st.integers(0, of))
    for end in wilson(hits, of):
        assert abs(hits / of - end) == pytest.approx(NORMAL_95 * sqrt(end * (1 - end) / of), abs=1e-9)


def test_an_interval_worked_out_by_hand() -> None:
    assert wilson(5, 120) == pytest.approx((0.0179, 0.0939), abs=0.0001)


@given(of=st.integers(1, 2000), data=st.data())
def test_more_of_the_same_narrows_it(of: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, of))
    (low, high), (lower, higher) = wilson(2 * hits, 2 * of), wilson(hits, of)
    assert high - low < higher - lower


@pytest.mark.parametrize(
    ("sent", "acted", "pending", "idle"),
    [(120, 5, 0, True), (29, 0, 0, False), (30, 0, 0, True), (31, 0, 2, False), (120, 20, 0, False), (0, 0, 0, False)],
)
def test_a_rule_is_called_idle_only_on_enough_evidence(sent: int, acted: int, pending: int, idle: bool) -> None:
    assert Effect("late", sent, acted, pending).is_idle is idle


@given(desk=desks, moment=moments)
def test_a_working_day_ends_at_the_same_time_on_a_working_day(desk: Desk, moment: datetime) -> None:
    until = a_working_day_after(moment, desk.hours, desk.zone)
    assert until - moment >= timedelta(hours=23)
    assert until.astimezone(ZoneInfo(desk.zone)).weekday() in desk.hours.days
