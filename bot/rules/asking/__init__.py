"""Questions to reports in plain words: which, over what time, of whom, beside what."""
