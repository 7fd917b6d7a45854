"""Which column is which field: by headings in nine languages, by what is in the cells, and by what a person says."""

# ruff: noqa: RUF001 - the letters are meant

from collections.abc import Sequence

import pytest

from bot.errors import InvalidInputError
from bot.playbook.fields import CustomField
from bot.rules.mapping.guessing import FIELDS, MOST_EXTRA, Column, as_raw, changed, choices, guess, raw_maker
from bot.rules.mapping.words import says_yes
from bot.rules.tables import Row


def rows(*given: Sequence[str]) -> list[Row]:
    return [Row(number, list(cells)) for number, cells in enumerate(given, start=2)]


def fields(headings: Sequence[str], *given: Sequence[str], custom: tuple[CustomField, ...] = ()) -> list[str | None]:
    return [column.field for column in guess(headings, rows(*given), custom)]


def raw(headings: Sequence[str], cells: Sequence[str]) -> dict[str, object]:
    return as_raw(Row(2, list(cells)), guess(headings, rows(cells)))


@pytest.mark.parametrize(("headings", "expected"), [
    ("Email,Full name,Company,Job Title,Phone Number,Country,Lead Source",
     "email name company title phone country source"),
    ("E-Mail-Adresse,Vorname,Nachname,Firma,Telefonnummer,Land,Bemerkungen",
     "email first_name last_name company phone country message"),
    ("Adresse e-mail,Prénom,Nom,Société,Téléphone,Fonction,Pays",
     "email first_name last_name company phone title country"),
    ("Correo electrónico,Nombre,Apellidos,Empresa,Teléfono,Cargo,País",
     "email first_name last_name company phone title country"),
    ("E-mail,Nome,Sobrenome,Empresa,Telefone,Cargo,Mensagem", "email first_name last_name company phone title message"),
    ("Posta elettronica,Nome,Cognome,Azienda,Telefono,Ruolo,Nazione",
     "email first_name last_name company phone title country"),
    ("E-mailadres,Voornaam,Achternaam,Bedrijfsnaam,Telefoonnummer,Functie,Herkomst",
     "email first_name last_name company phone title source"),
    ("Adres e-mail,Imię,Nazwisko,Nazwa firmy,Numer telefonu,Stanowisko,Zgoda marketingowa",
     "email first_name last_name company phone title consent"),
    ("メールアドレス,姓,名,会社名,電話番号,役職,備考", "email last_name first_name company phone title message"),
    ("E-mail 1 - Value,Given Name,Family Name,Organization 1 - Name,Phone 1 - Value",
     "email first_name last_name company phone"),
])  # fmt: skip
def test_headings_of_nine_languages_are_known(headings: str, expected: str) -> None:
    assert fields(headings.split(",")) == expected.split()


@pytest.mark.parametrize(("heading", "field"), [
    ("E-MAIL", "email"), ("e mail", "email"), ("Email Address*", "email"), ("Your e-mail (required)", "email"),
    ("emailAddress", "email"), ("lead_email", "email"), ("properties.email", "email"), ("Contact: Email", "email"),
    ("Emial Address", "email"), ("Telefonummer", "phone"), ("Comapny Name", "company"), ("ＥＭＡＩＬ", "email"),
    ("ご担当者名", "name"), ("utm_campaign", "campaign"), ("Company website", "website"),
])  # fmt: skip
def test_spellings_and_mistakes_do_not_matter(heading: str, field: str) -> None:
    assert fields([heading]) == [field]


@pytest.mark.parametrize("heading", [
    "Date of birth", "City", "PLZ", "Fax", "Email status", "Company size", "Lead ID", "郵便番号", "Straße",
    "Created at", "County Name", "File name", "Phone extension",
])  # fmt: skip
def test_what_only_sounds_like_a_field_is_kept_as_it_is(heading: str) -> None:
    assert fields([heading]) == [f"fields.{heading}"]


def test_every_guess_has_a_confidence_and_a_reason() -> None:
    sure, similar, extra = guess(["Firma", "Telefonummer", "Budget"], rows(["Acme GmbH", "+49 30 1234567", "10"]))
    assert 1 >= sure.confidence > similar.confidence > 0.5 == extra.confidence
    assert sure.why == "“Firma” is a usual name for it"
    assert similar.why == "“Telefonummer” is nearly a usual name for it, and its cells look like it"
    assert extra.why == "kept as an extra field"


def test_cells_decide_where_headings_mislead() -> None:
    people = (["jane@x.example", "+49 30 1234567"], ["john@x.example", "+49 30 7654321"])
    assert fields(["Phone", "Email"], *people) == ["email", "phone"] or "email" not in fields(
        ["Phone", "Email"], *people
    )
    assert fields(["Contact", "Direct line?"], *people)[1] == "phone"
    assert fields(["Title", "Job title"], ["Dr.", "CTO"], ["Mr", "CEO"]) == ["salutation", "title"]
    assert fields(["Consent"], ["2024-05-01"], ["2024-05-02"]) == ["fields.Consent"]


def test_without_headings_the_cells_show_what_they_are() -> None:
    given = (
        ["Jane Doe", "jane@x.example", "+49 30 1234567", "Acme GmbH"],
        ["John Roe", "j@y.example", "030 7654321", "B AG"],
    )
    assert fields([f"Column {at}" for at in range(1, 5)], *given) == ["name", "email", "phone", "company"]


