"""Every team's ledger, recomputed from its first line and sealed in public."""
