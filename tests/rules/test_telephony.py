"""What telephone systems tell of a call becomes one value, whatever they send."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.rules.telephony import SYSTEMS, HeardCall, calltrackingmetrics, dialpad

DIALPAD: dict[str, Any] = {
    "call_id": 5780678246121472, "state": "hangup", "direction": "inbound", "external_number": "+4930901820",
    "internal_number": "+14155550123", "duration": 61500.5, "date_started": 1763981400000,
    "date_connected": 1763981402000,
    "contact": {"name": "Jane Doe", "phone": "+4930901820"}, "target": {"email": "alice@acme.example", "type": "user"},
    "recording_details": [{"url": "https://dialpad.example/recording/1", "duration": 61500}],
}  # fmt: skip
CTM: dict[str, Any] = {
    "id": 7423, "sid": "CA1234", "direction": "inbound", "caller_number": "+4930901820",
    "tracking_number": "+14155550123",
    "tracking_label": "Website", "source": "Google Ads", "duration": 90, "talk_time": 75, "unix_time": 1763981400,
    "audio": "https://app.calltrackingmetrics.example/audio/1", "dial_status": "answered", "name": "Jane Doe",
}  # fmt: skip


def test_a_call_as_dialpad_tells_of_it() -> None:
    assert dialpad(DIALPAD) == HeardCall(
        "5780678246121472", is_inbound=True, outside="+4930901820", our_number="+14155550123", seconds=61,
        recording="https://dialpad.example/recording/1", name="Jane Doe", colleague="alice@acme.example",
        at=datetime(2025, 11, 24, 10, 50, tzinfo=UTC),
    )  # fmt: skip


def test_a_call_that_still_rings_is_not_told_yet() -> None:
    assert dialpad({**DIALPAD, "state": "ringing"}) is None


def test_a_call_that_nobody_took_says_so() -> None:
    heard = dialpad({**DIALPAD, "date_connected": None, "duration": 0})
    assert heard is not None
    assert (heard.outcome, heard.is_answered) == ("not answered", False)


def test_a_call_as_calltrackingmetrics_tells_of_it() -> None:
    assert calltrackingmetrics(CTM) == HeardCall(
        "CA1234", is_inbound=True, outside="+4930901820", our_number="+14155550123", seconds=75,
        recording="https://app.calltrackingmetrics.example/audio/1", source="Google Ads", name="Jane Doe",
        at=datetime(2025, 11, 24, 10, 50, tzinfo=UTC),
    )  # fmt: skip


def test_a_link_that_is_no_https_is_left_out() -> None:
    heard = calltrackingmetrics({**CTM, "audio": "javascript:alert(1)"})
    assert heard is not None
    assert heard.recording is None


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3), max_leaves=5,
)  # fmt: skip


@given(st.dictionaries(st.sampled_from([*DIALPAD, *CTM, "status", "recording_url", "agent"]), anything))
def test_nothing_that_is_sent_makes_them_stumble(told: dict[str, Any]) -> None:
    for read in SYSTEMS.values():
        read({"state": "hangup", **told})
