"""Many leads at once: a file is read, judged, looked at, brought in, and taken back on request."""
