"""Working time in a person's own zone, through clock changes, holidays, skipped days and zones a world apart."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from holidays import country_holidays, list_supported_countries
from hypothesis import example, given
from hypothesis import strategies as st

from bot.rules.calendar import SEARCHED_DAYS, WorkingHours, at_local, holidays_of, known_calendar

BERLIN, NEW_YORK, LORD_HOWE = "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"
KIRITIMATI, PAGO_PAGO = "Pacific/Kiritimati", "Pacific/Pago_Pago"  # 25 hours apart: never the same date
OFFICE = WorkingHours(time(9), time(18), frozenset(range(5)))
NIGHT = WorkingHours(time(1, 30), time(2, 30), frozenset(range(7)))
NIGHT_SHIFT = WorkingHours(time(1), time(4), frozenset(range(7)))
COUNTRIES = sorted(list_supported_countries(include_aliases=False))
YEARS, WEEK = range(2001, 2036), timedelta(weeks=1)  # the years of which every calendar knows its feasts
CALENDARS = (None, "DE", "DE-BE", "US-CA", "IL", "JP", "NZ-AUK", "CO", "XK", "VE")
ZONES = (
    BERLIN, "Europe/London", NEW_YORK, "America/St_Johns", "America/Sao_Paulo", "America/Havana", "Africa/Casablanca",
    "Asia/Kathmandu", "Asia/Gaza", "Asia/Tokyo", LORD_HOWE, "Pacific/Apia", "Pacific/Chatham",
    KIRITIMATI, PAGO_PAGO, "Antarctica/Troll", "UTC",
)  # fmt: skip
zones = st.sampled_from(ZONES)
moments = st.builds(datetime.fromtimestamp, st.integers(1_293_840_000, 2_143_152_000), tz=st.just(UTC))  # 2011 to 2037
# Clock changes are rare; around them is where it breaks.
changes = st.builds(
    lambda day, seconds: day + timedelta(seconds=seconds),
    st.sampled_from([
        datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC), datetime(2026, 3, 8, 6, tzinfo=UTC),
        datetime(2026, 11, 1, 5, tzinfo=UTC), datetime(2026, 4, 4, 14, tzinfo=UTC),
        datetime(2026, 10, 3, 15, tzinfo=UTC),
        datetime(2011, 12, 30, 10, tzinfo=UTC), datetime(2018, 11, 4, 3, tzinfo=UTC),
    ]),
    st.integers(-36 * 3600, 36 * 3600),
)  # fmt: skip


spans = st.timedeltas(timedelta(0), timedelta(hours=40))


@st.composite
def working_hours(draw: st.DrawFn, calendars: tuple[str | None, ...] = (None,)) -> WorkingHours:
    starts, ends = sorted(draw(st.lists(st.integers(0, 24 * 4 - 1), min_size=2, max_size=2, unique=True)))
    days = draw(st.frozensets(st.integers(0, 6), min_size=1))
    return WorkingHours(quarter(starts), quarter(ends), days, draw(st.sampled_from(calendars)))


def quarter(number: int) -> time:
    return time(number // 4, number % 4 * 15)


def on(calendar: str | None) -> WorkingHours:
    return replace(OFFICE, holidays=calendar)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@given(moments | changes, zones, working_hours())
@example(datetime(2026, 10, 25, 0, 40, tzinfo=UTC), BERLIN, WorkingHours(time(2, 45), time(2, 50), frozenset({6})))
@example(datetime(2026, 10, 25, 1, 5, tzinfo=UTC), BERLIN, WorkingHours(time(2, 15), time(2, 30), frozenset({6})))
@example(datetime(2026, 3, 29, 0, 0, tzinfo=UTC), BERLIN, WorkingHours(time(2, 15), time(2, 45), frozenset({6})))
@example(datetime(2011, 12, 30, 5, tzinfo=UTC), "Pacific/Apia", WorkingHours(time(9), time(18), frozenset({4})))
def test_the_next_opening_is_within_hours_and_not_before_the_moment(
    moment: datetime, zone: str, hours: WorkingHours
) -> None:
    opening = hours.next_open(moment, zone)
    assert hours.cover(opening, zone)
    assert opening >= moment
    assert opening == moment or not hours.cover(moment, zone)


@given(moments, st.sampled_from(["Asia/Kathmandu", "Asia/Tokyo", "Pacific/Kiritimati", "UTC"]), working_hours())
def test_no_working_quarter_of_an_hour_is_skipped_on_the_way_to_the_next_opening(
    moment: datetime, zone: str, hours: WorkingHours
) -> None:
    opening = hours.next_open(moment, zone)
    step = moment
    while step < min(opening, moment + timedelta(days=2)):
        assert not hours.cover(step, zone)
        step += timedelta(minutes=5)


@pytest.mark.parametrize(
    ("moment", "zone", "opening"),
    [
        ("2026-11-24T09:30+00:00", BERLIN, "2026-11-24T10:30+01:00"),  # a Tuesday morning: at once
        ("2026-11-24T05:00+00:00", BERLIN, "2026-11-24T09:00+01:00"),
        ("2026-11-24T18:00+01:00", BERLIN, "2026-11-25T09:00+01:00"),  # the end itself is outside
        ("2026-11-27T19:00+01:00", BERLIN, "2026-11-30T09:00+01:00"),  # over the weekend
        ("2026-03-27T19:00+01:00", BERLIN, "2026-03-30T09:00+02:00"),  # and over the start of summer time
        ("2026-10-23T19:00+02:00", BERLIN, "2026-10-26T09:00+01:00"),  # and over its end
        ("2026-03-06T19:00-05:00", NEW_YORK, "2026-03-09T09:00-04:00"),
        ("2026-11-24T23:30+14:00", "Pacific/Kiritimati", "2026-11-25T09:00+14:00"),
    ],
)  # fmt: skip
def test_the_next_opening_by_the_clock_on_the_wall(moment: str, zone: str, opening: str) -> None:
    assert OFFICE.next_open(datetime.fromisoformat(moment), zone) == datetime.fromisoformat(opening)


def test_hours_that_a_clock_change_swallows_open_on_the_next_working_day() -> None:
    swallowed = WorkingHours(time(2, 15), time(2, 45), frozenset({5, 6}))
    opening = swallowed.next_open(datetime(2026, 3, 29, 0, tzinfo=UTC), BERLIN)
    assert opening.astimezone(ZoneInfo(BERLIN)).isoformat() == "2026-04-04T02:15:00+02:00"


def test_hours_that_come_twice_are_open_twice() -> None:
    second_pass = datetime(2026, 10, 25, 1, 15, tzinfo=UTC)  # 2:15 for the second time
    assert NIGHT.cover(second_pass, BERLIN)
    assert NIGHT.next_open(second_pass, BERLIN) == second_pass


@pytest.mark.parametrize(
    ("day", "at", "moment"),
    [
        (date(2026, 3, 29), time(2, 30), "2026-03-29T03:30+02:00"),  # skipped: forward by the gap
        (date(2026, 10, 25), time(2, 30), "2026-10-25T02:30+02:00"),  # twice: the first
        (date(2026, 7, 1), time(9), "2026-07-01T09:00+02:00"),
        (date(2026, 12, 1), time(9), "2026-12-01T09:00+01:00"),
    ],
)  # fmt: skip
def test_a_wall_time_names_one_moment(day: date, at: time, moment: str) -> None:
    assert at_local(day, at, BERLIN) == datetime.fromisoformat(moment)


@given(moments | changes, zones, working_hours())
def test_a_working_day_is_found_on_or_after_the_day(moment: datetime, zone: str, hours: WorkingHours) -> None:
    day = moment.astimezone(ZoneInfo(zone)).date()
    found = hours.next_day(day)
    assert found.weekday() in hours.days
    assert day <= found < day + timedelta(days=7)


@pytest.mark.parametrize(
    ("calendar", "day", "name"),
    [
        ("DE", "2026-12-25", "Christmas Day"),
        ("DE", "2026-04-03", "Good Friday"),
        ("US", "2026-04-03", None),
        ("DE-BE", "2027-03-08", "Women's Day"),  # in Berlin only
        ("DE", "2027-03-08", None),
        ("US-CA", "2026-03-31", "Cesar Chavez Day"),
        ("US", "2026-03-31", None),
        ("US", "2026-07-03", "Independence Day (observed)"),  # the fourth is a Saturday
        ("US", "2027-12-31", "New Year's Day (observed)"),  # next year's holiday falls into this one
        (None, "2026-12-25", None),
    ],
)  # fmt: skip
def test_a_holiday_is_one_of_the_country_or_of_its_part(calendar: str | None, day: str, name: str | None) -> None:
    assert on(calendar).holiday(date.fromisoformat(day)) == name


@pytest.mark.parametrize("name", ["DE", "DE-BE", "US-CA", "GB-SCT", "FR-972", "UK"])
def test_a_calendar_is_a_country_or_a_part_of_one(name: str) -> None:
    assert known_calendar(name)


@pytest.mark.parametrize(
    "name", ["", "-", "XX", "de", "DE-", "-BE", "DE-be", "DE-XX", "DE_BE", "DE-BE-1", "Germany", "US-BE", "date"]
)
def test_anything_else_is_no_calendar_and_says_so_when_asked(name: str) -> None:
    assert not known_calendar(name)
    with pytest.raises(ValueError, match="no calendar of holidays called"):
        holidays_of(name, 2026)


@pytest.mark.parametrize(
    ("calendar", "moment", "zone", "opening"),
    [
        ("DE", "2026-04-02T19:00+02:00", BERLIN, "2026-04-07T09:00+02:00"),  # over Easter, Friday to Monday
        ("US", "2026-04-02T19:00+02:00", BERLIN, "2026-04-03T09:00+02:00"),
        ("DE-BE", "2027-03-08T10:00+01:00", BERLIN, "2027-03-09T09:00+01:00"),
        ("DE-BY", "2027-03-08T10:00+01:00", BERLIN, "2027-03-08T10:00+01:00"),
        # One moment as the year turns: it is the first of January here, and still the last of December there.
        ("DE", "2025-12-31T19:30+00:00", KIRITIMATI, "2026-01-02T09:00+14:00"),
        ("DE", "2025-12-31T19:30+00:00", NEW_YORK, "2025-12-31T14:30-05:00"),
        ("DE", "2025-12-31T19:30+00:00", PAGO_PAGO, "2025-12-31T09:00-11:00"),
        # The moment is Thanksgiving in Pago Pago, and the Friday after it in Kiritimati.
        ("US", "2026-11-26T20:30+00:00", KIRITIMATI, "2026-11-27T10:30+14:00"),
        ("US", "2026-11-26T20:30+00:00", PAGO_PAGO, "2026-11-27T09:00-11:00"),
    ],
)  # fmt: skip
def test_a_holiday_counts_by_the_date_where_the_rep_is(calendar: str, moment: str, zone: str, opening: str) -> None:
    assert on(calendar).next_open(at(moment), zone) == at(opening)
    assert on(calendar).cover(at(moment), zone) == (at(moment) == at(opening))


def test_the_next_working_day_is_not_a_holiday() -> None:
    assert on("DE").next_day(date(2026, 4, 3)) == date(2026, 4, 7)
    assert on(None).next_day(date(2026, 4, 3)) == date(2026, 4, 3)


@pytest.mark.parametrize(
    ("day", "zone", "worked"),
    [
        (date(2026, 7, 1), BERLIN, timedelta(hours=3)),
        (date(2026, 3, 29), BERLIN, timedelta(hours=2)),
        (date(2026, 10, 25), BERLIN, timedelta(hours=4)),
        (date(2026, 3, 8), NEW_YORK, timedelta(hours=2)),
        (date(2026, 11, 1), NEW_YORK, timedelta(hours=4)),
        (date(2026, 10, 4), LORD_HOWE, timedelta(hours=2.5)),  # its clock goes by half an hour
        (date(2026, 4, 5), LORD_HOWE, timedelta(hours=3.5)),
    ],
)  # fmt: skip
def test_a_night_shift_lasts_as_long_as_it_really_does(day: date, zone: str, worked: timedelta) -> None:
    midnight, noon = at_local(day, time(0), zone), at_local(day, time(12), zone)
    assert NIGHT_SHIFT.working_between(midnight, noon, zone) == worked
    assert NIGHT_SHIFT.add_working(midnight, worked, zone) == at_local(day, NIGHT_SHIFT.ends, zone)


def test_a_day_that_never_was_is_not_worked() -> None:
    eve, after = at("2011-12-29T12:00-10:00"), at("2011-12-31T02:00+14:00")  # Samoa left out the thirtieth
    assert NIGHT_SHIFT.working_between(eve, after, "Pacific/Apia") == timedelta(hours=1)
    assert NIGHT_SHIFT.next_open(eve, "Pacific/Apia") == at("2011-12-31T01:00+14:00")


def test_hours_that_begin_in_the_skipped_hour_open_when_it_is_skipped() -> None:
    early = WorkingHours(time(2, 30), time(5), frozenset({6}))
    assert early.next_open(at("2026-03-29T00:00+01:00"), BERLIN) == at("2026-03-29T03:00+02:00")


def test_hours_that_come_twice_count_twice() -> None:
    midnight, noon = at("2026-10-25T00:00+02:00"), at("2026-10-25T12:00+01:00")
    assert NIGHT.working_between(midnight, noon, BERLIN) == timedelta(hours=1.5)  # 1:30 to 2:30, then from 2:00 again
    assert NIGHT.add_working(midnight, timedelta(hours=1.25), BERLIN) == at("2026-10-25T02:15+01:00")


@pytest.mark.parametrize(
    ("calendar", "moment", "span", "finish"),
    [
        (None, "2026-11-24T10:00+01:00", timedelta(0), "2026-11-24T10:00+01:00"),
        (None, "2026-11-24T20:00+01:00", timedelta(0), "2026-11-25T09:00+01:00"),
        (None, "2026-11-24T20:00+01:00", timedelta(hours=-1), "2026-11-25T09:00+01:00"),  # as none
        (None, "2026-11-24T10:00+01:00", timedelta(minutes=30), "2026-11-24T10:30+01:00"),
        (None, "2026-11-24T10:00+01:00", timedelta(hours=8), "2026-11-24T18:00+01:00"),  # to the very end
        (None, "2026-11-27T17:00+01:00", timedelta(hours=2), "2026-11-30T10:00+01:00"),  # over the weekend
        (None, "2026-10-23T17:00+02:00", timedelta(hours=2), "2026-10-26T10:00+01:00"),  # and the clock change
        (None, "2028-02-28T17:00+01:00", timedelta(hours=2), "2028-02-29T10:00+01:00"),  # a leap day
        (None, "2027-02-26T17:00+01:00", timedelta(hours=2), "2027-03-01T10:00+01:00"),  # and a year without
        ("DE", "2026-04-02T17:00+02:00", timedelta(hours=2), "2026-04-07T10:00+02:00"),  # Easter
        ("DE", "2025-12-31T17:00+01:00", timedelta(hours=2), "2026-01-02T10:00+01:00"),  # New Year
        ("DE", "2026-12-24T17:00+01:00", timedelta(hours=38), "2027-01-04T10:00+01:00"),  # Christmas and New Year
        (None, "2026-11-24T09:00+01:00", timedelta(hours=45 * 520), "2036-11-10T18:00+01:00"),  # ten years
    ],
)  # fmt: skip
def test_working_time_is_added_by_the_clock_on_the_wall(
    calendar: str | None, moment: str, span: timedelta, finish: str
) -> None:
    assert on(calendar).add_working(at(moment), span, BERLIN) == at(finish)


def test_a_rep_who_moves_is_asked_by_the_zone_they_are_in_then() -> None:
    offered, landed = at("2026-11-24T16:00+01:00"), at("2026-11-25T20:00+01:00")
    assert OFFICE.working_between(offered, landed, BERLIN) == timedelta(hours=11)
    assert OFFICE.next_open(landed, BERLIN) == at("2026-11-26T09:00+01:00")
    assert OFFICE.next_open(landed, NEW_YORK) == landed  # it is two in the afternoon there
    assert OFFICE.add_working(landed, timedelta(hours=5), NEW_YORK) == at("2026-11-26T10:00-05:00")


def test_a_machine_whose_clock_is_set_back_gets_the_earlier_answers_again() -> None:
    earlier, later, span = at("2026-11-24T17:30+01:00"), at("2026-11-24T18:30+01:00"), timedelta(hours=1)
    before = OFFICE.add_working(earlier, span, BERLIN), OFFICE.next_open(earlier, BERLIN)
    assert OFFICE.add_working(later, span, BERLIN) > before[0]
    assert (OFFICE.add_working(earlier, span, BERLIN), OFFICE.next_open(earlier, BERLIN)) == before
    assert OFFICE.working_between(later, earlier, BERLIN) == timedelta(0)


def test_zones_a_day_apart_work_on_their_own_mondays() -> None:
    mondays = WorkingHours(time(0), time(23, 45), frozenset({0}))
    moment = at("2026-11-29T00:00+00:00")
    far_east, far_west = mondays.next_open(moment, KIRITIMATI), mondays.next_open(moment, PAGO_PAGO)
    assert (far_east, far_west) == (at("2026-11-29T10:00+00:00"), at("2026-11-30T11:00+00:00"))
    assert mondays.working_between(moment, far_west, KIRITIMATI) == timedelta(hours=23.75)


@given(moments | changes, st.integers(0, 4 * 96), zones, working_hours(CALENDARS))
def test_working_time_is_every_quarter_of_an_hour_within_hours(
    moment: datetime, quarters: int, zone: str, hours: WorkingHours
) -> None:
    step = timedelta(minutes=15)
    start = datetime.fromtimestamp(moment.timestamp() // 900 * 900, ZoneInfo(zone))
    steps = [start.astimezone(UTC) + number * step for number in range(quarters)]
    worked = sum((step for each in steps if hours.cover(each, zone)), timedelta(0))
    end = (start.astimezone(UTC) + quarters * step).astimezone(ZoneInfo(zone))
    assert hours.working_between(start, end, zone) == worked


@given(moments | changes, spans, zones, working_hours(CALENDARS))
def test_what_was_added_has_passed_and_not_a_moment_earlier(
    moment: datetime, span: timedelta, zone: str, hours: WorkingHours
) -> None:
    finish = hours.add_working(moment, span, zone)
    instant = timedelta(microseconds=1)
    assert hours.working_between(moment, finish, zone) == span
    assert hours.working_between(moment, finish - instant, zone) == max(span - instant, timedelta(0))
    at_work = finish - instant if span else finish
    assert hours.cover(at_work, zone)
    assert hours.holiday(at_work.astimezone(ZoneInfo(zone)).date()) is None


@given(moments | changes, spans, st.timedeltas(timedelta(0), timedelta(days=9)), zones, working_hours(CALENDARS))
def test_later_or_longer_never_ends_earlier(
    moment: datetime, span: timedelta, more: timedelta, zone: str, hours: WorkingHours
) -> None:
    finish = hours.add_working(moment, span, zone)
    assert hours.add_working(moment + more, span, zone) >= finish >= moment
    assert hours.add_working(moment, span + more / 9, zone) >= finish
    assert timedelta(0) <= hours.working_between(moment, moment + more, zone) <= more


@given(moments | changes, spans, spans.filter(bool), zones, working_hours(CALENDARS))
def test_working_time_adds_up_over_a_break(
    moment: datetime, first: timedelta, second: timedelta, zone: str, hours: WorkingHours
) -> None:
    pause = hours.add_working(moment, first, zone)
    assert hours.add_working(pause, second, zone) == hours.add_working(moment, first + second, zone)
    later, latest = moment + first, moment + first + second
    parts = hours.working_between(moment, later, zone) + hours.working_between(later, latest, zone)
    assert parts == hours.working_between(moment, latest, zone)


@given(st.sampled_from(CALENDARS[1:]), st.integers(2011, 2037), zones, st.data())
def test_no_working_time_passes_on_a_holiday(calendar: str, year: int, zone: str, data: st.DataObject) -> None:
    day = data.draw(st.sampled_from(sorted(holidays_of(calendar, year))))
    hours = replace(data.draw(working_hours()), holidays=calendar)
    midnight, next_midnight = (at_local(each, time(0), zone) for each in (day, day + timedelta(days=1)))
    assert hours.working_between(midnight, next_midnight, zone) == timedelta(0)
    assert not hours.cover(at_local(day, hours.starts, zone), zone)
    assert hours.next_day(day) > day


def test_no_calendar_takes_one_weekday_so_long_that_the_search_gives_up() -> None:
    parts = list_supported_countries(include_aliases=False)
    for country, part in [(each, part) for each in COUNTRIES for part in (None, *parts[each])]:
        off = set(country_holidays(country, part, years=YEARS))
        weeks = max((next(n for n in count(1) if day + n * WEEK not in off) for day in off), default=0)
        # So many weeks taken, one more by a clock change, and then a whole one may pass until the day comes.
        assert (weeks + 2) * WEEK <= timedelta(days=SEARCHED_DAYS), f"{country}-{part}: {weeks} weeks"


@given(
    moments.filter(lambda moment: moment.year < max(YEARS)) | changes,
    zones,
    st.sampled_from(COUNTRIES),
    st.integers(0, 6),
    st.integers(0, 24 * 4 - 2),
)
@example(datetime(2016, 4, 1, 23, tzinfo=UTC), "America/Caracas", "VE", 4, 95 - 12)  # eight Fridays off
def test_one_quarter_of_an_hour_a_week_opens_before_the_search_gives_up(
    moment: datetime, zone: str, country: str, weekday: int, starts: int
) -> None:
    hours = WorkingHours(quarter(starts), quarter(starts + 1), frozenset({weekday}), country)
    opening = hours.next_open(moment, zone)
    assert hours.cover(opening, zone)
    assert moment <= opening < moment + timedelta(days=SEARCHED_DAYS - 7)
    assert hours.next_day(moment.date()).weekday() == weekday


def test_hours_that_never_open_are_an_error_and_no_endless_search() -> None:
    never = WorkingHours(time(9), time(18), frozenset())
    moment = at("2026-11-24T10:00+01:00")
    assert never.working_between(moment, at("2036-11-24T10:00+01:00"), BERLIN) == timedelta(0)
    with pytest.raises(ValueError, match="never open"):
        never.next_open(moment, BERLIN)
    with pytest.raises(ValueError, match="no working day"):
        never.next_day(moment.date())
