"""Attacks: from the evidence of many models to one score per model and point."""
