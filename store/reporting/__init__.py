"""What reports are made of: where leads stood and what they reached, written down as it happens, and sums of it."""
