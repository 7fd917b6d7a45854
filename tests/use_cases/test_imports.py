"""A file of leads: what is read, dealt, told and taken back; and that it is the same as if they had come one by one."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import event
from sqlmodel import SQLModel

from bot import accounts, distribution, merging, pipeline, search
from bot.contact import withdrawing
from bot.errors import DibsError, InvalidInputError, NotAllowedError, NotFoundError
from bot.files.reading import read_table
from bot.importing import drafts as imports
from bot.importing import news as import_news
from bot.importing import work as import_work
from bot.intake import capture
from bot.ledger import verification
from bot.outbox import SlackCall
from bot.people import Profile
from bot.playbook.fields import CustomField
from bot.playbook.matching import Matching
from bot.playbook.parts import Routing
from bot.playbook.playbook import read_playbook
from bot.reports.folding import fold
from bot.reports.quality import QUALITY
from bot.rules.accounts import account_of
from bot.rules.cleaning.lead import clean_lead
from bot.rules.mapping.guessing import Column
from bot.rules.matching import Match
from bot.views import imports as views
from store.database import Database
from store.models import (
    Consent,
    Decision,
    Duplicate,
    Evaluation,
    FollowUp,
    Import,
    ImportFile,
    ImportRow,
    Lead,
    Merge,
    Note,
    Offer,
    OutboxRow,
    Reminder,
    Touch,
)
from store.reporting import quality
from tests.factories import ALICE, BOB, CAROL, DANA, PLAYBOOK, Office, everyone_new
from tests.reporting import asked
from tests.schemas import create_tables

CONFERENCE = Path(__file__).parents[2] / "samples" / "conference.csv"
HEAD = "Name,Email,Phone,Company,Country\n"
TWO = HEAD + "Ann Lee,ann@lake.example,+44 20 7946 0001,Lake Ltd,GB\nBo Berg,bo@berg.example,,Berg AB,SE\n"


WITH_MATCHING = everyone_new().model_copy(update={"matching": Matching()})


@pytest.fixture
def office(database: Database) -> Office:
    """Tuesday morning in Europe: Alice and Bob are at work in team smb, Carol in New York is not yet."""
    return Office(database, ALICE, BOB, CAROL, playbook=WITH_MATCHING)


def give(office: Office, text: str | bytes = TWO, *, by: str = ALICE.slack_id, name: str = "fair.csv") -> int:
    content = text.encode() if isinstance(text, str) else text
    import_id = imports.draft(office.services, by, name, content, channel="C0LEADSSMB")
    imports.look(office.services, by, import_id)
    return import_id


def bring_in(office: Office, text: str | bytes = TWO, *, by: str = ALICE.slack_id, **chosen: str) -> int:
    import_id = give(office, text, by=by)
    imports.choose(office.services, by, import_id, chosen)
    imports.start(office.services, by, import_id)
    work(office)
    return import_id


def work(office: Office) -> None:
    """The ticks, until nothing is due."""
    while due := import_work.due(office.services):
        for import_id in due:
            import_work.advance(office.services, import_id)


def deal(office: Office) -> None:
    while office.drain():
        pass
    for _ in range(2):
        for import_id in import_news.due(office.services):
            import_news.tell(office.services, import_id)


def card(office: Office) -> str:
    call = office.render(office.rows(OutboxRow, kind="import")[-1])
    assert isinstance(call, SlackCall)
    return str(call.arguments)


# --- read


def test_a_rep_fills_in_no_field_of_the_managers_by_a_file_not_even_by_force(office: Office) -> None:
    levels = CustomField(name="level-of-trust", type="choice", choices=("secret a", "b"), seen_by="managers")
    office.services.put_in_force(office.services.playbook.model_copy(update={"fields": (levels,)}))
    text = "Name,Email,Phone,LEVEL of Trust,Other\nAnn Lee,ann@lake.example,,c,d\n"

    def seen(by: Profile, import_id: int) -> str:
        return str(views.columns(imports.look(office.services, by.slack_id, import_id)))

    import_id = give(office, text)
    assert "fields.level-of-trust" not in seen(ALICE, import_id)
    forged = {"column.3": views.EXTRA, "column.4": "fields.level-of-trust"}
    for by in (ALICE, DANA):  # a manager does not make the rep's file tell of it either
        plan = imports.choose(office.services, by.slack_id, import_id, forged)
        assert [column.field for column in plan.columns] == ["name", "email", "phone", None, None]
    plan = imports.choose(office.services, ALICE.slack_id, import_id, {"column.3": "salutation"})
    assert plan.columns[3].field is None
    assert "secret a" not in str(views.preview(imports.preview(office.services, ALICE.slack_id, import_id)))
    imports.start(office.services, ALICE.slack_id, import_id)
    work(office)
    assert [lead.fields for lead in office.rows(Lead)] == [{}]
    assert office.rows(ImportRow) == []
    assert "fields.level-of-trust" in seen(DANA, give(office, text, by=DANA.slack_id))


def test_the_form_says_only_what_is_unusual(office: Office) -> None:
    def said(text: bytes) -> str:
        return str(views.columns(imports.look(office.services, ALICE.slack_id, give(office, text))))

    plain = said(TWO.encode())
    assert "Ann Lee; Bo Berg" in plain
    assert not any(word in plain for word in ("sure:", "written in", "separated by", "usual name"))
    odd = said("Compny;Email;Mail 2;Größe\nLake Ltd;ann@lake.example;a@b.example;klein\n".encode("cp1252"))
    assert "% sure: " in odd  # of a heading with a mistake in it
    assert "“Email” is the e-mail already." in odd
    assert "written in Windows-1252" in odd


def test_each_row_becomes_a_lead_that_waits_for_its_turn(office: Office) -> None:
    import_id = bring_in(office)
    ann, bo = office.rows(Lead)
    assert (ann.name, ann.email, ann.phone, ann.company) == ("Ann Lee", "ann@lake.example", "+442079460001", "Lake Ltd")
    assert ann.held_since is not None
    assert bo.held_since is not None
    assert {lead.import_id for lead in (ann, bo)} == {import_id}
    assert ann.is_quiet
    assert (ann.source, ann.route_mode) == ("fair", "auto")
    assert len(office.rows(Evaluation)) == 2
    assert office.get(Import, import_id).status == "done"


def test_what_a_file_brought_is_found_by_its_words_until_it_is_taken_back(office: Office) -> None:
    import_id = bring_in(office)
    name = office.rows(Lead, import_id=import_id)[0].name
    assert [row.lead.name for row in search.find(office.services, DANA.slack_id, name).rows] == [name]
    imports.undo(office.services, ALICE.slack_id, import_id)
    work(office)
    assert search.find(office.services, DANA.slack_id, name).rows == ()


def test_the_file_is_kept_until_it_is_worked_off_and_no_longer(office: Office) -> None:
    give(office)
    assert len(office.rows(ImportFile)) == 1
    bring_in(office)
    assert len(office.rows(ImportFile)) == 1  # the draft's


def test_a_row_that_cannot_be_taken_is_kept_with_its_line_and_reason(office: Office) -> None:
    import_id = bring_in(office, HEAD + "Ann,ann@lake.example,,,\nBo,bo(at)berg,,Berg,\n")
    (row,) = office.rows(ImportRow)
    assert (row.import_id, row.line, row.cells[:2]) == (import_id, 3, ["Bo", "bo(at)berg"])
    assert "@" in row.reason
    assert len(office.rows(Lead)) == 1


def test_the_same_person_twice_in_a_file_is_one_lead(office: Office) -> None:
    bring_in(office, CONFERENCE.read_bytes())
    (merge,) = office.rows(Merge)
    kept, gone = office.get(Lead, merge.kept_id), office.get(Lead, merge.gone_id)
    assert (kept.email, kept.state, gone.state) == (gone.email, "live", "merged")


def test_somebody_we_know_keeps_their_lead_and_owner(office: Office) -> None:
    known = office.claimed_lead(ALICE, email="ann@lake.example", name="Ann Lee", company="Lake Ltd", phone=None)
    bring_in(office)
    deal(office)
    assert office.owner(known) == "Alice"
    (merge,) = office.rows(Merge)
    assert merge.kept_id == known
    assert [lead.name for lead in office.rows(Lead, state="live")] == ["Ann Lee", "Bo Berg"]


def test_a_withdrawal_is_not_overruled_by_a_list(office: Office) -> None:
    known = office.lead(email="ann@lake.example", name="Someone Else", company="Other", phone="+49 30 901820")
    with office.services.unit_of_work() as uow:
        lead = uow.leads.lock(known)
        assert lead is not None
        withdrawing.unsubscribed(office.services, uow, lead, office.clock.now(), at=office.clock.now())
        uow.commit()
    given_before = len(office.rows(Consent, is_given=True))
    bring_in(
        office, HEAD + "Ann Lee,ann@lake.example,,Lake,\nBo,bo@berg.example,,,\n", consent="contract", wording="Yes"
    )
    assert not [lead for lead in office.rows(Lead, email="ann@lake.example") if lead.consent]
    (bo,) = office.rows(Lead, email="bo@berg.example")
    assert bo.consent
    (said,) = office.rows(Consent, is_given=True)[given_before:]
    assert (said.lead_id, said.basis, said.wording) == (bo.id, "contract", "Yes")


# --- looked at


def test_a_preview_says_what_would_come_of_it_and_writes_nothing(office: Office) -> None:
    import_id = give(office, CONFERENCE.read_bytes())
    before = office.snapshot()
    found = imports.preview(office.services, ALICE.slack_id, import_id)
    assert office.snapshot() == before
    assert (found.counts["new"], found.counts["same"], found.counts["invalid"]) == (12, 1, 3)
    assert dict(found.shares) == {"Alice": 6, "Bob": 6}
    ((line, who, why),) = found.examples["same"]
    assert (line, who) == (10, "Hanna Vogel, Nordlicht GmbH")
    assert why.startswith("the same as line 2: same e-mail")


def test_the_preview_comes_true(office: Office) -> None:
    import_id = give(office, CONFERENCE.read_bytes())
    found = imports.preview(office.services, ALICE.slack_id, import_id)
    imports.start(office.services, ALICE.slack_id, import_id)
    work(office)
    deal(office)
    job = office.get(Import, import_id)
    assert {verdict: job.counts[verdict] for verdict in found.counts} == dict(found.counts)
    owned = [office.owner(lead.id or 0) for lead in office.rows(Lead, state="live")]
    assert {name: owned.count(name) for name in set(owned)} == dict(found.shares)


def test_a_column_goes_where_somebody_says(office: Office) -> None:
    import_id = give(office, "A;B\nann@lake.example;Ann Lee\n")
    draft = imports.look(office.services, ALICE.slack_id, import_id)
    assert len(draft.plan.columns) == 2
    chosen = {"column.0": "email", "column.1": "name", "mode": "offer", "source": "fair", "campaign": "spring"}
    imports.choose(office.services, ALICE.slack_id, import_id, chosen)
    imports.start(office.services, ALICE.slack_id, import_id)
    work(office)
    (lead,) = office.rows(Lead)
    assert (lead.name, lead.email, lead.campaign, lead.route_mode) == ("Ann Lee", "ann@lake.example", "spring", "offer")


@pytest.mark.parametrize("values", [{"column.0": "owner_id"}, {"mode": "mine"}, {"consent": "sure"}])
def test_what_is_not_in_the_list_is_refused(office: Office, values: dict[str, str]) -> None:
    import_id = give(office)
    with pytest.raises(InvalidInputError, match="Choose one of the list"):
        imports.choose(office.services, ALICE.slack_id, import_id, values)


# --- who may


def test_a_stranger_may_not_import(office: Office) -> None:
    assert not imports.may_import(office.services, "U0ERIN")
    with pytest.raises(NotAllowedError):
        imports.draft(office.services, "U0ERIN", "fair.csv", TWO.encode())


def test_a_file_is_the_uploaders_and_the_managers(office: Office) -> None:
    import_id = give(office)
    assert imports.readable(office.services, DANA.slack_id, import_id).id == import_id
    for use in (imports.readable, imports.look, imports.start, imports.undo, imports.send_failed):
        with pytest.raises(NotFoundError, match="somebody else's"):
            use(office.services, BOB.slack_id, import_id)


def test_a_large_file_is_for_a_manager_to_import(office: Office) -> None:
    text = HEAD + "".join(f"P {n},p{n}@many.example,,,\n" for n in range(imports.MOST_FOR_REPS + 1))
    import_id = give(office, text)
    with pytest.raises(NotAllowedError, match="Only managers"):
        imports.start(office.services, ALICE.slack_id, import_id)
    imports.start(office.services, DANA.slack_id, import_id)


def test_an_import_starts_once(office: Office) -> None:
    import_id = bring_in(office)
    with pytest.raises(DibsError, match="already"):
        imports.start(office.services, ALICE.slack_id, import_id)
    assert len(office.rows(Lead)) == 2


def test_the_same_file_is_asked_about_once(office: Office) -> None:
    file = {"id": "F1", "name": "fair.csv"}
    first, second = (
        imports.offer(office.services, ALICE.slack_id, file, TWO.encode(), channel="C0LEADSSMB", key="F1:C")
        for _ in range(2)
    )
    assert first is not None
    assert second is None
    assert office.lines("ephemeral") == ["fair.csv: 2 rows. Shall I read it as leads?"]


# --- told


def test_an_import_has_one_card_and_each_rep_one_message(office: Office) -> None:
    bring_in(office, CONFERENCE.read_bytes())
    deal(office)
    assert len(office.waiting("import")) == 1
    assert office.waiting("card") == office.waiting("thread") == []
    assert sorted((row.lane, row.payload["text"]) for row in office.waiting("message")) == [
        ("user:U0ALICE", "6 leads from fair.csv are yours now."),
        ("user:U0BOB", "6 leads from fair.csv are yours now."),
    ]
    assert "12 new" in card(office)
    assert "6 leads" in card(office)


def test_nobody_is_told_twice_of_the_same(office: Office) -> None:
    bring_in(office)
    for _ in range(4):
        deal(office)
    assert len(office.rows(OutboxRow, kind="message")) == 2


def test_a_lead_gets_its_card_when_somebody_works_on_it(office: Office) -> None:
    bring_in(office)
    deal(office)
    (mine,) = office.rows(Lead, owner_id=office.rows(Lead)[0].owner_id)
    who = ALICE if office.owner(mine.id or 0) == "Alice" else BOB
    pipeline.add_note(office.services, who.slack_id, mine.id or 0, "Called", key="k")
    assert not office.get(Lead, mine.id or 0).is_quiet
    assert [row.payload["lead_id"] for row in office.waiting("card")] == [mine.id]


def test_my_leads_are_those_given_or_offered_to_me(office: Office) -> None:
    import_id = bring_in(office, CONFERENCE.read_bytes(), mode="offer")
    deal(office)
    shown = str(imports.mine(office.services, BOB.slack_id, import_id))
    offered = {offer.lead_id for offer in office.rows(Offer, status="open") if offer.rep_id == rep_id(office, "Bob")}
    assert len(offered) == 6
    assert shown.count("'Claim'") == 6
    assert "None of the leads" in imports.mine(office.services, CAROL.slack_id, import_id).text


def rep_id(office: Office, name: str) -> int:
    with office.services.reading() as uow:
        return next(number for number, known in uow.people.names().items() if known == name)


def test_failed_rows_come_as_a_file_that_no_cell_of_which_acts_as_a_formula(office: Office) -> None:
    import_id = bring_in(office, HEAD + "=1+1,bad,,,\n@cmd,worse,,-5,\n")
    imports.send_failed(office.services, ALICE.slack_id, import_id)
    (row,) = office.waiting("failed rows")
    call = office.render(row)
    assert isinstance(call, SlackCall)
    lines = call.arguments["content"].decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Line,Why it was not taken,Name")
    assert lines[1].startswith("2,")
    assert "'=1+1" in lines[1]
    assert "'@cmd" in lines[2]
    assert "'-5" in lines[2]
    assert row.lane == "files:U0ALICE"  # no reminder waits behind it


# --- taken back

PUT_BACK: tuple[type[SQLModel], ...] = (Touch, Consent, Evaluation, Duplicate, Note, FollowUp, Reminder, Offer)


def test_what_was_there_before_is_there_again(office: Office) -> None:
    office.claimed_lead(ALICE, email="ann@lake.example", name="Ann Lee", company="Lake Ltd", phone=None)
    office.lead(email="jo@lake.example", name="Jo Mint")
    before = picture(office)
    import_id = bring_in(office)
    deal(office)
    imports.undo(office.services, ALICE.slack_id, import_id)
    work(office)
    assert picture(office) == before
    assert {lead.state for lead in office.rows(Lead, import_id=import_id)} == {"undone"}
    assert office.get(Import, import_id).status == "undone"


def picture(office: Office) -> dict[str, Any]:
    """All that hangs from leads that no import brought."""
    brought = {lead.id for lead in office.rows(Lead) if lead.import_id}
    hung = {
        model.__name__: [row.model_dump() for row in office.rows(model) if getattr(row, "lead_id", 0) not in brought]
        for model in PUT_BACK
    }
    return hung | {"Lead": [lead.model_dump() for lead in office.rows(Lead, import_id=None)]}


def test_what_somebody_has_worked_on_stays_and_is_named(office: Office) -> None:
    import_id = bring_in(office)
    deal(office)
    ann = office.rows(Lead, name="Ann Lee")[0]
    who = ALICE if office.owner(ann.id or 0) == "Alice" else BOB
    pipeline.add_note(office.services, who.slack_id, ann.id or 0, "Called", key="k")
    imports.undo(office.services, ALICE.slack_id, import_id)
    work(office)
    assert [(lead.name, lead.state) for lead in office.rows(Lead)] == [("Ann Lee", "live"), ("Bo Berg", "undone")]
    assert f"#{ann.id} Ann Lee" in card(office)


def test_offers_of_an_import_that_is_taken_back_are_withdrawn_and_the_turn_comes_again(office: Office) -> None:
    import_id = bring_in(office, mode="offer")
    deal(office)
    imports.undo(office.services, DANA.slack_id, import_id)
    work(office)
    assert {offer.status for offer in office.rows(Offer)} == {"withdrawn"}


def test_a_day_later_it_stays(office: Office) -> None:
    import_id = bring_in(office)
    office.clock.advance(days=1, minutes=1)
    with pytest.raises(DibsError, match="more than a day ago"):
        imports.undo(office.services, ALICE.slack_id, import_id)


def test_an_import_may_be_stopped_on_its_way(office: Office) -> None:
    import_id = give(office)
    imports.start(office.services, ALICE.slack_id, import_id)
    imports.undo(office.services, ALICE.slack_id, import_id)
    work(office)
    assert office.rows(Lead) == []
    assert office.get(Import, import_id).status == "undone"


# --- alike


def test_a_file_that_cannot_be_read_any_more_fails_with_a_sentence(office: Office) -> None:
    import_id = give(office)
    with office.services.unit_of_work() as uow:
        uow.imports.forget_content(import_id)
        uow.imports.keep_content(import_id, b"")
        uow.commit()
    imports.start(office.services, ALICE.slack_id, import_id)
    work(office)
    job = office.get(Import, import_id)
    assert job.status == "failed"
    assert job.problem


NAMES = st.sampled_from(["Ann Lee", "Anne Lee", "ann lee", "Bo Berg", "Lee, Ann", "Jörg Groß", ""])
MAILS = st.sampled_from(["ann@lake.example", "Ann@Lake.example", "bo@berg.example", "jo@gmail.com", "not a mail", ""])
PHONES = st.sampled_from(["+44 20 7946 0001", "020 7946 0001", "12", "", ""])
COMPANIES = st.sampled_from(["Lake Ltd", "LAKE LIMITED", "Berg AB", ""])
LINES = st.lists(st.tuples(NAMES, MAILS, PHONES, COMPANIES, st.sampled_from(["GB", "Germany", ""])), max_size=8)
ALIKE = (
    "name", "email", "phone", "company", "title", "country", "website", "fields", "originals", "flaws", "profile",
    "account", "person_block", "company_block", "state", "score", "level", "team_id", "route_reason", "consent",
)  # fmt: skip


OLDER_IS_MEANT = [
    ("Lee, Ann", "ann@lake.example", "", "Lake Ltd", "Germany"),
    ("Ann Lee", "jo@gmail.com", "020 7946 0001", "LAKE LIMITED", "Germany"),
    ("ann lee", "bo@berg.example", "", "Lake Ltd", "Germany"),
]
NAME_IS_LEARNED_LATER = [
    ("Bo Berg", "jo@gmail.com", "020 7946 0001", "LAKE LIMITED", "GB"),
    ("Bo Berg", "ann@lake.example", "020 7946 0001", "Berg AB", "GB"),
    ("Lee, Ann", "Ann@Lake.example", "", "Lake Ltd", "Germany"),
]


FOUND_BY_WHAT_TWO_ROWS_SAY = [
    ("Jörg Groß", "bo@berg.example", "020 7946 0001", "", "GB"),
    ("", "bo@berg.example", "", "Lake Ltd", "GB"),
    ("Jörg Groß", "jo@gmail.com", "", "LAKE LIMITED", ""),
]


@settings(max_examples=20, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(lines=LINES)
@example(lines=OLDER_IS_MEANT)
@example(lines=NAME_IS_LEARNED_LATER)
@example(lines=FOUND_BY_WHAT_TWO_ROWS_SAY)
def test_a_file_gives_the_same_leads_as_its_rows_one_by_one(lines: list[tuple[str, ...]]) -> None:
    one, other = Database("sqlite://"), Database("sqlite://")
    by_file, singly = fresh(one), fresh(other)
    names = ("name", "email", "phone", "company", "country")
    text = HEAD + "".join(",".join(f'"{cell}"' for cell in line) + "\n" for line in lines)
    if lines:
        bring_in(by_file, text, **{f"column.{place}": name for place, name in enumerate(names)})
    learn_names(singly, lines)
    failed = 0
    for number, line in enumerate(lines):
        raw: dict[str, Any] = dict(zip(names, line, strict=True))
        try:
            capture.take_lead(singly.services, {**raw, "source": "fair"}, key=str(number), kind="import")
        except InvalidInputError:
            failed += 1
    assert [alike(lead) for lead in by_file.rows(Lead)] == [alike(lead) for lead in singly.rows(Lead)]
    assert pairs(by_file) == pairs(singly)
    assert len(by_file.rows(ImportRow)) == failed
    one.close()
    other.close()


def learn_names(office: Office, lines: list[tuple[str, ...]]) -> None:
    """A file is read before anybody in it is compared: what its companies' names mean is known to its first row."""
    pairs = []
    for name, email, phone, company, country in lines:
        raw = {"name": name, "email": email, "phone": phone, "company": company, "country": country}
        with suppress(InvalidInputError):
            clean = clean_lead(raw)
            pairs.append((account_of(clean.email, clean.company), clean.company))
    with office.services.unit_of_work() as uow:
        accounts.settle(uow, pairs)
        uow.commit()


