"""Reads a calendar of somebody else in a process of its own, so that the worst file costs only a little time."""
