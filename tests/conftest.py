"""Fixtures every test may use."""

from hypothesis import settings

pytest_plugins = ["tests.databases"]

# Every failure prints what reproduces it; slow machines are no reason to fail.
settings.register_profile("dibs", derandomize=False, print_blob=True, deadline=None)
settings.load_profile("dibs")