def fresh(database: Database) -> Office:
    create_tables(database)
    return Office(database, ALICE, BOB, playbook=WITH_MATCHING)


def alike(lead: Lead) -> dict[str, Any]:
    return {name: getattr(lead, name) for name in ALIKE}


def pairs(office: Office) -> list[Any]:
    asked = [(one.lead_id, one.other_id, one.probability, one.reasons) for one in office.rows(Duplicate)]
    return [asked, [(one.gone_id, one.kept_id, one.how, one.reasons) for one in office.rows(Merge)]]


def test_what_an_import_joined_can_be_parted_again(office: Office) -> None:
    bring_in(office, CONFERENCE.read_bytes())
    (merge,) = office.rows(Merge)
    merging.split(office.services, DANA.slack_id, merge.gone_id)
    assert {lead.state for lead in office.rows(Lead)} == {"live"}


def test_a_good_lead_that_an_import_joined_and_that_is_parted_again_is_an_mql_in_every_answer(office: Office) -> None:
    """Of a whole month, which is read from sums, and of a week, which is read lead by lead."""
    scoring = read_playbook(PLAYBOOK).scoring.model_copy(update={"mql": 1, "questions": ()})
    office.services.put_in_force(office.services.playbook.model_copy(update={"scoring": scoring}))
    for _ in range(2):
        bring_in(office, "Name,Email,Message\nAnn Lee,ann@lake.example,What does it cost? We need 500 seats.\n")
    (merge,) = office.rows(Merge)
    merging.split(office.services, DANA.slack_id, merge.gone_id)
    fold(office.services)
    for days in ((date(2026, 11, 1), date(2026, 12, 1)), (date(2026, 11, 23), date(2026, 11, 30))):
        with asked(office, QUALITY, *days) as one:
            assert [row.leads for row in quality.judged(one.uow.session, one.scope)] == [2]


