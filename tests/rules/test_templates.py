"""What strangers type about themselves may stand in a letter of ours, and carries no address of theirs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.sequences.templates import VALUE_MAX, harmless


@pytest.mark.parametrize(
    "value",
    [
        "Jane Doe",
        "Dr. Jane O'Neil-Müller",
        "J. R. Smith",
        "Acme Inc.",
        "Müller & Söhne GmbH",
        "St. Mary's",
        "3.5 Labs",
        "Jane Doe, M.Sc.",
        "v1.2",
    ],
)
def test_names_stay_as_they_are(value: str) -> None:
    assert harmless(value) == value


@pytest.mark.parametrize(
    "value",
    [
        "You won https://evil.example/x", "www.evil.example", "WWW.EVIL.example", "evil.example",
        "Jane evil.example/win",
        "mail me@evil.example", "x" * (VALUE_MAX + 1), "hxxp://evil", "Jane\nhttp://evil.example", "пример.рф",
        "Win at evil.example.", "evil.com_", "see evil.com.x", "evil\u3002com", "evil\uff0ecom", "evil\u2024com",
        "Jane 192.0.2.7/x", "me\uff20evil",
    ],
)  # fmt: skip
def test_what_a_mail_program_makes_a_link_of_is_left_out(value: str) -> None:
    assert harmless(value) == ""


def test_a_company_that_is_called_like_its_own_domain_keeps_its_name() -> None:
    assert harmless("Booking.com", domain="booking.com") == "Booking.com"
    assert harmless("Booking.com", domain="acme.example") == ""


@given(st.text(max_size=100), st.sampled_from(["http://", "https://", "www.", "://"]), st.text(max_size=20))
def test_no_address_gets_through_whatever_is_around_it(before: str, scheme: str, after: str) -> None:
    assert harmless(f"{before}{scheme}{after}") == ""