def test_coordinates_years_and_numbers_are_no_phones() -> None:
    given = (["120.124206", "2010-11", "0500029"], ["120.2", "2011-12", "1234567"])
    assert fields(["X", "Period", "Code"], *given) == ["fields.X", "fields.Period", "fields.Code"]


def test_no_field_is_given_twice() -> None:
    found = guess(["Email", "E-Mail", "Telefon", "Mobil"])
    assert [one.field for one in found] == ["email", "fields.E-Mail", "phone", "fields.Mobil"]
    assert found[1].why == "“Email” is the e-mail already"
    assert fields(["Name", "Mobil"]) == ["name", "phone"]


@pytest.mark.parametrize(("headings", "expected"), [
    ("Vorname,Name", "first_name last_name"), ("Nome,Cognome", "first_name last_name"),
    ("Naam,Voornaam", "last_name first_name"), ("Nom", "name"), ("Nombre", "name"), ("Nome", "name"),
    ("Vorname", "first_name"), ("Name,Company", "name company"),
    ("First name,Last name,Name", "first_name last_name name"),
])  # fmt: skip
def test_a_name_beside_a_first_name_is_a_last_name(headings: str, expected: str) -> None:
    assert fields(headings.split(",")) == expected.split()


def test_the_parts_of_a_name_are_joined_in_the_order_in_which_it_is_said() -> None:
    assert raw(["Voornaam", "Tussenvoegsel", "Achternaam"], ["Vincent", "van", "Gogh"])["name"] == "Vincent van Gogh"
    assert raw(["Achternaam", "Voornaam"], ["Gogh", ""])["name"] == "Gogh"
    assert raw(["名", "姓"], ["太郎", "山田"])["name"] == "山田 太郎"
    whole = raw(["Name", "First name", "Last name"], ["Dr. Jane Doe", "Jane", "Doe"])
    assert whole["name"] == "Dr. Jane Doe"


def test_the_playbooks_own_fields_are_found_by_all_their_names() -> None:
    custom = (CustomField(name="employees", label="Company size", also_called=("Mitarbeiterzahl", "Headcount")),)
    for heading in ("Employees", "company size", "MITARBEITERZAHL", "headcount"):
        assert fields([heading], custom=custom) == ["fields.employees"]
    assert choices(custom)["fields.employees"] == "Company size"


def test_no_more_extra_fields_than_a_lead_can_have() -> None:
    found = guess(["Email", *(f"Colour {number}" for number in range(MOST_EXTRA + 5))])
    assert [one.field for one in found[-6:]] == [f"fields.Colour {MOST_EXTRA - 1}", *[None] * 5]


def test_a_person_can_say_what_a_column_is() -> None:
    columns = guess(["Email", "Second email", "Note"])
    moved = changed(columns, 1, "email")
    assert [one.field for one in moved] == ["fields.Email", "email", "message"]
    assert moved[1] == Column("Second email", "email", 1.0, "chosen by hand")
    assert [one.field for one in changed(moved, 1, None)] == ["fields.Email", None, "message"]
    assert set(FIELDS) <= set(choices())


def test_what_excel_put_around_a_number_is_taken_off() -> None:
    headings = ["Email", "Phone", "Customer"]
    assert raw(headings, ["j@x.example", '="0049301234567"', '="00123"']) == {
        "email": "j@x.example", "phone": "+49301234567", "fields": {"Customer": "00123"}
    }  # fmt: skip
    assert raw(headings, ["j@x.example", "'+49 30 1234567", "'=1+1"])["phone"] == "+49 30 1234567"
    assert raw(["Last name", "Email"], ["'t Hart", "h@x.example"])["name"] == "'t Hart"


@pytest.mark.parametrize("cell", ["4.93012E+11", "4,93012E+11", "4.9E+12", "1E+11"])
def test_a_number_that_excel_destroyed_is_told_and_never_guessed(cell: str) -> None:
    with pytest.raises(InvalidInputError, match="its digits are lost"):
        raw(["Email", "Phone"], ["j@x.example", cell])
    assert raw(["Email", "Order"], ["j@x.example", cell])["fields"] == {"Order": cell}


def test_a_row_with_a_problem_is_no_lead() -> None:
    with pytest.raises(InvalidInputError, match="ends early"):
        raw_maker(guess(["Email"]))(Row(7, [], "This row ends early."))


def test_only_plain_words_are_a_consent() -> None:
    for word in ("yes", "Ja", "OUI", "sí", "Sim", "vero", "tak", "はい", "x", "TRUE", "1", "Opted-in", "✓"):
        assert says_yes(word), word
    for word in (
        "",
        "no",
        "nein",
        "yes but only by phone",
        "2024-05-01",
        "unknown",
        "not asked",
        "0",
        "pending",
        "N/A",
    ):
        assert not says_yes(word), word
    assert raw(["Email", "Newsletter"], ["j@x.example", "Ja"])["consent"] is True
    assert raw(["Email", "Newsletter"], ["j@x.example", ""])["consent"] is False


def test_rows_of_a_failed_file_can_be_given_again() -> None:
    found = guess(["Line", "Why it was not taken", "Email"])
    assert [one.field for one in found] == [None, None, "email"]