# --- between the look-up and the writing


def bring_in_while(office: Office, text: str, meanwhile: Callable[[], object]) -> int:
    """It happens once the rows were looked up, and before any is written."""
    import_id = give(office, text)
    imports.start(office.services, ALICE.slack_id, import_id)
    rows = list(read_table(text.encode(), "fair.csv"))
    calls = 0

    def breathe() -> None:
        nonlocal calls
        calls += 1
        if calls == len(rows) + 1:
            meanwhile()

    work = import_work.Work(office.services, office.get(Import, import_id), breathe=breathe)
    assert work.take(rows)
    work.finish()
    return import_id


@pytest.mark.parametrize("known_by", [{"email": "ann@lake.example"}, {"phone": "+44 20 7946 0001"}])
def test_who_comes_while_the_file_is_looked_through_is_no_second_lead(office: Office, known_by: dict[str, str]) -> None:
    raw = {"name": "Ann Lee", "company": "Lake Ltd", "source": "form", **known_by}
    import_id = bring_in_while(office, TWO, lambda: capture.take_lead(office.services, raw, key="k"))
    assert sorted(lead.name for lead in office.rows(Lead, state="live")) == ["Ann Lee", "Bo Berg"]
    (merge,) = office.rows(Merge)
    assert office.get(Lead, merge.kept_id).source == "form"
    counts = office.get(Import, import_id).counts
    assert (counts["new"], counts["same"]) == (1, 1)


