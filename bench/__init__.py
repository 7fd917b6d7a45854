"""How fast Dibs is, beside the bare equivalent of each thing, measured in the same run."""
