"""Questions about what is said to leads: enrolments, messages, suppressed addresses, meetings."""