def test_who_perhaps_came_meanwhile_is_asked_about(office: Office) -> None:
    raw = {"name": "Carl Otto", "email": "ann@lake.example", "source": "form"}
    bring_in_while(office, TWO, lambda: capture.take_lead(office.services, raw, key="k"))
    (asked,) = office.rows(Duplicate)
    assert office.get(Lead, asked.other_id).name == "Carl Otto"


def test_a_lead_that_became_part_of_another_meanwhile_is_found_there(office: Office) -> None:
    known = office.claimed_lead(ALICE, email="ann@lake.example", name="Ann Lee", company="Lake Ltd", phone=None)
    other = office.lead(email="a.lee@gmail.com", name="Anne Leigh", company="Pond", phone="+442079460001")
    bring_in_while(office, TWO, lambda: merging.by_hand(office.services, DANA.slack_id, known, other))
    live = office.rows(Lead, state="live")
    assert sorted(lead.name for lead in live) == ["Ann Lee", "Bo Berg"]


# --- dealt


MATES = HEAD + "".join(f"{name},{name.lower()}@lake.example,,Lake Ltd,\n" for name in ("Ann", "Ben", "Cyd", "Dee"))


def keeping_accounts(database: Database) -> Office:
    return Office(database, ALICE, BOB, playbook=WITH_MATCHING.model_copy(update={"routing": Routing()}))


