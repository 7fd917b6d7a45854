"""The App Home through the real Bolt app: what can be pressed and sent there, and what forged values do."""

from typing import Any

import pytest
from sqlmodel import select

from bot import claims, homes
from bot.intake import capture
from bot.outbox import SlackCall
from bot.projections import Projections
from bot.views import home, home_forms, home_leads, home_team, preferences
from store.models import HomeTab, OutboxRow, Rep
from tests.handlers.desk import Desk, as_json, written
from tests.handlers.door import JANE, NOW

ALICE, BOB, CAROL, DANA, ERIN = "U0ALICE", "U0BOB", "U0CAROL", "U0DANA", "U0ERIN"
STRANGER, MANAGERS_ONLY = "You are not in a sales team yet", "Only managers can do this"
WEEK = {"days": ["mon", "tue"], "starts": "08:00", "ends": "14:00"}
FORGED = ("", "0", "-1", "9" * 40, "team", "team:1", "x" * 3000, "\x00", "'; DROP TABLE home_tab", "٤", "😀", "\ud800")


@pytest.fixture
def furnished(office: Desk) -> Desk:
    """Alice owns Jane in smb."""
    capture.take_lead(office.services, {**JANE, "name": "Jane", "fields": {}}, key="Jane")
    claims.claim(office.services, ALICE, 1)
    return office


def tab_of(office: Desk, user: str) -> HomeTab | None:
    with office.services.reading() as uow:
        return uow.home_tabs.of(user)


def rep(office: Desk, user: str) -> Rep:
    with office.services.reading() as uow:
        found = uow.people.rep_by_slack_id(user)
    assert found is not None
    return found


def shown(office: Desk, user: str) -> str:
    """What the person's Home would show now."""
    with office.services.reading() as uow:
        value = homes.home_of(office.services, uow, user, NOW)
    return written({"blocks": home.home(value)["blocks"]}) if value else ""


def sent(office: Desk, user: str, callback_id: str, **values: Any) -> dict[str, str]:
    """Submit a form as Slack does, each kind of field in its own way; returns the errors on its fields."""
    body = office.submitted(user, callback_id, "", **dict.fromkeys(values, ""))
    body["view"]["state"]["values"] = {
        name: {"any": {"selected_options": [{"value": each} for each in value]} if isinstance(value, list) else value}
        for name, value in values.items()
    }
    answer = office.send(body)
    assert answer.status == 200
    return dict(as_json(answer.body).get("errors", {}))


def settings(**given: Any) -> dict[str, Any]:
    """The form as it is sent when nothing was changed but this."""
    return {
        "days": ["mon", "tue", "wed", "thu", "fri"], "starts": {"selected_time": "09:00"},
        "ends": {"selected_time": "18:00"}, "holidays": {"value": None}, "digest": chosen("on"),
        "digest_at": {"selected_time": "09:00"}, "muted": {"value": None}, "away": {"value": None},
        "cover": {"selected_user": None}, "language": chosen("en"), **given,
    }  # fmt: skip


def chosen(value: str) -> dict[str, Any]:
    return {"selected_option": {"value": value}}


# --- opened


def test_opening_it_is_remembered_and_answered_with_a_page(office: Desk) -> None:
    for user in (ALICE, ERIN):
        assert office.event("app_home_opened", user=user, tab="home").status == 200
    with office.services.reading() as uow:
        rows = [row for row in uow.session.exec(select(OutboxRow)) if row.kind == "home"]
        said = {row.payload["slack_id"]: Projections(office.services).prepare(uow, row, NOW) for row in rows}
    assert set(said) == {ALICE, ERIN}
    assert isinstance(said[ERIN], SlackCall)
    assert STRANGER in str(said[ERIN])
    assert tab_of(office, ALICE) is not None


def test_the_messages_tab_is_no_home(office: Desk) -> None:
    assert office.event("app_home_opened", user=ALICE, tab="messages").status == 200
    assert tab_of(office, ALICE) is None


# --- pressed


@pytest.mark.parametrize(("action_id", "value", "tab"), [
    (home.LEADS, "leads", "leads"), (home.SETTINGS, "settings", "settings"), (home.DAY, "day", "day"),
])  # fmt: skip
def test_a_tab_is_chosen(furnished: Desk, action_id: str, value: str, tab: str) -> None:
    assert furnished.press(ALICE, action_id, value, channel=None) == ""
    found = tab_of(furnished, ALICE)
    assert found is not None
    assert found.tab == tab


def test_a_filter_and_a_search_are_kept(furnished: Desk) -> None:
    furnished.press(ALICE, home.LEADS, "leads", channel=None)
    furnished.press(ALICE, home_leads.STAGE, "contacted", channel=None)
    furnished.press(ALICE, home_leads.SEARCH, "jane", channel=None)
    found = tab_of(furnished, ALICE)
    assert found is not None
    assert (found.stage, found.search) == ("contacted", "jane")
    assert "None of your open leads in contacted matches “jane”" in shown(furnished, ALICE)
    furnished.press(ALICE, home_leads.CLEAR, "all", channel=None)
    assert "#1 Jane" in shown(furnished, ALICE)


