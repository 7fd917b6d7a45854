"""What `/report alert unclaimed 45 team:smb` asks for: the kind of alert, its line and what it is about."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from bot.errors import DibsError
from bot.rules.query.typos import meant
from bot.rules.reports.alerts import WITHIN

UNCLAIMED, CONVERSION, SILENCE = "unclaimed", "conversion", "silence"
KINDS = (UNCLAIMED, CONVERSION, SILENCE)
USUAL_MINUTES, MOST_MINUTES = 30, 6000
USUAL_A_DAY, MOST_A_DAY = 3, 10_000
EXAMPLES = "unclaimed 45, conversion won team:smb, silence 5 source:website"
_TERM = re.compile(r'(team|source):(?:"([^"]+)"|(\S+))', re.IGNORECASE)


@dataclass(frozen=True)
class Wanted:
    kind: str
    limits: dict[str, int | str] = field(default_factory=dict)
    team: str = ""
    source: str = ""

    @property
    def words(self) -> str:
        """All but the kind, as they can be read again."""
        said = [str(value) for value in self.limits.values()]
        named = (("team", self.team), ("source", self.source))
        said += [f'{name}:"{value}"' if " " in value else f"{name}:{value}" for name, value in named if value]
        return " ".join(said)


def wanted(words: str, *, teams: Collection[str], sources: Collection[str]) -> Wanted:
    """Raises:
    DibsError: a word that is not known, with what was probably meant.
    """
    terms = {found[1].lower(): found[2] or found[3] for found in _TERM.finditer(words)}
    rest = _TERM.sub(" ", words).lower().split()
    kind = rest[0] if rest else ""
    if kind not in KINDS:
        guess = next(iter(meant(kind, dict.fromkeys(KINDS, 1), most=1)), "")
        hint = f" Did you mean “{guess}”?" if guess else ""
        raise DibsError(f"Say what to watch: {', '.join(KINDS)}.{hint} For example: {EXAMPLES}")
    if kind == UNCLAIMED and "source" in terms:
        raise DibsError("Unclaimed leads are watched whatever their source; name a team at most.")
    limits = limits_of(kind, rest[1:])
    team, source = one_of(terms, "team", teams), one_of(terms, "source", sources)
    return Wanted(kind, limits, team, source)


def limits_of(kind: str, rest: list[str]) -> dict[str, int | str]:
    words = [word for word in rest if word not in ("minutes", "minute", "min", "a", "day", "per")]
    if len(words) > 1:
        raise DibsError(f"I do not know “{words[1][:30]}”. For example: {EXAMPLES}")
    said = words[0] if words else ""
    if kind == CONVERSION:
        if said not in ("", *WITHIN):
            raise DibsError(f"Say which share to watch: {' or '.join(WITHIN)}.")
        return {"step": said or "contacted"}
    name, usual, most = (
        ("minutes", USUAL_MINUTES, MOST_MINUTES) if kind == UNCLAIMED else ("a_day", USUAL_A_DAY, MOST_A_DAY)
    )
    if said and not (said.isascii() and said.isdigit() and len(said) <= 5 and 1 <= int(said) <= most):
        what = "working minutes" if kind == UNCLAIMED else "leads a day"
        raise DibsError(f"Say how many {what}, as a whole number from 1 to {most}.")
    return {name: int(said or usual)}


def one_of(terms: dict[str, str], name: str, known: Collection[str]) -> str:
    said = terms.get(name, "")
    found = next((one for one in known if one.casefold() == said.casefold()), "")
    if said and not found:
        guess = next(iter(meant(said.casefold(), {one.casefold(): 1 for one in known}, most=1)), "")
        hint = f" Did you mean “{guess}”?" if guess else ""
        raise DibsError(f"I do not know the {name} “{said[:30]}”.{hint}")
    return found
