"""Writing to leads: what allows it, what is queued, and how it leaves."""