def test_a_manager_looks_at_a_team(furnished: Desk) -> None:
    assert furnished.press(DANA, home.TEAM, "team", channel=None) == ""
    assert "Team enterprise" in shown(furnished, DANA)
    assert furnished.press(DANA, home_team.WHICH_TEAM, "1", channel=None) == ""
    assert "Alice" in shown(furnished, DANA)


@pytest.mark.parametrize(("action_id", "value"), [
    (home.TEAM, "team"), (home.DAY, "team"), (home.LEADS, "team:1"), (home_team.WHICH_TEAM, "1"),
])  # fmt: skip
def test_a_rep_gets_no_team_by_whatever_button(furnished: Desk, action_id: str, value: str) -> None:
    told = furnished.press(ALICE, action_id, value, channel=None)
    assert MANAGERS_ONLY in told or "no such tab" in told
    assert tab_of(furnished, ALICE) is None
    assert "open lead" not in shown(furnished, ALICE)


def test_nobody_sees_leads_of_other_teams(furnished: Desk) -> None:
    for user in (BOB, CAROL):
        furnished.press(user, home.LEADS, "leads", channel=None)
        furnished.press(user, home_leads.SEARCH, "jane", channel=None)
        assert "#1" not in shown(furnished, user)


@pytest.mark.parametrize("action_id", [home.DAY, home.TEAM, home_team.WHICH_TEAM, home_leads.STAGE, home_leads.SEARCH])
def test_forged_values_are_harmless(furnished: Desk, action_id: str) -> None:
    furnished.press(ALICE, home.LEADS, "leads", channel=None)
    furnished.press(ALICE, home_leads.CLEAR, "", channel=None)
    for value in FORGED:
        assert "Something went wrong" not in furnished.press(ALICE, action_id, value, channel=None), value
        assert shown(furnished, ALICE)


PRESSES = (
    (home.DAY, "day"), (home.LEADS, "leads"), (home.TEAM, "team"), (home.SETTINGS, "settings"),
    (home_team.WHICH_TEAM, "1"), (home_leads.STAGE, "new"), (home_leads.SEARCH, "jane"), (home_leads.CLEAR, "all"),
    (home.FOLLOW_UP, "any"), (home.AWAY, "away"), (home.MUTE, "today"), (home.UNMUTE, "unmute"),
    (preferences.EDIT, "edit"),
)  # fmt: skip


@pytest.mark.parametrize(("action_id", "value"), PRESSES)
def test_a_stranger_presses_in_vain(furnished: Desk, action_id: str, value: str) -> None:
    before, opened = furnished.rows(), furnished.slack_was_asked("views.open")
    assert STRANGER in furnished.press(ERIN, action_id, value, channel=None)
    assert furnished.rows() == before
    assert furnished.slack_was_asked("views.open") == opened


@pytest.mark.parametrize("action_id", [home.FOLLOW_UP, home.AWAY, preferences.EDIT])
def test_a_form_opens(furnished: Desk, action_id: str) -> None:
    opened = furnished.slack_was_asked("views.open")
    furnished.press(ALICE, action_id, "x", channel=None)
    assert furnished.slack_was_asked("views.open") == opened + 1


def test_mute_lasts_until_midnight_and_unmute_ends_it(furnished: Desk) -> None:
    furnished.press(ALICE, home.MUTE, "today", channel=None)
    until = rep(furnished, ALICE).muted_until
    assert until is not None
    assert until.isoformat().endswith("T23:00:00+00:00")  # midnight in Berlin
    assert "Unmute" in shown(furnished, ALICE)
    furnished.press(ALICE, home.UNMUTE, "unmute", channel=None)
    assert rep(furnished, ALICE).muted_until is None


# --- sent


def test_settings_are_taken_over_as_a_whole(furnished: Desk) -> None:
    errors = sent(
        furnished, ALICE, preferences.SETTINGS, **settings(
            days=["tue", "mon"], starts={"selected_time": "08:00"}, ends={"selected_time": "14:00"},
            holidays={"value": "de-be"}, digest=chosen("off"), digest_at={"selected_time": "08:30"},
            muted={"value": "tomorrow 9am"}, away={"value": "friday"}, cover={"selected_user": BOB},
            language=chosen("de"),
        )
    )  # fmt: skip
    assert errors == {}
    alice, bob = rep(furnished, ALICE), rep(furnished, BOB)
    assert (alice.hours, alice.holidays, alice.language, alice.cover_id) == (WEEK, "DE-BE", "de", bob.id)
    assert (alice.is_digest_off, alice.digest_at) == (True, "08:30")
    assert alice.muted_until is not None
    assert alice.away_until is not None


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "days": ({"days": []}, "Tick at least one day"),
    "starts": ({"starts": {"selected_time": None}}, "Choose a time"),
    "ends": ({"ends": {"selected_time": "08:00"}}, "must come after the start"),
    "holidays": ({"holidays": {"value": "Narnia"}}, "I know no holidays of “Narnia”"),
    "muted": ({"muted": {"value": "blue"}}, "“blue”"),
    "away": ({"away": {"value": "yesterday 9am"}}, "yesterday"),
    "cover": ({"cover": {"selected_user": ERIN}}, "Name a colleague"),
    "digest": ({"digest": chosen("sometimes")}, "Choose one of the list"),
    "digest_at": ({"digest_at": {"selected_time": "25:99"}}, "Choose a time"),
    "language": ({"language": chosen("xx")}, "Choose one of the list"),
}


