"""Letters as their readers get them: words, small print and headers, and nothing that a stranger smuggled in."""

import re
import string
from dataclasses import replace
from email import message_from_bytes, policy
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from bot.contact.ports import Parcel
from bot.mailing.mime import MAIL_MAX, CannotMailError, as_mail
from bot.rules.mailing.links import is_page, links_of, pieces
from bot.rules.mailing.names import is_one_address, keys_in, message_id, one_line
from bot.rules.mailing.writing import SmallPrint, as_page, with_small_print
from store.database import Database
from store.models import Enrolment, LeadMessage
from tests.factories import ALICE, Office
from tests.mailing.desk import OUTSIDE, agreed, body, composed, open_for_mail, queued, read, written

TEXT = "Hello Jane,\n\nsee https://acme.example/pricing?a=1&b=2.\nOr write to mailto:sales@acme.example\n\nAlice"


@pytest.fixture
def office(sqlite_database: Database) -> Office:
    office = Office(sqlite_database, ALICE)
    return open_for_mail(office, postal_address="Acme GmbH, Weg 1, 10115 Berlin", signature="Acme, since 1999")


def test_a_letter_says_who_writes_why_and_how_it_ends(office: Office) -> None:
    letter = written(office, TEXT)
    words = body(letter)
    assert words.startswith("Hello Jane,\n\nsee https://acme.example/pricing?a=1&b=2.")
    small_print = words.partition("\n-- \n")[2]
    assert (
        "Acme Sales (sales@acme.example) sent you this. Why: consent of 24 Nov 2026, website: “Write to me”." in words
    )
    assert "Acme GmbH, Weg 1, 10115 Berlin" in small_print
    assert "https://dibs.acme.example/unsubscribe/" in small_print
    assert "Acme, since 1999" in words.partition("\n-- \n")[0]
    page = body(letter, "html")
    assert '<a href="https://acme.example/pricing?a=1&amp;b=2">https://acme.example/pricing?a=1&amp;b=2</a>.' in page
    assert '<a href="mailto:sales@acme.example">' in page
    assert "<img" not in page


@pytest.mark.parametrize("said", ["see https://evil.example/now", "it ends at evil.example.", "call +49 30 901820 now"])
def test_whoever_fills_in_a_form_for_somebody_else_sends_them_no_words_of_their_own(office: Office, said: str) -> None:
    lead_id = office.lead(consent_wording=said, source=said)
    letter = read(composed(office, queued(office, lead_id, TEXT)))
    for kind in ("plain", "html"):
        assert "sent you this. Why: consent of 24 Nov 2026." in body(letter, kind)
        assert said not in body(letter, kind)


def test_its_headers_let_programs_join_answer_and_end_it(office: Office) -> None:
    lead_id = office.lead()
    agreed(office, lead_id, "email")
    number = queued(office, lead_id, TEXT, rep_id=1)
    letter = read(composed(office, number))
    key = office.get(LeadMessage, number).key
    assert letter["Message-ID"] == f"<{key}@acme.example>"
    assert letter["From"].addresses[0].display_name.endswith("from Acme Sales")
    assert letter["From"].addresses[0].addr_spec == letter["Reply-To"].addresses[0].addr_spec == "sales@acme.example"
    assert [one.addr_spec for one in letter["To"].addresses] == ["jane@acme.example"]
    assert re.fullmatch(r"<https://dibs\.acme\.example/unsubscribe/[\w.-]+>", letter["List-Unsubscribe"])
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Date"].datetime == office.clock.now()
    assert letter["In-Reply-To"] is None


def test_it_is_called_the_same_each_time_it_is_tried(office: Office) -> None:
    lead_id = office.lead()
    agreed(office, lead_id, "email")
    number = queued(office, lead_id, TEXT)
    assert composed(office, number).headers["Message-ID"] == composed(office, number).headers["Message-ID"]


