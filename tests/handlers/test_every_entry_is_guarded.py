"""Whoever presses, types or submits: only the people whose lead it is get through, at every registered entry."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from bot import claims, followups
from bot.intake import capture
from bot.playbook.playbook import read_playbook
from bot.reports.table import REPORTS
from bot.sandbox import Sandbox
from bot.views import (
    approvals,
    calls,
    cards,
    consents,
    deals,
    edits,
    followup_forms,
    forgoing,
    forms,
    handover,
    home,
    qualify,
    reminders,
    responses,
    sequence_lead,
    stages,
    timeline,
)
from handlers.commands import TABLES
from handlers.shortcuts import NEW_LEAD
from tests.factories import PLAYBOOK
from tests.handlers.desk import Desk, desk, listeners
from tests.handlers.door import JANE, NOW

ALICE, BOB, CAROL, DANA, ERIN = "U0ALICE", "U0BOB", "U0CAROL", "U0DANA", "U0ERIN"
STRANGER, OTHER_TEAM = "You are not in a sales team yet", "There is no such lead in your teams"
NOT_OWNER, MANAGERS_ONLY = "This lead belongs to Alice", "Only managers can do this"
OFFERED, OWNED, PROMISE = "1", "2", "1"  # Alice's to claim; Alice's own; the follow-up on her own
FORGED = (
    "0", "-1", "9" * 40, "9" * 15, "2147483647", "2147483648", "1;DROP TABLE lead", "٤٢", "\uff11", "²", "", " 1", "1 ",
    "+1", "0x1", "1e0", "1.0", "None", "1:1", "show:1:1", "'", "\x00", "null", "#1", "1h:", "week:9999999999",
)  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One way in. `use` does it as this user with this id and returns what the user is told."""

    listens: str
    use: Callable[[Desk, str, str], str]
    row: str
    only_owner: bool = False
    opens_view: bool = False
    only_looks: bool = False


def pressing(action_id: str, value: str = "{}") -> Callable[[Desk, str, str], str]:
    return lambda office, user, number: office.press(user, action_id, value.format(number))


def typing(text: str) -> Callable[[Desk, str, str], str]:
    return lambda office, user, number: office.command(user, text.format(number))


def sending(callback_id: str, **values: str) -> Callable[[Desk, str, str], str]:
    return lambda office, user, number: str(office.submit(user, callback_id, number, **values))


