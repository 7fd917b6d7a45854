"""What is late now: follow-ups whose time has passed, and open leads that nobody owns or is being offered."""

from bot.reports.kinds import Asked, ReportKind, number_of
from bot.rules.reports.report import Figure, Report, Row, Said, Table
from bot.views.cards import title
from bot.views.kit import plural
from bot.views.reminders import what
from store.followups import Promise
from store.models import Lead

MOST = 1000  # of each; nobody reads more
NOBODY = "nobody"
OF_NOW = "A follow-up that was put off is late only once its new time has passed."


def overdue(asked: Asked) -> Report:
    late, unowned = promises(asked), waiting(asked)
    rows = (*(promised(asked, one) for one in late), *(without_owner(asked, lead) for lead in unowned))
    return Report(
        "overdue", "Overdue now", sentence(late, unowned), Table(("Rep", "What", "Lead", "Late by"), rows),
        notes=((OF_NOW,),) if rows else (), as_of=asked.now,
    )  # fmt: skip


def promises(asked: Asked) -> list[Promise]:
    """The longest overdue first."""
    scope = asked.scope
    return asked.uow.followups.overdue(
        asked.now, team_ids=scope.team_ids, rep_ids=scope.rep_ids, sources=scope.sources, limit=MOST
    )  # fmt: skip


def waiting(asked: Asked) -> list[Lead]:
    """Nobody's, which are no rep's own."""
    scope = asked.scope
    if scope.rep_ids is not None:
        return []
    found = asked.uow.leads.without_owner(None if scope.team_ids is None else set(scope.team_ids), limit=MOST)
    return [lead for lead in found if lead.is_open_to_all and (scope.sources is None or lead.source in scope.sources)]


def sentence(late: list[Promise], unowned: list[Lead]) -> Said:
    if not late and not unowned:
        return ("Nothing is overdue, and every open lead has an owner or an open offer.",)
    return (f"{plural(len(late), 'follow-up')} overdue, {plural(len(unowned), 'lead')} without an owner.",)


def promised(asked: Asked, one: Promise) -> Row:
    late = Figure(asked.now - one.follow_up.due_at, "duration")
    return Row((one.rep.name, what(one.follow_up), title(one.lead)[:100], late), behind=str(one.lead.id))


def without_owner(asked: Asked, lead: Lead) -> Row:
    """It has been waiting since it came."""
    late = Figure(asked.now - lead.created_at, "duration")
    return Row((NOBODY, "Needs an owner", title(lead)[:100], late), behind=str(lead.id))


def behind(asked: Asked, key: str) -> list[int]:
    leads = {one.lead.id for one in promises(asked)} | {lead.id for lead in waiting(asked)}
    return [number_of(key)] if number_of(key) in leads else []


OVERDUE = ReportKind(
    "overdue", "what is late now, and what nobody owns", "overdue team:smb", overdue, behind, usual_period="today",
    for_reps="own", is_managers_to_share=True, is_of_now=True,
)  # fmt: skip
