"""Extra fields of a lead: those that the playbook asks for in their type, any others as short texts."""

from typing import Protocol


class Asked(Protocol):
    """One of the playbook's own fields, as cleaning needs to know it."""

    @property
    def name(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def choices(self) -> tuple[str, ...]: ...
    @property
    def shown(self) -> str: ...
    @property
    def also_called(self) -> tuple[str, ...]: ...
