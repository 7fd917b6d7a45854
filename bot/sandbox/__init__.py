"""A local Slack in a box: the same doors as the real one, on this machine alone."""

from bot.sandbox.blocks import problems, view_problems
from bot.sandbox.server import Sandbox

__all__ = ["Sandbox", "problems", "view_problems"]