def test_what_a_person_sent_was_not_sent_by_a_machine(office: Office) -> None:
    assert written(office, kind="rep")["Auto-Submitted"] is None


def test_letters_of_one_enrolment_hang_together_and_answers_with_them(office: Office) -> None:
    lead_id = office.lead()
    agreed(office, lead_id, "email")
    with office.services.unit_of_work() as uow:
        lead = uow.leads.lock(lead_id)
        assert lead is not None
        enrolment = uow.enrolments.add(enrolment_of(lead_id, office))
        assert enrolment is not None
        number = enrolment.id
        uow.commit()
    ids: list[str] = []
    for place in range(3):
        letter = read(composed(office, queued(office, lead_id, f"{place}", enrolment_id=number, content=f"c{place}")))
        assert (letter["References"] or "").split() == ids
        assert (letter["In-Reply-To"] or "") == (ids[-1] if ids else "")
        ids.append(letter["Message-ID"])
    answer = read(composed(office, queued(office, lead_id, "Sure", kind="answer", answers="<x@their.example>")))
    assert answer["In-Reply-To"] == answer["References"] == "<x@their.example>"
    forged = read(
        composed(office, queued(office, lead_id, "Sure.", kind="answer", answers="<x@y>\r\nBcc: <e@evil.example>"))
    )
    assert forged["In-Reply-To"] is forged["Bcc"] is None


def enrolment_of(lead_id: int, office: Office) -> Enrolment:
    now = office.clock.now()
    return Enrolment(lead_id=lead_id, sequence="welcome", step="a", step_since=now, due_at=now, entered_at=now)


def test_without_an_address_of_our_own_pages_it_offers_none(office: Office) -> None:
    office.services.outside = replace(OUTSIDE, public_url="")
    letter = written(office, TEXT)
    assert letter["List-Unsubscribe"] is letter["List-Unsubscribe-Post"] is None
    assert "No more e-mails" not in body(letter)


def test_a_calendar_entry_comes_along_so_that_calendars_know_it(office: Office) -> None:
    entry = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"
    attachments = ({"name": "meeting.ics", "type": "text/calendar; method=REQUEST", "content": entry},
                   {"name": "map.png", "type": "image/png", "content": "iVBORw0KGgo="})  # fmt: skip
    letter = written(office, kind="meeting", attachments=attachments)
    calendar, picture = letter.iter_attachments()
    assert (calendar.get_content_type(), calendar.get_param("method")) == ("text/calendar", "REQUEST")
    assert Calendar.from_ical(calendar.get_content())["METHOD"] == "REQUEST"
    assert (calendar.get_filename(), picture.get_filename()) == ("meeting.ics", "map.png")
    assert picture.get_content() == b"\x89PNG\r\n\x1a\n"


# --- measured


def test_only_of_those_who_agreed_is_anything_measured(office: Office) -> None:
    open_for_mail(office, is_measured=True)
    lead_id = office.lead()
    agreed(office, lead_id, "email")
    number = queued(office, lead_id, TEXT)
    page = body(read(composed(office, number)), "html")
    assert "<img" not in page
    assert 'href="https://acme.example/pricing?a=1&amp;b=2"' in page
    assert not office.get(LeadMessage, number).is_measured
    agreed(office, lead_id, "measuring")
    number = queued(office, lead_id, TEXT + ".")
    letter = read(composed(office, number))
    page = body(letter, "html")
    assert page.count('<img src="https://dibs.acme.example/o/') == 1
    assert re.search(r'<a href="https://dibs\.acme\.example/l/[\w.-]+">https://acme\.example/pricing', page)
    assert office.get(LeadMessage, number).links == ["https://acme.example/pricing?a=1&b=2"]
    assert "we see whether you open this e-mail" in body(letter)
    assert "https://acme.example/pricing?a=1&b=2" in body(letter)
    agreed(office, lead_id, "measuring", is_given=False)
    assert "<img" not in body(read(composed(office, number)), "html")


# --- whatever strangers write


