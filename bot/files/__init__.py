"""Reads tables of leads, in whatever encoding, quoting or workbook they come."""
