"""Hostile leads and curious colleagues: nothing a stranger types becomes markup, and nobody reads beyond their role."""

import json
import re
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest

from bot import logs
from bot.playbook.playbook import read_playbook
from bot.views import cards
from tests.factories import PLAYBOOK
from tests.world import ENTERPRISE, KEY, SMB, World, buttons, said, world

MARKUP = {
    "broadcast": "<!channel> <!here> <!everyone> @channel @here @everyone", "mention": "<@U0DANA> <@U0DANA|dana>",
    "channel": "<#C0GENERAL|general> #general", "group": "<!subteam^S012345|@managers>",
    "link": "<http://evil.example|Your invoice>", "mail": "<mailto:evil@evil.example|Jane>",
    "date": "<!date^0^{date}|never>", "emphasis": "*bold* _it_ ~gone~ `code` ```block``` > quote",
    "emoji": ":fire: :slack:", "entities": "&lt;!channel&gt; &amp;lt;", "half": "<!chan",
    "bidi": "abc\u202egnp.exe\u2066",
    "hidden": "a\u200bb\ufeffc\u2060d", "lines": "one\r\ntwo\n\n\n> three", "long": "<!channel>" * 400,
    "json": '"}]}, {"type": "section"', "template": "{{ 7*7 }} ${7*7} %s %(x)s {0}",
}  # fmt: skip
CALL = re.compile(r"📞 <tel:(\+?[0-9]+)\|Call \1>")  # a number that is called by pressing it hides nothing
PUBLIC_FORM = "public-form-key"
CANARY = "xoxb-CANARY-0123456789"


@pytest.fixture(scope="module")
def log() -> StringIO:
    return StringIO()


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory, log: StringIO) -> Iterator[World]:
    logs.configure("DEBUG", log)
    url = f"sqlite:///{tmp_path_factory.mktemp('database') / 'dibs.db'}"
    with world(url, "http", reps=("alice",)) as made:
        yield made


