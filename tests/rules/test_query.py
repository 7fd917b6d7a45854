"""The language of searches: what words mean, and what is said about a mistake."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.playbook.fields import CustomField
from bot.rules.query.parsing import Query, QueryError, Setting, matches, parse
from bot.rules.query.typos import meant, variants
from bot.rules.query.why import why
from bot.rules.query.words import spelled

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)  # a Tuesday; 10:30 in Berlin
ALICE = 7
CUSTOM = (
    CustomField(name="seats", type="number"), CustomField(name="plan", type="choice", choices=("Free", "Pro Plus")),
    CustomField(name="vip", type="yes or no"), CustomField(name="renewal", type="date"), CustomField(name="city"),
    CustomField(name="budget", type="number", seen_by="managers"),
)  # fmt: skip
SETTING = Setting(
    now=NOW, zone="Europe/Berlin", rep_id=ALICE, stages=("new", "contacted", "won"), teams=("smb", "enterprise"),
    custom=CUSTOM, segments={"hot": "score>70 open:yes", "hotter": "segment:hot score>90", "me": "segment:me"},
)  # fmt: skip
REP = Setting(**{**SETTING.__dict__, "is_manager": False})
JANE: dict[str, Any] = {
    "id": 42, "name": "Jane Döe", "email": "jane.doe@acme.example", "phone": "+4930901820", "company": "Acme GmbH",
    "title": "Head of Sales", "message": "Please call me about the offer", "website": None, "country": "DE",
    "source": "Trade Fair", "campaign": None, "account": "acme.example", "stage": "contacted", "level": "mql",
    "state": "live", "owner_id": ALICE, "owner": "Alice Müller", "owner_slack_id": "U0ALICE", "team": "smb",
    "score": 72, "amount": 1_250_000, "consent": True, "contacted": True, "open": True, "import_id": 3,
    "created_at": NOW - timedelta(days=8), "claimed_at": NOW - timedelta(days=1), "closed_at": None,
    "follow_up": NOW + timedelta(days=1),
    "fields": {"seats": 5, "plan": "Pro Plus", "vip": True, "renewal": "2026-12-31", "city": "Bad Tölz", "budget": 9},
}  # fmt: skip


def meets(words: str, setting: Setting = SETTING) -> bool:
    return matches(parse(words, setting), JANE)


def mistake(words: str, setting: Setting = SETTING) -> str:
    with pytest.raises(QueryError) as told:
        parse(words, setting)
    return str(told.value)


@pytest.mark.parametrize("words", [
    "", "jane", "JAN", "doe", "döe", "acme jane", "jane.doe@acme.example", '"jane doe"', '“head of sales”', "sales",
    "offer", "tölz", "5", "#42", "030 901820", "+49 30 90 18 20", "4930901820", "nobody,jane", "-globex",
    "name:jane", "company:acme", 'title:"head of"', "email:jane", "message:call", "phone:90182", "country:de",
    'source:"trade fair"', 'source:web,"Trade Fair"', "-source:trade", "-campaign:spring", "stage:contacted",
    "stage:new,contacted", "-stage:new", "level:mql", "state:live", "account:ACME.example", "owner:me", "owner:alice",
    "owner:müll", "owner:U0ALICE", "owner:nobody,me", "-owner:nobody", "team:smb", "-team:enterprise", "score>71",
    "score > 71", "score>=72", "score≥72", "score<=72", "score:72", "score=72", "score<1k", "-score<72", "amount:12.5k",
    "amount>=12500", "amount<1m", "created:last-week", "created:2026-11-16", "created:2026-11", "created:2026",
    "created:16.11.2026", "created:8d", "created<7d", "created>10d", "created:monday,8d", "claimed:yesterday",
    "claimed:monday", "follow_up:tomorrow", "follow_up>now", "follow_up<=friday", "due:wednesday", "-closed<now",
    "contacted:yes", "consent:yes", "open:yes", "has:phone", "has:amount", "has:follow_up", "-has:campaign",
    "has:website,owner", "has:city", "import:#3", "import:3", "segment:hot", "-segment:hotter", "seats:5", "seats>4",
    'plan:"pro plus"', "vip:yes", "renewal:2026-12", "renewal<2027-01-01", 'city:"bad tölz"', "city:bad", "mail:jane",
    "budget>8", "city:tölz",
])  # fmt: skip
def test_jane_is_found_by(words: str) -> None:
    assert meets(words)


@pytest.mark.parametrize("words", [
    "globex", "ane", '"jan"', "jane globex", "doe jane.doe@globex.com", "-jane", "-jane,globex", "#43", "0301234567",
    "name:acme", "company:jane", "source:trade", "stage:new", "-stage:contacted,new", "owner:bob", "owner:nobody",
    "team:enterprise", "score>72", "score<72", "-score:72", "amount<12k", "created:this-week", "created>2026-11-16",
    "created<2026-11-16", "created:7d", "closed<now", "closed>2000-01-01", "follow_up<now", "contacted:no",
    "consent:no", "open:no", "has:website", "-has:phone", "import:4", "segment:hotter", "-segment:hot", "seats>5",
    "plan:free", "vip:no", "renewal>2026-12-31", "city:ölz", "state:archived", "campaign:spring",
])  # fmt: skip
def test_jane_is_not_found_by(words: str) -> None:
    assert not meets(words)


@pytest.mark.parametrize(("words", "said"), [
    ("stge:new", "There is no field stge; did you mean stage?"),
    ("stage:nwe", "There is no stage nwe; did you mean new?"),
    ("team:smbb", "There is no team smbb; did you mean smb?"),
    ("level:mgl", "There is no level mgl; did you mean mql?"),
    ("plan:fre", "There is no plan fre; did you mean Free?"),
    ("has:phne", "There is no field phne; did you mean phone?"),
    ("segment:hott", "There is no segment hott; did you mean hot?"),
    ("segment:me", "asks for itself; that has no end"),
    ("zzzz:1", "There is no field zzzz. There is: account, amount"),
    ("re: hello", 'To look for these words as they are, put them in quotes: "re:"'),
    ("stage:", "Say what stage should be, right after the sign and without a space, like stage:new."),
    ("score:many", "many is not a number; write score like score>70."),
    ("amount>lots", "lots is not a number; write amount like amount>=10k."),
    ("created:soonish", "I cannot read “soonish” as a date. Write 2026-10-01"),
    ("created:2026-13-01", "I cannot read"),
    ("name>jane", "name has no more and less; write name:acme."),
    ("consent:maybe", "consent is yes or no, like consent:yes."),
    ("import:many", "many is not the number of an import"),
    ("phone:abc", "abc is no telephone number"),
    ("%", "There is no word in % to look for."),
    ("-", "There is no word in - to look for."),
    ("x" * 501, "at most 500 characters; this one has 501"),
    ("a " * 31, "asks at most 30 things; this one asks 31"),
])  # fmt: skip
def test_a_mistake_is_a_sentence_that_says_what_to_write(words: str, said: str) -> None:
    assert said in mistake(words)


def test_all_mistakes_are_told_at_once_and_each_only_once() -> None:
    assert mistake("stge:new scor>1 stge:new").count("There is no field") == 2


def test_what_only_managers_see_is_no_field_for_a_rep() -> None:
    assert meets("budget:9")
    assert "There is no field budget" in mistake("budget:9", REP)
    assert "There is no field budget" in mistake("has:budget", REP)
    assert "budget" not in mistake("zzzz:1", REP)
    assert REP.hidden == {"budget"}


@pytest.mark.parametrize("state", ["archived", "merged", "undone"])
def test_only_managers_look_at_leads_that_are_gone(state: str) -> None:
    assert "Only managers" in mistake(f"state:{state}", REP)
    assert parse(f"state:{state}", SETTING).asks("state")


def test_a_playbooks_own_field_comes_before_another_name_of_a_usual_one() -> None:
    setting = Setting(custom=(CustomField(name="due", type="date"),))
    assert parse("due:2026-10-01", setting).tests[0].field == "fields.due"
    assert parse("due:2026-10-01", Setting()).tests[0].field == "follow_up"


def test_a_query_tells_what_it_asks_for_also_within_its_segments() -> None:
    assert parse("segment:hotter", SETTING).asks("score")
    assert not parse("segment:hotter", SETTING).asks("state")


@given(some.text(max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(QueryError):
        assert isinstance(matches(parse(text, SETTING), JANE), bool)


@given(some.text())
def test_a_spelling_is_spelled_like_itself(text: str) -> None:
    assert spelled(spelled(text)) == spelled(text)
    assert all(word.isalnum() for word in spelled(text).split())


@pytest.mark.parametrize(("typed", "right"), [
    ("jnae", "jane"), ("jan", "jane"), ("janne", "jane"), ("jahe", "jane"), ("glbex", "globex"), ("acm", "acme"),
])  # fmt: skip
def test_a_slip_of_the_finger_is_put_right(typed: str, right: str) -> None:
    assert right in variants(typed)
    assert meant(typed, {right: 1, "entirely": 99})[0] == right


def test_why_a_lead_was_found_is_told_where_the_list_does_not_show_it() -> None:
    def told(words: str) -> dict[str, str]:
        return dict(why(parse(words, SETTING), JANE))

    assert told("jane acme") == {}
    assert told("offer tölz") == {"message": "Please call me about the offer", "city": "Bad Tölz"}
    assert told("city:bad score>1 -globex") == {"city": "Bad Tölz"}
    assert told('source:"trade fair"') == {"source": "Trade Fair"}


def test_without_any_words_every_lead_is_meant() -> None:
    assert parse("  ", SETTING) == Query("")