TOMORROW = {"date": "2026-11-25", "time": "10:00", "what": "call"}
GUARDED = {
    "claim": Entry("lead_actions.claim lead.claim", pressing(cards.CLAIM), OFFERED),
    "pass": Entry("lead_actions.open_pass lead.pass", pressing(cards.PASS), OFFERED, opens_view=True),
    "open note": Entry("lead_actions.open_note lead.note", pressing(cards.NOTE), OFFERED, opens_view=True),
    "open stage": Entry("deal_actions.open_stage lead.stage", pressing(cards.STAGE), OWNED, True, opens_view=True),
    "open follow-up": Entry("followup_actions.open_follow_up lead.follow_up", pressing(cards.FOLLOW_UP), OWNED, True,
                            opens_view=True),
    "menu, show": Entry("lead_actions.more lead.more", pressing(cards.MORE, "show:{}"), OFFERED, opens_view=True),
    "menu, why": Entry("lead_actions.more lead.more", pressing(cards.MORE, "why:{}"), OFFERED, opens_view=True),
    "menu, edit": Entry("lead_actions.more lead.more", pressing(cards.MORE, "edit:{}"), OWNED, True, opens_view=True),
    "menu, release": Entry("lead_actions.more lead.more", pressing(cards.MORE, "release:{}"), OWNED, True),
    "open done": Entry("followup_actions.open_done follow_up.done", pressing(reminders.DONE), PROMISE, True,
                       opens_view=True),
    "snooze": Entry("followup_actions.snooze follow_up.snooze", pressing(reminders.SNOOZE, "1h:{}"), PROMISE, True),
    "snooze, another time": Entry("followup_actions.snooze follow_up.snooze",
                                  pressing(reminders.SNOOZE, "custom:{}"), PROMISE, True, opens_view=True),
    "open lead": Entry("followup_actions.open_lead follow_up.open", pressing(reminders.OPEN), PROMISE, True,
                       opens_view=True),
    "open reassign": Entry("followup_actions.more follow_up.more", pressing(reminders.MORE, "reassign:{}"), PROMISE,
                           True, opens_view=True),
    "not needed": Entry("followup_actions.more follow_up.more", pressing(reminders.MORE, "not_needed:{}"), PROMISE,
                        True),
    "done form": Entry("followup_actions.done form.follow_up_done",
                       sending(followup_forms.DONE, went="reached", quick="none"), PROMISE, True),
    "snooze form": Entry("followup_actions.snooze_to form.snooze", sending(followup_forms.SNOOZE, **TOMORROW), PROMISE,
                         True),
    "reassign form": Entry("followup_actions.reassign form.reassign", sending(followup_forms.REASSIGN, person="U0BOB"),
                           PROMISE, True),
    "open waiting": Entry("lead_actions.open_waiting lead.open", pressing(responses.OPEN), OFFERED, opens_view=True),
    "pass form": Entry("lead_forms.pass_lead form.pass", sending(forms.PASS, reason="bad data"), OFFERED),
    "edit form": Entry("edit_actions.correct form.edit", sending(edits.EDIT, title="CEO"), OWNED, True),
    "open call": Entry("call_actions.open_call lead.call", pressing(cards.CALL), OFFERED, opens_view=True),
    "call form": Entry("call_actions.save form.call", sending(calls.CALL, went="reached", quick="none"), OFFERED),
    "/lead call": Entry("commands.dispatch /lead", typing("/lead call #{}"), OFFERED, opens_view=True),
    "note form": Entry("lead_forms.note form.note", sending(forms.NOTE, text="Hello"), OFFERED),
    "stage form": Entry("deal_actions.move form.stage", sending(stages.STAGE, stage="contacted"), OWNED, True),
    "deal form": Entry("deal_actions.save_deal form.deal", sending(deals.DEAL, **{"opportunity.amount": "12k"}), OWNED,
                       True),
    "follow-up form": Entry("followup_actions.follow_up form.follow_up", sending(followup_forms.FOLLOW_UP, **TOMORROW),
                            OWNED, True),
    "open qualify": Entry("qualify_actions.open_checklist lead.qualify", pressing(cards.QUALIFY), OWNED, True,
                          opens_view=True),
    "menu, not now": Entry("lead_actions.more lead.more", pressing(cards.MORE, "forgo:{}"), OWNED, True,
                           opens_view=True),
    "qualify form": Entry("qualify_actions.save_checklist form.qualify",
                          sending(qualify.QUALIFY, **{"answers.budget": "50k"}), OWNED, True),
    "reject form": Entry("qualify_actions.reject form.reject", sending(qualify.REJECTION, reason="no need"), OWNED,
                         True),
    "not now form": Entry("qualify_actions.put_aside form.forgo", sending(forgoing.FORGO, date="2026-12-24"), OWNED,
                          True),
    "menu, sequence": Entry("lead_actions.more lead.more", pressing(cards.MORE, "sequence:{}"), OFFERED,
                            opens_view=True),
    "open why": Entry("lead_actions.open_why lead.why", pressing(cards.WHY), OFFERED, opens_view=True),
    "open sequence": Entry("sequence_actions.open_standing sequence.open", pressing(sequence_lead.OPEN), OFFERED,
                           opens_view=True),
    "sequence form": Entry("sequence_actions.enrol form.sequence", sending(sequence_lead.FORM, name="re-engage"), OWNED,
                           True),
    "open lead of a held message": Entry("lead_actions.open_waiting approval.open", pressing(approvals.OPEN), OFFERED,
                                         opens_view=True),
    "/lead qualify": Entry("commands.dispatch /lead", typing("/lead qualify #{}"), OWNED, True, opens_view=True),
    "/lead accept": Entry("commands.dispatch /lead", typing("/lead accept #{}"), OWNED, True, opens_view=True),
    "/lead reject": Entry("commands.dispatch /lead", typing("/lead reject #{} no need"), OWNED, True),
    "/lead forgo": Entry("commands.dispatch /lead", typing("/lead forgo #{} in 2 weeks"), OWNED, True),
    "consent form": Entry("consent_actions.save form.consent",
                          sending(consents.CONSENT, channel="email", word="withdrawn"), OFFERED),
    "/lead consent": Entry("commands.dispatch /lead", typing("/lead consent #{} email withdrawn"), OFFERED),
    "/lead booking": Entry("commands.dispatch /lead", typing("/lead booking #{}"), OFFERED),
    "/lead show": Entry("commands.dispatch /lead", typing("/lead show #{}"), OFFERED, only_looks=True),
    "/lead pass": Entry("commands.dispatch /lead", typing("/lead pass #{} bad data"), OFFERED),
    "/lead edit": Entry("commands.dispatch /lead", typing("/lead edit #{}"), OWNED, True, opens_view=True),
    "/lead release": Entry("commands.dispatch /lead", typing("/lead release #{}"), OWNED, True),
    "/lead why": Entry("commands.dispatch /lead", typing("/lead why #{}"), OFFERED, only_looks=True),
    "/lead claim": Entry("commands.dispatch /lead", typing("/lead claim #{}"), OFFERED),
    "/lead note": Entry("commands.dispatch /lead", typing("/lead note #{} Hello"), OFFERED),
    "/lead stage": Entry("commands.dispatch /lead", typing("/lead stage #{} contacted"), OWNED, True),
    "older": Entry("deal_actions.turn timeline.older", pressing(timeline.OLDER, "{}:0"), OFFERED, opens_view=True),
    "newer": Entry("deal_actions.turn timeline.newer", pressing(timeline.NEWER, "{}:0"), OFFERED, opens_view=True),
    "post again": Entry("deal_actions.repost timeline.repost", pressing(timeline.REPOST), OWNED, True),
    "/lead deal": Entry("commands.dispatch /lead", typing("/lead deal #{}"), OWNED, True, opens_view=True),
    "/lead followup": Entry("commands.dispatch /lead", typing("/lead followup #{} tomorrow 9am call"), OWNED, True,
                            opens_view=True),
}  # fmt: skip
# What managers do with /team, and how it is typed.
CHANGES = {
    "add": "smb <@U0BOB|bob>", "remove": "smb <@U0BOB|bob>", "pause": "smb <@U0BOB|bob>", "resume": "smb <@U0BOB|bob>",
    "back": "smb <@U0BOB|bob>", "weight": "smb <@U0BOB|bob> 2", "cap": "smb <@U0BOB|bob> day 5",
    "skills": "<@U0BOB|bob> german", "hours": "<@U0BOB|bob> mon-fri 9-17", "holidays": "<@U0BOB|bob> DE",
    "cover": "<@U0BOB|bob> <@U0ALICE|alice>", "handover": "<@U0BOB|bob>", "mode": "smb auto",
    "channel": "smb <#C0GENERAL|general>",
    "whatif": "", "versions": "", "diff": "1", "rollback": "1", "rescore": "",
}  # fmt: skip
# Entries about no lead in particular; each is driven by a test below or in the file named.
WITHOUT_A_LEAD = {
    "report_commands.dispatch /report": "below, and who may see what in tests/use_cases/test_report_access.py",
    **{
        f"report_actions.{listener}": "of a report, in test_report_actions.py"
        for listener in (
            "open_share report_share",
            "share form.report_share",
            "open_refine report_refine",
            "refine form.report_refine",
            "make_up form.report_custom",
            "send_csv report_csv",
            "send_leads_csv report.leads_csv",
            "open_behind report_behind",
            "open_lead report.lead",
        )
    },
    **{
        f"report_time_actions.{listener}": "of what comes by itself, in test_report_time_actions.py"
        for listener in (
            "open_schedule report_schedule",
            "schedule form.report_schedule",
            "mute_week schedule.mute_week",
            "mute schedule.mute",
            "unmute schedule.unmute",
            "remove schedule.remove",
            "mute_alert_week alert.mute_week",
            "mute_alert alert.mute",
            "unmute_alert alert.unmute",
            "remove_alert alert.remove",
        )
    },
    "commands.dispatch /team": "managers only but for looking, below",
    "lead_actions.open_new_lead home.new_lead": "an empty form; sending it is guarded, below",
    "shortcuts.new_lead shortcut.new_lead": "the same",
    "shortcuts.follow_up shortcut.follow_up": "on a message, in test_shortcuts.py",
    "lead_forms.new_lead form.new_lead": "below",
    "shortcuts.make_lead shortcut.make_lead": "a form filled from the message; sending it is guarded",
    "suggestion_actions.open_make suggestion.make": "of no lead yet, in test_suggestion_actions.py, as all of these",
    "suggestion_actions.drop suggestion.drop": "the same",
    "suggestion_actions.make form.suggestion": "the same",
    "contact_actions.send_again contact.again": "of a message, in test_contact_actions.py, as both of these",
    "contact_actions.leave_it contact.leave": "the same",
    **{
        f"sequence_actions.{listener}": "of a sequence, in test_sequence_actions.py"
        for listener in (
            "pause sequence.pause",
            "resume sequence.resume",
            "stop sequence.stop",
            "open_step sequence.edit",
            "save_step form.sequence_step",
            "enrol_many sequence.enrol_many",
            "enrol_nobody sequence.enrol_nobody",
            "take_text sequence.take",
        )
    },
    **{
        f"approval_actions.{listener}": "of a message, in test_sequence_actions.py"
        for listener in ("send approval.send", "open_form approval.edit", "skip approval.skip", "save form.approval")
    },
    "commands.dispatch /sequence": "in test_sequence_actions.py",
    **{
        f"meeting_actions.{listener}": "of a meeting or of the presser's own page, in test_meeting_actions.py"
        for listener in (
            "held meeting.held",
            "no_show meeting.no_show",
            "open_cancel meeting.cancel",
            "cancel form.meeting_cancel",
            "open_place meeting.place",
            "set_place form.meeting_place",
            "take meeting.take",
            "ask meeting.ask",
            "leave meeting.leave",
            "switch booking.switch",
            "open_page booking.change",
            "save_page form.booking",
            "open_renew booking.renew",
            "renew form.booking_renew",
        )
    },
    "deal_actions.choose_stage stage.choose": "in an open form, in test_deal_actions.py",
    "duplicate_actions.same duplicate.same": "of a pair of leads, in test_duplicate_actions.py, as all of these",
    "duplicate_actions.different duplicate.different": "the same",
    "duplicate_actions.split duplicate.split": "the same",
    "scrub_actions.look scrub.look": "managers only, in test_search_commands.py, as all of these",
    "scrub_actions.look scrub.earlier": "the same",
    "scrub_actions.look scrub.further": "the same",
    "scrub_actions.clear scrub.clear": "the same",
    "scrub_actions.keep scrub.keep": "the same",
    **{
        f"import_actions.{listener}": "of a file, in test_import_actions.py"
        for listener in (
            "open_look import.look",
            "change_columns import.columns",
            "columns form.import_columns",
            "start form.import_preview",
            "new_file form.import_file",
            "paste form.import_paste",
            "mine import.mine",
            "failed import.failed",
            "undo import.undo",
            "file_shared file_shared",
        )
    },
    **{
        f"report_money_actions.{listener}": "managers only, in test_report_money.py"
        for listener in (
            "undo spend.undo",
            "undo_file spend.undo_file",
            "take spend.take",
            "open_file spend.open_file",
            "new_file form.spend_file",
            "end goal.end",
        )
    },
    "lead_actions.back rep.back": "about the presser alone, below",
    "lead_actions.forgotten .*": "below",
    "followup_actions.undo follow_up.undo": "of a promise that was given up, below",
    "followup_actions.take_over follow_up.take_over": "by the team, once it is left lying, below",
    "team_actions.add team.add": "managers only, below",
    "team_actions.not_now team.not_now": "managers only, below",
    "team_actions.hand_over form.hand_over": "managers only, below",
    "events.member_joined_channel member_joined_channel": "Slack's own word; below and in test_handover.py",
    "events.member_left_channel member_left_channel": "the same",
    "qualify_actions.rescore scores.rescore": "managers only, in test_qualify_actions.py",
    "playbook_actions.whatif form.whatif": "managers only, in test_playbook_actions.py",
    "playbook_actions.ask playbook.ask": "the same",
    "playbook_actions.discard playbook.discard": "the same",
    "playbook_actions.approve playbook.approve": "the same",
    "playbook_actions.refuse playbook.refuse": "the same",
    "home.show_tab home.day": "about the presser's own Home, in test_home.py, as all of these",
    "home.show_tab home.leads": "the same",
    "home.show_tab home.settings": "the same",
    "home.show_tab home.team": "managers only",
    "home.show_team home.which_team": "managers only",
    "home.filter_leads home.stage": "the presser's own leads",
    "home.search_leads home.search": "the same",
    "home.show_all_leads home.clear": "the same",
    "home.open_follow_up home.follow_up": "the presser's own leads to choose from",
    "home.open_away home.away": "the presser's own settings",
    "home.mute home.mute": "the same",
    "home.unmute home.unmute": "the same",
    "home.open_settings home.edit_settings": "the same",
    "home_forms.save_settings form.settings": "the same",
    "home_forms.go_away form.away": "the same",
    "home_forms.follow_up form.any_follow_up": "whose lead it is decides",
    "home_forms.leads_to_choose pick.lead": "the presser's own leads",
    "home.opened app_home_opened": "shows the opener's own work, in test_home.py",
    "events.message message": "below",
    "events.user_change user_change": "Slack's own word; strangers are not remembered, below",
    "events.nothing .*": "does nothing, below",
}
SUBCOMMANDS_WITHOUT_A_LEAD = {
    "/lead": {"help", "new", "find", "list", "segment", "restore", "away", "back", "assign", "cover", "settings",
              "digest", "mute", "duplicates", "merge", "split", "rebuild", "import", "paste"},
    "/report": {"help", "overdue", "reminders", "quality", "score", "custom", "saved", "forget", "spend", "goal",
                "schedule", "schedules", "unschedule", "alert", "alerts",
                *(kind.name for kind in REPORTS)},
    "/sequence": {"help", "list", "show", "preview", "enrol", "stop", "pause", "resume", "stats"},
    "/team": {"help", "show", "hold", "offers", "fairness", *CHANGES},
}  # fmt: skip
each_entry = pytest.mark.parametrize("name", GUARDED)


