"""Who decides when a company buys: the parts its people play, told by their titles, and those nobody plays. Pure."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol

from bot.rules.numbers import fold

_BETWEEN = re.compile(r"[^\w&]+")


class Part(Protocol):
    """A role of the playbook."""

    @property
    def name(self) -> str: ...
    @property
    def titles(self) -> tuple[str, ...]: ...


def roles_of(title: str | None, roles: Sequence[Part]) -> tuple[str, ...]:
    """The roles that the title speaks of, as whole words; a word that made one role makes no second one.

    An "IT manager" judges the technology and is no other manager; a "founder and CTO" plays both parts.
    """
    words = spaced(title or "")
    found = []
    for role in roles:
        meant = [one for one in all_spaced(role.titles) if one in words]
        if meant:
            found.append(role.name)
        for one in meant:
            words = words.replace(one, " ")
    return tuple(found)


@lru_cache(maxsize=256)
def all_spaced(titles: tuple[str, ...]) -> tuple[str, ...]:
    """A role's titles are the playbook's and asked for on every card."""
    return tuple(spaced(one) for one in titles)


def spaced(text: str) -> str:
    return f" {_BETWEEN.sub(' ', fold(text)).strip()} "


def missing(titles: Sequence[str | None], roles: Sequence[Part]) -> tuple[str, ...]:
    """The roles that nobody with these titles plays."""
    played = {name for title in titles for name in roles_of(title, roles)}
    return tuple(role.name for role in roles if role.name not in played)