class Seen(HTMLParser):
    """The tags of a page, and where they lead."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.leads_to: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.leads_to += [value or "" for name, value in attrs if name in ("href", "src")]
        assert not any(name.startswith("on") for name, _ in attrs)


OURS = {"html", "head", "meta", "title", "body", "div", "p", "br", "hr", "a"}
HOSTILE = st.lists(
    st.one_of(
        st.sampled_from([
            "<script>alert(1)</script>", "<img src=x onerror=a>", "javascript:alert(1)", "{{ 7*7 }}", "{% x %}",
            "https://a.example/\"onclick=", "data:text/html,x", "http://user@evil.example/", "https://x.example/(a)",
            "https://evil.example\\@ok.example", "mailto:a@b.example?bcc=c@evil.example", "https://", "http://[",
            "mailto:a@b.example,c@evil.example", "&lt;", "\r\nBcc: e@evil.example\r\n\r\n", "\n.\n", "\r",
            "\x00", "\u202e", "\u2028", "\ud800",
        ]),
        st.text(max_size=20),
    ),
    max_size=8,
).map("".join)  # fmt: skip


@given(HOSTILE, HOSTILE)
@settings(max_examples=100)
def test_no_words_become_markup(words: str, subject: str) -> None:
    seen = Seen()
    small_print = SmallPrint("Acme", words, words, "https://dibs.acme.example/unsubscribe/t", is_measured=True)
    page = as_page(subject, words, small_print)
    seen.feed(page)
    assert seen.tags <= OURS
    for link in seen.leads_to:
        assert link.startswith(("https://", "http://", "mailto:"))
        assert "?" not in link or not link.startswith("mailto:")
    assert seen.leads_to[-1] == "https://dibs.acme.example/unsubscribe/t"
    assert "49" not in page or "49" in words + subject


@given(HOSTILE, HOSTILE, HOSTILE)
@settings(max_examples=100)
def test_no_words_become_headers_or_end_the_letter(subject: str, name: str, text: str) -> None:
    parcel = Parcel(
        key="k", channel="email", to="jane@acme.example", subject=one_line(subject), text=text, html="<p>x</p>",
        headers={"From": f'"{one_line(name).translate({34: None, 92: None})}" <sales@acme.example>'},
    )  # fmt: skip
    try:
        raw = as_mail(parcel)
    except CannotMailError:
        return
    assert re.search(rb"\r(?!\n)|(?<!\r)\n", raw) is None
    letter = message_from_bytes(raw, policy=policy.default)
    assert set(letter.keys()) == {"To", "Subject", "From", "MIME-Version", "Content-Type"}
    assert [one.addr_spec for one in letter["To"].addresses] == ["jane@acme.example"]


@pytest.mark.parametrize("field", ["subject", "From", "In-Reply-To", "X-Own"])
def test_a_header_with_a_second_line_is_no_header(field: str) -> None:
    hostile = "a\r\nBcc: e@evil.example"
    headers = {"From": "s@acme.example", **({} if field == "subject" else {field: hostile})}
    parcel = Parcel(
        key="k", channel="email", to="j@acme.example", subject=hostile if field == "subject" else "s", text="t",
        headers=headers,
    )  # fmt: skip
    with pytest.raises(CannotMailError):
        as_mail(parcel)


ADDRESSES = st.text(alphabet=string.ascii_letters + '@.,;:<>()"\\ \r\n\t', max_size=40)


@given(ADDRESSES)
@settings(max_examples=300)
def test_whatever_passes_for_one_address_is_one(text: str) -> None:
    if is_one_address(text):
        parcel = Parcel(key="k", channel="email", to=text, subject="s", text="t", headers={"From": "s@acme.example"})
        letter = message_from_bytes(as_mail(parcel), policy=policy.default)
        assert [one.addr_spec for one in letter["To"].addresses] == [text]


@given(st.text(alphabet=string.printable, max_size=200))
@settings(max_examples=200)
def test_taken_apart_into_links_no_word_is_lost(line: str) -> None:
    assert "".join(piece.text for piece in pieces(line, {})) == line


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("See https://a.example/x.", ["https://a.example/x"]),
        ("(https://a.example/x_(y))!", ["https://a.example/x_(y)"]),
        ("https://a.example/?q=1&r=2, https://a.example/?q=1&r=2", ["https://a.example/?q=1&r=2"]),
        ("ftp://a.example javascript:x //a.example www.a.example https://", []),
        ("https://me:pw@evil.example/ https://ok.example\\@evil.example", []),
        ("HTTPS://A.example", ["HTTPS://A.example"]),
    ],
)
def test_links_are_what_they_look_like(text: str, links: list[str]) -> None:
    assert links_of(text) == links
    assert all(is_page(link) for link in links)


def test_a_letter_has_a_size_that_mailboxes_take(office: Office) -> None:
    letter = written(office, "wörter und Wörter \n" * 1050, subject="ü" * 400)
    assert len(bytes(letter)) < 400_000
    assert len(letter["Subject"]) == 300
    huge = Parcel(
        key="k", channel="email", to="j@acme.example", subject="s", text="t", headers={"From": "s@acme.example"},
        attachments=({"name": "a", "type": "text/plain", "content": "x" * MAIL_MAX},),
    )  # fmt: skip
    with pytest.raises(CannotMailError, match="larger than 5 MB"):
        as_mail(huge)
    assert as_page("s", "https://a.example/x " * 20_000, SmallPrint("Acme")) == ""


@pytest.mark.parametrize("attachment", [{"name": "a\r\nX: y", "type": "text/plain", "content": "x"},
                                        {"name": "a", "type": "image/png", "content": "no base64"},
                                        {"name": "a", "type": "text/plain\r\nX: y", "content": "x"}])  # fmt: skip
def test_an_attachment_that_is_none_is_refused_or_harmless(attachment: dict[str, str]) -> None:
    parcel = Parcel(
        key="k", channel="email", to="j@acme.example", subject="s", text="t", headers={"From": "s@acme.example"},
        attachments=(attachment,),
    )  # fmt: skip
    try:
        letter = message_from_bytes(as_mail(parcel), policy=policy.default)
    except CannotMailError:
        return
    assert all("X" not in part for part in letter.walk())


NAMES = st.one_of(
    st.sampled_from(["{{ config }}", "a\r\nBcc: e@evil.example", "<b>", '"', "a@b.example, c", "\\"]),
    st.text(max_size=30),
)


@given(NAMES)
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_lead_is_called_its_letter_goes_to_it_alone(office: Office, name: str) -> None:
    letter = written(
        office, f"Hello {name}", subject=f"For {name}", lead={"name": name or "x", "email": "jane@acme.example"}
    )
    assert [one.addr_spec for one in letter["To"].addresses] == ["jane@acme.example"]
    assert letter["Bcc"] is None
    assert "49" not in body(letter, "html").partition("<hr")[0] or "49" in name


def test_names_of_letters_are_found_again() -> None:
    key = "0b9f8c1e-1111-2222-3333-444455556666"
    assert keys_in(f"<first-one-of-all@x.y>\r\n {message_id(key, 'acme.example')}") == [key, "first-one-of-all"]
    assert keys_in("<short@x.y> <no spaces@x.y> nothing") == []


@pytest.mark.parametrize("why", ["consent of 24 Nov 2026: “Write to me.”", "you asked for it", "you did."])
def test_the_reason_ends_with_one_full_stop(why: str) -> None:
    assert f"Why: {why.rstrip('.')}" in SmallPrint("Acme", why).lines()[0]
    assert not SmallPrint("Acme", why).lines()[0].endswith(("..", ".”."))


def test_the_small_print_is_known_as_such() -> None:
    assert with_small_print("Hello", SmallPrint("Acme")) == "Hello\n\n-- \nAcme sent you this.\n"
