"""A quarter of invented business, lived through the bot's own use cases, so that reports have something to say."""

import heapq
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from typing import Any

from bot import claims, deals, distribution, followups, people, pipeline, reminders, response
from bot.errors import DibsError
from bot.followups import Outcome
from bot.intake import capture, tracking
from bot.qualification import checklists, verdicts
from bot.reports.goal_setting import set_goal
from bot.reports.spending import write_down
from bot.services import Services
from bot.views.qualify import ACCEPT, VERDICT, field_of

Job = Callable[[], object]
DAYS, COMPANIES = 91, 220
COLLEAGUES, CLAIMED = 0.3, 0.96  # how often a second person of a company comes, and a lead is claimed at all
AT_NIGHT = 0.12  # of those who come
REMEMBERED = 0.5  # of what a reminder tells of
MANAGER = "U0DANA"
SPENT = ((34, "september"), (66, "october"), (88, "november"))
SPEND = (
    "webinar 1,800 {month} campaign fair-routing", "ads 2,400 {month} campaign autumn-search",
    '"trade fair" 3,500 {month} campaign autumn-fair',
)  # fmt: skip
GOALS = (
    "50 leads a month team:smb", "25 sqls a month team:smb", "15 won a month team:smb",
    "220,000 value a quarter team:smb",
)  # fmt: skip
REPS = ("U0ALICE", "U0BOB", "U0CAROL")
FRIDAY, OPENS, CLOSES = 4, 8, 16  # hours of UTC in which leads arrive and people press


@dataclass(frozen=True)
class Source:
    """Where leads come from: how many, how good, and how large their deals."""

    name: str
    campaign: str
    share: int
    quality: float
    euros: int
    touches: tuple[tuple[str, str], ...] = ()


SOURCES = (
    Source("website", "", 34, 0.55, 4_000, (("page_view", "pricing page"), ("download", "checklist for follow-ups"))),
    Source("webinar", "fair-routing", 22, 0.75, 7_500, (("webinar", "fair routing, live"), ("email_clicked", "guide"))),
    Source("trade fair", "autumn-fair", 16, 0.45, 9_000, (("meeting", "at our stand"),)),
    Source("ads", "autumn-search", 18, 0.25, 3_000, (("page_view", "landing page"),)),
    Source("referral", "", 7, 0.9, 12_000, (("email_clicked", "an introduction"), ("page_view", "pricing page"))),
    Source("partner", "", 3, 0.7, 15_000),
)
FIRST = ("Ada", "Ben", "Clara", "Dario", "Elif", "Femi", "Greta", "Hana", "Ivo", "Jun", "Kaya", "Lena", "Mateo", "Nia")
LAST = ("Adler", "Brandt", "Costa", "Dahl", "Eriksen", "Faber", "Garcia", "Holm", "Ito", "Jansen", "Klein", "Lopez")
KINDS = ("Logistics", "Foods", "Systems", "Works", "Labs", "Health", "Retail", "Energy")
REJECTS = ("not our kind of customer", "no budget", "cannot be reached", "wrong data")
LOSSES = ("price", "price", "no budget", "no answer any more", "bad time", "a feature is missing")


