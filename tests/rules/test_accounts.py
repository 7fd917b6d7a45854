"""One company is one account, whoever of it writes and however its name is spelled."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.accounts import account_of


@pytest.mark.parametrize(
    ("email", "company", "account"),
    [
        ("jane@acme.example", "Something Else", "acme.example"), ("Jane@ACME.Example", None, "acme.example"),
        ("jane@gmail.com", "Acme", "acme"), ("jane@yahoo.co.uk", "Acme", "acme"), ("jane@gmx.de", "Acme", "acme"),
        ("jane@outlook.com", "Acme", "acme"), ("jane@live.nation.example", "Acme", "nation.example"),
        ("jane@mygmail.com", None, "mygmail.com"), (None, "Acme", "acme"), ("jane@gmail.com", None, None),
        (None, None, None), ("", "", None), ("gmail.com", "Acme", "acme"),
    ],
)  # fmt: skip
def test_the_domain_counts_unless_anybody_can_have_an_address_there(
    email: str | None, company: str | None, account: str | None
) -> None:
    assert account_of(email, company) == account


@pytest.mark.parametrize(
    "company",
    [
        "Acme", "ACME, Inc.", "Acme Inc", "acme gmbh", "Acme GmbH & Co. KG", "Acme Ltd.", "Acme S.A.R.L.", "Acme  LLC",
        "Acme S.p.A.", "Acme B.V.", "Acme and Co.", "Acme Pty Ltd", "\"Acme\" AG", "Acme, S.A. de C.V.",
        "\N{FULLWIDTH LATIN CAPITAL LETTER A}cme GmbH",
    ],
)  # fmt: skip
def test_a_legal_form_makes_no_other_company(company: str) -> None:
    assert account_of(None, company) == "acme"


@pytest.mark.parametrize(
    ("company", "account"),
    [
        ("Wellness Spa", "wellness spa"), ("Co", "co"), ("AG", "ag"), ("Sa Bakery", "sa bakery"), ("3 & 3", "3 & 3"),
        ("Müller & Söhne GmbH", "müller & söhne"), ("N/A", None), ("-", None), ("  ", None), ("none", None),
        ("Self-employed", None), ("freelancer", None),
    ],
)  # fmt: skip
def test_what_is_left_is_a_name_or_nothing(company: str, account: str | None) -> None:
    assert account_of("jane@gmail.com", company) == account


@given(st.text(max_size=60))
def test_an_account_is_its_own_account(company: str) -> None:
    account = account_of(None, company)
    assert account is None or account_of(None, account) == account
