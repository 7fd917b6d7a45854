"""Meetings decided by pure functions: which times are free, what calendars say, and which addresses are public."""
