"""What reps settle for themselves, and what follows from it."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot import people, preferences
from bot.directory import read_profile
from bot.errors import DibsError, InvalidInputError, NotAllowedError
from bot.people import Profile
from bot.preferences import Wanted
from bot.views.answers import local_time
from bot.views.preferences import Hours, spans
from bot.worktime import hours_of
from store.models import Absence, Offer, Reminder, Rep
from tests.factories import ALICE, BOB, CAROL, DANA, ERIN, TUESDAY, Office

ALL_WEEK = ("mon", "tue", "wed", "thu", "fri")


def rep(office: Office, who: Profile = ALICE) -> Rep:
    return office.rows(Rep, slack_id=who.slack_id)[0]


def as_it_is(office: Office, who: Profile = ALICE) -> Wanted:
    """The form as it comes back when nobody touched it."""
    value, zone = preferences.settings(office.services, who.slack_id)
    moments = {name: local_time(at, zone) if at else "" for name, at in
               (("muted", value.muted_until), ("away", value.away_until))}  # fmt: skip
    return Wanted(
        value.hours.days, f"{value.hours.starts:%H:%M}", f"{value.hours.ends:%H:%M}", value.hours.holidays,
        "off" if value.is_digest_off else "on", f"{value.digest_at:%H:%M}", **moments,
        cover=value.cover_id, language=value.language,
    )  # fmt: skip


def save(office: Office, who: Profile = ALICE, **given: Any) -> None:
    preferences.save(office.services, who.slack_id, replace(as_it_is(office, who), **given))


@pytest.mark.sqlite_alone
def test_a_form_that_nobody_touched_changes_nothing(office: Office) -> None:
    save(office)
    alice = rep(office)
    assert (alice.hours, alice.holidays, alice.digest_at, alice.is_digest_off) == (None, None, "", False)
    assert (alice.muted_until, alice.away_until, alice.cover_id, alice.language) == (None, None, None, "en")


def test_what_was_chosen_comes_back_as_it_was_chosen(office: Office) -> None:
    save(
        office, days=("mon", "wed"), starts="07:30", ends="12:00", holidays="DE-BE", digest="off", digest_at="07:45",
        muted="tomorrow 9am", away="in 3 days", cover=BOB.slack_id, language="de",
    )  # fmt: skip
    before = rep(office).model_dump(exclude={"digest_due_at"})
    office.clock.advance(minutes=5)
    save(office)
    assert rep(office).model_dump(exclude={"digest_due_at"}) == before
    assert len(office.rows(Absence)) == 1


def test_own_hours_count_for_offers_and_for_reminders(office: Office) -> None:
    lead_id = office.claimed_lead(ALICE)
    follow_up = office.follow_up(lead_id, TUESDAY + timedelta(hours=2))
    save(office, days=("thu",), starts="13:00", ends="14:00")
    with office.services.reading() as uow:
        hours = hours_of(office.services, uow.people.rep(rep(office).id or 0))
    assert not hours.cover(office.clock.now(), "Europe/Berlin")
    fire_at = office.rows(Reminder, follow_up_id=follow_up, status="waiting")[0].fire_at
    assert fire_at == datetime.fromisoformat("2026-11-26T13:00+01:00")
    office.lead()
    assert all(offer.rep_id != rep(office).id for offer in office.rows(Offer, status="open"))


def test_nothing_ticked_and_no_times_is_as_the_team(office: Office) -> None:
    save(office, days=("mon",), starts="08:00", ends="12:00")
    save(office, days=(), starts="", ends="")
    assert rep(office).hours is None


def test_a_digest_at_another_time_is_planned_anew(office: Office) -> None:
    save(office, digest_at="08:30")
    assert rep(office).digest_at == "08:30"
    assert rep(office).digest_due_at == datetime.fromisoformat("2026-11-25T08:30+01:00")


@pytest.mark.sqlite_alone
def test_away_is_an_absence_that_can_be_ended_in_the_form(office: Office) -> None:
    save(office, away="friday")
    assert rep(office).away_until is not None
    save(office, away="")
    assert rep(office).away_until is None
    assert [absence.ends_at for absence in office.rows(Absence)] == [office.clock.now()]


@pytest.mark.sqlite_alone
@pytest.mark.parametrize("cover", [ALICE, ERIN, Profile("U0NOBODY", "Nobody", "UTC")])
def test_only_a_colleague_covers(office: Office, cover: Profile) -> None:
    with pytest.raises(InvalidInputError, match="colleague"):
        save(office, cover=cover.slack_id)
    save(office, cover=DANA.slack_id)
    assert rep(office).cover_id == rep(office, DANA).id
    save(office, cover="")
    assert rep(office).cover_id is None


def test_times_are_written_in_the_language_that_was_chosen(office: Office) -> None:
    save(office, language="de", muted="morgen um 9 Uhr")
    assert rep(office).muted_until == datetime.fromisoformat("2026-11-25T09:00+01:00")


def test_nothing_is_half_stored(office: Office) -> None:
    before = rep(office).model_dump()
    with pytest.raises(InvalidInputError) as refused:
        save(office, digest="off", language="de", holidays="Narnia", away="once upon a time", ends="03:00")
    assert {problem.field for problem in refused.value.problems} == {"holidays", "away", "ends"}
    assert rep(office).model_dump() == before
    assert office.waiting("home") == []


@pytest.mark.sqlite_alone
def test_settings_are_ones_own(office: Office) -> None:
    for use in (
        lambda: preferences.settings(office.services, ERIN.slack_id),
        lambda: preferences.save(office.services, ERIN.slack_id, Wanted()),
        lambda: preferences.go_away(office.services, ERIN.slack_id, "friday", ""),
        lambda: preferences.mute(office.services, ERIN.slack_id, "15:00"),
        lambda: preferences.mute_today(office.services, ERIN.slack_id),
    ):
        with pytest.raises(NotAllowedError):
            use()


def test_mute_says_until_when_and_off_ends_it(office: Office) -> None:
    said = preferences.mute(office.services, ALICE.slack_id, "15:00")
    assert said.startswith("Reminders are muted until Tue 24 Nov, 15:00 your time.")
    office.clock.advance(hours=6)
    value, _ = preferences.settings(office.services, ALICE.slack_id)
    assert value.muted_until is None
    assert preferences.mute(office.services, ALICE.slack_id, "OFF").startswith("Reminders come to you again")
    for words in ("", "blue", "yesterday 9am"):
        with pytest.raises(DibsError):
            preferences.mute(office.services, ALICE.slack_id, words)


@pytest.mark.parametrize(("locale", "language"), [
    ("de-DE", "de"), ("pt-BR", "pt"), ("ja-JP", "ja"), ("en-GB", "en"), ("tlh", ""), ("", ""), (None, ""),
])  # fmt: skip
def test_the_language_comes_from_slack_where_dates_can_be_read_in_it(locale: str | None, language: str) -> None:
    assert read_profile({"id": "U1", "locale": locale}).language == language


def test_a_language_chosen_by_hand_outlives_what_slack_says(office: Office) -> None:
    people.update_profile(office.services, replace(BOB, language="de"))
    assert rep(office, BOB).language == "de"
    save(office, BOB, language="fr")
    people.update_profile(office.services, replace(BOB, language="es"))
    assert rep(office, BOB).language == "fr"
    assert rep(office, CAROL).language == ""


@pytest.mark.parametrize(("days", "words"), [
    (ALL_WEEK, "Mon-Fri"), (("mon", "wed"), "Mon, Wed"), (("mon", "tue", "wed", "fri"), "Mon-Wed, Fri"),
    (("sat", "sun"), "Sat, Sun"),
])  # fmt: skip
def test_days_are_said_as_people_say_them(days: tuple[str, ...], words: str) -> None:
    assert spans(days) == words
    assert Hours(days, *(TUESDAY.time(),) * 2).in_words() == f"{words} 09:30-09:30"
