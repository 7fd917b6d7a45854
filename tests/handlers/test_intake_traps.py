"""Bodies made to break a parser: each is refused with a reason, and none is an error of the server's."""

import socket
import threading
from collections.abc import Iterator

import pytest

from handlers.replies import MAX_BODY
from tests.handlers.door import JANE, KEY, Door, problems
from tests.handlers.tables import added

REFUSED = {
    "100,000 open brackets": b"[" * 100_000,
    "40,000 open objects": b'{"a":' * 40_000,
    "an integer of 5,000 digits": b'{"name": "J", "fields": {"n": ' + b"9" * 5000 + b"}}",
    "a float beyond all floats": b'{"name": "J", "email": "j@x.example", "fields": {"n": 1e999}}',
    "NaN": b'{"name": "J", "email": "j@x.example", "fields": {"n": NaN}}',
    "minus Infinity": b'{"name": "J", "email": "j@x.example", "fields": {"n": -Infinity}}',
    "a name twice": b'{"name": "J", "name": "K", "email": "j@x.example"}',
    "a name twice further in": b'{"name": "J", "email": "j@x.example", "fields": {"a": 1, "a": 2}}',
    "17 levels": b'{"name": ' + b"[" * 17 + b"]" * 17 + b"}",
    "a list": b"[]",
    "a string": b'"lead"',
    "null": b"null",
    "a number": b"7",
    "nothing": b"",
    "half of it": b'{"name": "Jane',
    "two of them": b"{}{}",
    "a byte-order mark": b'\xef\xbb\xbf{"name": "J"}',
    "UTF-16": '{"name": "J"}'.encode("utf-16"),
    "Latin-1": b'{"name": "J\xfcrgen", "email": "j@x.example"}',
    "overlong UTF-8": b'{"name": "\xc0\xaf", "email": "j@x.example"}',
    "NUL between tokens": b'{"name":\x00"J"}',
    "a raw line break in a string": b'{"name": "a\nb"}',
    "a NUL in an unknown name": b'{"na\\u0000me": "J", "email": "j@x.example"}',
    "a lone surrogate in an unknown name": b'{"na\\ud800me": "J", "email": "j@x.example"}',
}
TAKEN = {
    "lone surrogates": b'{"name": "Jane \\ud800\\udfff\\udc00", "email": "j@x.example",'
    b' "fields": {"\\ud800": "\\udfff"}}',
    "NUL and other controls": b'{"name": "Ja\\u0000ne\\u0007", "email": "j@x.example",'
    b' "fields": {"a\\u0000b": "\\u0000"}}',
    "numbers at the edge": b'{"name": "J", "email": "j@x.example", "fields": {"i": ' + b"9" * 30 + b', "f": 1e308}}',
    "tiny numbers": b'{"name": "J", "email": "j@x.example", "fields": {"f": 1e-999, "z": -0.0}}',
    "markup": b'{"name": "<!channel> <http://evil.example|Invoice>", "email": "j@x.example"}',
    "SQL": b'{"name": "\'; DROP TABLE lead; --", "email": "j@x.example"}',
}  # fmt: skip


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED)
def test_a_trap_is_refused_with_a_reason(there: Door, body: bytes) -> None:
    before = there.rows()
    answer = there.post(body)
    assert answer.status_code == 422
    assert all(problems(answer).values())
    assert added(before, there.rows()) == {"inbox": 1}


@pytest.mark.parametrize("body", TAKEN.values(), ids=TAKEN)
def test_odd_text_is_cleaned_and_taken(there: Door, body: bytes) -> None:
    assert there.post(body).status_code == 202
    stored = str(there.rows()["lead"][-1])
    assert not [character for character in ("\\x00", "\\x07", "\\ud800") if character in stored]


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "x", "application/json2"]
)
def test_another_content_type_is_415(there: Door, kind: str) -> None:
    answer = there.post(b"{}", content_type=kind)
    assert answer.status_code == 415
    assert "application/json" in problems(answer)["content-type"]


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON"])
def test_json_by_another_spelling_is_json(there: Door, kind: str) -> None:
    assert there.post(b'{"name": "J", "email": "j@x.example"}', content_type=kind).status_code == 202


def test_the_largest_body_is_read_and_one_byte_more_is_413(there: Door) -> None:
    padding = b" " * (MAX_BODY - 2)
    assert there.post(b"{" + padding + b"}").status_code == 422
    before = there.rows()
    answer = there.post(b"{" + padding + b" }")
    assert answer.status_code == 413
    assert "256 KB" in problems(answer)["request"]
    assert there.rows() == before


def test_a_body_without_a_length_is_read_no_further_than_the_limit(there: Door) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        while sent < 400 * MAX_BODY:
            sent += 65536
            yield b" " * 65536

    answer = there.http.post(
        "/api/leads", content=endless(), headers={"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    )
    assert answer.status_code == 413


def test_a_body_that_never_arrives_in_full_stores_nothing_and_holds_nobody_up(there: Door) -> None:
    before = there.rows()
    with socket.create_connection((str(there.http.base_url.host), there.http.base_url.port or 0)) as line:
        line.sendall(
            b"POST /api/leads HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + KEY.encode()
            + b'\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"name": "Ja'
        )  # fmt: skip
        assert there.http.get("/healthz").status_code == 200
    assert there.rows() == before


def test_depth_and_size_do_not_slow_others_down(there: Door) -> None:
    bombs = [threading.Thread(target=there.post, args=(b"[" * 200_000,)) for _ in range(4)]
    for bomb in bombs:
        bomb.start()
    assert there.post(JANE).status_code == 202
    for bomb in bombs:
        bomb.join()
