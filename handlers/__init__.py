"""All that happens to the bot: each function unpacks, calls one use case, replies."""
