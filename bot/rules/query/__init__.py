"""Searches in plain words: read, matched, explained."""
