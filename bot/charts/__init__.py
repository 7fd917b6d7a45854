"""Draws a chart as a PNG, in a process of its own: `python -m bot.charts` reads a chart block as JSON on its input."""
