"""Rows, and questions about rows."""
