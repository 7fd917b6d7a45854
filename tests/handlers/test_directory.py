"""What Slack is asked about channels before something is posted there."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from slack_sdk import WebClient

from bot import directory
from bot.sandbox import Sandbox
from bot.sandbox.seed import DEFAULT_SEED
from handlers.manifest import manifest

HERE, ELSEWHERE, TOGETHER = "C0LEADSSMB", "C0RANDOM", "C0PARTNERS"
PARTNERS = f"""
[[channels]]
id = "{TOGETHER}"
name = "with-partners"
members = ["dana", "dibs"]
is_ext_shared = true
"""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebClient]:
    seed = tmp_path_factory.mktemp("workspace") / "workspace.toml"
    seed.write_text(DEFAULT_SEED.read_text(encoding="utf-8") + PARTNERS, encoding="utf-8")
    sandbox = Sandbox(Path(seed), manifest=manifest(), rate_limits=False)
    sandbox.start()
    yield WebClient(sandbox.bot_token, base_url=sandbox.api_url)
    sandbox.stop()


@pytest.mark.parametrize(("channel", "is_there", "is_among_us"), [
    (HERE, True, True), (ELSEWHERE, False, False), ("C0NOWHERE", False, False), (TOGETHER, True, False),
])  # fmt: skip
def test_where_the_bot_can_post_and_nobody_of_another_company_reads(
    client: WebClient, channel: str, is_there: bool, is_among_us: bool
) -> None:
    assert directory.is_in_channel(client, channel) == is_there
    assert directory.is_in_channel(client, channel, among_us=True) == is_among_us
