"""Figures of canary extraction."""
