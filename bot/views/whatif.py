"""What a playbook would have changed: the form that asks, and the report that answers."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from bot.views import kit
from bot.views.fit import as_many_as_fit, size
from bot.views.forms import field, form, text_input
from bot.views.kit import At, Block, Message, Piece, Strong, plural
from bot.views.reports import cells, table

WHATIF = "form.whatif"
FILE, TEXT, PERIOD = "file", "text", "period"
PERIODS = (7, 30, 90)  # days
USUAL_PERIOD = 30
TABLE_BYTES = 4000
ROUTE_BYTES = 1500
NAME_MAX = 80
DAY_STYLE = "{date_short}"


@dataclass(frozen=True)
class RepLine:
    """Leads, and the longest working hours without one, before and after."""

    name: str
    before: int
    after: int
    idle_before: float
    idle_after: float


@dataclass(frozen=True)
class Side:
    """What one playbook made of the leads. Times are minutes; None where there was nothing to measure."""

    leads: int
    dealt: int
    to_owner: int
    left_open: int
    for_nobody: int
    waiting: int
    held_long: int
    dealt_median: float | None
    dealt_slow: float | None  # nine of ten are quicker
    answer_median: float | None
    answer_slow: float | None
    teams: dict[str, int]
    routes: dict[str, int]


@dataclass(frozen=True)
class Report:
    """Two replays of the same leads. It is kept as JSON, so its moments are written in ISO 8601."""

    since: str
    until: str
    base: str  # the fingerprint of the playbook that was in force
    draft: str
    before: Side
    after: Side
    reps: list[RepLine]
    elsewhere: int
    examples: list[int]
    dealt_really: int
    agreed: int

    def as_record(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> "Report":
        parts = {
            "before": Side(**record["before"]), "after": Side(**record["after"]),
            "reps": [RepLine(**line) for line in record["reps"]],
        }  # fmt: skip
        return cls(**{**record, **parts})

    @property
    def agreement(self) -> str:
        """How far the replay of the playbook in force is from what really happened."""
        if not self.dealt_really:
            return "No lead of that time was dealt to a rep, so the replay cannot be held against anything."
        share = 100 * self.agreed / self.dealt_really
        return (
            f"Replayed under the playbook in force, {share:.0f} % of {plural(self.dealt_really, 'lead')} go to the rep "
            "who really had them first."
        )

    @property
    def figures(self) -> list[tuple[str, str, str]]:
        """What is counted and measured over all leads: its name, before, after."""
        return [
            (name, shown(getattr(self.before, key), unit), shown(getattr(self.after, key), unit))
            for name, key, unit in FIGURES
        ]


FIGURES = (
    ("Dealt to a rep", "dealt", ""), ("… to whoever had the account", "to_owner", ""),
    ("Left open to all", "left_open", ""), ("For nobody: empty team, or no skills", "for_nobody", ""),
    ("Waited over an hour", "held_long", ""), ("Still waiting at the end", "waiting", ""),
    ("Until dealt, middle", "dealt_median", "min"), ("Until dealt, 9 of 10", "dealt_slow", "min"),
    ("Until first answer, middle", "answer_median", "min"), ("Until first answer, 9 of 10", "answer_slow", "min"),
)  # fmt: skip
# What the replay leaves out; said with every report.
LIMITS = (
    "Recorded passes and lapsed offers are not replayed: every offer is claimed after the rep's usual delay. "
    "Seats and absences are those of the time; hours, zones and skills are today's."
)


def shown(value: float | None, unit: str = "") -> str:
    if value is None:
        return "-"
    return f"{value:.0f}" if not unit or value >= 10 else f"{value:.1f}"


def whatif(problem: str = "") -> Block:
    """The form: a playbook as a file or as text, and how far to look back."""
    files: Block = {"type": "file_input", "filetypes": ["toml", "txt"], "max_files": 1}
    periods = [kit.option(f"the last {days} days", str(days)) for days in PERIODS]
    select: Block = {"type": "static_select", "options": periods, "initial_option": periods[1]}
    blocks = [kit.paragraph(problem)] if problem else []
    return form(
        WHATIF, "What if …", "Try it", *blocks,
        kit.context("Nothing changes: recorded leads are dealt again under your playbook, and you get the figures."),
        field(FILE, "Your playbook as a file", files, optional=True, hint="TOML, at most 100 kB."),
        field(TEXT, "Or as text", text_input(multiline=True), optional=True,
              hint="At most 3,000 characters; a longer playbook goes as a file."),
        field(PERIOD, "Which leads?", select),
    )  # fmt: skip


def report(value: Report, number: int, *, extra: str = "") -> Message:
    """The report on draft `number`; `extra` is said first."""
    since, until = datetime.fromisoformat(value.since), datetime.fromisoformat(value.until)
    heading = f"What if: draft {number}. "
    said = f"{plural(value.after.leads, 'lead')}, of which {value.elsewhere} would go elsewhere."
    blocks = (
        kit.line(Strong(heading), said + (f" {extra}" if extra else "")),
        kit.context(value.agreement),
        kit.line("From ", At(since, DAY_STYLE), " to ", At(until, DAY_STYLE), ":"),
        kit.lines([(f"{name}: ", Strong(f"{before} → {after}")) for name, before, after in value.figures]),
        rep_table(value),
        *where_to(value),
        kit.context(f"{examples(value)} {LIMITS}".strip()),
    )
    return Message(kit.fallback(heading, said), blocks)


def rep_table(value: Report) -> Block:
    before, after = max(1, value.before.dealt), max(1, value.after.dealt)
    rows = [
        [
            line.name, f"{line.before} ({line.before / before:.0%})", f"{line.after} ({line.after / after:.0%})",
            f"{line.idle_before:g} h", f"{line.idle_after:g} h",
        ]
        for line in value.reps
    ]  # fmt: skip
    head = ["Rep", "Leads now", "Leads, draft", "Longest wait now", "Longest wait, draft"]
    kept = as_many_as_fit([cells(row) for row in rows], TABLE_BYTES - size(cells(head))) if rows else []
    rest = [[f"… and {len(rows) - len(kept)} more", "", "", "", ""]] if len(kept) < len(rows) else []
    return table([head, *rows[: len(kept)], *rest])


def where_to(value: Report) -> Iterable[Block]:
    """Teams and routes, before and after."""
    for what, before, after in (
        ("Teams: ", value.before.teams, value.after.teams), ("Routes: ", value.before.routes, value.after.routes)
    ):  # fmt: skip
        names = list(dict.fromkeys([*after, *before]))
        if names:
            rows: list[tuple[Piece, ...]] = [
                (Strong(kit.clip(name, NAME_MAX)), f"  {before.get(name, 0)} → {after.get(name, 0)}") for name in names
            ]
            yield kit.line(Strong(what))
            yield kit.lines(rows, room=ROUTE_BYTES)


def examples(value: Report) -> str:
    listed = ", ".join(f"#{lead_id}" for lead_id in value.examples)
    return f"Would go elsewhere, for instance: {listed}." if listed else ""
