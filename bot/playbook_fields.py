"""The playbook's own fields of a lead: what else a team wants to know, of which type, and who may see it."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bot.playbook_parts import Name, Part, Word, refusal


class CustomField(Part):
    """A field beside the usual ones; it is kept in the lead's extra fields under its name."""

    name: Name
    label: Annotated[str, Field(max_length=60)] = ""
    type: Literal["text", "number", "date", "choice", "yes or no"] = "text"
    choices: Annotated[tuple[Word, ...], Field(max_length=100)] = ()
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
