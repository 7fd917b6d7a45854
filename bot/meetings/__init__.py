"""Meetings: the pages on which leads choose a time, what they book there, and the calendars around it."""
