"""A workspace that does not take every block yet refuses it in messages, at every door, and takes the rest."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox import Sandbox
from tests.workspaces import without_charts

SMB = "C0LEADSSMB"
PIE = {"type": "pie", "segments": [{"label": "website", "value": 1}]}
CHART: list[dict[str, Any]] = [{"type": "data_visualization", "title": "Sources", "chart": PIE}]
TABLE: list[dict[str, Any]] = [{"type": "table", "rows": [[{"type": "raw_text", "text": "one"}]]}]


@pytest.fixture
def client(tmp_path: Path) -> Iterator[WebClient]:
    sandbox = Sandbox(without_charts(tmp_path), rate_limits=False)
    sandbox.start()
    yield WebClient(sandbox.bot_token, base_url=sandbox.api_url, retry_handlers=[])
    sandbox.stop()


def test_a_block_that_the_workspace_does_not_know_is_refused_with_its_place(client: WebClient) -> None:
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel=SMB, text="x", blocks=CHART)
    assert caught.value.response["error"] == "invalid_blocks"
    assert caught.value.response["errors"] == ["/blocks/0/type: unsupported type: data_visualization"]


def test_it_is_refused_in_edits_and_in_what_one_person_sees(client: WebClient) -> None:
    posted = client.chat_postMessage(channel=SMB, text="x", blocks=TABLE)
    with pytest.raises(SlackApiError, match="invalid_blocks"):
        client.chat_update(channel=SMB, ts=posted["ts"], text="x", blocks=CHART)
    with pytest.raises(SlackApiError, match="invalid_blocks"):
        client.chat_postEphemeral(channel=SMB, user="U0ALICE", text="x", blocks=CHART)
