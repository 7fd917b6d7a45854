"""Which times are free, what strangers' calendars say, and which addresses are public: rules, tried with everything."""

import ipaddress
import re
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from bot.rules.calendar import WorkingHours
from bot.rules.meetings import addresses, entries, letters, slots, zones
from bot.rules.meetings.calendars import NoCalendarError, busy_in
from bot.rules.meetings.entries import Entry, Invited
from bot.rules.meetings.letters import Facts
from bot.rules.meetings.slots import QUARTER, Diary, Terms, free, needed, quarters

BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"
OFFICE = WorkingHours(time(9), time(17), frozenset(range(5)))
TUESDAY = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
TERMS = Terms(timedelta(minutes=30), timedelta(hours=4), timedelta(days=7))
MONTH = TUESDAY + timedelta(days=30)

moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
zone_names = st.sampled_from([BERLIN, NEW_YORK, "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns", "UTC",
                              "Africa/Casablanca", "Pacific/Apia", "Asia/Tehran"])  # fmt: skip
terms = st.builds(
    Terms, st.sampled_from([15, 30, 45, 60, 240]).map(lambda n: timedelta(minutes=n)),
    st.integers(0, 72).map(lambda n: timedelta(hours=n)), st.integers(1, 12).map(lambda n: timedelta(days=n)),
    st.sampled_from([0, 15, 60]).map(lambda n: timedelta(minutes=n)),
)  # fmt: skip
hours = st.builds(
    WorkingHours, st.sampled_from([time(0), time(7, 10), time(9)]),
    st.sampled_from([time(12, 30), time(17), time(23, 55)]),
    st.sets(st.integers(0, 6), min_size=1).map(frozenset),
)  # fmt: skip


@st.composite
def spans(draw: st.DrawFn, now: datetime) -> slots.Span:
    begins = now + timedelta(minutes=draw(st.integers(-600, 20_000)))
    return begins, begins + timedelta(minutes=draw(st.integers(0, 600)))


# --- free times


@settings(max_examples=60)
@given(st.data(), terms, hours, zone_names, moments)
def test_free_is_exactly_what_lies_in_hours_and_meets_nothing(
    data: st.DataObject, rules: Terms, work: WorkingHours, zone: str, now: datetime
) -> None:
    busy = tuple(data.draw(st.lists(spans(now), max_size=6)))
    taken = frozenset(data.draw(st.lists(st.integers(0, 900), max_size=10).map(
        lambda places: [slots.floor(now) + place * QUARTER for place in places]
    )))  # fmt: skip
    away = data.draw(st.none() | st.integers(-50, 200).map(lambda n: now + timedelta(hours=n)))
    found = free(rules, Diary(work, zone, away, taken, busy), now)
    assert found == sorted(set(found))
    place = ZoneInfo(zone)
    at = slots.ceil(max(now + rules.notice, away or now))
    while at + rules.length <= now + rules.ahead:
        ends = at + rules.length
        within = all(
            work.cover(at + minute * timedelta(minutes=5), zone) for minute in range(int(rules.length.seconds / 300))
        )
        within = within and work.cover(ends - timedelta(seconds=1), zone)
        is_round = at.astimezone(place).minute % (30 if rules.length >= timedelta(minutes=30) else 15) < 15
        is_met = any(starts < ends and stops > at for starts, stops in busy if stops > starts)
        assert (at in found) == (within and is_round and not is_met and taken.isdisjoint(needed(at, rules))), at
        at += QUARTER


@settings(max_examples=40)
@given(moments, st.integers(1, 300))
def test_quarters_cover_a_time_and_no_more(starts: datetime, minutes: int) -> None:
    ends = starts + timedelta(minutes=minutes)
    found = quarters(starts, ends)
    assert found[0] <= starts < found[0] + QUARTER
    assert found[-1] < ends <= found[-1] + QUARTER
    assert all(later - sooner == QUARTER for sooner, later in pairwise(found))
    assert all(one.minute % 15 == one.second == one.microsecond == 0 for one in found)


