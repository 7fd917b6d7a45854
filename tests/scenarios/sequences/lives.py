"""People come, look, answer, book, are won or lost, want no more or agree again; reps enrol and pause them."""

from datetime import datetime, timedelta

from bot import pipeline
from bot.errors import DibsError
from bot.intake import capture, touches
from bot.rules.consent import Said
from bot.rules.touches import CleanTouch
from bot.sequences import commanding
from tests.factories import DANA
from tests.scenarios.sequences.judge import Judge, Known
from tests.scenarios.sequences.plan import Plan, someone
from tests.scenarios.sequences.world import SWEEPS_EVERY, World

from bot import consents  # isort: skip

COMES = {"reply": "reply", "meeting": "booking"}
SET_BACK = timedelta(hours=1)


def run(plan: Plan) -> Judge:
    world = World(plan)
    try:
        for number in range(plan.leads):
            at = plan.start + timedelta(days=plan.days * 0.75 * world.rng.random())
            world.agenda.add(at, lambda number=number: Life(world, number).begins())  # type: ignore[misc]
        plan_upheavals(world)
        with world.deadly():
            world.run_until(plan.start + timedelta(days=plan.days))
            world.calm_down()
        world.look_over()
        return world.judge
    finally:
        world.database.close()


def plan_upheavals(world: World) -> None:
    """Quiet leads are looked for, and for a morning the clocks of the machines are an hour slow."""
    plan, moment = world.plan, world.plan.start
    while moment < plan.start + timedelta(days=plan.days):
        world.agenda.add(moment, world.sweep)
        moment += SWEEPS_EVERY
    wrong = plan.start + timedelta(days=plan.days * world.rng.uniform(0.2, 0.8))
    world.agenda.add(wrong, lambda: set_clock(world, -SET_BACK))
    world.agenda.add(wrong + timedelta(hours=3), lambda: set_clock(world, timedelta(0)))


def set_clock(world: World, wrong_by: timedelta) -> None:
    world.clock.wrong_by = wrong_by