@dataclass
class Quarter:
    """`at` is the only clock: whoever makes the services gives them `now`."""

    ends: datetime
    at: datetime = field(init=False)
    rng: random.Random = field(default_factory=lambda: random.Random(7))  # noqa: S311 - the same pictures each time
    _agenda: list[tuple[datetime, int, Job]] = field(default_factory=list)
    _numbers: Any = field(default_factory=count)

    def __post_init__(self) -> None:
        self.at = self.ends - timedelta(days=DAYS)

    def now(self) -> datetime:
        return self.at

    def live(self, services: Services) -> None:
        """Everything up to `ends`; people's slips are theirs, and life goes on."""
        for number in range(COMPANIES):
            arrival = self.at + timedelta(days=self.rng.uniform(0, DAYS))
            at_once = arrival if self.rng.random() < AT_NIGHT else working(arrival)
            self._later(at_once, partial(self._arrives, services, number))
        for days, month in SPENT:
            for words in SPEND:
                words_of_month = words.format(month=month)
                self._later(self.at + timedelta(days=days), partial(write_down, services, MANAGER, words_of_month))
        for words in GOALS:
            self._later(self.at, partial(set_goal, services, MANAGER, words))
        for day in range(DAYS):
            self._later(self.at + timedelta(days=day), lambda: self._good_morning(services))
        while self._agenda and self._agenda[0][0] < self.ends:
            self.at, _, job = heapq.heappop(self._agenda)
            self._let_time_pass(services)
            with suppress(DibsError):
                job()
        self.at = self.ends
        self._let_time_pass(services)

    def _let_time_pass(self, services: Services) -> None:
        for offer_id in distribution.lapsed_offers(services):
            distribution.lapse_offer(services, offer_id)
        for team_id in distribution.teams_with_held_leads(services):
            distribution.drain(services, team_id)
        for lead_id in response.due(services):
            response.take_step(services, lead_id)
        for reminder_id in reminders.due_reminders(services):
            reminders.fire_reminder(services, reminder_id)
            if self.rng.random() < REMEMBERED:
                self._after(2, partial(self._done, services, reminder_id))

    def _good_morning(self, services: Services) -> None:
        """Whoever let too many offers lapse is there again."""
        for rep in REPS:
            with suppress(DibsError):
                people.come_back(services, rep)

    # --- when

    def _later(self, moment: datetime, job: Job) -> None:
        heapq.heappush(self._agenda, (moment, next(self._numbers), job))

    def _after(self, hours: float, job: Job) -> None:
        """A while of very different lengths, and then at work."""
        self._later(working(self.at + timedelta(hours=self.rng.lognormvariate(0, 0.8) * hours)), job)

    # --- what

    def _arrives(self, services: Services, number: int) -> None:
        company = f"{self.rng.choice(LAST)} {self.rng.choice(KINDS)} {number}"
        self._one_of(services, company, self.rng.choice((8, 20, 60, 120, 400, 900)))
        if self.rng.random() < COLLEAGUES:
            self._after(120, lambda: self._one_of(services, company, 120))

    def _one_of(self, services: Services, company: str, employees: int) -> None:
        """Somebody of the company; a colleague may come by another way."""
        rng, source = self.rng, self.rng.choices(SOURCES, [each.share for each in SOURCES])[0]
        name = f"{rng.choice(FIRST)} {rng.choice(LAST)}"
        raw = {
            "name": name, "email": f"{name.replace(' ', '.').lower()}@{company.lower().replace(' ', '-')}.example",
            "company": company, "source": source.name, "campaign": source.campaign, "consent": True,
            "country": rng.choice(("DE", "GB", "FR", "NL")), "fields": {"employees": employees},
            "title": rng.choice(("Head of Sales", "CEO", "Sales Manager", "Operations", "Student")),
        }  # fmt: skip
        if rng.random() < source.quality:
            raw["message"] = "We lose a lead a week. Could you show us around?"
        lead_id = capture.take_lead(services, raw, key=f"quarter-{next(self._numbers)}").lead_id
        for kind, detail in source.touches:
            if rng.random() < source.quality:
                self._after(30, partial(self._touch, services, lead_id, kind, detail))
        if rng.random() < CLAIMED:
            self._after(0.1, lambda: self._claimed(services, lead_id, source))

    def _touch(self, services: Services, lead_id: int, kind: str, detail: str) -> None:
        key = f"touch-{lead_id}-{next(self._numbers)}"
        tracking.take_touch(services, {"lead": lead_id, "kind": kind, "detail": detail}, key=key)

    def _claimed(self, services: Services, lead_id: int, source: Source) -> None:
        """By whoever it is offered to, or by the fastest; a moment later somebody else presses in vain."""
        with services.reading() as uow:
            offer = uow.offers.open_for(lead_id)
            lead = uow.leads.get(lead_id)
            owner_id = offer.rep_id if offer else lead.owner_id if lead else None
            rep = uow.people.rep(owner_id).slack_id if owner_id else self.rng.choice(REPS)
        claims.claim(services, rep, lead_id)
        self._after(0.5 if rep != REPS[2] else 2, lambda: self._contacted(services, rep, lead_id, source))
        if self.rng.random() < 0.2:
            self.at += timedelta(seconds=self.rng.uniform(0.1, 4))
            claims.claim(services, self.rng.choice(REPS), lead_id)

    def _done(self, services: Services, reminder_id: int) -> None:
        with services.reading() as uow:
            reminder = uow.reminders.get(reminder_id)
            promise = uow.followups.promise(reminder.follow_up_id) if reminder else None
        if promise is not None:
            number = promise.follow_up.id or 0
            followups.done(services, promise.rep.slack_id, number, Outcome(went="reached"), key=f"done-{reminder_id}")

    def _contacted(self, services: Services, rep: str, lead_id: int, source: Source) -> None:
        pipeline.move_stage(services, rep, lead_id, "contacted")
        luck = self.rng.random()
        if luck < source.quality:
            self._after(90, lambda: self._qualified(services, rep, lead_id, source))
        elif luck < source.quality + 0.25:
            self._after(60, lambda: verdicts.reject(services, rep, lead_id, self.rng.choice(REJECTS)))

    def _qualified(self, services: Services, rep: str, lead_id: int, source: Source) -> None:
        answers = {"budget": "about 10,000", "authority": "the owner", "need": "fair routing", "time": "this quarter"}
        given = {field_of(name): text for name, text in answers.items()}
        checklists.save(services, rep, lead_id, {**given, VERDICT: ACCEPT})
        pipeline.move_stage(services, rep, lead_id, "qualified", {"answers.need": "fair routing"})
        deals.save(services, rep, lead_id, {"opportunity.amount": f"{source.euros}"})
        if self.rng.random() < 0.75:
            self._after(100, lambda: self._proposed(services, rep, lead_id, source))

    def _proposed(self, services: Services, rep: str, lead_id: int, source: Source) -> None:
        euros = round(source.euros * self.rng.lognormvariate(0, 0.4), -2)
        pipeline.move_stage(services, rep, lead_id, "proposal", {"opportunity.amount": f"{euros:.0f}"})
        if self.rng.random() < 0.45 + source.quality / 4:
            amount = {"opportunity.amount": f"{euros:.0f}"}
            self._after(120, lambda: pipeline.move_stage(services, rep, lead_id, "won", amount))
        else:
            reason = {"lost.reason": self.rng.choice(LOSSES)}
            self._after(140, lambda: pipeline.move_stage(services, rep, lead_id, "lost", reason))


def working(moment: datetime) -> datetime:
    """The same hour or the next in which somebody is at work."""
    while moment.weekday() > FRIDAY or not OPENS <= moment.hour < CLOSES:
        moment += timedelta(hours=1)
    return moment