def elements(value: Any) -> Iterator[dict[str, Any]]:
    """Every object inside the blocks."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from elements(each)


def is_call(part: dict[str, Any]) -> bool:
    """The telephone number that is called is the one that is read, in digits alone, and nothing else is markup."""
    return set(part) == {"type", "text", "verbatim"} and part["verbatim"] is True and bool(CALL.fullmatch(part["text"]))


def is_inert(message: dict[str, Any]) -> bool:
    """Nothing in it is read as markup but what the bot itself put there: mentions of whose lead it is, and times."""
    ours = {"U0DANA", "U0ALICE", "U0BOB"} if message["text"].startswith("Somebody is free now.") else {"U0DANA"}
    marked = [
        part for part in elements(message.get("blocks", []))
        if (part.get("type") in ("mrkdwn", "markdown", "link", "broadcast", "usergroup", "channel", "emoji")
            and not is_call(part))
        or (part.get("type") == "user" and part.get("user_id") not in ours)
        or (part.get("type") == "plain_text" and part.get("emoji") and "fire" in part["text"])
    ]  # fmt: skip
    fits = len(json.dumps(message.get("blocks", [])).encode()) <= 13_000
    hides = re.search("[\u200b\u202a-\u202e\u2066-\u2069\ufeff]", said(message))
    pings = re.search(r"<[!@#]|<http|<mailto|@(?=here|channel|everyone)", message["text"])
    return fits and not (marked or hides or pings)


@pytest.fixture(scope="module")
def numbers(there: World) -> dict[str, int]:
    """One lead for each text, with it in every field, claimed and noted by Dana."""
    found = {
        kind: there.lead(
            name=f"Mallory {text}", company=text, title=text, source=text, campaign=text, message=text,
            fields={text[:70]: text, "plan": text},
        )
        for kind, text in MARKUP.items()
    }  # fmt: skip
    for kind, number in found.items():
        there.card(number)
        there.command("dana", f"/lead claim #{number}")
        there.command("dana", f"/lead note #{number} {MARKUP[kind]}")
    there.settled()
    return found


@pytest.mark.parametrize(("text", "is_one"), [
    ("📞 <tel:+4930901820|Call +4930901820>", True), ("📞 <tel:+4930901820|Call +4930901821>", False),
    ("📞 <tel:+4930901820|Call Jane>", False), ("📞 <tel:+1|Call +1> <!here>", False),
    ("📞 <tel:+1;ext=2|Call +1;ext=2>", False), ("📞 <http://1|Call 1>", False), ("<tel:+1|Call +1>\n", False),
])  # fmt: skip
def test_only_a_number_that_is_what_it_says_may_be_a_link(text: str, is_one: bool) -> None:
    assert is_call({"type": "mrkdwn", "text": text, "verbatim": True}) is is_one
    assert not is_call({"type": "mrkdwn", "text": text})


@pytest.mark.parametrize("kind", MARKUP)
def test_what_a_lead_types_is_shown_as_letters_on_cards_and_in_answers(
    there: World, numbers: dict[str, int], kind: str
) -> None:
    for message in (there.command("dana", f"/lead show #{numbers[kind]}"), there.card(numbers[kind])):
        assert message["blocks"]
        assert is_inert(message), said(message)


def test_so_it_is_in_threads_lists_and_finds(there: World, numbers: dict[str, int]) -> None:
    public = there.messages(SMB, "dana")
    assert len([m for m in public if m.get("thread_ts")]) >= len(numbers)
    for message in [*public, *(there.command("dana", f"/lead {typed}") for typed in ("list mine", "find Mallory"))]:
        assert is_inert(message), said(message)


def test_nothing_of_a_lead_travels_as_metadata_or_to_another_channel(there: World) -> None:
    number = there.lead(name="Wanda Secret", email="wanda@secret.example")
    there.card(number)
    there.settled()
    posts = [entry for entry in there.log() if entry.get("method") == "chat.postMessage"]
    assert posts
    for entry in posts:
        assert "Secret" not in json.dumps(entry["request"].get("metadata", {}))
    for channel, user in (("C0GENERAL", "erin"), ("C0RANDOM", "bob"), (ENTERPRISE, "dana")):
        assert not [m for m in there.messages(channel, user) if "secret" in said(m).lower()]


def test_an_outsider_in_the_workspace_learns_nothing_by_command_or_home(there: World) -> None:
    number = there.lead(name="Wilma Hidden", email="wilma@hidden.example")
    there.card(number)
    before = there.card(number)
    for typed in (
        f"show #{number}", "find Wilma", "list open", "list team", f"claim #{number}", f"note #{number} hi",
        f"stage #{number} won", f"followup #{number} tomorrow", "away until monday", "back",
    ):  # fmt: skip
        shown = said(there.command("erin", f"/lead {typed}", channel="C0GENERAL"))
        assert "not in a sales team yet" in shown
        assert "Hidden" not in shown
    for command in ("/team", "/team show smb", "/team add smb @erin", "/report pipeline", "/report overdue"):
        assert "not in a sales team yet" in said(there.command("erin", command, channel="C0GENERAL"))
    there.act("open-home", user="erin")
    home = there.eventually(lambda: there.http.get("/sandbox/home/erin").json()["view"], "Erin's home")
    assert "not in a sales team yet" in json.dumps(home)
    assert "Hidden" not in json.dumps(home)
    there.settled()
    assert said(there.card(number)) == said(before)


def test_a_colleague_who_is_in_the_channel_but_in_no_team_cannot_press(there: World) -> None:
    number = there.lead(name="Cora Card")
    card = there.card(number)
    for action_id in buttons(card):
        chosen = {"selected": f"show:{number}"} if action_id == cards.MORE else {}
        there.click("bob", card, action_id, **chosen)
    there.saying("You are not in a sales team yet", user="bob")
    there.settled()
    assert there.views("bob") == []
    assert "Claimed" not in there.card(number)["text"]


def test_a_form_opened_in_time_and_sent_too_late_is_checked_again(there: World) -> None:
    number = there.lead(name="Late Larry")
    card = there.card(number)
    there.command("dana", f"/lead claim #{number}")
    claimed = there.card_saying(number, "Claimed by")
    there.click("alice", claimed, cards.NOTE)
    there.command("dana", "/team remove smb @alice")
    refused = there.submit("alice", text="I should not be able to say this")
    there.command("dana", "/team add smb @alice")
    assert "There is no such lead in your teams" in refused["errors"]["text"]
    assert "should not be able" not in said(there.command("dana", f"/lead show #{number}"))
    assert card["ts"] == claimed["ts"]


def test_strangers_cannot_write_into_a_leads_log_by_replying(there: World) -> None:
    number = there.lead(name="Thread Theo")
    card = there.card(number)
    there.act("message", user="bob", channel=SMB, text="I am in no team", thread_ts=card["ts"])
    there.act("message", user="alice", channel=SMB, text="but I am", thread_ts=card["ts"])
    there.eventually(lambda: "but I am" in said(there.command("alice", f"/lead show #{number}")) or None, "the note")
    assert "I am in no team" not in said(there.command("alice", f"/lead show #{number}"))


def test_secrets_and_people_stay_out_of_the_log_whatever_is_sent(there: World, log: StringIO) -> None:
    there.lead(name=CANARY, email="canary@hidden.example", message=f"Bearer {CANARY} +49 30 901820-77")
    there.post_lead({"name": CANARY, "email": "no address"})
    there.intake.post("/api/leads", content=b"[" * 9999, headers={"Content-Type": "application/json"})
    there.intake.post("/api/leads", json={}, headers={"Authorization": f"Bearer {CANARY}"})
    there.intake.post("/slack/events", content=b"payload=" + CANARY.encode(), headers={"X-Slack-Signature": "v0=x"})
    there.command("alice", f"/lead note nobody {CANARY}")
    there.settled()
    sandbox = there.sandbox
    for secret in (CANARY, KEY, sandbox.bot_token, sandbox.app_token, sandbox.signing_secret, "canary@", "901820"):
        assert secret not in log.getvalue()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The bot with its playbook as it is shipped, which writes to leads, and has a public form."""
    url = f"sqlite:///{tmp_path_factory.mktemp('shop') / 'dibs.db'}"
    rules = read_playbook(PLAYBOOK)
    with world(url, playbook=rules, writes_to_leads=True, form_keys=(PUBLIC_FORM,)) as made:
        yield made


