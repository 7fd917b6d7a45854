"""Calls with leads: written down by reps, or told by a telephone system."""