class Life:
    """One person, from the day they come."""

    def __init__(self, world: World, number: int) -> None:
        self._world, self._rng = world, world.rng
        self._person = someone(number, world.rng)

    def begins(self) -> None:
        rng, world = self._rng, self._world
        said = {"email": rng.random() < 0.75, "sms": rng.random() < 0.5}
        self._is_anybodys = rng.random() < 0.2  # by a form that anybody could have filled in
        may = dict.fromkeys(said, False) if self._is_anybodys else said
        self._known = world.judge.meet(self._person, may)
        world.until_done(lambda: self._arrive(said))
        if self._is_anybodys and said["email"] and rng.random() < 0.6:
            world.agenda.add(world.clock.at + timedelta(days=5 * rng.random() + 0.01), self._confirms)
        for chance, days, deed in (
            (0.4, 12, self._visits), (0.15, 12, lambda: self._does("page_view", "/blog")),
            (0.1, 40, lambda: self._ends("reply")), (0.05, 40, lambda: self._ends("meeting")),
            (0.06, 60, lambda: self._stops("email")), (0.04, 60, lambda: self._stops("sms")),
            (0.05, 70, self._agrees), (0.25, 60, self._lost), (0.05, 80, self._won),
            (0.7, 50, lambda: self._enrolled("drip")), (0.6, 90, lambda: self._enrolled("short")),
            (0.1, 30, self._rests),
        ):  # fmt: skip
            if rng.random() < chance:
                world.agenda.add(world.clock.at + timedelta(days=days * rng.random() + 0.01), deed)

    @property
    def _mine(self) -> Known:
        return self._known

    def _arrive(self, said: dict[str, bool]) -> None:
        raw = self._person.raw(said, is_confirmed=not self._is_anybodys)
        self._known.lead_id = capture.take_lead(self._world.services, raw, key=f"p{self._person.number}").lead_id

    def _happened(self, event: str) -> None:
        self._known.ended[event] = self._world.now()

    def _wall(self) -> datetime:
        return self._world.now()

    # --- what they do

    def _does(self, kind: str, detail: str = "") -> None:
        if kind in self._world.bug.is_deaf_to:
            return
        key = f"{self._person.number} {kind} {self._world.clock.at.isoformat()}"

        def told() -> None:
            services, now = self._world.services, self._world.now()
            with services.unit_of_work() as uow:
                lead = uow.leads.lock(self._known.lead_id)
                assert lead is not None
                touches.take_in(services, uow, lead, [(CleanTouch(kind, detail, now, lead_id=lead.id), key)], now)
                uow.commit()

        self._world.until_done(told)

    def _visits(self) -> None:
        self._does("page_view", "/pricing")

    def _ends(self, kind: str) -> None:
        self._does(kind)
        self._happened(COMES[kind])

    def _stops(self, channel: str) -> None:
        if channel == "email":
            self._does("unsubscribed", "by a link")
        else:
            self._says(Said("sms", is_given=False, source="STOP"))
        self._known.may[channel] = False
        self._known.said_no.add(channel)

    def _confirms(self) -> None:
        """They open the letter, if it reached them, and press the button, perhaps twice."""
        for key in self._known.asked[:1]:
            # What begins with their having come, or with their having been lost, waited for this and begins only now.
            self._known.entered |= dict.fromkeys(("hello", "back"), self._wall())
            self._world.until_done(lambda key=key: self._world.confirm(key))  # type: ignore[misc]
            self._known.may["email"] = self._known.may["email"] or "email" not in self._known.said_no

    def _agrees(self) -> None:
        """They say yes again, to a rep."""
        self._says(Said("email", is_given=True, source="on the phone"))
        self._known.may["email"] = True

    def _says(self, said: Said) -> None:
        key = f"{self._person.number} {self._world.clock.at.isoformat()}"
        self._world.until_done(
            lambda: consents.record(self._world.services, DANA.slack_id, self._known.lead_id, said, key=key)
        )

    # --- what reps do

    def _moves(self, stage: str, event: str) -> None:
        def moved() -> None:
            services, lead_id = self._world.services, self._known.lead_id
            pipeline.move_stage(services, DANA.slack_id, lead_id, stage, {"lost.reason": "price", "back.why": "so"})

        self._world.until_done(moved)
        self._happened(event)

    def _lost(self) -> None:
        if "won" not in self._known.ended:
            self._known.ended.pop("lost", None)
            self._moves("lost", "lost")
            self._known.entered["back"] = self._known.ended["lost"]

    def _won(self) -> None:
        if "lost" not in self._known.ended:
            self._moves("won", "won")

    def _enrolled(self, name: str) -> None:
        """By hand; once, for nobody gets the same words twice."""
        before = self._wall()

        def enrolled() -> None:
            try:
                commanding.enrol(self._world.services, DANA.slack_id, self._known.lead_id, name)
            except DibsError as no:
                # Whoever was killed behind the commit has enrolled them, and only now says so.
                if f"in “{name}” already" not in str(no):
                    raise
            self._known.entered[name] = before + timedelta(microseconds=1)

        self._until_answered(enrolled)

    def _rests(self) -> None:
        """A rep pauses what they are in, and lets it go on a week later."""
        for later, deed in ((0, commanding.pause), (7, commanding.resume)):

            def done(deed=deed) -> None:  # type: ignore[no-untyped-def]
                self._until_answered(lambda: deed(self._world.services, DANA.slack_id, self._known.lead_id))

            self._world.agenda.add(self._world.clock.at + timedelta(days=later), done)

    def _until_answered(self, job) -> None:  # type: ignore[no-untyped-def]
        """A refusal with a reason is an answer like any other."""

        def asked() -> None:
            try:
                job()
            except DibsError:
                return

        self._world.until_done(asked)
