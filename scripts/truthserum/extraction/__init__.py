"""Canary extraction from language models (arXiv 2204.00032)."""
