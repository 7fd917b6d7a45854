"""Versions of the playbook: what is in force after a start, an edit, an approval and a rollback; and who may decide."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from threading import Barrier, Thread

import pytest

from bot import doctor, logs, people
from bot.errors import DibsError, InvalidInputError, NotAllowedError
from bot.playbook import versions
from bot.playbook.playbook import PlaybookError, parse_playbook
from bot.services import Services
from bot.whatif import trials
from store.database import Database
from store.models import PlaybookVersion, Team
from store.unit_of_work import UnitOfWork
from tests.factories import ALICE, BOB, DANA, ERIN, PLAYBOOK, Office

FILE = PLAYBOOK.read_text(encoding="utf-8")
MORE_TEAMS = FILE.replace("[[routes]]", '[[teams]]\nname = "partners"\nchannel = "#partners"\n\n[[routes]]', 1)


def with_window(minutes: int, text: str = FILE) -> str:
    return text.replace("window_minutes = 15", f"window_minutes = {minutes}")


@pytest.fixture
def log() -> StringIO:
    written = StringIO()
    logs.configure("WARNING", written)
    return written


@pytest.fixture
def office(database: Database) -> Office:
    """Dana and Erin are managers; the file is recorded, as at a start."""
    office = Office(database, ALICE, BOB, playbook=parse_playbook(FILE, "file"))
    people.sync_managers(office.services, [DANA, ERIN])
    versions.open_book(office.services, FILE)
    return office


def restart(office: Office, text: str = FILE) -> Services:
    """Another process on the same database, with this text in its file."""
    services = Services(office.services.database, parse_playbook(text, "file"), office.clock.now)
    versions.open_book(services, text)
    return services


def window(services: Services) -> int:
    return services.playbook.claims.window_minutes


def tried(office: Office, text: str, *, by: str = DANA.slack_id) -> int:
    """A draft with its figures."""
    number = versions.propose(office.services, by, text, days=7, key=text[-40:] + by + str(hash(text)))
    for due in trials.waiting(office.services):
        trials.try_out(office.services, due)
    return number


def published(office: Office, text: str) -> int:
    number = tried(office, text)
    versions.ask_for_approval(office.services, DANA.slack_id, number)
    versions.approve(office.services, ERIN.slack_id, number)
    return number


def test_the_file_is_recorded_once_however_often_dibs_starts(office: Office) -> None:
    restart(office)
    (version,) = office.rows(PlaybookVersion)
    assert (version.origin, version.status, version.text) == ("file", "published", FILE)
    assert version.version == office.services.playbook.version


def test_an_edited_file_with_a_rule_that_nobody_can_serve_is_refused_with_its_line(office: Office) -> None:
    rare = (
        '[[routes]]\nname = "rare"\nteam = "smb"\nskills = ["sorbian"]\nwhen = [{ field = "score", at_least = 99 }]\n'
    )
    edited = FILE.replace("[[routes]]", rare + "\n[[routes]]", 1)
    with pytest.raises(
        PlaybookError, match=r"line \d+, routes.1: nobody in team smb has all that 'rare' needs: sorbian"
    ):
        restart(office, edited)
    assert len(office.rows(PlaybookVersion)) == 1, "the one before stays in force"
    is_well, says = versions.state_of_book(office.services, parse_playbook(edited, "file"))
    assert (is_well, "sorbian" in says) == (False, True)
    with office.services.unit_of_work() as uow:
        uow.people.rep(2).skills = ["sorbian"]
        uow.commit()
    restart(office, edited)


def test_an_approved_version_is_in_force_at_once_and_after_a_restart(office: Office) -> None:
    published(office, with_window(30))
    assert window(office.services) == 30
    assert window(restart(office)) == 30


def test_decisions_name_the_version_that_made_them(office: Office) -> None:
    published(office, with_window(30))
    office.lead()
    with office.services.reading() as uow:
        decision = uow.ledger.latest_for(1)
    assert decision is not None
    assert decision.playbook == parse_playbook(with_window(30), "x").version


def test_an_edited_file_wins_again_and_says_what_it_replaces(office: Office, log: StringIO) -> None:
    number = published(office, with_window(30))
    assert window(restart(office, with_window(45))) == 45
    assert "replaces a version that was approved in Slack" in log.getvalue()
    assert f"replaced={number}" in log.getvalue()
    assert window(restart(office, with_window(45))) == 45


def test_another_replica_picks_it_up_and_makes_its_new_teams(office: Office) -> None:
    other = restart(office)
    published(office, MORE_TEAMS)
    assert len(other.playbook.teams) == 2
    assert versions.pick_up(other)
    assert [team.name for team in other.playbook.teams] == ["smb", "enterprise", "partners"]
    assert not versions.pick_up(other)
    assert {team.name for team in office.rows(Team)} == {"smb", "enterprise", "partners"}


def test_a_transaction_sees_one_playbook_from_beginning_to_end(office: Office) -> None:
    with office.services.reading():
        office.services.put_in_force(parse_playbook(with_window(30), "x"))
        assert window(office.services) == 15
    assert window(office.services) == 30


def test_a_published_version_that_cannot_be_read_leaves_the_last_good_one_in_force(
    office: Office, log: StringIO
) -> None:
    published(office, with_window(30))
    with office.services.unit_of_work() as uow:
        later = uow.playbooks.moment_after(office.clock.now())
        uow.playbooks.add(PlaybookVersion(
            version="f" * 16, text="[unheard-of]", origin="slack", made_at=later, published_at=later
        ))  # fmt: skip
        uow.commit()
    assert not versions.pick_up(office.services) or window(office.services) == 30
    assert window(restart(office)) == 30
    assert "cannot be read" in log.getvalue()
    checks = {check.name: check for check in doctor.database_checks(office.services)}
    assert "playbook" not in checks or not checks["playbook"].ok
    is_well, says = versions.state_of_book(office.services, office.services.playbook)
    assert not is_well
    assert "cannot be read any more" in says


def test_mistakes_come_back_with_their_lines_and_nothing_is_kept(office: Office) -> None:
    before = office.snapshot()
    with pytest.raises(InvalidInputError, match=r"line 10, claims\.window_minutes"):
        tried(office, with_window(0))
    with pytest.raises(InvalidInputError, match="in force already"):
        tried(office, FILE + "\n# a comment changes nothing\n")
    with pytest.raises(InvalidInputError, match="nobody in team smb has all that 'German' needs: de"):
        tried(
            office,
            FILE.replace(
                'name = "250',
                'name = "German"\nteam = "smb"\nlanguages = ["de"]\n'
                'when = [{ field = "language", is = ["de"] }]\n\n[[routes]]\nname = "250',
            ),
        )
    assert office.snapshot() == before


def test_a_team_that_has_people_or_leads_has_to_stay(office: Office) -> None:
    renamed = FILE.replace('"smb"', '"small"')
    with pytest.raises(InvalidInputError, match="Team smb has leads or reps"):
        tried(office, renamed)


@pytest.mark.parametrize("text", [
    "a = " + "[" * 50_000, ".".join("a" * 20_000) + " = 1", "[" + ".".join(["a"] * 30_000) + "]",
    '"""' * 10_000, "\x00" * 1000, "a = '" + "x" * 99_000 + "'", "=" * 99_000, "\ud800", "[[teams]]\n" * 9_000,
    "x" * 100_001, " ",
], ids=lambda text: repr(text[:12]))  # fmt: skip
def test_no_text_does_harm(office: Office, text: str) -> None:
    before = office.snapshot()
    with pytest.raises(InvalidInputError):
        tried(office, text)
    assert office.snapshot() == before


