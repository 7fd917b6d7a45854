"""What is to be done with a file of leads: which column is which field, and how its leads are dealt."""

from collections.abc import Callable, Container, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import PurePath
from typing import Any

from bot.playbook.fields import CustomField
from bot.rules.dealing import AUTO, OFFER, OPEN_TO_ALL
from bot.rules.mapping import guessing as mapping
from bot.rules.mapping.guessing import Column
from bot.rules.tables import Row

USUAL = "usual"
# How an import's leads may be dealt, and what people call it.
MODES = {
    AUTO: "given in turn", OFFER: "offered in turn", OPEN_TO_ALL: "open to the whole team",
    USUAL: "by the usual rules",
}  # fmt: skip
AS_FILE = "file"
CONSENTS = {
    AS_FILE: "only those of whom the file says so", "consent": "all of them agreed to it",
    "contract": "all of them, by contract", "legitimate interest": "all of them, by legitimate interest",
}  # fmt: skip


@dataclass(frozen=True)
class Plan:
    columns: tuple[Column, ...] = ()
    source: str = ""
    campaign: str = ""
    mode: str = AUTO
    consent: str = AS_FILE
    wording: str = ""

    @classmethod
    def of(cls, record: dict[str, Any]) -> "Plan":
        columns = tuple(Column(**column) for column in record.get("columns", ()))
        return cls(columns, **{name: record[name] for name in TEXTS if name in record})

    def as_record(self) -> dict[str, Any]:
        return {"columns": [asdict(column) for column in self.columns], **{name: getattr(self, name) for name in TEXTS}}

    def with_field(self, index: int, field: str | None) -> "Plan":
        """As a person decided about one column."""
        if self.columns[index].field == field:
            return self
        return replace(self, columns=mapping.changed(self.columns, index, field))

    def without(self, hidden: Container[str]) -> "Plan":
        return replace(self, columns=mapping.without(self.columns, hidden))

    def raw_maker(self) -> Callable[[Row], dict[str, Any]]:
        """What `clean_lead` is given of each row; what the file does not say, the plan does."""
        read = mapping.raw_maker(self.columns)
        said = {"source": self.source, "campaign": self.campaign}
        usual = {name: value for name, value in said.items() if value}
        agreed_to = {"email": True, "basis": self.consent, "wording": self.wording}
        agreed = {} if self.consent == AS_FILE else {"consent": agreed_to}

        def make(row: Row) -> dict[str, Any]:
            raw = read(row)
            for name, value in usual.items():
                if not raw.get(name):
                    raw[name] = value
            raw.update(agreed)
            return raw

        return make


TEXTS = ("source", "campaign", "mode", "consent", "wording")


def first_plan(
    headings: Sequence[str], sample: Sequence[Row], custom: tuple[CustomField, ...], *, file_name: str
) -> Plan:
    """As it can be guessed."""
    return Plan(mapping.guess(headings, sample, custom), source=source_of(file_name))


def source_of(file_name: str) -> str:
    return PurePath(file_name).stem.replace("_", " ").strip()[:80] or "import"
