"""One use case, one transaction: leaving the block without `commit()` undoes everything."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property

from sqlmodel import Session

from store.accounts import Accounts
from store.batches import Batch
from store.consents import Consents
from store.contact.approvals import Approvals
from store.contact.enrolments import Enrolments
from store.contact.experiments import Experiments
from store.contact.letters import Letters
from store.contact.meetings import Meetings
from store.contact.messages import LeadMessages
from store.contact.secrets import Secrets
from store.contact.sequence_figures import SequenceFigures
from store.contact.suppressions import Suppressions
from store.database import Database
from store.deals import Deals
from store.digests import Digests
from store.duplicates import Duplicates
from store.followups import FollowUps
from store.history import History
from store.home_tabs import HomeTabs
from store.imports import Imports
from store.inbox import Inbox
from store.leads import Leads
from store.ledger import Ledger
from store.merges import Merges
from store.next_steps import NextSteps
from store.offers import Offers
from store.outbox import Outbox
from store.people import People
from store.playbooks import Playbooks
from store.presses import Presses
from store.reminders import Reminders
from store.reporting.recording import Recorder, Standing
from store.scores import Scores
from store.scrub import Scrubbing
from store.search import Search
from store.segments import Segments
from store.suggestions import Suggestions
from store.teams import Teams
from store.timeline import Timeline
from store.touches import Touches

END_OF_TIME = datetime.max.replace(tzinfo=UTC)  # by then everyone who was away is back


class UnitOfWork:
    """The questions one use case may ask, all over one session."""

    def __init__(
        self, session: Session, *, wake_outbox: Callable[[], None], locks_rows: bool,
        now: Callable[[], datetime] = lambda: END_OF_TIME, standings: Callable[[], Mapping[str, Standing]] = dict,
        zone: Callable[[], str] = str, wake_post: Callable[[], None] = lambda: None,
    ) -> None:  # fmt: skip
        self.session = session
        self.recorder = Recorder(session, now, standings, zone, locks_rows=locks_rows)
        self.now = now  # aware UTC
        self.locks_rows = locks_rows
        self._wake_outbox = wake_outbox
        self._wake_post = wake_post
        self._batch = Batch(session)

    @cached_property
    def accounts(self) -> Accounts:
        return Accounts(self.session, locks_rows=self.locks_rows)

    @cached_property
    def people(self) -> People:
        return People(self.session, locks_rows=self.locks_rows)

    @cached_property
    def teams(self) -> Teams:
        return Teams(self.session)

    @cached_property
    def leads(self) -> Leads:
        return Leads(self.session, locks_rows=self.locks_rows, changed=self.recorder.changed)

    @cached_property
    def offers(self) -> Offers:
        return Offers(self.session, self._batch)

    @cached_property
    def presses(self) -> Presses:
        return Presses(self.session)

    @cached_property
    def ledger(self) -> Ledger:
        return Ledger(self.session, self._batch, self.recorder.decided)

    @cached_property
    def playbooks(self) -> Playbooks:
        return Playbooks(self.session, locks_rows=self.locks_rows)

    @cached_property
    def history(self) -> History:
        return History(self.session)

    @cached_property
    def followups(self) -> FollowUps:
        return FollowUps(self.session, locks_rows=self.locks_rows)

    @cached_property
    def reminders(self) -> Reminders:
        return Reminders(self.session)

    @cached_property
    def digests(self) -> Digests:
        return Digests(self.session)

    @cached_property
    def home_tabs(self) -> HomeTabs:
        return HomeTabs(self.session, locks_rows=self.locks_rows)

    @cached_property
    def next_steps(self) -> NextSteps:
        return NextSteps(self.session, locks_rows=self.locks_rows)

    @cached_property
    def touches(self) -> Touches:
        return Touches(self.session, locks_rows=self.locks_rows)

    @cached_property
    def consents(self) -> Consents:
        return Consents(self.session)

    @cached_property
    def enrolments(self) -> Enrolments:
        return Enrolments(self.session, locks_rows=self.locks_rows)

    @cached_property
    def messages(self) -> LeadMessages:
        return LeadMessages(self.session, locks_rows=self.locks_rows)

    @cached_property
    def letters(self) -> Letters:
        return Letters(self.session)

    @cached_property
    def suppressions(self) -> Suppressions:
        return Suppressions(self.session, locks_rows=self.locks_rows)

    @cached_property
    def approvals(self) -> Approvals:
        return Approvals(self.session)

    @cached_property
    def experiments(self) -> Experiments:
        return Experiments(self.session, locks_rows=self.locks_rows)

    @cached_property
    def sequence_figures(self) -> SequenceFigures:
        return SequenceFigures(self.session)

    @cached_property
    def secrets(self) -> Secrets:
        return Secrets(self.session, locks_rows=self.locks_rows)

    @cached_property
    def meetings(self) -> Meetings:
        return Meetings(self.session, locks_rows=self.locks_rows)

    @cached_property
    def duplicates(self) -> Duplicates:
        return Duplicates(self.session, locks_rows=self.locks_rows)

    @cached_property
    def timeline(self) -> Timeline:
        return Timeline(self.session)

    @cached_property
    def deals(self) -> Deals:
        return Deals(self.session)

    @cached_property
    def scores(self) -> Scores:
        return Scores(self.session, locks_rows=self.locks_rows)

    @cached_property
    def merges(self) -> Merges:
        return Merges(self.session)

    @cached_property
    def imports(self) -> Imports:
        return Imports(self.session, locks_rows=self.locks_rows)

    @cached_property
    def search(self) -> Search:
        return Search(self.session)

    @cached_property
    def scrub(self) -> Scrubbing:
        return Scrubbing(self.session)

    @cached_property
    def segments(self) -> Segments:
        return Segments(self.session, locks_rows=self.locks_rows)

    @cached_property
    def suggestions(self) -> Suggestions:
        return Suggestions(self.session, locks_rows=self.locks_rows)

    @cached_property
    def inbox(self) -> Inbox:
        return Inbox(self.session, locks_rows=self.locks_rows)

    @cached_property
    def outbox(self) -> Outbox:
        return Outbox(self.session, locks_rows=self.locks_rows)

    def commit(self) -> None:
        """Write the buffered outbox rows, make everything durable, then let those who send know."""
        speaks = self.outbox.flush()
        writes = "messages" in self.__dict__ and self.messages.has_news
        self.recorder.write()
        self.session.commit()
        if speaks:
            self._wake_outbox()
        if writes:
            self._wake_post()


@contextmanager
def unit_of_work(
    database: Database, *, wake_outbox: Callable[[], None] = lambda: None, writes: bool = True,
    now: Callable[[], datetime] = lambda: END_OF_TIME, standings: Callable[[], Mapping[str, Standing]] = dict,
    zone: Callable[[], str] = str, wake_post: Callable[[], None] = lambda: None,
) -> Iterator[UnitOfWork]:  # fmt: skip
    """Open a transaction. After a commit that added something to say, whoever says it in Slack or to leads is woken."""
    with database.session(writes=writes) as session:
        yield UnitOfWork(
            session, wake_outbox=wake_outbox, locks_rows=not database.is_sqlite, now=now, standings=standings,
            zone=zone, wake_post=wake_post,
        )  # fmt: skip
