"""What a search can ask about a lead: every field by its name, what else it is called, and how it is compared."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz, process, utils

from bot.playbook.fields import CustomField

Kind = Literal[
    "words", "plain words", "text", "name", "code", "phone", "person", "number", "money", "moment", "day",
    "yes or no", "has", "import", "id", "segment", "fields.text", "fields.name", "fields.number", "fields.yes or no",
]  # fmt: skip
LEVELS = ("lead", "mql", "sql", "rejected")
STATES = ("live", "archived", "merged", "undone")
CLOSE_ENOUGH = 60
EXTRA = "fields."


@dataclass(frozen=True)
class Field:
    """One field, and for what it is compared with: "text" by words, "name" as a whole, "code" as one of a few."""

    name: str
    kind: Kind
    is_past: bool = False  # of a moment: a weekday means the last one, not the next
    also: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    column: str = ""

    @property
    def key(self) -> str:
        return self.column or self.name


FIELDS = (
    Field("name", "text"), Field("email", "text", also=("mail", "e-mail")),
    Field("phone", "phone", also=("tel", "telephone", "mobile")), Field("company", "text", also=("firm",)),
    Field("title", "text", also=("job", "role")), Field("message", "text"), Field("website", "text", also=("url",)),
    Field("stage", "code"), Field("level", "code", options=LEVELS), Field("state", "code", options=STATES),
    Field("account", "code"), Field("owner", "person", also=("rep",)), Field("team", "name"),
    Field("source", "name", also=("channel",)), Field("campaign", "name"), Field("country", "name"),
    Field("score", "number", also=("points",)), Field("amount", "money", also=("value", "deal")),
    Field("created", "moment", is_past=True, also=("arrived", "added"), column="created_at"),
    Field("claimed", "moment", is_past=True, column="claimed_at"),
    Field("closed", "moment", is_past=True, column="closed_at"),
    Field("follow_up", "moment", also=("followup", "follow-up", "due")),
    Field("contacted", "yes or no"), Field("consent", "yes or no"), Field("open", "yes or no"),
    Field("import", "import", column="import_id"), Field("segment", "segment"),
    Field("has", "has"),
)  # fmt: skip
# What "has:" may be followed by, and the field that has then to be there.
GIVEN = {
    "name": "name", "email": "email", "phone": "phone", "company": "company", "title": "title", "message": "message",
    "website": "website", "country": "country", "campaign": "campaign", "account": "account", "owner": "owner_id",
    "amount": "amount", "follow_up": "follow_up",
}  # fmt: skip
CUSTOM_KINDS: dict[str, Kind] = {
    "text": "fields.text", "number": "fields.number", "date": "day", "choice": "fields.name",
    "yes or no": "fields.yes or no",
}  # fmt: skip


def known_fields(custom: Iterable[CustomField]) -> dict[str, Field]:
    """Every name that may stand before a colon: a usual field's, the playbook's own, or what else one is called."""
    own = [Field(one.name, CUSTOM_KINDS[one.type], options=one.choices, column=EXTRA + one.name) for one in custom]
    known = {field.name: field for field in (*own, *FIELDS)}
    for field in FIELDS:
        for name in field.also:
            known.setdefault(name, field)
    return {**{name.replace("-", "_"): field for name, field in known.items()}, **known}


def close_to(word: str, names: Iterable[str]) -> str | None:
    """The name that was probably meant."""
    found = process.extractOne(
        word, sorted(set(names)), scorer=fuzz.ratio, processor=utils.default_process, score_cutoff=CLOSE_ENOUGH
    )
    return str(found[0]) if found else None


def no_such(what: str, word: str, names: Iterable[str], *, shown: Iterable[str] | None = None) -> str:
    """ "There is no field stge; did you mean stage?", or all there are (at best only those of `shown`)."""
    close = close_to(word, names)
    if close:
        return f"There is no {what} {word[:40]}; did you mean {close}?"
    known = ", ".join(sorted(set(names if shown is None else shown))[:40])
    return f"There is no {what} {word[:40]}. There is: {known}." if known else f"There are no {what}s yet."
