"""Sums and what is in none of them yet are together exactly what the rows say, whatever happened and when."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import Session, SQLModel, col, select

from bot.reports.crediting import row as credited
from store.database import Database
from store.models import (
    ClosedTotal,
    Credit,
    CreditTotal,
    EndingTotal,
    Fold,
    JudgedTotal,
    Lead,
    LevelChange,
    OriginTotal,
    OwnedTotal,
    Reached,
    ReachedTotal,
    SpeedTotal,
    StageTotal,
    Stay,
)
from store.reporting import (
    custom,
    goals,
    quality,
    reached,
    reasons,
    reps,
    sources,
    spans,
    speed,
    standing,
    stays,
    wins,
)
from store.reporting.additions import CREDITED
from store.reporting.folding import Folding
from store.reporting.recording import GONE
from store.reporting.scope import Scope
from store.unit_of_work import unit_of_work
from tests.store.story import ANN, BOB, ENTERPRISE, SMB, STANDINGS, Story, moment, scope

ZONES = ("UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Kiritimati")
STEPS = ("@arrived", "@claim", "@contact", "qualified", "@won")


def fold(told: Story, zone: str = "UTC", *, limit: int = 1000, slices: int = 1000) -> None:
    for _ in range(slices):
        with unit_of_work(told.database) as uow:
            found = Folding(uow.session, locks_rows=uow.locks_rows).slice(zone, limit=limit)
            uow.commit()
        if not found:
            return


def both(session: Session, asked: Scope) -> list[tuple[Any, Any]]:
    """Each question, answered as reports have it answered and by looking at every row."""
    answers: list[tuple[Any, Any]] = [
        (sorted(standing.standing(session, asked)), sorted(standing.plain(session, asked))),
        (sorted(reached.reached(session, asked)), sorted(reached.plain(session, asked))),
        (sorted(quality.judged(session, asked)), sorted(quality.plain(session, asked))),
        (sorted(quality.judged(session, asked)), sorted(said(session, asked))),
        (sorted(reps.owned(session, asked)), sorted(reps.plain(session, asked))),
    ]
    for by_rep in (True, False):
        found = stays.closed(session, asked, by_rep=by_rep), stays.plain(session, asked, by_rep=by_rep)
        answers.append((in_order(found[0]), in_order(found[1])))
        why = reasons.endings(session, asked, by_rep=by_rep), reasons.plain(session, asked, by_rep=by_rep)
        answers.append((sorted(why[0]), sorted(why[1])))
    for by in CREDITED:
        shares = wins.credited(session, asked, by=by), wins.plain(session, asked, by=by)
        answers.append((sorted(shares[0]), sorted(shares[1])))
    answers += [(speed.took(session, asked, step), speed.plain(session, asked, step)) for step in STEPS]
    for step, group in (("@arrived", "team"), ("@claim", "source"), ("@arrived", "stage"), ("@arrived", "rep")):
        made_up = custom.counts(session, asked, group, step), custom.plain(session, asked, group, step)
        answers.append((sorted(made_up[0], key=str), sorted(made_up[1], key=str)))
    for step, group in (("@arrived", "country"), ("@claim", "campaign"), ("@contact", "time")):
        by_origin = custom.counts(session, asked, group, step), custom.plain(session, asked, group, step)
        answers.append((by_day(asked, by_origin[0]), by_day(asked, by_origin[1])))
    answers.append((sorted(sources.campaigns(session, asked)), sorted(sources.plain(session, asked))))
    answers.append((sorted(sources.won(session, asked)), sorted(sources.won_plain(session, asked))))
    for group in ("rep", "stage", "source"):
        worth = custom.worth(session, asked, group), custom.plain_worth(session, asked, group)
        summed, every = (sorted((one for one in rows if one.cents), key=str) for rows in worth)
        answers.append((summed, every))
    return answers + [got_to(session, asked, step) for step in ("@arrived", "@claim")]


def by_day(asked: Scope, rows: list[custom.Counted]) -> Counter[Any]:
    """Quarters of an hour are as good as their days."""
    found = Counter[Any]()
    for one in rows:
        moment = one.key and isinstance(one.key, int) and spans.FIRST + timedelta(seconds=one.key * custom.QUARTER_HOUR)
        found[spans.day_at(asked.zone, moment) if moment else one.key or None] += one.leads
    return found


def said(session: Session, asked: Scope) -> list[quality.Judged]:
    """The first MQL and the last verdict of each lead, as they were said, and where it stood then."""
    stood = {stay.lead_id: stay for stay in session.exec(select(Stay)) if held(stay, asked)}
    first, last = dict[int, LevelChange](), dict[int, LevelChange]()
    for one in session.exec(select(LevelChange).where(LevelChange.at < asked.as_of).order_by(col(LevelChange.id))):
        if one.after == "mql":
            first.setdefault(one.lead_id, one)
        else:
            last[one.lead_id] = one
    found = Counter[tuple[int, str, str, str]](), Counter[tuple[int, str, str, str]]()
    for one in (*first.values(), *last.values()):
        stay = stood.get(one.lead_id)
        if stay is not None and asked.starts <= one.at < asked.ends:
            key = (stay.team_id, stay.source, one.after, one.reason if one.after == "rejected" else "")
            waits = stay.kind == "open" and not stay.is_cleared and one.lead_id not in last
            found[0][key] += 1
            found[1][key] += waits
    return [quality.Judged(*key, leads, found[1][key]) for key, leads in found[0].items()]


def held(stay: Stay, asked: Scope) -> bool:
    limits = ((stay.team_id, asked.team_ids), (stay.source, asked.sources), (stay.rep_id, asked.rep_ids))
    is_of_it = all(allowed is None or value in allowed for value, allowed in limits)
    return is_of_it and stay.began_at < asked.as_of and (stay.ended_at is None or stay.ended_at >= asked.as_of)


def got_to(session: Session, asked: Scope, step: str) -> tuple[Any, Any]:
    """By the period's end and by four days within it."""
    days = [asked.starts + timedelta(days=days) for days in (1, 20, 21, 40)]
    until = [*(day for day in days if day < asked.ends), asked.ends]
    return goals.reached(session, asked, step, until), goals.plain(session, asked, step, until)