def test_people_of_one_new_account_go_to_one_rep(database: Database) -> None:
    office = keeping_accounts(database)
    text = MATES + "Eve,eve@other.example,,Other,\nFay,fay@third.example,,Third,\n"
    import_id = give(office, text)
    found = imports.preview(office.services, ALICE.slack_id, import_id)
    assert (dict(found.shares), found.owners) == ({"Alice": 2, "Bob": 1}, 3)
    imports.start(office.services, ALICE.slack_id, import_id)
    work(office)
    deal(office)
    owners = [office.owner(lead.id or 0) for lead in office.rows(Lead)]
    assert len(set(owners[:4])) == 1
    assert set(owners) == {"Alice", "Bob"}
    lines = office.rows(Decision, kind="owner")
    assert len(lines) == 3
    assert intact(office)


def intact(office: Office) -> bool:
    with office.services.reading() as uow:
        return all(verification.verify(office.services, head) is None for head in uow.ledger.heads())


def test_a_lapsed_offer_of_an_imported_lead_posts_no_card_and_the_next_one_hears_of_all_at_once(
    office: Office,
) -> None:
    import_id = bring_in(office, MATES, mode="offer")
    deal(office)
    office.clock.advance(minutes=office.services.playbook.claims.window_minutes + 1)
    for offer_id in distribution.lapsed_offers(office.services):
        distribution.lapse_offer(office.services, offer_id)
    deal(office)
    assert office.waiting("card") == office.waiting("thread") == []
    assert all(lead.is_quiet for lead in office.rows(Lead, import_id=import_id))
    said = [(row.lane, row.payload["text"]) for row in office.rows(OutboxRow, kind="message")]
    text = "2 leads from fair.csv are yours to claim."
    assert sorted(said) == [("user:U0ALICE", text)] * 2 + [("user:U0BOB", text)] * 2


