"""Every subcommand as people type it, and every mistake with an answer that helps."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from uuid import uuid4

import pytest

from bot.playbook.playbook import read_playbook
from handlers.commands import LEAD, TABLES
from tests.factories import PLAYBOOK, everyone_new
from tests.world import SMB, World, said, world

NUMBERED = re.compile(r"#(?:42|57|31)\b")
NUMBER = re.compile(r"#\d+")
EXAMPLE = re.compile(r"(?:Example|Try|like): (/(?:lead|team|report) [^.\[]*)")


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One office for all: Alice and Bob sell in both teams, Carol gets no turns at her half past four."""
    playbook = everyone_new().model_copy(update={"sequences": read_playbook(PLAYBOOK).sequences})
    with world(f"sqlite:///{tmp_path_factory.mktemp('database') / 'dibs.db'}", playbook=playbook) as made:
        yield made


def answer(there: World, user: str, text: str) -> str:
    return unescape(said(there.command(user, text)))


def form(there: World, user: str, text: str) -> dict[str, Any]:
    """The form that the command opens; it is closed again."""
    command, _, rest = text.partition(" ")
    there.act("command", user=user, channel=SMB, command=command, text=rest)
    view = there.view(user)
    there.act("close", user=user, view_id=view["id"])
    return view


def own_lead(there: World, user: str, **fields: str) -> int:
    """A new lead that this person claimed."""
    for _ in range(6):
        number = there.lead(**fields)
        if user == "dana" or f"Offered to {user.capitalize()}" in there.card(number)["text"]:
            assert "is yours" in answer(there, user, f"/lead claim #{number}")
            return number
    raise AssertionError(f"no lead came {user}'s way")


def with_numbers(there: World, example: str) -> str:
    """The same with a lead of Dana's for every number in it: a new person each, who took no consent back before."""
    return NUMBERED.sub(lambda _: f"#{own_lead(there, 'dana', email=f'{uuid4().hex}@acme.example')}", example)


# The table itself.


@pytest.mark.parametrize("command", TABLES)
def test_help_lists_every_subcommand_and_how_leads_are_named(there: World, command: str) -> None:
    for typed in (f"{command} help", f"{command} HELP", f"{command}   help  me"):
        shown = answer(there, "alice", typed)
        for entry in TABLES[command]:
            assert entry.usage in shown
            assert entry.does.removeprefix("managers: ") in shown
        assert "More" not in shown  # each stands below a heading that says what it is for
        assert ("in quotes" in shown) == (command in ("/lead", "/sequence"))  # the others name none


FORMS = {  # subcommands that answer with a form
    "new": "New lead", "handover": "Hand over", "whatif": "What if …", "followup": "Set a follow-up",
    "call": "Log a call",
    "settings": "Your settings", "deal": "The deal", "edit": "Correct a lead", "qualify": "Qualify",
    "accept": "Qualify", "import": "Import leads", "paste": "Paste leads", "custom": "Your own report",
}  # fmt: skip
NOTHING_TO_DO = {  # what the example is about never happened here
    "diff": "There is no version 3.", "rollback": "There is no version 3.", "restore": "was not cleared out",
    "forget": "No report is saved", "unschedule": "does not come by itself any more",
}  # fmt: skip
BEFORE = {"/sequence enrol": "/sequence stop ", "/sequence resume": "/sequence pause "}
EVERY = {f"{command} {entry.name}": (command, entry) for command, table in TABLES.items() for entry in table}