def in_order(found: list[stays.ClosedSum]) -> list[stays.ClosedSum]:
    return sorted(found, key=lambda one: (*one[:1], one.rep_id or 0, *one[2:]))


# --- random histories

Deed = tuple[str, int, int]  # what, to which lead, how many hours later
DEEDS = st.lists(
    st.tuples(
        st.sampled_from([
            "arrives", "arrives", "claimed", "released", "stage", "stage", "stage", "deal", "merged", "back",
            "archived", "team", "credited", "judged", "judged", "contacted", "corrected", "corrected", "file", "file",
            "fold", "fold", "zone",
        ]),
        st.integers(0, 9), st.integers(0, 900),
    ),
    min_size=4, max_size=18,
)  # fmt: skip


TOUCHES = (("web", "a", "form"), ("fair", "a", "form"), ("fair", "b", "call"), ("", "b", "form"))


def credit(told: Story, salt: int = 0) -> None:
    """Wins so far, each to touches that have some of their names in common."""
    with told.changing() as uow:
        for win in wins.without_credits(uow.session, limit=2):
            for model, given in (("first", TOUCHES[:1]), ("linear", TOUCHES[salt % 2 :])):
                for place, (names, firsts) in enumerate(zip(given, wins.firsts(given), strict=True)):
                    more = {"cents": salt * place, "firsts": firsts}
                    wins.keep(uow.session, [credited(win, model, names, 1000) | more], locks_rows=uow.locks_rows)


LEVELS = ("mql", "sql", "rejected", "mql")


# What becomes of the last lead of a file in the transaction that writes it.
AT_ONCE: tuple[dict[str, Any], ...] = ({}, {"state": "merged", "team_id": SMB}, {"owner_id": ANN}, {"stage": "won"})


