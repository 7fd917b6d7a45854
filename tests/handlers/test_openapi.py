"""The HTTP face holds to its own description under whatever schemathesis makes of it, and stores nothing by halves."""

import json
from collections.abc import Iterator
from itertools import count
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance
from sqlalchemy import func, literal, union_all
from sqlmodel import SQLModel, select

from bot.intake.hooks import read_presets
from tests.handlers.door import FORM_KEY, KEY, Door, door
from tests.rules.test_mail import PARTS
from tests.rules.test_presets import JSON

CHECKS = [not_a_server_error, status_code_conformance, response_schema_conformance]
EXAMPLES = 60
VALID, INVALID = schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE
# A GET without parameters has nothing to get wrong.
OPERATIONS = [
    ("/api/leads", "POST", VALID), ("/api/leads", "POST", INVALID), ("/healthz", "GET", VALID),
    ("/api/touches", "POST", VALID), ("/api/touches", "POST", INVALID),
    ("/api/hooks/{preset}", "POST", VALID), ("/api/hooks/{preset}", "GET", VALID), ("/api/forms/{key}", "POST", VALID),
]  # fmt: skip
# What is no JSON, or signed by somebody else, is made by hand.
RAW = [("/api/mail", "POST"), ("/api/sms", "POST"), ("/api/calls/{system}", "POST")]
PRESETS = sorted(read_presets())
KEPT = {"inbox"}  # a refusal leaves its reason here, and nothing anywhere else
AS_SENDER = {"Authorization": f"Bearer {KEY}"}
FORM = "application/x-www-form-urlencoded"
Case = schemathesis.Case[Any]
often = settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
sometimes = settings(often, max_examples=EXAMPLES // 2)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    # A minute goes by between two requests: whoever is turned away for their haste has not been looked at.
    url, minutes = f"sqlite:///{tmp_path_factory.mktemp('database') / 'dibs.db'}", count(step=60)
    with door(url, monotonic=lambda: float(next(minutes))) as made:
        yield made


def described(house: Door) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_url(f"{house.http.base_url}/openapi.json")


class Watch:
    """Sees that whatever is refused leaves every table as it was, but for the one where refusals are kept."""

    def __init__(self, house: Door) -> None:
        self._database = house.services.database
        tables = [table for table in SQLModel.metadata.sorted_tables if table.name not in KEPT]
        each = [select(literal(table.name), func.count()).select_from(table) for table in tables]
        self._question = union_all(*each)
        self._before = self.counts()

    def counts(self) -> dict[str, int]:
        with self._database.session(writes=False) as session:
            return {str(name): int(count) for name, count in session.connection().execute(self._question)}

    def saw(self, status: int) -> None:
        assert status != 429
        now = self.counts()
        assert status < 400 or now == self._before
        self._before = now


def test_every_operation_is_tried(house: Door) -> None:
    paths = house.http.get("/openapi.json").json()["paths"]
    found = {(path, method.upper()) for path, methods in paths.items() for method in methods}
    assert found == {(path, method) for path, method, _ in OPERATIONS} | set(RAW)


@pytest.mark.parametrize(("path", "method", "mode"), OPERATIONS)
def test_whatever_is_sent_the_answer_is_a_documented_one(
    house: Door, path: str, method: str, mode: schemathesis.GenerationMode
) -> None:
    watch = Watch(house)
    strategy: st.SearchStrategy[Case] = described(house)[path][method].as_strategy(generation_mode=mode)

    @given(case=strategy, preset=st.sampled_from([*PRESETS, ""]))
    @often
    def holds(case: Case, preset: str) -> None:
        if "preset" in case.path_parameters and preset:  # names at random find no door to knock at
            case.path_parameters["preset"] = preset
        if "key" in case.path_parameters and preset:
            case.path_parameters["key"] = FORM_KEY
        answer = case.call(headers=AS_SENDER if method == "POST" else {})
        case.validate_response(answer, checks=CHECKS)
        watch.saw(answer.status_code)

    holds()


def test_whatever_shape_a_tool_sends_is_stored_whole_or_refused_in_a_sentence(house: Door) -> None:
    watch = Watch(house)

    @given(preset=st.sampled_from(PRESETS), payload=JSON)
    @often
    def holds(preset: str, payload: Any) -> None:
        answer = house.http.post(f"/api/hooks/{preset}", content=json.dumps(payload).encode(), headers={
            **AS_SENDER, "Content-Type": "application/json",
        })  # fmt: skip
        assert_sane(answer)
        watch.saw(answer.status_code)

    holds()


@pytest.mark.parametrize("system", ["dialpad", "calltrackingmetrics"])
def test_whatever_shape_a_telephone_system_sends_is_stored_whole_or_refused_in_a_sentence(
    house: Door, system: str
) -> None:
    watch = Watch(house)

    @given(payload=JSON)
    @sometimes
    def holds(payload: Any) -> None:
        answer = house.http.post(f"/api/calls/{system}", content=json.dumps(payload).encode(), headers={
            **AS_SENDER, "Content-Type": "application/json",
        })  # fmt: skip
        assert_sane(answer)
        watch.saw(answer.status_code)

    holds()


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/api/mail", "message/rfc822"), ("/api/hooks/typeform", "application/json"), ("/api/hooks/html", FORM),
     (f"/api/forms/{FORM_KEY}", FORM), (f"/api/forms/{FORM_KEY}", "multipart/form-data; boundary=x"),
     ("/api/leads", "application/json"), ("/api/touches", "application/json"),
     ("/api/calls/calltrackingmetrics", "application/json"), ("/api/calls/dialpad", "application/jwt")],
)  # fmt: skip
def test_garbage_is_answered_in_words_and_leaves_nothing(house: Door, path: str, kind: str) -> None:
    watch = Watch(house)

    @given(parts=st.lists(st.one_of(PARTS, st.binary(max_size=20), st.sampled_from(BITS)), max_size=12))
    @sometimes
    def holds(parts: list[bytes]) -> None:
        answer = house.http.post(path, content=b"".join(parts), headers={**AS_SENDER, "Content-Type": kind})
        assert_sane(answer)
        watch.saw(answer.status_code)

    holds()


# What forms and JSON are made of.
BITS = [
    b"&", b"=", b"email=", b"name=Jane", b"%00", b"%", b"--x\r\n", b"--x--", b"Content-Disposition: form-data; name=a",
    b"\r\n\r\n", b"{", b"}", b"[", b'"', b'"lead": 1', b'"kind": "call"', b'{"touches": [', b"\\ud800", b"1e999",
]  # fmt: skip


def assert_sane(answer: httpx.Response) -> None:
    assert answer.status_code < 500, answer.text
    assert "Traceback" not in answer.text
