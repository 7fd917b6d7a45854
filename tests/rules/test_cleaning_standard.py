"""What people type takes one standard form, what they wrote stays beside it, and what is odd is told, never changed."""

from dataclasses import asdict
from datetime import date
from typing import Any

import pytest
import tldextract
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

from bot.errors import InvalidInputError
from bot.playbook.fields import CustomField
from bot.rules.cleaning import links as cleaning_links
from bot.rules.cleaning import phone as cleaning_phone
from bot.rules.cleaning.email import email_flaws
from bot.rules.cleaning.lead import CleanLead, clean_lead
from bot.rules.cleaning.links import standard_website
from bot.rules.cleaning.names import standard_company, standard_name, standard_title
from bot.rules.cleaning.places import country_code, guessed_zone
from bot.rules.cleaning.text import clean_text
from bot.rules.domains import registrable, suffixes

SEATS = CustomField(name="seats", type="number", also_called=("number of seats",))
RENEWS = CustomField(name="renews-on", type="date")
PLAN = CustomField(name="plan", type="choice", choices=("Team", "Enterprise"))
PARTNER = CustomField(name="partner", type="yes or no", label="Is a partner")
CUSTOM = (SEATS, RENEWS, PLAN, PARTNER, CustomField(name="allergies"))


def lead(**raw: Any) -> CleanLead:
    return clean_lead({"email": "jane@acme.example", **raw}, CUSTOM)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Jane Doe", "Jane Doe"), ("JANE DOE", "Jane Doe"), ("jane doe", "Jane Doe"), ("Doe, Jane", "Jane Doe"),
        ("DOE, JANE M.", "Jane M. Doe"), ("Mr. John Smith", "John Smith"), ("Mr Smith", "Mr Smith"),
        ("HERR DR. MAX MÜLLER", "Dr. Max Müller"), ("Jane Doe, PhD", "Jane Doe, PhD"),
        ("Jane Doe, Jr.", "Jane Doe, Jr."),
        ("ludwig van beethoven", "Ludwig van Beethoven"), ("RONALD MCDONALD", "Ronald McDonald"),
        ("o'neil, shaq", "Shaq O'Neil"), ("ANNE-MARIE D'ANGELO", "Anne-Marie D'Angelo"), ("JD SMITH", "JD Smith"),
        ("HENRY FORD II", "Henry Ford II"), ("von der Leyen, Ursula", "Ursula von der Leyen"), ("李小龙", "李小龙"),
        ("Smith, Jones, and Partners", "Smith, Jones, and Partners"), ("DeShawn McKay", "DeShawn McKay"),
    ],
)  # fmt: skip
def test_a_name_is_written_as_its_owner_would(typed: str, name: str) -> None:
    assert standard_name(typed) == name


@pytest.mark.parametrize(
    ("typed", "company"),
    [
        ("IBM", "IBM"), ("ACME CORPORATION", "Acme Corporation"), ("acme gmbh", "Acme GmbH"),
        ("BMW GROUP", "BMW Group"),
        ("Acme GmbH & Co. KG", "Acme GmbH & Co. KG"), ("booking.com", "booking.com"), ("adidas", "Adidas"),
        ("THE HOME DEPOT, INC.", "The Home Depot, Inc."), ('"Acme"', "Acme"), ("3M", "3M"), ("SAP SE", "SAP SE"),
        ("müller & söhne gmbh & co. kg", "Müller & Söhne GmbH & Co. KG"), ("eBay", "eBay"), ("n/a", ""), ("---", ""),
    ],
)  # fmt: skip
def test_a_company_keeps_short_capitals_and_its_own_mixture(typed: str, company: str) -> None:
    assert standard_company(typed) == company


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("CEO", "CEO"), ("ceo", "CEO"), ("SALES MGR", "Sales Manager"), ("v.p. of sales", "VP of Sales"),
        ("Sr. Software Eng.", "Senior Software Engineer"), ("head of it", "Head of IT"), ("VP of Sales", "VP of Sales"),
        ("co-founder/ceo", "Co-Founder/CEO"), ("Director, Sales", "Director, Sales"),
    ],
)  # fmt: skip
def test_a_title_is_spelled_out_where_everybody_shortens_it(typed: str, title: str) -> None:
    assert standard_title(typed) == title


@given(st.text(max_size=30))
def test_a_standard_form_is_its_own(text: str) -> None:
    text = clean_text(text, limit=200)
    for form in (standard_name, standard_company, standard_title):
        assert form(form(text)) == form(text)


@pytest.mark.parametrize(
    "named",
    [
        "DE", "de", "DEU", "276", "Germany", "GERMANY", "Deutschland", "Allemagne", "Alemania", "Germania", "Германия",
        "ドイツ", "德国", "Niemcy", "Almanya", "Bundesrepublik Deutschland",
    ],
)  # fmt: skip
def test_a_country_is_known_by_its_codes_and_in_many_languages(named: str) -> None:
    assert country_code(named) == "DE"


