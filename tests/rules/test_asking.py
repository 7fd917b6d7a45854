"""Questions to reports in plain words: what is understood, what is suggested, and words that can be asked again."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from bot.rules.asking import periods
from bot.rules.asking.known import Known, QuestionError
from bot.rules.asking.question import Period, Question
from bot.rules.asking.reading import INSTANT, read
from bot.rules.asking.words import moving

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)  # a Tuesday; 10:30 in Berlin
BERLIN = "Europe/Berlin"


@dataclass(frozen=True)
class Sort:
    name: str
    example: str = "funnel last quarter team:smb"
    usual_period: str = "last 30 days"
    by: tuple[str, ...] = ("source", "team")
    options: tuple[tuple[str, tuple[str, ...]], ...] = (("model", ("first", "last", "linear")),)
    filters: tuple[str, ...] = ("team", "source", "rep", "segment")
    is_of_now: bool = False


KNOWN = Known(
    (Sort("funnel"), Sort("pipeline", by=(), options=(), filters=("team",)), Sort("speed")), NOW, BERLIN,
    teams=("enterprise", "smb"), sources=("webinar", "trade show", "website"), segments=("hot",),
    people={"U0ALICE": "Alice Ames", "U0BOB": "Bob", "U0BOBBY": "Bob Bright"}, me="U0DANA",
)  # fmt: skip


def ask(words: str, known: Known = KNOWN) -> Question:
    return read(words, known)


def days(words: str) -> tuple[str, str]:
    """The first and the last day of the period."""
    period = ask(f"funnel {words}").period
    return period.starts.isoformat(), (period.ends - timedelta(days=1)).isoformat()


@pytest.mark.parametrize(("words", "first", "last"), [
    ("today", "2026-11-24", "2026-11-24"), ("yesterday", "2026-11-23", "2026-11-23"),
    ("this week", "2026-11-23", "2026-11-29"), ("last week", "2026-11-16", "2026-11-22"),
    ("this month", "2026-11-01", "2026-11-30"), ("last month", "2026-10-01", "2026-10-31"),
    ("this quarter", "2026-10-01", "2026-12-31"), ("last quarter", "2026-07-01", "2026-09-30"),
    ("this year", "2026-01-01", "2026-12-31"), ("last year", "2025-01-01", "2025-12-31"),
    ("last 30 days", "2026-10-26", "2026-11-24"), ("last 2 weeks", "2026-11-11", "2026-11-24"),
    ("last 3 months", "2026-08-25", "2026-11-24"), ("90d", "2026-08-27", "2026-11-24"),
    ("7", "2026-11-18", "2026-11-24"),
    ("november", "2026-11-01", "2026-11-30"), ("December", "2025-12-01", "2025-12-31"),
    ("november 2025", "2025-11-01", "2025-11-30"), ("nov 2025", "2025-11-01", "2025-11-30"),
    ("q3", "2026-07-01", "2026-09-30"), ("Q4 2025", "2025-10-01", "2025-12-31"),
    ("2026", "2026-01-01", "2026-12-31"), ("2026-02", "2026-02-01", "2026-02-28"),
    ("2026-11-03", "2026-11-03", "2026-11-03"), ("2026-11-01..2026-11-15", "2026-11-01", "2026-11-15"),
    ("2026-11-01 .. 2026-11-15", "2026-11-01", "2026-11-15"), ("2026-07..2026-08", "2026-07-01", "2026-08-31"),
    ("since 1 march", "2026-03-01", "2026-11-24"), ("since december", "2025-12-01", "2026-11-24"),
    ("since 2026-11-20", "2026-11-20", "2026-11-24"), ("since 29 february", "2024-02-29", "2026-11-24"),
    ("all time", "2000-01-01", "2026-11-24"), ("3.11.2026", "2026-11-03", "2026-11-03"),
    ("", "2026-10-26", "2026-11-24"),
])  # fmt: skip
def test_periods_are_said_in_plain_words(words: str, first: str, last: str) -> None:
    assert days(words) == (first, last)


@pytest.mark.parametrize(("words", "name"), [
    ("last quarter", "Q3 2026"), ("november", "November 2026"), ("last year", "2025"), ("today", "24 November 2026"),
    ("last week", "week of 16 November 2026"), ("last 2 weeks", "11 November to 24 November 2026"),
    ("since december", "1 December 2025 to 24 November 2026"), ("all time", "all time"),
])  # fmt: skip
def test_a_period_has_a_name_that_is_the_same_on_every_day(words: str, name: str) -> None:
    assert ask(f"funnel {words}").period.name == name


def test_today_is_that_of_the_playbooks_zone() -> None:
    late = replace(KNOWN, now=datetime(2026, 11, 24, 23, 30, tzinfo=UTC))
    assert ask("funnel today", late).period.starts == date(2026, 11, 25)
    assert ask("funnel today", replace(late, zone="UTC")).period.starts == date(2026, 11, 24)


def test_everything_can_be_said_at_once() -> None:
    asked = ask('funnel last quarter team:smb source:webinar,"trade show" @U0ALICE segment:hot by team model:linear')
    assert (asked.report, asked.teams, asked.people, asked.segment) == ("funnel", ("smb",), ("U0ALICE",), "hot")
    assert (asked.sources, asked.by, asked.option("model")) == (("trade show", "webinar"), "team", "linear")
    assert asked.against is None


@pytest.mark.parametrize("words", ["rep:alice", "rep:U0ALICE", "@U0ALICE", 'rep:"alice ames"', "@Alice"])
def test_a_person_is_named_or_mentioned(words: str) -> None:
    assert ask(f"funnel {words}").people == ("U0ALICE",)


def test_the_first_of_what_it_can_be_grouped_by_is_usual_and_a_team_needs_no_word_before_it() -> None:
    assert ask("funnel").by == "source"
    assert ask("funnel SMB last week").teams == ("smb",)


# --- as of when


def test_what_is_over_is_asked_as_of_its_end_and_what_is_not_as_of_now() -> None:
    assert ask("funnel october").as_of == datetime(2026, 10, 31, 23, tzinfo=UTC)
    assert ask("funnel november").as_of == NOW + INSTANT


def test_as_of_a_day_means_all_of_it_and_never_what_is_to_come() -> None:
    assert ask("funnel october as of 2026-10-15").as_of == datetime(2026, 10, 15, 22, tzinfo=UTC)
    assert ask("funnel october as of 1 november").as_of == datetime(2026, 11, 1, 23, tzinfo=UTC)
    assert ask("funnel november as of today").as_of == NOW + INSTANT
    assert ask("funnel as of 2026-11-20T10:00:00Z").as_of == datetime(2026, 11, 20, 10, tzinfo=UTC)


# --- beside what


@pytest.mark.parametrize(("words", "name"), [
    ("november vs previous", "October 2026"), ("last quarter vs previous", "Q2 2026"), ("2026 vs previous", "2025"),
    ("last 30 days vs previous", "26 September to 25 October 2026"),
    ("last week vs previous", "week of 9 November 2026"),
    ("november vs last year", "November 2025"), ("2026-11-03 vs last year", "3 November 2025"),
    ("november vs q2", "Q2 2026"), ("november vs july 2025", "July 2025"), ("november versus previous", "October 2026"),
])  # fmt: skip
def test_it_is_compared_with_another_time(words: str, name: str) -> None:
    against = ask(f"funnel team:smb {words}").against
    assert against is not None
    assert (against.period.name, against.teams) == (name, ("smb",))


def test_what_has_not_ended_is_compared_with_as_much_of_the_time_before() -> None:
    asked = ask("funnel november vs previous")
    assert asked.against
    assert asked.against.as_of == datetime(2026, 10, 24, 8, 30, tzinfo=UTC) + INSTANT  # before the clocks were changed
    over = ask("funnel october vs previous").against
    assert over
    assert over.as_of == datetime(2026, 9, 30, 22, tzinfo=UTC)


def test_it_is_compared_with_another_team_or_model_over_the_same_time() -> None:
    asked = ask("funnel last month team:smb model:first vs team:enterprise")
    assert asked.against
    assert (asked.against.teams, asked.against.period, asked.against.as_of) == (
        ("enterprise",), asked.period, asked.as_of,
    )  # fmt: skip
    other = ask("funnel model:first vs model:last").against
    assert other
    assert other.option("model") == "last"


# --- what is not understood


@pytest.mark.parametrize(("words", "said"), [
    ("funel", "I do not know “/report funel”. Did you mean “funnel”?"),
    ("funnel last quater team:smb",
     "I do not know “quater”. Did you mean “quarter”? Example: /report funnel last quarter team:smb"),
    ("funnel team:smd", "I do not know the team “smd”. Did you mean “smb”? Example: /report funnel team:smb"),
    ("funnel source:webinr", "Did you mean “webinar”?"), ("funnel model:liner", "Did you mean “linear”?"),
    ("funnel taem:smb", "I do not know “taem”. Did you mean “team”? Example: /report funnel team:smb"),
    ("funnel by:sorce", "Did you mean “source”?"), ("funnel rep:alise", "Did you mean"),
    ("funnel segment:hto", "Did you mean “hot”?"), ("funnel novemer", "Did you mean “november”?"),
    ("funnel rep:bob rep:nobody", "I do not know the rep “nobody”"),
    ("funnel last", "I do not understand “last”. Say when like: today"),
    ("funnel 2026-13", "“2026-13” is no date that there is."), ("funnel 30 february", "is no date"),
    ("funnel november 2027", "“november 2027” is still to come."),
    ("funnel 2026-11-10..2026-11-01", "ends before it begins"), ("funnel last 0 days", "is no date"),
    ("funnel q3 q2", "Name one period; these are two: Q3 2026 and Q2 2026."),
    ("funnel vs", "Say what to compare with."), ("funnel vs previous vs last year", "Compare with one thing"),
    ("funnel team:", "Say which team"), ("pipeline source:webinar", "cannot be asked for one source alone"),
    ("pipeline by:team", "There is no by to choose"), ("funnel as of", "Say as of which day"),
    ("funnel 1999", "further away"), ("", "Say which report you want"), ("funnel " + "x" * 600, "at most 500"),
    ("funnel xyzzy", "I do not know “xyzzy”. Example: /report funnel last quarter team:smb"),
])  # fmt: skip
def test_a_wrong_word_is_named_with_the_one_that_was_meant(words: str, said: str) -> None:
    with pytest.raises(QuestionError) as raised:
        ask(words)
    assert said in str(raised.value)


def test_a_question_whose_words_would_be_too_many_is_refused() -> None:
    crowd = replace(KNOWN, sources=tuple(f"source number {number}" for number in range(30)))
    names = ",".join(f'"{name}"' for name in crowd.sources[:15])
    with pytest.raises(QuestionError, match="too much at once"):
        ask(f"funnel source:{names} vs previous", crowd)


# --- asked again

PERIODS = st.sampled_from([
    "", "today", "yesterday", "this week", "last month", "q3", "2025", "november", "since 1 march", "all time",
    "2026-11-01..2026-11-15", "last 7 days", "last 5 weeks", "this quarter", "29 february 2024", "q1 2024",
])  # fmt: skip
REST = st.lists(st.sampled_from([
    "team:smb", "team:enterprise,smb", 'source:"trade show"', "source:website", "@U0ALICE", "rep:me", "segment:hot",
    "by:team", "model:first", "as of 2026-11-20", "as of 1 october",
]), max_size=4, unique=True)  # fmt: skip
AGAINST = st.sampled_from([
    "", "vs previous", "vs last year", "vs team:smb", "vs q2", "vs last month team:smb model:last",
    "vs as of 2026-10-01", "vs last month as of 2026-11-15",
])  # fmt: skip
LATER = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=900))
PEOPLE = replace(KNOWN, people={**KNOWN.people, "U0DANA": "Dana"})


@given(PERIODS, REST, AGAINST, LATER)
@settings(max_examples=300)
def test_its_words_ask_the_same_on_any_later_day(when: str, rest: list[str], against: str, later: timedelta) -> None:
    try:
        asked = ask(f"funnel {when} {' '.join(rest)} {against}", PEOPLE)
    except QuestionError:
        event("refused")  # there is nothing before the beginning to compare with
        return
    again = read(asked.words, replace(PEOPLE, now=NOW + later))
    assert again == asked
    assert again.words == asked.words


@given(PERIODS, REST, AGAINST)
@settings(max_examples=200)
def test_moving_words_ask_the_same_today(when: str, rest: list[str], against: str) -> None:
    try:
        asked = ask(f"funnel {when} {' '.join(one for one in rest if 'as of' not in one)} {against}", PEOPLE)
    except QuestionError:
        return
    again = ask(moving(asked, PEOPLE), PEOPLE)
    assert (again.period, again.teams, again.people, again.by) == (
        asked.period, asked.teams, asked.people, asked.by,
    )  # fmt: skip
    assert (again.against is None) == (asked.against is None)
    if again.against and asked.against:
        assert (again.against.period, again.against.teams) == (asked.against.period, asked.against.teams)


def test_moving_words_move_on_with_the_days() -> None:
    words = moving(ask("funnel last month team:smb vs previous"), KNOWN)
    assert words == "funnel last month team:smb by:source vs previous"
    january = ask(words, replace(KNOWN, now=datetime(2027, 1, 10, tzinfo=UTC)))
    assert january.period.name == "December 2026"


TOKENS = st.one_of(
    st.sampled_from([
        "funnel", "last", "this", "30", "days", "vs", "as", "of", "by", "since", "team:", "team:smb", "source:", ":",
        "@", '"', "“", "”", "..", "2026", "2026-11", "0000-00-00", "9999-12-31..", "q9",
        "as of 0001-01-01T00:00:00+14:00",
        "as of 9999-12-31T23:59:59-12:00", "٣ days", "since", "model:", "rep:", "29 february", "last 9999 years",
    ]),
    st.text(max_size=20),
)  # fmt: skip


@given(st.lists(TOKENS, max_size=8).map(" ".join))
@settings(max_examples=500)
def test_any_text_is_a_question_or_gets_a_sentence(text: str) -> None:
    for words in (text, f"funnel {text}"):
        said = answer_to(words)
        if isinstance(said, Question):
            assert read(said.words, KNOWN) == said
        else:
            assert 0 < len(said) < 900


def answer_to(words: str) -> Question | str:
    try:
        return ask(words)
    except QuestionError as refused:
        return str(refused)


@given(st.dates(date(2001, 1, 1), date(2040, 1, 1)), st.sampled_from(periods.UNITS))
def test_the_one_before_ends_where_it_begins(day: date, unit: str) -> None:
    span = periods.unit_of(unit, day)
    before = periods.previous(Period(span.starts, span.ends, ""))
    assert before.ends == span.starts
    assert periods.whole_unit(before.starts, before.ends)


def test_names_that_are_not_the_askers_are_understood_but_never_suggested() -> None:
    known = replace(KNOWN, unsaid=frozenset({"enterprise", "Bob", "Bob Bright"}))
    assert ask("funnel team:enterprise @U0BOB", known).teams == ("enterprise",)
    for words in ("team:enterprize", "team:zzz", "enterprize", "rep:bobb", "rep:zzz", "team:"):
        with pytest.raises(QuestionError) as refused:
            ask(f"funnel {words}", known)
        said = str(refused.value).replace(words.partition(":")[2] or words, "")
        assert "enterprise" not in said, words
        assert "Bob" not in said, words


OF_NOW = replace(KNOWN, kinds=(Sort("late", usual_period="today", by=(), is_of_now=True),))


@pytest.mark.parametrize("words", ["last week", "as of 2026-11-20", "vs previous", "vs team:smb", "2026-11-23"])
def test_what_tells_of_now_alone_is_not_asked_about_the_past(words: str) -> None:
    with pytest.raises(QuestionError, match="The report late tells of now alone"):
        ask(f"late {words}", OF_NOW)


def test_what_tells_of_now_alone_can_be_asked_again_on_any_day() -> None:
    question = ask("late today team:smb", OF_NOW)
    assert question.words == "late team:smb"
    tomorrow = replace(OF_NOW, now=NOW + timedelta(days=1))
    assert ask(question.words, tomorrow).period.starts == date(2026, 11, 25)
