"""Raw text from strangers becomes fields that every database and every message can carry, or a clear refusal."""

import math
import unicodedata
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.errors import InvalidInputError
from bot.playbook.fields import CustomField
from bot.rules.cleaning.lead import LIMITS, MAX_FIELD_VALUE, MAX_FIELDS, CleanLead, clean_lead, clean_phone, clean_text

BIDI = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
COLUMNS = {**LIMITS, "email": 254, "phone": 32, "website": 300, "visitor": 254}

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=[])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
HOSTILE = (
    "aé\u0301\u0958\u212b\u1100\u1161 \t\n\r\x00\x1b\x85\u200b\u202e\u2066\u061c\ufeff\ud800\udc00\u2028"
    "<>&@.+-0123456789\N{GRINNING FACE}"
)
hostile = st.text(st.sampled_from(HOSTILE) | st.characters(exclude_categories=[]))
phones = st.text(st.sampled_from("0123456789+()- /.x ext\u0663"), max_size=45)
emails = st.emails() | st.builds("{}@{}".format, hostile, hostile)
websites = st.builds("{}{}{}".format, st.sampled_from(["", "http://", "javascript:", "//"]), hostile, st.sampled_from(
    ["", ".example", "acme.example/a b", "m\u00fcnchen.de:443/#x", "u:p@acme.example", "[::1]:8080", "10.0.0.1/?q=1"]
))  # fmt: skip
PROFILE = ("interests", "location", "time_zone", "time_zone_is", "preferred_channel", "links")
raw_leads = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(LIMITS, hostile | anything),
        "email": emails | anything,
        "phone": phones | anything,
        "country": st.sampled_from(["DE", "us", "GB", "XX", "İ1", ""]) | anything,
        "consent": anything,
        "fields": st.dictionaries(hostile | st.sampled_from(["Seats", "renews on", "plan"]), anything, max_size=4)
        | anything,
        "website": websites | anything,
        "profile": st.fixed_dictionaries(
            {},
            optional=dict.fromkeys(PROFILE, st.lists(websites | hostile, max_size=3) | websites | hostile | anything),
        )
        | anything,
        "originals": st.dictionaries(st.sampled_from([*LIMITS, "email", "website", "fields.seats"]), hostile)
        | anything,
        "flaws": st.lists(hostile) | anything,
        "first_name": hostile | anything,
        "visitor": hostile | anything,
    },
)
CUSTOM = (
    CustomField(name="seats", type="number"), CustomField(name="renews-on", type="date"),
    CustomField(name="plan", type="choice", choices=("Team", "Enterprise")),
)  # fmt: skip


def unsafe(text: str) -> list[str]:
    return [
        f"U+{ord(char):04X}"
        for char in text
        if (unicodedata.category(char) in ("Cc", "Cs") and char != "\n") or char in BIDI
    ]


def texts(lead: CleanLead) -> list[str]:
    """Everything written anywhere in it."""

    def walk(value: object) -> Iterator[str]:
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            yield from walk(list(value.items()))
        elif isinstance(value, list | tuple):
            for one in value:
                yield from walk(one)

    return list(walk(asdict(lead)))


def cleaned(raw: dict[str, Any]) -> CleanLead | None:
    try:
        return clean_lead(raw, CUSTOM)
    except InvalidInputError:
        return None


@given(raw_leads)
@example({"name": "x", "phone": "1 2 3 4 5 6 7 8 9 0 1 2 3 4 5"})
@example({"name": "x", "email": "a@b.example", "fields": ["not", "a", "table"]})
@example({"name": "x", "email": "İ@b.example"})
def test_a_lead_is_either_taken_or_refused_with_reasons(raw: dict[str, Any]) -> None:
    lead = cleaned(raw)
    assert lead is None or (lead.name and (lead.email or lead.phone))


@given(raw_leads)
@example({"name": "a\u200b\u0301", "email": "a@b.example"})
@example({"name": "n", "phone": "12345..............................6"})
def test_cleaning_twice_changes_nothing(raw: dict[str, Any]) -> None:
    lead = cleaned(raw)
    assert lead is None or clean_lead(asdict(lead), CUSTOM) == lead


