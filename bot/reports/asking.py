"""A report asked: the words read, what may be seen of it, one transaction that reads, and the answer."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from bot.actors import actor, subject
from bot.errors import DibsError
from bot.reports import access, files
from bot.reports.kinds import Asked, ReportKind
from bot.reports.table import REPORTS
from bot.rules.asking.known import Known
from bot.rules.asking.question import Question
from bot.rules.asking.reading import read
from bot.rules.asking.words import about
from bot.rules.policy import Actor, require, why_not
from bot.rules.reports.comparing import joined
from bot.rules.reports.report import Report
from bot.search import setting_of
from bot.segments import readable
from bot.services import Services
from bot.views import kit
from bot.views.figures import Reader
from store.models import Lead
from store.reporting import names
from store.reporting.behind import MOST, Numbers
from store.reporting.scope import Scope
from store.unit_of_work import UnitOfWork

Kinds = tuple[ReportKind, ...]
MOST_SHOWN = 50  # leads behind a number; the rest come as a file
MOST_IN_FILE = MOST  # the newest


@dataclass(frozen=True)
class Answer:
    report: Report
    question: Question
    who: Actor
    reader: Reader
    may_share: bool

    @property
    def words(self) -> str:
        return self.question.words


@dataclass(frozen=True)
class Behind:
    """The leads that a number counts, as far as the reader may see them."""

    title: str
    leads: tuple[Lead, ...]
    owners: Mapping[int, str]
    count: int
    in_file: int  # so many of them


class Inquiry:
    """Somebody asks, at one moment, within one transaction; nobody, when a schedule of a team's own does."""

    def __init__(
        self, services: Services, uow: UnitOfWork, who: Actor | None, now: datetime, kinds: Kinds = REPORTS
    ) -> None:
        self.services, self.uow, self.who, self.now, self.kinds = services, uow, who, now, kinds

    @cached_property
    def people(self) -> dict[str, tuple[int, str]]:
        return names.people(self.uow.session)

    @cached_property
    def told(self) -> dict[str, str]:
        """What people are called in an answer: two of one name with their ids."""
        times = Counter(name for _, name in self.people.values())
        return {
            slack_id: f"{name} ({slack_id})" if times[name] > 1 else name
            for slack_id, (_, name) in self.people.items()
        }  # fmt: skip

    @cached_property
    def teams(self) -> dict[str, int]:
        return {team.name: team.id or 0 for team in self.uow.people.teams()}

    @cached_property
    def known(self) -> Known:
        """The names that mean something in a question."""
        who = self.who
        return Known(
            self.kinds, self.now, self.services.playbook.report_zone, teams=tuple(self.teams),
            sources=self._sources(), segments=self._segments(),
            people={slack_id: name for slack_id, (_, name) in self.people.items()},
            me=who.slack_id if who else "", unsaid=frozenset() if who is None or who.is_manager else self._others(who),
        )  # fmt: skip

    def _sources(self) -> tuple[str, ...]:
        """To a rep, a source that only other teams have is none."""
        session, who = self.uow.session, self.who
        if who is None or who.is_manager:
            return names.sources(session)
        return names.sources_seen(session, who.team_ids, who.rep_id)

    def _segments(self) -> tuple[str, ...]:
        """Those that work for whoever asks: one that looks at a field hidden from them is none."""
        setting = setting_of(self.services, self.uow, self.who)
        return tuple(name for name in setting.segments if readable(name, setting))

    def _others(self, who: Actor) -> frozenset[str]:
        teams = {name for name, team_id in self.teams.items() if team_id not in who.team_ids}
        return frozenset(teams | {name for _, name in self.people.values()} - {who.name})

    def question(self, words: str) -> Question:
        """Raises:
        QuestionError: they ask for nothing known.
        """
        return read(words, self.known)

    def kind(self, question: Question) -> ReportKind:
        return next(kind for kind in self.kinds if kind.name == question.report)

    def asked(self, question: Question) -> Asked:
        """Raises:
        NotAllowedError: they may not see it.
        """
        rep_ids = {slack_id: rep_id for slack_id, (rep_id, _) in self.people.items()}
        seen = access.sight(self.kind(question), self.who, question, teams=self.teams, people=rep_ids)
        known, period = self.known, question.period
        scope = Scope(
            known.midnight(period.starts), known.midnight(period.ends), question.as_of, known.zone,
            team_ids=seen.team_ids, rep_ids=seen.rep_ids, sources=frozenset(question.sources) or None,
        )  # fmt: skip
        return Asked(self.services, self.uow, self.who, question, scope, self.now)

    def allowed(self, words: str) -> Question:
        """What the words ask, both sides of it, if the one who asks may see that.

        Raises:
            NotAllowedError, QuestionError: as they say.
        """
        question = self.question(words)
        for each in (question, question.against):
            if each is not None:
                self.asked(each)
        return question

    def report(self, question: Question) -> Report:
        """The answer; two side by side where the question is about two things."""
        now = self._built(question)
        return joined(question, now, self._built(question.against), self.told) if question.against else now

    def _built(self, question: Question) -> Report:
        asked = self.asked(question)
        report, rep_ids = self.kind(question).build(asked), asked.scope.rep_ids or ()
        whose = sorted(self.told[slack_id] for slack_id, (rep_id, _) in self.people.items() if rep_id in rep_ids)
        return replace(report, title=report.title + about(question, whose))

    def leads_behind(self, question: Question, key: str, most: int) -> tuple[list[Lead], int]:
        """The newest leads that a row counts, and how many there are in all."""
        kind = self.kind(question)
        if kind.behind is None:
            raise DibsError(f"The numbers of the report {kind.name} cannot be opened.")
        numbers = kind.behind(self.asked(replace(question, against=None)), key)
        whole = numbers.whole if isinstance(numbers, Numbers) else len(numbers)
        if self.who is None or self.who.is_manager:
            return names.leads(self.uow.session, numbers[:most]), whole
        looked_at = names.leads(self.uow.session, numbers[:MOST_IN_FILE])
        mine = [lead for lead in looked_at if self._sees(lead)]
        return mine[:most], whole - (len(looked_at) - len(mine))

    def _sees(self, lead: Lead) -> bool:
        return self.who is not None and why_not(self.who, "see", subject(self.uow, lead)) is None


