"""Questions that have a name: kept for good, their maker's, and asked about the days that are then."""

import pytest

from bot.errors import InvalidInputError, NotAllowedError, NotFoundError
from bot.reports import asking, saved, schedules
from bot.rules.asking.known import QuestionError
from bot.rules.reports.schedules import Rhythm
from store.models import SavedReport
from store.reporting.saved import Saved
from tests.factories import ALICE, BOB, DANA, ERIN, TUESDAY, Office


def test_a_saved_question_moves_on_with_the_days(office: Office) -> None:
    said = saved.save(office.services, ALICE.slack_id, "My  month", "custom last month measure:won vs previous")
    assert said == "Saved as My month. Ask it again with: /report My month"
    words = saved.words_of(office.services, BOB.slack_id, "MY MONTH")
    assert asking.question(office.services, ALICE.slack_id, words)[0].period.name == "October 2026"
    office.clock.advance(days=40)
    asked, _ = asking.question(office.services, ALICE.slack_id, words)
    assert asked.period.name == "December 2026"
    assert asked.against
    assert asked.against.period.name == "November 2026"


def test_whoever_saved_it_and_managers_change_and_forget_it(office: Office) -> None:
    saved.save(office.services, ALICE.slack_id, "ours", "custom last week")
    with pytest.raises(InvalidInputError, match="Somebody else"):
        saved.save(office.services, BOB.slack_id, "Ours", "custom today")
    with pytest.raises(NotAllowedError):
        saved.forget(office.services, BOB.slack_id, "ours")
    saved.save(office.services, ALICE.slack_id, "ours", "custom today")
    saved.save(office.services, DANA.slack_id, "Ours", "custom this year")
    [kept] = office.rows(SavedReport)
    assert (kept.name, kept.words.split()[1:3]) == ("Ours", ["this", "year"])
    assert saved.forget(office.services, DANA.slack_id, "OURS") == "Forgot Ours."
    with pytest.raises(NotFoundError):
        saved.forget(office.services, DANA.slack_id, "ours")


def test_a_name_that_was_taken_this_very_moment_stays_its_makers(office: Office) -> None:
    """As when two save at once: neither has seen the other's."""
    with office.services.unit_of_work() as uow:
        assert Saved(uow.session).save("a", "a", "custom today", made_by=2, now=TUESDAY)
        assert not Saved(uow.session).save("A", "a", "custom 2026", made_by=3, now=TUESDAY)
        uow.commit()
    assert [row.words for row in office.rows(SavedReport)] == ["custom today"]


def test_what_cannot_be_asked_is_not_saved(office: Office) -> None:
    for words in ("custom quater", "custom team:nowhere"):
        with pytest.raises(QuestionError, match="I do not know"):
            saved.save(office.services, ALICE.slack_id, "x", words)
    with pytest.raises(NotAllowedError):
        saved.save(office.services, ERIN.slack_id, "x", "custom today")
    assert not office.rows(SavedReport)


def test_a_name_is_told_only_to_whoever_may_ask_what_it_stands_for(office: Office) -> None:
    saved.save(office.services, DANA.slack_id, "enterprise plans", "funnel team:enterprise")
    saved.save(office.services, DANA.slack_id, "months", "custom last month vs team:enterprise")
    saved.save(office.services, DANA.slack_id, "for all", "custom last month")
    assert [line.name for line in saved.lines(office.services, DANA.slack_id)] == [
        "enterprise plans", "for all", "months"
    ]  # fmt: skip
    assert [line.name for line in saved.lines(office.services, ALICE.slack_id)] == ["for all"]
    assert saved.words_of(office.services, ALICE.slack_id, "enterprise plans") == ""
    with pytest.raises(NotFoundError, match="There are: for all"):
        saved.forget(office.services, ALICE.slack_id, "enterprise plans")
    with pytest.raises(QuestionError, match="I do not know “/report enterprise"):
        schedules.schedule(office.services, ALICE.slack_id, "enterprise plans", Rhythm("week"))