def test_the_author_gets_the_figures_and_nobody_else_does(office: Office) -> None:
    office.lead()
    number = tried(office, with_window(30))
    (told,) = office.waiting("message")
    assert told.payload["slack_id"] == DANA.slack_id
    assert f"What if: draft {number}." in told.payload["text"]


def test_the_same_form_submitted_twice_is_one_draft(office: Office) -> None:
    numbers = [versions.propose(office.services, DANA.slack_id, with_window(30), days=7, key="V1") for _ in range(2)]
    assert numbers[0] == numbers[1]
    assert len(office.rows(PlaybookVersion, status="draft")) == 1


def test_a_draft_that_was_being_tried_when_the_process_died_is_tried_again_and_given_up_in_the_end(
    office: Office,
) -> None:
    number = versions.propose(office.services, DANA.slack_id, with_window(30), days=7, key="V1")
    for _ in range(trials.MOST_TRIES):
        assert trials.waiting(office.services) == [number]
        assert trials.begin(office.services, number) is not None
        assert trials.waiting(office.services) == []
        assert trials.begin(office.services, number) is None
        office.clock.advance(minutes=4)
    trials.try_out(office.services, number)
    assert office.get(PlaybookVersion, number).status == "discarded"
    assert "given up" in office.lines("message")[0]


