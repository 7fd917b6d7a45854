"""What a stage needs and which moves go back; and what a playbook must not ask."""

import pytest

from bot.playbook.playbook import PlaybookError, Stage, parse_playbook
from bot.rules.stages import in_words, is_backward, missing
from tests.factories import PLAYBOOK

STAGES = (
    Stage(name="new"), Stage(name="qualified"), Stage(name="proposal"), Stage(name="won", kind="won"),
    Stage(name="lost", kind="lost"),
)  # fmt: skip
MINIMAL = """
stages = [
    { name = "new" },
    { name = "qualified", %s },
    { name = "won", kind = "won" },
    { name = "lost", kind = "lost" },
]
fields = [{ name = "seats", type = "number" }]
teams = [{ name = "smb", channel = "#smb" }]
routes = [{ name = "all", team = "smb" }]
"""


def test_just_what_is_not_known_is_missing() -> None:
    needs = ("answers.budget", "opportunity.amount", "phone")
    assert missing(needs, {"phone"}) == ("answers.budget", "opportunity.amount")
    assert missing(needs, set(needs)) == ()


def test_needs_are_told_in_words() -> None:
    needs = ("answers.budget", "fields.seats", "opportunity.amount")
    assert in_words(needs, {"seats": "Seats"}) == "an answer on budget, “Seats”, and an amount"
    assert in_words(("email",), {}) == "an e-mail address"
    assert in_words((), {}) == ""


@pytest.mark.parametrize(
    ("before", "after", "is_back"),
    [
        ("new", "qualified", False), ("qualified", "new", True), ("new", "proposal", False), ("new", "lost", False),
        ("proposal", "won", False), ("lost", "new", True), ("won", "proposal", True), ("won", "lost", False),
        ("lost", "won", False), ("gone", "new", False), ("new", "gone", False),
    ],
)  # fmt: skip
def test_a_move_to_an_earlier_stage_or_out_of_a_closed_one_is_backward(before: str, after: str, is_back: bool) -> None:
    assert is_backward(STAGES, before, after) is is_back


@pytest.mark.parametrize(
    ("key", "complaint"),
    [
        ('needs = ["answers.bugdet"]', "line 4, stages.2.needs.1: 'answers.bugdet' .* did you mean 'answers.budget'"),
        ('needs = ["email", "fields.seat"]', "line 4, stages.2.needs.2: .* did you mean 'fields.seats'"),
        ('needs = ["opportunity.amnt"]', "did you mean 'opportunity.amount'"),
        ('needs = ["zzz"]', "use one of email, phone"),
        ("probability = 101", "less than or equal to 100"),
    ],
)
def test_a_need_that_no_lead_could_meet_is_told_with_its_line(key: str, complaint: str) -> None:
    with pytest.raises(PlaybookError, match=complaint):
        parse_playbook(MINIMAL % key, "test")


def test_good_needs_are_taken() -> None:
    needs = 'needs = ["fields.seats", "answers.budget", "follow_up", "opportunity.amount"], probability = 30'
    stage = parse_playbook(MINIMAL % needs, "test").stage("qualified")
    assert stage is not None
    assert (len(stage.needs), stage.probability) == (4, 30)


@pytest.mark.parametrize(
    ("stages", "complaint"),
    [
        ('{ name = "new" }', "leads begin in this stage"),
        ('{ name = "won", kind = "won" }', "needs no follow-up"),
    ],
)
def test_the_first_stage_asks_for_nothing_and_a_closed_one_for_no_follow_up(stages: str, complaint: str) -> None:
    text = (MINIMAL % 'means = "x"').replace(stages, stages.replace(" }", ', needs = ["follow_up"] }'))
    with pytest.raises(PlaybookError, match=complaint):
        parse_playbook(text, "test")


def test_a_closed_stage_has_no_chance_of_its_own() -> None:
    text = (MINIMAL % 'means = "x"').replace('kind = "lost"', 'kind = "lost", probability = 5')
    with pytest.raises(PlaybookError, match="a lead that is lost is certain"):
        parse_playbook(text, "test")


def test_the_shipped_playbook_asks_before_a_lead_is_qualified() -> None:
    stage = parse_playbook(PLAYBOOK.read_text(encoding="utf-8"), "playbook.toml").stage("qualified")
    assert stage is not None
    assert stage.needs