@pytest.mark.parametrize("which", EVERY)
def test_the_example_of_each_subcommand_works_as_it_stands(there: World, which: str) -> None:
    command, entry = EVERY[which]
    name, example = entry.name, entry.example
    typed = f"{command} {with_numbers(there, example)}"
    if name == "unschedule":  # the team's weekly report takes a number by itself, whenever its tick comes
        typed = typed.replace("3", "999")
    if name in NOTHING_TO_DO:
        assert NOTHING_TO_DO[name] in answer(there, "dana", typed)
        return
    if name == "split":
        there.command("dana", f"/lead merge #{own_lead(there, 'dana')} {typed.rsplit(maxsplit=1)[-1]}")
    if which in BEFORE:  # every newcomer who agreed is in “welcome”
        there.command("dana", BEFORE[which] + NUMBER.findall(typed)[0])
    if name in FORMS:
        assert form(there, "dana", typed)["title"]["text"] == FORMS[name]
        return
    shown = answer(there, "dana", typed)
    assert "Example" not in shown
    assert not re.search(r"went wrong|do not know|There is no|could not", shown), shown
    there.command("dana", "/lead back")


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("/lead dance", "I do not know “/lead dance”"), ("/report dance", "I do not know “/report dance”"),
        ("/lead show", "Which lead?"), ("/lead show #", "No lead's name"), ("/lead show #99999", "no such lead"),
        ("/lead show nobody-of-that-name", "No lead's name, company or e-mail contains"),
        ("/lead find", "Say what to look for"), ("/lead list everything", "There are four lists"),
        ("/lead claim", "Which lead?"), ("/lead claim #99999", "no such lead"),
        ("/lead note", "Which lead?"), ("/lead note #1", "The note is empty"),
        ("/lead stage", "Which lead?"),
        ("/lead stage #1 nowhere", "There is no stage “nowhere”. The stages are new, contacted"),
        ("/lead followup", "Which lead?"),
        ("/lead followup #1 call her", "could not read a time in “call her”"),
        ("/lead followup #1 yesterday 9am call", "has already passed"),
        ("/lead followup #1 in 99999 years call", "more than 10 years away"),
        ("/lead followup #1 in 9000 years call", ""),
        ("/lead away", "Say until when"), ("/lead away until", "Say until when"),
        ("/lead away until never", "could not read a time"), ("/lead away until yesterday", "has already passed"),
        ("/team dance", "I do not know “/team dance”"),
        ("/team add", "mention them with @"), ("/team add smb", "mention them with @"),
        ("/team add smb bob", "mention them with @"), ("/team add @bob", "Say which team you mean"),
        ("/team add nowhere @bob", "There is no team “nowhere”. The teams are smb, enterprise"),
        ("/team show nowhere", "There is no team “nowhere”"), ("/team hold nowhere", "There is no team “nowhere”"),
        ("/team pause smb", "mention them with @"), ("/team pause smb @erin", "rin is not in team smb. First"),
        ("/team weight smb @carol much", "whole number from 1 to 100"),
        ("/team cap smb @carol month 5", "There are five caps: hour, day, week, open, offers"),
        ("/team cap smb @carol day", "whole number from 1 to 10000"), ("/team skills @carol", "Say the skills"),
        ("/team hours @carol always", "could not read working hours"),
        ("/team holidays @carol Mars", "no holiday calendar"),
        ("/team mode smb chaos", "The modes are offer, auto"), ("/team channel smb", "Say which channel"),
        ("/team add smb @dibs", "is a bot and cannot get turns"),
    ],
)  # fmt: skip
def test_every_mistake_says_what_was_wrong_and_gives_an_example(there: World, typed: str, says: str) -> None:
    if "#1 " in typed + " ":
        there.eventually(lambda: there.find_card(1) or there.lead() or None, "a lead #1")
        there.command("dana", "/lead claim #1")
    shown = answer(there, "dana", typed)
    assert says in shown
    assert "went wrong" not in shown
    if "#99999" not in typed:
        found = EXAMPLE.search(shown)
        assert found, shown
        assert found[1].split()[1] in {entry.name for entry in TABLES[found[1].split()[0]]}


# Naming leads.


def test_a_lead_is_named_by_number_word_or_words_in_quotes(there: World) -> None:
    number = there.lead(name="Zoë van der Berg", company="Quux & Söhne <GmbH>", email="zoe@quux.example")
    for typed in (
        f"#{number}", str(number), '"van der Berg"', "“van der Berg”", "Zoë", "zoe@quux.example", "quux",
        "van der Berg", "Söhne <GmbH>", '"& Söhne"',
    ):  # fmt: skip
        assert "zoe@quux.example" in answer(there, "alice", f"/lead show {typed}"), typed
    assert "Noted on" in answer(there, "alice", '/lead note "van der Berg" likes <b>bold</b> & quotes "x"')
    assert 'likes <b>bold</b> & quotes \\"x\\"' in answer(there, "alice", f"/lead show #{number}")


def test_a_name_that_several_share_is_answered_with_all_of_them(there: World) -> None:
    numbers = [
        there.lead(name=f"Twin {which}", company="Gemini", email=f"{which}@gemini.example") for which in ("A", "B")
    ]
    for verb in ("show", "claim", "note", "stage", "followup"):
        shown = answer(
            there, "dana", f"/lead {verb} Gemini contacted" if verb not in ("show", "claim") else f"/lead {verb} Gemini"
        )
        assert "could be several" in shown
        assert all(f"#{number} Twin" in shown for number in numbers)
    assert "Twin A" in answer(there, "alice", '/lead show "Twin A"')


def test_find_shows_what_contains_the_words_and_takes_no_wildcards(there: World) -> None:
    there.lead(name="Percy 100%_sure", email="percy@x.example")
    assert "Percy" in answer(there, "alice", "/lead find 100%_s")
    assert "Nothing found" in answer(there, "alice", "/lead find p%y_zzz")
    assert "There is no word in \\ to look for" in answer(there, "alice", "/lead find \\")


