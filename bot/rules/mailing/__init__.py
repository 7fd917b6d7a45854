"""Letters to leads and what comes back of them: pure."""
