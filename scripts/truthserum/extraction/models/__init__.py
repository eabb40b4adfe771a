"""Language models: ours, and those of others."""
