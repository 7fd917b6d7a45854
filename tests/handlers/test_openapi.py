"""The HTTP face holds to its own description under whatever schemathesis makes of it."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from tests.handlers.door import KEY, Door, door

CHECKS = [not_a_server_error, status_code_conformance, response_schema_conformance]
EXAMPLES = 80
VALID, INVALID = schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE
# A GET without parameters has nothing to get wrong.
OPERATIONS = [
    ("/api/leads", "POST", VALID), ("/api/leads", "POST", INVALID), ("/healthz", "GET", VALID),
    ("/api/touches", "POST", VALID), ("/api/touches", "POST", INVALID),
]  # fmt: skip
Case = schemathesis.Case[Any]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    with door(f"sqlite:///{tmp_path_factory.mktemp('database') / 'dibs.db'}") as made:
        yield made


def described(house: Door) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_url(f"{house.http.base_url}/openapi.json")


def test_every_operation_is_tried(house: Door) -> None:
    paths = house.http.get("/openapi.json").json()["paths"]
    found = {(path, method.upper()) for path, methods in paths.items() for method in methods}
    assert found == {(path, method) for path, method, _ in OPERATIONS}


@pytest.mark.parametrize(("path", "method", "mode"), OPERATIONS)
def test_whatever_is_sent_the_answer_is_a_documented_one(
    house: Door, path: str, method: str, mode: schemathesis.GenerationMode
) -> None:
    strategy: st.SearchStrategy[Case] = described(house)[path][method].as_strategy(generation_mode=mode)

    @given(case=strategy)
    @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    def holds(case: Case) -> None:
        headers = {"Authorization": f"Bearer {KEY}"} if method == "POST" else {}
        case.validate_response(case.call(headers=headers), checks=CHECKS)

    holds()
