"""Files as people have them: every encoding, separator and quoting, and those that are no tables at all."""

import csv
import io
from contextlib import suppress

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.files.reading import UnreadableFileError, failed_csv, read_table
from bot.files.text import NEVER_CLOSED, TOO_LONG
from bot.rules.tables import Row, Table

TEXT = "Name;Firma;E-Mail\nJörg Müller;Café Zoë;joerg@x.example\nBjörn Åström;Smørrebrød;b@y.example\n"


def read(data: bytes, name: str = "leads.csv") -> tuple[Table, list[Row]]:
    table = read_table(data, name)
    return table, list(table)


def cells(data: bytes) -> list[list[str]]:
    return [row.cells for row in read(data)[1]]


# --- encodings

# ruff: noqa: RUF001 - the letters are meant


@pytest.mark.parametrize(("encoding", "said"), [
    ("utf-8", "It is written in UTF-8."), ("utf-8-sig", "It is written in UTF-8 with a mark."),
    ("utf-16", "It is written in UTF-16."), ("utf-32", "It is written in UTF-32."),
    ("utf-16-le", "It is written in UTF-16, without a mark that says so."),
    ("utf-16-be", "It is written in UTF-16, without a mark that says so."),
    ("utf-32-le", "It is written in UTF-32, without a mark that says so."), ("cp1252", "Windows-1252"),
    ("mac_roman", "Mac Roman"), ("cp850", "DOS (850)"),
])  # fmt: skip
def test_western_encodings(encoding: str, said: str) -> None:
    table, rows = read(TEXT.encode(encoding))
    assert rows[0] == Row(2, ["Jörg Müller", "Café Zoë", "joerg@x.example"])
    assert rows[1].cells[:2] == ["Björn Åström", "Smørrebrød"]
    assert said in table.notes[0]


@pytest.mark.parametrize(("encoding", "text"), [
    ("cp932", "会社名,氏名,メール\n株式会社山田,山田太郎,a@x.example\n有限会社鈴木商店,鈴木花子,b@x.example\n"),
    ("euc_jp", "会社名,氏名,メール\n株式会社山田,山田太郎,a@x.example\n有限会社鈴木商店,鈴木花子,b@x.example\n"),
    ("gb18030", "公司,姓名,邮箱\n北京科技有限公司,王小明,a@x.example\n上海贸易公司,李华,b@x.example\n"),
    ("big5", "公司,姓名,電郵\n台北科技有限公司,王小明,a@x.example\n高雄貿易公司,李華,b@x.example\n"),
    ("cp949", "회사명,이름,이메일\n삼성전자,김철수,a@x.example\n엘지전자 주식회사,박영희,b@x.example\n"),
    ("cp1250", "Firma,Imię,Email\nŻabka,Łukasz Wójcik,a@x.example\nŚwięcicka,Grażyna Dąbrowska,b@x.example\n"),
    ("cp1251", "Компания,Имя,Email\nООО Ромашка,Иван Петров,a@x.example\nЯндекс,Ольга Смирнова,b@x.example\n"),
    ("cp1253", "Εταιρεία,Όνομα,Email\nΔΕΗ,Γιώργος Παπαδόπουλος,a@x.example\n"),
    ("cp1254", "Şirket,Ad,Email\nDoğuş,Şükrü Işık,a@x.example\nİş Bankası,Gülşen Çağlar,b@x.example\n"),
])  # fmt: skip
def test_other_alphabets(encoding: str, text: str) -> None:
    table, rows = read(text.encode(encoding))
    assert [list(table.headings), *(row.cells for row in rows)] == [line.split(",") for line in text.splitlines()]


def test_a_single_accent_far_down_is_found() -> None:
    rows = [f"Person {number},p{number}@x.example" for number in range(50_000)]
    data = "\n".join(["Name,Email", *rows, "Zoë,z@x.example"]).encode("cp1252")
    table, found = read(data)
    assert found[-1] == Row(50_002, ["Zoë", "z@x.example"])
    assert "Windows-1252" in table.notes[0]


def test_lines_of_another_encoding_in_a_file_of_utf_8() -> None:
    lines = ["Name,Email", *(f"Zoë {number},z{number}@x.example" for number in range(9))]
    data = "\n".join(lines).encode() + "\nJörg,j@x.example".encode("cp1252")
    table, rows = read(data)
    assert rows[0].cells[0] == "Zoë 0"
    assert rows[-1].cells[0] == "Jörg"
    assert "but for some lines" in table.notes[0]


def test_zero_bytes_are_left_out() -> None:
    assert cells(b"Name,Email\nJa\0ne,jane@x.example\n") == [["Jane", "jane@x.example"]]


# --- separators and quotes


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separators(separator: str) -> None:
    text = "Name,Email,Note\nJane,jane@x.example,a-b\nJohn,john@x.example,c".replace(",", separator)
    assert cells(text.encode()) == [["Jane", "jane@x.example", "a-b"], ["John", "john@x.example", "c"]]


def test_decimal_commas_do_not_separate() -> None:
    text = "Name;Betrag\nJane;1,50\nJohn;2,75\nAnn;3,10\n"
    assert cells(text.encode()) == [["Jane", "1,50"], ["John", "2,75"], ["Ann", "3,10"]]