@pytest.fixture(scope="module")
def attacked(shared_database_url: str, slack: Sandbox) -> Iterator[Desk]:
    """One office for all attacks: none of them may leave a trace in it."""
    with desk(shared_database_url, slack) as made:
        furnish(made)
        yield made


@pytest.fixture
def furnished(office: Desk) -> Desk:
    furnish(office)
    return office


def furnish(office: Desk) -> None:
    services = office.services
    for name in ("Jane", "Mary"):
        capture.take_lead(services, {**JANE, "name": name, "fields": {}}, key=name)
    claims.claim(services, DANA, int(OWNED))
    claims.release(services, DANA, int(OWNED))
    with services.unit_of_work() as uow:
        lead = uow.leads.get(int(OWNED))
        assert lead is not None
        uow.offers.close_for(int(OWNED), "withdrawn", now=NOW)
        uow.commit()
    claims.claim(services, ALICE, int(OWNED))
    due = followups.local_moment(services, ALICE, "2026-11-30", "09:00")
    followups.set_follow_up(services, ALICE, int(OWNED), due, "call", key="first")
    shipped = read_playbook(PLAYBOOK).sequences
    services.put_in_force(services.playbook.model_copy(update={"sequences": shipped}))


def test_every_registered_listener_is_driven_here(attacked: Desk) -> None:
    registered = set(listeners(attacked.bolt))
    assert registered == {entry.listens for entry in GUARDED.values()} | set(WITHOUT_A_LEAD)