@pytest.mark.parametrize("field", WRONG)
def test_a_wrong_value_is_a_sentence_on_its_field_and_nothing_is_stored(furnished: Desk, field: str) -> None:
    given, sentence = WRONG[field]
    before = furnished.rows()
    changed = settings(**{"language": chosen("de"), "digest": chosen("off"), **given})
    errors = sent(furnished, ALICE, preferences.SETTINGS, **changed)
    assert set(errors) == {field}
    assert sentence in errors[field]
    assert furnished.rows() == before


def test_everything_that_is_wrong_is_said_at_once(furnished: Desk) -> None:
    both = settings(**WRONG["holidays"][0], **WRONG["cover"][0], **WRONG["ends"][0])
    assert set(sent(furnished, ALICE, preferences.SETTINGS, **both)) == {"holidays", "cover", "ends"}


def test_going_away_with_a_cover(furnished: Desk) -> None:
    errors = sent(furnished, ALICE, preferences.AWAY, away={"value": "friday"}, cover={"selected_user": BOB})
    assert errors == {}
    assert "Bob covers for you." in shown(furnished, ALICE)
    assert set(sent(furnished, ALICE, preferences.AWAY, away={"value": ""}, cover={"selected_user": ALICE})) == {
        "away", "cover",
    }  # fmt: skip


FORM = {
    "quick": chosen("tomorrow"), "date": {"selected_date": None}, "time": {"selected_time": None},
    "kind": chosen("call"), "what": {"value": "ask"},
}  # fmt: skip


def test_a_follow_up_is_set_for_a_lead_that_was_chosen(furnished: Desk) -> None:
    assert sent(furnished, ALICE, home_forms.FOLLOW_UP, lead=chosen("1"), **FORM) == {}
    assert "Call: ask" in shown(furnished, ALICE)


@pytest.mark.parametrize("user", [BOB, CAROL, ERIN])
def test_nobody_sets_one_for_the_lead_of_another(furnished: Desk, user: str) -> None:
    before = furnished.rows()
    assert sent(furnished, user, home_forms.FOLLOW_UP, lead=chosen("1"), **FORM) != {}
    assert furnished.rows() == before


@pytest.mark.parametrize("value", FORGED)
def test_a_forged_lead_is_a_sentence(furnished: Desk, value: str) -> None:
    errors = sent(furnished, ALICE, home_forms.FOLLOW_UP, lead=chosen(value), **FORM)
    assert errors
    assert "Something went wrong" not in str(errors)


def suggested(office: Desk, user: str, words: str) -> str:
    body = {
        **office.interaction(user, "block_suggestion"), "action_id": home_forms.PICK, "block_id": "lead",
        "value": words, "view": {"id": "V1", "type": "modal"},
    }  # fmt: skip
    answer = office.send(body)
    assert answer.status == 200
    return str(answer.body)


def test_leads_to_choose_from_are_ones_own(furnished: Desk) -> None:
    assert "#1 Jane" in suggested(furnished, ALICE, "")
    assert "#1 Jane" in suggested(furnished, DANA, "jan")
    for user in (BOB, CAROL, ERIN):
        assert "Jane" not in suggested(furnished, user, "jan")


# --- typed


def test_commands_do_the_same(furnished: Desk) -> None:
    assert "Reminders are muted until" in furnished.command(ALICE, "/lead mute 18:00")
    assert rep(furnished, ALICE).muted_until is not None
    assert "Reminders come to you again" in furnished.command(ALICE, "/lead mute off")
    assert "Example: /lead mute" in furnished.command(ALICE, "/lead mute blue")
    assert "Your digest comes at 08:30" in furnished.command(ALICE, "/lead digest 8:30")
    assert rep(furnished, ALICE).digest_at == "08:30"
    assert "No morning digest" in furnished.command(ALICE, "/lead digest off")
    assert "like 8:30" in furnished.command(ALICE, "/lead digest at noon")
    opened = furnished.slack_was_asked("views.open")
    furnished.command(ALICE, "/lead settings")
    assert furnished.slack_was_asked("views.open") == opened + 1
    for typed in ("/lead mute 18:00", "/lead digest off", "/lead settings"):
        assert STRANGER in furnished.command(ERIN, typed)
