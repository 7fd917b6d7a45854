"""What a follow-up's form begins with: the words of /lead followup, understood, or asked about."""

from datetime import datetime

import pytest
from sqlmodel import select

from bot import drafts
from bot.rules.when.reading import UnclearTimeError
from bot.views.followup_forms import Draft, follow_up
from store.models import FollowUp, Lead, Rep
from tests.factories import ALICE, Office


def draft(office: Office, words: str) -> Draft:
    return drafts.draft(office.services, ALICE.slack_id, words)


def wall(found: Draft) -> str:
    return found.at.strftime("%Y-%m-%d %H:%M")


def test_what_was_understood_is_shown_before_it_is_saved(office: Office) -> None:
    found = draft(office, "tomorrow 9am call about the offer")
    assert found.echo == "I understood Wed 25 Nov, 09:00 your time."
    assert (wall(found), found.what, found.kind) == ("2026-11-25 09:00", "call about the offer", "call")
    assert office.rows(FollowUp) == []


@pytest.mark.parametrize(
    ("words", "what", "kind"),
    [
        ("fri 15:00 to send the offer", "send the offer", "task"),
        ("in 2 weeks: email her", "email her", "email"),
        ("tomorrow 10:00 Meeting at their office", "Meeting at their office", "meeting"),
        ("tomorrow 10:00", "", "task"),
    ],
)
def test_the_first_word_of_what_is_to_do_tells_how(office: Office, words: str, what: str, kind: str) -> None:
    found = draft(office, words)
    assert (found.what, found.kind) == (what, kind)


def test_no_words_begin_with_the_next_working_morning(office: Office) -> None:
    assert wall(draft(office, "")) == "2026-11-25 09:00"


def test_what_can_mean_two_moments_is_asked_about(office: Office) -> None:
    found = draft(office, "03/04 call")
    assert [text for text, _ in found.choices] == ["Thu 4 Mar, 09:00", "Sat 3 Apr, 09:00"]
    assert "03/04" in found.asks
    assert all(datetime.fromisoformat(moment).tzinfo for _, moment in found.choices)
    view = follow_up(office.get(Lead, office.claimed_lead()), found)
    asked = [block for block in view["blocks"] if block.get("block_id") == "choice"]
    assert [len(block["element"]["options"]) for block in asked] == [3]  # both, and another time


def test_a_rep_writes_times_in_their_own_language(office: Office) -> None:
    with office.services.unit_of_work() as uow:
        for rep in uow.session.exec(select(Rep).where(Rep.name == "Alice")):
            rep.language = "de-DE"
        uow.commit()
    found = draft(office, "übermorgen 14:30 anrufen")
    assert (wall(found), found.what) == ("2026-11-26 14:30", "anrufen")


def test_words_that_name_no_moment_are_refused_with_examples(office: Office) -> None:
    with pytest.raises(UnclearTimeError, match="tomorrow 9am"):
        draft(office, "call her")