# --- left


def left(office: Office) -> int:
    """Half of it was read on the command line, and then its process was killed."""
    plan = {"columns": [asdict(Column(name, name.lower(), 1.0, "")) for name in HEAD.strip().split(",")]}
    import_id = imports.draft(office.services, None, "fair.csv", None)
    with office.services.unit_of_work() as uow:
        uow.imports.turn(import_id, "running", before=["draft"])
        job = uow.imports.lock(import_id)
        assert job is not None
        job.plan, job.rows, job.channel = plan, 4, "C0LEADSSMB"
        uow.commit()
    assert import_work.Work(office.services, job, breathe=lambda: None).take(read_table(TWO.encode(), "fair.csv"))
    return import_id


def test_what_was_killed_on_the_command_line_fails_with_a_sentence_and_can_be_taken_back(office: Office) -> None:
    import_id = left(office)
    office.clock.advance(minutes=9)
    assert import_work.due(office.services) == []  # another process may be at it still
    office.clock.advance(minutes=2)
    assert import_work.due(office.services) == [import_id]
    work(office)
    job = office.get(Import, import_id)
    assert job.status == "failed"
    assert "after row 2" in job.problem
    assert len(office.rows(Lead, state="live")) == 2
    imports.undo(office.services, DANA.slack_id, import_id)
    work(office)
    assert {lead.state for lead in office.rows(Lead)} == {"undone"}


