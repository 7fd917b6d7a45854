"""When and what is written to leads: pure rules of sequences."""
