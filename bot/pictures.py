"""Has charts drawn by a process of their own, which knows no secrets and is ended when it takes too long."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from bot.errors import DibsError

ROOT = Path(__file__).parent.parent
SECONDS = 10
PNG = b"\x89PNG\r\n\x1a\n"
HANDED_ON = frozenset({"PATH", "HOME", "LANG", "TMPDIR", "XDG_CACHE_HOME", "MPLCONFIGDIR", "SYSTEMROOT"})


class NotDrawnError(DibsError):
    """The chart could not be drawn as a picture."""


def png(block: dict[str, Any], *, seconds: float = SECONDS) -> bytes:
    """The chart of a `data_visualization` block as a picture.

    Raises:
        NotDrawnError: it could not be drawn, or not in time.
    """
    environment = {name: value for name, value in os.environ.items() if name in HANDED_ON}
    try:
        drawn = subprocess.run(
            [sys.executable, "-m", "bot.charts"], input=json.dumps(block).encode(), capture_output=True,
            timeout=seconds, env=environment, cwd=ROOT, check=True,
        ).stdout  # fmt: skip
    except (subprocess.SubprocessError, OSError) as error:
        raise NotDrawnError(str(NotDrawnError.__doc__)) from error
    if not drawn.startswith(PNG):
        raise NotDrawnError(str(NotDrawnError.__doc__))
    return drawn
