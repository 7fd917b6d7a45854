"""The playbooks that were ever in force or proposed."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, text, update
from sqlmodel import Session, col, select

from store.models import Lead, Membership, PlaybookVersion, Team
from store.offers import changed_rows

NEWEST_FIRST = (col(PlaybookVersion.published_at).desc(), col(PlaybookVersion.id).desc())


class Playbooks:
    def __init__(self, session: Session, *, locks_rows: bool) -> None:
        self._session = session
        self._locks_rows = locks_rows

    def one_at_a_time(self) -> None:
        """Nobody else publishes until this transaction ends; reading goes on."""
        if self._locks_rows:
            self._session.connection().execute(text("LOCK TABLE playbook_version IN SHARE ROW EXCLUSIVE MODE"))

    def add(self, version: PlaybookVersion) -> PlaybookVersion:
        """Store the version, which gives it its number."""
        self._session.add(version)
        self._session.flush()
        return version

    def get(self, number: int) -> PlaybookVersion | None:
        return self._session.get(PlaybookVersion, number, populate_existing=True)

    def newest_number(self) -> int | None:
        """The number of the version that was published last: a look that costs next to nothing."""
        question = select(PlaybookVersion.id).where(PlaybookVersion.status == "published")
        return self._session.exec(question.order_by(*NEWEST_FIRST).limit(1)).first()

    def published(self, *, limit: int = 20) -> list[PlaybookVersion]:
        """The published versions, the last first."""
        question = select(PlaybookVersion).where(PlaybookVersion.status == "published")
        return list(self._session.exec(question.order_by(*NEWEST_FIRST).limit(limit)))

    def number_at(self, moment: datetime) -> int | None:
        """The number of the version that was in force just before then; of the first one, if there was none yet."""
        question = select(PlaybookVersion.id).where(PlaybookVersion.status == "published")
        then = question.where(col(PlaybookVersion.published_at) < moment).order_by(*NEWEST_FIRST).limit(1)
        first = question.order_by(col(PlaybookVersion.published_at), col(PlaybookVersion.id)).limit(1)
        return self._session.exec(then).first() or self._session.exec(first).first()

    def newest_from_file(self) -> PlaybookVersion | None:
        question = select(PlaybookVersion).where(PlaybookVersion.origin == "file")
        return self._session.exec(question.order_by(col(PlaybookVersion.id).desc()).limit(1)).first()

    def all(self, *, limit: int = 20) -> list[PlaybookVersion]:
        """Drafts and discarded ones too, the newest number first."""
        return list(self._session.exec(select(PlaybookVersion).order_by(col(PlaybookVersion.id).desc()).limit(limit)))

    def teams_in_use(self) -> list[str]:
        """The names of teams that have leads, or reps."""
        has_leads = select(Lead.id).where(Lead.team_id == Team.id).exists()
        has_reps = select(Membership.id).where(Membership.team_id == Team.id).exists()
        return list(self._session.exec(select(Team.name).where(or_(has_leads, has_reps)).order_by(Team.name)))

    def moment_after(self, now: datetime) -> datetime:
        """When something published now counts as published: later than all before, whatever the clocks say."""
        newest = self.published(limit=1)
        last = newest[0].published_at if newest else None
        return max(now, last + timedelta(microseconds=1)) if last else now

    def publish(self, number: int, *, approved_by: int, now: datetime) -> bool:
        """Put the draft in force; of many at once exactly one hears True."""
        return self._settle(number, status="published", approved_by=approved_by, published_at=self.moment_after(now))

    def discard(self, number: int) -> bool:
        """Drop the draft; False when it is none any more."""
        return self._settle(number, status="discarded")

    def recent_drafts(self, *, limit: int = 20) -> list[tuple[int, dict[str, Any]]]:
        """The numbers of the newest drafts, oldest first, with what their trials found."""
        columns = select(PlaybookVersion.id, PlaybookVersion.status, PlaybookVersion.report)
        found = self._session.exec(columns.order_by(col(PlaybookVersion.id).desc()).limit(limit)).all()
        return [(number, report or {}) for number, status, report in reversed(found) if status == "draft" and number]

    def take_draft(self, number: int) -> PlaybookVersion | None:
        """The draft, locked until the transaction ends; None if it is none, or another replica has it."""
        question = select(PlaybookVersion).where(PlaybookVersion.id == number, PlaybookVersion.status == "draft")
        if self._locks_rows:
            question = question.with_for_update(skip_locked=True)
        return self._session.exec(question.execution_options(populate_existing=True)).first()

    def _settle(self, number: int, **values: Any) -> bool:
        change = (
            update(PlaybookVersion)
            .where(col(PlaybookVersion.id) == number, col(PlaybookVersion.status) == "draft")
            .values(**values)
            .execution_options(synchronize_session=False)
        )
        return changed_rows(self._session.execute(change)) == 1
