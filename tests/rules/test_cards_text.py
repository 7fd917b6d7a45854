"""Business cards and lists as people paste them: every part is recognised by its shape, and nothing is thrown away."""

from typing import Any

import pytest

from bot.rules.cards_text import MOST_CARDS, raw_of, read_cards


@pytest.mark.parametrize(("line", "expected"), [
    ("Jane Doe, Acme GmbH, CTO, jane@acme.example, +49 30 1234567",
     {"name": "Jane Doe", "company": "Acme GmbH", "title": "CTO", "email": "jane@acme.example",
      "phone": "+49 30 1234567"}),
    ("John Roe\tBeta, Inc.\tVP Sales\tjohn@beta.example\t(415) 555-0100\tUSA",
     {"name": "John Roe", "company": "Beta, Inc.", "title": "VP Sales", "email": "john@beta.example",
      "phone": "(415) 555-0100", "country": "USA"}),
    ("Robin Smith, Acme, Inc., robin@acme.example",
     {"name": "Robin Smith", "company": "Acme, Inc.", "email": "robin@acme.example"}),
    ("Ana García | Café Sol S.L. | Directora de compras | Tel: +34 600 123 456 | www.cafesol.example | España",
     {"name": "Ana García", "company": "Café Sol S.L.", "title": "Directora de compras", "phone": "+34 600 123 456",
      "website": "www.cafesol.example", "country": "España"}),
    ("山田太郎, 株式会社サンプル, 部長, yamada@sample.example, 03-1234-5678",
     {"name": "山田太郎", "company": "株式会社サンプル", "title": "部長", "email": "yamada@sample.example",
      "phone": "03-1234-5678"}),
    ("Peter Pan <peter@neverland.example>; Neverland Ltd; met at booth 7",
     {"name": "Peter Pan", "email": "peter@neverland.example", "company": "Neverland Ltd",
      "message": "met at booth 7"}),
    ("Müller, Stadtwerke Köln, hans.mueller@stadtwerke.example",
     {"name": "Müller", "company": "Stadtwerke Köln", "email": "hans.mueller@stadtwerke.example"}),
    ("BOB JONES, INITECH, bob@initech.example",
     {"name": "BOB JONES", "company": "INITECH", "email": "bob@initech.example"}),
    ("Georgia Jordan, georgia@x.example", {"name": "Georgia Jordan", "email": "georgia@x.example"}),
    ("jane@x.example", {"email": "jane@x.example"}),
    ("+49 170 1234567", {"phone": "+49 170 1234567"}),
    ("mailto:jane@x.example, second@x.example", {"email": "jane@x.example", "message": "second@x.example"}),
])  # fmt: skip
def test_a_line_is_a_person(line: str, expected: dict[str, Any]) -> None:
    assert raw_of(line) == expected


def test_every_line_is_one_and_keeps_its_number() -> None:
    cards = read_cards("\n1. Jane Doe, jane@x.example\n- John Roe; john@x.example\n\n• Ann Poe\tann@x.example\n")
    assert [(card.line, card.raw["name"], card.raw["email"]) for card in cards] == [
        (2, "Jane Doe", "jane@x.example"), (3, "John Roe", "john@x.example"), (5, "Ann Poe", "ann@x.example")
    ]  # fmt: skip
    assert cards[0].text == "Jane Doe, jane@x.example"


def test_lines_around_one_address_are_one_card() -> None:
    text = "Max Power\nHead of Power\nPower AG\nTel. +49 170 1234567\nmax@power.example\n\nJane Doe, jane@x.example\n"
    first, second = read_cards(text)
    assert (first.line, first.raw) == (1, {
        "name": "Max Power", "title": "Head of Power", "company": "Power AG", "phone": "+49 170 1234567",
        "email": "max@power.example",
    })  # fmt: skip
    assert (second.line, second.raw["name"]) == (7, "Jane Doe")


def test_a_list_of_addresses_is_many() -> None:
    assert [card.raw for card in read_cards("a@x.example\nb@x.example\n")] == [
        {"email": "a@x.example"}, {"email": "b@x.example"}
    ]  # fmt: skip


def test_cards_from_a_telephone() -> None:
    text = (
        "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Doe;Jane;;;\r\nFN:Dr. Jane Doe\r\nORG:Acme GmbH;R&D\r\nTITLE:CTO\r\n"
        "item1.EMAIL;TYPE=work:jane@acme.exa\r\n mple\r\nTEL;TYPE=cell:+49 170 1234567\r\n"
        "ADR;TYPE=WORK:;;Street 1;Berlin;;10115;Germany\r\nNOTE:Met\\, twice\\nat the fair\r\nEND:VCARD\r\n"
        "BEGIN:VCARD\nN:Roe;John\nEMAIL:john@x.example\nEND:VCARD"
    )
    first, second = read_cards(text)
    assert first.raw == {
        "name": "Dr. Jane Doe", "company": "Acme GmbH", "title": "CTO", "email": "jane@acme.example",
        "phone": "+49 170 1234567", "country": "Germany", "message": "Met, twice at the fair",
    }  # fmt: skip
    assert (second.line, second.raw) == (13, {"name": "John Roe", "email": "john@x.example"})


def test_what_is_not_understood_is_kept_as_the_message() -> None:
    assert raw_of("see me at booth 42") == {"message": "see me at booth 42"} or "42" in str(
        raw_of("see me at booth 42")
    )
    assert raw_of("Jane Doe; jane@x.example; wants 3 seats; by June")["message"] == "by June"


def test_no_more_than_can_be_looked_at() -> None:
    assert len(read_cards("\n".join(f"p{number}@x.example" for number in range(MOST_CARDS + 9)))) == MOST_CARDS
    assert read_cards("  \n\n") == []
