"""What people see, view by view: a change shows up here as a difference to read."""

import pytest
from syrupy.assertion import SnapshotAssertion

from bot.views.kit import Message
from tests.views.every_view import ALL


@pytest.mark.parametrize("view", ALL)
def test_a_view_looks_like_this(view: str, snapshot: SnapshotAssertion) -> None:
    shown = ALL[view]("Jane", 2)
    assert (shown.as_payload() if isinstance(shown, Message) else shown) == snapshot