class Player:
    """Plays deeds one after another, folding now and then, at most a few rows at a time."""

    def __init__(self, database: Database) -> None:
        self.told = Story(database)
        self.zone = "UTC"
        self.leads: list[int] = []
        self.turns: dict[str, Callable[[int, int], None]] = {
            "claimed": lambda lead, salt: self.told.claims((ANN, BOB)[salt % 2], lead),
            "released": lambda lead, _: self.told.change(lead, owner_id=None),
            "stage": self.moves,
            "deal": self.is_worth,
            "contacted": lambda lead, salt: self.told.contacts(lead, worked=salt * 4000),
            "judged": self.is_judged,
            "merged": lambda lead, salt: self.told.change(lead, state=("merged", "undone")[salt % 2]),
            "archived": lambda lead, _: self.told.change(lead, state="archived"),
            "back": lambda lead, _: self.told.change(lead, state="live"),
            "corrected": lambda lead, salt: self.told.change(
                lead, country=(None, "DE", "X")[salt % 3], campaign=("", "Spring", "Other", None)[salt % 4]
            ),
            "team": lambda lead, salt: self.told.change(lead, team_id=(SMB, ENTERPRISE)[salt % 2]),
        }

    def play(self, deeds: list[Deed]) -> None:
        for what, salt, hours in deeds:
            self.told.now += timedelta(hours=hours, minutes=salt, microseconds=1)
            if what == "arrives" or not self.leads:
                source, team = ("web", "fair")[salt % 2], (SMB, ENTERPRISE)[salt % 3 == 0]
                origin = {"country": (None, "DE", "")[salt % 3], "campaign": ("", "Spring")[salt % 2]}
                self.leads.append(self.told.arrives(source, team, **origin))
            elif what == "credited":
                credit(self.told, salt)
            elif what == "file":
                self.leads += self.told.brings(*self.rows(salt), at_once=AT_ONCE[salt % len(AT_ONCE)])
            elif what in ("fold", "zone"):
                self.zone = self.told.zone = ZONES[salt % 4] if what == "zone" else self.zone
                fold(self.told, self.zone, limit=1 + salt, slices=1 + salt)
            else:
                self.turns[what](self.leads[salt % len(self.leads)], salt)

    def rows(self, salt: int) -> list[dict[str, Any]]:
        """Many are alike."""
        usual = {"source": "fair", "country": "DE", "campaign": "Spring"}
        other = {"source": "web", "team_id": ENTERPRISE, "level": "mql"}
        return [(usual, usual, usual | {"level": "mql"}, other)[one % 4] for one in range(salt, salt + 1 + salt % 4)]

    def moves(self, lead: int, salt: int) -> None:
        """Most leads that move are won or lost."""
        stage = [*STANDINGS, "won", "lost", "won", "qualified", "won"][salt]
        self.told.moves(lead, stage, ("price", "", "time")[salt % 3], ("", "Rival")[salt % 2])

    def is_judged(self, lead: int, salt: int) -> None:
        """Nobody judges what is part of another lead."""
        with self.told.reading() as session:
            found = session.get(Lead, lead)
            is_there = found is not None and found.state not in GONE
        if is_there:
            self.told.judged(lead, LEVELS[salt % 4], ("price", "time")[salt % 2])

    def is_worth(self, lead: int, salt: int) -> None:
        product = ("", "Basic", "Pro")[salt % 3]
        self.told.deal(lead, 1000 * salt, ("EUR", "USD")[salt % 2], probability=salt, product=product)

    def questions(self, hours: list[int]) -> list[Scope]:
        """About some time before now and about all of it, known now and known earlier, and about some of the leads."""
        now, then = self.told.now + timedelta(seconds=1), self.told.now - timedelta(hours=hours[0])
        first = moment("2026-09-01 00:00")
        month = moment(f"{then.year}-{then.month:02}-01 00:00")
        everything = Scope(moment("1990-01-01"), now, now, self.zone)
        return [
            everything,
            Scope(first, moment("2099-01-01"), then, self.zone),
            Scope(first, month, month, self.zone),
            Scope(first + timedelta(hours=hours[1]), then, now, self.zone),
            Scope(then - timedelta(days=90), now, now, self.zone, team_ids=frozenset({SMB})),
            Scope(first, now, month, self.zone, sources=frozenset({"web"})),
            Scope(first, now, now, self.zone, rep_ids=frozenset({ANN})),
            Scope(first, now, now, "Asia/Tokyo"),
        ]


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=DEEDS, hours=st.lists(st.integers(0, 4000), min_size=2, max_size=2))
def test_sums_and_the_rest_are_what_the_rows_say(database: Database, deeds: list[Deed], hours: list[int]) -> None:
    wipe(database)
    player = Player(database)
    player.play(deeds)
    with player.told.reading() as session:
        for asked in player.questions(hours):
            for answered, plain in both(session, asked):
                assert answered == plain
    fold(player.told, player.zone)
    with player.told.reading() as session:
        assert not session.exec(select(Stay).where(Stay.folded == 0)).all()
        assert standing.from_sums(session, player.questions(hours)[0]) is not None
        for asked in player.questions(hours):
            for answered, plain in both(session, asked):
                assert answered == plain


