"""What people do with sequences: see, enrol, pause, stop, approve, and read what they bring."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlmodel import select

from bot import consents, digests, edits, people, segments
from bot.contact.outside import Outside
from bot.errors import DibsError, InvalidInputError, NotAllowedError, NotFoundError
from bot.intake import inbox
from bot.outbox import SlackCall
from bot.playbook import versions
from bot.rules.consent import Said
from bot.sequences import approving, commanding, enrolling_many, experiments, holding, looking, previewing, stats
from bot.sequences.approving import Wording
from bot.sequences.enrolling_many import Many
from bot.sequences.experiments import OWN_WON
from bot.views.digests import digest
from bot.views.kit import Message
from store.database import Database
from store.models import BookingPage, Enrolment, Experiment, Lead, LeadMessage, OutboxRow, PlaybookVersion, Rep
from tests.factories import ALICE, BOB, CAROL, DANA, PLAYBOOK, TUESDAY
from tests.sequences import Seat

WARM = """
[[sequences]]
name = "warm"
means = "Keep them warm"
[[sequences.steps]]
kind = "email"
name = "hello"
subject = "Hello {{ first_name }}"
text = "Still there, {{ first_name }}?"
[[sequences.steps]]
kind = "wait"
days = 3
[[sequences.steps]]
kind = "branch"
when = "replied"
within_days = 2
otherwise = "word"
[[sequences.steps]]
kind = "email"
name = "thanks"
subject = "Thank you"
text = "Thank you for your answer."
[[sequences.steps]]
kind = "sms"
name = "word"
text = "One last word, {{ first_name }}"
"""
ASKS = WARM.replace('name = "hello"', 'name = "hello"\napproval = true')
TWO = WARM.replace('text = "Still there, {{ first_name }}?"',
                   'text = "Still there?"\nvariants = [{ name = "short", subject = "Hi" }]')  # fmt: skip


@pytest.fixture
def seat(database: Database) -> Seat:
    return Seat(database, WARM)


def text_of(said: Message | dict[str, Any]) -> str:
    """All that a reader reads, one piece after the other."""
    blocks = said.as_payload()["blocks"] if isinstance(said, Message) else said["blocks"]
    return " ".join(pieces(blocks))


def pieces(part: Any) -> list[str]:
    if isinstance(part, list):
        return [found for each in part for found in pieces(each)]
    if isinstance(part, dict):
        own = [part["text"]] if isinstance(part.get("text"), str) else []
        return own + [found for name, each in part.items() if name != "text" or not own for found in pieces(each)]
    return []


def enrolled(seat: Seat, text: str = WARM) -> int:
    seat.plays(text)
    lead_id = seat.claimed_lead()
    commanding.enrol(seat.services, ALICE.slack_id, lead_id, "warm")
    return lead_id


# --- one lead


def test_the_owner_enrols_pauses_lets_go_on_and_stops(seat: Seat) -> None:
    lead_id = enrolled(seat)
    assert "is paused in the sequence warm" in commanding.pause(seat.services, ALICE.slack_id, lead_id)
    seat.pass_time(days=1)
    assert seat.messages(lead_id) == []
    commanding.resume(seat.services, ALICE.slack_id, lead_id)
    seat.pass_time(hours=2)
    assert [one.step for one in seat.messages(lead_id)] == ["hello"]
    assert commanding.stop(seat.services, ALICE.slack_id, lead_id) == "#1 Jane Doe, Acme left the sequence warm."
    assert seat.enrolments(lead_id) == [("warm", "left", "Alice stopped it")]
    with pytest.raises(DibsError, match="is not in any sequence"):
        commanding.stop(seat.services, ALICE.slack_id, lead_id)


def moves_house(seat: Seat, lead_id: int) -> None:
    """Another address, for which they say yes once more."""
    edits.correct(seat.services, ALICE.slack_id, lead_id, {"email": "jane@home.example"})
    consents.record(seat.services, ALICE.slack_id, lead_id, Said("email", True, "consent", "on the phone"), key="yes")


def test_nobody_has_the_same_text_again_because_their_address_is_another(seat: Seat) -> None:
    lead_id = enrolled(seat)
    seat.tick()
    commanding.stop(seat.services, ALICE.slack_id, lead_id)
    moves_house(seat, lead_id)
    commanding.enrol(seat.services, ALICE.slack_id, lead_id, "warm")
    assert "this very text before" in text_of(previewing.preview(seat.services, ALICE.slack_id, lead_id))
    seat.tick()
    assert [one.step for one in seat.messages(lead_id)] == ["hello"]
    assert seat.steps(lead_id)[-1] == ("hello", "skipped: they had this very text before")


def test_what_came_back_from_a_wrong_address_goes_to_the_right_one(seat: Seat) -> None:
    lead_id = enrolled(seat)
    seat.tick()
    with seat.services.unit_of_work() as uow:
        uow.session.exec(select(LeadMessage)).one().bounced_at = seat.clock.now()
        uow.commit()
    commanding.stop(seat.services, ALICE.slack_id, lead_id)
    moves_house(seat, lead_id)
    commanding.enrol(seat.services, ALICE.slack_id, lead_id, "warm")
    seat.tick()
    assert len(seat.messages(lead_id)) == 2


@pytest.mark.sqlite_alone
def test_only_the_owner_or_a_manager_steers_a_lead(seat: Seat) -> None:
    lead_id = seat.claimed_lead()
    with pytest.raises(NotAllowedError, match="belongs to Alice"):
        commanding.enrol(seat.services, BOB.slack_id, lead_id, "warm")
    assert "is in the sequence warm now" in commanding.enrol(seat.services, DANA.slack_id, lead_id, "warm")
    for do in (commanding.pause, commanding.resume, commanding.stop):
        with pytest.raises(NotAllowedError, match="belongs to Alice"):
            do(seat.services, BOB.slack_id, lead_id, "warm")


@pytest.mark.sqlite_alone
def test_a_sequence_that_is_not_there_is_answered_with_those_that_are(seat: Seat) -> None:
    with pytest.raises(NotFoundError, match="There are: warm"):
        commanding.enrol(seat.services, ALICE.slack_id, seat.claimed_lead(), "cold")


def test_the_lead_shows_where_it_stands_and_what_comes_next(seat: Seat) -> None:
    lead_id = enrolled(seat)
    seat.tick()
    shown = commanding.standing(seat.services, BOB.slack_id, lead_id)
    assert shown.running[0].by == "Alice"
    [line] = shown.lines
    assert line == "In the sequence warm: next a look whether they answer, Fri 27 Nov."
    seat.pass_time(days=4)
    [line] = commanding.standing(seat.services, BOB.slack_id, lead_id).lines
    assert line.startswith("In the sequence warm: waits until Sun 29 Nov at the latest to see whether they answer.")
    assert line.endswith("If not: on to 4, “word”.")


# --- the list, one in full, a preview


def test_the_list_counts_who_is_in_and_says_what_is_not_set_up(seat: Seat) -> None:
    enrolled(seat)
    seat.services.outside = Outside(channels=frozenset({"email"}))
    said = text_of(looking.listed(seat.services, DANA.slack_id))
    assert "Keep them warm" in said
    assert "1 in it now" in said
    assert "No text messages can be sent: that is not set up." in said


def test_a_rep_counts_only_leads_of_their_own_teams(seat: Seat) -> None:
    enrolled(seat)
    seat.seat(CAROL, "enterprise")
    assert "Nobody was in it yet" in text_of(looking.listed(seat.services, CAROL.slack_id))


@pytest.mark.sqlite_alone
def test_one_in_full_has_steps_texts_and_what_ends_it(seat: Seat) -> None:
    said = text_of(looking.shown(seat.services, ALICE.slack_id, "Warm"))
    assert "Still there, [first name]?" in said
    assert "What stands in brackets is filled in for each lead." in said
    assert "2.   3 days later:  waits up to 2 days: do they answer?" in said
    assert "As soon as they do: on to 3, “thanks”." in said
    assert "If not: on to 4, “word”." in said
    assert "text message , about 55 characters, 1 SMS" in said
    assert "they unsubscribe" in said
    assert "Edit a step…" not in said
    assert "Edit a step…" in text_of(looking.shown(seat.services, DANA.slack_id, "warm"))


@pytest.mark.sqlite_alone
def test_a_preview_has_the_letters_as_this_lead_would_get_them_and_when(seat: Seat) -> None:
    lead_id = seat.claimed_lead()
    said = text_of(previewing.preview(seat.services, ALICE.slack_id, lead_id, "warm"))
    assert "Still there, Jane?" in said
    assert "Times are by their clock in Berlin" in said
    assert "Tue 24 Nov 10:30" in said
    assert "until Sun 29 Nov 10:30   do they answer?" in said
    assert "Mon 30 Nov 9:00" in said, "Sunday's text message waits for Monday"
    assert "Only if something else happens" in said
    assert "Would be skipped: " in said, "nobody asked Jane about text messages"
    assert seat.messages(lead_id) == []
    assert seat.enrolments(lead_id) == []


def test_a_preview_says_what_was_written_before_and_what_is_not_set_up(seat: Seat) -> None:
    lead_id = enrolled(seat)
    seat.tick()
    commanding.stop(seat.services, ALICE.slack_id, lead_id)
    said = text_of(previewing.preview(seat.services, ALICE.slack_id, lead_id, "warm"))
    assert "Would be skipped: they had this very text before." in said
    seat.services.outside = Outside()
    said = text_of(previewing.preview(seat.services, ALICE.slack_id, lead_id, "warm"))
    assert "no e-mail is set up here" in said


@pytest.mark.sqlite_alone
def test_a_preview_of_one_on_its_way_begins_where_it_stands(seat: Seat) -> None:
    lead_id = enrolled(seat)
    seat.tick()
    said = text_of(previewing.preview(seat.services, ALICE.slack_id, lead_id))
    assert "Done already" in said
    assert "What is still to come" in said


def test_a_preview_shows_all_texts_that_are_compared_and_which_this_lead_gets(seat: Seat) -> None:
    seat.plays(TWO)
    lead_id = seat.claimed_lead()
    shown = [text_of(previewing.preview(seat.services, ALICE.slack_id, lead_id, "warm")) for _ in range(8)]
    assert len(set(shown)) == 1, "nothing is drawn by looking"
    assert "e-mail in 2 texts, of which each lead gets one" in shown[0]
    assert "which they get" not in shown[0], "nobody knows before the first is drawn"
    commanding.enrol(seat.services, ALICE.slack_id, lead_id, "warm")
    seat.tick()
    commanding.stop(seat.services, ALICE.slack_id, lead_id)
    got = f"The text “{seat.messages(lead_id)[0].variant}”" if seat.messages(lead_id)[0].variant else "The first text"
    assert f"{got}, which they get" in text_of(previewing.preview(seat.services, ALICE.slack_id, lead_id, "warm"))


def test_a_preview_has_no_link_that_would_book_in_the_leads_name_and_makes_none(seat: Seat) -> None:
    seat.plays(WARM.replace("Still there, {{ first_name }}?", "Choose a time: {{ booking_link }}"))
    lead_id = seat.claimed_lead()
    said = text_of(previewing.preview(seat.services, BOB.slack_id, lead_id, "warm"))
    assert "Choose a time: [their link to book a time]" in said
    assert "/book/" not in said
    assert seat.rows(BookingPage) == []


# --- many leads


def test_many_leads_come_in_after_a_count_and_a_yes_and_the_manager_hears_of_the_rest(seat: Seat) -> None:
    ids = [seat.lead(name=f"Jane {number}", email=f"jane{number}@acme.example") for number in range(3)]
    segments.save(seat.services, DANA.slack_id, "lukewarm", "stage:new")
    commanding.enrol(seat.services, DANA.slack_id, ids[0], "warm")
    asked = Many("warm", "segment:lukewarm")
    assert "3 leads would come into" in text_of(enrolling_many.proposed(seat.services, DANA.slack_id, asked))
    for _ in range(2):  # pressed twice
        enrolling_many.confirm(seat.services, DANA.slack_id, asked.as_text, key="one")
    assert seat.work_off() == 1
    assert inbox.waiting_events(seat.services) == []
    assert len(seat.rows(Enrolment, sequence="warm")) == 3
    assert seat.lines("message")[-1] == "2 leads came into the sequence warm."


def test_only_managers_enrol_many(seat: Seat) -> None:
    uses: tuple[Callable[[], Message], ...] = (
        lambda: enrolling_many.proposed(seat.services, ALICE.slack_id, Many("warm", "stage:new")),
        lambda: enrolling_many.confirm(seat.services, ALICE.slack_id, "warm|stage:new", key="x"),
        lambda: holding.pause(seat.services, ALICE.slack_id, "warm", key="y"),
    )
    for use in uses:
        with pytest.raises(NotAllowedError, match="Only managers"):
            use()


def test_a_whole_sequence_rests_at_once_and_the_playbook_follows_when_it_is_approved(seat: Seat) -> None:
    recorded(seat)
    lead_id, other = (
        seat.lead(consent=False),
        seat.lead(name="Mary Poe", email="mary@zeta.example", phone="", company="Zeta", consent=False),
    )
    for each in (lead_id, other):
        commanding.enrol(seat.services, DANA.slack_id, each, "re-engage")
    commanding.pause(seat.services, DANA.slack_id, other)
    said = text_of(holding.pause(seat.services, DANA.slack_id, "re-engage", key="one"))
    assert "1 lead in re-engage is paused now." in said
    assert "Draft 2 of the playbook" in said
    with seat.services.reading() as uow:
        draft = uow.playbooks.get(2)
        assert draft is not None
        assert "is_paused = true" in draft.text
    holding.resume(seat.services, DANA.slack_id, "re-engage", key="two")
    assert [status for lead in (lead_id, other) for _, status, _ in seat.enrolments(lead)] == ["active", "paused"]


def recorded(seat: Seat, change: Callable[[str], str] = str) -> None:
    """The shipped playbook is in force, and its text is written down."""
    text = change(PLAYBOOK.read_text(encoding="utf-8"))
    seat.services.put_in_force(versions.checked(seat.services, text, "text"))
    versions.record_file(seat.services, text)


# --- approval


def held(seat: Seat) -> LeadMessage:
    lead_id = enrolled(seat, ASKS)
    seat.tick()
    [message] = seat.messages(lead_id)
    assert message.status == "held"
    return message


def asked(seat: Seat) -> list[OutboxRow]:
    return seat.waiting("approval")


def shown(seat: Seat) -> str:
    """What the direct message says."""
    said = seat.render(asked(seat)[-1])
    assert isinstance(said, SlackCall)
    return " ".join(pieces(said.arguments["blocks"]))


def test_a_held_message_asks_its_owner_once_and_leaves_after_send(seat: Seat) -> None:
    message = held(seat)
    said = seat.render(asked(seat)[0])
    assert isinstance(said, SlackCall)
    assert said.channel == ALICE.slack_id
    assert "Still there, Jane?" in shown(seat)
    seat.pass_time(days=2)
    assert len(asked(seat)) == 1
    seat.everything_left()
    approving.send(seat.services, ALICE.slack_id, message.id or 0)
    assert "Alice sent it on its way." in shown(seat)
    assert seat.get(LeadMessage, message.id or 0).status == "waiting"
    with pytest.raises(DibsError, match="Alice sent it on its way"):
        approving.skip(seat.services, DANA.slack_id, message.id or 0)


@pytest.mark.sqlite_alone
def test_only_the_owner_or_a_manager_decides(seat: Seat) -> None:
    message = held(seat)
    for do in (approving.send, approving.skip, approving.opened):
        with pytest.raises(NotAllowedError, match="belongs to Alice"):
            do(seat.services, BOB.slack_id, message.id or 0)
    approving.skip(seat.services, DANA.slack_id, message.id or 0)
    assert seat.get(LeadMessage, message.id or 0).status == "skipped"


@pytest.mark.sqlite_alone
def test_whoever_covers_for_the_owner_is_asked_and_decides(seat: Seat) -> None:
    seat.plays(ASKS)
    lead_id = seat.claimed_lead()
    people.name_cover(seat.services, ALICE.slack_id, BOB)
    people.go_away(seat.services, ALICE.slack_id, "friday")
    commanding.enrol(seat.services, BOB.slack_id, lead_id, "warm")
    seat.tick()
    said = seat.render(asked(seat)[0])
    assert isinstance(said, SlackCall)
    assert said.channel == BOB.slack_id
    approving.send(seat.services, BOB.slack_id, seat.messages(lead_id)[0].id or 0)


def test_of_two_who_press_at_once_exactly_one_decides(seat: Seat) -> None:
    message = held(seat)

    def press(do: Callable[..., None], who: str) -> str:
        try:
            do(seat.services, who, message.id or 0)
        except DibsError as error:
            return str(error)
        return "done"

    with ThreadPoolExecutor(2) as both:
        jobs = [both.submit(press, approving.send, ALICE.slack_id), both.submit(press, approving.skip, DANA.slack_id)]
        outcomes = [job.result() for job in jobs]
    assert outcomes.count("done") == 1
    assert any("it on its way" in said or "skipped it" in said for said in outcomes)


def test_what_was_edited_leaves_as_edited_and_counts_in_no_comparison(seat: Seat) -> None:
    message = held(seat)
    with pytest.raises(InvalidInputError):
        approving.send(seat.services, ALICE.slack_id, message.id or 0, Wording("", ""))
    approving.send(seat.services, ALICE.slack_id, message.id or 0, Wording("Dear Jane", "My own words"))
    found = seat.get(LeadMessage, message.id or 0)
    assert (found.subject, found.text, found.variant, found.status) == (
        "Dear Jane",
        "My own words",
        "edited",
        "waiting",
    )


def test_what_no_database_keeps_is_left_out_of_what_was_edited(seat: Seat) -> None:
    message = held(seat)
    approving.send(
        seat.services, ALICE.slack_id, message.id or 0, Wording("Dear\r\nBcc: x", "My\x00 own\n\twords\ud800")
    )
    found = seat.get(LeadMessage, message.id or 0)
    assert (found.subject, found.text) == ("Dear Bcc: x", "My own\n\twords")


def test_what_left_the_sequence_meanwhile_says_so_when_somebody_presses(seat: Seat) -> None:
    message = held(seat)
    seat.everything_left()
    commanding.stop(seat.services, DANA.slack_id, message.lead_id)
    assert "Left “warm”: Dana stopped it" in shown(seat), "by itself"
    seat.everything_left()
    with pytest.raises(DibsError, match="Left “warm”: Dana stopped it"):
        approving.send(seat.services, ALICE.slack_id, message.id or 0)
    assert "Left “warm”: Dana stopped it" in shown(seat)
    assert seat.get(LeadMessage, message.id or 0).status == "skipped"


# --- figures and comparisons


def test_stats_count_who_came_and_what_was_answered(seat: Seat) -> None:
    lead_id = enrolled(seat)
    seat.tick()
    answered(seat, lead_id)
    commanding.stop(seat.services, ALICE.slack_id, lead_id)
    said = text_of(stats.stats(seat.services, ALICE.slack_id, "warm"))
    assert "warm: 1 lead came in" in said
    assert "Alice stopped it 1" in said
    assert "1 sent, 1 answered." in said, "of so few, a share would claim more than is known"
    assert "%" not in said


def answered(seat: Seat, lead_id: int) -> None:
    with seat.services.unit_of_work() as uow:
        for one in seat.messages(lead_id):
            message = uow.messages.get(one.id or 0)
            assert message is not None
            message.replied_at = seat.clock.now()
        uow.commit()


def compared(seat: Seat, **counts: tuple[int, int]) -> None:
    """So many of each text were sent, and so many of those answered in time; twice as many answered later."""
    seat.plays(TWO)
    lead_id = seat.lead()
    with seat.services.unit_of_work() as uow:
        uow.playbooks.add(PlaybookVersion(
            version=seat.services.playbook.version, text="", origin="file", made_at=TUESDAY, status="published",
            published_at=TUESDAY,
        ))  # fmt: skip
        for variant, (sent, hits) in counts.items():
            uow.session.add_all(letter(lead_id, variant.replace("own", ""), number, hits) for number in range(sent))
        uow.commit()
    seat.clock.advance(days=5)


def letter(lead_id: int, variant: str, number: int, hits: int) -> LeadMessage:
    late = TUESDAY + timedelta(days=4) if number < 3 * hits else None
    return LeadMessage(
        key=uuid4().hex, lead_id=lead_id, channel="email", recipient=uuid4().hex, sequence="warm", step="hello",
        variant=variant, status="sent", due_at=TUESDAY, created_at=TUESDAY, sent_at=TUESDAY,
        replied_at=TUESDAY + timedelta(days=1) if number < hits else late,
    )  # fmt: skip


def gets(seat: Seat) -> set[str]:
    """The texts that twenty leads would get."""
    sequence = seat.services.playbook.sequences[0]
    leads = [Lead(id=number, name="Jane", stage="new", team_id=1, created_at=TUESDAY) for number in range(20)]
    with seat.services.unit_of_work() as uow:
        return {experiments.choose(seat.services, uow, lead, sequence, sequence.named[0]) for lead in leads}


def test_as_soon_as_one_text_is_better_everybody_gets_it(seat: Seat) -> None:
    compared(seat, own=(400, 20), short=(400, 100))
    assert gets(seat) == {"", "short"}
    experiments.decide_what_can_be(seat.services)
    experiments.decide_what_can_be(seat.services)
    [row] = seat.rows(Experiment)
    assert row.winner == "short"
    assert gets(seat) == {"short"}
    assert "everybody gets  “short”" in text_of(stats.stats(seat.services, DANA.slack_id, "warm"))


def test_when_the_steps_own_text_wins_everybody_gets_that(seat: Seat) -> None:
    compared(seat, own=(400, 100), short=(400, 20))
    experiments.decide_what_can_be(seat.services)
    assert seat.rows(Experiment)[0].winner == OWN_WON
    assert gets(seat) == {""}


@pytest.mark.sqlite_alone
def test_an_open_comparison_states_its_interval_and_how_long_it_may_take(seat: Seat) -> None:
    compared(seat, own=(200, 20), short=(200, 28))
    experiments.decide_what_can_be(seat.services)
    assert seat.rows(Experiment) == []
    said = text_of(stats.stats(seat.services, DANA.slack_id, "warm"))
    assert "no decision yet: about " in said
    assert "“short” is answered 4.0 points more often than the first text (between -" in said


def test_only_who_sees_all_teams_sees_how_often_all_of_them_were_answered(seat: Seat) -> None:
    """The policy as a table: who asks, and which counts stand in the answer."""
    compared(seat, own=(60, 6), short=(60, 7))
    seat.seat(CAROL, "enterprise")
    all_teams, own_team = "7 of 60 beside 6 of 60", "6 of 60 answered within three days, in your teams"
    for who, sees in ((DANA, {all_teams}), (ALICE, {own_team}), (CAROL, set())):
        said = text_of(stats.stats(seat.services, who.slack_id, "warm"))
        assert {words for words in (all_teams, own_team) if words in said} == sees
    experiments.stop(seat.services, DANA.slack_id, "warm", 0, 1)
    for who, reason in ((DANA, True), (CAROL, False)):
        said = text_of(stats.stats(seat.services, who.slack_id, "warm"))
        assert "everybody gets  “short”" in said
        assert ("Dana ended the comparison" in said) is reason


def test_a_manager_ends_a_comparison_by_hand_once(seat: Seat) -> None:
    compared(seat, own=(60, 6), short=(60, 7))
    with pytest.raises(NotAllowedError):
        experiments.stop(seat.services, ALICE.slack_id, "warm", 0, 1)
    assert "“short” of “hello”" in experiments.stop(seat.services, DANA.slack_id, "warm", 0, 1)
    with pytest.raises(DibsError, match="decided already"):
        experiments.stop(seat.services, DANA.slack_id, "warm", 0, 0)
    assert gets(seat) == {"short"}


@pytest.mark.sqlite_alone
def test_another_text_begins_another_comparison(seat: Seat) -> None:
    compared(seat, own=(400, 20), short=(400, 100))
    experiments.decide_what_can_be(seat.services)
    seat.plays(TWO.replace('"Hi"', '"Hey"'))
    assert gets(seat) == {"", "short"}
    experiments.decide_what_can_be(seat.services)
    assert len(seat.rows(Experiment)) == 1


def test_who_does_not_answer_is_reminded_once_in_the_morning(seat: Seat) -> None:
    held(seat)
    alice = seat.rows(Rep, slack_id=ALICE.slack_id)[0].id or 0
    for day, is_told in ((1, True), (2, False)):
        seat.clock.set(f"2026-11-{24 + day}T08:00+00:00")
        with seat.services.reading() as uow:
            said = digests.content(seat.services, uow, uow.people.rep(alice), seat.clock.now())
        assert ("Messages that wait for your yes" in (text_of(digest(said)) if said else "")) == is_told
