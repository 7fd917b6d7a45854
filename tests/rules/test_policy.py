"""Who may do what, as one table: every action, every kind of person."""

from typing import get_args

import pytest

from bot.errors import NotAllowedError
from bot.rules.policy import ACTIONS, Action, Actor, Subject, require, why_not

SMB, ENTERPRISE = 1, 2
ALICE = Actor(1, "U0ALICE", "Alice", "Europe/Berlin", is_manager=False, team_ids=frozenset({SMB}))
BOB = Actor(2, "U0BOB", "Bob", "Europe/London", is_manager=False, team_ids=frozenset({SMB}))
DANA = Actor(4, "U0DANA", "Dana", "Europe/Berlin", is_manager=True, team_ids=frozenset())
ERIN = Actor(5, "U0ERIN", "Erin", "Asia/Tokyo", is_manager=False, team_ids=frozenset({ENTERPRISE}))
PAST_OWNER = Actor(1, "U0ALICE", "Alice", "Europe/Berlin", is_manager=False, team_ids=frozenset())

UNOWNED, ALICES = Subject(SMB, None), Subject(SMB, ALICE.rep_id, "Alice")
ASKERS = {
    "the owner": (ALICE, ALICES), "an owner no longer in the team": (PAST_OWNER, ALICES),
    "a colleague": (BOB, ALICES), "a rep before any claim": (BOB, UNOWNED), "a manager": (DANA, ALICES),
    "someone of another team": (ERIN, ALICES),
}  # fmt: skip
# One letter for each asker, in the order above: y may, n may not.
MAY = {
    "see": "yyyyyn", "claim": "yyyyyn", "pass": "yyyyyn", "note": "yyyyyn", "consent": "yyyyyn",
    "stage": "yynnyn", "release": "yynnyn", "follow_up": "yynnyn",
    "rebuild": "yynnyn",
    "merge": "yynyyn",
    "edit": "yynyyn",
    "deal": "yynnyn",
    "forgo": "yynnyn",
    "qualify": "yynnyn",
    "add_lead": "yyyyyy", "import": "yyyyyy", "import_many": "nnnnyn",
    "report": "nnnnyn", "manage_people": "nnnnyn", "assign": "nnnnyn",
    "rescore": "nnnnyn", "manage_segments": "nnnnyn", "clear_out": "nnnnyn",
    "see_queue": "ynyyyn",
    "ask": "yyyyyy", "spend": "nnnnyn", "goal": "nnnnyn",
    "sequence": "yynnyn", "manage_sequences": "nnnnyn", "compare_teams": "nnnnyn",
    "booking": "yyyyyy",
}  # fmt: skip

MANAGERS = (
    "report",
    "manage_people",
    "assign",
    "rescore",
    "manage_segments",
    "clear_out",
    "import_many",
    "spend",
    "goal",
    "manage_sequences",
    "compare_teams",
)
OF_NO_LEAD = ("add_lead", "import", "see_queue", "ask", "booking")


def test_every_action_has_a_line_in_the_table() -> None:
    assert set(MAY) == set(ACTIONS) == set(get_args(Action))
    assert all(len(line) == len(ASKERS) for line in MAY.values())


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("asker", ASKERS)
def test_the_table_holds(action: Action, asker: str) -> None:
    who, lead = ASKERS[asker]
    may = MAY[action][list(ASKERS).index(asker)] == "y"
    assert (why_not(who, action, lead) is None) is may


@pytest.mark.parametrize("action", [action for action in ACTIONS if action not in OF_NO_LEAD])
def test_a_refusal_is_a_sentence_that_says_what_to_do_or_why(action: Action) -> None:
    if action in MANAGERS:
        with pytest.raises(NotAllowedError, match="Ask one of them"):
            require(BOB, action)
    else:
        with pytest.raises(NotAllowedError, match="There is no such lead in your teams"):
            require(ERIN, action, ALICES)


@pytest.mark.parametrize("action", ["stage", "release", "follow_up"])
def test_a_colleague_is_told_whose_the_lead_is(action: Action) -> None:
    assert why_not(BOB, action, ALICES) == "This lead belongs to Alice. Ask them, or a manager."
    assert why_not(BOB, action, UNOWNED) == "Nobody owns this lead yet. Press Claim first; then it is yours to work on."


@pytest.mark.parametrize("action", [action for action in ACTIONS if action not in (*OF_NO_LEAD, *MANAGERS)])
def test_an_outsider_cannot_tell_a_foreign_lead_from_none(action: Action) -> None:
    assert why_not(ERIN, action, ALICES) == why_not(ERIN, action, None)


def test_what_waits_in_a_team_is_its_own_affair() -> None:
    assert why_not(ERIN, "see_queue", UNOWNED) == "Only the team itself and managers see what waits there."


def test_a_manager_sees_all_teams_and_a_rep_their_own() -> None:
    assert DANA.sees_teams is None
    assert BOB.sees_teams == {SMB}