# --- fair


def turns(office: Office) -> dict[int, tuple[int, int, int]]:
    with office.services.reading() as uow:
        places = uow.people.team_named("smb").rotation["places"]  # type: ignore[union-attr]
    return {place["rep_id"]: (place["balance"], place["owed"], place["missed"]) for place in places}


@pytest.mark.parametrize("mode", ["auto", "offer"])
@pytest.mark.parametrize("rows", [1, 3])
def test_an_import_taken_back_leaves_nobody_owed_or_in_debt(office: Office, mode: str, rows: int) -> None:
    for number in range(3):
        office.lead(email=f"p{number}@one.example", name=f"Pat {number}")
    before = turns(office)
    import_id = bring_in(office, "".join(MATES.splitlines(keepends=True)[: rows + 1]), mode=mode)
    deal(office)
    assert turns(office) != before
    office.lead(email="later@one.example", name="Later")
    later = office.rows(Decision, kind="turn")[-1]
    assert later.winner_id
    imports.undo(office.services, ALICE.slack_id, import_id)
    work(office)
    after = turns(office)
    assert {owed for _, owed, _ in after.values()} == {0}
    gained = {rep_id: after[rep_id][0] - before[rep_id][0] for rep_id in after}
    assert gained[later.winner_id] < 0  # only the lead that stayed counts
    assert sum(gained.values()) == 0
    assert len(office.rows(Decision, kind="undone")) == 1
    assert intact(office)
    office.lead(email="last@one.example", name="Last")  # and it goes on from there
    assert intact(office)


# --- the same file again


def test_the_same_file_again_writes_a_touch_and_a_merge_for_each_row_and_changes_no_lead(office: Office) -> None:
    bring_in(office)
    before, judged = [lead.model_dump() for lead in office.rows(Lead)], len(office.rows(Evaluation))
    second = bring_in(office)
    assert office.get(Import, second).counts["same"] == 2
    assert [lead.model_dump() for lead in office.rows(Lead)[:2]] == before
    assert len(office.rows(Evaluation)) == judged
    merges = office.rows(Merge)
    assert [merge.kept_id for merge in merges] == [lead["id"] for lead in before]
    assert [touch.lead_id for touch in office.rows(Touch)] == [1, 2, 1, 2]
    for merge in merges:
        assert list(merge.before) == [f"lead:{merge.gone_id}"]