def test_the_author_cannot_approve_and_nobody_can_before_it_is_asked_for(office: Office) -> None:
    number = tried(office, with_window(30))
    for who, why in ((DANA, "Somebody else"), (ERIN, "Nobody has asked")):
        with pytest.raises(DibsError, match=why):
            versions.approve(office.services, who.slack_id, number)
    versions.ask_for_approval(office.services, DANA.slack_id, number)
    with pytest.raises(NotAllowedError, match="Somebody else"):
        versions.approve(office.services, DANA.slack_id, number)
    assert window(office.services) == 15


def test_every_other_manager_is_asked_once(office: Office) -> None:
    number = tried(office, with_window(30))
    for _ in range(2):
        versions.ask_for_approval(office.services, DANA.slack_id, number)
    assert [row.payload["slack_id"] for row in office.waiting("message")] == [DANA.slack_id, ERIN.slack_id]


def test_the_only_manager_is_told_of_the_other_way(office: Office) -> None:
    people.sync_managers(office.services, [DANA])
    number = tried(office, with_window(30))
    with pytest.raises(DibsError, match=r"only manager.*playbook file"):
        versions.ask_for_approval(office.services, DANA.slack_id, number)


@pytest.mark.parametrize("decide", [versions.approve, versions.refuse])
def test_a_draft_is_decided_once(office: Office, decide: object) -> None:
    number = published(office, with_window(30))
    before = office.snapshot()
    for again in (versions.approve, versions.refuse, versions.discard, versions.ask_for_approval):
        with pytest.raises(DibsError, match="decided already"):
            again(office.services, ERIN.slack_id, number)
    assert office.snapshot() == before


