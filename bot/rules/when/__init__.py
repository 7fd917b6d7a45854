"""Times in plain words, in six languages."""