def test_every_subcommand_is_driven_here() -> None:
    driven = {name.partition(" ")[2] for name in GUARDED if name.startswith("/lead ")}
    assert {entry.name for entry in TABLES["/lead"]} == driven | SUBCOMMANDS_WITHOUT_A_LEAD["/lead"]
    for command in ("/team", "/report", "/sequence"):
        assert {entry.name for entry in TABLES[command]} == SUBCOMMANDS_WITHOUT_A_LEAD[command]


@each_entry
def test_the_rep_whose_lead_it_is_gets_through(furnished: Desk, name: str) -> None:
    entry, before = GUARDED[name], furnished.rows()
    opened = furnished.slack_was_asked("views.open")
    told = entry.use(furnished, ALICE, entry.row)
    if entry.opens_view:
        assert furnished.slack_was_asked("views.open") == opened + 1
    elif entry.only_looks:
        assert "#1 Jane" in told
    else:
        assert furnished.rows() != before


@each_entry
@pytest.mark.parametrize(("user", "refusal"), [(ERIN, STRANGER), (CAROL, OTHER_TEAM), ("U0NOBODY", STRANGER)])
def test_an_outsider_and_a_rep_of_another_team_get_nothing(attacked: Desk, name: str, user: str, refusal: str) -> None:
    entry, before = GUARDED[name], attacked.rows()
    opened = attacked.slack_was_asked("views.open")
    told = entry.use(attacked, user, entry.row)
    assert refusal in told
    assert not [word for word in ("Jane", "Mary", "Alice", "jane@") if word in told]
    assert attacked.rows() == before
    assert attacked.slack_was_asked("views.open") == opened