def test_a_file_that_says_its_separator() -> None:
    table, rows = read(b"sep=|\r\nName|Email\r\nJane|jane@x.example\r\n")
    assert rows == [Row(3, ["Jane", "jane@x.example"])]
    assert "The file itself says that cells are separated by “|”." in table.notes


def test_one_column() -> None:
    table, rows = read(b"Email\njane@x.example\njohn@x.example\n")
    assert (table.headings, len(rows)) == (("Email",), 2)
    assert len(read(b"jane@x.example\njohn@x.example\n")[1]) == 2


def test_backslashes_before_quotes() -> None:
    data = rb""""Name","Email","Note"
"Jane \"JD\" Doe","jane@x.example","said: \"a, b\""
"John","john@x.example","C:\\temp"
"""
    assert cells(data) == [
        ['Jane "JD" Doe', "jane@x.example", 'said: "a, b"'], ["John", "john@x.example", r"C:\temp"]
    ]  # fmt: skip


def test_spaces_before_quotes() -> None:
    data = b'Name, Email, Company\n"Jane", "jane@x.example", "Acme, Inc."\n"John", "j@x.example", "B"\n'
    assert cells(data)[0] == ["Jane", "jane@x.example", "Acme, Inc."]


def test_lines_are_those_that_a_person_sees() -> None:
    data = (
        b'Name,Email,Note\r\nJane,a@x.example,"one\r\ntwo\r\n\r\nfour"\r\nJohn,b@x.example,\r\n\r\nAnn,c@x.example,\r\n'
    )
    _, rows = read(data)
    assert [row.line for row in rows] == [2, 6, 8]
    assert rows[0].cells[2] == "one\r\ntwo\r\n\r\nfour"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_ends_of_lines(end: str) -> None:
    assert [row.line for row in read(TEXT.replace("\n", end).encode())[1]] == [2, 3]


# --- rows that cannot be read


def test_a_quote_that_is_never_closed_takes_no_other_row_along() -> None:
    lines = ["Name,Email,Note", *(f"P{number},p{number}@x.example,n" for number in range(9000))]
    lines[2001] = 'P2000,p2000@x.example,"5 inch'
    _, rows = read("\n".join(lines).encode())
    assert [(row.line, row.problem) for row in rows if row.problem] == [(2002, TOO_LONG)]
    assert [row.cells[0] for row in rows] == [f"P{number}" for number in range(9000)]


def test_a_quote_that_is_closed_by_another_row_takes_none_along() -> None:
    data = b'Name,Email,Note\nA,a@x.example,"big\nB,b@x.example,\nC,c@x.example,"fine"\nD,d@x.example,\n'
    _, rows = read(data)
    assert [(row.line, row.cells[0], row.problem) for row in rows] == [
        (2, "A", NEVER_CLOSED), (3, "B", ""), (4, "C", ""), (5, "D", "")
    ]  # fmt: skip


def test_a_quote_that_is_open_at_the_end() -> None:
    _, rows = read(b'Name,Email\nA,a@x.example\nB,"b@x.example\nC,c@x.example\n')
    assert [(row.line, row.problem) for row in rows] == [(2, ""), (3, NEVER_CLOSED), (4, "")]


def test_a_cell_that_is_too_long_is_told_and_changes_no_limit_for_others() -> None:
    before = csv.field_size_limit()
    _, rows = read(b"Name,Email\n" + b"x" * 200_000 + b",a@x.example\nB,b@x.example\n")
    assert [(row.line, row.problem) for row in rows] == [(2, TOO_LONG), (3, "")]
    assert max(map(len, rows[0].cells)) <= 500
    assert csv.field_size_limit() == before


def test_a_file_without_ends_of_lines_does_not_come_into_memory() -> None:
    _, rows = read(b"Name,Email\nA,a@x.example\n" + b"x," * 6_000_000 + b"\nB,b@x.example\n")
    assert [(row.line, bool(row.problem)) for row in rows] == [(2, False), (3, True), (4, False)]


def test_five_ways_to_go_wrong_are_each_told_with_their_line() -> None:
    data = b'Name,Email,Company\nA,a@x.example,Acme, Inc.\nB,b@x.example\nC\nD,"d@x.example,X\nE,e@x.example,Y\n'
    _, rows = read(data)
    assert [(row.line, row.problem[:17]) for row in rows] == [
        (2, "This row has 4 ce"), (3, ""), (4, "This row ends ear"), (5, NEVER_CLOSED[:17]), (6, ""),
    ]  # fmt: skip


# --- ugly files of all kinds


ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be", "cp1252")


def write(rows: list[list[str]], *, separator: str, quoting: str, end: str) -> str:
    """Written by hand, not by the library that reads."""

    def quoted(cell: str) -> str:
        needs = quoting != "when needed" or any(one in cell for one in f'"\r\n{separator}') or cell != cell.strip()
        if not needs:
            return cell
        if quoting == "with backslashes":
            return '"' + cell.replace("\\", "\\\\").replace('"', '\\"') + '"'
        return '"' + cell.replace('"', '""') + '"'

    return end.join(separator.join(map(quoted, row)) for row in rows) + end