def test_a_pause_keeps_the_time_after_a_meeting_free() -> None:
    paused = Terms(timedelta(minutes=30), timedelta(0), timedelta(days=1), timedelta(minutes=30))
    taken = frozenset(needed(TUESDAY.replace(hour=12, minute=0), paused))
    found = free(paused, Diary(OFFICE, "UTC", None, taken), TUESDAY)
    around = [one.strftime("%H:%M") for one in found if 10 <= one.hour <= 13]
    assert around == ["10:00", "10:30", "11:00", "13:00", "13:30"]


def test_on_the_day_when_the_clock_goes_back_both_hours_are_offered_and_told_apart() -> None:
    night = WorkingHours(time(1), time(4), frozenset({6}))
    now = datetime(2026, 10, 24, 12, tzinfo=UTC)
    found = free(Terms(timedelta(hours=1), timedelta(0), timedelta(days=1)), Diary(night, BERLIN), now)
    said = list(slots.labels(found, BERLIN).values())
    assert said == ["01:00 CEST", "01:30 CEST", "02:00 CEST", "02:30 CEST", "02:00 CET", "02:30 CET", "03:00 CET"]


def test_on_the_day_when_it_goes_forward_the_hour_that_is_not_there_is_not_offered() -> None:
    night = WorkingHours(time(1), time(5), frozenset({6}))
    now = datetime(2026, 3, 28, 12, tzinfo=UTC)
    found = free(Terms(timedelta(minutes=30), timedelta(0), timedelta(days=1)), Diary(night, BERLIN), now)
    assert list(slots.labels(found, BERLIN).values()) == [
        "01:00 CET", "01:30 CET", "03:00 CEST", "03:30 CEST", "04:00 CEST", "04:30 CEST",
    ]  # fmt: skip


def test_elsewhere_the_day_may_be_another() -> None:
    at = datetime(2026, 11, 24, 16, 30, tzinfo=UTC)
    assert list(slots.by_day([at], "Asia/Tokyo")) == [date(2026, 11, 25)]


def test_holidays_and_absence_are_in_the_way() -> None:
    german = WorkingHours(time(9), time(17), frozenset(range(7)), "DE")
    found = free(Terms(timedelta(hours=1), timedelta(0), timedelta(days=5)), Diary(german, BERLIN),
                 datetime(2026, 12, 23, tzinfo=UTC))  # fmt: skip
    assert {one.date() for one in found} == {date(2026, 12, 23), date(2026, 12, 24), date(2026, 12, 27)}
    back = datetime(2026, 12, 27, 12, tzinfo=UTC)
    away = free(Terms(timedelta(hours=1), timedelta(0), timedelta(days=5)), Diary(german, BERLIN, back),
                datetime(2026, 12, 23, tzinfo=UTC))  # fmt: skip
    assert min(away) >= back


# --- zones


def test_a_zone_is_one_that_exists_or_another_that_does() -> None:
    assert zones.first_known("nonsense", None, "europe/berlin") == BERLIN
    assert zones.first_known("../../etc/passwd", "") == "UTC"
    assert BERLIN in dict(zones.choices())["Europe"]


@settings(max_examples=50)
@given(st.text(max_size=80))
def test_no_words_are_a_zone_that_does_not_exist(words: str) -> None:
    assert ZoneInfo(zones.first_known(words))


# --- calendars of strangers


def calendar_of(*events: str) -> str:
    inner = "".join(f"BEGIN:VEVENT\r\nUID:{place}\r\n{event}\r\nEND:VEVENT\r\n" for place, event in enumerate(events))
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{inner}END:VCALENDAR\r\n"


