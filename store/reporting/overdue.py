"""What is late now: open follow-ups whose time has passed, and open leads that nobody owns or is being offered."""

from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session

from store.reporting import sql
from store.reporting.scope import Scope

MOST = 1000  # of each, with names; nobody reads more
IS_LATE = "follow_up.status = 'open' AND follow_up.due_at <= :now"
# Word for word as in the index lead_for_all, or SQLite would not use it.
IS_FOR_ALL = "is_open_to_all AND closed_at IS NULL AND state = 'live' AND owner_id IS NULL"
OF_LEADS = "follow_up JOIN lead ON lead.id = follow_up.lead_id"


class Late(NamedTuple):
    """A follow-up whose time has passed, with whose it is and the lead that it is about."""

    due: int  # seconds since 1970
    rep: str
    kind: str
    what: str
    lead_id: int
    name: str
    company: str | None


class Unowned(NamedTuple):
    """A lead that anybody may take, and nobody has."""

    came: int  # seconds since 1970
    lead_id: int
    name: str
    company: str | None


def late(session: Session, scope: Scope, now: datetime) -> tuple[list[Late], int]:
    """The longest overdue first, at most `MOST`; and how many there are."""
    due, those = sql.epoch(session, "follow_up.due_at"), IS_LATE + of_scope(scope, rep="follow_up.rep_id")
    rows = sql.ask(session, sql.select(
        f"{due}, rep.name, follow_up.kind, follow_up.what, lead.id, lead.name, lead.company",
        f"{OF_LEADS} JOIN rep ON rep.id = follow_up.rep_id", those,
        f" ORDER BY follow_up.due_at, follow_up.id LIMIT {MOST}",
    ), scope, now=now)  # fmt: skip
    found = [Late(*row) for row in rows]
    if len(found) < MOST:
        return found, len(found)
    [[whole]] = sql.ask(session, sql.select("count(*)", OF_LEADS if "lead." in those else "follow_up", those), scope,
                        now=now)  # fmt: skip
    return found, whole


def unowned(session: Session, scope: Scope) -> tuple[list[Unowned], int]:
    """Those that wait longest first, at most `MOST`; and how many there are. They are no rep's own."""
    if scope.rep_ids is not None:
        return [], 0
    came, those = sql.epoch(session, "created_at"), IS_FOR_ALL + of_scope(scope)
    order = f" ORDER BY created_at, id LIMIT {MOST}"
    rows = sql.ask(session, sql.select(f"{came}, id, name, company", "lead", those, order), scope)
    found = [Unowned(*row) for row in rows]
    if len(found) < MOST:
        return found, len(found)
    [[whole]] = sql.ask(session, sql.select("count(*)", "lead", those), scope)
    return found, whole


def is_late(session: Session, scope: Scope, now: datetime, lead_id: int) -> bool:
    """Whether the lead is one of all of those."""
    promised = f"lead.id = :lead_id AND {IS_LATE}{of_scope(scope, rep='follow_up.rep_id')}"
    parts = [sql.select("lead.id", OF_LEADS, promised)]
    if scope.rep_ids is None:
        parts.append(sql.select("id", "lead", f"id = :lead_id AND {IS_FOR_ALL}{of_scope(scope)}"))
    return bool(sql.ask(session, " UNION ALL ".join(parts), scope, now=now, lead_id=lead_id))


def of_scope(scope: Scope, *, rep: str = "") -> str:
    """AND …: the teams and sources of the leads, and whose they are."""
    owners = f" AND {rep} IN :rep_ids" if rep and scope.rep_ids is not None else ""
    return f"{sql.of_scope(scope, 'lead', theirs='TRUE')}{owners}"
