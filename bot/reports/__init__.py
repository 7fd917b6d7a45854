"""What managers ask and what Slack answers: each report, from the question to the table."""