def test_what_a_calendar_has_is_busy_and_what_is_off_or_free_is_not() -> None:
    text = calendar_of(
        "DTSTART:20261125T090000Z\r\nDTEND:20261125T100000Z",
        "DTSTART:20261125T093000Z\r\nDURATION:PT1H",
        "DTSTART:20261126T090000Z\r\nDTEND:20261126T100000Z\r\nSTATUS:CANCELLED",
        "DTSTART:20261126T090000Z\r\nDTEND:20261126T100000Z\r\nTRANSP:TRANSPARENT",
        "DTSTART;VALUE=DATE:20261127",
        "DTSTART;TZID=America/New_York:20261028T090000\r\nDURATION:PT30M\r\nRRULE:FREQ=WEEKLY;COUNT=6",
    )
    busy = busy_in(text, TUESDAY, MONTH, BERLIN)
    assert [(one.isoformat()[5:16], round((ends - one) / timedelta(minutes=1))) for one, ends in busy] == [
        ("11-25T09:00", 90), ("11-25T14:00", 30), ("11-26T23:00", 24 * 60), ("12-02T14:00", 30),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY",
        "FREQ=HOURLY",
        "FREQ=DAILY;BYHOUR=" + ",".join(map(str, range(24))) + ";BYMINUTE=0,30",
    ],
)
def test_what_repeats_without_measure_is_refused_at_once(rule: str) -> None:
    with pytest.raises(NoCalendarError, match="more often than every hour"):
        busy_in(calendar_of(f"DTSTART:20200101T000000Z\r\nRRULE:{rule}"), TUESDAY, MONTH, "UTC")


@pytest.mark.parametrize("frequency", ["DAILY", "MONTHLY", "YEARLY"])
def test_a_rule_that_never_gets_anywhere_is_refused_at_once(frequency: str) -> None:
    rule = f"DTSTART:20261125T090000Z\r\nRRULE:FREQ={frequency};INTERVAL=0"
    with pytest.raises(NoCalendarError, match="without ever getting anywhere"):
        busy_in(calendar_of(rule), TUESDAY, MONTH, "UTC")


def test_what_began_before_anybody_was_born_is_refused_if_it_repeats() -> None:
    with pytest.raises(NoCalendarError):
        busy_in(calendar_of("DTSTART:00010101T000000Z\r\nRRULE:FREQ=DAILY"), TUESDAY, MONTH, "UTC")


LINES = st.sampled_from([
    "BEGIN:VCALENDAR", "END:VCALENDAR", "BEGIN:VEVENT", "END:VEVENT", "UID:1", "DTSTART:20261125T090000Z",
    "DTSTART;VALUE=DATE:20261125", "DTSTART;TZID=Nowhere/Land:20261125T090000", "DTSTART:99999999T999999",
    "DTEND:20261125T080000Z", "DTEND;VALUE=DATE:20261126", "DURATION:-P1D", "DURATION:P99999999999D",
    "RRULE:FREQ=DAILY", "RRULE:FREQ=WEEKLY;UNTIL=00000000", "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
    "RRULE:FREQ=MONTHLY;INTERVAL=0", "RRULE:nonsense", "EXDATE:20261125T090000Z", "RDATE:20261126T090000Z",
    "RECURRENCE-ID:20261125T090000Z", "SEQUENCE:x", "STATUS:CANCELLED", "TRANSP:TRANSPARENT", "SUMMARY:\x00\ufffe",
    "BEGIN:VTIMEZONE", "TZID:Nowhere/Land", "END:VTIMEZONE", "X-WR-TIMEZONE:Nowhere", "CALSCALE:JULIAN", "", ":", ";",
])  # fmt: skip


@settings(max_examples=150)
@given(st.lists(LINES, max_size=25), st.booleans())
def test_whatever_a_calendar_says_is_spans_in_order_or_a_sentence(lines: list[str], is_framed: bool) -> None:
    text = "\r\n".join(lines)
    if is_framed:
        text = calendar_of(text)
    try:
        found = busy_in(text, TUESDAY, MONTH, BERLIN)
    except NoCalendarError as error:
        found = []
        said = str(error)
    else:
        said = "."
    assert said.endswith(".")
    assert all(TUESDAY <= starts < ends <= MONTH for starts, ends in found)
    assert all(sooner[1] < later[0] for sooner, later in pairwise(found))