@each_entry
@pytest.mark.parametrize("user", [ERIN, CAROL])
def test_a_number_tells_them_not_even_whether_it_exists(attacked: Desk, name: str, user: str) -> None:
    there, missing = (GUARDED[name].use(attacked, user, number) for number in (GUARDED[name].row, "777"))
    assert there == missing


@pytest.mark.parametrize("name", [name for name, entry in GUARDED.items() if entry.only_owner])
def test_a_colleague_who_does_not_own_it_is_told_whose_it_is(attacked: Desk, name: str) -> None:
    before = attacked.rows()
    assert NOT_OWNER in GUARDED[name].use(attacked, BOB, GUARDED[name].row)
    assert attacked.rows() == before


@pytest.mark.parametrize("name", [name for name in GUARDED if not name.startswith("/")])
def test_forged_values_change_nothing_and_are_answered_in_plain_words(attacked: Desk, name: str) -> None:
    before = attacked.rows()
    for value in FORGED:
        told = GUARDED[name].use(attacked, ALICE, value)
        assert told not in ("", "{}"), value
        assert "Something went wrong" not in told, value
    assert attacked.rows() == before


@pytest.mark.parametrize("verb", ["show", "claim", "note", "stage", "followup"])
def test_forged_numbers_in_commands_change_nothing_either(attacked: Desk, verb: str) -> None:
    before = attacked.rows()
    for value in (
        "0",
        "-1",
        "9" * 40,
        "9" * 15,
        "2147483648",
        "1;DROP TABLE lead",
        "٤٢",
        "²",
        "",
        '""',
        "%",
        "_",
        "\\",
    ):
        told = attacked.command(ALICE, f"/lead {verb} #{value} contacted tomorrow")
        assert told != "[]", value
        assert "Something went wrong" not in told, value
    assert attacked.rows() == before