@st.composite
def files(draw: st.DrawFn) -> tuple[bytes, list[tuple[int, list[str], bool]]]:
    """A file, and its rows: in which line, what is in them, and whether they are whole."""
    encoding = draw(st.sampled_from(ENCODINGS))
    # Which of the old encodings it is, statistics guess; here they have nothing to guess from.
    letters = "" if encoding == "cp1252" else "äöß漢字かなЖλ🙂\u00a0"
    cell = st.text(st.sampled_from(f"abc XYZ019,;|\t'\"\n.-{letters}"), max_size=12).filter(
        lambda text: "=" not in text
    )
    separator, end = draw(st.sampled_from(",;\t|")), draw(st.sampled_from(["\n", "\r\n", "\r"]))
    quoting = draw(st.sampled_from(["when needed", "always", "with backslashes"]))
    width = draw(st.integers(3, 6))
    written = [["Name", "E-Mail", "Firma", "Land", "Telefon", "Ort"][:width]]
    # Two rows that show how the file is written; any sensible file has more.
    body = [["Jörg", "j@x.example", *['say "a" b'] * (width - 2)], ["Zoë", "k@x.example", *["x"] * (width - 2)]]
    wide = 0
    for number in range(draw(st.integers(0, 6))):
        # Were most rows wider than the headings, there would be a column without a heading.
        wrong = draw(st.sampled_from([0, 0, 0, 1 if wide < 2 else 0, -2]))
        wide += wrong == 1
        rest = draw(st.lists(cell, min_size=width - 2 + max(wrong, 0), max_size=width - 2 + max(wrong, 0)))
        body.append([draw(cell), f"p{number}@x.example", *rest] if wrong >= 0 else [f"p{number}", *["y"] * (width - 3)])
    expected, line = [], 1
    for row in [*written, *body]:
        is_whole = len(row) >= width and not "".join(row[width:]).strip()
        expected.append((line, row[:width] if is_whole else row, is_whole))
        line += 1 + sum(text.count("\n") for text in row)
    text = write([*written, *body], separator=separator, quoting=quoting, end=end)
    return text.encode(encoding), expected[1:]


@settings(max_examples=300, deadline=None)
@given(files())
def test_every_cell_of_any_file_comes_out_and_every_bad_row_is_named(
    given: tuple[bytes, list[tuple[int, list[str], bool]]],
) -> None:
    data, expected = given
    _, rows = read(data)
    assert [(row.line, row.cells, not row.problem) for row in rows] == expected


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
@example(b"\xff\xfe\x00")
@example(b"PK\x03\x04")
@example(b'"')
@example(b"sep=\n")
@example(b"sep=;")
@example(b"\xef\xbb\xbf")
def test_anything_at_all_is_a_table_or_a_sentence(data: bytes) -> None:
    with suppress(UnreadableFileError):
        table, rows = read(data)
        assert all(len(row.cells) == len(table.headings) or row.problem for row in rows)


# --- what is no table


@pytest.mark.parametrize(("data", "said"), [
    (b"", "There is nothing in leads.csv."), (b"\n\n \n", "There is nothing in leads.csv."),
    (b"%PDF-1.7 ...", "is a PDF"), (b"\x89PNG\r\n", "is a picture"), (b"\x1f\x8b\x08", "is a compressed file"),
    (b"<!DOCTYPE html><html>", "is a web page"), (b"  <html><table>", "is a web page"), (b'{"leads": []}', "is JSON"),
    (b'[{"email": "a"}]', "is JSON"), (b"BEGIN:VCARD\n", "a file of contacts"), (b"{\\rtf1", "is a text document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "an old Excel workbook (.xls), or one that is protected"),
    (b"PK\x05\x06" + bytes(18), "an empty or damaged archive"),
])  # fmt: skip
def test_what_is_no_table_is_said_in_a_sentence(data: bytes, said: str) -> None:
    with pytest.raises(UnreadableFileError, match=r"\.$") as error:
        read(data)
    assert said in str(error.value)


# --- rows that are given back


def test_failed_rows_can_be_mended_and_given_again() -> None:
    headings = ("Name", "Email", "Note")
    failed = [(7, ["Jörg", "no address", "=1+1"], "It has no @."), (9, ["'t Hart", "+49", 'say "a, b"\nc'], "why")]
    data = b"".join(failed_csv(headings, failed))
    assert data.startswith(b"\xef\xbb\xbf")
    table, rows = read(data)
    assert table.headings == ("Line", "Why it was not taken", *headings)
    assert rows[0].cells == ["7", "It has no @.", "Jörg", "no address", "'=1+1"]
    assert rows[1].cells == ["9", "why", "'t Hart", "'+49", 'say "a, b"\nc']


def test_a_file_stays_open_for_whoever_gave_it() -> None:
    file = io.BytesIO(TEXT.encode())
    table = read_table(file, "leads.csv")
    assert 0 <= table.progress() <= 1
    assert len(list(table)) == 2
    del table
    file.seek(0)
    assert len(list(read_table(file, "leads.csv"))) == 2
