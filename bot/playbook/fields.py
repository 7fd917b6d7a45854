"""The playbook's own fields of a lead: what else a team wants to know, of which type, and who may see it."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from bot.playbook.parts import Mistake, Name, Part, Word, refusal
from bot.rules.cleaning.fields import PREFIX, by_spelling, spelled
from bot.rules.values import LEAD_FIELDS

Choice = Annotated[Word, Field(max_length=75)]  # Slack's choices hold so much


class CustomField(Part):
    """A field beside the usual ones; it is kept in the lead's extra fields under its name."""

    name: Name
    label: Annotated[str, Field(max_length=60)] = ""
    type: Literal["text", "number", "date", "choice", "yes or no"] = "text"
    choices: Annotated[tuple[Choice, ...], Field(max_length=100)] = ()
    seen_by: Literal["everyone", "managers"] = "everyone"
    also_called: tuple[Word, ...] = ()  # in the headings of files

    @model_validator(mode="after")
    def only_a_choice_has_choices(self) -> Self:
        if (self.type == "choice") != bool(self.choices):
            why = "a choice needs its choices" if self.type == "choice" else 'only type = "choice" has choices'
            raise refusal("CustomField", [(("choices",), why)])
        return self

    @property
    def shown(self) -> str:
        """What people call it."""
        return self.label or self.name.replace("-", " ").capitalize()

    def is_seen(self, *, by_manager: bool) -> bool:
        return by_manager or self.seen_by == "everyone"


def visible_fields(
    fields: Mapping[str, Any], custom: Sequence[CustomField], *, is_manager: bool = False
) -> dict[str, str]:  # fmt: skip
    """What a lead's extra fields say, for this reader: by their labels, the playbook's own first, then what else came.

    The one way to show them; whatever many people read is for somebody who is no manager.
    """
    asked = by_spelling(custom)
    own = {one.name: (one, "") for one in custom if one.is_seen(by_manager=is_manager)}
    rest: dict[str, str] = {}
    for name, value in fields.items():
        one = asked.get(spelled(str(name)))  # also what came before the playbook asked for it
        if one is None:
            rest[str(name)] = shown_value(value)
        elif one.name in own:
            own[one.name] = (own[one.name][0], shown_value(value))
    said = {one.shown: value for one, value in own.values()} | rest
    return {label: value for label, value in said.items() if value}


class Hidden(frozenset[str]):
    """Names of fields, found in whatever spelling."""

    def __contains__(self, name: object) -> bool:
        return super().__contains__(spelled(str(name)))


def hidden_names(custom: Sequence[CustomField], *, is_manager: bool = False) -> Hidden:
    """Fields this reader must not see, as changes and originals name them: fields.discount."""
    asked = by_spelling(custom).items()
    seen = {one.name for one in custom if one.is_seen(by_manager=is_manager)}
    return Hidden(PREFIX + spelling for spelling, one in asked if one.name not in seen)


def shown_value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def field_mistakes(fields: Sequence[CustomField]) -> list[Mistake]:
    """Names that would mean two things, in files, forms or conditions."""
    taken = {spelled(name): "a lead has that already" for name in LEAD_FIELDS}
    mistakes: list[Mistake] = []
    for number, one in enumerate(fields):
        for key, name in [("name", one.name), *(("also_called", other) for other in one.also_called)]:
            if spelled(name) in taken:
                mistakes.append((("fields", number, key), f"'{name}' cannot be used: {taken[spelled(name)]}"))
            taken.setdefault(spelled(name), f"the field '{one.name}' is called so too")
    return mistakes