def test_what_the_same_file_again_joined_can_be_parted_exactly(office: Office) -> None:
    bring_in(office)
    bring_in(office)
    merge = office.rows(Merge)[0]
    kept = office.get(Lead, merge.kept_id).model_dump()
    merging.split(office.services, DANA.slack_id, merge.gone_id)
    parted = office.get(Lead, merge.gone_id)
    assert (parted.state, parted.merged_into_id, parted.closed_at) == ("live", None, None)
    assert (parted.held_since, parted.held_rank) == (kept["held_since"], kept["held_rank"])
    assert [touch.lead_id for touch in office.rows(Touch)] == [1, 2, merge.gone_id, 2]


def test_the_same_file_again_can_be_taken_back(office: Office) -> None:
    first = bring_in(office)
    before = [lead.model_dump() for lead in office.rows(Lead)]
    second = bring_in(office)
    imports.undo(office.services, ALICE.slack_id, second)
    work(office)
    assert [lead.model_dump() for lead in office.rows(Lead, import_id=first)] == before
    assert {lead.state for lead in office.rows(Lead, import_id=second)} == {"undone"}
    assert [touch.lead_id for touch in office.rows(Touch)] == [1, 2, 3, 4]


def test_the_same_file_again_is_taken_back_with_as_few_questions_however_many_rows_it_has(office: Office) -> None:
    assert asked_to_take_back(office, rows=4) == asked_to_take_back(office, rows=40)


def asked_to_take_back(office: Office, *, rows: int) -> int:
    """How many statements it takes, when all of them were known."""
    text = HEAD + "".join(f"Ann Lee,ann@lake{rows}of{number}.example,,,GB\n" for number in range(rows))
    bring_in(office, text, by=DANA.slack_id)
    import_id = bring_in(office, text, by=DANA.slack_id)
    imports.undo(office.services, DANA.slack_id, import_id)
    asked: list[str] = []
    note = lambda _connection, _cursor, sql, *_: asked.append(sql)  # noqa: E731
    event.listen(office.services.database.engine, "before_cursor_execute", note)
    work(office)
    event.remove(office.services.database.engine, "before_cursor_execute", note)
    assert {lead.state for lead in office.rows(Lead, import_id=import_id)} == {"undone"}
    return len(asked)


def test_a_chain_of_joined_leads_is_taken_back_from_its_end(office: Office) -> None:
    known = office.lead(name="Ann Leigh", email="leigh@river.example", phone=None)
    before = office.get(Lead, known).model_dump()
    import_id = bring_in(office, TWO + "Ann Lee,ann@lake.example,,Lake Ltd,GB\n")
    first, again = office.rows(Lead, name="Ann Lee")
    assert again.merged_into_id == first.id
    with office.services.unit_of_work() as uow:
        kept, gone = uow.leads.lock(known), uow.leads.lock(first.id or 0)
        assert kept is not None
        assert gone is not None
        merging.join(office.services, uow, kept, gone, how=merging.BY_HAND, match=Match(0, 1.0, ()), rep_id=None,
                     now=office.clock.now())  # fmt: skip
        uow.commit()
    imports.undo(office.services, ALICE.slack_id, import_id)
    work(office)
    assert {lead.state for lead in office.rows(Lead, import_id=import_id)} == {"undone"}
    assert office.get(Lead, known).model_dump() == before
    assert {touch.lead_id for touch in office.rows(Touch, kind="import")} == {lead.id for lead in office.rows(Lead)[1:]}


def test_a_row_that_says_more_completes_the_lead(office: Office) -> None:
    bring_in(office)
    more = HEAD.strip() + ",Title\nBo Berg,bo@berg.example,+46 8 123 456 00,Berg AB,SE,CEO\n"
    bring_in(office, more + "Bo Berg,bo@berg.example,,Berg AB,SE,\n")
    bo = office.rows(Lead)[1]
    assert (bo.title, bo.phone) == ("CEO", "+46812345600")
    assert [merge.kept_id for merge in office.rows(Merge)] == [bo.id, bo.id]


def test_the_same_file_given_again_is_asked_about_with_the_day_it_came_in(office: Office) -> None:
    def drop(key: str) -> int:
        file = {"id": key, "name": "fair.csv"}
        found = imports.offer(office.services, ALICE.slack_id, file, TWO.encode(), channel="C0LEADSSMB", key=key)
        assert found is not None
        return found

    first = drop("F1")
    imports.look(office.services, ALICE.slack_id, first)
    imports.start(office.services, ALICE.slack_id, first)
    work(office)
    drop("F2")
    said = office.lines("ephemeral")
    assert said[0].endswith("Shall I read it as leads?")
    assert "This very file was imported on" in said[1]
