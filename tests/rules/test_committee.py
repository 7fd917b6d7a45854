"""Who decides in a company is told by titles: every part that somebody plays, and those that nobody plays yet."""

import pytest

from bot.playbook.matching import ROLES
from bot.rules.accounts import goes_with
from bot.rules.committee import missing, roles_of

DECIDES, BUDGET, TECHNOLOGY, USER = (role.name for role in ROLES)


@pytest.mark.parametrize(
    ("title", "roles"),
    [
        ("CEO", [DECIDES]), ("Co-Founder & CTO", [DECIDES, TECHNOLOGY]), ("IT Manager", [TECHNOLOGY]),
        ("IT-Manager", [TECHNOLOGY]), ("Sales Manager", [USER]), ("Head of Finance", [BUDGET]),
        ("Managing Director", [DECIDES]), ("Geschäftsführer", [DECIDES]), ("Financier", []), ("", []), (None, []),
    ],
)  # fmt: skip
def test_a_title_tells_the_parts_that_somebody_plays(title: str | None, roles: list[str]) -> None:
    assert list(roles_of(title, ROLES)) == roles


def test_what_nobody_plays_yet_is_missing() -> None:
    assert missing(["CEO", None, "Data Analyst"], ROLES) == (BUDGET, TECHNOLOGY)
    assert missing([], ROLES) == tuple(role.name for role in ROLES)


@pytest.mark.parametrize(
    ("name", "domain"),
    [
        ("acme", "acme.example"), ("acme corporation", "acme.co.uk"), ("deutsche telekom", "telekom.de"),
        ("international business machines", "ibm.com"), ("bmw group", "bmw.de"), ("müller & söhne", "müller-söhne.de"),
        ("3m", "3m.com"),
    ],
)  # fmt: skip
def test_a_company_may_own_a_domain_that_is_called_like_it(name: str, domain: str) -> None:
    assert goes_with(name, domain)


@pytest.mark.parametrize(
    ("name", "domain"), [("siemens", "evil.example"), ("acme", "gmx-mail.example"), ("", "a.example")]
)
def test_a_company_does_not_own_just_any_domain(name: str, domain: str) -> None:
    assert not goes_with(name, domain)
