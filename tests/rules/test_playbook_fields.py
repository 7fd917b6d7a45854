"""The playbook's own fields: what each may be called, and who may see what stands in it."""

import pytest

from bot.playbook.fields import CustomField, hidden_names, visible_fields
from bot.playbook.playbook import PlaybookError, parse_playbook

SEATS = CustomField(name="seats", type="number", label="Seats wanted")
DISCOUNT = CustomField(name="discount", seen_by="managers", also_called=("rebate",))
CUSTOM = (SEATS, DISCOUNT)
ANSWERS = {"colour": "red", "discount": "20 %", "seats": 5, "trial": True, "empty": None}


SMALLEST = """
[[stages]]
name = "new"
[[stages]]
name = "won"
kind = "won"
[[stages]]
name = "lost"
kind = "lost"
[[teams]]
name = "smb"
channel = "#smb"
[[routes]]
name = "all"
team = "smb"
"""


def test_managers_see_every_field_by_its_label_the_playbooks_own_first() -> None:
    shown = visible_fields(ANSWERS, CUSTOM, is_manager=True)
    assert list(shown.items()) == [("Seats wanted", "5"), ("Discount", "20 %"), ("colour", "red"), ("trial", "yes")]


@pytest.mark.parametrize("spelling", ["discount", "Discount", "rebate", "Rebate"])
def test_what_only_managers_see_is_hidden_however_it_was_spelled(spelling: str) -> None:
    assert visible_fields({spelling: "20 %", "seats": 5}, CUSTOM) == {"Seats wanted": "5"}


def test_hidden_fields_are_named_as_changes_name_them_however_they_were_spelled() -> None:
    hidden = hidden_names(CUSTOM)
    assert all(name in hidden for name in ("fields.discount", "fields.Discount", "fields.DISCOUNT ", "fields.Rebate"))
    assert "fields.seats" not in hidden
    assert hidden_names(CUSTOM, is_manager=True) == frozenset()


@pytest.mark.parametrize(
    ("field", "says"),
    [
        ('name = "email"', "'email' cannot be used: a lead has that already"),
        ('name = "seats"', "'seats' cannot be used: the field 'seats' is called so too"),
        ('name = "places", also_called = ["Seats"]', "'Seats' cannot be used: the field 'seats' is called so too"),
        ('name = "plan-b", type = "choice"', "a choice needs its choices"),
        ('name = "plan-b", choices = ["a"]', 'only type = "choice" has choices'),
        ('name = "Plan B"', "write small letters, digits and hyphens"),
    ],
)  # fmt: skip
def test_a_name_that_would_mean_two_things_is_a_mistake(field: str, says: str) -> None:
    given = f'fields = [{{ name = "seats", type = "number" }}, {{ {field} }}]\n'
    with pytest.raises(PlaybookError) as refused:
        parse_playbook(given + SMALLEST, "playbook.toml")
    assert says in str(refused.value)


def test_conditions_ask_for_the_playbooks_own_fields() -> None:
    many = """[[routes]]
    name = "many"
    team = "smb"
    when = [{ field = "fields.seats", at_least = 5 }]
    [[routes]]"""
    text = 'fields = [{ name = "seats", type = "number" }]\n' + SMALLEST.replace("[[routes]]", many)
    assert parse_playbook(text, "playbook.toml").routes[0].when[0].field == "fields.seats"


def test_conditions_ask_for_a_country_by_the_code_under_which_it_is_kept() -> None:
    german = SMALLEST.replace(
        "[[routes]]",
        """[[routes]]
    name = "german"
    team = "smb"
    when = [{ field = "country", is = ["Deutschland"] }]
    [[routes]]""",
    )
    with pytest.raises(PlaybookError, match="the country is read as 'de', so write that"):
        parse_playbook(german, "playbook.toml")
    assert parse_playbook(german.replace("Deutschland", "DE"), "playbook.toml")
