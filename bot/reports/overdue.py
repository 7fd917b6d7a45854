"""What is late now: follow-ups whose time has passed, and open leads that nobody owns or is being offered."""

from datetime import UTC, datetime, timedelta

from bot.reports.kinds import Asked, ReportKind, number_of
from bot.rules.reports.report import Figure, Report, Row, Said, Table
from bot.views.cards import titled
from bot.views.kit import plural
from bot.views.reminders import in_words
from store.reporting import overdue as store
from store.reporting.overdue import MOST, Late, Unowned

NOBODY = "nobody"
OF_NOW = "A follow-up that was put off is late only once its new time has passed."
NOT_ALL = f"Of each, the {MOST:,} that have waited longest are listed."


def overdue(asked: Asked) -> Report:
    late, so_many_late = store.late(asked.uow.session, asked.scope, asked.now)
    unowned, so_many_unowned = store.unowned(asked.uow.session, asked.scope)
    rows = (*(promised(asked, one) for one in late), *(without_owner(asked, one) for one in unowned))
    notes = (OF_NOW, *((NOT_ALL,) if so_many_late + so_many_unowned > len(rows) else ())) if rows else ()
    return Report(
        "overdue", "Overdue now", sentence(so_many_late, so_many_unowned),
        Table(("Rep", "What", "Lead", "Late by"), rows), notes=tuple((note,) for note in notes), as_of=asked.now,
    )  # fmt: skip


def sentence(late: int, unowned: int) -> Said:
    if not late and not unowned:
        return ("Nothing is overdue, and every open lead has an owner or an open offer.",)
    return (f"{plural(late, 'follow-up')} overdue, {plural(unowned, 'lead')} without an owner.",)


def promised(asked: Asked, one: Late) -> Row:
    late = Figure(since(asked, one.due), "duration")
    lead = titled(one.lead_id, one.name, one.company)[:100]
    return Row((one.rep, in_words(one.kind, one.what), lead, late), behind=str(one.lead_id))


def without_owner(asked: Asked, one: Unowned) -> Row:
    """It has been waiting since it came."""
    late, lead = Figure(since(asked, one.came), "duration"), titled(one.lead_id, one.name, one.company)[:100]
    return Row((NOBODY, "Needs an owner", lead, late), behind=str(one.lead_id))


def since(asked: Asked, second: int) -> timedelta:
    return asked.now - datetime.fromtimestamp(second, UTC)


def behind(asked: Asked, key: str) -> list[int]:
    number = number_of(key)
    return [number] if store.is_late(asked.uow.session, asked.scope, asked.now, number) else []


OVERDUE = ReportKind(
    "overdue", "what is late now, and what nobody owns", "overdue team:smb", overdue, behind, usual_period="today",
    for_reps="own", is_managers_to_share=True, is_of_now=True,
)  # fmt: skip