@given(raw_leads)
def test_what_is_taken_fits_its_columns(raw: dict[str, Any]) -> None:
    lead = cleaned(raw)
    if lead is None:
        return
    for name, limit in COLUMNS.items():
        assert len(getattr(lead, name) or "") <= limit, name
    assert len(lead.fields) <= MAX_FIELDS
    for name, value in lead.fields.items():
        assert len(name) <= 80
        assert isinstance(value, bool | int | None) or len(str(value)) <= MAX_FIELD_VALUE
    assert all(len(text) <= 700 for text in (*lead.originals.values(), *lead.flaws))


@given(raw_leads)
@example({"name": "\u061cx", "email": "a@b.example"})
def test_no_control_bidi_or_surrogate_is_left_anywhere(raw: dict[str, Any]) -> None:
    lead = cleaned(raw)
    for text in texts(lead) if lead else []:
        assert not unsafe(text)
        text.encode("utf-8")


@given(hostile, st.integers(1, 200), st.booleans())
@example("a\u200b\u0301", 5, False)
@example("\u0958" * 100, 100, True)
def test_text_is_bounded_composed_and_stable(raw: str, limit: int, keeps_lines: bool) -> None:
    text = clean_text(raw, limit=limit, keeps_lines=keeps_lines)
    assert len(text) <= limit
    assert unicodedata.is_normalized("NFC", text)
    assert not unsafe(text)
    assert clean_text(text, limit=limit, keeps_lines=keeps_lines) == text
    assert keeps_lines or "\n" not in text


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_a_number_that_json_cannot_carry_is_not_kept_as_a_number(number: float) -> None:
    kept = clean_lead({"email": "a@b.example", "fields": {"budget": number}}).fields["budget"]
    assert kept == number if math.isfinite(number) else kept is None


@pytest.mark.parametrize(
    ("typed", "country", "kept"),
    [
        ("+49 30 901820", None, "+4930901820"), ("030 901820", "DE", "+4930901820"),
        ("030/901820", "de", "+4930901820"),
        ("(212) 555-0123", "US", "+12125550123"), ("030 901820", None, "030 901820"),
    ],
)  # fmt: skip
def test_a_phone_number_is_read_as_dialled_in_the_country(typed: str, country: str | None, kept: str) -> None:
    assert clean_phone(typed, country=country) == kept


@pytest.mark.parametrize("typed", ["1", "call me", "+49", "+1 1", "5" * 40, "5" * 20])
def test_what_cannot_be_a_phone_number_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(ValueError, match=r"\+49 30 1234567"):
        clean_phone(typed, country="DE")


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        ({}, "name"), ({"name": "Jane"}, "email"), ({"name": "Jane", "email": "not an address"}, "email"),
        ({"name": "Jane", "email": "a@b.example, c@d.example"}, "email"), ({"email": "a@b"}, "email"),
        ({"name": "Jane", "phone": "1", "country": "DE"}, "phone"),
        ({"email": "a@b.example", "fields": {str(n): n for n in range(MAX_FIELDS + 1)}}, "fields"),
    ],
)  # fmt: skip
def test_a_refusal_names_the_field(raw: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        clean_lead(raw)
    assert [problem.field for problem in refused.value.problems] == [field]


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(InvalidInputError) as refused:
        clean_lead({"name": "Jane", "email": "nope", "phone": "1", "country": "DE"})
    assert [problem.field for problem in refused.value.problems] == ["email", "phone"]


def test_an_address_lends_its_name_to_a_lead_without_one() -> None:
    lead = clean_lead({"email": "Jane.Doe@Acme.Example"})
    assert (lead.name, lead.email) == ("jane.doe", "jane.doe@acme.example")


@pytest.mark.parametrize("said", [None, "", 0, False, "false", "no", "maybe", 1.5, ["yes"]])
def test_consent_is_given_only_in_so_many_words(said: object) -> None:
    assert clean_lead({"email": "a@b.example", "consent": said}).consent is False


@pytest.mark.parametrize("said", [True, "true", "Yes", 1])
def test_consent_given_is_kept(said: object) -> None:
    assert clean_lead({"email": "a@b.example", "consent": said}).consent is True
