"""The page about the sandbox says what the code does."""

import re
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest
from slack_sdk import WebClient

from bot.sandbox.control import ACTIONS
from bot.sandbox.faults import Kind
from bot.sandbox.listing import OTHER_METHODS, tables
from bot.sandbox.methods import METHODS
from tests.sandbox.test_web_api import refused

PAGE = Path(__file__).parents[2] / "docs" / "sandbox.md"


def test_the_tables_in_the_docs_are_those_of_the_code() -> None:
    command = [sys.executable, "-m", "bot.sandbox", "--list"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert printed == tables()
    assert PAGE.read_text(encoding="utf-8").endswith(printed), "write docs/sandbox.md anew from --list"


def test_the_docs_name_every_control_call_and_every_fault() -> None:
    words = set(re.findall(r"`([\w-]+)`", PAGE.read_text(encoding="utf-8")))
    assert words >= ACTIONS.keys(), ACTIONS.keys() - words
    assert words >= set(get_args(Kind))


@pytest.mark.parametrize("method", [each for each in OTHER_METHODS if "*" not in each])
def test_a_method_listed_as_missing_is_missing(client: WebClient, method: str) -> None:
    assert method not in METHODS
    assert refused(lambda: client.api_call(method)) == "unknown_method"