@pytest.mark.parametrize("action_id", ["lead.delete", "lead.claim2", "x" * 255, "", "form.note"])
def test_a_button_that_nobody_knows_is_explained(attacked: Desk, action_id: str) -> None:
    before = attacked.rows()
    assert "from an older version" in attacked.press(ALICE, action_id, "1")
    assert attacked.rows() == before


def test_a_promise_that_was_given_up_comes_back_by_its_own_rep_alone(furnished: Desk) -> None:
    furnished.press(ALICE, reminders.MORE, f"not_needed:{PROMISE}")
    before = furnished.rows()
    for user, refusal in ((ERIN, STRANGER), (CAROL, OTHER_TEAM), (BOB, NOT_OWNER)):
        assert refusal in furnished.press(user, reminders.UNDO, PROMISE)
    assert furnished.rows() == before
    furnished.press(ALICE, reminders.UNDO, PROMISE)
    assert furnished.rows()["follow_up"] != before["follow_up"]


def test_what_is_not_left_lying_is_taken_over_by_nobody(attacked: Desk) -> None:
    before = attacked.rows()
    for user, refusal in ((ERIN, STRANGER), (CAROL, OTHER_TEAM), (BOB, "looked after again"), (DANA, "with a seat")):
        assert refusal in attacked.press(user, reminders.TAKE_OVER, PROMISE)
    for value in FORGED:
        assert "Something went wrong" not in attacked.press(BOB, reminders.TAKE_OVER, value)
    assert attacked.rows() == before


def test_a_form_that_nobody_knows_keeps_what_was_typed(attacked: Desk) -> None:
    assert "older version" in attacked.submit(ALICE, "form.old", "1", text="typed")["text"]


def test_the_acting_person_is_the_signed_user_whatever_else_the_payload_says(attacked: Desk) -> None:
    before = attacked.rows()
    body = attacked.pressed(ERIN, cards.CLAIM, OFFERED)
    body |= {"user_id": ALICE, "message": {"user": ALICE}, "actions": [{**body["actions"][0], "user": ALICE}]}
    attacked.send(body)
    form = attacked.submitted(ERIN, forms.NOTE, OFFERED, text="Hello")
    form["view"] |= {"user": ALICE, "app_installed_team_id": "T0DIBS"}
    form["user"]["name"] = "alice"
    attacked.send(form)
    assert attacked.rows() == before


