"""Reconstruction by an informed adversary (arXiv 2201.04845)."""
