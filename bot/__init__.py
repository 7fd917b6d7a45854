"""What the bot knows, decides and says; no SQL, no Bolt, no HTTP server."""
