"""From the answers of models to claims and tables."""
