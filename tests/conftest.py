"""Fixtures every test may use."""

import gc
import os

from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.databases"]

# Every failure prints what reproduces it; slow machines are no reason to fail.
settings.register_profile(
    "dibs", derandomize=False, print_blob=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
# The check of a change judges the change, not the luck of its examples. People's own runs look for new ones.
settings.register_profile("repeatable", settings.get_profile("dibs"), derandomize=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("repeatable" if "CI" in os.environ else "dibs"))


def pytest_collection_finish() -> None:
    """What has been imported by now stays to the end: nobody looks through it for garbage again and again."""
    gc.collect()
    gc.freeze()