def letters_to(shop: World, address: str) -> list[dict[str, Any]]:
    found = shop.http.get("/sandbox/post").json()["letters"]
    return sorted((one for one in found if one["to"] == address), key=lambda one: int(one["id"]))


def test_whoever_types_the_address_of_somebody_else_has_one_letter_sent_and_no_word_of_theirs(shop: World) -> None:
    victim = "victim@globex.example"
    for number in range(4):
        form = {"name": "Claim your prize", "email": victim, "company": "evil.example", "consent": "yes",
                "consent_wording": "Pay at evil.example", "message": f"evil.example {number}"}  # fmt: skip
        assert shop.intake.post(f"/api/forms/{PUBLIC_FORM}", data=form).status_code == 200
    [asked] = shop.eventually(lambda: letters_to(shop, victim) or None, "the letter that asks")
    assert asked["subject"] == "Please confirm your e-mail address"
    assert not re.search("evil|prize", asked["text"] + asked["html"])
    shop.advance(days=3)
    shop.settled()
    assert len(letters_to(shop, victim)) == 1
    link = re.search(r"http\S+/confirm/\S+", asked["text"])
    assert link is not None
    assert shop.intake.get(link.group()).status_code == 200  # as a scanner does
    shop.advance(days=3)
    assert len(letters_to(shop, victim)) == 1
    assert "Thank you" in shop.intake.post(link.group(), data={"confirm": "yes"}).text
    shop.advance(days=1)
    shop.eventually(lambda: letters_to(shop, victim)[1:] or None, "the welcome")


def test_whoever_writes_in_a_leads_name_ends_nothing(shop: World) -> None:
    number = shop.lead(name="Nora Named", email="nora@named.example", phone=None, company="Named", consent=True)
    shop.eventually(lambda: letters_to(shop, "nora@named.example") or None, "the welcome")
    forged = (
        b"From: nora@named.example\nTo: sales@acme.example\nSubject: %s\nMessage-ID: <%d@evil.example>\n\nI did not."
    )
    for place in range(6):
        answer = shop.intake.post(
            "/api/mail", content=forged % (b"Buy nothing", place), headers={"Content-Type": "message/rfc822"}
        )  # fmt: skip
        assert answer.status_code == 202
    shop.settled()
    lines = [said(one) for one in shop.messages(SMB) if "Perhaps Nora Named wrote" in said(one)]
    assert len(lines) == 3
    shown = said(shop.command("dana", f"/lead show #{number}"))
    assert "welcome" in shown
    assert "they answered" not in shown