def test_of_many_who_approve_at_once_one_does(office: Office) -> None:
    number = tried(office, with_window(30))
    versions.ask_for_approval(office.services, DANA.slack_id, number)
    start, outcomes = Barrier(4), list[str]()

    def press() -> None:
        start.wait(5)
        try:
            outcomes.append(versions.approve(office.services, ERIN.slack_id, number))
        except DibsError as error:
            outcomes.append(str(error))

    threads = [Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted("decided already" in said for said in outcomes) == [False, True, True, True]
    assert len([row for row in office.waiting("message") if "approved draft" in row.payload["text"]]) == 1


class Overtaken(Services):
    """A replica in which something happens between its transactions that may write: right behind the first of them, or
    right before the second.
    """

    def __init__(self, office: Office, when: str, meanwhile: Callable[[], object]) -> None:
        super().__init__(office.services.database, office.services.playbook, office.clock.now)
        self._when, self._meanwhile, self._begun = when, meanwhile, 0

    @contextmanager
    def unit_of_work(self) -> Iterator[UnitOfWork]:
        self._begun += 1
        if (self._begun, self._when) == (2, "before"):
            self._meanwhile()
        with super().unit_of_work() as uow:
            yield uow
        if (self._begun, self._when) == (1, "behind"):
            self._meanwhile()


@pytest.mark.parametrize("when", ["behind", "before"])
def test_whoever_is_overtaken_between_looking_and_approving_is_told_that_it_was_decided(
    office: Office, when: str
) -> None:
    """The draft that was open is in force meanwhile, and this replica has picked it up."""
    number = tried(office, with_window(30))
    versions.ask_for_approval(office.services, DANA.slack_id, number)

    def approve() -> None:
        versions.approve(office.services, ERIN.slack_id, number)
        versions.pick_up(slow)

    slow = Overtaken(office, when, approve)
    with pytest.raises(DibsError, match=f"Draft {number} was decided already"):
        versions.approve(slow, ERIN.slack_id, number)
    assert len([row for row in office.waiting("message") if "approved draft" in row.payload["text"]]) == 1


@pytest.mark.parametrize("when", ["behind", "before"])
def test_whoever_is_overtaken_by_another_draft_is_told_to_try_theirs_again(office: Office, when: str) -> None:
    mine, other = tried(office, with_window(30)), tried(office, with_window(45))
    for number in (mine, other):
        versions.ask_for_approval(office.services, DANA.slack_id, number)
    slow = Overtaken(office, when, lambda: versions.approve(office.services, ERIN.slack_id, other))
    with pytest.raises(DibsError, match="Another playbook was put in force"):
        versions.approve(slow, ERIN.slack_id, mine)
    assert window(office.services) == 45


def test_a_draft_that_was_tried_beside_another_playbook_has_to_be_tried_again(office: Office) -> None:
    stale = tried(office, with_window(45))
    versions.ask_for_approval(office.services, DANA.slack_id, stale)
    published(office, with_window(30))
    with pytest.raises(DibsError, match="Another playbook was put in force"):
        versions.approve(office.services, ERIN.slack_id, stale)
    assert window(office.services) == 30


def test_a_refusal_and_a_discard_leave_everything_as_it_is(office: Office) -> None:
    refused, discarded = tried(office, with_window(30)), tried(office, with_window(31))
    versions.ask_for_approval(office.services, DANA.slack_id, refused)
    with pytest.raises(NotAllowedError):
        versions.discard(office.services, ERIN.slack_id, discarded)
    versions.refuse(office.services, ERIN.slack_id, refused)
    versions.discard(office.services, DANA.slack_id, discarded)
    assert [row.status for row in office.rows(PlaybookVersion)] == ["published", "discarded", "discarded"]
    assert "Erin refused draft" in office.lines("message")[-1]
    assert window(office.services) == 15


def test_a_rollback_takes_the_same_way_as_any_draft(office: Office) -> None:
    published(office, with_window(30))
    draft = versions.roll_back(office.services, DANA.slack_id, 1, days=7, key="back")
    assert window(office.services) == 30
    trials.try_out(office.services, draft)
    versions.ask_for_approval(office.services, DANA.slack_id, draft)
    versions.approve(office.services, ERIN.slack_id, draft)
    assert window(office.services) == 15
    assert office.get(PlaybookVersion, draft).text == FILE


def test_what_was_never_in_force_is_no_place_to_roll_back_to(office: Office) -> None:
    draft = tried(office, with_window(30))
    with pytest.raises(DibsError, match="never in force"):
        versions.roll_back(office.services, DANA.slack_id, draft, days=7, key="back")


def test_the_list_and_the_difference(office: Office) -> None:
    published(office, with_window(30))
    tried(office, with_window(31))
    listed = str(versions.listed(office.services, DANA.slack_id).blocks)
    assert [state for state in ("3  draft", "2  in force", "1  published") if state in listed] == [
        "3  draft", "2  in force", "1  published"
    ]  # fmt: skip
    shown = str(versions.differing(office.services, DANA.slack_id, 2, 1).blocks)
    assert "-window_minutes = 15" in shown
    assert "+window_minutes = 30" in shown
    assert "Nothing differs" in versions.differing(office.services, DANA.slack_id, 2, None).text


@pytest.mark.parametrize("who", [ALICE.slack_id, "U0NOBODY"])
def test_only_managers_get_anywhere(office: Office, who: str) -> None:
    number = tried(office, with_window(30))
    versions.ask_for_approval(office.services, DANA.slack_id, number)
    before = office.snapshot()
    services = office.services
    for attempt in (
        lambda: versions.propose(services, who, with_window(9), days=7, key="x"),
        lambda: versions.roll_back(services, who, 1, days=7, key="x"),
        lambda: versions.ask_for_approval(services, who, number),
        lambda: versions.approve(services, who, number),
        lambda: versions.refuse(services, who, number),
        lambda: versions.discard(services, who, number),
        lambda: versions.listed(services, who),
        lambda: versions.differing(services, who, 1, None),
    ):
        with pytest.raises(NotAllowedError):
            attempt()
    assert office.snapshot() == before