def wipe(database: Database) -> None:
    with unit_of_work(database) as uow:
        for table in reversed(SQLModel.metadata.sorted_tables):
            if table.name in TOLD:
                uow.session.connection().execute(text(f"DELETE FROM {table.name}"))  # noqa: S608
        uow.session.commit()


TOLD = {
    "stay", "reached", "stage_total", "reached_total", "speed_total", "closed_total", "ending_total", "credit_total",
    "stood_total", "step_total", "judged_total", "owned_total", "origin_total", "hold_total",
    "unanswered_total", "late_total",
    "hold", "decision", "offer", "press", "share_mark",
    "follow_up", "reminder", "reminder_total",
    "credit", "level_change", "fold", "opportunity", "stage_change", "lead", "lead_import", "rep", "team",
}  # fmt: skip


# --- by hand


@pytest.fixture
def told(database: Database) -> Story:
    """One lead, won on the last evening of October in Berlin, and one that waits."""
    told = Story(database)
    lead = told.at("2026-10-05 08:00").arrives()
    told.at("2026-10-05 09:00").claims(ANN, lead)
    told.at("2026-10-31 22:30").change(lead, stage="won")
    told.at("2026-10-31 23:30").arrives("fair", ENTERPRISE)
    return told


def test_what_is_folded_is_read_from_the_sums_alone(told: Story) -> None:
    fold(told)
    with unit_of_work(told.database) as uow:
        uow.session.connection().execute(text("UPDATE stay SET cents = 99, source = 'elsewhere'"))
        uow.session.connection().execute(text("UPDATE reached SET source = 'elsewhere', rep_id = 2"))
        asked = scope("2026-10-01", "2026-11-01", "2026-11-10")
        assert {one.source for one in standing.standing(uow.session, asked)} == {"web", "fair"}
        assert {one.source for one in reached.reached(uow.session, asked)} == {"web", "fair"}
        assert [one.cents for one in stays.closed(uow.session, asked)] == [0]
        assert [(one.source, one.cents) for one in reasons.endings(uow.session, asked)] == [("web", 0)]
        anns = replace(asked, rep_ids=frozenset({ANN}))
        assert goals.reached(uow.session, anns, "@claim", [moment("2026-10-05"), asked.ends]) == [0, 1]


def test_what_models_give_is_read_from_the_sums_alone_until_the_win_is_opened_again(told: Story) -> None:
    credit(told)
    fold(told)
    november, later = scope("2026-10-01", "2026-11-01", "2026-11-01"), scope("2026-10-01", "2026-11-01", "2026-11-10")
    told.at("2026-11-02 08:00").change(1, stage="qualified")
    for _ in range(2):
        with unit_of_work(told.database) as uow:
            found = {(one.model, one.source): one.deals for one in wins.credited(uow.session, november)}
            assert found == {("first", "web"): 1, ("linear", "web"): 1, ("linear", "fair"): 1, ("linear", ""): 1}
            assert wins.from_sums(uow.session, later) == wins.plain(uow.session, later) == []
            for asked in (november, later):
                for answered, plain in both(uow.session, asked):
                    assert answered == plain
        fold(told)
    with unit_of_work(told.database) as uow:
        uow.session.connection().execute(text("UPDATE credit SET source = source || 'elsewhere', firsts = 0"))
        assert {one.source for one in wins.credited(uow.session, november)} == {"web", "fair", ""}


@pytest.mark.parametrize("is_folded", [False, True])
def test_what_went_on_to_somebody_else_and_was_cleared_out_counts_as_it_was_then(
    told: Story, *, is_folded: bool
) -> None:
    """Ann gave one back without a contact, which Bob had in November, and which nobody has judged."""
    lead = told.at("2026-10-06 08:00").arrives(country="DE", campaign="Spring")
    told.judged(lead, "mql")
    told.at("2026-10-07 08:00").claims(ANN, lead)
    deeds: list[Callable[[], None]] = [
        lambda: told.at("2026-10-08 08:00").change(lead, owner_id=BOB),
        lambda: told.at("2026-11-02 08:00").contacts(lead, worked=600),
        lambda: told.at("2026-11-03 08:00").change(lead, state="archived"),
        lambda: told.at("2026-12-03 08:00").judged(lead, "rejected", "price"),
    ]
    for deed in deeds:
        if is_folded:
            fold(told)
        deed()
    fold(told)
    for as_of in ("2026-11-01", "2026-12-01", "2026-12-10"):
        with told.reading() as session:
            asked = scope("2026-10-01", "2026-11-01", as_of)
            assert reps.from_sums(session, asked) is not None
            for answered, plain in both(session, asked):
                assert answered == plain


