"""What was asked, once the words are understood; and the words again, from which it can be asked another time."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Period:
    """Whole days on the calendar of the playbook's zone."""

    starts: date
    ends: date  # the first day after it
    name: str  # "last quarter", as it was asked


@dataclass(frozen=True)
class Question:
    """`as_of` is the moment whose knowledge counts: the end of a period that is over, else now, unless it was named."""

    report: str
    period: Period
    as_of: datetime
    teams: tuple[str, ...] = ()  # names; none: all that the asker may see
    people: tuple[str, ...] = ()  # Slack ids
    sources: tuple[str, ...] = ()
    segment: str = ""
    by: str = ""  # what to group by, where the report knows several: source, team, rep, campaign, stage …
    options: tuple[tuple[str, str], ...] = ()  # what only one report knows, like ("model", "linear")
    against: "Question | None" = None  # "vs previous": the same question about something else
    words: str = ""  # canonical: reading them again gives the same question, with every day and moment written out

    def option(self, name: str, default: str = "") -> str:
        return dict(self.options).get(name, default)
