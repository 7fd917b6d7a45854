"""What forms and tools send is read by presets, each with a payload as its vendor documents it."""

import json
from pathlib import Path
from time import thread_time
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.intake.hooks import read_presets
from bot.rules.cleaning.lead import clean_lead
from bot.rules.presets import KNOWN, MOST_EXTRAS, Event, Preset, events, find, first
from handlers.signatures import SCHEMES

PRESETS = read_presets()
EXAMPLES = Path(__file__).parent.parent / "data" / "hooks"
WORDING = {"html": "You may write to me", "typeform": "May we e-mail you about Dibs?"}


def example(name: str) -> Any:
    payload = json.loads((EXAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    return dict(parse_qsl(payload["body"])) if "body" in payload else payload


def only(name: str, payload: Any = None) -> Event:
    [event] = events(PRESETS[name], example(name) if payload is None else payload)
    return event


@pytest.mark.parametrize("name", PRESETS)
def test_each_preset_has_an_example_that_becomes_jane(name: str) -> None:
    event = only(name)
    assert event.lead is not None
    lead = clean_lead(event.lead)
    assert (lead.name, lead.email, lead.consent_wording) == ("Jane Doe", "jane@acme.example", WORDING.get(name, ""))
    assert lead.consent == (name in WORDING)
    assert lead.company == "Acme" or name == "typeform"
    assert lead.source == PRESETS[name].source


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_names_where_its_shape_is_documented_and_only_what_a_lead_has(name: str) -> None:
    preset = PRESETS[name]
    assert preset.docs or preset.takes == "form"
    assert {field for field in preset.fields if not field.startswith("fields.")} <= set(KNOWN)
    assert preset.signature in ("", *SCHEMES)


def test_what_else_was_asked_is_kept_under_its_question() -> None:
    asked = {name: (only(name).lead or {}).get("fields", {}) for name in PRESETS}
    assert asked["html"] == {"plan": "team"}
    assert asked["facebook"] == {"how_many_reps_do_you_have?": "10 to 20"}
    assert asked["typeform"] == {"interests": "Forms, Calls", "employees": "40"}
    assert asked["calendly"] == {
        "How many reps do you have?": "12", "time_zone": "Europe/Berlin", "meeting_at": "2026-11-26T14:00:00.000000Z",
    }  # fmt: skip
    assert asked["hubspot"] == {"lifecycle": "marketingqualifiedlead", "employees": "25-50"}


def test_the_vendors_name_for_the_event_is_found() -> None:
    assert {name: only(name).id for name in PRESETS if name != "html"} == {
        "typeform": "LtWXD3crgy", "hubspot": "1101", "facebook": "444444444444",
        "calendly": "https://api.calendly.com/scheduled_events/CCCC/invitees/DDDD",
    }  # fmt: skip


def test_a_booking_is_a_lead_and_a_touch_and_a_cancellation_neither() -> None:
    booked = only("calendly")
    assert booked.touch == {"kind": "meeting", "email": "jane@acme.example", "detail": "Demo of Dibs"}
    cancelled = only("calendly", {**example("calendly"), "event": "invitee.canceled"})
    assert (cancelled.lead, cancelled.touch) == (None, None)


def test_a_mere_notice_without_answers_is_none_of_ours() -> None:
    value = {"leadgen_id": "1", "page_id": "2", "form_id": "3", "created_time": 1}
    notice = {"object": "page", "entry": [{"id": "2", "changes": [{"field": "leadgen", "value": value}]}]}
    assert only("facebook", notice).lead is None
    [created] = events(PRESETS["hubspot"], [{"eventId": 1, "subscriptionType": "contact.creation", "objectId": 2}])
    assert created.lead is None


def test_a_list_without_end_is_not_looked_through_for_each_field() -> None:
    begun = thread_time()
    found = events(PRESETS["typeform"], {"event_type": "form_response", "form_response": {"answers": [{}] * 80_000}})
    assert len(found) == 1
    assert thread_time() - begun < 3


def test_several_may_come_at_once() -> None:
    one = example("facebook")
    assert len(events(PRESETS["facebook"], {"data": [one, {**one, "id": "2"}]})) == 2
    newer = {"id": "7", "properties": {"firstname": "Jane", "lastname": "Doe", "email": "jane@acme.example"}}
    found = events(PRESETS["hubspot"], [example("hubspot"), newer])
    assert [(event.id, (event.lead or {})["name"]) for event in found] == [("1101", "Jane Doe"), ("7", "Jane Doe")]


@pytest.mark.parametrize(
    ("path", "found"),
    [("a.b", "1"), ("list[0].n", "x"), ("list[9].n", ""), ("list[n=Y].v", "2"), ("list[n~y].v", "2"),
     ("list[*].n", "x"), ("list[o.p=q].v", "3"), ("a.b & list[0].n", "1 x"), ("a[0]", ""), ("list.n", ""), ("", ""),
     ("yes", "yes"), ("no", ""), ("many", "p, q"), ("list[", ""), ("list[=]", ""), ("nothing", "")],
)  # fmt: skip
def test_paths(path: str, found: str) -> None:
    payload = {
        "a": {"b": 1}, "yes": True, "no": False, "many": ["p", "q"], "nothing": None,
        "list": [{"n": "x", "v": 1}, {"n": "y", "v": 2}, {"o": {"p": "q"}, "v": 3}],
    }  # fmt: skip
    assert first(payload, (path,)) == found


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(sorted(KNOWN)),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.sampled_from(["payload", "event", "form_response", "answers", "properties", "email", "data",
                                       "field_data", "values", "name", "field", "ref", "type", "id"]), inner,
                      max_size=5),
    max_leaves=12,
)  # fmt: skip


@given(payload=JSON, preset=st.sampled_from(list(PRESETS.values())))
@settings(max_examples=200, deadline=None)
def test_whatever_is_sent_is_read_without_a_fuss(payload: Any, preset: Preset) -> None:
    for event in events(preset, payload):
        assert len((event.lead or {}).get("fields", {})) <= MOST_EXTRAS


def test_a_flood_of_lists_is_bounded() -> None:
    wide = {"answers": [[{"n": 1}] * 100] * 100}
    assert len(find(wide, "answers[*][*].n")) <= 2000
