"""SMS to leads, and what they text back."""
