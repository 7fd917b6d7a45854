"""Block Kit as pure functions, value to blocks; one visible thing each."""
