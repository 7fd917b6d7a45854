"""The shape of everything that crosses the wire: JSON objects as plain dictionaries."""

from typing import Any

Json = dict[str, Any]
