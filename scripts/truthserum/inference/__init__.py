"""Membership and attribute inference (arXiv 2204.00032)."""
