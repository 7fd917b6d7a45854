"""What a remark in running words tells of a person."""

import pytest

from bot.rules.remarks import read_remark

SAID = (
    ("Met Paul Klein, CTO of Steinbach GmbH, paul.klein@steinbach.example, +49 30 901821",
     "Paul Klein", "CTO", "Steinbach GmbH"),
    ("Spoke to Ana Ruiz from Acme today. She is the head of sales. ana@acme.example",
     "Ana Ruiz", "head of sales", "Acme"),
    ("Paul Klein (CTO, Steinbach GmbH) asked for a price", "Paul Klein", "CTO", "Steinbach GmbH"),
    ("call from Dr. Jana van der Berg, buyer at Noord BV", "Jana van der Berg", "buyer", "Noord BV"),
    ("Please call back: info.berlin@globex.example wants a demo", "", "", "Globex"),
    ("new one for you, jane.doe@initech.example", "Jane Doe", "", "Initech"),
    ("José Peña, Director de Compras, Ibérica SA, jose.pena@iberica.example",
     "José Peña", "Director de Compras", "Ibérica SA"),
    ("Can somebody call them back tomorrow?", "", "", ""),
    ("Acme Systems GmbH, wants a quote", "", "", "Acme Systems GmbH"),
    ("lead: John O'Neil, VP Sales, Acme Inc., john@acme.example", "John O'Neil", "VP Sales", "Acme Inc."),
    ("Please call Acme Inc. about the renewal", "", "", "Acme Inc"),
    ("please ring acme ltd", "", "", "please ring acme ltd"),
    ("They are now Smith and Sons Ltd, Dublin", "", "", "Smith and Sons Ltd"),
    ("", "", "", ""),
)  # fmt: skip


@pytest.mark.parametrize(("text", "name", "title", "company"), SAID)
def test_a_remark_names_who_they_are_and_what_they_do(text: str, name: str, title: str, company: str) -> None:
    found = read_remark(text)
    assert (found.name, found.title, found.company) == (name, title, company)


def test_a_signature_says_it_better_than_the_words_above_it() -> None:
    text = "I met Tom Other, CEO of Other Inc.\n\nBest regards\nMax Muster\nHead of Sales, Muster\nmax@muster.example"
    found = read_remark(text)
    assert (found.name, found.title) == ("Max Muster", "Head of Sales")
