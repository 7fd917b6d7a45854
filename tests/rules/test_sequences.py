"""When steps are due, what branches decide, in whose hours and how often anybody is written to."""

import re
import tomllib
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.playbook.playbook import Playbook, read_playbook
from bot.playbook.sequences import Branch, Contact, Sequence, Wait
from bot.rules.sequences.caps import WEEK, room_at
from bot.rules.sequences.hours import LeadClock, clock_of
from bot.rules.sequences.steps import Deed, Facts, Letter, deadline, decision, due_at
from bot.rules.sequences.templates import VALUES, render
from tests.factories import PLAYBOOK

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
DOCUMENT = PLAYBOOK.parent / "docs" / "sequences.md"
MINUTES = 4 * 365 * 24 * 60
moments = st.integers(0, MINUTES).map(lambda minute: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minute))
zones = st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Tokyo", "Australia/Sydney", "Asia/Kathmandu"])


def branch(**given: object) -> Branch:
    return Branch.model_validate({"kind": "branch", "within_days": 3, "then": "end", **given})


def clock(contact: Contact | None = None, **known: Any) -> LeadClock | None:
    given: dict[str, Any] = {"profile": {}, "country": None, "phone": None, "team_zone": "UTC", **known}
    return clock_of(contact or Contact(), **given)


# --- hours


@pytest.mark.parametrize(("known", "said"), [
    ({"profile": {"time_zone": "Asia/Tokyo"}}, "written to in Tokyo time, as they told us"),
    ({"country": "DE"}, "written to in Berlin time, guessed from the country"),
    ({"country": "US", "phone": "+12125550123"}, "written to in New York time, guessed from the phone number"),
    ({"country": "US", "team_zone": "Europe/Paris"}, "written to in Paris time, the team's, for theirs is not known"),
])  # fmt: skip
def test_whose_time_counts_is_said_with_how_it_is_known(known: dict[str, Any], said: str) -> None:
    found = clock(**known)
    assert found is not None
    assert found.said == said


def test_nobody_is_written_to_by_a_clock_that_nobody_knows_if_the_playbook_says_so() -> None:
    assert clock(Contact(zone_unknown="wait"), country="US") is None


@settings(max_examples=200)
@given(moments, zones, st.sampled_from([None, "DE", "US", "JP"]))
def test_they_are_written_to_in_their_own_hours_and_on_no_holiday(
    now: datetime, zone: str, country: str | None
) -> None:
    found = clock(profile={"time_zone": zone}, country=country)
    assert found is not None
    at = found.next_open(now)
    assert at >= now
    assert found.is_open(at)
    local = at.astimezone(ZoneInfo(zone))
    assert (9, 0) <= (local.hour, local.minute) < (18, 0)
    assert local.weekday() < 5
    assert found.hours.holiday(local.date()) is None
    assert at - now < timedelta(days=30)


# --- the week


@settings(max_examples=300)
@given(st.lists(st.integers(-30 * 24, 0), max_size=30), st.integers(1, 5))
def test_no_seven_days_ever_have_more_messages_than_the_week_allows(hours: list[int], a_week: int) -> None:
    """However messages are asked for, each leaves when there is room."""
    left: list[datetime] = []
    for asked in sorted(NOON + timedelta(hours=hour) for hour in hours):
        at = room_at(left, max([asked, *left[-1:]]), a_week)
        assert room_at(left, at, a_week) == at, "by then there is room"
        left.append(at)
    assert not [at for at in left if sum(at - WEEK < other <= at for other in left) > a_week]


# --- steps and branches


def test_a_wait_is_over_after_its_time_and_all_else_is_looked_at_at_once() -> None:
    assert due_at(Wait(kind="wait", days=2, hours=3), NOON) == NOON + timedelta(days=2, hours=3)
    assert due_at(branch(when="nothing"), NOON) == NOON


deeds = st.lists(
    st.builds(
        Deed,
        st.sampled_from(["page_view", "reply", "email_opened", "email_clicked", "email_bounced"]),
        st.sampled_from(["/pricing", "https://x.example/Case-Study", ""]),
        st.integers(-100, 100).map(lambda hour: NOON + timedelta(hours=hour)),
    ),
    max_size=6,
)
letters = st.none() | st.builds(Letter, st.just(NOON - timedelta(days=1)), st.booleans(), st.booleans(), st.booleans())
branches = st.sampled_from([
    branch(when="opened"), branch(when="clicked"), branch(when="clicked", contains="case-study"),
    branch(when="replied"), branch(when="visited", contains="PRICING"), branch(when="score", at_least=50),
    branch(when="nothing"),
])  # fmt: skip