@pytest.mark.parametrize(
    ("named", "code"),
    [
        ("UK", "GB"), ("U.K.", "GB"), ("England", "GB"), ("U.S.A.", "US"), ("Holland", "NL"), ("Schweiz", "CH"),
        ("cote d'ivoire", "CI"), ("Trinidad & Tobago", "TT"), ("XX", None), ("EU", None),
        ("Atlantis", None), ("", None),
    ],
)  # fmt: skip
def test_other_names_of_countries(named: str, code: str | None) -> None:
    assert country_code(named) == code


def test_a_country_that_cannot_be_read_stays_as_typed_and_the_rep_is_told() -> None:
    found = lead(country="Atlantis")
    assert (found.country, found.flaws) == (
        "Atlantis", ("I do not know the country “Atlantis”; it is kept as it was typed.",)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("address", "meant"),
    [
        ("jane@gmial.com", "jane@gmail.com"), ("jane@gmail.con", "jane@gmail.com"),
        ("jane@gmail.co", "jane@gmail.com"),
        ("jane@hotmial.com", "jane@hotmail.com"), ("jane@acme.con", "jane@acme.com"),
        ("jane@acme.cmo", "jane@acme.com"),
        ("jane@yaho.com", "jane@yahoo.com"),
        ("jane@outlok.com", "jane@outlook.com"), ("jane@acme.orgg", "jane@acme.org"),
    ],
)  # fmt: skip
def test_a_slip_of_the_finger_is_asked_about_and_not_changed(address: str, meant: str) -> None:
    found = clean_lead({"email": address})
    assert found.email == address
    assert f"Did you mean {meant}?" in found.flaws[0]


@pytest.mark.parametrize(
    "address",
    [
        "jane@gmail.com", "jane@mail.com", "jane@yahoo.co.uk", "jane@yahoo.ca", "jane@acme.co", "jane@acme.cm",
        "jane@ymail.com", "jane@gmx.de", "jane@outlook.es", "jane@orange.fr", "jane@acme.example",
    ],
)  # fmt: skip
def test_an_address_that_may_well_be_right_raises_no_question(address: str) -> None:
    assert email_flaws(address) == []


@pytest.mark.parametrize("domain", ["mailinator.com", "in.mailinator.com", "yopmail.com"])
def test_a_throw_away_address_is_told(domain: str) -> None:
    assert email_flaws(f"x@{domain}") == [f"The e-mail address is a throw-away one, of {domain}."]


def test_a_phone_number_is_read_in_the_country_as_people_name_it() -> None:
    found = lead(phone="030 901820", country="Deutschland")
    assert (found.phone, found.country) == ("+4930901820", "DE")
    assert found.originals == {"phone": "030 901820", "country": "Deutschland"}


def test_a_number_that_is_only_kept_or_nobody_has_is_told() -> None:
    assert lead(phone="030 901820").flaws == (cleaning_phone.UNREAD,)
    assert lead(phone="+1 111 111 1111").flaws == (cleaning_phone.UNKNOWN,)


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("acme.example", "https://acme.example"), ("HTTP://WWW.Acme.Example:80/", "http://www.acme.example"),
        ("acme.example/a?b=c#d", "https://acme.example/a?b=c"), ("münchen.de", "https://xn--mnchen-3ya.de"),
        ("acme.example:8443/x", "https://acme.example:8443/x"), ("//acme.example", "https://acme.example"),
    ],
)  # fmt: skip
def test_a_website_has_its_scheme_and_a_plain_host(typed: str, url: str) -> None:
    assert standard_website(typed) == (url, "")


@pytest.mark.parametrize(
    "typed",
    [
        "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "https://user:pw@acme.example", "https://",
        "http://acme.example\\@evil.example", "mailto:jane@acme.example", "https://a b.example", "x" * 400,
    ],
)  # fmt: skip
def test_what_no_browser_should_open_is_left_out_and_told(typed: str) -> None:
    found = lead(website=typed)
    assert (found.website, found.flaws) == (None, (cleaning_links.NOT_SAFE,))
    assert found.originals["website"] == typed


@pytest.mark.parametrize(
    "host", ["localhost", "10.0.0.1", "192.168.1.9", "[::1]", "intranet", "crm.local", "127.1.1.1"]
)
def test_an_address_of_somebodys_own_network_is_told(host: str) -> None:
    assert lead(website=f"http://{host}/x").flaws == (cleaning_links.PRIVATE,)


def test_what_they_wrote_stays_beside_every_standard_form() -> None:
    found = lead(
        name="DOE, JANE", email="Jane@Acme.Example", company="ACME CORPORATION", title="sales mgr", country="Germany",
        phone="030/901820", website="Acme.example", fields={"Number of seats": "51-200"},
    )  # fmt: skip
    assert found.originals == {
        "name": "DOE, JANE", "email": "Jane@Acme.Example", "company": "ACME CORPORATION", "title": "sales mgr",
        "country": "Germany", "phone": "030/901820", "website": "Acme.example", "fields.seats": "51-200",
    }  # fmt: skip
    assert clean_lead(asdict(found), CUSTOM) == found


def test_first_and_last_name_make_a_name() -> None:
    assert lead(first_name="JANE", last_name="DOE").name == "Jane Doe"


