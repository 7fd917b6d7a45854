"""Sequences: who comes in, which step is next, and what ends it."""