# --- addresses


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "::1", "::",  # noqa: S104
     "fe80::1", "fc00::1", "64:ff9b::7f00:1", "64:ff9b:1::a00:1", "2002:7f00:1::", "::ffff:10.0.0.1", "ff02::1",
     "2001:0:7f00:1::80ff:fffe", "2130706433", "0x7f000001", "127.1", "", "localhost"],
)  # fmt: skip
def test_no_address_of_our_own_network_is_public(address: str) -> None:
    assert not addresses.is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_a_public_address_is_public_however_it_is_written(address: str) -> None:
    assert addresses.is_public(address)


@settings(max_examples=80)
@given(st.ip_addresses(v=4).filter(lambda one: not one.is_global or one.is_multicast))
def test_no_way_of_writing_a_private_address_makes_it_public(inner: ipaddress.IPv4Address) -> None:
    number = int(inner)
    for written in (
        str(inner), f"::ffff:{inner}", str(ipaddress.IPv6Address((0x64FF9B << 96) | number)),
        str(ipaddress.IPv6Address((0x2002 << 112) | (number << 80))),
    ):  # fmt: skip
        assert not addresses.is_public(written), written


@pytest.mark.parametrize(
    "url",
    ["http://cal.example/a.ics", "ftp://cal.example/a", "https://", "https://a b/", "https://u:p@cal.example/",
     "https://cal.example:22/", "https://cal.example:x/", "https://cal.example\\@evil.example/", "javascript:alert(1)",
     "https://cal.example/\u0430", "https://[::1", "file:///etc/passwd", "x" * 2000],
)  # fmt: skip
def test_only_plain_https_addresses_are_taken(url: str) -> None:
    assert addresses.mistake(url)


def test_webcal_is_https() -> None:
    assert addresses.spelled(" webcal://cal.example/a.ics ") == "https://cal.example/a.ics"
    assert addresses.mistake("https://cal.example/private-x/basic.ics?a=b") == ""


# --- entries and letters

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
HOSTILE = "Jane\r\nATTENDEE:mailto:evil@x.example\r\nBEGIN:VEVENT"


def entry(text: str, **given: object) -> Entry:
    at = {"starts": TUESDAY, "ends": TUESDAY + timedelta(minutes=30)}
    whole = {"uid": "u@dibs", **at, "summary": text, "place": text, "text": text, **given}
    return Entry(**whole)  # type: ignore[arg-type]


@settings(max_examples=80)
@given(words | st.just(HOSTILE))
def test_no_words_of_a_stranger_become_a_line_of_a_calendar(text: str) -> None:
    made = entries.invitation(entry(text), Invited("us@dibs.example", text, "jane@acme.example", text))
    event = Calendar.from_ical(made).walk()
    assert [one.name for one in event] == ["VCALENDAR", "VEVENT"]
    assert event[1]["ATTENDEE"] == "mailto:jane@acme.example"
    assert event[1].decoded("DTSTART") == TUESDAY
    assert all(len(line.encode()) <= 75 for line in made.split("\r\n"))


def test_a_cancelled_entry_takes_itself_out() -> None:
    made = entries.invitation(entry("x", is_cancelled=True, revision=3), Invited("a@b.example", "", "c@d.example", ""))
    calendar = Calendar.from_ical(made)
    assert (calendar["METHOD"], calendar.walk("VEVENT")[0]["STATUS"]) == ("CANCEL", "CANCELLED")
    assert calendar.walk("VEVENT")[0]["SEQUENCE"] == 3


@pytest.mark.parametrize("what", sorted(letters.LETTERS))
@settings(max_examples=20)
@given(words | st.just(HOSTILE))
def test_a_letters_subject_is_one_line_and_says_when(what: str, text: str) -> None:
    facts = Facts(text, text, TUESDAY, TUESDAY + timedelta(minutes=30), NEW_YORK, text, "https://d.example/meetings/k")
    made = letters.letter(what, facts)
    assert made.subject.isprintable()
    assert "Tuesday, 24 November 2026 at 04:30 (New York time)" in made.text
    assert re.search(r"https://d\.example/meetings/k", made.text) or what in (letters.CANCELLED, letters.ASKED)
