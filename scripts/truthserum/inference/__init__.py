"""Membership and attribute inference (arXiv 2204.00032, sections 4 and 5)."""