def test_lists_show_each_their_own(there: World) -> None:
    number = own_lead(there, "dana", name="Listed Lena")
    assert "Listed Lena" in answer(there, "dana", "/lead list")
    assert "Listed Lena" in answer(there, "dana", "/lead list MINE")
    assert "Listed Lena" in answer(there, "alice", "/lead list team")
    assert "Listed Lena" not in answer(there, "alice", "/lead list open")
    assert "Listed Lena" not in answer(there, "alice", "/lead list mine")
    there.act("command", user="dana", channel=SMB, command="/lead", text=f"stage #{number} lost")
    assert there.submit("dana", **{"stage": "lost", "lost.reason": "price"})["closed"]
    assert "Listed Lena" not in answer(there, "dana", "/lead list mine")


# References that Slack rewrites on the way.


def test_people_channels_and_links_in_a_note_read_as_they_were_typed(there: World) -> None:
    number = there.lead()
    there.card(number)
    there.command("alice", f"/lead note #{number} ask @bob in #general, see https://acme.example/a?b=1&c=2 and @here")
    shown = answer(there, "alice", f"/lead show #{number}")
    assert "ask @bob in #general, see https://acme.example/a?b=1&c=2 and @here" in shown
    note = said(there.saying("ask @bob in #general"))
    assert not re.search(r'<[@#!]|"type": "(broadcast|channel|link)"|U0BOB', note)


def test_the_manager_seats_reps_by_mention_and_takes_the_seat_away(there: World) -> None:
    assert "Only managers" in answer(there, "alice", "/team add smb @erin")
    assert "is in team smb now" in answer(there, "dana", "/team add smb @erin")
    assert "is in team smb already" in answer(there, "dana", "/team add SMB @erin")
    assert "rin" in answer(there, "alice", "/team")
    assert "left team smb" in answer(there, "dana", "/team remove smb @erin")
    assert "is not in team smb" in answer(there, "dana", "/team remove smb @erin")
    assert "Erin" not in answer(there, "alice", "/team")


# Time, in each one's own zone.


@pytest.mark.parametrize(
    ("words", "day_and_time"),
    [
        ("tomorrow 9am call", "Wed 25 Nov, 09:00"),
        ("fri 15:00 call", "Fri 27 Nov, 15:00"),
        ("in 2 weeks call", "Tue 8 Dec, 09:00"),
        ("24 dec 10:00 call", "Thu 24 Dec, 10:00"),
        ("tomorrow call", "Wed 25 Nov, 09:00"),
        ("2026-12-01 16:30 call", "Tue 1 Dec, 16:30"),
    ],
)
def test_a_time_in_words_is_meant_in_the_reps_own_zone(there: World, words: str, day_and_time: str) -> None:
    number = own_lead(there, "dana")
    shown = str(form(there, "dana", f"/lead followup #{number} {words}"))
    assert f"I understood {day_and_time} your time." in shown
    assert "'initial_value': 'call'" in shown


def test_the_same_words_are_another_moment_in_london(there: World) -> None:
    number = own_lead(there, "bob")
    there.act("command", user="bob", channel=SMB, command="/lead", text=f"followup #{number} tomorrow 9am call")
    assert "Wed 25 Nov, 09:00 your time" in str(there.view("bob"))
    assert there.submit("bob")["closed"]
    when = there.dibs.services.now().replace(day=25, hour=9, minute=0, second=0, microsecond=0)
    with there.dibs.services.reading() as uow:
        promises = uow.followups.open_of_lead(number)
    [promise] = [promise for promise in promises if promise.follow_up.origin == "rep"]
    assert promise.follow_up.due_at == when  # London keeps UTC in winter


def test_away_and_back_change_who_gets_turns(there: World) -> None:
    assert "You get no offers until Mon 30 Nov, 09:00 your time" in answer(there, "alice", "/lead away until monday")
    assert "Alice (away until Mon 30 Nov, 08:00)" in answer(there, "bob", "/team")
    for _ in range(2):
        assert "Offered to Alice" not in there.card(there.lead())["text"]
    assert "You get turns again" in answer(there, "alice", "/lead back")
    assert "Alice (away" not in answer(there, "bob", "/team")


# Who sees it.


def test_no_answer_to_a_command_is_ever_seen_by_anyone_else(there: World) -> None:
    seen = {user: {m["ts"] for m in there.messages(SMB, user)} for user in ("bob", "carol", "dana")}
    for entry in LEAD:
        if entry.name not in FORMS:
            shown = there.command("alice", f"/lead {entry.name} nobody-of-that-name")
            assert shown["is_ephemeral"]
            assert shown["ephemeral_to"] == "U0ALICE"
    there.settled()
    for user, before in seen.items():
        new = [m for m in there.messages(SMB, user) if m["ts"] not in before]
        assert not [m for m in new if "nobody-of-that-name" in said(m) or m.get("is_ephemeral")]


def test_commands_work_from_any_channel_and_answer_there(there: World) -> None:
    shown = there.command("alice", "/lead list team", channel="C0GENERAL")
    assert shown["is_ephemeral"]
    assert not [m for m in there.messages("C0GENERAL", "bob") if m["ts"] == shown["ts"]]