OCTOBERS = {
    "2026-11-01": ({("Spring", "@arrived"): 1, ("Spring", "@mql"): 1, ("", "@arrived"): 1}, {"Spring": 1}),
    "2026-12-01": ({("Fair", "@arrived"): 1, ("Fair", "@mql"): 1, ("", "@arrived"): 1}, {"Fair": 1}),
    "2026-12-10": ({("Fair", "@arrived"): 1, ("Fair", "@mql"): 1, ("Spring", "@arrived"): 1}, {"Fair": 1}),
    "2026-12-25": ({("Fair", "@arrived"): 1, ("Fair", "@mql"): 1}, {"Fair": 1}),
}


@pytest.mark.parametrize("is_folded", [False, True])
def test_a_lead_counts_with_the_campaign_and_the_country_that_it_had_then(
    database: Database, *, is_folded: bool
) -> None:
    """One is won and corrected after it; another's becomes known, and it turns out to be somebody else."""
    told = Story(database)
    one, other = told.at("2026-10-05 08:00").arrives(campaign="Spring", country="DE"), told.arrives()
    deeds: list[Callable[[], None]] = [
        lambda: told.at("2026-10-06 08:00").judged(one, "mql"),
        lambda: told.at("2026-10-07 08:00").moves(one, "won"),
        lambda: told.at("2026-11-02 08:00").change(one, campaign="Fair"),
        lambda: told.at("2026-12-05 08:00").change(other, campaign="Spring", country="DE"),
        lambda: told.at("2026-12-20 08:00").change(other, state="merged"),
    ]
    for deed in deeds:
        if is_folded:
            fold(told)
        deed()
    fold(told)
    for as_of, (came, won) in OCTOBERS.items():
        with told.reading() as session:
            asked = scope("2026-10-01", "2026-11-01", as_of, team_ids=[SMB])
            assert {(row.campaign, row.step): row.leads for row in sources.campaigns(session, asked)} == came
            assert {row.campaign: row.leads for row in sources.won(session, asked)} == won
            for answered, plain in both(session, asked):
                assert answered == plain


def test_corrections_are_in_the_sums_themselves(told: Story) -> None:
    told.at("2026-11-02 08:00").change(1, campaign="Fair", country="DE")
    fold(told)
    with unit_of_work(told.database) as uow:
        uow.session.connection().execute(text("UPDATE stay SET campaign = 'elsewhere'"))
        uow.session.connection().execute(text("UPDATE reached SET campaign = 'elsewhere', country = 'elsewhere'"))
        for as_of, campaign, country in (("2026-11-01", "", None), ("2026-12-01", "Fair", "DE")):
            asked = scope("2026-10-01", "2026-11-01", as_of, team_ids=[SMB])
            assert [one.campaign for one in sources.campaigns(uow.session, asked)] == [campaign]
            assert [one.campaign for one in sources.won(uow.session, asked)] == [campaign]
            assert [one.key for one in custom.counts(uow.session, asked, "country", "@won")] == [country]


def test_folding_again_changes_nothing(told: Story) -> None:
    fold(told)
    before = sums(told)
    fold(told)
    assert sums(told) == before


def test_a_row_that_ends_is_taken_off_once(told: Story) -> None:
    fold(told)
    told.at("2026-11-02 08:00").change(1, stage="qualified")
    fold(told, limit=1)
    fold(told)
    with told.reading() as session:
        found = standing.from_sums(session, scope("2026-10-01", "2026-11-01", "2026-11-10"))
        assert found is not None
        assert {(one.stage, one.leads) for one in found} == {("qualified", 1), ("new", 1)}


def test_what_was_not_committed_was_not_folded(told: Story) -> None:
    fold(told, slices=2)  # which only make room for sums
    before = sums(told)
    with unit_of_work(told.database) as uow:
        assert Folding(uow.session, locks_rows=uow.locks_rows).slice("UTC", limit=1000)
    assert sums(told) == before
    fold(told)
    assert sums(told) != before


