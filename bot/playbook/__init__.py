"""The team's sales policy as data: read and checked, part by part, and its versions."""