def test_nobody_can_put_words_into_our_mouth() -> None:
    assert lead(flaws=["Call +1 900 555 0100 at once."]).flaws == ()


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("seats", "51-200 employees", 51), ("Number of Seats", "1,200", 1200), ("seats", 7.5, 7.5), ("seats", "", None),
        ("renews-on", "2026-11-24", "2026-11-24"), ("Renews on", "24.11.2026", "2026-11-24"),
        ("renews_on", "24/11/2026", "2026-11-24"), ("renews-on", date(2026, 11, 24), "2026-11-24"),
        ("renews-on", "5 Nov 2026", "2026-11-05"), ("renews-on", "5/5/2026", "2026-05-05"),
        ("plan", "ENTERPRISE", "Enterprise"), ("partner", "ja", True), ("Is a partner", "no", False),
        ("allergies", "  many ", "many"),
    ],
)  # fmt: skip
def test_the_playbooks_own_fields_have_their_type(name: str, typed: object, value: object) -> None:
    [found] = lead(fields={name: typed}).fields.values() or [None]
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("name", "typed", "says"),
    [
        ("seats", "many", "this is not a number"), ("renews-on", "11/12/2026", "can be read in one way only"),
        ("renews-on", "soon", "Write it like 2026-11-24"), ("plan", "gold", "They are: Team, Enterprise."),
        ("partner", "perhaps", "neither yes nor no"),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_taken_is_named_by_its_field(name: str, typed: str, says: str) -> None:
    with pytest.raises(InvalidInputError, match=says) as refused:
        lead(fields={name: typed})
    [problem] = refused.value.problems
    assert problem.field == f"fields.{name}"
    assert typed not in problem.reason.replace("2026-11-24", "")


def test_fields_that_nobody_asked_for_are_kept_as_they_are() -> None:
    assert lead(fields={"Shoe size": "44"}).fields == {"Shoe size": "44"}


def test_a_profile_keeps_what_is_known_and_safe() -> None:
    found = lead(profile={
        "interests": "Sailing; chess", "location": " Berlin ", "time_zone": "europe/berlin",
        "preferred_channel": "telephone", "links": ["linkedin.com/in/jane", "javascript:x"], "nonsense": "x",
    })  # fmt: skip
    assert found.profile == {
        "interests": ["Sailing", "chess"], "location": "Berlin", "time_zone": "Europe/Berlin",
        "preferred_channel": "phone", "links": ["https://linkedin.com/in/jane"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("country", "phone", "guess"),
    [
        ("DE", None, ("Europe/Berlin", "guessed from the country")),
        ("US", "+12125550123", ("America/New_York", "guessed from the phone number")),
        (None, "+61291234567", ("Australia/Sydney", "guessed from the phone number")),
        ("US", None, None), (None, "030 901820", None),
    ],
)  # fmt: skip
def test_a_time_zone_that_nobody_told_is_guessed_and_called_a_guess(
    country: str | None, phone: str | None, guess: tuple[str, str] | None
) -> None:
    assert guessed_zone(country, phone) == guess
    if country:
        profile = lead(country=country, phone=phone).profile
        assert (profile.get("time_zone"), profile.get("time_zone_is")) == (guess or (None, None))


def test_hosts_are_parted_as_the_library_parts_them() -> None:
    parts = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)
    for rule in sorted(suffixes())[::25]:
        host = f"mail.acme.{rule.lstrip('!').replace('*', 'wild')}"
        assert registrable(host) == parts(host).top_domain_under_public_suffix, host


@given(
    st.sampled_from(sorted(COUNTRY_CODE_TO_REGION_CODE)), st.text("0123456789", min_size=4, max_size=11),
    st.sampled_from(["", " ", "-", "/", "."]), st.sampled_from([None, "DE", "US"]),
)  # fmt: skip
def test_what_is_quickly_seen_to_be_a_phone_number_is_that_number(
    code: int, digits: str, mark: str, country: str | None
) -> None:
    typed = f"+{code}{mark}{digits[:3]} {digits[3:]}"
    number = cleaning_phone.international(typed)
    assert number is None or cleaning_phone.read_closely(typed, country) == (number, "")


@pytest.mark.parametrize("typed", ["+49 30 901820", "+1 202-456-1111", "+44 20 7946 0958", "+91 98765 43210"])
def test_ordinary_phone_numbers_are_quickly_seen(typed: str) -> None:
    assert cleaning_phone.international(typed) == "+" + "".join(filter(str.isdigit, typed))


@given(
    st.from_regex(r"(?:https?://)?[a-zA-Z0-9.-]{1,30}\.[a-z0-9]{1,6}[a-zA-Z0-9/._?:-]{0,20}", fullmatch=True)
    | st.sampled_from(["https://acme.example/", "acme.local", "acme.example//x", "acme.example/a/", "1.2.3.4"])
)
def test_a_plain_website_is_quickly_seen_as_the_one_that_it_is(typed: str) -> None:
    found, flaw = cleaning_links._standard(typed)
    closely = (found, flaw) if found is None or cleaning_links._standard(found)[0] == found else None
    assert standard_website(typed) == (closely or (None, cleaning_links.NOT_SAFE))
