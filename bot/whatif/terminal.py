"""What if, on the command line: a progress bar while leads are dealt again, then tables."""

import re
from collections.abc import Sequence

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from bot.errors import DibsError
from bot.playbook import versions
from bot.playbook.playbook import Playbook
from bot.services import Services
from bot.views.whatif import LIMITS, Report
from bot.whatif import comparing as whatif

HOURS = {"h": 1, "d": 24, "w": 24 * 7}
WIDTH = 110  # where the output is no terminal


def days_of(text: str) -> float:
    """ "30d", "12w" or "36h" in days.

    Raises:
        DibsError: it is none of these.
    """
    found = re.fullmatch(r"([1-9][0-9]{0,3})([hdw])", text.strip().lower())
    if not found:
        raise DibsError(f"--since {text} is not a length of time. Write it like 30d, 12w or 36h.")
    return int(found[1]) * HOURS[found[2]] / 24


def try_out(services: Services, draft: Playbook, *, days: float) -> Report:
    """Replay under the playbook in force and under the draft.

    Raises:
        DibsError: the draft does not fit the people and leads there are.
    """
    services.put_in_force(versions.published(services) or services.playbook)
    mistakes = versions.misfits(services, draft)
    if mistakes:
        raise DibsError("\n".join(mistakes))
    columns = (TextColumn("Dealing leads again"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("leads", total=None)
        return whatif.replay(
            services, draft, days=days, progress=lambda done, total: bar.update(task, completed=done, total=total)
        )


def show(report: Report) -> None:
    """The report as tables."""
    console = Console()
    console = console if console.is_terminal else Console(width=WIDTH)
    console.print(f"From {report.since[:16]} to {report.until[:16]}: {report.after.leads} leads, "
                  f"{report.elsewhere} would go elsewhere.", highlight=False)  # fmt: skip
    console.print(report.agreement, highlight=False)
    console.print(table(("", "now", "draft"), report.figures))
    lines = [
        (line.name, str(line.before), str(line.after), f"{line.idle_before:g} h", f"{line.idle_after:g} h")
        for line in report.reps
    ]
    console.print(table(("rep", "leads now", "leads, draft", "longest wait now", "longest wait, draft"), lines))
    for what, before, after in (
        ("team", report.before.teams, report.after.teams), ("route", report.before.routes, report.after.routes)
    ):  # fmt: skip
        names = dict.fromkeys([*after, *before])
        rows = [(name, str(before.get(name, 0)), str(after.get(name, 0))) for name in names]
        console.print(table((what, "leads now", "leads, draft"), rows))
    if report.examples:
        console.print("Would go elsewhere, for instance: " + ", ".join(f"#{one}" for one in report.examples))
    console.print(LIMITS, highlight=False)


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Table:
    made = Table(*head[:1])
    for name in head[1:]:
        made.add_column(name, justify="right")
    for row in rows:
        made.add_row(*row)
    return made
