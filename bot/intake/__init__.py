"""The ways in: leads, touches, webhooks, letters and what people type."""