def test_the_zone_decides_to_which_month_an_evening_belongs(told: Story) -> None:
    fold(told, "Europe/Berlin")
    assert {one.arrived for one in everything(told, ReachedTotal)} == {2026, 20264, 202610, 202611}
    fold(told, "UTC")
    assert {one.arrived for one in everything(told, ReachedTotal)} == {2026, 20264, 202610}


def test_sums_of_another_zone_are_not_read(told: Story) -> None:
    fold(told, "Europe/Berlin")
    with told.reading() as session:
        asked = scope("2026-10-01", "2026-11-01", "2026-11-10")
        assert standing.from_sums(session, asked) is None
        assert sum(one.leads for one in standing.standing(session, asked)) == 2


def test_while_sums_are_made_anew_nobody_reads_them(told: Story) -> None:
    fold(told, "Europe/Berlin")
    fold(told, "UTC", limit=1, slices=1)
    with told.reading() as session:
        asked = scope("2026-10-01", "2026-11-01", "2026-11-10")
        assert standing.from_sums(session, asked) is None
        assert sum(one.leads for one in standing.standing(session, asked)) == 2


def test_two_replicas_never_fold_at_the_same_time(database: Database, told: Story) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite lets one writer in at a time")
    fold(told, slices=2)
    with unit_of_work(database) as one:
        assert Folding(one.session, locks_rows=True).slice("UTC", limit=1000)
        with unit_of_work(database) as other:
            assert Folding(other.session, locks_rows=True).slice("UTC", limit=1000) == 0
        one.commit()
    before = sums(told)
    fold(told)
    assert sums(told) == before


def test_a_row_that_somebody_is_changing_is_left_for_later(database: Database, told: Story) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite lets one writer in at a time")
    fold(told, slices=2)
    with unit_of_work(database) as writer:
        writer.session.connection().execute(text("SELECT id FROM stay WHERE id = 1 FOR UPDATE"))
        fold(told)
        assert [stay.folded for stay in everything(told, Stay)].count(0) == 1
        fold(told, "Asia/Tokyo", slices=5)
        assert everything(told, Fold)[0].is_clearing
        with unit_of_work(database) as in_vain:
            assert Folding(in_vain.session, locks_rows=True).slice("Asia/Tokyo", limit=1000) == 0
    fold(told, "Asia/Tokyo")
    assert all(stay.folded for stay in everything(told, Stay))
    with told.reading() as session:
        asked = scope("2026-10-01", "2026-11-01", "2026-11-10")
        for answered, plain in both(session, Scope(asked.starts, asked.ends, asked.as_of, "Asia/Tokyo")):
            assert answered == plain


def test_what_is_credited_with_a_win_that_somebody_is_opening_again_is_left_for_later(
    database: Database, told: Story
) -> None:
    """The stay is locked with its credits, so that they never go into the sums as those of a win that holds."""
    if database.is_sqlite:
        pytest.skip("SQLite lets one writer in at a time")
    credit(told)
    fold(told, slices=2)
    with told.at("2026-11-02 08:00").changing() as uow:
        # Whoever opens it again ends the stay first, and its credits a statement later.
        uow.session.connection().execute(text("SELECT id FROM stay WHERE kind = 'won' FOR UPDATE"))
        fold(told)
        assert {one.folded for one in everything(told, Credit)} == {0}
        lead = uow.leads.get(1)
        assert lead is not None
        lead.stage = "qualified"
    later = scope("2026-10-01", "2026-11-01", "2026-11-10")
    for _ in range(2):
        with told.reading() as session:
            for answered, plain in both(session, later):
                assert answered == plain
            assert wins.from_sums(session, later) == []
        fold(told)


def everything(told: Story, model: type[Any]) -> list[Any]:
    with told.reading() as session:
        return list(session.exec(select(model)))


def sums(told: Story) -> dict[str, list[tuple[Any, ...]]]:
    models = (
        StageTotal, ReachedTotal, SpeedTotal, ClosedTotal, EndingTotal, CreditTotal, JudgedTotal, OwnedTotal,
        OriginTotal, Stay, Reached,
    )  # fmt: skip
    return {
        model.__tablename__: sorted(tuple(row.model_dump().values()) for row in everything(told, model))  # type: ignore[misc]
        if model not in (Stay, Reached)
        else sorted((row.id, row.folded) for row in everything(told, model))
        for model in models
    }