def asker(uow: UnitOfWork, slack_id: str) -> Actor:
    """Raises:
    NotAllowedError: nobody has added them to a team.
    """
    who = actor(uow, slack_id)
    require(who, "ask")
    return who


def answer(services: Services, slack_id: str, words: str, kinds: Kinds = REPORTS) -> Answer:
    """What somebody asks.

    Raises:
        NotAllowedError, QuestionError: as they say.
    """
    now = services.now()
    with services.reading() as uow:
        who = asker(uow, slack_id)
        inquiry = Inquiry(services, uow, who, now, kinds)
        question = inquiry.question(words)
        report = inquiry.report(question)
        reader = Reader(uow.people.rep(who.rep_id).language or "en", who.time_zone)
        return Answer(report, question, who, reader, access.may_share(inquiry.kind(question), who))


def question(services: Services, slack_id: str, words: str, kinds: Kinds = REPORTS) -> tuple[Question, Known]:
    """What the words ask, for a form that asks it anew; nothing is answered.

    Raises:
        NotAllowedError, QuestionError: as they say.
    """
    now = services.now()
    with services.reading() as uow:
        inquiry = Inquiry(services, uow, asker(uow, slack_id), now, kinds)
        asked = inquiry.question(words)
        inquiry.asked(asked)
        return asked, inquiry.known


def behind(services: Services, slack_id: str, words: str, key: str, kinds: Kinds = REPORTS) -> Behind:
    """The leads behind a row of the report.

    Raises:
        NotAllowedError, QuestionError, DibsError: as they say.
    """
    now = services.now()
    with services.reading() as uow:
        inquiry = Inquiry(services, uow, asker(uow, slack_id), now, kinds)
        asked = inquiry.question(words)
        found, count = inquiry.leads_behind(asked, key, MOST_SHOWN)
        title = f"{asked.report.capitalize()}, {asked.period.name}"
        return Behind(title, tuple(found), owners(uow, found), count, min(count, MOST_IN_FILE))


def csv(inquiry: Inquiry, words: str, key: str = "") -> files.File:
    """The report as a file; with `key` the leads behind that row of it.

    Raises:
        NotAllowedError, QuestionError, DibsError: as they say.
    """
    asked = inquiry.question(words)
    stem = f"{asked.report} {asked.period.name}"
    if key:
        found, count = inquiry.leads_behind(asked, key, MOST_IN_FILE)
        content = files.of_leads(found, owners(inquiry.uow, found))
        which = kit.plural(count, "lead") if count == len(found) else f"newest {len(found):,} of {count:,} leads"
        return files.File(f"{stem} leads.csv", content, f"The {which} behind {stem}.")
    report = inquiry.report(asked)
    return files.File(f"{stem}.csv", files.of_report(report), f"{report.title}, in plain numbers.")


def owners(uow: UnitOfWork, leads: Sequence[Lead]) -> dict[int, str]:
    reps = uow.people.reps({lead.owner_id for lead in leads if lead.owner_id})
    return {rep_id: rep.name for rep_id, rep in reps.items()}