@pytest.mark.parametrize("user", [ERIN, ALICE, CAROL])
@pytest.mark.parametrize("report", [one.name for one in REPORTS if one.for_reps == "none"] + ["score"])
def test_reports_are_for_managers(attacked: Desk, user: str, report: str) -> None:
    told = attacked.command(user, f"/report {report}")
    assert (STRANGER if user == ERIN else MANAGERS_ONLY) in told
    assert MANAGERS_ONLY not in attacked.command(DANA, f"/report {report}")


@pytest.mark.parametrize("report", [kind.name for kind in REPORTS] + ["custom", "saved", "forget my week"])
def test_a_stranger_is_answered_no_report(attacked: Desk, report: str) -> None:
    before = attacked.rows()
    assert STRANGER in attacked.command(ERIN, f"/report {report}")
    assert attacked.rows() == before


@pytest.mark.parametrize("user", [ERIN, ALICE, CAROL])
@pytest.mark.parametrize("verb", CHANGES)
def test_teams_are_changed_by_managers(attacked: Desk, user: str, verb: str) -> None:
    before = attacked.rows()
    told = attacked.command(user, f"/team {verb} {CHANGES[verb]}")
    assert (STRANGER if user == ERIN else MANAGERS_ONLY) in told
    assert attacked.rows() == before


@pytest.mark.parametrize(
    "command", ["/lead find jane", "/lead list team", "/lead list open", "/lead list overdue", "/lead list mine",
                "/team", "/team show smb", "/team hold", "/team offers", "/team fairness smb",
                "/lead away until monday", "/lead back"]
)  # fmt: skip
def test_commands_about_no_lead_refuse_strangers_and_show_others_only_their_own(attacked: Desk, command: str) -> None:
    before = attacked.rows()
    assert STRANGER in attacked.command(ERIN, command)
    assert attacked.rows() == before
    if not command.startswith(("/lead away", "/lead back")):
        assert "Jane" not in attacked.command(CAROL, command).replace("Found for “jane”", "")


@pytest.mark.parametrize("look", ["hold", "offers"])
def test_what_waits_in_a_team_is_shown_to_nobody_of_another(attacked: Desk, look: str) -> None:
    assert "Only the team itself" in attacked.command(CAROL, f"/team {look} smb")


def test_a_channel_the_bot_is_not_in_is_not_taken(attacked: Desk) -> None:
    before = attacked.rows()
    for channel in ("<#C0GENERAL|general>", "<#C0NOWHERE|nowhere>"):
        assert "I am not in that channel" in attacked.command(DANA, f"/team channel smb {channel}")
    assert "Say which channel" in attacked.command(DANA, "/team channel smb general")
    assert attacked.rows() == before


def test_a_mention_of_someone_slack_does_not_know_is_a_sentence(attacked: Desk) -> None:
    before = attacked.rows()
    assert "Slack does not know the person" in attacked.command(DANA, "/team add smb <@U0NOBODY>")
    assert "mention them with @" in attacked.command(DANA, "/team add smb &lt;@U0BOB&gt;")
    assert attacked.rows() == before


def test_a_stranger_cannot_add_a_lead_with_the_form(attacked: Desk) -> None:
    before = attacked.rows()
    errors = attacked.submit(ERIN, forms.NEW_LEAD, "", name="Jane Roe", email="roe@x.example")
    assert STRANGER in errors["name"]
    assert attacked.rows() == before


@pytest.mark.parametrize("user", [ERIN, CAROL])
def test_the_form_for_a_new_lead_is_empty_whoever_opens_it(attacked: Desk, user: str) -> None:
    before, asked = attacked.rows(), attacked.slack_was_asked("views.open")
    attacked.press(user, home.NEW_LEAD, "new", channel=None)
    attacked.send({**attacked.interaction(user, "shortcut"), "callback_id": NEW_LEAD})
    attacked.command(user, "/lead new")
    assert attacked.slack_was_asked("views.open") == asked + 3
    assert attacked.rows() == before


@pytest.mark.parametrize(("user", "refusal"), [(ERIN, STRANGER), (ALICE, MANAGERS_ONLY), (CAROL, MANAGERS_ONLY)])
def test_people_are_added_and_leads_handed_over_by_managers(attacked: Desk, user: str, refusal: str) -> None:
    before, asked = attacked.rows(), attacked.slack_was_asked("users.info")
    for action_id in (handover.ADD, handover.NOT_NOW):
        assert refusal in attacked.press(user, action_id, f"1:{ERIN}", channel=None)
    assert attacked.slack_was_asked("users.info") == asked, "nobody may ask Slack through a button that is not theirs"
    assert refusal in attacked.submit(user, handover.HAND_OVER, "2", to="turn")["to"]
    assert attacked.rows() == before