@settings(max_examples=300)
@given(branches, deeds, letters, st.integers(0, 100), st.integers(0, 200))
def test_a_branch_decides_at_the_latest_when_its_days_are_over_and_never_changes_its_mind(
    step: Branch, done: list[Deed], letter: Letter | None, score: int, hours: int
) -> None:
    now = NOON + timedelta(hours=hours)
    facts = Facts(score, [deed for deed in done if deed.at <= now], letter)
    decided = decision(step, NOON, facts, now)
    assert decided is not None or now < deadline(step, NOON)
    if decided and step.when != "nothing":
        assert decision(step, NOON, Facts(score, done, letter), now + timedelta(days=9)), "more deeds do not undo it"


@pytest.mark.parametrize(("step", "facts", "decided"), [
    (branch(when="opened"), Facts(0), False),  # no letter has left, so nobody can open it
    (branch(when="opened"), Facts(0, letter=Letter(NOON)), None),
    (branch(when="opened"), Facts(0, letter=Letter(NOON, is_clicked=True)), True),
    (branch(when="clicked", contains="case"), Facts(0, letter=Letter(NOON, is_clicked=True)), None),
    (branch(when="visited"), Facts(0, [Deed("page_view", "", NOON - timedelta(hours=1))]), None),
    (branch(when="visited"), Facts(0, [Deed("page_view", "", NOON)]), True),
    (branch(when="nothing"), Facts(0, [Deed("page_view", "", NOON + timedelta(seconds=1))]), False),
    (branch(when="nothing"), Facts(0, [Deed("email_bounced", "", NOON + timedelta(seconds=1))]), None),
    (branch(when="score", at_least=50), Facts(50), True),
])  # fmt: skip
def test_what_a_branch_asks_for(step: Branch, facts: Facts, decided: bool | None) -> None:
    assert decision(step, NOON, facts, NOON + timedelta(hours=1)) is decided


# --- texts that are compared


@pytest.mark.parametrize(("kind", "variants", "wrong"), [
    ("email", [{"name": "a", "text": "x"}, {"name": "a", "text": "y"}], "the same name"),
    ("email", [{"name": "edited", "text": "x"}], "edited by hand"),
    ("email", [{"name": "a" * 21, "text": "x"}], "at most 20"),
    ("sms", [{"name": "a", "subject": "x"}], "has no subject"),
    ("sms", [{"name": "a", "text": "x" * 1001}], "at most 1000 characters"),
])  # fmt: skip
def test_texts_that_could_not_be_told_apart_or_kept_are_refused(
    kind: str, variants: list[dict[str, str]], wrong: str
) -> None:
    written = {"email": {"subject": "Hello"}}.get(kind, {})
    step = {"kind": kind, "text": "Hello", **written, "variants": variants}
    with pytest.raises(ValueError, match=wrong):
        Sequence.model_validate({"name": "s", "steps": [step]})


# --- what is shipped and documented


def test_the_sequences_that_are_shipped_read_well_whatever_is_known_of_a_lead() -> None:
    for sequence in read_playbook(PLAYBOOK).sequences:
        for step in sequence.named:
            for known in (dict.fromkeys(VALUES, ""), dict.fromkeys(VALUES, "Acme")):
                for written in (step, *getattr(step, "variants", ())):
                    template = f"{getattr(written, 'subject', '') or ''}\n{getattr(written, 'text', '') or ''}"
                    text = render(template, {**known, "booking_link": "https://x.example"}).strip()
                    assert not re.search(r"\n{3,}|[ \t]$|  |\s[,.?]", text), (sequence.name, step.name)


def test_the_ready_made_sequences_write_only_to_those_who_agreed() -> None:
    found = {one.name: one for one in read_playbook(PLAYBOOK).sequences}
    assert list(found) == ["welcome", "education", "re-engage", "no-show", "missed-call", "win-back", "after-sale"]
    without = [one.name for one in found.values() if not any(when.field == "consent" for when in one.enrol.when)]
    assert without == ["no-show", "missed-call"], "their owner is to call, also those who are not written to"


def test_the_examples_of_the_document_are_valid() -> None:
    examples = re.findall(r"```toml\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    shipped = tomllib.loads(PLAYBOOK.read_text(encoding="utf-8"))
    for example in examples:
        Playbook.model_validate({**shipped, "sequences": [], **tomllib.loads(example)})
    assert len(examples) == 4


def test_every_kind_of_step_and_all_its_keys_are_documented() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    schema = Sequence.model_json_schema()["$defs"]
    parts = ("Wait", "Email", "Sms", "Booking", "Task", "Nudge", "Move", "SetSegment", "Branch", "Enrol")
    keys = {key for name in parts for key in schema[name]["properties"]}
    kinds = [definition["properties"]["kind"]["const"] for definition in schema.values() if "kind" in definition.get(
        "properties", {})]  # fmt: skip
    assert not [name for name in (*keys, *kinds, *VALUES) if f"`{name}" not in text and f"{name}`" not in text]