@pytest.mark.parametrize(
    "value", [*FORGED, "1:", "1:nobody", "1:u0erin", "1:U0NOBODY", "99:U0ERIN", "1:U0ERIN:2", "U0ERIN"]
)
def test_forged_buttons_and_forms_about_people_change_nothing_even_for_a_manager(attacked: Desk, value: str) -> None:
    before = attacked.rows()
    for action_id in (handover.ADD, handover.NOT_NOW):
        told = attacked.press(DANA, action_id, value, channel=None)
        assert told
        assert "went wrong" not in told
    for about, to in ((value, "turn"), ("2", value)):
        if (about, to) != ("2", "1"):
            told = attacked.submit(DANA, handover.HAND_OVER, about, to=to)["to"]
            assert "went wrong" not in told
    assert attacked.rows() == before


def test_a_manager_adds_a_newcomer_with_one_press_and_another_press_changes_nothing(furnished: Desk) -> None:
    assert "is in team" in furnished.press(DANA, handover.ADD, f"1:{ERIN}", channel=None)
    before = furnished.rows()
    assert "already" in furnished.press(DANA, handover.ADD, f"1:{ERIN}", channel=None)
    assert "/team add" in furnished.press(DANA, handover.NOT_NOW, f"1:{ERIN}", channel=None)
    assert furnished.rows() == before


def test_a_manager_sees_what_goes_to_others_and_hands_it_over(furnished: Desk) -> None:
    opened = furnished.slack_was_asked("views.open")
    furnished.command(DANA, "/team handover <@U0ALICE|alice>")
    assert furnished.slack_was_asked("views.open") == opened + 1
    assert furnished.submit(DANA, handover.HAND_OVER, "2", to="turn") == {}
    [row] = [row for row in furnished.rows()["inbox"] if "handover" in row]
    assert "waiting" in row


@pytest.mark.parametrize(("user", "refusal"), [(ERIN, STRANGER), (ALICE, MANAGERS_ONLY), (CAROL, OTHER_TEAM)])
def test_leads_are_assigned_by_managers(attacked: Desk, user: str, refusal: str) -> None:
    before = attacked.rows()
    assert refusal in attacked.command(user, f"/lead assign #{OWNED} <@U0BOB|bob>")
    assert attacked.rows() == before


def test_a_cover_is_named_for_oneself_alone_and_by_a_rep(attacked: Desk) -> None:
    before = attacked.rows()
    assert STRANGER in attacked.command(ERIN, "/lead cover <@U0BOB|bob>")
    assert "is in no team with Carol" in attacked.command(CAROL, "/lead cover <@U0BOB|bob>")
    assert "is in no team yet" in attacked.command(ALICE, "/lead cover <@U0ERIN|erin>")
    assert "mention them with @" in attacked.command(ALICE, "/lead cover bob")
    assert attacked.rows() == before


def test_people_in_channels_of_no_team_are_not_looked_up(attacked: Desk) -> None:
    before, asked = attacked.rows(), attacked.slack_was_asked("users.info")
    for kind in ("member_joined_channel", "member_left_channel"):
        assert attacked.event(kind, user=ERIN, channel="C0GENERAL", channel_type="C", team="T0DIBS").status == 200
    assert (attacked.rows(), attacked.slack_was_asked("users.info")) == (before, asked)


def test_who_joins_and_leaves_a_teams_channel_is_kept_before_it_is_acknowledged(furnished: Desk) -> None:
    for kind in ("member_joined_channel", "member_left_channel"):
        assert furnished.event(kind, user=ERIN, channel="C0LEADSSMB", channel_type="C", team="T0DIBS").status == 200
    kept = [str(row) for row in furnished.rows()["inbox"] if ERIN in str(row)]
    assert len(kept) == 2
    assert all("waiting" in row for row in kept)


def test_events_of_strangers_leave_no_more_than_a_row_that_is_refused(attacked: Desk) -> None:
    before = attacked.rows()
    assert attacked.event("user_change", user={"id": ERIN, "name": "erin", "tz": "Asia/Tokyo"}).status == 200
    assert attacked.event("channel_archive", channel="C1", user=ERIN).status == 200
    assert attacked.event("message", channel="C1", user=ERIN, ts="1.0", text="top level").status == 200
    assert attacked.rows() == before
